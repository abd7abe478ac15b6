"""What a span, or the article, has besides its place: subtype, attributes, notes, status; and the guideline."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from annotations import edits
from annotations.change import Status
from annotations.errors import printable
from annotations.schema import Attribute, Label
from annotations.span import Span
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.screens.reader.telling import kind_of
from tui.widgets.bars import quoted

_TOLD = 32
_NO_SUBTYPE_KEY = "-"
_KEYS = "123456789acdefghijklmnopqrstuvwxyz"


class Properties(Part):
    """Asks for them, and sets them."""

    def subtype(self) -> None:
        """Choose the span's subtype by key, or by typing after `/`."""
        span = self.need_span()
        label = self._label_of(span)
        if span is None or label is None:
            return
        if not label.subtypes:
            self.reader.say(f"the label {label.name} has no subtypes")
            return
        choices = [
            Choice(
                known.title_en,
                self._setting_subtype(span, known.name),
                known.title_ar,
                known.key,
                is_on=known.name == span.subtype,
                words=known.name,
            )
            for known in label.subtypes
        ]
        none = Choice("none", self._setting_subtype(span, None), "", _NO_SUBTYPE_KEY)
        self.reader.ask(Prompt(f"subtype of {label.title_en.lower()}", offer=lambda: [*choices, none], by_key=True))

    def attributes(self) -> None:
        """Switch the span's attributes on and off, one after the other, until Escape."""
        span = self.need_span()
        label = self._label_of(span)
        if span is None or label is None:
            return
        if not label.attributes:
            self.reader.say(f"the label {label.name} has no attributes")
            return
        span_id = span.id
        offer = lambda: self._attribute_choices(span_id, label.attributes)  # noqa: E731 - a closure over both
        self.reader.ask(Prompt("attributes", offer=offer, by_key=True))

    def note(self) -> None:
        """Write a note on the span."""
        span = self.need_span()
        if span is None:
            return

        def accepted(note: str) -> None:
            if self.do(lambda layer, now: edits.set_note(layer, span, note.strip(), now=now)):
                self.reader.say(f"note on {quoted(span.text, _TOLD)}" if note.strip() else "note taken away")

        self.reader.ask(Prompt(f"note on {kind_of(span)}", accepted, text=span.note))

    def article_note(self) -> None:
        """Write a note on the article."""

        def accepted(note: str) -> None:
            if self.do(lambda layer, _: edits.set_article_note(layer, note.strip())):
                self.reader.say("note on the article" if note.strip() else "note on the article taken away")

        self.reader.ask(Prompt("note on the article", accepted, text=self.layer.header.note))

    def set_status(self, status: Status) -> None:
        """Give the article a status, or take it back."""
        edit = self.do(lambda layer, _: edits.set_status(layer, status))
        if edit is not None:
            self.reader.tell_heading()
            key = self.reader.key_of("reader.next_article")
            more = f"; {key} goes to the next unfinished one" if key else ""
            self.reader.say(f"the article is {edit.layer.header.status}{more}")

    def guideline(self) -> None:
        """Show the guideline of the span's label, or of the label marked with last."""
        span, last = self.reader.span_here(), self.reader.parts.marking.last
        name = span.label if span else last.label if last else self.schema.labels[0].name
        label = self.schema.label(name)
        if label is None or not label.guideline:
            self.reader.say(f"the schema has no guideline for {printable(name)}")
            return
        from tui.screens.text_page import TextPage

        self.reader.app.push_screen(TextPage(f"{label.title_en} · {label.title_ar}", label.guideline))

    def _label_of(self, span: Span | None) -> Label | None:
        if span is None:
            return None
        label = self.schema.label(span.label)
        if label is None:
            key = self.reader.key_of("marking.relabel")
            more = f": {key} gives the span another" if key else ""
            self.reader.say(f"the schema has no label {printable(span.label)}{more}")
        return label

    def _setting_subtype(self, span: Span, subtype: str | None) -> Callable[[], None]:
        def choose() -> None:
            if self.do(lambda layer, now: edits.set_subtype(layer, span, subtype, now=now)):
                last = self.reader.parts.marking.last
                if last is not None and span.id == self.reader.parts.marking.active_id:
                    self.reader.parts.marking.last = last._replace(label=span.label, subtype=subtype)
                self.reader.say(f"{quoted(span.text, _TOLD)} is {kind_of(self.layer.span(span.id))}")

        return choose

    def _attribute_choices(self, span_id: str, attributes: Sequence[Attribute]) -> list[Choice]:
        span = self.layer.find(span_id)
        pairs = [(attribute, value) for attribute in attributes for value in attribute.values]
        keys = iter(_KEYS)
        return [
            Choice(
                f"{attribute.title_en.lower()}: {value}",
                self._toggling(span_id, attribute.name, value),
                attribute.title_ar,
                next(keys, ""),
                is_on=span is not None and span.attributes.get(attribute.name) == value,
                stays=True,
            )
            for attribute, value in pairs
        ]

    def _toggling(self, span_id: str, name: str, value: str) -> Callable[[], None]:
        def choose() -> None:
            span = self.layer.find(span_id)
            if span is not None:
                new = None if span.attributes.get(name) == value else value
                self.do(lambda layer, now: edits.set_attribute(layer, span, name, new, now=now))

        return choose
