"""Search in the texts of the library: asked for in one line, looked for in a thread, listed as it is found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from annotations.library_search import Found, search_library
from annotations.pattern import PatternError
from tui.screens.library.telling import counted
from tui.screens.library.view import Search
from tui.screens.prompt import Prompt
from tui.text.line_editor import LineEditor

if TYPE_CHECKING:
    from tui.screens.library.screen import LibraryScreen

_WORKERS = "search"


@dataclass
class Searched(Message):
    """Some more articles were looked through; `run` is the search that this is of."""

    run: object
    found: tuple[tuple[int, Found], ...]
    done: int
    unreadable: int
    is_over: bool
    problem: str = ""


class Searching:
    """Asks for a search and keeps it going; the view keeps what it has found."""

    def __init__(self, screen: LibraryScreen) -> None:
        self._screen = screen
        self._is_pattern = False
        self._typed = ""
        self._run: object = None

    def ask(self) -> None:
        """Ask what to search the articles for that the filter shows."""
        among = counted(len(self._screen.filtering.listed()), "article")
        self._screen.ask(
            Prompt(
                self._title(),
                self._accepted,
                text="" if self._screen.view.search is None else self._typed,
                stepped=self._recall,
                toggled=self._toggle,
                told=f"in {among}",
            )
        )

    def go_on(self) -> None:
        """Go on with the view's search where that was left before its end."""
        search = self._screen.view.search
        self.stop()
        if search is None:
            return
        self._typed, self._is_pattern = search.typed, search.is_pattern
        if not search.is_over:
            run = self._run = object()
            work = lambda: self._search(search, run)  # noqa: E731 - a worker is given something to call
            self._screen.run_worker(work, thread=True, group=_WORKERS, exclusive=True)

    def take(self, news: Searched) -> Search | None:
        """The search with what came of it since; None where it is no longer the one that is on."""
        search = self._screen.view.search
        if search is None or news.run is not self._run:
            return None
        return search._replace(
            found=search.found + news.found,
            done=news.done,
            unreadable=news.unreadable,
            is_over=news.is_over,
            problem=news.problem,
        )

    def stop(self) -> None:
        """Look no further."""
        self._screen.workers.cancel_group(self._screen, _WORKERS)
        self._run = None

    def _title(self) -> str:
        return "pattern" if self._is_pattern else "search"

    def _toggle(self) -> None:
        question = self._screen.question
        self._is_pattern = not self._is_pattern
        if question is not None:
            question.title = self._title()
            self._screen.asking.show()

    def _recall(self, by: int) -> None:
        """Take what was searched for last, or nothing, as what is typed."""
        question = self._screen.question
        if question is not None:
            text = self._typed if by < 0 else ""
            question.editor = LineEditor(text, len(text))

    def _accepted(self, typed: str) -> None:
        if typed:
            among = tuple(self._screen.filtering.listed())
            self._screen.change(self._screen.view._replace(search=Search(typed, self._is_pattern, among)))

    def _search(self, search: Search, run: object) -> None:
        """Search what is left of the articles, telling now and then what was found since."""
        worker = get_current_worker()
        left = search.among[search.done :]
        shelf = self._screen.shelf
        paths = [shelf.articles[index] for index in left]
        indices = dict(zip(paths, left, strict=True))
        found: list[tuple[int, Found]] = []
        done, unreadable = search.done, search.unreadable
        try:
            for got in search_library(
                paths,
                search.typed,
                regex=search.is_pattern,
                cancelled=lambda: worker.is_cancelled,
                annotator=shelf.annotator,
                encoding=shelf.encoding,
            ):
                if isinstance(got, Found):
                    found.append((indices[got.path], got))
                    continue
                done, unreadable = search.done + got.done, search.unreadable + got.unreadable
                self._screen.post_message(Searched(run, tuple(found), done, unreadable, is_over=got.done == got.total))
                found.clear()
        except PatternError as error:
            self._screen.post_message(Searched(run, tuple(found), done, unreadable, is_over=True, problem=str(error)))
