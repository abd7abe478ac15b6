"""The article as it is drawn: a page, a layer over it, an overlay over both, and where the cursor is.

Only the rows that look different are drawn again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from annotations.layer import Layer
from annotations.schema import Schema
from annotations.span import Span
from tui.text import navigation
from tui.text.cursor import Cursor
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


class ArticleCanvas(Widget):
    """Draws what is on the screen of an article; what moves the cursor and the page is `ArticleView`'s."""

    ALLOW_SELECT = False

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
        # The lanes of the present layer: each is asked for several times in one painting.
        self._laid: dict[Spot, list[Lane]] = {}
        self._top = Viewport(self.page).first_line()
        self._lines: list[ScreenLine] = []
        # The size that the lines were laid for; asking for the widget's own takes its way through the whole screen.
        self._fitted = Size(0, 0)
        self._looks: dict[bool, Looks] = {}
        self._after_painting: list[Callable[[], object]] = []

    @property
    def selection(self) -> Range | None:
        """The selected range of the text, None where only the caret is."""
        return self.cursor.selection(self.page)

    @property
    def reached(self) -> Range:
        """Offsets of the first and past the last character on the screen."""
        if not self._lines:
            return (0, 0)
        return self.page.row(self._lines[0].spot).start, self.page.row(self._lines[-1].spot).end

    def line_at(self, y: int) -> ScreenLine | None:
        """The line of the page that is drawn on a row of the view."""
        return self._lines[y] if y < len(self._lines) else None

    def show_layer(self, layer: Layer) -> None:
        """Paint another layer over the text; the row of the caret stays where it is on the screen."""
        before, ticks = [self._drawn(line) for line in self._lines], self._ticks()
        self._layer = layer
        self._laid.clear()
        if not (self.setting.interlinear and self._refill()):
            for y, line in enumerate(self._lines):
                if self._drawn(line) != before[y]:
                    self._refresh_row(y)
        for y, (old, new) in enumerate(zip(ticks, self._ticks(), strict=True)):
            # The first always: whoever waits for the painting is called back then, whatever changed.
            if old != new or y == 0:
                self.refresh(Region(self._fitted.width - 1, y, 1, 1))

    def after_painting(self, callback: Callable[[], object]) -> None:
        """Call back once when what is to be drawn now was drawn.

        (Textual's `call_after_refresh` calls back before the screen has heard from its widgets what is to be drawn.)
        """
        self._after_painting.append(callback)

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

    def on_resize(self) -> None:
        """Wrap the text to the new width, keeping the place."""
        self._fit()
        self.refresh()

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._looks.clear()

    def render_line(self, y: int) -> Strip:
        """One line of the view: air, the row flush right or a lane, the margin, the position bar."""
        # The first painting comes before the first resizing is told of, and the text is not to be missing from it.
        self._fit()
        while self._after_painting:
            self.call_next(self._after_painting.pop(0))
        looks = self._current_looks()
        left = self._left
        line = self.line_at(y)
        segments = list(self._segments(line, looks)) if line is not None else []
        used = left + sum(segment.cell_length for segment in segments)
        margin = max(0, self._fitted.width - 1 - used)
        rest = self._margin(line, margin, looks)
        height, length = self._fitted.height, self.page.document.printed_end
        bar = bar_cell(
            y, height, self.reached, length, looks.text, is_marked=self._is_marked(*part_of(y, height, length))
        )
        return Strip([Segment(" " * left, looks.text), *segments, rest, bar], self._fitted.width)

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

    def _ticks(self) -> list[bool]:
        """For each row of the position bar, whether spans start in what it stands for."""
        height, length = self._fitted.height, self.page.document.printed_end
        return [self._is_marked(*part_of(y, height, length)) for y in range(height)]

    def _is_marked(self, first: int, past: int) -> bool:
        span = self._layer.next_after(first - 1)
        return span is not None and span.start < past

    @property
    def _viewport(self) -> Viewport:
        return Viewport(self.page, self._leading)

    def _leading(self, spot: Spot) -> int:
        return self.setting.spacing + (len(self._lanes(spot)) if self.setting.interlinear else 0)

    def _lanes(self, spot: Spot) -> list[Lane]:
        lanes = self._laid.get(spot)
        if lanes is None:
            row = self.page.row(spot)
            spans = self._layer.overlapping(row.start, row.end)
            lanes = self._setter.lanes(spot, [(span, self._caption(self._layer, span)) for span in spans])
            self._laid[spot] = lanes
        return lanes

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

    def _show_from(self, top: ScreenLine) -> None:
        if top != self._top:
            self._top = top
            self._fill()
            self.refresh()

    def _reset(self, page: Page) -> None:
        """Show another setting of the same text from the same place on."""
        if page is not self.page:
            self._setter = LaneSetter(page)
            self._laid.clear()
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
        self._lines = [line for _, line in zip(range(self._fitted.height), lines, strict=False)]

    def _refresh_row(self, y: int) -> None:
        self.refresh(Region(0, y, self._fitted.width, 1))

    def _refresh_range(self, lit: Range) -> None:
        for y, line in enumerate(self._lines):
            row = self.page.row(line.spot)
            if not line.below and row.start < lit[1] and lit[0] < row.end:
                self._refresh_row(y)

    @property
    def _left(self) -> int:
        """Columns of air at the left of the text column."""
        numbers = _NUMBER if self.setting.numbers else 0
        return max(0, self._fitted.width - _RIGHT - self.setting.margin - numbers - self.page.width)

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
