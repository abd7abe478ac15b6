"""How much a sidecar or a schema may hold: beyond it a file is refused before it can cost memory or time.

Each limit is far above what annotating by hand comes to, and low enough that the worst file within all of them is read
or refused in seconds. Lengths are in code points and sizes in bytes, where nothing else is said.

A record within the limits always fits into a line: text, note, attributes and fragments at their limits, every
character escaped (six bytes), come to less than three quarters of LINE_BYTES, and unknown keys to a quarter. So what
the program writes it also reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import attrgetter, gt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.header import Header
    from annotations.span import Link, Span

# 50,000 spans of news text are 21 MB; this many bytes are held in memory several times over while they are read.
SIDECAR_BYTES = 256 * 2**20
# A layer this large opens in seconds. Blank lines count: a file of nothing else would cost as much.
SIDECAR_LINES = 1_000_000
# See above; and an editor, git and `grep` still show such a line.
LINE_BYTES = 4 * 2**20
UNKNOWN_BYTES = LINE_BYTES // 4
# Deeper values would end other programs' recursion, and our own when they are one day known keys.
DEPTH = 64
# Offsets and seconds fit into 32 bits everywhere, in other programs too.
NUMBER = 2**31 - 1

ANNOTATOR_LENGTH = 64  # FORMAT.md
ID_LENGTH = 128  # ours have 12; UUIDs and other tools' names fit
NAME_LENGTH = 256  # labels, roles, subtypes, attributes and their values, origins, contexts, timestamps, titles
NOTE_LENGTH = 64 * 1024
TEXT_LENGTH = 256 * 1024  # what a span covers: several times the longest article of a newspaper
FRAGMENTS = 10_000
ATTRIBUTES = 256

# A schema with a page of guideline for each of 300 event codes is a third of this.
SCHEMA_BYTES = 2**20
# Labels, and roles, in a schema, and attributes of a label. 36 have a key.
SCHEMA_ITEMS = 256
# Subtypes of a label and values of an attribute: event ontologies have some hundreds of codes.
SCHEMA_VALUES = 4096
GUIDELINE_LENGTH = 64 * 1024
# Python's parser takes a time that grows with the square of a key's parts: 16,000 of them, in 32 kB, take 3 seconds.
KEY_PARTS = 32

# Strings are matched so that the brackets in them are not.
_BRACKETS = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[{\]}]')

_SPAN = {
    "id": ID_LENGTH,
    "text": TEXT_LENGTH,
    "prefix": NAME_LENGTH,
    "suffix": NAME_LENGTH,
    "label": NAME_LENGTH,
    "note": NOTE_LENGTH,
    "origin": NAME_LENGTH,
    "created": NAME_LENGTH,
    "updated": NAME_LENGTH,
    "attributes": ATTRIBUTES,
    "fragments": FRAGMENTS,
}
_LINK = {
    "id": ID_LENGTH,
    "event": ID_LENGTH,
    "role": NAME_LENGTH,
    "actor": ID_LENGTH,
    "note": NOTE_LENGTH,
    "origin": NAME_LENGTH,
    "created": NAME_LENGTH,
    "updated": NAME_LENGTH,
}
_HEADER = {
    "source": NAME_LENGTH,
    "sha256": NAME_LENGTH,
    "encoding": NAME_LENGTH,
    "schema.name": NAME_LENGTH,
    "schema.version": NAME_LENGTH,
    "annotator": ANNOTATOR_LENGTH,
    "note": NOTE_LENGTH,
    "created": NAME_LENGTH,
    "updated": NAME_LENGTH,
    "tool": NAME_LENGTH,
}
_LINK_VALUES, _HEADER_VALUES = (attrgetter(*each) for each in (_LINK, _HEADER))


def check_span_limits(span: Span) -> None:
    """Raise ValueError, with the reason, for a span that a sidecar may not hold."""
    # 50,000 times when a large sidecar is opened: written out it takes a fifth of a loop over the names.
    if (
        len(span.id) > ID_LENGTH
        or len(span.text) > TEXT_LENGTH
        or len(span.prefix) > NAME_LENGTH
        or len(span.suffix) > NAME_LENGTH
        or len(span.label) > NAME_LENGTH
        or len(span.note) > NOTE_LENGTH
        or len(span.origin) > NAME_LENGTH
        or len(span.created) > NAME_LENGTH
        or len(span.updated) > NAME_LENGTH
        or len(span.attributes) > ATTRIBUTES
        or len(span.fragments) > FRAGMENTS
    ):
        raise ValueError(_excess(span, _SPAN))
    if len(span.subtype or "") > NAME_LENGTH or len(span.group or "") > ID_LENGTH:
        raise ValueError(f"subtype has more than {NAME_LENGTH:,}, or group more than {ID_LENGTH:,} characters")
    if span.attributes and max(map(len, (*span.attributes, *span.attributes.values()))) > NAME_LENGTH:
        raise ValueError(f"attributes: a key or value has more than {NAME_LENGTH:,} characters")


def check_link_limits(link: Link) -> None:
    """Raise ValueError, with the reason, for a link that a sidecar may not hold."""
    if any(map(gt, map(len, _LINK_VALUES(link)), _LINK.values())):
        raise ValueError(_excess(link, _LINK))


def check_header_limits(header: Header) -> None:
    """Raise ValueError, with the reason, for a header that a sidecar may not hold."""
    if any(map(gt, map(len, _HEADER_VALUES(header)), _HEADER.values())):
        raise ValueError(_excess(header, _HEADER))
    for name, number in (("length", header.length), ("seconds_active", header.seconds_active)):
        if number > NUMBER:
            raise ValueError(f"{name} is greater than {NUMBER:,}")


def check_line(content: bytes) -> None:
    """Raise ValueError for a line of a sidecar that is too long to be looked at."""
    if len(content) > LINE_BYTES:
        raise ValueError(f"the line is longer than {size(LINE_BYTES)}")


def check_unknown(values: Iterable[bytes]) -> None:
    """Raise ValueError for values, in JSON, that are kept without being known, if they are too large or too deep."""
    total = 0
    for value in values:
        total += len(value)
        if total > UNKNOWN_BYTES:
            raise ValueError(f"what is unknown in it takes more than {size(UNKNOWN_BYTES)}")
        check_depth(value)


def check_depth(value: bytes) -> None:
    """Raise ValueError for a JSON value that is nested more than DEPTH deep."""
    if value.count(b"[") + value.count(b"{") <= DEPTH:
        return
    depth = 0
    for match in _BRACKETS.finditer(value):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(match[0], 0)
        if depth > DEPTH:
            raise ValueError(f"a value is nested more than {DEPTH} deep")


def size(count: int) -> str:
    """A number of bytes as a message says it, in whole MiB where it is one."""
    return f"{count:,} bytes" if count % 2**20 else f"{count // 2**20} MiB"


def _excess(record: Span | Link | Header, limits: dict[str, int]) -> str:
    for name, limit in limits.items():
        length = len(attrgetter(name)(record))
        if length > limit:
            return f"{name.replace('.', ', ')} has a length of {length:,}, and {limit:,} is the most"
    raise AssertionError("nothing is beyond its limit")
