"""The one table of commands: what can be done, with which keys, and in what words it is told.

Key bindings, the hints at the foot of a screen and the help page are made from it. Keys are Textual's names. Every
letter has its twin on the Arabic (101) layout, made here and nowhere else, so that no annotator needs to change layouts
to work; the keys that set a label come from the schema and get their twins here too.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from textual.binding import Binding, BindingType

Context = Literal["app", "reader", "text", "list"]

_HEADINGS: dict[Context, str] = {
    "reader": "Marking",
    "text": "Moving in the text; with Shift, the same keys select",
    "list": "In a list",
    "app": "Everywhere",
}

# Latin key, then what the same key types on the Arabic (101) layout of Windows, macOS (PC) and X. The key of B types
# two letters there, so it is left out and must stay free.
_PAIRS = "qض wص eث rق tف yغ uع iه oخ pح aش sس dي fب gل hا jت kن lم zئ xء cؤ vر nى mة ?\u061f"
_TWINS = {pair[0]: pair[1] for pair in _PAIRS.split()}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done.

    `id` names it in key maps; `keys` are its Latin keys; `action` is Textual's action string; `label` is one or two
    words for the hints, `help` a phrase for the help page.
    """

    id: str
    context: Context
    keys: tuple[str, ...]
    action: str
    label: str
    help: str

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys with their Arabic twins."""
        return with_twins(self.keys)

    @property
    def shown_key(self) -> str:
        """The first key as it is written for people."""
        return key_name(self.keys[0])


def with_twins(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys and, after each that types a letter, the key that the same stroke gives on an Arabic layout."""
    both: list[str] = []
    for key in keys:
        both.append(key)
        modifiers, _, last = key.rpartition("+")
        if last in _TWINS:
            both.append(f"{modifiers}+{_TWINS[last]}" if modifiers else _TWINS[last])
    return tuple(both)


def key_name(key: str) -> str:
    """A key as it is written for people: `ctrl+left` is `Ctrl+←`."""
    return "+".join(_NAMES.get(part, part.capitalize() if len(part) > 1 else part) for part in key.split("+"))


_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "question_mark": "?",
}


def _moves() -> Iterable[Command]:
    for what, keys, told in (
        ("left", ("left",), "one letter to the left on the screen, which is onward in Arabic"),
        ("right", ("right",), "one letter to the right on the screen"),
        ("up", ("up",), "one row up"),
        ("down", ("down",), "one row down"),
        ("word_left", ("ctrl+left",), "to the next word at the left"),
        ("word_right", ("ctrl+right",), "to the next word at the right"),
        ("row_start", ("home",), "to where the row starts, at the right in Arabic"),
        ("row_end", ("end",), "to where the row ends"),
        ("page_up", ("pageup",), "one screen up"),
        ("page_down", ("pagedown",), "one screen down"),
        ("text_start", ("ctrl+home",), "to the start of the article"),
        ("text_end", ("ctrl+end",), "to the end of the article"),
    ):
        yield Command(f"text.{what}", "text", keys, f"move('{what}')", "move", told)
        shifted = tuple(key.replace("ctrl+", "ctrl+shift+") if "+" in key else f"shift+{key}" for key in keys)
        yield Command(f"text.select_{what}", "text", shifted, f"extend('{what}')", "select", f"select {told}")


COMMANDS: tuple[Command, ...] = (
    *_moves(),
    Command("text.drop", "text", ("escape",), "drop", "deselect", "drop the selection"),
    Command("reader.delete", "reader", ("x", "delete"), "delete", "delete", "delete the span under the cursor"),
    Command("reader.undo", "reader", ("u",), "undo", "undo", "undo the last change"),
    Command("reader.redo", "reader", ("ctrl+r",), "redo", "redo", "redo what was undone"),
    Command("reader.next", "reader", ("n",), "go_to_span(1)", "next", "go to the next span"),
    Command("reader.previous", "reader", ("p",), "go_to_span(-1)", "previous", "go to the previous span"),
    Command("reader.marks", "reader", ("d",), "toggle_marks", "diacritics", "show or hide the Arabic diacritics"),
    Command(
        "reader.pane",
        "reader",
        ("tab", "shift+tab"),
        "switch_pane",
        "text/list",
        "go between the text and the list of spans",
    ),
    Command("reader.back", "reader", ("escape",), "back", "library", "back to the library"),
    Command("list.open", "list", ("enter",), "choose", "open", "open the article, or go to the span in the text"),
    Command("list.up", "list", ("up",), "step(-1)", "up", "one up"),
    Command("list.down", "list", ("down",), "step(1)", "down", "one down"),
    Command("list.page_up", "list", ("pageup",), "page(-1)", "page up", "one screen up"),
    Command("list.page_down", "list", ("pagedown",), "page(1)", "page down", "one screen down"),
    Command("list.first", "list", ("home",), "edge(-1)", "first", "to the first"),
    Command("list.last", "list", ("end",), "edge(1)", "last", "to the last"),
    Command("app.help", "app", ("?", "f1"), "show_help", "help", "show this page"),
    Command("app.quit", "app", ("q", "ctrl+q"), "leave", "quit", "save and quit"),
    Command("app.suspend", "app", ("ctrl+z",), "suspend_process", "suspend", "back to the shell; fg returns"),
)


def commands_of(*contexts: Context) -> list[Command]:
    """The commands of some contexts, in the table's order."""
    return [command for command in COMMANDS if command.context in contexts]


def bindings_of(context: Context) -> list[BindingType]:
    """Textual's bindings for a context, each with the command's id so that a key map can change it."""
    return [
        Binding(",".join(command.all_keys), command.action, command.label, id=command.id, show=False)
        for command in commands_of(context)
    ]


def command(command_id: str) -> Command:
    """The command with this id, or KeyError."""
    return _BY_ID[command_id]


def label_command(name: str, key: str, title: str) -> Command:
    """The command that marks with a label of the schema."""
    told = f"mark the selection, or the word under the cursor, as {title}"
    return Command(f"reader.mark.{name}", "reader", (key,), f"mark('{name}')", title, told)


def taken_by(key: str) -> Command | None:
    """The command of the table that a label's key would clash with."""
    return next((command for command in COMMANDS if key in command.all_keys), None)


def headings() -> dict[Context, str]:
    """The contexts in the order of the help page, with their headings."""
    return dict(_HEADINGS)


_BY_ID = {command.id: command for command in COMMANDS}
