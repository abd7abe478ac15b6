"""A review: what became of each span when the text of its article changed, and what the annotator makes of that.

A span is told by its *number* in the old layer. Its *place* is where it is to be in the new text, None if it is lost.
Nothing here knows a screen, and no decision takes longer in a larger layer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from annotations.anchoring import Found, Outcome
from annotations.anchoring.layer import moved_layer
from annotations.article import Article
from annotations.layer import Layer
from annotations.span import Fragment, move_span

Place = tuple[Fragment, ...] | None
"""Ranges of the new text in code points, None for none."""

_IN_ORDER: tuple[Outcome, ...] = ("uncertain", "lost", "moved")


class Review:
    """The old layer, what was found of it in the new text, and the decisions.

    `rows` are the numbers of the spans to look at, the uncertain ones first; `counts` says how many spans have which
    outcome as things stand: one that is decided is moved or lost. `shown` is the layer for the new text with all spans
    whose place is certain or decided.
    """

    def __init__(self, old: Layer, found: Sequence[Found], article: Article, now: datetime) -> None:
        self.old = old
        self._found = found
        self._article = article
        self._decided: dict[int, Place] = {}
        self._turned: dict[int, int] = {}
        by_outcome: dict[Outcome, list[int]] = {outcome: [] for outcome in ("same", *_IN_ORDER)}
        for number, each in enumerate(found):
            by_outcome[each.outcome].append(number)
        self.rows = [number for outcome in _IN_ORDER for number in by_outcome[outcome]]
        self._uncertain = len(by_outcome["uncertain"])
        self.counts: Counter[Outcome] = Counter(each.outcome for each in found)
        self.shown = self.accepted(now)

    def found(self, number: int) -> Found:
        """What was found of a span."""
        return self._found[number]

    def outcome(self, number: int) -> Outcome:
        """What becomes of it as things stand."""
        if number in self._decided:
            return "lost" if self._decided[number] is None else "moved"
        return self._found[number].outcome

    def is_decided(self, number: int) -> bool:
        """Whether the annotator said what becomes of it."""
        return number in self._decided

    def place(self, number: int) -> Place:
        """Where it is to be, or may be."""
        return self._decided[number] if number in self._decided else self.proposed(number)

    def proposed(self, number: int) -> Place:
        """The one of its possible places that is looked at."""
        places = self.places(number)
        return places[self.turn(number)] if places else None

    def places(self, number: int) -> list[tuple[Fragment, ...]]:
        """Its possible places, the likeliest first."""
        found = self._found[number]
        return [*([found.fragments] if found.fragments else []), *found.alternatives]

    def turn(self, number: int) -> int:
        """Which of its possible places is looked at, from 0."""
        return self._turned.get(number, 0)

    def next_place(self, number: int, now: datetime) -> None:
        """Look at the next of its possible places; what was decided of it is open again."""
        self.reopen(number, now)
        self._turned[number] = (self.turn(number) + 1) % max(1, len(self.places(number)))

    def decide(self, number: int, place: Place, now: datetime) -> None:
        """Put it at a place, or declare it lost."""
        self.counts[self.outcome(number)] -= 1
        self._decided[number] = place
        self._note(number, now)

    def reopen(self, number: int, now: datetime) -> None:
        """Take back what was decided of it."""
        self.counts[self.outcome(number)] -= 1
        self._decided.pop(number, None)
        self._note(number, now)

    def open_rows(self) -> list[int]:
        """The rows that are uncertain still."""
        return [row for row in range(self._uncertain) if self.rows[row] not in self._decided]

    def next_row(self, row: int) -> int:
        """Where to go on after a row: at the next that is uncertain, and where none is, at the next."""
        ahead = self.open_rows() if row < self._uncertain else []
        return next((each for each in (*(it for it in ahead if it > row), *ahead)), min(row + 1, len(self.rows) - 1))

    def place_before(self, number: int) -> int:
        """The end of the nearest span before it that has a place: where to look for one that has none."""
        places = (self.place(before) for before in range(number - 1, -1, -1))
        return next((place[-1][1] for place in places if place), 0)

    def accepted(self, now: datetime) -> Layer:
        """The layer for the new text; what is uncertain still is lost, and kept in it as such."""
        found = [self._as_it_stands(number) for number in range(len(self._found))]
        return moved_layer(self.old, self._article, found, now=now)

    def _as_it_stands(self, number: int) -> Found:
        found, outcome = self._found[number], self.outcome(number)
        place = self.place(number) if outcome in ("same", "moved") else None
        return found._replace(fragments=place, outcome=outcome)

    def _note(self, number: int, now: datetime) -> None:
        """Count a decision, and show what becomes of the span, with its links to others that are shown."""
        self.counts[self.outcome(number)] += 1
        old, place = self.old.spans[number], self._as_it_stands(number).fragments
        layer = self.shown if self.shown.find(old.id) is None else self.shown.remove(old.id)
        if place is not None:
            layer = layer.add(move_span(old, self._article.text, place, now=now))
            for link in self.old.links_of(old.id):
                if layer.find(link.event) and layer.find(link.actor):
                    layer = layer.add_link(link)
        self.shown = layer
