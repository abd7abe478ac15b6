"""What a screen says when the terminal is too small to work in."""

from __future__ import annotations

from textual.widget import Widget

SMALLEST = (40, 10)
"""Columns and rows that a screen needs."""


class TooSmall(Widget):
    """Takes the place of everything else while it must; which is the application's to say, in its style sheet."""

    DEFAULT_CSS = """
    TooSmall { display: none; width: 1fr; height: 1fr; color: $text-error; }
    """

    def render(self) -> str:
        """One sentence."""
        columns, rows = SMALLEST
        return f"Hashiya needs {columns} columns and {rows} rows: make the terminal larger, or its letters smaller."
