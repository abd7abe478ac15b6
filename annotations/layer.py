"""The layer: all spans and links of one annotator on one article, an immutable value.

Every change gives a new layer that shares what stayed the same. Offsets are code points, ranges half-open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Unpack, cast

import msgspec

from annotations.article import Article
from annotations.blocks import Blocks
from annotations.change import NO_EXTRAS, Change, Record, State, Trail, differences
from annotations.header import Header, HeaderChanges
from annotations.index import LinkIndex, SpanIndex, by_group, link_order, span_order
from annotations.limits import check_header_limits, check_link_limits, check_span_limits
from annotations.schema import Schema
from annotations.span import Fragment, Link, Span, check_shape, normalise_fragments, timestamp

Extras = Mapping[str, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Layer:
    """Spans in document order (start, end, id) and links by event, role, actor, id, under a header.

    Build one with `Layer.new` or `Layer.of`; the bare constructor sorts and checks nothing. `extras` keeps the keys
    that this version does not know, as raw JSON, by `article`, `article.schema`, `span:<id>` or `link:<id>`; `foreign`
    keeps whole lines of unknown record kinds. Span ids are unique among spans, link ids among links. Layers are equal
    by value.
    """

    header: Header
    spans: Sequence[Span] = ()
    links: Sequence[Link] = ()
    extras: Extras = field(default_factory=dict)
    foreign: tuple[bytes, ...] = ()
    _span_index: SpanIndex | None = field(default=None, compare=False, repr=False)
    _link_index: LinkIndex | None = field(default=None, compare=False, repr=False)
    # With the spans that it was made of: a changed layer shares it until it is asked for.
    _groups: tuple[Sequence[Span], dict[str, tuple[Span, ...]]] | None = field(default=None, compare=False, repr=False)
    _trail: Trail = field(default_factory=Trail, compare=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "spans", Blocks.of(self.spans, _end))
        object.__setattr__(self, "links", Blocks.of(self.links))

    @classmethod
    def new(cls, article: Article, annotator: str, schema: Schema, now: datetime, tool: str) -> Layer:
        """An empty layer of status `new`."""
        stamp = timestamp(now)
        header = Header(
            format="hashiya/1",
            source=article.id,
            sha256=article.sha256,
            encoding=article.encoding,
            length=len(article.text),
            unit="codepoint",
            schema=schema.ref,
            annotator=annotator,
            status="new",
            note="",
            created=stamp,
            updated=stamp,
            seconds_active=0,
            tool=tool,
        )
        return cls(header)

    @classmethod
    def of(
        cls,
        header: Header,
        spans: Iterable[Span] = (),
        links: Iterable[Link] = (),
        extras: Extras | None = None,
        foreign: tuple[bytes, ...] = (),
    ) -> Layer:
        """A layer of these records in whatever order; ValueError for ids used twice and malformed fragments.

        Links whose ends are missing are kept: see `invalid_links`.
        """
        in_order = sorted(spans, key=span_order)
        layer = cls(header, in_order, sorted(links, key=link_order), extras or {}, foreign)
        if len(layer._by_position.by_id) < len(layer.spans) or len(layer._by_end.by_id) < len(layer.links):
            raise ValueError("an id is used twice")
        for span in layer.spans:
            check_shape(span, header.length)
        return layer

    def __repr__(self) -> str:
        who = f"{self.header.source} by {self.header.annotator}"
        return f"<Layer {who}: {len(self.spans)} spans, {len(self.links)} links>"

    def add(self, span: Span) -> Layer:
        """The layer with one span more; the first one turns the status `new` into `in-progress`.

        Raises ValueError when the id is taken, or the fragments are malformed or beyond the article's length.
        """
        check_shape(span, self.header.length)
        layer = self.applied(Change(None, span))
        return layer.with_header(status="in-progress") if self.header.status == "new" else layer

    def remove(self, span_id: str) -> Layer:
        """The layer without the span and every link to or from it; KeyError when there is no such span."""
        span, layer = self.span(span_id), self
        for link in self.links_of(span_id):
            layer = layer.remove_link(link.id)
        return layer.applied(Change(span, None, self.extras.get(f"span:{span_id}", NO_EXTRAS)))

    def replace(self, span: Span) -> Layer:
        """The layer with this span for the one of its id, links kept; KeyError if none is, ValueError as in `add`."""
        check_shape(span, self.header.length)
        old = self.span(span.id)
        return self if old == span else self.applied(Change(old, span))

    def add_link(self, link: Link) -> Layer:
        """The layer with one link more; ValueError when its id is taken, KeyError when one of its ends is missing."""
        if link.id in self._by_end.by_id:
            raise ValueError(f"link id {link.id} is taken")
        for end in (link.event, link.actor):
            self.span(end)
        return self.applied(Change(None, link))

    def remove_link(self, link_id: str) -> Layer:
        """The layer without the link; KeyError when there is no such link."""
        return self.applied(Change(self.link(link_id), None, self.extras.get(f"link:{link_id}", NO_EXTRAS)))

    def applied(self, change: Change) -> Layer:
        """The layer after a change; ValueError where the record is not there as the change found it, or is too large.

        A link's ends need not be there: a change may be one of several.
        """
        kind, record_id = change.key
        _check_limits(change.new)
        if self.record(change) != change.old:
            raise ValueError(f"{kind} id {record_id} is taken" if change.old is None else f"another {kind} {record_id}")
        trail = Trail(self._trail, change)
        if isinstance(change.new, State):
            header = msgspec.structs.replace(self.header, status=change.new.status, note=change.new.note)
            check_header_limits(header)
            return replace(self, header=header, _trail=trail)
        swap = self._with_span if kind == "span" else self._with_link
        extras = self._extras_after(change, f"{kind}:{record_id}")
        return replace(swap(change.old, change.new), extras=extras, _trail=trail)  # type: ignore[arg-type]

    def applied_all(self, changes: Iterable[Change]) -> Layer:
        """The layer after all of these changes, one after the other; ValueError as in `applied`."""
        layer = self
        for change in changes:
            layer = layer.applied(change)
        return layer

    def changes_since(self, earlier: Layer) -> tuple[Change, ...]:
        """The changes that make this layer's records of an earlier one's.

        They are known where this layer was made of that one; else the two are compared, span by span.
        """
        known = self._trail.since(earlier._trail)
        if known is not None:
            return known
        state = (Change(earlier.state, self.state),) if earlier.state != self.state else ()
        return (
            *state,
            *differences(earlier.spans, self.spans),
            *differences(earlier.links, self.links),
        )

    def record(self, change: Change) -> Record | None:
        """The record that the change is about as it is now, None where there is none."""
        kind, record_id = change.key
        if kind == "state":
            return self.state
        return self.find(record_id) if kind == "span" else self._by_end.by_id.get(record_id)

    @property
    def state(self) -> State:
        """The article's status and note."""
        return State(status=self.header.status, note=self.header.note)

    def with_header(self, **changes: Unpack[HeaderChanges]) -> Layer:
        """The layer under a changed header; of that, `changes_since` knows the status and the note."""
        header = msgspec.structs.replace(self.header, **changes)
        check_header_limits(header)
        state = State(status=header.status, note=header.note)
        trail = self._trail if state == self.state else Trail(self._trail, Change(self.state, state))
        return replace(self, header=header, _trail=trail)

    def touch(self, now: datetime) -> Layer:
        """The layer with `updated` set; no other change does that."""
        return self.with_header(updated=timestamp(now))

    def without_index(self) -> Layer:
        """An equal layer without its lookup tables, which are rebuilt when next needed."""
        return replace(self, _span_index=None, _link_index=None, _groups=None)

    def span(self, span_id: str) -> Span:
        """The span with this id, or KeyError."""
        return self._by_position.by_id[span_id]

    def find(self, span_id: str) -> Span | None:
        """The span with this id, or None."""
        return self._by_position.by_id.get(span_id)

    def in_group(self, group: str) -> tuple[Span, ...]:
        """The spans of a group in document order; grouped once per layer."""
        if self._groups is None or self._groups[0] is not self.spans:
            object.__setattr__(self, "_groups", (self.spans, by_group(self.spans)))
        return self._groups[1].get(group, ()) if self._groups else ()

    def link(self, link_id: str) -> Link:
        """The link with this id, or KeyError."""
        return self._by_end.by_id[link_id]

    def overlapping(self, start: int, end: int) -> list[Span]:
        """Spans whose extent, gaps included, overlaps [start, end), in document order.

        Two bisections, then a look at every span between the cuts: those are the hits, and what starts after a long
        earlier span that is still open.
        """
        low = self._spans.first_above(start)
        high = bisect_left(self.spans, end, key=_start)
        return [span for span in self.spans[low:high] if span.end > start]

    def at(self, offset: int) -> list[Span]:
        """Spans with a fragment that holds the offset, innermost (fewest code points) first, then in document order."""
        found = self.overlapping(offset, offset + 1)
        return sorted((span for span in found if _holds(span, offset)), key=lambda span: span.size)

    def next_after(self, offset: int) -> Span | None:
        """The first span that starts after the offset."""
        position = bisect_right(self.spans, offset, key=_start)
        return self.spans[position] if position < len(self.spans) else None

    def previous_before(self, offset: int) -> Span | None:
        """The last span that starts before the offset."""
        position = bisect_left(self.spans, offset, key=_start)
        return self.spans[position - 1] if position else None

    def with_range(self, fragments: Iterable[Fragment]) -> list[Span]:
        """Spans over exactly these fragments, in document order; ValueError for empty or negative ones."""
        ranges = normalise_fragments(fragments)
        start, end = ranges[0][0], ranges[-1][1]
        low = bisect_left(self.spans, (start, end, ""), key=span_order)
        high = bisect_left(self.spans, (start, end + 1, ""), key=span_order)
        return [span for span in self.spans[low:high] if span.fragments == ranges]

    def counts(self) -> Mapping[str, int]:
        """How many spans each label has; labels without any are absent."""
        return self._by_position.counts

    def links_of(self, span_id: str) -> tuple[Link, ...]:
        """Links with the span at either end, in the layer's order."""
        return self._by_end.by_span.get(span_id, ())

    @property
    def invalid_links(self) -> tuple[Link, ...]:
        """Links with an end that no span of the layer has; for labels and roles see `link_problem`."""
        ids = self._by_position.by_id
        return tuple(link for link in self.links if link.event not in ids or link.actor not in ids)

    @property
    def _by_position(self) -> SpanIndex:
        index = self._span_index
        if index is None:
            index = SpanIndex.of(self.spans)
            object.__setattr__(self, "_span_index", index)
        return index

    @property
    def _by_end(self) -> LinkIndex:
        index = self._link_index
        if index is None:
            index = LinkIndex.of(self.links)
            object.__setattr__(self, "_link_index", index)
        return index

    @property
    def _spans(self) -> Blocks[Span]:
        return cast(Blocks[Span], self.spans)

    def _with_span(self, old: Span | None, new: Span | None) -> Layer:
        """The layer with one span in the place of another."""
        spans = self._spans
        if old is not None:
            spans = spans.removed(bisect_left(spans, span_order(old), key=span_order))
        if new is not None:
            spans = spans.inserted(bisect_left(spans, span_order(new), key=span_order), new)
        return replace(self, spans=spans, _span_index=self._by_position.changed(old, new))

    def _with_link(self, old: Link | None, new: Link | None) -> Layer:
        """The layer with one link in the place of another."""
        links, index = cast(Blocks[Link], self.links), self._by_end
        if old is not None:
            links = links.removed(bisect_left(links, link_order(old), key=link_order))
            index = index.removed(old)
        if new is not None:
            links = links.inserted(bisect_left(links, link_order(new), key=link_order), new)
            index = index.inserted(new)
        return replace(self, links=links, _link_index=index)

    def _extras_after(self, change: Change, key: str) -> Extras:
        if change.new is None and key in self.extras:
            return {kept: value for kept, value in self.extras.items() if kept != key}
        return {**self.extras, key: change.extras} if change.old is None and change.extras else self.extras


def link_problem(layer: Layer, link: Link, schema: Schema) -> str | None:
    """Why the link is invalid (an end missing, a role unknown, an end of the wrong label), or None."""
    role = schema.role(link.role)
    if role is None:
        return f"the schema {schema.name} has no role {link.role}"
    if not role.is_usable:
        return f"the role {role.name} joins no labels of the schema {schema.name}"
    ends = (("event", link.event, role.event_labels), ("actor", link.actor, role.actor_labels))
    ids = layer._by_position.by_id
    for end, span_id, labels in ends:
        if span_id not in ids:
            return f"its {end} {span_id} is missing"
        if ids[span_id].label not in labels:
            return f"its {end} is labelled {ids[span_id].label}, and the role {role.name} needs {' or '.join(labels)}"
    return None


def _start(span: Span) -> int:
    return span.start


def _end(span: Span) -> int:
    return span.end


def _check_limits(record: Record | None) -> None:
    if isinstance(record, Span):
        check_span_limits(record)
    elif isinstance(record, Link):
        check_link_limits(record)


def _holds(span: Span, offset: int) -> bool:
    return any(start <= offset < end for start, end in span.fragments)
