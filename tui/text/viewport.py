"""What of a page is on the screen: lines from a top line down, and how the top moves.

A *line* is a row of the page or the gap between two paragraphs. The top line is all there is to remember: no line is
numbered from the start of the article, so nothing here costs more than the lines it passes over.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from tui.text.page import Page, Spot


class ScreenLine(NamedTuple):
    """A row, or where `is_gap` the blank line after it."""

    spot: Spot
    is_gap: bool = False


def first_line(page: Page) -> ScreenLine | None:
    """The first line with anything on it; None on an empty page."""
    printed = page.document.printed
    return ScreenLine(Spot(printed[0], 0)) if printed else None


def lines_from(page: Page, top: ScreenLine) -> Iterator[ScreenLine]:
    """Lines from `top` to the end of the page."""
    line: ScreenLine | None = top
    while line is not None:
        yield line
        line = _below(page, line)


def lines_before(page: Page, line: ScreenLine) -> Iterator[ScreenLine]:
    """Lines above `line`, upwards, to the start of the page."""
    above = _above(page, line)
    while above is not None:
        yield above
        above = _above(page, above)


def scrolled(page: Page, top: ScreenLine, lines: int, height: int) -> ScreenLine:
    """The top line after scrolling down (up where negative), never past the last screenful."""
    if lines < 0:
        for _, line in zip(range(-lines), lines_before(page, top), strict=False):
            top = line
        return top
    last = _last_top(page, height)
    for _, line in zip(range(lines + 1), lines_from(page, top), strict=False):
        top = line
        if top >= last:
            return min(top, last)
    return top


def revealing(page: Page, top: ScreenLine, spot: Spot, height: int) -> ScreenLine:
    """The top line that has `spot` on the screen: moved as little as possible, centred when it was far away."""
    wanted = ScreenLine(spot)
    near = [line for _, line in zip(range(2 * height), lines_from(page, top), strict=False)]
    if wanted in near:
        place = near.index(wanted)
        return top if place < height else near[place - height + 1]
    above = [line for _, line in zip(range(height), lines_before(page, top), strict=False)]
    return wanted if wanted in above else _centred(page, wanted, height)


def _centred(page: Page, line: ScreenLine, height: int) -> ScreenLine:
    for _, above in zip(range(height // 2), lines_before(page, line), strict=False):
        line = above
    return min(line, _last_top(page, height))


def _last_top(page: Page, height: int) -> ScreenLine:
    """The top line of the last screenful."""
    piece = page.document.printed[-1]
    line = ScreenLine(Spot(piece, len(page.rows(piece)) - 1))
    for _, above in zip(range(height - 1), lines_before(page, line), strict=False):
        line = above
    return line


def _below(page: Page, line: ScreenLine) -> ScreenLine | None:
    following = page.next_spot(line.spot)
    if following is None:
        return None
    if line.is_gap or not _starts_paragraph(page, following):
        return ScreenLine(following)
    return ScreenLine(line.spot, is_gap=True)


def _above(page: Page, line: ScreenLine) -> ScreenLine | None:
    if line.is_gap:
        return ScreenLine(line.spot)
    previous = page.previous_spot(line.spot)
    if previous is None:
        return None
    return ScreenLine(previous, is_gap=_starts_paragraph(page, line.spot))


def _starts_paragraph(page: Page, spot: Spot) -> bool:
    return spot.row == 0 and page.document.pieces[spot.piece].is_first
