"""Our own JSON lines (`annotations.formats.jsonl`), read back.

Of a layer, the format holds the annotator, the status, the schema's name and version, spans and links. Computed anew
are `prefix`, `suffix` and the header's `source`, `sha256`, `encoding` and `length`; `created` and `updated` are the
time of the import and `tool` is the importing one; the header's `note` is empty and `seconds_active` 0. Not in an
export are links whose ends are missing and keys that its version did not know. All else comes back as it was.

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
from annotations.formats.reading.lines import Fields, Problems, imported
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


class _Link(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str
    event: str
    role: str
    actor: str
    note: str = ""
    origin: str = "manual"


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
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(place + fault_of(error))
    for position, raw in enumerate(line.links, 1):
        place = f"links {position}: "
        try:
            records.add_link(**msgspec.structs.asdict(_LINK.read(raw, problems, place)))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(place + fault_of(error))
    return Imported(
        line=number,
        id=line.id,
        text=line.text,
        annotator=line.annotator,
        status=line.status or ("in-progress" if records.spans else "new" if line.annotator else None),
        schema=line.schema,
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
    return msgspec.structs.replace(made, start=given.start, end=given.end, fragments=fragments, text=text)
