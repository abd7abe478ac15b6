"""Keeping what is done: on disk at once, in the sidecar when there is time, and up to what other programs do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotations.errors import HashiyaError
from tui.widgets.bars import set_label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.timer import Timer

    from annotations.store.merge import Conflict
    from tui.screens.reader.screen import ReaderScreen

_LATEST = 0.3  # seconds
_IDLE = 3.0
"""Seconds without a change after which the sidecar is written."""
_LOOK = 2.0
"""Seconds between two looks at whether another program changed the sidecar; each is a system call, or two."""


class Keeping:
    """Saves for one reader."""

    def __init__(self, reader: ReaderScreen) -> None:
        self._reader = reader
        self._idle: Timer | None = None

    def begin(self) -> None:
        """Look at the sidecar now and then, and settle what opening found."""
        if self._reader.desk.can_review:
            self._reader.parts.reviewing.begin()
        elif self._reader.desk.problem is None:
            self._reader.set_interval(_LOOK, self._look)
            self._wait_for_idle()

    def note_change(self) -> None:
        """Save once the change is seen, and before it is listed: the disk is waited for."""
        self._reader.view.after_painting(self._list_and_save)
        # Where another screen came over this one meanwhile, nothing is painted.
        self._reader.set_timer(_LATEST, self.save)
        self._wait_for_idle()

    def save(self) -> None:
        """Have all on disk."""
        desk = self._reader.desk
        if desk.is_dirty:
            desk.save()
            # What `may_leave` has said of it since stays, so that the second try to leave is one.
            if desk.unsaved is not None and not self._reader.status.message.startswith(desk.unsaved):
                self._reader.warn(desk.unsaved)
            self._reader.tell()

    def may_leave(self) -> bool:
        """Settle, and whether the article can be left; what fails is told once, and holds back once."""
        reader, desk = self._reader, self._reader.desk
        if desk.settle():
            return True
        kept = "Again to leave without saving." if desk.unsaved else "The journal has your changes; again to leave."
        told = f"{desk.unsaved or desk.behind} {kept}"
        if reader.status.message == told:
            return True
        reader.warn(told)
        return False

    def _list_and_save(self) -> None:
        self._reader.parts.pane.show()
        self.save()

    def _wait_for_idle(self) -> None:
        if self._idle is not None:
            self._idle.stop()
        self._idle = self._reader.set_timer(_IDLE, self._settle)

    def _settle(self) -> None:
        desk = self._reader.desk
        before = desk.behind
        if not desk.settle() and desk.behind != before:
            self._reader.warn(desk.unsaved or f"{desk.behind} The journal has your changes.")
        self._show_merged()

    def _look(self) -> None:
        try:
            self._reader.desk.look()
        except HashiyaError as error:
            if str(error) != self._reader.desk.behind:
                self._reader.desk.behind = str(error)
                self._reader.warn(str(error))
        self._show_merged()

    def _show_merged(self) -> None:
        """Show what another program changed."""
        reader = self._reader
        found = reader.desk.take_merged()
        if found is None:
            return
        reader.show_change()
        reader.tell_heading()
        reader.say(f"another program changed these annotations, and it is taken in{self._told(found)}")

    def _told(self, conflicts: Sequence[Conflict]) -> str:
        """What is to be told of conflicts, beginning with the key that lists them."""
        key = self._reader.key_of("conflicts.show")
        if not conflicts:
            return ""
        if len(conflicts) > 1:
            lists = f"{key} lists them: " if key else ""
            return f" · {lists}{len(conflicts)} conflicts, in which nothing is dropped"
        return f" · {f'{key} lists it: ' if key else ''}{set_label(conflicts[0].told)}"
