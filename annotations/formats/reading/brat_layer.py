"""Spans and links from what brat's lines say.

A text-bound annotation is a span; it is its event too, where it is the trigger of one, and of a further event with the
same trigger there is a span of its own in the same place. An event's arguments are links from it, with their names
without a number as roles; a relation is a link from its first argument to its second. Attributes and normalisations
are a span's attributes, and so are notes of kinds that are not known; `Subtype` is its subtype. Equivalent spans are a
group, which is named by their notes, or else after the first of them. What is too long for an attribute is in the
span's note. Ids are those of our own notes, or else brat's, an argument's made of its event's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, count
from typing import NamedTuple

from annotations.formats.brat_names import SUBTYPE, attribute_of, name_of, one_line, role_of, unescaped
from annotations.formats.reading.brat_lines import Event, Note, Property, Standoff, Tell, TextBound
from annotations.formats.reading.records import Records
from annotations.limits import NAME_LENGTH, SIDECAR_BYTES
from annotations.reading import shortened
from annotations.span import make_span

_BREAK_CHARACTER = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_HEAD = 1000
_PLAIN_NOTE = "AnnotatorNotes"
# Their text begins with the argument's name.
_ARGUMENT_NOTES = ("ArgumentId", "ArgumentNotes", "ArgumentOrigin")


@dataclass
class _About:
    """What is said of a span or link besides its place and ends."""

    id: str | None = None
    subtype: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    group: str | None = None
    notes: list[str] = field(default_factory=list)
    exact: str | None = None
    origin: str = "manual"

    @property
    def note(self) -> str:
        """The exact note, unless somebody has changed the one that brat shows since."""
        shown = "\n".join(self.notes)
        return self.exact if self.exact is not None and one_line(self.exact) == shown else shown


class _Joined(NamedTuple):
    """A link to be: the annotations at its ends, and the line that says so."""

    name: str
    line: int
    event: str
    role: str
    actor: str
    about: _About


class BratLayer:
    """Puts what the lines of one file say into `records`; what cannot be is told of, and costs the rest nothing."""

    def __init__(self, found: Standoff, records: Records, tell: Tell) -> None:
        self._found = found
        self._records = records
        self._tell = tell
        # The spans by the annotation that they are made of, each with its text-bound annotation.
        self._spans: dict[str, TextBound] = dict(found.texts)
        # What stands for a span: its annotation and the events of which it is the trigger.
        self._owners = {name: name for name in found.texts}
        self._about = {name: _About() for name in found.texts}
        self._links: dict[tuple[str, str], _About] = {}
        self._triggers: set[str] = set()
        self._covered = 0

    def take(self) -> None:
        """Take everything."""
        for name, event in self._found.events.items():
            self._find_event(name, event)
        for one in self._found.properties:
            self._take_property(one)
        for note in self._found.notes:
            self._take_note(note)
        for line, members in self._found.equivalents:
            self._join(line, members)
        names = self._add_spans()
        self._add_links(names)

    def _find_event(self, name: str, event: Event) -> None:
        trigger = self._found.texts.get(event.trigger)
        if trigger is None:
            self._tell(event.line, f"its trigger {event.trigger} is missing")
            return
        if trigger.label != event.label:
            self._tell(event.line, f"its label is {event.label}, and its trigger's {trigger.label}, which is taken")
        self._owners[name] = event.trigger
        if event.trigger in self._triggers:
            self._owners[name] = name
            self._spans[name] = trigger._replace(line=event.line)
            self._about[name] = _About()
        self._triggers.add(event.trigger)
        for argument, _ in event.arguments:
            self._links.setdefault((name, argument), _About())

    def _take_property(self, one: Property) -> None:
        about = self._about_span(one.target)
        if about is None:
            self._tell(one.line, self._why_not(one.target, "attributes"))
        elif one.name == SUBTYPE and about.subtype is None:
            about.subtype = name_of(one.value)
        elif one.name == SUBTYPE:
            self._tell(one.line, f"{one.target} has a subtype already")
        else:
            value = one.value if one.is_entry else name_of(one.value)
            self._set_attribute(one.line, about, attribute_of(one.name), value)

    def _set_attribute(self, line: int, about: _About, name: str, value: str) -> None:
        if len(value) > NAME_LENGTH:
            about.notes.append(f"{name}: {value}")
        elif about.attributes.setdefault(name, value) != value:
            self._tell(line, f"there is another value of {name} already")

    def _take_note(self, note: Note) -> None:
        if note.kind in _ARGUMENT_NOTES:
            self._take_argument_note(note)
            return
        is_plain = note.kind == _PLAIN_NOTE
        is_link = is_plain and note.target in self._found.relations
        about = self._links.setdefault((note.target, ""), _About()) if is_link else self._about_span(note.target)
        if about is None:
            self._tell(note.line, self._why_not(note.target, f"notes of the kind {note.kind}"))
        elif is_plain:
            about.notes.append(note.text)
        elif not _set(about, note.kind, unescaped(note.text)):
            self._set_attribute(note.line, about, note.kind, note.text.strip())

    def _take_argument_note(self, note: Note) -> None:
        argument, _, text = note.text.partition(" ")
        about = self._links.get((note.target, argument))
        if about is None:
            self._tell(note.line, f"the event {note.target} has no argument {argument}")
        elif note.kind == "ArgumentNotes":
            about.notes.append(unescaped(text))
        else:
            _set(about, note.kind.removeprefix("Argument"), unescaped(text))

    def _about_span(self, target: str) -> _About | None:
        return self._about.get(self._owners.get(target, ""))

    def _why_not(self, target: str, what: str) -> str:
        return (
            f"a relation has no {what} here" if target in self._found.relations else f"its target {target} is missing"
        )

    def _join(self, line: int, members: list[str]) -> None:
        found = [(member, about) for member in members if (about := self._about_span(member))]
        if len(found) < len(members):
            self._tell(line, "a member is missing")
        groups = list(dict.fromkeys(about.group for _, about in found if about.group is not None))
        if len(groups) > 1:
            self._tell(line, "its members are of several groups already, and stay in them")
        for _, about in found:
            if about.group is None:
                about.group = groups[0] if groups else found[0][0]

    def _add_spans(self) -> dict[str, str]:
        """The ids of the spans, by the annotations that they are made of."""
        ids = _ids({name: about.id for name, about in self._about.items()})
        for name, bound in self._spans.items():
            try:
                self._add_span(ids[name], bound, self._about[name])
            except ValueError as error:
                self._tell(bound.line, str(error))
        return ids

    def _add_span(self, span_id: str, bound: TextBound, about: _About) -> None:
        # Short lines may cover much: it is copied only as long as a sidecar may hold it.
        self._covered += sum(end - start for start, end in bound.fragments if start < end <= len(self._records.text))
        if self._covered > SIDECAR_BYTES:
            raise ValueError("there is more than a sidecar may hold")
        span = make_span(
            self._records.text,
            bound.fragments,
            name_of(bound.label),
            id=span_id,
            now=self._records.now,
            subtype=about.subtype,
            attributes=about.attributes,
            group=about.group,
            note=about.note,
            origin=about.origin,
        )
        if list(span.fragments) != sorted(bound.fragments):
            raise ValueError("its fragments touch or overlap")
        _check_text(bound, self._records.text)
        self._records.add_span(span)

    def _add_links(self, names: dict[str, str]) -> None:
        ends = {name: names[owner] for name, owner in self._owners.items()}
        found = [*self._arguments(), *self._relations()]
        ids = _ids({one.name: one.about.id for one in found})
        for one in found:
            event, actor = ends.get(one.event, one.event), ends.get(one.actor, one.actor)
            try:
                self._records.add_link(ids[one.name], event, one.role, actor, one.about.note, one.about.origin)
            except ValueError as error:
                self._tell(one.line, str(error))

    def _arguments(self) -> Iterator[_Joined]:
        for name, event in self._found.events.items():
            left = {argument: self._links.get((name, argument)) for argument, _ in event.arguments}
            for position, (argument, actor) in enumerate(event.arguments, 1):
                # Of arguments with one name, only the first can be meant by a note.
                about = left.pop(argument, None) or _About()
                yield _Joined(f"{name}-{position}", event.line, name, role_of(argument), actor, about)

    def _relations(self) -> Iterator[_Joined]:
        for name, one in self._found.relations.items():
            (_, event), (_, actor) = one.arguments
            about = self._links.get((name, ""), _About())
            yield _Joined(name, one.line, event, name_of(one.label), actor, about)


def _set(about: _About, kind: str, text: str) -> bool:
    """Take what a note of one of our own kinds says; whether it is one."""
    if kind == "Id":
        about.id = text
    elif kind == "Group":
        about.group = text
    elif kind == "Origin":
        about.origin = text
    elif kind == "ExactNotes":
        about.exact = text
    else:
        return False
    return True


def _ids(given: Mapping[str, str | None]) -> dict[str, str]:
    """An id for each name: the one that it has, or else the name itself, numbered where another has that."""
    taken = {own for own in given.values() if own is not None}
    found: dict[str, str] = {}
    for name, own in given.items():
        free = chain([name], (f"{name}-{number}" for number in count(2)))
        found[name] = next(one for one in free if one not in taken) if own is None else own
        taken.add(found[name])
    return found


def _check_text(bound: TextBound, text: str) -> None:
    """Raise ValueError unless the line's text, if it has one, is what is there.

    Line breaks may be spaces. Of white space at its end some may be lost, and more may follow, as brat has it. brat
    before 1.3 had no spaces between fragments.
    """
    pieces = [text[start:end] for start, end in bound.fragments]
    given = bound.text
    if given.strip() and not any(_begins(given, between.join(pieces).rstrip()) for between in (" ", "")[: len(pieces)]):
        there = _BREAK_CHARACTER.sub(" ", " ".join(pieces)[:_HEAD])
        raise ValueError(f"its text {shortened(given)} is not what the article has there, {shortened(there)}")


def _begins(given: str, there: str) -> bool:
    """Whether the given text begins with what is there, and white space follows."""
    # What differs mostly does so at once, and may be long.
    if not given.startswith(_BREAK_CHARACTER.sub(" ", there[:_HEAD])):
        return False
    return given.startswith(_BREAK_CHARACTER.sub(" ", there)) and not given[len(there) :][:1].strip()
