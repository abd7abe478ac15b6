"""The thin bar at the side of what scrolls: which part of the whole is on the screen, and where marks are."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

WIDTH = 1
"""Columns that the bar takes."""


def bar_cell(
    y: int, height: int, shown: tuple[int, int], length: int, style: Style, *, is_marked: bool = False
) -> Segment:
    """The bar's cell on row `y` of `height`, where `shown` is the range of 0..`length` that is on the screen.

    It is heavy where it stands for what is shown, has a tick where there is a mark, and is empty where all is shown.
    """
    start, end = shown
    if start <= 0 and end >= length:
        return Segment(" ", style)
    first, past = part_of(y, height, length)
    is_shown = start < past and first < end
    glyph = ("┫" if is_marked else "┃") if is_shown else ("┤" if is_marked else "│")
    return Segment(glyph, style + Style(dim=not is_shown))


def part_of(y: int, height: int, length: int) -> tuple[int, int]:
    """The range of 0..`length` that row `y` of `height` stands for."""
    return y * length // height, -(-(y + 1) * length // height)
