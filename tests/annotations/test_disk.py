"""What the store asks of the disk: all or nothing, and never through a link."""

from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from faulty_disk import Fault, FaultyDisk
from hypothesis import given
from hypothesis import strategies as st
from writers import Clock, Writer, loaded, write_words

from annotations.store.disk import Appender, NotConfirmedError, replace_file, signature
from annotations.store.files import sidecar_path
from annotations.store.journal import journal_path


@contextmanager
def no_file_larger_than(size: int) -> Iterator[None]:
    """Have the kernel take writes up to this many bytes of a file, and refuse what goes beyond them.

    Python ignores the signal that tells of it.
    """
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@given(parts=st.lists(st.binary(max_size=20), max_size=6))
def test_what_is_appended_is_there_in_its_order(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("a") / "file"
    with closing(Appender(path)) as file:
        for part in parts:
            file.append(part)
        assert file.is_there()
        assert file.size == sum(map(len, parts))
    assert path.read_bytes() == b"".join(parts)


def test_a_write_that_ends_half_way_is_cut_off_again(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with closing(Appender(path)) as file:
        file.append(b"whole\n")
        with no_file_larger_than(10), pytest.raises(OSError, match="File too large"):
            file.append(b"more than that\n")
        assert path.read_bytes() == b"whole\n"
        assert file.is_there() and not file.is_broken
        file.append(b"next\n")
    assert path.read_bytes() == b"whole\nnext\n"


@pytest.mark.parametrize("call", ["fsync", "ftruncate"])
def test_a_file_of_which_nobody_knows_what_it_holds_takes_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    with closing(Appender(tmp_path / "file")) as file:
        with monkeypatch.context() as patch:
            patch.setattr(os, call, fail)
            with no_file_larger_than(1 << 20 if call == "fsync" else 3), pytest.raises(OSError):
                file.append(b"line\n")
        assert file.is_broken
        with pytest.raises(OSError, match="an earlier write was not confirmed"):
            file.append(b"line\n")


def test_a_file_is_no_longer_there_when_it_was_replaced_removed_or_written_to(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for change in (lambda: path.write_bytes(b"other"), path.unlink, lambda: replace_file(path, b"")):
        path.unlink(missing_ok=True)
        with closing(Appender(path)) as file:
            assert file.is_there()
            change()
            assert not file.is_there()


def test_what_is_beyond_the_size_is_cut_off_and_a_last_line_is_ended(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"whole\nhal")
    Appender(path, 6).close()
    assert path.read_bytes() == b"whole\n"
    path.write_bytes(b"whole\nhal")
    Appender(path).close()
    assert path.read_bytes() == b"whole\nhal\n"


def test_links_and_what_is_no_file_are_not_written_to(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("link", "pipe", "folder"):
        with pytest.raises(OSError):
            Appender(tmp_path / name)
    assert target.read_bytes() == b"mine"


def test_a_missing_file_is_not_made_where_it_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Appender(tmp_path / "file", 0)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_replaced_is_never_more_open_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, modes = tmp_path / "file", []
    real = os.write

    def write(descriptor: int, data: bytes) -> int:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", write)
    replace_file(path, b"secret", 0o600)
    assert modes == [0o600] == [stat.S_IMODE(path.stat().st_mode)]


def test_a_file_that_does_not_fit_leaves_the_old_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    with no_file_larger_than(10), pytest.raises(OSError, match="File too large"):
        replace_file(path, b"more than ten bytes")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_write_that_takes_nothing_is_an_error_and_not_tried_for_ever(tmp_path: Path) -> None:
    disk = FaultyDisk(tmp_path)
    with disk.in_use():
        disk.begin(Fault(1, "nothing", lasting=True))
        with pytest.raises(OSError, match="nothing could be written"):
            replace_file(tmp_path / "file", b"bytes")
    assert disk.calls[:2] == ["open", "write"]
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_confirmed_is_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr("annotations.store.disk.sync_folder", fail)
    with pytest.raises(NotConfirmedError):
        replace_file(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def test_a_signature_is_another_after_a_change_and_none_without_a_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert signature(path) is None
    replace_file(path, b"one")
    first = signature(path)
    assert first == signature(path)
    replace_file(path, b"two")
    assert first != signature(path)
    assert signature(tmp_path / ("x" * 300)) is None


def test_where_the_kernel_takes_half_a_change_it_is_not_saved_and_the_next_save_has_it(tmp_path: Path) -> None:
    writer = Writer(write_words(tmp_path, 40), Clock())
    writer.open()
    writer.mark(1)
    assert writer.save()
    journal = journal_path(sidecar_path(writer.article.path, "lina"))
    before = journal.read_bytes()
    for how in ("sync", "settle"):
        writer.mark(2)
        with no_file_larger_than(len(before) + 100):
            assert not writer.save(how)
        assert journal.read_bytes() == before
        assert {span.id for span in loaded(writer.article).spans} == writer.kept
    assert writer.save("settle")
    assert {span.start for span in loaded(writer.article).spans} == {5, 10}
    writer.close()
