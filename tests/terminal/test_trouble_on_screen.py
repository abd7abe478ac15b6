"""Trouble while the screen is on: it is told in the status line, reading goes on, and no file changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from small_article import contents, marked, sidecar_of, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings, without_privileges

SHOWN = "? help   q quit"


def of_another_annotator(article: Path) -> None:
    with_a_mark(article)
    sidecar_of(article).write_bytes(sidecar_of(article).read_bytes().replace(b'"lina"', b'"omar"'))


def of_another_version(article: Path) -> None:
    sidecar_of(article).write_text('{"record":"article","format":"hashiya/7"}\n')


def with_a_mark(article: Path) -> None:
    with TerminalSession([*HASHIYA, article], surroundings(article.parents[1])) as session:
        session.wait_for(SHOWN)
        session.type("a")
        session.wait_for("saved ")
        session.type("q")
        session.end()


@pytest.mark.parametrize("trouble", [of_another_annotator, of_another_version])
def test_an_article_with_a_sidecar_that_cannot_be_used_is_for_reading_only(
    tmp_path: Path, trouble: Callable[[Path], None]
) -> None:
    article = write_article(tmp_path / "a")
    trouble(article)
    before = contents(tmp_path / "a")
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path), size=(200, 24)) as session:
        session.wait_for("reading only")
        session.wait_for(sidecar_of(article).name)
        session.type("a")
        session.type("ctrl+left")
        session.wait_for("offset ")
        session.type("e")
        session.wait_for(sidecar_of(article).name)
        session.type("q")
        assert session.end() == 0
    assert contents(tmp_path / "a") == before


def test_a_folder_that_may_not_be_written_to_is_told_of(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    before = contents(tmp_path / "a")
    article.parent.chmod(0o555)
    command = [*without_privileges(), *HASHIYA, str(article)]
    with TerminalSession(command, surroundings(tmp_path), size=(200, 24)) as session:
        session.wait_for("permission denied")
        session.wait_for("– reading")
        session.type("a")
        session.wait_for("make the folder and the file writable")
        session.type("q")
        assert session.end() == 0
    article.parent.chmod(0o755)
    assert contents(tmp_path / "a") == before


def test_what_is_no_article_is_told_of_in_the_library_and_the_others_open(tmp_path: Path) -> None:
    folder = write_article(tmp_path / "a", name="3.txt").parent
    write_article(folder, b"\x00\x01", name="1.txt")
    write_article(folder, "نص".encode("utf-32"), name="2.txt")
    before = contents(folder)
    with TerminalSession([*HASHIYA, folder], surroundings(tmp_path), size=(160, 24)) as session:
        session.wait_for("1.txt: is binary")
        session.type("down")
        session.wait_for("2.txt: is UTF-32")
        session.type("down")
        session.wait_for("/3.txt")
        session.type("enter")
        session.wait_for("a actor   e event")
        session.type("q")
        assert session.end() == 0
    assert contents(folder) == before


def test_what_is_no_article_cannot_be_opened_from_the_library(tmp_path: Path) -> None:
    folder = write_article(tmp_path / "a", b"\x00\x01").parent
    with TerminalSession([*HASHIYA, folder], surroundings(tmp_path), size=(160, 24)) as session:
        session.wait_for("is binary")
        session.type("enter", "?")
        session.wait_for("Esc closes")
        session.type("escape")
        session.wait_for(lambda: "Esc closes" not in session.text)
        session.type("q")
        assert session.end() == 0


@pytest.mark.parametrize("kind", [b"", b"\x00", b"\xff\xfe\x00\x001\x00\x00\x00"])
def test_what_is_no_article_never_takes_the_screen(tmp_path: Path, kind: bytes) -> None:
    article = write_article(tmp_path / "a", kind)
    with TerminalSession([*HASHIYA, article], surroundings(tmp_path)) as session:
        assert session.end() == 1
        assert b"\x1b" not in session.raw
        assert session.text.startswith("hashiya: ")
        assert session.raw.count(b"\n") == 1
        assert article.name.encode() in session.raw
    assert article.read_bytes() == kind


@pytest.mark.parametrize("where", ["story.txt", ""], ids=["reader", "library"])
def test_a_terminal_too_small_says_so_until_it_grows(tmp_path: Path, where: str) -> None:
    article = write_article(tmp_path / "a")
    with TerminalSession([*HASHIYA, tmp_path / "a" / where], surroundings(tmp_path), size=(20, 5)) as session:
        session.wait_for(
            lambda: " ".join(session.text.split()).endswith("make the terminal larger, or its letters smaller.")
        )
        assert session.text.startswith("Hashiya needs 40")
        session.resize(80, 24)
        session.wait_for(SHOWN)
        if not where:
            session.type("enter")
        session.wait_for("a actor   e event")
        session.type("a")
        session.wait_for("saved ")
        session.resize(30, 8)
        session.wait_for("Hashiya needs 40")
        session.type("q")
        assert session.end() == 0
    assert marked(article) == [(0, 4, "actor")]


def test_errors_to_a_file_are_no_reason_to_draw_there(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    log = tmp_path / "log"
    command = ["/bin/sh", "-c", f'"$@" 2>{log}', "sh", *HASHIYA, str(article)]
    with TerminalSession(command, surroundings(tmp_path)) as session:
        assert session.end() == 1
    assert log.read_text().startswith("hashiya: hashiya needs a terminal")
    assert log.read_text().count("\n") == 1
