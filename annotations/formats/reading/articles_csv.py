"""Articles alone, a row of a table each: the text in one column, the id in another, both to be chosen.

The first line names the columns. Values are parted by commas, semicolons or tabs, whichever make the text's column one
of that line's; quotes are those of Python's `csv` and RFC 4180, "Common Format and MIME Type for CSV Files". The
encoding is that of a byte order mark, or else UTF-8, unless another is forced; line breaks in a text stay as they are.

Other columns are left out, each told of once. Where no column is chosen for the id, it is `id`, or, without that or
where it is empty, the file's name with the number of the row's first line.
"""

from __future__ import annotations

import csv
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import TextIOWrapper
from typing import BinaryIO

from annotations.article import LARGEST
from annotations.errors import printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.records import article_name
from annotations.limits import size
from annotations.reading import shortened

HELP = "articles without annotations, a row of a table each (.csv, .tsv)"

_DELIMITERS = ",;\t"
# A line of nothing but commas would be as many values.
_COLUMNS = 1000
_TOLD = 100


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One article a row. What follows one that cannot be parsed is not read: where the next begins is not known."""
    text = TextIOWrapper(source, encoding=options.encoding or _encoding(source), newline="")
    lines = _Lines(text)
    try:
        yield from _articles(lines, options)
    except UnicodeDecodeError as error:
        clause = (
            f"is not {error.encoding} ({error.reason}), and the rest is left out; name its encoding with --encoding"
        )
        yield Imported(lines.number + 1, problems=(clause,))
    except csv.Error as error:
        clause = f"the row that ends here cannot be parsed ({printable(str(error))}), and the rest is left out"
        yield Imported(lines.number, problems=(clause,))
    except ValueError as error:
        yield Imported(lines.number, problems=(shortened(printable(str(error))),))
    finally:
        text.detach()


def _encoding(source: BinaryIO) -> str:
    """UTF-16 where a file begins with its mark, as the "Unicode text" of spreadsheets does; else UTF-8."""
    if not source.seekable():
        return "utf-8"
    begin = source.tell()
    mark = source.read(2)
    source.seek(begin)
    return "utf-16" if mark in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8"


def _articles(lines: _Lines, options: Options) -> Iterator[Imported]:
    header = lines.readline().removeprefix("\ufeff")
    delimiter, columns = _columns(header, options)
    told = tuple(_others(columns, options))
    # Strict: otherwise quotes inside of a text are lost, or all that follows one that is never closed is one text.
    rows = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = lines.begin_row()
        with _unlimited_fields():
            row = next(rows, None)
        if row is None:
            return
        if row:
            yield _imported(first, dict(zip(columns, row, strict=False)), len(row) - len(columns), options, told)
            told = ()


class _Lines:
    """The lines, counted, each with its end; ValueError once those of one row are longer than an article."""

    def __init__(self, source: TextIOWrapper) -> None:
        self._source = source
        self._left = LARGEST
        self.number = 0

    def begin_row(self) -> int:
        """Begin to count a row; the number of its first line."""
        self._left = LARGEST
        return self.number + 1

    def readline(self) -> str:
        line = self._source.readline(self._left + 1)
        self._left -= len(line)
        self.number += 1
        if self._left < 0:
            raise ValueError(f"the row is longer than {size(LARGEST)}, and the rest is left out")
        return line

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.readline()
        if not line:
            raise StopIteration
        return line


@contextmanager
def _unlimited_fields() -> Iterator[None]:
    """Let values be as long as an article while a row is read: the limit is the process's, not ours."""
    before = csv.field_size_limit(LARGEST)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _columns(header: str, options: Options) -> tuple[str, Sequence[str]]:
    """What parts the values, and the columns' names; ValueError where the text's or the id's column is missing."""
    with _unlimited_fields():
        found = {delimiter: next(csv.reader([header], delimiter=delimiter), []) for delimiter in _DELIMITERS}
    parted = {delimiter: [name.strip() for name in names] for delimiter, names in found.items()}
    wanted = [options.text_field, *([options.id_field] if options.id_field else [])]
    for delimiter, names in parted.items():
        if all(name in names for name in wanted):
            if len(names) > _COLUMNS:
                raise ValueError(f"there are more than {_COLUMNS:,} columns")
            return delimiter, names
    most = max(parted.values(), key=len)
    missing = next((name for name in wanted if name not in most), options.text_field)
    option = "--text-field" if missing == options.text_field else "--id-field"
    columns = ", ".join(name for name in most[:_TOLD] if name)
    raise ValueError(f"the column {missing} is missing; name it with {option} (there are: {columns})")


def _others(columns: Sequence[str], options: Options) -> Iterator[str]:
    used = (options.text_field, options.id_field or "id")
    for name in [column for column in columns if column not in used][:_TOLD]:
        yield shortened(printable(f"the column {name or 'without a name'} is left out, here and below"))


def _imported(line: int, values: dict[str, str], more: int, options: Options, told: tuple[str, ...]) -> Imported:
    # A text with its delimiter in it and no quotes around it would be cut.
    if more > 0:
        problem = "there are more values than columns; put quotes around values that hold what parts them"
        return Imported(line, problems=(problem,), notices=told)
    id_field = options.id_field or "id"
    if options.text_field not in values or (options.id_field and id_field not in values):
        return Imported(line, problems=("there are fewer values than columns",), notices=told)
    named = values.get(id_field) or None
    text = values[options.text_field]
    return Imported(line, article_name(options.path.stem, line, (named,)), text, notices=told)
