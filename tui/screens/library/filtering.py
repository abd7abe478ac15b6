"""The filter of the library: answered at each key from what is known, and from the texts where it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from textual.message import Message
from textual.worker import get_current_worker

from annotations.library_query import Query
from annotations.library_search import filter_by_text
from tui.screens.library.remark import Remark
from tui.screens.library.shelf import TextWords
from tui.screens.library.telling import told_reading
from tui.screens.library.view import LibraryView
from tui.screens.prompt import Prompt

if TYPE_CHECKING:
    from tui.screens.library.screen import LibraryScreen

_WORKERS = "texts"


@dataclass
class TextsRead(Message):
    """Texts were read for a filter: whether each fits the words."""

    words: TextWords
    answers: dict[int, bool]
    is_last: bool


class Filtering:
    """Keeps what the filter means; the view keeps how it was typed."""

    def __init__(self, screen: LibraryScreen) -> None:
        self._screen = screen
        self._shelf = screen.shelf
        self.query = Query.parse(screen.view.filter, self._shelf.schema)
        self.is_asking = False
        self._total = self._left = 0
        self._reads = False

    def ask(self) -> None:
        """Ask for a filter; the list follows what is typed."""
        before = self._screen.view
        # What a search has found is no list to filter.
        self._screen.change(before._replace(search=None))
        self.is_asking = True
        self._screen.ask(
            Prompt(
                "filter",
                lambda _: self._accepted(),
                text=before.filter,
                changed=self._typed,
                cancelled=lambda: self._restore(before),
                stepped=self._screen.step,
            )
        )
        self.tell()

    def use(self, typed: str) -> None:
        """Filter by what was typed, from now on; the list is the caller's to change."""
        self.query = Query.parse(typed, self._shelf.schema)
        self.read_texts()

    def listed(self) -> Sequence[int]:
        """The articles that fit, as far as that is known, in the order of the view."""
        fits = self._shelf.fitting(self._screen.view.order, self.query)
        if not self.query.text_words:
            return fits
        answers = self._shelf.answers(self.query.text_words)
        return [index for index in fits if answers.get(index, False)]

    def read_texts(self) -> None:
        """Read the texts that the filter asks of and nobody has read for it; nothing until all summaries are known."""
        self.stop()
        if not self.query.text_words or not self._shelf.is_known:
            return
        answers = self._shelf.answers(self.query.text_words)
        fits = self._shelf.fitting(self._screen.view.order, self.query)
        unread = [index for index in fits if index not in answers]
        if unread:
            self._total, self._left, self._reads = len(fits), len(unread), True
            work = lambda: self._read(unread, self.query)  # noqa: E731 - a worker is given something to call
            self._screen.run_worker(work, thread=True, group=_WORKERS, exclusive=True)

    def take(self, read: TextsRead) -> bool:
        """Keep what came of reading; whether it is of use for the filter that there is now."""
        self._shelf.answers(read.words).update(read.answers)
        if read.words != self.query.text_words:
            return False
        self._left -= len(read.answers)
        self._reads = not read.is_last
        return True

    def stop(self) -> None:
        """Read no more texts."""
        self._screen.workers.cancel_group(self._screen, _WORKERS)
        self._reads = False

    def told_texts(self) -> str:
        """How many of the texts are read; empty where none are to be."""
        if not self._reads:
            return ""
        return f"reading {self._total - self._left:,} of {self._total:,} texts"

    def tell(self) -> None:
        """Tell at the prompt what comes of what is typed: how much is shown, what was not understood."""
        if not self.is_asking:
            return
        shown = len(self._screen.view.shown)
        told = f"{shown:,} of {len(self._shelf.articles):,}"
        if self._reads:
            told = f"{self.told_texts()} · {shown:,} fit"
        elif not self._shelf.is_known:
            told = f"{told_reading(self._shelf)} · {shown:,} fit"
        self._screen.asking.tell(told)
        self._screen.query_one("#remark", Remark).show(" ".join(self.query.problems) or self._teaching())

    def _teaching(self) -> str:
        if self._screen.view.filter:
            return ""
        label = self._shelf.schema.labels[0].name
        return f"words of the title, status:new, {label}>3, note:word, text:word; -status:done is what is not done"

    def _typed(self, typed: str) -> None:
        self._screen.change(self._screen.view._replace(filter=typed))

    def _accepted(self) -> None:
        self._end()
        self._screen.settle()

    def _restore(self, before: LibraryView) -> None:
        self._end()
        self._screen.change(before)

    def _end(self) -> None:
        self.is_asking = False
        self._screen.query_one("#remark", Remark).show("")
        self._screen.tell()

    def _read(self, indices: Sequence[int], query: Query) -> None:
        """Read texts and tell, now and then, of those that were read since."""
        worker = get_current_worker()
        paths = [self._shelf.articles[index] for index in indices]
        done, fits = 0, set[Path]()
        how = {"annotator": self._shelf.annotator, "encoding": self._shelf.encoding}
        for read in filter_by_text(paths, query, cancelled=lambda: worker.is_cancelled, **how):
            if isinstance(read, Path):
                fits.add(read)
                continue
            answers = {indices[place]: paths[place] in fits for place in range(done, read.done)}
            done = read.done
            self._screen.post_message(TextsRead(query.text_words, answers, is_last=done == read.total))
