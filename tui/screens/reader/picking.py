"""Picking one of several spans: by letters drawn on those in view, by arrows, by mouse, or from a list by typing."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

from annotations.span import Span
from tui.commands import Context, latin
from tui.keymap import Stroke
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.text.hint_codes import codes, narrow
from tui.widgets.article_painter import NOTHING, Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

_TOLD = 32


@dataclass(frozen=True)
class Pick:
    """What is picked from: spans in document order, what for, and what to do with the one that is picked.

    `first` are the likeliest, listed before the others. `new_labels` are the labels whose spans can be picked: marking
    one of them on the spot picks the new span.
    """

    told: str
    spans: Sequence[Span]
    chosen: Callable[[Span], object]
    first: Sequence[Span] = ()
    new_labels: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Hints:
    spans: Sequence[Span]
    codes: Sequence[str]


class Picking(Part):
    """Has the keys until a span is picked, or none is."""

    contexts: ClassVar[tuple[Context, ...]] = ("pick",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "app")

    _pick: Pick | None = None
    _typed: str = ""
    _shown: Span | None = None
    _begun_at: int = 0
    _hints: _Hints = _Hints((), ())

    def start(self, pick: Pick) -> None:
        """Let one of the spans be picked."""
        self._pick, self._typed, self._shown = pick, "", None
        self._begun_at = self.view.cursor.caret
        self._hints = self._drawn(pick)
        self.reader.enter(self)

    async def take(self, stroke: Stroke) -> bool:
        """Take a letter of a code, or the key that marks with a label that can be picked."""
        pick, letter = self._pick, latin(stroke.key)
        if pick is None:
            return False
        typed = self._typed + letter
        left = narrow(self._hints.codes, typed)
        if left.hit is not None:
            self._choose(self._hints.spans[left.hit])
        elif left.possible:
            self._typed = typed
            self.reader.show_mode()
        else:
            return self._mark_new(pick, stroke)
        return True

    def clicked(self, offset: int) -> None:
        """Pick the span that was clicked, if it is one to pick."""
        ids = {span.id for span in self._pick.spans} if self._pick else set()
        found = next((span for span in self.layer.at(offset) if span.id in ids), None)
        if found is not None:
            self._choose(found)

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
        self.reader.ask(Prompt(pick.told, offer=lambda: choices))

    def erase(self) -> None:
        """Take the last letter back."""
        self._typed = self._typed[:-1]
        self.reader.show_mode()

    def give_up(self) -> None:
        """Pick nothing."""
        self.reader.leave(self)
        self.view.go_to(self._begun_at)
        self.reader.say("left as it was")

    def overlay(self) -> Overlay:
        """The spans to pick stand out, with their letters."""
        if self._pick is None:
            return NOTHING
        coded = zip(self._hints.spans, self._hints.codes, strict=True)
        letters = {
            span.start: code[len(self._typed) :] for span, code in coded if code and code.startswith(self._typed)
        }
        marks = (Mark(self._shown.start, self._shown.end, "current"),) if self._shown else ()
        return Overlay(marks, letters, is_faded=True, kept=frozenset(span.id for span in self._pick.spans))

    def told(self) -> str:
        """What is picked for."""
        pick = self._pick
        if pick is None:
            return ""
        shown = f": {quoted(self._shown.text, _TOLD)}" if self._shown else ""
        new = " · or select words and mark them" if pick.new_labels else ""
        return f"{pick.told}{shown}{'' if shown else ': type its letters'}{new}"

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
                seen.setdefault(span.start, span)
        spans = list(seen.values())
        nearest = bisect_left([span.start for span in spans], self.view.cursor.caret)
        likeliest = next((i for i, span in enumerate(spans) if span in pick.first), nearest)
        return _Hints(spans, codes(len(spans), self._meaning_keys, likeliest))

    def _choosing(self, span: Span) -> Callable[[], None]:
        return lambda: self._choose(span)

    def _choose(self, span: Span) -> None:
        pick, begun = self._pick, self._begun_at
        self.reader.leave(self)
        if pick is not None:
            self.view.go_to(begun)
            pick.chosen(span)

    def _mark_new(self, pick: Pick, stroke: Stroke) -> bool:
        """Mark what is selected with a label that can be picked, and pick that."""
        label = next((name for name in pick.new_labels if self._key_of(name) == latin(stroke.key)), None)
        if label is None:
            return False
        if self.view.selection is None:
            begun = self._begun_at
            self.reader.hinting.start_for(lambda: self._picked_new(pick, label, begun))
        else:
            self._picked_new(pick, label, self._begun_at)
        return True

    def _picked_new(self, pick: Pick, label: str, begun: int) -> None:
        span = self.reader.marking.mark(label)
        if span is None:
            return
        if self.is_on():
            self.reader.leave(self)
        self.view.go_to(begun)
        pick.chosen(span)

    def _key_of(self, name: str) -> str:
        label = self.schema.label(name)
        return label.key if label else ""
