"""Laws of the lanes: every bracket under its own cells, none over another, and no more lanes than there must be."""

from __future__ import annotations

from itertools import pairwise

import pytest
from arabic_strategies import bases, law, page_of, trap_texts
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text.lanes import LEGIBLE, Bracket, Interval, Lane, Piece, lanes
from tui.text.layout import Row
from tui.text.page import Page

TEXT = "قال وزير الدفاع إن القوات المسلحة أوقفت ثلاثة من قادة الميليشيا قرب الحدود"
DOTS = "┈"
any_labels = st.sampled_from(
    [
        "",
        "x",
        "gov",
        "actor·mil",
        "event·arrest → agent: القوات المسلحة",
        "مُتحدِّث",
        "漢字漢字漢字漢字",
        "a\x1b[1m\nb",
    ]
)


class Case:
    """A row of a page, where it begins, and brackets to draw under it."""

    def __init__(self, page: Page, row: Row, brackets: list[Bracket]) -> None:
        self.width, self.row, self.brackets = page.width, row, brackets
        self.indent = page.indent(row)

    def lanes(self, *, labelled: bool = True) -> list[Lane]:
        brackets = self.brackets if labelled else [bracket._replace(text="") for bracket in self.brackets]
        return lanes(self.row, brackets, self.width, cell_len, self.indent)

    def columns(self, bracket: Bracket) -> set[int]:
        runs = [run for start, end in bracket.runs for run in self.row.columns(start, end)]
        return {self.indent + x for low, high in runs for x in range(low, high)}

    def __repr__(self) -> str:
        return f"Case({self.width}, {self.row}, {self.brackets})"


@st.composite
def cases(draw: st.DrawFn, labels: st.SearchStrategy[str] = any_labels) -> Case:
    text = draw(st.one_of(trap_texts, st.just(TEXT)))
    page = page_of(text, draw(st.integers(2, 90)), draw(bases))
    index = draw(st.integers(0, len(page.document.pieces) - 1))
    row = draw(st.sampled_from(page.rows(index)))
    offsets = st.integers(max(0, row.start - 3), min(len(text), row.end + 3))
    fragments = st.tuples(offsets, offsets).map(lambda ends: (min(ends), max(ends)))
    spans = draw(st.lists(st.tuples(st.lists(fragments, min_size=1, max_size=3), labels), max_size=8))
    return Case(page, row, [Bracket(key, runs, label) for key, (runs, label) in enumerate(spans)])


def by_key(drawn: list[Lane]) -> dict[int | str, Piece]:
    return {piece.key: piece for lane in drawn for piece in lane}


@law
@given(cases())
def test_pieces_stand_side_by_side_within_the_page(case: Case) -> None:
    for lane in case.lanes():
        assert lane
        assert all(piece.x >= 0 and piece.x + piece.width <= case.width for piece in lane)
        assert all(piece.width == cell_len(piece.glyphs) for piece in lane)
        assert all(before.x + before.width <= after.x for before, after in pairwise(lane))


@law
@given(cases())
def test_every_bracket_with_a_cell_in_the_row_is_drawn_once(case: Case) -> None:
    drawn = [piece.key for lane in case.lanes() for piece in lane]
    assert sorted(drawn) == [bracket.key for bracket in case.brackets if case.columns(bracket)]


@law
@given(cases())
def test_a_bracket_without_its_label_covers_the_cells_of_its_span_and_no_others(case: Case) -> None:
    drawn = by_key(case.lanes(labelled=False))
    for bracket in case.brackets:
        piece = drawn.get(bracket.key, Piece(0, "", 0, 0))
        covered = {piece.x + place for place, glyph in enumerate(piece.glyphs) if glyph != DOTS}
        assert covered == case.columns(bracket)


@law
@given(cases(st.sampled_from(["", "x", "gov", "actor-mil", "event-arrest, agent: armed forces"])))
def test_a_label_hides_no_end_of_its_bracket(case: Case) -> None:
    labelled, bare = by_key(case.lanes()), by_key(case.lanes(labelled=False))
    for key, piece in bare.items():
        offset = piece.x - labelled[key].x
        kept = [labelled[key].glyphs[offset + place] for place in ends_of_runs(piece.glyphs)]
        assert kept == [piece.glyphs[place] for place in ends_of_runs(piece.glyphs)]


def ends_of_runs(glyphs: str) -> list[int]:
    solid = [False, *(glyph != DOTS for glyph in glyphs), False]
    return [place for place in range(len(glyphs)) if solid[place + 1] and not (solid[place] and solid[place + 2])]


@law
@given(cases())
def test_there_are_as_many_lanes_as_brackets_meet_in_one_column(case: Case) -> None:
    hulls = [(min(columns), max(columns)) for bracket in case.brackets if (columns := case.columns(bracket))]
    most = max((sum(low <= x <= high for low, high in hulls) for x in range(case.width)), default=0)
    assert len(case.lanes(labelled=False)) == most


@law
@given(cases())
def test_labels_bring_no_escape_and_no_line_end(case: Case) -> None:
    assert all(piece.glyphs.isprintable() for lane in case.lanes() for piece in lane)


def span(*parts: str, label: str = "") -> Bracket:
    runs: list[Interval] = [(TEXT.index(part), TEXT.index(part) + len(part)) for part in parts]
    return Bracket(label or parts[0], runs, label)


def drawn(brackets: list[Bracket], width: int = 73, row: int = 0) -> list[str]:
    page = page_of(TEXT, width)
    shown = page.rows(0)[row]
    lines = []
    for lane in lanes(shown, brackets, width, cell_len, page.indent(shown)):
        line, x = "", 0
        for piece in lane:
            line += " " * (piece.x - x) + piece.glyphs
            x = piece.x + piece.width
        lines.append(line)
    return lines


def at(column: int, glyphs: str) -> str:
    return " " * column + glyphs


@pytest.mark.parametrize(
    ("brackets", "expected"),
    [
        ([span("القوات المسلحة", label="actor")], [at(40, "╰── actor ───╯")]),
        ([span("القوات المسلحة", label="actor·gov:m")], [at(40, "╰actor·gov:m─╯")]),
        ([span("القوات المسلحة أوقفت", label="event·arrest → agent: all")], [at(34, "╰ event·arrest → … ╯")]),
        ([span("القوات المسلحة", label="event·arrest → all")], [at(21, "event·arrest → all ╰────────────╯")]),
        ([span("إن", label="actor")], [at(49, "actor ╰╯")]),
        ([span("ق", label="actor")], [at(66, "actor ╨")]),
        ([span("الحدود", label="actor")], ["╰────╯ actor"]),
        ([span("الحدود", label="gov")], ["╰gov─╯"]),
        ([span("قال", "إن", label="actor")], [at(55, "╰╯┈┈┈ actor ┈┈┈╰─╯")]),
        ([span("وزير", "الدفاع", label="")], [at(58, "╰────╯┈╰──╯")]),
        ([], []),
    ],
)
def test_a_label_stands_where_it_can_be_read(brackets: list[Bracket], expected: list[str]) -> None:
    assert drawn(brackets) == expected


def test_beside_a_bracket_a_label_takes_what_room_there_is() -> None:
    long = span("إن", label="event·arrest → agent: army, recipient: all the rest")
    assert drawn([long]) == [at(3, "event·arrest → agent: army, recipient: all the rest ╰╯")]
    assert drawn([long, span("قرب")]) == [at(7, "╰─╯    event·arrest → agent: army, recipient: … ╰╯")]
    assert drawn([long, span("المسلحة")]) == [at(3, long.text + " ╰╯"), at(40, "╰─────╯")]


def test_two_brackets_share_a_lane_where_their_labels_leave_room() -> None:
    first, second = span("إن", label="event·arrest → agent: army"), span("الحدود", label="gov")
    assert drawn([first, second]) == [at(0, "╰gov─╯" + at(22, "event·arrest → agent: army ╰╯"))]


def test_the_inner_span_is_nearer_to_the_text() -> None:
    outer, inner = span("القوات المسلحة أوقفت", label="outer"), span("القوات المسلحة", label="inner")
    for brackets in ([outer, inner], [inner, outer]):
        upper, lower = drawn(brackets)
        assert "inner" in upper
        assert "outer" in lower


@pytest.mark.parametrize(
    ("row", "expected"),
    [(0, ["┄actor╯"]), (1, [at(6, "┄ actor ─┄")]), (2, [at(5, "╰─ actor ─┄")])],
)
def test_a_bracket_is_open_where_its_span_goes_on(row: int, expected: list[str]) -> None:
    whole = Bracket(1, [(TEXT.index("الدفاع"), TEXT.index("أوقفت") + 3)], "actor")
    assert drawn([whole], 16, row) == expected


def test_in_a_left_to_right_row_a_bracket_starts_at_the_left() -> None:
    text = "the armed forces"
    first, last = page_of(text, 10).rows(0)
    assert lanes(first, [Bracket(1, [(4, 16)], "")], 10, cell_len) == [(Piece(4, "╰────┄", 1, 6),)]
    assert lanes(last, [Bracket(1, [(4, 16)], "a")], 10, cell_len) == [(Piece(0, "┄ a ─╯", 1, 6),)]


def test_a_fragment_in_another_row_leaves_the_bracket_open_too() -> None:
    apart = Bracket(1, [(0, 3), (len(TEXT) - 6, len(TEXT))], "")
    assert drawn([apart], 40, 0)[0].endswith("┄─╯")
    assert drawn([apart], 40, 1)[0].endswith("╰────┄")


def test_one_cell_shows_on_which_sides_its_span_goes_on() -> None:
    row = page_of("ab", 1).rows(0)
    (first,) = lanes(row[0], [Bracket(1, [(0, 2)], "")], 1, cell_len)
    (last,) = lanes(row[1], [Bracket(1, [(0, 2)], "")], 1, cell_len)
    (middle,) = lanes(page_of("abc", 1).rows(0)[1], [Bracket(1, [(0, 3)], "")], 1, cell_len)
    assert (first[0].glyphs, middle[0].glyphs, last[0].glyphs) == ("╰", "┄", "╯")


def test_a_label_without_any_room_is_left_out() -> None:
    row = page_of("ab", 2).rows(0)[0]
    assert lanes(row, [Bracket(1, [(0, 2)], "actor")], 2, cell_len) == [(Piece(0, "╰╯", 1, 2),)]


def test_a_label_is_cut_inside_a_bracket_where_there_is_less_room_beside_it() -> None:
    row = page_of("abcdef", 8).rows(0)[0]
    assert lanes(row, [Bracket(1, [(0, 6)], "actor")], 8, cell_len) == [(Piece(0, "╰act…╯", 1, 6),)]
    assert lanes(row, [Bracket(1, [(0, 4)], "actor")], 6, cell_len) == [(Piece(0, "╰──╯", 1, 4),)]


def test_fragments_whose_cells_touch_are_one_run() -> None:
    row = page_of("abcdef", 8).rows(0)[0]
    assert lanes(row, [Bracket(1, [(0, 2), (2, 4)], "")], 8, cell_len) == [(Piece(0, "╰──╯", 1, 4),)]


@pytest.mark.parametrize("letter", ["b", "ب"])
@pytest.mark.parametrize(("gap", "count"), [(1 + LEGIBLE + 2, 1), (1 + LEGIBLE + 1, 2)])
def test_a_label_stands_apart_from_the_next_bracket_or_in_another_lane(letter: str, gap: int, count: int) -> None:
    row = page_of(letter * 60, 60).rows(0)[0]
    label = "event-arrest, by the armed forces"
    near = Bracket(1, [(20, 22)], label)
    drawn = lanes(row, [near, Bracket(2, [(22 + gap, 30 + gap)], "")], 60, cell_len)
    assert len(drawn) == count
    piece = by_key(drawn)[1]
    assert piece.glyphs.strip("╰╯ ") == ("event-arrest,…" if count == 1 else label)


def test_the_shortest_are_nearest_also_where_taking_them_first_would_need_a_lane_more() -> None:
    row = page_of("abcdefghijk", 11).rows(0)[0]
    spans = [Bracket(low, [(low, high)], "") for low, high in ((0, 3), (2, 7), (6, 10), (9, 11))]
    assert [[piece.key for piece in lane] for lane in lanes(row, spans, 11, cell_len)] == [[2, 9], [0, 6]]


def test_brackets_with_labels_beside_them_take_more_lanes_only_for_what_makes_them_legible() -> None:
    words = [(0, 3), (4, 8), (9, 15)]
    named = [Bracket(key, [words[key]], "event·arrest → agent: the armed forces") for key in range(3)]
    rows = drawn(named)
    assert len(rows) == 3
    assert all(len(row.split("╰")[0].strip()) >= LEGIBLE for row in rows)
