"""`hashiya show`: an article as the reader draws it, for scripts, tests and a quick look."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

import msgspec
from rich.cells import cell_len
from rich.console import Console
from rich.style import Style
from rich.text import Text

from annotations import __version__
from annotations.article import Article
from annotations.errors import SidecarError
from annotations.layer import Layer
from annotations.schema import Schema, load_schema
from annotations.store.opening import check_whole, open_layer
from tui.terminal import Switches, switches
from tui.text.document import Base, Document
from tui.text.layout import Row
from tui.text.page import Page, Spot
from tui.text.viewport import Viewport
from tui.widgets.row_painter import Looks, label_styles, marks_of, paint

# The reader's dark theme, as near as sixteen colours come: what is printed has to be read on any background.
_COLOURS = {
    "blue": "white on blue",
    "orange": "black on yellow",
    "green": "black on green",
    "purple": "white on magenta",
    "red": "white on red",
    "teal": "black on cyan",
    "pink": "black on bright_magenta",
    "yellow": "black on bright_yellow",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One row with its place: `paragraph` counts line feeds before it, `number` rows of the paragraph before it."""

    paragraph: int
    number: int
    row: Row


def rows_of(page: Page) -> Iterator[Shown]:
    """Every row of the article in reading order, the empty ones of blank paragraphs too."""
    number = 0
    for index, piece in enumerate(page.document.pieces):
        if piece.is_first:
            number = 0
        for row in page.rows(index):
            yield Shown(piece.paragraph, number, row)
            number += 1


def write_annotated(article: Article, annotator: str, columns: int, base: Base, tell: Callable[[str], object]) -> None:
    """Print an article with the annotator's highlights as far as they can be used.

    What is wrong with the schema is told after it; what is with the annotations is raised then, as a SidecarError.
    """
    schema, problems = load_schema(article.path.parent)
    try:
        opening = open_layer(article, annotator, schema, datetime.now(UTC), f"hashiya {__version__}")
    except SidecarError:
        write_text(article.text, None, schema, columns, base)
        raise
    write_text(article.text, None if opening.source_changed else opening.layer, schema, columns, base)
    for problem in problems:
        tell(problem)
    check_whole(opening, article)


def write_json(text: str, width: int, base: Base, out: BinaryIO) -> None:
    """One JSON object a row, with its cells from left to right, as FORMAT.md gives them."""
    for shown in rows_of(Page(Document(text, base), width, cell_len)):
        record = {
            "paragraph": shown.paragraph,
            "row": shown.number,
            "start": shown.row.start,
            "end": shown.row.end,
            "direction": shown.row.direction,
            "cells": [
                {"x": cell.x, "width": cell.width, "start": cell.start, "end": cell.end, "glyph": cell.glyph}
                for cell in shown.row.cells
            ],
        }
        out.write(msgspec.json.encode(record) + b"\n")


def write_text(text: str, layer: Layer | None, schema: Schema, width: int, base: Base) -> None:
    """The rows on standard output, right-to-left ones flush right, labels as styles where it is a terminal."""
    console = Console(highlight=False)
    labels = label_styles(schema, {name: Style.parse(style) for name, style in _COLOURS.items()})
    nested = {name: style + Style(reverse=True) for name, style in labels.items()}
    looks = Looks(text=Style.null(), labels=labels, nested=nested, unknown=Style(underline2=True), parts={})
    told = switches(os.environ) if console.is_terminal else Switches("", "")
    page = Page(Document(text, base), width, cell_len)
    view = Viewport(page)
    top = view.first_line()
    console.file.write(told.start)
    try:
        for line in view.lines_from(top) if top else ():
            console.print(Text() if line.below else _drawn(page, line.spot, layer, looks), soft_wrap=True)
    finally:
        console.file.write(told.stop)


def _drawn(page: Page, spot: Spot, layer: Layer | None, looks: Looks) -> Text:
    row = page.row(spot)
    spans = layer.overlapping(row.start, row.end) if layer else []
    parts = [(segment.text, segment.style or Style.null()) for segment in paint(row, marks_of(spans), looks)]
    return Text.assemble(" " * page.indent(row), *parts)
