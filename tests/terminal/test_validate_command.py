"""`hashiya validate` on the real command line: a line for each finding, a status, and nothing written unasked."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

import pytest
from small_article import contents, sidecar_of, write_article
from terminal_session import HASHIYA, surroundings

from tui.validating import Progress, Validation

ROOT = Path(__file__).parents[2]
SAMPLE = "01-checkpoint-clash.txt"


def run(home: Path, *arguments: str | Path, **more: str) -> subprocess.CompletedProcess[str]:
    command = [*HASHIYA, "validate", *arguments]
    environment = surroundings(home, **more)
    return subprocess.run(command, capture_output=True, check=False, env=environment, cwd=home, encoding="utf-8")


def annotated(folder: Path) -> tuple[Path, Path]:
    """One of the sample articles, and its annotations as lina's."""
    source = ROOT / "articles" / SAMPLE
    article = write_article(folder, source.read_bytes(), SAMPLE)
    data = source.with_name(f"{SAMPLE}.sample.ann.jsonl").read_bytes()
    sidecar_of(article).write_bytes(data.replace(b'"annotator":"sample"', b'"annotator":"lina"'))
    return article, sidecar_of(article)


def damaged(folder: Path) -> Path:
    """Annotations after a merge that git could not finish, with a line of terminal codes in them."""
    _, sidecar = annotated(folder)
    lines = sidecar.read_bytes().splitlines()
    sidecar.write_bytes(b"\n".join([lines[0], b"<<<<<<< ours", *lines[1:], b"\x1b[2J\x9b\xe2\x80\xae", b""]))
    return sidecar


def test_a_library_without_fault_is_told_in_one_line(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    before = contents(tmp_path / "a")
    told = run(tmp_path, "a")
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == "0 errors, 0 warnings in 1 article, 1 sidecar.\n"
    assert contents(tmp_path / "a") == before


def test_the_sample_articles_are_without_fault(tmp_path: Path) -> None:
    assert run(tmp_path, ROOT / "articles").returncode == 0


def test_each_finding_is_a_line_and_nothing_is_written(tmp_path: Path) -> None:
    sidecar = damaged(tmp_path / "a")
    last = len(sidecar.read_bytes().splitlines())
    before = contents(tmp_path / "a")
    told = run(tmp_path, "a")
    assert told.returncode == 1
    assert told.stdout == (
        f"a/{sidecar.name}:2: error: a conflict marker that git left; --fix sets the line aside\n"
        f"a/{sidecar.name}:{last}: error: byte 0x9b is not UTF-8; --fix sets the line aside\n"
    )
    assert told.stderr == "2 errors, 0 warnings in 1 article, 1 sidecar.\n"
    assert contents(tmp_path / "a") == before


def test_fix_repairs_keeps_the_original_and_checks_again(tmp_path: Path) -> None:
    sidecar = damaged(tmp_path / "a")
    before = sidecar.read_bytes()
    told = run(tmp_path, "--fix", "a")
    (kept,) = (tmp_path / "a").glob("*.bak")
    aside = f"a/{sidecar.name.removesuffix('.jsonl')}.aside"
    assert told.returncode == 0
    assert told.stdout == f"{aside}:1: warning: holds 2 lines set aside; look through it, then move it away\n"
    assert told.stderr == (
        f"hashiya: a/{sidecar.name}: repaired; the file as it was is {kept.name}.\n"
        "0 errors, 1 warning in 1 article, 1 sidecar; 1 file repaired.\n"
    )
    assert kept.read_bytes() == before
    again = run(tmp_path, "--fix", "a")
    assert (again.returncode, again.stdout) == (0, told.stdout)
    assert len(list((tmp_path / "a").iterdir())) == 4


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("gone",), "hashiya: gone: no such file or folder"),
        (("--annotator", "../x", "."), "hashiya: --annotator: the annotator's name ../x holds"),
        ((), "Usage: "),
        (("--nonsense", "."), "Usage: "),
    ],
)
def test_what_cannot_be_meant_has_a_status_of_its_own(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    told = run(tmp_path, *arguments)
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(reason)


def test_others_are_left_out_where_an_annotator_is_named(tmp_path: Path) -> None:
    damaged(tmp_path)
    told = run(tmp_path, "--annotator", "omar", ".")
    assert (told.returncode, told.stdout) == (0, "")


def test_names_and_values_cannot_command_the_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b]0;x\x07\u202e\n"
    _, sidecar = annotated(folder)
    hostile = "\\u001b[2J\\u202e\\n\u009b".encode()
    sidecar.write_bytes(sidecar.read_bytes().replace(b'"label":"actor"', b'"label":"%b"' % hostile, 3))
    (folder / ".hashiya-\x1b[0m.tmp").touch()
    told = run(tmp_path, folder, "--fix")
    assert told.returncode == 1
    assert told.stdout.count("error: ") >= 3
    assert all(line.isprintable() for line in (*told.stdout.splitlines(), *told.stderr.splitlines()))


def test_a_locale_that_cannot_write_arabic_is_told(tmp_path: Path) -> None:
    write_article(tmp_path, name="قصة.txt")
    told = run(tmp_path, ".", PYTHONIOENCODING="latin-1")
    assert told.returncode == 1
    assert "cannot write Arabic" in told.stderr


def test_progress_is_for_a_terminal_and_leaves_no_trace(tmp_path: Path) -> None:
    for number in range(120):
        write_article(tmp_path / "a", name=f"{number}.txt")
    (tmp_path / "a" / ".hashiya-0.tmp").touch()
    ours, theirs = pty.openpty()
    command = [*HASHIYA, "validate", "a"]
    program = subprocess.Popen(command, stdout=theirs, stderr=theirs, env=surroundings(tmp_path), cwd=tmp_path)
    assert program.wait(60) == 0
    os.close(theirs)
    data = os.read(ours, 65_536)
    os.close(ours)
    assert b"\r100 of 121 files\r\x1b[K" in data
    assert data.endswith(b"0 errors, 1 warning in 120 articles, 0 sidecars.\r\n")
    assert b"of 121" not in run(tmp_path, "a").stderr.encode()


def test_a_library_is_told_of_while_it_is_read(tmp_path: Path) -> None:
    for name in ("1.txt", "2.txt"):
        sidecar_of(write_article(tmp_path, name=name)).write_bytes(b"junk\n")
    findings = Validation([tmp_path]).findings(Progress())
    assert next(findings).path.name == "1.txt.lina.ann.jsonl"
    sidecar_of(tmp_path / "2.txt").unlink()
    assert [finding.sentence for finding in findings] == ["is gone since the folder was listed; check again"]
