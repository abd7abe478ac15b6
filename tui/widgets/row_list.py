"""A list of one-line items, of any length: only the rows on the screen are ever made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets import position_bar

RowMaker = Callable[[int, int, Style], list[Segment]]
"""Makes a row from its index, its width in cells and its style; the segments fill the width exactly."""


_WHEEL_ROWS = 3


class RowList(Widget, can_focus=True):
    """Draws rows with a maker, keeps one of them current, and says when that changes or is chosen."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--current", "row-list--current-away"}
    DEFAULT_CSS = """
    RowList {
        width: 1fr;
        height: 1fr;
        .row-list--current { background: $foreground 22%; text-style: bold; }
        .row-list--current-away { background: $foreground 8%; }
    }
    """

    @dataclass
    class Highlighted(Message):
        """Another row is the current one."""

        rows: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

        def can_replace(self, message: Message) -> bool:
            """Only the row that is current now matters."""
            return isinstance(message, RowList.Highlighted) and message.rows is self.rows

    @dataclass
    class Chosen(Message):
        """A row was chosen, by Enter or a click."""

        rows: RowList
        index: int

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    def __init__(self, maker: RowMaker, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._maker = maker
        self._count = 0
        self._top = 0
        self._styles: dict[str, Style] = {}
        self.current = 0

    def set_count(self, count: int) -> None:
        """Show this many rows, made anew; the current one stays where that can be."""
        self._count = count
        self.current = max(0, min(self.current, count - 1))
        self._show_from(self._top)
        self.refresh()

    def set_current(self, index: int) -> None:
        """Make a row current and bring it into view; says nothing of it."""
        if 0 <= index < self._count:
            before, self.current = self.current, index
            self._redraw(before)
            self._redraw(index)
            self._reveal()

    def step(self, by: int) -> None:
        """Some rows up or down."""
        self._move_to(self.current + by)

    def page(self, by: int) -> None:
        """Some screenfuls up or down."""
        self._move_to(self.current + by * max(1, self.size.height - 1))

    def edge(self, side: int) -> None:
        """To the first or last row."""
        self._move_to(0 if side < 0 else self._count - 1)

    def choose(self) -> None:
        """Choose the current row."""
        if self._count:
            self.post_message(self.Chosen(self, self.current))

    def on_resize(self) -> None:
        """Keep the current row in view."""
        self._reveal()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll; the current row stays what it is."""
        event.stop()
        self._show_from(self._top + _WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll; the current row stays what it is."""
        event.stop()
        self._show_from(self._top - _WHEEL_ROWS)

    def on_click(self, event: events.Click) -> None:
        """Choose the row under the pointer."""
        index = event.y + self._top
        if index < self._count:
            self._move_to(index)
            self.choose()

    def on_focus(self) -> None:
        """The current row looks different in the pane that has the keys."""
        self._redraw(self.current)

    def on_blur(self) -> None:
        """See `on_focus`."""
        self._redraw(self.current)

    def render_line(self, y: int) -> Strip:
        """One row, or nothing below the last, and the position bar."""
        index = y + self._top
        size = self.size
        width, height = size.width - position_bar.WIDTH, size.height
        style = self._style("")
        row = [Segment(" " * width, style)]
        if index < self._count:
            row = self._maker(index, width, self._current_style() if index == self.current else style)
        shown = (self._top, self._top + height)
        bar = position_bar.bar_cell(y, height, shown, self._count, style)
        return Strip([*row, bar], size.width)

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._styles.clear()

    def _current_style(self) -> Style:
        return self._style("row-list--current" if self.has_focus else "row-list--current-away")

    def _style(self, name: str) -> Style:
        """The list's style, or that of a component over it; asking the style sheet for each row takes longer."""
        if name not in self._styles:
            style = self.rich_style
            self._styles[name] = style + self.get_component_rich_style(name) if name else style
        return self._styles[name]

    def _move_to(self, index: int) -> None:
        index = max(0, min(index, self._count - 1))
        if self._count and index != self.current:
            self.set_current(index)
            self.post_message(self.Highlighted(self, index))

    def _reveal(self) -> None:
        if self.size.height:
            self._show_from(max(self.current - self.size.height + 1, min(self._top, self.current)))

    def _show_from(self, top: int) -> None:
        top = max(0, min(top, self._count - self.size.height))
        if top != self._top:
            self._top = top
            self.refresh()

    def _redraw(self, index: int) -> None:
        if self._top <= index < self._top + self.size.height:
            self.refresh(Region(0, index - self._top, self.size.width, 1))
