"""Stories of what a span has besides its place: subtype, attributes, notes, the label's guideline."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import line, rows, type_text
from rich.cells import cell_len
from story import kept, reading, told

from tui.screens.text_page import TextPage
from tui.text.line import set_line

SIZES = [(80, 24), (120, 40)]


@pytest.mark.parametrize("size", SIZES)
async def test_a_subtype_by_its_key_and_away_again(tmp_path: Path, size: tuple[int, int]) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("a", "t")
        await pilot.pause()
        assert any("Military" in row and set_line("جيش", 20, cell_len).glyphs in row for row in rows(app))
        await pilot.press("m")
        await pilot.pause()
        assert kept(tmp_path).spans[0].subtype == "mil"
        assert "is actor·mil" in told(app)
        await pilot.press("t")
        await pilot.pause()
        assert [row for row in rows(app) if row.startswith("●")] == [row for row in rows(app) if "Military" in row]
        await pilot.press("-")
        await pilot.pause()
        assert line(app) == ""
    assert kept(tmp_path).spans[0].subtype is None


async def test_the_same_keys_on_an_arabic_keyboard(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ش", "ف", "ة")
        await pilot.pause()
    assert kept(tmp_path).spans[0].subtype == "mil"


@pytest.mark.parametrize(
    ("typed", "subtype"),
    [
        ("وسيله اعلام", "media"),
        ("حكو", "gov"),
        ("محتجّون", "protesters"),
        ("armed", "unid_armed"),
        ("igo", "igo_ngo"),
        ("pol", "police"),
    ],
)
@pytest.mark.parametrize("slash", ["/", "ظ"])
async def test_a_subtype_by_typing_in_either_language_however_it_is_spelt(
    tmp_path: Path, slash: str, typed: str, subtype: str
) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "t")
        await type_text(pilot, slash + typed)
        assert set_line(typed, 20, cell_len).glyphs in line(app)
        await pilot.press("enter")
        await pilot.pause()
    assert kept(tmp_path).spans[0].subtype == subtype


async def test_names_that_begin_with_what_is_typed_come_first(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "t", "/", "r", "e")
        await pilot.pause()
        assert [row.split()[1] for row in rows(app)[:3]] == ["Retreat", "Request", "Reject"]
        assert any("Agree" in row for row in rows(app)[3:])
        # After those come the names of which another word begins so.
        await pilot.press("escape", "ctrl+left", "a", "t", "/", "o", "r")
        await pilot.pause()
        assert [row.split()[1] for row in rows(app)[:2]] == ["International", "External"]


async def test_what_is_typed_and_fits_nothing_changes_nothing(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "t", "/", "q", "x", "enter")
        await pilot.pause()
        assert "nothing fits" in line(app)
        await pilot.press("escape")
        await pilot.pause()
        assert line(app) == ""
    assert kept(tmp_path).spans[0].subtype is None


async def test_several_attributes_in_one_go(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "v")
        await pilot.pause()
        assert "polarity: negative" in rows(app)[1]
        await pilot.press("2", "3", "4", "7")
        await pilot.pause()
        assert [row[0] for row in rows(app)[:7]] == [" ", "●", " ", "●", " ", " ", "●"]
        await pilot.press("2", "escape")
        await pilot.pause()
        assert "tense present" in told(app)
        assert "genericity specific" in told(app)
    assert kept(tmp_path).spans[0].attributes == {"tense": "present", "genericity": "specific"}


async def test_a_label_without_attributes_says_so(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "v")
        assert "has no attributes" in told(app)


async def test_a_note_in_arabic_is_shown_in_order_while_it_is_typed(tmp_path: Path) -> None:
    app = reading(tmp_path)
    note = "راجع العدد 12 من Blue Gate"
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "o")
        for end, letter in enumerate(note, 1):
            await type_text(pilot, letter)
            assert line(app).endswith(set_line(note[:end], 60, cell_len, "rtl").glyphs.strip()), note[:end]
        await pilot.press("enter")
        await pilot.pause()
        assert "note on" in told(app)
        await pilot.press("o")
        await pilot.pause()
        assert "Blue Gate" in line(app)
        await pilot.press("q", "escape")
        await pilot.pause()
    assert kept(tmp_path).spans[0].note == note


async def test_a_note_on_the_article_and_none_any_more(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("O", *"مشكوك", "enter")
        await pilot.pause()
        assert kept(tmp_path).header.note == "مشكوك"
        await pilot.press("×", "ctrl+u", "enter")
        await pilot.pause()
        assert "taken away" in told(app)
        assert kept(tmp_path).header.note == ""
        await pilot.press("u")
        await pilot.pause()
    assert kept(tmp_path).header.note == "مشكوك"


async def test_a_note_where_no_span_is_is_not_asked_for(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("o")
        await pilot.pause()
        assert line(app) == ""
        assert "no span here" in told(app)


async def test_the_guideline_of_the_label_under_the_cursor(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "H")
        await pilot.pause()
        assert isinstance(app.screen, TextPage)
        seen = "\n".join(strip.text for strip in app.screen._compositor.render_strips())
        assert "Event" in seen
        assert "says what happens" in seen
        assert set_line("حدث", 10, cell_len).glyphs in seen
        await pilot.press("أ")
        await pilot.pause()
        assert not isinstance(app.screen, TextPage)
