"""The spans of an article as a list, in the order of the text."""

from __future__ import annotations

from bisect import bisect_left

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.app import ComposeResult
from textual.containers import Vertical

from annotations.index import span_order
from annotations.layer import Layer
from annotations.schema import Schema
from annotations.span import Span
from tui.text.line import set_line
from tui.widgets import palette
from tui.widgets.bars import Bar
from tui.widgets.row_list import RowList


class SpanList(Vertical):
    """Counts of the labels, and a row a span: what it is at the left, the mention flush right."""

    DEFAULT_CSS = """
    SpanList { width: 36; height: 1fr; }
    """

    def __init__(self, layer: Layer, schema: Schema) -> None:
        super().__init__()
        self._layer = layer
        self._schema = schema
        self._styles: dict[str, Style] = {}
        self._titles = {label.name: label.title_en.lower() for label in schema.labels}

    def compose(self) -> ComposeResult:
        """Counts over the list."""
        yield Bar()
        yield RowList(self._row)

    def on_mount(self) -> None:
        """Fill the list."""
        self.show_layer(self._layer)

    @property
    def rows(self) -> RowList:
        """The list itself."""
        return self.query_one(RowList)

    def show_layer(self, layer: Layer) -> None:
        """List the spans of another layer."""
        self._layer = layer
        counts = layer.counts()
        told = [f"{title} {counts.get(name, 0)}" for name, title in self._titles.items()]
        self.query_one(Bar).show("   ".join(told) if layer.spans else "nothing marked yet")
        self.rows.set_count(len(layer.spans))

    def show_span(self, span: Span | None) -> None:
        """Make a span's row the current one."""
        if span is not None:
            self.rows.set_current(bisect_left(self._layer.spans, span_order(span), key=span_order))

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._styles = {}

    def _looks(self) -> dict[str, Style]:
        if not self._styles:
            self._styles = palette.styles_of_labels(self, self._schema)
        return self._styles

    def _row(self, index: int, width: int, style: Style) -> list[Segment]:
        span = self._layer.spans[index]
        kind = set_line(span.subtype or self._titles.get(span.label, span.label), 12, cell_len)
        mention = set_line(span.text, max(1, width - kind.width - 4), cell_len)
        gap = width - kind.width - mention.width - 3
        kind_style = style + Style(dim=True)
        return [
            Segment(f" {kind.glyphs} " + " " * max(0, gap), kind_style),
            Segment(mention.glyphs, style + self._looks().get(span.label, Style.null())),
            Segment(" ", style),
        ]
