"""`hashiya export` on the real command line: what it leaves when it is stopped or cannot write, and what it leaves out.

Nothing is under the final name unless it is whole, nothing half written stays beside it.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_article import SECOND_WORD, TEXT, contents, sidecar_of, write_article
from terminal_session import HASHIYA, PATIENCE, TerminalSession, surroundings

from annotations.article import read_article
from annotations.errors import SaveError
from annotations.exchange.exporting import new_folder
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span
from annotations.store.files import save_layer

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
ANNOTATORS = ("lina", "omar")


def export(home: Path, *arguments: str | Path, bytes_at_most: int | None = None) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if bytes_at_most is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (bytes_at_most, bytes_at_most))

    command, environment = [*HASHIYA, "export", *arguments], surroundings(home)
    return subprocess.run(
        command, capture_output=True, check=False, env=environment, cwd=home, encoding="utf-8", preexec_fn=limit
    )


def annotated(folder: Path, name: str = "story.txt", text: str = TEXT, links: int = 1) -> Path:
    """An article, in which each annotator marked an event, an actor and so many links of the two."""
    path = write_article(folder, text, name)
    article = read_article(path)
    for annotator in ANNOTATORS:
        layer = Layer.new(article, annotator, BUILT_IN, NOW, "test")
        layer = layer.add(make_span(text, [(0, 4)], "event", id="e1", now=NOW))
        layer = layer.add(make_span(text, [SECOND_WORD], "actor", id="s1", now=NOW))
        made = [make_link("e1", "agent", "s1", id=f"l{number}", now=NOW) for number in range(links)]
        save_layer(path, Layer.of(layer.header, layer.spans, made))
    return path


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"tmp"}


# More than is parted into tokens before a signal comes.
LONG = TEXT + "كلمة " * 1_000_000

SIGNALS = [
    (signal.SIGINT, 130),
    (signal.SIGTERM, 143),
    (signal.SIGHUP, 129),
]


@pytest.mark.parametrize(("number", "status"), SIGNALS)
@pytest.mark.parametrize("way", [(), ("--split", "100/0/0")])
def test_a_signal_leaves_nothing_half_written(
    tmp_path: Path, number: signal.Signals, status: int, way: tuple[str, ...]
) -> None:
    annotated(tmp_path / "a", text=LONG)
    command = [*HASHIYA, "export", "a", "--format", "conll", *way, "-o", "out", "--report", "lost"]
    with TerminalSession(command, surroundings(tmp_path), folder=tmp_path, emulated=False) as session:
        limit = time.monotonic() + PATIENCE
        while len([name for name in names(tmp_path) if name.startswith(".")]) < 2 and time.monotonic() < limit:
            time.sleep(0.005)
        session.signal(number)
        assert session.end() == status
        assert session.after == session.before
        assert b"Traceback" not in session.raw
    assert names(tmp_path) == {"a"}


def test_what_is_ignored_stays_ignored() -> None:
    code = (
        "import os, signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "from tui.stopping import stoppable\n"
        "with stoppable(): os.kill(os.getpid(), signal.SIGHUP)\n"
        "assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL"
    )
    subprocess.run([HASHIYA[0], "-c", code], check=True)


@pytest.mark.parametrize(
    ("form", "way"), [("jsonl", ()), ("label-studio", ()), ("brat", ()), ("jsonl", ("--split", "100/0/0"))]
)
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, form: str, way: tuple[str, ...]) -> None:
    annotated(tmp_path / "a", links=200)
    if form != "brat" and not way:
        write_article(tmp_path, "mine", "out")
    before = contents(tmp_path)
    told = export(tmp_path, "a", "--format", form, *way, "-o", "out", "--report", "lost", bytes_at_most=4096)
    assert told.returncode == 1
    assert told.stderr == "hashiya: out: cannot be written (file too large); choose another place.\n"
    (tmp_path / "tmp").rmdir()
    assert contents(tmp_path) == before


@pytest.mark.parametrize("way", [(), ("--split", "100/0/0")])
def test_a_report_that_cannot_be_written_is_named_itself(tmp_path: Path, way: tuple[str, ...]) -> None:
    # More losses than are held back.
    annotated(tmp_path / "a", links=200)
    told = export(tmp_path, "a", "--format", "conll", *way, "-o", "out", "--report", "/dev/full")
    assert (told.returncode, names(tmp_path)) == (1, {"a"})
    assert told.stderr.startswith("hashiya: /dev/full: cannot be written (no space left on device); ")


def test_a_pipe_that_is_closed_ends_it_without_a_word(tmp_path: Path) -> None:
    annotated(tmp_path / "a", links=2000)
    ours, theirs = os.pipe()
    os.close(ours)
    command, environment = [*HASHIYA, "export", "a"], surroundings(tmp_path)
    told = subprocess.run(
        command, stdout=theirs, stderr=subprocess.PIPE, check=False, env=environment, cwd=tmp_path, encoding="utf-8"
    )
    os.close(theirs)
    assert (told.returncode, told.stderr) == (1, "")


@pytest.mark.parametrize("name", ["م" * 127, "a\x1b[2J\u202e\n.jsonl", os.fsdecode(b"\xff")])
def test_every_name_that_a_file_can_have_will_do(tmp_path: Path, name: str) -> None:
    annotated(tmp_path / "a")
    for output in (tmp_path / "file" / name, tmp_path / "folder" / name):
        output.parent.mkdir()
        form = "jsonl" if output.parent.name == "file" else "brat"
        assert export(tmp_path, "a", "--format", form, "-o", output).returncode == 0
        assert [path.name for path in output.parent.iterdir()] == [name]


def test_a_link_that_leads_to_itself_is_no_fault_of_ours(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    (tmp_path / "loop").symlink_to("loop")
    told = export(tmp_path, "a", "loop", "-o", "out")
    assert (told.returncode, len((tmp_path / "out").read_bytes().splitlines())) == (0, 2)
    told = export(tmp_path, "a", "--format", "brat", "-o", "loop")
    assert told.stderr == "hashiya: loop: is there and not an empty folder; name another with -o.\n"


def test_two_at_once_do_not_meet(tmp_path: Path) -> None:
    """In one process, too: the one that is ready first has the name, and the other takes nothing of it away."""
    with pytest.raises(SaveError, match="directory not empty"), new_folder(tmp_path / "out", "it") as slow:
        (slow / "file").touch()
        with new_folder(tmp_path / "out", "it") as fast:
            (fast / "file").write_text("whole")
    assert (tmp_path / "out" / "file").read_text() == "whole"
    assert names(tmp_path) == {"out"}


def test_one_annotators_damage_costs_another_nothing(tmp_path: Path) -> None:
    path = annotated(tmp_path / "a")
    sidecar_of(path).write_bytes(b"junk\n")
    told = export(tmp_path, "a", "-o", "out")
    assert told.returncode == 1
    assert told.stderr.startswith("hashiya: a/story.txt.lina.ann.jsonl, line 1: ")
    assert "1 record written.\n" in told.stderr
    assert [json.loads(line)["annotator"] for line in (tmp_path / "out").read_text("utf-8").splitlines()] == ["omar"]


def test_an_article_that_cannot_be_read_is_told_of_once(tmp_path: Path) -> None:
    path = annotated(tmp_path / "a")
    path.write_bytes(b"\0\1")
    told = export(tmp_path, "a", "-o", "out")
    assert told.returncode == 1
    assert [line.split(":")[0] for line in told.stderr.splitlines()] == ["hashiya", "0 records written."]


def test_no_text_is_written_where_it_would_be_an_article(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    before = contents(tmp_path / "a")
    for way in (("-o", "a/new.txt"), ("-o", "out", "--report", "a/new.TXT")):
        told = export(tmp_path, "a", *way)
        assert told.returncode == 1
        assert "is inside of a, whose articles are exported; name a file elsewhere, or one that " in told.stderr
        assert told.stderr.endswith(f"with {way[-2]}.\n")
    assert contents(tmp_path / "a") == before
    assert names(tmp_path) == {"a"}
    assert export(tmp_path, "a", "-o", "a/new.jsonl").returncode == 0


@pytest.mark.parametrize("form", ["jsonl", "label-studio", "doccano", "brat", "w3c", "csv", "dygie", "omnievent"])
def test_no_format_tells_the_name_behind_a_pseudonym(tmp_path: Path, form: str) -> None:
    annotated(tmp_path / "a")
    told = export(tmp_path, "a", "--format", form, "--pseudonyms", "-o", "out", "--report", "lost")
    assert told.returncode == 0
    out = tmp_path / "out"
    files = [tmp_path / "lost", *(out.iterdir() if out.is_dir() else [out])]
    written = [path.name + path.read_text(encoding="utf-8") for path in files]
    assert not [text for text in written for name in ANNOTATORS if name in text]


def test_an_annotator_of_nothing_is_told_of_with_the_nearest(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    told = export(tmp_path, "a", "--annotator", "lena", "-o", "out")
    assert (told.returncode, told.stderr.splitlines()) == (
        0,
        [
            "hashiya: --annotator: lena has annotated none of these; perhaps lina is meant; use one of: lina, omar.",
            "0 records written, 1 without annotations left out.",
        ],
    )


def test_what_is_no_text_is_not_written_to_a_terminal(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    for form in ("spacy", "parquet"):
        with TerminalSession(
            [*HASHIYA, "export", "a", "--format", form], surroundings(tmp_path), folder=tmp_path
        ) as session:
            session.wait_for(f"the format {form} is no text for a terminal; name a file with -o.")
            assert session.end() == 1
