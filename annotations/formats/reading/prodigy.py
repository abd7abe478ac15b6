"""Prodigy's examples, one a line, as `db-out` writes them.

Fields: Prodigy's documentation, "Annotation interfaces", sections `spans_manual` and `relations`, and "Multi-user
sessions": `text`; `spans` with `start`, `end` (code points, half-open), `label`; `relations` with `label`, the tokens
`head` and `child` and, where these belong to spans, `head_span` and `child_span`; `answer`, of which only `accept`, or
none, is taken; `_annotator_id` or `_session_id`, the annotator, unless it is the time at which a session without a name
began. A head is an event, a child an actor.

What our own export (`annotations.formats.prodigy`) puts under `meta` comes back: of the example its `article` and
`annotator`, of spans and relations their ids and properties. The place is the one that Prodigy shows, which someone may
have corrected, not that under `fragments`. A relation without `head_span` leads from the span whose last token is its
head. What proposed a span, its `source` or a `pattern`, is its origin, as accepted where there is an answer. Spans and
relations without an id are numbered. What is said of the whole text (`accept`, `label`) and other keys of an example
are left out, and told of once.

Each line is an article of its own, unless something names it: with the key `_input_hash` for the article's id the
answers of several annotators to one text are layers of one article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from itertools import count
from typing import BinaryIO, Literal, TypeVar

import msgspec

from annotations.edits import ACCEPTED
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import Fields, id_under, imported, objects
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.formats.reading.records import Records, annotator_of, article_name
from annotations.span import Fragment, make_span
from annotations.store.sidecar import fault_of

HELP = "what Prodigy's db-out writes: spans and relations"

_TIME = re.compile(r"(?:.*-)?\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d")
_NOTHING = msgspec.Raw(b"null")


class _Example(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str
    spans: list[msgspec.Raw] | None = None
    relations: list[msgspec.Raw] | None = None
    meta: msgspec.Raw = _NOTHING
    answer: Literal["accept", "reject", "ignore"] | None = None
    annotator: str | None = msgspec.field(default=None, name="_annotator_id")
    session: str | None = msgspec.field(default=None, name="_session_id")
    # What a task needs, and an annotation does not.
    tokens: msgspec.Raw = _NOTHING
    input_hash: msgspec.Raw = msgspec.field(default=_NOTHING, name="_input_hash")
    task_hash: msgspec.Raw = msgspec.field(default=_NOTHING, name="_task_hash")
    view: msgspec.Raw = msgspec.field(default=_NOTHING, name="_view_id")
    # What the recipe `review` adds.
    review: msgspec.Raw = msgspec.field(default=_NOTHING, name="view_id")
    sessions: msgspec.Raw = _NOTHING
    versions: msgspec.Raw = _NOTHING
    # What there was to choose from, and what is said of the whole text.
    options: msgspec.Raw = _NOTHING
    accept: msgspec.Raw = _NOTHING
    label: msgspec.Raw = _NOTHING
    is_binary: msgspec.Raw = msgspec.field(default=_NOTHING, name="_is_binary")
    timestamp: msgspec.Raw = msgspec.field(default=_NOTHING, name="_timestamp")


class _About(msgspec.Struct, frozen=True):
    article: str | None = None
    annotator: str | None = None


class _SpanMeta(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str | None = None
    subtype: str | None = None
    attributes: dict[str, str] = {}
    group: str | None = None
    note: str = ""
    origin: str | None = None
    fragments: tuple[Fragment, ...] = ()


class _Place(msgspec.Struct, frozen=True):
    start: int
    end: int
    label: str | None = None


class _Span(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    start: int
    end: int
    label: str
    token_start: int | None = None
    token_end: int | None = None
    text: str | None = None
    source: str | None = None
    pattern: msgspec.Raw = _NOTHING
    rank: msgspec.Raw = _NOTHING
    input_hash: msgspec.Raw = _NOTHING
    meta: msgspec.Raw = _NOTHING


class _RelationMeta(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str | None = None
    event: str | None = None
    actor: str | None = None
    note: str = ""
    origin: str = "manual"


class _Relation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    label: str
    head: int | None = None
    child: int | None = None
    head_span: _Place | None = None
    child_span: _Place | None = None
    color: str | None = None
    meta: msgspec.Raw = _NOTHING


T = TypeVar("T", bound=msgspec.Struct)
Meta = TypeVar("Meta", _SpanMeta, _RelationMeta)

_EXAMPLE, _SPAN, _RELATION = Fields(_Example, is_open=True), Fields(_Span), Fields(_Relation)
_ABOUT = msgspec.json.Decoder(_About | None)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One annotator's answer to one example a line."""
    return imported(source, partial(_imported, options))


def _imported(options: Options, number: int, content: bytes, problems: Problems) -> Imported:
    example = _EXAMPLE.read(content, problems, used=options.id_field)
    if example.answer in ("reject", "ignore"):
        return Imported(number, notices=(f"the answer is {example.answer}, and the example is left out",))
    if {bytes(example.accept), bytes(example.label)} - {b"null", b"[]"}:
        problems.add_once("what is said of the whole text is left out")
    named = id_under(objects(content), options.id_field) if options.id_field else None
    about = _About()
    try:
        about = _ABOUT.decode(example.meta) or about
    except FAULTS as error:
        problems.add(f"meta: {fault_of(error)}")
    taken = _Taken(example, options, problems)
    taken.add_spans(example.spans or [])
    taken.add_relations(example.relations or [])
    records = taken.records
    return Imported(
        line=number,
        id=article_name(options.path.stem, number, (named, about.article)),
        text=example.text,
        annotator=_session(example) or about.annotator,
        status="in-progress" if records.spans or example.answer else None,
        spans=records.spans,
        links=records.links,
    )


def _session(example: _Example) -> str | None:
    """Who answered, as an annotator's name."""
    name = example.annotator or example.session
    return None if not name or _TIME.fullmatch(name) else annotator_of(name)


class _Taken:
    """The spans and relations of one example, collected."""

    def __init__(self, example: _Example, options: Options, problems: Problems) -> None:
        self.records = Records(example.text, options.now)
        self._is_accepted = example.answer == "accept"
        self._problems = problems
        self._by_id: dict[str, _Place] = {}
        # Of several in one place, or with one last token, relations that say no more lead to the first.
        self._by_place: dict[_Place, str] = {}
        self._by_token: dict[int, str] = {}

    def add_spans(self, raws: Sequence[msgspec.Raw]) -> None:
        """Add the spans; what cannot be is a problem."""
        given = [
            (place, one, self._meta(_SpanMeta, one.meta, place)) for place, one in self._read(_SPAN, "spans", raws)
        ]
        fresh = _fresh("span", {meta.id for _, _, meta in given})
        for place, one, meta in given:
            try:
                self._add_span(one, meta, next(fresh) if meta.id is None else meta.id)
            except ValueError as error:
                self._problems.add(place + fault_of(error))

    def add_relations(self, raws: Sequence[msgspec.Raw]) -> None:
        """Add the relations; what cannot be is a problem."""
        read = self._read(_RELATION, "relations", raws)
        given = [(place, one, self._meta(_RelationMeta, one.meta, place)) for place, one in read]
        fresh = _fresh("relation", {meta.id for _, _, meta in given})
        for place, one, meta in given:
            try:
                event = self._end("head", meta.event, one.head_span, one.head)
                actor = self._end("child", meta.actor, one.child_span, one.child)
                name = next(fresh) if meta.id is None else meta.id
                self.records.add_link(name, event, one.label, actor, meta.note, meta.origin or "manual")
            except ValueError as error:
                self._problems.add(place + fault_of(error))

    def _read(self, fields: Fields[T], name: str, raws: Sequence[msgspec.Raw]) -> Iterator[tuple[str, T]]:
        for position, raw in enumerate(raws, 1):
            place = f"{name} {position}: "
            try:
                yield place, fields.read(raw, self._problems, place)
            except FAULTS as error:
                self._problems.add(place + fault_of(error))

    def _meta(self, kind: type[Meta], raw: msgspec.Raw, place: str) -> Meta:
        """What our export put there; of another's `meta` nothing is taken."""
        try:
            return msgspec.json.decode(raw, type=kind | None) or kind()
        except FAULTS as error:
            self._problems.add(f"{place}its meta is left out: {fault_of(error)}")
            return kind()

    def _add_span(self, one: _Span, meta: _SpanMeta, name: str) -> None:
        span = make_span(
            self.records.text,
            [(one.start, one.end)],
            one.label,
            id=name,
            now=self.records.now,
            subtype=meta.subtype,
            attributes=meta.attributes,
            group=meta.group,
            note=meta.note,
            origin=self._origin(one) if meta.origin is None else meta.origin,
        )
        self.records.add_span(span)
        place = _Place(one.start, one.end, one.label)
        self._by_id[name] = place
        self._by_place.setdefault(place, name)
        if one.token_end is not None:
            self._by_token.setdefault(one.token_end, name)

    def _origin(self, one: _Span) -> str:
        """Who proposed the span, and whether somebody has accepted it."""
        proposer = one.source or ("manual" if bytes(one.pattern) == b"null" else "pattern")
        return f"{proposer}{ACCEPTED}" if self._is_accepted and proposer != "manual" else proposer

    def _end(self, which: str, name: str | None, place: _Place | None, token: int | None) -> str:
        """The id of the span that a relation leads from or to; ValueError where there is none."""
        if name in self._by_id and place in (None, self._by_id[name]):
            return name
        found = self._by_place.get(place) if place else self._by_token.get(-1 if token is None else token)
        if found is None:
            raise ValueError(f"its {which} is none of the spans")
        return found


def _fresh(kind: str, used: Collection[str | None]) -> Iterator[str]:
    """Ids that are not used."""
    return (name for number in count(1) if (name := f"{kind}-{number}") not in used)
