"""The application: theme, driver, signals, and which screen is on."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar

from rich.console import Console
from textual import events
from textual.app import App
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from annotations import __version__
from annotations.errors import HashiyaError
from annotations.schema import Schema
from tui import themes
from tui.config import Settings
from tui.desk import Desk
from tui.ending import Ending
from tui.keymap import Keymap
from tui.keys import with_twins
from tui.screens.command_screen import CommandScreen
from tui.screens.reader import ReaderScreen
from tui.screens.too_small import SMALLEST, TooSmallScreen
from tui.state import recall, remember
from tui.terminal import explicit, switches
from tui.widgets import palette
from tui.widgets.article_painter import Setting

if TYPE_CHECKING:
    from textual.driver import Driver
    from textual.screen import Screen

    from tui.screens.library import LibraryScreen
    from tui.screens.library.shelf import Shelf
    from tui.screens.library.view import LibraryView

TOOL = f"hashiya {__version__}"


@dataclass(frozen=True, slots=True)
class Library:
    """What the program was opened on: articles in order, the folder's name to show, whose layers, the schema, settings.

    `problems` are sentences about what of the schema and the settings could not be followed. `encoding` is the one that
    is forced, if any; `root` is the folder that nothing is written outside of.
    """

    articles: Sequence[Path]
    folder: str
    annotator: str
    schema: Schema
    settings: Settings = field(default_factory=Settings)
    problems: tuple[str, ...] = ()
    encoding: str | None = None
    root: Path | None = None

    def open(self, path: Path) -> Desk:
        """An article, and the annotator's layer of it. Raises ArticleError where there is nothing to read."""
        return Desk.open(path, self.annotator, self.schema, TOOL, encoding=self.encoding, root=self.root)


class HashiyaApp(App[None]):
    """Opens on an article where it is given one alone, else on the library."""

    TITLE = "Hashiya"
    ENABLE_COMMAND_PALETTE = False
    # Keys are the screens' (see `CommandScreen`); this one works whatever is on.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(with_twins(("ctrl+q",))), "leave", "quit", show=False, priority=True)
    ]
    CSS = """
    * { scrollbar-color: $foreground 30%; scrollbar-background: $background; }
    """

    def __init__(self, library: Library, desk: Desk | None = None) -> None:
        super().__init__()
        self._library = library
        self._desk = desk
        self._shelf: Shelf | None = None
        self._view: LibraryView | None = None
        self._use_theme(library.settings.theme)
        self._keys = Keymap(library.schema, library.settings.keys)
        settings = library.settings
        self._setting = Setting(settings.width, settings.margin, settings.spacing, settings.numbers)
        self._refused: defaultdict[Path, set[tuple[int, int]]] = defaultdict(set)
        self._problems = (*library.problems, *self._keys.problems)
        self._crash = StringIO()
        self._ended_with = 0
        self._is_opening = False
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
        return (self._desk.unsaved or self._desk.behind) if self._desk else None

    @cached_property
    def _places(self) -> dict[Path, int]:
        """Each article's place in the library."""
        return {path: place for place, path in enumerate(self._library.articles)}

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """The hues of labels, for themes that say nothing of them."""
        return palette.variables(dark=self.current_theme.dark)

    def get_driver_class(self) -> type[Driver]:
        """The platform's driver, with the terminal put into explicit bidi mode around it, and signals heard."""
        return explicit(
            super().get_driver_class(),
            switches(os.environ),
            Ending(self.keep, self._is_saving, self._leave_with, self.refresh),
        )

    def get_default_screen(self) -> Screen[None]:
        """The article where there is one to open, else the library."""
        return self._library_screen() if self._desk is None else self._reader_screen(self._desk)

    def on_mount(self) -> None:
        """Tell what of the schema and the settings could not be followed, on the first screen."""
        if self._problems:
            self.call_after_refresh(self._tell_problems)

    def on_resize(self, event: events.Resize) -> None:
        """Say so where the terminal is too small, for as long as it is."""
        is_small = event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1]
        if is_small and not isinstance(self.screen, TooSmallScreen):
            self.push_screen(TooSmallScreen())
        elif not is_small and isinstance(self.screen, TooSmallScreen):
            self.pop_screen()

    def keep(self) -> bool:
        """Save what is not saved yet, and let others have the article; whether all is on disk."""
        return self._desk is None or self._desk.close()

    def _is_saving(self) -> bool:
        """Whether an article is being saved, or opened: what has its lock then is not known yet."""
        return self._is_opening or (self._desk is not None and self._desk.is_busy)

    def on_unmount(self) -> None:
        """However the program ends, the article is given back."""
        self.keep()

    async def on_library_screen_opened(self, event: LibraryScreen.Opened) -> None:
        """Open the article that was chosen, or say why that cannot be."""
        library = event.library
        problem = self._open(event.index, event.search)
        if problem:
            library.say(problem)
            await library.go_on()
            return
        self._view = library.view
        if isinstance(self.screen, CommandScreen):
            self.screen.hold(library.give())

    def on_reader_screen_left(self) -> None:
        """Back to the library."""
        self._remember()
        self.keep()
        self._turn_to(self._library_screen())

    def on_reader_screen_finished(self) -> None:
        """On to the next unfinished article of the library's list, by way of the library where that takes long."""
        from tui.screens.library.looking import QUICK

        self._remember()
        self.keep()
        shelf, view = self._looked_at()
        until = monotonic() + QUICK
        found = shelf.next_unfinished(view.shown, view.current, lambda: monotonic() > until)
        if found is None or self._open(found, view.searched):
            self._turn_to(self._library_screen(goes_on=True))
        else:
            self._view = view._replace(current=found)

    def action_leave(self) -> None:
        """Save and quit."""
        self.leave()

    def leave(self) -> None:
        """Save and quit."""
        reader = self._reader
        if reader is not None:
            # What lies over the article would hide what there may be to say.
            while self.screen is not reader and isinstance(self.screen, ModalScreen):
                self.pop_screen()
            if reader.question is not None:
                reader.asking.cancel()
        if reader is None or reader.may_leave():
            self._remember()
            self.exit()

    def suspend_process(self) -> None:
        """Give the terminal back to the shell until that continues the program."""
        self.action_suspend_process()

    def show_help(self) -> None:
        """The help page for the screen that is on."""
        from tui.screens.help import HelpScreen

        if isinstance(self.screen, CommandScreen):
            self.push_screen(HelpScreen(self.screen.contexts(), self._keys))

    def show_palette(self) -> None:
        """All commands of the screen that is on, by name."""
        if isinstance(self.screen, CommandScreen):
            self.screen.show_palette()

    def choose_theme(self) -> None:
        """Choose the colours; each is seen at once."""
        from tui.screens.prompt import Choice, Prompt

        if isinstance(self.screen, CommandScreen):
            choices = [
                Choice(name, lambda name=name: setattr(self, "theme", name), is_on=name == self.theme)  # type: ignore[misc]
                for name in themes.NAMES
            ]
            self.screen.ask(Prompt("theme", offer=lambda: choices))

    @property
    def _reader(self) -> ReaderScreen | None:
        """The reader that is on, or beneath what lies over it; None in the library."""
        screens = [it for it in reversed(self.screen_stack) if isinstance(it, CommandScreen)]
        return screens[0] if screens and isinstance(screens[0], ReaderScreen) else None

    def _use_theme(self, name: str) -> None:
        """Begin with a theme; setting it as a reactive would parse and apply the style sheet once more."""
        for known in themes.make_themes():
            self.register_theme(known)
        self.set_reactive(App.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(self.current_theme.dark, "-dark-mode", update=False)
        self.set_class(not self.current_theme.dark, "-light-mode", update=False)

    def _turn_to(self, screen: Screen[None]) -> None:
        # Textual 8.2.8 cannot switch its first screen for another; that one stays beneath, where it costs nothing.
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    def _open(self, index: int, search: tuple[str, bool] | None) -> str:
        """Turn to an article, with a search in it where it was found by one; what is wrong with it, if anything."""
        self._is_opening = True
        try:
            self._desk = self._library.open(self._library.articles[index])
        except HashiyaError as error:
            return str(error)
        finally:
            self._is_opening = False
        self._turn_to(self._reader_screen(self._desk, search))
        return ""

    def _reader_screen(self, desk: Desk, search: tuple[str, bool] | None = None) -> ReaderScreen:
        settings, articles = self._library.settings, self._library.articles
        path, count = desk.article.path, len(articles)
        place = f"{self._places[path] + 1}/{count}" if path in self._places and count > 1 else ""
        return ReaderScreen(
            desk,
            self._keys,
            self._setting,
            place=place,
            library=articles,
            start=0 if search else recall(os.environ, path, desk.article.sha256) or 0,
            trims=settings.trim,
            proposes=settings.proposals,
            search=search,
            refused=self._refused[path],
        )

    def _library_screen(self, *, goes_on: bool = False) -> LibraryScreen:
        from tui.screens.library import LibraryScreen

        shelf, view = self._looked_at()
        return LibraryScreen(self._keys, shelf, self._library.folder, view, goes_on=goes_on)

    def _looked_at(self) -> tuple[Shelf, LibraryView]:
        """What is known of the library, the article that was open just now read anew, and how it is looked at."""
        from tui.screens.library.shelf import Shelf
        from tui.screens.library.view import LibraryView

        library = self._library
        if self._shelf is None or self._view is None:
            path = self._desk.article.path if self._desk else None
            current = self._places.get(path, 0) if path else 0
            self._shelf = Shelf(library.articles, library.annotator, library.schema, library.encoding)
            self._view = LibraryView(current, shown=range(len(library.articles)))
        elif self._desk is not None:
            self._shelf.learn([(self._view.current, self._shelf.read(self._view.current))])
        return self._shelf, self._view

    def _remember(self) -> None:
        """Keep where the annotator is in the article that is left."""
        reader = self._reader
        if reader is not None:
            article = reader.desk.article
            self._setting = reader.view.setting
            remember(os.environ, article.path, article.sha256, reader.view.cursor.caret)

    def _tell_problems(self) -> None:
        screen = self.screen
        if isinstance(screen, CommandScreen):
            screen.warn(" ".join(self._problems))

    def _leave_with(self, status: int) -> None:
        self._ended_with = status
        self.keep()
        self.exit(return_code=status)
