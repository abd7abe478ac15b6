"""Which of the two code pages for Arabic bytes are in, if that can be told.

Both Windows-1256 and ISO-8859-6 give every letter one byte, the same one for the first half of the alphabet only: a
text in one is, read as the other, soon full of Latin letters, of marks within words, or of bytes that mean nothing.
charset-normalizer is asked first, and what it says is checked: its answer has to be the only one of the two readings
that is *plausible*, which is

- no control characters but those of layout,
- at least 8 letters in *good* words: letters of Arabic or Persian with marks where marks can be, ة and ى at the end,
- at most one *bad* word, which holds letters of Arabic among others, or accented ones alone, for 50 good ones,
- 55 of 100 letters in good words among the ten commonest of Arabic,
- a word with the article, or else 30 letters.

Measured on 2,562 sentences of UD Arabic-PUD, of the Wojood sample and of a news article, encoded both ways, and on
Django's messages in 22 languages of other scripts, 1, 4 and 12 together, in the code pages they were once written in:

| what | files | read rightly | refused | read wrongly |
|---|---|---|---|---|
| 12 sentences | 402 | 402 | 0 | 0 |
| a sentence | 5,103 | 4,401 | 702 | 0 |
| its first 10 words | 5,119 | 4,327 | 792 | 0 |
| its first 6 words | 5,117 | 3,469 | 1,648 | 0 |
| other scripts | 42,662 | | 42,662 | 0 |

The library alone, held to the two, takes a fifth of other scripts' files for one of them, and 2 of 100 headlines in
ISO-8859-6 for Windows-1256; the check alone takes one headline of 4 words in 5,119 for the other. Persian and Urdu in
Windows-1256 are read rightly, a quarter of them, or refused. MacArabic may be taken for ISO-8859-6: its letters are the
same there, and its right-to-left spaces become no-break spaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

CODE_PAGES = {"windows-1256": "cp1256", "iso-8859-6": "iso8859_6"}
"""Python's codec by the name that a sidecar states."""

_PIECES = 16
_PIECE = 1 << 14
_FEWEST_LETTERS = 8
_ENOUGH_LETTERS = 30
_GOOD_TO_A_BAD = 50
_COMMON_SHARE = 0.55
_COMMON = frozenset("الوينمرتبعد")

_CONTROL = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f]")
# \u00d7 and \u00f7 are where letters are in the other code page.
_WORD = re.compile("(?:[^\\W\\d_]|[\u064b-\u0652\u00d7\u00f7])+")
_WITHIN = "[\u0621-\u0628\u062a-\u063a\u0640-\u0648\u064a\u067e\u0686\u0698\u06a9\u06af]"
_LAST = "[\u0621-\u063a\u0640-\u064a\u067e\u0686\u0698\u06a9\u06af]"
_GOOD = re.compile(f"(?:{_WITHIN}[\u064e-\u0652]*)*(?:{_LAST}[\u064b-\u0652]*|{_WITHIN}\u0651?\u064b\u0627)")
_ARTICLE = re.compile("[وف]?(?:[بك]?ال|لل)[^\\W\\d_]{2}")


def code_page_of(data: bytes) -> str | None:
    """`windows-1256` or `iso-8859-6`, as a sidecar states it; None where that is not certain.

    For bytes that are not UTF-8. All of them have to decode; of the words of what is longer than 256 KiB, 130 pages,
    as many are looked at, in pieces from all over it. Some 3 ms for 10 kB, 3 s for 64 MiB.
    """
    plausible = [name for name, codec in CODE_PAGES.items() if _is_plausible(data, codec)]
    return plausible[0] if len(plausible) == 1 and _library_says(data) == CODE_PAGES[plausible[0]] else None


def _library_says(data: bytes) -> str | None:
    # Takes longer to import than most files to read, and few files need it.
    from charset_normalizer import from_bytes

    codecs = list(CODE_PAGES.values())
    # What a text says of its own encoding was true of the page that it was copied from.
    best = from_bytes(data, cp_isolation=codecs, preemptive_behaviour=False, enable_fallback=False).best()
    return best.encoding if best else None


def _is_plausible(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return False
    if _CONTROL.search(text):
        return False
    words = [word for piece in _pieces(text) for word in _WORD.findall(piece) if not word.isascii()]
    good = [word for word in words if _GOOD.fullmatch(word)]
    return (len(words) - len(good)) * _GOOD_TO_A_BAD <= len(good) and _is_arabic(good)


def _pieces(text: str) -> Sequence[str]:
    if len(text) <= _PIECES * _PIECE:
        return (text,)
    return [text[start : start + _PIECE] for start in range(0, len(text), len(text) // _PIECES)]


def _is_arabic(words: Sequence[str]) -> bool:
    letters = "".join(words)
    common = sum(map(_COMMON.__contains__, letters))
    if len(letters) < _FEWEST_LETTERS or common < _COMMON_SHARE * len(letters):
        return False
    return len(letters) >= _ENOUGH_LETTERS or any(map(_ARTICLE.match, words))
