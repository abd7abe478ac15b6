"""Which stretches of an old text are in a new one: blocks of equal text, as a reader of both would pair them.

Both texts are in normal form. A *block* is a stretch that both have. It grows from a *seed*, a few words that each
text has once, as far as the texts agree: the idea of patience diff (B. Cohen, 2008), which pairs unique lines, and of
genome alignment by maximal unique matches (MUMmer; Delcher et al. 1999). Long seeds are looked for in all of both
texts, whatever their order, so that a paragraph that was moved makes a block too; then shorter ones, between a block
and its neighbour alone. Where a text repeats itself there are no seeds, and two blocks may cover one stretch.

The time is linear in the lengths, apart from sorting.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from annotations.normalise import Range

# Characters of a seed. 24 are about four Arabic words: hardly any four words come twice by chance.
_LONG, _SHORT, _WORD_ALONE = 24, 12, 0
WORD = re.compile(r"\w+")
_CHUNK = 64
# A block is grown this far from a seed, and from the next seed again: else texts that repeat themselves take forever.
_FARTHEST = 4096


class Block(NamedTuple):
    """`length` characters from index `old` of the old text that stand at index `new` of the new one."""

    old: int
    new: int
    length: int

    @property
    def shift(self) -> int:
        """How far the block moved."""
        return self.new - self.old

    @property
    def old_end(self) -> int:
        """The index after it in the old text."""
        return self.old + self.length

    @property
    def new_end(self) -> int:
        """The index after it in the new text."""
        return self.new + self.length


def align(old: str, new: str) -> list[Block]:
    """The blocks of two texts in normal form, in the old text's order. They may overlap in either text."""
    blocks = _seeded(old, new, (0, len(old)), (0, len(new)), _LONG)
    for size in (_SHORT, _WORD_ALONE):
        found = [
            block
            for here, there in _gaps(blocks, len(old), len(new))
            for block in in_order(_seeded(old, new, here, there, size))
        ]
        blocks = _merged(blocks + found)
    return blocks


def in_order(blocks: list[Block]) -> list[Block]:
    """The longest blocks together, of some in the old text's order, that stand in that order in the new text too."""
    ranks = {new: rank for rank, new in enumerate(sorted({block.new for block in blocks}), 1)}
    # A Fenwick tree of the best chain that ends at or before a rank: its weight and its last block's number.
    tree = [(0, -1)] * (len(ranks) + 1)
    before: list[int] = []
    for number, block in enumerate(blocks):
        weight, last = _best(tree, ranks[block.new] - 1)
        before.append(last)
        _enter(tree, ranks[block.new], (weight + block.length, number))
    chain: list[Block] = []
    last = _best(tree, len(ranks))[1]
    while last >= 0:
        chain.append(blocks[last])
        last = before[last]
    return chain[::-1]


def _best(tree: list[tuple[int, int]], rank: int) -> tuple[int, int]:
    best = (0, -1)
    while rank:
        best = max(best, tree[rank])
        rank &= rank - 1
    return best


def _enter(tree: list[tuple[int, int]], rank: int, value: tuple[int, int]) -> None:
    while rank < len(tree):
        tree[rank] = max(tree[rank], value)
        rank += rank & -rank


def _seeded(old: str, new: str, here: Range, there: Range, size: int) -> list[Block]:
    """Blocks grown from the seeds of a size in a range of the old text and one of the new."""
    olds = _seeds(old, here, size)
    news = _seeds(new, there, size) if olds else {}
    reached: dict[int, int] = {}
    blocks = []
    for seed, at in olds.items():
        place = news.get(seed, -1)
        if at >= 0 and place >= 0 and reached.get(place - at, -1) < at + len(seed):
            block = _grown(old, new, at, place, len(seed))
            reached[block.shift] = block.old_end
            blocks.append(block)
    return _merged(blocks)


def _seeds(text: str, within: Range, size: int) -> dict[str, int]:
    """What begins at each word of a range, with its place, or -1 when it comes more than once."""
    found: dict[str, int] = {}
    low, high = within
    for word in WORD.finditer(text, low, high):
        at = word.start()
        if at + size <= high:
            seed = text[at : at + size] if size else word.group()
            found[seed] = -1 if seed in found else at
    return found


def _grown(old: str, new: str, at: int, place: int, size: int) -> Block:
    before = agreement_before(old, at, new, place)
    after = agreement_after(old, at + size, new, place + size)
    return Block(at - before, place - before, before + size + after)


def agreement_after(old: str, at: int, new: str, place: int) -> int:
    """How many characters from two places on are equal."""
    limit = min(_FARTHEST, len(old) - at, len(new) - place)
    count = 0
    while count < limit and old[at + count : at + count + _CHUNK] == new[place + count : place + count + _CHUNK]:
        count += _CHUNK
    while count < limit and old[at + count] == new[place + count]:
        count += 1
    return min(count, limit)


def agreement_before(old: str, at: int, new: str, place: int) -> int:
    """How many characters before two places are equal."""
    limit = min(_FARTHEST, at, place)
    count = 0
    while count + _CHUNK <= limit and old.startswith(new[place - count - _CHUNK : place - count], at - count - _CHUNK):
        count += _CHUNK
    while count < limit and old[at - count - 1] == new[place - count - 1]:
        count += 1
    return count


def _merged(blocks: Iterable[Block]) -> list[Block]:
    """Blocks in the old text's order, those of one shift that overlap or touch made one."""
    merged: list[Block] = []
    for block in sorted(blocks, key=lambda block: (block.shift, block.old)):
        last = merged[-1] if merged else None
        if last and last.shift == block.shift and block.old <= last.old_end:
            merged[-1] = last._replace(length=max(last.old_end, block.old_end) - last.old)
        else:
            merged.append(block)
    return sorted(merged)


def _gaps(blocks: list[Block], old_length: int, new_length: int) -> Iterator[tuple[Range, Range]]:
    """Each stretch of the old text that no block covers, with the stretches of the new text where it may be now.

    Those are what follows the block before it and what precedes the block after it; one and the same, mostly.
    """
    edges = [Block(0, 0, 0), *blocks, Block(old_length, new_length, 0)]
    by_new = sorted((block.new, block.new_end) for block in edges)
    starts = [start for start, _ in by_new]
    reached = 0
    for before, after in pairwise(edges):
        reached = max(reached, before.old_end)
        if after.old <= reached:
            continue
        here = reached, after.old
        follows = bisect_right(starts, before.new_end)
        precedes = bisect_right(starts, after.new) - 2
        regions = {
            (before.new_end, starts[follows] if follows < len(starts) else new_length),
            (by_new[precedes][1] if precedes >= 0 else 0, after.new),
        }
        for low, high in regions:
            if low < high:
                yield here, (low, high)
