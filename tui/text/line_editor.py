"""The text behind an input line, with its caret, as a value: what a key makes of it, and how it is drawn meanwhile.

The text is set as every other line is: shaped, and ordered in the direction of its first strong character, at each key.
The *caret* is an offset where a cluster starts, or the text's length. It is drawn as a block on its cluster's cell; at
the end of the text on one blank cell more, where reading goes on: at the left of a right-to-left line. Left and right
are the screen's; words, start and end are followed in reading order.

Offsets are code points of the text, widths and columns are terminal cells. An edit or a move costs what setting the
text once costs, and that only where the text has changed.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from unicodedata import category

from tui.text.bidi import Direction, base_direction
from tui.text.clusters import ZWJ, ZWNJ, Cluster, clusters
from tui.text.document import Document
from tui.text.layout import Cell, CellWidth
from tui.text.page import Page
from tui.text.words import words

LIMIT = 2000
"""Code points up to which a text can be typed; a longer one that was there before can only be shortened."""

_ENDLESS = 8 * LIMIT
_LINE_END_OR_TAB = re.compile("\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029\t]")
# A text given from elsewhere may have line ends: on this one line each takes a space's place.
_AS_SPACES = {ord("\n"): " ", ord("\r"): " "}
# Controls have no place in a line; a lone surrogate cannot be written to a file.
_NEVER_TYPED = frozenset({"Cc", "Cs"})
_COMMANDING = frozenset({"ctrl", "alt", "super", "hyper", "meta"})


class ShownLine(NamedTuple):
    """Cells from left to right, side by side from column 0, and the column of the cell that the caret is drawn on.

    `direction` tells which side the line starts from, and so which side it is drawn flush with. In the cells only
    glyphs, columns and offsets count; what a wide cell leaves of itself at an edge is a blank.
    """

    cells: tuple[Cell, ...]
    width: int
    caret_x: int
    direction: Direction


@dataclass(frozen=True, slots=True)
class LineEditor:
    """A text and a caret in it; `base` is the direction while the text has no strong character of its own."""

    text: str = ""
    caret: int = 0
    base: Direction = "rtl"

    @property
    def direction(self) -> Direction:
        """The direction of the line: that of its first strong character."""
        return base_direction(self.text) or self.base

    def insert(self, text: str) -> LineEditor:
        """Text put in before the caret, as far as there is room: line ends become spaces, controls are left out."""
        new = "".join(islice(_that_can_be_typed(text), max(0, LIMIT - len(self.text))))
        return self._at(self.text[: self.caret] + new + self.text[self.caret :], self.caret + len(new))

    def backspace(self) -> LineEditor:
        """The cluster before the caret removed; where it ends in a mark or a joiner, as it was typed, only that."""
        edges = _edges(self.text)
        last = next((cluster for cluster in reversed(edges.clusters) if cluster.end <= self.caret), None)
        if last is None:
            return self
        return self._without(last.end - 1 if _ends_in_mark(self.text, last) else last.start, last.end)

    def delete(self) -> LineEditor:
        """The cluster at the caret removed."""
        return self._without(self.caret, _edges(self.text).after(self.caret))

    def backspace_word(self) -> LineEditor:
        """All from the start of the word before the caret up to the caret removed."""
        return self._without(self._previous_word(), self.caret)

    def clear(self) -> LineEditor:
        """An empty line."""
        return replace(self, text="", caret=0)

    def left(self) -> LineEditor:
        """The caret one cell to the left on the screen, or where it is."""
        return self._sideways(-1)

    def right(self) -> LineEditor:
        """The caret one cell to the right on the screen, or where it is."""
        return self._sideways(1)

    def word_left(self) -> LineEditor:
        """The caret at the start of the word at the left: the next one in a right-to-left line."""
        return self._by_word(forward=self.direction == "rtl")

    def word_right(self) -> LineEditor:
        """The caret at the start of the word at the right: the previous one in a right-to-left line."""
        return self._by_word(forward=self.direction == "ltr")

    def start(self) -> LineEditor:
        """The caret where the text starts."""
        return replace(self, caret=0)

    def end(self) -> LineEditor:
        """The caret after the text."""
        return replace(self, caret=len(self.text))

    def key(self, key: str, character: str | None) -> LineEditor | None:
        """What a key makes of the line, by Textual's name for it and the character it types; None if nothing."""
        edit = _KEYS.get(key)
        if edit is not None:
            return edit(self)
        *modifiers, _ = key.split("+")
        if not character or not _COMMANDING.isdisjoint(modifiers) or not _is_typed(character):
            return None
        return self.insert(character)

    def shown(self, width: int, cell_width: CellWidth) -> ShownLine:
        """The line set in at most `width` columns (at least one), scrolled to where the caret is seen."""
        line = _set_line(self.text, self.direction, cell_width)
        stop = self._stop(line)
        cells = _with_blank_end(line, stop) if stop == len(self.text) else line.cells
        at = next(cell for cell in cells if stop in cell.stops)
        total = cells[-1].x + cells[-1].width
        used = min(max(1, width), total)
        if line.direction == "rtl":
            low = total - used - _scrolled(total, used, total - at.x - at.width)
        else:
            low = _scrolled(total, used, at.x)
        return ShownLine(tuple(_window(cells, low, used)), used, max(0, at.x - low), line.direction)

    def _at(self, text: str, caret: int) -> LineEditor:
        """Another text, the caret on the first edge from an offset on: what stood apart may now be one cluster."""
        return replace(self, text=text, caret=_edges(text).from_(caret))

    def _without(self, start: int, end: int) -> LineEditor:
        return self._at(self.text[:start] + self.text[end:], start)

    def _sideways(self, step: int) -> LineEditor:
        # Where cells stand to each other does not depend on how wide they are.
        line = _set_line(self.text, self.direction, len)
        end = (len(self.text),)
        places = end + line.stops if line.direction == "rtl" else line.stops + end
        place = places.index(self._stop(line)) + step
        return replace(self, caret=places[place]) if 0 <= place < len(places) else self

    def _stop(self, line: _SetLine) -> int:
        """Where the caret is seen: a cluster that has no cell has its caret on the next one that has."""
        return min((stop for stop in line.stops if stop >= self.caret), default=len(self.text))

    def _by_word(self, *, forward: bool) -> LineEditor:
        if not forward:
            return replace(self, caret=self._previous_word())
        following = next((start for start, _ in words(self.text) if start > self.caret), len(self.text))
        return replace(self, caret=_edges(self.text).from_(following))

    def _previous_word(self) -> int:
        starts = [start for start, _ in words(self.text) if start < self.caret]
        return _edges(self.text).up_to(starts[-1]) if starts else 0


_KEYS: dict[str, Callable[[LineEditor], LineEditor]] = {
    "left": LineEditor.left,
    "right": LineEditor.right,
    "ctrl+left": LineEditor.word_left,
    "ctrl+right": LineEditor.word_right,
    "home": LineEditor.start,
    "end": LineEditor.end,
    "backspace": LineEditor.backspace,
    "shift+backspace": LineEditor.backspace,
    "ctrl+backspace": LineEditor.backspace_word,
    "delete": LineEditor.delete,
    # What shells use, and what the same stroke gives on the Arabic (101) layout.
    "ctrl+w": LineEditor.backspace_word,
    "ctrl+ص": LineEditor.backspace_word,
    "ctrl+u": LineEditor.clear,
    "ctrl+ع": LineEditor.clear,
    "ctrl+a": LineEditor.start,
    "ctrl+ش": LineEditor.start,
    "ctrl+e": LineEditor.end,
    "ctrl+ث": LineEditor.end,
}


class _SetLine(NamedTuple):
    """A text on one endless line; `stops` are the offsets where a caret can be seen, from left to right."""

    cells: tuple[Cell, ...]
    stops: tuple[int, ...]
    width: int
    direction: Direction


class _Edges(NamedTuple):
    """The clusters of a text, and the offsets between them with the text's two ends."""

    clusters: tuple[Cluster, ...]
    offsets: tuple[int, ...]

    def from_(self, offset: int) -> int:
        """The first edge at an offset or after it."""
        return self.offsets[min(bisect_left(self.offsets, offset), len(self.offsets) - 1)]

    def up_to(self, offset: int) -> int:
        """The last edge at an offset or before it."""
        return self.offsets[bisect_right(self.offsets, offset) - 1]

    def after(self, offset: int) -> int:
        """The first edge after an offset, the last one at the end."""
        return self.from_(offset + 1)


@lru_cache(maxsize=8)
def _edges(text: str) -> _Edges:
    found = tuple(clusters(text.translate(_AS_SPACES)))
    return _Edges(found, (0, *(cluster.end for cluster in found)))


@lru_cache(maxsize=16)
def _set_line(text: str, direction: Direction, cell_width: CellWidth) -> _SetLine:
    page = Page(Document(text.translate(_AS_SPACES), direction), _ENDLESS, cell_width)
    rows = [row for piece in range(len(page.document.pieces)) for row in page.rows(piece)]
    cells: list[Cell] = []
    x = 0
    for row in reversed(rows) if direction == "rtl" else rows:
        cells += [cell._replace(x=x + cell.x) for cell in row.cells]
        x += row.width
    stops = tuple(stop for cell in cells for stop in reversed(cell.stops))
    return _SetLine(tuple(cells), stops, x, direction)


def _with_blank_end(line: _SetLine, end: int) -> tuple[Cell, ...]:
    if line.direction == "ltr":
        return (*line.cells, Cell(line.width, 1, end, end, " ", None))
    return (Cell(0, 1, end, end, " ", None), *(cell._replace(x=cell.x + 1) for cell in line.cells))


def _scrolled(total: int, width: int, caret: int) -> int:
    """How many of a line's `total` columns are scrolled away at its start, so that the caret's are seen.

    It changes by half a width at a time, so that the text mostly stands still while the caret moves.
    """
    step = max(1, width // 2)
    first = caret - caret % step - (width - step) // 2
    return max(0, min(first, total - width))


def _window(cells: tuple[Cell, ...], low: int, width: int) -> Iterator[Cell]:
    for cell in cells:
        left, right = max(cell.x - low, 0), min(cell.x + cell.width - low, width)
        if right - left == cell.width:
            yield cell._replace(x=left)
        elif left < right:
            yield cell._replace(x=left, width=right - left, glyph=" " * (right - left))


def _that_can_be_typed(text: str) -> Iterator[str]:
    spaced = _LINE_END_OR_TAB.sub(" ", text)
    return (character for character in spaced if category(character) not in _NEVER_TYPED)


def _is_typed(character: str) -> bool:
    """Whether a key's character is text: what Enter and Tab send is not, though pasted it would become a space."""
    return not any(category(part) in _NEVER_TYPED for part in character)


def _ends_in_mark(text: str, cluster: Cluster) -> bool:
    last = text[cluster.end - 1]
    return cluster.end - cluster.start > 1 and (last in (ZWJ, ZWNJ) or last in cluster.marks)
