"""The application: theme, driver, signals, and which screen is on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual.app import App
from textual.binding import BindingType

from annotations import __version__
from annotations.errors import HashiyaError
from annotations.schema import Schema
from tui.commands import Context, bindings_of
from tui.desk import Desk
from tui.screens.library import LibraryScreen
from tui.screens.reader import ReaderScreen
from tui.terminal import explicit, switches
from tui.widgets import palette
from tui.widgets.too_small import SMALLEST

if TYPE_CHECKING:
    from textual.driver import Driver

TOOL = f"hashiya {__version__}"

# As a shell tells of a program that a signal ended.
_BY_SIGNAL = 128


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
    Screen.-tiny > *, Screen.-low > * { display: none; }
    Screen.-tiny > TooSmall, Screen.-low > TooSmall { display: block; }
    * { scrollbar-color: $foreground 30%; scrollbar-background: $background; }
    """
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 - as Textual declares it
        (0, "-tiny"),
        (SMALLEST[0], "-narrow"),
        (110, "-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (SMALLEST[1], "-high")]  # noqa: RUF012 - likewise

    def __init__(self, library: Library, desk: Desk | None = None) -> None:
        super().__init__()
        self._library = library
        self._desk = desk
        self._crash = StringIO()
        self.error_console = Console(file=self._crash, width=120, color_system=None)

    @property
    def crash_report(self) -> str:
        """What is known of the error that ended the program; empty where none did."""
        return self._crash.getvalue()

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The hues of labels, for themes that say nothing of them."""
        return palette.variables(dark=self.current_theme.dark)

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, with the terminal put into explicit bidi mode around it."""
        return explicit(super().get_driver_class(), switches(os.environ))

    def on_mount(self) -> None:
        """Show the first screen, and save before a signal ends the program."""
        if self._desk is None:
            self._open_library()
        else:
            self.push_screen(ReaderScreen(self._desk))
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                loop.add_signal_handler(number, self._end_by, number)

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
        self.switch_screen(ReaderScreen(self._desk, place))

    def on_reader_screen_left(self) -> None:
        """Back to the library."""
        self._open_library()

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

    def _open_library(self) -> None:
        library = self._library
        path = self._desk.article.path if self._desk else None
        current = library.articles.index(path) if path in library.articles else 0
        screen = LibraryScreen(library.articles, library.folder, library.annotator, library.schema, current=current)
        if isinstance(self.screen, ReaderScreen):
            self.switch_screen(screen)
        else:
            self.push_screen(screen)

    def _end_by(self, number: int) -> None:
        self.keep()
        self.exit(return_code=_BY_SIGNAL + number)
