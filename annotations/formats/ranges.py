"""What targets of plain ranges make of discontinuous spans, and which links are left."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING

from annotations.span import Link, Span

if TYPE_CHECKING:
    from annotations.formats import Annotated
    from annotations.formats.loss import Losses
    from annotations.formats.tokens import Gaps

_GAPS: dict[Gaps, str] = {
    "hull": "it is discontinuous, and its gaps are taken in",
    "head": "it is discontinuous, and only its longest part is taken",
    "drop": "it is discontinuous",
}


def gap_loss(span: Span, gaps: Gaps) -> str:
    """A clause that says what becomes of a discontinuous span; empty for any other."""
    return _GAPS[gaps] if len(span.fragments) > 1 else ""


def linked(annotated: Annotated, spans: Container[str], losses: Losses) -> Iterator[Link]:
    """The links whose ends are both among the ids of these spans; notes what becomes of every link."""
    invalid = {link.id for link in annotated.layer.invalid_links}
    for link in annotated.layer.links:
        if link.event in spans and link.actor in spans:
            losses.note("kept", annotated, link)
            yield link
        else:
            end = "missing" if link.id in invalid else "left out"
            losses.note("dropped", annotated, link, f"one of its ends is {end}")
