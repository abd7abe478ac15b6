"""`hashiya export`: annotated articles to a training format."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from annotations import __version__
from annotations.article import read_article
from annotations.errors import HashiyaError, SaveError, displayed, os_reason
from annotations.formats import Annotated, format_named
from annotations.library import article_id, find_articles, library_root
from annotations.schema import FILE_NAME, Schema, load_schema
from annotations.store.files import annotator_problem, is_beside, sidecars_of
from annotations.store.opening import load_layer


@dataclass(slots=True)
class Told:
    """What an export says of itself: what it could do without, a sentence for each article left out, a last line."""

    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    written: int = 0
    unannotated: int = 0

    @property
    def summary(self) -> str:
        """The last line."""
        left = f", {self.unannotated} without annotations left out" if self.unannotated else ""
        return f"{self.written} {'record' if self.written == 1 else 'records'} written{left}."


def export_articles(
    paths: Sequence[Path], name: str, output: Path | None, annotator: str | None, encoding: str | None = None
) -> Told:
    """Write what is annotated under the paths; a file that cannot be read is told of and costs the others nothing.

    Articles are read in the encoding that is forced, else in the one that each sidecar was made with. Raises
    HashiyaError for an unknown format, a missing path, or an output that cannot be written.
    """
    form = format_named(name)
    problem = None if annotator is None else annotator_problem(annotator)
    if problem is not None:
        raise HashiyaError(f"--annotator: {problem}")
    articles = find_articles(paths)
    root = library_root(paths)
    schema, problems = load_schema(root)
    told = Told(warnings=[f"hashiya: {problem}" for problem in problems])
    records = _records(articles, root, schema, annotator, encoding, told)
    with _open(output, articles) as out:
        form.write(records, out)
    return told


def _records(
    articles: Sequence[Path],
    root: Path,
    schema: Schema,
    annotator: str | None,
    encoding: str | None,
    told: Told,
) -> Iterator[Annotated]:
    for path in articles:
        try:
            before = told.written
            for name, sidecar in sidecars_of(path):
                if annotator in (None, name):
                    article = read_article(path, encoding, sidecar)
                    layer = load_layer(article, name, schema, datetime.now(UTC), f"hashiya {__version__}")
                    # A journal alone may hold nothing: its sidecar was taken away.
                    if layer.spans or sidecar.exists():
                        told.written += 1
                        yield Annotated(article_id(path, root), article, layer, schema)
            told.unannotated += told.written == before
        except HashiyaError as error:
            told.problems.append(f"hashiya: {error}")


@contextmanager
def _open(output: Path | None, articles: Sequence[Path]) -> Iterator[BinaryIO]:
    """Standard output, or the file that was asked for."""
    if output is None:
        yield sys.stdout.buffer
        return
    target = output.resolve()
    if target in {path.resolve() for path in articles} or _is_of_a_library(target):
        raise SaveError(
            f"{displayed(output)}: is an article, its annotations or its schema; give another name to write to."
        )
    try:
        with _new_file(target) as out:
            yield out
    except OSError as error:
        raise SaveError(
            f"{displayed(output)}: cannot be written ({os_reason(error)}); choose another place with -o."
        ) from error


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file that takes the target's name only when it is whole; a device or a pipe is written to, never replaced."""
    if target.exists() and not target.is_file():
        with target.open("wb") as out:
            yield out
        return
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as out:
            yield out
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _is_of_a_library(target: Path) -> bool:
    """Whether it may be a file that no step of the program changes: not only the articles exported now are articles."""
    is_article = target.suffix.lower() == ".txt" and target.exists()
    return is_article or is_beside(target.name) or target.name == FILE_NAME
