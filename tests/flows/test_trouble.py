"""Stories of what goes wrong: a sentence on the screen, the work goes on, and no byte is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from story import ARTICLE, kept, library, reading, told, view

from annotations.store.files import sidecar_path
from annotations.store.keeper import Keeper
from tui.app import HashiyaApp
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.screens.too_small import TooSmallScreen


async def test_a_damaged_line_is_told_of_set_aside_and_costs_no_other(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    sidecar = sidecar_path(tmp_path / "aid.txt", "lina")
    sidecar.write_bytes(sidecar.read_bytes() + b'{"record":"span","id":"torn\n')
    app = reading(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:
        assert "line 3 of the sidecar could not be read" in told(app)
        await pilot.press("ctrl+left", "e", "q")
    assert [span.label for span in kept(tmp_path).spans] == ["actor", "event"]
    aside = (tmp_path / "aid.txt.lina.ann.aside").read_text()
    assert '"line":3' in aside
    assert "torn" in aside


async def test_a_changed_source_keeps_its_old_annotations(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    before = sidecar_path(tmp_path / "aid.txt", "lina").read_bytes()
    app = reading(tmp_path, "كلمة جديدة. " + ARTICLE)
    async with app.run_test(size=(120, 30)) as pilot:
        assert "changed" in told(app)
        await pilot.press("a", "q")
    assert sidecar_path(tmp_path / "aid.txt", "lina").read_bytes() == before


async def test_a_save_that_fails_is_told_and_made_good_by_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 30)) as pilot:

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            await pilot.press("a")
            await pilot.pause()
            assert "NOT SAVED" in told(app)
            assert "no space left" in told(app).lower()
            await pilot.press("q")
            assert app.is_running
            assert "Again to leave without saving" in told(app)
        await pilot.press("ctrl+left", "e")
        await pilot.pause()
        assert "NOT SAVED" not in told(app)
        await pilot.press("q")
    assert len(kept(tmp_path).spans) == 2


async def test_leaving_twice_leaves_what_cannot_be_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = reading(tmp_path)

    def gone(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "fsync", gone)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("a", "q")
        assert app.is_running
        await pilot.press("q")
        await pilot.pause()
    assert not app.is_running
    assert (tmp_path / "aid.txt").read_bytes() == ARTICLE.encode()


async def test_an_article_that_cannot_be_read_is_told_of_in_the_library(tmp_path: Path) -> None:
    opened = library(tmp_path, good=ARTICLE, wrong=ARTICLE)
    (tmp_path / "wrong.txt").write_bytes("نص".encode("windows-1256") * 9)
    app = HashiyaApp(opened)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause(0.2)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert isinstance(app.screen, LibraryScreen)
        assert "wrong.txt: is not UTF-8" in told(app)
        await pilot.press("up", "enter")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)


async def test_a_terminal_too_small_says_so_and_recovers(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(30, 8)) as pilot:
        assert isinstance(app.screen, TooSmallScreen)
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)
        await pilot.press("a")
        await pilot.pause()
    assert len(kept(tmp_path).spans) == 1


async def test_resizing_keeps_the_place_in_the_text(tmp_path: Path) -> None:
    app = reading(tmp_path, ARTICLE * 40)
    async with app.run_test(size=(120, 30)) as pilot:
        view(app).go_to(len(ARTICLE) * 20)
        await pilot.pause()
        top = view(app).reached[0]
        await pilot.resize_terminal(60, 20)
        await pilot.pause()
        start, end = view(app).reached
        assert start <= top < end


async def test_help_lists_every_key_of_the_place_and_closes(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("؟")
        assert isinstance(app.screen, HelpScreen)
        await pilot.press("escape")
        assert isinstance(app.screen, ReaderScreen)


async def test_escape_goes_back_to_the_library_at_the_same_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So that its whole path fits into the line.
    monkeypatch.chdir(tmp_path)
    app = HashiyaApp(library(Path()))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause()
        await pilot.press("a", "escape")
        await pilot.pause(0.2)
        assert isinstance(app.screen, LibraryScreen)
        assert "council.txt" in told(app)


async def test_a_change_is_saved_though_a_page_came_over_it_before_it_was_drawn(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "?")
        await pilot.pause(0.5)
        assert isinstance(app.screen, HelpScreen)
        assert [span.text for span in kept(tmp_path).spans] == ["وصول"]


def test_an_article_is_being_saved_until_its_lock_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = library(tmp_path).open(tmp_path / "aid.txt")
    seen: list[bool] = []
    release = Keeper.release

    def watched(keeper: Keeper) -> None:
        seen.append(desk.is_busy)
        release(keeper)

    monkeypatch.setattr(Keeper, "release", watched)
    assert desk.close()
    # A signal that came in between would end the program with the lock left behind.
    assert (seen, desk.is_busy) == ([True], False)
