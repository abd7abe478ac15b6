"""What the screen has acknowledged: changes painted, and changes called saved, by the frames that the program draws.

A *change* is a deed of `random_annotator`. It is *painted* once a frame of the screen has told of it, and
*acknowledged* once a frame that is not older tells `saved`: message and `saved` are drawn together, from what is so in
one moment. A frame is looked at when it is whole, for which the program is told that its terminal takes synchronised
output. Where two changes are told alike, the frame is taken for the first: what counts as acknowledged may be less than
what was, never more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from random_annotator import Deed, State
from terminal_session import TerminalSession

_FRAME_END = b"\x1b[?2026l"
_TAKES_FRAMES = "\x1b[?2026;2$y"
_SAVED = re.compile(r"saved \d\d:\d\d:\d\d$", re.MULTILINE)
_STATUS_LINES = slice(-8, -1)


class WatchedSession(TerminalSession):
    """A session that hands every whole frame over, as the text of the screen.

    While it `is_late`, what is read is not emulated, until it is to `catch_up`: that takes longer than saving does.
    """

    is_late = False
    _watcher: Callable[[str], None] | None = None
    _unseen = b""

    def watch(self, watcher: Callable[[str], None]) -> None:
        """Hand over the frames from now on; the program has to be on the screen."""
        self._watcher = watcher
        self.type(_TAKES_FRAMES)

    def catch_up(self) -> None:
        """Look at what was read meanwhile, and from now on at what is read."""
        self.is_late = False
        self._show(b"")

    def _show(self, data: bytes) -> None:
        self._unseen += data
        if self.is_late:
            return
        *frames, rest = self._unseen.split(_FRAME_END)
        self._unseen = b""
        for frame in frames:
            super()._show(frame + _FRAME_END)
            if self._watcher is not None:
                self._watcher(self.text)
        super()._show(rest)


@dataclass
class Progress:
    """The states that the keys lead to, the first the one at the start; how many changes are painted, and saved."""

    states: list[State]
    told: list[str] = field(default_factory=list)
    painted: int = 0
    saved: int = 0

    @property
    def sent(self) -> int:
        return len(self.told)

    def add(self, deed: Deed) -> None:
        """The keys of a deed were sent."""
        self.states.append(deed.state)
        self.told.append(deed.told)

    def look(self, text: str) -> None:
        """See how far the program is by a frame."""
        status = "\n".join(text.split("\n")[_STATUS_LINES])
        counts = range(max(self.painted, 1), self.sent + 1)
        self.painted = next((count for count in counts if self.told[count - 1] in status), self.painted)
        if _SAVED.search(status):
            self.saved = self.painted

    def take_all(self) -> None:
        """The program can only be where it is with all of them saved."""
        self.painted = self.saved = self.sent
