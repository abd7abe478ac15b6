"""Characters to clusters: what the cursor moves by, and what of it may reach a terminal.

A cluster is a base character with all that belongs to it: combining marks, joiners, emoji modifiers. The boundaries are
those of extended grapheme clusters (UAX #29) with two differences, each for the annotator: format controls other than
the joiners are clusters of their own that nothing attaches to, and U+0600..U+0605, U+06DD and their like, which enclose
the digits after them on paper and cannot in a terminal, stand alone.

This module alone decides what a character looks like when it is not an ordinary printable one:

- format controls, joiners and variation selectors are not shown;
- white space of any kind, tabs included, is shown as a space, one cell wide;
- other controls are shown by their picture (U+2400..), what Unicode has not assigned or leaves to private
  use by U+FFFD;
- a mark without a base stands on a dotted circle (U+25CC), as the Unicode Standard recommends (section 5.13);
- of an emoji sequence the first emoji is shown. Terminals disagree on the width of the rest by up to six cells, and
  every highlight to its right would be off by as many; the offsets of the cluster still cover the whole sequence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple
from unicodedata import category

ZWNJ = "\u200c"
ZWJ = "\u200d"
DOTTED_CIRCLE = "\u25cc"
REPLACEMENT = "\ufffd"

_VISIBLE_FORMATS = frozenset(map(chr, (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)))
_WHITE_CONTROLS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")
# Default ignorable marks and letters (DerivedCoreProperties.txt): blank, or asking for a form of the base that some
# terminals draw wider.
_IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u3164\uffa0\u17b4\u17b5\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
# Marks that a reader of unvocalised Arabic does without. Hamza, madda and what else makes another letter stays
# (U+0653..U+0655).
_DIACRITICS = re.compile(
    "[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u08ca-\u08e1\u08e3-\u08ff]"
)
# Extended_Pictographic of emoji-data.txt 15.0, as blocks: wide enough for what ZWJ joins in practice. Letters and
# numbers among them (U+2139, circled digits) are left out: ZWJ never joins them, and they belong to words.
_PICTOGRAPH = re.compile(
    "[\xa9\xae\u203c\u2049\u2122\u2190-\u245f\u249c-\u24e9\u2500-\u2775\u2794-\u2bff\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001f0ff\U0001f10d-\U0001faff]"
)
_EMOJI_EXTEND = re.compile("[\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_JOINER = re.compile(f"[{ZWNJ}{ZWJ}]")
_REGIONAL = re.compile("[\U0001f1e6-\U0001f1ff]")


class Cluster(NamedTuple):
    """One cluster: offsets [start, end) in code points of the text it was cut from, and what is shown of it.

    `base` is one printable character, two for a flag, or empty for a cluster that has no cell; `marks` are the
    combining marks shown on it. `source` is the character that decides about joining, empty where the cluster has no
    base of its own; `joiner` is the last ZWJ or ZWNJ in the cluster, or empty.
    """

    start: int
    end: int
    source: str
    base: str
    marks: str = ""
    joiner: str = ""

    @property
    def is_visible(self) -> bool:
        """Whether the cluster has a cell."""
        return self.base != ""

    @property
    def is_space(self) -> bool:
        """Whether the cluster is shown as a bare space."""
        return self.base == " " and not self.marks


def clusters(text: str) -> Iterator[Cluster]:
    """Cut a text into its clusters, in order and without gaps."""
    kinds = text.translate(_KINDS)
    length = len(text)
    start = 0
    while start < length:
        end = start + 1
        if kinds[start] == _PLAIN and (end == length or kinds[end] != _EXTENDING):
            yield Cluster(start, end, text[start], text[start])
        else:
            end = _end_of_cluster(text, start, length)
            yield _cluster(text, start, end)
        start = end


def without_diacritics(marks: str) -> str:
    """Marks less the Arabic diacritics; what makes another letter (hamza, madda) stays."""
    return _DIACRITICS.sub("", marks)


class _Kinds(dict[int, str]):
    """Code points to one letter each, for `str.translate`: most of a text is plain characters that stand alone."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        alone = shown(character) == character and not _REGIONAL.match(character) and not _PICTOGRAPH.match(character)
        self[code] = _EXTENDING if _extends(character) else _PLAIN if alone else _OTHER
        return self[code]


def _end_of_cluster(text: str, start: int, length: int) -> int:
    first = text[start]
    end = start + 1
    if end == length or (text[end] < "\u0300" and first != "\r"):
        return end
    if _is_control(first):
        return end + 1 if text[start : end + 1] == "\r\n" else end
    if _REGIONAL.match(first) and _REGIONAL.match(text[end]):
        end += 1
    pictograph = _PICTOGRAPH.match(first) is not None
    while end < length and (_extends(text[end]) or (pictograph and _extends_emoji(text[end - 1], text[end]))):
        end += 1
    return end


def _extends_emoji(before: str, character: str) -> bool:
    if before == ZWJ:
        return _PICTOGRAPH.match(character) is not None
    return _EMOJI_EXTEND.match(character) is not None


def _cluster(text: str, start: int, end: int) -> Cluster:
    first = text[start]
    if _extends(first):
        source, base, rest = "", "", text[start:end]
    else:
        source, base, rest = first, shown(first), text[start + 1 : end]
    if not rest:
        return Cluster(start, end, source, base)
    if _REGIONAL.match(first) and _REGIONAL.match(rest):
        return Cluster(start, end, source, first + rest[0])
    marks = "".join([mark for mark in rest if category(mark)[0] in "ML" and shown(mark)])
    joiner = _JOINER.findall(rest)
    return Cluster(start, end, source, base or (DOTTED_CIRCLE if marks else ""), marks, joiner[-1] if joiner else "")


@lru_cache(maxsize=4096)
def shown(character: str) -> str:
    """What stands for a character on the screen: itself, one stand-in of its kind, or nothing."""
    kind = category(character)
    if kind[0] in "LMNPS":
        return "" if _IGNORABLE.match(character) else character
    if kind[0] == "Z" or character in _WHITE_CONTROLS:
        return " "
    if kind == "Cf":
        return character if character in _VISIBLE_FORMATS else ""
    if kind == "Cc" and character < "\x80":
        return "\u2421" if character == "\x7f" else chr(0x2400 + ord(character))
    return REPLACEMENT


@lru_cache(maxsize=4096)
def _extends(character: str) -> bool:
    return character in (ZWNJ, ZWJ) or category(character)[0] == "M" or "\u1160" <= character <= "\u11ff"


@lru_cache(maxsize=4096)
def _is_control(character: str) -> bool:
    if character in (ZWNJ, ZWJ) or character in _VISIBLE_FORMATS:
        return False
    return category(character) in ("Cc", "Cf", "Zl", "Zp")


_PLAIN, _EXTENDING, _OTHER = "pxo"
_KINDS = _Kinds()
