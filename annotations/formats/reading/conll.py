"""Tags in columns, a token a line, the token first and its tag last, an empty line between sentences.

Read are both forms that our own export writes (`annotations.formats.conll`), files in the way of CoNLL-2003, and any
others of two or more columns; tags may be IOB1, IOB2, IOBES and their like (`annotations.formats.reading.columns`).

An article begins at a comment `# id = …`, which names it, or at a token `-DOCSTART-`; a file without either is one
article, named as the file is. `# annotator = …` says whose the spans are. Any other line that begins with `# ` is a
comment if it has a key and ` = `, or no tag for its last column. Where the columns are token, start, end and tag,
tokens stand at their offsets (code points) of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats.conll import DOCUMENT
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.columns import Articles, Line, columns_of, lines, tag_of

HELP = "a token a line with its tag, in columns: CoNLL-2003 and its like, and what export writes"

_COMMENT = re.compile(r"# ([\w.:-]+) = (.*)")
_OFFSET = re.compile("[0-9]{1,10}")
_PLACED = 4


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The articles of the file; HashiyaError where an encoding is forced that columns are not read in."""
    reader = _Reader(options)
    for line in lines(source, options):
        yield from reader.take(line)
    yield reader.articles.current.finish()


class _Reader:
    def __init__(self, options: Options) -> None:
        self.articles = Articles(options)
        # Whether tokens of the article have offsets: its first one says it, or a comment of our own export.
        self._is_placed: bool | None = None

    def take(self, line: Line) -> Iterator[Imported]:
        """Take a line, and yield the article that ends before it, if one does."""
        article = self.articles.current
        if line.fault:
            article.problem(line.number, line.fault)
        elif not line.text.strip():
            article.end_sentence()
        elif comment := _COMMENT.fullmatch(line.text):
            yield from self._comment(line.number, comment[1], comment[2])
        else:
            columns = columns_of(line.text)
            if columns[0] == DOCUMENT and _offsets(columns) is None:
                yield from self._begin(line.number)
            elif not (line.text.startswith("# ") and not _is_tag(columns[-1])):
                self._row(line.number, columns)

    def _begin(self, number: int, name: str = "") -> Iterator[Imported]:
        yield from self.articles.begin(number, name)
        self._is_placed = None

    def _comment(self, number: int, key: str, value: str) -> Iterator[Imported]:
        if key == "id":
            yield from self._begin(number, value)
        elif key == "annotator":
            self.articles.current.annotator = value
            self._is_placed = True

    def _row(self, number: int, columns: list[str]) -> None:
        article = self.articles.current
        offsets = _offsets(columns)
        if self._is_placed is None:
            self._is_placed = offsets is not None and _fits(columns[0], offsets)
        tags = article.tags(number, columns[1:][-1:])
        try:
            article.add(columns[0], tags, _start(columns[0], offsets) if self._is_placed else None)
        except ValueError as error:
            article.problem(number, str(error))


def _is_tag(column: str) -> bool:
    try:
        tag_of(column)
    except ValueError:
        return False
    return True


def _offsets(columns: list[str]) -> tuple[int, int] | None:
    """Start and end, where the columns are token, start, end and tag."""
    if len(columns) == _PLACED and all(map(_OFFSET.fullmatch, columns[1:3])):
        return int(columns[1]), int(columns[2])
    return None


def _start(token: str, offsets: tuple[int, int] | None) -> int:
    """Where the token stands; ValueError where that is not told, or is told of another."""
    if offsets is None:
        raise ValueError("the columns are not token, start, end and tag")
    if not _fits(token, offsets):
        raise ValueError(f"the token has not the length of its offsets, {offsets[1] - offsets[0]:,}")
    return offsets[0]


def _fits(token: str, offsets: tuple[int, int]) -> bool:
    return offsets[1] - offsets[0] == len(token)
