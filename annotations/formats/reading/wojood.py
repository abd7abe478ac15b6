"""Nested named entities as in Wojood, a token and its tags a line; `annotations.formats.wojood` says what means what.

A file is one article, named as the file is; a sentence `-DOCSTART- O`, which our own export writes, begins another.
Wojood has tokens alone: one space stands between them, and a line break between sentences. A span that begins with I-
is one nonetheless, with a note that tells it, and a notice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats.conll import DOCUMENT
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.columns import Article, Articles, columns_of, lines
from annotations.formats.wojood import LOOSE

HELP = "nested named entities as in Wojood: a token a line with all its tags"

_BOUNDARY = [DOCUMENT, "O"]


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The articles of the file; HashiyaError where an encoding is forced that columns are not read in."""
    articles = Articles(options)
    for number, text, fault in lines(source, options):
        if fault:
            articles.current.problem(number, fault)
        elif not text.strip():
            articles.current.end_sentence()
        elif (columns := columns_of(text)) == _BOUNDARY:
            yield from articles.begin(number)
        else:
            _take(articles.current, number, columns)
    yield articles.current.finish()


def _take(article: Article, number: int, columns: list[str]) -> None:
    token, *rest = columns
    tags = article.tags(number, rest)
    try:
        loose = article.add(token, tags)
    except ValueError as error:
        article.problem(number, str(error))
        return
    for run in loose:
        run.note = LOOSE
        article.notice(number, f"what follows nothing of its label is taken to begin a span: I-{run.label}")
