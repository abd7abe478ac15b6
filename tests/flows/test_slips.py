"""Stories of slips: a key too many, the wrong button, a page in the way; none of them costs anything."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import pytest
from story import ARTICLE, cell, kept, library, reading, told, view
from textual.events import Key

from annotations.dictionary import Dictionary
from annotations.schema import BUILT_IN
from annotations.store.files import sidecar_path
from tui.app import HashiyaApp
from tui.screens.reader import ReaderScreen
from tui.widgets.article_view import ArticleView
from tui.widgets.row_list import RowList
from tui.widgets.side_pane import SidePane


async def test_a_key_too_many_after_leaving_an_article_marks_nothing_in_it(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        first = app.screen
        assert isinstance(first, ReaderScreen)
        first.next_article()
        await first.run(next(found for found in app.screen.keymap.commands if found.id == "marking.mark_actor"))
        await pilot.pause(0.5)
        assert app.screen is not first
        assert first.desk.layer.spans == ()
    assert not any(sidecar_path(tmp_path / f"{name}.txt", "lina").exists() for name in ("aid", "council"))


async def test_a_right_click_while_choosing_an_actor_chooses_none(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "ctrl+left", "a", "p", "g", "down")
        await pilot.pause()
        await pilot.click(ArticleView, offset=cell(app, 30), button=3)
        await pilot.pause()
        assert kept(tmp_path).links == ()
        await pilot.press("enter")
        await pilot.pause()
    assert len(kept(tmp_path).links) == 1


async def test_q_in_a_walk_does_not_quit(tmp_path: Path) -> None:
    app = reading(tmp_path, "قال الناطق إن الناطق غادر، ثم عاد الناطق.\n")
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(4)
        await pilot.press("a", "m", "q")
        await pilot.pause()
        assert "Esc ends the walk" in told(app)
        await pilot.press("y", "y")
        await pilot.pause()
        assert app.is_running
    assert len(kept(tmp_path).spans) == 3


SPANS = ("a", "ctrl+left", "ctrl+left", "a", "ctrl+left", "ctrl+left", "e")
"""Keys that mark two actors and, last, an event."""


async def test_another_choice_begun_among_letters_is_the_one_that_is_made(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*SPANS, "g", "a", "ctrl+right", "ctrl+right", "=")
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        await pilot.press("left", "enter")
        await pilot.pause()
        assert screen.mode is None
        assert "is the same as" in told(app)
    assert kept(tmp_path).links == ()


async def test_names_of_another_sidecar_are_escaped_where_a_proposal_is_told(tmp_path: Path) -> None:
    opened = library(tmp_path, one=ARTICLE, two=ARTICLE)
    app = HashiyaApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("a", "escape")
        await pilot.pause()
    sidecar = sidecar_path(tmp_path / "one.txt", "lina")
    sidecar.write_text(sidecar.read_text().replace('"subtype":null', '"subtype":"ev\\u001b[31m"'))
    app = HashiyaApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await pilot.pause(0.5)
        await pilot.press("ctrl+left", "ctrl+right")
        await pilot.pause()
        assert "ev\\x1b[31m?" in told(app)


async def test_quitting_over_a_page_saves_and_quits(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "?")
        await pilot.pause()
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.return_code == 0
    assert [span.text for span in kept(tmp_path).spans] == ["وصول"]


async def test_the_list_may_change_before_it_is_on_the_screen(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = app.screen
        assert isinstance(screen, ReaderScreen)
        # What a change does to a list that was asked for in the same moment.
        pane = SidePane(screen.parts.pane.content(), BUILT_IN)
        pane.show(screen.parts.pane.content())
        await pilot.press("a", "tab")
        await pilot.pause()
        assert isinstance(app.focused, RowList)


async def test_a_link_that_is_gone_meanwhile_is_not_changed(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*SPANS, "g", "right", "enter")
        await pilot.pause()
        assert len(kept(tmp_path).links) == 1
        await pilot.press("c", "l", "a", "delete", "escape", "right", "right", "enter")
        await pilot.pause()
        assert app.is_running
    assert kept(tmp_path).links == ()


async def test_enter_opens_the_article_it_was_pressed_on_whatever_is_typed_next(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in ("end", "enter", "slash", "z", "z"):
            app.screen.post_message(Key(key, {"slash": "/", "z": "z"}.get(key)))
        await pilot.pause(0.3)
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen.desk.article.path.name == "council.txt"


async def test_what_is_typed_right_after_enter_is_done_in_the_article(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in ("end", "enter", "ctrl+left", "a", "ctrl+left", "e"):
            app.screen.post_message(Key(key, key if len(key) == 1 else None))
        await pilot.pause(0.3)
        assert isinstance(app.screen, ReaderScreen)
        await pilot.press("q")
    spans = kept(tmp_path, "council").spans
    assert [(span.text, span.label) for span in spans] == [("البلدة", "actor"), ("يقر", "event")]


async def test_what_is_typed_after_enter_on_what_cannot_be_opened_is_done_in_the_library(tmp_path: Path) -> None:
    opened = library(tmp_path)
    (tmp_path / "aid.txt").write_bytes(b"\0")
    app = HashiyaApp(opened)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        for key in ("enter", "down", "enter"):
            app.screen.post_message(Key(key, None))
        await pilot.pause(0.3)
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen.desk.article.path.name == "council.txt"


async def test_reading_the_other_articles_is_told_while_it_takes_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = Event()

    def slowly(*_paths: object, **_options: object) -> Dictionary:
        ends.wait(5)
        return Dictionary.of({})

    monkeypatch.setattr("annotations.dictionary.read_dictionary", slowly)
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("enter")
        await pilot.pause(0.5)
        assert "reading other articles…" in told(app)
        ends.set()
        await pilot.pause(0.3)
        assert "reading other articles…" not in told(app)
