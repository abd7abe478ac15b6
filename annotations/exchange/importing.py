"""Articles, and annotations of them, from other tools into a folder: `hashiya import`, and `annotations.import_files`.

Nothing that is there is changed: an article is written only under a name that nothing has, and annotations only where
their annotator has none. What a file says is believed of nothing outside of the folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import BinaryIO, cast

from msgspec import structs

from annotations import __version__
from annotations.article import Article, decode_article
from annotations.errors import HashiyaError, SaveError, displayed, os_reason, printable
from annotations.exchange.found_schema import FoundSchema
from annotations.formats.reading import FolderReader, Imported, Options, Reader, reader_named
from annotations.labels import Schema, SchemaRef
from annotations.layer import Layer
from annotations.limits import check_header_limits
from annotations.reading import shortened
from annotations.schema import BUILT_IN, FILE_NAME, load_schema
from annotations.store.disk import exists, is_link, write_new
from annotations.store.files import annotator_problem, save_layer, sidecar_path
from annotations.store.journal import journal_path
from annotations.store.lock import Lock

_SUFFIX = ".txt"
# A path is refused by most systems beyond 4,096 bytes, a name beyond 255: what is kept beside an article adds an
# annotator, `.ann.journal` and, for a copy, the time.
_ID_LENGTH = 1024
_NAME_BYTES = 255
_BESIDE_BYTES = 48
# Labels and roles that the schema does not have, each told of once.
_NEW_NAMES = 1000
# Articles and sidecars of this import: what comes to one of them again has found nothing of others, but its id twice.
_REMEMBERED = 100_000

# What a schema that is made here is called.
_MADE = SchemaRef(name="imported", version="1")

Tell = Callable[[str], object]


def _nobody() -> str:
    raise HashiyaError("the file does not name the annotator; give a name.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an import is to do: the format's name, where to, whose annotations they become (None for those whom the file
    names, or else the `user`), the encoding of plain text, and the keys of an article's text and id; whether a schema
    is made of the labels and roles that are found."""

    form: str
    folder: Path
    annotator: str | None = None
    encoding: str | None = None
    text_field: str = "text"
    id_field: str | None = None
    makes_schema: bool = False
    user: Callable[[], str] = _nobody


@dataclass(slots=True)
class ImportResult:
    """What an import came to: articles written, and known ones that were there before with the same text; layers,
    spans and links written; problems, each of which was told."""

    articles: int = 0
    known: int = 0
    layers: int = 0
    spans: int = 0
    links: int = 0
    problems: int = 0

    @property
    def summary(self) -> str:
        """The last line."""
        known = f", {self.known:,} already there" if self.known else ""
        problems = f"; {_counted(self.problems, 'problem')}" if self.problems else ""
        records = f"{_counted(self.spans, 'span')} and {_counted(self.links, 'link')}"
        return f"{_counted(self.articles, 'article')} written{known}, with {records} imported{problems}."


def import_files(
    files: Sequence[Path], wanted: Wanted, tell: Tell, step: Callable[[], object] = lambda: None
) -> ImportResult:
    """Read the files into the folder, which is made where there is none.

    `tell` gets a sentence for each problem, `step` is called after each article. A file, line, span or link that cannot
    be taken costs the others nothing. Raises HashiyaError for an unknown format, an annotator who cannot be one, a
    schema that does not work and a folder that cannot be made.
    """
    reader = reader_named(wanted.form)
    problem = None if wanted.annotator is None else annotator_problem(wanted.annotator)
    if problem is not None:
        raise HashiyaError(f"--annotator: {problem}")
    try:
        wanted.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SaveError(
            f"{displayed(wanted.folder)}: cannot be made ({os_reason(error)}); name another folder with --into."
        ) from error
    schema, problems = load_schema(wanted.folder)
    for sentence in problems:
        tell(sentence)
    import_ = _Import(wanted, schema, tell)
    for file in files:
        options = Options(file, import_.now, wanted.encoding, wanted.text_field, wanted.id_field)
        try:
            for one in _read(reader, file, options):
                import_.take(file, one)
                step()
        except HashiyaError as error:
            import_.count_problem(str(error))
    if wanted.makes_schema:
        import_.make_schema()
    return import_.counts


@dataclass
class _Import:
    wanted: Wanted
    schema: Schema
    tell: Tell
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    counts: ImportResult = field(default_factory=ImportResult)
    new_names: set[str] = field(default_factory=set)
    found: FoundSchema = field(default_factory=FoundSchema)
    taken: set[Path] = field(default_factory=set)

    def count_problem(self, sentence: str) -> None:
        self.counts.problems += 1
        self.tell(sentence)

    def take(self, file: Path, one: Imported) -> None:
        """Write an article and its annotations, each whole or not at all, and tell of what cannot be."""
        name = displayed(file)
        place = name + (f", line {one.line}" if one.line else "")
        for clause in one.problems:
            self.count_problem(f"{_place_of(clause, name, place)}: {clause}.")
        for clause in one.notices:
            self.tell(f"{_place_of(clause, name, place)}: {clause}.")
        if one.text is None:
            return
        try:
            self._write(place, one, one.text)
        except ValueError as error:
            self.count_problem(f"{place}: {shortened(printable(str(error)))}.")
        except HashiyaError as error:
            self.count_problem(f"{place}: {error}")
        except OSError as error:
            name = shortened(printable(one.id))
            self.count_problem(f"{place}: the article {name} cannot be written ({os_reason(error)}).")

    def _write(self, place: str, one: Imported, text: str) -> None:
        path = _path_in(self.wanted.folder, one.id)
        article, data = _article(path, text)
        layer = None
        if one.status is not None:
            name = self.wanted.annotator or one.annotator or self._user
            layer = _layer(article, name, self._ref, one, self.now)
        self._write_article(path, data)
        if layer is None:
            return
        self._write_layer(path, layer)
        self.counts.layers += 1
        self.counts.spans += len(layer.spans)
        self.counts.links += len(layer.links)
        if self.wanted.makes_schema:
            self.found.take(layer)
        else:
            self._tell_new_names(place, layer)

    def make_schema(self) -> None:
        """Write a schema of what was found, where the folder has none and not all is of the built-in one."""
        path = self.wanted.folder / FILE_NAME
        if self.found.ref == BUILT_IN.ref and self.found.is_within(BUILT_IN) and not exists(path):
            self.tell(f"{displayed(path)}: is not needed; all is of the built-in schema.")
            return
        try:
            if self.found.labels:
                write_new(path, self.found.toml(self.found.ref or _MADE).encode())
        except FileExistsError:
            self.count_problem(f"{displayed(path)} is there, and is left as it is.")
        except OSError as error:
            self.count_problem(f"{displayed(path)}: cannot be written ({os_reason(error)}).")
        for sentence in self.found.left_out.values():
            self.tell(f"{displayed(path)}: {sentence}")

    def _write_article(self, path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            if not exists(path):
                write_new(path, data)
                self.counts.articles += 1
                self._remember(path)
                return
        except FileExistsError:
            pass  # it came in this moment
        is_of_this = path in self.taken
        if not _holds(path, data):
            twice = "came before in this import with another text: two articles have its id"
            why = twice if is_of_this else "is there and is not this text, and is left as it is"
            raise ValueError(f"{displayed(path)} {why}")
        self.counts.known += not is_of_this
        self._remember(path)

    def _write_layer(self, path: Path, layer: Layer) -> None:
        """Write a sidecar where its annotator has none; ValueError where there is one, or a journal."""
        sidecar = sidecar_path(path, layer.header.annotator)
        with Lock.acquire(sidecar, self.now):
            if sidecar in self.taken:
                raise ValueError(f"{displayed(sidecar)} came before in this import, and stays as it is")
            if exists(sidecar) or exists(journal_path(sidecar)):
                raise ValueError(f"{displayed(sidecar)} is there, and is left as it is")
            save_layer(path, layer)
            self._remember(sidecar)

    def _remember(self, path: Path) -> None:
        if len(self.taken) < _REMEMBERED:
            self.taken.add(path)

    def _tell_new_names(self, place: str, layer: Layer) -> None:
        """Labels and roles are kept whatever the schema has: each that it has not is told of once."""
        labels = {f"label {span.label}" for span in layer.spans if self.schema.label(span.label) is None}
        roles = {f"role {link.role}" for link in layer.links if self.schema.role(link.role) is None}
        for name in sorted((labels | roles) - self.new_names)[: _NEW_NAMES - len(self.new_names)]:
            self.new_names.add(name)
            told = shortened(printable(name))
            self.tell(f"{place}: the schema {self.schema.name} has no {told}; it is kept, here and below.")

    @property
    def _ref(self) -> SchemaRef:
        """The schema that annotations are of where the file does not say."""
        is_made = self.wanted.makes_schema and not self._has_schema
        return _MADE if is_made else self.schema.ref

    @cached_property
    def _has_schema(self) -> bool:
        return exists(self.wanted.folder / FILE_NAME)

    @cached_property
    def _user(self) -> str:
        return self.wanted.user()


def _place_of(clause: str, name: str, place: str) -> str:
    """Where a clause is about: one that names its line needs no other."""
    return name if clause.startswith("in line ") else place


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"


def _read(reader: Reader | FolderReader, file: Path, options: Options) -> Iterator[Imported]:
    """What the reader finds, one by one; HashiyaError for what cannot be read."""
    is_folder = hasattr(reader, "read_folder")
    if is_folder and not file.is_dir():
        raise HashiyaError(f"{displayed(file)}: is no folder; the format is a folder of files: give that.")
    try:
        if is_folder:
            yield from cast(FolderReader, reader).read_folder(file, options)
            return
        with _opened(file) as source:
            yield from cast(Reader, reader).read(source, options)
    except OSError as error:
        name = displayed(error.filename or file)
        raise HashiyaError(
            f"{name}: cannot be read ({os_reason(error)}); check the path and its permissions."
        ) from error


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    """A file, or a pipe; HashiyaError for what cannot be read, and for a device, which may never end."""
    try:
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            reason = "is a directory" if stat.S_ISDIR(mode) else "is a device or a socket"
            raise HashiyaError(f"{displayed(file)}: {reason}; give a file.")
        source = file.open("rb")
    except OSError as error:
        raise HashiyaError(f"{displayed(file)}: cannot be read ({os_reason(error)}); check the path.") from error
    with source:
        yield source


def _path_in(folder: Path, name: str) -> Path:
    """Where the article of this id is, or is to be; ValueError for an id that may lead out of the folder."""
    shown = f"the id {shortened(printable(name))}"
    if not name.isprintable() or "\\" in name or len(name) > _ID_LENGTH:
        raise ValueError(f"{shown} cannot be a file's name: it is too long, or holds a backslash or what is invisible")
    parts = name.split("/")
    if any(not part or part.startswith(".") for part in parts):
        raise ValueError(f"{shown} cannot be a file's name: a part of it is empty or begins with a full stop")
    for number in range(1, len(parts)):
        if is_link(folder.joinpath(*parts[:number])):
            raise ValueError(f"{shown} leads through a symbolic link")
    last = parts[-1] if parts[-1].lower().endswith(_SUFFIX) else parts[-1] + _SUFFIX
    return folder.joinpath(*parts[:-1], last)


def _article(path: Path, text: str) -> tuple[Article, bytes]:
    """The article as it will be read, and its bytes; ValueError or ArticleError for a text that will not be."""
    data = text.encode()
    article = decode_article(data, path)
    if article.text != text:
        raise ValueError(f"the text would be taken for {article.encoding}, and read as another")
    return article, data


def _layer(article: Article, name: str, schema: SchemaRef, one: Imported, now: datetime) -> Layer:
    """The layer to write; ValueError where a sidecar cannot hold or have the name for it."""
    problem = annotator_problem(name)
    if problem is not None:
        raise ValueError(problem.rstrip("."))
    if len(os.fsencode(article.path.name)) + len(os.fsencode(name)) + _BESIDE_BYTES > _NAME_BYTES:
        raise ValueError(f"the id {shortened(printable(one.id))} is too long for a sidecar's name")
    bare = Layer.new(article, name, BUILT_IN, now, f"hashiya {__version__}").header
    header = structs.replace(
        bare,
        status=one.status or "new",
        schema=one.schema or schema,
        note=one.note,
        created=one.created or bare.created,
        updated=one.updated or bare.updated,
        seconds_active=one.seconds_active,
    )
    check_header_limits(header)
    return Layer.of(header, one.spans, one.links)


def _holds(path: Path, data: bytes) -> bool:
    """Whether it is a regular file with these bytes."""
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and status.st_size == len(data) and path.read_bytes() == data
