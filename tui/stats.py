"""`hashiya stats`: what is in a library's annotations, as a table for a terminal, one JSON object or an HTML page."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Self, TextIO

import msgspec
from rich.cells import cell_len

from annotations import __version__
from annotations.article import read_article
from annotations.errors import HashiyaError
from annotations.finding import find_articles, library_root
from annotations.schema import BUILT_IN, Schema, load_schema
from annotations.stats import Annotator, Count, Lengths, Record, Stats, count
from annotations.store.files import annotator_problem
from annotations.store.opening import read_layer
from annotations.store.sidecars import Sidecars
from tui.progress import progress
from tui.terminal import Switches, switches
from tui.text.line import set_line

NARROWEST = 24
"""Columns that a table takes at least."""

_WIDEST_NAME = 40
_WIDEST_BAR = 24
_NARROWEST_BAR = 4
_BAR = "\u2501"
_NONE = "\u2013"


@dataclass(slots=True)
class Reading:
    """Reads a library's annotations, or one annotator's, in the encoding that is forced or that each sidecar states.

    `find` fills in `articles`, `schema` and `warnings`, which are about the schema. `problems` are about what cannot be
    read and is left out; they are complete when the articles have been counted.
    """

    paths: Sequence[Path]
    annotator: str | None = None
    encoding: str | None = None
    articles: Sequence[Path] = ()
    schema: Schema = BUILT_IN
    warnings: Sequence[str] = ()
    problems: list[str] = field(default_factory=list)

    @property
    def root(self) -> Path:
        """The library's folder."""
        return library_root(self.paths)

    def find(self) -> Self:
        """Find what there is; HashiyaError for a path that is missing, or a name that cannot be an annotator's."""
        problem = None if self.annotator is None else annotator_problem(self.annotator)
        if problem is not None:
            raise HashiyaError(f"--annotator: {problem}")
        self.articles = find_articles(self.paths)
        self.schema, self.warnings = load_schema(self.root)
        return self

    def stats(self) -> Stats:
        """Count what was found, and tell on a terminal how far it is."""
        with progress(len(self.articles), "Reading") as step:
            return count(self._records(step), _actor_labels(self.schema))

    def _records(self, step: Callable[[], object]) -> Iterator[Record]:
        sidecars = Sidecars()
        for path in self.articles:
            before = len(self.problems)
            try:
                records = [
                    self._read(path, name, sidecar)
                    for name, sidecar in sidecars.of(path)
                    if self.annotator in (None, name)
                ]
                found = [record for record in records if record is not None]
                yield from found
                if not found and len(self.problems) == before:
                    yield read_article(path, self.encoding), None
            except HashiyaError as error:
                self.problems.append(str(error))
            step()

    def _read(self, path: Path, name: str, sidecar: Path) -> Record | None:
        """An annotator's record, if there is any; another's can be read though this one cannot."""
        try:
            return read_layer(path, name, sidecar, self.schema, self.encoding)
        except HashiyaError as error:
            # An article that cannot be read is named once, whoever annotated it.
            if str(error) not in self.problems[-1:]:
                self.problems.append(str(error))
            return None


def _actor_labels(schema: Schema) -> frozenset[str]:
    """The labels at the actors' end of links."""
    return frozenset(label for role in schema.roles for label in role.actor_labels) or frozenset({"actor"})


def write_json(stats: Stats, out: BinaryIO) -> None:
    """One JSON object, whose keys are the same for every library."""
    out.write(msgspec.json.encode(stats) + b"\n")


def write_table(stats: Stats, width: int, out: TextIO) -> None:
    """The table in at most `width` columns, of which it takes NARROWEST at least; names in visual order."""
    told = switches(os.environ) if out.isatty() else Switches("", "")
    out.write(told.start)
    try:
        out.write("\n".join(lines_of(stats, max(NARROWEST, width))).lstrip("\n") + "\n")
    finally:
        out.write(told.stop)


def lines_of(stats: Stats, width: int) -> Iterator[str]:
    """The table's lines, each of at most `width` cells."""
    subtypes = [Count(f"{one.label} / {one.subtype or _NONE}", one.count) for one in stats.subtypes]
    shapes = [
        Count("discontinuous", stats.discontinuous),
        Count("overlapping", stats.overlapping),
        Count("inside words", stats.inside_words),
    ]
    yield from _chart("Articles", stats.articles, [Count("annotated", stats.annotated)], width)
    yield from _chart("Status", sum(one.count for one in stats.statuses), stats.statuses, width)
    yield from _chart("Spans", stats.spans, stats.labels, width)
    yield from _chart("Subtypes", stats.spans, subtypes, width)
    yield from _chart("Shapes of spans", stats.spans, shapes, width)
    yield from _chart("Links", stats.links, stats.roles, width)
    yield from _chart("Most frequent actors", None, stats.actors, width)
    yield from _grid("Lengths of spans", ("", "median", "90%", "longest"), _length_rows(stats), width)
    yield from _grid("Annotators", _Figures._fields, list(_annotator_rows(stats)), width)
    yield ""
    yield set_line(f"{stats.words:,} words in annotated articles", width, cell_len, "ltr").glyphs


def _chart(title: str, total: int | None, counts: Sequence[Count], width: int) -> Iterator[str]:
    """A count a line, its share of the total, and a bar: the longest is the largest's, or all of the total."""
    if not counts:
        return
    yield from _heading(title if total is None else f"{title}: {total:,}", width)
    most = max(one.count for one in counts)
    digits = len(f"{most:,}")
    share_width = 0 if total is None else 6
    # Between the columns: two cells at the left, one before the count, two before the bar.
    room = width - 5 - digits - share_width
    names = min(_WIDEST_NAME, max(cell_len(one.name) for one in counts))
    bars = min(_WIDEST_BAR, room - names)
    if bars < _NARROWEST_BAR:
        names, bars = min(names, room + 2), 0
    for one in counts:
        share = "" if total is None else f"{_share(one.count, total):>{share_width}}"
        bar = _BAR * round(bars * one.count / (total or most or 1))
        yield f"  {_name(one.name, names)} {one.count:>{digits},}{share}  {bar}".rstrip()


class _Figures(NamedTuple):
    """A line on an annotator; the columns' names are the fields'."""

    name: str
    articles: str
    done: str
    spans: str
    links: str
    hours: str
    words_an_hour: str
    spans_an_hour: str


def _annotator_rows(stats: Stats) -> Iterator[_Figures]:
    for one in stats.annotators:
        yield _figures(one)
    if len(stats.annotators) > 1:
        articles = sum(one.articles for one in stats.annotators)
        yield _figures(Annotator("all", articles, stats.statuses, stats.spans, stats.links, stats.work))


def _figures(one: Annotator) -> _Figures:
    done = sum(status.count for status in one.statuses if status.name == "done")
    return _Figures(
        one.name,
        f"{one.articles:,}",
        f"{done:,}",
        f"{one.spans:,}",
        f"{one.links:,}",
        f"{one.work.seconds_active / 3600:,.1f}" if one.work.seconds_active else _NONE,
        _rate(one.work.words_per_hour),
        _rate(one.work.spans_per_hour),
    )


def _length_rows(stats: Stats) -> list[Sequence[str]]:
    if not stats.spans:
        return []
    return [_length_row("words", stats.length_in_words), _length_row("characters", stats.length_in_code_points)]


def _length_row(unit: str, lengths: Lengths) -> Sequence[str]:
    return (unit, *(f"{number or 0:,}" for number in (lengths.median, lengths.p90, lengths.longest)))


def _grid(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> Iterator[str]:
    """Rows under headings, figures flush right; columns that there is no room for are left out, the last ones first."""
    if not rows:
        return
    yield from _heading(title, width)
    titles = ["", *(head.replace("_an_hour", "/hour") for head in heads[1:])]
    widths = [max(map(cell_len, column)) for column in zip(titles, *rows, strict=True)]
    names = min(widths[0], _WIDEST_NAME, max(8, width // 3))
    taken, end = 0, 2 + names
    for column in widths[1:]:
        end += 2 + column
        taken += end <= width
    for row in (titles, *rows):
        cells = (f"  {cell:>{column}}" for cell, column in zip(row[1 : taken + 1], widths[1:], strict=False))
        yield f"  {_name(row[0], names)}{''.join(cells)}".rstrip()


def _heading(title: str, width: int) -> Iterator[str]:
    yield ""
    yield title[:width]


def _name(name: str, width: int) -> str:
    """A name in visual order, in exactly so many cells."""
    line = set_line(name, width, cell_len)
    return line.glyphs + " " * (width - line.width)


def _share(number: int, total: int) -> str:
    return f"{100 * number / total:.0f}%" if total else _NONE


def _rate(number: float | None) -> str:
    return _NONE if number is None else f"{number:,.0f}"


def write_stats(reading: Reading, width: int, *, as_json: bool, html: Path | None = None) -> bool:
    """Write what there is, to standard output or as a page, and what is wrong to standard error; whether all was read.

    With both, standard output has JSON. HashiyaError where the page cannot be made or written: nothing is, then.
    """
    reading.find()
    stats = reading.stats() if html is None else _write_html(reading, html)
    if as_json:
        write_json(stats, sys.stdout.buffer)
    elif html is None:
        write_table(stats, width, sys.stdout)
    sys.stdout.flush()
    for sentence in (*reading.warnings, *reading.problems):
        print(f"hashiya: {sentence}", file=sys.stderr)  # noqa: T201 - the command's output
    return not reading.problems


def _write_html(reading: Reading, output: Path) -> Stats:
    """Count and write the page, which takes its name when it is whole."""
    from annotations.exchange.exporting import open_output
    from tui.stats_page import About, write_page
    from tui.stats_plots import check_plots

    # Counting may take minutes: what is missing is told of before.
    check_plots()
    with open_output(output, reading.articles) as out:
        stats = reading.stats()
        root = reading.root
        about = About(
            folder=root.resolve().name or str(root),
            paths=list(map(str, reading.paths)),
            annotator=reading.annotator,
            schema=reading.schema,
            made=datetime.now(UTC),
            tool=f"hashiya {__version__}",
            problems=reading.problems,
            warnings=reading.warnings,
        )
        write_page(stats, about, out)
    return stats
