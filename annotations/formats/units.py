"""Offsets in other units than code points: the one place that converts them.

JavaScript, Java and the JSON of tools written in them count UTF-16 code units, where a character beyond U+FFFF is two.
"""

from __future__ import annotations

import re
from bisect import bisect_left

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class Utf16:
    """Code points of one text to UTF-16 code units and back."""

    def __init__(self, text: str) -> None:
        self._astral = [match.start() for match in _ASTRAL.finditer(text)]
        # Where, in code units, each of them begins.
        self._units = [offset + number for number, offset in enumerate(self._astral)]

    def of(self, offset: int) -> int:
        """The code unit at which a code point begins."""
        return offset + bisect_left(self._astral, offset)

    def code_point(self, unit: int) -> int:
        """The code point that a code unit belongs to; ValueError for one inside of a pair."""
        before = bisect_left(self._units, unit)
        if before and self._units[before - 1] + 1 == unit:
            raise ValueError(f"code unit {unit} is inside of a character")
        return unit - before
