"""What the program tells the terminal when it takes it and gives it back, however it ends."""

from __future__ import annotations

import re
import signal
import sys
from pathlib import Path

import pytest
from small_article import write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

CRASHING = (sys.executable, str(Path(__file__).with_name("crashing_app.py")))
ALTERNATE_ON, ALTERNATE_OFF = b"\x1b[?1049h", b"\x1b[?1049l"
START = b"\x1b[8l\x1b[1 k\x1b[?2501l\x1b[?1243l"
STOP = b"\x1b[8h\x1b[0 k\x1b[?1243h"
KONSOLE = (b"\x1b]50;BidiRenderingEnabled=false\x07", b"\x1b]50;BidiRenderingEnabled=true\x07")
MLTERM = (b"\x1b]5379;use_ctl=false\x07", b"\x1b]5379;use_ctl=true\x07")
SHOWN = "? help   q quit"
WORD = "ﻢﻴﻠﺳ".encode()
"""Of the article, as it is drawn."""


def assert_given_back(session: TerminalSession) -> None:
    """The terminal is as it was: modes, bidi switches undone before the alternate screen is left, and attributes."""
    raw = bytes(session.raw)
    assert raw.rindex(START) < raw.rindex(STOP) < raw.rindex(ALTERNATE_OFF)
    last = {int(number): bytes(state) for number, state in re.findall(rb"\x1b\[\?(\d+)([hl])", raw)}
    off = (1000, 1002, 1003, 1004, 1006, 1015, 1016, 1049, 2004, 2048)
    assert {number for number in off if last.get(number) == b"h"} == set()
    assert last[25] == last[7] == b"h"
    assert raw.count(b"\x1b[>25u") == raw.count(b"\x1b[<u")
    assert session.after == session.before


@pytest.mark.parametrize(
    ("variable", "switches", "others"),
    [("TERM", None, (KONSOLE, MLTERM)), ("KONSOLE_VERSION", KONSOLE, (MLTERM,)), ("MLTERM", MLTERM, (KONSOLE,))],
)
def test_explicit_bidi_mode_holds_as_long_as_the_screen(
    tmp_path: Path,
    variable: str,
    switches: tuple[bytes, bytes] | None,
    others: tuple[tuple[bytes, bytes], ...],
) -> None:
    environment = surroundings(tmp_path, **{variable: "xterm-256color"})
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], environment) as session:
        session.wait_for(SHOWN)
        raw = bytes(session.raw)
        assert raw.index(ALTERNATE_ON) < raw.index(START) < raw.index(WORD)
        session.type("q")
        assert session.end() == 0
        assert_given_back(session)
        raw = bytes(session.raw)
    assert raw.count(START) == raw.count(STOP) == 1
    if switches:
        start, stop = switches
        assert raw.index(START) < raw.index(start) < raw.index(STOP) < raw.index(stop) < raw.index(ALTERNATE_OFF)
    assert not any(switch in raw for pair in others for switch in pair)


@pytest.mark.parametrize(
    ("number", "where"), [(signal.SIGTERM, ""), (signal.SIGHUP, "story.txt"), (signal.SIGINT, "story.txt")]
)
def test_a_signal_gives_the_terminal_back_and_shows_in_the_status(tmp_path: Path, number: int, where: str) -> None:
    write_article(tmp_path / "a")
    with TerminalSession([*HASHIYA, tmp_path / "a" / where], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.signal(number)
        assert session.end() == 128 + number
        assert_given_back(session)
        assert b"Traceback" not in session.raw


def test_a_signal_before_the_screen_is_drawn_gives_the_terminal_back(tmp_path: Path) -> None:
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(ALTERNATE_ON)
        session.signal(signal.SIGTERM)
        assert session.end() == 143
        assert_given_back(session)


def test_a_crash_gives_the_terminal_back_and_is_told_in_a_sentence(tmp_path: Path) -> None:
    with TerminalSession([*CRASHING, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("f9")
        assert session.end() == 1
        assert_given_back(session)
        told = bytes(session.raw).rpartition(b"\x1b[?")[2].decode()
    assert "Traceback" not in bytes(session.raw).decode()
    assert "\x1b]0;" not in bytes(session.raw).decode()
    (report,) = (tmp_path / "tmp").iterdir()
    assert told.count("\n") == 1
    assert "hashiya: hashiya stopped by a fault of its own; your annotations are saved" in told
    assert str(report) in told
    assert "RuntimeError" in report.read_text(encoding="utf-8")
    assert report.stat().st_mode & 0o077 == 0


def test_a_closed_terminal_ends_the_program(tmp_path: Path) -> None:
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.hang_up()
        assert session.end(patience=10) == 129
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_terminal_closed_in_the_middle_of_painting_ends_the_program(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", "قالت المتحدثة إن المحادثات مستمرة.\n" * 300)
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path), size=(200, 60)) as session:
        session.wait_for(SHOWN)
        session.type(*["pagedown", "pageup"] * 40)
        session.wait_for(lambda: bool(session.read(1.0)))
        session.hang_up()
        assert session.end(patience=10) == 129
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_closed_terminal_is_seen_where_nobody_tells_of_it(tmp_path: Path) -> None:
    status = tmp_path / "status"
    # The session's leader, which alone is told, keeps it to itself.
    leader = ["/bin/sh", "-c", f"trap '' HUP; \"$@\"; echo $? > {status}", "sh"]
    with TerminalSession([*leader, *HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.hang_up()
        assert session.end(patience=10) in (0, 2)
    assert status.read_text() == "129\n"


def test_a_stopped_program_has_given_the_terminal_back_and_takes_it_again(tmp_path: Path) -> None:
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+z")
        session.wait_until_stopped()
        session.after = session.attributes()
        assert_given_back(session)
        stopped = len(session.raw)
        session.signal(signal.SIGCONT)
        session.wait_for_more(START, stopped)
        session.wait_for_more(WORD, stopped)
        assert session.raw.index(ALTERNATE_ON, stopped) < session.raw.index(START, stopped)
        assert session.attributes() != session.before
        session.type("ctrl+left")
        session.wait_for("offset 5")
        session.type("q")
        assert session.end() == 0
        assert_given_back(session)


def test_the_shell_brings_a_stopped_program_back(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with TerminalSession(["/bin/sh", "-i"], surroundings(tmp_path)) as session:
        session.wait_for(b"$ ")
        session.type(f"{' '.join(HASHIYA)} {article}\r")
        for _ in range(2):
            session.wait_for(SHOWN)
            start = len(session.raw)
            session.type("ctrl+z")
            session.wait_for_more(b"Stopped", start)
            assert session.raw.index(STOP, start) < session.raw.index(ALTERNATE_OFF, start)
            start = len(session.raw)
            session.type("fg\r")
            session.wait_for_more(START, start)
            assert session.raw.index(ALTERNATE_ON, start) < session.raw.index(START, start)
        session.type("ctrl+left")
        session.wait_for("offset 5")
        start = len(session.raw)
        session.type("q")
        session.wait_for(lambda: session.raw.endswith(b"$ ") and STOP in session.raw[start:])
        session.type("echo status=$(($? + 1000))\r")
        session.wait_for(b"status=1000")
        session.type("exit\r")
        assert session.end() == 0
        assert_given_back(session)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_a_stopped_program_ends_it_when_it_goes_on(tmp_path: Path, number: int) -> None:
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+z")
        session.wait_until_stopped()
        session.read_on(0.1)
        session.signal(number)
        session.signal(signal.SIGCONT)
        stopped = len(session.raw)
        assert session.end() == 128 + number
        assert session.raw[stopped:] == b""
        assert_given_back(session)


@pytest.mark.parametrize("numbers", [[signal.SIGCONT], [signal.SIGCONT] * 3, [signal.SIGSTOP, signal.SIGCONT]])
def test_being_continued_without_having_stopped_itself_does_no_harm(tmp_path: Path, numbers: list[int]) -> None:
    with TerminalSession([*HASHIYA, write_article(tmp_path / "a")], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        # Not in the middle of its first painting.
        session.read_on(0.3)
        start = len(session.raw)
        for number in numbers:
            session.signal(number)
        session.wait_for_more(START, start)
        session.wait_for_more(WORD, session.raw.rindex(START))
        # Nothing reads keys beside the program: none is lost or out of order.
        session.type(*["ctrl+left"] * 3)
        session.wait_for("offset 19")
        session.type("q")
        assert session.end() == 0
        assert_given_back(session)
