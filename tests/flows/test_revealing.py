"""Stories of finding out what a text holds that cannot be seen."""

from __future__ import annotations

from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from story import ARTICLE, reading, told, view

from annotations.invisible import find_hidden, is_hidden
from tui.app import HashiyaApp
from tui.screens.reader.revealing import places
from tui.text.document import Document
from tui.text.page import Page
from tui.widgets.side_pane import SidePane

HIDING = "وقال ناطق\u202e المرفأ\u202c إن شركة\xa0Blue\u200f نقلت أدوية\u200f\x1b.\n"
TRAPS = [*"ا \u064e\u200c\u200f\xa0\ufe0f\U000e0067\U0001f3f4\x1b\n\r", "\r\n"]
ENDLESS = 10_000
PERSIAN = "می\u200cروم\u200f. " + "می\u200cروم " * 40


def listed(app: HashiyaApp) -> list[str]:
    """The rows of the pane that are seen, with single spaces."""
    rows = app.screen.query_one(SidePane).rows
    seen = (rows.render_line(y).text.strip(" █▐▕│┃") for y in range(rows.size.height))
    return [" ".join(row.split()) for row in seen if row]


def lit(app: HashiyaApp) -> list[int]:
    """The offsets whose cells stand out."""
    return [mark.start for mark in view(app)._overlay.marks]


async def test_a_suspicious_text_tells_what_it_hides_and_where(tmp_path: Path) -> None:
    app = reading(tmp_path, HIDING)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M")
        await pilot.pause()
        assert told(app).startswith("6 characters that cannot be seen, of 5 kinds")
        assert [row for row in listed(app) if "×" in row] == [
            "×1 001B ESCAPE",
            "×1 00A0 NO-BREAK SPACE",
            "×1 202C POP DIRECTIONAL …",
            "×1 202E RIGHT-TO-LEFT OVERRIDE",
            "×2 200F RIGHT-TO-LEFT MARK",
        ]
        # The letters beside them, the space and the picture of the control themselves.
        assert [HIDING[offset] for offset in lit(app)] == ["ق", "أ", "\xa0", "e", "\x1b"]
        assert view(app).cursor.caret == 0


async def test_the_text_follows_the_list_and_the_cursor_names_what_hides_there(tmp_path: Path) -> None:
    app = reading(tmp_path, HIDING)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("\u2019", "down")
        await pilot.pause()
        assert told(app).startswith("U+001B ESCAPE  offset 44")
        await pilot.press(*["down"] * 6)
        await pilot.pause()
        assert view(app).cursor.caret == HIDING.index("ق", 3)
        await pilot.press("enter")
        await pilot.pause()
        assert told(app).startswith("U+202E RIGHT-TO-LEFT OVERRIDE")
        assert not app.screen.query(SidePane).last().region
        await pilot.press("ctrl+end", "right")
        await pilot.pause()
        assert told(app).startswith("U+200F RIGHT-TO-LEFT MARK · U+001B ESCAPE")
        assert len(lit(app)) == 5
        await pilot.press("escape")
        await pilot.pause()
        assert lit(app) == []
        assert told(app).startswith("offset")
        await pilot.press("tab")
        await pilot.pause()
        assert listed(app) == []


async def test_marking_goes_on_while_hidden_characters_are_lit(tmp_path: Path) -> None:
    app = reading(tmp_path, HIDING)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("M", "tab", "a", "tab", "pagedown", "escape")
        await pilot.pause()
        assert lit(app) == []
        assert "actor" in listed(app)[0]
        assert [span.text for span in view(app)._layer.spans] == ["وقال"]


async def test_what_is_frequent_is_listed_when_it_is_chosen(tmp_path: Path) -> None:
    app = reading(tmp_path, PERSIAN)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("M", "down", "down")
        await pilot.pause()
        assert told(app).startswith("U+200C ZERO WIDTH NON-JOINER ×41 · Enter lists them")
        assert len(listed(app)) == 3
        await pilot.press("enter", "down")
        await pilot.pause()
        assert told(app).startswith("U+200C ZERO WIDTH NON-JOINER  offset 2")
        await pilot.press("up", "enter")
        await pilot.pause()
        assert len(listed(app)) == 3


async def test_an_article_that_hides_nothing_is_said_to(tmp_path: Path) -> None:
    app = reading(tmp_path, ARTICLE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("M")
        await pilot.pause()
        assert told(app).startswith("nothing hidden in this article")
        assert view(app).has_focus
        assert lit(app) == []


@settings(max_examples=250)
@example(" \u200f\r\n")
@example("\n\u200cا")
@given(st.lists(st.sampled_from(TRAPS), max_size=12).map("".join))
def test_the_place_of_what_is_hidden_has_a_cell_where_its_line_has_any(text: str) -> None:
    page = Page(Document(text), ENDLESS, cell_len)
    offsets = sorted(offset for hidden in find_hidden(text) for offset in hidden.offsets)
    found = places(text, offsets)
    assert found == sorted(found)
    for offset, place in zip(offsets, found, strict=True):
        row = page.row(page.spot_of(offset))
        assert row.cell_of(place) is not None or not row.cells
        assert all(is_hidden(character) for character in text[min(offset, place) + 1 : max(offset, place)])
