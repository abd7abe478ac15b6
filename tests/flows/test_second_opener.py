"""Stories of an article that another program has open, or may have."""

from __future__ import annotations

from pathlib import Path

import msgspec
from asking import hints, line, rows
from story import ARTICLE, kept, library, reading, told, view

from annotations.schema import BUILT_IN
from annotations.store.files import sidecar_path
from annotations.store.holder import encode, this_process
from annotations.store.lock import lock_path
from tui.app import TOOL
from tui.desk import Desk, now


def leave_a_lock(folder: Path) -> None:
    """What a program on another machine leaves when that loses its network, or its power."""
    here = this_process(now())
    other = msgspec.structs.replace(here, host="atlas", machine="m" * 32, boot="b" * 36, pid=4312, token="e" * 32)
    lock_path(sidecar_path(folder / "aid.txt", "lina")).write_bytes(encode(other))


async def test_an_article_that_is_open_elsewhere_is_for_reading_until_it_is_closed_there(tmp_path: Path) -> None:
    first = Desk.open(library(tmp_path, aid=ARTICLE).articles[0], "lina", BUILT_IN, TOOL)
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "is open elsewhere" in told(app)
        assert "takes over" not in told(app)
        assert "take over" not in hints(app)
        await pilot.press("a")
        await pilot.pause()
        assert view(app)._layer.spans == ()
        await pilot.press("W")
        await pilot.pause()
        assert rows(app) == []
        assert "is open elsewhere" in told(app)
        await pilot.press("q")
    first.close()
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    assert len(kept(tmp_path).spans) == 1


async def test_a_lock_of_which_nobody_knows_is_taken_over_once_that_is_confirmed(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    leave_a_lock(tmp_path)
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        assert "by" in told(app)
        assert "on atlas" in told(app)
        assert "W takes over." in told(app)
        assert "W take over" in hints(app)
        await pilot.press("e")
        await pilot.pause()
        assert len(view(app)._layer.spans) == 1
        await pilot.press("\u064b")
        await pilot.pause()
        assert "cannot save any more" in line(app)
        # Enter by slip takes nothing over.
        await pilot.press("enter", "e")
        await pilot.pause()
        assert len(view(app)._layer.spans) == 1
        # What the other wrote in the meantime is there.
        path = sidecar_path(tmp_path / "aid.txt", "lina")
        path.write_bytes(path.read_bytes().replace(b'"subtype":null', b'"subtype":"gov"'))
        await pilot.press("W", "y")
        await pilot.pause()
        assert [span.subtype for span in view(app)._layer.spans] == ["gov"]
        assert told(app).startswith("this article is yours to annotate now")
        assert "W take over" not in hints(app)
        await pilot.press("ctrl+left", "e")
        await pilot.pause()
        assert "saved" in told(app)
        await pilot.press("q")
    assert [span.label for span in kept(tmp_path).spans] == ["actor", "event"]


async def test_an_edited_article_that_is_taken_over_is_reviewed(tmp_path: Path) -> None:
    async with reading(tmp_path).run_test() as pilot:
        await pilot.press("a", "q")
    leave_a_lock(tmp_path)
    app = reading(tmp_path, "خبر " + ARTICLE)
    async with app.run_test(size=(120, 40)) as pilot:
        # Nothing is shown where it is not.
        assert view(app)._layer.spans == ()
        await pilot.press("W", "y")
        await app.workers.wait_for_complete()
        for _ in range(100):
            if "the same · " in told(app):
                break
            await pilot.pause(0.02)
        await pilot.press("A")
        await pilot.pause()
        await pilot.press("y", "q")
    assert [span.text for span in kept(tmp_path).spans] in (["وصول"], [])


async def test_there_is_nothing_to_take_over_where_nobody_else_has_the_article(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("W")
        await pilot.pause()
        assert told(app).startswith("nothing to take over")
