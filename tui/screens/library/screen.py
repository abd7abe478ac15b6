"""The library's screen: it composes heading, list and foot, and routes what is asked, read and found to its parts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.app import ComposeResult
from textual.message import Message

from annotations.library_query import Order, orders
from annotations.library_search import Found
from tui.command import Context
from tui.keymap import Keymap
from tui.screens.command_screen import CommandScreen
from tui.screens.library.filtering import Filtering, TextsRead
from tui.screens.library.looking import Looked, Looking
from tui.screens.library.reading import Reading, Summarised
from tui.screens.library.remark import Remark
from tui.screens.library.rows import Rows
from tui.screens.library.searching import Searched, Searching
from tui.screens.library.shelf import Shelf
from tui.screens.library.telling import told_of_nothing, told_order, told_view
from tui.screens.library.view import LibraryView
from tui.screens.prompt import Choice, Prompt
from tui.widgets import palette
from tui.widgets.bars import Bar, Hints, quoted
from tui.widgets.row_list import RowList
from tui.widgets.row_painter import Part


class LibraryScreen(CommandScreen):
    """Lists the articles of a shelf as a view says; with `goes_on` it opens the next unfinished one at once."""

    @dataclass
    class Opened(Message):
        """An article was chosen, by its index; where it was found by a search, with what was typed, and as what."""

        library: LibraryScreen
        index: int
        search: tuple[str, bool] | None = None

    AUTO_FOCUS = "#articles"
    DEFAULT_CSS = """
    LibraryScreen {
        background: $background;
        #heading { border-bottom: solid $foreground 20%; height: 2; }
        #empty { padding: 1 2; }
        #status { border-top: solid $foreground 20%; height: auto; }
    }
    """

    def __init__(self, keymap: Keymap, shelf: Shelf, folder: str, view: LibraryView, *, goes_on: bool = False) -> None:
        super().__init__(keymap)
        self.shelf = shelf
        self.view = view
        self._folder = folder
        self._goes_on = goes_on
        self._rows = Rows(shelf)
        self._found: Sequence[tuple[int, Found]] = ()
        self._styles: Mapping[Part, Style] = {}
        self._said: tuple[str, bool] | None = None
        self._reading = Reading(self)
        self._looking = Looking(self)
        self.filtering = Filtering(self)
        self.searching = Searching(self)

    def compose(self) -> ComposeResult:
        """A heading, the list, the current article's file, hints."""
        yield Bar(id="heading")
        yield Remark(id="empty")
        yield RowList(self._row, id="articles")
        yield Remark(id="remark")
        yield Bar(id="status")
        yield Hints()

    def on_mount(self) -> None:
        """List the articles, and go on with whatever is not read or found yet."""
        listed, after = self.view.shown, self.view.current
        self._reading.first(after, self.app.size.height)
        self.relist()
        self._reading.start()
        self.filtering.read_texts()
        self.searching.go_on()
        self.tell()
        if self._goes_on:
            self._looking.start(listed or self.view.shown, after)

    @property
    def rows(self) -> RowList:
        """The list."""
        return self.query_one("#articles", RowList)

    @property
    def current(self) -> int | None:
        """The article of the current row."""
        shown = self.view.shown
        return shown[self.rows.current] if shown else None

    @property
    def clear_key(self) -> str:
        """The key that stops what is going on and takes the filter away; empty where it has none."""
        return next((key for key, _ in self.hints_of(["library.clear"])), "")

    def contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live now."""
        return ("library", "list", "app")

    def owner(self, name: str) -> object:
        """Who carries out the commands whose ids begin with this name."""
        return self.rows if name == "list" else self

    def open_current(self) -> bool:
        """Open the current article, before anything that is typed after it; False where there is none."""
        if self.rows.current >= len(self.view.shown):
            return False
        self.open(self.view.shown[self.rows.current])
        return True

    def filter(self) -> None:
        """Ask for a filter."""
        self.filtering.ask()

    def search(self) -> None:
        """Ask what to search the texts for."""
        self.searching.ask()

    def order(self) -> None:
        """Ask for an order."""
        choices = self._orders()
        self.ask(Prompt("order by", offer=lambda: choices, by_key=True))

    def next_unfinished(self) -> None:
        """Open the next article of the list that is not finished."""
        self._looking.start(self.view.shown, -1 if self.current is None else self.current)

    def clear(self) -> bool:
        """Leave the search, else take the filter away; False where there is neither."""
        if self._looking.is_on:
            self._looking.stop()
        elif self.view.search is not None:
            self.settle()
            self.change(self.view._replace(search=None))
        elif self.view.filter:
            self.settle()
            self.change(self.view._replace(filter=""))
        else:
            return False
        return True

    def change(self, view: LibraryView) -> None:
        """Look at the library in another way; the current article stays current."""
        before, self.view = self.view, view
        self._said = None
        if view.filter != before.filter:
            self.filtering.use(view.filter)
        if view.search is not before.search:
            self.searching.go_on()
        self.relist()
        self.tell()

    def settle(self) -> None:
        """Keep the article of the current row as the current one, whatever is listed next."""
        if self.current is not None:
            self.view = self.view._replace(current=self.current)

    def step(self, by: int) -> None:
        """Some rows up or down."""
        self.rows.step(by)

    def open(self, index: int) -> None:
        """Have an article opened."""
        self.view = self.view._replace(current=index)
        # What is typed from now on is meant for the article.
        self.hold()
        self.post_message(self.Opened(self, index, self.view.searched))

    def relist(self, *, has_grown: bool = False) -> None:
        """List what the view shows; what has only grown leaves the current row's article where it is."""
        rows, current = self.rows, self.current if has_grown else None
        self._found = self._found_in_order()
        is_search = self.view.search is not None
        shown = [index for index, _ in self._found] if is_search else self.filtering.listed()
        self.view = self.view._replace(shown=shown)
        rows.set_count(len(shown))
        place = self._place(self.view.current if current is None else current)
        if place != rows.current or not has_grown:
            rows.set_current(place)

    def say(self, message: str, *, wrong: bool = True) -> None:
        """Tell something, such as what went wrong with an article, until another row is current."""
        self._said = (message, wrong)
        self.tell()

    def unsay(self) -> None:
        """Take back what was told."""
        self._said = None
        self.tell()

    def warn(self, message: str) -> None:
        """Tell that something went wrong."""
        self.say(message)

    def tell(self) -> None:
        """Bring heading, status and hints up to what there is."""
        self.filtering.tell()
        texts = self.filtering.told_texts()
        right = told_view(self.shelf, self.view, texts, is_slow=self._reading.is_slow, width=self.app.size.width)
        self.query_one("#heading", Bar).show("hashiya", self._folder, right)
        self.query_one("#empty", Remark).show(told_of_nothing(self.shelf, self.view, texts, self.clear_key))
        self._tell_status()
        self.show_hints()

    def notify_style_update(self) -> None:
        """Forget styles taken from the theme."""
        super().notify_style_update()
        self._styles = {}

    def show_hints(self) -> None:
        """Show what can be done now."""
        if self.question is None:
            view = self.view
            names = ["library.filter", "library.order", "library.next_unfinished", "library.search"]
            if view.filter or view.search is not None:
                names = [
                    "library.clear",
                    "library.filter",
                    "library.next_unfinished",
                    "library.search",
                    "library.order",
                ]
            names = ["library.open_current", *names] if view.shown else names
            self.query_one(Hints).show(self.hints_of(names), self.hints_of(["app.help", "app.leave"]))

    @on(RowList.Highlighted, "#articles")
    def _follow(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._said = None
        self.settle()
        self.tell()

    @on(RowList.Chosen)
    def _take_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.asking.chosen(event.rows, event.index):
            return
        if self.filtering.is_asking:
            # Whoever clicks an article of the list that a filter made means to keep both.
            self.asking.accept()
        elif self.question is not None:
            self.asking.cancel()
        if event.index < len(self.view.shown):
            self.open(self.view.shown[event.index])

    @on(Summarised)
    def _learn(self, event: Summarised) -> None:
        self.shelf.learn(event.read)
        if self.shelf.is_known:
            self._reading.finish()
            self.filtering.read_texts()
        if self.view.filter or self.shelf.is_known:
            self.relist(has_grown=True)
        elif not self._rows.awaited.isdisjoint(index for index, _ in event.read):
            self._rows.awaited.clear()
            self.rows.refresh()
        self.tell()

    @on(TextsRead)
    def _take_texts(self, event: TextsRead) -> None:
        if self.filtering.take(event) and self.view.search is None:
            self.relist(has_grown=True)
            self.tell()

    @on(Searched)
    def _take_found(self, event: Searched) -> None:
        search = self.searching.take(event)
        if search is not None:
            self.view = self.view._replace(search=search)
            self.relist(has_grown=True)
            if search.problem:
                self.say(search.problem)
            self.tell()

    @on(Looked)
    def _take_looked(self, event: Looked) -> None:
        self._looking.take(event)

    def _orders(self) -> list[Choice]:
        choices, taken = [], set[str]()
        for order in orders(self.shelf.schema):
            name, other_name, key = told_order(order, self.shelf.schema)
            choices.append(
                Choice(name, self._put(order), other_name, "" if key in taken else key, is_on=order == self.view.order)
            )
            taken.add(key)
        return choices

    def _put(self, order: Order) -> Callable[[], None]:
        def put() -> None:
            self.settle()
            self.change(self.view._replace(order=order))

        return put

    def _found_in_order(self) -> Sequence[tuple[int, Found]]:
        found = self.view.search.found if self.view.search is not None else ()
        if not found:
            return found
        places = {index: place for place, index in enumerate(self.shelf.ordered(self.view.order))}
        return sorted(found, key=lambda pair: places[pair[0]])

    def _place(self, article: int) -> int:
        """The row of an article or, where it is not listed, the one that it would be before in the order of names."""
        shown = self.view.shown
        if article in shown:
            return shown.index(article)
        return min(bisect_left(shown, article), len(shown) - 1) if self.view.order.kind == "name" and shown else 0

    def _row(self, row: int, width: int, style: Style) -> list[Segment]:
        article = self.view.shown[row]
        if self.view.search is None:
            return self._rows.article(article, width, style)
        if not self._styles:
            self._styles = palette.styles_of_parts(self, has_keys=True)
        hit = self._styles["current" if row == self.rows.current else "hit"]
        return self._rows.found(article, self._found[row][1], width, style, hit)

    def _tell_status(self) -> None:
        status, index = self.query_one("#status", Bar), self.current
        summary = self.shelf.summary(index) if index is not None else None
        if self._said is not None:
            message, wrong = self._said
            status.warn(message) if wrong else status.show(message)
        elif summary is not None and summary.error is not None:
            status.warn(summary.error)
        else:
            note = quoted(summary.note, self.app.size.width // 2) if summary is not None and summary.note else ""
            status.show("", "" if index is None else str(self.shelf.articles[index]), note)
