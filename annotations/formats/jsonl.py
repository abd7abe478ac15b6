"""JSON Lines for training: one article a line, every key in every record, so that columns are constant.

Offsets are code points of `text`, half-open. `attributes` holds every attribute that the schema declares for any label,
null where unset, then those that the layer has beyond it. Links whose ends are missing are left out: their ids would
lead nowhere. All else that a sidecar holds is there, or follows from the text, but for keys that this version does not
know.

Hugging Face's `datasets` takes the columns' types from the first 10 MB of a file: what is null or empty all through
those has no type for it, and it refuses to load a file in which it is something else further on. A data set folder
(`--split 100/0/0` where no split is wanted) states the types, and always loads.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO

import msgspec

from annotations.change import Status
from annotations.formats import Annotated
from annotations.formats.features import STRING, Feature, ListOf, Struct, Value
from annotations.formats.json_files import write_lines
from annotations.formats.links import whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.labels import Schema, SchemaRef
from annotations.span import Fragment, Link, Span

EXTENSION = ".jsonl"
HELP = "one article a line: text, spans and links, as JSON"


class _Span(msgspec.Struct, gc=False):
    id: str
    start: int
    end: int
    fragments: tuple[Fragment, ...]
    text: str
    label: str
    subtype: str | None
    attributes: Mapping[str, str | None]
    group: str | None
    note: str
    origin: str
    created: str
    updated: str


class _Link(msgspec.Struct, gc=False):
    id: str
    event: str
    role: str
    actor: str
    note: str
    origin: str
    created: str
    updated: str


class _Record(msgspec.Struct, gc=False):
    id: str
    text: str
    annotator: str
    status: Status
    note: str
    created: str
    updated: str
    seconds_active: int
    sha256: str
    schema: SchemaRef
    spans: Sequence[_Span]
    links: Sequence[_Link]


def features(schema: Schema, attributes: Sequence[str] = ()) -> dict[str, Feature]:
    """The columns, with attributes that spans have beyond the schema: in nulls a reader finds no types."""
    number = Value("int64")
    span = _strings(_Span.__struct_fields__) | {
        "start": number,
        "end": number,
        "fragments": ListOf(ListOf(number)),
        "attributes": Struct(_strings([*schema.attribute_names, *attributes])),
    }
    return _strings(_Record.__struct_fields__) | {
        "seconds_active": number,
        "schema": Struct(_strings(SchemaRef.__struct_fields__)),
        "spans": ListOf(Struct(span)),
        "links": ListOf(Struct(_strings(_Link.__struct_fields__))),
    }


def write(records: Iterable[Annotated], out: BinaryIO, _policy: Policy, losses: Losses) -> None:
    """Write one line a record."""
    write_lines(out, (_record(record, losses) for record in records))


def _record(annotated: Annotated, losses: Losses) -> _Record:
    layer, header = annotated.layer, annotated.layer.header
    unset: Mapping[str, str | None] = dict.fromkeys(annotated.schema.attribute_names)
    losses.keep(len(layer.spans))
    return _Record(
        annotated.id,
        annotated.article.text,
        header.annotator,
        header.status,
        header.note,
        header.created,
        header.updated,
        header.seconds_active,
        annotated.article.sha256,
        header.schema,
        [_span(span, unset) for span in layer.spans],
        [_link(link) for link in whole_links(annotated, losses)],
    )


def _span(span: Span, unset: Mapping[str, str | None]) -> _Span:
    # By position, which takes half the time: 100,000 of them a second are promised.
    return _Span(
        span.id,
        span.start,
        span.end,
        span.fragments,
        span.text,
        span.label,
        span.subtype,
        {**unset, **span.attributes} if span.attributes else unset,
        span.group,
        span.note,
        span.origin,
        span.created,
        span.updated,
    )


def _link(link: Link) -> _Link:
    return _Link(link.id, link.event, link.role, link.actor, link.note, link.origin, link.created, link.updated)


def _strings(names: Iterable[str]) -> dict[str, Feature]:
    return dict.fromkeys(names, STRING)
