"""The rows of the library's list: an article with what is done in it, and an article with what was found in it."""

from __future__ import annotations

from functools import lru_cache

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style

from annotations.library import Summary
from annotations.library_search import Found
from annotations.normalise import Range
from annotations.schema import Schema
from tui.screens.library.shelf import Shelf
from tui.text.bidi import base_direction
from tui.text.document import Document
from tui.text.layout import Row
from tui.text.line import ELLIPSIS, set_line
from tui.text.page import Page, Spot
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Looks, Mark, paint

STATUS = {"new": "new", "in-progress": "working", "done": "done", "flagged": "flagged", "skipped": "skipped"}
"""The words that statuses are shown with."""

# Columns from which on there are counts, and a longer progress bar and room kept for notes.
_MIDDLE = 56
_WIDE = 100
_SHORTEST_NOTE = 10
_HITS = 11


class Rows:
    """Makes rows; `awaited` are the articles that were drawn before there was a summary of them."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.awaited: set[int] = set()

    def article(self, index: int, width: int, style: Style) -> list[Segment]:
        """Status, counts, progress and note from the left, the title flush right."""
        summary = self._shelf.summary(index)
        if summary is None:
            self.awaited.add(index)
        told = _told(summary, self._shelf.schema, width)
        room = max(1, width - cell_len(told) - 2)
        note = summary.note if summary is not None and summary.error is None else ""
        line = set_line(self._title(index), room * 3 // 5 if note and width >= _WIDE else room, cell_len)
        if note and room - line.width - 4 >= _SHORTEST_NOTE:
            told += f"  {quoted(note, room - line.width - 4)}"
        gap = max(0, width - cell_len(told) - line.width - 1)
        dim = style + Style(dim=summary is None or summary.status == "new")
        return [Segment(told, dim), Segment(" " * gap, style), Segment(line.glyphs, style), Segment(" ", style)]

    def found(self, index: int, found: Found, width: int, style: Style, hit: Style) -> list[Segment]:
        """How many hits, the first one in its context, and the title flush right."""
        told = f" {found.hits:>4,} {'hit' if found.hits == 1 else 'hits'}"
        told += " " * (_HITS - len(told))
        title_room = max(1, (width - _HITS) * 2 // 5)
        title = set_line(self._title(index), title_room, cell_len)
        room = max(1, width - _HITS - title_room - 3)
        row, place = set_context(found, room)
        air = Segment(" " * max(0, room - row.width), style)
        context = paint(row, [Mark(*place, "hit")], Looks(style, {}, {}, style, {"hit": hit}))
        gap = " " * max(0, width - _HITS - room - title.width - 1)
        return [
            Segment(told, style + Style(dim=True)),
            *([air, *context] if row.direction == "rtl" else [*context, air]),
            Segment(gap, style),
            Segment(title.glyphs + " ", style + Style(bold=True)),
        ]

    def _title(self, index: int) -> str:
        summary = self._shelf.summary(index)
        return self._shelf.articles[index].name if summary is None or not summary.title else summary.title


@lru_cache(maxsize=256)
def set_context(found: Found, width: int) -> tuple[Row, Range]:
    """The context on one row of at most `width` columns, cut at spaces so that the first hit is in it.

    Also where the hit is, as offsets in what the row was made of.
    """
    start, end = (offset - found.context_start for offset in found.first)
    base = base_direction(found.context) or "auto"
    before, text = found.context[:start], found.context
    if cell_len(text) > width:
        before = _end_of(before, width // 3)
        text = _start_of(before + text[start:], width)
    row = Page(Document(text, base), width, cell_len).row(Spot(0, 0))
    return row, (len(before), len(before) + end - start)


# Shaped letters take as many columns as the letters do or, in a lam-alef, fewer: what fits unshaped fits.
def _end_of(text: str, width: int) -> str:
    """A text in at most `width` columns: all of it, or its end from the start of a word on, or of part of one."""
    if cell_len(text) <= width:
        return text
    kept = text[len(text) - len(set_cell_size(text[::-1], width - 1).rstrip()) :]
    _, space, rest = kept.partition(" ")
    return f"{ELLIPSIS}{rest if space else kept}"


def _start_of(text: str, width: int) -> str:
    """A text in at most `width` columns: all of it, or its start up to the end of a word, or of part of one."""
    if cell_len(text) <= width:
        return text
    kept = set_cell_size(text, width - 1).rstrip()
    words, space, _ = kept.rpartition(" ")
    return f"{words if space else kept}{ELLIPSIS}"


def _told(summary: Summary | None, schema: Schema, width: int) -> str:
    if summary is None:
        return " …"
    if summary.error is not None:
        return " cannot be read" if not summary.title else " damaged"
    told = f" {STATUS[summary.status]:<8}"
    if width >= _MIDDLE:
        told += "".join(_count(summary, label.name, label.title_en.lower()) for label in schema.labels)
    if summary.status == "in-progress":
        told += _progress(summary, 16 if width >= _WIDE else 6)
    return told


def _count(summary: Summary, label: str, title: str) -> str:
    count = summary.counts.get(label, 0)
    told = f"{count} {title}{'' if count == 1 else 's'}" if count else "–"
    return f" {told:>{len(title) + 5}}"


def _progress(summary: Summary, cells: int) -> str:
    """How far the article is, filled from the right as it is read."""
    progress = summary.progress or 0.0
    filled = round(progress * cells)
    return f"  {'░' * (cells - filled)}{'█' * filled} {progress:>4.0%}"
