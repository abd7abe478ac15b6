"""Laws of the hint codes: any thing is chosen by one or two letters, and never one for another."""

from __future__ import annotations

from itertools import combinations

from arabic_strategies import law
from hypothesis import given
from hypothesis import strategies as st

from tui.text.hint_codes import ALPHABET, codes, narrow

counts = st.integers(0, 700)
exclusions = st.sets(st.sampled_from(ALPHABET), max_size=len(ALPHABET))


def letters_without(excluding: set[str]) -> int:
    return len(set(ALPHABET) - excluding)


@law
@given(counts, exclusions, st.integers(-5, 800))
def test_codes_are_distinct_prefix_free_and_short(count: int, excluding: set[str], first: int) -> None:
    made = codes(count, excluding, first)
    used = [code for code in made if code]
    begun = {code[0] for code in used if len(code) == 2}
    assert len(made) == count
    assert len(used) == min(count, letters_without(excluding) ** 2) == len(set(used))
    assert all(len(code) <= 2 for code in used)
    assert begun.isdisjoint(used)
    assert excluding.isdisjoint("".join(used))


@law
@given(counts, exclusions, st.integers(0, 700))
def test_as_many_as_can_be_have_one_letter(count: int, excluding: set[str], first: int) -> None:
    letters = letters_without(excluding)
    needed = min(count, letters * letters)
    singles = sum(len(code) == 1 for code in codes(count, excluding, first))
    more = singles + 1
    assert singles + (letters - singles) * letters >= needed
    assert more > min(count, letters) or more + (letters - more) * letters < needed


@law
@given(st.integers(1, 700), exclusions, st.data())
def test_the_thing_at_the_cursor_and_those_after_it_come_first(
    count: int, excluding: set[str], data: st.DataObject
) -> None:
    first = data.draw(st.integers(0, count - 1))
    letters = letters_without(excluding)
    made = codes(count, excluding, first)
    lengths = [len(code) or 3 for code in made[first:] + made[:first][::-1]]
    assert lengths == sorted(lengths)
    if count <= letters * (letters - 1) + 1 and letters:
        assert len(made[first]) == 1


def test_no_letter_stands_twice_and_b_is_not_among_them() -> None:
    assert sorted(ALPHABET) == sorted(set("abcdefghijklmnopqrstuvwxyz") - {"b"})


def test_the_easiest_letters_are_the_single_ones() -> None:
    assert codes(4, "ae") == ["s", "d", "f", "j"]
    assert codes(4, "ae", first=2) == ["j", "f", "s", "d"]
    assert codes(26)[-3:] == ["a", "es", "ed"]
    assert codes(3, ALPHABET) == ["", "", ""]


@law
@given(counts, exclusions)
def test_typing_a_code_narrows_to_the_thing_that_has_it(count: int, excluding: set[str]) -> None:
    made = codes(count, excluding)
    coded = tuple(index for index, code in enumerate(made) if code)
    assert narrow(made, "") == (None, coded)
    for index in coded[:3] + coded[-3:]:
        assert narrow(made, made[index]) == (index, ())
        if len(made[index]) == 2:
            hit, possible = narrow(made, made[index][0])
            assert hit is None
            assert index in possible
            assert all(made[other][0] == made[index][0] for other in possible)


def test_letters_that_no_code_begins_with_are_a_miss() -> None:
    assert narrow(["s", "d", ""], "x").is_miss
    assert narrow(["s", "d", ""], "ss").is_miss
    assert not narrow(["s", "d", ""], "d").is_miss
    assert not narrow(["es", "ed"], "e").is_miss


def test_codes_are_the_same_each_time() -> None:
    assert all(one == other for one, other in combinations([codes(60, "ae", 7) for _ in range(3)], 2))
