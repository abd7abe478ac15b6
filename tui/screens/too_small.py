"""What is said when the terminal is too small to work in."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.screen import Screen

from tui.keys import with_twins

SMALLEST = (40, 10)
"""Columns and rows that the other screens need."""


class TooSmallScreen(Screen[None]):
    """Lies over the other screens for as long as it has to."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding(",".join(with_twins(("q",))), "app.leave", "quit", show=False)]
    DEFAULT_CSS = "TooSmallScreen { background: $background; color: $text-error; }"

    def render(self) -> str:
        """One sentence."""
        columns, rows = SMALLEST
        return f"Hashiya needs {columns} columns and {rows} rows: make the terminal larger, or its letters smaller."
