"""Blocks and shards are what a tuple and a dict of the same items are, through any changes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations import blocks
from annotations.blocks import Blocks, Shards


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(blocks, "BLOCK", 3)
    yield


def itself(number: int) -> int:
    return number


@given(st.lists(st.integers(0, 50), max_size=30), st.data())
def test_blocks_are_a_tuple_through_any_changes(start: list[int], data: st.DataObject) -> None:
    wanted, found = list(start), Blocks.of(start, itself)
    for _ in range(data.draw(st.integers(0, 12))):
        before = tuple(found)
        kind = data.draw(st.sampled_from(["insert", "remove", "replace"])) if wanted else "insert"
        at, item = data.draw(st.integers(0, len(wanted) - (kind != "insert"))), data.draw(st.integers(0, 50))
        if kind == "insert":
            wanted.insert(at, item)
            changed = found.inserted(at, item)
        elif kind == "remove":
            del wanted[at]
            changed = found.removed(at)
        else:
            wanted[at] = item
            changed = found.replaced(at, item)
        assert tuple(found) == before
        found = changed
    assert found == tuple(wanted)
    assert found == Blocks.of(wanted)
    assert hash(found) == hash(tuple(wanted))
    assert (len(found), list(found), bool(found)) == (len(wanted), wanted, bool(wanted))
    low, high, bound = (data.draw(st.integers(-35, 35)) for _ in range(3))
    assert found[low:high] == tuple(wanted[low:high])
    assert found[::-1] == tuple(wanted[::-1])
    assert found.first_above(bound) == next((at for at, it in enumerate(wanted) if it > bound), len(wanted))
    for index in range(-len(wanted), len(wanted)):
        assert found[index] == wanted[index]
    for beyond in (len(wanted), -len(wanted) - 1):
        with pytest.raises(IndexError):
            found[beyond]


@given(st.dictionaries(st.text(max_size=3), st.integers(), max_size=20), st.data())
def test_shards_are_a_dict_through_any_changes(start: dict[str, int], data: st.DataObject) -> None:
    wanted, found = dict(start), Shards.of(start)
    for _ in range(data.draw(st.integers(0, 10))):
        if wanted and data.draw(st.booleans()):
            key = data.draw(st.sampled_from(sorted(wanted)))
            del wanted[key]
            found = found.lacking(key)
        else:
            key, value = data.draw(st.text(max_size=3)), data.draw(st.integers())
            before = dict(found)
            changed = found.having(key, value)
            assert dict(found) == before
            wanted[key], found = value, changed
    assert found == wanted
    assert (len(found), set(found)) == (len(wanted), set(wanted))
    assert all(key in found and found[key] == value for key, value in wanted.items())
