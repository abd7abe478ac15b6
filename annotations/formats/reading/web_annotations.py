"""Web Annotations as anyone writes them, made regular: W3C Recommendation "Web Annotation Data Model", 2017-02-23.

A value that may be one or several (section 3.2.6) is a list here, and what may be an IRI or an object with one (3.2.1)
is the IRI. A body without a purpose has its annotation's motivation (3.3.5). A page or collection of annotations
(chapter 5) and a JSON array are the annotations in it. Keys that begin with `hashiya:` are those of our own export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import msgspec

from annotations.span import Fragment

_GROUPS = ("AnnotationPage", "AnnotationCollection")
_POSITION, _QUOTE = "TextPositionSelector", "TextQuoteSelector"
_NO_TEXT = "it is not known what it is of"


class Body(NamedTuple):
    """What a body says, for what purpose; `field` and `name` are those of our own export."""

    purpose: str
    value: str
    field: str
    name: str


class Target(NamedTuple):
    """What is annotated: a whole resource, or the part of it that the selectors select."""

    source: str
    selectors: tuple[Mapping[str, Any], ...]


class Annotation(NamedTuple):
    """An annotation; `given` is the object that it was read from."""

    id: str
    motivation: str
    bodies: tuple[Body, ...]
    targets: tuple[Target, ...]
    given: Mapping[str, Any]

    @property
    def is_link(self) -> bool:
        """Whether it joins whole resources."""
        return self.motivation == "linking" and not any(target.selectors for target in self.targets)

    def string(self, key: str) -> str | None:
        """A value of its own, where it is a string."""
        return _string(self.given.get(key))


def annotations_in(content: bytes) -> list[Annotation]:
    """The annotations that a JSON value holds; ValueError, msgspec.DecodeError or RecursionError where it has none."""
    return [_annotation(each) for each in _flattened(msgspec.json.decode(content))]


def position(target: Target, text: str) -> Fragment | None:
    """The range that is selected by position, half-open, in code points; None without one, or where the quotation that
    goes with it is not there. ValueError for a selector that says more.
    """
    if any("refinedBy" in each for each in target.selectors):
        raise ValueError("its selector is refined by another")
    place, quote = _selector(target, _POSITION), _selector(target, _QUOTE)
    start, end = place.get("start"), place.get("end")
    is_place = isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)
    if is_place and _string(quote.get("exact")) in (None, text[start:end]):
        return cast(Fragment, (start, end))
    return None


def quotation(target: Target, text: str) -> Fragment:
    """The range that is quoted, half-open, in code points; ValueError where it is none, or not certain.

    Where a position says otherwise, it may be of another version of the text, or count other units.
    """
    quote = _selector(target, _QUOTE)
    exact, prefix, suffix = (_string(quote.get(key)) or "" for key in ("exact", "prefix", "suffix"))
    if not exact:
        raise ValueError("it has no position in the text, and no quotation")
    whole = f"{prefix}{exact}{suffix}"
    first = text.find(whole)
    if first < 0:
        raise ValueError("its quotation is not in the text")
    if text.find(whole, first + 1) >= 0:
        raise ValueError("its quotation is in the text more than once")
    return first + len(prefix), first + len(prefix) + len(exact)


def _selector(target: Target, kind: str) -> Mapping[str, Any]:
    return next((each for each in target.selectors if each.get("type") == kind), {})


def _flattened(value: object) -> Iterator[Mapping[str, Any]]:
    """The annotations of an array, a page, a collection's first page, or the one that it is."""
    for each in _listed(value):
        if not isinstance(each, dict):
            raise ValueError(f"expected an annotation, got {type(each).__name__}")  # noqa: TRY004 - of the file
        if not any(kind in _GROUPS for kind in _listed(each.get("type"))):
            yield each
            continue
        first = each.get("first")
        items = each.get("items", first.get("items") if isinstance(first, dict) else None)
        if items is None:
            raise ValueError("the annotations of the collection are elsewhere")
        yield from (item for item in _listed(items) if isinstance(item, dict))


def _annotation(given: Mapping[str, Any]) -> Annotation:
    if "Annotation" not in _listed(given.get("type")):
        raise ValueError("the type is not Annotation")
    motivation = next((each for each in _listed(given.get("motivation")) if isinstance(each, str)), "")
    bodies = [_body(each, motivation) for each in _listed(given.get("body"))]
    if "bodyValue" in given:
        bodies.append(_body({"value": given["bodyValue"]}, motivation))
    targets = tuple(_target(each) for each in _listed(given.get("target")))
    if not targets:
        raise ValueError(_NO_TEXT)
    return Annotation(_iri(given.get("id")) or "", motivation, tuple(filter(None, bodies)), targets, given)


def _body(given: object, motivation: str) -> Body | None:
    """The body, None for one without a value or an IRI."""
    if not isinstance(given, dict):
        return Body(motivation, given, "", "") if isinstance(given, str) else None
    value = next((_iri(given[key]) for key in ("value", "source", "id") if key in given), None)
    purpose = next((each for each in _listed(given.get("purpose")) if isinstance(each, str)), motivation)
    field, name = _string(given.get("hashiya:field")), _string(given.get("hashiya:name"))
    return None if value is None else Body(purpose, value, field or "", name or "")


def _target(given: object) -> Target:
    is_part = isinstance(given, dict) and "source" in given
    source = _iri(given["source"] if isinstance(given, dict) and is_part else given)
    if source is None:
        raise ValueError(_NO_TEXT)
    selectors = _listed(given.get("selector")) if isinstance(given, dict) else []
    return Target(source, tuple(each for each in selectors if isinstance(each, dict)))


def _iri(value: object) -> str | None:
    return _string(value.get("id")) if isinstance(value, dict) else _string(value)


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _listed(value: object) -> Iterable[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
