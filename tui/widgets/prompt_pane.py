"""Where the annotator types and chooses: a line at the foot of the screen, and a list of choices over it.

Text is shown shaped and in order while it is typed. What is shown is given; the widgets say only what was clicked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.strip import Strip
from textual.widget import Widget

from tui.text.line import set_line
from tui.text.line_editor import LineEditor
from tui.widgets.row_list import RowList

# Columns and rows: wide enough for most names in two languages, and text is still seen beside it.
_NARROWEST, _WIDEST = 46, 66
_LARGEST = 20


class ChoiceRow(NamedTuple):
    """A choice as it is listed: the key at the left, its names, and whether it holds now."""

    key: str
    name: str
    other_name: str
    is_on: bool


class PromptLine(Widget):
    """A title, and beside it what is typed; a right-to-left text runs towards the title from the right."""

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"prompt-line--title"}  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    PromptLine { height: 2; padding: 0 1; border-top: solid $foreground 20%; color: $foreground; }
    PromptLine .prompt-line--title { text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._title = ""
        self._told = ""
        self._editor = LineEditor()
        self._is_typing = True

    def show(self, title: str, editor: LineEditor, told: str, *, is_typing: bool) -> None:
        """Show what is asked and typed, and something at the line's end; with a caret where it is being typed."""
        self._title, self._editor, self._told, self._is_typing = title, editor, told, is_typing
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        width = self.content_size.width
        if y:
            return Strip.blank(width, self.rich_style)
        base = self.rich_style
        title = set_line(self._title, width // 2, cell_len)
        told = set_line(self._told, max(0, width - title.width - 12), cell_len)
        room = max(1, width - title.width - told.width - 3 - bool(told.width))
        field = self._field(room, base) if self._is_typing else [Segment(" " * room, base)]
        style = base + self.get_component_rich_style("prompt-line--title", partial=True)
        return Strip(
            [
                Segment(title.glyphs + "  ", style),
                *field,
                Segment(" " * (1 + bool(told.width)) + told.glyphs, base + Style(dim=True)),
            ]
        ).adjust_cell_length(width, base)

    def _field(self, room: int, base: Style) -> list[Segment]:
        line = self._editor.shown(room, cell_len)
        caret = base + Style(reverse=True)
        cells = [
            Segment(cell.glyph, caret if cell.x <= line.caret_x < cell.x + cell.width else base) for cell in line.cells
        ]
        air = Segment(" " * max(0, room - line.width), base)
        # Arabic starts at the right, with the cursor where the next letter comes.
        return [air, *cells] if line.direction == "rtl" and self._editor.text else [*cells, air]


class _Choices(RowList, can_focus=False):
    """Rows for a screen that has the keys itself: a click on one leaves them where they are."""


class ChoiceList(Vertical):
    """Choices over the line, at the left of the screen, as many as fit."""

    # Over the prompt's line, its rule and the hints.
    DEFAULT_CSS = f"""
    ChoiceList {{ layer: above; dock: bottom; width: {_NARROWEST}; max-width: 100%; height: auto; margin-bottom: 3; }}
    ChoiceList RowList {{
        background: $surface; width: 100%; max-height: {_LARGEST};
        .row-list--current-away {{ background: $foreground 22%; text-style: bold; }}
    }}
    """

    def __init__(self) -> None:
        super().__init__()
        self._rows: Sequence[ChoiceRow] = ()
        self._keys_width = 0

    def compose(self) -> ComposeResult:
        """The list."""
        yield _Choices(self._row)

    def show(self, rows: Sequence[ChoiceRow], current: int) -> None:
        """List these choices, one of them current."""
        self._rows = rows
        self._keys_width = max((cell_len(row.key) for row in rows), default=0)
        self.styles.width = max(_NARROWEST, min(_WIDEST, max(map(self._width_of, rows), default=0)))
        listed = self.query_one(RowList)
        listed.styles.height = max(1, len(rows))
        listed.set_count(len(rows))
        listed.set_current(current)

    def _width_of(self, row: ChoiceRow) -> int:
        """Columns that a row needs, with its air and the position bar's."""
        keys = self._keys_width + 2 if self._keys_width else 0
        other = cell_len(row.other_name)
        return keys + cell_len(row.name) + other + 2 * bool(other) + 4

    def _row(self, index: int, width: int, style: Style) -> list[Segment]:
        row = self._rows[index]
        begin = f"{'●' if row.is_on else ' '} {row.key:<{self._keys_width}}{'  ' if self._keys_width else ''}"
        name = set_line(row.name, width - cell_len(begin) - 1, cell_len)
        room = width - cell_len(begin) - name.width - 2
        other = set_line(row.other_name, room, cell_len)
        gap = max(0, width - cell_len(begin) - name.width - other.width - 1)
        return [
            Segment(begin, style + Style(bold=True)),
            Segment(name.glyphs, style),
            Segment(" " * gap + other.glyphs + " ", style + Style(dim=True)),
        ]
