"""Arabic letters to the forms they take beside their neighbours.

arabic-reshaper knows the forms but gives a string without a map. Fed with bare base letters, everything transparent to
joining left out and everything foreign replaced by a space, its answer aligns with what it was given one to one, except
that a lam-alef ligature stands for two letters. The ligature is the only one used: it is the one that Arabic writing
demands, and the others do not fit a cell.

Letters that Unicode gives no presentation forms (some Kurdish and Urdu ones) stay as they are and join to nothing, as
in the library.
"""

from __future__ import annotations

from collections.abc import Sequence
from configparser import SectionProxy
from functools import lru_cache
from typing import NamedTuple
from unicodedata import decomposition

from arabic_reshaper import ArabicReshaper
from arabic_reshaper.arabic_reshaper import HARAKAT_RE
from arabic_reshaper.letters import LETTERS_ARABIC, TATWEEL

from tui.text.clusters import ZWJ, Cluster

LAM_ALEF = frozenset("\ufef5\ufef6\ufef7\ufef8\ufef9\ufefa\ufefb\ufefc")

_LIGATURES = {
    "ARABIC LIGATURE ALLAH": False,
    "ARABIC LIGATURE LAM WITH ALEF": True,
    "ARABIC LIGATURE LAM WITH ALEF WITH HAMZA ABOVE": True,
    "ARABIC LIGATURE LAM WITH ALEF WITH HAMZA BELOW": True,
    "ARABIC LIGATURE LAM WITH ALEF WITH MADDA ABOVE": True,
}
_reshaper = ArabicReshaper({"delete_harakat": False, "delete_tatweel": False, "support_zwj": False, **_LIGATURES})


class _Configured:
    """The reshaper's configuration as booleans: it asks for six at each word, and parses them anew each time."""

    def __init__(self, configuration: SectionProxy) -> None:
        self._values = {name: configuration.getboolean(name) for name in configuration if name != "language"}

    def getboolean(self, name: str) -> bool | None:
        return self._values[name.lower()]


_reshaper.configuration = _Configured(_reshaper.configuration)

# Unicode calls the embeddings transparent to joining too, but letters on their two sides need not stand side by side.
_BREAKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NOBODY = -1


class Shape(NamedTuple):
    """What one cell shows: the cluster at `first` alone, or a lam-alef ligature of it and the cluster at `second`.

    Both are indices of the sequence given to `shape`; `glyph` is the base in its contextual form, without marks.
    """

    first: int
    second: int | None
    glyph: str


def shape(clusters: Sequence[Cluster]) -> list[Shape]:
    """The visible clusters of a paragraph in their contextual forms, in logical order."""
    letters, owners = _fed(clusters)
    formed = _reshaper.reshape(letters) if letters.strip(" ") else letters
    glyphs = [cluster.base for cluster in clusters]
    partners: dict[int, int] = {}
    place = 0
    for glyph in formed:
        owner = owners[place]
        if glyph in LAM_ALEF:
            place += 1
            if owners[place] != owner:
                partners[owner] = owners[place]
                glyphs[owners[place]] = ""
        if owner != _NOBODY and glyph != " ":
            glyphs[owner] = glyph
        place += 1
    return [Shape(index, partners.get(index), glyph) for index, glyph in enumerate(glyphs) if glyph]


def _fed(clusters: Sequence[Cluster]) -> tuple[str, list[int]]:
    """The letters that the library is given, and for each the index of the cluster whose cell shows it."""
    letters: list[str] = []
    owners: list[int] = []
    for index, cluster in enumerate(clusters):
        if cluster.base:
            for letter in _letters(cluster.source):
                letters.append(letter)
                owners.append(index)
        elif cluster.source in _BREAKS:
            letters.append(" ")
            owners.append(_NOBODY)
        if cluster.joiner:
            letters.append(TATWEEL if cluster.joiner == ZWJ else " ")
            owners.append(_NOBODY)
    return "".join(letters), owners


@lru_cache(maxsize=2048)
def _letters(character: str) -> str:
    """What to feed for a cell's character: stored presentation forms taken apart, a space for what does not join.

    A mark without a base, and a sign that the library would move, have cells: letters do not join across them.
    """
    if not character or HARAKAT_RE.match(character):
        return " "
    if character in LETTERS_ARABIC:
        return character if character != ZWJ else " "
    form, _, codes = decomposition(character).partition(" ")
    letters = "".join(chr(int(code, 16)) for code in codes.split()) if form in _CONTEXTUAL else ""
    is_letter = len(letters) == 1 and letters in LETTERS_ARABIC
    return letters if is_letter or character in LAM_ALEF else " "


_CONTEXTUAL = frozenset({"<isolated>", "<initial>", "<medial>", "<final>"})
