"""Laws and examples of an input line: what is typed is the text, and the caret is always seen, on the right cell."""

from __future__ import annotations

from collections.abc import Callable
from unicodedata import category

import pytest
from arabic_strategies import law, long_law, long_texts, page_of, plain_texts, trap_texts, wild_texts
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text.clusters import clusters
from tui.text.line_editor import LIMIT, LineEditor, ShownLine

ON_ONE_LINE = {ord(ending): " " for ending in "\r\n"}
MOVES = (
    LineEditor.left,
    LineEditor.right,
    LineEditor.word_left,
    LineEditor.word_right,
    LineEditor.start,
    LineEditor.end,
)
EDITS = (LineEditor.backspace, LineEditor.delete, LineEditor.backspace_word, LineEditor.clear)
steps = st.one_of(
    st.sampled_from(MOVES),
    st.sampled_from(EDITS),
    wild_texts.map(lambda text: lambda editor: editor.insert(text)),
)
typable_texts = wild_texts.map(lambda text: "".join(c for c in text if category(c) not in {"Cc", "Zl", "Zp"}))
directions = st.sampled_from(["rtl", "ltr"])


def typed(text: str, editor: LineEditor | None = None) -> LineEditor:
    editor = editor or LineEditor()
    for character in text:
        editor = editor.insert(character)
    return editor


def edges_of(text: str) -> set[int]:
    return {0, *(cluster.end for cluster in clusters(text.translate(ON_ONE_LINE)))}


def glyphs(shown: ShownLine) -> str:
    return "".join(cell.glyph for cell in shown.cells)


def check_shown(editor: LineEditor, width: int) -> None:
    shown = editor.shown(width, cell_len)
    x = 0
    for cell in shown.cells:
        assert cell.x == x
        assert cell_len(cell.glyph) == cell.width
        x += cell.width
    assert x == shown.width <= width
    assert 0 <= shown.caret_x < shown.width
    at = next(cell for cell in shown.cells if cell.x == shown.caret_x)
    unseen = editor.text[editor.caret : at.start]
    assert editor.caret in (at.start, at.middle) or not any(c.is_visible for c in clusters(unseen))


@law
@given(typable_texts, directions)
def test_the_text_is_what_was_typed(text: str, base: str) -> None:
    editor = typed(text, LineEditor(base="rtl" if base == "rtl" else "ltr"))
    assert editor.text == text
    assert editor.caret == len(text)


@law
@given(wild_texts, st.lists(steps, max_size=8), st.integers(1, 40), directions)
def test_after_any_keys_the_caret_is_between_clusters_and_seen(
    text: str, taken: list[Callable[[LineEditor], LineEditor]], width: int, base: str
) -> None:
    editor = LineEditor(text, len(text), "rtl" if base == "rtl" else "ltr")
    for step in taken:
        editor = step(editor)
        assert editor.caret in edges_of(editor.text)
        check_shown(editor, width)


@long_law
@given(long_texts, st.integers(1, 40), st.data())
def test_a_text_longer_than_can_be_typed_is_shown_on_one_line_too(text: str, width: int, data: st.DataObject) -> None:
    editor = LineEditor(text, data.draw(st.sampled_from(sorted(edges_of(text)))))
    for step in (*MOVES, *EDITS):
        check_shown(step(editor), width)
    assert editor.insert("م") == editor


@law
@given(wild_texts, st.data())
def test_moving_changes_no_text_and_left_undoes_right(text: str, data: st.DataObject) -> None:
    editor = LineEditor(text, data.draw(st.sampled_from(sorted(edges_of(text)))))
    assert all(move(editor).text == text for move in MOVES)
    left, right = editor.left(), editor.right()
    assert left == editor or left.right().shown(20, cell_len) == editor.shown(20, cell_len)
    assert right == editor or right.left().shown(20, cell_len) == editor.shown(20, cell_len)


@law
@given(plain_texts.filter(lambda text: any(character.isalpha() for character in text)), st.data())
def test_in_arabic_left_is_onward_by_one_cluster(text: str, data: st.DataObject) -> None:
    edges = sorted(edges_of(text))
    place = data.draw(st.integers(0, len(edges) - 2))
    assert LineEditor(text, edges[place]).left().caret == edges[place + 1]
    assert LineEditor(text, edges[place + 1]).right().caret == edges[place]


@law
@given(trap_texts)
def test_walking_left_passes_every_cell_once(text: str) -> None:
    editor = LineEditor(text, len(text))
    while (further := editor.right()) != editor:
        editor = further
    passed = [editor.caret]
    while (further := editor.left()) != editor:
        passed.append(further.caret)
        editor = further
    visible = [c.start for c in clusters(text.translate(ON_ONE_LINE)) if c.is_visible]
    assert sorted(passed) == [*visible, len(text)]


@law
@given(trap_texts, st.data())
def test_words_are_followed_in_reading_order_to_both_ends(text: str, data: st.DataObject) -> None:
    caret = data.draw(st.sampled_from(sorted(edges_of(text))))
    editor = LineEditor(text, caret)
    onward, back = LineEditor.word_left, LineEditor.word_right
    if editor.direction == "ltr":
        onward, back = back, onward
    assert onward(editor).caret > caret or caret == len(text)
    assert back(editor).caret < caret or caret == 0


@law
@given(trap_texts.map(lambda text: text.translate(ON_ONE_LINE)))
def test_the_line_is_set_as_every_other_line_is(text: str) -> None:
    assume(text)
    editor = LineEditor(text)
    row = page_of(text, base=editor.direction).rows(0)[0]
    shown = editor.shown(1000, cell_len)
    assert glyphs(shown).strip() == row.glyphs.strip()
    assert shown.direction == row.direction


@law
@given(trap_texts)
def test_backspacing_ends_with_an_empty_line(text: str) -> None:
    editor = LineEditor(text, len(text))
    for _ in text:
        editor = editor.backspace()
    assert editor.text == ""
    assert editor.backspace() == editor.delete() == editor


@pytest.mark.parametrize(
    ("text", "columns", "caret_x", "direction"),
    [
        ("", " ", 0, "rtl"),
        ("سلام", " ﻡﻼﺳ", 0, "rtl"),
        ("قال UN", " UN ﻝﺎﻗ", 0, "rtl"),
        ("12", " 12", 0, "rtl"),
        ("abc", "abc ", 3, "ltr"),
    ],
)
def test_at_the_end_the_caret_is_where_reading_goes_on(text: str, columns: str, caret_x: int, direction: str) -> None:
    shown = typed(text).shown(20, cell_len)
    assert (glyphs(shown), shown.caret_x, shown.direction) == (columns, caret_x, direction)


def test_within_the_text_the_caret_is_on_its_letter_and_takes_no_room() -> None:
    shown = LineEditor("وزير", 1).shown(20, cell_len)
    assert glyphs(shown) == "ﺮﻳﺯﻭ"
    assert shown.caret_x == 2


def test_a_long_line_stands_still_until_the_caret_comes_near_its_edge() -> None:
    text = "abcdefghijklmnopqrst"
    seen = [glyphs(LineEditor(text, caret).shown(8, cell_len)) for caret in range(len(text) + 1)]
    assert seen[:4] == ["abcdefgh"] * 4
    assert seen[4:8] == ["cdefghij"] * 4
    assert seen[-1] == "nopqrst "
    assert len(set(seen)) == 6


def test_a_wide_letter_that_does_not_fit_leaves_a_blank() -> None:
    assert glyphs(LineEditor("ab漢字", 4).shown(4, cell_len)) == " 字 "
    narrow = LineEditor("ا漢", 1).shown(1, cell_len)
    assert (glyphs(narrow), narrow.width, narrow.caret_x) == (" ", 1, 0)


def test_backspace_takes_a_vowel_before_its_letter_and_delete_takes_both() -> None:
    text = "م\u064f\u0651ر"
    assert LineEditor(text, 3).backspace() == LineEditor("م\u064fر", 2)
    assert LineEditor(text, 3).backspace().backspace() == LineEditor("مر", 1)
    assert LineEditor(text, 0).delete() == LineEditor("ر", 0)


def test_backspace_takes_a_joiner_alone_and_an_emoji_whole() -> None:
    assert typed("می\u200c").backspace().text == "می"
    assert typed("\U0001f468\u200d\U0001f469\u200d\U0001f467").backspace().text == ""
    assert typed("\u2764\ufe0f").backspace().text == ""


def test_backspace_takes_a_word_with_what_stands_after_it() -> None:
    assert typed("قال الوزير: ").backspace_word().text == "قال "
    assert LineEditor("قال الوزير", 7).backspace_word() == LineEditor("قال زير", 4)
    assert typed(" .").backspace_word() == LineEditor()


def test_what_is_pasted_comes_as_one_line_without_controls() -> None:
    pasted = LineEditor().insert("قال\r\nالوزير\tأمس\n\x1b[31m\x00\ud800\u2028")
    assert pasted.text == "قال الوزير أمس [31m "
    assert pasted.caret == len(pasted.text)


def test_no_more_is_typed_than_the_limit() -> None:
    full = LineEditor().insert("م" * 5 * LIMIT)
    assert len(full.text) == full.caret == LIMIT
    assert full.key("ن", "ن") == full
    assert len(full.backspace().insert("نن").text) == LIMIT


def test_an_edit_between_two_halves_of_a_cluster_leaves_the_caret_after_the_cluster() -> None:
    assert LineEditor("ب\u200e\u064e", 1).delete() == LineEditor("ب\u064e", 2)


def test_what_is_one_cluster_with_a_word_is_passed_and_removed_with_it() -> None:
    # A vowel of Hangul is a letter, and joins the space before it.
    assert LineEditor(" \u1161", 2).word_left().caret == 0
    assert LineEditor(" \u1161", 0).word_right().caret == 2


def test_line_ends_that_were_in_the_text_are_a_space_each_until_removed() -> None:
    editor = LineEditor("قال\r\nالوزير", 3)
    assert glyphs(editor.shown(20, cell_len)) == "ﺮﻳﺯﻮﻟﺍ  ﻝﺎﻗ"
    assert editor.delete().text == "قال\nالوزير"


def test_a_text_of_several_pieces_is_in_one_order() -> None:
    text = "باب " * 700
    assert [LineEditor(text, caret).left().caret for caret in range(2040, 2060)] == [*range(2041, 2061)]
    assert LineEditor(text, 2047).shown(9, cell_len).caret_x > 0


LINE = LineEditor("قال الوزير", 4)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("left",), LINE.left()),
        (("right",), LINE.right()),
        (("ctrl+left",), LINE.end()),
        (("ctrl+right",), LINE.start()),
        (("home", "ctrl+a", "ctrl+ش"), LINE.start()),
        (("end", "ctrl+e", "ctrl+ث"), LINE.end()),
        (("backspace", "shift+backspace"), LineEditor("قالالوزير", 3)),
        (("delete",), LineEditor("قال لوزير", 4)),
        (("ctrl+w", "ctrl+ص", "ctrl+backspace"), LineEditor("الوزير", 0)),
        (("ctrl+u", "ctrl+ع"), LineEditor()),
    ],
)
def test_every_key_does_what_it_says_on_both_layouts(keys: tuple[str, ...], expected: LineEditor) -> None:
    for key in keys:
        assert LINE.key(key, None) == expected


@pytest.mark.parametrize(
    ("key", "character"),
    [("ش", "ش"), ("space", " "), ("shift+space", " "), ("plus", "+"), ("A", "A"), ("لا", "لا"), ("x", "\u200c")],
)
def test_a_key_that_types_is_typed(key: str, character: str) -> None:
    assert LINE.key(key, character) == LINE.insert(character)


@pytest.mark.parametrize(
    ("key", "character"),
    [
        ("enter", "\r"),
        ("tab", "\t"),
        ("escape", "\x1b"),
        ("up", None),
        ("ctrl+s", "\x13"),
        ("ctrl+س", "س"),
        ("alt+x", "x"),
        ("f1", None),
        ("ignore", "\x1b[I"),
        ("a", ""),
    ],
)
def test_other_keys_are_left_to_whoever_wants_them(key: str, character: str | None) -> None:
    assert LINE.key(key, character) is None
