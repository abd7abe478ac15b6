"""Nested named entities as in Wojood, a token and its tags a line; `annotations.formats.wojood` says what means what.

A file is one article, named as the file is; a sentence `-DOCSTART- O`, which our own export writes, begins another.
Wojood has tokens alone: one space stands between them, and a line break between sentences. A span that begins with I-
is one nonetheless, with a note that tells it, and a notice. Tokens may be numbered, as in GermEval 2014
(`annotations.formats.reading.layouts`), whose two tags are those of nested names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats.conll import DOCUMENT
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.columns import Article, Articles, columns_of, lines
from annotations.formats.reading.layouts import NO_TAGS, sampled
from annotations.formats.wojood import LOOSE

HELP = "nested named entities as in Wojood: a token a line with all its tags"

_BOUNDARY = [DOCUMENT, "O"]
_OF_CONLL = "its tags are not Wojood's; import it as conll"


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The articles of the file; HashiyaError where an encoding is forced that columns are not read in."""
    layout, rest = sampled(lines(source, options))
    if layout is None or layout.kind == "conll-2012" or layout.is_bare or layout.is_ours:
        yield Imported(0, options.path.stem, problems=(_OF_CONLL if layout else NO_TAGS,))
        return
    articles = Articles(options)
    for number, text, fault in rest:
        if fault:
            articles.current.problem(number, fault)
        elif not text.strip():
            articles.current.end_sentence()
        elif (columns := columns_of(text)) == _BOUNDARY:
            yield from articles.begin(number)
        elif (token := layout.token_of(columns)) is not None:
            _take(articles.current, number, token, columns[layout.token + 1 :])
    yield articles.current.finish()


def _take(article: Article, number: int, token: str, columns: list[str]) -> None:
    tags = article.tags(number, columns)
    try:
        loose = article.add(token, tags)
    except ValueError as error:
        article.problem(number, str(error))
        return
    for run in loose:
        run.note = LOOSE
        article.notice(number, f"what follows nothing of its label is taken to begin a span: I-{run.label}")
