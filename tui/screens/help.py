"""The help page, made from the table of commands and the schema."""

from __future__ import annotations

from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widgets import Static

from annotations.schema import Schema
from tui.commands import Command, Context, commands_of, headings, key_name, label_command, with_twins


class HelpScreen(ModalScreen[None]):
    """Every command of the contexts given, with its keys; Escape, ? and q close it."""

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

    def __init__(self, contexts: tuple[Context, ...], schema: Schema) -> None:
        super().__init__()
        self._contexts = contexts
        self._schema = schema

    def compose(self) -> ComposeResult:
        """A heading and a table for each context."""
        with VerticalScroll():
            for context, heading in headings().items():
                if context in self._contexts:
                    yield Static(Text(heading, style="bold"))
                    yield Static(self._table(context), classes="table")
            yield Static(Text("Keys are the same on an Arabic keyboard. Esc closes this page.", style="dim"))

    def on_mount(self) -> None:
        """Keys scroll the page."""
        self.query_one(VerticalScroll).focus()

    def _table(self, context: Context) -> Table:
        table = Table.grid(padding=(0, 2, 0, 0))
        table.add_column(width=12, no_wrap=True)
        table.add_column()
        for command in (*self._marks(context), *commands_of(context)):
            if command.id.startswith("text.select_"):
                continue
            table.add_row(Text(" " + ", ".join(key_name(key) for key in command.keys)), Text(command.help))
        return table

    def _marks(self, context: Context) -> list[Command]:
        if context != "reader":
            return []
        return [label_command(label.name, label.key, label.title_en.lower()) for label in self._schema.labels]
