"""The article on the screen: reading it, moving in it, selecting in it.

The view knows cells and offsets, never what a selection is for: it says where the cursor and the selection are, and its
screen does the rest. Only the rows that look different are drawn again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from annotations.layer import Layer
from annotations.schema import Schema
from annotations.span import Span
from tui.text import navigation
from tui.text.cursor import Cursor, Step
from tui.text.document import Document
from tui.text.lanes import Lane
from tui.text.navigation import Range
from tui.text.page import Page, Spot
from tui.text.viewport import ScreenLine, Viewport
from tui.widgets import palette
from tui.widgets.article_painter import (
    NOTHING,
    Caption,
    LaneSetter,
    Overlay,
    Setting,
    lane_segments,
    row_segments,
)
from tui.widgets.position_bar import bar_cell, part_of
from tui.widgets.row_painter import Looks, Mark

# At the left of the text one column of air; at its right the margin, one more of air, and one for the position bar.
_LEFT = 1
_RIGHT = 2
_NUMBER = 5
_WHEEL_LINES = 3


class ArticleView(Widget, can_focus=True):
    """Shows a page, a layer over it and an overlay over both; owns the cursor."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    ArticleView { width: 1fr; height: 1fr; }
    """

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

    def __init__(self, text: str, layer: Layer, schema: Schema, caption: Caption, setting: Setting) -> None:
        super().__init__()
        self.setting = setting
        self.page = Page(Document(text), setting.width, cell_len, marks=setting.diacritics)
        self.cursor = Cursor(navigation.nearest_stop(self.page, 0))
        self.current: str | None = None
        self._layer = layer
        self._schema = schema
        self._caption = caption
        self._overlay: Overlay = NOTHING
        self._proposals: Overlay = NOTHING
        self._setter = LaneSetter(self.page)
        self._dragged_from: Range | None = None
        self._top = Viewport(self.page).first_line()
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
    def reached(self) -> Range:
        """Offsets of the first and past the last character on the screen."""
        if not self._lines:
            return (0, 0)
        return self.page.row(self._lines[0].spot).start, self.page.row(self._lines[-1].spot).end

    def line_at(self, y: int) -> ScreenLine | None:
        """The line of the page that is drawn on a row of the view."""
        return self._lines[y] if y < len(self._lines) else None

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

    def show_layer(self, layer: Layer) -> None:
        """Paint another layer over the text; the row of the caret stays where it is on the screen."""
        before = [self._drawn(line) for line in self._lines]
        self._layer = layer
        if not (self.setting.interlinear and self._refill()):
            for y, line in enumerate(self._lines):
                if self._drawn(line) != before[y]:
                    self._refresh_row(y)
        self.refresh(Region(self.size.width - 1, 0, 1, self.size.height))

    def show_current(self, span_id: str | None) -> None:
        """Let the bracket of one span stand out."""
        if span_id == self.current:
            return
        changed = {self.current, span_id}
        self.current = span_id
        for y, line in enumerate(self._lines if self.setting.interlinear else ()):
            if line.below and any(piece.key in changed for piece in self._lane(line)):
                self._refresh_row(y)

    def show_overlay(self, overlay: Overlay) -> None:
        """Lay something else over the article."""
        if overlay is not self._overlay:
            self._overlay = overlay
            self.refresh()

    def show_proposals(self, proposals: Sequence[Mark]) -> None:
        """Show these proposals, in document order, faintly wherever no span is."""
        self._proposals = Overlay(marks=tuple(proposals))
        self.refresh()

    def change(self, setting: Setting) -> None:
        """Set the article otherwise, keeping the place."""
        self.setting = setting
        self._reset(self.page.showing(marks=setting.diacritics).at_width(self._column))
        self.refresh()

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

    def render_line(self, y: int) -> Strip:
        """One line of the view: air, the row flush right or a lane, the margin, the position bar."""
        # The first painting comes before the first resizing is told of, and the text is not to be missing from it.
        self._fit()
        looks = self._current_looks()
        left = self._left
        line = self.line_at(y)
        segments = list(self._segments(line, looks)) if line is not None else []
        used = left + sum(segment.cell_length for segment in segments)
        margin = max(0, self.size.width - 1 - used)
        rest = self._margin(line, margin, looks)
        height, length = self.size.height, self.page.document.printed_end
        bar = bar_cell(y, height, self.reached, length, looks.text, is_marked=self._is_marked(y, height, length))
        return Strip([Segment(" " * left, looks.text), *segments, rest, bar], self.size.width)

    def _segments(self, line: ScreenLine, looks: Looks) -> Iterator[Segment]:
        """What stands in the text column, from its left edge on."""
        if line.below:
            yield from lane_segments(self._lane(line), looks.text, self.current)
            return
        row = self.page.row(line.spot)
        yield Segment(" " * self.page.indent(row), looks.text)
        selection = self.selection
        last = [Mark(*self.page.cluster_at(self.cursor.caret), "cursor")]
        if selection is not None:
            last.insert(0, Mark(*selection, "selection"))
        spans = self._layer.overlapping(row.start, row.end)
        proposals = self._proposals.marks_in(row.start, row.end)
        yield from row_segments(row, spans, looks, self._overlay, proposals, last)

    def _margin(self, line: ScreenLine | None, width: int, looks: Looks) -> Segment:
        number = None
        if self.setting.numbers and line is not None and line.below == 0 and line.spot.row == 0:
            number = self.page.document.number_of(line.spot.piece)
        if number is None:
            return Segment(" " * width, looks.text)
        # A row may end before the text column does, and numbers stand beside the column.
        told = f"{number:>{self.setting.margin + _NUMBER}} ".rjust(width)
        return Segment(told[-width:], looks.text + Style(dim=True))

    def _is_marked(self, y: int, height: int, length: int) -> bool:
        first, past = part_of(y, height, length)
        span = self._layer.next_after(first - 1)
        return span is not None and span.start < past

    @property
    def _viewport(self) -> Viewport:
        return Viewport(self.page, self._leading)

    def _screenful(self, step: Step) -> int:
        """Rows of text on the screen, or on the next if a step is to that and it has fewer, so that none is missed."""
        height, seen = self.size.height, sum(not line.below for line in self._lines)
        if self._top is None or step not in ("page_up", "page_down"):
            return seen
        is_up = step == "page_up"
        lines = self._viewport.lines_before(self._top) if is_up else self._viewport.lines_from(self._lines[-1])
        beyond = [line for _, line in zip(range(height + 1), lines, strict=False)]
        if len(beyond) <= height:
            return seen
        # Down, the first of these lines is on the screen, and the last row may have lines that would not be.
        return min(seen, sum(not line.below for line in (beyond[:-1] if is_up else beyond[1:-1])) + is_up)

    def _leading(self, spot: Spot) -> int:
        return self.setting.spacing + (len(self._lanes(spot)) if self.setting.interlinear else 0)

    def _lanes(self, spot: Spot) -> list[Lane]:
        row = self.page.row(spot)
        spans = self._layer.overlapping(row.start, row.end)
        return self._setter.lanes(spot, [(span, self._caption(self._layer, span)) for span in spans])

    def _place(self, cursor: Cursor, *, reveal: bool = True) -> None:
        before, self.cursor = self.cursor, cursor
        if reveal and self._top is not None and self.size.height:
            spot = self.page.spot_of(cursor.caret)
            self._show_from(self._viewport.revealing(self._top, spot, self.size.height))
        if (before.caret, before.anchor) != (cursor.caret, cursor.anchor):
            self._refresh_range(before.lit(self.page))
            self._refresh_range(cursor.lit(self.page))
            self.post_message(self.Moved(self))

    @property
    def _column(self) -> int:
        """Cells of the text column: what is asked for, as far as there is room."""
        numbers = _NUMBER if self.setting.numbers else 0
        return max(1, min(self.setting.width, self.size.width - _LEFT - _RIGHT - self.setting.margin - numbers))

    def _fit(self) -> None:
        if self.size == self._fitted:
            return
        is_first, self._fitted = not self._fitted, self.size
        width = self._column
        self._reset(self.page if width == self.page.width else self.page.at_width(width))
        if is_first and self.cursor.caret and self.size.height:
            # What was gone to before there was a size to bring it into view of.
            self._show_from(self._viewport.centred(self.page.spot_of(self.cursor.caret), self.size.height))

    def _scroll(self, lines: int) -> None:
        if self._top is not None:
            self._show_from(self._viewport.scrolled(self._top, lines, self.size.height))
            self.post_message(self.Moved(self))

    def _show_from(self, top: ScreenLine) -> None:
        if top != self._top:
            self._top = top
            self._fill()
            self.refresh()

    def _reset(self, page: Page) -> None:
        """Show another setting of the same text from the same place on."""
        if page is not self.page:
            self._setter = LaneSetter(page)
        if self._top is not None:
            start = self.page.row(self._top.spot).start
            self.page = page
            self._top = ScreenLine(page.spot_of(start))
        self._fill()

    def _refill(self) -> bool:
        """Lay the lines anew around the row of the caret, which stays where it is; whether that changed any."""
        lines = self._lines
        here = ScreenLine(self.page.spot_of(self.cursor.caret))
        if here in lines:
            self._top = self._viewport.placing(here.spot, lines.index(here))
        self._fill()
        if self._lines == lines:
            return False
        self.refresh()
        return True

    def _drawn(self, line: ScreenLine) -> Lane | list[Span]:
        """What of the layer a line shows."""
        if line.below:
            return self._lane(line)
        row = self.page.row(line.spot)
        return self._layer.overlapping(row.start, row.end)

    def _lane(self, line: ScreenLine) -> Lane:
        """The lane that a line below a row shows; empty for spacing, and in the highlight view."""
        lanes = self._lanes(line.spot) if self.setting.interlinear else []
        return lanes[line.below - 1] if line.below <= len(lanes) else ()

    def _fill(self) -> None:
        lines = self._viewport.lines_from(self._top) if self._top else iter(())
        self._lines = [line for _, line in zip(range(self.size.height), lines, strict=False)]

    def _refresh_row(self, y: int) -> None:
        self.refresh(Region(0, y, self.size.width, 1))

    def _refresh_range(self, lit: Range) -> None:
        for y, line in enumerate(self._lines):
            row = self.page.row(line.spot)
            if not line.below and row.start < lit[1] and lit[0] < row.end:
                self._refresh_row(y)

    @property
    def _left(self) -> int:
        """Columns of air at the left of the text column."""
        numbers = _NUMBER if self.setting.numbers else 0
        return max(0, self.size.width - _RIGHT - self.setting.margin - numbers - self.page.width)

    def _under(self, event: events.MouseEvent) -> int:
        """The caret position under the pointer, the nearest one outside the text."""
        line = self._lines[min(max(event.y, 0), len(self._lines) - 1)]
        return navigation.offset_at(self.page, line.spot, event.x - self._left)

    def _bracket_under(self, event: events.MouseEvent) -> str | None:
        """The span whose bracket, or the label at it, is under the pointer."""
        line, x = self.line_at(event.y), event.x - self._left
        pieces = self._lane(line) if line is not None and line.below else ()
        return next((str(piece.key) for piece in pieces if piece.x <= x < piece.x + piece.width), None)

    def _current_looks(self) -> Looks:
        if self.has_focus not in self._looks:
            self._looks[self.has_focus] = Looks(
                text=self.rich_style,
                labels=palette.styles_of_labels(self, self._schema),
                nested=palette.styles_of_nested(self, self._schema),
                unknown=Style(underline2=True),
                parts=palette.styles_of_parts(self, has_keys=self.has_focus),
            )
        return self._looks[self.has_focus]
