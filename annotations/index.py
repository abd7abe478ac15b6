"""Lookup tables over a layer's spans and links, built once per layer and carried along from one layer to the next.

Values like the layer itself: every change gives a new table, which shares nearly all of the old one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotations.blocks import Shards
from annotations.span import Link, Span


@dataclass(frozen=True, slots=True)
class SpanIndex:
    """Spans by id, and how many have each label; labels without any are absent."""

    by_id: Shards[Span]
    counts: Mapping[str, int]

    @classmethod
    def of(cls, spans: Sequence[Span]) -> SpanIndex:
        """The table of these spans."""
        return cls(Shards.of({span.id: span for span in spans}), Counter(span.label for span in spans))

    def changed(self, old: Span | None, new: Span | None) -> SpanIndex:
        """The table with one span in the place of another."""
        by_id, counts = self.by_id, Counter(self.counts)
        if old is not None:
            by_id = by_id.lacking(old.id)
            counts[old.label] -= 1
        if new is not None:
            by_id = by_id.having(new.id, new)
            counts[new.label] += 1
        return SpanIndex(by_id, +counts)


@dataclass(frozen=True, slots=True)
class LinkIndex:
    """Links by id, and by the id of the span at either end, in the layer's order."""

    by_id: Shards[Link]
    by_span: Shards[tuple[Link, ...]]

    @classmethod
    def of(cls, links: Iterable[Link]) -> LinkIndex:
        """The table of links in the layer's order."""
        by_id: dict[str, Link] = {}
        by_span: dict[str, list[Link]] = {}
        for link in links:
            by_id[link.id] = link
            for end in _ends(link):
                by_span.setdefault(end, []).append(link)
        return cls(Shards.of(by_id), Shards.of({end: tuple(found) for end, found in by_span.items()}))

    def inserted(self, link: Link) -> LinkIndex:
        """The table with a link more."""
        by_span = self.by_span
        for end in _ends(link):
            by_span = by_span.having(end, tuple(sorted((*by_span.get(end, ()), link), key=link_order)))
        return LinkIndex(self.by_id.having(link.id, link), by_span)

    def removed(self, link: Link) -> LinkIndex:
        """The table without the link."""
        by_span = self.by_span
        for end in _ends(link):
            by_span = by_span.having(end, tuple(other for other in by_span[end] if other.id != link.id))
        return LinkIndex(self.by_id.lacking(link.id), by_span)


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
