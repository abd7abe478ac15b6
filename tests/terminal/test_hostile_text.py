"""Law 7 at the terminal: nothing that an article or a file's name holds is ever done by the terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from small_article import contents, marked, sidecar_of, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

SHOWN = "? help   q quit"

# The first paragraph of each: Arabic around it, so that it is set and moved through like any other.
CONTROLS = {
    "clipboard": "\x1b]52;c;cHduZWQ=\x07",
    "title": "\x1b]0;owned\x1b\\",
    "link": "\x1b]8;;http://example.org\x1b\\",
    "reports": "\x1b[6n\x1b[c\x1b[21t\x1b[?1$p\x05",
    "clear": "\x1b[2J\x1b[3J\x1bc",
    "modes": "\x1b[?1049l\x1b[?25h\x1b[8h\x1b[?9001h",
    "device string": '\x1bP$q"p\x1b\\\x1b_Gf=100;AAAA\x1b\\\x1b^pm\x1b\\',
    "C1": "\x9b2J\x9d52;c;cHduZWQ=\x9c\x90q\x9c\x85\x84",
    "C0": "".join(map(chr, range(1, 32))).replace("\n", "").replace("\x1b", "") + "\x7f",
    "charsets": "\x0e\x1b(0\x1b)0\x0f",
    "bidi": "\u202e\u202d\u2066\u2067\u2068\u2069\u202a\u202b\u202c\u200e\u200f\u061c",
    "invisible": "\u200b\u2060\ufeff\u00ad\u200c\U000e0041\ufff9\ufffb",
    "lines": "\u2028\u2029\x0b\x0c\x85",
}
MARKUP = "[red]x[/red] [@click=app.quit]y[/] [link=http://example.org]z[/link] [/]"
TEXT = "".join(f"قال {control} الوزير\n\n" for control in CONTROLS.values()) + f"{MARKUP}\n"
NAME = "ma\x1b]0;owned\x07\u202e[red]x\x9b2J.txt"

# All that the program itself says to a terminal: colours, cursor places, and modes by number.
_OWN = re.compile(
    r"\x1b\[(?:[\d;]*m|\d+;\d+H|\?(?:1049|1000|1002|1003|1004|1006|1015|1016|2004|2026|2048|25|7|2501|1243)[hl]"
    r"|8[hl]|[01] k|>25u|<u|\?(?:2026|2048)\$p)|\x1b\]22;[a-z-]+\x07"
)
# Marks have no cell of their own; the shaped letters and all else that is drawn has to be printable.
_MARKS = re.compile("[\u0300-\u036f\u064b-\u065f\u0670]")


def assert_only_ours(raw: bytes) -> str:
    """The output without the program's own control sequences, which has to be what a terminal prints."""
    text = _OWN.sub("", raw.decode())
    rest = _MARKS.sub("", text.replace("\r\n", ""))
    assert [hex(ord(c)) for c in rest if not c.isprintable()] == []
    assert "\x1b" not in text
    return text


def test_an_article_of_control_sequences_is_read_moved_through_and_marked(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", TEXT)
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path), size=(120, 40)) as session:
        session.wait_for(SHOWN)
        for _ in range(12):
            session.type("ctrl+left", "shift+left")
        session.type("down", "pagedown", "ctrl+end", "pageup", "d", "d")
        session.type("ctrl+end", "\x1b[1;6H")
        session.wait_for(lambda: re.search(r" 0–\d{3}", session.text) is not None)
        session.wait_for(MARKUP)
        session.type("a")
        session.wait_for("saved ")
        session.type("e", "n", "p", "\t", "down", "\t", "u")
        session.type("ctrl+home")
        session.type("ctrl+left", "e")
        session.type("q")
        assert session.end() == 0
        assert session.after == session.before
        assert_only_ours(bytes(session.raw).replace(b"\x07\x1b[8h", b"\x1b[8h"))
    assert marked(article)
    assert article.read_bytes() == TEXT.encode()


def test_show_prints_none_of_it(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", TEXT)
    with TerminalSession([*HASHIYA, "show", article], surroundings(tmp_path)) as session:
        assert session.end() == 0
        text = assert_only_ours(bytes(session.raw))
    assert text.count("ﺮﻳﺯﻮﻟﺍ") == len(CONTROLS)
    assert MARKUP in text


def test_a_name_of_control_sequences_is_shown_as_escapes(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", "قال الوزير\n", NAME)
    write_article(tmp_path / "a", b"\x00", f"z{NAME}")
    sidecar_of(article).write_text('{"record":"article","format":"\\u001b]52;c;eA==\\u0007[red]"}\n')
    before = contents(tmp_path / "a")
    with TerminalSession([*HASHIYA, tmp_path / "a"], surroundings(tmp_path), size=(160, 24)) as session:
        session.wait_for(SHOWN)
        session.wait_for("[red]x")
        session.type("down")
        session.wait_for("is binary")
        session.type("enter", "up", "enter")
        session.wait_for("reading only")
        session.wait_for("[red]")
        session.wait_for("Esc library")
        session.type("escape")
        session.wait_for("Enter open")
        session.type("q")
        assert session.end() == 0
        assert_only_ours(bytes(session.raw))
    assert contents(tmp_path / "a") == before


@pytest.mark.parametrize("command", [(), ("show",), ("export", "--format")])
@pytest.mark.parametrize("prefix", ["", "gone-", "--"])
def test_errors_name_such_a_file_in_escapes(tmp_path: Path, command: tuple[str, ...], prefix: str) -> None:
    write_article(tmp_path, b"\x00", NAME)
    with TerminalSession([*HASHIYA, *command, prefix + NAME, NAME], surroundings(tmp_path), folder=tmp_path) as session:
        if command == () and prefix != "--":
            session.wait_for(lambda: session.process.poll() is not None or SHOWN in session.text)
            session.type("q")
        session.end()
        assert_only_ours(bytes(session.raw))
