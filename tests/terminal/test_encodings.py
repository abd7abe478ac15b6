"""Articles in other encodings, from the command line to the sidecar and back."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from small_article import TEXT, contents, sidecar_of, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

SHOWN = "? help   q quit"
# Too short for its code page to be told.
SHORT = "سلام".encode("windows-1256")


def run(home: Path, *arguments: str | Path, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [*HASHIYA, *arguments]
    return subprocess.run(command, input=data, capture_output=True, check=False, env=surroundings(home), cwd=home)


def mark(home: Path, *arguments: str | Path) -> None:
    """Open an article and mark its first word as an actor."""
    with TerminalSession([*HASHIYA, *arguments], surroundings(home), size=(100, 30)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+home", "a")
        session.wait_for("saved ")
        session.type("q")
        assert session.end() == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "windows-1256", "iso-8859-6"])
def test_an_article_is_shown_as_it_would_be_in_utf_8(tmp_path: Path, encoding: str) -> None:
    wanted = run(tmp_path, "show", "-", data=TEXT.encode()).stdout
    source = TEXT.encode(encoding)
    assert run(tmp_path, "show", "-", data=source).stdout == wanted
    assert run(tmp_path, "show", write_article(tmp_path / "a", source)).stdout == wanted
    assert run(tmp_path, "show", "-", "--encoding", encoding, data=source).stdout == wanted


def test_an_article_opened_once_with_its_encoding_opens_the_same_ever_after(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", SHORT)
    refused = run(tmp_path, "show", article)
    assert refused.returncode == 1
    assert b"--encoding windows-1256" in refused.stderr
    mark(tmp_path, article, "--encoding", "cp1256")
    assert json.loads(sidecar_of(article).read_bytes().splitlines()[0])["encoding"] == "windows-1256"
    before = contents(tmp_path / "a")
    assert (
        run(tmp_path, "show", article).stdout.split() == run(tmp_path, "show", "-", data="سلام".encode()).stdout.split()
    )
    exported = run(tmp_path, "export", article.parent)
    assert json.loads(exported.stdout)["text"] == "سلام"
    with TerminalSession([*HASHIYA, article.parent], surroundings(tmp_path), size=(100, 30)) as session:
        session.wait_for(SHOWN)
        session.type("enter")
        session.wait_for("0–4  actor")
        session.type("q")
        assert session.end() == 0
    assert article.read_bytes() == SHORT
    assert contents(tmp_path / "a") == before


def test_another_encoding_is_not_forced_on_what_was_annotated(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a", SHORT)
    mark(tmp_path, article, "--encoding", "windows-1256")
    before = contents(tmp_path / "a")
    for command in ((), ("show",), ("export",)):
        with TerminalSession(
            [*HASHIYA, *command, article, "--encoding", "iso-8859-6"], surroundings(tmp_path), size=(200, 30)
        ) as session:
            assert session.end() == 1
            assert "was annotated as windows-1256, and is other text in iso-8859-6" in session.text
    assert contents(tmp_path / "a") == before


@pytest.mark.parametrize("command", [(), ("show",), ("export",)], ids=["read", "show", "export"])
def test_an_encoding_that_nobody_knows_is_refused_with_the_nearest(tmp_path: Path, command: tuple[str, ...]) -> None:
    told = run(tmp_path, *command, write_article(tmp_path / "a"), "--encoding", "windows-1265\x1b")
    assert told.returncode == 1
    assert told.stderr.decode() == (
        "hashiya: --encoding: windows-1265\\x1b is unknown, windows-1256 the nearest; use one of: utf-8, utf-16le, "
        "utf-16be, windows-1256, iso-8859-6, utf-16.\n"
    )
