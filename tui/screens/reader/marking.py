"""Marking: spans made, taken away, given another label; what was done undone."""

from __future__ import annotations

from collections.abc import Callable

from annotations import edits
from annotations.edges import trim_punctuation
from annotations.edits import Kind, RefusedError
from annotations.span import Fragment, Span
from tui.command import Command, schema_commands
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.widgets.bars import quoted

_TOLD = 40


class Marking(Part):
    """Remembers the last label, and the span that was worked on last."""

    last: Kind | None = None
    active_id: str | None = None

    def label_commands(self) -> list[Command]:
        """The commands that mark with the schema's labels."""
        return [found for found in schema_commands(self.schema) if found.action == "mark"]

    def mark(self, label: str) -> Span | None:
        """Mark the selection, or the word under the cursor."""
        return self.mark_as(Kind(label))

    def repeat(self) -> Span | None:
        """Mark with the last label and subtype again."""
        if self.last is None:
            self.reader.say("nothing marked yet whose label could be repeated")
            return None
        return self.mark_as(self.last)

    def untrimmed(self) -> Span | None:
        """Mark exactly what is selected with the last label, or the schema's first."""
        return self.mark_as(self.last or Kind(self.schema.labels[0].name), trims=False)

    def mark_as(self, kind: Kind, *, trims: bool = True) -> Span | None:
        """Mark the target, and offer its other mentions; the new span."""
        target = self._target(trims=trims)
        edit = self.do(lambda layer, now: edits.mark(layer, self.text, target, kind, now=now))
        if edit is None or edit.span_id is None:
            return None
        span = edit.layer.span(edit.span_id)
        self.last = kind
        self.settle(span)
        if not self.reader.note_marked(span):
            self.reader.say(f"marked {quoted(span.text, _TOLD)} as {kind_of(span)}")
            self.view.after_painting(lambda: self.reader.parts.walking.offer(span))
        return span

    def settle(self, span: Span) -> None:
        """Make a span the one that is worked on: the cursor on it, as near as can be, and nothing selected."""
        self.active_id = span.id
        caret = self.view.cursor.caret
        nearest = min(
            (min(max(caret, start), end - 1) for start, end in span.fragments), key=lambda at: abs(at - caret)
        )
        if nearest != caret:
            self.view.go_to(nearest)
        elif self.view.selection is not None:
            self.view.drop_selection()
        self.reader.choose_span(span)

    def fragment(self) -> None:
        """Add the selection, or the word under the cursor, to the span worked on last.

        With nothing selected, on a span that another was worked on after, make that the one which parts are added to.
        """
        span = self.layer.find(self.active_id) if self.active_id else None
        here = self.reader.span_here()
        if here is not None and self.view.selection is None and (span is None or here.id != span.id):
            self.active_id = here.id
            self.reader.say(f"to {quoted(here.text, _TOLD)} are parts added now: select the next and press this again")
            return
        target = self._target(trims=True)
        if span is None or not target:
            self.reader.say("to add a part to a span: go to it and press this key, then on the next part once more")
            return
        edit = self.do(lambda layer, now: edits.add_fragment(layer, self.text, span, target[0], now=now))
        if edit is not None:
            changed = edit.layer.span(span.id)
            self.settle(changed)
            self.reader.note_marked(changed)
            self.reader.say(f"{kind_of(changed)} is now {quoted(changed.text, _TOLD)}")

    def relabel(self) -> None:
        """Give the span another label: at once where there are two, else by choice."""
        span = self.need_span()
        if span is None:
            return
        others = [label for label in self.schema.labels if label.name != span.label]
        if len(others) == 1:
            self._relabel(span, others[0].name)
            return
        from tui.screens.prompt import Choice, Prompt

        choices = [
            Choice(label.title_en, self._relabelling(span, label.name), label.title_ar, label.key) for label in others
        ]
        self.reader.ask(Prompt("label", offer=lambda: choices, by_key=True))

    def delete(self) -> None:
        """Delete the span under the cursor."""
        span = self.need_span()
        if span is None:
            return
        count = len(self.layer.links_of(span.id))
        if self.do(lambda layer, _: edits.delete(layer, span)):
            links = f" and its {count} link{'s' * (count > 1)}" if count else ""
            back = f"{self.reader.key_of('marking.undo')} brings it back"
            self.reader.say(f"deleted {kind_of(span)} {quoted(span.text, _TOLD)}{links}; {back}")

    def undo(self) -> None:
        """Take the last step back."""
        self._retrace("undone", self.reader.desk.undo)

    def redo(self) -> None:
        """Do it again."""
        self._retrace("done again", self.reader.desk.redo)

    def copy(self) -> None:
        """Copy the selection, or the span's text, to the terminal's clipboard."""
        selected, span = self.view.selection, self.reader.span_here()
        text = self.text[slice(*selected)] if selected else span.text if span else ""
        if not text:
            self.reader.say("nothing to copy: select, or go to a span")
            return
        self.reader.app.copy_to_clipboard(text)
        self.reader.say(f"copied {quoted(text, _TOLD)}")

    def _target(self, *, trims: bool) -> list[Fragment]:
        target = self.view.target
        if target is None:
            return []
        if self.view.selection is not None and trims and self.reader.trims:
            target = trim_punctuation(self.text, *target)
        return [target]

    def _relabelling(self, span: Span, label: str) -> Callable[[], None]:
        return lambda: self._relabel(span, label)

    def _relabel(self, span: Span, label: str) -> None:
        if self.do(lambda layer, now: edits.relabel(layer, self.schema, span, label, now=now)):
            self.reader.say(f"{quoted(span.text, _TOLD)} is {label} now")

    def _retrace(self, done: str, step: Callable[[], str]) -> None:
        try:
            name = step()
        except RefusedError as refusal:
            self.reader.say(str(refusal))
            return
        self.reader.show_change()
        self.reader.tell_heading()
        self.reader.say(f"{done}: {name}")
