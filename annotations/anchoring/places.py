"""Where a span's words went, by the blocks that the old text and the new one share, and how sure that is.

A fragment *goes with* a block that covers its whole words, not only its own letters: `و` of `وقال` does not go with the
`و` of `وكان`. What a block agrees on beside the words is the evidence for the place, `before` and `after` them. A
place is *certain* when there is enough of it, no place is as good for the words, nor other words for the place, and the
line is no copy of theirs.

*Index*: of a text in normal form. Offsets are of the untouched texts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from annotations.anchoring.blocks import Block, align
from annotations.anchoring.copies import Copies
from annotations.anchoring.known import SEPARATOR, Known, parts_of
from annotations.anchoring.order import ELASTIC, Order
from annotations.anchoring.rivals import Rivals
from annotations.matching import Shadow
from annotations.normalise import Range, clings, is_dropped
from annotations.span import CONTEXT, Fragment, Span

ALTERNATIVES = 3
"""How many other places are named."""

# Characters of evidence that are enough, where blocks that go on with each other agree on _FIRM_CHAIN characters and
# elsewhere; and on a side without a block near. Tried with tests/reanchoring.py: with less, more places are wrong.
_ENOUGH_NEAR, _FIRM_CHAIN = 16, 100
_ENOUGH_ALONE = 30
_LEAST_SIDE = 6
_BUCKET = 256
_LONGEST_WORD = 64


class Place(NamedTuple):
    """Where a span's words are in the new text; `doubt` says why that is not certain, and is empty when it is."""

    fragments: tuple[Fragment, ...]
    doubt: str
    others: tuple[tuple[Fragment, ...], ...] = ()


class _Claim(NamedTuple):
    """A block's claim on words: what it agrees on before and after them, up to CONTEXT characters each."""

    block: Block
    before: int
    after: int

    @property
    def evidence(self) -> int:
        return self.before + self.after


@dataclass(frozen=True)
class Places:
    """Places of spans in a new text."""

    known: Known
    shadow: Shadow

    @classmethod
    def of(cls, spans: Iterable[Span], text: str) -> Places:
        """For finding these spans in this text."""
        return cls(Known.of(spans), Shadow.of(text.replace(SEPARATOR, " ")))

    def place(self, span: Span) -> Place | None:
        """Where the blocks put all fragments of a span; None when they do not."""
        parts = parts_of(span)
        places = [self._place(fragment, part) for fragment, part in zip(span.fragments, parts, strict=False)]
        if len(places) > 1:
            places = self._together(span.fragments, parts, places)
        found = [place for place in places if place]
        if not found or len(found) < len(places):
            return None
        ranges = tuple(place.fragments[0] for place in found)
        if any(before[1] >= after[0] for before, after in pairwise(ranges)):
            return None
        doubts = [place.doubt for place in found if place.doubt]
        if not _are_together(span.fragments, ranges):
            doubts.append("its parts are farther from each other than they were")
        return Place(ranges, doubts[0] if doubts else "", found[0].others if len(found) == 1 else ())

    def _together(
        self, fragments: tuple[Fragment, ...], parts: list[str], places: list[Place | None]
    ) -> list[Place | None]:
        """The places of fragments, with those that are not certain put where the first and the last one bid."""
        first, last = places[0], places[-1]
        if first is None or last is None or first.doubt or last.doubt:
            return places
        step = first.fragments[0][0] - fragments[0][0]
        if step != last.fragments[0][0] - fragments[-1][0]:
            return places
        text = self.shadow.source
        together: list[Place | None] = []
        for (start, end), part, place in zip(fragments, parts, places, strict=True):
            is_there = text.startswith(part, start + step) and not clings(text[end + step : end + step + 1] or " ")
            together.append(Place(((start + step, end + step),), "") if is_there else place)
        return together

    @cached_property
    def order(self) -> Order:
        """The blocks and their order."""
        return Order(self.known, self.shadow, align(self.known.text, self.shadow.text))

    @cached_property
    def _rivals(self) -> Rivals:
        return Rivals(self.known, self.shadow.text)

    @cached_property
    def _copies(self) -> Copies:
        return Copies(self.known, self.shadow.text)

    @cached_property
    def _by_old(self) -> _Cover:
        return _Cover.of(((block.old, block.old_end), block) for block in self.order.blocks)

    def _place(self, fragment: Fragment, part: str) -> Place | None:
        own = self.known.index(fragment[0]), self.known.index(fragment[1])
        words = self._words(own)
        claims = sorted(self._claims(words), key=lambda claim: claim.evidence, reverse=True)
        if not claims:
            return None
        best = claims[0]
        rivals = self._rivals.unbeaten(words, best.block.shift)
        doubt = f"{len(rivals) + 1} places have this text" if rivals else self._doubt(best, words)
        ranges = [(self._range(own, shift, fragment, part),) for shift in (best.block.shift, *rivals[:ALTERNATIVES])]
        return Place(ranges[0], doubt, tuple(ranges[1:]))

    def _words(self, own: Range) -> Range:
        """The indices of the words that a range of the known text lies in; of the character before an empty one."""
        text = self.known.text
        low, high = own
        if low == high:
            low = max(0, low - 1)
        while low > own[0] - _LONGEST_WORD and low > 0 and text[low].isalnum() and text[low - 1].isalnum():
            low -= 1
        while high < own[1] + _LONGEST_WORD and high < len(text) and text[high].isalnum() and text[high - 1].isalnum():
            high += 1
        return low, high

    def _claims(self, words: Range) -> Iterator[_Claim]:
        """The claims of all blocks that the words go with, and that are whole words in the new text as well."""
        low, high = words
        for block in self._by_old.over(words):
            if self._is_apart(low, low + block.shift, -1) and self._is_apart(high - 1, high - 1 + block.shift, 1):
                yield self._claim(block, words)

    def _claim(self, block: Block, words: Range) -> _Claim:
        low, high = words
        before, after = min(low - block.old, CONTEXT), min(block.old_end - high, CONTEXT)
        # Nothing stands before the first words of a text: to be the first again is as good as all of the context.
        if low - before == 0 and low + block.shift - before == 0 and self.known.begins:
            before = CONTEXT
        if self._reaches_end(high + after, high + after + block.shift):
            after = CONTEXT
        return _Claim(block, before, after)

    def _reaches_end(self, old: int, new: int) -> bool:
        return self.known.ends and old == len(self.known.text) - 1 and new == len(self.shadow.text)

    def _is_apart(self, old: int, new: int, step: int) -> bool:
        """Whether no letter stands beside this one in the new text, or the same in both, or the old is not known."""
        text = self.known.text
        there = self.shadow.text[new + step] if 0 <= new + step < len(self.shadow.text) else " "
        here = text[old + step] if 0 <= old + step < len(text) else SEPARATOR
        return here in (SEPARATOR, there) or not text[old].isalnum() or not there.isalnum()

    def _doubt(self, best: _Claim, words: Range) -> str:
        if self._rivals.contested(words, best.block.shift):
            return "other words of the old text may have come to stand here"
        if self._copies.may_be_meant(words, best.block.shift):
            return "its line, or most of it, is in the text more than once"
        if self.order.may_have_stayed(best.block, words):
            return "it may be the text that was here before it was moved, or a copy of it"
        if not self._is_enough(best, words):
            return "most of the text around it changed"
        return ""

    def _is_enough(self, claim: _Claim, words: Range) -> bool:
        """Whether the text goes on as it was on both sides of the words, and much of it is as it was."""
        before = self.order.support_before(claim.block, words)
        after = self.order.support_after(claim.block, words)
        if (before < 0 and claim.before < _LEAST_SIDE) or (after < 0 and claim.after < _LEAST_SIDE):
            return False
        enough = _ENOUGH_NEAR if self.order.weight(claim.block) >= _FIRM_CHAIN else _ENOUGH_ALONE
        return claim.evidence + max(0, before) + max(0, after) >= enough

    def _range(self, own: Range, shift: int, fragment: Fragment, part: str) -> Fragment:
        """The offsets of a fragment in the new text: its very characters, or else whole letters with their marks."""
        low, high = own[0] + shift, own[1] + shift
        text, offsets = self.shadow.source, self.shadow.offsets
        begin = min(self.order.shadow_offset(low), offsets[low - 1] + 1) if low else 0
        beyond = self.order.shadow_offset(high)
        start = text.find(part, begin, beyond)
        follower = self.known.character(fragment[1])
        if start >= 0:
            end = start + len(part)
            if end == len(text) or not clings(text[end]) or follower == text[end]:
                return start, end
        if low == high:
            return begin, beyond
        start, end = self.shadow.range(low, high)
        return start - _led_in(text, start, part), _before_follower(text, self.shadow.offsets[high - 1], end, follower)


def _led_in(text: str, start: int, part: str) -> int:
    """How many characters that normal forms drop a part begins with, if they stand before this offset too."""
    count = next((number for number, character in enumerate(part) if not is_dropped(character)), 0)
    return count if count and text.endswith(part[:count], 0, start) else 0


def _before_follower(text: str, last: int, end: int, follower: str) -> int:
    """The end of a range without the mark or joiner after its last letter that was left out of it before."""
    if not follower or not clings(follower):
        return end
    at = text.find(follower, last + 1, end)
    return at if at >= 0 else end


def _are_together(old: tuple[Fragment, ...], new: tuple[Fragment, ...]) -> bool:
    """Whether the gaps between fragments are not much longer than they were."""
    lengths = [after[0] - before[1] for before, after in pairwise(old)]
    return all(
        after[0] - before[1] <= 2 * length + ELASTIC
        for length, (before, after) in zip(lengths, pairwise(new), strict=True)
    )


@dataclass(frozen=True)
class _Cover:
    """Ranges, each with its block, for asking which of them cover another."""

    buckets: dict[int, list[tuple[Range, Block]]]

    @classmethod
    def of(cls, ranges: Iterable[tuple[Range, Block]]) -> _Cover:
        buckets: dict[int, list[tuple[Range, Block]]] = defaultdict(list)
        for within, block in ranges:
            for number in range(within[0] // _BUCKET, within[1] // _BUCKET + 1):
                buckets[number].append((within, block))
        return cls(buckets)

    def over(self, wanted: Range) -> Iterator[Block]:
        for (low, high), block in self.buckets.get(wanted[0] // _BUCKET, ()):
            if low <= wanted[0] and wanted[1] <= high:
                yield block
