"""A skilled annotator of one article: reads it once from its start, and does each thing the cheapest way.

Proposals from earlier articles are walked first. Then every span that is not marked yet is marked in reading order, and
its subtype set where repeating the last one does not give it; its other mentions are walked where that pays. Letters
are kept on where several spans in a row need nothing but letters and labels.
"""

from __future__ import annotations

from collections.abc import Sequence, Set

from gold import GoldArticle, GoldSpan
from keyboard import Keyboard, Made, MisplayedError
from planner import JUMPS, Plan, Planner, Wanted
from walk_plan import Candidate, Walk, in_order, plan_walk

from annotations.matching import mentions
from annotations.schema import BUILT_IN
from tui.text.navigation import Range

_FRAGMENT, _REPEAT = "j", "."
_LONGEST_RUN = 4
"""Spans ahead that are looked at to decide whether letters are kept on."""
_ONCE_MORE = 3
"""Keys that it takes to do something else while letters are kept on: Escape, and `f` twice afterwards."""

_Kind = tuple[str, str | None]


class Annotator:
    """Marks the spans of an article."""

    def __init__(self, keyboard: Keyboard, planner: Planner, gold: GoldArticle) -> None:
        self._keyboard = keyboard
        self._planner = planner
        self._gold = gold
        self._last: _Kind | None = None

    async def annotate(self) -> None:
        """Mark all spans."""
        await self._walk_proposals()
        for number, span in enumerate(self._gold.spans):
            if span.key not in self._keyboard.marked:
                await self._mark(span, keeps_on=self._keeps_on(number))
                await self._set_subtype(span)
                await self._walk_mentions(span)
        await self._keyboard.leave_mode()

    async def _mark(self, span: GoldSpan, *, keeps_on: bool) -> None:
        first = _REPEAT if self._repeats(span) else self._planner.label_key(span.label)
        for fragment, key in zip(span.fragments, [first] + [_FRAGMENT] * len(span.fragments), strict=False):
            wanted = Wanted(*fragment, key, keeps_on, self._taken(span.label))
            while not await self._follow(self._planner.plan(self._keyboard.hand, wanted)):
                pass
        if span.key not in self._keyboard.marked:
            told = self._gold.text[span.start : span.end]
            raise MisplayedError(f"{told!r} was to be marked; the status line: {self._keyboard.told}")
        self._keyboard.tally.made["by hand"] += 1

    async def _follow(self, plan: Plan) -> bool:
        """Do what is planned, up to the first jump; whether that is all."""
        for deed in plan.deeds:
            await self._keyboard.do(deed)
            if deed.key in JUMPS:
                return False
        return True

    async def _set_subtype(self, span: GoldSpan) -> None:
        if span.subtype is not None and not self._repeats(span):
            if self._keyboard.is_hinting:
                await self._keyboard.press("hint", "escape")
            await self._keyboard.press("subtype", "t", subtype_key(span.label, span.subtype))
        if span.subtype is not None:
            self._keyboard.tally.made["subtypes"] += 1
        self._last = (span.label, span.subtype)

    def _repeats(self, span: GoldSpan) -> bool:
        """Whether the key for the last label and subtype gives it more than the label's own would."""
        return span.subtype is not None and self._last == (span.label, span.subtype)

    async def _walk_proposals(self) -> None:
        proposed, caret = self._keyboard.proposals, self._keyboard.screen.view.cursor.caret
        here = next((it for it in proposed if it.start <= caret < it.end), None)
        if here is not None and self._answer(here) != ("y",):
            # The key would accept it at once.
            await self._keyboard.press("move", "end")
        await self._walk("proposals", "y", proposed, self._keyboard.screen.view.cursor.caret, 0)

    def _answer(self, it: Candidate) -> tuple[str, ...] | None:
        walk = plan_walk(self._planner, [it], self._left(set()), 0)
        return walk.answers[0] if walk else None

    async def _walk_mentions(self, span: GoldSpan) -> None:
        overhead = _ONCE_MORE if self._keyboard.is_hinting else 0
        found = self._mentions(span, self._keyboard.marked.keys())
        await self._walk("mentions", "m", found, self._keyboard.screen.view.cursor.caret, overhead)

    async def _walk(self, kind: str, key: str, found: Sequence[Candidate], start: int, overhead: int) -> None:
        """Walk candidates, where that spares keys, and answer each."""
        before = self._keyboard.marked.keys()
        walk = self._planned(found, start, before, overhead)
        if walk is None:
            return
        await self._keyboard.leave_mode()
        await self._keyboard.press(kind, key)
        answered = list(zip(in_order(found, start), walk.answers, strict=False))
        if kind == "proposals" and answered[0][0].start <= start < answered[0][0].end:
            del answered[0]
        for it, answer in answered:
            if self._keyboard.offered != (it.start, it.end):
                if self._keyboard.layer.overlapping(it.start, it.end):
                    continue
                raise MisplayedError(f"{(it.start, it.end)} was to be offered, not {self._keyboard.offered}")
            await self._keyboard.press(kind, *answer)
        if self._keyboard.screen.mode is not None:
            await self._keyboard.press(kind, "escape")
        self._note_walked(kind, self._keyboard.marked.keys() - before)

    def _note_walked(self, kind: str, made: Set[Made]) -> None:
        walked = [span for span in self._gold.spans if span.key in made]
        self._keyboard.tally.made[f"walking {kind}"] += len(walked)
        self._keyboard.tally.made["subtypes"] += sum(span.subtype is not None for span in walked)
        if kind == "proposals" and walked:
            self._last = None

    def _planned(self, found: Sequence[Candidate], start: int, marked: Set[Made], overhead: int) -> Walk | None:
        return plan_walk(self._planner, in_order(found, start), self._left(marked), overhead + 1)

    def _keeps_on(self, number: int) -> bool:
        """Whether it takes fewer keys to keep letters on than to ask for them again for each span until a walk."""
        marked = set(self._keyboard.marked.keys())
        run, last = 0, self._last
        for span in self._gold.spans[number:]:
            if span.key in marked:
                continue
            marked.add(span.key)
            run += 1
            if run == _LONGEST_RUN:
                return True
            asks = span.subtype is not None and last != (span.label, span.subtype)
            if asks or self._planned(self._mentions(span, marked), span.start, marked, 0):
                return False
            last = (span.label, span.subtype)
        return run >= _ONCE_MORE

    def _mentions(self, span: GoldSpan, marked: Set[Made]) -> list[Candidate]:
        """What a walk from a span would offer, once these are marked."""
        taken = [fragments for label, fragments in marked if label == span.label]
        text = " ".join(self._gold.text[start:end] for start, end in span.fragments)
        return [
            Candidate(start, end, span.label, span.subtype)
            for start, end in mentions(self._keyboard.screen.shadow, text)
            if not any(one[0][0] < end and start < one[-1][1] for one in taken)
        ]

    def _left(self, marked: Set[Made]) -> list[GoldSpan]:
        return [span for span in self._gold.spans if span.key not in marked]

    def _taken(self, label: str) -> frozenset[Range]:
        marked = self._keyboard.marked
        return frozenset(made[0] for other, made in marked if other == label and len(made) == 1)


def subtype_key(label: str, subtype: str) -> str:
    """The key that chooses a subtype."""
    declared = BUILT_IN.label(label)
    found = declared.subtype(subtype) if declared else None
    if found is None or not found.key:
        raise MisplayedError(f"the schema has no key for the subtype {subtype} of {label}")
    return found.key
