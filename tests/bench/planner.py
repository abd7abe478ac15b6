"""What a skilled annotator would press: the cheapest keys to a span, counted in keys.

A *place* is where the cursor is and what part of the article is on the screen; a *hand* is a place and the letters that
are drawn on the words, if any are. A *deed* is a key, or the letters that are drawn on a word, with the kind of action
it is counted under. A *plan* is a list of deeds. Plans are found by trying all short ways of moving the cursor, and at
every place reached all ways of marking from there: at once, by selecting with Shift, by letters, and by letters and
edges. What the keys do is computed by the program's own pure functions; what they cost here only chooses among plans,
for the replay counts the keys that it presses.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from edge_plan import EdgePlanner

from annotations.edges import trim_punctuation
from annotations.schema import Schema
from tui.text import navigation
from tui.text.cursor import Cursor, Step
from tui.text.hint_codes import codes
from tui.text.navigation import Range
from tui.text.page import Page
from tui.text.viewport import ScreenLine, Viewport

MOVES: dict[str, Step] = {
    "ctrl+left": "word_left",
    "ctrl+right": "word_right",
    "up": "up",
    "down": "down",
    "home": "row_start",
    "end": "row_end",
    "left": "left",
    "right": "right",
    "pagedown": "page_down",
    "pageup": "page_up",
    "ctrl+home": "text_start",
    "ctrl+end": "text_end",
}
JUMPS = ("pagedown", "pageup", "ctrl+home", "ctrl+end")
_SELECTS: dict[str, Step] = {
    (key.replace("ctrl+", "ctrl+shift+") if "+" in key else f"shift+{key}"): step
    for key, step in MOVES.items()
    if key not in JUMPS
}
_FREE_MOVES = 3
_FARTHEST = 8
_MOST_OFF = 40

Letters = Mapping[int, str]
"""What is to be typed for each word in view, by the offset where it begins."""


class Deed(NamedTuple):
    """A key to press; or, where it is None, the letters to type that are drawn at an offset."""

    kind: str
    key: str | None
    offset: int = 0


@dataclass(frozen=True)
class Place:
    """The cursor, and the line at the top of the screen."""

    cursor: Cursor
    top: ScreenLine


@dataclass(frozen=True)
class Hand:
    """A place, and the letters drawn there; None while none are."""

    place: Place
    letters: Letters | None = None


@dataclass(frozen=True)
class Plan:
    """Deeds, and how many keys they are thought to take."""

    deeds: tuple[Deed, ...]
    cost: int

    @property
    def jumps(self) -> bool:
        """Whether it goes to another screen of the article."""
        return bool(self.deeds) and self.deeds[-1].key in JUMPS

    def then(self, cost: int, *deeds: Deed) -> Plan:
        """The plan with more to do after it."""
        return Plan((*self.deeds, *deeds), self.cost + cost)


class Wanted(NamedTuple):
    """A range to mark, and the key that marks it.

    With `keeps_on`, letters are kept on once they are drawn; `taken` are ranges that cannot be marked, even in passing.
    """

    start: int
    end: int
    key: str
    keeps_on: bool
    taken: frozenset[Range] = frozenset()


_Selected = tuple[Cursor, Plan]


class Planner:
    """Plans for one article at one size of screen."""

    def __init__(self, page: Page, height: int, schema: Schema) -> None:
        self._page = page
        self.text = page.document.text
        self._height = height
        self._label_keys = {label.name: label.key for label in schema.labels}
        self._viewport = Viewport(page)
        self.edges = EdgePlanner(page)
        self._seen = lru_cache(4096)(self._compute_reached)
        self._words = lru_cache(512)(self._compute_words)

    def label_key(self, label: str) -> str:
        """The key that marks with a label."""
        return self._label_keys[label]

    def plan(self, hand: Hand, wanted: Wanted) -> Plan:
        """The cheapest plan to mark a range."""
        best: Plan | None = None
        for way, here in self._ways(hand):
            if best is not None and way.cost + 2 > best.cost:
                break
            for plan in self._from(way, here, wanted):
                if best is None or plan.cost < best.cost:
                    best = plan
        return best or self._towards(hand, wanted)

    def _towards(self, hand: Hand, wanted: Wanted) -> Plan:
        """A screen on, or back, in the direction of a range that is farther away than plans go."""
        start, end = self._seen(hand.place.top)
        if start <= wanted.start and wanted.end <= end:
            raise LookupError(f"no way found to {self.text[wanted.start : wanted.end]!r} at {wanted.start}")
        return Plan((Deed("move", "pagedown" if end < wanted.end else "pageup"),), 1)

    def reach(self, hand: Hand, there: Callable[[int], bool], farthest: int) -> Plan | None:
        """The fewest moves, and no jumps, to a caret that is right; None where that takes more than so many."""
        for way, here in self._ways(hand):
            if way.cost > farthest:
                return None
            if not way.jumps and there(here.place.cursor.caret):
                return way
        return None

    def _ways(self, hand: Hand) -> Iterator[tuple[Plan, Hand]]:
        """Every place that moves lead to, nearest first."""
        start = hand.place
        reached = {self._identity(start)}
        frontier = [(Plan((), 0), hand)]
        while frontier and frontier[0][0].cost <= _FARTHEST:
            yield from frontier
            following = []
            for way, here in frontier:
                for key in _goes_on_with(way):
                    there = self._moved(here, MOVES[key])
                    if self._identity(there.place) not in reached:
                        reached.add(self._identity(there.place))
                        following.append((way.then(1, Deed("move", key)), there))
            frontier = following

    def _from(self, way: Plan, here: Hand, wanted: Wanted) -> Iterator[Plan]:
        """Plans that mark the span from a place."""
        mark = Deed("label", wanted.key)
        for cursor, plan in self._targets(way, here, wanted):
            target = self._target(cursor)
            if target == (wanted.start, wanted.end):
                yield plan.then(1, mark)
            elif target is not None and self._is_near(target, wanted) and target not in wanted.taken:
                yield from self._edited(plan.then(1, mark), here, target, wanted)

    def _edited(self, plan: Plan, here: Hand, target: Range, wanted: Wanted) -> Iterator[Plan]:
        edges = (wanted.start, wanted.end)
        keys = self.edges.by_word(target, edges, wanted.taken) or self.edges.by_letter(target, edges)
        if keys is None:
            return
        deeds = [Deed("edge", key) for key in keys]
        are_drawn = here.letters is not None or (wanted.keeps_on and any(deed.key == "f" for deed in plan.deeds))
        if are_drawn and not {"+", "-"}.issuperset(keys):
            # Keys of edges are letters of codes while those are drawn; and they are to be drawn again afterwards.
            yield plan.then(len(deeds) + 3, Deed("hint", "escape"), *deeds)
        else:
            yield plan.then(len(deeds), *deeds)

    def _targets(self, way: Plan, here: Hand, wanted: Wanted) -> Iterator[_Selected]:
        """Cursors that stand on, or select, what the span is or nearly is."""
        caret = here.place.cursor.caret
        # Nobody foresees which word a jump leads to.
        if not way.jumps and wanted.start - 3 <= caret <= wanted.end + 1:
            yield here.place.cursor, way
            yield from self._extended(here.place.cursor, way, wanted)
        for cursor, plan in self._hinted(way, here, wanted):
            yield cursor, plan
            yield from self._extended(cursor, plan, wanted)

    def _hinted(self, way: Plan, here: Hand, wanted: Wanted) -> Iterator[_Selected]:
        """Selections by letters: of the span's first word, of its last one, and of all between them."""
        reached = self._seen(here.place.top)
        words = self._words(reached)
        inside = [word for word in words if word[0] < wanted.end and wanted.start < word[1]]
        if not inside or wanted.start < reached[0] or reached[1] < wanted.end:
            return
        letters, begun = here.letters, way
        if letters is None:
            letters = self._letters(reached, here.place.cursor.caret)
            begun = way.then(1, *[Deed("hint", "f")] * (2 if wanted.keeps_on else 1))
        ends = {inside[0]: inside[-1], inside[-1]: inside[0]}
        for one, other in ends.items():
            if not letters.get(one[0]):
                continue
            chosen = begun.then(len(letters[one[0]]), Deed("hint", None, one[0]))
            cursor = here.place.cursor.selecting(self._page, one)
            yield cursor, chosen
            after = self._letters_after(reached, one)
            if one != other and after.get(other[0]):
                both = (min(one[0], other[0]), max(one[1], other[1]))
                plan = chosen.then(len(after[other[0]]), Deed("hint", None, other[0]))
                yield cursor.selecting(self._page, both), plan

    def _extended(self, cursor: Cursor, plan: Plan, wanted: Wanted) -> Iterator[_Selected]:
        """Selections that a key or two more with Shift make, or one key pressed again and again."""
        for key, step in _SELECTS.items():
            following, longer = cursor, plan
            for _ in range(_FARTHEST):
                before, following = following, following.extended(self._page, step, self._height)
                longer = longer.then(1, Deed("select", key))
                if following == before or not self._is_within(following, wanted):
                    break
                yield following, longer
                if longer.cost - plan.cost == 1:
                    yield from self._once_more(following, longer, wanted)

    def _once_more(self, cursor: Cursor, plan: Plan, wanted: Wanted) -> Iterator[_Selected]:
        for key, step in _SELECTS.items():
            following = cursor.extended(self._page, step, self._height)
            if self._is_within(following, wanted):
                yield following, plan.then(1, Deed("select", key))

    def _is_within(self, cursor: Cursor, wanted: Wanted) -> bool:
        """Whether a selection is part of the span, or of it and what is next to it: others lead nowhere."""
        selected = cursor.selection(self._page)
        return selected is not None and wanted.start - 3 <= selected[0] and selected[1] <= wanted.end + 3

    def _is_near(self, target: Range, wanted: Wanted) -> bool:
        """Whether a few keys could make the one of the other."""
        return (
            target[0] < wanted.end
            and wanted.start < target[1]
            and (abs(target[0] - wanted.start) + abs(target[1] - wanted.end) <= _MOST_OFF)
        )

    def _target(self, cursor: Cursor) -> Range | None:
        target = cursor.target(self._page)
        if target is None or cursor.anchor is None:
            return target
        return trim_punctuation(self.text, *target)

    def _moved(self, hand: Hand, step: Step) -> Hand:
        place = hand.place
        cursor = place.cursor.moved(self._page, step, self._screenful(place.top))
        top = self._viewport.revealing(place.top, self._page.spot_of(cursor.caret), self._height)
        letters = hand.letters
        if letters is not None and top != place.top:
            letters = self._letters(self._seen(top), cursor.caret)
        return Hand(Place(cursor, top), letters)

    def _identity(self, place: Place) -> tuple[int, ScreenLine]:
        return place.cursor.caret, place.top

    def _letters(self, reached: Range, near: int) -> Letters:
        words = self._words(reached)
        return self._coded(words, bisect_left([word[1] for word in words], near + 1))

    def _letters_after(self, reached: Range, word: Range) -> Letters:
        words = self._words(reached)
        return self._coded(words, next((i for i, other in enumerate(words) if other[0] >= word[1]), len(words)))

    def _coded(self, words: Sequence[Range], first: int) -> Letters:
        given = codes(len(words), {"f", "j", *self._label_keys.values()}, first)
        return {word[0]: code for word, code in zip(words, given, strict=True)}

    def _compute_reached(self, top: ScreenLine) -> Range:
        lines = self._lines(top)
        return self._page.row(lines[0].spot).start, self._page.row(lines[-1].spot).end

    def _compute_words(self, reached: Range) -> Sequence[Range]:
        return navigation.words_between(self._page, *reached)

    def _screenful(self, top: ScreenLine) -> int:
        return max(1, sum(not line.below for line in self._lines(top)))

    def _lines(self, top: ScreenLine) -> list[ScreenLine]:
        return [line for _, line in zip(range(self._height), self._viewport.lines_from(top), strict=False)]


def _goes_on_with(way: Plan) -> Collection[str]:
    """The moves to try after some: any few of them, or one jump again and again."""
    if way.jumps:
        return (way.deeds[-1].key or "",)
    return MOVES if not way.deeds else [key for key in MOVES if key not in JUMPS] if way.cost < _FREE_MOVES else ()
