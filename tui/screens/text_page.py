"""A page to read over the screen: a heading and paragraphs, Arabic set as in an article."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tui.keys import with_twins
from tui.text.line import set_line, set_lines


class _Paragraphs(Widget):
    """Paragraphs set to the width there is."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """Lines that the paragraphs take."""
        return len(self._lines(width))

    def render(self) -> Text:
        """The lines."""
        return Text("\n".join(self._lines(self.content_size.width)), no_wrap=True)

    def _lines(self, width: int) -> list[str]:
        paragraphs = [line for line in self._text.splitlines() if line.strip()]
        return [line for text in paragraphs for line in (*set_lines(text, max(1, width), cell_len), "")][:-1]


class TextPage(ModalScreen[None]):
    """Shows a text until a key closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(with_twins(("escape", "q", "enter", "H"))), "dismiss", "close", show=False),
    ]
    DEFAULT_CSS = """
    TextPage { align: center middle; }
    TextPage VerticalScroll {
        width: 72; max-width: 100%; height: auto; max-height: 100%;
        background: $surface; padding: 1 2; scrollbar-size-vertical: 1;
    }
    TextPage Static { width: 100%; height: auto; margin-bottom: 1; }
    TextPage _Paragraphs { width: 100%; height: auto; }
    """

    def __init__(self, heading: str, text: str) -> None:
        super().__init__()
        self._heading = heading
        self._text = text

    def compose(self) -> ComposeResult:
        """The heading over the text."""
        with VerticalScroll():
            yield Static(Text(set_line(self._heading, 66, cell_len, "ltr").glyphs, style="bold"))
            yield _Paragraphs(self._text)

    def on_mount(self) -> None:
        """Keys scroll the page."""
        self.query_one(VerticalScroll).focus()
