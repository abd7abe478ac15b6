"""Stopping a command by a signal: what it had begun to write is taken away first.

Left to itself Python ends at once on SIGTERM and SIGHUP, and a file that is half written stays. `tui.ending` does the
same for the program on the screen, which saves.
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# As a shell tells of a program that a signal ended.
_BY_SIGNAL = 128


@contextmanager
def stoppable() -> Iterator[None]:
    """Within, Ctrl+C, SIGTERM and SIGHUP raise SystemExit with the status 128 + their number, once.

    What is ignored stays so, as under `nohup`. To be used in the main thread only, as signals are handled there.
    """
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, _stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler or signal.SIG_DFL)


def _stop(number: int, _frame: FrameType | None) -> NoReturn:
    # The next one would come in the midst of taking away.
    for other in _SIGNALS:
        signal.signal(other, signal.SIG_IGN)
    sys.exit(_BY_SIGNAL + number)
