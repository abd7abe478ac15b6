"""Search in the article: as it is typed, Arabic-aware, or by a regular expression on the text as it is.

A *pattern* is a regular expression. It is tried for a moment at each key; one that takes longer is searched for in the
background, on Enter, so that typing never waits.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import ClassVar

from annotations.edits import Kind
from annotations.matching import find
from annotations.pattern import PatternError, hits
from tui.command import Context
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.text.navigation import Range
from tui.widgets.article_painter import NOTHING, Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

_TOLD = 30
# A key is to be seen within 16 ms; `\w+` in an article of 16,000 words takes 12.
_SECONDS_AT_A_KEY = 0.015
_SLOW = "takes long: Enter searches"
# Hits shown before and after the current one, more than a screen holds: one letter alone has 45,000 in 16,000 words.
_SHOWN = 1000


class Searching(Part):
    """Shows hits while a search is typed, and after that lets them be walked until Escape.

    The current hit is selected, so what is marked then is exactly that.
    """

    contexts: ClassVar[tuple[Context, ...]] = ("search",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "event", "reader", "app")

    _typed: str = ""
    _is_pattern: bool = False
    _hits: list[Range] = []  # noqa: RUF012 - replaced, never changed
    _index: int = 0
    _problem: str = ""
    _is_slow: bool = False
    _begun_at: int = 0
    _last: tuple[str, bool] | None = None

    def start(self) -> None:
        """Search as it is typed."""
        self._ask(is_pattern=False)

    def start_pattern(self) -> None:
        """Search for a regular expression."""
        self._ask(is_pattern=True)

    def search(self, typed: str, *, is_pattern: bool = False) -> None:
        """Search for something that was typed elsewhere, and go to the first hit."""
        self._begun_at, self._is_pattern = self.view.cursor.caret, is_pattern
        self.reader.enter(self)
        self._search(typed)
        self._accepted(typed)

    def next(self) -> None:
        """To the next hit."""
        self._go(1)

    def previous(self) -> None:
        """To the previous hit."""
        self._go(-1)

    def mark_all(self) -> None:
        """Walk all hits to mark them, with a label that is chosen."""
        if not self._hits:
            self.reader.say("no hits to mark")
            return
        found = list(self._hits)

        def choosing(name: str) -> Callable[[], None]:
            return lambda: self._walk(found, Kind(name))

        choices = [
            Choice(label.title_en, choosing(label.name), label.title_ar, label.key) for label in self.schema.labels
        ]
        self.reader.ask(Prompt("mark hits as", offer=lambda: choices, by_key=True))

    def end(self) -> None:
        """Leave the search; the cursor stays at the hit."""
        if self._hits and self.view.selection == self._hits[self._index]:
            self.view.go_to(self._hits[self._index][0])
        self.reader.leave(self)

    def overlay(self) -> Overlay:
        """The hits, the current one standing out."""
        if not self._hits:
            return NOTHING
        shown = self._hits[max(0, self._index - _SHOWN) : self._index + _SHOWN]
        current = self._hits[self._index]
        return Overlay(tuple(Mark(*hit, "current" if hit == current else "hit") for hit in shown))

    def told(self) -> str:
        """What is searched for, and which hit of how many this is."""
        return f"{self._title} {quoted(self._typed, _TOLD)}  {self._counted()}"

    def left(self) -> None:
        """Forget the hits."""
        self._hits, self._is_slow = [], False

    @property
    def _title(self) -> str:
        return "pattern" if self._is_pattern else "search"

    def _ask(self, *, is_pattern: bool) -> None:
        self._begun_at, self._is_pattern = self.view.cursor.caret, is_pattern
        self._typed, self._problem = "", ""
        self.reader.enter(self)
        self.reader.ask(
            Prompt(
                self._title,
                self._accepted,
                changed=self._search,
                cancelled=self._cancelled,
                stepped=self._go,
                toggled=self._toggle,
                told=f"Enter: {quoted(self._last[0], _TOLD)} again" if self._last else "",
            )
        )

    def _toggle(self) -> None:
        self._is_pattern = not self._is_pattern
        question = self.reader.question
        if question is not None:
            question.title = self._title
            self._search(question.editor.text)
            self.reader.asking.show()

    def _search(self, typed: str) -> None:
        self._typed, self._problem, self._is_slow = typed, "", False
        self._take(self._matches(typed) if self._is_pattern and typed else find(self.reader.shadow, typed))

    def _matches(self, pattern: str) -> list[Range]:
        try:
            # Where it does not work at all, that is not for want of time.
            hits("", pattern)
        except PatternError as error:
            self._problem = str(error)
            return []
        try:
            return hits(self.text, pattern, seconds=_SECONDS_AT_A_KEY)
        except PatternError:
            self._problem, self._is_slow = _SLOW, True
            return []

    def _take(self, found: list[Range]) -> None:
        self._hits = found
        after = bisect_left(self._hits, (self._begun_at, 0))
        self._index = after if after < len(self._hits) else 0
        self._show()

    def _accepted(self, typed: str) -> None:
        if not typed and self._last is not None:
            typed, self._is_pattern = self._last
            self._search(typed)
        if typed:
            self._last = (typed, self._is_pattern)
        if self._is_slow:
            self._problem = "searching"
            self.reader.show_mode()
            self.reader.run_worker(lambda: self._match_all(typed), thread=True, exclusive=True, group="pattern")
        elif self._hits:
            self.reader.show_mode()
        else:
            self._give_up(self._problem or (f"no hit for {quoted(typed, _TOLD)}" if typed else ""))

    def _match_all(self, pattern: str) -> None:
        """Search with all the time there is; in a thread."""
        try:
            found, problem = hits(self.text, pattern), ""
        except PatternError as error:
            found, problem = [], str(error)
        self.reader.call_later(self._arrived, pattern, found, problem)

    def _arrived(self, pattern: str, found: list[Range], problem: str) -> None:
        if not (self.is_on() and self._is_slow and self._typed == pattern):
            return
        self._problem, self._is_slow = problem, False
        if found:
            self._take(found)
        else:
            self._give_up(problem or f"no hit for {quoted(pattern, _TOLD)}")

    def _give_up(self, told: str) -> None:
        self._cancelled()
        if told:
            self.reader.say(told)

    def _cancelled(self) -> None:
        self.reader.leave(self)
        self.view.go_to(self._begun_at)

    def _go(self, by: int) -> None:
        if self._hits:
            self._index = (self._index + by) % len(self._hits)
            self._show()

    def _show(self) -> None:
        if self._hits:
            self.view.select(*self._hits[self._index])
        else:
            self.view.go_to(self._begun_at)
        # The pattern is seen beside it.
        self.reader.asking.tell(self._counted().rpartition("” ")[2] if self._typed else "")
        self.reader.show_mode()

    def _counted(self) -> str:
        if self._problem:
            return self._problem
        return f"{self._index + 1} of {len(self._hits)}" if self._hits else "no hit"

    def _walk(self, found: list[Range], kind: Kind) -> None:
        self.reader.leave(self)
        self.reader.parts.walking.walk_hits(found, kind)
