"""The normal form of a text: what stays of it when two spellings of one name are to be the same.

Dropped: marks of every script (harakat, Quranic marks, superscript alef, accents), tatweel, and what cannot be seen
(bidi controls, joiners, BOM, soft hyphen). Folded to one letter each:

- alef with hamza, madda or wasla, composed or not, to bare alef; waw and ya with hamza to waw and ya. Bare hamza stays
  a letter: `شيء` is not `شي`, but `مسؤول` is `مسوول`, as it is often typed;
- alef maqsura and Farsi yeh to ya, ta marbuta to ha, and the Persian and Urdu forms of kaf and ha to theirs;
- digits of every script to ASCII, the Arabic decimal, thousands and percent signs with them;
- capitals to small letters, by full case folding;
- stored presentation forms to their letters: `\\ufef7` (lam-alef) gives two, `\\ufdf2` (Allah) four;
- a run of white space, line ends included, to one space.

A normal form is its own normal form. Everything here is about single characters of the text, apart from that run.
"""

from __future__ import annotations

import re
from functools import lru_cache
from unicodedata import category, decimal, normalize

Range = tuple[int, int]
"""Offsets [start, end), code points of the untouched text."""

BLANK_RUN = re.compile("  +")
"""What two or more white-space characters become before they are made one."""

# The small waw and ya of the Quran are letters by category, the tail fragment is half of a letter's glyph; all three
# are written like marks.
_LIKE_MARKS = frozenset("\u0640\u06e5\u06e6\ufe73")
_JOINERS = frozenset("\u200c\u200d")
# Format characters with a glyph (number signs, end of ayah), and fillers: letters that are blank.
_VISIBLE_FORMATS = frozenset(map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)))
_FILLERS = frozenset("\u115f\u1160\u3164\uffa0")
_PRESENTATION_FORM = re.compile("[\ufb50-\ufdff\ufe70-\ufefc]")
_LETTERS = {
    **dict.fromkeys("\u0671\u0672\u0673", "ا"),
    **dict.fromkeys("\u0649\u06cc", "ي"),
    **dict.fromkeys("\u0629\u06c3\u06c1\u06be\u06d5", "ه"),
    **dict.fromkeys("\u06a9\u06aa", "ك"),
    "\u066a": "%",
    "\u066b": ".",
    "\u066c": ",",
}


def normalise(text: str) -> str:
    """The normal form of a text; empty for a text of marks and unseen characters alone."""
    return BLANK_RUN.sub(" ", text.translate(FOLDS))


@lru_cache(maxsize=4096)
def is_dropped(character: str) -> bool:
    """Whether nothing of the character is in the normal form."""
    return FOLDS[ord(character)] == ""


@lru_cache(maxsize=4096)
def clings(character: str) -> bool:
    """Whether a dropped character belongs to the letter before it: marks, tatweel and joiners, not bidi controls."""
    return is_dropped(character) and (category(character) != "Cf" or character in _JOINERS)


class _Folds(dict[int, str]):
    """Code points to what they become, for `str.translate`; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = _fold(chr(code))
        return self[code]


class _Lengths(dict[int, str]):
    """Code points to the number of characters they become, itself the code point of a character below U+0100."""

    def __missing__(self, code: int) -> str:
        self[code] = chr(len(FOLDS[code]))
        return self[code]


def _fold(character: str) -> str:
    if character.isspace():
        return " "
    if _is_unread(character):
        return ""
    # Canonical decomposition parts hamza and accents from their letters; of the compatible ones only presentation
    # forms are spellings of the same word.
    parts = normalize("NFKD" if _PRESENTATION_FORM.match(character) else "NFD", character)
    if parts != character:
        # A mark's isolated form decomposes to a space with the mark on it.
        return "".join(map(_fold, parts)).strip()
    if category(character) == "Nd":
        return str(decimal(character))
    return _LETTERS.get(character) or character.casefold()


def _is_unread(character: str) -> bool:
    kind = category(character)
    return (
        kind[0] == "M"
        or character in _LIKE_MARKS
        or character in _FILLERS
        or (kind == "Cf" and character not in _VISIBLE_FORMATS)
    )


FOLDS = _Folds()
"""What a code point becomes, before runs of white space are made one."""

LENGTHS = _Lengths()
"""How many characters a code point becomes in `FOLDS`, as the character of that number."""
