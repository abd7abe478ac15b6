"""A folder of brat standoff files: a `.txt` and an `.ann` for each record, and `annotation.conf` for the schema.

`annotations.formats.reading.brat` reads it back.

Lines are those of brat's documentation, "brat standoff format" (brat.nlplab.org/standoff.html): a span is a text-bound
annotation (`T1`), with `;` between the fragments of a discontinuous one; a span that is an event is besides an event
(`E1`) with it as its trigger and its links as `role:id` arguments (`role2`, `role3` where a role comes again). Subtype
and attributes are attributes (`A1`), notes are notes (`#1 AnnotatorNotes`), a group is an `Equiv` of its spans of one
label. `annotation.conf` is as "brat configuration" (brat.nlplab.org/configuration.html) has it, for the first record's
schema. A span is an *event* where the schema has its label at the event's end of a role, or where a link starts at it.

Offsets are code points, half-open. A fragment may not cross a line break: it is cut there, at every line break that
Python knows, for brat reads lines by them. What has no place in brat is in notes of our own kinds: `Id` with a span's
id, `Group` with a group's, `Origin` where it is not by hand; `ArgumentId`, `ArgumentNotes` and `ArgumentOrigin` with an
event's argument and what its link has; `ExactNotes` where a note has line breaks, which are spaces in `AnnotatorNotes`.
brat deletes a note together with what it is of. Names and notes are written as `annotations.formats.brat_names` says.

What is of the record as a whole is in a `.json` beside the `.ann`, which brat does not look at: `article` (its id),
`annotator`, `status` and `schema`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path

from annotations.formats import Annotated
from annotations.formats.brat_names import SUBTYPE, attribute_identifier, escaped, identifier, one_line, role_identifier
from annotations.formats.event_labels import event_labels
from annotations.formats.file_names import new_file
from annotations.formats.links import by_event, why_left_out
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.labels import Label, Role, Schema
from annotations.span import Fragment, Link, Span

EXTENSION = ""
HELP = "a folder of .txt and .ann files for brat, with annotation.conf"

_WITHIN_LINE = re.compile("[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def write_folder(records: Iterable[Annotated], folder: Path, _policy: Policy, losses: Losses) -> None:
    """Write three files for each record, in UTF-8: the text as it is, what is marked in it, and whose it is."""
    is_configured = False
    for record in records:
        if not is_configured:
            (folder / "annotation.conf").write_bytes(_configuration(record.schema).encode())
            is_configured = True
        text_path = new_file(folder, record, ".txt")
        text_path.write_bytes(record.article.text.encode())
        lines = _Document(record, losses).lines()
        text_path.with_suffix(".ann").write_bytes("".join(f"{line}\n" for line in lines).encode())
        text_path.with_suffix(".json").write_bytes(_about(record))


class _Document:
    """The lines of one record's annotations, numbered as they come."""

    def __init__(self, annotated: Annotated, losses: Losses) -> None:
        self._annotated = annotated
        self._losses = losses
        self._fragments = {span.id: _cut(span, annotated.article.text) for span in annotated.layer.spans}
        self._links = by_event(self._arguments())
        # Spans' ids to those of their text-bound annotations, and to what stands for them elsewhere: their events.
        self._triggers: dict[str, str] = {}
        self._targets: dict[str, str] = {}
        self._notes, self._attributes = count(1), count(1)

    def lines(self) -> Iterator[str]:
        """All lines, what is referred to before what refers to it, other than among events."""
        spans = [span for span in self._annotated.layer.spans if self._fragments[span.id]]
        self._name(spans)
        for span in spans:
            yield self._text_bound(span)
        for span in spans:
            if self._targets[span.id] != self._triggers[span.id]:
                yield from self._event(span)
        for span in spans:
            yield from self._properties(span)
        yield from self._equivalents(spans)
        self._note_spans()

    def _name(self, spans: list[Span]) -> None:
        labels = event_labels(self._annotated.schema)
        events = count(1)
        for number, span in enumerate(spans, 1):
            self._triggers[span.id] = f"T{number}"
            is_event = span.label in labels or span.id in self._links
            self._targets[span.id] = f"E{next(events)}" if is_event else f"T{number}"

    def _text_bound(self, span: Span) -> str:
        fragments, text = self._fragments[span.id], self._annotated.article.text
        places = ";".join(f"{start} {end}" for start, end in fragments)
        marked = " ".join(text[start:end] for start, end in fragments)
        return f"{self._triggers[span.id]}\t{identifier(span.label)} {places}\t{marked}"

    def _event(self, span: Span) -> Iterator[str]:
        event, trigger = self._targets[span.id], self._triggers[span.id]
        arguments = _arguments(self._links.get(span.id, []))
        joined = "".join(f" {argument}:{self._targets[link.actor]}" for argument, link in arguments)
        yield f"{event}\t{identifier(span.label)}:{trigger}{joined}"
        for argument, link in arguments:
            yield self._comment("ArgumentId", event, f"{argument} {escaped(link.id)}")
            if link.note:
                yield self._comment("ArgumentNotes", event, f"{argument} {escaped(link.note)}")
            if _is_told(link):
                yield self._comment("ArgumentOrigin", event, f"{argument} {escaped(link.origin)}")

    def _properties(self, span: Span) -> Iterator[str]:
        target = self._targets[span.id]
        if span.subtype is not None:
            yield self._attribute(SUBTYPE, target, span.subtype)
        for name, value in span.attributes.items():
            yield self._attribute(attribute_identifier(name), target, value)
        if span.note:
            yield self._comment("AnnotatorNotes", target, one_line(span.note))
        if span.note != one_line(span.note):
            yield self._comment("ExactNotes", target, escaped(span.note))
        yield self._comment("Id", target, escaped(span.id))
        if span.group is not None:
            yield self._comment("Group", target, escaped(span.group))
        if _is_told(span):
            yield self._comment("Origin", target, escaped(span.origin))

    def _attribute(self, name: str, target: str, value: str) -> str:
        return f"A{next(self._attributes)}\t{name} {target} {identifier(value)}"

    def _comment(self, kind: str, target: str, text: str) -> str:
        return f"#{next(self._notes)}\t{kind} {target}\t{text}"

    def _equivalents(self, spans: list[Span]) -> Iterator[str]:
        groups: dict[tuple[str, str], list[str]] = {}
        for span in spans:
            if span.group:
                groups.setdefault((span.group, span.label), []).append(self._targets[span.id])
        for members in groups.values():
            if len(members) > 1:
                yield f"*\tEquiv {' '.join(members)}"

    def _arguments(self) -> Iterator[Link]:
        """The links that can be arguments; notes what becomes of every link."""
        spans = {span_id for span_id, fragments in self._fragments.items() if fragments}
        for link in self._annotated.layer.links:
            is_loop = link.event == link.actor
            why = why_left_out(self._annotated, link, spans) or ("an event cannot be its own argument" * is_loop)
            self._losses.note("dropped" if why else "kept", self._annotated, link, why)
            if not why:
                yield link

    def _note_spans(self) -> None:
        for span in self._annotated.layer.spans:
            fragments = self._fragments[span.id]
            if not fragments:
                self._losses.note("dropped", self._annotated, span, "it covers nothing but white space")
            elif fragments != span.fragments:
                self._losses.note("split", self._annotated, span, "its fragments are cut at line breaks")
            else:
                self._losses.note("kept", self._annotated, span)


def _cut(span: Span, text: str) -> tuple[Fragment, ...]:
    """The span's fragments without line breaks; none where only white space is left, which brat does not take."""
    if not span.text.strip():
        return ()
    return tuple(match.span() for start, end in span.fragments for match in _WITHIN_LINE.finditer(text, start, end))


def _arguments(links: Iterable[Link]) -> list[tuple[str, Link]]:
    """Each link with its argument's name: the role, numbered from the second of its kind on."""
    seen: Counter[str] = Counter()
    found: list[tuple[str, Link]] = []
    for link in links:
        seen[link.role] += 1
        number = seen[link.role]
        found.append((f"{role_identifier(link.role)}{number if number > 1 else ''}", link))
    return found


def _is_told(record: Span | Link) -> bool:
    return record.origin != "manual"


def _about(annotated: Annotated) -> bytes:
    """What `.json` holds."""
    header = annotated.layer.header
    schema = {"name": header.schema.name, "version": header.schema.version}
    about = {"article": annotated.id, "annotator": header.annotator, "status": header.status, "schema": schema}
    return f"{json.dumps(about)}\n".encode()


def _configuration(schema: Schema) -> str:
    events = event_labels(schema)
    parts = {
        "entities": [identifier(label.name) for label in schema.labels if label.name not in events],
        "relations": ["Equiv\tArg1:<ANY>, Arg2:<ANY>, <REL-TYPE>:symmetric-transitive"],
        "events": [_event_line(label, schema.roles) for label in schema.labels if label.name in events],
        "attributes": list(_attribute_lines(schema)),
    }
    return "\n".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in parts.items())


def _event_line(label: Label, roles: Iterable[Role]) -> str:
    arguments = ", ".join(
        f"{role_identifier(role.name)}*:{'|'.join(map(identifier, role.actor_labels))}"
        for role in roles
        if role.is_usable and label.name in role.event_labels
    )
    return f"{identifier(label.name)}\t{arguments}"


def _attribute_lines(schema: Schema) -> Iterator[str]:
    """A line for each attribute: the labels that have it, and the values it has for any of them."""
    labels: dict[str, dict[str, None]] = {}
    values: dict[str, dict[str, None]] = {}
    for label in schema.labels:
        own = {attribute_identifier(one.name): one.values for one in label.attributes}
        if label.subtypes:
            own[SUBTYPE] = tuple(subtype.name for subtype in label.subtypes)
        for name, taken in own.items():
            labels.setdefault(name, {})[identifier(label.name)] = None
            values.setdefault(name, {}).update(dict.fromkeys(map(identifier, taken)))
    for name, args in labels.items():
        yield f"{name}\tArg:{'|'.join(args)}, Value:{'|'.join(values[name])}"
