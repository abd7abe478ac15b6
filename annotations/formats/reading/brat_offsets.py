"""Offsets of brat's files that count other characters than the text has.

brat counts all (`annotations.formats.reading.brat`). But a text may have got a CR before every line break since, as
Git does on Windows, or have been annotated by a program that reads CR LF as one character, or takes a byte order mark
for none. The texts of the annotations tell which it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from annotations.formats.reading.brat_lines import Standoff, TextBound

# So much of each annotation's text is compared.
_COMPARED = 32
_BREAK = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNCOUNTED = (
    ("a line break of CR LF", re.compile("\r(?=\n)")),
    ("a byte order mark", re.compile("\\A\ufeff")),
    ("a line break of CR LF, and a byte order mark", re.compile("\r(?=\n)|\\A\ufeff")),
)


def recounted(found: Standoff, text: str) -> tuple[Standoff, str]:
    """The annotations in code points of the text, and what was not counted where that is not all of them."""
    told = [one for one in found.texts.values() if one.text.strip()]
    best, what = sum(_fits(one, text) for one in told), ""
    if best == len(told):
        return found, ""
    places: Sequence[int] = ()
    for name, uncounted in _UNCOUNTED:
        gone = {match.start() for match in uncounted.finditer(text)}
        counted = uncounted.sub("", text)
        fitting = sum(_fits(one, counted) for one in told) if gone else 0
        if fitting > best:
            best, what, places = fitting, name, [place for place in range(len(text)) if place not in gone]
    if not what:
        return found, ""
    return replace(found, texts={name: _moved(one, places) for name, one in found.texts.items()}), what


def _fits(one: TextBound, text: str) -> bool:
    start, end = one.fragments[0]
    last = min(end, start + _COMPARED)
    return start < last <= len(text) and one.text.startswith(_BREAK.sub(" ", text[start:last]))


def _moved(one: TextBound, places: Sequence[int]) -> TextBound:
    """The annotation with its offsets among `places`; as it is where they are beyond them."""
    if any(not 0 <= start < end <= len(places) for start, end in one.fragments):
        return one
    return one._replace(fragments=tuple((places[start], places[end - 1] + 1) for start, end in one.fragments))
