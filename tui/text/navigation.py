"""Moving over a page, and selecting on it.

The *caret* is an offset where a visible cluster starts; it is drawn on that cluster's cell. Left and right are the
screen's: they follow the cells, whatever the direction of the letters under them, and go on to the next or previous row
at a row's edge. Words, rows and paragraphs are followed in reading order.

A *selection* is what an anchor range and the cluster under the caret cover together, so what is selected is always
what is highlighted, the caret's own cell included.

Every function takes and returns offsets of the whole text, in code points, and costs what the rows or pieces that it
touches cost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from tui.text.clusters import shown
from tui.text.layout import Row
from tui.text.page import Page, Spot
from tui.text.words import words

Range = tuple[int, int]
Side = Literal["left", "right"]


def nearest_stop(page: Page, offset: int) -> int:
    """The caret position for an offset: its own cluster, or the closest one that has a cell; 0 on an empty page."""
    spot: Spot | None = page.spot_of(offset)
    if spot is not None and not _holds_caret(page, spot):
        spot = _neighbour(page, spot, forward=True) or _neighbour(page, spot, forward=False)
    if spot is None:
        return 0
    start, _ = page.cluster_at(offset)
    return min(page.row(spot).stops, key=lambda stop: (abs(stop - start), stop))


def sideways(page: Page, caret: int, side: Side) -> int:
    """One cell to the left or right on the screen."""
    spot = page.spot_of(caret)
    stops = page.row(spot).stops
    if caret not in stops:
        return nearest_stop(page, caret)
    place = stops.index(caret) + (1 if side == "right" else -1)
    if 0 <= place < len(stops):
        return stops[place]
    return _over_edge(page, caret, spot, forward=is_forward(page, caret, side))


def is_forward(page: Page, caret: int, side: Side) -> bool:
    """Whether a side of the screen is where reading goes on to, in the paragraph of the caret."""
    rtl = page.row(page.spot_of(caret)).direction == "rtl"
    return rtl == (side == "left")


def vertically(page: Page, caret: int, rows: int, column: int) -> int:
    """Some rows down (up where negative), as near as can be to a column of the page; stays at the first or last row."""
    spot = page.spot_of(caret)
    for _ in range(abs(rows)):
        following = _neighbour(page, spot, forward=rows > 0)
        if following is None:
            break
        spot = following
    return offset_at(page, spot, column)


def column_of(page: Page, caret: int) -> int:
    """The column of the page that the caret is drawn at."""
    row = page.row(page.spot_of(caret))
    cell = row.cell_of(caret)
    return page.indent(row) + (cell.x if cell else 0)


def offset_at(page: Page, spot: Spot, column: int) -> int:
    """The caret position at a column of the page in a row; the nearest one outside the row's cells."""
    row = page.row(spot)
    cell = row.cell_at(column - page.indent(row))
    return cell.start if cell else nearest_stop(page, row.start)


def cell_range(page: Page, caret: int) -> Range:
    """Offsets that the cell under the caret shows: one cluster, or both of a lam-alef."""
    cell = page.row(page.spot_of(caret)).cell_of(caret)
    return (cell.start, cell.end) if cell else page.cluster_at(caret)


def row_edge(page: Page, caret: int, *, forward: bool) -> int:
    """Where the caret's row starts or ends in reading order."""
    return _edge(page.row(page.spot_of(caret)), at_end=forward, otherwise=caret)


def text_edge(page: Page, *, forward: bool) -> int:
    """The first or last caret position of the text."""
    return nearest_stop(page, len(page.document.text) if forward else 0)


def word_at(page: Page, offset: int) -> Range:
    """The word that holds an offset, else the cluster there."""
    found = next(((low, high) for low, high in _words(page, page.spot_of(offset).piece) if low <= offset < high), None)
    return _whole_clusters(page, *found) if found else page.cluster_at(offset)


def is_word(page: Page, offset: int) -> bool:
    """Whether a word holds an offset."""
    return any(low <= offset < high for low, high in _words(page, page.spot_of(offset).piece))


def next_word(page: Page, caret: int) -> int:
    """Start of the first word after the caret; the last caret position where there is none."""
    _, end = page.cluster_at(caret)
    found = _first_word(page, caret, lambda word: word[0] >= end)
    return found[0] if found else text_edge(page, forward=True)


def previous_word(page: Page, caret: int) -> int:
    """Start of the last word that starts before the caret; the first caret position where there is none."""
    found = _last_word(page, caret, lambda word: word[0] < caret)
    return found[0] if found else text_edge(page, forward=False)


def word_end_after(page: Page, offset: int) -> int:
    """The end of the first word that ends after an offset; the offset itself where there is none."""
    found = _first_word(page, offset, lambda word: word[1] > offset)
    return found[1] if found else offset


def word_end_before(page: Page, offset: int) -> int:
    """The end of the last word that ends before an offset; the offset itself where there is none."""
    found = _last_word(page, max(0, offset - 1), lambda word: word[1] < offset)
    return found[1] if found else offset


def words_between(page: Page, start: int, end: int) -> list[Range]:
    """The words that begin in [start, end), whole clusters of them, in reading order."""
    found: list[Range] = []
    index: int | None = page.document.piece_at(start)
    while index is not None and page.document.pieces[index].start < end:
        found += (_whole_clusters(page, *word) for word in _words(page, index) if start <= word[0] < end)
        index = page.next_printed(index)
    return found


def paragraph_at(page: Page, offset: int) -> Range:
    """The paragraph that holds an offset, less the white space and unseen characters at its edges."""
    start, end = page.document.paragraph_range(page.document.piece_at(offset))
    return trim(page, (start, end))


def trim(page: Page, selected: Range) -> Range:
    """A range of clusters less the white space and unseen characters at its edges; empty where that is all."""
    start, end = selected
    text = page.document.text
    first = next((offset for offset in range(start, end) if shown(text[offset]).strip()), None)
    if first is None:
        return start, start
    last = next(offset for offset in reversed(range(start, end)) if shown(text[offset]).strip())
    return _whole_clusters(page, first, last + 1)


def selected_range(page: Page, anchor: Range, caret: int) -> Range:
    """What an anchor range and the cluster under the caret cover together."""
    start, end = page.cluster_at(caret)
    return min(anchor[0], start), max(anchor[1], end)


def extend_by_word(page: Page, anchor: Range, caret: int, *, forward: bool) -> int:
    """Where the caret goes when a selection is taken a word further, so that it begins and ends at word edges.

    Going away from the anchor the selection grows by a word, going towards it it shrinks by one.
    """
    start, end = selected_range(page, anchor, caret)
    if forward and start < anchor[0]:
        _, inner = page.cluster_at(start)
        shorter = _first_word(page, start, lambda word: word[0] >= inner)
        return min(shorter[0], anchor[0]) if shorter else anchor[0]
    if not forward and end > anchor[1]:
        inner = _last_cluster(page, end)
        shorter = _last_word(page, end - 1, lambda word: word[1] <= inner)
        return max(_last_cluster(page, shorter[1]), _last_cluster(page, anchor[1])) if shorter else anchor[0]
    if forward:
        longer = _first_word(page, end, lambda word: word[1] > end)
        return _last_cluster(page, longer[1]) if longer else text_edge(page, forward=True)
    longer = _last_word(page, start, lambda word: word[0] < start)
    return longer[0] if longer else text_edge(page, forward=False)


def _over_edge(page: Page, caret: int, spot: Spot, *, forward: bool) -> int:
    following = _neighbour(page, spot, forward=forward)
    return caret if following is None else _edge(page.row(following), at_end=not forward, otherwise=caret)


def _neighbour(page: Page, spot: Spot, *, forward: bool) -> Spot | None:
    """The next or previous row that a caret can stand in."""
    step = page.next_spot if forward else page.previous_spot
    following = step(spot)
    while following is not None and not _holds_caret(page, following):
        following = step(following)
    return following


def _holds_caret(page: Page, spot: Spot) -> bool:
    return not page.document.pieces[spot.piece].is_blank and bool(page.row(spot).stops)


def _edge(row: Row, *, at_end: bool, otherwise: int) -> int:
    if not row.stops:
        return otherwise
    return row.stops[-1] if (row.direction == "ltr") == at_end else row.stops[0]


def _words(page: Page, index: int) -> list[Range]:
    piece = page.document.pieces[index]
    return [(piece.start + low, piece.start + high) for low, high in words(page.document.text[piece.start : piece.end])]


def _first_word(page: Page, offset: int, wanted: Callable[[Range], bool]) -> Range | None:
    index: int | None = page.document.piece_at(offset)
    while index is not None:
        found = next((word for word in _words(page, index) if wanted(word)), None)
        if found:
            return _whole_clusters(page, *found)
        index = page.next_printed(index)
    return None


def _last_word(page: Page, offset: int, wanted: Callable[[Range], bool]) -> Range | None:
    index: int | None = page.document.piece_at(offset)
    while index is not None:
        found = next((word for word in reversed(_words(page, index)) if wanted(word)), None)
        if found:
            return _whole_clusters(page, *found)
        index = page.previous_printed(index)
    return None


def _whole_clusters(page: Page, start: int, end: int) -> Range:
    return page.cluster_at(start)[0], page.cluster_at(end - 1)[1]


def _last_cluster(page: Page, end: int) -> int:
    return page.cluster_at(end - 1)[0]
