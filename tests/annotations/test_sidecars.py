"""A library's sidecars are found as those of each article are, with each folder listed once."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import SidecarError
from annotations.store.files import sidecars_of
from annotations.store.sidecars import Sidecars

SOURCES = ("story.txt", "story", "story.txt.txt", ".txt", "قصة.txt")
ends = st.sampled_from([".ann.jsonl", ".ann.journal", ".ann.lock", ".ann.aside", ".ann.jsonl.1.bak", ".jsonl", ""])
names = st.builds("{}{}{}".format, st.sampled_from(SOURCES), st.sampled_from(["", ".", ".lina", ".a.b", ".لينا"]), ends)


@given(st.sets(names, max_size=12))
def test_the_same_are_found(tmp_path_factory: pytest.TempPathFactory, found: set[str]) -> None:
    folder = tmp_path_factory.mktemp("library")
    for name in found - {"", "."}:
        (folder / name).touch()
    sidecars = Sidecars()
    for source in SOURCES:
        assert sidecars.of(folder / source) == sidecars_of(folder / source)


def test_a_folder_is_listed_once(tmp_path: Path) -> None:
    sidecars = Sidecars()
    assert sidecars.of(tmp_path / "1.txt") == []
    (tmp_path / "2.txt.lina.ann.jsonl").touch()
    assert sidecars.of(tmp_path / "2.txt") == []


def test_only_so_many_folders_are_remembered(tmp_path: Path) -> None:
    sidecars = Sidecars(most=1)
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        assert sidecars.of(tmp_path / name / "1.txt") == []
    for name in ("a", "b"):
        (tmp_path / name / "1.txt.lina.ann.jsonl").touch()
    assert sidecars.annotators(tmp_path / "b" / "1.txt") == ()
    assert sidecars.annotators(tmp_path / "a" / "1.txt") == ("lina",)


def test_a_folder_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(SidecarError, match=r"gone: cannot be read \(no such file or directory\); check the folder"):
        Sidecars().of(tmp_path / "gone" / "1.txt")
