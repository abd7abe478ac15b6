"""The pane beside the text: a heading over a list, whatever it lists. Text is flush right, what it is at the left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Vertical

from annotations.schema import Schema
from tui.text.line import set_line
from tui.widgets import palette
from tui.widgets.bars import Bar
from tui.widgets.row_list import RowList

_KIND = 14
_KEPT = 1024


class PaneRow(NamedTuple):
    """A row: what it is, the text that it is about, and whose label's look that text has."""

    kind: str
    text: str
    label: str | None = None
    depth: int = 0


@dataclass(frozen=True)
class PaneContent:
    """What a pane lists: rows are made one at a time, when they are seen."""

    heading: str
    count: int
    row: Callable[[int], PaneRow]


class SidePane(Vertical):
    """Shows a content."""

    DEFAULT_CSS = """
    SidePane { width: 36; height: 1fr; }
    """

    def __init__(self, content: PaneContent, schema: Schema) -> None:
        super().__init__()
        self._content = content
        self._schema = schema
        # Made here: what is listed may change before they are mounted.
        self._heading = Bar()
        self.rows = RowList(self._row)
        self._styles: dict[str, Style] = {}
        self._made: dict[tuple[PaneRow, int, Style], list[Segment]] = {}

    def compose(self) -> ComposeResult:
        """A heading over the list."""
        yield self._heading
        yield self.rows

    def on_mount(self) -> None:
        """Fill the list."""
        self.show(self._content)

    def show(self, content: PaneContent) -> None:
        """List something else, or the same anew."""
        self._content = content
        self._heading.show("", content.heading)
        self.rows.set_count(content.count)

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._styles = {}
        self._made.clear()

    def _looks(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = palette.styles_of_labels(self, self._schema)
        return self._styles

    def _row(self, index: int, width: int, style: Style) -> list[Segment]:
        """A row; of one change most rows of a list are only in other places, so what is made is kept."""
        row = self._content.row(index)
        if len(self._made) > _KEPT:
            self._made.clear()
        key = row, width, style
        if key not in self._made:
            self._made[key] = self._set(row, width, style)
        return self._made[key]

    def _set(self, row: PaneRow, width: int, style: Style) -> list[Segment]:
        indent = " " * (1 + 2 * row.depth)
        kind = set_line(row.kind, max(_KIND, width // 2 - 6) if not row.text else _KIND, cell_len)
        text = set_line(row.text, max(1, width - len(indent) - kind.width - 3), cell_len)
        gap = max(0, width - len(indent) - kind.width - text.width - 1)
        text_style = self._looks().get(row.label, Style.null()) if row.label else Style.null()
        return [
            Segment(indent + kind.glyphs + " " * gap, style + Style(dim=True)),
            Segment(text.glyphs, style + text_style),
            Segment(" ", style),
        ]
