"""A text cut into the pieces that are set one at a time.

A *paragraph* ends at a line feed; the feed, and a carriage return before it, belong to it. A *piece* is what is set at
once: a paragraph, or a part of one longer than `PIECE` code points, cut after white space so that the work for what is
on the screen does not grow with the article. A cut paragraph starts a new row at each piece, and an embedding or
isolate that reaches over a cut ends there; both are rare enough in prose to be worth it.

All offsets are code points of the whole text.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Literal, NamedTuple

from tui.text.bidi import Direction, base_direction

Base = Literal["auto", "rtl", "ltr"]

PIECE = 2048
"""Longest piece in code points, its line ending left out; must not exceed `bidi.MAX_LENGTH`."""

_CUT = re.compile(r"(?s).*\s")
# What a paragraph may hold without anything to see on it: white space and format controls.
_NOTHING_TO_SEE = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\xad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060"
    "\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)


class Piece(NamedTuple):
    """Offsets of one piece: its characters are [start, end), its line ending (empty within a paragraph) [end, next)."""

    start: int
    end: int
    next: int
    paragraph: int
    is_first: bool
    is_blank: bool


class Document:
    """A text and its pieces; `base` forces a direction on every paragraph, or leaves it to the paragraph's letters."""

    def __init__(self, text: str, base: Base = "auto") -> None:
        self.text = text
        self.base: Base = base
        self.pieces = tuple(_pieces(text))
        self.printed = tuple(index for index, piece in enumerate(self.pieces) if not piece.is_blank)
        self.printed_end = self.pieces[self.printed[-1]].end if self.printed else 0
        self._starts = [piece.start for piece in self.pieces]
        self._directions: dict[int, Direction] = {}

    def piece_at(self, offset: int) -> int:
        """Index of the piece that holds an offset; offsets outside the text belong to the first or last one."""
        return max(0, bisect_right(self._starts, offset) - 1)

    def direction(self, index: int) -> Direction:
        """Direction of a piece's paragraph: that of its first strong character, else the article's."""
        if self.base != "auto":
            return self.base
        paragraph = self.pieces[index].paragraph
        if paragraph not in self._directions:
            start, end = self.paragraph_range(index)
            self._directions[paragraph] = base_direction(self.text[start:end]) or self._fallback
        return self._directions[paragraph]

    def paragraph_range(self, index: int) -> tuple[int, int]:
        """Offsets of the paragraph that a piece belongs to, without its line ending."""
        first = last = index
        while not self.pieces[first].is_first:
            first -= 1
        while last + 1 < len(self.pieces) and not self.pieces[last + 1].is_first:
            last += 1
        return self.pieces[first].start, self.pieces[last].end

    def number_of(self, index: int) -> int | None:
        """The number, from 1, of the paragraph that a piece begins, blank ones not counted; None within a paragraph."""
        piece = self.pieces[index]
        return bisect_right(self._numbered, index) if piece.is_first and not piece.is_blank else None

    @cached_property
    def _numbered(self) -> list[int]:
        return [index for index in self.printed if self.pieces[index].is_first]

    @cached_property
    def _fallback(self) -> Direction:
        return base_direction(self.text[:PIECE]) or "ltr"


def _pieces(text: str) -> Iterator[Piece]:
    start = paragraph = 0
    while start < len(text) or paragraph == 0:
        feed = text.find("\n", start)
        following = len(text) if feed < 0 else feed + 1
        end = following if feed < 0 else feed
        if end > start and feed >= 0 and text[end - 1] == "\r":
            end -= 1
        yield from _cut(text, start, end, following, paragraph)
        start, paragraph = following, paragraph + 1


def _cut(text: str, start: int, end: int, following: int, paragraph: int) -> Iterator[Piece]:
    first = start
    while end - start > PIECE:
        cut = _cut_point(text, start)
        yield Piece(start, cut, cut, paragraph, start == first, _is_blank(text, start, cut))
        start = cut
    yield Piece(start, end, following, paragraph, start == first, _is_blank(text, start, end))


def _cut_point(text: str, start: int) -> int:
    """Where to end a piece that starts at `start`: after the last white space within reach, else before a letter."""
    match = _CUT.match(text, start, start + PIECE)
    if match:
        return match.end()
    cut = start + PIECE
    while cut > start + PIECE // 2 and not text[cut].isalnum():
        cut -= 1
    return cut


def _is_blank(text: str, start: int, end: int) -> bool:
    return not text[start:end].strip(_NOTHING_TO_SEE)
