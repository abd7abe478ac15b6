"""Which links a target gets: those whose ends it gets."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from annotations.span import Link

if TYPE_CHECKING:
    from annotations.formats import Annotated
    from annotations.formats.loss import Losses


def whole_links(annotated: Annotated, losses: Losses) -> Iterator[Link]:
    """The links whose ends are there, for a target that has all spans; notes what becomes of every link."""
    return linked(annotated, {span.id for span in annotated.layer.spans}, losses)


def linked(annotated: Annotated, spans: Container[str], losses: Losses) -> Iterator[Link]:
    """The links whose ends are both among the ids of these spans; notes what becomes of every link."""
    for link in annotated.layer.links:
        why = why_left_out(annotated, link, spans)
        losses.note("dropped" if why else "kept", annotated, link, why)
        if not why:
            yield link


def by_event(links: Iterable[Link]) -> dict[str, list[Link]]:
    """The links by the ids of their events, in their order."""
    found: dict[str, list[Link]] = {}
    for link in links:
        found.setdefault(link.event, []).append(link)
    return found


def why_left_out(annotated: Annotated, link: Link, spans: Container[str]) -> str:
    """Why a link has no place: a clause, empty where both its ends are among the ids of these spans."""
    if link.event in spans and link.actor in spans:
        return ""
    is_whole = all(annotated.layer.find(end) for end in (link.event, link.actor))
    return f"one of its ends is {'left out' if is_whole else 'missing'}"


def why_apart(annotated: Annotated, link: Link, places: Mapping[str, int], place: str) -> str:
    """Why a link's ends are not together: a clause, empty where they are.

    `places` are numbers by the ids of the spans that are written, of whatever `place` is in the plural.
    """
    why = why_left_out(annotated, link, places)
    if why or places[link.event] == places[link.actor]:
        return why
    return f"its ends are in different {place}"
