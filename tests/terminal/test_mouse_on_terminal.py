"""The mouse, as a terminal reports it: what is under it on the screen is what is selected in the text."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from small_article import TEXT, marked, spans_of, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

COLUMN = 76
SHOWN = "? help   q quit"


@dataclass(frozen=True)
class Pages:
    """Where each character of an article stands on the screen: (x, y) of its cell, from the top left, from 0."""

    session: TerminalSession
    rows: list[dict[str, Any]]

    def place(self, offset: int) -> tuple[int, int]:
        for row in self.rows:
            for cell in row["cells"]:
                if cell["start"] <= offset < cell["end"]:
                    return self._left(row) + int(cell["x"]), self._line(row)
        raise AssertionError(f"no cell shows {offset}")

    def _left(self, row: dict[str, Any]) -> int:
        # One column of air and one for the position bar stand at the right of the text, which is flush right.
        return self.session.screen.columns - 2 - sum(int(cell["width"]) for cell in row["cells"])

    def _line(self, row: dict[str, Any]) -> int:
        buffer = self.session.screen.buffer
        wanted = [(self._left(row) + cell["x"], cell["glyph"]) for cell in row["cells"]]
        lines = [y for y in buffer if all(buffer[y][x].data == glyph for x, glyph in wanted)]
        # The heading shows the first row once more, but not in its place.
        assert len(lines) == 1
        return lines[0]


def report(button: int, place: tuple[int, int], final: str) -> str:
    """An SGR mouse report (xterm's mode 1006)."""
    return f"\x1b[<{button};{place[0] + 1};{place[1] + 1}{final}"


def pages_of(session: TerminalSession, article: Path, home: Path) -> Pages:
    session.wait_for(SHOWN)
    told = subprocess.run(
        [*HASHIYA, "show", article, "--json", "--width", str(COLUMN)],
        env=surroundings(home),
        capture_output=True,
        check=True,
    )
    return Pages(session, [json.loads(line) for line in told.stdout.splitlines()])


@pytest.mark.parametrize(
    ("first", "last", "size"),
    [(5, 17, (80, 24)), (17, 5, (80, 24)), (52, 74, (80, 24)), (0, 0, (80, 24)), (17, 5, (120, 40))],
)
def test_a_drag_selects_what_it_covers(tmp_path: Path, first: int, last: int, size: tuple[int, int]) -> None:
    article = write_article(tmp_path / "a")
    start, end = min(first, last), max(first, last) + 1
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path), size=size) as session:
        pages = pages_of(session, article, tmp_path)
        middle = pages.place((first + last) // 2)
        session.type(report(0, pages.place(first), "M"), report(32, middle, "M"))
        session.type(report(32, pages.place(last), "M"), report(0, pages.place(last), "m"))
        if end - start > 1:
            session.wait_for(f"{start}–{end}")
        session.type("e")
        session.wait_for("saved ")
        session.type("q")
        assert session.end() == 0
    # A press without a drag selects nothing: the word is marked. A full stop at the edge is left out.
    trimmed = end - TEXT[start:end].endswith(".")
    assert marked(article) == [(start, trimmed if end - start > 1 else 4, "event")]


def test_a_double_click_selects_a_word_and_a_triple_one_the_paragraph(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    word = TEXT.index("المتظاهرون")
    paragraph = TEXT.index("ورحّب")
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        place = pages_of(session, article, tmp_path).place(word + 3)
        click = report(0, place, "M") + report(0, place, "m")
        session.type(click * 2)
        session.wait_for(f"{word}–{word + 10}")
        session.type("e")
        session.wait_for("saved ")
        session.type(click * 3)
        session.wait_for(f"{paragraph}–{len(TEXT) - 1}")
        session.type("a")
        session.wait_for("as actor")
        session.type("q")
        assert session.end() == 0
    # Its full stop is left out.
    assert marked(article) == [(paragraph, len(TEXT) - 2, "actor"), (word, word + 10, "event")]
    assert spans_of(article)[1].text == "المتظاهرون"


def test_the_wheel_moves_the_page_and_not_the_cursor(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", (TEXT + "\n") * 20)
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+left")
        session.wait_for("offset 5")
        top = session.text.splitlines()[2]
        session.type(report(65, (40, 10), "M"))
        session.wait_for(lambda: session.text.splitlines()[2] != top)
        session.type("a")
        session.wait_for("saved ")
        session.type("q")
        assert session.end() == 0
    assert marked(article) == [(5, 9, "actor")]
