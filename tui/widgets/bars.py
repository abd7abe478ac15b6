"""The lines at a screen's edges: a heading, a line of status, the keys that are of use now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual import events
from textual.message import Message
from textual.widget import Widget

from tui.command import Command
from tui.text.line import set_line, set_lines

_GAP = "   "
_BETWEEN = " · "
_LONGEST_WORDS = 200


def quoted(text: str, width: int) -> str:
    """Text of an article for a line of messages: in visual order, in quotes, at most `width` cells."""
    return f"“{set_line(text, width - 2, cell_len).glyphs}”"


def set_label(text: str) -> str:
    """Words of the program that hold Arabic, in visual order, left to right."""
    return set_line(text, _LONGEST_WORDS, cell_len, "ltr").glyphs


class Bar(Widget):
    """A line of messages: something at its left, something at its right, and in between what there is room for.

    What went wrong is told in full, on as many lines as that takes (at most four).
    """

    DEFAULT_CSS = """
    Bar { height: 1; padding: 0 1; color: $foreground 80%; }
    Bar.-wrong { height: auto; max-height: 5; color: $text-error; }
    """

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._parts = ("", "", "")

    def show(self, left: str, middle: str = "", right: str = "") -> None:
        """Show these parts: `left` and `right` are in visual order, `middle` is any text and is set here."""
        self._change((left, middle, right), wrong=False)

    def warn(self, message: str, right: str = "") -> None:
        """Tell, in words that may hold names of files, that something went wrong."""
        self._change(("", message, right), wrong=True)

    def render(self) -> Text:
        """The message, or the line cut to the width that there is: the right part stays, the left one is cut last."""
        left, middle, right = self._parts
        width = self.content_size.width
        if self.has_class("-wrong"):
            return Text("\n".join(set_lines(f"{middle} {right}", width, cell_len, "ltr")), no_wrap=True)
        room = width - cell_len(left) - cell_len(right) - 4
        line = Text(left, no_wrap=True, overflow="crop", end="")
        if middle and room > 0:
            line.append("  " * bool(left) + set_line(middle, room, cell_len).glyphs)
        line.truncate(max(0, width - cell_len(right) - 1), overflow="ellipsis", pad=True)
        line.append(" " + right)
        return line

    def _change(self, parts: tuple[str, str, str], *, wrong: bool) -> None:
        if parts != self._parts or wrong != self.has_class("-wrong"):
            self._parts = parts
            self.set_class(wrong, "-wrong")
            self.refresh(layout=wrong)


class StatusBar(Bar):
    """A rule, and under it a line of messages; where a line is too short, the message takes the rule's row too.

    So nothing on the screen moves when there is more to tell. Long messages are parted at ` · ` where that can be.
    """

    COMPONENT_CLASSES = {"status-bar--rule"}  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    StatusBar { height: 2; padding: 0; }
    StatusBar.-wrong { height: auto; max-height: 6; }
    StatusBar .status-bar--rule { color: $foreground 20%; }
    """

    def render(self) -> Text:
        """The rule and the message, or the message alone on two lines."""
        width = self.content_size.width
        lines = [Text.assemble(" ", line) for line in self._lines_in(width - 2)]
        if len(lines) == 1 or self.has_class("-wrong"):
            lines.insert(0, Text("─" * width, self.get_component_rich_style("status-bar--rule")))
        return Text("\n", no_wrap=True, end="").join(lines)

    def _lines_in(self, width: int) -> list[Text]:
        left, middle, right = self._parts
        if self.has_class("-wrong"):
            return [Text(line) for line in set_lines(f"{middle} {right}", width, cell_len, "ltr")]
        room = max(0, width - cell_len(right) - 1)
        first, rest = _parted(left, width, room)
        last = Text(rest)
        last.truncate(room, overflow="ellipsis", pad=True)
        return [*([Text(first)] if first else []), last.append(f" {right}")]


def _parted(told: str, width: int, last_width: int) -> tuple[str, str]:
    """A message on two lines of these widths, the first empty where the second has room for all."""
    if cell_len(told) <= last_width:
        return "", told
    parts = told.split(_BETWEEN)
    taken = 1
    while taken < len(parts) and cell_len(_BETWEEN.join(parts[: taken + 1])) <= width:
        taken += 1
    if taken == len(parts):
        taken = max(1, taken - 1)
    return _BETWEEN.join(parts[:taken]), _BETWEEN.join(parts[taken:])


Hint = tuple[str, Command]
"""A command, and the key it has, as it is written for people."""


class Hints(Widget):
    """What can be done now: keys and a word for each; a click does it."""

    @dataclass
    class Pressed(Message):
        """A hint was clicked."""

        command: Command

    ALLOW_SELECT = False
    COMPONENT_CLASSES = {"hints--key"}  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    Hints { height: 1; padding: 0 1; color: $foreground 60%; }
    Hints .hints--key { color: $foreground; text-style: bold; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._now: tuple[Hint, ...] = ()
        self._always: tuple[Hint, ...] = ()

    def show(self, now: Sequence[Hint], always: Sequence[Hint]) -> None:
        """Show what is of use now, the most useful first, and after it what is always there."""
        if (tuple(now), tuple(always)) != (self._now, self._always):
            self._now, self._always = tuple(now), tuple(always)
            self.refresh()

    def render(self) -> Text:
        """What is always there, and before it as much as fits."""
        style = self.get_component_rich_style("hints--key", partial=True)
        return Text(_GAP, no_wrap=True, end="").join([_hint(hint, style) for hint in self._shown()])

    def on_click(self, event: events.Click) -> None:
        """Say which hint is under the pointer."""
        x = event.get_content_offset_capture(self).x
        for hint in self._shown():
            width = _hint(hint, Style.null()).cell_len
            if 0 <= x < width:
                self.post_message(self.Pressed(hint[1]))
            x -= width + len(_GAP)

    def _shown(self) -> list[Hint]:
        """The hints that fit, as they are drawn."""
        room = self.content_size.width - sum(_width(hint) for hint in self._always)
        shown: list[Hint] = []
        for hint in self._now:
            room -= _width(hint)
            if room < -len(_GAP):
                break
            shown.append(hint)
        return [*shown, *self._always]


def _width(hint: Hint) -> int:
    return _hint(hint, Style.null()).cell_len + len(_GAP)


def _hint(hint: Hint, style: Style) -> Text:
    key, shown = hint
    return Text.assemble((key, style), f" {set_label(shown.label)}")
