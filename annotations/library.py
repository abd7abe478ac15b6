"""A library: articles found under paths, and what a list of them shows without decoding them whole."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

import msgspec

from annotations.article import is_blank, read_article
from annotations.errors import ArticleError, HashiyaError, SidecarError, displayed, os_reason
from annotations.layer import Status
from annotations.reading import read_bytes
from annotations.schema import FILE_NAME
from annotations.store.files import SUFFIX, sidecar_path
from annotations.store.sidecar import check_version, damaged, kind_of, numbered_lines

TITLE_LENGTH = 200

# Where the file really is, and the path it was reached by.
_Found = tuple[str, Path]

_DIGITS = re.compile(r"(\d+)")
# Enough for every title; longer lines come in pieces.
_PIECE = 4096


@dataclass(frozen=True, slots=True)
class Summary:
    """One article in a list, for one annotator.

    `title` is the first line that is not blank, untouched but for the white space around it, at most TITLE_LENGTH code
    points. `progress` is how far into the article the last span reaches, from 0 to 1: a rough guide, 1.0 when done,
    None without a sidecar. `error` is the sentence of whatever could not be read.
    """

    path: Path
    title: str
    status: Status = "new"
    counts: Mapping[str, int] = field(default_factory=dict)
    progress: float | None = None
    note: str = ""
    updated: str | None = None
    error: str | None = None


class _Head(msgspec.Struct, frozen=True):
    length: int
    status: Status
    note: str
    updated: str


class _Reach(msgspec.Struct, frozen=True):
    label: str
    end: int


_HEAD = msgspec.json.Decoder(_Head)
_REACH = msgspec.json.Decoder(_Reach)


def find_articles(paths: Sequence[Path]) -> list[Path]:
    """The articles under the paths, each once, in natural order of their paths (`2-x` before `10-x`).

    A file is taken as it is, whatever its name; a folder is searched, with its subfolders, for `*.txt` in any case.
    Hidden files and folders are left out, as are subfolders that cannot be read. Sidecars and `hashiya.toml` are never
    articles, so that `folder/*` works. Raises ArticleError for a path that is missing or a folder that cannot be read.
    """
    found: dict[str, Path] = {}
    for path in paths:
        for real, article in _under(path):
            found.setdefault(real, article)
    return sorted(found.values(), key=_natural)


def library_root(paths: Sequence[Path]) -> Path:
    """The folder where `hashiya.toml` is looked for: the folder given, or the file's; of several, the common one."""
    folders = [path if path.is_dir() else path.parent for path in paths] or [Path()]
    if len(folders) == 1:
        return folders[0]
    return Path(os.path.commonpath([os.path.normpath(folder.absolute()) for folder in folders]))


def article_id(path: Path, root: Path) -> str:
    """The article's path relative to the library's root, with `/` between its parts: its id in an export."""
    return Path(os.path.relpath(path, root)).as_posix()


def summarise(path: Path, annotator: str) -> Summary:
    """What a list shows of the article and the annotator's sidecar; never raises for what the files hold.

    Reads the article up to its title and counts the sidecar's labels: span lines are parsed as JSON but their fields
    are not checked, nor the text they agree with. Opening the article does that.
    """
    try:
        title = _title(path)
    except HashiyaError as error:
        return Summary(path, "", error=str(error))
    try:
        return _with_sidecar(path, title, sidecar_path(path, annotator))
    except HashiyaError as error:
        return Summary(path, title, error=str(error))


def _with_sidecar(path: Path, title: str, sidecar: Path) -> Summary:
    data = read_bytes(sidecar, SidecarError, "check the file and its permissions")
    if data is None:
        return Summary(path, title)
    lines = numbered_lines(data, name=str(sidecar))
    line = next(lines, (1, b""))
    check_version(line, name=str(sidecar))
    counts: Counter[str] = Counter()
    reach = 0
    try:
        head = _HEAD.decode(line[1])
        for line in lines:
            if kind_of(line[1]) == "span":
                span = _REACH.decode(line[1])
                counts[span.label] += 1
                reach = max(reach, span.end)
    except (ValueError, RecursionError) as error:
        raise damaged(str(sidecar), line[0], "the record cannot be read") from error
    progress = 1.0 if head.status == "done" else min(1.0, reach / max(1, head.length))
    return Summary(path, title, head.status, dict(counts), progress, head.note, head.updated)


def _title(path: Path) -> str:
    try:
        with path.open(encoding="utf-8", errors="strict") as file:
            title = _first_text(file)
    except (OSError, UnicodeDecodeError):
        title = None
    if title is None or "\0" in title:
        # Reading it whole either raises the right sentence or, for a file that changed meanwhile, finds the title.
        title = next(line for line in read_article(path).text.splitlines() if not is_blank(line))
    return title.strip("\ufeff \t\r\n")[:TITLE_LENGTH]


def _first_text(file: TextIO) -> str | None:
    while piece := file.readline(_PIECE):
        if not is_blank(piece):
            return piece
    return None


def _under(path: Path) -> Iterator[_Found]:
    if path.is_dir():
        yield from _search(path)
    elif not os.path.lexists(path):
        raise ArticleError(f"{displayed(path)}: no such file or folder; check the spelling of the path.")
    elif not _is_ours(path.name):
        yield os.path.realpath(path), path


def _search(root: Path) -> Iterator[_Found]:
    """Articles below the folder; a folder reached again, by a symbolic link or otherwise, is not searched again."""
    seen: set[str] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        real = os.path.realpath(folder)
        if real in seen:
            continue
        seen.add(real)
        for entry in _entries(folder, root):
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                waiting.append(folder / entry.name)
            elif entry.name.lower().endswith(".txt") and entry.is_file():
                # Resolving every path of a large library would cost more than the search.
                target = os.path.realpath(entry) if entry.is_symlink() else f"{real}{os.sep}{entry.name}"
                yield target, folder / entry.name


def _entries(folder: Path, root: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: (entry.is_symlink(), entry.name))
    except OSError as error:
        if folder != root:
            return []
        name = displayed(folder)
        raise ArticleError(f"{name}: cannot be read ({os_reason(error)}); check the folder's permissions.") from error


def _is_ours(name: str) -> bool:
    return name.endswith(SUFFIX) or name == FILE_NAME


def _natural(path: Path) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Parts of the path in pieces, runs of digits as numbers and before letters; ties go by the spelling."""
    return tuple(tuple(_piece(piece) for piece in _DIGITS.split(part) if piece) for part in path.parts)


def _piece(piece: str) -> tuple[int, int, str]:
    return (0, int(piece), piece) if piece.isdecimal() else (1, 0, piece)
