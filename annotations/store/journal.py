"""The journal `hashiya-journal/1`: every change to a layer as a line of JSON, beside the sidecar.

An *entry* is one line: a step done, undone or done again, or a *mark*, the hash of a sidecar (the *snapshot*) that
holds all that came before. A mark is written before its sidecar, and `kept` after it, so that it is known, whenever the
program was cut off, which of the two sidecars there can be is the newer. Entries name the records as they were and as
they became: each can be checked before it is taken up. Every line ends with the CRC-32 of what comes before it, so that
a line that was cut off or damaged is known as such.

The first line, the *head*, holds the article's header, and how many of the steps that follow it the first snapshot has
already: they are there to be undone, and after them those that had been undone, to be done again.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, NamedTuple
from zlib import crc32

import msgspec

from annotations.change import Change, State
from annotations.header import Header
from annotations.history import History, Step
from annotations.limits import NUMBER, check_header_limits
from annotations.span import Link, Span
from annotations.store.files import JOURNAL_SUFFIX, SUFFIX

FORMAT = "hashiya-journal/1"
LONGEST = 1 << 26
"""Bytes of a journal that are read; what a hundred thousand changes take is far below it."""

_ENCODER = msgspec.json.Encoder(order="deterministic")
_SUM = re.compile(rb',"crc":"([0-9a-f]{8})"\}\Z')
_Count = Annotated[int, msgspec.Meta(ge=0, le=NUMBER)]


class _Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="record"):
    at: str
    seconds: _Count


class Head(msgspec.Struct, frozen=True, kw_only=True, tag_field="record", tag="journal"):
    """The first line. `snapshot`: SHA-256 of the sidecar that it begins with, empty where there was none."""

    format: str
    article: Header
    snapshot: str
    past: _Count
    future: _Count


class Written(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A change as a line holds it; `extras` are unknown keys with their values."""

    old: State | Span | Link | None
    new: State | Span | Link | None
    extras: dict[str, msgspec.Raw] = {}


class _Changing(_Entry, frozen=True, kw_only=True, gc=False):
    """`changes` as they were made, so for a step that is taken back its inverses from its last to its first."""

    name: str
    changes: tuple[Written, ...]

    def step(self) -> Step:
        """What was made, with its name."""
        return Step(self.name, tuple(Change(it.old, it.new, _plain(it.extras)) for it in self.changes))


class Done(_Changing, frozen=True, kw_only=True, gc=False, tag="step"):
    """A step."""


class Undone(_Changing, frozen=True, kw_only=True, gc=False, tag="undo"):
    """The last step was taken back."""


class Redone(_Changing, frozen=True, kw_only=True, gc=False, tag="redo"):
    """The step that was taken back last was done again."""


class Mark(_Entry, frozen=True, kw_only=True, gc=False, tag="snapshot"):
    """All before this is in the sidecar with this SHA-256, or will be in a moment."""

    sha256: str


class Kept(_Entry, frozen=True, kw_only=True, gc=False, tag="kept"):
    """The last mark's sidecar is in its place."""


Changing = Done | Undone | Redone
Entry = Changing | Mark | Kept
_LINE = msgspec.json.Decoder(Head | Done | Undone | Redone | Mark | Kept)


class Damage(NamedTuple):
    """A line that cannot be trusted: its number from 1, its bytes, and why."""

    number: int
    content: bytes
    reason: str


class Line(NamedTuple):
    """A sound line: its number from 1, its bytes, and what they mean."""

    number: int
    content: bytes
    entry: Entry


class Journal(NamedTuple):
    """What a journal file holds; `torn` is a last line that was not written to its end."""

    head: Head | None
    lines: tuple[Line, ...]
    damage: tuple[Damage, ...] = ()
    torn: bytes = b""


class Moment(NamedTuple):
    """When an entry is written: the time as sidecars write it, and the article's active seconds until then."""

    at: str
    seconds: int


def journal_path(sidecar: Path) -> Path:
    """The journal beside a sidecar: `story.txt.lina.ann.journal`."""
    return sidecar.with_name(sidecar.name.removesuffix(SUFFIX) + JOURNAL_SUFFIX)


def line(entry: Head | Entry) -> bytes:
    """The line of an entry with its end; UnicodeEncodeError for strings with lone surrogates."""
    plain = _ENCODER.encode(entry)[:-1]
    return b'%s,"crc":"%08x"}\n' % (plain, crc32(plain))


def entry_of(kind: type[Changing], step: Step, moment: Moment) -> Changing:
    """The entry for a step done, or done again, or taken back: then given as its inverse."""
    changes = tuple(
        Written(old=it.old, new=it.new, extras={key: msgspec.Raw(value) for key, value in it.extras.items()})
        for it in step.changes
    )
    return kind(at=moment.at, seconds=moment.seconds, name=step.name, changes=changes)


def beginning(history: History, snapshot: str, moment: Moment, *, most: int) -> bytes:
    """The bytes of a new journal whose snapshot holds all of the history; at most so many steps can be undone in it."""
    past = history.past[max(0, len(history.past) - most) :]
    head = Head(
        format=FORMAT,
        article=history.layer.header,
        snapshot=snapshot,
        past=len(past),
        future=len(history.future),
    )
    return b"".join([line(head), *(line(entry_of(Done, step, moment)) for step in (*past, *history.future))])


def parse(data: bytes) -> Journal:
    """The journal in these bytes. Never raises: what cannot be read is `damage`, and a head that cannot be is None."""
    *contents, torn = data.split(b"\n")
    if torn and not _fault(torn):
        contents, torn = [*contents, torn], b""
    head: Head | None = None
    lines: list[Line] = []
    damage: list[Damage] = []
    for number, content in enumerate(contents, 1):
        reason = ""
        try:
            entry = _read(content, number) if content else None
        except (ValueError, RecursionError) as error:
            reason = "it is no entry of a journal" if isinstance(error, msgspec.MsgspecError) else str(error)
        if reason:
            damage.append(Damage(number, content, reason))
        elif isinstance(entry, Head):
            head = entry
        elif entry is not None:
            lines.append(Line(number, content, entry))
    return Journal(head, tuple(lines), tuple(damage), torn)


def _read(content: bytes, number: int) -> Head | Entry:
    """What a line means; ValueError, with the reason, for one that cannot be trusted."""
    fault = _fault(content)
    if fault:
        raise ValueError(fault)
    entry: Head | Entry = _LINE.decode(content)
    if isinstance(entry, Head) != (number == 1):
        raise ValueError("it is out of its place")
    if isinstance(entry, Head):
        if entry.format != FORMAT:
            raise ValueError("it is of another version")
        check_header_limits(entry.article)
    return entry


def _fault(content: bytes) -> str:
    """Why the line is not as it was written, empty where it is."""
    found = _SUM.search(content)
    if found is None:
        return "its end is missing"
    return "" if int(found[1], 16) == crc32(content[: found.start()]) else "its checksum is wrong"


def _plain(extras: dict[str, msgspec.Raw]) -> dict[str, bytes]:
    return {key: bytes(value) for key, value in extras.items()}
