"""The article on the screen: reading it, moving in it, selecting in it.

The view knows cells and offsets, never what a selection is for: it says where the cursor and the selection are, and its
screen does the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

from textual import events
from textual.message import Message

from tui.text import navigation
from tui.text.cursor import Cursor, Step
from tui.text.navigation import Range
from tui.widgets.article_canvas import ArticleCanvas

_WHEEL_LINES = 3


class ArticleView(ArticleCanvas, can_focus=True):
    """An article that is read: owns the cursor, and what moves it."""

    DEFAULT_CSS = """
    ArticleView { width: 1fr; height: 1fr; }
    """

    _dragged_from: Range | None = None

    @dataclass
    class Moved(Message):
        """The caret or the selection is elsewhere, or another part of the text is in view."""

        view: ArticleView

        @property
        def control(self) -> ArticleView:
            """The view."""
            return self.view

        def can_replace(self, message: Message) -> bool:
            """Only where they are now matters."""
            return isinstance(message, ArticleView.Moved)

    @dataclass
    class Clicked(Message):
        """A place of the text was clicked, once, and nothing was selected by it; the caret is there.

        `span_id` is the span whose bracket, or the label at it, was clicked, if it was one.
        """

        view: ArticleView
        offset: int
        span_id: str | None = None

    @property
    def target(self) -> Range | None:
        """What a label would be put on, None where there is nothing to mark."""
        return self.cursor.target(self.page)

    def go_to(self, offset: int, *, centred: bool = False) -> None:
        """Put the caret on an offset and bring it into view, to the middle of it where that is asked for."""
        cursor = Cursor(navigation.nearest_stop(self.page, offset))
        if centred and self._top is not None and self.size.height:
            self._show_from(self._viewport.centred(self.page.spot_of(cursor.caret), self.size.height))
        self._place(cursor)

    def select(self, start: int, end: int) -> None:
        """Select a range of clusters and bring its end into view."""
        self._place(self.cursor.selecting(self.page, (start, end)))

    def drop_selection(self) -> None:
        """Select nothing; the caret stays."""
        self._place(Cursor(self.cursor.caret))

    def move(self, step: Step) -> None:
        """Move the caret and select nothing."""
        self._place(self.cursor.moved(self.page, step, self._screenful(step)))

    def extend(self, step: Step) -> None:
        """Take the selection a step further."""
        self._place(self.cursor.extended(self.page, step, self._screenful(step)))

    def drop(self) -> bool:
        """Drop the selection; False where there is none, as the key is another's then."""
        if self.selection is None:
            return False
        self.drop_selection()
        return True

    def on_focus(self) -> None:
        """The caret looks different in the pane that has the keys."""
        self._refresh_range(self.cursor.lit(self.page))

    def on_blur(self) -> None:
        """See `on_focus`."""
        self._refresh_range(self.cursor.lit(self.page))

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Put the caret under the pointer; with Shift, select up to there."""
        if event.button != 1 or not self._lines:
            return
        self.capture_mouse()
        caret = self._under(event)
        if event.shift:
            self._dragged_from = self.cursor.anchor or navigation.cell_range(self.page, self.cursor.caret)
            self._place(self.cursor.dragged(self.page, self._dragged_from, caret))
        else:
            self._dragged_from = navigation.cell_range(self.page, caret)
            self._place(Cursor(caret))

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Select from where the button went down, scrolling at the edges."""
        if self._dragged_from is None or not self._lines:
            return
        if not 0 <= event.y < self.size.height:
            self._scroll(1 if event.y > 0 else -1)
        caret = self._under(event)
        if self.selection or navigation.cell_range(self.page, caret) != self._dragged_from:
            self._place(self.cursor.dragged(self.page, self._dragged_from, caret), reveal=False)

    def on_mouse_up(self) -> None:
        """End a drag."""
        self._dragged_from = None
        self.release_mouse()

    def on_click(self, event: events.Click) -> None:
        """Select a word by a double click, a paragraph by a triple one."""
        if event.button != 1:
            return
        if event.chain == 1 and self.selection is None:
            self.post_message(self.Clicked(self, self.cursor.caret, self._bracket_under(event)))
        elif event.chain == 2:
            self._place(self.cursor.selecting(self.page, navigation.word_at(self.page, self.cursor.caret)))
        elif event.chain >= 3:
            selected = navigation.paragraph_at(self.page, self.cursor.caret)
            self._place(self.cursor.selecting(self.page, selected), reveal=False)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the caret stays where it is in the text."""
        event.stop()
        self._scroll(_WHEEL_LINES)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the caret stays where it is in the text."""
        event.stop()
        self._scroll(-_WHEEL_LINES)

    def _screenful(self, step: Step) -> int:
        """Rows of text on the screen, or on the next if a step is to that and it has fewer, so that none is missed."""
        height, seen = self.size.height, sum(not line.below for line in self._lines)
        if self._top is None or not self._lines or step not in ("page_up", "page_down"):
            return max(1, seen)
        is_up = step == "page_up"
        lines = self._viewport.lines_before(self._top) if is_up else self._viewport.lines_from(self._lines[-1])
        beyond = [line for _, line in zip(range(height + 1), lines, strict=False)]
        if len(beyond) <= height:
            return seen
        # Down, the first of these lines is on the screen, and the last row may have lines that would not be.
        return min(seen, sum(not line.below for line in (beyond[:-1] if is_up else beyond[1:-1])) + is_up)

    def _place(self, cursor: Cursor, *, reveal: bool = True) -> None:
        before, self.cursor = self.cursor, cursor
        if reveal and self._top is not None and self.size.height:
            spot = self.page.spot_of(cursor.caret)
            self._show_from(self._viewport.revealing(self._top, spot, self.size.height))
        if (before.caret, before.anchor) != (cursor.caret, cursor.anchor):
            self._refresh_range(before.lit(self.page))
            self._refresh_range(cursor.lit(self.page))
            self.post_message(self.Moved(self))

    def _scroll(self, lines: int) -> None:
        if self._top is not None:
            self._show_from(self._viewport.scrolled(self._top, lines, self.size.height))
            self.post_message(self.Moved(self))

    def _under(self, event: events.MouseEvent) -> int:
        """The caret position under the pointer, the nearest one outside the text."""
        line = self._lines[min(max(event.y, 0), len(self._lines) - 1)]
        return navigation.offset_at(self.page, line.spot, event.x - self._left)

    def _bracket_under(self, event: events.MouseEvent) -> str | None:
        """The span whose bracket, or the label at it, is under the pointer."""
        line, x = self.line_at(event.y), event.x - self._left
        pieces = self._lane(line) if line is not None and line.below else ()
        return next((str(piece.key) for piece in pieces if piece.x <= x < piece.x + piece.width), None)
