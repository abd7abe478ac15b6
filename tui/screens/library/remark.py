"""Words of the program on as many lines as they need: what an empty list means, what can be typed."""

from __future__ import annotations

from rich.cells import cell_len
from rich.text import Text
from textual.widget import Widget

from tui.text.line import set_lines


class Remark(Widget):
    """Shown while it has something to say."""

    ALLOW_SELECT = False
    DEFAULT_CSS = """
    Remark { height: auto; padding: 0 1; color: $foreground 60%; display: none; }
    """

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._text = ""

    def show(self, text: str) -> None:
        """Say this; nothing is said with an empty text."""
        if text != self._text:
            self._text = text
            self.display = bool(text)
            self.refresh(layout=True)

    def get_content_height(self, _container: object, _viewport: object, width: int) -> int:
        """Lines that the words take."""
        return len(self._lines(width))

    def render(self) -> Text:
        """The lines."""
        return Text("\n".join(self._lines(self.content_size.width)), no_wrap=True)

    def _lines(self, width: int) -> list[str]:
        return set_lines(self._text, max(1, width), cell_len, "ltr")
