"""Events and entities, for targets that tell them apart.

A span is an *event* where the schema has its label at the event's end of a role, or where a link starts at it; every
other span is an *entity*. A span's *type* is its label, and after a full stop its subtype where it has one
(`event.protest`), as the types of ACE 2005 are written (`Conflict.Demonstrate`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.labels import Schema
from annotations.span import Span

if TYPE_CHECKING:
    from annotations.formats import Annotated


def event_labels(schema: Schema) -> set[str]:
    """The labels that the schema has at the event's end of a role."""
    return {label for role in schema.roles if role.is_usable for label in role.event_labels}


def event_ids(annotated: Annotated) -> set[str]:
    """The ids of the spans that are events."""
    labels, starts = event_labels(annotated.schema), {link.event for link in annotated.layer.links}
    return {span.id for span in annotated.layer.spans if span.label in labels or span.id in starts}


def type_of(span: Span) -> str:
    """The span's label, with its subtype where it has one."""
    return span.label if span.subtype is None else f"{span.label}.{span.subtype}"
