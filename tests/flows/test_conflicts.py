"""Stories of an article whose annotations another program changed while it was open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from story import ARTICLE, kept, reading, told, view

from annotations.store.files import sidecar_path
from tui.app import HashiyaApp
from tui.screens.reader import ReaderScreen
from tui.widgets.side_pane import SidePane


def elsewhere(folder: Path, change: Callable[[bytes], bytes]) -> None:
    """Change the sidecar as another program does, without asking anyone."""
    path = sidecar_path(folder / "aid.txt", "lina")
    path.write_bytes(change(path.read_bytes()))


def look(app: HashiyaApp) -> None:
    """Look at the sidecar, as is done every two seconds."""
    assert isinstance(app.screen, ReaderScreen)
    app.screen.parts.keeping._look()


def heading(app: HashiyaApp) -> str:
    """What is listed."""
    return app.screen.query_one(SidePane)._heading.render().plain.strip()


async def test_what_both_changed_is_told_listed_and_gone_to(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "ctrl+left", "e", "q")
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+home", "t", "m")
        await pilot.pause()
        assert [span.subtype for span in view(app)._layer.spans] == ["mil", None]
        elsewhere(tmp_path, lambda data: data.replace(b'"subtype":null', b'"subtype":"gov"', 1))
        await pilot.press("ctrl+end")
        look(app)
        await pilot.pause()
        assert told(app).startswith("another program changed these annotations, and it is taken in")
        assert "· K lists it: the actor “ﻝﻮﺻﻭ” was changed here and there: both are kept" in told(app)
        await pilot.press("K")
        await pilot.pause()
        assert heading(app) == "conflicts 1"
        assert told(app).startswith("the actor “ﻝﻮﺻﻭ” was changed here and there: both are kept")
        await pilot.press("enter")
        await pilot.pause()
        assert view(app).has_focus
        assert view(app).cursor.caret == ARTICLE.index("وصول")
        await pilot.press("q")
    assert sorted(span.subtype or "" for span in kept(tmp_path).spans) == ["", "gov", "mil"]


async def test_several_conflicts_are_counted(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "ctrl+left", "a", "q")
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("ctrl+home", "t", "m", "ctrl+left", "t", "m")
        await pilot.pause()
        elsewhere(tmp_path, lambda data: data.replace(b'"subtype":null', b'"subtype":"gov"'))
        look(app)
        await pilot.pause()
        assert "· K lists them: 2 conflicts, in which nothing is dropped" in told(app)
        await pilot.press("ctrl+home", "\u060c", "down")
        await pilot.pause()
        assert heading(app) == "conflicts 2"
        assert view(app).cursor.caret == ARTICLE.index("قافلة")
        await pilot.press("escape")
        await pilot.pause()
        assert heading(app) == "actor 4 event 0"
        await pilot.press("q")


async def test_a_change_elsewhere_without_a_conflict_is_taken_in(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        elsewhere(tmp_path, lambda data: data.replace(b'"subtype":null', b'"subtype":"gov"'))
        look(app)
        await pilot.pause()
        assert told(app).startswith("another program changed these annotations, and it is taken in")
        assert "K" not in told(app)
        await pilot.press("K")
        await pilot.pause()
        assert told(app).startswith("no conflicts")
        await pilot.press("q")
    assert [span.subtype for span in kept(tmp_path).spans] == ["gov"]
