"""The one table of commands: every command can be done, is told of, and has a key that nothing else has."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from story import library, reading, view

from annotations.schema import BUILT_IN
from tui.app import HashiyaApp
from tui.command import headings, schema_commands
from tui.commands import COMMANDS
from tui.key_page import key_page
from tui.keymap import Keymap
from tui.keys import with_twins
from tui.screens.command_screen import CommandScreen
from tui.screens.library import LibraryScreen


def _has(screen: CommandScreen, owner: str, action: str) -> bool:
    if owner == "prompt":
        return hasattr(screen.asking, action)
    return hasattr(screen.app if owner == "app" else screen.owner(owner), action)


async def test_every_command_has_someone_who_does_it(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        assert view(app)
        screen = app.screen
        assert isinstance(screen, CommandScreen)
        for command in (*COMMANDS, *schema_commands(BUILT_IN)):
            if command.owner != "library":
                assert _has(screen, command.owner, command.action), command.id


async def test_every_command_of_the_library_has_someone_who_does_it(tmp_path: Path) -> None:
    app = HashiyaApp(library(tmp_path))
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.screen
        assert isinstance(screen, LibraryScreen)
        for command in COMMANDS:
            if command.owner in ("library", "list", "app", "prompt"):
                assert _has(screen, command.owner, command.action), command.id


def test_ids_are_unique_and_every_context_has_a_heading() -> None:
    commands = (*COMMANDS, *schema_commands(BUILT_IN))
    assert max(Counter(command.id for command in commands).values()) == 1
    assert {command.context for command in commands} == set(headings())


def test_no_key_of_the_table_means_two_things_in_one_place() -> None:
    keymap = Keymap(BUILT_IN)
    assert keymap.problems == []
    assert [c.id for c in keymap.commands if keymap.keys_of(c) != c.keys] == []


def test_a_key_and_its_arabic_twin_mean_the_same() -> None:
    keymap = Keymap(BUILT_IN)
    for command in keymap.commands:
        for key in command.keys:
            for twin in with_twins((key,)):
                assert command in keymap.find((command.context,), twin), (command.id, twin)


def test_a_key_map_gives_other_keys_and_tells_what_it_cannot() -> None:
    changes = {"marking.delete": ("question_mark", "ctrl+d"), "marking.undo": (), "marking.delet": ("y",)}
    keymap = Keymap(BUILT_IN, changes)
    assert [c.id for c in keymap.find(("reader",), "\u061f")] == ["marking.delete"]
    assert [c.id for c in keymap.find(("reader",), "ctrl+\u064a")] == ["marking.delete"]
    assert keymap.find(("reader",), "u") == []
    assert keymap.find(("app",), "?") == []
    assert keymap.problems == ["keys: there is no command marking.delet; did you mean marking.delete?"]


def test_a_key_given_twice_stays_with_the_first_and_is_told() -> None:
    keymap = Keymap(BUILT_IN, {"marking.undo": ("f5",), "marking.redo": ("f5",)})
    assert [c.id for c in keymap.find(("reader",), "f5")] == ["marking.undo"]
    assert keymap.problems == ["keys: f5 is given to marking.undo and to marking.redo; it stays with marking.undo."]


def test_the_page_of_keys_is_the_table_as_it_is() -> None:
    page = Path(__file__).parents[2] / "docs" / "KEYS.md"
    assert page.read_text(encoding="utf-8") == key_page(), "python -m tui.key_page > docs/KEYS.md"
