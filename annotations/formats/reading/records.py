"""Spans and links of one layer, collected one by one: each agrees with the text, the others and a sidecar's limits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import structs

from annotations.limits import (
    ANNOTATOR_LENGTH,
    LINE_BYTES,
    SIDECAR_BYTES,
    SIDECAR_LINES,
    check_link_limits,
    check_span_limits,
)
from annotations.span import Link, Span, check_span, make_link

# The header is a line too.
_BYTES = SIDECAR_BYTES - LINE_BYTES


class Records:
    """What a layer of this text will hold; nothing is kept of what raises ValueError."""

    def __init__(self, text: str, now: datetime) -> None:
        self.text = text
        self.now = now
        self._spans: dict[str, Span] = {}
        self._links: dict[str, Link] = {}
        self._size = 0
        self._is_full = False

    def add_span(self, span: Span) -> None:
        """Keep a span; ValueError for an id that is taken, a place that is not its text's, and what is too large."""
        self._check_room()
        if span.id in self._spans:
            raise ValueError(f"the id {span.id} is used twice")
        check_span(span, self.text)
        check_span_limits(span)
        self._count(span)
        self._spans[span.id] = span

    def add_link(
        self,
        id: str,  # noqa: A002 - the record's own word
        event: str,
        role: str,
        actor: str,
        note: str = "",
        origin: str = "manual",
        created: str | None = None,
        updated: str | None = None,
    ) -> None:
        """Keep a link of two spans that are kept; ValueError for an id that is taken, and where one is missing."""
        self._check_room()
        if id in self._links:
            raise ValueError(f"the id {id} is used twice")
        for end, span_id in (("event", event), ("actor", actor)):
            if span_id not in self._spans:
                raise ValueError(f"its {end} {span_id} is missing")
        link = make_link(event, role, actor, id=id, now=self.now, note=note, origin=origin)
        if created or updated:
            link = structs.replace(link, created=created or link.created, updated=updated or link.updated)
        check_link_limits(link)
        self._count(link)
        self._links[id] = link

    @property
    def spans(self) -> tuple[Span, ...]:
        """In the order in which they came."""
        return tuple(self._spans.values())

    @property
    def links(self) -> tuple[Link, ...]:
        """In the order in which they came."""
        return tuple(self._links.values())

    def _count(self, record: Span | Link) -> None:
        # A few bytes may stand for a long text: what a sidecar takes is what has to be measured.
        cost = len(msgspec.json.encode(record)) + 1
        self._is_full = self._size + cost > _BYTES or len(self._spans) + len(self._links) + 2 > SIDECAR_LINES
        self._check_room()
        self._size += cost

    def _check_room(self) -> None:
        # What comes after the first that found no room is not even looked at.
        if self._is_full:
            raise ValueError("there is more than a sidecar may hold")


def article_name(path_stem: str, number: int, given: Iterable[str | int | None]) -> str:
    """An article's id: the first of those given that is not None, else the file's name with the line's number."""
    return next((str(one) for one in given if one is not None), f"{path_stem}-{number}")


def annotator_of(user: int | str | None) -> str | None:
    """A name for another tool's user: `user-` and the number, or the user's name with `_` for what it cannot have.

    None without a user.
    """
    if isinstance(user, int):
        return f"user-{user}"
    name = "".join(c if c.isalpha() or c.isdecimal() or c in "_-" else "_" for c in user or "")
    return name[:ANNOTATOR_LENGTH] or None
