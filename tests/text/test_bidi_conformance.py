"""Law 5: the order is UAX #9's for every line of BidiCharacterTest.txt, at every wrap width.

The file comes with Debian's package unicode-data; HASHIYA_UNICODE_DATA names another folder that holds it and
BidiMirroring.txt. Each case goes through what the reader uses: `resolve` and `Order.row`, then `typeset` and `wrap`
(a `Document` would cut no case differently, but it splits at line feeds only and some cases hold U+2029).

What the order has to be is found here without the code under test: the file's levels, rule L1 on the original bidi
classes of the row, and rule L2.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import bidirectional, category

import pytest
from rich.cells import cell_len

from tui.text.bidi import Direction, Order, base_direction, mirror, resolve
from tui.text.layout import Cell, Row, Typeset, typeset, wrap

FOLDER = Path(os.environ.get("HASHIYA_UNICODE_DATA", "/usr/share/unicode"))
CASES = 91_707
"""Test lines in the file, the same number in versions 8.0 to 15.1."""
NARROW = (1, 2, 3, 5)
ENDLESS = 1_000_000

SEPARATORS = {"S", "B"}
RESET_BEFORE_A_SEPARATOR = {"WS", "LRI", "RLI", "FSI", "PDI"}
REMOVED = None

Level = int | None
Placed = list[tuple[int, bool]]
"""Indices from left to right, and whether each stands at an odd level."""


class Case(NamedTuple):
    line: int
    text: str
    direction: Direction | None
    paragraph: int
    levels: tuple[Level, ...]
    order: tuple[int, ...]

    @property
    def base(self) -> Direction:
        return "rtl" if self.paragraph else "ltr"


def data(name: str) -> Iterator[tuple[int, list[str]]]:
    path = FOLDER / name
    if not path.is_file():
        reason = f"{path} is missing: install the package unicode-data, or name its folder in HASHIYA_UNICODE_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.partition("#")[0].strip()
        if fields:
            yield number, [field.strip() for field in fields.split(";")]


@cache
def cases() -> tuple[Case, ...]:
    directions: dict[str, Direction | None] = {"0": "ltr", "1": "rtl", "2": None}
    return tuple(
        Case(
            line=number,
            text="".join(chr(int(code, 16)) for code in codes.split()),
            direction=directions[direction],
            paragraph=int(paragraph),
            levels=tuple(REMOVED if level == "x" else int(level) for level in levels.split()),
            order=tuple(map(int, order.split())),
        )
        for number, (codes, direction, paragraph, levels, order) in data("BidiCharacterTest.txt")
    )


@cache
def mirror_images() -> dict[str, str]:
    return {chr(int(one, 16)): chr(int(other, 16)) for _, (one, other) in data("BidiMirroring.txt")}


def expected(case: Case, start: int, end: int) -> Placed:
    """The row [start, end) by rules L1 and L2, without the characters that X9 removes."""
    levels = list(case.levels[start:end])
    reset = True
    for place in reversed(range(end - start)):
        kind = bidirectional(case.text[start + place])
        reset = kind in SEPARATORS or (reset and (levels[place] is REMOVED or kind in RESET_BEFORE_A_SEPARATOR))
        if reset and levels[place] is not REMOVED:
            levels[place] = case.paragraph
    kept = [(start + place, level) for place, level in enumerate(levels) if level is not REMOVED]
    highest = max((level for _, level in kept), default=0)
    for level in range(highest, 0, -1):
        kept = with_runs_reversed(kept, level)
    return [(index, level % 2 == 1) for index, level in kept]


def with_runs_reversed(kept: list[tuple[int, int]], level: int) -> list[tuple[int, int]]:
    done: list[tuple[int, int]] = []
    run: list[tuple[int, int]] = []
    for item in kept:
        if item[1] >= level:
            run.append(item)
        else:
            done += [*reversed(run), item]
            run = []
    return done + run[::-1]


def check_every_case(holds: Callable[[Case], bool]) -> None:
    assert len(cases()) == CASES
    failed = [case.line for case in cases() if not holds(case)]
    assert not failed, f"{len(failed)} cases of BidiCharacterTest.txt, first of them on lines {failed[:20]}"


@cache
def order_of(text: str, direction: Direction) -> Order:
    return resolve(text, direction)


@cache
def typeset_of(text: str, direction: Direction) -> Typeset:
    return typeset(text, 0, direction, cell_len)


def kept(case: Case, placed: Placed) -> Placed:
    return [(index, odd) for index, odd in placed if case.levels[index] is not REMOVED]


def test_the_order_expected_here_is_the_order_that_the_file_gives() -> None:
    check_every_case(lambda case: tuple(index for index, _ in expected(case, 0, len(case.text))) == case.order)


def test_the_direction_of_the_paragraph() -> None:
    check_every_case(lambda case: (case.direction or base_direction(case.text) or "ltr") == case.base)


def has_order_of_file(case: Case) -> bool:
    row = kept(case, order_of(case.text, case.base).row(0, len(case.text)))
    if tuple(index for index, _ in row) != case.order:
        return False
    return all(odd == bool((case.levels[index] or 0) % 2) for index, odd in row)


def test_order_and_direction_of_every_character() -> None:
    check_every_case(has_order_of_file)


def has_order_in_narrow_rows(case: Case) -> bool:
    order, length = order_of(case.text, case.base), len(case.text)
    rows = {(start, min(start + size, length)) for size in NARROW for start in range(0, length, size)}
    return all(kept(case, order.row(start, end)) == expected(case, start, end) for start, end in rows)


def test_order_in_rows_of_few_characters_cut_anywhere() -> None:
    check_every_case(has_order_in_narrow_rows)


def has_cells_in_order(case: Case, row: Row) -> bool:
    drawn = {place_of(case, cell): cell for cell in row.cells}
    placed = [(index, odd) for index, odd in expected(case, row.start, row.end) if index in drawn]
    if list(drawn) != [index for index, _ in placed]:
        return False
    return all(is_drawn(drawn[index].glyph, case.text[index], odd=odd) for index, odd in placed)


def place_of(case: Case, cell: Cell) -> int:
    """The character that the file's order places: a cluster may start with one that X9 removes, a joiner."""
    return next(offset for offset in range(cell.start, cell.end) if case.levels[offset] is not REMOVED)


def is_drawn(glyph: str, character: str, *, odd: bool) -> bool:
    """Whether a glyph is the character or its mirror image; letters have forms of their own, blanks are spaces."""
    if category(character)[0] not in "NPS":
        return True
    return glyph[0] == (mirror_images().get(character, character) if odd else character)


def cells_in_order_at(width: int) -> Callable[[Case], bool]:
    def holds(case: Case) -> bool:
        rows = wrap(typeset_of(case.text, case.base), width)
        covered = [offset for row in rows for offset in range(row.start, row.end)]
        return covered == list(range(len(case.text))) and all(has_cells_in_order(case, row) for row in rows)

    return holds


@pytest.mark.parametrize("width", [ENDLESS, *NARROW])
def test_cells_of_the_whole_layout(width: int) -> None:
    check_every_case(cells_in_order_at(width))


def test_mirror_images_are_those_of_the_unicode_character_database() -> None:
    wrong = {one for one, other in mirror_images().items() if mirror(one) not in (one, other)}
    missing = {one for one, other in mirror_images().items() if mirror(one) == one}
    assert not wrong
    # python-bidi's table is short of some mathematical signs, and of eight brackets of Unicode 14.
    assert all(category(character) in {"Sm", "So"} or "\u2e55" <= character <= "\u2e5c" for character in missing)
    assert all(mirror(character) == character for character in "\ufd3e\ufd3f“”‘’")
