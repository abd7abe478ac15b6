"""What an export could not carry over as it is: each span and link is counted as one kind, and every loss is told.

*Kept*: the target has it exactly. *Widened*: it has more characters than were marked, to fit the target's tokens.
*Split*: it became several. *Flattened*: it is there without its parts, its nesting or its properties. *Dropped*: it is
not there. All but the first are losses. That a target has no ids, or not when a record was made, counts for nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotations.errors import printable
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

    def keep(self, spans: int) -> None:
        """Note so many spans as kept, in less time than one by one."""
        self.spans["kept"] += spans

    def drop_links(self, annotated: Annotated, why: str) -> None:
        """Note that none of the record's links is carried over."""
        for link in annotated.layer.links:
            self.note("dropped", annotated, link, why)

    @property
    def count(self) -> int:
        """How many spans and links are not as they were."""
        return sum(self.spans.values()) + sum(self.links.values()) - self.spans["kept"] - self.links["kept"]


def named(span: Span) -> str:
    """A span as reasons name it: its label, and its extent in code points."""
    return f"{printable(span.label)} [{span.start}, {span.end})"


def lost_properties(record: Span | Link) -> str:
    """`without its subtype and note`, for a target that has labels or roles alone; empty where it loses nothing."""
    *most, last = _set_in(record) or [""]
    return f"without its {', '.join(most)}{' and ' if most else ''}{last}" if last else ""


def _set_in(record: Span | Link) -> list[str]:
    """What a record has besides its place and label, or its ends and role."""
    has = {"note": bool(record.note), "origin": record.origin != "manual"}
    if isinstance(record, Span):
        names = {"subtype": record.subtype, "attributes": record.attributes or None, "group": record.group}
        has = {name: value is not None for name, value in names.items()} | has
    return [name for name, is_there in has.items() if is_there]
