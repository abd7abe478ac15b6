"""The `hashiya` command. What a command needs is imported when it runs, so that `--help` answers at once."""

from __future__ import annotations

import codecs
import errno
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TextIO

import click

from annotations import __version__
from annotations.errors import HashiyaError, displayed, os_reason, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from annotations.formats.tokens import Edges, Gaps
    from tui.app import Library
    from tui.text.document import Base

_READ = "read"
_WIDEST = 76

# What cannot be read is told of in our own words.
_PATH = click.Path(path_type=Path, readable=False, allow_dash=True)

_paths = click.argument("paths", nargs=-1, type=_PATH)
_some_paths = click.argument("paths", nargs=-1, required=True, type=_PATH)
_format = click.option(
    "--format", "form", metavar="NAME", default="jsonl", show_default=True, help="One of the formats below."
)
_anyone = click.option("--annotator", metavar="NAME", help="Whose annotations (else everyone's).")
_annotator = click.option("--annotator", metavar="NAME", help="Whose annotations (else the setting, else the login).")
_encoding = click.option("--encoding", metavar="NAME", help="What articles are encoded in (else it is detected).")


class _Hashiya(click.Group):
    """Runs `read` where no command is named, so that `hashiya articles/` is all that is to be typed.

    Whatever a user can mend ends a command with one sentence.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help", "--version"}:
            args.insert(0, _READ)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            _check_streams()
            return super().invoke(ctx)
        except click.UsageError as error:
            # Arguments are repeated in it as they are, and a shell's pattern makes arguments of file names.
            raise click.UsageError(printable(error.format_message()), error.ctx) from error
        except HashiyaError as error:
            _fail(str(error))
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise
            _fail(_told_of_output(error))

    def format_usage(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write_usage("hashiya", "[--annotator NAME] [--encoding NAME] [PATH]...")
        formatter.write_usage("hashiya", "show|export|import|validate|stats [OPTIONS] ...", prefix="       ")


class _ListsFormats(click.Command):
    """Lists the formats under its help, with their variants."""

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from annotations.formats import format_named, names, variants_of

        def told(name: str) -> tuple[str, str]:
            form = format_named(name)
            return name + (f" [{'|'.join(variants_of(form))}]" if variants_of(form) else ""), form.HELP

        _write_formats(formatter, names(), told)


class _ListsReaders(click.Command):
    """Lists the formats that can be read under its help."""

    def format_epilog(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from annotations.formats.reading import names, reader_named

        _write_formats(formatter, names(), lambda name: (name, reader_named(name).HELP))


def _write_formats(
    formatter: click.HelpFormatter, names: Sequence[str], told: Callable[[str], tuple[str, str]]
) -> None:
    """A line for each; what is wrong with the package of one is told in its place, and hides no other."""
    lines = []
    for name in names:
        try:
            lines.append(told(name))
        except HashiyaError as error:
            lines.append((printable(name), str(error)))
    with formatter.section("Formats"):
        formatter.write_dl(lines)


@click.group(cls=_Hashiya)
@click.version_option(__version__, prog_name="hashiya")
def main() -> None:
    """Read Arabic articles and mark in them actors and events.

    PATH is an article (a text file) or a folder of them; without one it is ./articles. Annotations are kept in JSON
    lines beside each article. Articles are in UTF-8, UTF-16, Windows-1256 or ISO-8859-6, which is detected, and
    refused where it is not certain; --encoding says it.
    """


@main.command(_READ, hidden=True)
@_paths
@_annotator
@_encoding
def read(paths: tuple[Path, ...], annotator: str | None, encoding: str | None) -> None:
    """Open the articles in the terminal."""
    # All that is imported and built stays: looking through it for garbage is a tenth of the start.
    gc.disable()
    _read(paths or (Path("articles"),), annotator, encoding)


@main.command()
@click.argument("file", type=_PATH)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, with every cell.")
@click.option("--width", type=click.IntRange(min=1), help="Columns (the terminal's, at most 76, unless given).")
@click.option("--base", type=click.Choice(["auto", "rtl", "ltr"]), default="auto", help="Direction of paragraphs.")
@_annotator
@_encoding
def show(
    file: Path, *, as_json: bool, width: int | None, base: Base, annotator: str | None, encoding: str | None
) -> None:
    """Print an article as the program draws it, with its highlights; - reads standard input."""
    _show(file, as_json=as_json, width=width, base=base, annotator=annotator, encoding=encoding)


@main.command("export", cls=_ListsFormats)
@_some_paths
@_format
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it (else standard output).")
@_anyone
@_encoding
@click.option(
    "--edges",
    type=click.Choice(["expand", "strict", "split"]),
    default="expand",
    show_default=True,
    help="A span that begins or ends inside a token: widen it, leave it out, or cut the token.",
)
@click.option(
    "--gaps",
    type=click.Choice(["hull", "head", "drop"]),
    default="hull",
    show_default=True,
    help="A span in several parts: its whole extent, its longest part, or nothing.",
)
@click.option("--as", "variant", metavar="VARIANT", default="", help="One of the format's variants, in brackets below.")
@click.option(
    "--tokeniser",
    metavar="NAME",
    default="hashiya",
    show_default=True,
    help="hashiya, whitespace (for text that is tokenised already), or spacy.",
)
@click.option("--report", type=click.Path(path_type=Path), help="Name every loss in this file, as JSON lines.")
@click.option("--strict", "is_strict", is_flag=True, help="Write nothing where anything would be lost.")
@click.option("--split", metavar="80/10/10", help="Write a folder of train, dev and test: percents of the articles.")
@click.option(
    "--group",
    metavar="folder|PATTERN",
    help="What a split keeps together: the articles of a folder, or those in whose path the pattern finds the same.",
)
@click.option("--pseudonyms", is_flag=True, help="Call annotators annotator-1 and so on.")
def export_(
    paths: tuple[Path, ...], *, edges: Edges, gaps: Gaps, variant: str, encoding: str | None, **wanted: Any
) -> None:
    """Write annotated articles as training data, one record for each annotator of each article.

    What a format cannot hold as it was marked is counted at the end.

    With --split, an article's place is told by a hash of its path in the library, and stays the same when others come;
    manifest.json lists what is where, and README.md is the data set's card.
    """
    from annotations.exchange import export
    from annotations.exchange.exporting import Wanted
    from annotations.formats.tokenisers import tokeniser_named
    from annotations.formats.tokens import Policy
    from tui.progress import progress
    from tui.stopping import stoppable

    policy = Policy(edges, gaps, tokeniser_named(wanted["tokeniser"]), variant)
    whole = Wanted(**wanted, stream=sys.stdout.buffer, encoding=_forced(encoding), policy=policy)
    # A terminal that shows the records has no room for how far they are.
    is_shown = whole.output is None and sys.stdout.isatty()
    with stoppable():
        told = export(paths, whole, None if is_shown else lambda total: progress(total, "Exporting"))
    for sentence in (*told.warnings, *told.problems):
        _tell(sentence)
    click.echo(told.summary, err=True)
    if told.problems:
        sys.exit(1)


@main.command("import", cls=_ListsReaders)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=_PATH)
@_format
@click.option("--into", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to.")
@click.option("--annotator", metavar="NAME", help="Whose annotations they become (else whom the file names).")
@click.option("--text-field", metavar="KEY", default="text", show_default=True, help="The key, or column, of the text.")
@click.option("--id-field", metavar="KEY", help="The key, or column, of what the article is to be called.")
@click.option(
    "--make-schema", "makes_schema", is_flag=True, help="Write hashiya.toml of the labels and roles that are found."
)
@_encoding
def import_articles(files: tuple[Path, ...], *, encoding: str | None, **wanted: Any) -> None:
    """Take articles, and annotations of them, from other tools into a folder.

    Nothing that is there is changed. What cannot be taken is named, and the rest is imported; the status is 1 then.
    """
    from annotations.exchange.importing import Wanted, import_files
    from tui.config import annotator
    from tui.progress import progress
    from tui.stopping import stoppable

    whole = Wanted(**wanted, encoding=_forced(encoding), user=lambda: annotator(None, os.environ))
    with stoppable(), progress(None, "Importing") as step:

        def tell(sentence: str) -> None:
            step.hide()
            _tell(sentence)

        counts = import_files(files, whole, tell, step)
    click.echo(counts.summary, err=True)
    sys.exit(counts.problems > 0)


@main.command()
@_some_paths
@_anyone
@click.option("--fix", is_flag=True, help="Repair what can be repaired without loss, and keep the files as they were.")
def validate(paths: tuple[Path, ...], annotator: str | None, *, fix: bool) -> None:
    """Check annotations against their articles and the schema, a line for each finding.

    The status is 0 where nothing is an error, 1 where something is, 2 where a path is missing.
    """
    from tui.validating import validate_library

    _check_encoding(sys.stdout)
    sys.exit(validate_library(paths, annotator, fix=fix))


@main.command()
@_some_paths
@_anyone
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with everything that is counted.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with plots to this file, for any browser.")
@_encoding
def stats(
    paths: tuple[Path, ...], *, annotator: str | None, as_json: bool, html: Path | None, encoding: str | None
) -> None:
    """Count articles, spans and links, and the time that they took.

    The status is 1 where something could not be read; it is named, and the rest is counted.
    """
    from shutil import get_terminal_size

    from tui.stats import Reading, write_stats
    from tui.stopping import stoppable

    if not as_json and html is None:
        _check_encoding(sys.stdout)
    reading = Reading(paths, annotator, _forced(encoding))
    with stoppable():
        is_whole = write_stats(reading, min(_WIDEST, get_terminal_size().columns), as_json=as_json, html=html)
    sys.exit(not is_whole)


def _read(paths: Sequence[Path], flag: str | None, encoding: str | None) -> None:
    library, article = _library(paths, flag, encoding)
    if not all(map(os.isatty, (0, 1, 2))):
        raise HashiyaError("hashiya needs a terminal to open articles in; hashiya show FILE prints one anywhere.")
    _check_encoding(sys.stderr)
    from tui.app import HashiyaApp

    app = HashiyaApp(library, library.open(article) if article else None)
    app.call_later(_collect_from_now_on)
    try:
        app.run()
    finally:
        kept = app.keep()
    if app.crash_report:
        raise HashiyaError(_told_of_crash(app.crash_report, kept=kept))
    if app.unsaved is not None:
        with suppress(OSError):  # a terminal that is gone
            click.echo(f"hashiya: {app.unsaved}", err=True)
    sys.exit(app.exit_status or int(app.unsaved is not None))


def _collect_from_now_on() -> None:
    gc.freeze()
    gc.enable()


def _library(paths: Sequence[Path], flag: str | None, encoding: str | None) -> tuple[Library, Path | None]:
    """What the paths hold, and the article to open at once where they name one alone."""
    from annotations.library import find_articles, library_root
    from annotations.schema import load_schema
    from tui.app import Library
    from tui.config import annotator, fit_keys, load_settings

    name = annotator(flag, os.environ)
    forced = _forced(encoding)
    articles = find_articles(paths)
    root = library_root(paths)
    loaded = load_schema(root)
    fitted = fit_keys(loaded.schema, root)
    settings = load_settings(os.environ, root)
    problems = (*loaded.problems, *fitted.problems, *settings.problems)
    alone = paths[0] if len(paths) == 1 and paths[0].is_file() else None
    if not articles:
        raise HashiyaError(f"{displayed(paths[0])}: holds no articles; put text files (*.txt) in it.")
    folder = root.resolve().name or str(root)
    return Library(articles, folder, name, fitted.schema, settings.settings, problems, forced, root), alone


def _forced(encoding: str | None) -> str | None:
    """The encoding that is asked for, as a sidecar states it."""
    from annotations.encoding import encoding_named

    return None if encoding is None else encoding_named(encoding)


def _show(
    file: Path, *, as_json: bool, width: int | None, base: Base, annotator: str | None, encoding: str | None
) -> None:
    from shutil import get_terminal_size

    from annotations.article import LARGEST, decode_article, read_article
    from annotations.schema import BUILT_IN
    from annotations.store.files import sidecar_path
    from tui.config import annotator as chosen
    from tui.show import write_annotated, write_json, write_text

    is_input = str(file) == "-"
    forced = _forced(encoding)
    if is_input:
        article = decode_article(sys.stdin.buffer.read(LARGEST + 1), Path("standard input"), forced)
    else:
        name = chosen(annotator, os.environ)
        article = read_article(file, forced, sidecar_path(file, name))
    if not as_json:
        _check_encoding(sys.stdout)
    columns = width or min(_WIDEST, get_terminal_size().columns)
    if as_json:
        write_json(article.text, columns, base, sys.stdout.buffer)
    elif is_input:
        write_text(article.text, None, BUILT_IN, columns, base)
    else:
        write_annotated(article, name, columns, base, _tell)


def _tell(sentence: str) -> None:
    click.echo(f"hashiya: {sentence}", err=True)


def _told_of_crash(report: str, *, kept: bool) -> str:
    """Put the report where it can be sent from; what to tell the user."""
    from tempfile import NamedTemporaryFile

    with NamedTemporaryFile("w", prefix="hashiya-crash-", suffix=".txt", delete=False, encoding="utf-8") as file:
        file.write(report)
    state = "your annotations are saved" if kept else "the last change could not be saved"
    return f"hashiya stopped by a fault of its own; {state}; please report it with {file.name}."


def _check_streams() -> None:
    if sys.stdin is None or sys.stdout is None:
        raise HashiyaError("standard input or output is closed; send it to /dev/null to be rid of it.")


def _check_encoding(stream: TextIO) -> None:
    name = stream.encoding
    if codecs.lookup(name).name != "utf-8":
        raise HashiyaError(f"the locale's encoding, {name}, cannot write Arabic; choose one in UTF-8: LC_ALL=C.UTF-8.")


def _told_of_output(error: OSError) -> str:
    """What failed, which is standard output where the error names no file; nothing more is written to that."""
    if error.filename is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    name = "standard output" if error.filename is None else displayed(error.filename)
    return f"{name}: cannot be written ({os_reason(error)}); free some space, or write to another place."


def _fail(sentence: str) -> NoReturn:
    click.echo(f"hashiya: {sentence}", err=True)
    sys.exit(1)
