"""Laws of moving and selecting: every move ends on a cell, goes the way it says, and can be taken back."""

from __future__ import annotations

from itertools import pairwise

from arabic_strategies import (
    in_reading_order,
    law,
    page_of,
    pages,
    plain_texts,
    rows_of,
    stops_of,
    trap_texts,
    widths,
    wild_texts,
)
from hypothesis import assume, given
from hypothesis import strategies as st

from tui.text.navigation import (
    cell_range,
    column_of,
    extend_by_word,
    is_forward,
    is_word,
    nearest_stop,
    next_word,
    offset_at,
    paragraph_at,
    previous_word,
    row_edge,
    selected_range,
    sideways,
    text_edge,
    trim,
    vertically,
    word_at,
)
from tui.text.page import Page
from tui.text.words import words

caret_pages = pages(trap_texts).filter(stops_of)


def a_caret(page: Page, data: st.DataObject) -> int:
    return data.draw(st.sampled_from(stops_of(page)), label="caret")


def cluster_edges(page: Page) -> set[int]:
    edges, offset = {0}, 0
    while offset < len(page.document.text):
        offset = page.cluster_at(offset)[1]
        edges.add(offset)
    return edges


@law
@given(caret_pages, st.data())
def test_every_move_ends_where_a_caret_can_stand(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    column = data.draw(st.integers(-3, page.width + 3))
    anchor = page.cluster_at(a_caret(page, data))
    reached = {
        sideways(page, caret, "left"),
        sideways(page, caret, "right"),
        *(vertically(page, caret, rows, column) for rows in (-30, -1, 0, 1, 30)),
        *(row_edge(page, caret, forward=forward) for forward in (False, True)),
        *(text_edge(page, forward=forward) for forward in (False, True)),
        *(extend_by_word(page, anchor, caret, forward=forward) for forward in (False, True)),
        next_word(page, caret),
        previous_word(page, caret),
        offset_at(page, page.spot_of(caret), column),
    }
    assert reached <= set(stops_of(page))


@law
@given(pages(wild_texts).filter(stops_of))
def test_every_offset_has_a_nearest_place_for_the_caret(page: Page) -> None:
    stops = set(stops_of(page))
    for offset in range(len(page.document.text) + 1):
        assert nearest_stop(page, offset) in stops
    assert all(nearest_stop(page, stop) == stop for stop in stops)


@law
@given(st.sampled_from(["", "\n", " \t", "\ufeff", "\u3164", "\n\ufe0f\n", "\r\n\r\n", "\xad\n\u200f"]), widths)
def test_every_move_on_a_page_without_cells_stays_at_its_start(text: str, width: int) -> None:
    page = page_of(text, width)
    assert nearest_stop(page, len(text)) == nearest_stop(page, 0) == 0
    assert text_edge(page, forward=True) == text_edge(page, forward=False) == 0
    assert next_word(page, 0) == previous_word(page, 0) == 0
    assert vertically(page, 0, 1, 0) == vertically(page, 0, -1, 0) == 0
    assert trim(page, (0, len(text))) == (0, 0)


@law
@given(caret_pages, st.data())
def test_a_step_to_the_left_is_taken_back_by_a_step_to_the_right(page: Page, data: st.DataObject) -> None:
    row = page.row(page.spot_of(a_caret(page, data)))
    for left, right in pairwise(row.stops):
        assert sideways(page, right, "left") == left
        assert sideways(page, left, "right") == right


@law
@given(plain_texts, widths)
def test_walking_forward_in_arabic_visits_every_stop_once_in_reading_order(text: str, width: int) -> None:
    page = page_of(text, width, "rtl")
    stops = stops_of(page)
    assume(stops)
    assert walk(page, text_edge(page, forward=False), forward=True) == stops
    assert walk(page, text_edge(page, forward=True), forward=False) == stops[::-1]


@law
@given(caret_pages)
def test_walking_forward_visits_every_stop_of_any_text_once(page: Page) -> None:
    first = row_edge(page, text_edge(page, forward=False), forward=False)
    visited = walk(page, first, forward=True)
    assert sorted(visited) == stops_of(page)


def walk(page: Page, caret: int, *, forward: bool) -> list[int]:
    visited = [caret]
    while len(visited) <= len(page.document.text):
        left_is_forward = is_forward(page, visited[-1], "left")
        following = sideways(page, visited[-1], "left" if left_is_forward == forward else "right")
        if following == visited[-1]:
            return visited
        visited.append(following)
    raise AssertionError("the walk does not end")


@law
@given(pages(wild_texts).filter(stops_of), st.data())
def test_words_are_passed_one_way(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    first, last = text_edge(page, forward=False), text_edge(page, forward=True)
    assert first == stops_of(page)[0]
    assert last == stops_of(page)[-1]
    following, previous = next_word(page, caret), previous_word(page, caret)
    assert following > caret or following == caret == last
    assert previous < caret or previous == caret == first
    assert following == last or any(is_word(page, offset) for offset in range(*page.cluster_at(following)))
    between = range(page.cluster_at(caret)[1], following)
    assert not any(is_word(page, offset) and not is_word(page, offset - 1) for offset in between)


@law
@given(caret_pages, st.data())
def test_what_word_at_gives_begins_and_ends_between_clusters(page: Page, data: st.DataObject) -> None:
    edges = cluster_edges(page)
    offset = data.draw(st.integers(0, len(page.document.text) - 1))
    start, end = word_at(page, offset)
    assert start <= offset < end
    assert {start, end} <= edges
    if is_word(page, offset):
        assert all(word_at(page, inside) == (start, end) for inside in range(start, end) if is_word(page, inside))


@law
@given(wild_texts)
def test_words_are_ordered_and_disjoint_and_hold_a_letter_or_a_digit(text: str) -> None:
    edge = 0
    for start, end in words(text):
        assert edge <= start < end <= len(text)
        assert any(character.isalnum() for character in text[start:end])
        assert not any(character.isspace() for character in text[start:end])
        edge = end


@law
@given(pages(trap_texts), st.data())
def test_trimming_takes_only_what_cannot_be_seen_from_the_edges(page: Page, data: st.DataObject) -> None:
    length = len(page.document.text)
    start, end = sorted(data.draw(st.tuples(*[st.sampled_from(sorted(cluster_edges(page)))] * 2)))
    low, high = trim(page, (start, end))
    if low == high:
        assert (low, high) == (start, start)
        assert all(is_bare(page, offset) for offset in range(start, end))
        return
    assert start <= low < high <= end <= length
    assert all(is_bare(page, offset) for offset in [*range(start, low), *range(high, end)])
    assert not is_bare(page, low)
    assert not is_bare(page, high - 1)
    assert {low, high} <= cluster_edges(page)
    assert trim(page, (low, high)) == (low, high)


def is_bare(page: Page, offset: int) -> bool:
    """Whether the cluster that holds an offset is drawn as nothing, or as a space without a mark."""
    start, end = page.cluster_at(offset)
    alone = in_reading_order(page_of(page.document.text[start:end]))
    return all(cell.glyph == " " for cell in alone)


@law
@given(pages(trap_texts), st.data())
def test_a_paragraph_is_trimmed_and_holds_no_line_feed(page: Page, data: st.DataObject) -> None:
    start, end = paragraph_at(page, data.draw(st.integers(0, len(page.document.text))))
    assert "\n" not in page.document.text[start:end]
    assert (start, end) == trim(page, (start, end))


@law
@given(caret_pages, st.data())
def test_a_selection_taken_a_word_further_and_back_is_what_it_was(page: Page, data: st.DataObject) -> None:
    anchor = word_at(page, a_caret(page, data))
    assume(is_word(page, anchor[0]))
    for forward, caret in ((True, page.cluster_at(anchor[1] - 1)[0]), (False, anchor[0])):
        there = extend_by_word(page, anchor, caret, forward=forward)
        further = selected_range(page, anchor, there)
        assert further[0] <= anchor[0] < anchor[1] <= further[1]
        if further != anchor:
            back = extend_by_word(page, anchor, there, forward=not forward)
            assert selected_range(page, anchor, back) == anchor


@law
@given(caret_pages, st.data())
def test_extending_by_word_ends_at_the_edge_of_a_word(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    anchor = page.cluster_at(caret)
    start, end = selected_range(page, anchor, extend_by_word(page, anchor, caret, forward=True))
    assert start == anchor[0]
    assert end == word_at(page, end - 1)[1]
    start, end = selected_range(page, anchor, extend_by_word(page, anchor, caret, forward=False))
    assert end == anchor[1]
    assert start == word_at(page, start)[0]


@law
@given(caret_pages, st.integers(0, 120), st.integers(-5, 5), st.data())
def test_up_and_down_keep_to_the_column(page: Page, column: int, rows: int, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    reached = vertically(page, caret, rows, column)
    row = page.row(page.spot_of(reached))
    cell = row.cell_of(reached)
    assert cell is not None
    left = page.indent(row)
    if left <= column < left + row.width:
        assert column_of(page, reached) <= column < column_of(page, reached) + cell.width
    else:
        assert cell is (row.cells[0] if column < left else row.cells[-1])
    passed = page.spot_of(reached)
    assert passed >= page.spot_of(caret) if rows >= 0 else passed <= page.spot_of(caret)


@law
@given(caret_pages, st.data())
def test_down_then_up_comes_back_to_the_row(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    below = vertically(page, caret, 1, column_of(page, caret))
    if page.spot_of(below) != page.spot_of(caret):
        back = vertically(page, below, -1, column_of(page, caret))
        assert cell_range(page, back) == cell_range(page, caret)


@law
@given(caret_pages, st.data())
def test_the_edges_of_a_row_are_its_outermost_stops(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    row = page.row(page.spot_of(caret))
    edges = (row_edge(page, caret, forward=False), row_edge(page, caret, forward=True))
    expected = (row.stops[0], row.stops[-1])
    assert edges == (expected if row.direction == "ltr" else expected[::-1])


@law
@given(caret_pages, st.data())
def test_a_cell_range_holds_the_caret_and_whole_clusters(page: Page, data: st.DataObject) -> None:
    caret = a_caret(page, data)
    start, end = cell_range(page, caret)
    assert start <= caret < end
    assert {start, end} <= cluster_edges(page)
    cells = [cell for row in rows_of(page) for cell in row.cells if cell.start <= caret < cell.end]
    assert [(cell.start, cell.end) for cell in cells] == [(start, end)]
