"""Reading the summaries of a library: the first screenful at once, all others in a thread."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from annotations.library import Summary
from tui.screens.library.looking import QUICK

if TYPE_CHECKING:
    from tui.screens.library.screen import LibraryScreen

# Seconds: what takes longer than the first shows how far it is, as often as the second says.
_SLOW = 0.2
_BETWEEN_NEWS = 0.1
_LARGE = 2_000


@dataclass
class Summarised(Message):
    """Summaries were read, by index."""

    read: Sequence[tuple[int, Summary]]


class Reading:
    """Reads what the shelf does not know yet."""

    def __init__(self, screen: LibraryScreen) -> None:
        self._screen = screen
        self._begun = monotonic()

    @property
    def is_slow(self) -> bool:
        """Whether it takes so long that there is something to tell."""
        return monotonic() - self._begun > _SLOW

    def first(self, current: int, height: int) -> None:
        """Read what a screen of so many rows may show around an article, as far as that is quick."""
        shelf = self._screen.shelf
        self._begun = monotonic()
        for index in range(max(0, current - height), min(len(shelf.articles), current + height)):
            if monotonic() - self._begun > QUICK:
                return
            if shelf.summary(index) is None:
                shelf.learn([(index, shelf.read(index))])

    def finish(self) -> None:
        """All is read: what is known of a large library stays, and looking through it for garbage would be felt."""
        if len(self._screen.shelf.articles) > _LARGE:
            gc.freeze()

    def start(self) -> None:
        """Read the rest in a thread."""
        if not self._screen.shelf.is_known:
            self._screen.run_worker(self._read, thread=True, group="summaries", exclusive=True)

    def _read(self) -> None:
        worker, shelf = get_current_worker(), self._screen.shelf
        read: list[tuple[int, Summary]] = []
        told = monotonic()
        for index in shelf.unknown(self._screen.view.current):
            if worker.is_cancelled:
                return
            read.append((index, shelf.read(index)))
            if monotonic() - told > _BETWEEN_NEWS:
                self._screen.post_message(Summarised(read))
                read, told = [], monotonic()
        self._screen.post_message(Summarised(read))
