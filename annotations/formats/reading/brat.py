"""A folder of brat standoff files, with its subfolders: each `.txt` is an article, its `.ann` one layer of it.

brat's documentation is "brat standoff format" (brat.nlplab.org/standoff.html); offsets are code points, for its server
counts the characters of the text that it has decoded (`server/src/annotation.py`), a byte order mark and every CR
among them (`annotations.formats.reading.brat_offsets` knows of others). `annotations.formats.reading.brat_layer` says
what becomes of the lines. Text and annotations are UTF-8, unless another encoding is forced. Instead of an `.ann` there
may be files with parts of it (`.a1`, `.a2`, `.co`, `.rel`), as in the shared tasks of BioNLP.

An article's id is the path of its `.txt` in the folder, and nothing says whose the annotations are, unless our own
export has put a `.json` beside them; others' are not looked at. Without one, a text whose `.ann` holds no spans may be
one that nobody has looked at: its article alone is taken. So it is of one whose `.ann` cannot be read. A file that a
symbolic link outside of the folder stands for is not read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from annotations.article import LARGEST, decode_article
from annotations.change import Status
from annotations.errors import ArticleError, HashiyaError, displayed, printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.brat_layer import BratLayer
from annotations.formats.reading.brat_lines import parse
from annotations.formats.reading.brat_offsets import recounted
from annotations.formats.reading.folders import leads_out
from annotations.formats.reading.problems import FAULTS, Problems, Repeated
from annotations.formats.reading.records import Records
from annotations.labels import SchemaRef
from annotations.limits import LINE_BYTES, SIDECAR_BYTES
from annotations.reading import read_bytes
from annotations.store.sidecar import fault_of

HELP = "a folder of brat's .txt and .ann files"

_TEXT, _ANN, _ABOUT = ".txt", ".ann", ".json"
_PARTS = (".a1", ".a2", ".co", ".rel")


class _About(msgspec.Struct, frozen=True):
    article: str
    annotator: str
    status: Status
    schema: SchemaRef


_KEYS_DECODER = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ABOUT_DECODER = msgspec.json.Decoder(_About)


def read_folder(folder: Path, options: Options) -> Iterator[Imported]:
    """The articles, folder by folder in the order of their names.

    Raises HashiyaError where there is none, OSError for a folder that cannot be read.
    """
    told: set[str] = set()
    is_empty = True
    for parent, folders, files in os.walk(folder, onerror=_raise):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        there = set(files)
        for name in sorted(name for name in files if not name.startswith(".")):
            path = Path(parent, name)
            if path.suffix == _TEXT or (path.suffix == _ANN and path.stem + _TEXT not in there):
                is_empty = False
                yield _Files(folder, path.with_suffix(""), options, there, told).imported()
    if is_empty:
        raise HashiyaError(f"{displayed(folder)}: has no .txt or .ann file in it; give the folder that has them.")


def _raise(error: OSError) -> None:
    raise error


class _Files:
    """What belongs to one article: the path without the suffix, the names beside it; `told` is for the whole folder."""

    def __init__(self, folder: Path, path: Path, options: Options, there: set[str], told: set[str]) -> None:
        self._folder = folder
        self._path = path
        self._options = options
        self._there = there
        self._encoding = options.encoding or "utf-8"
        # Of each file that is read: the lines before it, its own, and its name.
        self._begun: list[tuple[int, int, str]] = [(0, 0, self._name(_ANN))]
        self._problems = Problems(told)
        self._faults = Repeated("", ": ")

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
            problems=(*self._problems.all(), *self._faults.all()),
            notices=self._problems.notices(),
        )

    def _text(self) -> str:
        data = self._bytes(_TEXT, LARGEST)
        if data is None:
            raise ArticleError(f"{printable(self._name(_ANN))} has no {_TEXT} beside it")
        return decode_article(data, Path(self._name(_TEXT)), self._encoding).text

    def _about(self) -> _About | None:
        try:
            data = self._bytes(_ABOUT, LINE_BYTES)
            return _ABOUT_DECODER.decode(data) if data is not None and _is_ours(data) else None
        except (*FAULTS, ArticleError) as error:
            self._problems.add(f"{self._name(_ABOUT)} is left out: {fault_of(error).rstrip('.')}")
            return None

    def _take_annotations(self, records: Records) -> bool:
        """Take what the annotations say; whether they could be read."""
        suffixes = [_ANN] if self._path.name + _ANN in self._there else _PARTS
        parts = [part for suffix in suffixes if (part := self._part(suffix)) is not None]
        found = parse("\n".join(parts), self._tell)
        place = f"{self._name(_ANN)}: "
        if any(one.is_entry for one in found.properties):
            self._problems.notice_once("the names that normalisations give to their entries are left out", place)
        found, uncounted = recounted(found, records.text)
        if uncounted:
            self._problems.notice(f"{place}its offsets do not count {uncounted}, and are taken so")
        BratLayer(found, records, self._tell).take()
        return bool(parts)

    def _part(self, suffix: str) -> str | None:
        """The lines of one file, None where there is none or it cannot be read."""
        name = self._name(suffix)
        try:
            data = self._bytes(suffix, SIDECAR_BYTES if suffix == _ANN else SIDECAR_BYTES // len(_PARTS))
            if data is None:
                return None
            text = data.decode(self._encoding)
        except ArticleError as error:
            self._problems.add(str(error).rstrip("."))
            return None
        except UnicodeDecodeError as error:
            self._problems.add(f"{name}: is not {self._encoding} (byte {error.start}), and is left out")
            return None
        lines = text.removeprefix("\ufeff").splitlines()
        self._begun.append((self._begun[-1][0] + self._begun[-1][1], len(lines), name))
        return "\n".join(lines)

    def _tell(self, line: int, clause: str) -> None:
        """Tell of a line of the parts together."""
        before, _, name = next(part for part in reversed(self._begun) if part[0] < line)
        self._faults.add(f"{printable(name)}, line {line - before}", clause)

    def _name(self, suffix: str) -> str:
        return f"{self._path.relative_to(self._folder).as_posix()}{suffix}"

    def _bytes(self, suffix: str, limit: int) -> bytes | None:
        """The file's bytes, None where there is none; ArticleError, as part of a sentence, for one not to be read."""
        path = self._path.with_name(self._path.name + suffix)
        if path.name not in self._there:
            return None
        name = self._name(suffix)
        if leads_out(path, self._folder):
            raise ArticleError(f"{printable(name)} is a symbolic link that leads out of the folder")
        try:
            return read_bytes(path, ArticleError, "check the file and its permissions", limit=limit)
        except ArticleError as error:
            raise ArticleError(str(error).replace(displayed(path), printable(name), 1)) from error


def _is_ours(about: bytes) -> bool:
    """Whether a `.json` is of our own export: an object that tells of an article. Raises what `fault_of` tells of."""
    try:
        return "article" in _KEYS_DECODER.decode(about)
    except msgspec.ValidationError:
        return False
