"""A layer against the schema of its library, and against itself: what is sound as a file and still cannot be meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from annotations.errors import printable
from annotations.labels import Label, Schema
from annotations.layer import Layer, link_problem
from annotations.reading import shortened
from annotations.span import Fragment, Span

Severity = Literal["error", "warning"]
_Place = tuple[tuple[Fragment, ...], str]


class Fault(NamedTuple):
    """What is wrong with a record: `article`, `span:<id>` or `link:<id>`."""

    record: str
    severity: Severity
    sentence: str


def faults_of(layer: Layer, schema: Schema) -> Iterator[Fault]:
    """The header's, then the spans' and the links', in the layer's order."""
    theirs = layer.header.schema
    if theirs != schema.ref:
        made = f"was made with the schema {shortened(printable(f'{theirs.name} {theirs.version}'))}"
        yield Fault("article", "warning", f"{made}, and the library has {schema.name} {schema.version}")
    yield from _span_faults(layer, schema)
    for link in layer.links:
        problem = link_problem(layer, link, schema)
        if problem:
            told = shortened(printable(problem))
            yield Fault(f"link:{link.id}", "error", f"the link {printable(link.id)}: {told}; correct or remove it")


def _span_faults(layer: Layer, schema: Schema) -> Iterator[Fault]:
    labels = {label.name: _Allowed(label) for label in schema.labels}
    seen: dict[_Place, str] = {}
    for span in layer.spans:
        for fault in _unknown(span, labels.get(span.label), schema):
            told = shortened(printable(fault))
            yield _span_fault(span, "error", f": {told}; correct it, or add it to the schema")
        first = seen.setdefault((span.fragments, span.label), span.id)
        if first != span.id:
            same = f" marks the same text with the same label as the span {printable(first)}; remove one"
            yield _span_fault(span, "warning", same)


def _span_fault(span: Span, severity: Severity, predicate: str) -> Fault:
    return Fault(f"span:{span.id}", severity, f"the span {printable(span.id)}{predicate}")


class _Allowed:
    """What a label's spans may have, for looking up."""

    def __init__(self, label: Label) -> None:
        self.subtypes = {subtype.name for subtype in label.subtypes}
        self.values = {attribute.name: frozenset(attribute.values) for attribute in label.attributes}


def _unknown(span: Span, allowed: _Allowed | None, schema: Schema) -> Iterator[str]:
    if allowed is None:
        yield f"the schema {schema.name} has no label {span.label}"
        return
    if span.subtype is not None and span.subtype not in allowed.subtypes:
        yield f"the label {span.label} has no subtype {span.subtype}"
    for attribute, value in span.attributes.items():
        values = allowed.values.get(attribute)
        if values is None:
            yield f"the label {span.label} has no attribute {attribute}"
        elif value not in values:
            yield f"the attribute {attribute} has no value {value}"
