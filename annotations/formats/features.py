"""Columns and their types as Hugging Face's library `datasets` has them ("Dataset features", in its documentation).

It finds them in two places, and reads a file by them then without looking for itself what its first rows hold: in the
metadata of an Arrow schema, as JSON, and in the card of a data set, under `dataset_info`, as YAML ("Create a dataset
card"). Both are written here as version 4 of the library and those after it write them, without the library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """A scalar; `dtype` is Arrow's name of it: `string`, `int32`."""

    dtype: str


@dataclass(frozen=True, slots=True)
class ClassLabel:
    """One of these names, by its place among them."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of whatever length."""

    items: Feature


@dataclass(frozen=True, slots=True)
class Struct:
    """Named fields, in their order."""

    fields: Mapping[str, Feature]


Feature = Value | ClassLabel | ListOf | Struct
Features = Mapping[str, Feature]

STRING = Value("string")


def described(feature: Feature) -> dict[str, object]:
    """The feature as a value of the metadata's JSON."""
    match feature:
        case Value(dtype):
            return {"dtype": dtype, "_type": "Value"}
        case ClassLabel(names):
            return {"names": list(names), "_type": "ClassLabel"}
        case ListOf(items):
            return {"feature": described(items), "_type": "List"}
        case Struct(fields):
            return {name: described(field) for name, field in fields.items()}


def metadata(features: Features) -> dict[str, str]:
    """What the metadata of an Arrow schema holds."""
    return {"huggingface": json.dumps({"info": {"features": described(Struct(features))}})}


def card_lines(features: Features) -> Iterator[str]:
    """The features as a list of YAML, a line each, without indent."""
    for column in _listed(features):
        yield f"- {_yaml(column)}"


def _listed(features: Features) -> list[dict[str, object]]:
    return [{"name": name, **_simplified(feature)} for name, feature in features.items()]


def _simplified(feature: Feature) -> dict[str, object]:
    """The feature as the card has it: what is in a list is without the key that it has elsewhere."""
    match feature:
        case Value(dtype):
            return {"dtype": dtype}
        case ClassLabel(names):
            return {"dtype": {"class_label": {"names": {str(number): name for number, name in enumerate(names)}}}}
        case ListOf(items):
            inner = _simplified(items)
            return {"list": inner.get("dtype", inner.get("struct", inner))}
        case Struct(fields):
            return {"struct": _listed(fields)}


def _yaml(value: Mapping[str, object] | Sequence[object]) -> str:
    """The value on one line of YAML, which JSON is but for characters that cannot be printed."""
    return "".join(c if c.isprintable() else _escape(c) for c in json.dumps(value, ensure_ascii=False))


def _escape(character: str) -> str:
    return f"\\U{ord(character):08x}"
