"""JSON Lines for training: one article a line, every key in every record, so that columns are constant.

Offsets are code points of `text`, half-open. `attributes` holds every attribute that the schema declares for any label,
null where unset, then those that the layer has beyond it. Links whose ends are missing are left out: their ids would
lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.span import Link, Span

EXTENSION = ".jsonl"
HELP = "one article a line: text, spans and links, as JSON"

_SPAN = ("id", "start", "end", "fragments", "text", "label", "subtype", "attributes", "group", "note", "origin")
_LINK = ("id", "event", "role", "actor", "note", "origin")


def write(records: Iterable[Annotated], out: BinaryIO, _policy: Policy, losses: Losses) -> None:
    """Write one line a record, in UTF-8 with LF, Arabic as itself."""
    encoder = msgspec.json.Encoder()
    for record in records:
        out.write(encoder.encode(_record(record, losses)) + b"\n")


def _record(annotated: Annotated, losses: Losses) -> dict[str, object]:
    header = annotated.layer.header
    unset = dict.fromkeys(annotated.schema.attribute_names)
    invalid = {link.id for link in annotated.layer.invalid_links}
    for span in annotated.layer.spans:
        losses.note("kept", annotated, span)
    for link in annotated.layer.links:
        if link.id in invalid:
            losses.note("dropped", annotated, link, "one of its ends is missing")
        else:
            losses.note("kept", annotated, link)
    return {
        "id": annotated.id,
        "text": annotated.article.text,
        "annotator": header.annotator,
        "status": header.status,
        "sha256": annotated.article.sha256,
        "schema": {"name": header.schema.name, "version": header.schema.version},
        "spans": [
            _fields(span, _SPAN) | {"attributes": unset | dict(span.attributes)} for span in annotated.layer.spans
        ],
        "links": [_fields(link, _LINK) for link in annotated.layer.links if link.id not in invalid],
    }


def _fields(record: Span | Link, names: tuple[str, ...]) -> dict[str, object]:
    return {name: getattr(record, name) for name in names}
