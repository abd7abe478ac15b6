"""Training and exchange formats: each is a module with a name, found in a table here or by its entry point.

A format's module has `EXTENSION` (with its dot; empty where it writes a folder), `HELP` (a line for the user) and
`write(records, out, policy, losses)`. It is imported when the format is first used. Packages of others offer one by an
entry point of the group `hashiya.formats`, whose name is the format's and whose value its module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from annotations.article import Article
from annotations.errors import HashiyaError, printable
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import Schema

GROUP = "hashiya.formats"

_OURS = ("jsonl", "prodigy", "doccano", "label-studio", "brat", "conll", "gliner", "w3c", "csv")


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with one annotator's layer of it, and the schema it was made with.

    `id` is the article's path relative to the library's root, with `/` between its parts.
    """

    id: str
    article: Article
    layer: Layer
    schema: Schema


class Format(Protocol):
    """What a format's module has.

    `write` takes the records one by one as they come, writes them to a file, or into an empty folder where there is no
    `EXTENSION`, and notes what became of every span and link. OSError passes through.
    """

    EXTENSION: str
    HELP: str

    def write(self, records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
        """Write the records."""


class FolderFormat(Protocol):
    """A format that writes a folder of files."""

    EXTENSION: str
    HELP: str

    def write_folder(self, records: Iterable[Annotated], folder: Path, policy: Policy, losses: Losses) -> None:
        """Write the records into an empty folder."""


def names() -> Sequence[str]:
    """The formats' names, ours first."""
    from importlib.metadata import entry_points

    return (*_OURS, *sorted(found.name for found in entry_points(group=GROUP) if found.name not in _OURS))


def format_named(name: str) -> Format | FolderFormat:
    """The format of this name; HashiyaError that names the nearest, and lists all, when there is none."""
    if name in _OURS:
        return cast(Format, import_module(f"annotations.formats.{name.replace('-', '_')}"))
    from importlib.metadata import entry_points

    for found in entry_points(group=GROUP, name=name):
        return cast(Format, found.load())
    known = names()
    near = get_close_matches(name, known, 1)
    meant = f"perhaps {near[0]} is meant; " if near else ""
    raise HashiyaError(f"the format {printable(name)} is unknown; {meant}use one of: {', '.join(known)}.")
