"""The commands for whole libraries: `export`, `import`, `validate` and `stats`.

What a command needs is imported when it runs.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from annotations.errors import HashiyaError, printable
from tui.cli_options import (
    PATH,
    WIDEST,
    anyone,
    check_encoding,
    encoding_option,
    forced_encoding,
    format_option,
    some_paths,
    tell,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from annotations.formats.tokens import Edges, Gaps


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


@click.command("export", cls=_ListsFormats)
@some_paths
@format_option
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write it (else standard output).")
@anyone
@encoding_option
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
    whole = Wanted(**wanted, stream=sys.stdout.buffer, encoding=forced_encoding(encoding), policy=policy)
    # A terminal that shows the records has no room for how far they are.
    is_shown = whole.output is None and sys.stdout.isatty()
    with stoppable():
        told = export(paths, whole, None if is_shown else lambda total: progress(total, "Exporting"))
    for sentence in (*told.warnings, *told.problems):
        tell(sentence)
    click.echo(told.summary, err=True)
    if told.problems:
        sys.exit(1)


@click.command("import", cls=_ListsReaders)
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=PATH)
@format_option
@click.option("--into", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to.")
@click.option("--annotator", metavar="NAME", help="Whose annotations they become (else whom the file names).")
@click.option("--text-field", metavar="KEY", default="text", show_default=True, help="The key, or column, of the text.")
@click.option("--id-field", metavar="KEY", help="The key, or column, of what the article is to be called.")
@click.option(
    "--make-schema", "makes_schema", is_flag=True, help="Write hashiya.toml of the labels and roles that are found."
)
@encoding_option
def import_articles(files: tuple[Path, ...], *, encoding: str | None, **wanted: Any) -> None:
    """Take articles, and annotations of them, from other tools into a folder.

    Nothing that is there is changed. What cannot be taken is named, and the rest is imported; the status is 1 then.
    """
    from annotations.exchange.importing import Wanted, import_files
    from tui.config import annotator
    from tui.progress import progress
    from tui.stopping import stoppable

    whole = Wanted(**wanted, encoding=forced_encoding(encoding), user=lambda: annotator(None, os.environ))
    with stoppable(), progress(None, "Importing") as step:

        def tell_alone(sentence: str) -> None:
            step.hide()
            tell(sentence)

        counts = import_files(files, whole, tell_alone, step)
    click.echo(counts.summary, err=True)
    sys.exit(counts.problems > 0)


@click.command()
@some_paths
@anyone
@click.option("--fix", is_flag=True, help="Repair what can be repaired without loss, and keep the files as they were.")
def validate(paths: tuple[Path, ...], annotator: str | None, *, fix: bool) -> None:
    """Check annotations against their articles and the schema, a line for each finding.

    The status is 0 where nothing is an error, 1 where something is, 2 where a path is missing.
    """
    from tui.validating import validate_library

    check_encoding(sys.stdout)
    sys.exit(validate_library(paths, annotator, fix=fix))


@click.command()
@some_paths
@anyone
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with everything that is counted.")
@click.option("--html", type=click.Path(path_type=Path), help="Write a page with plots to this file, for any browser.")
@encoding_option
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
        check_encoding(sys.stdout)
    reading = Reading(paths, annotator, forced_encoding(encoding))
    with stoppable():
        is_whole = write_stats(reading, min(WIDEST, get_terminal_size().columns), as_json=as_json, html=html)
    sys.exit(not is_whole)


COMMANDS = (export_, import_articles, validate, stats)
