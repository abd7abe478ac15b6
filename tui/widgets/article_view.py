"""The article on the screen: reading it, moving in it, selecting in it.

The view knows cells and offsets, never what a selection is for: it says where the cursor and the selection are, and its
screen does the rest. Only the rows that look different are drawn again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.actions import SkipAction
from textual.binding import BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotations.layer import Layer
from annotations.schema import Schema
from tui.commands import bindings_of
from tui.text import navigation, viewport
from tui.text.cursor import Cursor, Step
from tui.text.document import Document
from tui.text.navigation import Range
from tui.text.page import Page
from tui.text.viewport import ScreenLine
from tui.widgets import palette
from tui.widgets.position_bar import bar_cell
from tui.widgets.row_painter import Looks, paint

COLUMN = 76
"""Widest text column, in cells: longer rows are hard to follow back."""

# At the right of the text: one column of air, one for the position bar. At its left: one of air.
_MARGINS = 3
_WHEEL_LINES = 3


class ArticleView(Widget, can_focus=True):
    """Shows a page and a layer over it; owns the cursor."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("text")
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "article-view--cursor",
        "article-view--cursor-away",
        "article-view--selection",
    }
    DEFAULT_CSS = """
    ArticleView {
        width: 1fr;
        height: 1fr;
        .article-view--cursor { background: $foreground; color: $background; text-style: none; }
        .article-view--cursor-away { text-style: reverse; }
        .article-view--selection { background: #5c6370; color: #ffffff; }
    }
    """

    @dataclass
    class Moved(Message):
        """The caret or the selection is elsewhere."""

        view: ArticleView

        @property
        def control(self) -> ArticleView:
            """The view."""
            return self.view

        def can_replace(self, message: Message) -> bool:
            """Only where they are now matters."""
            return isinstance(message, ArticleView.Moved)

    def __init__(self, text: str, layer: Layer, schema: Schema) -> None:
        super().__init__()
        self.page = Page(Document(text), COLUMN, cell_len)
        self.cursor = Cursor(navigation.nearest_stop(self.page, 0))
        self._layer = layer
        self._schema = schema
        self._dragged_from: Range | None = None
        self._top = viewport.first_line(self.page)
        self._lines: list[ScreenLine] = []
        self._fitted = Size(0, 0)
        self._looks: dict[bool, Looks] = {}

    @property
    def selection(self) -> Range | None:
        """The selected range of the text, None where only the caret is."""
        return self.cursor.selection(self.page)

    @property
    def target(self) -> Range | None:
        """What a label would be put on, None where there is nothing to mark."""
        return self.cursor.target(self.page)

    @property
    def reached(self) -> tuple[int, int]:
        """Offsets of the first and past the last character on the screen."""
        if not self._lines:
            return (0, 0)
        return self.page.row(self._lines[0].spot).start, self.page.row(self._lines[-1].spot).end

    def line_at(self, y: int) -> ScreenLine | None:
        """The line of the page that is drawn on a row of the view."""
        return self._lines[y] if y < len(self._lines) else None

    def go_to(self, offset: int) -> None:
        """Put the caret on an offset and bring it into view."""
        self._place(Cursor(navigation.nearest_stop(self.page, offset)))

    def drop_selection(self) -> None:
        """Select nothing; the caret stays."""
        self._place(Cursor(self.cursor.caret))

    def show_layer(self, layer: Layer) -> None:
        """Paint another layer over the text."""
        before, self._layer = self._layer, layer
        for y, line in enumerate(self._lines):
            row = self.page.row(line.spot)
            if before.overlapping(row.start, row.end) != layer.overlapping(row.start, row.end):
                self._refresh_row(y)

    def toggle_marks(self) -> bool:
        """Show or hide Arabic diacritics, keeping the place; whether they are shown now."""
        self._reset(self.page.showing(marks=not self.page.marks))
        self.refresh()
        return self.page.marks

    def action_move(self, step: Step) -> None:
        """Move the caret and select nothing."""
        self._place(self.cursor.moved(self.page, step, self.size.height))

    def action_extend(self, step: Step) -> None:
        """Take the selection a step further."""
        self._place(self.cursor.extended(self.page, step, self.size.height))

    def action_drop(self) -> None:
        """Drop the selection; where there is none, the key is the screen's."""
        if self.selection is None:
            raise SkipAction
        self.drop_selection()

    def on_resize(self) -> None:
        """Wrap the text to the new width, keeping the place."""
        self._fit()
        self.refresh()

    def on_focus(self) -> None:
        """The caret looks different in the pane that has the keys."""
        self._refresh_range(self.cursor.lit(self.page))

    def on_blur(self) -> None:
        """See `on_focus`."""
        self._refresh_range(self.cursor.lit(self.page))

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._looks.clear()

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
        if self._dragged_from is None:
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
        if event.chain == 2:
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

    def render_line(self, y: int) -> Strip:
        """One line of the view: air, the row flush right, air, the position bar."""
        # The first painting comes before the first resizing is told of, and the text is not to be missing from it.
        self._fit()
        looks = self._current_looks()
        width = self.size.width
        used = self._left
        segments: list[Segment] = []
        line = self.line_at(y)
        if line is not None and not line.is_gap:
            row = self.page.row(line.spot)
            used += self.page.indent(row)
            spans = self._layer.overlapping(row.start, row.end)
            lit = self.page.cluster_at(self.cursor.caret)
            segments = paint(row, spans, looks, self.selection or (0, 0), lit)
        air = Segment(" " * used, looks.text)
        rest = Segment(" " * max(0, width - 1 - used - sum(s.cell_length for s in segments)), looks.text)
        bar = bar_cell(y, self.size.height, self.reached, self.page.document.printed_end, looks.text)
        return Strip([air, *segments, rest, bar], width)

    def _place(self, cursor: Cursor, *, reveal: bool = True) -> None:
        before, self.cursor = self.cursor, cursor
        if reveal and self._top is not None and self.size.height:
            spot = self.page.spot_of(cursor.caret)
            self._show_from(viewport.revealing(self.page, self._top, spot, self.size.height))
        if (before.caret, before.anchor) != (cursor.caret, cursor.anchor):
            self._refresh_range(before.lit(self.page))
            self._refresh_range(cursor.lit(self.page))
            self.post_message(self.Moved(self))

    def _fit(self) -> None:
        if self.size != self._fitted:
            self._fitted = self.size
            width = max(1, min(COLUMN, self.size.width - _MARGINS))
            self._reset(self.page if width == self.page.width else self.page.at_width(width))

    def _scroll(self, lines: int) -> None:
        if self._top is not None:
            self._show_from(viewport.scrolled(self.page, self._top, lines, self.size.height))

    def _show_from(self, top: ScreenLine) -> None:
        if top != self._top:
            self._top = top
            self._fill()
            self.refresh()

    def _reset(self, page: Page) -> None:
        """Show another setting of the same text from the same place on."""
        if self._top is not None:
            start = self.page.row(self._top.spot).start
            self.page = page
            self._top = ScreenLine(page.spot_of(start))
        self._fill()

    def _fill(self) -> None:
        height = self.size.height
        lines = viewport.lines_from(self.page, self._top) if self._top else iter(())
        self._lines = [line for _, line in zip(range(height), lines, strict=False)]

    def _refresh_row(self, y: int) -> None:
        self.refresh(Region(0, y, self.size.width, 1))

    def _refresh_range(self, lit: Range) -> None:
        for y, line in enumerate(self._lines):
            row = self.page.row(line.spot)
            if row.start < lit[1] and lit[0] < row.end:
                self._refresh_row(y)

    @property
    def _left(self) -> int:
        """Columns of air at the left of the text column."""
        return max(0, self.size.width - _MARGINS + 1 - self.page.width)

    def _under(self, event: events.MouseEvent) -> int:
        """The caret position under the pointer, the nearest one outside the text."""
        line = self._lines[min(max(event.y, 0), len(self._lines) - 1)]
        return navigation.offset_at(self.page, line.spot, event.x - self._left)

    def _current_looks(self) -> Looks:
        if self.has_focus not in self._looks:
            self._looks[self.has_focus] = Looks(
                text=self.rich_style,
                labels=palette.styles_of_labels(self, self._schema),
                unknown=Style(underline2=True),
                selection=self._component("selection") if not self.app.no_color else Style(reverse=True),
                cursor=self._component("cursor" if self.has_focus else "cursor-away"),
            )
        return self._looks[self.has_focus]

    def _component(self, name: str) -> Style:
        return self.get_component_rich_style(f"article-view--{name}", partial=True)
