"""The lanes under a row of text: each span of the row a bracket below its own cells, with its label.

A *bracket* stands for one span. Where its cells are not side by side, because the span is discontinuous or the row has
both directions, its *runs* are joined by a dotted line. It has a corner where the span starts or ends and none where
the span goes on in another row. A label stands in a run, or in a gap between runs that holds more of it; where it
could not be read there, beside the bracket, on the side where reading goes on unless there is more room at the other.

Brackets that would meet are put in different *lanes*, the shorter ones nearer to the text: as few lanes as the brackets
need together with room for their labels beside them. What room remains is then given to the labels.

Columns are terminal cells of the page that the row is drawn on, intervals are half-open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from tui.text.bidi import Direction
from tui.text.layout import CellWidth, Row
from tui.text.line import Line, set_line

_LINE, _DOTS, _ONWARD = "\u2500", "\u2508", "\u2504"
_LEFT_CORNER, _RIGHT_CORNER = "\u2570", "\u256f"
# Two corners in one cell.
_BOTH_CORNERS = "\u2568"

LEGIBLE = 14
"""Columns from which on a label that is cut still tells what it is: `event·assault…` takes as many."""

# Room for one letter of any script, two columns at most, and the ellipsis.
_LEAST = 3
# Beside a bracket a label is one column away from it, and this many from what stands next, so that it is seen whose it
# is.
_APART = 2

Interval = tuple[int, int]
Key = int | str
Place = Literal["inside", "left", "right"]


class Bracket(NamedTuple):
    """A span to be drawn: what to call its piece, its fragments in offsets of the text, and its label."""

    key: Key
    runs: Sequence[Interval]
    text: str


class Piece(NamedTuple):
    """What is drawn of one bracket: its glyphs from column `x` on, `width` columns of them."""

    x: int
    glyphs: str
    key: Key
    width: int


Lane = tuple[Piece, ...]
"""Pieces from left to right."""


def lanes(row: Row, brackets: Iterable[Bracket], width: int, cell_width: CellWidth, indent: int = 0) -> list[Lane]:
    """The lanes under a row, from the text downwards; spans without a cell in the row are left out.

    `width` is the page's, `indent` the column of the page where the row begins.
    """
    shapes = [shape for bracket in brackets if (shape := _shape(row, bracket, width, cell_width, indent))]
    numbers = _lane_numbers(shapes)
    filled: list[list[_Shape]] = [[] for _ in range(max(numbers, default=-1) + 1)]
    for number, shape in zip(numbers, shapes, strict=True):
        filled[number].append(shape)
    return [tuple(_pieces(sorted(lane, key=_left_edge), width, cell_width)) for lane in filled]


@dataclass(frozen=True, slots=True)
class _Shape:
    """A bracket before it has a lane.

    It covers the columns [low, high); `glyphs` are its own, one for each column. `label` is all of the label; `slot` is
    the stretch of the bracket that can hold one; `reserved` is what no other bracket of its lane may cover.
    """

    key: Key
    low: int
    high: int
    glyphs: str
    text: str
    label: Line
    slot: Interval
    place: Place
    reserved: Interval


def _shape(row: Row, bracket: Bracket, width: int, cell_width: CellWidth, indent: int) -> _Shape | None:
    runs = _runs(row, bracket.runs, indent)
    if not runs:
        return None
    low, high = runs[0][0], runs[-1][1]
    glyphs = _glyphs(runs, _open_sides(row, bracket.runs))
    label = set_line(bracket.text, width, cell_width)
    slot = _slot(runs, row.direction, label.width)
    whole = _Shape(bracket.key, low, high, glyphs, bracket.text, label, slot, "inside", (low, high))
    return _with_room(whole, row.direction, width)


def _runs(row: Row, fragments: Sequence[Interval], indent: int) -> list[Interval]:
    """The columns of the page that show any of the fragments, from left to right."""
    found = sorted(run for start, end in fragments for run in row.columns(start, end))
    joined: list[Interval] = []
    for low, high in found:
        if joined and low + indent <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high + indent))
        else:
            joined.append((low + indent, high + indent))
    return joined


def _open_sides(row: Row, fragments: Sequence[Interval]) -> tuple[bool, bool]:
    """Whether the span goes on beyond the row at the left, and at the right."""
    before = any(start < row.start for start, _ in fragments)
    after = any(end > row.end for _, end in fragments)
    return (after, before) if row.direction == "rtl" else (before, after)


def _glyphs(runs: Sequence[Interval], open_sides: tuple[bool, bool]) -> str:
    last = len(runs) - 1
    drawn = [
        _run(high - low, left=open_sides[0] and number == 0, right=open_sides[1] and number == last)
        for number, (low, high) in enumerate(runs)
    ]
    gaps = [_DOTS * (after[0] - before[1]) for before, after in pairwise(runs)]
    return "".join([part for pair in zip(drawn, [*gaps, ""], strict=True) for part in pair])


def _run(width: int, *, left: bool, right: bool) -> str:
    """A run of columns, `left` and `right` telling where it is open."""
    if width == 1:
        return {(False, False): _BOTH_CORNERS, (True, False): _RIGHT_CORNER, (False, True): _LEFT_CORNER}.get(
            (left, right), _ONWARD
        )
    return (_ONWARD if left else _LEFT_CORNER) + _LINE * (width - 2) + (_ONWARD if right else _RIGHT_CORNER)


def _slot(runs: Sequence[Interval], direction: Direction, wanted: int) -> Interval:
    """The inside of the first run in reading order that holds most of a label; a gap only where it holds more."""
    inside = [(low + 1, high - 1) for low, high in runs]
    gaps = [(before[1] + 1, after[0] - 1) for before, after in pairwise(runs)]
    slots = inside + gaps if direction == "ltr" else inside[::-1] + gaps[::-1]
    return max(slots, key=lambda slot: min(_size(slot), wanted))


def _with_room(shape: _Shape, direction: Direction, width: int) -> _Shape:
    """The bracket with room reserved beside it, if that is where its label is to stand."""
    wanted = min(shape.label.width, LEGIBLE)
    left, right = min(wanted, shape.low - 1), min(wanted, width - shape.high - 1)
    if max(left, right) <= _size(shape.slot):
        return shape
    if left > right or (left == right and direction == "rtl"):
        return replace(shape, place="left", reserved=(max(0, shape.low - 1 - left - _APART), shape.high))
    return replace(shape, place="right", reserved=(shape.low, min(width, shape.high + 1 + right + _APART)))


def _lane_numbers(shapes: Sequence[_Shape]) -> list[int]:
    """A lane for each bracket: the shorter, the nearer, if that takes no more lanes than there must be.

    Taking intervals by their left edges always needs the fewest lanes, as many as meet in one column (Kleinberg and
    Tardos, Algorithm Design, section 4.1).
    """
    if not shapes:
        return []
    by_size = _first_fit(shapes, sorted(range(len(shapes)), key=lambda i: (_extent(shapes[i]), shapes[i].low)))
    if max(by_size) < _most_covered(shapes):
        return by_size
    by_edge = _first_fit(shapes, sorted(range(len(shapes)), key=lambda i: shapes[i].reserved))
    shortest: dict[int, int] = {}
    for lane, shape in zip(by_edge, shapes, strict=True):
        shortest[lane] = min(_extent(shape), shortest.get(lane, _extent(shape)))
    nearness = {lane: place for place, lane in enumerate(sorted(shortest, key=lambda lane: (shortest[lane], lane)))}
    return [nearness[lane] for lane in by_edge]


def _first_fit(shapes: Sequence[_Shape], order: Iterable[int]) -> list[int]:
    taken: list[list[Interval]] = []
    numbers = [0] * len(shapes)
    for index in order:
        low, high = shapes[index].reserved
        lane = next((n for n, held in enumerate(taken) if all(high <= a or b <= low for a, b in held)), len(taken))
        if lane == len(taken):
            taken.append([])
        taken[lane].append((low, high))
        numbers[index] = lane
    return numbers


def _most_covered(shapes: Sequence[_Shape]) -> int:
    steps = [(x, step) for shape in shapes for x, step in zip(shape.reserved, (1, -1), strict=True)]
    return max(accumulate(step for _, step in sorted(steps)))


def _pieces(lane: Sequence[_Shape], width: int, cell_width: CellWidth) -> Iterator[Piece]:
    """The pieces of a lane's brackets, which are given from left to right."""
    free_from = 0
    for shape, following in zip(lane, [*lane[1:], None], strict=True):
        free_to = following.reserved[0] - _APART if following else width
        piece = _piece(shape, free_from, free_to, cell_width)
        free_from = piece.x + piece.width + _APART
        yield piece


def _piece(shape: _Shape, free_from: int, free_to: int, cell_width: CellWidth) -> Piece:
    """The bracket with its label, where what is beside it may take the columns [free_from, free_to)."""
    bare = Piece(shape.low, shape.glyphs, shape.key, shape.high - shape.low)
    if shape.place == "inside":
        return _label_inside(bare, shape, cell_width)
    on_left = shape.place == "left"
    label = _fitted(shape, shape.low - 1 - free_from if on_left else free_to - shape.high - 1, cell_width)
    if not label.width:
        return bare
    if on_left:
        x = shape.low - 1 - label.width
        return Piece(x, f"{label.glyphs} {shape.glyphs}", shape.key, shape.high - x)
    return Piece(shape.low, f"{shape.glyphs} {label.glyphs}", shape.key, bare.width + 1 + label.width)


def _label_inside(bare: Piece, shape: _Shape, cell_width: CellWidth) -> Piece:
    label = _fitted(shape, _size(shape.slot), cell_width)
    spare = _size(shape.slot) - label.width
    if not label.width:
        return bare
    glyphs, taken = (f" {label.glyphs} ", label.width + 2) if spare >= 2 else (label.glyphs, label.width)
    at = shape.slot[0] - shape.low + (_size(shape.slot) - taken) // 2
    return bare._replace(glyphs=bare.glyphs[:at] + glyphs + bare.glyphs[at + taken :])


def _fitted(shape: _Shape, room: int, cell_width: CellWidth) -> Line:
    """The label, cut to a room in columns; nothing where what remained would not say anything."""
    if shape.label.width <= room:
        return shape.label
    return set_line(shape.text, room, cell_width) if room >= _LEAST else Line("", 0)


def _size(interval: Interval) -> int:
    return max(0, interval[1] - interval[0])


def _extent(shape: _Shape) -> int:
    return shape.high - shape.low


def _left_edge(shape: _Shape) -> int:
    return shape.low
