"""Visual order of a paragraph's characters: the Unicode Bidirectional Algorithm, with a map.

python-bidi does the algorithm (UAX #9 with isolates and bracket pairs) but returns only a string. The map comes out of
it by *tagging*: every character is followed by two tag characters that spell its index. Tags have the bidi class BN,
which rule X9 makes transparent, so they change nothing and take the level of the character before them. In the result
the tags tell which character stands where, and their own order tells whether its level is even (low digit first) or
odd (high digit first).

The order is that of the whole paragraph on one endless line; `Order.row` restricts it to a row, since rule L2 reverses
two characters by the lowest level between them, whatever else is on the line. Rule L1 (white space at a row's end, and
around tabs) is applied there, row by row.

All indices are code points of the text given to `resolve`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from unicodedata import bidirectional, mirrored

from bidi import get_display
from bidi.mirror import MIRRORED

Direction = Literal["ltr", "rtl"]

_DIGITS = 48
MAX_LENGTH = _DIGITS * _DIGITS
"""Longest text that two tags a character can index, in code points."""

_LOW = tuple(chr(0xE0020 + digit) for digit in range(_DIGITS))
_HIGH = tuple(chr(0xE0050 + digit) for digit in range(_DIGITS))
_TAGS = tuple(low + high for high in _HIGH for low in _LOW)
_FIRST_HIGH = 0xE0050

# A combining mark at the very end keeps rule L1 from pulling the last tags to the paragraph's level.
_GUARD = "\u0300"
_REMOVED_BY_X9 = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "BN"})
_INITIATORS = frozenset({"LRI", "RLI", "FSI"})
_STRONG: dict[str, Direction] = {"L": "ltr", "R": "rtl", "AL": "rtl"}
_PARAGRAPH_LEVEL_BEFORE_SEPARATOR = _REMOVED_BY_X9 | _INITIATORS | {"PDI", "WS"}
_SEPARATORS = frozenset({"S", "B"})

# Separators would end the paragraph or be reset to its level too early (L1 is ours to do, by row), and tags of the
# source's own would be read as indices.
_STAND_INS = {ord(c): " " for c in "\t\n\v\r\x1c\x1d\x1e\x1f\x85\u2029"} | dict.fromkeys(
    range(0xE0020, 0xE0080), "\u200b"
)
_NOT_TAGS = re.compile("[^\U000e0020-\U000e007f]+")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_EMBEDDINGS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def base_direction(text: str) -> Direction | None:
    """Direction of the first strong character outside isolates (rules P2 and P3), or None where there is none."""
    depth = 0
    for bidi_class in map(bidirectional, text):
        if bidi_class in _INITIATORS:
            depth += 1
        elif bidi_class == "PDI":
            depth = max(0, depth - 1)
        elif depth == 0 and bidi_class in _STRONG:
            return _STRONG[bidi_class]
    return None


@dataclass(frozen=True, slots=True)
class Order:
    """The resolved order of one paragraph (or piece of one).

    `rank[i]` is the place of character i from left to right on one endless line; `odd[i]` tells whether it stands at
    an odd level, that is right to left; `at_base[i]` is 0 for most characters, 1 for those that rule L1 may put at the
    paragraph's level, 2 for the separators that make it do so.
    """

    direction: Direction
    rank: tuple[int, ...]
    odd: tuple[bool, ...]
    at_base: bytes

    def row(self, start: int, end: int) -> list[tuple[int, bool]]:
        """The row [start, end) from left to right: each character's index, and whether it is set right to left."""
        pulled = self._pulled_runs(start, end) if any(self.at_base[start:end]) else []
        segments: list[list[tuple[int, bool]]] = []
        ordered_from = start
        for low, high in pulled:
            segments.append(self._by_level(ordered_from, low))
            segments.append(self._at_paragraph_level(low, high))
            ordered_from = high
        segments.append(self._by_level(ordered_from, end))
        if self.direction == "rtl":
            segments.reverse()
        return [place for segment in segments for place in segment]

    def _by_level(self, start: int, end: int) -> list[tuple[int, bool]]:
        return [(index, self.odd[index]) for index in sorted(range(start, end), key=self.rank.__getitem__)]

    def _at_paragraph_level(self, start: int, end: int) -> list[tuple[int, bool]]:
        if self.direction == "rtl":
            return [(index, True) for index in reversed(range(start, end))]
        return [(index, False) for index in range(start, end)]

    def _pulled_runs(self, start: int, end: int) -> list[tuple[int, int]]:
        """Ranges that rule L1 puts at the paragraph's level: separators, white space before them and at the end."""
        runs: list[tuple[int, int]] = []
        low = start
        for index in range(start, end):
            kind = self.at_base[index]
            if kind == 2:
                runs.append((low, index + 1))
            if kind != 1:
                low = index + 1
        if low < end:
            runs.append((low, end))
        return runs


def resolve(text: str, direction: Direction) -> Order:
    """Order of a text of at most `MAX_LENGTH` code points without a line feed, in a paragraph of this direction.

    Raises ValueError for a longer text.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError(f"{len(text)} code points are more than the {MAX_LENGTH} that can be ordered at once")
    classes = [bidirectional(character) for character in text]
    at_base = bytes(_kind(bidi_class) for bidi_class in classes)
    if direction == "ltr" and not _needs_order(text, classes):
        return Order(direction, tuple(range(len(text))), (False,) * len(text), at_base)
    rank, odd = _ordered(text, classes, direction)
    return Order(direction, rank, odd, at_base)


def mirror(character: str) -> str:
    """The mirror image of what stands right to left (rule L4), or the string itself where it has none."""
    image: str | None = MIRRORED.get(character)
    return image if image and mirrored(character) else character


def _kind(bidi_class: str) -> int:
    if bidi_class in _SEPARATORS:
        return 2
    return 1 if bidi_class in _PARAGRAPH_LEVEL_BEFORE_SEPARATOR else 0


def _needs_order(text: str, classes: list[str]) -> bool:
    return not _RIGHT_TO_LEFT.isdisjoint(classes) or _EMBEDDINGS.search(text) is not None


def _ordered(text: str, classes: list[str], direction: Direction) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    body = len(text)
    # Characters that X9 removes have no cell; at the end they would stand between the text and the guard.
    while body and classes[body - 1] in _REMOVED_BY_X9:
        body -= 1
    plain = text[:body].translate(_STAND_INS)
    tagged = "".join([character + tag for character, tag in zip(plain, _TAGS, strict=False)]) + _GUARD
    shown = _NOT_TAGS.sub("", str(get_display(tagged, base_dir="R" if direction == "rtl" else "L")))
    return _read_tags(shown, body, len(text), direction)


def _read_tags(shown: str, body: int, length: int, direction: Direction) -> tuple[tuple[int, ...], tuple[bool, ...]]:
    rank = list(range(length))
    odd = [direction == "rtl"] * length
    for place in range(body):
        first, second = ord(shown[2 * place]), ord(shown[2 * place + 1])
        reversed_ = first >= _FIRST_HIGH
        low, high = (second, first) if reversed_ else (first, second)
        index = (high - _FIRST_HIGH) * _DIGITS + low - 0xE0020
        rank[index] = place
        odd[index] = reversed_
    return tuple(rank), tuple(odd)
