"""Spans as plain ranges with a label, for targets that know nothing else, and links between them.

A target has places for some *properties* of a span and none for others; what is set and has none is a loss.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import TYPE_CHECKING

from annotations.formats.tokens import one_range
from annotations.span import Fragment, Link, Span

if TYPE_CHECKING:
    from annotations.formats import Annotated
    from annotations.formats.loss import Losses
    from annotations.formats.tokens import Gaps

PROPERTIES = ("subtype", "attributes", "group", "note")
"""What a span may have besides its place, label and origin."""

_GAPS: dict[Gaps, str] = {
    "hull": "it is discontinuous, and its gaps are taken in",
    "head": "it is discontinuous, and only its longest part is taken",
    "drop": "it is discontinuous",
}


def gap_loss(span: Span, gaps: Gaps) -> str:
    """A clause that says what becomes of a discontinuous span; empty for any other."""
    return _GAPS[gaps] if len(span.fragments) > 1 else ""


def unheld(record: Span | Link, names: Iterable[str]) -> str:
    """A clause that says which of these properties are set, and lost; empty where none is."""
    lost = ", ".join(name for name in names if _is_set(name, getattr(record, name)))
    return f"there is no place for its {lost}" if lost else ""


def ranged(annotated: Annotated, gaps: Gaps, losses: Losses, names: Iterable[str]) -> Iterator[tuple[Span, Fragment]]:
    """The spans that a target of plain ranges takes, each with its range; notes what becomes of every span.

    `names` are the properties that the target has no place for.
    """
    for span in annotated.layer.spans:
        part = one_range(span, gaps)
        reasons = [gap_loss(span, gaps), unheld(span, names) if part else ""]
        why = "; ".join(filter(None, reasons))
        if part is None:
            losses.note("dropped", annotated, span, why)
            continue
        losses.note("flattened" if why else "kept", annotated, span, why)
        yield span, part


def linked(
    annotated: Annotated, spans: Container[str], losses: Losses, names: Iterable[str] = ("note",)
) -> Iterator[Link]:
    """The links whose ends are both among the ids of these spans; notes what becomes of every link."""
    invalid = {link.id for link in annotated.layer.invalid_links}
    for link in annotated.layer.links:
        if link.event in spans and link.actor in spans:
            why = unheld(link, names)
            losses.note("flattened" if why else "kept", annotated, link, why)
            yield link
        else:
            end = "missing" if link.id in invalid else "left out"
            losses.note("dropped", annotated, link, f"one of its ends is {end}")


def _is_set(name: str, value: object) -> bool:
    """Whether a property is other than in a record without it: an empty note is none, an empty subtype is one."""
    return bool(value) if name in ("note", "attributes") else value is not None
