"""The results of one annotation in Label Studio, made into spans and links, as the reader `label_studio` says.

A *region* is what the results with one `id` say together. A *part* is a region that belongs to another as a fragment of
the same span, which our own export says under `meta`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

import msgspec

from annotations.edits import ACCEPTED, EDITED
from annotations.formats.label_studio import region_id
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.formats.reading.records import Records
from annotations.span import Fragment, make_span
from annotations.store.sidecar import fault_of

_ATTRIBUTE = "attribute-"
_TEXT_LABELS = {"hypertextlabels": "labels"}
_ORIGINS = {"prediction": f"prediction{ACCEPTED}", "prediction-changed": f"prediction{EDITED}"}
_NOTHING = msgspec.Raw(b"null")


class _Result(msgspec.Struct, frozen=True):
    type: str
    value: msgspec.Raw = _NOTHING
    id: int | str | None = None
    from_name: str = ""
    origin: str | None = None
    meta: msgspec.Raw = _NOTHING
    from_id: int | str | None = None
    to_id: int | str | None = None
    direction: str | None = None
    labels: list[str] | None = None


class _Offsets(msgspec.Struct, frozen=True):
    start: int
    end: int


class _Value(msgspec.Struct, frozen=True):
    # Strings are XPaths.
    start: int | str | None = None
    end: int | str | None = None
    global_offsets: _Offsets | None = msgspec.field(default=None, name="globalOffsets")
    text: str | list[str] | None = None
    labels: list[str] = []
    hypertextlabels: list[str] = []
    choices: list[str] = []


class _LinkMeta(msgspec.Struct, frozen=True):
    id: str
    role: str
    actor: str
    note: str = ""
    origin: str = "manual"


class _Meta(msgspec.Struct, frozen=True):
    id: str | None = None
    origin: str | None = None
    group: str | None = None
    links: list[_LinkMeta] = []
    part_of: str | None = None


_RESULT = msgspec.json.Decoder(_Result)
_VALUE = msgspec.json.Decoder(_Value | None)
_META = msgspec.json.Decoder(_Meta | None)


class _Told:
    """Makes a problem of what goes wrong within it."""

    __slots__ = ("_place", "_problems")

    def __init__(self, problems: Problems, place: str) -> None:
        self._problems = problems
        self._place = place

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> bool:
        if not isinstance(error, FAULTS):
            return False
        self._problems.add(self._place + fault_of(error))
        return True


@dataclass(slots=True)
class _Region:
    place: str
    parts: list[Fragment]
    labels: list[str]
    origin: str | None
    meta: _Meta
    subtype: str | None = None
    attributes: dict[str, str] = field(default_factory=dict)
    note: str | None = None


class Results:
    """The results of one annotation, collected: first its regions, then what belongs to them.

    `proposer` is the origin of what a prediction has; None for an annotation.
    """

    def __init__(self, records: Records, proposer: str | None, problems: Problems) -> None:
        self._records = records
        self._proposer = proposer
        self._problems = problems
        self._regions: dict[str, _Region] = {}
        # The region that another is a part of, and each region's span.
        self._wholes: dict[str, str] = {}
        self._spans: dict[str, str] = {}

    def take(self, raws: Sequence[msgspec.Raw]) -> None:
        """Take the results; what cannot be is a problem, and costs the rest nothing."""
        given: dict[str, list[tuple[str, _Result]]] = {"labels": [], "choices": [], "textarea": [], "relation": []}
        for number, raw in enumerate(raws, 1):
            place = f"result {number}: "
            with self._told(place):
                result = _RESULT.decode(raw)
                kind = _TEXT_LABELS.get(result.type, result.type)
                if kind in given:
                    given[kind].append((place, result))
                else:
                    self._problems.add_once(f"the type {result.type} is left out", place)
        for place, result in given["labels"]:
            with self._told(place):
                self._add_region(place, result)
        for place, result in (*given["choices"], *given["textarea"]):
            with self._told(place):
                self._add_property(place, result)
        self._join_parts()
        for name, region in self._regions.items():
            with self._told(region.place):
                self._add_span(name, region)
        self._add_links(given["relation"])

    def _told(self, place: str) -> _Told:
        return _Told(self._problems, place)

    def _add_region(self, place: str, result: _Result) -> None:
        value = _VALUE.decode(result.value) or _Value()
        name = f"region-{len(self._regions) + 1}" if result.id is None else str(result.id)
        labels = value.labels or value.hypertextlabels
        if name in self._regions:
            self._regions[name].labels += labels
            return
        part = _part(self._records.text, value)
        meta = self._meta(place, result, name)
        self._regions[name] = _Region(place, [part], list(labels), result.origin, meta)

    def _meta(self, place: str, result: _Result, name: str) -> _Meta:
        """What our export put there; of a region that the editor made of another one, only what is true of both."""
        try:
            meta = _META.decode(result.meta) or _Meta()
        except FAULTS as error:
            self._problems.add(f"{place}its meta is left out: {fault_of(error)}")
            return _Meta()
        if meta.part_of is not None and name.startswith(f"{meta.part_of}_p"):
            return _Meta(part_of=meta.part_of)
        if meta.id is not None and region_id(meta.id) == name:
            return meta
        return _Meta(origin=meta.origin, group=meta.group)

    def _add_property(self, place: str, result: _Result) -> None:
        """A subtype, note or attribute; ValueError for what is about no region, or has not one value."""
        value = _VALUE.decode(result.value) or _Value()
        region = self._regions.get(str(result.id))
        if region is None and value.start is None:
            self._problems.add_once("what is about the whole text is left out", place)
            return
        if region is None:
            raise ValueError("it is about a region without a label, and is left out")
        chosen = _chosen(result, value)
        if (result.type, result.from_name) == ("choices", "subtype"):
            _check_unset("subtype", region.subtype)
            region.subtype = chosen
        elif (result.type, result.from_name) == ("textarea", "note"):
            _check_unset("note", region.note)
            region.note = chosen
        else:
            name = result.from_name.removeprefix(_ATTRIBUTE)
            _check_unset(f"attribute {name}", region.attributes.get(name))
            region.attributes[name] = chosen

    def _join_parts(self) -> None:
        for name, region in list(self._regions.items()):
            whole = self._regions.get(region.meta.part_of or "")
            if whole and region.meta.part_of and not whole.meta.part_of and region.labels == whole.labels:
                whole.parts += region.parts
                self._wholes[name] = region.meta.part_of
                del self._regions[name]

    def _add_span(self, name: str, region: _Region) -> None:
        """A span for each of the region's labels, which the links lead to the first of."""
        if not region.labels:
            raise ValueError("it has no label")
        span_id = name if region.meta.id is None else region.meta.id
        for number, label in enumerate(region.labels, 1):
            span = make_span(
                self._records.text,
                region.parts,
                label,
                id=span_id if number == 1 else f"{span_id}-{number}",
                now=self._records.now,
                subtype=region.subtype,
                attributes=region.attributes,
                group=region.meta.group,
                note=region.note or "",
                origin=self._origin(region),
            )
            self._records.add_span(span)
            self._spans.setdefault(name, span.id)

    def _origin(self, region: _Region) -> str:
        ours, theirs = region.meta.origin, region.origin or ""
        if ours is None:
            return self._proposer or _ORIGINS.get(theirs, "manual")
        if theirs == "prediction-changed" and ours.endswith(ACCEPTED):
            return ours.removesuffix(ACCEPTED) + EDITED
        return ours

    def _add_links(self, relations: Sequence[tuple[str, _Result]]) -> None:
        known: dict[tuple[str, str, str], list[_LinkMeta]] = defaultdict(list)
        for name, region in self._regions.items():
            for link in reversed(region.meta.links):
                known[name, link.actor, link.role].append(link)
        used = {link.id for links in known.values() for link in links}
        fresh = (name for number in count(1) if (name := f"relation-{number}") not in used)
        for place, relation in relations:
            with self._told(place):
                event, actor = self._ends(place, relation)
                for role in relation.labels or []:
                    found = known[event, actor, role]
                    meta = found.pop() if found else _LinkMeta(next(fresh), role, actor)
                    ends = self._spans[event], role, self._spans[actor]
                    self._records.add_link(meta.id, *ends, meta.note, meta.origin)

    def _ends(self, place: str, relation: _Result) -> tuple[str, str]:
        """The regions of the event and the actor; ValueError where one is missing, or there is no role."""
        ends = [str(relation.from_id), str(relation.to_id)]
        event, actor = (self._wholes.get(end, end) for end in ends)
        for end in (event, actor):
            if end not in self._spans:
                raise ValueError(f"the region {end} is missing")
        if not relation.labels:
            raise ValueError("it has no label, which would be the role")
        if relation.direction == "bi":
            self._problems.add(f"{place}it leads both ways, and is taken from {event} to {actor}")
        return (actor, event) if relation.direction == "left" else (event, actor)


def _part(text: str, value: _Value) -> Fragment:
    """The region's place; ValueError where it has none, or it is not that of the region's own text."""
    start, end = value.start, value.end
    # What these count in is the text that is shown, which is the article's where that has no markup.
    if value.global_offsets and isinstance(value.text, str):
        start, end = value.global_offsets.start, value.global_offsets.end
    if isinstance(start, str) or isinstance(end, str):
        raise ValueError("its place is one in a page of HTML")  # noqa: TRY004 - of the file
    if start is None or end is None:
        raise ValueError("its start or end is missing")
    if isinstance(value.text, str) and _bare(value.text) != _bare(text[start:end]):
        raise ValueError("the region's text is not what the article has there")
    return start, end


def _chosen(result: _Result, value: _Value) -> str:
    """What was chosen or written; ValueError for several choices, or none."""
    if result.type == "textarea":
        return value.text if isinstance(value.text, str) else "\n".join(value.text or [])
    if len(value.choices) != 1:
        raise ValueError(f"it has {len(value.choices):,} choices, and there is a place for one")
    return value.choices[0]


def _check_unset(name: str, value: str | None) -> None:
    if value is not None:
        raise ValueError(f"its region has the {name} already")


def _bare(text: str) -> str:
    """The text without white space: line ends are not always in what the editor keeps of a region's text."""
    return "".join(text.replace("\\n", "").split())
