"""What the store asks of the disk: reading, replacing and appending to small files. All its system calls are here.

*Synced* bytes have been confirmed by the disk, as far as the operating system can know. Every function raises OSError,
but where it says otherwise.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

try:
    from fcntl import F_FULLFSYNC, fcntl  # type: ignore[attr-defined, unused-ignore]
except ImportError:
    F_FULLFSYNC = None

TEMPORARY_PREFIX = ".hashiya-"

# What file systems answer that cannot sync a folder.
_CANNOT_SYNC = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
# What file systems answer on which a file has one name only.
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK)
# Permissions of a new file before the umask.
_MODE = 0o666
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class Signature(NamedTuple):
    """What tells one content of a file from another without reading it."""

    device: int
    inode: int
    size: int
    modified: int


def signature(path: Path) -> Signature | None:
    """The file's signature, None where there is no file, or nothing can be learnt of it. Never raises an OSError."""
    try:
        found = path.stat()
    except OSError:
        return None
    return Signature(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)


def exists(path: Path) -> bool:
    """Whether anything has this name; unlike `os.path.lexists` it is an OSError where that cannot be told."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def is_link(path: Path) -> bool:
    """Whether the path is known to be a symbolic link. Never raises an OSError."""
    try:
        return path.is_symlink()
    except OSError:
        return False


def replace_file(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a file with these bytes in the place of another; a reader finds the old bytes or all of the new ones.

    A temporary file in the same folder is written, synced and renamed over the other, then the folder is synced.
    Where this raises before the rename, the old file stands; no temporary file stays. See `sync_folder` for after it.
    """
    with _temporary(path.parent) as temporary:
        # Never more open to others, not even while it is written, than it will be.
        descriptor = os.open(temporary, _CREATE, _MODE if mode is None else mode & _MODE)
        try:
            _write_all(descriptor, data)
            if mode is not None:
                temporary.chmod(mode)
            sync(descriptor)
        finally:
            os.close(descriptor)
        temporary.replace(path)
    try:
        sync_folder(path.parent)
    except OSError as error:
        raise NotConfirmedError(*error.args) from error


def write_new(path: Path, data: bytes) -> None:
    """Write a file, whole or not at all, under a name that nothing has; FileExistsError where something has it."""
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.tmp")
    try:
        replace_file(temporary, data)
        _name_new(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def _name_new(temporary: Path, path: Path) -> None:
    try:
        os.link(temporary, path, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # Where files have one name only, the empty file keeps the name from others until ours has it.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC))
        try:
            temporary.replace(path)
        except BaseException:
            path.unlink()
            raise


class NotConfirmedError(OSError):
    """The file is in its place, but the disk did not confirm that it stays there."""


def sync(descriptor: int) -> None:
    """Have the disk confirm what was written to the file."""
    if F_FULLFSYNC is not None:  # On macOS fsync leaves the bytes in the drive's cache.
        with suppress(OSError):
            fcntl(descriptor, F_FULLFSYNC)
            return
    os.fsync(descriptor)


def sync_folder(folder: Path) -> None:
    """Make what was created or renamed in the folder last.

    Folders that cannot be opened, and file systems that cannot sync them, are let pass.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _CANNOT_SYNC:
            raise
    finally:
        os.close(descriptor)


class Appender:
    """A regular file that is only appended to, never through a symbolic link.

    After an append that failed, what came of it is cut off again. Where even that fails, or the disk did not confirm
    what it was given, nobody knows what the file holds: it `is_broken`, and takes no more.
    """

    def __init__(self, path: Path, size: int | None = None) -> None:
        """Open a file of so many bytes: more, as of a write that was cut off, are cut off.

        Without a size it is made where there is none, and a last line without an end is ended.
        """
        self.is_broken = False
        self._path = path
        make = os.O_CREAT if size is None else 0
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK | make, _MODE)
        try:
            found = _size_of_regular(self._file)
            self.size = found if size is None else size
            if size is None:
                self._end_line()
            elif found > size:
                os.ftruncate(self._file, size)
        except OSError:
            self.close()
            raise

    def is_there(self) -> bool:
        """Whether the path still names this file, and nobody else wrote to it."""
        try:
            named, ours = os.lstat(self._path), os.fstat(self._file)
        except OSError:
            return False
        return os.path.samestat(named, ours) and ours.st_size == self.size

    def append(self, data: bytes) -> None:
        """Write the bytes at the end, all or none, and have the disk confirm them."""
        if self.is_broken:
            raise OSError(errno.EIO, "an earlier write was not confirmed")
        try:
            _write_all(self._file, data)
        except OSError:
            self._cut_off()
            raise
        try:
            sync(self._file)
        except OSError:
            # The kernel may have dropped the bytes and marked them as written: a second try would confirm nothing.
            self.is_broken = True
            raise
        self.size += len(data)

    def close(self) -> None:
        """Let the file go; again does nothing."""
        file, self._file = self._file, -1
        if file >= 0:
            with suppress(OSError):
                os.close(file)

    def _end_line(self) -> None:
        if not self.size:
            sync_folder(self._path.parent)
        elif os.pread(self._file, 1, self.size - 1) != b"\n":
            self.append(b"\n")

    def _cut_off(self) -> None:
        try:
            os.ftruncate(self._file, self.size)
        except OSError:
            self.is_broken = True


def _size_of_regular(descriptor: int) -> int:
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return found.st_size


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        count = os.write(descriptor, rest)
        if not count:
            raise OSError(errno.EIO, "nothing could be written")
        rest = rest[count:]


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A hidden name in the folder that nothing has; what was made under it is gone in the end."""
    path = folder / f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.tmp"
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)
