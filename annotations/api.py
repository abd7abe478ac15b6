"""A library from Python: its articles and layers, spans added to them, exports and imports.

Everything is as in the program: annotations are kept in sidecars beside the articles, in one layer for each annotator;
nothing is written to an article. Offsets are code points of an article's untouched text, ranges half-open. An article's
*id* is its path in the library, with `/` between the parts: `2026/story.txt`.

All that is wrong with files, and a name that there is not (of an article, a format, an option's value, an annotator),
is raised as `HashiyaError`, a sentence with the remedy; what a layer cannot have, such as offsets beyond the text, as
ValueError.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from operator import index
from os import PathLike
from pathlib import Path
from typing import get_args

import msgspec

from annotations import __version__
from annotations.article import Article, read_article
from annotations.encoding import encoding_named
from annotations.errors import HashiyaError, displayed, printable
from annotations.exchange import export
from annotations.exchange.exporting import ExportResult, Wanted, look, records_of
from annotations.exchange.importing import ImportResult
from annotations.exchange.importing import Wanted as WantedImport
from annotations.exchange.importing import import_files as _import_files
from annotations.finding import article_id, find_articles, library_root
from annotations.formats import Annotated, instead
from annotations.formats.tokenisers import OURS, tokeniser_named
from annotations.formats.tokens import Edges, Gaps, Policy
from annotations.labels import Schema
from annotations.layer import Layer, link_problem
from annotations.schema import load_schema
from annotations.span import Fragment, Link, Span, make_link, make_span, new_id
from annotations.store.files import annotator_problem, sidecar_path
from annotations.store.keeper import Keeper
from annotations.store.opening import check_whole, load_layer
from annotations.store.sidecars import Sidecars

_TOOL = f"hashiya {__version__}"

AnyPath = str | PathLike[str]


def open_library(path: AnyPath, *more: AnyPath, encoding: str | None = None) -> Library:
    """The library of these folders and articles.

    `encoding` forces what articles are read in (`windows-1256`); else each is read as its annotations say, or as is
    detected. Raises HashiyaError where a path is missing or the schema, `hashiya.toml`, cannot be used.
    """
    paths = [Path(one) for one in (path, *more)]
    articles = find_articles(paths)
    root = library_root(paths)
    schema, problems = load_schema(root)
    forced = None if encoding is None else encoding_named(encoding)
    return Library(tuple(paths), root, schema, tuple(problems), tuple(articles), forced)


@dataclass(frozen=True)
class Library:
    """Articles as they were when the library was opened, under one schema.

    `root` is the folder that ids are relative to, `files` are the articles in natural order; `problems` are sentences
    about what the schema could be read without.
    """

    paths: Sequence[Path]
    root: Path
    schema: Schema
    problems: Sequence[str]
    files: Sequence[Path]
    encoding: str | None = None

    @property
    def ids(self) -> list[str]:
        """The ids of all articles, in the order of `files`."""
        return list(self._by_id)

    def article(self, article: str) -> Article:
        """The text of the article with this id; HashiyaError where there is none, or it cannot be read."""
        return read_article(self._file(article), self.encoding)

    def annotators(self, article: str) -> tuple[str, ...]:
        """Who has annotated the article, sorted."""
        return Sidecars().annotators(self._file(article))

    def layer(self, article: str, annotator: str) -> Layer:
        """The annotator's layer of the article, with all that was saved; an empty one where there is none.

        Raises HashiyaError where it cannot be read, or was made for other text than the article holds now.
        """
        _check_annotator(annotator)
        source = self._read(article, annotator)
        return load_layer(source, annotator, self.schema, _now(), _TOOL)

    def layers(
        self, annotator: str | None = None, problem: Callable[[str], object] | None = None
    ) -> Iterator[Annotated]:
        """Every layer, or one annotator's, with its article, read when it comes.

        `problem` is called with a sentence for each that cannot be read, and the rest goes on; without, HashiyaError is
        raised at the first.
        """
        wanted = Wanted("", annotator=annotator, encoding=self.encoding)
        told = ExportResult()
        for record in records_of(self.files, look(self.paths, wanted), wanted, told):
            _tell(told, problem)
            yield record
        _tell(told, problem)

    @contextmanager
    def editing(self, article: str, annotator: str) -> Iterator[Editor]:
        """Open an annotator's layer for writing: what was done is saved at the end, as one step that can be undone.

        Nobody else can write it meanwhile. Where an exception leaves the block, nothing is saved. Raises HashiyaError
        where another program has the article open, and as `layer`; SaveError where it cannot be written.
        """
        _check_annotator(annotator)
        source = self._read(article, annotator)
        keeper = Keeper.open(source, annotator, self.schema, _now(), _TOOL)
        try:
            check_whole(keeper.opening, source)
            editor = Editor(source, self.schema, keeper.layer)
            try:
                yield editor
            finally:
                editor.is_open = False
            keeper.push(editor.layer, "annotate from Python")
            keeper.settle(_now())
        finally:
            keeper.release()

    def export(
        self,
        form: str,
        output: AnyPath,
        *,
        variant: str = "",
        annotator: str | None = None,
        edges: Edges = "expand",
        gaps: Gaps = "hull",
        tokeniser: str = OURS,
        split: str | None = None,
        group: str | None = None,
        pseudonyms: bool = False,
        report: AnyPath | None = None,
        strict: bool = False,
    ) -> ExportResult:
        """Write what is annotated in the library in a format; the options are those of `hashiya export`.

        What it gives has `losses` (how many spans and links became what), `problems` (a sentence for each article that
        could not be read) and a `summary`. Raises HashiyaError where nothing could be written.
        """
        _check_policy("edges", edges, Edges)
        _check_policy("gaps", gaps, Gaps)
        wanted = Wanted(
            form,
            Path(output),
            annotator=annotator,
            encoding=self.encoding,
            policy=Policy(edges, gaps, tokeniser_named(tokeniser), variant),
            tokeniser=tokeniser,
            report=None if report is None else Path(report),
            is_strict=strict,
            split=split,
            group=group,
            pseudonyms=pseudonyms,
        )
        return export(self.paths, wanted)

    @cached_property
    def _by_id(self) -> Mapping[str, Path]:
        return {article_id(path, self.root): path for path in self.files}

    def _file(self, article: str) -> Path:
        if article not in self._by_id:
            near = instead(article, self.ids[:10_000]) if len(self._by_id) < 20 else "`ids` lists them"
            raise HashiyaError(f"the library has no article {printable(article)}; {near}.")
        return self._by_id[article]

    def _read(self, article: str, annotator: str) -> Article:
        path = self._file(article)
        return read_article(path, self.encoding, sidecar_path(path, annotator))


@dataclass
class Editor:
    """An article with a layer of it that is being changed; `layer` is what it is now.

    It `is_open` within `Library.editing`. What is done later would be saved nowhere: every method raises ValueError.
    """

    article: Article
    schema: Schema
    layer: Layer
    is_open: bool = True
    _created: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def text(self) -> str:
        """The article's text, which offsets count the code points of."""
        return self.article.text

    def mark(
        self,
        start: int,
        end: int,
        label: str,
        *,
        more: Sequence[Fragment] = (),
        subtype: str | None = None,
        attributes: Mapping[str, str] | None = None,
        group: str | None = None,
        note: str = "",
        origin: str = "manual",
    ) -> Span:
        """Mark the code points [start, end), and `more` ranges of a discontinuous span; the span.

        `origin` says who proposed it, such as a model's name and version. Raises ValueError for ranges that are empty,
        negative or beyond the text, or have the label already, for a label that the schema does not have, and for what
        a sidecar may not hold; TypeError for offsets that are no whole numbers.
        """
        self._check_open()
        if self.schema.label(label) is None:
            known = instead(label, [one.name for one in self.schema.labels])
            raise ValueError(f"the schema {self.schema.name} has no label {label}; {known}")
        span = make_span(
            self.text,
            # Of numpy too, which no sidecar takes as they are.
            [(index(first), index(last)) for first, last in ((start, end), *more)],
            label,
            id=new_id(),
            now=self._created,
            subtype=subtype,
            attributes=attributes or {},
            group=group,
            note=note,
            origin=origin,
        )
        _check_text(span)
        if any(other.label == label for other in self.layer.with_range(span.fragments)):
            raise ValueError(f"[{span.start}, {span.end}) is marked as {label} already")
        self.layer = self.layer.add(span)
        return span

    def link(self, event: Span, role: str, actor: Span, *, note: str = "", origin: str = "manual") -> Link:
        """Link an event to an actor; ValueError where the schema does not have it so, KeyError for a span not there."""
        self._check_open()
        made = make_link(event.id, role, actor.id, id=new_id(), now=self._created, note=note, origin=origin)
        layer = self.layer.add_link(made)
        problem = link_problem(layer, made, self.schema)
        if problem is not None:
            raise ValueError(problem)
        _check_text(made)
        self.layer = layer
        return made

    def remove(self, span: Span) -> None:
        """Take a span away, and the links to and from it; KeyError where it is not there."""
        self._check_open()
        self.layer = self.layer.remove(span.id)

    def _check_open(self) -> None:
        if not self.is_open:
            raise ValueError(f"{displayed(self.article.path)} is not being edited any more; open it with `editing`")


def import_files(
    files: AnyPath | Sequence[AnyPath],
    form: str,
    into: AnyPath,
    *,
    annotator: str | None = None,
    encoding: str | None = None,
    text_field: str = "text",
    id_field: str | None = None,
    make_schema: bool = False,
    problem: Callable[[str], object] = print,
) -> ImportResult:
    """Take articles, and annotations of them, into a folder, as `hashiya import` does; how many of what.

    `files` are one or several; with `make_schema` the folder gets a `hashiya.toml` of the labels and roles found.
    `text_field` and `id_field` are the keys, or columns, of an article's text and id where the format leaves them open.
    `problem` is called with a sentence for each that could not be taken, which the counts' `problems` counts, and for
    each that was left out. Raises HashiyaError for an unknown format, a wrong name, and a folder that cannot be made.
    """
    forced = None if encoding is None else encoding_named(encoding)
    wanted = WantedImport(form, Path(into), annotator, forced, text_field, id_field, make_schema)
    several = [files] if isinstance(files, str | PathLike) else files
    return _import_files([Path(file) for file in several], wanted, problem)


def _check_annotator(name: str) -> None:
    problem = annotator_problem(name)
    if problem is not None:
        raise HashiyaError(problem)


def _check_policy(name: str, value: str, kind: object) -> None:
    """Raise HashiyaError for a value that is none of those: whoever types in a notebook checks no types."""
    known = get_args(kind)
    if value not in known:
        raise HashiyaError(f"{name}: there is no {printable(str(value))}; {instead(str(value), known)}.")


def _check_text(record: Span | Link) -> None:
    """Raise ValueError for lone surrogates now, and not when all that was done is saved."""
    msgspec.json.encode(record)


def _tell(told: ExportResult, problem: Callable[[str], object] | None) -> None:
    for sentence in told.problems:
        if problem is None:
            raise HashiyaError(sentence)
        problem(sentence)
    told.problems.clear()


def _now() -> datetime:
    return datetime.now(UTC)
