"""Laws 1 to 4 of the typesetting core: clusters, cells, rows and the two-way map between offsets and cells."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from operator import attrgetter
from unicodedata import category

from arabic_strategies import (
    latin_texts,
    law,
    long_law,
    long_texts,
    page_of,
    pages,
    rows_of,
    spots_of,
    trap_texts,
    widths,
    wild_texts,
)
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text.bidi import resolve
from tui.text.clusters import Cluster, clusters
from tui.text.layout import Cell, Row
from tui.text.navigation import column_of, offset_at
from tui.text.page import Page

NO_BREAK_SPACES = "\xa0\u2007\u202f"


def check_clusters_partition_the_text(page: Page) -> None:
    length = len(page.document.text)
    offset = 0
    while offset < length:
        start, end = page.cluster_at(offset)
        assert start == offset < end <= length
        assert all(page.cluster_at(inside) == (start, end) for inside in range(start, end))
        offset = end


def check_rows_partition_the_pieces(page: Page) -> None:
    following = 0
    for index, piece in enumerate(page.document.pieces):
        assert piece.start == following <= piece.end <= piece.next
        assert page.document.text[piece.end : piece.next] in ("", "\n", "\r\n")
        edge = piece.start
        for row in page.rows(index):
            assert row.start == edge <= row.end
            edge = row.end
        assert edge == piece.end
        following = piece.next
    assert following == len(page.document.text)


def visible_clusters(page: Page, row: Row) -> list[Cluster]:
    piece = page.document.pieces[page.document.piece_at(row.start)]
    text = page.document.text[piece.start : piece.end]
    moved = [c._replace(start=c.start + piece.start, end=c.end + piece.start) for c in clusters(text)]
    return [cluster for cluster in moved if cluster.is_visible and row.start <= cluster.start < row.end]


def check_visible_clusters_have_one_cell(page: Page) -> None:
    for row in rows_of(page):
        expected = visible_clusters(page, row)
        shown = sorted(stop for cell in row.cells for stop in cell.stops)
        assert shown == sorted(set(shown))
        assert set(shown) <= {cluster.start for cluster in expected}
        hanging = expected[len(shown) :]
        assert shown == [cluster.start for cluster in expected[: len(shown)]]
        assert all(cluster.is_space for cluster in hanging)
        assert not hanging or row.width + 1 > page.width


def check_law_1(page: Page) -> None:
    check_clusters_partition_the_text(page)
    check_rows_partition_the_pieces(page)
    check_visible_clusters_have_one_cell(page)


@law
@given(pages(trap_texts))
def test_every_offset_has_one_cluster_and_every_visible_cluster_one_cell(page: Page) -> None:
    check_law_1(page)


@law
@given(pages(wild_texts))
def test_the_same_whatever_code_points_the_text_holds(page: Page) -> None:
    check_law_1(page)


@long_law
@given(pages(long_texts))
def test_the_same_in_a_paragraph_of_several_pieces(page: Page) -> None:
    assert len(page.document.pieces) > 1
    check_law_1(page)
    check_law_2(page)


def check_law_2(page: Page) -> None:
    for row in rows_of(page):
        assert row.width <= page.width or len(row.cells) == 1
        assert row.width == sum(cell.width for cell in row.cells)
        assert page.indent(row) + row.width <= max(page.width, row.width)


@law
@given(pages(wild_texts))
def test_no_row_is_wider_than_the_page_unless_one_cluster_is(page: Page) -> None:
    check_law_2(page)


@law
@given(pages(wild_texts))
def test_a_row_is_ended_only_for_want_of_room(page: Page) -> None:
    for index in range(len(page.document.pieces)):
        rows = page.rows(index)
        for number, row in enumerate(rows[:-1]):
            rest = [
                cell for following in rows[number + 1 :] for cell in sorted(following.cells, key=attrgetter("start"))
            ]
            assert row.width + width_of_first_word(page.document.text, rest) > page.width


def width_of_first_word(text: str, cells: list[Cell]) -> int:
    """Columns up to where the text next lets a row end; a word too long for any row goes on over several."""
    width = 0
    for cell in cells:
        if text[cell.start : cell.end].isspace() and text[cell.start] not in NO_BREAK_SPACES:
            break
        width += cell.width
        if text[cell.end : cell.end + 1] == "\u200b":
            break
    return width


@law
@given(pages(trap_texts))
def test_a_column_leads_back_to_the_cluster_that_it_shows(page: Page) -> None:
    for spot in spots_of(page):
        row = page.row(spot)
        for stop in row.stops:
            cell = row.cell_of(stop)
            assert cell is not None
            assert page.cluster_at(stop)[0] == stop
            assert page.spot_of(stop) == spot
            assert column_of(page, stop) == page.indent(row) + cell.x
            places = range(cell.x, cell.x + cell.width)
            assert columns(row, stop, stop + 1) == set(places)
            assert {offset_at(page, spot, page.indent(row) + x) for x in places} == {cell.start}
            assert all(row.cell_of(offset) is cell for offset in range(cell.start, cell.end))


@law
@given(pages(trap_texts), st.data())
def test_columns_of_adjacent_ranges_partition_the_row(page: Page, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows_of(page)))
    edges = sorted({row.start, row.end, *(cell.start for cell in row.cells)})
    cut = data.draw(st.sampled_from(edges))
    before, after = columns(row, row.start, cut), columns(row, cut, row.end)
    assert before.isdisjoint(after)
    assert before | after == set(range(row.width))


@law
@given(pages(trap_texts), st.data())
def test_columns_of_any_ranges_leave_nothing_between_them(page: Page, data: st.DataObject) -> None:
    row = data.draw(st.sampled_from(rows_of(page)))
    start, cut, end = sorted(data.draw(st.tuples(*[st.integers(row.start, row.end)] * 3)))
    both = columns(row, start, cut) | columns(row, cut, end)
    assert both == columns(row, start, end)
    runs = row.columns(start, end)
    assert all(left < right for left, right in runs)
    assert all(this[1] < following[0] for this, following in pairwise(runs))


def columns(row: Row, start: int, end: int) -> set[int]:
    return {x for low, high in row.columns(start, end) for x in range(low, high)}


@law
@given(trap_texts.map(lambda text: text.replace("\n", "")), st.sampled_from(["ltr", "rtl"]), st.data())
def test_visual_order_is_a_permutation(text: str, direction: str, data: st.DataObject) -> None:
    order = resolve(text, "rtl" if direction == "rtl" else "ltr")
    start, end = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    assert sorted(order.rank) == list(range(len(text)))
    assert sorted(index for index, _ in order.row(start, end)) == list(range(start, end))


@law
@given(pages(trap_texts))
def test_cells_stand_side_by_side_from_the_left_edge(page: Page) -> None:
    for row in rows_of(page):
        x = 0
        for cell in row.cells:
            assert cell.x == x
            x += cell.width


@law
@given(latin_texts, widths, st.sampled_from(["auto", "ltr"]))
def test_text_without_right_to_left_characters_comes_out_unchanged(text: str, width: int, base: str) -> None:
    page = page_of(text, width, "ltr" if base == "ltr" else "auto")
    for row in rows_of(page):
        assert row.direction == "ltr"
        assert [cell.start for cell in row.cells] == sorted(cell.start for cell in row.cells)
        assert "".join(cell.glyph for cell in row.cells) == "".join(
            (cluster.base + cluster.marks) if cell_len(cluster.base + cluster.marks) else "\ufffd"
            for cluster in visible_clusters(page, row)[: len(row.cells)]
        )


def bare(page: Page) -> list[tuple[int, int, int | None, int]]:
    return [(cell.start, cell.end, cell.middle, cell.width) for row in rows_of(page) for cell in row.cells]


@law
@given(pages(wild_texts))
def test_hidden_marks_change_nothing_but_marks(page: Page) -> None:
    marked, hidden = rows_of(page.showing(marks=True)), rows_of(page.showing(marks=False))
    assert [without_glyphs(row) for row in hidden] == [without_glyphs(row) for row in marked]
    for with_marks, without in zip(marked, hidden, strict=True):
        for full, spare in zip(with_marks.cells, without.cells, strict=True):
            shown, kept = Counter(full.glyph), Counter(spare.glyph)
            assert kept <= shown
            assert all(category(character) == "Mn" for character in shown - kept)


def without_glyphs(row: Row) -> Row:
    return replace(row, cells=tuple(cell._replace(glyph="") for cell in row.cells))


@law
@given(trap_texts, widths, widths)
def test_a_page_at_another_width_is_the_page_set_anew(text: str, width: int, other: int) -> None:
    page = page_of(text, width)
    rows_of(page)
    assert rows_of(page.at_width(other)) == rows_of(page_of(text, other))
