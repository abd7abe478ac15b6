"""A row per span, for spreadsheets and data frames: CSV as RFC 4180 has it, in UTF-8 without a byte order mark.

Offsets are code points, half-open; `start` and `end` are the whole extent, `fragments` the ranges, in JSON. A column
`attribute:NAME` stands for each attribute that the first record's schema declares, empty where unset; `attributes`
holds, in JSON, those that have no column or an empty value. `links` holds, in JSON, the links whose event the span is:
id, role, actor (a span's id, in the same article by the same annotator), note and origin. Links whose ends are missing
are left out. No subtype and an empty one look alike, and so do no group and an empty one.

Texts, notes and names stand as they are. A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` for a
formula: import the columns as text there. Python's `csv` reads cells of more than 131,072 characters only after
`field_size_limit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from csv import writer
from io import TextIOWrapper
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.fields import LINK_OF_EVENT, fields_of
from annotations.formats.links import by_event, whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy

EXTENSION = ".csv"
HELP = "a row a span, with its links, for spreadsheets and data frames"

_BEFORE = ("article", "annotator", "id", "start", "end", "fragments", "text", "label", "subtype")
_AFTER = ("attributes", "group", "note", "origin", "links")


def write(records: Iterable[Annotated], out: BinaryIO, _policy: Policy, losses: Losses) -> None:
    """Write the header, then a row for each span; lines end in CR LF."""
    # Nothing is kept back in the wrapper: who gave `out` goes on with it.
    text = TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    try:
        rows = writer(text, lineterminator="\r\n")
        names: Sequence[str] | None = None
        for record in records:
            if names is None:
                names = record.schema.attribute_names
                rows.writerow(_header(names))
            rows.writerows(_rows(record, names, losses))
        if names is None:
            rows.writerow(_header(()))
    finally:
        text.detach()


def _header(names: Sequence[str]) -> list[str]:
    return [*_BEFORE, *(f"attribute:{name}" for name in names), *_AFTER]


def _rows(annotated: Annotated, names: Sequence[str], losses: Losses) -> Iterable[list[object]]:
    links = by_event(whole_links(annotated, losses))
    columns = frozenset(names)
    for span in annotated.layer.spans:
        if "" in (span.subtype, span.group):
            losses.note("flattened", annotated, span, "an empty subtype or group looks like none")
        else:
            losses.note("kept", annotated, span)
        others = {name: value for name, value in span.attributes.items() if name not in columns or not value}
        yield [
            annotated.id,
            annotated.layer.header.annotator,
            span.id,
            span.start,
            span.end,
            _json(span.fragments),
            span.text,
            span.label,
            span.subtype or "",
            *(span.attributes.get(name, "") for name in names),
            _json(others),
            span.group or "",
            span.note,
            span.origin,
            _json([fields_of(link, LINK_OF_EVENT) for link in links.get(span.id, ())]),
        ]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
