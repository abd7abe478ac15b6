"""Stories of what makes work light: palette, help, mouse, keys of one's own, the look, undo without end."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from asking import hints, line, offered, rows, type_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.style import Style
from story import ARTICLE, cell, kept, library, reading, told, view
from textual.pilot import Pilot

from annotations.schema import BUILT_IN
from tui.app import TOOL, HashiyaApp
from tui.commands import commands_of
from tui.config import Settings
from tui.desk import Desk
from tui.keymap import Stroke
from tui.screens.help import HelpScreen
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.widgets.bars import Hints
from tui.widgets.side_pane import SidePane

KEYS = Settings(keys={"marking.undo": ("z", "ctrl+u"), "edges.edit": ("f6",), "display.numbers": ("f7",)})


def with_settings(folder: Path, settings: Settings) -> HashiyaApp:
    """The article opened under these settings."""
    opened = library(folder, aid=ARTICLE)
    changed = type(opened)(opened.articles, opened.folder, "lina", BUILT_IN, settings)
    return HashiyaApp(changed, Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL))


def seen(app: HashiyaApp) -> str:
    """All that is on the screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


def style_at(app: HashiyaApp, offset: int) -> Style:
    """How the cell that shows an offset looks."""
    shown = view(app)
    x, y = cell(app, offset)
    for segment in shown.render_line(y):
        if x < segment.cell_length:
            return segment.style or Style.null()
        x -= segment.cell_length
    raise AssertionError(offset)


async def from_palette(pilot: Pilot[None], words: str) -> None:
    """Run the command that fits words best."""
    await pilot.press("ctrl+p")
    await type_text(pilot, words)
    await pilot.press("enter")
    await pilot.pause()


# The palette


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_every_command_of_the_reader_is_in_the_palette(tmp_path: Path, size: tuple[int, int]) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=size) as pilot:
        await pilot.press("ctrl+p")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)
        question = app.screen.question
        assert question is not None
        offered_names = {choice.name for choice in question.shown}
        wanted = [c for c in commands_of("reader", "app", "text") if not c.id.startswith("text.select")]
        assert {command.help for command in wanted} <= offered_names
        assert rows(app)[0].strip().startswith("mark the selection")


async def test_a_command_is_found_by_its_words_and_by_its_name(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "un")
        assert "undo the last change" in rows(app)[0]
        await pilot.press("ctrl+u")
        await type_text(pilot, "marking.copy")
        assert len(rows(app)) == 1
        assert "to the" in rows(app)[0]
        await pilot.press("escape", "ctrl+ح")
        await type_text(pilot, "NUMBERS")
        await pilot.press("enter")
        await pilot.pause()
        assert "paragraph numbers shown" in told(app)


async def test_a_command_without_a_key_runs_by_a_click(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+p")
        await type_text(pilot, "text column")
        shown = offered(app)
        assert shown is not None
        row = next(y for y, text in enumerate(rows(app)) if "narrower" in text)
        await pilot.click(shown, offset=(3, row))
        await pilot.pause()
        assert view(app).page.width == 72
        assert line(app) == ""
        # The keys are the text's again.
        await pilot.press("ctrl+left", "a")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["قافلة"]


async def test_the_palette_of_the_library(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await from_palette(pilot, "light")
        assert isinstance(app.screen, LibraryScreen)
        assert "light" in rows(app)[1]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.theme == "light"
        await from_palette(pilot, "colours")
        shown = offered(app)
        assert shown is not None
        await pilot.click(shown, offset=(4, 2))
        await pilot.pause()
        assert app.theme == "contrast"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)


# Help


async def test_help_begins_with_what_can_be_done_here(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "?")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        first = seen(app)
        assert "Choosing words by their letters" in first
        await pilot.press("escape", "escape")
        await pilot.press("\u061f")
        await pilot.pause()
        assert "In the article" in seen(app)
        assert "mark the selection" in seen(app)
        await pilot.press("end")
        await pilot.pause()
        assert seen(app) != first
        await pilot.press("ض")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)


# Keys of one's own


async def test_own_keys_are_told_wherever_keys_are(tmp_path: Path) -> None:
    app = with_settings(tmp_path, KEYS)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert "z undo" in hints(app)
        await pilot.press("u")
        await pilot.pause()
        assert len(kept(tmp_path).spans) == 1
        await pilot.press("ctrl+p")
        await type_text(pilot, "undo")
        assert rows(app)[0].endswith(" z")
        await pilot.press("escape", "?")
        await pilot.pause()
        assert "z, Ctrl+u" in seen(app)
        await pilot.press("escape", "ئ")
        await pilot.pause()
        assert kept(tmp_path).spans == ()
        await pilot.press("f7")
        assert "numbers shown" in told(app)


# The look


async def test_a_theme_is_seen_at_once(tmp_path: Path) -> None:
    app = reading(tmp_path)
    app.console = Console(color_system="truecolor", force_terminal=True)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "e", "ctrl+left")
        await pilot.pause()
        event = ARTICLE.index("قافلة")
        looks = {(style_at(app, 1), style_at(app, event))}
        for theme in ("light", "contrast", "colour-blind"):
            await from_palette(pilot, "choose the colours")
            await type_text(pilot, theme)
            await pilot.press("enter")
            await pilot.pause()
            looks.add((style_at(app, 1), style_at(app, event)))
        assert len(looks) == 4


async def test_without_colour_actor_and_event_still_differ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "e", "ctrl+left")
        await pilot.pause()
        actor, event = style_at(app, 1), style_at(app, ARTICLE.index("قافلة") + 1)
        assert actor.underline
        assert event.bold
        assert not event.underline


async def test_width_margin_spacing_and_numbers_by_command(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await from_palette(pilot, "wider text")
        assert view(app).page.width == 80
        await from_palette(pilot, "narrower")
        await from_palette(pilot, "narrower")
        assert view(app).page.width == 72
        before = view(app).line_at(2)
        await from_palette(pilot, "blank lines between")
        assert "1 blank line between rows" in told(app)
        assert view(app).line_at(2) != before
        await from_palette(pilot, "air at the right")
        assert "4 columns of air" in told(app)
        assert view(app).render_line(0).text.rstrip(" │┃")[-1] != " "
        await from_palette(pilot, "numbers")
        assert " 1 " in view(app).render_line(0).text
        await pilot.press("ctrl+left", "a")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["قافلة"]


# The mouse


async def test_what_the_foot_offers_can_be_clicked(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.click(Hints, offset=(hints(app).index("actor") + 1, 0))
        await pilot.pause()
        assert len(kept(tmp_path).spans) == 1
        await pilot.click(Hints, offset=(hints(app).index("subtype") + 1, 0))
        await pilot.pause()
        shown = offered(app)
        assert shown is not None
        await pilot.click(shown, offset=(5, next(y for y, row in enumerate(rows(app)) if "Police" in row)))
        await pilot.pause()
        assert kept(tmp_path).spans[0].subtype == "police"
        assert view(app).has_focus
        await pilot.click(Hints, offset=(hints(app).index("subtype") + 1, 0))
        await pilot.pause()
        await pilot.click(Hints, offset=(hints(app).index("leave") + 1, 0))
        await pilot.pause()
        assert line(app) == ""
        await pilot.click(Hints, offset=(hints(app).index("undo") + 1, 0))
        await pilot.pause()
        assert "undone: subtype police" in told(app)


async def test_attributes_are_switched_by_clicks(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("e", "v")
        await pilot.pause()
        shown = offered(app)
        assert shown is not None
        await pilot.click(shown, offset=(5, 0))
        await pilot.click(shown, offset=(5, 3))
        await pilot.pause()
        assert [row[0] for row in rows(app)[:4]] == ["●", " ", " ", "●"]
        await pilot.press("escape", "ctrl+left", "a")
        await pilot.pause()
    spans = kept(tmp_path).spans
    assert spans[0].attributes == {"polarity": "positive", "tense": "present"}
    assert spans[1].text == "قافلة"


# Undo and redo


async def test_each_step_is_named_when_it_is_undone_and_done_again(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("e", "t", "a", "v", "2", "escape", "o", "x", "enter", "+", "R", "D", "x")
        await pilot.pause()
        names = []
        while "nothing to undo" not in told(app):
            await pilot.press("u")
            await pilot.pause()
            names.append(told(app).partition("  ")[0])
        assert names == [
            *(f"undone: {name}" for name in ("delete actor", "status done", "label actor", "move the edges", "note")),
            *(f"undone: {name}" for name in ("polarity negative", "subtype assault", "mark event")),
            "nothing to undo",
        ]
        assert kept(tmp_path).spans == ()
        await pilot.press("ctrl+r", "ctrl+r")
        await pilot.pause()
        assert "done again: subtype assault" in told(app)
    assert kept(tmp_path).spans[0].subtype == "assault"


# What an annotator may do, in any order: each is a few keys.
DOINGS = (
    "a",
    "e",
    ".",
    "j",
    "x",
    "R",
    "+",
    "-",
    "h",
    "k",
    "J",
    "u",
    "ctrl+r",
    "n",
    "p",
    "D",
    "F",
    "t m",
    "t -",
    "v 1 5 escape",
    "o w enter",
    "O w enter",
    "= left enter",
    "g left enter",
    "r left enter",
    "m y a",
    "m n escape",
    "ctrl+left",
    "ctrl+shift+left",
    "down",
    "right",
    "f escape",
    "z left escape",
    "tab tab",
    "escape",
)
REPEATED = "الوزارة تعلن والوزارة تنفي، وللوزارة موقفها.\nوقالت الوزارة ذلك.\n"


async def is_busy(screen: ReaderScreen, pilot: Pilot[None]) -> bool:
    """Whether Escape has something to end in the article; else it goes to the library, which undoes nothing."""
    await pilot.pause()
    is_idle = screen.question is None and screen.mode is None and screen.view.selection is None
    return not (is_idle and screen.view.has_focus)


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(DOINGS), min_size=10, max_size=30))
def test_whatever_was_done_undo_comes_to_the_start_and_redo_to_the_end(doings: list[str]) -> None:
    async def story(folder: Path) -> None:
        app = reading(folder, REPEATED)
        async with app.run_test(size=(120, 40)) as pilot:
            screen = app.screen
            assert isinstance(screen, ReaderScreen)
            first = screen.desk.layer
            for key in " ".join(doings).split():
                if key != "escape":
                    await screen.take(Stroke.of(key, key if len(key) == 1 else None))
                elif await is_busy(screen, pilot):
                    await pilot.press(key)
            while await is_busy(screen, pilot):
                await pilot.press("escape")
            last, steps = screen.desk.layer, len(screen.desk.history.past)
            for _ in range(steps + 1):
                await screen.take(Stroke("u", "u"))
            assert screen.desk.layer == first
            for _ in range(steps):
                await screen.take(Stroke("ctrl+r", None))
            assert screen.desk.layer == last
            await pilot.pause()
        assert kept(folder).spans == last.spans

    with TemporaryDirectory() as folder:
        asyncio.run(story(Path(folder)))


async def test_the_pane_follows_undo(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("a", "u")
        await pilot.pause()
        assert "nothing marked yet" in seen(app)
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert app.screen.query_one(SidePane).rows.render_line(0).text.strip().startswith("actor")
