"""What of a page is on the screen: lines from a top line down, and how the top moves.

A *line* is a row of the page, one of the lines that belong under it (lanes, spacing), or the gap between two
paragraphs. How many lines belong under a row is the *leading*, a function that the caller gives. The top line is all
there is to remember: no line is numbered from the start of the article, so nothing here costs more than the lines it
passes over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from tui.text.page import Page, Spot

Leading = Callable[[Spot], int]
"""How many lines belong under a row."""


def solid(_spot: Spot) -> int:
    """The leading of rows that follow each other without lines between them."""
    return 0


class ScreenLine(NamedTuple):
    """The row at a spot, or `below` it the line that is so many lines further down: of its leading, or the gap."""

    spot: Spot
    below: int = 0


class Viewport(NamedTuple):
    """A page and its leading."""

    page: Page
    leading: Leading = solid

    def first_line(self) -> ScreenLine | None:
        """The first line with anything on it; None on an empty page."""
        printed = self.page.document.printed
        return ScreenLine(Spot(printed[0], 0)) if printed else None

    def lines_from(self, top: ScreenLine) -> Iterator[ScreenLine]:
        """Lines from `top` to the end of the page."""
        line: ScreenLine | None = top
        while line is not None:
            yield line
            line = self._below(line)

    def lines_before(self, line: ScreenLine) -> Iterator[ScreenLine]:
        """Lines above `line`, upwards, to the start of the page."""
        above = self._above(line)
        while above is not None:
            yield above
            above = self._above(above)

    def scrolled(self, top: ScreenLine, lines: int, height: int) -> ScreenLine:
        """The top line after scrolling down (up where negative), never past the last screenful."""
        if lines < 0:
            for _, line in zip(range(-lines), self.lines_before(top), strict=False):
                top = line
            return top
        last = self._last_top(height)
        for _, line in zip(range(lines + 1), self.lines_from(top), strict=False):
            top = line
            if top >= last:
                return min(top, last)
        return top

    def revealing(self, top: ScreenLine, spot: Spot, height: int) -> ScreenLine:
        """The top line that has `spot` on the screen: moved as little as possible, centred when it was far away.

        The lines under the row are shown with it, as far as there is room.
        """
        wanted = ScreenLine(spot, min(self.leading(spot), height - 1))
        near = [line for _, line in zip(range(2 * height), self.lines_from(top), strict=False)]
        if wanted in near:
            place = near.index(wanted)
            if ScreenLine(spot) not in near:
                return ScreenLine(spot)
            return top if place < height else near[place - height + 1]
        start = ScreenLine(spot)
        above = [line for _, line in zip(range(height), self.lines_before(top), strict=False)]
        return start if start in above else self.centred(spot, height)

    def centred(self, spot: Spot, height: int) -> ScreenLine:
        """The top line that has `spot` in the middle of the screen, as far as the page's ends allow."""
        return min(self.placing(spot, height // 2), self._last_top(height))

    def placing(self, spot: Spot, y: int) -> ScreenLine:
        """The top line that has `spot` on row `y` of the screen, or higher near the page's start."""
        top = ScreenLine(spot)
        for _, above in zip(range(y), self.lines_before(top), strict=False):
            top = above
        return top

    def _last_top(self, height: int) -> ScreenLine:
        """The top line of the last screenful."""
        piece = self.page.document.printed[-1]
        spot = Spot(piece, len(self.page.rows(piece)) - 1)
        line = ScreenLine(spot, self.leading(spot))
        for _, above in zip(range(height - 1), self.lines_before(line), strict=False):
            line = above
        return line

    def _below(self, line: ScreenLine) -> ScreenLine | None:
        under = self.leading(line.spot)
        if line.below < under:
            return ScreenLine(line.spot, line.below + 1)
        following = self.page.next_spot(line.spot)
        if following is None:
            return None
        if line.below > under or not self._starts_paragraph(following):
            return ScreenLine(following)
        return ScreenLine(line.spot, under + 1)

    def _above(self, line: ScreenLine) -> ScreenLine | None:
        if line.below:
            return ScreenLine(line.spot, line.below - 1)
        previous = self.page.previous_spot(line.spot)
        if previous is None:
            return None
        return ScreenLine(previous, self.leading(previous) + self._starts_paragraph(line.spot))

    def _starts_paragraph(self, spot: Spot) -> bool:
        return spot.row == 0 and self.page.document.pieces[spot.piece].is_first
