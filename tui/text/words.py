"""Where words are, for moving and selecting by word.

A word is a run of letters and digits with their marks, as in UAX #29, with the differences that newspaper Arabic asks
for: a full stop or a hyphen does not join letters (the space after a full stop is often missing), and digits are joined
by the separators of numbers, dates and times (3.5, 2024-05-12, 29/5). Python's `\\\\w` will not do: it does not match
marks, and cuts a vocalised word to pieces.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from unicodedata import category

from tui.text.clusters import shown

_NUMBER_JOINERS = frozenset(".,:/-\u066b\u066c\u2010\u2011")
_APOSTROPHES = frozenset("'\u2019\u02bc")
# One letter of this alphabet stands for one character of the text: w letter, d digit, m mark, f unseen, j joins digits,
# a joins letters, x anything else.
_WORD = re.compile("[wd][wdm]*(?:(?:f+|a(?=w)|(?<=d)j(?=d))[wd][wdm]*)*")


def words(text: str) -> Iterator[tuple[int, int]]:
    """Ranges [start, end) of the words of a text, in code points of it."""
    kinds = "".join(map(_kind, text))
    for match in _WORD.finditer(kinds):
        yield match.span()


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    if character in _NUMBER_JOINERS:
        return "j"
    if character in _APOSTROPHES:
        return "a"
    kind = category(character)
    if kind[0] in "CL" and not shown(character):
        return "f"
    return {"L": "w", "N": "d", "M": "m"}.get(kind[0], "x")
