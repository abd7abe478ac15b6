"""What the pane beside the text lists: the spans, the links of one, the actors or events with their mentions, or what
another part has to list: hidden characters, a review, conflicts.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, Protocol

from textual.containers import Horizontal

from annotations.index import span_order
from annotations.layer import link_problem
from annotations.span import Link, Span
from tui.command import Context
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of, link_end, links_in_order, told_link
from tui.widgets.bars import quoted
from tui.widgets.side_pane import PaneContent, PaneRow, SidePane

if TYPE_CHECKING:
    from annotations.groups import Entity

Kind = Literal["spans", "card", "entities", "hidden", "review", "conflicts"]

_SHORT = 32


class Lister(Protocol):
    """A part that has something of its own to list; rows are told by their index."""

    def content(self) -> PaneContent:
        """What is to be listed now."""

    def highlighted(self, index: int) -> None:
        """Another row is current: the text follows it."""

    def chosen(self, index: int) -> None:
        """A row was chosen."""

    def told_row(self, index: int) -> str:
        """What the status line tells of a row."""

    def row_here(self) -> int | None:
        """The row of what is under the cursor, None where there is none, or where the list leads."""


class Pane(Part):
    """Knows what is listed, and what a row stands for."""

    _kind: Kind = "spans"
    _card_id: str | None = None
    _label: str | None = None
    _mentions: list[tuple[Span, Entity | None]] = []  # noqa: RUF012 - replaced, never changed

    def live_contexts(self) -> tuple[Context, ...]:
        """The contexts whose keys are live while the pane has them."""
        return (self._kind, "list") if self._kind == "card" or self._kind == "entities" else ("list",)

    @property
    def lists_hidden(self) -> bool:
        """Whether hidden characters are listed."""
        return self._kind == "hidden"

    async def switch(self) -> None:
        """Between the text and the pane, which a narrow screen shows only as long as it is used."""
        if self.view.has_focus:
            await self.open()
        else:
            self.close()

    async def open(self) -> None:
        """Give the keys to the pane."""
        self.reader.add_class("-listing")
        (await self.widget()).rows.focus()
        self.show()
        self.reader.tell()

    def close(self) -> None:
        """Give the keys back to the text, and list what is listed beside it: the spans, or what the mode lists."""
        self.reader.remove_class("-listing")
        self.view.focus()
        parts = self.reader.parts
        self._kind = "spans"
        if parts.made("revealing") and parts.revealing.is_on():
            self._kind = "hidden"
        elif parts.made("reviewing") and parts.reviewing.is_listed():
            self._kind = "review"
        self.show()

    async def widget(self) -> SidePane:
        """The pane itself, made when there is room for it, or when it is asked for."""
        if not self.reader.query(SidePane):
            pane = SidePane(self.content(), self.schema)
            await self.reader.query_one(Horizontal).mount(pane, before=self.view)
        return self.reader.query_one(SidePane)

    async def open_card(self, span: Span | None, link: Link | None = None) -> None:
        """List the links of a span, or where that is None those that are not right, with one of them current."""
        self._kind, self._card_id = "card", span.id if span else None
        await self.open()
        current = next((at for at, each in enumerate(self._links()) if link is not None and each.id == link.id), 0)
        self.reader.query_one(SidePane).rows.set_current(current)
        self.reader.tell()

    def carded(self) -> Span | None:
        """The span whose links are listed."""
        return self.layer.find(self._card_id) if self._card_id else None

    def wrong_links(self) -> tuple[Link, ...]:
        """The links of the article with an end missing, or one that does not fit their role."""
        return tuple(link for link in self.layer.links if link_problem(self.layer, link, self.schema) is not None)

    async def open_entities(self) -> None:
        """List the actors, each with its mentions."""
        self._kind = "entities"
        self._label = self._label or self.schema.labels[0].name
        await self.open()

    async def open_hidden(self) -> None:
        """List what of the text is hidden."""
        is_new, self._kind = not self.lists_hidden, "hidden"
        await self.open()
        if is_new:
            self.reader.query_one(SidePane).rows.set_current(0)

    async def open_review(self) -> None:
        """List what became of the spans when the article was edited."""
        is_new, self._kind = self._kind != "review", "review"
        await self.open()
        if is_new:
            self.reader.query_one(SidePane).rows.set_current(0)

    async def open_conflicts(self) -> None:
        """List what was changed here and elsewhere."""
        self._kind = "conflicts"
        await self.open()
        self.reader.query_one(SidePane).rows.set_current(0)

    def next_label(self) -> None:
        """List those of the next label."""
        names = [label.name for label in self.schema.labels]
        self._label = names[(names.index(self._label) + 1) % len(names)] if self._label in names else names[0]
        self.show()

    def show(self) -> None:
        """Bring the list up to the layer as it is now."""
        for pane in self.reader.query(SidePane):
            pane.show(self.content())
        self.follow()

    def content(self) -> PaneContent:
        """What is to be listed now."""
        if self._kind == "card":
            return self._card()
        lister = self._lister()
        if lister is not None:
            return lister.content()
        return self._entities() if self._kind == "entities" else self._spans()

    def follow(self) -> None:
        """Make the row of what is under the cursor the current one, unless it is the list that moves the cursor."""
        row = self._row_here()
        if row is not None:
            for pane in self.reader.query(SidePane):
                pane.rows.set_current(row)

    def highlighted(self, index: int) -> None:
        """Another row is current: the text follows it."""
        lister = self._lister()
        if lister is not None:
            lister.highlighted(index)
            return
        span = self._span_at(index)
        if self._kind == "card":
            # What was said is of another row.
            self.reader.show_mode()
        elif span is not None:
            self.view.go_to(span.start)
            self.reader.choose_span(span)

    def told(self) -> str:
        """What the status line tells of the current row, where it is about more than a span; empty elsewhere."""
        lister = self._lister()
        if lister is not None:
            return lister.told_row(self._current())
        if self._kind != "card":
            return ""
        links, index = self._links(), self._current()
        if index < len(links):
            return told_link(self.layer, self.schema, links[index])
        span = self.carded()
        return f"{kind_of(span)} {quoted(span.text, _SHORT)} has no links yet" if span else ""

    def chosen(self, index: int) -> None:
        """A row was chosen: go there in the text."""
        lister = self._lister()
        if lister is not None:
            lister.chosen(index)
            return
        span = self._span_at(index)
        if span is None and self._kind == "card" and index < len(self._links()):
            self.reader.say("this end of the link is missing: x removes the link")
            return
        if span is not None:
            self.view.go_to(span.start)
        self.close()
        if span is not None:
            self.reader.choose_span(span)

    def current_link(self) -> Link | None:
        """The link of the card's current row; where there is none, that is said."""
        links, index = self._links(), self._current()
        if self._kind == "card" and index < len(links):
            return links[index]
        self.reader.say("no link here: on an event, the key of a role makes one")
        return None

    def current_mention(self) -> Span | None:
        """The mention of the current row among the actors or events."""
        return self._span_at(self._current())

    def _lister(self) -> Lister | None:
        """The part whose list this is, None where it is the pane's own."""
        parts = self.reader.parts
        if self._kind == "hidden":
            return parts.revealing
        if self._kind == "review":
            return parts.reviewing
        return parts.conflicts if self._kind == "conflicts" else None

    def _row_here(self) -> int | None:
        lister = self._lister()
        if lister is not None:
            return lister.row_here() if self.view.has_focus else None
        span = self.reader.span_here() if self._kind == "spans" else None
        return None if span is None else bisect_left(self.layer.spans, span_order(span), key=span_order)

    def _current(self) -> int:
        return self.reader.query_one(SidePane).rows.current

    def _span_at(self, index: int) -> Span | None:
        if self._kind == "spans":
            return self.layer.spans[index] if index < len(self.layer.spans) else None
        if self._kind == "entities":
            return self._mentions[index][0] if index < len(self._mentions) else None
        links = self._links()
        return link_end(self.layer, links[index], self._card_id or links[index].actor) if index < len(links) else None

    def _spans(self) -> PaneContent:
        counts = self.layer.counts()
        titles = {label.name: label.title_en.lower() for label in self.schema.labels}
        told = "   ".join(f"{title} {counts.get(name, 0)}" for name, title in titles.items())
        spans = self.layer.spans

        def row(index: int) -> PaneRow:
            span = spans[index]
            return PaneRow(span.subtype or titles.get(span.label, span.label), span.text, span.label)

        return PaneContent(told if spans else "nothing marked yet", len(spans), row)

    def _links(self) -> Sequence[Link]:
        return links_in_order(self.layer, self._card_id) if self._card_id else self.wrong_links()

    def _card(self) -> PaneContent:
        links, span = self._links(), self.carded()
        if span is not None:
            heading = f"{kind_of(span)}  {span.text[:_SHORT]}"
        else:
            heading = "deleted" if self._card_id else "links that are not right"

        def row(index: int) -> PaneRow:
            link = links[index]
            outward = link.event == self._card_id
            other = link_end(self.layer, link, self._card_id or link.actor)
            wrong = "" if link_problem(self.layer, link, self.schema) is None else "! "
            kind = f"{wrong}{link.role}{'' if outward else ' of'}{' *' if link.note else ''}"
            return PaneRow(kind, other.text if other else "(missing)", other.label if other else None)

        if not links:
            return PaneContent(heading, 1, lambda _: PaneRow("no links yet" if span else "none", ""))
        return PaneContent(heading, len(links), row)

    def _entities(self) -> PaneContent:
        from annotations.groups import entities

        found = entities(self.layer, self._label or "")
        self._mentions = [
            (mention, entity if number == 0 else None)
            for entity in found
            for number, mention in enumerate(entity.mentions)
        ]
        mentions = self._mentions

        def row(index: int) -> PaneRow:
            mention, entity = mentions[index]
            if entity is None:
                return PaneRow(str(mention.start), mention.text, mention.label, depth=1)
            count = len(entity.mentions)
            return PaneRow(f"{entity.subtype or ''} ×{count}".strip(), entity.title, entity.label)

        label = self.schema.label(self._label or "")
        title = f"{label.title_en.lower()}s" if label else ""
        return PaneContent(f"{title} {len(found)}   mentions {len(mentions)}", len(mentions), row)
