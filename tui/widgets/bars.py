"""The lines at a screen's edges: a heading, a line of status, the keys that are of use now."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from tui.commands import Command
from tui.text.line import set_line


def quoted(text: str, width: int) -> str:
    """Text of an article for a line of messages: in visual order, in quotes, at most `width` cells."""
    return f"“{set_line(text, width - 2, cell_len).glyphs}”"


class Bar(Widget):
    """One line: something at its left, something at its right, and in between what there is room for.

    The parts are in visual order already; `middle` is a text of an article or a file's name, and is set here.
    """

    DEFAULT_CSS = """
    Bar { height: 1; padding: 0 1; color: $foreground 80%; }
    Bar.-wrong { color: $text-error; text-style: bold; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._parts = ("", "", "")

    def show(self, left: str, middle: str = "", right: str = "", *, wrong: bool = False) -> None:
        """Show these parts; `wrong` where they tell of something that went wrong."""
        self.set_class(wrong, "-wrong")
        if (left, middle, right) != self._parts:
            self._parts = (left, middle, right)
            self.refresh()

    def render(self) -> Text:
        """The line, cut to the width that there is: the right part stays, the left one is cut last."""
        left, middle, right = self._parts
        width = self.content_size.width
        room = width - cell_len(left) - cell_len(right) - 4
        line = Text(left, no_wrap=True, overflow="crop", end="")
        if middle and room > 0:
            line.append("  " * bool(left) + set_line(middle, room, cell_len).glyphs)
        line.truncate(max(0, width - cell_len(right) - 1), overflow="ellipsis", pad=True)
        line.append(" " + right)
        return line


class Hints(Widget):
    """What can be done now: keys and a word for each."""

    COMPONENT_CLASSES = {"hints--key"}  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    Hints { height: 1; padding: 0 1; color: $foreground 60%; }
    Hints .hints--key { color: $foreground; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._commands: tuple[Command, ...] = ()

    def show(self, commands: Sequence[Command]) -> None:
        """Show these; the first are the last to go where there is no room for all."""
        if tuple(commands) != self._commands:
            self._commands = tuple(commands)
            self.refresh()

    def render(self) -> Text:
        """As many as fit."""
        line = Text(no_wrap=True, end="")
        style = self.get_component_rich_style("hints--key", partial=True)
        for command in self._commands:
            gap = "   " if line else ""
            if line.cell_len + len(gap) + len(command.shown_key) + 1 + len(command.label) > self.content_size.width:
                break
            line.append(gap).append(command.shown_key, style).append(" " + command.label)
        return line
