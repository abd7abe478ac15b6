"""Groups: mentions of the same actor, or of the same event."""

from __future__ import annotations

from datetime import datetime

from annotations import groups
from annotations.edits import Edit, RefusedError
from annotations.errors import printable
from annotations.layer import Layer
from annotations.span import Span
from tui.screens.reader.part import Part
from tui.screens.reader.picking import Pick
from tui.widgets.bars import quoted

_TOLD = 32


class Grouping(Part):
    """Says that spans are the same, and shows who is there."""

    def same_as(self) -> None:
        """Say that the span is the same as another that is picked."""
        span = self.need_span()
        if span is None:
            return
        mentions = {mention.id for mention in groups.mentions_of(self.layer, span)}
        others = [other for other in self.layer.spans if other.label == span.label and other.id not in mentions]
        if not others:
            self.reader.say(f"no other {printable(span.label)} to be the same as")
            return
        first = groups.suggest(self.layer, span)
        told = f"{quoted(span.text, _TOLD)} is the same as"
        self.reader.parts.picking.start(
            Pick(told, others, lambda other: self._join(span, other), first, title="same as", about=span)
        )

    def ungroup(self) -> None:
        """Take the span out of its group."""
        span = self.need_span()
        if span is not None:
            self._ungroup(span)

    async def show_entities(self) -> None:
        """Show the article's actors, each with its mentions, beside the text."""
        await self.reader.parts.pane.open_entities()

    def ungroup_row(self) -> None:
        """Take the current row's mention out of its group."""
        span = self.reader.parts.pane.current_mention()
        if span is not None:
            self._ungroup(span)

    def join_row(self) -> None:
        """Say that the current row's mention is the same as another."""
        span = self.reader.parts.pane.current_mention()
        if span is not None:
            self.reader.parts.pane.close()
            self.reader.choose_span(span)
            self.same_as()

    def other_label(self) -> None:
        """Show those of the next label."""
        self.reader.parts.pane.next_label()

    def _join(self, span: Span, other: Span) -> None:
        def step(layer: Layer, now: datetime) -> Edit:
            joined = groups.same_as(layer, span.id, other.id, now=now)
            if joined is layer:
                raise RefusedError("these are the same already")
            return Edit(joined, "same as", span.id)

        edit = self.do(step)
        self.reader.choose_span(self.layer.span(span.id))
        if edit is not None:
            count = len(groups.mentions_of(edit.layer, edit.layer.span(span.id)))
            self.reader.say(f"{quoted(span.text, _TOLD)} is the same as {quoted(other.text, _TOLD)}: {count} mentions")

    def _ungroup(self, span: Span) -> None:
        if span.group is None:
            self.reader.say("the span is in no group")
            return
        if self.do(lambda layer, now: Edit(groups.ungroup(layer, span.id, now=now), "ungroup", span.id)):
            self.reader.say(f"{quoted(span.text, _TOLD)} stands alone now")
