"""Punctuation at the edges of a range: what an annotator sweeps up with a word and does not mean.

Dropped are white space, unseen characters, and punctuation by Unicode's category: quotes, brackets, stops, commas,
dashes, slashes. Kept are signs that belong to what they stand by: % # & @ _ and the like, + and $ (symbols to Unicode),
a hyphen before a digit, and the last stop of an abbreviation by initials (`U.S.`).

Brackets and quotes come in pairs. One whose partner is inside the range stays: `حركة (فتح)` keeps its bracket. A pair
around all of the range goes: `«المدن»` becomes `المدن`. An edge never parts a mark from its letter.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from unicodedata import category

from annotations.normalise import Range, is_dropped

# U+FD3F, the ornate parenthesis that opens, comes after the one that closes.
_OPENING = dict(zip(")]}»›\ufd3e", "([{«‹\ufd3f", strict=True))
# Quotes that people write at either end, each shape by its kind: the second of a kind closes what the first opened.
_QUOTES = {'"': '"', **dict.fromkeys("“”„‟", "“"), **dict.fromkeys("'‘’‚‛", "'")}
_PAIRED = re.compile("[()\\[\\]{}«»‹›\ufd3e\ufd3f\"“”„‟'‘’‚‛]")
_JOINERS = frozenset("\u200c\u200d")
_SIGNS = frozenset("%‰‱٪؉؊#&@§¶†‡_")
# A letter and a stop, twice or more, after something else than a letter.
_INITIALS = re.compile(r"(?:^|[\W_])(?:[^\W\d_]\.){2,}\Z")
_LONGEST_INITIALS = 32


def trim_punctuation(text: str, start: int, end: int) -> Range:
    """The range less punctuation, white space and unseen characters at its edges; as it is if nothing would be left."""
    partners = _partners(text, start, end)
    low, high = start, end
    while low < high:
        low = _trimmed_start(text, low, high, partners)
        high = _trimmed_end(text, low, high, partners)
        last = _last_base(text, low, high)
        if partners.get(low, low) != last or low >= last:
            break
        low, high = _after_attached(text, low + 1, last), last
    return (low, high) if low < high else (start, end)


def _trimmed_start(text: str, low: int, high: int, partners: dict[int, int]) -> int:
    while low < high and low not in partners and _is_trimmed(text[low]) and not _is_minus(text, low, high):
        low = _after_attached(text, low + 1, high)
    return low


def _trimmed_end(text: str, low: int, high: int, partners: dict[int, int]) -> int:
    while low < high:
        last = _last_base(text, low, high)
        if last in partners or not _is_trimmed(text[last]) or _ends_initials(text, low, last):
            break
        high = last
    return high


def _partners(text: str, start: int, end: int) -> dict[int, int]:
    """Offsets of the brackets and quotes whose partner is in the range too, each with its partner's."""
    partners: dict[int, int] = {}
    unclosed: list[tuple[str, int]] = []
    waiting: Counter[str] = Counter()
    for match in _PAIRED.finditer(text, start, end):
        at, mark = match.start(), match[0]
        if _is_apostrophe(text, at):
            continue
        kind = _QUOTES.get(mark) or _OPENING.get(mark, mark)
        if (mark in _OPENING or mark in _QUOTES) and waiting[kind]:
            partner = _close(kind, unclosed, waiting)
            partners[at], partners[partner] = partner, at
        elif mark not in _OPENING:
            unclosed.append((kind, at))
            waiting[kind] += 1
    return partners


def _close(kind: str, unclosed: list[tuple[str, int]], waiting: Counter[str]) -> int:
    """Take the last unclosed one of a kind off the stack, and what was opened after it; its offset."""
    while True:
        opened, at = unclosed.pop()
        waiting[opened] -= 1
        if opened == kind:
            return at


def _is_apostrophe(text: str, at: int) -> bool:
    return text[at] in "'’" and text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()


def _is_minus(text: str, at: int, end: int) -> bool:
    return text[at] == "-" and at + 1 < end and text[at + 1].isdigit()


def _ends_initials(text: str, low: int, last: int) -> bool:
    return text[last] == "." and _INITIALS.search(text[max(low, last + 1 - _LONGEST_INITIALS) : last + 1]) is not None


@lru_cache(maxsize=4096)
def _is_trimmed(character: str) -> bool:
    kind = category(character)
    if kind[0] == "P":
        return character not in _SIGNS
    return character.isspace() or (kind == "Cf" and is_dropped(character))


@lru_cache(maxsize=4096)
def _attaches(character: str) -> bool:
    """Whether the character is one cluster with the one before it: marks and joiners; tatweel can be marked alone."""
    return character in _JOINERS or category(character)[0] == "M"


def _after_attached(text: str, at: int, high: int) -> int:
    while at < high and _attaches(text[at]):
        at += 1
    return at


def _last_base(text: str, low: int, high: int) -> int:
    """The offset of the last character in [low, high) that marks stand on; `low` where there are marks alone."""
    at = high - 1
    while at > low and _attaches(text[at]):
        at -= 1
    return at
