"""A document at one width: rows on demand, and the two-way map between offsets and places.

A *place* is a row and a column: the piece's index, the row's index in it, and `x` from the row's left edge. Whatever a
page is asked costs what the pieces it touches cost, never what the article does; set pieces and rows are kept in caches
keyed by all that they depend on.
"""

from __future__ import annotations

from bisect import bisect_left
from copy import copy
from functools import lru_cache
from typing import NamedTuple

from tui.text.clusters import clusters
from tui.text.document import Document
from tui.text.layout import CellWidth, Row, Typeset, hide_diacritics, typeset, wrap

_KEPT_PIECES = 256


class Spot(NamedTuple):
    """A row of a page: index of its piece in the document, index of the row in the piece."""

    piece: int
    row: int


class Page:
    """A document set `width` columns wide, with or without its Arabic diacritics shown.

    `at_width` and `showing` give another setting of the same document, out of the same caches.
    """

    def __init__(self, document: Document, width: int, cell_width: CellWidth, *, marks: bool = True) -> None:
        self._press = _Press(document, cell_width)
        self.document = document
        self.width = max(1, width)
        self.marks = marks

    def at_width(self, width: int) -> Page:
        """The same document at another width; pieces that are already shaped and ordered are only wrapped again."""
        page = copy(self)
        page.width = max(1, width)
        return page

    def showing(self, *, marks: bool) -> Page:
        """The same document with its diacritics shown or hidden; no offset changes."""
        page = copy(self)
        page.marks = marks
        return page

    def rows(self, piece: int) -> tuple[Row, ...]:
        """The rows of the piece with this index."""
        return self._press.rows(piece, self.width, self.marks)

    def row(self, spot: Spot) -> Row:
        """The row at a spot."""
        return self.rows(spot.piece)[spot.row]

    def spot_of(self, offset: int) -> Spot:
        """The row that holds an offset; a line ending belongs to the row before it."""
        piece = self.document.piece_at(offset)
        rows = self.rows(piece)
        number = next((n for n, row in enumerate(rows) if offset < row.end), len(rows) - 1)
        return Spot(piece, number)

    def cluster_at(self, offset: int) -> tuple[int, int]:
        """Offsets [start, end) of the cluster that holds an offset; a line ending is one cluster."""
        cell = self.row(self.spot_of(offset)).cell_of(offset)
        if cell is None:
            return self._unseen_cluster(offset)
        if cell.middle is None:
            return cell.start, cell.end
        return (cell.start, cell.middle) if offset < cell.middle else (cell.middle, cell.end)

    def indent(self, row: Row) -> int:
        """Columns at the left of a row: rows are flush with the side that their paragraph starts from."""
        return max(0, self.width - row.width) if row.direction == "rtl" else 0

    def next_printed(self, piece: int) -> int | None:
        """Index of the next piece with anything to see, None after the last."""
        printed = self.document.printed
        number = bisect_left(printed, piece + 1)
        return printed[number] if number < len(printed) else None

    def previous_printed(self, piece: int) -> int | None:
        """Index of the previous piece with anything to see, None before the first."""
        printed = self.document.printed
        number = bisect_left(printed, piece)
        return printed[number - 1] if number else None

    def next_spot(self, spot: Spot) -> Spot | None:
        """The printed row below, None at the end."""
        if spot.row + 1 < len(self.rows(spot.piece)):
            return Spot(spot.piece, spot.row + 1)
        piece = self.next_printed(spot.piece)
        return None if piece is None else Spot(piece, 0)

    def previous_spot(self, spot: Spot) -> Spot | None:
        """The printed row above, None at the start."""
        if spot.row:
            return Spot(spot.piece, spot.row - 1)
        piece = self.previous_printed(spot.piece)
        return None if piece is None else Spot(piece, len(self.rows(piece)) - 1)

    def _unseen_cluster(self, offset: int) -> tuple[int, int]:
        piece = self.document.pieces[self.document.piece_at(offset)]
        if offset >= piece.end:
            return piece.end, piece.next
        found = clusters(self.document.text[piece.start : piece.end])
        return next((piece.start + c.start, piece.start + c.end) for c in found if offset < piece.start + c.end)


class _Press:
    """Sets pieces of one document, and remembers the latest by all that they depend on."""

    def __init__(self, document: Document, cell_width: CellWidth) -> None:
        self._document = document
        self._cell_width = cell_width
        self._typeset = lru_cache(_KEPT_PIECES)(self._set)
        self.rows = lru_cache(_KEPT_PIECES)(self._wrap)

    def _set(self, index: int, marks: bool) -> Typeset:  # noqa: FBT001 - a key of the cache
        if not marks:
            return hide_diacritics(self._typeset(index, True))  # noqa: FBT003 - likewise
        piece = self._document.pieces[index]
        text = self._document.text[piece.start : piece.end]
        return typeset(text, piece.start, self._document.direction(index), self._cell_width)

    def _wrap(self, index: int, width: int, marks: bool) -> tuple[Row, ...]:  # noqa: FBT001 - a key of the cache
        return wrap(self._typeset(index, marks), width)
