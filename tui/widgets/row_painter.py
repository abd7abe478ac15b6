"""A set row to styled segments: where labels, the selection and the cursor are seen.

The reader and `hashiya show` both paint with this, one with the theme's styles, one with plain ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from rich.segment import Segment
from rich.style import Style

from annotations.schema import Schema
from annotations.span import Span
from tui.text.layout import Row

Range = tuple[int, int]
_NOTHING: Range = (0, 0)
_MARKS = {
    "underline": Style(underline=True),
    "bold": Style(bold=True),
    "reverse": Style(reverse=True),
    "italic": Style(italic=True),
}


@dataclass(frozen=True)
class Looks:
    """The styles that rows are painted with; `labels` holds one for each label, colour and mark together."""

    text: Style
    labels: Mapping[str, Style]
    unknown: Style
    selection: Style
    cursor: Style
    _mixed: dict[tuple[object, ...], Style] = field(default_factory=dict, compare=False, repr=False)

    def of(self, labels: tuple[str, ...], *, selected: bool, under_cursor: bool) -> Style:
        """The style of a cell under these labels, outermost first."""
        key = (labels, selected, under_cursor)
        if key not in self._mixed:
            styles = [self.text, *(self.labels.get(label, self.unknown) for label in labels)]
            styles += [self.selection] * selected + [self.cursor] * under_cursor
            self._mixed[key] = Style.combine(styles)
        return self._mixed[key]


def label_styles(schema: Schema, colours: Mapping[str, Style]) -> dict[str, Style]:
    """Each label's style from its colour's, with its mark, so that labels differ without colour too."""
    return {label.name: colours[label.colour] + _MARKS[label.mark] for label in schema.labels}


def paint(
    row: Row, spans: Sequence[Span], looks: Looks, selection: Range = _NOTHING, cursor: Range = _NOTHING
) -> list[Segment]:
    """The row's cells as segments from left to right, neighbours of one style joined.

    `spans` are those that overlap the row; a cell has a span's label if it shows any of its characters, so a lam-alef
    that a span's edge splits is seen to belong to it. Where spans overlap, the innermost label's colour wins.
    """
    if not spans and not _meets(row, selection) and not _meets(row, cursor):
        return [Segment(row.glyphs, looks.of((), selected=False, under_cursor=False))]
    labels: list[tuple[str, ...]] = [()] * len(row.cells)
    for span in sorted(spans, key=lambda span: -span.size):
        for start, end in span.fragments:
            for place in row.places(start, end):
                labels[place] = (*labels[place], span.label)
    selected, lit = row.places(*selection), row.places(*cursor)
    styles = [
        looks.of(over, selected=place in selected, under_cursor=place in lit) for place, over in enumerate(labels)
    ]
    pairs = groupby(zip(row.cells, styles, strict=True), key=itemgetter(1))
    return [Segment("".join([cell.glyph for cell, _ in pair]), style) for style, pair in pairs]


def _meets(row: Row, extent: Range) -> bool:
    return row.start < extent[1] and extent[0] < row.end
