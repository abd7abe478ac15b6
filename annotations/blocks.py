"""Immutable sequences and mappings of which a changed copy costs little, however large they are.

A *block* holds up to `2 * BLOCK` items. A copy with one item more, fewer or other shares all blocks but the one that
the item is in: at 50,000 items some hundreds are copied, not all. The same is true of mappings, by *shards* of keys.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from typing import Generic, TypeVar, overload

BLOCK = 256
_SHARDS = 64

_T = TypeVar("_T")


class Blocks(Sequence[_T]):
    """A sequence in blocks, equal to a tuple of the same items.

    `measure` gives a number for an item, by which `first_above` finds items without a look at all of them.
    """

    __slots__ = ("_blocks", "_firsts", "_maxima", "_measure")

    def __init__(
        self, blocks: Sequence[tuple[_T, ...]], maxima: Sequence[int], measure: Callable[[_T], int] | None
    ) -> None:
        """Made by `of` and by the methods that change one item; `maxima` has a number for each block."""
        self._blocks = tuple(blocks)
        self._firsts = [0, *accumulate(map(len, self._blocks))]
        self._maxima = maxima
        self._measure = measure

    @classmethod
    def of(cls, items: Iterable[_T], measure: Callable[[_T], int] | None = None) -> Blocks[_T]:
        """The items in their order."""
        if isinstance(items, Blocks) and items._measure is measure:
            return items
        whole = tuple(items)
        blocks = [whole[at : at + BLOCK] for at in range(0, len(whole), BLOCK)]
        return cls(blocks, _maxima(blocks, measure), measure)

    def inserted(self, position: int, item: _T) -> Blocks[_T]:
        """The items with one more, which stands at the position."""
        if not self._blocks:
            return Blocks.of((item,), self._measure)
        number = min(bisect_right(self._firsts, position), len(self._blocks)) - 1
        at = position - self._firsts[number]
        block = self._blocks[number]
        return self._with(number, (*block[:at], item, *block[at:]))

    def removed(self, position: int) -> Blocks[_T]:
        """The items without the one at the position."""
        number, at = self._place(position)
        block = self._blocks[number]
        return self._with(number, block[:at] + block[at + 1 :])

    def replaced(self, position: int, item: _T) -> Blocks[_T]:
        """The items with another at the position."""
        number, at = self._place(position)
        block = self._blocks[number]
        return self._with(number, (*block[:at], item, *block[at + 1 :]))

    def first_above(self, bound: int) -> int:
        """The position of the first item whose measure is above the bound; the length where none is."""
        measure = self._measure
        for number, most in enumerate(self._maxima):
            if most > bound and measure is not None:
                block = self._blocks[number]
                return self._firsts[number] + next(at for at, item in enumerate(block) if measure(item) > bound)
        return len(self)

    @overload
    def __getitem__(self, index: int) -> _T: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[_T, ...]: ...

    def __getitem__(self, index: int | slice) -> _T | tuple[_T, ...]:
        if isinstance(index, int):
            number, at = self._place(index + len(self) if index < 0 else index)
            return self._blocks[number][at]
        start, stop, step = index.indices(len(self))
        if step != 1:
            return tuple(self)[index]
        if start >= stop:
            return ()
        first, last = self._place(start)[0], self._place(stop - 1)[0]
        whole = tuple(chain.from_iterable(self._blocks[first : last + 1]))
        return whole[start - self._firsts[first] : stop - self._firsts[first]]

    def __len__(self) -> int:
        return self._firsts[-1]

    def __iter__(self) -> Iterator[_T]:
        return chain.from_iterable(self._blocks)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Blocks):
            if self._firsts == other._firsts:
                return self._blocks == other._blocks
            return len(self) == len(other) and tuple(self) == tuple(other)
        return tuple(self) == other if isinstance(other, tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(tuple(self))

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _place(self, position: int) -> tuple[int, int]:
        """The number of an item's block, and its place in it; IndexError where there is no such item."""
        if not 0 <= position < len(self):
            raise IndexError(position)
        number = bisect_right(self._firsts, position) - 1
        return number, position - self._firsts[number]

    def _with(self, number: int, block: tuple[_T, ...]) -> Blocks[_T]:
        """The items with another block in the place of one; too long a block becomes two, an empty one none."""
        parts = (block[:BLOCK], block[BLOCK:]) if len(block) > 2 * BLOCK else (block,)
        new = [part for part in parts if part]
        blocks = (*self._blocks[:number], *new, *self._blocks[number + 1 :])
        maxima = (*self._maxima[:number], *_maxima(new, self._measure), *self._maxima[number + 1 :])
        return Blocks(blocks, maxima, self._measure)


class Shards(Mapping[str, _T], Generic[_T]):
    """A mapping in shards, equal to a dict of the same items."""

    __slots__ = ("_shards",)

    def __init__(self, shards: Sequence[dict[str, _T]]) -> None:
        """Made by `of` and by the methods that change one item."""
        self._shards = shards

    @classmethod
    def of(cls, items: Mapping[str, _T]) -> Shards[_T]:
        """The same items."""
        shards: list[dict[str, _T]] = [{} for _ in range(_SHARDS)]
        for key, value in items.items():
            shards[hash(key) % _SHARDS][key] = value
        return cls(shards)

    def having(self, key: str, value: _T) -> Shards[_T]:
        """The mapping with this value for the key."""
        number = hash(key) % _SHARDS
        return self._with(number, {**self._shards[number], key: value})

    def lacking(self, key: str) -> Shards[_T]:
        """The mapping without the key, which it has."""
        number = hash(key) % _SHARDS
        shard = self._shards[number].copy()
        del shard[key]
        return self._with(number, shard)

    def __getitem__(self, key: str) -> _T:
        return self._shards[hash(key) % _SHARDS][key]

    def __contains__(self, key: object) -> bool:
        return key in self._shards[hash(key) % _SHARDS]

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self._shards)

    def _with(self, number: int, shard: dict[str, _T]) -> Shards[_T]:
        return Shards([*self._shards[:number], shard, *self._shards[number + 1 :]])


def _maxima(blocks: Iterable[Sequence[_T]], measure: Callable[[_T], int] | None) -> list[int]:
    return [0 if measure is None else max(map(measure, block)) for block in blocks]
