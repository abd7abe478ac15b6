"""Going from span to span, and which of them commands are about."""

from __future__ import annotations

from bisect import bisect_left

from annotations.index import span_order
from annotations.span import Span
from tui.screens.reader.part import Part


class Going(Part):
    """Remembers which of several spans under the cursor was chosen, for as long as the cursor stays there."""

    _chosen: tuple[int, str] | None = None

    def span_here(self) -> Span | None:
        """The span that commands are about: of those under the cursor the one chosen, else the innermost."""
        caret = self.view.cursor.caret
        found = self.layer.at(caret)
        if self._chosen is not None and self._chosen[0] == caret:
            chosen = next((span for span in found if span.id == self._chosen[1]), None)
            if chosen is not None:
                return chosen
        return found[0] if found else None

    def choose(self, span: Span) -> None:
        """Put the cursor on a span and let commands be about it."""
        caret = self.view.cursor.caret
        is_there = any(start <= caret < end for start, end in span.fragments)
        self._choose_at(caret if is_there else span.start, span)

    def other_here(self) -> None:
        """Let commands be about the next of the spans under the cursor."""
        found = self.layer.at(self.view.cursor.caret)
        here = self.span_here()
        if len(found) < 2 or here is None:
            self.reader.say("no other span here")
            return
        self.reader.status.say_nothing()
        self.choose(found[(found.index(here) + 1) % len(found)])

    def to_span(self, by: int) -> None:
        """To the next or previous span in the text."""
        span = self._neighbour(by)
        if span is None:
            self.reader.say(f"no span {'after' if by > 0 else 'before'} the cursor")
            return
        self.reader.status.say_nothing()
        self._choose_at(span.start, span)

    def _choose_at(self, offset: int, span: Span) -> None:
        before = self.view.cursor.caret
        if offset != before:
            self.view.go_to(offset)
        self._chosen = (self.view.cursor.caret, span.id)
        self.reader.tell()
        if self.view.cursor.caret == before:
            # The pane follows a cursor that moves when that is drawn.
            self.reader.parts.pane.follow()

    def _neighbour(self, by: int) -> Span | None:
        layer, here = self.layer, self.span_here()
        if here is None:
            caret = self.view.cursor.caret
            return layer.next_after(caret) if by > 0 else layer.previous_before(caret)
        position = bisect_left(layer.spans, span_order(here), key=span_order) + by
        return layer.spans[position] if 0 <= position < len(layer.spans) else None
