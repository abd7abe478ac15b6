"""The `hashiya` command. What a command needs is imported when it runs, so that `--help` answers at once."""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from annotations import __version__
from annotations.errors import HashiyaError, displayed, os_reason, printable
from tui.cli_library import COMMANDS
from tui.cli_options import (
    PATH,
    WIDEST,
    annotator_option,
    check_encoding,
    encoding_option,
    forced_encoding,
    paths_argument,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tui.app import Library
    from tui.text.document import Base

_READ = "read"


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


@click.group(cls=_Hashiya)
@click.version_option(__version__, prog_name="hashiya")
def main() -> None:
    """Read Arabic articles and mark in them actors and events.

    PATH is an article (a text file) or a folder of them; without one it is ./articles. Annotations are kept in JSON
    lines beside each article. Articles are in UTF-8, UTF-16, Windows-1256 or ISO-8859-6, which is detected, and
    refused where it is not certain; --encoding says it.
    """


@main.command(_READ, hidden=True)
@paths_argument
@annotator_option
@encoding_option
def read(paths: tuple[Path, ...], annotator: str | None, encoding: str | None) -> None:
    """Open the articles in the terminal."""
    # All that is imported and built stays: looking through it for garbage is a tenth of the start.
    gc.disable()
    _read(paths or (Path("articles"),), annotator, encoding)


for command in COMMANDS:
    main.add_command(command)


@main.command()
@click.argument("file", type=PATH)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a row, with every cell.")
@click.option("--width", type=click.IntRange(min=1), help="Columns (the terminal's, at most 76, unless given).")
@click.option("--base", type=click.Choice(["auto", "rtl", "ltr"]), default="auto", help="Direction of paragraphs.")
@annotator_option
@encoding_option
def show(
    file: Path, *, as_json: bool, width: int | None, base: Base, annotator: str | None, encoding: str | None
) -> None:
    """Print an article as the program draws it, with its highlights; - reads standard input."""
    _show(file, as_json=as_json, width=width, base=base, annotator=annotator, encoding=encoding)


def _read(paths: Sequence[Path], flag: str | None, encoding: str | None) -> None:
    library, article = _library(paths, flag, encoding)
    if not all(map(os.isatty, (0, 1, 2))):
        raise HashiyaError("hashiya needs a terminal to open articles in; hashiya show FILE prints one anywhere.")
    check_encoding(sys.stderr)
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
    from annotations.finding import find_articles, library_root
    from annotations.schema import load_schema
    from tui.app import Library
    from tui.config import annotator, fit_keys, load_settings

    name = annotator(flag, os.environ)
    forced = forced_encoding(encoding)
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
    forced = forced_encoding(encoding)
    if is_input:
        article = decode_article(sys.stdin.buffer.read(LARGEST + 1), Path("standard input"), forced)
    else:
        name = chosen(annotator, os.environ)
        article = read_article(file, forced, sidecar_path(file, name))
    if not as_json:
        check_encoding(sys.stdout)
    columns = width or min(WIDEST, get_terminal_size().columns)
    if as_json:
        write_json(article.text, columns, base, sys.stdout.buffer)
    elif is_input:
        write_text(article.text, None, BUILT_IN, columns, base)
    else:
        write_annotated(article, name, columns, base, tell)


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


def _told_of_output(error: OSError) -> str:
    """What failed, which is standard output where the error names no file; nothing more is written to that."""
    if error.filename is None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    name = "standard output" if error.filename is None else displayed(error.filename)
    return f"{name}: cannot be written ({os_reason(error)}); free some space, or write to another place."


def _fail(sentence: str) -> NoReturn:
    click.echo(f"hashiya: {sentence}", err=True)
    sys.exit(1)
