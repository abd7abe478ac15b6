"""CAS XMI files and type systems of UIMA as they are, from anywhere, before any meaning is made of them.

Vocabulary and files: "UIMA References" (uima.apache.org), chapters "XMI CAS Serialization Reference" and "Component
Descriptor Reference". A *structure* is of a *type*, and has a value for each of its *features* that is set. A *sofa* is
a text, and a *view* has the ids of the structures that are indexed for it.

The parser of the standard library reads them, and no other: it fetches nothing, and a document type declaration, which
is where entities come from, ends it. Libraries for CAS make classes whose code has the names that a type system gives,
which is not for files of others. What is read is bounded before it is parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from annotations.errors import printable
from annotations.limits import DEPTH
from annotations.reading import shortened

SOFA, VIEW, NULL = "uima.cas.Sofa", "uima.cas.View", "uima.cas.NULL"
ANNOTATION, STRINGS, ARRAY = "uima.tcas.Annotation", "uima.cas.StringArray", "uima.cas.FSArray"
_PRIMITIVES = frozenset(
    f"uima.cas.{name}" for name in ("String", "Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double")
)

# Of elements and of attributes: some 150,000 spans, of which an article by hand has some hundreds. The worst that is
# within them takes half a gigabyte while it is read.
_ELEMENTS = 2**20
_ATTRIBUTES = 2 * 2**20
_ID = "http://www.omg.org/XMI id"
_NAMESPACE, _ECORE = "http:///", ".ecore"
_NO_NAMESPACE = "uima.noNamespace."


@dataclass(slots=True)
class Structure:
    """A structure; `values` are the features that are attributes, `lists` those that are elements within it."""

    id: str
    type: str
    values: dict[str, str]
    lists: dict[str, list[str]] = field(default_factory=dict)


@dataclass(slots=True)
class Cas:
    """What a file holds: structures by their ids in the file's order, sofas and what each one's view has, by its id."""

    structures: dict[str, Structure] = field(default_factory=dict)
    sofas: dict[str, Structure] = field(default_factory=dict)
    members: dict[str, set[str]] = field(default_factory=dict)


class Feature(NamedTuple):
    """A feature as it is declared: the type of its values and, where that is an array, of what is in it."""

    range: str
    elements: str

    @property
    def is_primitive(self) -> bool:
        """Whether it has a value of its own, and refers to nothing."""
        return self.range in _PRIMITIVES


class Types:
    """The types of a file: each with its parent and its features. Of ancestors no more than DEPTH are looked at."""

    def __init__(self, parents: Mapping[str, str], features: Mapping[str, Mapping[str, Feature]]) -> None:
        self._parents = parents
        self._features = features

    def __contains__(self, name: str) -> bool:
        return name in self._parents

    def is_annotation(self, name: str) -> bool:
        """Whether structures of the type mark a part of the text."""
        return ANNOTATION in self._line(name)

    def feature(self, type_name: str, name: str) -> Feature | None:
        """The feature of this name that the type has or inherits, None where there is none."""
        for each in self._line(type_name):
            found = self._features.get(each, {}).get(name)
            if found is not None:
                return found
        return None

    def _line(self, name: str) -> Iterator[str]:
        """The type and its ancestors."""
        yield name
        for _ in range(DEPTH):
            name = self._parents.get(name, "")
            if not name:
                return
            yield name


def read_cas(data: bytes) -> Cas:
    """The CAS of an XMI file; ValueError, with the reason, for anything else."""
    cas = _CasReader()
    _parse(data, cas)
    return cas.cas


def read_types(data: bytes) -> Types:
    """The types of a type system file; ValueError, with the reason, for anything else."""
    reader = _TypesReader()
    _parse(data, reader)
    return Types(reader.parents, reader.features)


class _CasReader:
    def __init__(self) -> None:
        self.cas = Cas()
        self._depth = 0
        self._open: Structure | None = None
        self._pieces: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and name != "http://www.omg.org/XMI XMI":
            raise ValueError("it is no XMI file")
        if self._depth == 2:
            self._open = _structure(name, attributes)
        elif self._depth > 2:
            self._pieces = []
        if self._depth > 3:
            raise ValueError("an element is deeper than XMI has any")

    def text(self, text: str) -> None:
        if self._depth == 3:
            self._pieces.append(text)

    def end(self, name: str) -> None:
        self._depth -= 1
        if self._depth == 2 and self._open is not None:
            self._open.lists.setdefault(name, []).append("".join(self._pieces))
        elif self._depth == 1 and self._open is not None:
            self._keep(self._open)

    def _keep(self, made: Structure) -> None:
        if made.type == VIEW:
            listed = made.values.get("members", "")
            if listed.count(" ") > _ELEMENTS:
                raise ValueError("a view has more members than there are elements")
            self.cas.members.setdefault(made.values.get("sofa", ""), set()).update(listed.split())
        elif made.type == SOFA:
            self.cas.sofas[made.id] = made
        elif made.type != NULL:
            if not made.id or made.id in self.cas.structures:
                raise ValueError(f"the xmi:id {_shown(made.id)} is used twice" if made.id else "an xmi:id is missing")
            self.cas.structures[made.id] = made


class _TypesReader:
    """Takes each type's parent and features, as they are declared."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}
        self.features: dict[str, dict[str, Feature]] = {}
        self._type: dict[str, str] = {}
        self._feature: dict[str, str] = {}
        self._features: dict[str, Feature] = {}
        self._path: list[str] = []
        self._pieces: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._path.append(name.rpartition(" ")[2])
        if len(self._path) == 1 and self._path != ["typeSystemDescription"]:
            raise ValueError("it is no type system")
        if len(self._path) > DEPTH:
            raise ValueError(f"an element is nested more than {DEPTH} deep")
        self._pieces = []

    def text(self, text: str) -> None:
        self._pieces.append(text)

    def end(self, _name: str) -> None:
        name, outer = self._path.pop(), self._path[-1] if self._path else ""
        told = "".join(self._pieces).strip()
        if outer == "typeDescription":
            self._type[name] = told
        elif outer == "featureDescription":
            self._feature[name] = told
        elif name == "featureDescription":
            feature, self._feature = self._feature, {}
            made = Feature(feature.get("rangeTypeName", ""), feature.get("elementType", ""))
            self._features[feature.get("name", "")] = made
        elif name == "typeDescription":
            declared = self._type.get("name", "")
            self.parents[declared] = self._type.get("supertypeName", "")
            # A type that is declared twice has the features of both.
            self.features.setdefault(declared, {}).update(self._features)
            self._type, self._features = {}, {}
        self._pieces = []


def _parse(data: bytes, reader: _CasReader | _TypesReader) -> None:
    """Give the reader what the file holds; ValueError, with the reason and the line, for what is not XML."""
    if data.count(b"<") > _ELEMENTS or data.count(b"=") > _ATTRIBUTES:
        raise ValueError(f"it has more than {_ELEMENTS:,} elements, or {_ATTRIBUTES:,} attributes")
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(data, True)  # noqa: FBT003 - expat takes no names
    except expat.ExpatError as error:
        raise ValueError(f"it is no XML (line {error.lineno}: {expat.ErrorString(error.code)})") from error


def _refuse(*_declared: object) -> None:
    raise ValueError("it has a document type declaration, which XMI has no use for")


def _structure(name: str, attributes: dict[str, str]) -> Structure:
    space, _, local = name.rpartition(" ")
    package = space.removeprefix(_NAMESPACE).removesuffix(_ECORE).replace("/", ".")
    return Structure(
        attributes.pop(_ID, ""), f"{package}.{local}".removeprefix(_NO_NAMESPACE).removeprefix("."), attributes
    )


def references(names: Iterable[str], cas: Cas) -> list[str]:
    """The ids of a feature's value, an array that is a structure of its own taken apart."""
    found: list[str] = []
    for name in names:
        array = cas.structures.get(name)
        is_array = array is not None and array.type == ARRAY
        found += array.values.get("elements", "").split() if array is not None and is_array else [name]
    return found


def chains(cas: Cas) -> dict[str, str]:
    """The ids of structures that are in a chain, by which each leads to its `next`, and the chain's own id."""
    found: dict[str, str] = {}
    for chain in cas.structures.values():
        link = chain.values.get("first", "")
        while link in cas.structures and link not in found:
            found[link] = chain.id
            link = cas.structures[link].values.get("next", "")
    return found


def _shown(name: str) -> str:
    return shortened(printable(name))
