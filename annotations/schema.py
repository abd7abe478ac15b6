'''The schema of a library, read from `hashiya.toml` at its root.

Names, version, colours, marks and a role's labels are required, all else may be left out:

    [schema]
    name = "actor-event"
    version = "2"

    [[label]]
    name = "actor"              # letters, digits, _ and -; as written into the sidecar
    title_ar = "فاعل"           # the name stands in for a title that is missing
    title_en = "Actor"
    key = "a"                   # one of a-z, 0-9; no two labels or roles share one
    colour = "blue"             # one of COLOURS
    mark = "underline"          # one of MARKS; what shows the label without colour
    subtypes = [
        "gov",                  # a name alone gets a key: its first letter that is free within the label, or a digit
        { name = "mil", title_ar = "جيش", title_en = "Military", key = "m" },
    ]
    guideline = """When to use it."""

    [[label.attributes]]
    name = "tense"
    title_ar = "الزمن"
    title_en = "Tense"
    values = ["past", "present", "future"]

    [[role]]
    name = "agent"
    title_ar = "المنفّذ"
    title_en = "Agent"
    key = "g"
    event_labels = ["event"]    # labels that may stand at the event's end of the link
    actor_labels = ["actor"]

The file's labels and roles replace the built-in ones. A `[settings]` table belongs to the program and is not read here;
a file with nothing else leaves the built-in schema in force.

What can be mended is mended and told of (`annotations.mending`): keys that clash or are none, unknown colours and
marks, roles for labels that there are not. Where nothing can be guessed, reading fails.
'''

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from annotations.built_in import BUILT_IN
from annotations.errors import SchemaError, displayed, printable
from annotations.labels import COLOURS, MARKS, Attribute, Label, Role, Schema, SchemaRef, Subtype
from annotations.limits import GUIDELINE_LENGTH, NAME_LENGTH, SCHEMA_BYTES, SCHEMA_ITEMS, SCHEMA_VALUES
from annotations.mending import mended
from annotations.reading import read_bytes, reason_of, shortened
from annotations.toml import parse_toml

__all__ = [
    "BUILT_IN",
    "COLOURS",
    "FILE_NAME",
    "MARKS",
    "Attribute",
    "Label",
    "LoadedSchema",
    "Role",
    "Schema",
    "SchemaRef",
    "Subtype",
    "is_name",
    "load_schema",
]

FILE_NAME = "hashiya.toml"

_NAME = re.compile(r"[^\W_][\w-]{0,63}")


class LoadedSchema(NamedTuple):
    """A schema that works, and a sentence for each thing that had to be changed for it."""

    schema: Schema
    problems: tuple[str, ...] = ()


class _LabelTable(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A label as the file has it: subtypes may be names alone."""

    name: str
    colour: str
    mark: str
    key: str = ""
    title_ar: str = ""
    title_en: str = ""
    subtypes: tuple[str | Subtype, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    guideline: str = ""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: SchemaRef
    label: tuple[_LabelTable, ...]
    role: tuple[Role, ...] = ()


def load_schema(folder: Path) -> LoadedSchema:
    """The schema of `hashiya.toml` in the folder, or the built-in one where there is no such file.

    Every problem names the file, the place in it and the remedy. Raises SchemaError, likewise, for what cannot be read,
    is not TOML, or lacks what cannot be guessed: a table, a name of its own for each thing, values of the right type.
    """
    path = folder / FILE_NAME
    data = read_bytes(path, SchemaError, "check the file and its permissions", limit=SCHEMA_BYTES)
    if data is None:
        return LoadedSchema(BUILT_IN)
    name = displayed(path)
    tables = parse_toml(data, name, SchemaError)
    tables.pop("settings", None)
    if not tables:
        return LoadedSchema(BUILT_IN)
    schema = _declared(tables, name)
    for fault in chain(_excesses(schema), _faults(schema)):
        raise SchemaError(f"{name}: {printable(fault)}.")
    problems: list[str] = []
    return LoadedSchema(mended(schema, problems.append), tuple(f"{name}: {printable(one)}." for one in problems))


def _declared(tables: dict[str, object], name: str) -> Schema:
    """What the file says, before any of it is checked beyond its type."""
    try:
        file = msgspec.convert(tables, _File)
    except msgspec.ValidationError as error:
        raise SchemaError(f"{name}: {shortened(printable(reason_of(error)))}; correct it.") from error
    labels = tuple(map(_label, file.label))
    return Schema(name=file.schema.name, version=file.schema.version, labels=labels, roles=file.role)


def _label(table: _LabelTable) -> Label:
    subtypes = tuple(Subtype(name=one) if isinstance(one, str) else one for one in table.subtypes)
    return Label(**{**msgspec.structs.asdict(table), "subtypes": subtypes})


def _excesses(schema: Schema) -> Iterable[str]:
    """What is beyond the limits, counts before lengths."""
    yield from _too_many("label", schema.labels, SCHEMA_ITEMS)
    yield from _too_many("role", schema.roles, SCHEMA_ITEMS)
    yield from _too_long("schema", {"name": schema.name, "version": schema.version})
    for number, label in enumerate(schema.labels, 1):
        yield from _label_excesses(f"label {number}", label)
    for number, role in enumerate(schema.roles, 1):
        place = f"role {number}"
        yield from _too_many(f"{place}, event_labels", role.event_labels, SCHEMA_ITEMS)
        yield from _too_many(f"{place}, actor_labels", role.actor_labels, SCHEMA_ITEMS)
        yield from _too_long(place, msgspec.structs.asdict(role))


def _label_excesses(place: str, label: Label) -> Iterable[str]:
    yield from _too_many(f"{place}, subtypes", label.subtypes, SCHEMA_VALUES)
    yield from _too_many(f"{place}, attributes", label.attributes, SCHEMA_ITEMS)
    yield from _too_long(place, msgspec.structs.asdict(label))
    for number, subtype in enumerate(label.subtypes, 1):
        yield from _too_long(f"{place}, subtype {number}", msgspec.structs.asdict(subtype))
    for number, attribute in enumerate(label.attributes, 1):
        yield from _too_many(f"{place}, attribute {number}, values", attribute.values, SCHEMA_VALUES)
        yield from _too_long(f"{place}, attribute {number}", msgspec.structs.asdict(attribute))


def _too_many(place: str, items: Sequence[object], most: int) -> Iterable[str]:
    if len(items) > most:
        yield f"{place}: there are {len(items):,}; declare at most {most:,}"


def _too_long(place: str, values: Mapping[str, object]) -> Iterable[str]:
    """Strings, and those in tuples, that are too long."""
    for key, value in values.items():
        most = GUIDELINE_LENGTH if key == "guideline" else NAME_LENGTH
        strings = (one for one in (value if isinstance(value, tuple) else (value,)) if isinstance(one, str))
        length = max(map(len, strings), default=0)
        if length > most:
            yield f"{place}, {key}: has a length of {length:,}; shorten it to {most:,}"


def is_name(text: str) -> bool:
    """Whether labels, roles, subtypes, attributes and their values may be called so."""
    return _NAME.fullmatch(text) is not None


def _faults(schema: Schema) -> Iterable[str]:
    yield from _name_faults("schema", [schema.name])
    if not schema.version:
        yield 'schema, version: is empty; give one, such as "1"'
    if not schema.labels:
        yield "label: there is none; declare at least one [[label]]"
    yield from _name_faults("label", [label.name for label in schema.labels])
    yield from _name_faults("role", [role.name for role in schema.roles])
    for label in schema.labels:
        yield from _label_faults(label)


def _name_faults(place: str, names: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for name in names:
        if not is_name(name):
            yield f"{place}, name: {name!r} is not a name; use letters, digits, _ and -, at most 64"
        if name in seen:
            yield f"{place}, name: {name!r} is declared twice; rename or remove one"
        seen.add(name)


def _label_faults(label: Label) -> Iterable[str]:
    place = f"label {label.name}"
    yield from _name_faults(f"{place}, subtypes", [subtype.name for subtype in label.subtypes])
    yield from _name_faults(f"{place}, attributes", [attribute.name for attribute in label.attributes])
    for attribute in label.attributes:
        if not attribute.values:
            yield f"{place}, attribute {attribute.name}, values: there are none; list at least one"
        yield from _name_faults(f"{place}, attribute {attribute.name}, values", attribute.values)
