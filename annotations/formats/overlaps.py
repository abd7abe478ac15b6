"""Which of overlapping spans are taken, for targets in which there is room for one in a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from annotations.formats.loss import named
from annotations.formats.tokens import Laid

if TYPE_CHECKING:
    from annotations.formats import Annotated
    from annotations.formats.loss import Losses

Place = tuple[int, int]
"""The first token and the last."""


def place_of(laid: Laid) -> Place:
    """The tokens that a span is on."""
    return laid.first, laid.last - 1


def longest_first(laid: Iterable[Laid]) -> list[Laid]:
    """Spans with more tokens first, of equals those with more characters, then as they were.

    So whatever overlaps one that stands before it has that one's first or last token, or is on them all.
    """
    return sorted(laid, key=lambda one: (one.first - one.last, one.span.start - one.span.end))


def longest(record: Annotated, laid: Iterable[Laid], losses: Losses) -> list[Laid]:
    """The spans of which no two share a token, longer ones first; the others are noted as dropped."""
    taken: list[Laid] = []
    owners: dict[int, Laid] = {}
    for each in longest_first(laid):
        owner = owners.get(each.first) or owners.get(each.last - 1)
        if owner:
            losses.note("dropped", record, each.span, _why_not(each, owner))
            continue
        taken.append(each)
        owners.update(dict.fromkeys(range(each.first, each.last), each))
    return taken


def one_a_place(
    record: Annotated, laid: Iterable[Laid], losses: Losses, place: Callable[[Laid], Place] = place_of
) -> list[Laid]:
    """The first span of each place; the others are noted as dropped."""
    taken: dict[Place, Laid] = {}
    for each in laid:
        first, last = place(each)
        owner = taken.setdefault((first, last), each)
        if owner is not each:
            words = "words" if last > first else "word"
            losses.note("dropped", record, each.span, f"on the same {words} as {named(owner.span)}")
    return list(taken.values())


def _why_not(each: Laid, owner: Laid) -> str:
    is_inside = owner.first <= each.first and each.last <= owner.last
    return f"{'nested in' if is_inside else 'overlaps'} {named(owner.span)}"
