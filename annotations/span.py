"""Spans and links: the two records of a layer, and the one place that computes a span's derived fields.

Offsets are code points of the article's untouched text, ranges half-open. A span's invariants: its fragments are
sorted, non-empty and do not touch; `start` and `end` are the first start and the last end of them; `text` is the
fragments' texts joined with one space; `attributes` has sorted keys.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import TypedDict, Unpack

import msgspec

Fragment = tuple[int, int]

# FORMAT.md: `prefix` and `suffix` hold up to this many code points.
CONTEXT = 32


# Untracked by the collector a large layer loads a third faster; records hold no records, so they form no cycle.
class Span(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag_field="record", tag="span"
):
    """A labelled list of fragments; the fields are the sidecar's, in its order. `created`, `updated`: its strings."""

    id: str
    start: int
    end: int
    fragments: tuple[Fragment, ...]
    text: str
    prefix: str
    suffix: str
    label: str
    subtype: str | None
    attributes: Mapping[str, str]
    group: str | None
    note: str
    origin: str
    created: str
    updated: str

    @property
    def size(self) -> int:
        """Code points that the fragments cover, without the gaps between them."""
        return sum(end - start for start, end in self.fragments)


class Link(
    msgspec.Struct, frozen=True, kw_only=True, gc=False, forbid_unknown_fields=True, tag_field="record", tag="link"
):
    """An event span's tie to an actor span, with a role; `event` and `actor` are span ids."""

    id: str
    event: str
    role: str
    actor: str
    note: str
    origin: str
    created: str
    updated: str


class SpanFields(TypedDict, total=False):
    """What may be given to a new span, or changed in one, besides its fragments and label."""

    subtype: str | None
    attributes: Mapping[str, str]
    group: str | None
    note: str
    origin: str


class SpanChanges(SpanFields, total=False):
    """What `change_span` changes."""

    label: str


# An import gives thousands of records the same moment.
@lru_cache(maxsize=4)
def timestamp(now: datetime) -> str:
    """The moment as a sidecar writes it, in UTC and whole seconds; ValueError for a time without a zone."""
    if now.utcoffset() is None:
        raise ValueError("a timestamp needs a time with a zone")
    return now.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def new_id() -> str:
    """A random id of 12 hexadecimal digits (48 bits: a clash among 50,000 has odds of about 1 in 200,000)."""
    return os.urandom(6).hex()


def normalise_fragments(fragments: Iterable[Fragment]) -> tuple[Fragment, ...]:
    """Sorted fragments, touching and overlapping ones merged; ValueError for none, and for empty or negative ones."""
    merged: list[Fragment] = []
    for start, end in sorted(fragments):
        if not 0 <= start < end:
            raise ValueError(f"fragment [{start}, {end}) is empty or negative")
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    if not merged:
        raise ValueError("a span needs at least one fragment")
    return tuple(merged)


def make_span(
    article_text: str,
    fragments: Iterable[Fragment],
    label: str,
    *,
    id: str,  # noqa: A002 - the record's own word
    now: datetime,
    **fields: Unpack[SpanFields],
) -> Span:
    """A span over these ranges of the text, its derived fields computed; `origin` is `manual` unless given.

    Raises ValueError for ranges that are empty, negative or beyond the text.
    """
    ranges = _ranges_in(article_text, fragments)
    return Span(
        id=id,
        start=ranges[0][0],
        end=ranges[-1][1],
        fragments=ranges,
        text=_text_of(article_text, ranges),
        prefix=_prefix(article_text, ranges),
        suffix=_suffix(article_text, ranges),
        label=label,
        subtype=fields.get("subtype"),
        attributes=_sorted(fields.get("attributes", {})),
        group=fields.get("group"),
        note=fields.get("note", ""),
        origin=fields.get("origin", "manual"),
        created=timestamp(now),
        updated=timestamp(now),
    )


def change_span(span: Span, *, now: datetime, **changes: Unpack[SpanChanges]) -> Span:
    """The span with other label, subtype, attributes, group, note or origin, and a new `updated`."""
    if "attributes" in changes:
        changes["attributes"] = _sorted(changes["attributes"])
    return msgspec.structs.replace(span, **changes, updated=timestamp(now))


def move_span(span: Span, article_text: str, fragments: Iterable[Fragment], *, now: datetime) -> Span:
    """The span over other ranges of the text, derived fields computed anew; ValueError as in `make_span`."""
    ranges = _ranges_in(article_text, fragments)
    return msgspec.structs.replace(
        span,
        start=ranges[0][0],
        end=ranges[-1][1],
        fragments=ranges,
        text=_text_of(article_text, ranges),
        prefix=_prefix(article_text, ranges),
        suffix=_suffix(article_text, ranges),
        updated=timestamp(now),
    )


def make_link(
    event: str,
    role: str,
    actor: str,
    *,
    id: str,  # noqa: A002 - the record's own word
    now: datetime,
    note: str = "",
    origin: str = "manual",
) -> Link:
    """A link from an event span's id to an actor span's id."""
    stamp = timestamp(now)
    return Link(id=id, event=event, role=role, actor=actor, note=note, origin=origin, created=stamp, updated=stamp)


def check_shape(span: Span, length: int) -> None:
    """Raise ValueError, with the reason, unless the fragments are well formed within `length` code points."""
    fragments = span.fragments
    if not fragments:
        raise ValueError("the span has no fragments")
    reached = -1
    for start, end in fragments:
        if not 0 <= start < end <= length:
            raise ValueError(f"fragment [{start}, {end}) is empty or outside the text of {length} code points")
        if start <= reached:
            raise ValueError("the fragments are not sorted, or touch each other")
        reached = end
    if (span.start, span.end) != (fragments[0][0], reached):
        raise ValueError(f"start {span.start} and end {span.end} disagree with the fragments")


def check_span(span: Span, text: str) -> None:
    """Raise ValueError, with the reason, unless the span keeps every invariant over this text.

    `prefix` and `suffix` are left alone: they are hints for finding a span again, and may be shorter.
    """
    check_shape(span, len(text))
    if span.text != _text_of(text, span.fragments):
        raise ValueError("the span's text is not what the article has there")


def _ranges_in(text: str, fragments: Iterable[Fragment]) -> tuple[Fragment, ...]:
    ranges = normalise_fragments(fragments)
    if ranges[-1][1] > len(text):
        raise ValueError(f"fragment {ranges[-1]} ends beyond the text of {len(text)} code points")
    return ranges


def _text_of(text: str, ranges: tuple[Fragment, ...]) -> str:
    if len(ranges) == 1:
        start, end = ranges[0]
        return text[start:end]
    return " ".join(text[start:end] for start, end in ranges)


def _prefix(text: str, ranges: tuple[Fragment, ...]) -> str:
    start = ranges[0][0]
    return text[max(0, start - CONTEXT) : start]


def _suffix(text: str, ranges: tuple[Fragment, ...]) -> str:
    end = ranges[-1][1]
    return text[end : end + CONTEXT]


def _sorted(attributes: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(attributes.items()))
