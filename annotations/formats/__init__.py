"""Training and exchange formats: each is a module here and one line in FORMATS.

A format's module has a function `write(records, out)`; it is imported when the format is first used.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import BinaryIO, Protocol, cast

from annotations.article import Article
from annotations.errors import HashiyaError, printable
from annotations.layer import Layer
from annotations.schema import Schema


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with one annotator's layer of it, and the schema it was made with.

    `id` is the article's path relative to the library's root, with `/` between its parts.
    """

    id: str
    article: Article
    layer: Layer
    schema: Schema


class _Module(Protocol):
    def write(self, records: Iterable[Annotated], out: BinaryIO) -> None: ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format: `name` as on the command line, `extension` with its dot, `help` a line for the user."""

    name: str
    extension: str
    help: str

    def write(self, records: Iterable[Annotated], out: BinaryIO) -> None:
        """Write the records one by one as they come; OSError from `out` passes through."""
        cast(_Module, import_module(f"annotations.formats.{self.name}")).write(records, out)


FORMATS: tuple[Format, ...] = (Format("jsonl", ".jsonl", "one article a line: text, spans and links, as JSON"),)


def format_named(name: str) -> Format:
    """The format of this name; HashiyaError that lists the names when there is none."""
    for known in FORMATS:
        if known.name == name:
            return known
    names = ", ".join(known.name for known in FORMATS)
    raise HashiyaError(f"the format {printable(name)} is unknown; use one of: {names}.")
