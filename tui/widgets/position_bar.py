"""The thin bar at the side of what scrolls: which part of the whole is on the screen."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style

WIDTH = 1
"""Columns that the bar takes."""


def bar_cell(y: int, height: int, shown: tuple[int, int], length: int, style: Style) -> Segment:
    """The bar's cell on row `y` of `height`, where `shown` is the range of 0..`length` that is on the screen.

    It is heavy where it stands for what is shown, and empty where all is.
    """
    start, end = shown
    if start <= 0 and end >= length:
        return Segment(" ", style)
    is_shown = start * height < (y + 1) * length and y * length < end * height
    return Segment("┃" if is_shown else "│", style + Style(dim=not is_shown))
