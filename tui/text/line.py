"""A short text on one line: titles, mentions, quotations, messages; cut with an ellipsis where it does not fit."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tui.text.document import Base, Document
from tui.text.layout import CellWidth
from tui.text.page import Page, Spot

ELLIPSIS = "\u2026"


class Line(NamedTuple):
    """Glyphs in visual order, and how many columns they take."""

    glyphs: str
    width: int


@lru_cache(maxsize=2048)
def set_line(text: str, width: int, cell_width: CellWidth, base: Base = "auto") -> Line:
    """Set a text on one line of at most `width` columns, in the direction of its first strong character.

    Line ends become spaces. What does not fit is cut at its logical end, where an ellipsis stands.
    """
    if width <= 0:
        return Line("", 0)
    # No character is wider than two columns and few are narrower than one: more than this cannot be seen.
    shortened = " ".join(text[: 8 * width].split())
    page = Page(Document(shortened, base), width, cell_width)
    whole = _first_row(page)
    if whole.ends and len(text) <= 8 * width and whole.line.width <= width:
        return whole.line
    cut = _first_row(page.at_width(width - 1))
    if cut.line.width >= width:
        return Line(ELLIPSIS, 1)
    glyphs = ELLIPSIS + cut.line.glyphs if cut.is_rtl else cut.line.glyphs + ELLIPSIS
    return Line(glyphs, cut.line.width + 1)


def set_lines(text: str, width: int, cell_width: CellWidth, base: Base = "auto") -> list[str]:
    """Set a text on lines of at most `width` columns, flush with the side that it starts from."""
    page = Page(Document(" ".join(text.split()), base), width, cell_width)
    return [
        " " * page.indent(row) + "".join(cell.glyph for cell in row.cells)
        for piece in page.document.printed
        for row in page.rows(piece)
    ]


class _FirstRow(NamedTuple):
    line: Line
    is_rtl: bool
    ends: bool


def _first_row(page: Page) -> _FirstRow:
    row = page.row(Spot(0, 0))
    line = Line("".join(cell.glyph for cell in row.cells), row.width)
    return _FirstRow(line, row.direction == "rtl", row.end >= len(page.document.text))
