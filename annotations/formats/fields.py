"""A span's and a link's own fields, for targets that have a place where they stand as they are.

They are named and ordered as in a sidecar. Left out is what follows from the text (a span's `start`, `end`, `text` and
what is around it), and when a record was made.
"""

from __future__ import annotations

from collections.abc import Iterable

from annotations.span import Link, Span

SPAN = ("id", "fragments", "label", "subtype", "attributes", "group", "note", "origin")
"""A span's; `fragments` are ranges of the article, half-open, in code points."""

LINK = ("id", "event", "role", "actor", "note", "origin")
"""A link's; `event` and `actor` are ids of spans."""

LINK_OF_EVENT = ("id", "role", "actor", "note", "origin")
"""A link's where it stands with its event."""


def fields_of(record: Span | Link, names: Iterable[str]) -> dict[str, object]:
    """These fields of a record by name, in this order."""
    return {name: getattr(record, name) for name in names}
