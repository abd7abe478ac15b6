"""Copying, as the terminal is told of it: OSC 52 with exactly the text."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path

import pytest
from small_article import TEXT, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings


def clipboard(text: str) -> bytes:
    """What sets the terminal's clipboard (xterm's control sequences, "Manipulate Selection Data")."""
    return b"\x1b]52;c;" + b64encode(text.encode()) + b"\x07"


@pytest.mark.parametrize("key", ["Y", "\x03", "إ"])
def test_a_span_is_copied_as_it_is_in_the_text_and_not_as_it_is_shown(tmp_path: Path, key: str) -> None:
    article = write_article(tmp_path / "a")
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        session.wait_for("? help   q quit")
        session.type("a")
        session.wait_for("saved ")
        session.type(key)
        session.wait_for("copied")
        session.wait_for(clipboard(TEXT.split()[0]))
        session.type("q")
        assert session.end() == 0
