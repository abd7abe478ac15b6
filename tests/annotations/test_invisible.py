"""What of a text cannot be seen, by its name and its places."""

from __future__ import annotations

import sys
from unicodedata import category, lookup

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.invisible import find_hidden, is_hidden, name_of
from tui.text.clusters import shown


def listed(text: str) -> list[tuple[str, tuple[int, ...]]]:
    return [(hidden.title, hidden.offsets) for hidden in find_hidden(text)]


def test_the_rarest_comes_first_with_all_its_places() -> None:
    assert listed("قال\u200f الوزير\u202e إن\u200f\x1b") == [
        ("U+001B ESCAPE", (16,)),
        ("U+202E RIGHT-TO-LEFT OVERRIDE", (11,)),
        ("U+200F RIGHT-TO-LEFT MARK", (3, 15)),
    ]


def test_a_byte_order_mark_is_one_at_the_start_alone() -> None:
    assert listed("\ufeffأهلا\ufeff") == [
        ("U+FEFF BYTE ORDER MARK", (0,)),
        ("U+FEFF ZERO WIDTH NO-BREAK SPACE", (5,)),
    ]


def test_line_ends_tabs_and_vocalised_words_are_nothing_hidden() -> None:
    assert listed("كَتَبَ الطالِبُ\r\n\tالدّرسَ جـيّدًا \u06dd١٢\n") == []
    assert listed("") == []


def test_a_carriage_return_alone_is_hidden() -> None:
    assert listed("أ\r\r\nب\r") == [("U+000D CARRIAGE RETURN", (1, 5))]


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\xa0", "NO-BREAK SPACE"),
        ("\xad", "SOFT HYPHEN"),
        ("\u034f", "COMBINING GRAPHEME JOINER"),
        ("\u061c", "ARABIC LETTER MARK"),
        ("\u200b", "ZERO WIDTH SPACE"),
        ("\u2028", "LINE SEPARATOR"),
        ("\u2800", "BRAILLE PATTERN BLANK"),
        ("\u3000", "IDEOGRAPHIC SPACE"),
        ("\ufe0f", "VARIATION SELECTOR-16"),
        ("\ufff9", "INTERLINEAR ANNOTATION ANCHOR"),
        ("\U000e0041", "TAG LATIN CAPITAL LETTER A"),
        ("\ue000", "PRIVATE USE"),
        ("\ufdd0", "NONCHARACTER"),
        ("\U0010ffff", "NONCHARACTER"),
        ("\u0378", "UNASSIGNED"),
        ("\ud800", "SURROGATE"),
    ],
)
def test_what_is_hidden_has_a_name(character: str, name: str) -> None:
    assert is_hidden(character)
    assert name_of(character) == name


def test_every_control_has_the_name_that_unicode_knows_it_by() -> None:
    controls = [chr(code) for code in range(sys.maxunicode + 1) if category(chr(code)) == "Cc"]
    assert len(controls) == 65
    assert [hex(ord(control)) for control in controls if lookup(name_of(control)) != control] == []


@given(st.text(st.one_of(st.characters(), st.sampled_from("\r\n\ufeff\u200f]^-\\\x1b"))))
def test_each_hidden_character_is_found_once_and_nothing_else(text: str) -> None:
    found = sorted((offset, hidden.character) for hidden in find_hidden(text) for offset in hidden.offsets)
    bare = text.replace("\r\n", "\n\n")
    assert found == [(offset, character) for offset, character in enumerate(bare) if is_hidden(character)]


def test_hidden_is_what_the_screen_shows_otherwise_than_it_is() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    hidden = {character for character in every if is_hidden(character)}
    replaced = {character for character in every if shown(character) != character}
    assert replaced - hidden == {"\t", "\n"}
    # It has a cell, and nothing in it.
    assert hidden - replaced == {"\u2800"}
