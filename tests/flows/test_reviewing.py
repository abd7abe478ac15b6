"""Stories of an article that was edited after it was annotated."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from asking import hints, rows
from story import ARTICLE, kept, reading, told, view
from textual.pilot import Pilot

from annotations.store.files import sidecar_path
from tui.app import HashiyaApp
from tui.widgets.side_pane import SidePane

# A word before all; one that was marked is no longer there, one that was marked is there twice, in other words.
EDITED = (
    "خبر عاجل: وصول قافلة الإغاثة إلى وادي الزيتون\n"
    "أعلنت وزارة الإغاثة أن القافلة دخلت المدينة صباح 29 شباط/فبراير.\n"
    "ناطق آخر تكلم أيضا. ثم وقف ناطق قرب الميناء.\n"
    "وكتب المراسل: جديّةُ الوعودِ تُقاسُ بالأفعالِ لا بالأقوال.\n"
)
MARKED = ("قافلة", "ناطق", "شركة", "المراسل")


async def marked(folder: Path, *words: str) -> bytes:
    """Have words of the article marked as actors; the sidecar."""
    app = reading(folder)
    async with app.run_test(size=(120, 40)) as pilot:
        for word in words:
            at = ARTICLE.index(word)
            view(app).select(at, at + len(word))
            await pilot.press("a")
        await pilot.press("q")
    return sidecar(folder)


def sidecar(folder: Path) -> bytes:
    """The bytes of lina's sidecar."""
    return sidecar_path(folder / "aid.txt", "lina").read_bytes()


async def opened(app: HashiyaApp, pilot: Pilot[None]) -> None:
    """Wait until the annotations are found again, and that is told."""
    await app.workers.wait_for_complete()
    for _ in range(100):
        if "the same · " in told(app) or "was not: all" in told(app):
            break
        await pilot.pause(0.02)
    await pilot.pause()


def listed(app: HashiyaApp) -> list[str]:
    """The rows of the list, with single spaces."""
    shown = app.screen.query_one(SidePane).rows
    seen = (shown.render_line(y).text.strip(" █▐▕│┃") for y in range(shown.size.height))
    return [" ".join(row.split()) for row in seen if row]


def lit(app: HashiyaApp) -> set[str]:
    """What stands out in the text, or is shown as a proposal."""
    return {view(app).page.document.text[mark.start : mark.end] for mark in view(app)._overlay.marks}


async def test_an_edited_article_opens_with_a_review_and_nothing_is_written_before_it_is_accepted(
    tmp_path: Path,
) -> None:
    before = await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        assert told(app).startswith("the text was changed since it was annotated")
        assert "0 the same · 1 moved · 2 uncertain · 1 lost" in told(app)
        assert [row[:7] for row in listed(app)] == ["? actor", "? actor", "✗ actor", "· actor"]
        # What is certain has its label, what is not is only proposed.
        assert [span.text for span in view(app)._layer.spans] == ["المراسل"]
        assert lit(app) == {"قافلة", "ناطق"}
        # Slips: no letter marks, or ends the program.
        await pilot.press("a", "q")
        assert told(app).startswith("Esc leaves the review")
        await pilot.press("ctrl+q")
    assert sidecar(tmp_path) == before


async def test_the_text_follows_the_list_and_the_reason_is_told(tmp_path: Path) -> None:
    await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        pane = app.screen.query_one(SidePane)
        assert pane.region.right <= view(app).region.x
        await pilot.press("down", "down", "down")
        await pilot.pause()
        assert told(app).startswith("moved: the text around it changed · “ﻞﺳﺍﺮﻤﻟﺍ” · 161–168")
        assert view(app).cursor.caret == EDITED.index("المراسل")
        await pilot.press("up")
        await pilot.pause()
        assert told(app).startswith("lost: nothing like it is in the text · “ﺔﻛﺮﺷ”")
        # Where it was: after what stood before it.
        assert view(app).cursor.caret == EDITED.index("ناطق") + len("ناطق")


async def test_on_a_narrow_screen_the_place_is_in_view_beside_the_list(tmp_path: Path) -> None:
    await marked(tmp_path, "ناطق")
    before = ARTICLE.replace("ناطق", "متحدث") * 3
    app = reading(tmp_path, before + EDITED)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        for _ in range(2):
            start, end = view(app).reached
            assert start <= view(app).cursor.caret < end
            await pilot.press("tab", "tab")
            await pilot.pause()


async def test_each_is_kept_or_given_up_or_put_by_hand_and_the_old_sidecar_stays_beside(tmp_path: Path) -> None:
    before = await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("y")
        assert told(app).startswith("“ﺔﻠﻓﺎﻗ” stays here · 1 uncertain left")
        await pilot.press("x")
        assert "none is uncertain: A accepts the review" in told(app)
        at = EDITED.index("الميناء")
        view(app).select(at, at + len("الميناء"))
        await pilot.press("h")
        assert told(app).startswith("“ﺔﻛﺮﺷ” is put on “ﺀﺎﻨﻴﻤﻟﺍ”")
        await pilot.press("A")
        await pilot.pause()
        assert "0 the same · 3 moved · 1 lost, which stay in the sidecar" in told(app)
        assert "saved" in told(app)
        assert lit(app) == set()
        await pilot.press("ctrl+home", "e", "q")
    layer = kept(tmp_path)
    assert [(span.text, span.label) for span in layer.spans] == [
        ("خبر", "event"),
        ("قافلة", "actor"),
        ("الميناء", "actor"),
        ("المراسل", "actor"),
    ]
    assert [line.decode().count("ناطق") for line in layer.foreign] == [1]
    (copy,) = tmp_path.glob("*.jsonl.*.bak")
    assert copy.read_bytes() == before


async def test_what_was_not_decided_is_asked_about_once_and_kept_as_lost(tmp_path: Path) -> None:
    await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("A")
        await pilot.pause()
        assert rows(app) == ["  n  go on with the review", "  y  accept; 2 uncertain are kept as lost"]
        await pilot.press("n")
        await pilot.pause()
        assert "accept all" in hints(app)
        await pilot.press("A", "y")
        await pilot.pause()
        assert "1 moved · 3 lost" in told(app)
        await pilot.press("q")
    layer = kept(tmp_path)
    assert [span.text for span in layer.spans] == ["المراسل"]
    assert len(layer.foreign) == 3


async def test_leaving_a_review_shows_nothing_that_was_not_accepted_and_it_can_be_gone_on_with(tmp_path: Path) -> None:
    before = await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        await pilot.press("y", "escape")
        await pilot.pause()
        assert told(app).startswith("reading only, and nothing was changed: E goes on with the review")
        assert "E review" in hints(app)
        assert view(app)._layer.spans == ()
        assert view(app).has_focus
        assert view(app).region.width == 80
        await pilot.press("a")
        await pilot.pause()
        assert "was made for other text" in told(app)
        await pilot.press("\u064f")
        await pilot.pause()
        assert [row[0] for row in listed(app)] == ["✓", "?", "✗", "·"]
        await pilot.press("u")
        await pilot.pause()
        assert [row[0] for row in listed(app)] == ["?", "?", "✗", "·"]
        await pilot.press("escape", "q")
    assert sidecar(tmp_path) == before


async def test_a_decision_about_a_moved_span_is_taken_back(tmp_path: Path) -> None:
    await marked(tmp_path, "المراسل")
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        at = EDITED.index("المراسل")
        await pilot.press("ctrl+home", "h")
        await pilot.pause()
        assert [span.text for span in view(app)._layer.spans] == ["خبر"]
        await pilot.press("x", "x")
        await pilot.pause()
        assert told(app).startswith("this one is lost already")
        assert view(app)._layer.spans == ()
        await pilot.press("y", "u")
        await pilot.pause()
        assert [(span.text, span.start) for span in view(app)._layer.spans] == [("المراسل", at)]
        await pilot.press("ctrl+q")


async def test_after_the_review_what_other_programs_do_is_noticed_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.screens.reader.keeping._LOOK", 0.05)
    await marked(tmp_path, "المراسل")
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("A")
        await pilot.pause()
        path = sidecar_path(tmp_path / "aid.txt", "lina")
        path.write_bytes(path.read_bytes().replace(b'"subtype":null', b'"subtype":"media"'))
        await pilot.pause(0.3)
        assert [span.subtype for span in view(app)._layer.spans] == ["media"]
        await pilot.press("q")


async def test_other_places_are_gone_through_before_one_is_kept(tmp_path: Path) -> None:
    await marked(tmp_path, "ناطق")
    app = reading(tmp_path, ARTICLE + ARTICLE)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        before = view(app).cursor.caret
        await pilot.press("o")
        await pilot.pause()
        assert told(app).startswith("uncertain: 2 places have this text")
        assert "place 2 of 2" in told(app)
        after = view(app).cursor.caret
        assert sorted((before, after)) == [ARTICLE.index("ناطق"), len(ARTICLE) + ARTICLE.index("ناطق")]
        await pilot.press("y", "A")
        await pilot.pause()
        await pilot.press("q")
    assert [span.start for span in kept(tmp_path).spans] == [after]


async def test_a_search_for_a_lost_span_comes_back_to_the_review(tmp_path: Path) -> None:
    await marked(tmp_path, *MARKED)
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("down", "down", "/", *"الميناء", "enter", "escape", "h", "A", "y")
        await pilot.pause()
        await pilot.press("q")
    assert [span.text for span in kept(tmp_path).spans] == ["الميناء", "المراسل"]


async def test_where_no_annotation_is_touched_there_is_nothing_to_review(tmp_path: Path) -> None:
    await marked(tmp_path, "قافلة")
    app = reading(tmp_path, ARTICLE.replace("بالأقوال", "بالأحلام"))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot)
        assert told(app).startswith("the file was changed, the annotated text was not")
        await pilot.press("ctrl+home", "e", "q")
    assert [span.label for span in kept(tmp_path).spans] == ["event", "actor"]


async def test_a_review_that_cannot_be_written_stays_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await marked(tmp_path, "قافلة")
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        await pilot.press("y")
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", full)
            await pilot.press("A")
            await pilot.pause()
            assert "free some space" in told(app)
            assert sidecar(tmp_path) == before
        await pilot.press("A")
        await pilot.pause()
        assert "saved" in told(app)
        await pilot.press("q")
    assert [span.text for span in kept(tmp_path).spans] == ["قافلة"]


async def test_a_sidecar_that_changed_during_the_review_is_not_written_over(tmp_path: Path) -> None:
    before = await marked(tmp_path, "قافلة")
    app = reading(tmp_path, EDITED)
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("y")
        changed = before.replace(b'"note":""', '"note":"من مكان آخر"'.encode())
        sidecar_path(tmp_path / "aid.txt", "lina").write_bytes(changed)
        await pilot.press("A")
        await pilot.pause()
        assert "another program" in told(app)
        await pilot.press("ctrl+q", "ctrl+q")
    assert sidecar(tmp_path) == changed


async def test_what_a_crash_left_in_the_journal_waits_for_the_review_too(tmp_path: Path) -> None:
    whole = await marked(tmp_path, *MARKED)
    sidecar_path(tmp_path / "aid.txt", "lina").write_bytes(whole + b"not a record\n")
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    app = reading(tmp_path, EDITED)
    before["aid.txt"] = EDITED.encode()
    async with app.run_test(size=(120, 40)) as pilot:
        await opened(app, pilot)
        await pilot.press("escape", "escape", "q")
        await pilot.press("ctrl+q")
    app.keep()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
