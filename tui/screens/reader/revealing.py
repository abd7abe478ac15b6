"""What of an article cannot be seen: counted, named, listed in the pane, and lit in the text until Escape.

Most hidden characters have no cell. The *place* of one is the offset whose cell stands for it: its own, where it has a
cell or belongs to the cluster of one that has, else a neighbour's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import ClassVar, NamedTuple
from unicodedata import category

from annotations.invisible import Hidden, find_hidden
from tui.command import Context
from tui.keymap import Stroke
from tui.screens.reader.part import Part
from tui.text.clusters import ZWJ, ZWNJ, shown
from tui.widgets.article_painter import Overlay
from tui.widgets.row_painter import Mark
from tui.widgets.side_pane import PaneContent, PaneRow

# A character with more occurrences than this lists them when it is chosen, so that the others stay in view.
_FEW = 20
# How many characters of one place are told, and how many there are looked at.
_TOLD, _LOOKED_AT = 3, 100
# Code points of the text that a row shows around an occurrence, and what stands for the occurrence itself.
_BEFORE, _AFTER = 10, 30
_STAND_IN = "\u25a1"
_TAGS = range(0xE0020, 0xE0080)


class _Row(NamedTuple):
    """A row of the list: a hidden character by its number, or one occurrence of it, by the index among them."""

    number: int
    occurrence: int | None


class Revealing(Part):
    """Lists hidden characters beside the text, and lights their places for as long as this is the mode."""

    beneath: ClassVar[tuple[Context, ...]] = ("text", "event", "reader", "app")

    _unfolded: frozenset[int] = frozenset()

    async def start(self) -> None:
        """List what is hidden, and say how much that is."""
        if self._hidden:
            self.reader.enter(self)
            await self.reader.parts.pane.open_hidden()
        self.reader.say(self._counted())

    async def take(self, stroke: Stroke) -> bool:
        """Let the key that leads back end this, and the pane have its keys."""
        pane = self.reader.parts.pane
        is_back = any(found.id == "reader.back" for found in self.reader.keymap.find(("reader",), stroke.key))
        if is_back and (self.view.selection is None if self.view.has_focus else pane.lists_hidden):
            self.reader.leave(self)
            return True
        return not self.view.has_focus and await self.reader.take_command(stroke, pane.live_contexts())

    def overlay(self) -> Overlay:
        """The places."""
        return self._overlay

    def told(self) -> str:
        """What is hidden at the cursor."""
        is_bare = self.view.has_focus and self.view.selection is None
        numbers = Counter(number for _, number in self._here()) if is_bare else Counter[int]()
        told = [_times(self._hidden[number].title, count) for number, count in numbers.items()]
        return " · ".join([*told[:_TOLD], *([f"{len(told) - _TOLD} more"] if len(told) > _TOLD else [])])

    def left(self) -> None:
        """The list goes with the lights."""
        self.reader.parts.pane.close()

    def content(self) -> PaneContent:
        """The rows of the list."""

        def row(index: int) -> PaneRow:
            number, occurrence = self._row(index)
            hidden = self._hidden[number]
            if occurrence is None:
                folded = "" if self._lists(number) else "▸ "
                # Less its `U+`, so that `RIGHT-TO-LEFT OVERRIDE` is not cut before what tells it from a mark.
                return PaneRow(f"{folded}×{len(hidden.offsets)}", hidden.title.removeprefix("U+"))
            offset = hidden.offsets[occurrence]
            return PaneRow(str(offset), _context(self.text, offset), depth=1)

        return PaneContent(f"hidden {len(self._offsets)}   kinds {len(self._hidden)}", self._starts[-1], row)

    def told_row(self, index: int) -> str:
        """A row of the list in full."""
        number, occurrence = self._row(index)
        hidden = self._hidden[number]
        if occurrence is not None:
            return f"{hidden.title}  offset {hidden.offsets[occurrence]}"
        key = "" if self._lists(number) else self.reader.key_of("list.choose")
        return _times(hidden.title, len(hidden.offsets)) + (f" · {key} lists them" if key else "")

    def highlighted(self, index: int) -> None:
        """Another row is current: the text follows it, to the first occurrence where it is no single one."""
        number, occurrence = self._row(index)
        offset = self._hidden[number].offsets[occurrence or 0]
        self.view.go_to(self._places[bisect_left(self._offsets, (offset, number))])
        # Several are at one place: what was told was of another.
        self.reader.status.say_nothing()
        self.reader.tell()

    def chosen(self, index: int) -> None:
        """Go there in the text; of a character with many occurrences, list them, or no longer."""
        number, occurrence = self._row(index)
        if occurrence is None and self._is_frequent(number):
            self._unfolded ^= {number}
            del self._starts
            self.reader.parts.pane.show()
            self.reader.tell()
        else:
            self.highlighted(index)
            self.reader.parts.pane.close()

    def row_here(self) -> int | None:
        """The row of what is hidden at the cursor, None where nothing is."""
        for offset, number in self._here():
            start, offsets = self._starts[number], self._hidden[number].offsets
            return start + 1 + bisect_left(offsets, offset) if self._lists(number) else start
        return None

    @cached_property
    def _hidden(self) -> tuple[Hidden, ...]:
        return find_hidden(self.text)

    @cached_property
    def _offsets(self) -> list[tuple[int, int]]:
        """The offset of each hidden character of the text, in order, with the number of its kind."""
        return sorted((at, number) for number, hidden in enumerate(self._hidden) for at in hidden.offsets)

    @cached_property
    def _places(self) -> list[int]:
        return places(self.text, [offset for offset, _ in self._offsets])

    @cached_property
    def _overlay(self) -> Overlay:
        return Overlay(tuple(Mark(place, place + 1, "hit") for place in dict.fromkeys(self._places)))

    @cached_property
    def _starts(self) -> list[int]:
        """The row of each kind, and after the last how many rows there are."""
        sizes = (1 + len(hidden.offsets) * self._lists(number) for number, hidden in enumerate(self._hidden))
        return [0, *accumulate(sizes)]

    def _lists(self, number: int) -> bool:
        """Whether the occurrences of a kind are listed."""
        return number in self._unfolded or not self._is_frequent(number)

    def _is_frequent(self, number: int) -> bool:
        return len(self._hidden[number].offsets) > _FEW

    def _row(self, index: int) -> _Row:
        number = bisect_right(self._starts, index) - 1
        within = index - self._starts[number]
        return _Row(number, within - 1 if within else None)

    def _here(self) -> Sequence[tuple[int, int]]:
        """Of the hidden characters those, or the first of those, whose place is at the cursor."""
        start, end = self.view.page.cluster_at(self.view.cursor.caret)
        low = bisect_left(self._places, start)
        return self._offsets[low : min(bisect_left(self._places, end), low + _LOOKED_AT)]

    def _counted(self) -> str:
        count, kinds = len(self._offsets), len(self._hidden)
        if not count:
            return "nothing hidden in this article"
        return f"{_many(count, 'character')} that cannot be seen, of {_many(kinds, 'kind')}"


def places(text: str, offsets: Sequence[int]) -> list[int]:
    """The places of the hidden characters at these ascending offsets; ascending too, several the same."""
    found: list[int] = []
    low = 0
    while low < len(offsets):
        high = low + 1
        if shown(text[offsets[low]]):
            found.append(offsets[low])
        else:
            while high < len(offsets) and offsets[high] == offsets[high - 1] + 1 and not shown(text[offsets[high]]):
                high += 1
            found += _places_beside(text, offsets[low], offsets[high - 1] + 1)
        low = high
    return found


def _places_beside(text: str, start: int, end: int) -> list[int]:
    """The places of a run [start, end) of characters without cells.

    What joins on to the character before it is at home there; the rest stands with the next word's letter rather than
    with white space. Where the line has nothing else, each is its own place, which no cell shows.
    """
    has_before, has_after = _has_cell(text, start - 1), _has_cell(text, end)
    if not (has_before or has_after):
        return list(range(start, end))
    joined = start
    while has_before and joined < end and _joins(text[joined]):
        joined += 1
    is_after = has_after and not (has_before and text[end].isspace() and not text[start - 1].isspace())
    return [start - 1] * (joined - start) + [end if is_after else start - 1] * (end - joined)


def _has_cell(text: str, offset: int) -> bool:
    """Whether the character next to a run without cells has one: it is there, and ends no line."""
    return 0 <= offset < len(text) and text[offset] != "\n" and text[offset : offset + 2] != "\r\n"


def _joins(character: str) -> bool:
    return character in (ZWJ, ZWNJ) or category(character)[0] == "M" or ord(character) in _TAGS


def _context(text: str, offset: int) -> str:
    return f"{text[max(0, offset - _BEFORE) : offset]}{_STAND_IN}{text[offset + 1 : offset + _AFTER]}"


def _times(title: str, count: int) -> str:
    return f"{title} ×{count}" if count > 1 else title


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
