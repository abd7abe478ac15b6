"""Other places of the new text that may be meant by the words of the old one: the same phrase elsewhere.

A *rival* of a place has the same words with something of the same around them. It is beaten by a place that agrees
with the old text as far on both sides, and farther on one. Whole lines that are repeated are the matter of `copies`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from annotations.anchoring.blocks import WORD, agreement_after, agreement_before
from annotations.anchoring.known import SEPARATOR, Known
from annotations.normalise import Range

# Characters that a rival has at least in common with the old text, from the beginning of a word.
_SEED = 10
# How much farther a place has to agree than its rival.
_FARTHER = 8
_MOST = 12
_ENDLESS = 1 << 30

_Agreement = tuple[int, int]


@dataclass(frozen=True)
class Rivals:
    """Rivals in a new text of places that words of the old one have; both texts in normal form."""

    known: Known
    new: str

    def unbeaten(self, words: Range, shift: int) -> list[int]:
        """The shifts, other than this one, at which the words stand in the new text with as good a claim, in order."""
        others = sorted(self._shifts(words, shift) - {shift})
        place = self._agreement(words, shift) if others else (0, 0)
        return [other for other in others if not _beats(place, self._agreement(words, other))]

    def contested(self, words: Range, shift: int) -> bool:
        """Whether other words of the old text have as good a claim on the place of these."""
        low, high = words
        steps = self._steps(words, self._old_places, 0) - {0}
        place = self._agreement(words, shift) if steps else (0, 0)
        wanted = self.known.text[low:high]
        return any(
            not _beats(place, self._agreement((low + step, high + step), shift - step))
            for step in steps
            if low + step >= 0 and self.known.text.startswith(wanted, low + step)
        )

    def _shifts(self, words: Range, shift: int) -> set[int]:
        low, high = words
        wanted = self.known.text[low:high]
        shifts = self._steps(words, self._new_places, shift)
        return {other for other in shifts if low + other >= 0 and self.new.startswith(wanted, low + other)}

    def _steps(self, words: Range, places: Mapping[str, list[int]], shift: int) -> set[int]:
        """How far it is from the words to the places that have what they have around them: the nearest of those."""
        steps: set[int] = set()
        for start in {words[0], self._word_before(words[0]), self._word_before(words[1])}:
            found = places.get(self.known.text[start : start + _SEED], ())
            number = bisect_left(found, start + shift)
            steps.update(place - start for place in found[max(0, number - _MOST) : number + _MOST])
        return steps

    def _word_before(self, index: int) -> int:
        """Where the last word begins from which a seed ends before an index; the index where there is none near."""
        low = max(0, index - 2 * _SEED)
        starts = [word.start() for word in WORD.finditer(self.known.text, low, max(low, index - _SEED + 1))]
        return starts[-1] if starts else index

    def _agreement(self, words: Range, shift: int) -> _Agreement:
        """How far the texts agree before and after the words; farther than that where no more of the old is known."""
        old, low, high = self.known.text, *words
        before = agreement_before(old, low, self.new, low + shift)
        after = agreement_after(old, high, self.new, high + shift)
        if low == before and self.known.begins:
            before = _ENDLESS if low + shift == before else before
        elif low == before or old[low - before - 1] == SEPARATOR:
            before += _FARTHER
        if high + after == len(old) - 1 and self.known.ends:
            after = _ENDLESS if high + shift + after == len(self.new) else after
        elif old[high + after] == SEPARATOR:
            after += _FARTHER
        return before, after

    @cached_property
    def _new_places(self) -> dict[str, list[int]]:
        return _repeated(self.new)

    @cached_property
    def _old_places(self) -> dict[str, list[int]]:
        return _repeated(self.known.text)


def _beats(place: _Agreement, rival: _Agreement) -> bool:
    return place[0] >= rival[0] and place[1] >= rival[1] and sum(place) >= sum(rival) + _FARTHER


def _repeated(text: str) -> dict[str, list[int]]:
    """What begins at a word and is in a text more than once, with its places."""
    places: dict[str, list[int]] = defaultdict(list)
    for word in WORD.finditer(text):
        at = word.start()
        places[text[at : at + _SEED]].append(at)
    return {seed: found for seed, found in places.items() if len(found) > 1}
