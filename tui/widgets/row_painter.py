"""A set row to styled segments: where labels, proposals, hits, the selection and the cursor are seen.

The reader and `hashiya show` both paint with this, one with the theme's styles, one with plain ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from annotations.schema import Schema
from annotations.span import Span
from tui.text.layout import Row

Part = Literal["faded", "proposal", "hit", "current", "selection", "cursor", "hint"]
"""What besides labels a cell may be part of; on one cell the later ones win."""

_MARKS = {
    "underline": Style(underline=True),
    "bold": Style(bold=True),
    "reverse": Style(reverse=True),
    "italic": Style(italic=True),
}


class Label(NamedTuple):
    """A label by name, as a part of what a cell shows."""

    name: str


class Mark(NamedTuple):
    """Offsets [start, end) of the text, and what they are part of."""

    start: int
    end: int
    what: Label | Part


@dataclass(frozen=True)
class Looks:
    """The styles that rows are painted with.

    `labels` holds one for each label, colour and mark together, `nested` one for each label on text that another
    span holds too.
    """

    text: Style
    labels: Mapping[str, Style]
    nested: Mapping[str, Style]
    unknown: Style
    parts: Mapping[Part, Style]
    _mixed: dict[tuple[Label | Part, ...], Style] = field(default_factory=dict, compare=False, repr=False)

    def of(self, what: tuple[Label | Part, ...]) -> Style:
        """The style of a cell that is part of all this, in the order of painting."""
        if what not in self._mixed:
            self._mixed[what] = Style.combine([self.text, *self._styles(what)])
        return self._mixed[what]

    def _styles(self, what: tuple[Label | Part, ...]) -> Iterable[Style]:
        holders = 0
        for part in what:
            if isinstance(part, Label):
                yield (self.nested if holders else self.labels).get(part.name, self.unknown)
                holders += 1
            elif part in self.parts:
                yield self.parts[part]


def label_styles(schema: Schema, colours: Mapping[str, Style]) -> dict[str, Style]:
    """Each label's style from its colour's, with its mark, so that labels differ without colour too."""
    return {label.name: colours[label.colour] + _MARKS[label.mark] for label in schema.labels}


def marks_of(spans: Iterable[Span]) -> list[Mark]:
    """The labels of spans as marks, so that of spans that overlap the innermost is painted last."""
    # Of two on the same range the first in the document's order, which is the one that commands are about.
    inwards = sorted(spans, key=lambda span: span.size)[::-1]
    return [Mark(start, end, Label(span.label)) for span in inwards for start, end in span.fragments]


def paint(row: Row, marks: Sequence[Mark], looks: Looks, letters: Mapping[int, str] | None = None) -> list[Segment]:
    """The row's cells as segments from left to right, neighbours of one style joined.

    A cell is part of whatever holds any of its characters, so a lam-alef that a span's edge splits is seen to belong to
    it. `letters` stand in place of the glyphs of cells, by index of the cell.
    """
    here = [mark for mark in marks if mark.start < row.end and row.start < mark.end]
    if not here and not letters:
        return [Segment(row.glyphs, looks.of(()))]
    what: list[tuple[Label | Part, ...]] = [()] * len(row.cells)
    for mark in here:
        for place in row.places(mark.start, mark.end):
            what[place] = (*what[place], mark.what)
    glyphs = [cell.glyph for cell in row.cells]
    for place, letter in (letters or {}).items():
        glyphs[place] = letter + " " * (row.cells[place].width - cell_len(letter))
        what[place] = ("hint",)
    pairs = groupby(zip(glyphs, map(looks.of, what), strict=True), key=itemgetter(1))
    return [Segment("".join([glyph for glyph, _ in pair]), style) for style, pair in pairs]
