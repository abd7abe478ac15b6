"""Reading a damaged sidecar: every line that is sound is loaded, every other one is listed, and none costs another.

A line is sound when it holds one record of the format within its limits whose id no line before it has, and, for a
span, when the text it quotes is what the article has there. That last is asked only when the sidecar was made for the
article's text: see `Salvaged.source_changed`.

The header is the first sound one, on whatever line. Where there is none a bare one takes its place; where it
disagrees with the article or the file's name it is put right, and its line is listed as it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import NamedTuple

from msgspec.structs import replace

from annotations.article import Article
from annotations.errors import printable
from annotations.header import Header
from annotations.layer import Extras, Layer
from annotations.reading import shortened
from annotations.span import Span, check_shape, check_span
from annotations.store.sidecar import Records, RepeatedId, content_of, damaged, fault_of, header_of, kind_of, raw_lines

# What `Records.take` and `header_of` raise for a line that is wrong.
_TROUBLE = (ValueError, RecursionError)
_NO_HEADER = "the header is missing"


class DamagedLine(NamedTuple):
    """A line that was not loaded as it stands: its number from 1, its bytes without the LF, and what is wrong."""

    number: int
    content: bytes
    reason: str


class Salvaged(NamedTuple):
    """What could be loaded of a sidecar, and the lines that could not, in the file's order.

    With `source_changed` the sidecar was made for another text than the article has now: the spans' places are those
    in the old text, `header.length` is that text's length, and what the spans quote was not compared.
    """

    layer: Layer
    damaged: tuple[DamagedLine, ...] = ()
    source_changed: bool = False


def salvage(data: bytes, *, name: str, article: Article, bare: Layer) -> Salvaged:
    """Load what is sound in a sidecar's bytes; `name` is the file's for messages.

    `article` was read with the sidecar at hand (`read_article`), so that the same bytes are the same text: an encoding
    that the header states and the article was not read in is a mistake. `bare` is a new layer of the same article and
    annotator: its header stands in for one that is damaged or missing. The layer has the article's id as its `source`:
    an article renamed with its sidecar is still the same article.

    Raises OtherVersion when the format is not `hashiya/1`, DamagedSidecar when the annotator is another, SidecarError
    when the file is too large to be read.
    """
    return _Work(raw_lines(data, name=name), name, article, bare.header, is_utf8=_is_utf8(data)).done()


@dataclass
class _Work:
    lines: Sequence[bytes]
    name: str
    article: Article
    bare: Header
    is_utf8: bool
    # By the line's number: a header may be found wanting before the lines above it are read.
    faults: dict[int, str] = field(default_factory=dict)

    def done(self) -> Salvaged:
        number, header, extras = self._header()
        changed = header.sha256 != self.article.sha256
        header = self._put_right(number, header, changed=changed)
        check = partial(check_shape, length=header.length) if changed else self._check_text
        records = self._taken_at_once(Records(check=check), number) or self._taken(Records(check=check), number)
        if not number and records.spans and header.status == "new":
            header = replace(header, status="in-progress")
        layer = records.layer(replace(header, source=self.article.id), extras)
        return Salvaged(layer, tuple(self._damaged(number)), source_changed=changed)

    def _check_text(self, span: Span) -> None:
        check_span(span, self.article.text)

    def _taken_at_once(self, records: Records, header: int) -> Records | None:
        """The records of a file that is as our own are: sound, the header first; None for any other."""
        if header != 1 or not self.is_utf8:
            return None
        try:
            records.take_all(b"\n".join(self.lines[1:]))
        except _TROUBLE:
            return None
        return records

    def _taken(self, records: Records, header: int) -> Records:
        """The sound records, line by line."""
        for number, raw in enumerate(self.lines, 1):
            content = content_of(raw, number)
            if not content or number == header or number in self.faults:
                continue
            try:
                self._check_utf8(raw)
                records.take(content)
            except _TROUBLE as error:
                self.faults[number] = self._repetition(error, number, content) or fault_of(error, content)
        return records

    def _header(self) -> tuple[int, Header, Extras]:
        """The first sound header with its line's number, which is 0 where there is none."""
        for number, raw in enumerate(self.lines, 1):
            content = content_of(raw, number)
            if not _is_header(content):
                continue
            try:
                self._check_utf8(raw)
                return number, *header_of(content, name=self.name, number=number)
            except _TROUBLE as error:
                self.faults[number] = fault_of(error)
        return 0, self.bare, {}

    def _put_right(self, number: int, header: Header, *, changed: bool) -> Header:
        bare = self.bare
        wrong: dict[str, str] = {}
        if header.annotator != bare.annotator:
            # One annotator's work must never pass for another's.
            theirs = printable(header.annotator)
            raise damaged(self.name, number, f"the annotator is {theirs}, and the file's name says {bare.annotator}")
        if not changed and header.encoding != bare.encoding:
            theirs = shortened(printable(header.encoding))
            wrong["encoding"] = f"the encoding is {theirs}, and the article was read as {bare.encoding}"
        if not changed and header.length != bare.length:
            wrong["length"] = f"length is {header.length} and should be {bare.length}"
        if wrong:
            self.faults[number] = "; ".join(wrong.values())
        return replace(header, **{key: getattr(bare, key) for key in wrong})

    def _repetition(self, error: Exception, number: int, content: bytes) -> str | None:
        """The reason for a line that says the same as one before it, for instance after a merge gone wrong."""
        first = self._first_numbers[content] if isinstance(error, RepeatedId) else number
        return f"a repetition of line {first}" if first != number else None

    @cached_property
    def _first_numbers(self) -> dict[bytes, int]:
        numbers: dict[bytes, int] = {}
        for number, raw in enumerate(self.lines, 1):
            numbers.setdefault(content_of(raw, number), number)
        return numbers

    def _check_utf8(self, raw: bytes) -> None:
        if not self.is_utf8:
            raw.decode("utf-8")

    def _damaged(self, header: int) -> Iterator[DamagedLine]:
        if not header:
            first = next((number for number, raw in enumerate(self.lines, 1) if content_of(raw, number)), 0)
            if first in self.faults:
                self.faults[first] = f"{_NO_HEADER} ({self.faults[first]})"
            else:
                yield DamagedLine(1, b"", _NO_HEADER)
        for number, reason in sorted(self.faults.items()):
            yield DamagedLine(number, self.lines[number - 1], reason)


def _is_header(content: bytes) -> bool:
    try:
        return kind_of(content) == "article"
    except _TROUBLE:
        return False


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
