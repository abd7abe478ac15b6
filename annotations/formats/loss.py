"""What an export could not carry over as it is: each span and link is counted as one kind, and every loss is told.

*Kept*: the target has it exactly. *Widened*: it has more characters than were marked, to fit the target's tokens.
*Split*: it became several. *Flattened*: it is there without its parts, its nesting or its properties. *Dropped*: it is
not there. All but the first are losses.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotations.span import Link, Span

if TYPE_CHECKING:
    from annotations.formats import Annotated

Fate = Literal["kept", "widened", "split", "flattened", "dropped"]
FATES: tuple[Fate, ...] = ("kept", "widened", "split", "flattened", "dropped")


class Loss(NamedTuple):
    """One span or link that the target does not have as it is; offsets in code points, of a link its event's."""

    fate: Fate
    article: str
    annotator: str
    record: Literal["span", "link"]
    id: str
    start: int
    end: int
    label: str
    why: str


class Losses:
    """Counts what became of spans and links, and gives each loss to `tell`; it keeps none of them."""

    def __init__(self, tell: Callable[[Loss], object] | None = None) -> None:
        self.spans: Counter[Fate] = Counter()
        self.links: Counter[Fate] = Counter()
        self._tell = tell

    def note(self, fate: Fate, annotated: Annotated, record: Span | Link, why: str = "") -> None:
        """Note what became of a span or link; `why` is a clause, without a full stop, and none for what is kept."""
        kind: Literal["span", "link"] = "span" if isinstance(record, Span) else "link"
        (self.spans if kind == "span" else self.links)[fate] += 1
        if fate == "kept" or self._tell is None:
            return
        place = record if isinstance(record, Span) else annotated.layer.find(record.event)
        start, end = (place.start, place.end) if place else (0, 0)
        label = record.label if isinstance(record, Span) else record.role
        annotator = annotated.layer.header.annotator
        self._tell(Loss(fate, annotated.id, annotator, kind, record.id, start, end, label, why))

    def keep(self, spans: int, links: int) -> None:
        """Note so many of each as kept."""
        self.spans["kept"] += spans
        self.links["kept"] += links

    def drop_links(self, annotated: Annotated, why: str) -> None:
        """Note that none of the record's links is carried over."""
        for link in annotated.layer.links:
            self.note("dropped", annotated, link, why)

    @property
    def count(self) -> int:
        """How many spans and links are not as they were."""
        return sum(self.spans.values()) + sum(self.links.values()) - self.spans["kept"] - self.links["kept"]


def lost_properties(span: Span) -> str:
    """`without its subtype and note`, for a target that has labels alone; empty where the span has nothing else."""
    has = {
        "subtype": span.subtype is not None,
        "attributes": bool(span.attributes),
        "group": span.group is not None,
        "note": bool(span.note),
        "origin": span.origin != "manual",
    }
    *most, last = [name for name, is_there in has.items() if is_there] or [""]
    return f"without its {', '.join(most)}{' and ' if most else ''}{last}" if last else ""
