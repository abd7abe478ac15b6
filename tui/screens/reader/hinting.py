"""Choosing words by letters drawn on them: one or two for where to begin, one or two more for where to end."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from functools import cached_property
from typing import ClassVar

from annotations.span import Span
from tui.command import Context
from tui.keymap import Stroke
from tui.keys import latin
from tui.screens.reader.part import Part
from tui.text import navigation
from tui.text.hint_codes import ALPHABET, codes, narrow
from tui.text.navigation import Range
from tui.widgets.article_painter import Overlay
from tui.widgets.bars import quoted

_TOLD = 40


class Hinting(Part):
    """Has the keys until something is marked, or for as long as it is asked to keep on."""

    keeps_letters: ClassVar[bool] = True
    contexts: ClassVar[tuple[Context, ...]] = ("hints",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "reader", "app")

    _words: list[Range] = []  # noqa: RUF012 - replaced, never changed
    _codes: list[str] = []  # noqa: RUF012 - likewise
    _typed: str = ""
    _first: Range | None = None
    _keeps_on: bool = False
    _then: Callable[[], object] | None = None
    _near: int = 0
    _drawn_on: Range = (0, 0)

    def start(self) -> None:
        """Draw letters on the words in view."""
        self._keeps_on, self._then = False, None
        self._draw(self.view.cursor.caret)

    def start_for(self, then: Callable[[], object]) -> None:
        """Let words be selected, and Enter do something with them."""
        self._keeps_on, self._then = False, then
        self._draw(self.view.cursor.caret)

    def keep_on(self) -> None:
        """Draw the letters again after each marking."""
        self._keeps_on = True
        self.reader.show_mode()

    def end(self) -> None:
        """Take the letters away."""
        self._keeps_on = False
        self.reader.leave(self)

    def erase(self) -> None:
        """Take the last letter back, or the word that was chosen."""
        if not self._typed and self._first is not None:
            self.view.drop_selection()
            self._draw(self._first[0])
            return
        self._typed = self._typed[:-1]
        self.reader.show_mode()

    def marked(self, _span: Span) -> bool:
        """Something was marked: the letters are drawn again from there on, or the mode is over."""
        if self._keeps_on:
            self._draw(self.view.cursor.caret)
        else:
            self.reader.leave(self)
        return False

    def moved(self) -> None:
        """Other words came into view and get letters; a word that is selected no longer is forgotten."""
        if self._first is not None and self.view.selection is None:
            self._draw(self.view.cursor.caret)
        elif self.view.reached != self._drawn_on:
            self._letter()

    async def take(self, stroke: Stroke) -> bool:
        """Take a letter; Enter where the words are selected for something."""
        if stroke.key == "enter" and self._then is not None and self.view.selection is not None:
            then = self._then
            self.reader.leave(self)
            then()
            return True
        typed = self._typed + latin(stroke.key)
        left = narrow(self._codes, typed)
        if left.is_miss:
            return self._missed(latin(stroke.key))
        self._typed = typed
        if left.hit is None:
            self.reader.show_mode()
        else:
            self._choose(self._words[left.hit])
        return True

    def overlay(self) -> Overlay:
        """The letters that are still to be typed."""
        coded = zip(self._words, self._codes, strict=True)
        letters = {
            word[0]: code[len(self._typed) :]
            for word, code in coded
            if len(code) > len(self._typed) and code.startswith(self._typed)
        }
        return Overlay(letters=letters)

    def told(self) -> str:
        """What the letters are for."""
        kept = " · kept on until Esc" if self._keeps_on else ""
        if self._first is None:
            return f"type the letters on a word to select it{kept}"
        start, end = self.view.selection or self._first
        return f"{quoted(self.text[start:end], _TOLD)}  mark it, or type the letters of its last word{kept}"

    def left(self) -> None:
        """Forget the letters."""
        self._words, self._codes, self._typed, self._first, self._then = [], [], "", None, None

    @cached_property
    def _meaning_keys(self) -> frozenset[str]:
        """Letters that keep their own meaning: those of labels, and of what goes on with a chosen word."""
        others = self.reader.commands("hinting.keep_on", "marking.fragment", "marking.repeat")
        kept = (*others, *self.reader.parts.marking.label_commands())
        return frozenset(key for found in kept for key in self.reader.keymap.keys_of(found))

    def _missed(self, letter: str) -> bool:
        """A letter that is on no word: what else it means at other times is not what is meant by it now."""
        if letter not in ALPHABET or letter in self._meaning_keys:
            return False
        self.reader.say(f"no word has the letter{'s' if self._typed else ''} {self._typed}{letter}")
        return True

    def _draw(self, near: int) -> None:
        """Letters for where to begin, the shortest from an offset on."""
        self._first, self._near = None, near
        self._letter()

    def _letter(self) -> None:
        """Letters on the words in view."""
        self._drawn_on = start, end = self.view.reached
        self._words = navigation.words_between(self.view.page, start, end)
        first = bisect_left([word[1] for word in self._words], self._near + 1)
        self._codes = codes(len(self._words), self._meaning_keys, first)
        self._typed = ""
        self.reader.enter(self)

    def _choose(self, word: Range) -> None:
        first = self._first
        if first is None:
            # What may be its end is most often among the words that follow.
            self._first, self._near = word, word[1]
            self.view.select(*word)
        else:
            self.view.select(min(first[0], word[0]), max(first[1], word[1]))
        self._letter()
