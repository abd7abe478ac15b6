"""Reviewing where annotations are after the article was edited: nothing is moved before the annotator accepts it.

What is certain is shown in the text with its labels, what is uncertain as proposals are, the current one standing out.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from annotations.edges import trim_punctuation
from annotations.errors import HashiyaError
from tui.command import Context
from tui.desk import now
from tui.keymap import Stroke
from tui.screens.reader.part import Part
from tui.screens.reader.reviewing_words import TOLD, counted, heading, quoted_old, row_of, told_accepted, told_fate
from tui.widgets.article_painter import Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark
from tui.widgets.side_pane import PaneContent, SidePane

if TYPE_CHECKING:
    from tui.screens.reader.review import Place, Review

# Uncertain places shown on either side of the current one: more than a screen holds.
_SHOWN = 200
# On a narrow screen the list stands beside the text, which is what it is about, and not over it.
_NARROW_LIST, _WIDE_LIST = 40, 48


class Reviewing(Part):
    """Lists what is to be looked at, and has the keys until that is accepted or left."""

    keeps_letters: ClassVar[bool] = True
    contexts: ClassVar[tuple[Context, ...]] = ("review",)
    beneath: ClassVar[tuple[Context, ...]] = ("text", "app")

    _known: Review | None = None
    _is_shown: bool = False
    _open: list[Mark] = []  # noqa: RUF012 - replaced, never changed

    def begin(self) -> None:
        """Find the spans again, in the background, where the article was changed since they were made."""
        if self.reader.desk.can_review:
            self.reader.run_worker(self._find, thread=True, exclusive=True, group="review")

    async def start(self) -> None:
        """Open the review, or say why there is none."""
        desk = self.reader.desk
        if self.is_on():
            await self._list()
        elif self._known is not None and desk.can_review:
            await self._show()
        elif desk.can_review:
            self.reader.say("the annotations are still being looked for in the changed text")
        elif desk.problem is not None:
            self.reader.warn(desk.problem)
        else:
            self.reader.say("nothing to review: the annotations were made for this text")

    async def take(self, stroke: Stroke) -> bool:
        """The list's keys while it has them; a letter that means nothing here does nothing."""
        pane = self.reader.parts.pane
        if not self.view.has_focus and await self.reader.take_command(stroke, pane.live_contexts()):
            return True
        if len(stroke.key) != 1 or not stroke.key.isalnum():
            return False
        self.reader.say(f"{self.reader.key_of('reviewing.end')} leaves the review")
        return True

    def keep(self) -> None:
        """Take the place that is shown."""
        review, number = self._review, self._number
        place = review.proposed(number)
        if place is None:
            self.reader.say(
                f"no place to keep: select its words, and {self.reader.key_of('reviewing.put')} puts it there"
            )
        else:
            self._decide(place, f"{quoted_old(review, number)} stays here")

    def drop(self) -> None:
        """Declare it lost."""
        if self._review.place(self._number) is None:
            self.reader.say("this one is lost already")
            return
        self._decide(None, f"{quoted_old(self._review, self._number)} is lost, and kept in the sidecar as that")

    def put(self) -> None:
        """Put it on what is selected, or on the word under the cursor."""
        target = self.view.target
        if target is not None and self.view.selection is not None and self.reader.trims:
            target = trim_punctuation(self.text, *target)
        if target is None or target[0] >= target[1]:
            self.reader.say("nothing to put it on here: select with Shift and the arrows, or the mouse")
            return
        told = f"{quoted_old(self._review, self._number)} is put on {quoted(self.text[slice(*target)], TOLD)}"
        self.view.drop_selection()
        self._decide((target,), told)

    def other_place(self) -> None:
        """Show the next place where it may be."""
        review, number = self._review, self._number
        if len(review.places(number)) < 2:
            self.reader.say("no other place is known")
            return
        review.next_place(number, now())
        self._update()
        self._go(number)
        self.reader.status.say_nothing()

    def reopen(self) -> None:
        """Take back what was decided of it."""
        review, number = self._review, self._number
        if not review.is_decided(number):
            self.reader.say("nothing was decided of this one")
            return
        review.reopen(number, now())
        self._update()
        self._go(number)

    def accept(self) -> None:
        """Take all as it stands; what is uncertain still is asked about once."""
        count = self._review.counts["uncertain"]
        if not count:
            self._accept()
            return
        from tui.screens.prompt import Choice, Prompt

        kept = f"accept; {count} uncertain {'are' if count > 1 else 'is'} kept as lost"
        choices = [
            Choice("go on with the review", self._to_first_open, key="n"),
            Choice(kept, self._accept, key="y"),
        ]
        self.reader.ask(Prompt(f"{count} not decided", offer=lambda: choices, by_key=True))

    async def switch(self) -> None:
        """Between the text and the list."""
        if self.view.has_focus:
            await self._list()
        else:
            self.reader.parts.pane.close()

    def search(self) -> None:
        """Search the article, and come back to the review."""
        self.reader.put_aside(self)
        self.reader.parts.searching.start()

    async def end(self) -> bool:
        """Back from the text to the list, and from there out of the review: all is as it was before."""
        if self.view.selection is not None:
            return False
        if self.view.has_focus:
            await self._list()
            return True
        self.reader.leave(self)
        key = self.reader.key_of("reviewing.start")
        self.reader.say(f"reading only, and nothing was changed: {key} goes on with the review")
        return True

    def overlay(self) -> Overlay:
        """The uncertain places around the current one, and that itself."""
        at = bisect_left(self._open, self.view.cursor.caret, key=lambda mark: mark.start)
        marks = [*self._open[max(0, at - _SHOWN) : at + _SHOWN]]
        marks += [Mark(start, end, "current") for start, end in self._review.place(self._number) or ()]
        # Of two that begin together, the current one is painted last.
        return Overlay(tuple(sorted(marks, key=lambda mark: mark.start)))

    def told(self) -> str:
        """What became of the current one, in full."""
        return told_fate(self._review, self._number, self.text)

    def left(self) -> None:
        """Nothing of what was proposed is shown any longer."""
        self._is_shown = False
        self.reader.desk.propose(None)
        self.view.show_layer(self.reader.desk.layer)
        self._fit_list(is_review=False)
        self.reader.parts.pane.close()

    def content(self) -> PaneContent:
        """The rows of the list."""
        review = self._review
        return PaneContent(heading(review), len(review.rows), partial(row_of, review))

    def highlighted(self, index: int) -> None:
        """Another row is current: the text follows it."""
        self.reader.status.say_nothing()
        self._go(self._review.rows[index])

    def chosen(self, index: int) -> None:
        """A row was chosen: on in the text."""
        self.highlighted(index)
        self.reader.parts.pane.close()

    def told_row(self, _index: int) -> str:
        """What the status line tells of a row: the mode tells it."""
        return self.told()

    def is_listed(self) -> bool:
        """Whether this has the keys, or goes on when the search that has them is over."""
        return self._is_shown

    def row_here(self) -> int | None:
        """The cursor does not choose a row: it looks for a place for the one that is current."""
        return None

    @property
    def _review(self) -> Review:
        assert self._known is not None  # noqa: S101 - for the type checker: the keys are live while there is one
        return self._known

    @property
    def _row(self) -> int:
        return self.reader.query_one(SidePane).rows.current

    @property
    def _number(self) -> int:
        """The span of the current row."""
        return self._review.rows[self._row]

    def _find(self) -> None:
        """Find the spans again; in a thread."""
        from annotations.anchoring import find_again
        from tui.screens.reader.review import Review

        desk = self.reader.desk
        old = desk.opening.layer if desk.opening else desk.layer
        found = find_again(old.spans, self.text, length=old.header.length)
        self.reader.call_later(self._arrived, Review(old, found, desk.article, now()))

    async def _arrived(self, review: Review) -> None:
        reader = self.reader
        if not (reader.is_attached and reader.desk.can_review):
            return
        self._known = review
        if not review.rows:
            self._accept()
        elif reader.mode is None and reader.question is None:
            await self._show()
            reader.say(f"the text was changed since it was annotated: {counted(review)}")
        else:
            key = reader.key_of("reviewing.start")
            reader.say(f"the text was changed since it was annotated: {key} opens the review")

    async def _show(self) -> None:
        self._refill()
        await self.reader.parts.pane.widget()
        self._fit_list(is_review=True)
        self._is_shown = True
        self.reader.enter(self)
        await self._list()

    async def _list(self) -> None:
        """Give the list the keys; on a narrow screen the text is set anew beside it."""
        await self.reader.parts.pane.open_review()
        self._reveal()
        # Once more when that is done.
        self.reader.call_after_refresh(self.view.after_painting, self._reveal)

    def _reveal(self) -> None:
        """Have the current place in view, unless the annotator is in the text, or selected another."""
        if self.is_on() and self.view.selection is None and self.reader.has_class("-listing"):
            self._go(self._number)

    def _fit_list(self, *, is_review: bool) -> None:
        """Give the list the room that it needs beside the text."""
        for pane in self.reader.query(SidePane):
            if is_review:
                pane.styles.layer = "default"
                pane.styles.width = _WIDE_LIST if self.reader.has_class("-wide") else _NARROW_LIST
            else:
                pane.styles.clear_rule("layer")
                pane.styles.clear_rule("width")

    def _decide(self, place: Place, told: str) -> None:
        """Decide of the current one, and go on."""
        review, row = self._review, self._row
        review.decide(review.rows[row], place, now())
        self._update()
        self._to(review.next_row(row))
        left = review.counts["uncertain"]
        ready = f"none is uncertain: {self.reader.key_of('reviewing.accept')} accepts the review"
        self.reader.say(f"{told} · {f'{left} uncertain left' if left else ready}")

    def _update(self) -> None:
        """Show what was decided."""
        self._refill()
        self.reader.parts.pane.show()

    def _refill(self) -> None:
        review = self._review
        places = [review.place(review.rows[row]) for row in review.open_rows()]
        self._open = sorted(Mark(start, end, "proposal") for place in places for start, end in place or ())
        self.reader.desk.propose(review.shown)
        self.view.show_layer(review.shown)

    def _to_first_open(self) -> None:
        self._to(self._review.open_rows()[0])

    def _to(self, row: int) -> None:
        """Make another row the current one, and go to its place."""
        self.reader.query_one(SidePane).rows.set_current(row)
        self._go(self._review.rows[row])

    def _go(self, number: int) -> None:
        """Bring the place of a span, or where it was, into view."""
        place = self._review.place(number)
        offset = place[0][0] if place else self._review.place_before(number)
        start, end = self.view.reached
        self.view.go_to(offset, centred=not start <= offset < end)
        self.view.show_overlay(self.overlay())
        self.reader.tell()

    def _accept(self) -> None:
        reader, review = self.reader, self._review
        try:
            reader.desk.accept(review.accepted(now()))
        except HashiyaError as error:
            reader.warn(str(error))
            return
        self._known = None
        reader.leave(self)
        reader.show_change()
        reader.tell_heading()
        reader.parts.keeping.begin()
        reader.parts.walking.load()
        reader.say(told_accepted(review))
