"""Tags in columns, a token a line, an empty line between sentences.

Read are both forms that our own export writes (`annotations.formats.conll`), files in the way of CoNLL-2003, and what
`annotations.formats.reading.layouts` knows besides; tags may be IOB1, IOB2, IOBES and their like
(`annotations.formats.reading.columns`). A file whose first lines have no tags is not read at all.

An article begins at a comment `# id = …`, which names it, at CoNLL-2012's `#begin document`, or at a token
`-DOCSTART-`; a file without any is one article, named as the file is. `# annotator = …` says whose the spans are. Any
other line that begins with `# ` is a comment if it has a key and ` = `, or no tag for its last column. Where columns
are token, start, end and tag, tokens stand at their offsets (code points) of the article.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from annotations.formats.conll import DOCUMENT
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.columns import Articles, Line, columns_of, lines
from annotations.formats.reading.layouts import BEGIN, COMMENT, NO_TAGS, Layout, Names, is_comment, sampled

HELP = "a token a line with its tag, in columns: CoNLL-2003 and its like, and what export writes"

_OFFSET = re.compile("[0-9]{1,10}")
_PLACED = 4


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The articles of the file; HashiyaError where an encoding is forced that columns are not read in."""
    layout, rest = sampled(lines(source, options))
    if layout is None:
        yield Imported(0, options.path.stem, problems=(NO_TAGS,))
        return
    reader = _Reader(options, layout)
    for line in rest:
        yield from reader.take(line)
    yield reader.articles.current.finish()


class _Reader:
    def __init__(self, options: Options, layout: Layout) -> None:
        self.articles = Articles(options)
        self._layout = layout
        self._told, self._names = layout.told, Names()
        # Whether tokens of the article have offsets: its first one says it, or a comment of our own export.
        self._is_placed: bool | None = None

    def take(self, line: Line) -> Iterator[Imported]:
        """Take a line, and yield the article that ends before it, if one does."""
        article = self.articles.current
        if line.fault:
            article.problem(line.number, line.fault)
        elif not line.text.strip():
            article.end_sentence()
            self._names.end_sentence()
        elif self._layout.kind == "conll-2012" and line.text.startswith("#"):
            yield from self._begin_part(line)
        elif comment := COMMENT.fullmatch(line.text):
            yield from self._comment(line.number, comment[1], comment[2])
        else:
            columns = columns_of(line.text)
            if columns[0] == DOCUMENT and _offsets(columns) is None:
                yield from self._begin(line.number)
            elif not is_comment(line.text):
                self._row(line.number, columns)

    def _begin_part(self, line: Line) -> Iterator[Imported]:
        """CoNLL-2012 has the parts of one document with its name; other lines with `#` are `#end document`."""
        if found := BEGIN.match(line.text):
            self._names.end_sentence()
            yield from self._begin(line.number, found[1] if int(found[2]) == 0 else f"{found[1]}-{int(found[2])}")

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
        token = self._layout.token_of(columns)
        if token is None:
            return
        if self._told:
            article.notice(number, self._told)
            self._told = ""
        offsets = _offsets(columns) if self._layout.kind == "plain" else None
        if self._is_placed is None:
            self._is_placed = offsets is not None and _fits(token, offsets)
        try:
            tags = article.tags(number, self._tag_columns(columns))
            article.add(token, tags, _start(token, offsets) if self._is_placed else None)
        except ValueError as error:
            article.problem(number, str(error))

    def _tag_columns(self, columns: list[str]) -> Sequence[str]:
        if self._layout.kind != "conll-2012":
            return self._layout.tag_columns(columns)
        return self._names.tags(columns) or ["O"]


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
