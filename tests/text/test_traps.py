"""How the traps of Arabic news text look: what is in the text, and what is drawn for it from left to right.

The drawn side is spelt in escapes, Arabic letters in their presentation forms: an editor that knows bidi would show raw
ones in yet another order.
"""

from __future__ import annotations

from arabic_strategies import ENDLESS, page_of, rows_of

from tui.text.bidi import base_direction
from tui.text.document import Base
from tui.text.navigation import (
    extend_by_word,
    nearest_stop,
    next_word,
    paragraph_at,
    selected_range,
    trim,
    word_at,
)
from tui.text.page import Spot


def drawn(text: str, width: int = ENDLESS, base: Base = "auto", *, marks: bool = True) -> list[str]:
    """The rows of a text as the terminal gets them."""
    return ["".join(cell.glyph for cell in row.cells) for row in rows_of(page_of(text, width, base, marks=marks))]


def test_a_quote_stuck_to_a_prefix() -> None:
    assert drawn('صحيفة ل"المدن"') == ['"\ufee5\ufeaa\ufee4\ufedf\ufe8d"\ufedd \ufe94\ufed4\ufef4\ufea4\ufebb']


def test_a_slash_between_words_after_a_number() -> None:
    assert drawn("في 29 شباط/فبراير") == [
        "\ufeae\ufef3\ufe8d\ufeae\ufe92\ufed3/\ufec1\ufe8e\ufe92\ufeb7 29 \ufef2\ufed3"
    ]


def test_a_digit_stuck_to_letters_in_quotes() -> None:
    assert drawn('طائرة "إم4"') == ['"4\ufee1\ufe87" \ufe93\ufeae\ufe8b\ufe8e\ufec3']


def test_a_date_with_hyphens_shows_its_day_at_the_left() -> None:
    assert drawn("يوم 2024-05-12 مساء") == ["\ufe80\ufe8e\ufeb4\ufee3 12-05-2024 \ufee1\ufeee\ufef3"]


def test_a_percent_sign_stands_left_of_its_number() -> None:
    assert drawn("نمو 3.5% هنا") == ["\ufe8e\ufee8\ufeeb %3.5 \ufeee\ufee4\ufee7"]


def test_plus_signs_after_latin_go_with_the_arabic() -> None:
    assert drawn("لغة C++ هنا") == ["\ufe8e\ufee8\ufeeb ++C \ufe94\ufed0\ufedf"]


def test_a_left_to_right_mark_keeps_plus_signs_with_the_latin() -> None:
    assert drawn("لغة C++\u200e هنا") == ["\ufe8e\ufee8\ufeeb C++ \ufe94\ufed0\ufedf"]


def test_brackets_and_angle_quotes_are_mirrored() -> None:
    assert drawn("قال «نعم» (لا) [أو]") == ["[\ufeed\ufe83] (\ufefb) \xab\ufee2\ufecc\ufee7\xbb \ufedd\ufe8e\ufed7"]


def test_curly_quotes_are_not_mirrored() -> None:
    assert drawn("“نعم” ‘لا’") == ["\u2019\ufefb\u2018 \u201d\ufee2\ufecc\ufee7\u201c"]


def test_ornate_parentheses_are_not_mirrored() -> None:
    assert drawn("\ufd3eآية\ufd3f") == ["\ufd3f\ufe94\ufef3\ufe81\ufd3e"]


def test_an_end_of_ayah_stands_left_of_its_text_and_before_its_number() -> None:
    assert drawn("آية \u06dd١٢ ثم") == ["\ufee2\ufe9b \u06dd\u0661\u0662 \ufe94\ufef3\ufe81"]


def test_a_vocalised_word() -> None:
    assert drawn("جدي\u0651ة") == ["\ufe94\ufef3\u0651\ufeaa\ufe9f"]


def test_a_vocalised_word_with_its_marks_hidden() -> None:
    assert drawn("جدي\u0651ة", marks=False) == ["\ufe94\ufef3\ufeaa\ufe9f"]


def test_a_no_break_space_is_drawn_as_a_space() -> None:
    assert drawn("عام\xa0١٤٤٥") == ["\u0661\u0664\u0664\u0665 \ufee1\ufe8e\ufecb"]


def test_a_no_break_space_does_not_end_a_row() -> None:
    assert drawn("في عام\xa0١٤٤٥", width=8) == [" \ufef2\ufed3", "\u0661\u0664\u0664\u0665 \ufee1\ufe8e\ufecb"]


def test_line_endings_have_no_cell() -> None:
    assert drawn("أول\r\nثان\n") == ["\ufedd\ufeed\ufe83", "\ufee5\ufe8e\ufe9b"]


def test_a_byte_order_mark_has_no_cell() -> None:
    assert drawn("\ufeffخبر") == ["\ufeae\ufe92\ufea7"]


def test_a_right_to_left_mark_moves_a_full_stop_to_the_left() -> None:
    assert drawn("قال Reuters.\u200f") == [".Reuters \ufedd\ufe8e\ufed7"]


def test_a_left_to_right_mark_moves_a_full_stop_to_the_right() -> None:
    assert drawn("قال Reuters.\u200e") == ["Reuters. \ufedd\ufe8e\ufed7"]


def test_an_isolate_is_ordered_by_itself() -> None:
    assert drawn("قال \u2067abc!\u2069 ثم") == ["\ufee2\ufe9b !abc \ufedd\ufe8e\ufed7"]


def test_an_isolate_in_latin_text() -> None:
    assert drawn("see \u2067خبر!\u2069 now") == ["see !\ufeae\ufe92\ufea7 now"]


def test_an_override_turns_latin_round() -> None:
    assert drawn("قال \u202eabc\u202c ثم") == ["\ufee2\ufe9b cba \ufedd\ufe8e\ufed7"]


def test_a_flag_under_an_override_is_drawn_whole() -> None:
    assert drawn("\u202e\U0001f1f5\U0001f1f8\u202c", base="ltr") == ["\U0001f1f5\U0001f1f8"]


def test_the_direction_is_that_of_the_first_letter_outside_isolates() -> None:
    assert base_direction("12 «خبر» news") == "rtl"
    assert base_direction("\u2067خبر\u2069 news") == "ltr"
    assert base_direction("\u2066news \u2067a\u2069 b\u2069 خبر") == "rtl"
    assert base_direction("\u2069خبر") == "rtl"
    assert base_direction("\u2068news 12") is None


def test_digits_of_three_kinds_run_left_to_right() -> None:
    assert drawn("۱۲۳ و ١٢٣ و 123") == ["123 \ufeed \u0661\u0662\u0663 \ufeed \u06f1\u06f2\u06f3"]


def test_urdu_letters_join() -> None:
    assert drawn("پاکستان گئے") == ["\ufbaf\ufe8c\ufb94 \ufee5\ufe8e\ufe98\ufeb4\ufb90\ufe8e\ufb58"]


def test_kurdish_letters_without_presentation_forms_stand_alone() -> None:
    assert drawn("ڕۆژ ەڵ") == ["\u06b5\u06d5 \ufb8a\ufbd9\u0695"]


def test_hamza_composed_and_decomposed() -> None:
    assert drawn("أ ا\u0654 إ ا\u0655") == ["\ufe8d\u0655 \ufe87 \ufe8d\u0654 \ufe83"]


def test_lam_alef_composed_and_decomposed() -> None:
    assert drawn("الأمن الا\u0654من") == ["\ufee6\ufee3\ufefb\u0654\ufe8d \ufee6\ufee3\ufef7\ufe8d"]


def test_an_emoji_family_is_drawn_by_its_first_member() -> None:
    assert drawn("أسرة \U0001f468\u200d\U0001f469\u200d\U0001f467") == ["\U0001f468 \ufe93\ufeae\ufeb3\ufe83"]


def test_a_flag_in_right_to_left_text() -> None:
    assert drawn("علم \U0001f1f5\U0001f1f8") == ["\U0001f1f5\U0001f1f8 \ufee2\ufee0\ufecb"]


def test_a_word_longer_than_the_row_is_cut_and_keeps_its_joining() -> None:
    assert drawn("مستشفيات", width=3) == ["\ufe98\ufeb4\ufee3", "\ufef4\ufed4\ufeb8", "\ufe95\ufe8e"]


def test_rows_end_at_white_space() -> None:
    assert drawn("قال الوزير إن الوفد وصل", width=10) == [
        "\ufeae\ufef3\ufeaf\ufeee\ufedf\ufe8d \ufedd\ufe8e\ufed7",
        " \ufeaa\ufed3\ufeee\ufedf\ufe8d \ufee5\ufe87",
        "\ufede\ufebb\ufeed",
    ]


def test_stored_presentation_forms_join_to_their_neighbours() -> None:
    assert drawn("ا\ufef7سد ال\ufeeeطن") == ["\ufee6\ufec3\ufeee\ufedf\ufe8d \ufeaa\ufeb3\ufef7\ufe8d"]


def test_lam_alef_with_a_mark_between() -> None:
    assert drawn("ل\u064eا") == ["\ufefb\u064e"]


def test_a_joiner_shapes_and_a_non_joiner_separates() -> None:
    assert drawn("ه\u200d می\u200cروم") == ["\ufee1\ufeed\ufead\ufbfd\ufee3 \ufeeb"]


def test_a_tab_is_one_space_and_keeps_its_sides_apart() -> None:
    assert drawn("abc\tسطر") == ["abc \ufeae\ufec4\ufeb3"]


def test_a_soft_hyphen_is_not_seen_and_does_not_break_joining() -> None:
    assert drawn("كت\xadاب") == ["\ufe8f\ufe8e\ufe98\ufedb"]


def test_an_escape_sequence_is_spelt_out() -> None:
    assert drawn("أمر \x1b[31m") == ["31m]\u241b \ufeae\ufee3\ufe83"]


def test_a_mark_without_a_base_stands_on_a_circle() -> None:
    assert drawn("\u064eفتحة") == ["\ufe94\ufea4\ufe98\ufed3\u25cc\u064e"]


def test_letters_do_not_join_across_a_mark_without_a_base() -> None:
    assert drawn("ل\u200f\u064eا") == ["\ufe8d\u25cc\u064e\ufedd"]


def test_a_right_to_left_row_is_flush_right_and_a_left_to_right_one_flush_left() -> None:
    page = page_of("خبر\nnews", 10)
    assert [page.indent(row) for row in rows_of(page)] == [7, 0]


def test_a_vocalised_word_is_one_word() -> None:
    assert word_at(page_of("خطة جدي\u0651ة."), 5) == (4, 9)


def test_a_lam_alef_is_one_cell_of_two_clusters_and_lights_up_for_either() -> None:
    page = page_of("سل\u064eا\u064bم")
    row = page.row(Spot(0, 0))
    assert [(cell.x, cell.start, cell.end, cell.middle) for cell in row.cells] == [
        (0, 5, 6, None),
        (1, 1, 5, 3),
        (2, 0, 1, None),
    ]
    assert row.columns(0, 3) == [(1, 3)]
    assert row.columns(3, 6) == [(0, 2)]
    assert [page.cluster_at(offset) for offset in range(6)] == [(0, 1), (1, 3), (1, 3), (3, 5), (3, 5), (5, 6)]


def test_a_stored_lam_alef_is_one_cluster_of_one_offset() -> None:
    row = page_of("ا\ufef7سد").row(Spot(0, 0))
    assert [(cell.start, cell.end, cell.middle) for cell in row.cells] == [
        (3, 4, None),
        (2, 3, None),
        (1, 2, None),
        (0, 1, None),
    ]


def test_an_emoji_family_is_one_cluster_two_cells_wide() -> None:
    page = page_of("\U0001f468\u200d\U0001f469\u200d\U0001f467 أسرة", base="rtl")
    assert {page.cluster_at(offset) for offset in range(5)} == {(0, 5)}
    assert page.row(Spot(0, 0)).columns(0, 5) == [(5, 7)]


def test_a_line_ending_is_one_cluster_at_the_end_of_its_paragraph() -> None:
    page = page_of("أ\r\nب")
    assert [page.cluster_at(offset) for offset in range(4)] == [(0, 1), (1, 3), (1, 3), (3, 4)]
    assert page.spot_of(2) == Spot(0, 0)


def test_a_date_lights_up_in_runs_as_it_is_ordered() -> None:
    row = page_of("في 2024-05-12").row(Spot(0, 0))
    assert row.columns(3, 7) == [(6, 10)]
    assert row.columns(6, 9) == [(3, 4), (5, 6), (9, 10)]


def test_a_selection_gives_up_a_word_that_ends_in_a_joiner() -> None:
    page = page_of("سنة 1445 ه\u200d")
    further = extend_by_word(page, (4, 8), 7, forward=True)
    assert selected_range(page, (4, 8), further) == (4, 11)
    assert selected_range(page, (4, 8), extend_by_word(page, (4, 8), further, forward=False)) == (4, 8)


def test_the_next_word_is_past_a_cluster_that_a_word_starts_within() -> None:
    assert next_word(page_of("-\u1161 خبر"), 0) == 3


def test_a_paragraph_begins_and_ends_with_what_can_be_seen() -> None:
    page = page_of("\ufeff خبر.\u200f \nثان")
    assert paragraph_at(page, 0) == (2, 6)
    assert trim(page, (0, 2)) == (0, 0)


def test_a_mark_on_a_space_is_not_torn_from_it() -> None:
    assert trim(page_of(" \u064f خبر \u064f"), (0, 8)) == (0, 8)


def test_the_caret_finds_no_place_where_nothing_is_drawn() -> None:
    assert nearest_stop(page_of("\n\u3164"), 0) == 0
    assert nearest_stop(page_of(" \nخبر\n \n"), 0) == 2
    assert nearest_stop(page_of(" \nخبر\n \n"), 8) == 4
