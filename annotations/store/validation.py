"""What is wrong with a library's files: sidecars against format, source and schema, and what lies about beside them.

A *finding* is one sentence about one line of one file. An `error` is something that a reader of the annotations would
trip over or lose; a `warning` is something to know of that loses nothing. Checking writes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from annotations.article import Article, read_article
from annotations.errors import ArticleError, HashiyaError, SidecarError, displayed, printable
from annotations.layer import Layer
from annotations.reading import read_bytes
from annotations.schema import BUILT_IN, Schema, load_schema
from annotations.store.aside import read_aside
from annotations.store.files import sidecar_path, sidecars_of
from annotations.store.inventory import Item
from annotations.store.layer_rules import Severity, faults_of
from annotations.store.opening import Opening, open_layer
from annotations.store.salvage import Salvaged, salvage
from annotations.store.sidecar import encode, record_lines

_REMEDY = "check the file and its permissions"
_PLACE = re.compile(r"(?:, line (\d+))?: ")


class Finding(NamedTuple):
    """A sentence without its full stop about a line, counted from 1, or about the whole file, which is line 1.

    With `is_repairable`, `repair` mends it without loss.
    """

    path: Path
    line: int
    severity: Severity
    sentence: str
    is_repairable: bool = False

    def __str__(self) -> str:
        """As it is printed: nothing in it can be anything but text."""
        return f"{displayed(self.path)}:{self.line}: {self.severity}: {printable(self.sentence)}"


class Read(NamedTuple):
    """A sidecar's bytes, its article, and what was salvaged of it."""

    data: bytes
    article: Article
    salvaged: Salvaged


class Checker:
    """Checks the items of one library, whose schema is read with the item for it, or is the built-in one."""

    def __init__(self, now: datetime, tool: str) -> None:
        self.schema: Schema = BUILT_IN
        self._now = now
        self._tool = tool

    def findings(self, item: Item) -> list[Finding]:
        """What is wrong with the item, by line; never raises for what the files hold."""
        try:
            found = list(self._checked(item))
        except HashiyaError as error:
            found = [_told(item.path, error)]
        return sorted(found, key=lambda finding: finding.line)

    def _checked(self, item: Item) -> Iterator[Finding]:
        match item.kind:
            case "schema":
                yield from self._schema(item)
            case "article":
                yield from _article(item)
            case "sidecar" | "journal" if not _has_source(item):
                yield _orphan(item)
            case "sidecar":
                yield from self._sidecar(item)
            case "journal":
                yield from self._journal(item)
            case "aside":
                yield _aside(item)
            case "leftover":
                yield _leftover(item)

    def read(self, item: Item) -> Read:
        """The sidecar read line by line; HashiyaError where it cannot be, or was written by another version."""
        data = read_bytes(item.path, SidecarError, _REMEDY)
        if data is None:
            raise SidecarError(f"{displayed(item.path)}: is gone since the folder was listed; check again.")
        article = read_article(_source(item), None, item.path)
        bare = Layer.new(article, item.annotator, self.schema, self._now, self._tool)
        return Read(data, article, salvage(data, name=str(item.path), article=article, bare=bare))

    def _schema(self, item: Item) -> Iterator[Finding]:
        self.schema, problems = load_schema(item.path.parent)
        for problem in problems:
            yield _told(item.path, problem, "warning")

    def _sidecar(self, item: Item) -> Iterator[Finding]:
        path = item.path
        if path.is_symlink():
            sentence = "is a symbolic link, which is never written to; put the file itself in its place"
            yield Finding(path, 1, "warning", sentence)
        data, article, (layer, damaged, source_changed) = self.read(item)
        for line in damaged:
            sentence = f"{line.reason}; --fix sets the line aside"
            yield Finding(path, line.number, "error", sentence, is_repairable=not source_changed)
        if source_changed:
            sentence = f"was made for other text than {article.id} holds now; open the article to review its spans"
            yield Finding(path, 1, "error", sentence)
        faults = list(faults_of(layer, self.schema))
        lines = record_lines(data, skipped={line.number for line in damaged}) if faults else {}
        for key, severity, sentence in faults:
            yield Finding(path, lines.get(key, 1), severity, sentence)
        if not damaged and not source_changed:
            yield from _other_bytes(path, data, encode(layer))

    def _journal(self, item: Item) -> Iterator[Finding]:
        opening = self._opening(item)
        for number, _, reason in (*(opening.journal.damage if opening.journal else ()), *opening.replayed.unfit):
            yield Finding(
                item.path, number, "warning", f"the line cannot be used: {reason}; opening the article keeps it"
            )
        pending = opening.replayed.recovered
        if pending:
            sentence = f"holds {_count(pending, 'change')} that the sidecar does not have yet; open the article to save"
            yield Finding(item.path, 1, "warning", f"{sentence} {'it' if pending == 1 else 'them'}")

    def pending(self, item: Item) -> int:
        """How many changes the journal holds that the sidecar does not have."""
        return self._opening(item).replayed.recovered

    def _opening(self, item: Item) -> Opening:
        article = read_article(_source(item), None, sidecar_path(_source(item), item.annotator))
        return open_layer(article, item.annotator, self.schema, self._now, self._tool)


def _source(item: Item) -> Path:
    assert item.source is not None  # noqa: S101 - for the type checker: an article is its own source
    return item.source


def _article(item: Item) -> Iterator[Finding]:
    try:
        read_article(item.path)
    except ArticleError as error:
        # What an article is encoded in may be known from its annotations alone.
        if not any(_is_readable(item.path, sidecar) for _, sidecar in sidecars_of(item.path)):
            yield _told(item.path, error)


def _is_readable(path: Path, sidecar: Path) -> bool:
    try:
        read_article(path, None, sidecar)
    except ArticleError:
        return False
    return True


def _aside(item: Item) -> Finding:
    count = _count(len(read_aside(item.path)), "line")
    return Finding(item.path, 1, "warning", f"holds {count} set aside; look through it, then move it away")


def _leftover(item: Item) -> Finding:
    sentence = "was left over when a save was cut off; --fix removes it"
    return Finding(item.path, 1, "warning", sentence, is_repairable=True)


def _has_source(item: Item) -> bool:
    return item.source is not None and item.source.exists()


def _orphan(item: Item) -> Finding:
    name = printable(item.source.name) if item.source else ""
    return Finding(item.path, 1, "error", f"has no article {name} beside it; put that back, or move this file away")


def _other_bytes(path: Path, data: bytes, wanted: bytes) -> Iterator[Finding]:
    """A sidecar that is sound, but not as the program writes it: two that say the same differ then."""
    if data == wanted:
        return
    lines = data.split(b"\n")
    pairs = enumerate(zip_longest(lines, wanted.split(b"\n")), 1)
    line = min(next((number for number, (theirs, ours) in pairs if theirs != ours), 1), len(lines))
    what = "is not as, or where, the program writes it"
    if data.startswith(b"\xef\xbb\xbf"):
        what = "has a byte order mark"
    elif lines[line - 1].endswith(b"\r"):
        what = "ends in CR LF"
    yield Finding(path, line, "warning", f"the line {what}; --fix writes the file anew", is_repairable=True)


def _told(path: Path, error: HashiyaError | str, severity: Severity = "error") -> Finding:
    """A finding from a sentence that names the file, and perhaps the line, itself."""
    rest = str(error).removeprefix(displayed(path))
    place = _PLACE.match(rest) if rest != str(error) else None
    line = int(place[1]) if place and place[1] else 1
    return Finding(path, line, severity, (rest[place.end() :] if place else str(error)).removesuffix("."))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
