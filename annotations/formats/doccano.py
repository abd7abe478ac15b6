"""doccano: one article a line, for its import `JSONL (Relation)` into a project that labels sequences.

Fields: doccano, pull request 1823 "relation import", and `backend/data_import/pipeline/label.py` (`SpanLabel`,
`RelationLabel`): `text`; `entities` with `id`, `label`, `start_offset`, `end_offset`; `relations` with `id`, `from_id`,
`to_id`, `type`. Whatever else a line has, here `article`, `annotator` and `sha256`, becomes the example's metadata. Ids
are integers, unique over the whole file. Offsets are half-open and count code points, as long as the project does not
"Count grapheme clusters as one character"; it has to "Allow overlapping spans", or doccano leaves out all but the first
of those that overlap (`Spans.clean`), and to "Use relation labeling".

A relation leads from an event to an actor. An entity is one range with a label: other properties have no place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.ranges import PROPERTIES, linked, ranged
from annotations.formats.tokens import Gaps, Policy

EXTENSION = ".jsonl"
HELP = "one article a line with entities and relations, for doccano's import"


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one line a record, in UTF-8 with LF."""
    encoder = msgspec.json.Encoder()
    numbers = count(1)
    for record in records:
        out.write(encoder.encode(_example(record, policy.gaps, losses, numbers)) + b"\n")


def _example(annotated: Annotated, gaps: Gaps, losses: Losses, numbers: Iterator[int]) -> dict[str, object]:
    ids: dict[str, int] = {}
    entities = []
    for span, (start, end) in ranged(annotated, gaps, losses, PROPERTIES):
        ids[span.id] = next(numbers)
        entities.append({"id": ids[span.id], "label": span.label, "start_offset": start, "end_offset": end})
    relations = [
        {"id": next(numbers), "from_id": ids[link.event], "to_id": ids[link.actor], "type": link.role}
        for link in linked(annotated, ids, losses)
    ]
    return {
        "text": annotated.article.text,
        "entities": entities,
        "relations": relations,
        "article": annotated.id,
        "annotator": annotated.layer.header.annotator,
        "sha256": annotated.article.sha256,
    }
