"""The library: the articles, how far each is, and which to open."""

from tui.screens.library.screen import LibraryScreen

__all__ = ["LibraryScreen"]
