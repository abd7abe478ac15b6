"""doccano's exports of a project that labels sequences, `JSONL` and `JSONL (Relation)`, one example a line.

Fields: doccano, `backend/data_export/models.py` (`ExportedExample`, `ExportedSpan`, `ExportedRelation`) and
`pipeline/factories.py`: `text`; `entities` with `id`, `label`, `start_offset`, `end_offset`, and `relations` with `id`,
`from_id`, `to_id`, `type`; in a project without relations `label`, a list of `[start, end, label]`, instead. Offsets
are half-open and count code points, as long as the project does not "Count grapheme clusters as one character". An
example's metadata is beside them: of what our own export put there, `article` is the article's id (or the key that is
asked for, or the file's name with the line's number), `annotator` whose it is, and `hashiya` has ids and properties.
What else is there is left out and told of once.

Older versions have `labels` for `label`, or `annotations` with `label`, `start_offset`, `end_offset` and `user`: each
user is an annotator, `user-` and the number; a label may be the number that the project has for it. Where the whole
text has labels too (`cats`), `entities` are lists as those of `label`.

A relation's `from_id` is its event and `to_id` its actor. A span is the one under `hashiya` that has its place and
label, the first that is left of several, and so is a link that has its ends and role; doccano has ids of its own, and
may have other spans by now. Ids of new ones become strings; those of `label` are made of the position. An example
without entities may be one that nobody has looked at: its article alone is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import Fields, id_under, imported, objects
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.formats.reading.records import Records, annotator_of, article_name
from annotations.span import make_span
from annotations.store.sidecar import fault_of

HELP = "what doccano exports from a project that labels sequences, with or without relations"

_OF_THE_TEXT = "labels of the whole text are left out"

_Id = int | str


class _Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str
    id: _Id | None = None
    entities: list[msgspec.Raw] = []
    relations: list[msgspec.Raw] = []
    label: list[msgspec.Raw] = []
    labels: list[msgspec.Raw] = []
    annotations: list[msgspec.Raw] = []
    cats: list[msgspec.Raw] = []
    article: str | None = None
    annotator: str | None = None
    sha256: str | None = None
    hashiya: msgspec.Raw = msgspec.Raw(b"null")


class _SpanDetails(msgspec.Struct, frozen=True, kw_only=True):
    start: int
    end: int
    label: str
    id: str
    subtype: str | None = None
    attributes: dict[str, str] = {}
    group: str | None = None
    note: str = ""
    origin: str = "manual"


class _LinkDetails(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    event: str
    role: str
    actor: str
    note: str = ""
    origin: str = "manual"


class _Details(msgspec.Struct, frozen=True, kw_only=True):
    spans: list[_SpanDetails] = []
    links: list[_LinkDetails] = []


class _Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: _Id
    label: str
    start_offset: int
    end_offset: int


class _Annotation(msgspec.Struct, frozen=True, kw_only=True):
    label: _Id
    start_offset: int
    end_offset: int
    user: _Id | None = None


class _Relation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: _Id | None = None
    from_id: _Id
    to_id: _Id
    type: str


_EXAMPLE, _ENTITY, _RELATION = Fields(_Example, is_open=True), Fields(_Entity), Fields(_Relation)
_RANGE = msgspec.json.Decoder(tuple[int, int, str])
_ANNOTATION = msgspec.json.Decoder(_Annotation)
_DETAILS = msgspec.json.Decoder(_Details | None)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One example a line."""
    return imported(source, partial(_imported, options))


def _imported(options: Options, number: int, content: bytes, problems: Problems) -> list[Imported]:
    """One for each annotator, or for the article alone."""
    example = _EXAMPLE.read(content, problems, used=options.id_field)
    named = id_under(objects(content), options.id_field) if options.id_field else None
    name = article_name(options.path.stem, number, (named, example.article))
    if example.cats:
        problems.add_once(_OF_THE_TEXT)
    return [
        Imported(
            line=number,
            id=name,
            text=example.text,
            annotator=annotator,
            status="in-progress" if records.spans else None,
            spans=records.spans,
            links=records.links,
        )
        for annotator, records in _layers(example, options, problems)
    ]


def _layers(example: _Example, options: Options, problems: Problems) -> list[tuple[str | None, Records]]:
    """What each annotator did: who it was is said by older versions alone."""
    taken = _Taken(example, options, problems)
    taken.add_entities(example.entities)
    taken.add_ranges([*example.label, *example.labels])
    taken.add_relations(example.relations)
    layers = {example.annotator: taken}
    for position, raw in enumerate(example.annotations, 1):
        try:
            one = _ANNOTATION.decode(raw)
            name = annotator_of(one.user)
            if name not in layers:
                layers[name] = _Taken(example, options, problems)
            layers[name].add_span(f"annotation-{position}", one.start_offset, one.end_offset, str(one.label))
        except FAULTS as error:
            problems.add(f"annotations {position}: {fault_of(error)}")
    found = [(name, one.records) for name, one in layers.items() if one.records.spans]
    return found or [(example.annotator, taken.records)]


class _Taken:
    """The spans and links of one example, collected."""

    def __init__(self, example: _Example, options: Options, problems: Problems) -> None:
        self.records = Records(example.text, options.now)
        self._problems = problems
        details = _Details()
        try:
            details = _DETAILS.decode(example.hashiya) or details
        except FAULTS as error:
            problems.add(f"hashiya: left out: {fault_of(error)}")
        self._spans: dict[tuple[int, int, str], list[_SpanDetails]] = defaultdict(list)
        for span in reversed(details.spans):
            self._spans[span.start, span.end, span.label].append(span)
        self._links: dict[tuple[str, str, str], list[_LinkDetails]] = defaultdict(list)
        for link in reversed(details.links):
            self._links[link.event, link.role, link.actor].append(link)
        self._span_ids = {span.id for span in details.spans}
        self._link_ids = {link.id for link in details.links}
        # doccano's ids of entities, and ours.
        self._ids: dict[str, str] = {}

    def add_entities(self, raws: list[msgspec.Raw]) -> None:
        """Add the spans of a project with relations."""
        for position, raw in enumerate(raws, 1):
            place = f"entities {position}: "
            try:
                if bytes(raw).startswith(b"["):
                    self.add_span(f"entity-{position}", *_RANGE.decode(raw))
                    continue
                one = _ENTITY.read(raw, self._problems, place)
                self.add_span(str(one.id), one.start_offset, one.end_offset, one.label)
            except FAULTS as error:
                self._problems.add(place + fault_of(error))

    def add_ranges(self, raws: list[msgspec.Raw]) -> None:
        """Add the spans of a project without relations."""
        for position, raw in enumerate(raws, 1):
            if bytes(raw).startswith(b'"'):
                self._problems.add_once(_OF_THE_TEXT)
                continue
            try:
                self.add_span(f"label-{position}", *_RANGE.decode(raw))
            except FAULTS as error:
                self._problems.add(f"label {position}: {fault_of(error)}")

    def add_relations(self, raws: list[msgspec.Raw]) -> None:
        """Add the links; their spans have to be there."""
        for position, raw in enumerate(raws, 1):
            place = f"relations {position}: "
            try:
                one = _RELATION.read(raw, self._problems, place)
                event, actor = self._end("event", one.from_id), self._end("actor", one.to_id)
                known = self._links.get((event, one.type, actor))
                link = known.pop() if known else None
                name = (
                    link.id
                    if link
                    else _other(f"relation-{position}" if one.id is None else str(one.id), self._link_ids)
                )
                self.records.add_link(
                    name, event, one.type, actor, link.note if link else "", link.origin if link else "manual"
                )
            except FAULTS as error:
                self._problems.add(place + fault_of(error))

    def _end(self, end: str, given_id: _Id) -> str:
        found = self._ids.get(str(given_id))
        if found is None:
            raise ValueError(f"its {end} {given_id} is missing")
        return found

    def add_span(self, given_id: str, start: int, end: int, label: str) -> None:
        """Add one of the labels, which are ranges; ValueError for one that cannot be."""
        known = self._spans.get((start, end, label))
        new = _SpanDetails(start=start, end=end, label=label, id=_other(given_id, self._span_ids))
        details = known.pop() if known else new
        span = make_span(
            self.records.text,
            [(start, end)],
            label,
            id=details.id,
            now=self.records.now,
            subtype=details.subtype,
            attributes=details.attributes,
            group=details.group,
            note=details.note,
            origin=details.origin,
        )
        self.records.add_span(span)
        self._ids[given_id] = details.id


def _other(name: str, used: Collection[str]) -> str:
    """The id, or another where the export had it for something else."""
    return f"doccano-{name}" if name in used else name
