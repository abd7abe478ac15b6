"""The most likely place of a span whose place is not certain: the same words elsewhere, or the most similar ones.

A guess is ranked by how similar what stands around it is to the span's context, by the share of characters that two
strings have in common in order (rapidfuzz), and how far it is from where the span should be. It is never certain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from rapidfuzz import fuzz

from annotations.anchoring.known import parts_of
from annotations.anchoring.places import ALTERNATIVES, Places
from annotations.errors import printable
from annotations.normalise import Range, normalise
from annotations.span import CONTEXT, Fragment, Span

# Below this similarity of the context, of 1, equal words are other words: two stretches of Arabic prose that have
# nothing to do with each other come to 0.45 on average.
_SIMILAR_CONTEXT = 0.6
_SIMILAR_WORDS = 0.75
_SHORTEST_SIMILAR = 4
# Characters to either side of the expected place: where similar words, and the same words, are looked for.
_NEAR, _FAR = 400, 20_000
_MOST_EACH_SIDE = 8
# Characters that may be looked through for words that are nowhere near, for all spans together: half a second.
_BUDGET = 400_000_000
_FARTHEST_PARTS = 400


class Guess(NamedTuple):
    """A place that may be the span's, how likely (below 1), why, and other places."""

    fragments: tuple[Fragment, ...]
    score: float
    reason: str
    others: tuple[tuple[Fragment, ...], ...] = ()


class _Candidate(NamedTuple):
    score: float
    ranges: tuple[Range, ...]


@dataclass
class Guesses:
    """Guesses in the new text of these places."""

    places: Places
    _looked_through: int = 0
    _nowhere: set[str] = field(default_factory=set)

    def guess(self, span: Span) -> Guess | None:
        """The most likely place of a span, or None when nothing similar enough is near, or anywhere."""
        wanted = [normalise(part).strip() for part in parts_of(span) or [span.text]]
        if not all(wanted):
            return None
        expected = self.places.order.expected(span.fragments[0])
        context = normalise(span.prefix)[-CONTEXT:], normalise(span.suffix)[:CONTEXT]
        equal = sorted(self._equal(wanted, expected, context), reverse=True)
        if equal and equal[0].score >= _SIMILAR_CONTEXT:
            return self._same_words(equal)
        return self._similar(wanted[0], expected, context) if len(wanted) == 1 else None

    def _same_words(self, equal: list[_Candidate]) -> Guess:
        best, *rest = [candidate for candidate in equal if candidate.score >= _SIMILAR_CONTEXT]
        others = tuple(self._offsets(candidate.ranges) for candidate in rest[:ALTERNATIVES])
        reason = f"{len(rest) + 1} places have this text" if rest else "the text around it changed"
        return Guess(self._offsets(best.ranges), min(best.score, 0.99), reason, others)

    def _equal(self, wanted: list[str], expected: int, context: tuple[str, str]) -> Iterator[_Candidate]:
        """Places that have the very words, one fragment soon after another."""
        text = self.places.shadow.text
        for at in self._occurrences(wanted[0], expected):
            ranges = [(at, at + len(wanted[0]))]
            for part in wanted[1:]:
                after = text.find(part, ranges[-1][1] + 1, ranges[-1][1] + _FARTHEST_PARTS)
                ranges.append((after, after + len(part)))
            if all(low >= 0 for low, _ in ranges):
                yield _Candidate(self._likeness(ranges[0][0], ranges[-1][1], context), tuple(ranges))

    def _occurrences(self, wanted: str, expected: int) -> list[int]:
        """Indices of the nearest occurrences of some words; of a few anywhere when none is near."""
        text = self.places.shadow.text
        after = _forwards(text, wanted, expected, expected + _FAR)
        before = _backwards(text, wanted, max(0, expected - _FAR), expected + len(wanted) - 1)
        near = [*after, *before]
        if near or wanted in self._nowhere or self._looked_through > _BUDGET:
            return near
        self._looked_through += len(text)
        anywhere = list(_forwards(text, wanted, 0, len(text)))
        if not anywhere:
            self._nowhere.add(wanted)
        return anywhere

    def _similar(self, wanted: str, expected: int, context: tuple[str, str]) -> Guess | None:
        """The most similar words near the expected place."""
        if len(wanted) < _SHORTEST_SIMILAR:
            return None
        text = self.places.shadow.text
        low = max(0, expected - _NEAR)
        window = text[low : expected + len(wanted) + _NEAR]
        found = fuzz.partial_ratio_alignment(wanted, window, score_cutoff=100 * _SIMILAR_WORDS)
        if not found or found.dest_start == found.dest_end:
            return None
        start, end = _whole_words(text, low + found.dest_start, low + found.dest_end)
        alike = fuzz.ratio(wanted, text[start:end]) / 100
        likeness = self._likeness(start, end, context)
        if alike < _SIMILAR_WORDS or likeness < _SIMILAR_CONTEXT:
            return None
        fragments = self._offsets(((start, end),))
        quoted = printable(self.places.shadow.source[slice(*fragments[0])][:60])
        return Guess(fragments, alike * likeness, f"only a similar text was found: {quoted}")

    def _likeness(self, start: int, end: int, context: tuple[str, str]) -> float:
        """How similar the surroundings of a place are to the context, from 0 to 1, the better side counted twice."""
        text = self.places.shadow.text
        before = fuzz.ratio(context[0], text[max(0, start - len(context[0])) : start])
        after = fuzz.ratio(context[1], text[end : end + len(context[1])])
        return float(2 * max(before, after) + min(before, after)) / 300

    def _offsets(self, ranges: tuple[Range, ...]) -> tuple[Fragment, ...]:
        return tuple(self.places.shadow.range(low, high) for low, high in ranges)


def _forwards(text: str, wanted: str, low: int, high: int) -> Iterator[int]:
    at = text.find(wanted, low, high)
    for _ in range(_MOST_EACH_SIDE):
        if at < 0:
            return
        yield at
        at = text.find(wanted, at + 1, high)


def _backwards(text: str, wanted: str, low: int, high: int) -> Iterator[int]:
    at = text.rfind(wanted, low, high)
    for _ in range(_MOST_EACH_SIDE):
        if at < 0:
            return
        yield at
        at = text.rfind(wanted, low, at + len(wanted) - 1)


def _whole_words(text: str, start: int, end: int) -> Range:
    while start > 0 and text[start].isalnum() and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
