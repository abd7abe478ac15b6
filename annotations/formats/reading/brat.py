"""A folder of brat standoff files, with its subfolders: each `.txt` is an article, its `.ann` one layer of it.

brat's documentation is "brat standoff format" (brat.nlplab.org/standoff.html); offsets are code points, for its server
counts the characters of the text that it has decoded (`server/src/annotation.py`), a byte order mark and every CR
among them. `annotations.formats.reading.brat_layer` says what becomes of the lines. Text and annotations are UTF-8,
unless another encoding is forced.

An article's id is the path of its `.txt` in the folder, and nothing says whose the annotations are, unless our own
export has put a `.json` beside them. Without one, a text whose `.ann` holds no spans may be one that nobody has looked
at: its article alone is taken. So it is of one whose `.ann` cannot be read. A file that a symbolic link outside of the
folder stands for is not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from annotations.article import LARGEST, decode_article
from annotations.change import Status
from annotations.errors import ArticleError, displayed, printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.brat_layer import BratLayer
from annotations.formats.reading.brat_lines import parse
from annotations.formats.reading.lines import Problems
from annotations.formats.reading.records import Records
from annotations.labels import SchemaRef
from annotations.limits import LINE_BYTES, SIDECAR_BYTES
from annotations.reading import read_bytes
from annotations.store.disk import is_link
from annotations.store.sidecar import fault_of

HELP = "a folder of brat's .txt and .ann files"

_TEXT, _ANN, _ABOUT = ".txt", ".ann", ".json"


class _About(msgspec.Struct, frozen=True):
    article: str
    annotator: str
    status: Status
    schema: SchemaRef


_ABOUT_DECODER = msgspec.json.Decoder(_About)


def read_folder(folder: Path, options: Options) -> Iterator[Imported]:
    """The articles, folder by folder in the order of their names; OSError for a folder that cannot be read."""
    for parent, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        there = set(files)
        for name in sorted(name for name in files if not name.startswith(".")):
            path = Path(parent, name)
            if path.suffix == _TEXT or (path.suffix == _ANN and path.stem + _TEXT not in there):
                yield _Files(folder, path.with_suffix(""), options, there).imported()


def _raise(error: OSError) -> None:
    raise error


class _Files:
    """What belongs to one article: the path without the suffix, and the names that are beside it."""

    def __init__(self, folder: Path, path: Path, options: Options, there: set[str]) -> None:
        self._folder = folder
        self._path = path
        self._options = options
        self._there = there
        self._encoding = options.encoding or "utf-8"
        self._problems = Problems()
        self._notices = Problems()

    def imported(self) -> Imported:
        try:
            text = self._text()
        except ArticleError as error:
            self._problems.add(str(error).rstrip("."))
            return Imported(0, problems=self._problems.all())
        about, records = self._about(), Records(text, self._options.now)
        status: Status | None = None
        if self._take_annotations(records):
            status = about.status if about else "in-progress" if records.spans else None
        return Imported(
            line=0,
            id=about.article if about else self._name(_TEXT),
            text=text,
            annotator=about.annotator if about else None,
            status=status,
            schema=about.schema if about else None,
            spans=records.spans,
            links=records.links,
            problems=self._problems.all(),
            notices=self._notices.all(),
        )

    def _text(self) -> str:
        data = self._bytes(_TEXT, LARGEST)
        if data is None:
            raise ArticleError(f"{printable(self._name(_ANN))} has no {_TEXT} beside it")
        return decode_article(data, Path(self._name(_TEXT)), self._encoding).text

    def _about(self) -> _About | None:
        try:
            data = self._bytes(_ABOUT, LINE_BYTES)
            return None if data is None else _ABOUT_DECODER.decode(data)
        except (msgspec.MsgspecError, ValueError, RecursionError, ArticleError) as error:
            self._problems.add(f"{self._name(_ABOUT)} is left out: {fault_of(error).rstrip('.')}")
            return None

    def _take_annotations(self, records: Records) -> bool:
        """Take what the `.ann` says; whether it could be read."""
        try:
            data = self._bytes(_ANN, SIDECAR_BYTES)
            if data is None:
                return False
            ann = data.decode(self._encoding)
        except ArticleError as error:
            self._problems.add(str(error).rstrip("."))
            return False
        except UnicodeDecodeError as error:
            self._problems.add(f"{self._name(_ANN)}: is not {self._encoding} (byte {error.start}), and is left out")
            return False
        found = parse(ann, self._tell)
        if any(one.is_entry for one in found.properties):
            self._notices.add(f"{self._name(_ANN)}: the names that normalisations give to their entries are left out")
        BratLayer(found, records, self._tell).take()
        return True

    def _tell(self, line: int, clause: str) -> None:
        self._problems.add(f"{self._name(_ANN)}, line {line}: {clause}")

    def _name(self, suffix: str) -> str:
        return f"{self._path.relative_to(self._folder).as_posix()}{suffix}"

    def _bytes(self, suffix: str, limit: int) -> bytes | None:
        """The file's bytes, None where there is none; ArticleError, as part of a sentence, for one not to be read."""
        path = self._path.with_name(self._path.name + suffix)
        if path.name not in self._there:
            return None
        name = self._name(suffix)
        if is_link(path) and not _is_in(path, self._folder):
            raise ArticleError(f"{printable(name)} is a symbolic link that leads out of the folder")
        try:
            return read_bytes(path, ArticleError, "check the file and its permissions", limit=limit)
        except ArticleError as error:
            raise ArticleError(str(error).replace(displayed(path), printable(name), 1)) from error


def _is_in(path: Path, folder: Path) -> bool:
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
