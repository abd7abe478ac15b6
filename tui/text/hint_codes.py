"""Codes of one or two letters for the things on a screen, so that any of them is chosen with at most two keys.

No code is the beginning of another, so a choice is made by its last letter, without Enter. Of an alphabet of A letters,
k that stand alone leave A - k that each begin A pairs. Where there are N things, k is the greatest number for which
k + (A - k) * A reaches N, so that as many of them as can be are one key away.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import islice, product
from typing import NamedTuple

ALPHABET = "sdfjklghwoiruvnmcxtyzpqae"
"""Letters from the easiest to reach on. B is left out: on the Arabic (101) layout its key types two letters."""


class Narrowed(NamedTuple):
    """What the letters typed so far leave: the index of the thing whose code they are, else those still possible."""

    hit: int | None
    possible: tuple[int, ...]

    @property
    def is_miss(self) -> bool:
        """Whether no code begins with what was typed."""
        return self.hit is None and not self.possible


def codes(count: int, excluding: Collection[str] = (), first: int = 0) -> list[str]:
    """The codes of `count` things in reading order, made of letters that are not among `excluding`.

    The shortest go to the thing at index `first` and those after it, then to those before it, nearest first. With A
    letters left there are A * A codes at most; what is farthest beyond that has the code "".
    """
    alphabet = [letter for letter in ALPHABET if letter not in excluding]
    given = [""] * max(0, count)
    for index, code in zip(_by_nearness(count, first), _shortest(alphabet, count), strict=False):
        given[index] = code
    return given


def narrow(codes: Sequence[str], typed: str) -> Narrowed:
    """What is left of these codes after some letters; nothing typed leaves every thing that has a code."""
    possible = tuple(index for index, code in enumerate(codes) if code and code.startswith(typed))
    hit = next((index for index in possible if codes[index] == typed), None)
    return Narrowed(hit, () if hit is not None else possible)


def _by_nearness(count: int, first: int) -> Iterator[int]:
    start = min(max(0, first), max(0, count))
    yield from range(start, count)
    yield from reversed(range(start))


def _shortest(alphabet: Sequence[str], count: int) -> Iterator[str]:
    """At most `count` codes, the single letters first, both kinds from the easiest on."""
    letters = len(alphabet)
    needed = min(max(0, count), letters * letters)
    singles = needed if needed <= letters else (letters * letters - needed) // (letters - 1)
    yield from alphabet[:singles]
    pairs = product(alphabet[singles:], alphabet)
    yield from (begin + end for begin, end in islice(pairs, needed - singles))
