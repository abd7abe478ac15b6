"""Formats that are read: each is a module with `HELP` (a line for the user) and `read(source, options)`, or
`read_folder(folder, options)` where it is a folder of files. Packages of others offer one by an entry point of the
group `hashiya.readers`.

An *article's id* is the name that the file gives it, which may be anything; whoever writes it checks where it leads.
What a file says of annotations and a layer cannot hold is a *problem*: a clause without a full stop that can be
printed; it makes the import's exit status 1. A *notice* is the same for what is no annotation, was not finished, or is
taken otherwise than one might think. Articles are streamed: one is held at a time, and there is a limit for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from annotations.change import Status
from annotations.errors import HashiyaError, printable
from annotations.formats import instead
from annotations.formats.extras import Offers
from annotations.labels import SchemaRef
from annotations.span import Link, Span

GROUP = "hashiya.readers"

_OURS = (
    "jsonl",
    "prodigy",
    "doccano",
    "label-studio",
    "brat",
    "conll",
    "wojood",
    "uima",
    "w3c",
    "txt",
    "articles-jsonl",
    "articles-csv",
    "html",
    "docx",
)
_OFFERS = Offers(GROUP, _OURS, ("HELP", "read|read_folder"))


@dataclass(frozen=True, slots=True)
class Options:
    """What a reader is told: the file's path, for names; when it is read, for records; the encoding of plain text that
    is forced; the keys that hold an article's text and id, where the format leaves them open."""

    path: Path
    now: datetime
    encoding: str | None = None
    text_field: str = "text"
    id_field: str | None = None


@dataclass(frozen=True, slots=True)
class Imported:
    """An article, with one annotator's layer if there is one; `line` is where it begins in the file, from 1, and 0
    where it is the whole file or the format has no lines.

    Without a `text` it holds no article, and the problems say why. A `status` of None says that there are no
    annotations, not even an empty layer. Spans and links agree with the text and with each other, within the limits of
    a sidecar; offsets are code points. `schema` is what they were made with, None where the file does not say. `note`,
    `created`, `updated` and `seconds_active` are the layer's, as a sidecar's header has them.
    """

    line: int
    id: str = ""
    text: str | None = None
    annotator: str | None = None
    status: Status | None = None
    schema: SchemaRef | None = None
    note: str = ""
    created: str | None = None
    updated: str | None = None
    seconds_active: int = 0
    spans: tuple[Span, ...] = ()
    links: tuple[Link, ...] = ()
    problems: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


class Reader(Protocol):
    """What a module of this package has."""

    HELP: str

    def read(self, source: BinaryIO, options: Options) -> Iterator[Imported]:
        """The articles, one by one; OSError passes through, HashiyaError for a file that is none of the format."""


class FolderReader(Protocol):
    """A module that reads a folder of files."""

    HELP: str

    def read_folder(self, folder: Path, options: Options) -> Iterator[Imported]:
        """The articles, one by one; OSError passes through, HashiyaError for a folder that is none of the format."""


def names() -> Sequence[str]:
    """The names of the formats that can be read, ours first."""
    return _OFFERS.names()


def reader_named(name: str) -> Reader | FolderReader:
    """The reader of this format; HashiyaError that names the nearest, and lists all, when there is none."""
    if name in _OURS:
        return cast(Reader, import_module(f"{__name__}.{name.replace('-', '_')}"))
    theirs = _OFFERS.theirs(name)
    if theirs is None:
        raise HashiyaError(f"the format {printable(name)} cannot be imported; {instead(name, names())}.")
    return cast(Reader, theirs)
