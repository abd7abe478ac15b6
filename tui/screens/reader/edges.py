"""The edges of a span: longer and shorter, clitics in and out, letter by letter.

A span has one *part* or, where it is discontinuous, several, each with a start and an end. Keys move the edges of the
part under the cursor. What is left empty is no part any more, and parts that meet become one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Literal

from annotations import edits
from annotations.clitics import toggle_enclitic, toggle_proclitic
from annotations.span import Fragment, Span, normalise_fragments
from tui.command import Context
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.text import navigation
from tui.text.navigation import Range, Side
from tui.text.page import Page
from tui.widgets.article_painter import Overlay
from tui.widgets.bars import quoted, set_label
from tui.widgets.row_painter import Mark

Edge = Literal["start", "end"]
_TOLD = 40
_PROCLITICS = "و ف ب ل ك س ال"


class Edges(Part):
    """Moves edges of the span under the cursor; as a mode, of one span until that is done."""

    contexts: ClassVar[tuple[Context, ...]] = ("edges",)
    lasting: ClassVar[bool] = False

    _span_id: str | None = None
    _part: int = 0
    _edge: Edge = "end"

    def by_word(self, edge: Edge, by: int) -> None:
        """Take a word in at an edge of the span, or leave its word there out."""
        span = self.need_span()
        if span is not None:
            part = self._part_here(span)
            at = _at(span.fragments[part], edge)
            self._move(span, part, edge, word_further(self.view.page, at, edge, by))

    def proclitic(self) -> None:
        """Leave one more of the leading letters out that are words of their own; after the last, take all in again.

        Inwards, as the word under the cursor is marked with all of them, and mostly the article is to stay.
        """
        toggle = partial(toggle_proclitic, inward=True)
        self._toggle("start", toggle, f"no {set_label(_PROCLITICS)} to take in or leave out here")

    def enclitic(self) -> None:
        """Take a pronoun suffix in, or leave it out."""
        self._toggle("end", toggle_enclitic, "no pronoun suffix to take in or leave out here")

    def edit(self) -> None:
        """Begin to move the edges of the span under the cursor."""
        span = self.need_span()
        if span is not None:
            self._span_id, self._part, self._edge = span.id, self._part_here(span), "end"
            self.reader.enter(self)

    def by_letter(self, side: Side) -> None:
        """Move the edge by one letter to a side of the screen."""
        span = self._span()
        if span is not None:
            at = _at(span.fragments[self._part], self._edge)
            self._move(span, self._part, self._edge, _cluster_further(self.view.page, at, forward=self._forward(side)))

    def by_word_to(self, side: Side) -> None:
        """Move the edge by one word to a side of the screen."""
        span = self._span()
        if span is not None:
            at = _at(span.fragments[self._part], self._edge)
            by = 1 if self._forward(side) == (self._edge == "end") else -1
            self._move(span, self._part, self._edge, word_further(self.view.page, at, self._edge, by))

    def other_edge(self) -> None:
        """Move the other edge from now on: of a span in several parts, the next in the order of the text."""
        span = self._span()
        if span is not None:
            if self._edge == "end":
                self._part = (self._part + 1) % len(span.fragments)
            self._edge = "start" if self._edge == "end" else "end"
            self.reader.show_mode()

    def keep(self) -> None:
        """Be done."""
        self.reader.leave(self)

    def overlay(self) -> Overlay:
        """The span, and the edge that moves."""
        span = self._span()
        if span is None:
            return Overlay()
        at = self._beside(span)
        marks = [Mark(*fragment, "current") for fragment in span.fragments]
        marks.insert(self._part + 1, Mark(*self.view.page.cluster_at(at), "hint"))
        return Overlay(tuple(marks))

    def told(self) -> str:
        """The span as it is."""
        span = self._span()
        if span is None:
            return ""
        count = len(span.fragments)
        which = f" of part {self._part + 1} of {count}" if count > 1 else ""
        return f"{quoted(span.text, _TOLD)}  {span.start}–{span.end}  moving the {self._edge}{which}"

    def _span(self) -> Span | None:
        span = self.layer.find(self._span_id) if self._span_id else None
        if span is None:
            self.reader.leave(self)
            return None
        self._part = min(self._part, len(span.fragments) - 1)
        return span

    def _part_here(self, span: Span) -> int:
        return _part_at(span.fragments, self.view.cursor.caret)

    def _beside(self, span: Span) -> int:
        """The offset inside the span that is next to the edge that moves."""
        start, end = span.fragments[self._part]
        return start if self._edge == "start" else end - 1

    def _forward(self, side: Side) -> bool:
        """Whether the text goes on to a side of the screen, in the paragraph of the edge that moves."""
        span = self._span()
        return span is not None and navigation.is_forward(self.view.page, self._beside(span), side)

    def _toggle(self, edge: Edge, toggle: Callable[[str, int, int], Range | None], nothing: str) -> None:
        span = self.need_span()
        if span is None:
            return
        part = self._part_here(span)
        moved = toggle(self.text, *span.fragments[part])
        if moved is None:
            self.reader.say(nothing)
        else:
            self._move(span, part, edge, _at(moved, edge))

    def _move(self, span: Span, part: int, edge: Edge, to: int) -> None:
        moved = _with_edge(span.fragments, part, edge, to)
        if not moved:
            self.reader.say(f"the span would be empty: {self.reader.key_of('marking.delete')} deletes it")
            return
        if normalise_fragments(moved) == span.fragments:
            self.reader.say("the text has no more to take in here")
            return
        edit = self.do(lambda layer, now: edits.move(layer, self.text, span, moved, now=now))
        if edit is None:
            return
        changed = edit.layer.span(span.id)
        self.reader.parts.marking.settle(changed)
        if self.is_on():
            self._part = _part_at(changed.fragments, to if edge == "start" else to - 1)
            self.reader.show_mode()
        else:
            self.reader.say(f"{kind_of(changed)} is now {quoted(changed.text, _TOLD)}")


def word_further(page: Page, at: int, edge: Edge, by: int) -> int:
    """Where an edge that is at an offset comes to when the next word is taken in (`by` 1), or a word left out (-1)."""
    forward = (edge == "end") == (by > 0)
    if forward:
        if edge == "start":
            return navigation.next_word(page, at)
        return navigation.word_end_after(page, at)
    if edge == "end":
        return navigation.word_end_before(page, at)
    return navigation.previous_word(page, at)


def _at(fragment: Fragment, edge: Edge) -> int:
    return fragment[0] if edge == "start" else fragment[1]


def _cluster_further(page: Page, at: int, *, forward: bool) -> int:
    if forward:
        return page.cluster_at(at)[1] if at < len(page.document.text) else at
    return page.cluster_at(at - 1)[0] if at else at


def _part_at(fragments: Sequence[Fragment], offset: int) -> int:
    """The index of the fragment that holds an offset, or the nearest one."""
    return min(range(len(fragments)), key=lambda i: max(fragments[i][0] - offset, offset - fragments[i][1] + 1))


def _with_edge(fragments: Sequence[Fragment], part: int, edge: Edge, to: int) -> list[Fragment]:
    """The fragments with one edge elsewhere, less the one that is empty then."""
    start, end = fragments[part]
    moved = (to, end) if edge == "start" else (start, to)
    return [each for each in (*fragments[:part], moved, *fragments[part + 1 :]) if each[0] < each[1]]
