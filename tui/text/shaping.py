"""Arabic letters to the forms they take beside their neighbours.

arabic-reshaper knows the forms but gives a string without a map. Fed with bare base letters, everything transparent to
joining left out and everything foreign replaced by a space, its answer aligns with what it was given one to one, except
that a lam-alef ligature stands for two letters. The ligature is the only one used: it is the one that Arabic writing
demands, and the others do not fit a cell.

Letters that Unicode gives no presentation forms (some Kurdish and Urdu ones) stay as they are and join to nothing, as
in the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple
from unicodedata import decomposition

from arabic_reshaper import ArabicReshaper
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

# Letters and signs that the library takes for marks and moves about in its answer (its HARAKAT_RE).
_TAKEN_FOR_MARKS = re.compile("[\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d4-\u08ff]")
# Unicode calls the embeddings transparent to joining too, but letters on their two sides need not stand side by side.
_BREAKS = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Shape(NamedTuple):
    """What one cell shows: the cluster at `first` alone, or a lam-alef ligature of it and the cluster at `second`.

    Both are indices of the sequence given to `shape`; `glyph` is the base in its contextual form, without marks.
    """

    first: int
    second: int | None
    glyph: str


class _Fed(NamedTuple):
    letter: str
    cluster: int | None


def shape(clusters: Sequence[Cluster]) -> list[Shape]:
    """The visible clusters of a paragraph in their contextual forms, in logical order."""
    fed = [piece for index, cluster in enumerate(clusters) for piece in _feed(index, cluster)]
    letters = "".join([piece.letter for piece in fed])
    formed = _reshaper.reshape(letters) if letters.strip(" ") else letters
    forms: dict[int, Shape] = {}
    place = 0
    for glyph in formed:
        piece = fed[place]
        taken = 2 if glyph in LAM_ALEF else 1
        if piece.cluster is not None and piece.letter != " ":
            second = fed[place + 1].cluster if taken == 2 else None
            forms[piece.cluster] = Shape(piece.cluster, None if second == piece.cluster else second, glyph)
        place += taken
    return list(_shapes(clusters, forms))


def _shapes(clusters: Sequence[Cluster], forms: dict[int, Shape]) -> Iterator[Shape]:
    swallowed = {form.second for form in forms.values()}
    for index, cluster in enumerate(clusters):
        if cluster.is_visible and index not in swallowed:
            yield forms.get(index) or Shape(index, None, cluster.base)


def _feed(index: int, cluster: Cluster) -> Iterator[_Fed]:
    """The letters of a cluster as the library is given them, each with the cluster whose cell shows it."""
    source = cluster.source
    if cluster.is_visible and source and not _TAKEN_FOR_MARKS.match(source):
        for letter in _letters(source):
            yield _Fed(letter, index)
    elif cluster.is_visible or _BREAKS.match(source):
        # A mark without a base and a sign that the library would move have cells: letters do not join across them.
        yield _Fed(" ", None)
    if cluster.joiner:
        yield _Fed(TATWEEL if cluster.joiner == ZWJ else " ", None)


@lru_cache(maxsize=2048)
def _letters(character: str) -> str:
    """The letters to feed for one character: stored presentation forms taken apart, what does not join as a space."""
    if character in LETTERS_ARABIC:
        return character if character != ZWJ else " "
    form, _, codes = decomposition(character).partition(" ")
    letters = "".join(chr(int(code, 16)) for code in codes.split()) if form in _CONTEXTUAL else ""
    is_letter = len(letters) == 1 and letters in LETTERS_ARABIC
    return letters if is_letter or character in LAM_ALEF else " "


_CONTEXTUAL = frozenset({"<isolated>", "<initial>", "<medial>", "<final>"})
