"""What a list of articles shows of each, without decoding it whole."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, TextIO

import msgspec

from annotations.article import LARGEST, is_blank, read_article
from annotations.change import Status
from annotations.encoding import may_be_utf_16, recorded_encoding
from annotations.errors import HashiyaError, SidecarError
from annotations.limits import NUMBER
from annotations.normalise import normalise
from annotations.reading import read_bytes
from annotations.store.files import sidecar_path
from annotations.store.sidecar import check_version, damaged, kind_of, numbered_lines
from annotations.store.sidecars import Sidecars

TITLE_LENGTH = 200

# Enough for every title; longer lines come in pieces.
_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Summary:
    """One article in a list, for one annotator.

    `title` is the first line that is not blank, untouched but for the white space around it, at most TITLE_LENGTH code
    points. `counts` has the number of spans by label, `subtypes` by subtype, those without any left out. `progress` is
    how far into the article the last span reaches, from 0 to 1: a rough guide, 1.0 when done, None without a sidecar.
    `annotators` are all who have a sidecar of the article, sorted. `error` is the sentence of whatever could not be
    read. `searched` is what a filter looks for words in: the normal form of title and file name, with NUL, which no
    title holds, between them.
    """

    path: Path
    title: str
    status: Status = "new"
    counts: Mapping[str, int] = field(default_factory=dict)
    progress: float | None = None
    note: str = ""
    updated: str | None = None
    error: str | None = None
    annotators: tuple[str, ...] = ()
    links: int = 0
    subtypes: Mapping[str, int] = field(default_factory=dict)
    searched: str = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        # Kept, so that a filter answers within a key press in a library of 100,000.
        object.__setattr__(self, "searched", f"{normalise(self.title)}\0{normalise(self.path.name)}")


_Number = Annotated[int, msgspec.Meta(ge=0, le=NUMBER)]


class _Head(msgspec.Struct, frozen=True):
    length: _Number
    status: Status
    note: str
    updated: str


class _SpanSeen(msgspec.Struct, frozen=True, gc=False, tag_field="record", tag="span"):
    label: str
    end: _Number
    subtype: str | None = None


class _LinkSeen(msgspec.Struct, frozen=True, gc=False, tag_field="record", tag="link"):
    pass


@dataclass(slots=True)
class _Tally:
    """What the records of a sidecar add up to."""

    counts: Counter[str] = field(default_factory=Counter)
    subtypes: Counter[str] = field(default_factory=Counter)
    links: int = 0
    reach: int = 0

    def take(self, line: bytes) -> None:
        """Count the line; ValueError or RecursionError when it is no record."""
        try:
            seen = _SEEN.decode(line)
        except msgspec.ValidationError:
            # Records of unknown kinds are let pass, as they are when the article is opened.
            if kind_of(line) in ("span", "link"):
                raise
            return
        if isinstance(seen, _LinkSeen):
            self.links += 1
            return
        self.counts[seen.label] += 1
        self.reach = max(self.reach, seen.end)
        if seen.subtype is not None:
            self.subtypes[seen.subtype] += 1


_HEAD = msgspec.json.Decoder(_Head)
_SEEN = msgspec.json.Decoder(_SpanSeen | _LinkSeen)


def summarise(path: Path, annotator: str, sidecars: Sidecars | None = None, encoding: str | None = None) -> Summary:
    """What a list shows of the article and the annotator's sidecar; never raises for what the files hold.

    Reads the article up to its title and counts the sidecar's records: span lines are parsed as JSON but their fields
    are not checked, nor the text they agree with. Opening the article does that. For many articles give all the same
    `sidecars`; without, the article's folder is listed for it alone. The title is read in the encoding that is forced,
    else in the one that the sidecar states.
    """
    annotators = (sidecars or Sidecars()).annotators(path)
    try:
        title = _title(path, encoding, sidecar_path(path, annotator))
    except HashiyaError as error:
        return Summary(path, "", error=str(error), annotators=annotators)
    try:
        return _with_sidecar(Summary(path, title, annotators=annotators), annotator)
    except HashiyaError as error:
        return Summary(path, title, error=str(error), annotators=annotators)


def _with_sidecar(bare: Summary, annotator: str) -> Summary:
    sidecar = sidecar_path(bare.path, annotator)
    data = read_bytes(sidecar, SidecarError, "check the file and its permissions")
    if data is None:
        return bare
    head, tally = _tallied(data, str(sidecar))
    return replace(
        bare,
        status=head.status,
        counts=dict(tally.counts),
        progress=1.0 if head.status == "done" else min(1.0, tally.reach / max(1, head.length)),
        note=head.note,
        updated=head.updated,
        # Saved since the folder was listed.
        annotators=tuple(sorted({*bare.annotators, annotator})),
        links=tally.links,
        subtypes=dict(tally.subtypes),
    )


def _tallied(data: bytes, name: str) -> tuple[_Head, _Tally]:
    lines = numbered_lines(data, name=name)
    line = next(lines, (1, b""))
    check_version(line, name=name)
    tally = _Tally()
    try:
        head = _HEAD.decode(line[1])
    except (ValueError, RecursionError) as error:
        raise damaged(name, line[0], "the record cannot be read") from error
    for line in lines:
        # Opening the article tells of a line that is damaged, and sets it aside.
        with suppress(ValueError, RecursionError):
            tally.take(line[1])
    return head, tally


def _title(path: Path, encoding: str | None, sidecar: Path) -> str:
    recorded = recorded_encoding(sidecar)
    is_plain = encoding in (None, "utf-8") and (recorded is None or recorded.encoding == "utf-8")
    title = _utf_8_title(path) if is_plain else None
    if title is None:
        # Reading it whole either raises the right sentence or finds the title.
        text = read_article(path, encoding, sidecar).text
        title = next(line for line in text.splitlines() if not is_blank(line))
    return title.strip("\ufeff \t\r\n")[:TITLE_LENGTH]


def _utf_8_title(path: Path) -> str | None:
    """The title as far as it can be told without reading all; None where it cannot."""
    try:
        with path.open(encoding="utf-8", errors="strict") as file:
            title = _first_text(file) if os.fstat(file.fileno()).st_size <= LARGEST else None
    except (OSError, UnicodeDecodeError):
        return None
    return None if title is None or may_be_utf_16(title) else title


def _first_text(file: TextIO) -> str | None:
    while piece := file.readline(_PIECE):
        if not is_blank(piece):
            return piece
    return None
