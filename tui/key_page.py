"""The table of keys for `docs/KEYS.md`, made from the table of commands:

python -m tui.key_page > docs/KEYS.md
"""

from __future__ import annotations

import sys

from annotations.schema import BUILT_IN
from tui.command import Command, headings
from tui.keymap import Keymap
from tui.keys import key_name, with_twins

_INTRODUCTION = """# Keys and commands

Made from the program's table of commands; `?` in the program shows the same for the place you are in, and `Ctrl+p` runs
any command by its name. Keys stand with what the same stroke types on an Arabic (101) keyboard. The id is what `[keys]`
in the settings file calls a command.
"""


def key_page() -> str:
    """The page, in Markdown."""
    commands = Keymap(BUILT_IN).commands
    sections = [_section(title, [it for it in commands if it.context == name]) for name, title in headings().items()]
    return "\n".join([_INTRODUCTION, *sections])


def _section(title: str, commands: list[Command]) -> str:
    rows = [f"| {_keys(command)} | {command.help} | `{command.id}` |" for command in commands]
    return "\n".join([f"## {title}", "", "| key | does | id |", "|---|---|---|", *rows, ""])


def _keys(command: Command) -> str:
    return " ".join(_code(key_name(key)) for key in with_twins(command.keys)) or "palette"


def _code(text: str) -> str:
    return f"`` {text} ``" if "`" in text else f"`{text}`"


if __name__ == "__main__":
    sys.stdout.write(key_page())
