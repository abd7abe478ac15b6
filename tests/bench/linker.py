"""A skilled annotator who goes through the marked spans once more: groups of mentions, and links of events.

To link each event as soon as its actors are marked was tried, and takes more keys: most actors come after their event.

Spans are visited in reading order, by the keys for the next and previous span or by moves, whichever are fewer. What a
span is linked or grouped with is picked by its letters where it has some, else by arrows or by typing a part of its
name, whichever is shortest.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

from gold import GoldArticle, GoldLink, GoldSpan
from keyboard import Keyboard, Made, MisplayedError
from planner import Planner

from annotations.groups import mentions_of, suggest
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.telling import kind_of

_FARTHEST = 6
_MOST_TYPED = 12


class Linker:
    """Groups and links the spans of an article."""

    def __init__(self, keyboard: Keyboard, planner: Planner, gold: GoldArticle) -> None:
        self._keyboard = keyboard
        self._planner = planner
        self._gold = gold
        self._links: defaultdict[Made, list[GoldLink]] = defaultdict(list)
        for link in gold.links:
            self._links[link.event.key].append(link)
        self._firsts: dict[tuple[str, str], GoldSpan] = {}

    async def link(self) -> None:
        """Make all groups and links."""
        if any(self._first_mention(gold) != gold or self._links[gold.key] for gold in self._gold.spans):
            await self._keyboard.press("visit", "ctrl+home")
        for gold in self._gold.spans:
            mention, links = self._first_mention(gold), self._links[gold.key]
            if mention != gold or links:
                await self._visit(self._made(gold))
            if mention != gold:
                await self._join(gold, mention)
            for link in links:
                await self._link(link)

    async def _visit(self, span: Span) -> None:
        """Let commands be about a span."""
        here = self._keyboard.screen.span_here()
        if here is not None and here.id == span.id:
            return
        steps = self._steps(here, span)
        way = self._planner.reach(self._keyboard.hand, lambda caret: self._is_at(span, caret), _FARTHEST)
        if way is not None and (not steps or way.cost < len(steps)):
            for deed in way.deeds:
                await self._keyboard.press("visit", deed.key or "")
        else:
            await self._keyboard.press("visit", *steps)
        if (found := self._keyboard.screen.span_here()) is None or found.id != span.id:
            raise MisplayedError(f"{span.text!r} was to be gone to; the status line: {self._keyboard.told}")

    def _steps(self, here: Span | None, span: Span) -> list[str]:
        """Keys for the next or previous span that lead from one to another."""
        ids = [one.id for one in self._layer.spans]
        if here is None:
            caret = self._keyboard.screen.view.cursor.caret
            at = next((n for n, one in enumerate(self._layer.spans) if one.start > caret), len(ids)) - 0.5
        else:
            at = float(ids.index(here.id))
        by = ids.index(span.id) - at
        return ["n" if by > 0 else "p"] * round(abs(by) + 0.1)

    def _is_at(self, span: Span, caret: int) -> bool:
        found = self._layer.at(caret)
        return bool(found) and found[0].id == span.id

    async def _join(self, gold: GoldSpan, mention: GoldSpan) -> None:
        """Group a span with a mention, by whichever span of that one's group is picked with the fewest keys."""
        span = self._made(gold)
        own = {one.id for one in mentions_of(self._layer, span)}
        pickable = [one for one in self._layer.spans if one.label == span.label and one.id not in own]
        others = mentions_of(self._layer, self._made(mention))
        await self._keyboard.press("group", "=")
        await self._keyboard.press("group", *self._shortest(others, pickable, suggest(self._layer, span)))
        self._keyboard.tally.made["groups"] += 1

    async def _link(self, link: GoldLink) -> None:
        role = BUILT_IN.role(link.role)
        if role is None or not role.key:
            raise MisplayedError(f"the schema has no key for the role {link.role}")
        pickable = [one for one in self._layer.spans if one.label in role.actor_labels]
        await self._keyboard.press("link", role.key)
        await self._keyboard.press("link", *self._shortest([self._made(link.actor)], pickable))
        self._keyboard.tally.made["links"] += 1

    def _shortest(self, wanted: Sequence[Span], pickable: Sequence[Span], first: Sequence[Span] = ()) -> list[str]:
        """The fewest keys that pick one of the spans, from a list that has some first."""
        listed = [*first, *(span for span in pickable if span not in first)]
        return min((way for span in wanted for way in self._picks(span, pickable, listed)), key=len)

    def _picks(self, span: Span, pickable: Sequence[Span], listed: Sequence[Span]) -> Iterator[list[str]]:
        is_first = next(one for one in pickable if one.start == span.start).id == span.id
        # Of spans that start together the longer ones have their letters at their ends.
        letters = self._keyboard.letters.get(span.start if is_first else max(span.start + 1, span.end - 2))
        if letters:
            yield list(letters)
        position = bisect_left([one.start for one in pickable], self._keyboard.screen.view.cursor.caret)
        number = next(number for number, one in enumerate(pickable) if one.id == span.id)
        yield ["left"] * ((number - position) % len(pickable) + 1) + ["enter"]
        yield ["right"] * ((position - 1 - number) % len(pickable) + 1) + ["enter"]
        typed = self._typed(span, listed)
        if typed is not None:
            yield ["/", *typed, "enter"]

    @staticmethod
    def _typed(span: Span, listed: Sequence[Span]) -> str | None:
        """The shortest part of its name that brings it to the top of the list of all."""
        choices = {one.id: Choice(one.text, lambda: None, kind_of(one)) for one in listed}
        for length in range(1, min(len(span.text), _MOST_TYPED) + 1):
            for start in range(len(span.text) - length + 1):
                part = span.text[start : start + length]
                shown = Prompt("", offer=lambda: [*choices.values()], text=part).shown if part.strip() == part else ()
                if shown and shown[0] is choices[span.id]:
                    return part
        return None

    def _first_mention(self, gold: GoldSpan) -> GoldSpan:
        """The first mention of the same in the text: the span itself where it is in no group."""
        return self._firsts.setdefault((gold.label, gold.group), gold) if gold.group else gold

    def _made(self, gold: GoldSpan) -> Span:
        return self._layer.span(self._keyboard.marked[gold.key])

    @property
    def _layer(self) -> Layer:
        return self._keyboard.layer
