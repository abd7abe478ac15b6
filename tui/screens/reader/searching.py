"""Search in the article: as it is typed, Arabic-aware, or by a regular expression on the text as it is."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import ClassVar

from annotations.edits import Kind
from annotations.matching import find
from annotations.pattern import PatternError, hits
from tui.commands import Context
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.text.navigation import Range
from tui.widgets.article_painter import NOTHING, Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

_TOLD = 30


class Searching(Part):
    """Shows hits while a search is typed, and after that lets them be walked until Escape."""

    contexts: ClassVar[tuple[Context, ...]] = ("search",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "event", "reader", "app")

    _typed: str = ""
    _is_pattern: bool = False
    _hits: list[Range] = []  # noqa: RUF012 - replaced, never changed
    _index: int = 0
    _problem: str = ""
    _begun_at: int = 0

    def start(self) -> None:
        """Search as it is typed."""
        self._ask(is_pattern=False, text="")

    def start_pattern(self) -> None:
        """Search for a regular expression."""
        self._ask(is_pattern=True, text="")

    def search(self, typed: str, *, is_pattern: bool = False) -> None:
        """Search for something that was typed elsewhere, and go to the first hit."""
        self._begun_at, self._is_pattern = self.view.cursor.caret, is_pattern
        self.reader.enter(self)
        self._search(typed)

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
        self.reader.leave(self)

    def overlay(self) -> Overlay:
        """The hits, the current one standing out."""
        if not self._hits:
            return NOTHING
        current = self._hits[self._index]
        return Overlay(tuple(Mark(*hit, "current" if hit == current else "hit") for hit in self._hits))

    def told(self) -> str:
        """What is searched for, and which hit of how many this is."""
        return f"{'pattern' if self._is_pattern else 'search'} {quoted(self._typed, _TOLD)}  {self._counted()}"

    def left(self) -> None:
        """Forget the hits."""
        self._hits = []

    def _ask(self, *, is_pattern: bool, text: str) -> None:
        self._begun_at, self._is_pattern = self.view.cursor.caret, is_pattern
        self.reader.enter(self)
        title = "pattern" if is_pattern else "search"
        self.reader.ask(
            Prompt(
                title,
                self._accepted,
                text=text,
                changed=self._search,
                cancelled=self._cancelled,
                stepped=self._go,
                toggled=self._toggle,
            )
        )
        if text:
            self._search(text)

    def _toggle(self) -> None:
        question = self.reader.question
        typed = question.editor.text if question else ""
        self.reader.question = None
        self._ask(is_pattern=not self._is_pattern, text=typed)

    def _search(self, typed: str) -> None:
        self._typed, self._problem = typed, ""
        try:
            self._hits = hits(self.text, typed) if self._is_pattern and typed else find(self.reader.shadow, typed)
        except PatternError as error:
            self._hits, self._problem = [], str(error)
        after = bisect_left(self._hits, (self._begun_at, 0))
        self._index = after if after < len(self._hits) else 0
        self._show()

    def _accepted(self, typed: str) -> None:
        if not self._hits:
            told = self._problem or f"no hit for {quoted(typed, _TOLD)}"
            self.reader.leave(self)
            self.view.go_to(self._begun_at)
            self.reader.say(told)
        else:
            self.reader.show_mode()

    def _cancelled(self) -> None:
        self.reader.leave(self)
        self.view.go_to(self._begun_at)

    def _go(self, by: int) -> None:
        if self._hits:
            self._index = (self._index + by) % len(self._hits)
            self._show()

    def _show(self) -> None:
        if self._hits:
            self.view.go_to(self._hits[self._index][0])
        self.reader.tell_in_prompt(self._counted() if self._typed else "")
        self.reader.show_mode()

    def _counted(self) -> str:
        if self._problem:
            return self._problem
        return f"{self._index + 1} of {len(self._hits)}" if self._hits else "no hit"

    def _walk(self, found: list[Range], kind: Kind) -> None:
        self.reader.leave(self)
        self.reader.walking.walk_hits(found, kind)
