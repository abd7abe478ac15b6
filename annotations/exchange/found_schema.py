"""A schema made of what was imported: every label with its subtypes and attributes, every role with what it joined.

Names that a schema cannot have, and what is beyond its limits, are left out, and told. The file is one to begin with:
titles, colours and guidelines are for people to write.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypeVar

import msgspec

from annotations.errors import printable
from annotations.labels import COLOURS, MARKS, Label, Schema, SchemaRef
from annotations.layer import Layer
from annotations.limits import SCHEMA_BYTES, SCHEMA_ITEMS, SCHEMA_VALUES, size
from annotations.mending import free_key
from annotations.reading import shortened
from annotations.schema import is_name

# In the order of their first use, which sets are not.
_Names = dict[str, None]

_T = TypeVar("_T")

# Bytes of the file that a label, role or attribute takes beyond its name, and a name in a list.
_ITEM = 160
_VALUE = 4


@dataclass
class FoundLabel:
    """What spans of a label had."""

    subtypes: _Names = field(default_factory=dict)
    attributes: dict[str, _Names] = field(default_factory=dict)

    def is_within(self, label: Label | None) -> bool:
        """Whether the label has all of it, the values of attributes aside."""
        return (
            label is not None
            and self.subtypes.keys() <= {one.name for one in label.subtypes}
            and self.attributes.keys() <= {one.name for one in label.attributes}
        )


@dataclass
class FoundRole:
    """The labels that a role's links joined."""

    event_labels: _Names = field(default_factory=dict)
    actor_labels: _Names = field(default_factory=dict)


@dataclass
class FoundSchema:
    """Collects names from layers; `left_out` has a sentence for what a schema cannot have, after its file's name."""

    labels: dict[str, FoundLabel] = field(default_factory=dict)
    roles: dict[str, FoundRole] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    _room: int = SCHEMA_BYTES - 2 * _ITEM
    _refs: set[SchemaRef] = field(default_factory=set)

    @property
    def ref(self) -> SchemaRef | None:
        """The schema that all layers say they were made with, if it is one, and one that a file can name."""
        ref = next(iter(self._refs)) if len(self._refs) == 1 else None
        return ref if ref and is_name(ref.name) and is_name(ref.version) else None

    def is_within(self, schema: Schema) -> bool:
        """Whether the schema has all that was found; not where that is nothing."""
        labels = all(label.is_within(schema.label(name)) for name, label in self.labels.items())
        return bool(self.labels) and labels and all(schema.role(name) is not None for name in self.roles)

    def take(self, layer: Layer) -> None:
        """Take in the names of one layer."""
        self._refs |= {layer.header.schema} if len(self._refs) < 2 else set()
        for span in layer.spans:
            label = self._named(self.labels, span.label, "label", FoundLabel)
            if label is None:
                continue
            if span.subtype is not None:
                self._add(label.subtypes, span.subtype, f"subtype of {span.label}", SCHEMA_VALUES)
            for name, value in span.attributes.items():
                values = self._named(label.attributes, name, f"attribute of {span.label}", _Names)
                if values is not None:
                    self._add(values, value, f"value of {name}", SCHEMA_VALUES)
        for link in layer.links:
            role = self._named(self.roles, link.role, "role", FoundRole)
            if role is not None:
                self._join(role, layer.span(link.event).label, layer.span(link.actor).label)

    def toml(self, ref: SchemaRef) -> str:
        """The file `hashiya.toml`, of a schema of this name and version."""
        return "\n".join([*_table("schema", msgspec.structs.asdict(ref)), *self._items()])

    def _items(self) -> Iterator[str]:
        taken: set[str] = set()
        styles = zip(cycle(COLOURS), cycle(MARKS[1:] + MARKS[:1]), strict=False)
        for (name, label), (colour, mark) in zip(self.labels.items(), styles, strict=False):
            yield from _item("label", name, taken, {"colour": colour, "mark": mark, "subtypes": list(label.subtypes)})
            for attribute, values in label.attributes.items():
                if values:
                    yield from _table("[label.attributes]", {"name": attribute, "values": list(values)})
        for name, role in self.roles.items():
            ends = {"event_labels": list(role.event_labels), "actor_labels": list(role.actor_labels)}
            if all(ends.values()):
                yield from _item("role", name, taken, ends)

    def _named(self, items: dict[str, _T], name: str, what: str, kind: Callable[[], _T]) -> _T | None:
        """The item of this name, made where there is none; None where a schema cannot have it."""
        if name not in items:
            if not self._takes(items, name, what, SCHEMA_ITEMS, _ITEM):
                return None
            items[name] = kind()
        return items[name]

    def _add(self, names: _Names, name: str, what: str, most: int) -> None:
        if name not in names and self._takes(names, name, what, most, _VALUE):
            names[name] = None

    def _join(self, role: FoundRole, event: str, actor: str) -> None:
        if event in self.labels and actor in self.labels:
            self._add(role.event_labels, event, "label of events", SCHEMA_ITEMS)
            self._add(role.actor_labels, actor, "label of actors", SCHEMA_ITEMS)

    def _takes(self, names: Collection[str], name: str, what: str, most: int, more: int) -> bool:
        """Whether a schema that has these takes one of this name, of so many bytes more; where not, that is told."""
        kind, _, of = what.partition(" ")
        cost = len(name.encode("utf-8", "surrogatepass")) + more
        if not is_name(name) and kind == "value":
            why = f"cannot have values {of} such as {shortened(printable(name))}; they are left out."
        elif not is_name(name):
            why = f"cannot have the {kind} {shortened(printable(name))}; it is left out, and validate will name it."
        elif len(names) >= most:
            why = f"cannot have more than {most:,} {kind}s{' ' * bool(of)}{of}; the others are left out."
        elif cost > self._room:
            why = f"cannot be larger than {size(SCHEMA_BYTES)}; {kind}s{' ' * bool(of)}{of} are left out."
        else:
            self._room -= cost
            return True
        # Of values that are free text one is enough.
        key = what if kind == "value" else why
        if len(self.left_out) < SCHEMA_VALUES:
            self.left_out.setdefault(key, why)
        return False


def _item(kind: str, name: str, taken: set[str], values: Mapping[str, object]) -> Iterator[str]:
    key = free_key(name, taken)
    taken.add(key)
    yield from _table(f"[{kind}]", {"name": name, **({"key": key} if key else {}), **values})


def _table(head: str, values: Mapping[str, object]) -> Iterator[str]:
    yield f"[{head}]"
    for key, value in values.items():
        yield f"{key} = {_list(value) if isinstance(value, list) else _string(str(value))}"
    yield ""


def _list(values: Iterable[str]) -> str:
    return f"[{', '.join(map(_string, values))}]"


def _string(name: str) -> str:
    # Names hold nothing that TOML would have escaped.
    return f'"{name}"'
