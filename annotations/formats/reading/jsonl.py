"""Our own JSON lines (`annotations.formats.jsonl`), read back.

A layer comes back as it was, but for `tool`, which is the importing one, for links whose ends are missing, and for keys
that the exporting version did not know. Computed anew are `prefix` and `suffix`, and the header's `source`, `sha256`,
`encoding` and `length`. A time that is not given is that of the import.

`id` and `text` have to be there, of a span `id`, `label`, `start` and `end`, of a link all but `note` and `origin`. The
line's `sha256` is that of the bytes that were exported, whose encoding may have been another: it is not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from annotations.change import Status
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import Fields, imported
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.formats.reading.records import Records
from annotations.labels import SchemaRef
from annotations.span import Fragment, Span, make_span
from annotations.store.sidecar import fault_of

HELP = "what hashiya export --format jsonl writes"


class _Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    text: str
    annotator: str | None = None
    status: Status | None = None
    note: str = ""
    created: str | None = None
    updated: str | None = None
    seconds_active: int = 0
    sha256: str | None = None
    schema: SchemaRef | None = None
    spans: list[msgspec.Raw] = []
    links: list[msgspec.Raw] = []


class _Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    label: str
    start: int
    end: int
    fragments: tuple[Fragment, ...] | None = None
    text: str | None = None
    subtype: str | None = None
    attributes: dict[str, str | None] = {}
    group: str | None = None
    note: str = ""
    origin: str = "manual"
    created: str | None = None
    updated: str | None = None


class _Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    event: str
    role: str
    actor: str
    note: str = ""
    origin: str = "manual"
    created: str | None = None
    updated: str | None = None


_LINE, _SPAN, _LINK = Fields(_Line), Fields(_Span), Fields(_Link)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One article with one annotator's layer a line."""
    return imported(source, partial(_imported, options))


def _imported(options: Options, number: int, content: bytes, problems: Problems) -> Imported:
    line = _LINE.read(content, problems)
    records = Records(line.text, options.now)
    for position, raw in enumerate(line.spans, 1):
        place = f"spans {position}: "
        try:
            records.add_span(_span(_SPAN.read(raw, problems, place), records))
        except FAULTS as error:
            problems.add(place + fault_of(error))
    for position, raw in enumerate(line.links, 1):
        place = f"links {position}: "
        try:
            records.add_link(**msgspec.structs.asdict(_LINK.read(raw, problems, place)))
        except FAULTS as error:
            problems.add(place + fault_of(error))
    return Imported(
        line=number,
        id=line.id,
        text=line.text,
        annotator=line.annotator,
        status=line.status or ("in-progress" if records.spans else "new" if line.annotator else None),
        schema=line.schema,
        note=line.note,
        created=line.created,
        updated=line.updated,
        seconds_active=line.seconds_active,
        spans=records.spans,
        links=records.links,
    )


def _span(given: _Span, records: Records) -> Span:
    """The span as it is given, with what is derived of it computed: it may still disagree with the text."""
    fragments = given.fragments or ((given.start, given.end),)
    made = make_span(
        records.text,
        fragments,
        given.label,
        id=given.id,
        now=records.now,
        subtype=given.subtype,
        attributes={name: value for name, value in given.attributes.items() if value is not None},
        group=given.group,
        note=given.note,
        origin=given.origin,
    )
    text = made.text if given.text is None else given.text
    return msgspec.structs.replace(
        made,
        start=given.start,
        end=given.end,
        fragments=fragments,
        text=text,
        created=given.created or made.created,
        updated=given.updated or made.updated,
    )
