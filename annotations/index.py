"""Lookup tables over a layer's spans and links, built once per layer and carried along from one layer to the next.

Values like the layer itself: every change gives a new table. At 50,000 spans a copy costs under a millisecond, a table
from nothing tens of them. Copies are made with `dict.copy`: `dict(...)` is 20 times slower on a dict that lost a key.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from annotations.span import Link, Span


@dataclass(frozen=True, slots=True)
class SpanIndex:
    """Spans in document order by position and by id.

    `starts[i]` is the start of span i, `reach[i]` the greatest end among spans 0..i. Both are non-decreasing, so both
    bisect, and what overlaps a range lies between the two cuts.
    """

    starts: Sequence[int]
    reach: Sequence[int]
    by_id: dict[str, Span]
    counts: Mapping[str, int]

    @classmethod
    def of(cls, spans: Sequence[Span]) -> SpanIndex:
        """The table of spans in document order."""
        return cls(
            starts=[span.start for span in spans],
            reach=list(accumulate([span.end for span in spans], max)),
            by_id={span.id: span for span in spans},
            counts=Counter([span.label for span in spans]),
        )

    def cut(self, start: int, end: int) -> tuple[int, int]:
        """The positions [low, high) outside of which no extent overlaps [start, end)."""
        return bisect_right(self.reach, start), bisect_left(self.starts, end)

    def inserted(self, position: int, span: Span) -> SpanIndex:
        """The table with a span more, which stands at the position."""
        starts, reach = list(self.starts), list(self.reach)
        starts.insert(position, span.start)
        reach.insert(position, max(span.end, reach[position - 1] if position else 0))
        for i in range(position + 1, len(reach)):
            if reach[i] >= span.end:
                break
            reach[i] = span.end
        by_id = self.by_id.copy()
        by_id[span.id] = span
        counts = {**self.counts, span.label: self.counts.get(span.label, 0) + 1}
        return SpanIndex(starts, reach, by_id, counts)

    def replaced(self, old: Span, new: Span) -> SpanIndex:
        """The table with one span for another of the same id, start and end."""
        by_id = self.by_id.copy()
        by_id[new.id] = new
        counts = Counter(self.counts)
        counts[old.label] -= 1
        counts[new.label] += 1
        return SpanIndex(self.starts, self.reach, by_id, +counts)

    def removed(self, position: int, span: Span, rest: Sequence[Span]) -> SpanIndex:
        """The table without the span that stood at the position; `rest` are the spans that remain."""
        starts, reach = list(self.starts), list(self.reach)
        del starts[position], reach[position]
        running = reach[position - 1] if position else 0
        for i in range(position, len(reach)):
            running = max(running, rest[i].end)
            # From the first equal maximum on, the old ones hold again.
            if reach[i] == running:
                break
            reach[i] = running
        by_id = self.by_id.copy()
        del by_id[span.id]
        counts = {**self.counts, span.label: self.counts[span.label] - 1}
        return SpanIndex(starts, reach, by_id, {label: count for label, count in counts.items() if count})


@dataclass(frozen=True, slots=True)
class LinkIndex:
    """Links by id, and by the id of the span at either end, in the layer's order."""

    by_id: dict[str, Link]
    by_span: dict[str, tuple[Link, ...]]

    @classmethod
    def of(cls, links: Iterable[Link]) -> LinkIndex:
        """The table of links in the layer's order."""
        by_id: dict[str, Link] = {}
        by_span: dict[str, list[Link]] = {}
        for link in links:
            by_id[link.id] = link
            for end in _ends(link):
                by_span.setdefault(end, []).append(link)
        return cls(by_id, {end: tuple(found) for end, found in by_span.items()})

    def inserted(self, link: Link) -> LinkIndex:
        """The table with a link more."""
        by_id, by_span = self.by_id.copy(), self.by_span.copy()
        by_id[link.id] = link
        for end in _ends(link):
            by_span[end] = tuple(sorted((*by_span.get(end, ()), link), key=link_order))
        return LinkIndex(by_id, by_span)

    def removed(self, link: Link) -> LinkIndex:
        """The table without the link."""
        by_id, by_span = self.by_id.copy(), self.by_span.copy()
        del by_id[link.id]
        for end in _ends(link):
            by_span[end] = tuple(other for other in by_span[end] if other.id != link.id)
        return LinkIndex(by_id, by_span)


def by_group(spans: Iterable[Span]) -> dict[str, tuple[Span, ...]]:
    """The spans that have a group, by its id, each group in the order given."""
    groups: dict[str, list[Span]] = {}
    for span in spans:
        if span.group is not None:
            groups.setdefault(span.group, []).append(span)
    return {group: tuple(members) for group, members in groups.items()}


def span_order(span: Span) -> tuple[int, int, str]:
    """Document order, FORMAT.md's for spans."""
    return span.start, span.end, span.id


def link_order(link: Link) -> tuple[str, str, str, str]:
    """FORMAT.md's order for links."""
    return link.event, link.role, link.actor, link.id


def _ends(link: Link) -> tuple[str, ...]:
    return (link.event,) if link.event == link.actor else (link.event, link.actor)
