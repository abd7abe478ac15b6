"""What is asked of the annotator in one line: a text, or one of some choices, by key or by typing a part of its name.

The value behind the prompt's widgets; it knows keys and words, no screen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from annotations.matching import Shadow
from tui.keymap import Stroke
from tui.keys import latin
from tui.text.line_editor import LineEditor

PAGE = 10
"""Choices that a page key steps over."""


@dataclass(frozen=True)
class Choice:
    """Something to choose: its name in one or two languages, what choosing it does, and the key that does so at once.

    `is_on` shows it as what holds now; `stays` keeps the prompt open, for choices that are switched on and off; `words`
    are found by typing as the names are, and not shown.
    """

    name: str
    choose: Callable[[], object]
    other_name: str = ""
    key: str = ""
    is_on: bool = False
    stays: bool = False
    words: str = ""

    def fits(self, typed: str) -> bool:
        """Whether every word typed (normalised) is part of a name."""
        return all(word in self._names for word in typed.split())

    def distance(self, typed: str) -> int:
        """0 where a name begins with what is typed (normalised), 1 where a word of one does, else 2."""
        if any(_normal(name).startswith(typed) for name in (self.name, self.other_name, self.words)):
            return 0
        return 1 if f" {typed}" in self._names else 2

    @property
    def _names(self) -> str:
        return _normal(f" {self.name} {self.other_name} {self.words}")


@dataclass
class Prompt:
    """An open question.

    With `offer` it is a choice among what that returns: by their keys where `by_key`, until `/` is pressed, else by
    typing. Without it, it is a text, given to `accepted`; `changed` hears of every change of what is typed. `told` is
    shown at the line's end.
    """

    title: str
    accepted: Callable[[str], object] | None = None
    offer: Callable[[], Sequence[Choice]] | None = None
    text: str = ""
    by_key: bool = False
    changed: Callable[[str], object] | None = None
    cancelled: Callable[[], object] | None = None
    stepped: Callable[[int], object] | None = None
    toggled: Callable[[], object] | None = None
    told: str = ""
    current: int = 0
    editor: LineEditor = field(init=False)
    shown: Sequence[Choice] = field(init=False, default=())

    def __post_init__(self) -> None:
        self.editor = LineEditor(self.text, len(self.text))
        self.fill()
        self.current = next((index for index, choice in enumerate(self.shown) if choice.is_on), 0)

    @property
    def is_choice(self) -> bool:
        """Whether there is something to choose from."""
        return self.offer is not None

    @property
    def told_now(self) -> str:
        """What is to be told at the line's end."""
        return "nothing fits" if self.is_choice and not self.shown else self.told

    def fill(self) -> None:
        """Offer anew what fits what is typed, the names that begin with it first."""
        typed = _normal(self.editor.text.strip())
        fitting = [choice for choice in (self.offer() if self.offer else ()) if choice.fits(typed)]
        self.shown = sorted(fitting, key=lambda choice: choice.distance(typed)) if typed else fitting
        self.current = max(0, min(self.current, len(self.shown) - 1))

    def take(self, stroke: Stroke) -> Choice | None:
        """Take a key that is no command: a choice's own, or what is typed; the choice that it made, if any."""
        if self.by_key:
            pressed = {stroke.key, latin(stroke.key)}
            return next((choice for choice in self.shown if choice.key and choice.key in pressed), None)
        edited = self.editor.key(stroke.key, stroke.character)
        if edited is not None and edited != self.editor:
            before, self.editor = self.editor.text, edited
            if edited.text != before:
                self._typed()
        return None

    def step(self, by: int) -> None:
        """Another choice, or what the line makes of up and down."""
        if self.is_choice:
            self.current = max(0, min(self.current + by, len(self.shown) - 1))
        elif self.stepped is not None:
            self.stepped(by)

    def _typed(self) -> None:
        if self.is_choice:
            self.current = 0
            self.fill()
        if self.changed is not None:
            self.changed(self.editor.text)


@lru_cache(maxsize=4096)
def _normal(text: str) -> str:
    return Shadow.of(text).text
