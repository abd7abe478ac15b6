"""Looking into the texts of a library's articles, one by one: search, and the part of a filter that needs them.

Both are generators that read as they are asked, so that a screen can show what is there already, tell how far they are
and stop them between two articles. They keep nothing and touch nothing shared: run them in any thread.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from annotations.article import Article, read_article
from annotations.errors import ArticleError, displayed
from annotations.library_query import Query
from annotations.matching import Shadow, find
from annotations.normalise import Range, normalise
from annotations.pattern import PatternError, hits
from annotations.store.files import sidecar_path

CONTEXT_BEFORE = 40
"""Code points before the first hit, at most."""

CONTEXT = 160
"""Code points in all, at most."""

# Seconds; a screen shows ten of them a second without falling behind.
_BETWEEN_PROGRESS = 0.1
# Seconds for a pattern in one article: a pattern that needs more there would take hours in a library.
_PATTERN_SECONDS = 2.0
_LINE_END = re.compile(r"[\n\r\u2028\u2029]")

_Search = Callable[[str], Sequence[Range]]
_Read = Callable[[Path], Article]
_Text = tuple[Path, str]


class Found(NamedTuple):
    """An article with hits: how many, and where the first is.

    `context` is `text[context_start : context_start + len(context)]`, untouched: the first hit within its line, from
    and up to a space where the line is longer than CONTEXT_BEFORE and CONTEXT allow. It never holds a line end, and so
    ends early where the hit goes over one.
    """

    path: Path
    hits: int
    first: Range
    context: str
    context_start: int


class Progress(NamedTuple):
    """How many of the articles are dealt with; `unreadable` of them could not be read. The last one is the end."""

    done: int
    total: int
    unreadable: int


def search_library(
    paths: Sequence[Path],
    query: str,
    *,
    regex: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    annotator: str | None = None,
    encoding: str | None = None,
) -> Iterator[Found | Progress]:
    """The articles with hits, in their order, and between them now and then, and always at the end, the progress.

    A query is found as `annotations.matching.find` finds it; one of nothing that can be found reads nothing. A `regex`
    is found as by `annotations.pattern.hits`. Its PatternError is raised at once for what does not compile, and from
    the iteration, with the article's path, for what takes too long in an article. Articles are read as the annotator's
    sidecars say, where there is an annotator, or in the encoding that is forced.
    """
    read = _reader(annotator, encoding)
    if regex:
        hits("", query)
        return _search(_texts(paths, read, cancelled), lambda text: hits(text, query, seconds=_PATTERN_SECONDS))
    wanted = normalise(query)
    return _search(_texts(paths if wanted else (), read, cancelled), lambda text: _find(text, wanted))


def filter_by_text(
    paths: Sequence[Path],
    query: Query,
    *,
    cancelled: Callable[[], bool] = lambda: False,
    annotator: str | None = None,
    encoding: str | None = None,
) -> Iterator[Path | Progress]:
    """The articles whose text the query matches, in their order, read and with progress as in `search_library`."""
    for read in _texts(paths, _reader(annotator, encoding), cancelled):
        if isinstance(read, Progress):
            yield read
        elif query.matches_text(read[1]):
            yield read[0]


def _reader(annotator: str | None, encoding: str | None) -> _Read:
    return lambda path: read_article(path, encoding, sidecar_path(path, annotator) if annotator else None)


def _search(texts: Iterator[_Text | Progress], search: _Search) -> Iterator[Found | Progress]:
    for read in texts:
        if isinstance(read, Progress):
            yield read
            continue
        path, text = read
        try:
            ranges = search(text)
        except PatternError as error:
            raise PatternError(f"{displayed(path)}: {error}") from error
        if ranges:
            start, end = _context(text, ranges[0])
            yield Found(path, len(ranges), ranges[0], text[start:end], start)


def _find(text: str, wanted: str) -> Sequence[Range]:
    # Most articles hold nothing, and knowing that takes a third of the time that a shadow takes.
    return find(Shadow.of(text), wanted) if wanted in normalise(text) else ()


def _texts(paths: Sequence[Path], read: _Read, cancelled: Callable[[], bool]) -> Iterator[_Text | Progress]:
    done = unreadable = 0
    told = monotonic()
    for path in paths:
        if cancelled():
            break
        try:
            text = read(path).text
        except ArticleError:
            unreadable += 1
        else:
            yield path, text
        done += 1
        if monotonic() - told >= _BETWEEN_PROGRESS:
            yield Progress(done, len(paths), unreadable)
            told = monotonic()
    yield Progress(done, len(paths), unreadable)


def _context(text: str, hit: Range) -> Range:
    """Where the context of a hit begins and ends."""
    start = max(0, hit[0] - CONTEXT_BEFORE)
    line_ends = [match.end() for match in _LINE_END.finditer(text, start, hit[0])]
    if line_ends:
        start = line_ends[-1]
    elif start and not text[start - 1].isspace():
        space = text.find(" ", start, hit[0])
        start = start if space < 0 else space + 1
    line_end = _LINE_END.search(text, hit[0], start + CONTEXT)
    if line_end:
        return start, line_end.start()
    end = min(len(text), start + CONTEXT)
    space = text.rfind(" ", hit[1], end) if end < len(text) else -1
    return start, end if space < 0 else space
