"""What the spans of a layer still know of a text that is gone: their own words and the context kept with each.

Spans that lie close to each other overlap with their contexts, so the *known* text of a layer is a sequence of pieces
of the old text, each at its old offsets, longest where most was marked. Everything between two pieces is unknown.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from annotations.matching import Shadow
from annotations.normalise import Range
from annotations.span import CONTEXT, Span

SEPARATOR = "\0"
"""Stands between two pieces; no article holds it, a file with a NUL is refused as binary."""

_Piece = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Known:
    """Pieces of the old text and their normal form.

    `text` is the normal form of the pieces, a separator after each; `offsets[i]` the offset in the old text that
    `text[i]` was made from, never decreasing. `starts` and `pieces` are the untouched pieces, which do not touch.
    `ends`: whether the last piece is the end of the old text.
    """

    text: str
    offsets: Sequence[int]
    starts: list[int]
    pieces: list[str]
    ends: bool

    @property
    def begins(self) -> bool:
        """Whether the first piece is the beginning of the old text."""
        return self.starts[:1] == [0]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Known:
        """What these spans know. Where two of them contradict each other, the first in the text is believed."""
        spans = list(spans)
        joined = list(_joined(sorted(piece for span in spans for piece in _pieces(span))))
        texts: list[str] = []
        offsets = array("Q")
        reached = joined[-1][0] + len(joined[-1][1]) if joined else 0
        for start, piece in joined:
            shadow = Shadow.of(piece.replace(SEPARATOR, " "))
            texts += (shadow.text, SEPARATOR)
            offsets.extend(start + offset for offset in shadow.offsets)
            offsets.append(start + len(piece))
        ends = any(len(span.suffix) < CONTEXT and span.end + len(span.suffix) >= reached for span in spans)
        return cls("".join(texts), offsets, [start for start, _ in joined], [piece for _, piece in joined], ends)

    def index(self, offset: int) -> int:
        """Where in `text` the first character stands that was made from this offset of the old text, or a later one."""
        return bisect_left(self.offsets, offset)

    def line_around(self, words: Range) -> Range:
        """How many characters of `text` are before and after these on their line, as far as that is known."""
        low, high = words
        start, end = self.offsets[low], self.offsets[high]
        at = bisect_right(self.starts, start) - 1
        piece, begin = self.pieces[at], self.starts[at]
        line_start = piece.rfind("\n", 0, start - begin) + 1 + begin
        line_end = piece.find("\n", max(0, end - begin))
        line_end = line_end + begin if line_end >= 0 else begin + len(piece)
        return low - self.index(line_start), self.index(line_end) - high

    def character(self, offset: int) -> str:
        """The old text's character at an offset; empty where it is unknown, or the text ended."""
        at = bisect_right(self.starts, offset) - 1
        inside = offset - self.starts[at] if at >= 0 else -1
        return self.pieces[at][inside : inside + 1] if inside >= 0 else ""


def parts_of(span: Span) -> list[str]:
    """The text of each fragment; empty when the record's text does not have the length of its fragments."""
    parts: list[str] = []
    at = 0
    for start, end in span.fragments:
        parts.append(span.text[at : at + end - start])
        at += end - start + 1
    return parts if at == len(span.text) + 1 else []


def _pieces(span: Span) -> Iterator[_Piece]:
    parts = parts_of(span)
    last = len(parts) - 1
    for number, (part, (start, _)) in enumerate(zip(parts, span.fragments, strict=False)):
        prefix = span.prefix[-start:] if number == 0 and start else ""
        suffix = span.suffix if number == last else ""
        yield start - len(prefix), prefix + part + suffix


def _joined(pieces: Iterable[_Piece]) -> Iterator[_Piece]:
    """Sorted pieces, overlapping and touching ones made one."""
    begin, reached = 0, -1
    texts: list[str] = []
    for start, text in pieces:
        if start > reached:
            if texts:
                yield begin, "".join(texts)
            begin, texts, reached = start, [text], start + len(text)
        elif start + len(text) > reached:
            texts.append(text[reached - start :])
            reached = start + len(text)
    if texts:
        yield begin, "".join(texts)
