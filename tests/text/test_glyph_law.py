"""Law 7: nothing reaches the terminal but printable clusters, as wide as the layout takes them to be."""

from __future__ import annotations

import sys
from unicodedata import category

from arabic_strategies import law, long_law, long_texts, page_of, pages, rows_of, trap_texts, wild_texts
from hypothesis import given
from rich.cells import cell_len

from tui.text.clusters import shown
from tui.text.layout import Cell
from tui.text.page import Page

# Prepended_Concatenation_Mark of PropList.txt 15.0: format characters that are drawn.
VISIBLE_FORMATS = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
UNWANTED = frozenset("\t\u200c\u200d\ufeff\xad\u200b\u2060\u034f\ufe0f")


def check_cell(cell: Cell) -> None:
    assert cell.glyph
    assert cell_len(cell.glyph) == cell.width >= 1
    for character in cell.glyph:
        assert character.isprintable() or character in VISIBLE_FORMATS, ascii(cell.glyph)
        assert category(character) not in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert category(character) != "Cf" or character in VISIBLE_FORMATS
        assert character not in UNWANTED


def check_law_7(page: Page) -> None:
    for row in rows_of(page):
        for cell in row.cells:
            check_cell(cell)


@law
@given(pages(wild_texts))
def test_only_printable_clusters_reach_the_terminal(page: Page) -> None:
    check_law_7(page)


@law
@given(pages(trap_texts))
def test_only_printable_clusters_reach_the_terminal_from_arabic_with_traps(page: Page) -> None:
    check_law_7(page)


@long_law
@given(pages(long_texts))
def test_the_same_in_a_paragraph_of_several_pieces(page: Page) -> None:
    check_law_7(page)


def test_every_code_point_is_shown_as_itself_or_as_one_printable_stand_in() -> None:
    for code in range(sys.maxunicode + 1):
        character = shown(chr(code))
        assert len(character) <= 1
        assert character.isprintable() or character in VISIBLE_FORMATS, f"U+{code:04X}"


def test_every_assigned_code_point_is_printable_between_letters() -> None:
    assigned = [chr(code) for code in range(sys.maxunicode + 1) if category(chr(code)) not in {"Cn", "Co", "Cs"}]
    for first in range(0, len(assigned), 500):
        check_law_7(page_of("ب".join(assigned[first : first + 500]), base="rtl"))
