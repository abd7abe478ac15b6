"""Ending on a signal: what is not saved is saved, and the program is gone in seconds, whatever its terminal does.

Textual writes to the terminal through a queue that nobody empties once the terminal is gone or no longer read, and then
waits for ever: a signal that is only told to its event loop may never be heard.
"""

from __future__ import annotations

import asyncio
import os
import signal
import termios
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import Any

PATIENCE = 2.0
"""Seconds that the screen has to close after a signal before the program ends without that."""

_AGAIN = 0.01
"""Seconds after which it is looked again whether saving is over."""

_TERMINAL = 0
_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_LOOK_EVERY = 1.0  # seconds

# As a shell tells of a program that a signal ended.
_BY_SIGNAL = 128


class Ending:
    """Ends the program by a signal, with exit status 128 + its number.

    `keep` saves what is not saved, unless it `is_busy` with that, or with opening, already; `leave` asks the
    application to close with an exit status, `refresh` to paint its screen anew. `holds_screen` is for the
    driver to set: whether the terminal shows the program's screen. Where it does not, as while the program is stopped,
    there is nothing to close. To be used in the main thread only, as signals are handled there.
    """

    def __init__(
        self,
        keep: Callable[[], object],
        is_busy: Callable[[], bool],
        leave: Callable[[int], None],
        refresh: Callable[[], object],
    ) -> None:
        self.holds_screen = False
        self._keep = keep
        self._is_busy = is_busy
        self._leave = leave
        self._refresh = refresh
        self._loop: asyncio.AbstractEventLoop | None = None
        self._attributes: list[Any] = []
        self._status: int | None = None

    @staticmethod
    def has_terminal() -> bool:
        """Whether the terminal is still there, and this process group's to use, not the shell's or another job's."""
        if not os.isatty(_TERMINAL):
            return False
        try:
            return os.tcgetpgrp(_TERMINAL) == os.getpgrp()
        except OSError:
            # It controls no jobs, so nobody else can have it.
            return True

    def watch(self) -> None:
        """Hear signals from now on; to be called with the loop running, before the terminal is changed."""
        if self._loop is not None:
            return
        self._loop = asyncio.get_running_loop()
        with suppress(termios.error):
            self._attributes = termios.tcgetattr(_TERMINAL)
        for number in _SIGNALS:
            signal.signal(number, self._end)
        self._look(self._loop)

    def repaint(self) -> None:
        """To be called when the screen is taken again: what the terminal shows then is not known."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._refresh)

    def before_stopping(self) -> None:
        """To be called before the program stops itself: where it was asked to end meanwhile, it ends."""
        if self._status is not None:
            self._end_at_once(self._status)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """A terminal that goes tells the session's leader; where that one keeps it to itself, it has to be seen."""
        if os.isatty(_TERMINAL):
            loop.call_later(_LOOK_EVERY, self._look, loop)
        else:
            signal.raise_signal(signal.SIGHUP)

    def _end(self, number: int, _frame: FrameType | None) -> None:
        self._status = status = _BY_SIGNAL + number
        if self._loop is None or not self._loop.is_running() or not self.holds_screen or not self.has_terminal():
            self._end_at_once(status)
            return
        signal.signal(signal.SIGALRM, lambda *_: self._end_at_once(status))
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)
        self._loop.call_soon_threadsafe(self._leave, status)

    def _end_at_once(self, status: int) -> None:
        if self._is_busy():
            # The handler runs in the midst of saving, which goes on when it returns.
            signal.signal(signal.SIGALRM, lambda *_: self._end_at_once(status))
            signal.setitimer(signal.ITIMER_REAL, _AGAIN)
            return
        self._keep()
        if self.holds_screen and self.has_terminal():
            with suppress(termios.error):
                termios.tcsetattr(_TERMINAL, termios.TCSANOW, self._attributes)
        os._exit(status)
