"""A disk that is full for real, or a folder that is closed to writing: what was told is saved stays, and what is not is
told, and saved once it can be.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_article import SECOND_WORD, marked, write_article
from terminal_session import HASHIYA, TerminalSession, surroundings, without_privileges

from annotations.article import read_article
from annotations.schema import BUILT_IN
from annotations.store.opening import load_layer

SHOWN = "? help   q quit"
FULL = "no space left on device"
THIRD_WORD = (10, 18)
_MOUNT = 'mount -t tmpfs -o size=64k tmpfs "$0" && echo mounted && read end'


class SmallDisk:
    """A file system of 64 kB that one process, and those that join it, have mounted: it goes with them.

    `folder` is it as it is seen from outside. Skips the test where this user may mount nothing.
    """

    def __init__(self, folder: Path) -> None:
        unshare, nsenter = shutil.which("unshare"), shutil.which("nsenter")
        if unshare is None or nsenter is None:
            pytest.skip("there are no unshare and nsenter to mount a small file system with")
        folder.mkdir()
        self._mount = folder
        user = () if os.getuid() == 0 else ("--user", "--map-root-user")
        self._process = subprocess.Popen(
            [unshare, *user, "--mount", "/bin/sh", "-c", _MOUNT, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        if self._process.stdout.readline() != "mounted\n":
            told = self._process.communicate()[1].strip()
            pytest.skip(f"a small file system cannot be mounted by this user, in a namespace of its own or not: {told}")
        self.folder = Path(f"/proc/{self._process.pid}/root{folder}")
        joined = () if os.getuid() == 0 else ("--user", "--preserve-credentials")
        self.joining = (nsenter, f"--target={self._process.pid}", *joined, "--mount", "--")

    def inside(self, path: Path) -> Path:
        """The path as a program that joins sees it."""
        return self._mount / path.relative_to(self.folder)

    def fill(self) -> None:
        """Take all the space that is left."""
        with (self.folder / "ballast").open("ab", buffering=0) as file, suppress(OSError):
            while True:
                file.write(bytes(1024))
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            (self.folder / "more").write_bytes(b"x")
        (self.folder / "more").unlink()

    def free(self) -> None:
        """Give it back."""
        (self.folder / "ballast").unlink()

    def end(self) -> None:
        """Unmount it."""
        self._process.communicate("\n")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    disk = SmallDisk(tmp_path / "disk")
    yield disk
    disk.end()


def opened(disk: SmallDisk, article: Path, home: Path) -> TerminalSession:
    """The program on an article of the disk."""
    command = [*disk.joining, *HASHIYA, disk.inside(article)]
    session = TerminalSession(command, surroundings(home), size=(250, 24))
    session.wait_for(SHOWN)
    return session


def reading(disk: SmallDisk, article: Path, home: Path) -> TerminalSession:
    """The same, with the cursor on the second word."""
    session = opened(disk, article, home)
    session.type("ctrl+left")
    session.wait_for("offset 5")
    return session


def marked_anyhow(article: Path) -> list[tuple[int, int, str]]:
    """What a program that opens the article now would find marked, in the sidecar or not."""
    found = load_layer(read_article(article), "lina", BUILT_IN, datetime.now(UTC), "test")
    return [(span.start, span.end, span.label) for span in found.spans]


def beside(article: Path) -> list[str]:
    """The names of the files beside the article."""
    return sorted(path.name for path in article.parent.iterdir() if path != article)


def test_what_finds_no_space_is_told_and_saved_with_the_next_change(tmp_path: Path, disk: SmallDisk) -> None:
    article = write_article(disk.folder / "a")
    with reading(disk, article, tmp_path) as session:
        disk.fill()
        session.type("a")
        session.wait_for("NOT SAVED")
        session.wait_for(FULL)
        disk.free()
        session.type("ctrl+left")
        session.wait_for("offset 10")
        session.type("e")
        session.wait_for("saved ")
        assert "NOT SAVED" not in session.text
        session.wait_for(lambda: marked_anyhow(article) == [(*SECOND_WORD, "actor"), (*THIRD_WORD, "event")])
        session.type("q")
        assert session.end() == 0
    assert marked(article) == [(*SECOND_WORD, "actor"), (*THIRD_WORD, "event")]
    assert beside(article) == [f"{article.name}.lina.ann.{end}" for end in ("journal", "jsonl")]


def test_what_was_saved_before_the_disk_was_full_stays(tmp_path: Path, disk: SmallDisk) -> None:
    article = write_article(disk.folder / "a")
    with reading(disk, article, tmp_path) as session:
        session.type("a")
        session.wait_for("saved ")
        disk.fill()
        # What is left of the journal's last block takes some changes more.
        for count in range(2, 12):
            session.type("ctrl+left", "a")
            session.wait_for(lambda count=count: "NOT SAVED" in session.text or len(marked_anyhow(article)) == count)
            if "NOT SAVED" in session.text:
                break
        assert "NOT SAVED" in session.text
        before = marked_anyhow(article)
        assert len(before) == count - 1
        disk.free()
        session.type("ctrl+left", "a")
        session.wait_for(lambda: "NOT SAVED" not in session.text and "saved " in session.text)
        after = marked_anyhow(article)
        assert after[:-2] == before and len(after) == count + 1
        session.type("q")
        assert session.end() == 0
    assert marked(article) == after


def test_a_full_disk_holds_back_once(tmp_path: Path, disk: SmallDisk) -> None:
    article = write_article(disk.folder / "a")
    with reading(disk, article, tmp_path) as session:
        disk.fill()
        session.type("a")
        session.wait_for("NOT SAVED")
        session.read_on()
        session.type("q")
        session.wait_for("Again to leave without saving.")
        session.wait_for(FULL)
        session.type("q")
        assert session.end() == 1
        assert FULL.encode() in bytes(session.raw).rpartition(b"\x1b[?")[2]
    assert beside(article) == []


def test_where_only_the_sidecar_finds_no_space_the_journal_has_it(tmp_path: Path, disk: SmallDisk) -> None:
    article = write_article(disk.folder / "a")
    with reading(disk, article, tmp_path) as session:
        session.type("a")
        session.wait_for("saved ")
        disk.fill()
        session.type("q")
        session.wait_for("The journal has your changes; again to leave.")
        session.wait_for(FULL)
        session.type("q")
        session.end()
    disk.free()
    with opened(disk, article, tmp_path) as session:
        session.wait_for("1 change recovered from the journal")
        session.type("q")
        assert session.end() == 0
    assert marked(article) == [(*SECOND_WORD, "actor")]


def test_a_folder_that_was_closed_to_writing_is_told_and_the_journal_goes_on(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    command = [*without_privileges(), *HASHIYA, article]
    both = [(*SECOND_WORD, "actor"), (*THIRD_WORD, "event")]
    with TerminalSession(command, surroundings(tmp_path), size=(250, 24)) as session:
        session.wait_for(SHOWN)
        session.type("ctrl+left", "a")
        session.wait_for("saved ")
        article.parent.chmod(0o555)
        session.type("ctrl+left", "e")
        session.wait_for(lambda: marked_anyhow(article) == both)
        session.type("q")
        session.wait_for("The journal has your changes; again to leave.")
        session.wait_for("permission denied")
        article.parent.chmod(0o755)
        session.type("q")
        assert session.end() == 0
    assert marked(article) == both
