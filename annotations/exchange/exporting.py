"""Annotated articles to a training format: `hashiya export`, and `annotations.export` in Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO, cast

import msgspec
from msgspec import structs

from annotations.errors import HashiyaError, SaveError, displayed, os_reason
from annotations.finding import Articles, article_id, library_root
from annotations.formats import Annotated, FolderFormat, Format, check_variant, format_named
from annotations.formats.loss import FATES, Loss, Losses
from annotations.formats.tokenisers import OURS
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import FILE_NAME, Schema, load_schema
from annotations.store.disk import TEMPORARY_PREFIX
from annotations.store.files import annotator_problem, is_beside
from annotations.store.opening import read_layer
from annotations.store.sidecars import Sidecars

# Articles come folder by folder, and go back to the folders above.
_FOLDERS = 64

Watch = Callable[[int], AbstractContextManager[Callable[[], object]]]
"""Is told how many articles there are to look at; what it gives is called once for each that was."""


@contextmanager
def unwatched(_total: int) -> Iterator[Callable[[], object]]:
    """Nobody looks on."""
    yield lambda: None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is to do: the format's name, where to, whose annotations (None for everyone's), in which encoding
    articles are read, what becomes of spans that tokens do not fit, where each loss is told, and whether one is too
    many; into which shares articles are split, and what keeps them together; whether annotators go by other names.

    `stream` is written to where there is no `output`. `tokeniser` is the name of the policy's.
    """

    form: str
    output: Path | None = None
    stream: BinaryIO | None = None
    annotator: str | None = None
    encoding: str | None = None
    policy: Policy = field(default_factory=Policy)
    tokeniser: str = OURS
    report: Path | None = None
    is_strict: bool = False
    split: str | None = None
    group: str | None = None
    pseudonyms: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What is under the paths: articles, the library's root, its schema and what is wrong with that; who annotated.

    `pseudonyms` has a name for each annotator, where they are to go by other names than their own.
    """

    articles: Articles
    root: Path
    schema: Schema
    problems: Sequence[str]
    sidecars: Sidecars
    pseudonyms: Mapping[str, str]


@dataclass(slots=True)
class ExportResult:
    """What an export says of itself: what it could do without, a sentence for each article left out, a last line.

    `step` is called once for each article that was looked at.
    """

    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    losses: Losses = field(default_factory=Losses)
    written: int = 0
    unannotated: int = 0
    step: Callable[[], object] = lambda: None

    @property
    def summary(self) -> str:
        """The last lines: how much was written, and what became of spans and links."""
        left = f", {self.unannotated} without annotations left out" if self.unannotated else ""
        lines = [f"{self.written} {'record' if self.written == 1 else 'records'} written{left}."]
        for name, counts in (("spans", self.losses.spans), ("links", self.losses.links)):
            fates = ", ".join(f"{counts[fate]:,} {fate}" for fate in FATES if counts[fate])
            lines += [f"{name}: {fates}."] if fates else []
        return "\n".join(lines)


def export_articles(paths: Sequence[Path], wanted: Wanted, watch: Watch = unwatched) -> ExportResult:
    """Write what is annotated under the paths; a file that cannot be read is told of and costs the others nothing.

    Articles are read in the encoding that is forced, else in the one that each sidecar was made with. Raises
    HashiyaError for an unknown format, a missing path, an output that cannot be written, and where the export is strict
    for a loss: nothing is written then.
    """
    form = format_named(wanted.form)
    check_variant(form, wanted.form, wanted.policy.variant)
    if wanted.is_strict and wanted.output is None:
        raise HashiyaError("--strict needs -o: what went to standard output cannot be taken back.")
    found = look(paths, wanted)
    with loss_report(wanted.report, found.articles) as tell, watch(len(found.articles)) as step:
        told = ExportResult(list(found.problems), losses=Losses(tell), step=step)
        records = records_of(found.articles, found, wanted, told)
        if form.EXTENSION:
            with open_output(wanted.output, found.articles, wanted.stream) as out:
                cast(Format, form).write(records, out, wanted.policy, told.losses)
                check_losses(wanted, told)
        else:
            with new_folder(wanted.output, f"the format {wanted.form}") as folder:
                cast(FolderFormat, form).write_folder(records, folder, wanted.policy, told.losses)
                check_losses(wanted, told)
    return told


def look(paths: Sequence[Path], wanted: Wanted) -> Found:
    """Find what there is to export; HashiyaError for a missing path, a wrong schema, a name that is no annotator's."""
    problem = None if wanted.annotator is None else annotator_problem(wanted.annotator)
    if problem is not None:
        raise HashiyaError(f"--annotator: {problem}")
    articles = Articles(paths)
    root = library_root(paths)
    schema, problems = load_schema(root)
    sidecars = Sidecars(_FOLDERS)
    pseudonyms = _pseudonyms(articles, sidecars) if wanted.pseudonyms else {}
    return Found(articles, root, schema, problems, sidecars, pseudonyms)


def _pseudonyms(articles: Iterable[Path], sidecars: Sidecars) -> dict[str, str]:
    """`annotator-1` and so on, in the order of the names, for everyone who annotated any of the articles."""
    names: set[str] = set()
    for path in articles:
        with suppress(HashiyaError):  # a folder that cannot be listed is told of when its articles are read
            names.update(name for name, _ in sidecars.of(path))
    return {name: f"annotator-{number}" for number, name in enumerate(sorted(names), 1)}


class _TooMuchLostError(HashiyaError):
    """A strict export would lose something."""


def check_losses(wanted: Wanted, told: ExportResult) -> None:
    """Raise HashiyaError where the export is strict and something would not be as it is."""
    if wanted.is_strict and told.losses.count:
        where = f" ({displayed(wanted.report)} names them)" if wanted.report else "; --report FILE names them"
        count = told.losses.count
        raise _TooMuchLostError(
            f"{count} span{'s' * (count > 1)} or links would not be as they are, and nothing is written{where}; "
            f"choose another format or policy, or leave --strict out."
        )


@contextmanager
def loss_report(path: Path | None, articles: Iterable[Path]) -> Iterator[Callable[[Loss], object] | None]:
    """Where losses are told: a file of JSON lines, if there is to be one."""
    if path is None:
        yield None
        return
    refused = None
    with open_output(path, articles) as out:
        try:
            yield lambda loss: out.write(msgspec.json.encode(loss._asdict()) + b"\n")
        except _TooMuchLostError as error:
            refused = error
    # Its sentence sends to the report, which is whole by now.
    if refused is not None:
        raise refused


def records_of(articles: Iterable[Path], found: Found, wanted: Wanted, told: ExportResult) -> Iterator[Annotated]:
    """The records of these articles, each read when it is asked for; what cannot be read is told of and left out."""
    for path in articles:
        is_unannotated = True
        for record in _records(path, found, wanted):
            is_unannotated = False
            if isinstance(record, Annotated):
                told.written += 1
                yield record
            # An article that cannot be read is told of once, not for each of its annotators.
            elif told.problems[-1:] != [record]:
                told.problems.append(record)
        told.unannotated += is_unannotated
        told.step()


def _records(path: Path, found: Found, wanted: Wanted) -> Iterator[Annotated | str]:
    """Each annotator's record of an article, or the sentence of why it cannot be read."""
    try:
        sidecars = found.sidecars.of(path)
    except HashiyaError as error:
        yield str(error)
        return
    for name, sidecar in sidecars:
        if wanted.annotator not in (None, name):
            continue
        try:
            read = read_layer(path, name, sidecar, found.schema, wanted.encoding)
        except HashiyaError as error:
            yield str(error)
            continue
        if read:
            layer = _renamed(read.layer, found.pseudonyms)
            yield Annotated(article_id(path, found.root), read.article, layer, found.schema)


def _renamed(layer: Layer, pseudonyms: Mapping[str, str]) -> Layer:
    """The layer under its annotator's pseudonym, if there is one."""
    name = pseudonyms.get(layer.header.annotator)
    return layer if name is None else replace(layer, header=structs.replace(layer.header, annotator=name))


@contextmanager
def open_output(output: Path | None, articles: Iterable[Path], stream: BinaryIO | None = None) -> Iterator[BinaryIO]:
    """The file that was asked for, else the stream."""
    if output is None:
        if stream is None:
            raise HashiyaError("an export needs a place to write to.")
        yield stream
        return
    target = Path(os.path.realpath(output))
    is_article = target.exists() and any(os.path.realpath(path) == str(target) for path in articles)
    if is_article or _is_of_a_library(target):
        raise SaveError(
            f"{displayed(output)}: is an article, its annotations or its schema; give another name to write to."
        )
    try:
        with _new_file(target) as out:
            yield out
    except OSError as error:
        raise _not_written(output, error) from error


@contextmanager
def new_folder(output: Path | None, what: str) -> Iterator[Path]:
    """A folder that takes the output's name only when it is whole; an empty one that is there gives way to it.

    `what` needs it: `the format brat`.
    """
    if output is None:
        raise HashiyaError(f"{what} writes a folder; name it with -o.")
    try:
        if output.is_symlink() or (output.exists() and (not output.is_dir() or any(output.iterdir()))):
            raise SaveError(f"{displayed(output)}: is there and not an empty folder; name another with -o.")
        # With a name, even where it is the folder that the program runs in.
        target = output.absolute()
        partial = _beside(target)
        try:
            partial.mkdir()
            yield partial
            partial.replace(target)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    except OSError as error:
        raise _not_written(output, error) from error


@contextmanager
def _new_file(target: Path) -> Iterator[BinaryIO]:
    """A file that takes the target's name only when it is whole; a device or a pipe is written to, never replaced."""
    if target.exists() and not target.is_file():
        with target.open("wb") as out:
            yield out
        return
    partial = _beside(target)
    try:
        with partial.open("xb") as out:
            yield out
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    """A name in the same folder that nothing has, and that is short whatever the target is called."""
    return target.with_name(f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.part")


def _not_written(output: Path, error: OSError) -> SaveError:
    return SaveError(f"{displayed(output)}: cannot be written ({os_reason(error)}); choose another place.")


def _is_of_a_library(target: Path) -> bool:
    """Whether it may be a file that no step of the program changes: not only the articles exported now are articles."""
    is_article = target.suffix.lower() == ".txt" and target.exists()
    return is_article or is_beside(target.name) or target.name == FILE_NAME
