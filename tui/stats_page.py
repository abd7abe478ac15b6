"""`hashiya stats --html`: what is in a library's annotations, as one HTML page with plots and the figures beside them.

The page stands alone: it has no script and fetches nothing, and forbids the browser both. The same figures, read at the
same time, make the same bytes. Whatever comes from a file is text, in its own direction (`bdi`, `dir="auto"`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import BinaryIO
from unicodedata import bidirectional

from annotations.schema import Schema
from annotations.stats import Annotator, Count, Stats
from tui.stats_plots import bars, columns, shown
from tui.stats_style import STYLE

MOST_BARS = 20
"""Bars of a plot; the table beside it has the rest."""

MOST_ROWS = 200
"""Rows of a table: more are counted under it."""

MOST_SENTENCES = 20
"""Of what could not be read."""

LONGEST_COLUMN = 15
"""Words from which on spans are counted together."""

_LONGEST_NAME = 200
_NONE = "\u2013"
_MEANINGS = (
    ("New", "An article that nobody has begun to annotate, or whose annotator has marked nothing in it."),
    ("Word", "Letters or digits between spaces or punctuation, with the clitics written to them."),
    ("Span", "A stretch of text that was marked, in one part or several."),
    ("Inside words", "Spans that begin or end within a word."),
    ("Overlapping", "Spans that share a character with another of the same annotator, as nested ones do."),
    ("Length", "What is marked, without the gaps between parts."),
    ("Active hours", "The time in which annotators worked on an article, without their pauses."),
    ("Words and spans an hour", "Of the articles for which time is known: all their words, and the spans marked."),
)


@dataclass(frozen=True, slots=True)
class About:
    """What was counted: the folder's name, the paths as they were given, whose annotations (None for everyone's), under
    which schema, when; and a sentence for each thing that could not be read, or is wrong with the schema."""

    folder: str
    paths: Sequence[str]
    annotator: str | None
    schema: Schema
    made: datetime
    tool: str
    problems: Sequence[str] = ()
    warnings: Sequence[str] = ()


def write_page(stats: Stats, about: About, out: BinaryIO) -> None:
    """The page in UTF-8. It needs the library that `stats_plots.check_plots` asks for."""
    for part in _page(stats, about):
        out.write(part.encode() + b"\n")


def _page(stats: Stats, about: About) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield '<html lang="en" dir="ltr">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield f"<title>Annotations in {escape(_short(about.folder))}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield from _head(stats, about)
    yield "<main>"
    yield from _sections(stats)
    yield "</main>"
    yield f"<footer>{_section('What the figures mean', _facts(_MEANINGS))}</footer>"
    yield "</body>"
    yield "</html>"


def _head(stats: Stats, about: About) -> Iterator[str]:
    made = f'<time datetime="{about.made:%Y-%m-%dT%H:%MZ}">{about.made:%Y-%m-%d %H:%M} UTC</time>'
    yield f"<header><h1>Annotations in {_name(about.folder)}</h1>"
    yield f"<p>Counted on {made} by {escape(about.tool)}.</p>"
    yield from _notice("Not counted, as it could not be read:", about.problems)
    yield from _notice("Wrong with the schema:", about.warnings)
    yield _key_figures(stats)
    yield _facts(_about(stats, about))
    yield "</header>"


def _about(stats: Stats, about: About) -> Iterator[tuple[str, str]]:
    """Names and values, which are HTML."""
    yield "Paths", _list(map(_name, about.paths), 10)
    yield "Annotators", "everyone" if about.annotator is None else f"{_name(about.annotator)} alone"
    yield "Schema", _name(f"{about.schema.name}, version {about.schema.version}")
    begun = [(one.name, one.version, one.count) for one in stats.schemas]
    if any((name, version) != (about.schema.name, about.schema.version) for name, version, _ in begun):
        names = (f"{_name(f'{name}, version {version}')} ({number:,})" for name, version, number in begun)
        yield "Annotated under", _list(names, 10)
    yield "Labels", _list((_titled(one.name, one.title_ar) for one in about.schema.labels), 40)
    if about.schema.roles:
        yield "Roles", _list((_titled(one.name, one.title_ar) for one in about.schema.roles), 40)


def _key_figures(stats: Stats) -> str:
    hours = stats.work.seconds_active / 3600
    done = sum(one.count for one in stats.statuses if one.name == "done")
    figures = (
        (_noun("article", stats.articles), f"{stats.articles:,}"),
        ("annotated", f"{stats.annotated:,}"),
        ("times marked done" if _status_count(stats) > stats.articles else "marked done", f"{done:,}"),
        ("words in annotated articles", f"{stats.words:,}"),
        (_noun("span", stats.spans), f"{stats.spans:,}"),
        (_noun("link", stats.links), f"{stats.links:,}"),
        (_noun("annotator", len(stats.annotators)), f"{len(stats.annotators):,}"),
        ("active hours", f"{hours:,.1f}" if hours else _NONE),
    )
    tiles = (f"<li><b>{figure}</b> {name}</li>" for name, figure in figures)
    return f'<ul class="figures">{"".join(tiles)}</ul>'


def _sections(stats: Stats) -> Iterator[str]:
    subtypes = [
        Count(f"{one.label}, no subtype" if one.subtype is None else f"{one.label} / {one.subtype}", one.count)
        for one in stats.subtypes
    ]
    shapes = [
        Count("in several parts", stats.discontinuous),
        Count("overlapping", stats.overlapping),
        Count("inside words", stats.inside_words),
    ]
    every = _status_count(stats)
    note = f"An article counts once for each of its annotators: {every:,} times in all."
    yield from _counted("Status", "articles", every, stats.statuses, note if every > stats.articles else "")
    if not stats.annotated:
        yield _section("Annotations", "<p>There are none yet.</p>")
    yield from _counted("Spans by label", "spans", stats.spans, stats.labels)
    yield from _counted("Spans by subtype", "spans", stats.spans, subtypes)
    yield from _lengths(stats)
    yield from _counted("Shapes of spans", "spans", stats.spans, shapes if stats.spans else ())
    yield from _counted("Links by role", "links", stats.links, stats.roles)
    yield from _counted("Most frequent actors", "spans", None, stats.actors)
    yield from _annotators(stats)


def _counted(title: str, what: str, total: int | None, counts: Sequence[Count], note: str = "") -> Iterator[str]:
    """A section on what can be counted: a bar each, and a table with each one's share of the total."""
    if not counts:
        return
    width = 2 if total is None else 3
    rows = [(_name(one.name), f"{one.count:,}", _share(one.count, total or 0))[:width] for one in counts]
    table = _table(("", what, "share")[:width], rows)
    told = f"<p>{note}</p>" if note else ""
    yield _section(title, told, _plotted(bars(counts[:MOST_BARS], title), len(counts)), table)


def _lengths(stats: Stats) -> Iterator[str]:
    if not stats.spans:
        return
    title = "Lengths of spans"
    counts = length_columns(stats)
    rows = [(one.name, f"{one.count:,}", _share(one.count, stats.spans)) for one in counts]
    middle = [
        (unit, *(f"{number or 0:,}" for number in (one.median, one.p90, one.longest)))
        for unit, one in (("words", stats.length_in_words), ("characters", stats.length_in_code_points))
    ]
    plot = _plotted(columns(counts, f"{title} in words", "words that a span touches", "spans"), len(counts))
    overview = _table(("", "half of them at most", "nine in ten at most", "longest"), middle)
    yield _section(title, f"<div>{plot}{overview}</div>", _table(("words", "spans", "share"), rows))


def length_columns(stats: Stats) -> list[Count]:
    """Spans by length in words, also where there are none of a length; those of LONGEST_COLUMN and more together."""
    numbers = {one.length: one.count for one in stats.word_lengths}
    longest = max(numbers)
    counts = [Count(str(length), numbers.get(length, 0)) for length in range(min(1, *numbers), LONGEST_COLUMN)]
    if longest < LONGEST_COLUMN:
        return [one for one in counts if int(one.name) <= longest]
    rest = sum(number for length, number in numbers.items() if length >= LONGEST_COLUMN)
    return [*counts, Count(f"{LONGEST_COLUMN}+", rest)]


def _annotators(stats: Stats) -> Iterator[str]:
    if not stats.annotators:
        return
    heads = ("", "articles", "done", "spans", "links", "active hours", "words an hour", "spans an hour")
    rows = [_annotator_row(one) for one in stats.annotators]
    articles = sum(one.articles for one in stats.annotators)
    everyone = _annotator_row(Annotator("all", articles, stats.statuses, stats.spans, stats.links, stats.work))
    table = _table(heads, rows, [everyone] * (len(rows) > 1))
    yield _section("Annotators", *_rates(stats.annotators), f'<div class="wide">{table}</div>')


def _rates(annotators: Sequence[Annotator]) -> Iterator[str]:
    """A plot for each rate, of those whose time is known."""
    words = [(one.name, one.work.words_per_hour) for one in annotators]
    spans = [(one.name, one.work.spans_per_hour) for one in annotators]
    for title, rates in (("Words an active hour", words), ("Spans an active hour", spans)):
        counts = [Count(name, round(rate)) for name, rate in rates if rate is not None]
        if counts:
            yield _plotted(bars(counts[:MOST_BARS], title), len(counts), title)


def _annotator_row(one: Annotator) -> Sequence[str]:
    work = one.work
    done = sum(status.count for status in one.statuses if status.name == "done")
    return (
        _name(one.name),
        *(f"{number:,}" for number in (one.articles, done, one.spans, one.links)),
        f"{work.seconds_active / 3600:,.1f}" if work.seconds_active else _NONE,
        *(_NONE if rate is None else f"{rate:,.0f}" for rate in (work.words_per_hour, work.spans_per_hour)),
    )


def _section(title: str, *parts: str) -> str:
    return f"<section><h2>{title}</h2>{''.join(parts)}</section>"


def _plotted(plot: str, number: int, title: str = "") -> str:
    """A plot, under which stands how many it leaves out."""
    head = f"<h3>{title}</h3>" if title else ""
    rest = f"<figcaption>The first {MOST_BARS} of {number:,}.</figcaption>" if number > MOST_BARS else ""
    return f"<figure>{head}{plot}{rest}</figure>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], last: Sequence[Sequence[str]] = ()) -> str:
    """Rows of HTML, their first cell a heading; those beyond MOST_ROWS are only counted, before the last ones."""
    titles = "".join(f'<th scope="col">{head}</th>' for head in heads)
    lines = "".join(
        f'<tr><th scope="row">{row[0]}</th>{"".join(f"<td>{cell}</td>" for cell in row[1:])}</tr>'
        for row in (*rows[:MOST_ROWS], *last)
    )
    rest = len(rows) - MOST_ROWS
    caption = f"<caption>{rest:,} more; hashiya stats --json has them all.</caption>" if rest > 0 else ""
    return f"<table>{caption}<thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table>"


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in facts)}</dl>"


def _notice(title: str, sentences: Sequence[str]) -> Iterator[str]:
    if sentences:
        rest = len(sentences) - MOST_SENTENCES
        lines = [escape(shown(one)) for one in sentences[:MOST_SENTENCES]] + [f"and {rest:,} more"] * (rest > 0)
        yield f'<div class="notice"><p>{title}</p><ul>{"".join(f"<li>{line}</li>" for line in lines)}</ul></div>'


def _list(values: Iterable[str], most: int) -> str:
    every = list(values)
    more = [f"{len(every) - most:,} more"] * (len(every) > most)
    return ", ".join([*every[:most], *more])


def _titled(name: str, title: str) -> str:
    return _name(name) if title in ("", name) else f"{_name(name)} ({_name(title)})"


def _name(name: str) -> str:
    """A name or a text as HTML, in its own direction and, where it is in Arabic letters, told to be Arabic."""
    language = ' lang="ar"' if any(bidirectional(c) == "AL" for c in name) else ""
    return f'<bdi dir="auto"{language}>{escape(_short(name))}</bdi>'


def _short(text: str) -> str:
    seen = shown(text[: _LONGEST_NAME + 1])
    return seen if len(text) <= _LONGEST_NAME else seen[:_LONGEST_NAME] + "\u2026"


def _status_count(stats: Stats) -> int:
    """Articles, each as often as it has annotators; more than there are articles where some have several."""
    return sum(one.count for one in stats.statuses)


def _noun(noun: str, number: int) -> str:
    return noun if number == 1 else f"{noun}s"


def _share(number: int, total: int) -> str:
    return f"{100 * number / total:.1f}%" if total else _NONE
