"""Which keys move the edges of what is marked, or of what a walk offers, to where they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from annotations.clitics import toggle_enclitic, toggle_proclitic
from tui.screens.reader.edges import word_further
from tui.text import navigation
from tui.text.navigation import Range
from tui.text.page import Page

_MOST_KEYS = 3
_MOST_BY_LETTER = 8


class EdgePlanner:
    """Plans for one page. `by_word` is remembered: the same is asked from every place that a plan may begin at."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._text = page.document.text
        self._edits: dict[str, Callable[[Range], Range | None]] = {
            "+": lambda at: (at[0], word_further(page, at[1], "end", 1)),
            "-": lambda at: (at[0], word_further(page, at[1], "end", -1)),
            "h": lambda at: toggle_proclitic(self._text, *at, inward=True),
            "k": lambda at: toggle_enclitic(self._text, *at),
        }
        self.by_word = lru_cache(4096)(self._compute_by_word)

    def by_letter(self, current: Range, wanted: Range) -> list[str] | None:
        """The keys of the mode that moves edges by letters: its end first, then after Tab its start."""
        end = self._steps(current[1], wanted[1])
        start = self._steps(current[0], wanted[0])
        keys = ["z", *end, *(["tab", *start] if start else [])]
        return keys if len(keys) <= _MOST_BY_LETTER else None

    def _compute_by_word(
        self, current: Range, wanted: Range, taken: frozenset[Range] = frozenset(), *, walking: bool = False
    ) -> Sequence[str] | None:
        """The fewest keys that make one range of the other by words and clitics, past none that is taken.

        None where that takes too many. Leading letters are first left out of a span, and first taken into a candidate.
        """
        edits = self._edits | ({"h": lambda at: toggle_proclitic(self._text, *at)} if walking else {})
        frontier: list[tuple[Range, list[str]]] = [(current, [])]
        seen = {current, *taken}
        for _ in range(_MOST_KEYS + 1):
            for at, keys in frontier:
                if at == wanted:
                    return keys
            frontier = [
                (moved, [*keys, key])
                for at, keys in frontier
                for key, edit in edits.items()
                if (moved := _new(edit(at), seen))
            ]
        return None

    def _steps(self, at: int, to: int) -> list[str]:
        """Arrows from an offset to another, a cluster each."""
        keys: list[str] = []
        while at != to and len(keys) <= _MOST_BY_LETTER:
            side = "left" if navigation.is_forward(self._page, max(0, at - 1), "left") == (to > at) else "right"
            keys.append(side)
            at = self._page.cluster_at(at)[1] if to > at else self._page.cluster_at(at - 1)[0]
        return keys


def _new(moved: Range | None, seen: set[Range]) -> Range | None:
    """A range that is not empty and not among those seen, among which it is then."""
    if moved is None or moved[0] >= moved[1] or moved in seen:
        return None
    seen.add(moved)
    return moved
