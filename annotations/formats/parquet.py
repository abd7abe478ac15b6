"""A row per span, typed, for data frames: Apache Parquet, whose columns are the same in every file.

They are those of `csv`, all attributes in one: `article`, `annotator` and `id` together name a span; `start`, `end`
(its whole extent) and `fragments` (a list of structs of start and end) are code points, half-open, in 64 bits; `text`,
`label`; `subtype` and `group`, null where unset; `attributes`, a list of structs of name and value (a map is not read
by the library `datasets`); `note`, `origin`; `links`, those whose event the span is, a list of structs of id, role,
actor (a span's id, in the same article by the same annotator), note and origin. Links whose ends are missing are left
out. Nested types are lists and structs of Parquet's documentation, "Logical Types", "Nested Types".

Rows are written in groups of some thousands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

from annotations.formats import Annotated
from annotations.formats.extras import needing
from annotations.formats.fields import LINK_OF_EVENT
from annotations.formats.links import by_event, whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.span import Link, Span

EXTENSION = ".parquet"
IS_BINARY = True
HELP = "a row a span, with its links, typed, for data frames"

# A row group holds at most so many rows, and about so many characters of text and notes.
_ROWS = 2**14
_CHARACTERS = 2**24

_Row = dict[str, Any]


def write(records: Iterable[Annotated], out: BinaryIO, _policy: Policy, losses: Losses) -> None:
    """Write the file; HashiyaError where pyarrow is not installed."""
    with needing("parquet", "the format parquet"):
        import pyarrow as arrow
        from pyarrow.parquet import ParquetWriter
    schema = _schema(arrow)
    rows = (row for record in records for row in _rows(record, losses))
    with ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            writer.write_batch(arrow.RecordBatch.from_pylist(group, schema))


def _schema(arrow: Any) -> Any:
    """The columns; only subtype and group may be null."""
    text, offset = arrow.string(), arrow.int64()

    def structs(**fields: Any) -> Any:
        return arrow.list_(arrow.struct([arrow.field(name, kind, nullable=False) for name, kind in fields.items()]))

    columns = {
        **dict.fromkeys(("article", "annotator", "id"), text),
        **dict.fromkeys(("start", "end"), offset),
        "fragments": structs(start=offset, end=offset),
        **dict.fromkeys(("text", "label", "subtype"), text),
        "attributes": structs(name=text, value=text),
        **dict.fromkeys(("group", "note", "origin"), text),
        "links": structs(**dict.fromkeys(LINK_OF_EVENT, text)),
    }
    nullable = ("subtype", "group")
    return arrow.schema([arrow.field(name, kind, nullable=name in nullable) for name, kind in columns.items()])


def _groups(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """The rows, gathered so that a group is worth its place and yet takes little memory."""
    group: list[_Row] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row["text"]) + len(row["note"])
        if len(group) == _ROWS or size >= _CHARACTERS:
            yield group
            group, size = [], 0
    if group:
        yield group


def _rows(annotated: Annotated, losses: Losses) -> Iterator[_Row]:
    layer = annotated.layer
    losses.keep(len(layer.spans))
    links = by_event(whole_links(annotated, losses))
    for span in layer.spans:
        yield {"article": annotated.id, "annotator": layer.header.annotator, **_columns(span, links.get(span.id, ()))}


def _columns(span: Span, links: Iterable[Link]) -> _Row:
    # Structs as tuples: as dictionaries they take a hundred times as long.
    return {
        "id": span.id,
        "start": span.start,
        "end": span.end,
        "fragments": span.fragments,
        "text": span.text,
        "label": span.label,
        "subtype": span.subtype,
        "attributes": list(span.attributes.items()),
        "group": span.group,
        "note": span.note,
        "origin": span.origin,
        "links": [tuple(getattr(link, name) for name in LINK_OF_EVENT) for link in links],
    }
