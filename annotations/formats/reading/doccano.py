"""doccano's exports of a project that labels sequences, `JSONL` and `JSONL (Relation)`, one example a line.

Fields: doccano, `backend/data_export/models.py` (`ExportedExample`, `ExportedSpan`, `ExportedRelation`) and
`pipeline/factories.py`: `text`; `entities` with `id`, `label`, `start_offset`, `end_offset`, and `relations` with `id`,
`from_id`, `to_id`, `type`; in a project without relations `label`, a list of `[start, end, label]`, instead. Offsets
are half-open and count code points, as long as the project does not "Count grapheme clusters as one character". An
example's metadata is beside them: of what our own export put there, `article` is the article's id (or the key that is
asked for, or the file's name with the line's number) and `annotator` whose it is.

A relation's `from_id` is its event and `to_id` its actor. Ids become strings; those of `label` are made of the
position. An example without entities may be one that nobody has looked at: its article alone is taken.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import Fields, Problems, imported, objects
from annotations.formats.reading.records import Records, names_of
from annotations.span import make_span
from annotations.store.sidecar import fault_of

HELP = "what doccano exports from a project that labels sequences, with or without relations"

_Id = int | str


class _Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str
    id: _Id | None = None
    entities: list[msgspec.Raw] = []
    relations: list[msgspec.Raw] = []
    label: list[msgspec.Raw] = []
    labels: list[msgspec.Raw] = []
    article: str | None = None
    annotator: str | None = None
    sha256: str | None = None


class _Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: _Id
    label: str
    start_offset: int
    end_offset: int


class _Relation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: _Id
    from_id: _Id
    to_id: _Id
    type: str


_EXAMPLE, _ENTITY, _RELATION = Fields(_Example), Fields(_Entity), Fields(_Relation)
_RANGE = msgspec.json.Decoder(tuple[int, int, str])
_ID: msgspec.json.Decoder[int | str] = msgspec.json.Decoder(int | str)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One example a line."""
    return imported(source, partial(_imported, options))


def _imported(options: Options, number: int, content: bytes, problems: Problems) -> Imported:
    example = _EXAMPLE.read(content, problems, used=options.id_field)
    records = Records(example.text, options.now)
    _take_entities(example, records, problems)
    for position, raw in enumerate(example.relations, 1):
        place = f"relations {position}: "
        try:
            one = _RELATION.read(raw, problems, place)
            records.add_link(str(one.id), str(one.from_id), one.type, str(one.to_id))
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(place + fault_of(error))
    return Imported(
        line=number,
        id=names_of(options.path.stem, number, (_named(content, options.id_field), example.article)),
        text=example.text,
        annotator=example.annotator,
        status="in-progress" if records.spans else None,
        spans=records.spans,
        links=records.links,
    )


def _named(content: bytes, field: str | None) -> _Id | None:
    """The article's id under the key that is asked for, None where none is."""
    if field is None:
        return None
    values = objects(content)
    if field not in values:
        raise ValueError(f"the key {field} is missing")
    return _ID.decode(values[field])


def _take_entities(example: _Example, records: Records, problems: Problems) -> None:
    for position, raw in enumerate(example.entities, 1):
        place = f"entities {position}: "
        try:
            one = _ENTITY.read(raw, problems, place)
            _add(records, str(one.id), one.start_offset, one.end_offset, one.label)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(place + fault_of(error))
    for position, raw in enumerate((*example.label, *example.labels), 1):
        try:
            start, end, label = _RANGE.decode(raw)
            _add(records, f"label-{position}", start, end, label)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(f"label {position}: {fault_of(error)}")


def _add(records: Records, span_id: str, start: int, end: int, label: str) -> None:
    records.add_span(make_span(records.text, [(start, end)], label, id=span_id, now=records.now))
