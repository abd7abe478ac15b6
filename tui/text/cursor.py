"""The cursor as a value: where the caret is, what is selected with it, and what a step makes of that.

A *step* is one of `STEPS`; left and right are the screen's. `anchor` is the range that a selection grew from, None
where only the caret is; `goal` is the column that steps up and down aim at, kept over short rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from tui.text import navigation
from tui.text.navigation import Range, Side
from tui.text.page import Page

Step = Literal[
    "left",
    "right",
    "word_left",
    "word_right",
    "up",
    "down",
    "page_up",
    "page_down",
    "row_start",
    "row_end",
    "text_start",
    "text_end",
]
STEPS: tuple[Step, ...] = get_args(Step)

_SIDES: dict[Step, Side] = {"left": "left", "right": "right"}
_WORDS: dict[Step, Side] = {"word_left": "left", "word_right": "right"}
_UP_OR_DOWN: dict[Step, int] = {"up": -1, "down": 1, "page_up": -1, "page_down": 1}


@dataclass(frozen=True, slots=True)
class Cursor:
    """A caret (an offset where a visible cluster starts), the anchor of a selection, and a goal column."""

    caret: int
    anchor: Range | None = None
    goal: int | None = None

    def selection(self, page: Page) -> Range | None:
        """The selected offsets [start, end), None where nothing is."""
        return None if self.anchor is None else navigation.selected_range(page, self.anchor, self.caret)

    def target(self, page: Page) -> Range | None:
        """What a label would be put on: the selection less white space at its edges, else the word at the caret."""
        selected = self.selection(page)
        if selected is None:
            return navigation.word_at(page, self.caret) if navigation.is_word(page, self.caret) else None
        start, end = navigation.trim(page, selected)
        return (start, end) if start < end else None

    def lit(self, page: Page) -> Range:
        """The offsets whose cells look different because of the cursor."""
        return self.selection(page) or page.cluster_at(self.caret)

    def moved(self, page: Page, step: Step, height: int) -> Cursor:
        """The caret a step further and nothing selected; `height` is a screenful's rows."""
        if step not in _UP_OR_DOWN:
            return Cursor(_destination(page, self.caret, step))
        goal = navigation.column_of(page, self.caret) if self.goal is None else self.goal
        rows = _UP_OR_DOWN[step] * (max(1, height - 1) if step.startswith("page") else 1)
        return Cursor(navigation.vertically(page, self.caret, rows, goal), goal=goal)

    def extended(self, page: Page, step: Step, height: int) -> Cursor:
        """The selection taken a step further; a first step takes the cluster, or the word's part, that is at hand."""
        anchor = self.anchor or page.cluster_at(self.caret)
        if step in _WORDS:
            forward = navigation.is_forward(page, self.caret, _WORDS[step])
            if self.anchor is None and navigation.is_word(page, self.caret):
                return self._taking_word(page, anchor, forward=forward)
            return Cursor(navigation.extend_by_word(page, anchor, self.caret, forward=forward), anchor)
        if self.anchor is None and step in _SIDES:
            return Cursor(self.caret, anchor)
        return replace(self.moved(page, step, height), anchor=anchor)

    def _taking_word(self, page: Page, anchor: Range, *, forward: bool) -> Cursor:
        """The word from the caret on, or up to it; back from its first cluster, all of it."""
        start, end = navigation.word_at(page, self.caret)
        if forward:
            return Cursor(page.cluster_at(end - 1)[0], anchor)
        return Cursor(start, anchor) if start < self.caret else self.selecting(page, (start, end))

    def dragged(self, page: Page, start: Range, caret: int) -> Cursor:
        """A selection from the range where a drag began to the cell under `caret`, whole ligatures included."""
        low, high = navigation.cell_range(page, caret)
        return Cursor(page.cluster_at(high - 1)[0] if low >= start[0] else low, start)

    def selecting(self, page: Page, selected: Range) -> Cursor:
        """A range selected, the caret on its last cluster; unchanged for an empty range."""
        start, end = selected
        return Cursor(page.cluster_at(end - 1)[0], selected) if start < end else self


def _destination(page: Page, caret: int, step: Step) -> int:
    if step in _SIDES:
        return navigation.sideways(page, caret, _SIDES[step])
    if step in _WORDS:
        forward = navigation.is_forward(page, caret, _WORDS[step])
        return navigation.next_word(page, caret) if forward else navigation.previous_word(page, caret)
    if step in ("row_start", "row_end"):
        return navigation.row_edge(page, caret, forward=step == "row_end")
    return navigation.text_edge(page, forward=step == "text_end")
