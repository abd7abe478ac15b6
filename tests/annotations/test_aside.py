from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW

from annotations.errors import SaveError
from annotations.store.aside import Aside, read_aside, set_aside

NAME = "story.txt.lina.ann.jsonl"


def sidecar(folder: Path) -> Path:
    path = folder / NAME
    path.touch()
    return path


@given(content=st.binary(min_size=1, max_size=40).filter(lambda content: b"\n" not in content))
def test_a_line_comes_back_byte_for_byte(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = set_aside(sidecar(tmp_path_factory.mktemp("a")), [(3, content, "سبب")], NOW)
    assert path.name == "story.txt.lina.ann.aside"
    (aside,) = read_aside(path)
    assert (aside.sidecar, aside.line, aside.reason, aside.at) == (NAME, 3, "سبب", "2026-11-22T10:15:00Z")
    assert aside.bytes == content


def test_the_lines_are_json_in_the_order_they_came(tmp_path: Path) -> None:
    path = set_aside(sidecar(tmp_path), [(2, "نصّ".encode(), "a"), (3, b"\xff", "b")], NOW)
    first, second, end = path.read_bytes().split(b"\n")
    assert first.decode() == (
        f'{{"record":"aside","sidecar":"{NAME}","line":2,"reason":"a","at":"2026-11-22T10:15:00Z","content":"نصّ"}}'
    )
    assert second.endswith(b'"base64":"/w=="}')
    assert end == b""


def test_what_is_there_already_or_empty_is_not_repeated(tmp_path: Path) -> None:
    path = set_aside(sidecar(tmp_path), [(2, b"junk", "a"), (5, b"junk", "a"), (7, b"", "b")], NOW)
    assert [aside.line for aside in read_aside(path)] == [2, 5]
    before = path.read_bytes()
    set_aside(tmp_path / NAME, [(1, b"junk", "c")], LATER)
    assert path.read_bytes() == before
    set_aside(tmp_path / NAME, [(1, b"junk", "c"), (2, b"more", "d")], LATER)
    assert path.read_bytes().startswith(before)
    assert [aside.bytes for aside in read_aside(path)] == [b"junk", b"junk", b"more"]


def test_nothing_to_set_aside_makes_no_file(tmp_path: Path) -> None:
    assert not set_aside(sidecar(tmp_path), [(1, b"", "the header is missing")], NOW).exists()


def test_a_file_that_was_cut_off_goes_on_in_a_line_of_its_own(tmp_path: Path) -> None:
    path = set_aside(sidecar(tmp_path), [(2, b"one", "a")], NOW)
    path.write_bytes(path.read_bytes() + b'{"record":"as')
    set_aside(tmp_path / NAME, [(2, b"two", "a")], NOW)
    assert [aside.bytes for aside in read_aside(path)] == [b"one", b"two"]
    assert b'{"record":"as\n' in path.read_bytes()


def test_lines_that_are_none_of_ours_are_let_pass(tmp_path: Path) -> None:
    path = tmp_path / "x.ann.aside"
    path.write_bytes(b'7\n\xff\n{"record":"aside"}\n' + b"[" * 99_999 + b"\n")
    assert read_aside(path) == ()
    assert Aside(sidecar="x", line=1, reason="", at="", base64="!").bytes == b""


def test_the_file_is_as_private_as_the_sidecar(tmp_path: Path) -> None:
    sidecar(tmp_path).chmod(0o600)
    path = set_aside(tmp_path / NAME, [(2, b"one", "a")], NOW)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_only_a_file_is_written(tmp_path: Path, kind: str) -> None:
    path = sidecar(tmp_path).with_name("story.txt.lina.ann.aside")
    target = tmp_path / "target"
    if kind == "link":
        target.touch()
        path.symlink_to(target)
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.mkdir()
    with pytest.raises(SaveError, match=r"move .* away"):
        set_aside(tmp_path / NAME, [(2, b"one", "a")], NOW)
    assert kind != "link" or target.read_bytes() == b""
