"""Clusters to cells and cells to rows.

`Typeset` is a piece of text set on one endless line: its cells in logical order, shaped, with their levels. It does not
depend on a width. `wrap` cuts it into rows at white space (at any cell where a word is longer than the row) and puts
each row's cells in visual order. White space that no longer fits at the end of a row gets no cell.

`x` and widths are terminal columns, everything else is offsets in code points of the whole text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from tui.text.bidi import Direction, Order, mirror, resolve
from tui.text.clusters import DOTTED_CIRCLE, REPLACEMENT, Cluster, clusters, without_diacritics
from tui.text.shaping import Shape, shape

CellWidth = Callable[[str], int]
"""How many columns a terminal gives a string."""

_NO_BREAK_SPACES = frozenset("\xa0\u2007\u202f")
_NO_CELL = -1
_ZERO_WIDTH_SPACE = "\u200b"


class Cell(NamedTuple):
    """What is drawn at column `x` of a row: a cluster, or a lam-alef ligature of two that meet at `middle`."""

    x: int
    width: int
    start: int
    end: int
    glyph: str
    middle: int | None

    @property
    def stops(self) -> tuple[int, ...]:
        """Offsets of the clusters in this cell, where a cursor can stand."""
        return (self.start,) if self.middle is None else (self.start, self.middle)


@dataclass(frozen=True)
class Row:
    """One screen line: the offsets [start, end) that it holds, and its cells from left to right.

    A right-to-left row is meant to be drawn flush right: its `x` count from its own left edge, not the column's.
    """

    start: int
    end: int
    direction: Direction
    cells: tuple[Cell, ...]

    @cached_property
    def width(self) -> int:
        """Columns that the row takes."""
        return self.cells[-1].x + self.cells[-1].width if self.cells else 0

    @cached_property
    def stops(self) -> tuple[int, ...]:
        """Offsets where a cursor can stand, from left to right: in a lam-alef the alef is at the left."""
        return tuple(stop for cell in self.cells for stop in reversed(cell.stops))

    @cached_property
    def glyphs(self) -> str:
        """All that the row draws, from left to right."""
        return "".join([cell.glyph for cell in self.cells])

    def cell_of(self, offset: int) -> Cell | None:
        """The cell that shows an offset; None where the offset has no cell in this row."""
        if not self.start <= offset < self.end:
            return None
        place = self._places[offset - self.start]
        return None if place == _NO_CELL else self.cells[place]

    def places(self, start: int, end: int) -> set[int]:
        """Indices of the cells that show any of the offsets [start, end)."""
        found = set(self._places[max(0, start - self.start) : max(0, end - self.start)])
        found.discard(_NO_CELL)
        return found

    def cell_at(self, x: int) -> Cell | None:
        """The cell at a column, the nearest one for columns outside the row; None in a row without cells."""
        if not self.cells or x < 0:
            return self.cells[0] if self.cells else None
        return next((cell for cell in self.cells if x < cell.x + cell.width), self.cells[-1])

    def columns(self, start: int, end: int) -> list[tuple[int, int]]:
        """Runs of columns [from, to) that show any of the offsets [start, end), from left to right."""
        runs: list[tuple[int, int]] = []
        for cell in (self.cells[place] for place in sorted(self.places(start, end))):
            if runs and runs[-1][1] == cell.x:
                runs[-1] = (runs[-1][0], cell.x + cell.width)
            else:
                runs.append((cell.x, cell.x + cell.width))
        return runs

    @cached_property
    def _places(self) -> list[int]:
        """For each offset from `start` on, the index of the cell that shows it."""
        places = [_NO_CELL] * (self.end - self.start)
        for index, cell in enumerate(self.cells):
            for offset in range(cell.start, cell.end):
                places[offset - self.start] = index
        return places


class _Unit(NamedTuple):
    """A cell before it has a place: `base_index` is its first character in the piece, `start`, `end` are the text's."""

    base_index: int
    start: int
    end: int
    middle: int | None
    base: str
    marks: str
    width: int
    breaks: bool


@dataclass(frozen=True, slots=True)
class Typeset:
    """A piece of text [start, end) on one endless line."""

    start: int
    end: int
    order: Order
    units: tuple[_Unit, ...]


def typeset(text: str, start: int, direction: Direction, cell_width: CellWidth) -> Typeset:
    """Set a piece without its line ending; `start` is its offset in the whole text."""
    cut = list(clusters(text))
    order = resolve(text, direction)
    units = tuple(_unit(cut, form, start, cell_width) for form in shape(cut))
    return Typeset(start, start + len(text), order, _with_breaks(cut, units, start))


def hide_diacritics(piece: Typeset) -> Typeset:
    """The piece with its letters bare of Arabic diacritics; cells, widths and offsets are the same.

    A diacritic on a space, or on nothing, stays: it is there for its own sake.
    """
    units = tuple(_bare(unit) if unit.marks else unit for unit in piece.units)
    return replace(piece, units=units)


def wrap(piece: Typeset, width: int) -> tuple[Row, ...]:
    """The rows of a piece, none wider than `width` columns unless a single cell is; an empty piece has one row."""
    return tuple(_row(piece, low, high, width) for low, high in _cuts(piece.units, width))


def _unit(cut: list[Cluster], form: Shape, offset: int, cell_width: CellWidth) -> _Unit:
    first = cut[form.first]
    last = first if form.second is None else cut[form.second]
    marks = first.marks if last is first else first.marks + last.marks
    base = form.glyph
    width = cell_width(base + marks)
    if width == 0:
        base, marks, width = REPLACEMENT, "", 1
    middle = None if last is first else offset + last.start
    breaks = first.is_space and first.source not in _NO_BREAK_SPACES
    return _Unit(first.start, offset + first.start, offset + last.end, middle, base, marks, width, breaks)


def _bare(unit: _Unit) -> _Unit:
    stands_alone = unit.base in (" ", DOTTED_CIRCLE)
    return unit if stands_alone else unit._replace(marks=without_diacritics(unit.marks))


def _with_breaks(cut: list[Cluster], units: tuple[_Unit, ...], offset: int) -> tuple[_Unit, ...]:
    """Let a row also end where the source has a zero width space."""
    ends = {offset + cluster.start for cluster in cut if cluster.source == _ZERO_WIDTH_SPACE}
    return tuple(unit._replace(breaks=True) if unit.end in ends else unit for unit in units) if ends else units


def _cuts(units: tuple[_Unit, ...], width: int) -> Iterator[tuple[int, int]]:
    """Ranges of units for the rows, in logical order; white space that hangs over the end stays with its row."""
    low = opportunity = index = used = 0
    while index < len(units):
        unit = units[index]
        if used + unit.width <= width or index == low or _hangs(unit):
            used += unit.width
            index += 1
            opportunity = index if unit.breaks else opportunity
        else:
            cut = opportunity if opportunity > low else index
            yield low, cut
            low = opportunity = cut
            used = sum(unit.width for unit in units[cut:index])
    yield low, len(units)


def _hangs(unit: _Unit) -> bool:
    return unit.breaks and unit.base == " "


def _row(piece: Typeset, low: int, high: int, width: int) -> Row:
    units = piece.units[low:high]
    # Unseen characters go with the cell after them: a mark of direction between two rows belongs to the second.
    start = piece.units[low - 1].end if low else piece.start
    end = piece.end if high == len(piece.units) else units[-1].end
    placed = {unit.base_index: unit for unit in _that_fit(units, width)}
    cells: list[Cell] = []
    x = 0
    for index, odd in piece.order.row(start - piece.start, end - piece.start):
        unit = placed.get(index)
        if unit is not None:
            glyph = (mirror(unit.base) if odd else unit.base) + unit.marks
            cells.append(Cell(x, unit.width, unit.start, unit.end, glyph, unit.middle))
            x += unit.width
    return Row(start, end, piece.order.direction, tuple(cells))


def _that_fit(units: tuple[_Unit, ...], width: int) -> Iterator[_Unit]:
    used = 0
    for number, unit in enumerate(units):
        used += unit.width
        if number and used > width and _hangs(unit):
            continue
        yield unit
