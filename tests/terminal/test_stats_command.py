"""`hashiya stats` on the real command line: a table that fits, one JSON object, and a status for what is not read."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.cells import cell_len
from small_article import SECOND_WORD, TEXT, contents, sidecar_of, write_article
from terminal_session import HASHIYA, surroundings

import tui.stats
from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.stats import count
from annotations.store.files import save_layer
from tui.stats import NARROWEST, Reading, lines_of

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def run(home: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*HASHIYA, "stats", *arguments]
    environment = surroundings(home, **more)
    return subprocess.run(command, capture_output=True, check=False, env=environment, cwd=home, encoding="utf-8")


def annotated(folder: Path, name: str = "story.txt", annotator: str = "lina", subtype: str | None = None) -> Path:
    """An article with one span and half an hour's work."""
    path = write_article(folder, name=name)
    article = read_article(path)
    layer = Layer.new(article, annotator, BUILT_IN, NOW, "test").with_header(seconds_active=1800)
    save_layer(path, layer.add(make_span(TEXT, [SECOND_WORD], "actor", id="s1", now=NOW, subtype=subtype)))
    return path


def shape(value: object) -> object:
    """Its keys, and those of what it holds."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items() if not isinstance(inner, list)} | {
            key: "list" for key, inner in value.items() if isinstance(inner, list)
        }
    return None


def test_a_table_and_one_json_object(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    write_article(tmp_path / "a", name="other.txt")
    before = contents(tmp_path / "a")
    told = run(tmp_path, "a")
    assert (told.returncode, told.stderr) == (0, "")
    rows = [line.split() for line in told.stdout.splitlines()]
    assert ["annotated", "1", "50%", "\u2501" * 12] in rows
    assert ["in-progress", "1", "50%", "\u2501" * 12] in rows
    assert ["lina", "1", "0", "1", "0", "0.5", "38", "2"] in rows
    # In visual order, as the terminal is not to order it.
    assert "\ufeae\ufef3\ufeaf\ufeed" in told.stdout
    assert "\x1b" not in told.stdout
    (line,) = run(tmp_path, "--json", "a").stdout.splitlines()
    stats = json.loads(line)
    assert (stats["articles"], stats["unannotated"], stats["spans"]) == (2, 1, 1)
    assert stats["actors"] == [{"name": "وزير", "count": 1}]
    (tmp_path / "empty").mkdir()
    bare = json.loads(run(tmp_path, "--json", "empty").stdout)
    assert shape(bare) == shape(stats)
    assert contents(tmp_path / "a") == before


def test_what_cannot_be_read_is_named_and_the_rest_counted(tmp_path: Path) -> None:
    annotated(tmp_path)
    annotated(tmp_path, annotator="omar")
    sidecar_of(tmp_path / "story.txt").write_bytes(b"junk\n")
    for annotator in ("lina", "omar"):
        annotated(tmp_path, "gone.txt", annotator)
    (tmp_path / "gone.txt").write_bytes(b"\0\1\2")
    told = run(tmp_path, "--json", ".")
    assert told.returncode == 1
    assert [line.split(":")[1].strip() for line in told.stderr.splitlines()] == [
        "gone.txt",
        "story.txt.lina.ann.jsonl, line 1",
    ]
    stats = json.loads(told.stdout)
    assert (stats["articles"], stats["annotated"], stats["spans"]) == (1, 1, 1)


def test_others_are_left_out_where_an_annotator_is_named(tmp_path: Path) -> None:
    annotated(tmp_path, annotator="omar")
    stats = json.loads(run(tmp_path, "--annotator", "lina", "--json", ".").stdout)
    assert (stats["articles"], stats["unannotated"], stats["annotators"]) == (1, 1, [])


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (("gone",), 1, "hashiya: gone: no such file or folder"),
        (("--annotator", "../x", "."), 1, "hashiya: --annotator: the annotator's name ../x holds"),
        ((), 2, "Usage: "),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, arguments: tuple[str, ...], status: int, reason: str) -> None:
    told = run(tmp_path, *arguments)
    assert (told.returncode, told.stdout) == (status, "")
    assert told.stderr.startswith(reason)


def test_every_article_is_a_step_on_the_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int | None, str, int]] = []

    @contextmanager
    def progress(total: int | None, what: str) -> Iterator[Callable[[], object]]:
        steps: list[None] = []
        yield lambda: steps.append(None)
        told.append((total, what, len(steps)))

    monkeypatch.setattr(tui.stats, "progress", progress)
    annotated(tmp_path)
    write_article(tmp_path, name="other.txt")
    (tmp_path / "broken.txt").write_bytes(b"\0\1\2")
    Reading([tmp_path]).find().stats()
    assert told == [(3, "Reading", 3)]


@pytest.mark.heavy
def test_a_page_instead_of_a_table(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    told = run(tmp_path, "--html", "report.html", "a")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert page.endswith("</html>\n")
    told = run(tmp_path, "--html", "a/story.txt", "a")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("hashiya: a/story.txt: is an article")


@pytest.mark.parametrize("width", [NARROWEST, 31, 40, 60, 76, 200])
def test_the_table_fits_its_width(tmp_path: Path, width: int) -> None:
    hostile = "\x1b[2J\u202e\n" + "وزارة " * 9
    for name in ("lina", "لينا" * 16):
        annotated(tmp_path, annotator=name, subtype=hostile)
    lines = list(lines_of(Reading([tmp_path]).find().stats(), width))
    assert all(line.isprintable() and cell_len(line) <= width for line in lines)
    # The bars are there as soon as there is room for them.
    assert any("\u2501" in line for line in lines)
    assert list(lines_of(count([]), width))


def test_a_terminal_is_told_to_leave_the_order_alone(tmp_path: Path) -> None:
    annotated(tmp_path)
    ours, theirs = pty.openpty()
    environment = surroundings(tmp_path, COLUMNS="40")
    program = subprocess.Popen([*HASHIYA, "stats", "."], stdout=theirs, stderr=theirs, env=environment, cwd=tmp_path)
    assert program.wait(60) == 0
    os.close(theirs)
    data = os.read(ours, 65_536).decode()
    os.close(ours)
    assert data.startswith("\x1b[8l")
    assert data.endswith("\x1b[?1243h")
    text = data.partition("\n")[2].rpartition("\n")[0]
    assert all(cell_len(line) <= 40 for line in text.split("\r\n"))
