"""The library: the articles, how far each is, and which to open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import on, work
from textual.app import ComposeResult
from textual.message import Message
from textual.worker import get_current_worker

from annotations.library import Summary, summarise
from annotations.schema import Schema
from tui.commands import Context
from tui.keymap import Keymap
from tui.screens.command_screen import CommandScreen
from tui.text.line import set_line
from tui.widgets.bars import Bar, Hints
from tui.widgets.row_list import RowList

_BATCH = 50
_WIDE = 110
_STATUS = {"new": "new", "in-progress": "working", "done": "done", "flagged": "flagged", "skipped": "skipped"}


class LibraryScreen(CommandScreen):
    """Lists articles; what a row shows is read in the background, batch by batch."""

    @dataclass
    class Opened(Message):
        """An article was chosen."""

        library: LibraryScreen
        index: int

    @dataclass
    class _Summarised(Message):
        first: int
        summaries: Sequence[Summary]

    AUTO_FOCUS = "RowList"
    DEFAULT_CSS = """
    LibraryScreen {
        background: $background;
        #heading { border-bottom: solid $foreground 20%; height: 2; }
        #status { border-top: solid $foreground 20%; height: auto; }
    }
    """

    def __init__(
        self,
        keymap: Keymap,
        articles: Sequence[Path],
        folder: str,
        annotator: str,
        schema: Schema,
        *,
        current: int,
    ) -> None:
        super().__init__(keymap)
        self._articles = articles
        self._folder = folder
        self._annotator = annotator
        self._schema = schema
        self._current = current
        self._summaries: list[Summary | None] = [None] * len(articles)

    def compose(self) -> ComposeResult:
        """A heading, the list, the current article's file, hints."""
        yield Bar(id="heading")
        yield RowList(self._row)
        yield Bar(id="status")
        yield Hints()

    def on_mount(self) -> None:
        """List the articles and start reading about them."""
        rows = self.query_one(RowList)
        rows.set_count(len(self._articles))
        rows.set_current(self._current)
        self.show_hints()
        self._tell()
        self._summarise()

    def contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live now."""
        return ("library", "list", "app")

    def owner(self, name: str) -> object:
        """Who carries out the commands whose ids begin with this name."""
        return self.query_one(RowList) if name == "list" else self

    def show_hints(self) -> None:
        """Show what can be done now."""
        self.query_one(Hints).show(self.hints_of(["list.choose"]), self.hints_of(["app.help", "app.leave"]))

    @on(RowList.Highlighted)
    def _follow(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._tell()

    @on(RowList.Chosen)
    def _open(self, event: RowList.Chosen) -> None:
        event.stop()
        self.post_message(self.Opened(self, event.index))

    def say(self, message: str) -> None:
        """Tell what went wrong with an article."""
        self.query_one("#status", Bar).warn(message)

    @work(thread=True, exclusive=True)
    def _summarise(self) -> None:
        worker = get_current_worker()
        for first in range(0, len(self._articles), _BATCH):
            if worker.is_cancelled:
                return
            batch = [summarise(path, self._annotator) for path in self._articles[first : first + _BATCH]]
            self.post_message(self._Summarised(first, batch))

    @on(_Summarised)
    def _show(self, event: _Summarised) -> None:
        self._summaries[event.first : event.first + len(event.summaries)] = event.summaries
        self.query_one(RowList).refresh()
        self._tell()

    def _tell(self) -> None:
        known = [summary for summary in self._summaries if summary is not None]
        done = sum(summary.status == "done" for summary in known)
        right = f"{self._annotator} · {done} of {len(self._articles)} done"
        self.query_one("#heading", Bar).show("hashiya", self._folder, right)
        index = self.query_one(RowList).current
        summary = self._summaries[index] if self._articles else None
        if summary is not None and summary.error is not None:
            self.say(summary.error)
        elif self._articles:
            self.query_one("#status", Bar).show("", str(self._articles[index]))

    def _row(self, index: int, width: int, style: Style) -> list[Segment]:
        """Status, counts and progress from the left, the title flush right."""
        summary = self._summaries[index]
        told = self._told(summary, width)
        title = self._articles[index].name if summary is None or not summary.title else summary.title
        line = set_line(title, max(1, width - cell_len(told) - 2), cell_len)
        gap = max(0, width - cell_len(told) - line.width - 1)
        dim = style + Style(dim=summary is None or summary.status == "new")
        return [Segment(told, dim), Segment(" " * gap, style), Segment(line.glyphs, style), Segment(" ", style)]

    def _told(self, summary: Summary | None, width: int) -> str:
        if summary is None:
            return " …"
        if summary.error is not None:
            return " cannot be read" if not summary.title else " damaged"
        counts = "".join(self._count(summary, label.name, label.title_en.lower()) for label in self._schema.labels)
        told = f" {_STATUS[summary.status]:<8}{counts}"
        return told + (_progress(summary, 16 if width >= _WIDE else 6) if summary.status == "in-progress" else "")

    def _count(self, summary: Summary, label: str, title: str) -> str:
        count = summary.counts.get(label, 0)
        told = f"{count} {title}{'' if count == 1 else 's'}" if count else "–"
        return f" {told:>{len(title) + 5}}"


def _progress(summary: Summary, cells: int) -> str:
    """How far the article is, filled from the right as it is read."""
    progress = summary.progress or 0.0
    filled = round(progress * cells)
    return f"  {'░' * (cells - filled)}{'█' * filled} {progress:>4.0%}"
