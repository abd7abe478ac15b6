"""The program in a pseudo-terminal: keys in, raw bytes out, and the screen that an emulator makes of them.

Nothing waits by the clock: `wait_for` reads until the screen or the bytes are as asked, and gives up only when that
takes far longer than any machine should need. Queries of the program to its terminal are not answered.
"""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte
import pytest

HASHIYA = (sys.executable, "-m", "tui")

PATIENCE = 20.0
"""Seconds after which what was waited for is taken to never come."""

KEYS = {
    "left": "\x1b[D",
    "right": "\x1b[C",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "shift+left": "\x1b[1;2D",
    "shift+right": "\x1b[1;2C",
    "shift+down": "\x1b[1;2B",
    "ctrl+left": "\x1b[1;5D",
    "ctrl+right": "\x1b[1;5C",
    "ctrl+shift+left": "\x1b[1;6D",
    "ctrl+home": "\x1b[1;5H",
    "ctrl+end": "\x1b[1;5F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "enter": "\r",
    "escape": "\x1b",
    "tab": "\t",
    "ctrl+r": "\x12",
    "ctrl+z": "\x1a",
    "f9": "\x1b[20~",
}
"""What xterm sends for keys that are not characters."""

# The emulator would print the final byte of control sequences with `<`, `=`, `>` or an intermediate byte.
_FOREIGN = re.compile(rb"\x1b\[(?:[<=>][0-?]*[ -/]*|[0-?]*[ -/]+)[@-~]")
_UNFINISHED = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*)?\Z")
# A session leader without a terminal gets the one it opens as its controlling terminal.
_ON_TERMINAL = ("/bin/sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1')
# What the terminal that runs the tests says of itself is not what the one in the test says.
_OF_THE_TERMINAL = ("KONSOLE_VERSION", "MLTERM", "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "ENV")


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """An environment with its own home, settings and temporary folder under `home`, and the annotator lina."""
    kept = {name: value for name, value in os.environ.items() if name not in _OF_THE_TERMINAL}
    kept = {name: value for name, value in kept.items() if not name.startswith(("TEXTUAL", "XDG_"))}
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    own = {"HOME": str(home), "TMPDIR": str(temporary), "HASHIYA_ANNOTATOR": "lina"}
    return kept | own | {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LC_ALL": "C.UTF-8", "PS1": "$ "} | more


def without_privileges() -> Sequence[str]:
    """What to put before a command so that a file's permissions hold for it though root runs the tests."""
    if os.getuid() != 0:
        return ()
    if shutil.which("setpriv") is None:
        pytest.skip("root may do everything, and there is no setpriv to take that away")
    return ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--")


class TerminalSession:
    """A command on a pseudo-terminal of `size` columns and rows, of which it is the session leader.

    `raw` is all that it has written, `screen` what that looks like. `before` and `after` are the terminal's attributes
    (as `termios.tcgetattr` gives them) at the start and, once `end` has returned, at the end. As a context manager it
    leaves no process behind. Where it is not `emulated` the screen stays blank, and costs nothing.
    """

    def __init__(
        self,
        command: Sequence[str | os.PathLike[str]],
        environment: Mapping[str, str],
        *,
        size: tuple[int, int] = (80, 24),
        folder: Path | None = None,
        emulated: bool = True,
    ) -> None:
        self.raw = bytearray()
        self.screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self.screen)
        self._unfinished = b""
        self._emulated = emulated
        self._master, self._slave = pty.openpty()
        termios.tcsetwinsize(self._master, size[::-1])
        self.before = termios.tcgetattr(self._slave)
        self.after: list[object] = []
        self.process = subprocess.Popen(
            [*_ON_TERMINAL, os.ttyname(self._slave), *command],
            env=dict(environment),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        groups = {self.process.pid}
        with suppress(OSError):
            groups.add(os.tcgetpgrp(self._slave))
        for group in groups - {0}:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        self.process.wait()
        self.hang_up()
        self._close_slave()

    @property
    def text(self) -> str:
        """The screen's rows from the top, without the blanks at their ends."""
        return "\n".join(row.rstrip() for row in self.screen.display)

    def attributes(self) -> list[object]:
        """The terminal's attributes now."""
        return termios.tcgetattr(self._slave)

    def type(self, *keys: str) -> None:
        """Send keys by name, or text as it is."""
        os.write(self._master, "".join(KEYS.get(key, key) for key in keys).encode())

    def signal(self, number: int) -> None:
        """Send the program a signal."""
        self.process.send_signal(number)

    def resize(self, columns: int, rows: int) -> None:
        """Change the terminal's size, as its user would with the mouse."""
        self.screen.resize(rows, columns)
        termios.tcsetwinsize(self._master, (rows, columns))

    def stall(self) -> None:
        """Take no more output, as a connection that hangs: what the program writes from now on waits."""
        termios.tcflow(self._slave, termios.TCOOFF)

    def hang_up(self) -> None:
        """Close the terminal's side, as when its window is closed or its connection is lost."""
        if self._master >= 0:
            os.close(self._master)
            self._master = -1

    def wait_for(self, wanted: str | bytes | Callable[[], bool]) -> None:
        """Read until the screen shows the text, the raw output holds the bytes, or the condition is met."""
        limit = time.monotonic() + PATIENCE
        while not self._has(wanted):
            # In short turns, as what is waited for need not be something written.
            ended = self.process.poll() is not None
            if not self.read(0.1) and (ended or time.monotonic() > limit) and not self._has(wanted):
                raise AssertionError(f"never came: {wanted!r}\n{self.text}\n{bytes(self.raw[-500:])!r}")

    def wait_for_more(self, wanted: bytes, start: int) -> None:
        """Read until the raw output holds the bytes from `start` on."""
        self.wait_for(lambda: wanted in self.raw[start:])

    def read(self, timeout: float) -> bytes:
        """What the program writes next, also fed to the screen; nothing where that takes too long or all is read."""
        if not select.select([self._master], [], [], timeout)[0]:
            return b""
        try:
            data = os.read(self._master, 1 << 16)
        except OSError:  # Linux's word for the end, once no process holds the terminal
            return b""
        self.raw += data
        if self._emulated:
            self._show(data)
        return data

    def read_on(self, quiet: float = 1.0) -> bytes:
        """Read until nothing has come for this many seconds, or all is read; what was read."""
        start = len(self.raw)
        while self.read(quiet):
            pass
        return bytes(self.raw[start:])

    def end(self, patience: float = PATIENCE) -> int:
        """Read on until the program has ended; its exit status, or minus the signal that killed it."""
        limit = time.monotonic() + patience
        while self.process.poll() is None:
            if time.monotonic() > limit:
                raise AssertionError(f"did not end in {patience} s\n{self.text if self._master >= 0 else ''}")
            if self._master >= 0:
                self.read(0.01)
            else:
                time.sleep(0.01)
        if self._master >= 0:
            self.after = self.attributes()
            self._close_slave()
            self.read_on()
        return self.process.returncode

    def wait_until_stopped(self) -> None:
        """Read until the program is stopped, as by Ctrl-Z."""
        self.wait_for(self._is_stopped)

    def _is_stopped(self) -> bool:
        self.read(0.05)
        return os.waitid(os.P_PID, self.process.pid, os.WSTOPPED | os.WNOHANG) is not None

    def _has(self, wanted: str | bytes | Callable[[], bool]) -> bool:
        if isinstance(wanted, bytes):
            return wanted in self.raw
        return wanted in self.text if isinstance(wanted, str) else wanted()

    def _show(self, data: bytes) -> None:
        data = self._unfinished + data
        unfinished = _UNFINISHED.search(data)
        end = unfinished.start() if unfinished else len(data)
        self._unfinished = data[end:]
        self._stream.feed(_FOREIGN.sub(b"", data[:end]))

    def _close_slave(self) -> None:
        if self._slave >= 0:
            os.close(self._slave)
            self._slave = -1
