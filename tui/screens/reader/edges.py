"""The edges of a span: longer and shorter, clitics in and out, letter by letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Literal

from annotations import edits
from annotations.clitics import toggle_enclitic, toggle_proclitic
from annotations.span import Fragment, Span
from tui.commands import Context
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.text import navigation
from tui.text.navigation import Range, Side
from tui.text.page import Page
from tui.widgets.article_painter import Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

Edge = Literal["start", "end"]
_TOLD = 40


class Edges(Part):
    """Moves edges of the span under the cursor; as a mode, of one span until that is done."""

    contexts: ClassVar[tuple[Context, ...]] = ("edges",)
    lasting: ClassVar[bool] = False

    _span_id: str | None = None
    _edge: Edge = "end"

    def by_word(self, edge: Edge, by: int) -> None:
        """Take a word in at an edge of the span, or leave its word there out."""
        span = self.need_span()
        if span is not None:
            self._move(span, edge, word_further(self.view.page, _at(span, edge), edge, by))

    def proclitic(self) -> None:
        """Take leading letters that are words of their own in, or leave them out."""
        self._toggle("start", toggle_proclitic, "no و ف ب ل ك س ال to take in or leave out here")

    def enclitic(self) -> None:
        """Take a pronoun suffix in, or leave it out."""
        self._toggle("end", toggle_enclitic, "no pronoun suffix to take in or leave out here")

    def edit(self) -> None:
        """Begin to move the edges of the span under the cursor."""
        span = self.need_span()
        if span is not None:
            self._span_id, self._edge = span.id, "end"
            self.reader.enter(self)

    def by_letter(self, side: Side) -> None:
        """Move the edge by one letter to a side of the screen."""
        span = self._span()
        if span is not None:
            page, at = self.view.page, _at(span, self._edge)
            forward = navigation.is_forward(page, max(0, at - 1), side)
            self._move(span, self._edge, _cluster_further(page, at, forward=forward))

    def by_word_to(self, side: Side) -> None:
        """Move the edge by one word to a side of the screen."""
        span = self._span()
        if span is not None:
            page, at = self.view.page, _at(span, self._edge)
            forward = navigation.is_forward(page, max(0, at - 1), side)
            by = 1 if forward == (self._edge == "end") else -1
            self._move(span, self._edge, word_further(page, at, self._edge, by))

    def other_edge(self) -> None:
        """Move the other edge from now on."""
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
        page = self.view.page
        at = page.cluster_at(span.start if self._edge == "start" else span.end - 1)
        return Overlay((Mark(span.start, span.end, "current"), Mark(*at, "hint")))

    def told(self) -> str:
        """The span as it is."""
        span = self._span()
        return f"{quoted(span.text, _TOLD)}  {span.start}–{span.end}  moving its {self._edge}" if span else ""

    def _span(self) -> Span | None:
        span = self.layer.find(self._span_id) if self._span_id else None
        if span is None:
            self.reader.leave(self)
        return span

    def _toggle(self, edge: Edge, toggle: Callable[[str, int, int], Range | None], nothing: str) -> None:
        span = self.need_span()
        if span is None:
            return
        fragment = span.fragments[0 if edge == "start" else -1]
        moved = toggle(self.text, *fragment)
        if moved is None:
            self.reader.say(nothing)
        else:
            self._move(span, edge, moved[0] if edge == "start" else moved[1])

    def _move(self, span: Span, edge: Edge, to: int) -> None:
        moved = _with_edge(span, edge, to)
        if moved is None:
            self.reader.say("the span would be empty: x deletes it")
            return
        edit = self.do(lambda layer, now: edits.move(layer, self.text, span, moved, now=now))
        if edit is None:
            return
        changed = edit.layer.span(span.id)
        self.reader.marking.settle(changed)
        if self.is_on():
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


def _at(span: Span, edge: Edge) -> int:
    return span.start if edge == "start" else span.end


def _cluster_further(page: Page, at: int, *, forward: bool) -> int:
    if forward:
        return page.cluster_at(at)[1] if at < len(page.document.text) else at
    return page.cluster_at(at - 1)[0] if at else at


def _with_edge(span: Span, edge: Edge, to: int) -> list[Fragment] | None:
    """The span's fragments with one outer edge elsewhere; None where its outer fragment would be empty."""
    fragments = list(span.fragments)
    if edge == "start":
        fragments[0] = (to, fragments[0][1])
    else:
        fragments[-1] = (fragments[-1][0], to)
    return None if any(start >= end for start, end in fragments) else fragments
