"""What the lock asks of the disk: a small regular file, opened without following anything, read, filled and locked."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from annotations.errors import SaveError, displayed
from annotations.store.disk import TEMPORARY_PREFIX, sync
from annotations.store.holder import LARGEST, Flock, Holder, decode, encode

TRIES = 12
"""How often to look again, `PAUSE` seconds apart, where someone else may be judging or replacing the file: that takes a
few milliseconds."""
PAUSE = 0.01

_OPEN = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
# What flock says where it cannot lock at all, as opposed to not now.
_NO_FLOCK = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS, errno.EBADF)


def create(path: Path) -> int:
    """A new empty file, open for writing, with the permissions that the umask leaves; FileExistsError, OSError."""
    return os.open(path, _CREATE, 0o666)


@contextmanager
def temporary_beside(path: Path) -> Iterator[Path]:
    """A hidden name in the path's folder that nothing has; what was made under it is gone in the end."""
    temporary = path.with_name(f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.tmp")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


@contextmanager
def opened(path: Path) -> Iterator[int | None]:
    """The descriptor of the file, for writing where that is allowed (NFS locks no others); None where there is none.

    SaveError for what is not a regular file, OSError for what cannot be opened.
    """
    descriptor = _open(path)
    try:
        if descriptor is not None:
            _check_regular(path, os.fstat(descriptor).st_mode)
        yield descriptor
    finally:
        if descriptor is not None:
            # Where the lock was taken meanwhile, a failure to close what was there before must not undo that.
            with suppress(OSError):
                os.close(descriptor)


def fill(descriptor: int, holder: Holder) -> bool:
    """Write, sync and lock a new file; False where another keeps it locked for longer than looking at it takes."""
    data = encode(holder)
    if os.write(descriptor, data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    sync(descriptor)
    for _ in range(TRIES):
        if flock(descriptor, exclusive=True) is not Flock.REFUSED:
            return True
        time.sleep(PAUSE)
    return False


def read(descriptor: int) -> Holder | None:
    """Who the open file says its holder is; None where it is damaged, or cannot be read (SMB, while it is locked)."""
    try:
        return decode(os.pread(descriptor, LARGEST + 1, 0))
    except OSError:
        return None


def names(path: Path, descriptor: int) -> bool:
    """Whether the path is the name of the open file; OSError where that cannot be told."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def flock(descriptor: int, *, exclusive: bool) -> Flock:
    """Ask for the kernel's lock on the open file, without waiting; closing the descriptor gives it back."""
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return Flock.REFUSED
    except OSError as error:
        if error.errno not in _NO_FLOCK:
            raise
        return Flock.UNSUPPORTED
    return Flock.OBTAINED


def _open(path: Path) -> int | None:
    try:
        # Opening a device or a pipe may do something or hang, so it is not tried.
        _check_regular(path, path.lstat().st_mode)
        return _open_as_allowed(path)
    except FileNotFoundError:
        return None


def _open_as_allowed(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | _OPEN)
    except OSError as error:
        if error.errno not in _READ_ONLY:
            raise
    return os.open(path, os.O_RDONLY | _OPEN)


def _check_regular(path: Path, mode: int) -> None:
    if stat.S_ISREG(mode):
        return
    what = "is a symbolic link" if stat.S_ISLNK(mode) else "is not a regular file"
    raise SaveError(f"{displayed(path)}: {what}, where the lock should be; move it away to annotate.")
