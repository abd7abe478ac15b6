"""Stories of marking: what an annotator does, and what is then in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from story import ARTICLE, SECOND, cell, kept, library, reading, told, view

from annotations.store.files import sidecar_path
from tui.app import HashiyaApp
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.row_list import RowList

SIZES = [(40, 24), (80, 24), (120, 40)]


async def test_from_the_library_to_a_saved_actor_and_out(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, LibraryScreen)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)
        await pilot.press("a", "q")
    (span,) = kept(tmp_path, "council").spans
    assert (span.label, span.text, span.start, span.end) == ("actor", "مجلس", 0, 4)
    assert (tmp_path / "council.txt").read_bytes() == SECOND.encode()


async def test_two_words_by_keyboard_are_exactly_two_words(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+left", "ctrl+shift+left", "ctrl+shift+left", "a")
        await pilot.pause()
        assert told(app).startswith("marked ")
    (span,) = kept(tmp_path).spans
    assert (span.text, ARTICLE[span.start : span.end]) == ("قافلة الإغاثة", "قافلة الإغاثة")


async def test_each_shift_arrow_takes_one_letter_more_and_back_one_less(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        for count, letters in enumerate(["و", "وص", "وصو", "وصول"]):
            await pilot.press("shift+left")
            start, end = view(app).selection or (0, 0)
            assert ARTICLE[start:end] == letters, count
        await pilot.press("shift+right")
        assert view(app).selection == (0, 3)
        await pilot.press("escape")
        assert view(app).selection is None


async def test_left_is_left_on_the_screen_inside_latin_too(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        latin = ARTICLE.index("Blue Gate")
        view(app).go_to(latin - 1)
        await pilot.press("left")
        assert view(app).cursor.caret == latin + len("Blue Gate") - 1
        for _ in "Blue Gate":
            await pilot.press("shift+left")
        assert view(app).selection == (latin, latin + len("Blue Gate"))


@pytest.mark.parametrize("size", SIZES)
async def test_a_drag_selects_what_it_covers(tmp_path: Path, size: tuple[int, int]) -> None:
    app = reading(tmp_path)
    start = ARTICLE.index("وزارة الإغاثة")
    end = start + len("وزارة")
    async with app.run_test(size=size) as pilot:
        await pilot.mouse_down(view(app), offset=cell(app, start))
        await pilot.hover(view(app), offset=cell(app, end - 1))
        await pilot.mouse_up(view(app), offset=cell(app, end - 1))
        assert view(app).selection == (start, end)
        await pilot.press("a")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["وزارة"]


@pytest.mark.parametrize("size", SIZES)
async def test_a_double_click_takes_the_word_without_its_quotes_and_a_triple_the_paragraph(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = reading(tmp_path)
    word = ARTICLE.index("المرفأ")
    async with app.run_test(size=size) as pilot:
        await pilot.click(view(app), offset=cell(app, word + 1), times=2)
        assert view(app).selection == (word, word + len("المرفأ"))
        await pilot.click(view(app), offset=cell(app, word + 1), times=3)
        start, end = view(app).selection or (0, 0)
        assert ARTICLE[start:end] == ARTICLE.splitlines()[2]


async def test_the_same_keys_on_an_arabic_keyboard(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ش", "ctrl+left", "ث")
        await pilot.pause()
        assert [span.label for span in kept(tmp_path).spans] == ["actor", "event"]
        await pilot.press("ح", "ء")
        await pilot.pause()
        assert [span.label for span in kept(tmp_path).spans] == ["event"]
        await pilot.press("ع")
        await pilot.pause()
        assert len(kept(tmp_path).spans) == 2
        await pilot.press("ض")
    assert app.return_code == 0


async def test_undo_redo_and_delete_reach_the_disk_and_are_named(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "u")
        await pilot.pause()
        assert kept(tmp_path).spans == ()
        assert "undone: mark actor" in told(app)
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert len(kept(tmp_path).spans) == 1
        await pilot.press("x")
        await pilot.pause()
        assert kept(tmp_path).spans == ()
        assert "saved" in told(app)


async def test_next_and_previous_walk_the_spans_and_the_status_tells_of_each(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "ctrl+left", "e", "ctrl+home", "n")
        second = ARTICLE.index("الإغاثة")
        assert view(app).cursor.caret == second
        assert f"{second}–{second + 7}  event" in told(app)
        await pilot.press("n")
        assert "no span after the cursor" in told(app)
        await pilot.press("p")
        assert view(app).cursor.caret == 0


async def test_the_span_list_jumps_to_a_span_and_enter_goes_there(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "ctrl+left", "e", "tab")
        assert app.screen.query_one(RowList).has_focus
        await pilot.press("up")
        assert view(app).cursor.caret == 0
        await pilot.press("down", "enter")
        assert view(app).cursor.caret == ARTICLE.index("الإغاثة")
        assert view(app).has_focus


async def test_marking_twice_is_refused_and_nothing_there_is_told(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "a")
        assert "already" in told(app)
        await pilot.press("ctrl+end", "a")
        assert "nothing to mark" in told(app)
        await pilot.pause()
    assert len(kept(tmp_path).spans) == 1


async def test_hiding_diacritics_changes_no_offset(tmp_path: Path) -> None:
    app = reading(tmp_path)
    word = ARTICLE.index("الوعودِ")
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(word)
        await pilot.press("d", "ctrl+shift+left")
        assert view(app).selection == (word, word + len("الوعودِ"))
        assert "\u0650" not in "".join(view(app).render_line(y).text for y in range(20))
        await pilot.press("a", "d")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["الوعودِ"]


async def test_reopening_shows_what_was_marked(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "q")
    first = sidecar_path(tmp_path / "aid.txt", "lina").read_bytes()
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "“" in told(app)
        await pilot.press("q")
    assert sidecar_path(tmp_path / "aid.txt", "lina").read_bytes() == first
