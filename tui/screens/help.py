"""The help page, made from the key map: the commands of the moment first, then all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.command import Command, Context, headings
from tui.keymap import Keymap
from tui.keys import key_name, with_twins
from tui.widgets.bars import set_label

_KEYS = 14
_PREFACE = (
    "Keys are the same on an Arabic keyboard. The mouse does it too: a drag selects, two clicks a word, three a "
    "paragraph; what the foot of the screen and the palette offer can be clicked. Esc closes this page."
)


class HelpScreen(ModalScreen[None]):
    """Every command with its keys, those of the contexts given first; Escape, ? and q close it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(with_twins(("escape", "q", "?", "f1", "enter"))), "dismiss", "close", show=False),
    ]
    DEFAULT_CSS = """
    HelpScreen { align: center middle; }
    HelpScreen VerticalScroll {
        width: 80; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; padding: 1 2; scrollbar-size-vertical: 1;
    }
    HelpScreen Static { width: 100%; height: auto; }
    HelpScreen .table { margin-bottom: 1; }
    """

    def __init__(self, contexts: Sequence[Context], keymap: Keymap) -> None:
        super().__init__()
        self._contexts = contexts
        self._keymap = keymap

    def compose(self) -> ComposeResult:
        """A heading and a table for each context."""
        with VerticalScroll():
            yield Static(Text(f"{_PREFACE}\n", style="dim"))
            for context in sorted(headings(), key=self._place):
                commands = [found for found in self._keymap.commands if found.context == context]
                if commands:
                    yield Static(Text(headings()[context], style="bold"))
                    yield Static(self._table(commands), classes="table")

    def _place(self, context: Context) -> int:
        """Where a context comes: what is live from the narrowest on, but moving after what is done, then the others."""
        if context == "text" and context in self._contexts:
            return len(self._contexts)
        return self._contexts.index(context) if context in self._contexts else len(self._contexts) + 1

    def on_mount(self) -> None:
        """Keys scroll the page."""
        self.query_one(VerticalScroll).focus()

    def _table(self, commands: Sequence[Command]) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=_KEYS, no_wrap=True)
        table.add_column()
        for command in commands:
            if command.id.startswith("text.select_"):
                continue
            keys = ", ".join(map(key_name, self._keymap.keys_of(command)))
            table.add_row(Text(f" {keys or 'palette'}", style="" if keys else "dim"), Text(set_label(command.help)))
        return table
