"""Picking one of several spans: by letters drawn on those in view, by arrows, by mouse, or from a list by typing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from annotations.span import Span
from tui.command import Context
from tui.keymap import Stroke
from tui.keys import latin
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.text.hint_codes import codes, narrow
from tui.text.navigation import Range
from tui.widgets.article_painter import NOTHING, Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

_TOLD = 32
_LONGEST_CODE = 2


@dataclass(frozen=True)
class Pick:
    """What is picked from: spans in document order, what for, and what to do with the one that is picked.

    `told` is for the status line, in visual order; `title` stands before what is typed to choose from the list. `first`
    are the likeliest, listed before the others. `new_labels` are the labels whose spans can be picked: marking one of
    them on the spot picks the new span. `given_up` is done where nothing is picked. `about` is what it is picked for,
    and stays seen.
    """

    told: str
    spans: Sequence[Span]
    chosen: Callable[[Span], object]
    first: Sequence[Span] = ()
    new_labels: frozenset[str] = frozenset()
    title: str = "choose"
    given_up: Callable[[], object] | None = None
    about: Span | None = None


@dataclass(frozen=True)
class _Hints:
    """Codes of the spans in view, the offset that each is drawn at, and the offsets that were in view."""

    spans: Sequence[Span] = ()
    codes: Sequence[str] = ()
    places: Sequence[int] = ()
    reached: Range = (0, 0)


class Picking(Part):
    """Has the keys until a span is picked, or none is."""

    keeps_letters: ClassVar[bool] = True
    contexts: ClassVar[tuple[Context, ...]] = ("pick",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "app")

    _pick: Pick | None = None
    _typed: str = ""
    _shown: Span | None = None
    _begun_at: int = 0
    _begun_view: Range = (0, 0)
    _hints: _Hints = _Hints()

    def start(self, pick: Pick) -> None:
        """Let one of the spans be picked."""
        self._pick, self._typed, self._shown = pick, "", None
        self._begun_at, self._begun_view = self.view.cursor.caret, self.view.reached
        self._hints = self._drawn(pick)
        self.reader.enter(self)

    async def take(self, stroke: Stroke) -> bool:
        """Take a letter of a code, or the key that marks with a label that can be picked.

        Any other letter is taken for a slip: its command would end the picking, and `q` the program.
        """
        pick, letter = self._pick, latin(stroke.key)
        if pick is None or len(letter) > 1 or not letter.isalnum():
            return False
        typed = self._typed + letter
        left = narrow(self._hints.codes, typed)
        if left.hit is not None:
            self._choose(self._hints.spans[left.hit])
        elif left.possible:
            self._typed = typed
            self.reader.show_mode()
        elif not self._mark_new(pick, letter):
            self.reader.say(f"no letters {typed} here: Esc leaves everything as it was")
        return True

    def clicked(self, offset: int) -> None:
        """Pick the span that was clicked, if it is one to pick."""
        meant = self.reader.span_here()
        here = [*([meant] if meant else []), *self.layer.at(offset)]
        ids = {span.id for span in self._pick.spans} if self._pick else set()
        found = next((span for span in here if span.id in ids), None)
        if found is not None:
            self._choose(found)
        elif here:
            self.reader.say(f"{quoted(here[0].text, _TOLD)} is {kind_of(here[0])}: it cannot be chosen here")

    def marked(self, span: Span) -> bool:
        """Something was marked: where it can be picked, it is; whether that is so."""
        if self._pick is None or span.label not in self._pick.new_labels:
            return False
        self._choose(span)
        return True

    def moved(self) -> None:
        """Other spans came into view: they get letters."""
        if self._pick is not None and not self._typed and self.view.reached != self._hints.reached:
            self._hints = self._drawn(self._pick)
            self.view.show_overlay(self.overlay())

    def step(self, by: int) -> None:
        """Show the next or previous of the spans."""
        spans = self._pick.spans if self._pick else ()
        if not spans:
            return
        at = self._shown.start if self._shown else self._begun_at
        position = bisect_left(spans, at, key=lambda span: span.start)
        if self._shown is not None:
            position = next((i for i, span in enumerate(spans) if span.id == self._shown.id), position) + by
        elif by < 0:
            position -= 1
        self._shown = spans[position % len(spans)]
        self.view.go_to(self._shown.start)
        self._hints = self._drawn(self._pick) if self._pick else self._hints
        self._typed = ""
        self.reader.show_mode()

    def accept(self) -> None:
        """Pick the span that is shown."""
        if self._shown is None:
            self.reader.say("type the letters on one of them, or go to one with the arrows")
        else:
            self._choose(self._shown)

    def from_list(self) -> None:
        """Pick from a list of all, by typing."""
        pick = self._pick
        if pick is None:
            return
        first = {span.id for span in pick.first}
        spans = [*pick.first, *(span for span in pick.spans if span.id not in first)]
        choices = [Choice(span.text, self._choosing(span), kind_of(span)) for span in spans]
        self.reader.ask(Prompt(pick.title, offer=lambda: choices))

    def erase(self) -> None:
        """Take the last letter back."""
        self._typed = self._typed[:-1]
        self.reader.show_mode()

    def give_up(self) -> None:
        """Pick nothing."""
        pick = self._pick
        self.reader.leave(self)
        self._go_back()
        self.reader.say("left as it was")
        if pick is not None and pick.given_up is not None:
            pick.given_up()

    def overlay(self) -> Overlay:
        """The spans to pick stand out, with their letters."""
        if self._pick is None:
            return NOTHING
        coded = zip(self._hints.places, self._hints.codes, strict=True)
        letters = {place: code[len(self._typed) :] for place, code in coded if code and code.startswith(self._typed)}
        marks = tuple(Mark(*fragment, "current") for fragment in self._shown.fragments) if self._shown else ()
        about = (self._pick.about,) if self._pick.about else ()
        kept = frozenset(span.id for span in (*self._pick.spans, *about))
        return Overlay(marks, letters, is_faded=True, kept=kept)

    def told(self) -> str:
        """What is picked for."""
        pick = self._pick
        if pick is None:
            return ""
        keys = [key for name in pick.new_labels if (key := self._key_of(name))]
        new = f"{' or '.join(sorted(keys))} marks a new one" if keys else ""
        if self._shown is not None:
            how = quoted(self._shown.text, _TOLD)
        elif self._typed:
            how = f"{self._typed}…"
        else:
            how = "type its letters" if pick.spans else "none is marked yet"
        return " · ".join(filter(None, (f"{pick.told}: {how}", new)))

    def left(self) -> None:
        """Forget what could be picked."""
        self._pick = None

    @cached_property
    def _meaning_keys(self) -> frozenset[str]:
        return frozenset(label.key for label in self.schema.labels)

    def _drawn(self, pick: Pick) -> _Hints:
        start, end = self.view.reached
        seen: dict[int, Span] = {}
        for span in pick.spans:
            if start <= span.start < end:
                # Of spans that start together the longer ones have their letters at their ends.
                place = span.start if span.start not in seen else max(span.start + 1, span.end - _LONGEST_CODE)
                seen.setdefault(place, span)
        places, spans = list(seen), list(seen.values())
        nearest = bisect_left([span.start for span in spans], self.view.cursor.caret)
        likeliest = next((i for i, span in enumerate(spans) if span in pick.first), nearest)
        return _Hints(spans, codes(len(spans), self._meaning_keys, likeliest), places, self.view.reached)

    def _choosing(self, span: Span) -> Callable[[], None]:
        return lambda: self._choose(span)

    def _choose(self, span: Span) -> None:
        pick = self._pick
        self.reader.leave(self)
        if pick is not None:
            self._go_back()
            pick.chosen(span)

    def _go_back(self) -> None:
        """The cursor and the view as they were."""
        if self.view.reached != self._begun_view:
            first, past = self._begun_view
            # A row that is gone to from below comes to the top of the screen.
            self.view.go_to(past, centred=True)
            self.view.go_to(first)
        self.view.go_to(self._begun_at)

    def _mark_new(self, pick: Pick, letter: str) -> bool:
        """Mark what is selected with a label that can be picked, or let words be chosen for that."""
        label = next((name for name in pick.new_labels if self._key_of(name) == letter), None)
        if label is None:
            return False
        if self.view.selection is None:
            self.reader.put_aside(self)
            self.reader.parts.hinting.start_for(lambda: self.reader.parts.marking.mark(label))
        else:
            self.reader.parts.marking.mark(label)
        return True

    def _key_of(self, name: str) -> str:
        label = self.schema.label(name)
        return label.key if label else ""
