"""The characters of a text that cannot be seen, or that change how others are shown: which they are, and where.

*Hidden* are

- controls (C0, DELETE, C1) but the ordinary ones: line feed, a carriage return before it, tab;
- format characters without a glyph: marks, embeddings, overrides and isolates of direction, zero-width characters, the
  byte order mark, the soft hyphen, invisible operators, tags;
- variation selectors, the grapheme joiner and the blank letters of some scripts;
- every space but the ordinary one, line and paragraph separators among them;
- what has no meaning that all agree on: private use, surrogates, what Unicode has not assigned.

Tatweel, harakat and the number signs of Arabic (U+0600..U+0605, U+06DD) are seen, and not hidden.

Offsets are code points of the untouched text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category, name

_BYTE_ORDER_MARK = "\ufeff"
# Format characters with a glyph: number signs of Arabic, Syriac and Kaithi, pound and piastre marks, the end of ayah.
_VISIBLE_FORMATS = frozenset(map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)))
# Default ignorable marks and letters (DerivedCoreProperties.txt), and the Braille pattern without a dot.
_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_ORDINARY = frozenset(" \t\n")
_LAST_OF_PLANE = 0xFFFE
# Controls have no names, only aliases (NameAliases.txt of the Unicode Character Database, the first of each).
_C0 = (
    "NULL;START OF HEADING;START OF TEXT;END OF TEXT;END OF TRANSMISSION;ENQUIRY;ACKNOWLEDGE;ALERT;BACKSPACE;"
    "CHARACTER TABULATION;LINE FEED;LINE TABULATION;FORM FEED;CARRIAGE RETURN;SHIFT OUT;SHIFT IN;DATA LINK ESCAPE;"
    "DEVICE CONTROL ONE;DEVICE CONTROL TWO;DEVICE CONTROL THREE;DEVICE CONTROL FOUR;NEGATIVE ACKNOWLEDGE;"
    "SYNCHRONOUS IDLE;END OF TRANSMISSION BLOCK;CANCEL;END OF MEDIUM;SUBSTITUTE;ESCAPE;INFORMATION SEPARATOR FOUR;"
    "INFORMATION SEPARATOR THREE;INFORMATION SEPARATOR TWO;INFORMATION SEPARATOR ONE"
)
_C1 = (
    "PADDING CHARACTER;HIGH OCTET PRESET;BREAK PERMITTED HERE;NO BREAK HERE;INDEX;NEXT LINE;START OF SELECTED AREA;"
    "END OF SELECTED AREA;CHARACTER TABULATION SET;CHARACTER TABULATION WITH JUSTIFICATION;LINE TABULATION SET;"
    "PARTIAL LINE FORWARD;PARTIAL LINE BACKWARD;REVERSE LINE FEED;SINGLE SHIFT TWO;SINGLE SHIFT THREE;"
    "DEVICE CONTROL STRING;PRIVATE USE ONE;PRIVATE USE TWO;SET TRANSMIT STATE;CANCEL CHARACTER;MESSAGE WAITING;"
    "START OF GUARDED AREA;END OF GUARDED AREA;START OF STRING;SINGLE GRAPHIC CHARACTER INTRODUCER;"
    "SINGLE CHARACTER INTRODUCER;CONTROL SEQUENCE INTRODUCER;STRING TERMINATOR;OPERATING SYSTEM COMMAND;"
    "PRIVACY MESSAGE;APPLICATION PROGRAM COMMAND"
)
_CONTROLS = {
    **{chr(code): alias for code, alias in enumerate(_C0.split(";"))},
    "\x7f": "DELETE",
    **{chr(code): alias for code, alias in enumerate(_C1.split(";"), 0x80)},
}


class Hidden(NamedTuple):
    """One hidden character of a text: what it is called, and the offsets of all its occurrences, ascending.

    A byte order mark is one at the text's start alone; further on the same character is a ZERO WIDTH NO-BREAK SPACE.
    """

    character: str
    name: str
    offsets: tuple[int, ...]

    @property
    def title(self) -> str:
        """Code point and name: `U+200F RIGHT-TO-LEFT MARK`; ASCII."""
        return f"{code_point(self.character)} {self.name}"


def find_hidden(text: str) -> tuple[Hidden, ...]:
    """The hidden characters of a text, the rarest first, of those as frequent the lowest code point first."""
    places: dict[str, list[int]] = {}
    start = 1 if text.startswith(_BYTE_ORDER_MARK) else 0
    for match in _pattern(text).finditer(text, start):
        places.setdefault(match[0], []).append(match.start())
    found = [Hidden(character, name_of(character), tuple(offsets)) for character, offsets in places.items()]
    if start:
        found.append(Hidden(_BYTE_ORDER_MARK, "BYTE ORDER MARK", (0,)))
    return tuple(sorted(found, key=lambda hidden: (len(hidden.offsets), hidden.character, hidden.offsets)))


@lru_cache(maxsize=4096)
def is_hidden(character: str) -> bool:
    """Whether a character is hidden; a carriage return is, though it is not where a line feed follows it."""
    kind = category(character)
    if kind == "Cf":
        return character not in _VISIBLE_FORMATS
    if kind[0] in "CZ":
        return character not in _ORDINARY
    return _BLANK.match(character) is not None


def code_point(character: str) -> str:
    """The code point as it is written in the Unicode Standard: `U+200F`."""
    return f"U+{ord(character):04X}"


def name_of(character: str) -> str:
    """The character's name, the alias of a control, or where Unicode gives neither, what kind of code point it is."""
    known = _CONTROLS.get(character) or name(character, "")
    if known:
        return known
    kind, code = category(character), ord(character)
    if kind == "Cn":
        is_none = 0xFDD0 <= code <= 0xFDEF or code & _LAST_OF_PLANE == _LAST_OF_PLANE
        return "NONCHARACTER" if is_none else "UNASSIGNED"
    return "PRIVATE USE" if kind == "Co" else "SURROGATE"


def _pattern(text: str) -> re.Pattern[str]:
    """What finds the hidden characters that a text has, in one pass over it."""
    held = "".join(map(re.escape, sorted(c for c in set(text) if c != "\r" and is_hidden(c))))
    return re.compile(f"\r(?!\n)|[{held}]" if held else "\r(?!\n)")
