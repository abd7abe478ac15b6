"""On to the next unfinished article: at once where it is near, else in a thread that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

if TYPE_CHECKING:
    from tui.screens.library.screen import LibraryScreen

QUICK = 0.03
"""Seconds that reading may take while keys wait."""

_WORKERS = "next"


@dataclass
class Looked(Message):
    """A list was looked through from an article on; `found` is the next unfinished one, None where there is none."""

    shown: Sequence[int]
    after: int
    found: int | None


class Looking:
    """Looks through a list, and opens what it finds or says that there is nothing."""

    def __init__(self, screen: LibraryScreen) -> None:
        self._screen = screen
        self.is_on = False

    def start(self, shown: Sequence[int], after: int) -> None:
        """Open the next unfinished article of a list after this one; a long look does not hold up the keys."""
        until = monotonic() + QUICK
        found = self._screen.shelf.next_unfinished(shown, after, lambda: monotonic() > until)
        if found is not None or monotonic() <= until:
            self._end(Looked(shown, after, found))
            return
        self.is_on = True
        stops = f"; {self._screen.clear_key} stops that" if self._screen.clear_key else ""
        self._screen.say(f"looking for the next unfinished article{stops}", wrong=False)
        work = lambda: self._look(shown, after)  # noqa: E731 - a worker is given something to call
        self._screen.run_worker(work, thread=True, group=_WORKERS, exclusive=True)

    def stop(self) -> None:
        """Look no further."""
        self.is_on = False
        self._screen.workers.cancel_group(self._screen, _WORKERS)
        self._screen.unsay()

    def take(self, looked: Looked) -> None:
        """End as the thread has found."""
        if self.is_on:
            self.stop()
            self._end(looked)

    def _end(self, looked: Looked) -> None:
        shelf, shown = self._screen.shelf, looked.shown
        if looked.found is not None:
            self._screen.open(looked.found)
            return
        of_list = "" if len(shown) == len(shelf.articles) else " of the list"
        if looked.after in shown and shelf.is_unfinished(looked.after):
            self._screen.say(f"no other article{of_list} is unfinished", wrong=False)
        else:
            self._screen.say(f"all articles{of_list} are finished", wrong=False)

    def _look(self, shown: Sequence[int], after: int) -> None:
        worker = get_current_worker()
        found = self._screen.shelf.next_unfinished(shown, after, lambda: worker.is_cancelled)
        if not worker.is_cancelled:
            self._screen.post_message(Looked(shown, after, found))
