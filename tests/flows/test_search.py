"""Stories of looking for something in the article, and marking what was found."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest
from asking import line, press_at_once, type_text
from rich.cells import cell_len
from story import ARTICLE, kept, reading, told, view

from tui.app import HashiyaApp
from tui.text.line import set_line

SPELT = (
    "إدارةُ المدرسة تعلن\n"
    "قال مدير الإدارة إن ادارة المدرسه لم تتأخر.\n"
    "وردّت الادارة على الأهالي، والإدا\u0640رة لا تزال تنتظر.\n"
)
RUNAWAY = "(ا+)+ب"


def hits(app: HashiyaApp) -> list[tuple[int, int]]:
    """What stands out as found."""
    return [(mark.start, mark.end) for mark in view(app)._overlay.marks]


async def test_hits_are_shown_and_counted_while_an_arabic_word_is_typed(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/")
        await type_text(pilot, "اداره")
        found = [SPELT[start:end] for start, end in hits(app)]
        assert found == ["إدارةُ", "إدارة", "ادارة", "ادارة", "إدا\u0640رة"]
        assert set_line("اداره", 20, cell_len).glyphs in line(app)
        assert "1 of 5" in line(app)
        assert view(app).selection == hits(app)[0]


async def test_the_arrows_step_through_hits_while_typing_and_round(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ظ")
        await type_text(pilot, "إدارة")
        await pilot.press("down", "down")
        await pilot.pause()
        assert "3 of 5" in line(app)
        assert view(app).selection == hits(app)[2]
        await pilot.press("up", "up", "up")
        await pilot.pause()
        assert "5 of 5" in line(app)


async def test_enter_keeps_the_hits_on_and_marking_marks_just_what_was_found(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/")
        await type_text(pilot, "إدارة المدرسة")
        await pilot.press("enter", "a")
        await pilot.pause()
        assert "marked" in told(app)
        await pilot.press("n")
        await pilot.pause()
        assert "2 of 2" in told(app)
        await pilot.press(".", "p")
        await pilot.pause()
        assert "1 of 2" in told(app)
        await pilot.press("escape")
        await pilot.pause()
        assert hits(app) == []
        assert view(app).selection is None
        assert view(app).cursor.caret == 0
    assert [span.text for span in kept(tmp_path).spans] == ["إدارةُ المدرسة", "ادارة المدرسه"]


async def test_the_search_begins_at_the_cursor_and_escape_goes_back_there(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    here = SPELT.index("مدير")
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(here)
        await pilot.press("/")
        await type_text(pilot, "إدارة")
        assert "2 of 5" in line(app)
        await pilot.press("down", "ctrl+x", "down", "escape")
        await pilot.pause()
        assert view(app).cursor.caret == here
        assert hits(app) == []


async def test_all_hits_are_marked_after_review_and_taken_back_at_once(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/")
        await type_text(pilot, "ادارة")
        await pilot.press("enter", "n", "m", "a")
        await pilot.pause()
        assert "1 of 5" in told(app)
        # The second hit comes first, with its article this time; the third is left out.
        await pilot.press("h", "y", "n", "a")
        await pilot.pause()
        spans = kept(tmp_path).spans
        assert [span.text for span in spans] == ["إدارةُ", "الإدارة", "ادارة", "إدا\u0640رة"]
        assert [span.origin for span in spans].count("search:edited") == 1
        await pilot.press("u")
        await pilot.pause()
        assert len(kept(tmp_path).spans) == 1


async def test_no_hit_is_told_and_the_cursor_is_where_it_was(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+left", "/")
        await type_text(pilot, "قافلةx")
        assert "no hit" in line(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "no hit for" in told(app)
        assert view(app).cursor.caret == ARTICLE.index("قافلة")
        await pilot.press("a")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["قافلة"]


async def test_enter_on_an_empty_line_searches_for_the_same_again(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", "enter")
        await pilot.pause()
        assert "offset 0" in told(app)
        await pilot.press("/")
        await type_text(pilot, "إدارة")
        await pilot.press("enter", "escape", "/")
        await pilot.pause()
        assert "again" in line(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "of 5" in told(app)


# Regular expressions


async def test_a_pattern_is_searched_in_the_text_as_it_is(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/")
        await type_text(pilot, r"إدارة\w*")
        assert "no hit" in line(app)
        await pilot.press("ctrl+x")
        await pilot.pause()
        assert line(app).startswith("pattern")
        assert [SPELT[start:end] for start, end in hits(app)] == ["إدارةُ", "إدارة"]
        await pilot.press("ctrl+ء")
        await pilot.pause()
        assert line(app).startswith("search")


async def test_a_pattern_search_from_the_palette(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "regular")
        await pilot.press("enter")
        await pilot.pause()
        await type_text(pilot, r"\d+")
        await pilot.press("enter")
        await pilot.pause()
        assert "1 of 3" in told(app)
        assert [ARTICLE[start:end] for start, end in hits(app)] == ["29", "3", "5"]


@pytest.mark.parametrize(
    ("pattern", "said"), [("(ا", "missing )"), ("[", "unterminated"), ("(" * 900, "too many brackets")]
)
async def test_a_pattern_that_does_not_work_is_told_while_it_is_typed(tmp_path: Path, pattern: str, said: str) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("/", "ctrl+x")
        await type_text(pilot, pattern)
        assert said in line(app)
        await pilot.press("enter")
        await pilot.pause()
        assert said in told(app)
        await pilot.press("a")
        await pilot.pause()
    assert len(kept(tmp_path).spans) == 1


async def test_a_pattern_that_runs_away_holds_up_neither_typing_nor_work(tmp_path: Path) -> None:
    text = ("ا" * 40 + " ") * 2000
    app = reading(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", "ctrl+x")
        await type_text(pilot, RUNAWAY[:-1])
        began = time.process_time()
        await type_text(pilot, RUNAWAY[-1])
        assert time.process_time() - began < 0.3
        assert "Enter searches" in line(app)
        await pilot.press("enter")
        while "takes too long" not in told(app):
            await asyncio.sleep(0)
        assert view(app)._overlay.marks == ()
        await pilot.press("a")
        await pilot.pause()
    assert len(kept(tmp_path).spans) == 1


async def test_a_slow_pattern_that_ends_after_all_has_its_hits(tmp_path: Path) -> None:
    text = ("ا" * 17 + " ") * 2000 + "ااب"
    app = reading(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", "ctrl+x")
        await type_text(pilot, RUNAWAY)
        assert "Enter searches" in line(app)
        await pilot.press("enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert hits(app) == [(len(text) - 3, len(text))]
        assert "1 of 1" in told(app)


async def test_what_arrives_after_escape_is_not_shown(tmp_path: Path) -> None:
    app = reading(tmp_path, ("ا" * 40 + " ") * 4000)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", "ctrl+x")
        await type_text(pilot, RUNAWAY)
        press_at_once(app, "enter", "escape", "ctrl+left")
        await pilot.press("a")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "marked" in told(app)
        assert view(app).cursor.caret == 41
