"""For targets in which a token has one label at the most: which of overlapping spans are taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotations.errors import printable
from annotations.formats.tokens import Laid

if TYPE_CHECKING:
    from annotations.formats import Annotated
    from annotations.formats.loss import Losses


def longest(record: Annotated, laid: Sequence[Laid], losses: Losses) -> list[Laid]:
    """The spans of which no two share a token, longer ones first; the others are noted as dropped."""
    taken: list[Laid] = []
    # What was taken before is no shorter: where it overlaps another it has that one's first or last token.
    owners: dict[int, Laid] = {}
    for each in sorted(laid, key=lambda one: (one.first - one.last, one.span.start - one.span.end)):
        owner = owners.get(each.first) or owners.get(each.last - 1)
        if owner:
            losses.note("dropped", record, each.span, _why_not(each, owner))
            continue
        taken.append(each)
        owners.update(dict.fromkeys(range(each.first, each.last), each))
    return taken


def _why_not(each: Laid, owner: Laid) -> str:
    is_inside = owner.first <= each.first and each.last <= owner.last
    label = printable(owner.span.label)
    return f"{'nested in' if is_inside else 'overlaps'} {label} [{owner.span.start}, {owner.span.end})"
