"""What was marked is on disk when the program has ended, whatever ended it, and nothing else is."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from small_article import SECOND_WORD, TEXT, marked, sidecar_of, spans_of, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

from annotations.store.journal import journal_path

CRASHING = (sys.executable, str(Path(__file__).with_name("crashing_app.py")))
SHOWN = "? help   q quit"

ENDS: dict[str, tuple[Callable[[TerminalSession], None], int]] = {
    "q": (lambda session: session.type("q"), 0),
    "q-on-an-Arabic-keyboard": (lambda session: session.type("ض"), 0),
    "SIGTERM": (lambda session: session.signal(signal.SIGTERM), 143),
    "SIGHUP": (lambda session: session.signal(signal.SIGHUP), 129),
    "SIGINT": (lambda session: session.signal(signal.SIGINT), 130),
    "closed": (lambda session: session.hang_up(), 129),
    "crash": (lambda session: session.type("f9"), 1),
}


def reading(article: Path, home: Path) -> TerminalSession:
    """The program on an article, with the cursor on its second word."""
    session = TerminalSession([*CRASHING, article], surroundings(home))
    session.wait_for(SHOWN)
    session.type("ctrl+left")
    session.wait_for("offset 5")
    return session


@pytest.mark.parametrize("how", ENDS)
def test_a_marked_word_is_on_disk_at_the_end(tmp_path: Path, how: str) -> None:
    end, status = ENDS[how]
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        session.type("a")
        session.wait_for("saved ")
        end(session)
        assert session.end(patience=10) == status
    assert marked(article) == [(*SECOND_WORD, "actor")]
    assert article.read_bytes() == TEXT.encode()
    kept = [article, sidecar_of(article), journal_path(sidecar_of(article))]
    assert sorted(article.parent.iterdir()) == sorted(kept)


@pytest.mark.parametrize("how", ["SIGTERM", "closed", "crash"])
def test_what_could_not_be_saved_before_is_saved_at_the_end(tmp_path: Path, how: str) -> None:
    end, status = ENDS[how]
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        journal_path(sidecar_of(article)).mkdir()
        session.type("a")
        session.wait_for("NOT SAVED")
        journal_path(sidecar_of(article)).rmdir()
        end(session)
        assert session.end(patience=10) == status
    assert marked(article) == [(*SECOND_WORD, "actor")]


def test_a_terminal_that_takes_no_more_output_holds_up_neither_saving_nor_the_end(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        session.type("a")
        session.wait_for("saved ")
        session.stall()
        session.type("ctrl+left", "e")
        session.signal(signal.SIGTERM)
        assert session.end(patience=10) == 143
        assert session.after == session.before
    assert (*SECOND_WORD, "actor") in marked(article)


@pytest.mark.parametrize(("how", "told"), [("SIGTERM", True), ("crash", True), ("closed", False)])
def test_what_cannot_be_saved_is_told_at_the_end(tmp_path: Path, how: str, told: bool) -> None:
    end, status = ENDS[how]
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        sidecar_of(article).mkdir()
        journal_path(sidecar_of(article)).mkdir()
        session.type("a")
        session.wait_for("NOT SAVED")
        end(session)
        assert session.end(patience=10) == status
        last = bytes(session.raw).rpartition(b"\x1b[?")[2].decode()
    assert not told or "not saved" in last or "could not be saved" in last
    assert not any(path.is_file() for path in article.parent.iterdir() if path != article)


def test_leaving_without_saving_takes_a_second_q_and_shows_in_the_status(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        sidecar_of(article).mkdir()
        journal_path(sidecar_of(article)).mkdir()
        session.type("a")
        session.wait_for("NOT SAVED")
        session.type("q")
        session.wait_for("Again to leave")
        session.type("q")
        assert session.end() == 1
        assert "is a directory" in bytes(session.raw).rpartition(b"\x1b[?")[2].decode()


def test_a_change_that_the_journal_has_is_kept_where_the_sidecar_cannot_be_written(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        sidecar_of(article).mkdir()
        session.type("a")
        session.wait_for("saved ")
        session.type("q")
        session.wait_for("journal has your changes")
        session.type("q")
        assert session.end() == 1
    sidecar_of(article).rmdir()
    exported = subprocess.run([*HASHIYA, "export", article.parent], env=surroundings(tmp_path), capture_output=True)
    assert b'"label":"actor"' in exported.stdout
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        session.wait_for("recovered from the journal")
        session.type("q")
        assert session.end() == 0
    assert sidecar_of(article).is_file()
    assert marked(article) == [(*SECOND_WORD, "actor")]


def test_an_arabic_keyboard_marks_the_same(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with reading(article, tmp_path) as session:
        session.type("ش")
        session.wait_for("as actor")
        session.type("ctrl+left")
        session.wait_for("offset 10")
        session.type("ث")
        session.wait_for("as event")
        session.type("ض")
        assert session.end() == 0
    assert marked(article) == [(*SECOND_WORD, "actor"), (10, 18, "event")]
    assert [span.text for span in spans_of(article)] == ["وزير", "الخارجية"]


def test_keys_typed_in_one_go_from_the_library_on_are_done_in_the_article(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with TerminalSession([*HASHIYA, article.parent], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("enter", "ctrl+left", "a", "ctrl+left", "e", "q")
        assert session.end() == 0
    assert marked(article) == [(*SECOND_WORD, "actor"), (10, 18, "event")]


def test_keys_typed_in_one_go_are_done_in_their_order(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+left", "a", "ctrl+left", "e", "ctrl+left", "a", "x", "u", "q")
        assert session.end() == 0
    assert marked(article) == [(*SECOND_WORD, "actor"), (10, 18, "event"), (19, 23, "actor")]
