"""The application: theme, driver, signals, and which screen is on."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual import events
from textual.app import App
from textual.binding import BindingType

from annotations import __version__
from annotations.errors import HashiyaError
from annotations.schema import Schema
from tui.commands import Context, bindings_of, with_twins
from tui.desk import Desk
from tui.ending import Ending
from tui.screens.reader import ReaderScreen
from tui.screens.too_small import SMALLEST, TooSmallScreen
from tui.terminal import explicit, switches
from tui.widgets import palette

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.screen import Screen

    from tui.screens.library import LibraryScreen

TOOL = f"hashiya {__version__}"


@dataclass(frozen=True, slots=True)
class Library:
    """What the program was opened on: articles in order, the folder's name to show, whose layers, the schema."""

    articles: Sequence[Path]
    folder: str
    annotator: str
    schema: Schema


class HashiyaApp(App[None]):
    """Opens on an article where it is given one alone, else on the library."""

    TITLE = "Hashiya"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("app")
    CSS = """
    * { scrollbar-color: $foreground 30%; scrollbar-background: $background; }
    """

    def __init__(self, library: Library, desk: Desk | None = None) -> None:
        super().__init__()
        self._library = library
        self._desk = desk
        # Here and not on the reader: only bindings are carried out in the order of their keys, and only the
        # application takes bindings that are not known beforehand.
        for label in library.schema.labels:
            self.bind(",".join(with_twins((label.key,))), f"screen.mark('{label.name}')", show=False)
        self._crash = StringIO()
        self._ended_with = 0
        self.error_console = Console(file=self._crash, width=120, color_system=None)

    @property
    def crash_report(self) -> str:
        """What is known of the error that ended the program; empty where none did."""
        # A screen that a signal closes before it is whole fails, and nobody needs to hear of it.
        return "" if self._ended_with else self._crash.getvalue()

    @property
    def exit_status(self) -> int:
        """What the program is to end with: 128 + its number where a signal ended it."""
        return self._ended_with or self.return_code or 0

    @property
    def unsaved(self) -> str | None:
        """Why the last change is not on disk; None where it is."""
        return self._desk.unsaved if self._desk else None

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The hues of labels, for themes that say nothing of them."""
        return palette.variables(dark=self.current_theme.dark)

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, with the terminal put into explicit bidi mode around it, and signals heard."""
        return explicit(
            super().get_driver_class(), switches(os.environ), Ending(self.keep, self._leave_with, self.refresh)
        )

    def get_default_screen(self) -> Screen[None]:
        """The article where there is one to open, else the library."""
        return self._library_screen() if self._desk is None else ReaderScreen(self._desk)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small, for as long as it is."""
        is_small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        if is_small and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())
        elif not is_small and isinstance(self.screen, TooSmallScreen):
            self.pop_screen()

    def keep(self) -> bool:
        """Save what is not saved yet; whether all is on disk."""
        return self._desk is None or self._desk.save()

    def on_library_screen_opened(self, event: LibraryScreen.Opened) -> None:
        """Open the article that was chosen, or say why that cannot be."""
        path = self._library.articles[event.index]
        try:
            self._desk = Desk.open(path, self._library.annotator, self._library.schema, TOOL)
        except HashiyaError as error:
            event.library.say(str(error))
            return
        place = f"{event.index + 1}/{len(self._library.articles)}"
        self._turn_to(ReaderScreen(self._desk, place))

    def on_reader_screen_left(self) -> None:
        """Back to the library."""
        self._turn_to(self._library_screen())

    def action_leave(self) -> None:
        """Save and quit."""
        if not isinstance(self.screen, ReaderScreen) or self.screen.may_leave():
            self.exit()

    def action_show_help(self) -> None:
        """The help page for the screen that is on."""
        from tui.screens.help import HelpScreen

        reading = isinstance(self.screen, ReaderScreen)
        contexts: tuple[Context, ...] = ("text", "reader", "list", "app") if reading else ("list", "app")
        self.push_screen(HelpScreen(contexts, self._library.schema))

    def _turn_to(self, screen: Screen[None]) -> None:
        # Textual 8.2.8 cannot switch its first screen for another; that one stays beneath, where it costs nothing.
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def _library_screen(self) -> LibraryScreen:
        from tui.screens.library import LibraryScreen

        library = self._library
        path = self._desk.article.path if self._desk else None
        current = library.articles.index(path) if path in library.articles else 0
        return LibraryScreen(library.articles, library.folder, library.annotator, library.schema, current=current)

    def _leave_with(self, status: int) -> None:
        self._ended_with = status
        self.keep()
        self.exit(return_code=status)
