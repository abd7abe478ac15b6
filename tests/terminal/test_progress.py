"""How far a command is: one line on a terminal that fits it and is gone at the end, and nothing anywhere else."""

from __future__ import annotations

import io
import os
import pty
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pyte
import pytest
from rich.cells import cell_len

import tui.progress
from tui.progress import progress


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch, columns: int) -> Iterator[list[str]]:
    """Standard error is a terminal so wide, and every step is told; what was written is in the list at the end."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (5, columns))
    monkeypatch.setattr(tui.progress, "_PATIENCE", 0)
    monkeypatch.setattr(tui.progress, "_PAUSE", 0)
    written: list[str] = []
    with os.fdopen(theirs, "w", encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        yield written
    data = b""
    with suppress(OSError):  # how a terminal ends that nobody writes to
        while chunk := os.read(ours, 65_536):
            data += chunk
    os.close(ours)
    written.append(data.decode())


def frames(written: str) -> list[str]:
    return [frame for frame in written.partition("\x1b")[0].split("\r") if frame]


@pytest.mark.parametrize(
    ("columns", "total", "expected"),
    [
        (80, 20, f"Reading  [{'-' * 40}]  20/20"),
        (44, 20, f"Reading  [{'-' * 11}]  20/20"),
        (40, 20, "Reading  20/20"),
        (15, 20, "Reading  20/20"),
        (20, None, "Reading  20"),
    ],
)
def test_it_fits_the_terminal_and_is_gone_at_the_end(
    monkeypatch: pytest.MonkeyPatch, columns: int, total: int | None, expected: str
) -> None:
    with terminal(monkeypatch, columns) as written, progress(total, "Reading") as step:
        for _ in range(20):
            step()
    seen = frames(written[0])
    assert len(seen) > 2
    assert all(cell_len(frame.rstrip("\n")) < columns for frame in seen)
    assert seen[-1].replace("#", "-").startswith(expected)
    # A program that is killed could not give the cursor back.
    assert "\x1b[?25l" not in written[0]
    screen = pyte.Screen(columns, 5)
    pyte.Stream(screen).feed(f"before\r\n{written[0]}after")
    assert [line.rstrip() for line in screen.display] == ["before", "after", "", "", ""]


def test_what_is_told_meanwhile_has_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, 40) as written, progress(None, "Reading") as step:
        for number in range(4):
            step()
            step.hide()
            print(f"told {number}", file=sys.stderr)
        step()
    screen = pyte.Screen(40, 6)
    pyte.Stream(screen).feed(written[0])
    assert "Reading" in written[0]
    assert [line.rstrip() for line in screen.display] == [*(f"told {number}" for number in range(4)), "", ""]


def test_a_terminal_without_room_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, 12) as written, progress(20, "Reading") as step:
        for _ in range(20):
            step()
        print("end", file=sys.stderr)
    assert written[0] == "end\r\n"


def test_an_interruption_takes_it_away_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, 80) as written, pytest.raises(KeyboardInterrupt), progress(9, "Reading") as step:
        step()
        raise KeyboardInterrupt
    assert frames(written[0])
    assert written[0].endswith("\x1b[A\r\x1b[K")


def test_quick_work_tells_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with terminal(monkeypatch, 80) as written:
        monkeypatch.setattr(tui.progress, "_PATIENCE", 60)
        with progress(9, "Reading") as step:
            step()
        print("end", file=sys.stderr)
    assert written[0] == "end\r\n"


def test_a_pipe_is_told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(tui.progress, "_PATIENCE", 0)
    with progress(9, "Reading") as step:
        step()
        step.hide()
    assert stream.getvalue() == ""


def test_a_terminal_that_is_gone_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def isatty(self) -> bool:
            return True

        def write(self, _text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    monkeypatch.setattr(tui.progress, "_PATIENCE", 0)
    done = 0
    with progress(9, "Reading") as step:
        for _ in range(9):
            step()
            done += 1
    assert done == 9
