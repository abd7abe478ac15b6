"""Keys to commands: the table's keys, the schema's, and what the user's settings change in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from typing import NamedTuple
from unicodedata import lookup

from annotations.errors import printable
from annotations.schema import Schema
from tui.command import Command, Context, schema_commands
from tui.commands import COMMANDS
from tui.keys import key_name, with_twins

# Where Textual's name of a key is not Unicode's name of the character.
_OWN_NAMES = {
    "slash": "/",
    "backslash": "\\",
    "at": "@",
    "minus": "-",
    "plus": "+",
    "underscore": "_",
}
# Contexts whose keys are live at the same time, none of them narrower by intent.
_TOGETHER: frozenset[Context] = frozenset({"event", "reader", "app"})


class Stroke(NamedTuple):
    """A key as it was pressed: its name for the key map, and the character it types, None where it types none."""

    key: str
    character: str | None

    @classmethod
    def of(cls, key: str, character: str | None) -> Stroke:
        """A stroke from what Textual tells of a key."""
        types = character if character is not None and len(character) == 1 and character.isprintable() else None
        return cls(_character(key) if types is None or types == " " else types, types)


class Keymap:
    """Which command a key means, context by context.

    `changes` gives commands other keys, by their ids; `problems` says in a sentence each what of that cannot be, and is
    left out: a command that is not known, a key that another command was given too.
    """

    def __init__(self, schema: Schema, changes: Mapping[str, Sequence[str]] | None = None) -> None:
        self.commands = (*schema_commands(schema), *COMMANDS)
        self.problems: list[str] = []
        self._keys: dict[str, tuple[str, ...]] = {command.id: command.keys for command in self.commands}
        self._found: dict[tuple[Context, str], Command] = {}
        changed = self._changed(changes or {})
        # What the user chose comes first, so that it is the default that yields.
        for command in sorted(self.commands, key=lambda command: command.id not in changed):
            self._bind(command, is_chosen=command.id in changed)

    def find(self, contexts: Sequence[Context], key: str) -> list[Command]:
        """The commands that a key means in these contexts, in their order."""
        found = (self._found.get((context, key)) for context in contexts)
        return [command for command in found if command is not None]

    def keys_of(self, command: Command) -> tuple[str, ...]:
        """The Latin keys that a command has."""
        return self._keys.get(command.id, command.keys)

    def shown_key(self, command: Command) -> str:
        """A command's first key as it is written for people; empty where it has none."""
        keys = self.keys_of(command)
        return key_name(keys[0]) if keys else ""

    def _changed(self, changes: Mapping[str, Sequence[str]]) -> set[str]:
        known = set()
        for command_id, keys in changes.items():
            if command_id in self._keys:
                self._keys[command_id] = tuple(map(_character, keys))
                known.add(command_id)
            else:
                near = get_close_matches(command_id, self._keys, 1)
                hint = f"did you mean {near[0]}?" if near else "the help page (?) lists them."
                self.problems.append(f"keys: there is no command {printable(command_id)}; {hint}")
        return known

    def _bind(self, command: Command, *, is_chosen: bool) -> None:
        kept = []
        for key in self._keys[command.id]:
            owner = self._owner(command, key)
            if owner is None:
                kept.append(key)
                self._found |= dict.fromkeys(((command.context, twin) for twin in with_twins((key,))), command)
            elif is_chosen:
                self.problems.append(
                    f"keys: {printable(key)} is given to {owner.id} and to {command.id}; it stays with {owner.id}."
                )
        self._keys[command.id] = tuple(kept)

    def _owner(self, command: Command, key: str) -> Command | None:
        contexts = _TOGETHER if command.context in _TOGETHER else {command.context}
        return next((self._found[context, key] for context in contexts if (context, key) in self._found), None)


@lru_cache(maxsize=512)
def _character(key: str) -> str:
    """A key by the character it types, whatever it is called: `question_mark` is `?`."""
    if len(key) == 1 or "+" in key:
        return key
    if key in _OWN_NAMES:
        return _OWN_NAMES[key]
    try:
        named = lookup(key.replace("_", " "))
    except KeyError:
        return key
    # Controls have names too: `escape`, `tab`, `delete` are keys and no characters.
    return named if named.isprintable() and named != " " else key
