"""Tokens and their tags in columns, a token a line: what the readers of such formats share.

*Columns* are parted by tabs where a line has any, else by spaces. A *tag* is `O`, or a letter and a label (`B-PERS`).
The letters are those of IOB1, IOB2, IOE1, IOE2, IOBES and BILOU together, as seqeval's documentation lists them
("Supported features"): with B a span begins, with I it goes on, with E or L it goes on and ends, with S or U it begins
and ends. What goes on where no span of its label is open begins one, which is how IOB1 and IOE1 have it: so nobody has
to know which of them a file is in. A *loose* span is one that begins so.

Of an article's text the tokens are known, and where tokens have no offsets one space stands between them and a line
break between sentences. Where they have, gaps are filled with spaces, or with line breaks between sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import BinaryIO, NamedTuple

from annotations.article import LARGEST
from annotations.code_page import CODE_PAGES
from annotations.errors import HashiyaError, displayed
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.problems import Problems, Repeated
from annotations.formats.reading.records import Records
from annotations.limits import SIDECAR_LINES, TEXT_LENGTH, size
from annotations.span import make_span

MOST_TAGS = 256
"""Tags that are read of one token."""

# Bytes of a line, and code points between two tokens: far above what texts have, and a few bytes make no large text.
_LONGEST = 2**20
_WIDEST = 2**16
_PIECE = 2**16
_BOM = b"\xef\xbb\xbf"

_TAG = re.compile(r"([BIESLU])-(.*)", re.DOTALL)
_SPACES = re.compile(" +")
_GOES_ON, _ENDS = frozenset("IEL"), frozenset("ELSU")


class Line(NamedTuple):
    """A line without its end, or what is wrong with it: a clause."""

    number: int
    text: str
    fault: str = ""


class Tag(NamedTuple):
    """Its letter and its label."""

    letter: str
    label: str


@dataclass(slots=True)
class Run:
    """A span that tags make, in code points of the article."""

    start: int
    end: int
    label: str
    note: str = ""


def lines(source: BinaryIO, options: Options) -> Iterator[Line]:
    """The lines, numbered from 1, in UTF-8 or the code page that is forced; HashiyaError for any other encoding."""
    codec = CODE_PAGES.get(options.encoding or "", "utf-8")
    if options.encoding not in (None, "utf-8", *CODE_PAGES):
        raise HashiyaError(
            f"{displayed(options.path)}: columns are not read in {options.encoding}; convert the file to UTF-8."
        )
    number = 0
    while line := source.readline(_LONGEST + 1):
        number += 1
        rest = line
        while len(rest) >= _PIECE and not rest.endswith(b"\n"):
            rest = source.readline(_PIECE)
        yield _line(number, line.removeprefix(_BOM) if number == 1 else line, codec)


def _line(number: int, content: bytes, codec: str) -> Line:
    if len(content) > _LONGEST:
        return Line(number, "", f"it is longer than {size(_LONGEST)}")
    try:
        text = content.decode(codec)
    except UnicodeDecodeError:
        return Line(number, "", "it is not UTF-8" if codec == "utf-8" else "it is not in that encoding")
    if "\0" in text:
        return Line(number, "", "it holds NUL, and is no text")
    return Line(number, text.removesuffix("\n").removesuffix("\r"))


def columns_of(text: str) -> list[str]:
    """The columns of a line that is not blank; the first is empty where the line begins with what parts them."""
    if "\t" in text:
        return [column.strip(" ") for column in text.rstrip("\t ").split("\t")]
    columns = _SPACES.split(text.strip(" "))
    # A token that was lost leaves its tag behind; lines of more columns may be indented.
    return ["", *columns] if text.startswith(" ") and len(columns) == 1 else columns


def tag_of(column: str) -> Tag | None:
    """The tag of a span, None for `O`; ValueError for what is no tag."""
    if column == "O":
        return None
    match = _TAG.fullmatch(column)
    if match is None:
        raise ValueError(f"a tag is O, or B- or I- and a label, and not {column}")
    return Tag(match[1], match[2])


class Article:
    """The article whose rows come now; `line` is where it begins, 0 if the file tells of no beginning."""

    def __init__(self, options: Options, line: int, id: str) -> None:  # noqa: A002 - the article's own word
        self.id = id
        self.annotator: str | None = None
        self.is_begun = line > 0
        self._line, self._now = line, options.now
        self._text, self._length = StringIO(newline="\n"), 0
        self._is_new_sentence = False
        # In the order of the tags, those that began earlier first.
        self._open: list[Run] = []
        self._found: list[Run] = []
        self._problems, self._notices = Repeated("in line "), Repeated("in line ")

    def problem(self, line: int, clause: str) -> None:
        """Note what cannot be taken of a line."""
        self.is_begun = True
        self._problems.add(line, clause)

    def notice(self, line: int, clause: str) -> None:
        """Note what may surprise in a line."""
        self._notices.add(line, clause)

    def tags(self, line: int, columns: Sequence[str]) -> list[Tag]:
        """The tags in these columns; what is none is a problem of the line."""
        if not columns:
            self.problem(line, "there is no tag")
        if len(columns) > MOST_TAGS:
            self.problem(line, f"there are more than {MOST_TAGS} tags, and the others are left out")
        found: list[Tag] = []
        for column in columns[:MOST_TAGS]:
            try:
                tag = tag_of(column)
            except ValueError as error:
                self.problem(line, str(error))
                continue
            if tag:
                found.append(tag)
        return found

    def add(self, token: str, tags: Sequence[Tag], start: int | None = None) -> list[Run]:
        """Add a token, at its offset if it has one, and return the loose spans that begin with it.

        ValueError for one that is empty, or has no place: nothing is added then.
        """
        self.is_begun = True
        end = self._write(token, start)
        return self._follow(end - len(token), end, tags)

    def end_sentence(self) -> None:
        """No span goes on beyond this."""
        self._follow(0, 0, ())
        self._is_new_sentence = self._length > 0

    def finish(self) -> Imported:
        """The article, with its spans in the order in which they end: so ids follow the columns of equal spans."""
        self.end_sentence()
        text, problems = self._text.getvalue(), Problems()
        if not text:
            told = (*self._problems.all(), "there is no token in it")
            return Imported(self._line, self.id, problems=told, notices=self._notices.all())
        records = Records(text, self._now)
        for number, run in enumerate(self._found, 1):
            self._keep(records, f"{number:07}", run, problems)
        return Imported(
            line=self._line,
            id=self.id,
            text=text,
            annotator=self.annotator,
            status="in-progress" if records.spans or self.annotator else None,
            spans=records.spans,
            problems=(*self._problems.all(), *problems.all()),
            notices=self._notices.all(),
        )

    def _write(self, token: str, start: int | None) -> int:
        """Add to the text, and return its length."""
        gap = bool(self._length) if start is None else start - self._length
        if not token:
            raise ValueError("the token is empty")
        if gap < 0:
            raise ValueError("the token begins before the one before it ends")
        if gap > _WIDEST:
            raise ValueError(f"the token begins more than {_WIDEST:,} code points after the one before it")
        if self._length + gap + len(token) > LARGEST:
            raise ValueError(f"the article is longer than {LARGEST:,} code points, and the token is left out")
        self._text.write(("\n" if self._is_new_sentence else " ") * gap + token)
        self._is_new_sentence = False
        self._length += gap + len(token)
        return self._length

    def _follow(self, start: int, end: int, tags: Sequence[Tag]) -> list[Run]:
        """Begin, lengthen and end spans by a token's tags: of those of a label the outermost go on."""
        if not tags and not self._open:
            return []
        waiting: dict[str, list[Run]] = {}
        for run in reversed(self._open):
            waiting.setdefault(run.label, []).append(run)
        going: list[Run] = []
        ended: list[Run] = []
        loose: list[Run] = []
        for letter, label in tags:
            if letter in _GOES_ON and waiting.get(label):
                run = waiting[label].pop()
                run.end = end
            else:
                run = Run(start, end, label)
                loose += [run] if letter in _GOES_ON else []
            (ended if letter in _ENDS else going).append(run)
        self._end([run for run in self._open if run.end != end])
        self._end(ended)
        # Where a tag B- stands before an I- of its label, the span that goes on is still the outer one.
        self._open = sorted(going, key=lambda run: run.start)
        return loose

    def _end(self, runs: list[Run]) -> None:
        # One more than there is room for, so that it is told.
        self._found += runs[: max(0, SIDECAR_LINES - len(self._found))]

    def _keep(self, records: Records, span_id: str, run: Run, problems: Problems) -> None:
        if run.end - run.start > TEXT_LENGTH:
            # Of a great many the texts alone would take their time.
            problems.add(f"the span [{run.start}, {run.end}): {TEXT_LENGTH:,} code points are the most")
            return
        place = [(run.start, run.end)]
        try:
            records.add_span(make_span(records.text, place, run.label, id=span_id, now=records.now, note=run.note))
        except ValueError as error:
            problems.add(f"the span [{run.start}, {run.end}): {error}")


class Articles:
    """The articles of one file, one after another; those without an id are named as the file is, and numbered."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._count = 1
        self.current = Article(options, 0, options.path.stem)

    def begin(self, line: int, id: str = "") -> Iterator[Imported]:  # noqa: A002 - the article's own word
        """Begin another, and yield the one before it, if there is one."""
        if self.current.is_begun:
            yield self.current.finish()
            self._count += 1
        numbered = f"{self._options.path.stem}-{self._count}" if self._count > 1 else self._options.path.stem
        self.current = Article(self._options, line, id or numbered)
