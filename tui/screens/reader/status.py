"""What the reader's status line tells: a message until the cursor moves, else what is under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.screens.reader.telling import told_saved, told_selection, told_span
from tui.widgets.bars import Bar

if TYPE_CHECKING:
    from tui.screens.reader.screen import ReaderScreen
    from tui.text.cursor import Cursor


class Status:
    """The message that was said last, and where."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._said_at: Cursor | None = None
        self.message = ""
        self.is_wrong = False

    def say(self, message: str, *, wrong: bool = False) -> None:
        """Tell something until the cursor moves."""
        self.message, self.is_wrong = message, wrong
        self._said_at = self._reader.view.cursor

    def say_nothing(self) -> None:
        """Take back what was said."""
        self.message, self.is_wrong = "", False

    def add(self, more: str) -> None:
        """Tell something besides."""
        self.message = f"{self.message} · {more}" if self.message else more

    def note_move(self) -> None:
        """The cursor may be elsewhere."""
        if self._reader.view.cursor != self._said_at:
            self.say_nothing()

    def begin(self) -> None:
        """Tell what there is to tell when the article opens."""
        reader = self._reader
        desk = reader.desk
        if desk.can_review:
            looking = "the text was changed since it was annotated: the annotations are being looked for in it"
            self.say("; ".join((looking, *desk.notices)), wrong=bool(desk.notices))
        elif desk.problem is not None:
            key = reader.key_of("locking.take_over") if desk.locked and not desk.locked.certain else ""
            self.say(f"{desk.problem} {key} takes over." if key else desk.problem, wrong=True)
        elif desk.notices:
            key = reader.key_of("conflicts.show") if desk.conflicts else ""
            self.say("; ".join((*desk.notices, *([f"{key} lists the conflicts"] if key else []))), wrong=True)
        elif not reader.desk.layer.spans:
            keys = [
                f"{key} for {found.label}" for key, found in reader.with_keys(reader.parts.marking.label_commands())
            ]
            self.say(f"select with Shift+arrows or the mouse, then {', '.join(keys)}")
        elif wrong := reader.parts.pane.wrong_links():
            keys = [f"; {key} where no span is lists them" for key, _ in reader.hints_of(["links.card"])]
            self.say(f"links that are not right: {len(wrong)}{''.join(keys)}")

    def show(self, bar: Bar) -> None:
        """Show it in the bar, with whether all is saved."""
        saved = told_saved(self._reader.desk)
        parts = self._reader.parts
        if parts.made("walking") and parts.walking.is_finding():
            saved = f"reading other articles…  {saved}"
        if self.is_wrong:
            bar.warn(self.message, saved)
        else:
            bar.show(self.message or self._told_here(), right=saved)

    def _told_here(self) -> str:
        reader, view = self._reader, self._reader.view
        if reader.mode is not None and (told := reader.mode.told()):
            return told
        if not view.has_focus and (told := reader.parts.pane.told()):
            return told
        if view.selection is not None:
            return told_selection(reader.desk.article.text, *view.selection)
        span = reader.span_here()
        if span is not None:
            return told_span(reader.desk.layer, reader.desk.schema, span)
        proposal = reader.parts.walking.told_proposal() if reader.parts.made("walking") else ""
        return proposal or f"offset {view.cursor.caret}"
