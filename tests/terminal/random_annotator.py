"""An annotator who presses keys at random, and who knows what each of them comes to.

A *deed* is a change with the keys that make it, and what the status line says of it. The *picture* is what is marked,
a *state* the picture with what can be undone and redone. Words of the article are known by their index: none of them is
there twice, so that no two deeds on different words are told alike, and no other mentions are offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import accumulate
from random import Random
from typing import NamedTuple

from annotations.layer import Layer
from annotations.schema import BUILT_IN
from tui.widgets.bars import quoted

_ARTICLE = (
    "أعلن وزير الخارجية سليم الكرمي في العاصمة نوران أن بلاده وقعت اتفاق سلام مع جارتها الشمالية بعد مفاوضات دامت سبعة "
    "أشهر ورحب المتظاهرون بهذا القرار التاريخي أمام مبنى البرلمان بينما دعت نقابة المعلمين إلى إضراب شامل احتجاجا على "
    "تأخر الرواتب وهاجم مسلحون مجهولون قافلة مساعدات كانت متجهة نحو مخيم النازحين فقتل سائق وجرح ثلاثة حراس"
)
WORDS = _ARTICLE.split()
TEXT = f"{_ARTICLE}\n"

_STARTS = list(accumulate((len(word) + 1 for word in WORDS), initial=0))
_FARTHEST = 6  # words
_ROLE = "agent"
_LONGEST_NOTE = 20

Place = tuple[int, int]
"""Offsets of a span in the article."""


class Mark(NamedTuple):
    """A span over the words [first, past)."""

    first: int
    past: int
    label: str
    subtype: str | None = None
    note: str = ""

    @property
    def place(self) -> Place:
        return _STARTS[self.first], _STARTS[self.past] - 1

    @property
    def text(self) -> str:
        return TEXT[slice(*self.place)]

    @property
    def kind(self) -> str:
        return f"{self.label}·{self.subtype}" if self.subtype else self.label


class Seen(NamedTuple):
    """What is marked, as it can be compared: (place, label, subtype, note) of spans, (event, role, actor) of links."""

    spans: frozenset[tuple[Place, str, str | None, str]]
    links: frozenset[tuple[Place, str, Place]]

    @classmethod
    def of(cls, layer: Layer) -> Seen:
        """What a layer holds."""
        places = {span.id: (span.start, span.end) for span in layer.spans}
        assert all(span.fragments == ((span.start, span.end),) for span in layer.spans)
        assert len(places) == len(layer.spans)
        return cls(
            frozenset((places[span.id], span.label, span.subtype, span.note) for span in layer.spans),
            frozenset((places[link.event], link.role, places[link.actor]) for link in layer.links),
        )


class Picture(NamedTuple):
    """Marks by a number that each keeps, and links as (number of the event, number of the actor)."""

    marks: Mapping[int, Mark]
    links: frozenset[tuple[int, int]] = frozenset()

    @property
    def seen(self) -> Seen:
        """The picture, as it can be compared."""
        return Seen(
            frozenset((mark.place, mark.label, mark.subtype, mark.note) for mark in self.marks.values()),
            frozenset((self.marks[event].place, _ROLE, self.marks[actor].place) for event, actor in self.links),
        )

    def at(self, word: int) -> int | None:
        """The number of the mark on a word."""
        return next((number for number, mark in self.marks.items() if mark.first <= word < mark.past), None)

    def is_free(self, word: int) -> bool:
        """Whether there is such a word, and nothing is marked on it."""
        return 0 <= word < len(WORDS) and self.at(word) is None

    def put(self, number: int, mark: Mark) -> Picture:
        """The picture with this mark."""
        return self._replace(marks={**self.marks, number: mark})

    def without(self, number: int) -> Picture:
        """The picture without this mark and its links."""
        marks = {known: mark for known, mark in self.marks.items() if known != number}
        return Picture(marks, frozenset(link for link in self.links if number not in link))


class Step(NamedTuple):
    """What can be undone or redone: its name, and the picture before and after it."""

    name: str
    before: Picture
    after: Picture


class State(NamedTuple):
    """The picture, the steps that led to it, and those undone, the next to redo last."""

    picture: Picture
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    def done(self, name: str, picture: Picture) -> State:
        """One step on."""
        return State(picture, (*self.past, Step(name, self.picture, picture)))

    def undone(self) -> State:
        """One step back."""
        return State(self.past[-1].before, self.past[:-1], (*self.future, self.past[-1]))

    def redone(self) -> State:
        """The undone step again."""
        return State(self.future[-1].after, (*self.past, self.future[-1]), self.future[:-1])


class Deed(NamedTuple):
    """Keys, what the status line says once they are carried out, and the state then."""

    keys: list[str]
    told: str
    state: State


class RandomAnnotator:
    """Has the cursor on the first word, of which the screen is to be told by Ctrl+Home."""

    def __init__(self, random: Random, state: State) -> None:
        self.state = state
        self._random = random
        self._at = 0
        self._is_inside = False
        self._numbers = max((number for step in state.past + state.future for number in step.after.marks), default=0)

    def home(self) -> None:
        """The cursor was brought to the first word."""
        self._at, self._is_inside = 0, False

    def deed(self) -> Deed:
        """The next change; it is taken to be carried out."""
        deed = self._retraced() or self._marked()
        self.state = deed.state
        return deed

    def _retraced(self) -> Deed | None:
        chance = self._random.random()
        if chance < 0.2 and self.state.past:
            return Deed(["u"], f"undone: {self.state.past[-1].name}", self.state.undone())
        if chance > 0.75 and self.state.future:
            return Deed(["ctrl+r"], f"done again: {self.state.future[-1].name}", self.state.redone())
        return None

    def _marked(self) -> Deed:
        keys = list(self._moved())
        number = self.state.picture.at(self._at)
        made = self._new() if number is None else self._random.choice(list(self._changes(number)))()
        return made._replace(keys=[*keys, *made.keys])

    def _moved(self) -> Iterator[str]:
        """To the start of a word nearby."""
        if self._is_inside:
            yield "ctrl+right"
        to = min(max(self._at + self._random.randint(-_FARTHEST, _FARTHEST), 0), len(WORDS) - 1)
        for _ in range(abs(to - self._at)):
            yield "ctrl+left" if to > self._at else "ctrl+right"
        self._at, self._is_inside = to, False

    def _new(self) -> Deed:
        picture, label = self.state.picture, self._random.choice(("actor", "event"))
        count = 2 if self._random.random() < 0.3 and picture.is_free(self._at + 1) else 1
        self._numbers += 1
        mark = Mark(self._at, self._at + count, label)
        self._at, self._is_inside = mark.past - 1, count > 1
        return Deed(
            [*["ctrl+shift+left"] * (count if count > 1 else 0), label[0]],
            f"marked {quoted(mark.text, 40)} as {label}",
            self.state.done(f"mark {label}", picture.put(self._numbers, mark)),
        )

    def _changes(self, number: int) -> Iterator[Callable[[], Deed]]:
        """What can be done to a mark."""
        picture = self.state.picture
        mark = picture.marks[number]
        yield lambda: self._deleted(number, mark)
        yield lambda: self._given_subtype(number, mark)
        if not any(number in link for link in picture.links):
            yield lambda: self._relabelled(number, mark)
        if len(mark.note) < _LONGEST_NOTE:
            yield lambda: self._noted(number, mark)
        if picture.is_free(mark.past):
            yield lambda: self._stretched(number, mark, 1)
        if mark.past - mark.first > 1:
            yield lambda: self._stretched(number, mark, -1)
        actor = self._nearest_actor()
        if mark.label == "event" and actor is not None and (number, actor) not in picture.links:
            yield lambda: self._linked(number, actor)

    def _deleted(self, number: int, mark: Mark) -> Deed:
        state = self.state.done(f"delete {mark.label}", self.state.picture.without(number))
        return Deed(["x"], f"deleted {mark.kind} {quoted(mark.text, 40)}", state)

    def _relabelled(self, number: int, mark: Mark) -> Deed:
        label = "event" if mark.label == "actor" else "actor"
        told = f"{quoted(mark.text, 40)} is {label} now"
        return self._changed(["R"], told, f"label {label}", number, mark._replace(label=label, subtype=None))

    def _given_subtype(self, number: int, mark: Mark) -> Deed:
        known = BUILT_IN.label(mark.label)
        assert known is not None
        chosen = self._random.choice([it for it in known.subtypes if it.name != mark.subtype])
        new = mark._replace(subtype=chosen.name)
        told = f"{quoted(mark.text, 32)} is {new.kind}"
        return self._changed(["t", chosen.key], told, f"subtype {chosen.name}", number, new)

    def _noted(self, number: int, mark: Mark) -> Deed:
        more = f"{self._random.randrange(1000)};"
        new = mark._replace(note=mark.note + more)
        return self._changed(["o", more, "enter"], f"note on {quoted(mark.text, 32)}", "note", number, new)

    def _stretched(self, number: int, mark: Mark, by: int) -> Deed:
        new = mark._replace(past=mark.past + by)
        if self._at >= new.past:
            self._at, self._is_inside = new.past - 1, True
        told = f"{mark.kind} is now {quoted(new.text, 40)}"
        return self._changed(["+" if by > 0 else "-"], told, "move the edges", number, new)

    def _nearest_actor(self) -> int | None:
        """The first actor from the cursor on, or of all."""
        marks = self.state.picture.marks
        actors = sorted((mark.first < self._at, mark.first, it) for it, mark in marks.items() if mark.label == "actor")
        return actors[0][2] if actors else None

    def _linked(self, event: int, actor: int) -> Deed:
        picture = self.state.picture
        told = f"agent of {quoted(picture.marks[event].text, 28)}: {quoted(picture.marks[actor].text, 28)}"
        linked = picture._replace(links=picture.links | {(event, actor)})
        return Deed(["g", "left", "enter"], told, self.state.done(f"link {_ROLE}", linked))

    def _changed(self, keys: list[str], told: str, name: str, number: int, mark: Mark) -> Deed:
        return Deed(keys, told, self.state.done(name, self.state.picture.put(number, mark)))
