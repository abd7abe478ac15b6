"""The reader: one article, its spans and links, and what is done to them, each kind of doing in a module of its own."""

from tui.screens.reader.screen import ReaderScreen

__all__ = ["ReaderScreen"]
