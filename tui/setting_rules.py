"""What each setting may be, and the words for one that is something else.

A *table* is a TOML table of settings, a *place* the words that stand before a key in a message: file, and table if any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from annotations.errors import printable
from tui import themes

THEMES = themes.NAMES

# As much of a value or a name as a sentence can carry, in characters.
_LONGEST = 40
# Commands for labels and roles have their names, of 64 characters at most, in their ids.
_LONGEST_ID = 100


class Rule(NamedTuple):
    """What a setting has to be: in words, and as a test."""

    expected: str
    holds: Callable[[object], bool]


class Fault(NamedTuple):
    """What is wrong with a setting, without a full stop, and the setting's name where another value stands in."""

    text: str
    name: str | None = None


class Checked(NamedTuple):
    """What holds of a table: settings by name, keys by command id; and what does not."""

    values: dict[str, object]
    keys: dict[str, tuple[str, ...]]
    faults: list[Fault]


def _number(least: int, most: int) -> Rule:
    # True and False are numbers to Python.
    return Rule(f"a number from {least} to {most}", lambda value: type(value) is int and least <= value <= most)


def _one_of(names: tuple[str, ...]) -> Rule:
    told = ", ".join(f'"{name}"' for name in names[:-1])
    return Rule(f'{told} or "{names[-1]}"', lambda value: value in names)


_SWITCH = Rule("true or false", lambda value: isinstance(value, bool))

RULES: Mapping[str, Rule] = {
    "annotator": Rule("a name in quotes", lambda value: isinstance(value, str)),
    "theme": _one_of(THEMES),
    "width": _number(20, 200),
    "margin": _number(0, 20),
    "spacing": _number(0, 2),
    "numbers": _SWITCH,
    "proposals": _SWITCH,
    "trim": _SWITCH,
}


def check_settings(table: Mapping[str, object], place: str) -> Checked:
    """Each setting of the table on its own, so that one that is wrong costs no other."""
    checked = Checked({}, {}, [])
    for name, value in table.items():
        where = f"{place}{_cut(name)}"
        rule = RULES.get(name)
        if name == "keys":
            _check_keys(value, where, checked)
        elif rule is None:
            checked.faults.append(Fault(f"{where}: is no setting; {_meant(name)}"))
        elif rule.holds(value):
            checked.values[name] = value
        else:
            checked.faults.append(Fault(f"{where}: expected {rule.expected}, not {shown(value)}", name))
    return checked


def shown(value: object) -> str:
    """A value of a TOML file for a message, printable and short."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{_cut(value)}"'
    if isinstance(value, int):
        # Hexadecimal may give numbers that Python refuses to write out.
        return str(value) if abs(value) < 10**_LONGEST else "a number of very many digits"
    if isinstance(value, float):
        return str(value)
    if isinstance(value, dict):
        return "a table"
    return "a list" if isinstance(value, list) else "a date or a time"


def _check_keys(value: object, place: str, checked: Checked) -> None:
    if not isinstance(value, dict):
        told = f"expected a table of commands with their keys, not {shown(value)}; it is ignored"
        checked.faults.append(Fault(f"{place}: {told}"))
        return
    for command_id, given in _flat(value):
        keys = given if isinstance(given, list) else [given]
        wrong = [key for key in keys if not _is_key(key)]
        if len(command_id) > _LONGEST_ID:
            checked.faults.append(Fault(f"{place}, {_cut(command_id)}: is no command; it is ignored"))
        elif wrong:
            told = f'expected a key or a list of keys, such as "ctrl+s", not {shown(wrong[0])}; it is ignored'
            checked.faults.append(Fault(f"{place}, {_cut(command_id)}: {told}"))
        else:
            checked.keys[command_id] = tuple(map(str, keys))


def _is_key(value: object) -> bool:
    return isinstance(value, str) and value.isprintable() and bool(value.strip()) and len(value) <= _LONGEST


def _flat(table: dict[str, object]) -> Iterator[tuple[str, object]]:
    """The table's values by dotted name: TOML takes the dot in an id such as reader.undo for a table in a table."""
    waiting = list(reversed(table.items()))
    while waiting:
        name, value = waiting.pop()
        if isinstance(value, dict) and len(name) <= _LONGEST:
            waiting.extend((f"{name}.{key}", inner) for key, inner in reversed(value.items()))
        else:
            yield name, value


def _meant(name: str) -> str:
    from difflib import get_close_matches  # only who mistypes pays for it

    known = sorted((*RULES, "keys"))
    near = get_close_matches(name[:_LONGEST], known, n=1)
    return f"perhaps {near[0]} is meant" if near else f"the settings are {', '.join(known)}"


def _cut(text: str) -> str:
    return printable(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
