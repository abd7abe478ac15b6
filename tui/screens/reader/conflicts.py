"""What another program and the annotator both changed, in a list: both sides are kept, and are to be looked at."""

from __future__ import annotations

from collections.abc import Sequence

from annotations.span import Span
from annotations.store.merge import Conflict
from tui.screens.reader.part import Part
from tui.widgets.bars import set_label
from tui.widgets.side_pane import PaneContent, PaneRow


class Conflicts(Part):
    """Lists them in the pane."""

    async def show(self) -> None:
        """List them, or say that there are none."""
        if self._conflicts:
            await self.reader.parts.pane.open_conflicts()
            self.highlighted(0)
        else:
            self.reader.say("no conflicts: nothing was changed both here and by another program since this was opened")

    def content(self) -> PaneContent:
        """The rows of the list."""
        conflicts = self._conflicts

        def row(index: int) -> PaneRow:
            span = self._span(index)
            if span is None:
                return PaneRow(conflicts[index].told, "")
            return PaneRow(span.subtype or span.label, span.text, span.label)

        return PaneContent(f"conflicts {len(conflicts)}", len(conflicts), row)

    def highlighted(self, index: int) -> None:
        """Another row is current: the text follows it."""
        span = self._span(index)
        if span is not None:
            self.reader.choose_span(span)
        self.reader.status.say_nothing()
        self.reader.tell()

    def chosen(self, index: int) -> None:
        """Go to it in the text."""
        span = self._span(index)
        if span is None:
            self.reader.say(self.told_row(index))
            return
        self.reader.parts.pane.close()
        self.reader.choose_span(span)

    def told_row(self, index: int) -> str:
        """What happened, in full."""
        return set_label(self._conflicts[index].told)

    def row_here(self) -> int | None:
        """The cursor follows the list, not the list the cursor."""
        return None

    @property
    def _conflicts(self) -> Sequence[Conflict]:
        return self.reader.desk.conflicts

    def _span(self, index: int) -> Span | None:
        """The span to look at, where there is one still."""
        span_id = self._conflicts[index].span_id
        return self.layer.find(span_id) if span_id else None
