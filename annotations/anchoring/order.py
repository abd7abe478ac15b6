"""What stands beside a block: whether the text around some words goes on as it did, and whether they kept their order.

Two blocks *go on* with each other when the text between them did not change its length by more than itself and a
little. Indices are of the texts in normal form, offsets of the untouched texts.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from annotations.anchoring.blocks import Block, in_order
from annotations.anchoring.known import SEPARATOR, Known
from annotations.matching import Shadow
from annotations.normalise import Range
from annotations.span import CONTEXT, Fragment

ELASTIC = 64
"""Code points that a gap may always grow or shrink by."""

# A block of this length bears out what stands beside it; one of a word or two may be chance.
_SUPPORT = 10
# How many blocks beside some words are looked at.
_NEIGHBOURS = 6
# The longest stretch between two blocks that is searched for words that were to have moved out of it.
_LONGEST_GAP = 4096
# At this similarity (of 100, rapidfuzz) a text is the words with their context, edited.
_STAYED = 75


@dataclass(frozen=True)
class Order:
    """The blocks of an old text and a new one, in the old text's order."""

    known: Known
    shadow: Shadow
    blocks: list[Block]

    def expected(self, fragment: Fragment) -> int:
        """The index where a fragment would stand had nothing changed between it and the nearest block."""
        number = bisect_right(self._starts, self.known.index(fragment[0]))
        near = [self._distance(block, fragment[0]) for block in self.blocks[max(0, number - 2) : number + 1]]
        offset = fragment[0] + min(near)[1] if near else fragment[0]
        return bisect_right(self.shadow.offsets, offset) - 1 if offset > 0 else 0

    def weight(self, block: Block) -> int:
        """How many characters a block agrees on together with all those that go on with it."""
        return self._weights[block]

    def support_before(self, block: Block, words: Range) -> int:
        """The length, up to CONTEXT, of a block that ends shortly before some words of another in both texts.

        -1 when there is none; 0 when nothing is known of what stood before the words.
        """
        old, new = self.known.text, self.shadow.text
        low, shift = words[0], block.shift
        if block.old > 0 and old[block.old - 1] == SEPARATOR:
            return 0
        number = bisect_left(self._starts, low)
        for other in reversed(self.blocks[max(0, number - _NEIGHBOURS) : number]):
            end = min(other.old_end, low)
            between = old[end:low], new[end + other.shift : low + shift]
            if other != block and end + other.shift <= low + shift and self._is_next(other, between, words):
                return min(CONTEXT, other.length)
        return -1

    def support_after(self, block: Block, words: Range) -> int:
        """The same for a block that begins shortly after the words."""
        old, new = self.known.text, self.shadow.text
        high, shift = words[1], block.shift
        if old.startswith(SEPARATOR, block.old_end) and not (self.known.ends and block.old_end == len(old) - 1):
            return 0
        number = bisect_left(self._ends, (high, 0))
        for _, place in self._ends[number : number + _NEIGHBOURS]:
            other = self.blocks[place]
            start = max(other.old, high)
            between = old[high:start], new[high + shift : start + other.shift]
            if other != block and start + other.shift >= high + shift and self._is_next(other, between, words):
                return min(CONTEXT, other.length)
        return -1

    def may_have_stayed(self, block: Block, words: Range) -> bool:
        """Whether a block left its place in the order, while something like its words is still there."""
        if block in self._backbone:
            return False
        number = bisect_left(self._in_order, block)
        before, after = self._in_order[number - 1 : number] if number else [], self._in_order[number : number + 1]
        start = before[0].new_end if before else 0
        end = after[0].new if after else len(self.shadow.text)
        if end - start > _LONGEST_GAP:
            return True
        from rapidfuzz import fuzz

        wanted = self.known.text[max(block.old, words[0] - CONTEXT) : min(block.old_end, words[1] + CONTEXT)]
        between = self.shadow.text[start:end]
        return len(between) > len(wanted) // 2 and fuzz.partial_ratio(wanted, between) >= _STAYED

    @cached_property
    def _starts(self) -> list[int]:
        return [block.old for block in self.blocks]

    @cached_property
    def _ends(self) -> list[tuple[int, int]]:
        return sorted((block.old_end, number) for number, block in enumerate(self.blocks))

    @cached_property
    def _in_order(self) -> list[Block]:
        return in_order(self.blocks)

    @cached_property
    def _backbone(self) -> frozenset[Block]:
        return frozenset(self._in_order)

    @cached_property
    def _weights(self) -> dict[Block, int]:
        weights: dict[Block, int] = {}
        chain: list[Block] = []
        for block in self.blocks:
            if chain and not self._goes_on(chain[-1], block):
                weights.update(dict.fromkeys(chain, sum(each.length for each in chain)))
                chain = []
            chain.append(block)
        weights.update(dict.fromkeys(chain, sum(each.length for each in chain)))
        return weights

    def _goes_on(self, before: Block, after: Block) -> bool:
        distance = max(0, self._old_offset(after.old) - self._old_offset(before.old_end))
        return abs(self._moved_by(after) - self._moved_by(before)) <= ELASTIC + distance

    def _is_next(self, other: Block, between: tuple[str, str], words: Range) -> bool:
        """Whether two stretches between words and a block are short, and neither has the words once more."""
        wanted = self.known.text[slice(*words)]
        old, new = between
        is_short = max(len(old), len(new)) <= ELASTIC and SEPARATOR not in old
        return other.length >= _SUPPORT and is_short and wanted not in old and wanted not in new

    def _distance(self, block: Block, offset: int) -> tuple[int, int]:
        start, end = self._old_offset(block.old), self._old_offset(block.old_end)
        at_end = offset >= end
        new = self.shadow_offset(block.new_end if at_end else block.new)
        return max(start - offset, offset - end, 0), new - (end if at_end else start)

    def _moved_by(self, block: Block) -> int:
        return self.shadow_offset(block.new) - self._old_offset(block.old)

    def _old_offset(self, index: int) -> int:
        offsets = self.known.offsets
        return offsets[min(index, len(offsets) - 1)]

    def shadow_offset(self, index: int) -> int:
        """The offset in the new text of an index; its length for the index after the last."""
        offsets = self.shadow.offsets
        return offsets[index] if index < len(offsets) else len(self.shadow.source)
