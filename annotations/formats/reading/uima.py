"""A folder of CAS XMI files with their `TypeSystem.xml`, from INCEpTION, other tools for UIMA, or our own export.

Our own files come back as they were (`annotations.formats.uima` has the types), and with what was added to them. A type
of others is read as INCEpTION makes them ("INCEpTION User Guide", section "Layers"):

- An annotation is a span; its label is its `label` or `value`, or else its type's short name.
- Its other strings, numbers and truth values are attributes, several strings with `; ` between them; what is too long
  for an attribute is in its note.
- Its slots (arrays of structures with a `role` and a `target`) are links from it; a slot without a role has the
  feature's name.
- An annotation with a `Governor` and a `Dependent` is a link from the first to the second, its role found as a label.
- Those of a chain (a structure with the `first` of them, and each with its `next`) are a group.
- Those of words, sentences and their syntax (`annotations.formats.reading.uima_kinds`), and all else, are left out.

The article's id is DKPro's `documentTitle` or `documentId`, or the file's name. Of several texts in one file the
initial view's is taken. Offsets are UTF-16 code units in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple, cast, get_args

from msgspec import structs

from annotations.article import LARGEST
from annotations.change import Status
from annotations.errors import HashiyaError, displayed, os_reason, printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.folders import leads_out
from annotations.formats.reading.problems import Problems, Repeated
from annotations.formats.reading.records import Records
from annotations.formats.reading.uima_kinds import LABEL, METADATA, is_ours, is_relation, label_of, string_of
from annotations.formats.reading.xmi import (
    ARRAY,
    STRINGS,
    Cas,
    Feature,
    Structure,
    Types,
    chains,
    read_cas,
    read_types,
    references,
)
from annotations.formats.uima import ATTRIBUTE, DETAILS, DOCUMENT, restored, unescaped
from annotations.formats.units import Utf16
from annotations.labels import SchemaRef
from annotations.limits import NAME_LENGTH, NUMBER
from annotations.reading import read_bytes
from annotations.span import Fragment, Span, make_span
from annotations.store.sidecar import fault_of

HELP = "a folder of CAS XMI files with their type system, from INCEpTION or another tool for UIMA"

_REMEDY = "export it again, as XMI"
_TYPE_SYSTEM = "typesystem.xml"
_PLACE = ("sofa", "begin", "end")
# What our own spans have, other than attributes.
_FIELDS = ("id", "label", "subtype", "group", "note", "origin", "created", "updated", "fragments", "attributes")
_TIMES = ("created", "updated")
_LINK = ("id", "note", "origin", *_TIMES)
# Nine digits are more than any text has code units.
_PLACES = re.compile("[0-9]{1,9} [0-9]{1,9}")


def read_folder(folder: Path, options: Options) -> Iterator[Imported]:
    """The articles of the folder's `.xmi` files, in the order of their names; HashiyaError without a type system."""
    types = _types(folder)
    told: set[str] = set()
    paths = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".xmi")
    if not paths:
        raise HashiyaError(f"{displayed(folder)}: has no .xmi file in it; give the folder that has them.")
    for path in paths:
        problems, faults = Problems(told), Repeated("xmi:id ", ": ")
        try:
            one = _File(read_cas(_bytes(path)), types, problems, faults).imported(path, options)
        except (ValueError, HashiyaError) as error:
            problems.add(str(error).rstrip("."))
            one = Imported(0)
        name = printable(path.name)
        yield replace(
            one,
            problems=tuple(f"{name}: {clause}" for clause in (*problems.all(), *faults.all())),
            notices=tuple(f"{name}: {clause}" for clause in problems.notices()),
        )


def _bytes(path: Path) -> bytes:
    """What a file of the folder holds; ValueError or HashiyaError for one not to be read."""
    if leads_out(path, path.parent):
        raise ValueError("it is a symbolic link that leads out of the folder")
    return read_bytes(path, HashiyaError, _REMEDY, limit=LARGEST) or b""


def _types(folder: Path) -> Types:
    """The folder's type system; HashiyaError where there is none, or it cannot be read."""
    try:
        path = next((path for path in sorted(folder.iterdir()) if path.name.lower() == _TYPE_SYSTEM), None)
    except OSError as error:
        raise HashiyaError(f"{displayed(folder)}: cannot be read ({os_reason(error)}); give a folder.") from error
    data = None if path is None else read_bytes(path, HashiyaError, _REMEDY, limit=LARGEST)
    if path is None or data is None:
        raise HashiyaError(f"{displayed(folder)}: has no TypeSystem.xml in it; export it together with the .xmi files.")
    try:
        return read_types(data)
    except ValueError as error:
        raise HashiyaError(f"{displayed(path)}: {error}; {_REMEDY}.") from error


@dataclass
class _File:
    """What one file becomes; `faults` are its structures'."""

    cas: Cas
    types: Types
    problems: Problems
    faults: Repeated
    chains: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.chains = chains(self.cas)

    def imported(self, path: Path, options: Options) -> Imported:
        """The article with its spans and links; ValueError where it has no text."""
        text, members = self._text()
        document = self._first(DOCUMENT)
        if document is not None and "replaced" in document.values:
            text = self._restored(text, document.values["replaced"])
        records = Records(text, options.now)
        span_ids = self._take_spans(records, members)
        self._take_links(records, members, span_ids)
        found = Imported(0, id=self._named(path), text=text, spans=records.spans, links=records.links)
        if document is None:
            return replace(found, status="in-progress" if records.spans else None)
        return self._as_ours(found, {name: unescaped(value) for name, value in document.values.items()})

    def _as_ours(self, found: Imported, document: dict[str, str]) -> Imported:
        status, seconds = document.get("status"), document.get("secondsActive", "0")
        if status not in get_args(Status):
            self.problems.add(f"the status {status} is unknown, and in-progress is taken")
            status = "in-progress"
        is_number = seconds.isascii() and seconds.isdigit() and len(seconds) <= len(str(NUMBER))
        name, version = document.get("schemaName"), document.get("schemaVersion")
        return replace(
            found,
            id=document.get("article", found.id),
            annotator=document.get("annotator"),
            status=cast(Status, status),
            schema=None if name is None or version is None else SchemaRef(name=name, version=version),
            note=document.get("note", ""),
            created=document.get("created"),
            updated=document.get("updated"),
            seconds_active=min(int(seconds), NUMBER) if is_number else 0,
        )

    def _text(self) -> tuple[str, set[str]]:
        """The text, and the ids of what is indexed for it."""
        texts = [sofa for sofa in self.cas.sofas.values() if "sofaString" in sofa.values]
        if not texts:
            raise ValueError("it has no text")
        taken = next((sofa for sofa in texts if sofa.values.get("sofaID") == "_InitialView"), texts[0])
        for sofa in texts:
            if sofa is not taken:
                self.problems.add(f"the text of the view {sofa.values.get('sofaID')} is left out")
        return taken.values["sofaString"], self.cas.members.get(taken.id, set())

    def _first(self, type_name: str) -> Structure | None:
        return next((each for each in self.cas.structures.values() if each.type == type_name), None)

    def _named(self, path: Path) -> str:
        metadata = self._first(METADATA)
        values = metadata.values if metadata is not None else {}
        return values.get("documentTitle") or values.get("documentId") or path.stem

    def _restored(self, text: str, replaced: str) -> str:
        try:
            return restored(text, replaced)
        except ValueError as error:
            self.problems.add(str(error))
            return text

    def _take_spans(self, records: Records, members: set[str]) -> dict[str, str]:
        """Take what is a span, and return the spans' ids by those of their structures."""
        units, span_ids = Utf16(records.text), {}
        for each in self._annotations(members):
            label = label_of(each)
            if label is None:
                self.problems.notice_once(f"annotations of the type {each.type} are left out")
            elif not is_relation(each):
                with self._told_of(each):
                    span = self._span(each, label, units, records)
                    records.add_span(span)
                    span_ids[each.id] = span.id
        return span_ids

    def _annotations(self, members: set[str]) -> Iterator[Structure]:
        """What marks a part of the text and is indexed, and is no type that every CAS has."""
        for each in self.cas.structures.values():
            if each.id not in members or each.type.startswith("uima."):
                continue
            if each.type not in self.types:
                self.problems.add_once(f"the type {each.type} is not in the type system, and is left out")
            elif self.types.is_annotation(each.type) and each.type != METADATA:
                yield each

    def _span(self, each: Structure, label: str, units: Utf16, records: Records) -> Span:
        """The span; ValueError for a place that is none."""
        fields = {name: string_of(each, name) for name in _FIELDS if is_ours(each) and name in each.values}
        fragments = each.lists.get("fragments", []) if is_ours(each) else []
        places = fragments or [f"{each.values.get('begin')} {each.values.get('end')}"]
        attributes = dict(self._attributes(each))
        long = [] if is_ours(each) else [name for name, value in attributes.items() if len(value) > NAME_LENGTH]
        told = "\n".join(f"{name}: {attributes.pop(name)}" for name in long)
        made = make_span(
            records.text,
            [_fragment(place, units) for place in places],
            label,
            id=fields.get("id", f"xmi-{each.id}"),
            now=records.now,
            subtype=fields.get("subtype"),
            attributes=attributes,
            group=fields.get("group", f"xmi-{self.chains[each.id]}" if each.id in self.chains else None),
            note=fields.get("note", told),
            origin=fields.get("origin", "manual"),
        )
        return structs.replace(made, **{name: fields[name] for name in _TIMES if name in fields})

    def _attributes(self, each: Structure) -> Iterator[tuple[str, str]]:
        """The features that are values, and none of a span's own; what refers to other things is told of."""
        own = _FIELDS if is_ours(each) else LABEL
        for name in (*each.values, *each.lists):
            feature = self.types.feature(each.type, name)
            if feature is not None and feature.is_primitive and name in each.values and name not in own:
                yield name.removeprefix(ATTRIBUTE) if is_ours(each) else name, string_of(each, name)
            elif feature is not None and feature.range == STRINGS and not is_ours(each):
                if strings := self._strings(each, name):
                    yield name, "; ".join(strings)
            elif name not in (*own, *_PLACE) and not self._is_slot(feature) and not self._is_next(each, name):
                self.problems.add_once(f"the feature {name} of the type {each.type} is left out")
        if is_ours(each):
            for value in each.lists.get("attributes", []):
                key, _, rest = value.partition("=")
                yield unescaped(key), unescaped(rest)

    def _strings(self, each: Structure, name: str) -> list[str]:
        """The strings of an array, which is within the structure or one of its own."""
        array = self.cas.structures.get(each.values.get(name, ""), _NONE)
        return each.lists.get(name) or array.lists.get("elements", [])

    def _is_next(self, each: Structure, name: str) -> bool:
        return name == "next" and each.id in self.chains

    def _is_slot(self, feature: Feature | None) -> bool:
        if feature is None or feature.range != ARRAY:
            return False
        return self.types.feature(feature.elements, "target") is not None

    def _take_links(self, records: Records, members: set[str], span_ids: dict[str, str]) -> None:
        details = {each.values.get("argument"): each for each in self.cas.structures.values() if each.type == DETAILS}
        for each in self._annotations(members):
            found: Iterable[_Found] = ()
            if each.id in span_ids:
                found = self._slots(each)
            elif is_relation(each) and (role := label_of(each)) is not None:
                found = [_Found(each, each.values["Governor"], role, each.values["Dependent"])]
            for one in found:
                fields = details.get(one.structure.id, _NONE)
                with self._told_of(one.structure):
                    records.add_link(**_link(one, span_ids, fields))

    def _slots(self, each: Structure) -> Iterator[_Found]:
        """The links that an annotation's slots are."""
        for name, value in each.values.items():
            if self._is_slot(self.types.feature(each.type, name)):
                for reference in references(value.split(), self.cas):
                    slot = self.cas.structures.get(reference, _NONE)
                    role = string_of(slot, "role") if "role" in slot.values else name
                    yield _Found(slot, each.id, role, slot.values.get("target", ""))

    @contextmanager
    def _told_of(self, each: Structure) -> Iterator[None]:
        """Around what a ValueError makes a problem of."""
        try:
            yield
        except ValueError as error:
            self.faults.add(each.id, fault_of(error))


class _Found(NamedTuple):
    """A link: what it was read from, its ends' structures by their ids, and its role."""

    structure: Structure
    event: str
    role: str
    actor: str


def _link(found: _Found, span_ids: dict[str, str], details: Structure) -> dict[str, Any]:
    """What `Records.add_link` takes; ValueError where something is missing."""
    event, actor = span_ids.get(found.event), span_ids.get(found.actor)
    if event is None or actor is None:
        raise ValueError("one of the spans that it joins is missing")
    fields = {name: string_of(details, name) for name in _LINK if name in details.values}
    return {"id": f"xmi-{found.structure.id}", **fields, "event": event, "role": found.role, "actor": actor}


def _fragment(place: str, units: Utf16) -> Fragment:
    """The range of code points that two numbers of code units stand for; ValueError where they are none."""
    if _PLACES.fullmatch(place) is None:
        raise ValueError(f"its place {place!r} is none")
    start, end = map(int, place.split(" "))
    return units.code_point(start), units.code_point(end)


_NONE = Structure("", "", {})
