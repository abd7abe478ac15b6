"""How far a command is, on standard error where that is a terminal: `Reading  [######----]  612/1000  00:00:04`.

The line is drawn by click's progress bar. Its colours are off, which also keeps it from hiding the cursor: a program
that is stopped or killed could not give that back.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import repeat
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TextIO

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

_PATIENCE = 0.5
"""Seconds after which it is worth telling: many commands are done by then."""

_PAUSE = 0.1
_WIDEST_BAR = 40
_NARROWEST_BAR = 8
# Two spaces and `99d 23:59:59`.
_TIME_LEFT = 14
# Digits that a number takes where nobody knows how large it gets.
_DIGITS = 9
_ERASE = "\r\x1b[K"
_UP_AND_ERASE = f"\x1b[A{_ERASE}"


class Steps(Protocol):
    """To be called after each article."""

    def __call__(self) -> None:
        """One more is done."""

    def hide(self) -> None:
        """To be called before anything else is written to the terminal: the line is taken away until it is due."""


@contextmanager
def progress(total: int | None, what: str) -> Iterator[Steps]:
    """Gives what is to be called after each of `total` articles, None where nobody knows how many there are.

    `what` is done to them: `Reading`. Nothing is written in a pipe, nor before half a second has passed. At the end,
    an error or Ctrl+C too, the line is taken away.
    """
    bar = _bar(total, what, sys.stderr) if sys.stderr is not None and sys.stderr.isatty() else None
    if bar is None:
        yield _Nobody()
        return
    line = _Line(bar, sys.stderr)
    try:
        yield line
    finally:
        line.clear()


@dataclass(slots=True)
class _Line:
    """Draws a bar now and then."""

    bar: ProgressBar[Any]
    stream: TextIO
    _due: float = field(default_factory=lambda: monotonic() + _PATIENCE)
    _waiting: int = 0
    _shown: ExitStack = field(default_factory=ExitStack)
    _is_shown: bool = False

    def __call__(self) -> None:
        self._waiting += 1
        now = monotonic()
        if now < self._due:
            return
        self._due = now + _PAUSE
        with suppress(OSError):  # a terminal that is gone is no reason to stop
            if not self._is_shown:
                self._is_shown = True
                self._shown.enter_context(self.bar)
            self.bar.update(self._waiting)
            self._waiting = 0

    def hide(self) -> None:
        if self._is_shown:
            with suppress(OSError):
                self.stream.write(_ERASE)
                self.stream.flush()

    def clear(self) -> None:
        if self._is_shown:
            with suppress(OSError):
                self._shown.close()
                self.stream.write(_UP_AND_ERASE)
                self.stream.flush()


def _bar(total: int | None, what: str, stream: TextIO) -> ProgressBar[Any] | None:
    """A bar that fits into a line of the terminal, or none."""
    # A terminal goes to its next line after the last column.
    columns = _columns(stream) - 1
    least = len(what) + 2 + (_DIGITS if total is None else 2 * len(str(total)) + 1)
    bar = min(_WIDEST_BAR, columns - least - _TIME_LEFT - len("  []"))
    if least > columns:
        return None
    is_wide = total is not None and bar >= _NARROWEST_BAR
    return click.progressbar(
        None if total is not None else repeat(None),
        length=total,
        label=what,
        show_pos=True,
        show_eta=is_wide,
        bar_template="%(label)s  [%(bar)s]  %(info)s" if is_wide else "%(label)s  %(info)s",
        width=max(bar, 1),
        empty_char="-",
        file=stream,
        color=False,
    )


def _columns(stream: TextIO) -> int:
    try:
        return os.get_terminal_size(stream.fileno()).columns or 80
    except OSError:
        return 80


class _Nobody:
    """Where nobody looks."""

    def __call__(self) -> None:
        pass

    def hide(self) -> None:
        pass
