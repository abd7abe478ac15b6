"""What the lines of an article look like: the page, the layer over it, and what a mode of the reader lays over both.

Nothing here is kept but caches; the view that owns the state asks for one line at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from annotations.layer import Layer
from annotations.span import Span
from tui.text.lanes import Bracket, Lane, lanes
from tui.text.layout import Row
from tui.text.page import Page, Spot
from tui.widgets.row_painter import Looks, Mark, marks_of, paint

Caption = Callable[[Layer, Span], str]
"""What is written at a span's bracket in the interlinear view."""


class Setting(NamedTuple):
    """How an article is set: widest column and right margin in cells, blank lines between rows, what is shown."""

    width: int = 76
    margin: int = 0
    spacing: int = 0
    numbers: bool = False
    interlinear: bool = False
    diacritics: bool = True


@dataclass(frozen=True)
class Overlay:
    """What a mode lays over the article: marks in document order, and letters to choose something by.

    `letters` has for the offset of what can be chosen the letters that are still to be typed. Where `is_faded`, the
    text steps back, and of the labels only those of the spans in `kept` (ids) stay, all where that is None.
    """

    marks: tuple[Mark, ...] = ()
    letters: Mapping[int, str] = field(default_factory=dict)
    is_faded: bool = False
    kept: frozenset[str] | None = None

    def marks_in(self, start: int, end: int) -> Sequence[Mark]:
        """The marks that may overlap [start, end), and few others."""
        low = bisect_left(self.marks, start - self._longest, key=_start)
        return self.marks[low : bisect_left(self.marks, end, key=_start)]

    def letters_in(self, start: int, end: int) -> list[tuple[int, str]]:
        """Offsets in [start, end) that have letters, with them."""
        low, high = bisect_left(self._offsets, start), bisect_left(self._offsets, end)
        return [(offset, self.letters[offset]) for offset in self._offsets[low:high]]

    @cached_property
    def _longest(self) -> int:
        return max((mark.end - mark.start for mark in self.marks), default=0)

    @cached_property
    def _offsets(self) -> list[int]:
        return sorted(self.letters)


NOTHING = Overlay()


def row_segments(
    row: Row, spans: Iterable[Span], looks: Looks, overlay: Overlay, proposals: Sequence[Mark], last: Sequence[Mark]
) -> list[Segment]:
    """A row as it is seen: labels, proposals where no span is, the overlay's marks, and what comes `last` over all."""
    held = list(spans)
    kept = held if overlay.kept is None else [span for span in held if span.id in overlay.kept]
    free = [mark for mark in proposals if not any(s.start < mark.end and mark.start < s.end for s in held)]
    faded = [Mark(row.start, row.end, "faded")] if overlay.is_faded else []
    marks = [*faded, *marks_of(kept), *free, *overlay.marks_in(row.start, row.end), *last]
    return paint(row, marks, looks, _letters(row, overlay))


class LaneSetter:
    """The lanes under the rows of one page, kept for as long as the spans on a row and their captions stay the same."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._kept: dict[Spot, tuple[tuple[Bracket, ...], list[Lane]]] = {}

    def lanes(self, spot: Spot, captioned: Iterable[tuple[Span, str]]) -> list[Lane]:
        """The lanes under a row for its spans with their captions; columns count from the left of the text column."""
        brackets = tuple(Bracket(span.id, tuple(span.fragments), caption) for span, caption in captioned)
        kept = self._kept.get(spot)
        if kept is not None and kept[0] == brackets:
            return kept[1]
        row = self._page.row(spot)
        made = lanes(row, brackets, self._page.width, cell_len, self._page.indent(row)) if brackets else []
        self._kept[spot] = (brackets, made)
        return made


def lane_segments(lane: Lane, style: Style, current: str | None) -> list[Segment]:
    """A lane from the left of the text column on, the bracket of the current span (an id) bold."""
    segments: list[Segment] = []
    x = 0
    for piece in lane:
        if piece.x > x:
            segments.append(Segment(" " * (piece.x - x), style))
        is_current = piece.key == current
        segments.append(Segment(piece.glyphs, style + Style(bold=is_current, dim=not is_current)))
        x = piece.x + cell_len(piece.glyphs)
    return segments


def _letters(row: Row, overlay: Overlay) -> dict[int, str]:
    """The letters by the index of the cell that shows each.

    Over a word that runs to the left its first cell, at the right, has the last letter, so that the letters, which are
    Latin, are read in the order of typing.
    """
    placed: dict[int, str] = {}
    for offset, letters in overlay.letters_in(row.start, row.end):
        first = min(row.places(offset, offset + 1), default=None)
        if first is None:
            continue
        following = min(row.places(offset + 1, offset + 3) - {first}, default=None)
        is_rtl = row.direction == "rtl" if following is None else following < first
        left = first - len(letters) + 1 if is_rtl else first
        left = max(0, min(left, len(row.cells) - len(letters)))
        placed |= {left + number: letter for number, letter in enumerate(letters)}
    return placed


def _start(mark: Mark) -> int:
    return mark.start
