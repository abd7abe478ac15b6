"""A disk that refuses: the store's system calls on one folder are counted, and one of them, or all from it on, fail.

A *call* is one that Python makes by `os`, `fcntl` or a file object, on a path in the folder or on a file opened there.
What was synced is noted, and not waited for.
"""

from __future__ import annotations

import builtins
import errno
import fcntl
import io
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest

SHORT = "short"
"""A write that takes half of what it was given, and no error: the rest is asked for."""
HALF = "half"
"""The same, and what comes after it finds no space."""
NOTHING = "nothing"
"""A write that takes nothing, and no error."""
LATE = "late"
"""What was asked for is done, and EIO says that it is not: so do network file systems whose answer is lost."""
REFUSED = "refused"
"""The answer that a file must not be written."""

_CREATING = ("ENOSPC", "EIO", "EACCES", "EROFS", "EDQUOT")
KINDS: dict[str, tuple[str, ...]] = {
    "open": (*_CREATING, "EMFILE"),
    "write": ("ENOSPC", "EIO", "EDQUOT", "EFBIG", SHORT, HALF, NOTHING, LATE),
    "fsync": ("ENOSPC", "EIO", "EDQUOT", "EINVAL"),
    "ftruncate": ("EIO", "EACCES"),
    "replace": (*_CREATING, "EINTR", LATE),
    "link": (*_CREATING, "EINTR", "EPERM", LATE),
    "unlink": ("EIO", "EACCES", "EROFS", "EINTR", LATE),
    "chmod": ("EIO", "EPERM", "EROFS"),
    "utime": ("EIO", "EPERM", "EROFS"),
    "stat": ("EIO", "EACCES"),
    "lstat": ("EIO", "EACCES"),
    "fstat": ("EIO",),
    "read": ("EIO",),
    "pread": ("EIO",),
    "close": ("ENOSPC", "EIO", "EDQUOT"),
    "flock": ("ENOLCK", "EIO"),
    "access": (REFUSED,),
}
"""How each call can fail."""
ALIKE = ("EROFS", "EDQUOT", "EMFILE", "EFBIG", "EINTR", "EINVAL")
"""Errors that the store has no other answer to than to one of the others."""
_ENDLESS = 10_000


class Fault(NamedTuple):
    """The call of this number, from 0, fails in this way: once, or with all that can fail so from then on."""

    number: int
    kind: str
    lasting: bool = False


class FaultyDisk:
    """One folder's disk. `calls` are the names of those made so far; `hit` is the one that failed first."""

    def __init__(self, folder: Path) -> None:
        self.calls: list[str] = []
        self.hit: str | None = None
        self._folder = os.fspath(folder)
        self._fault: Fault | None = None
        self._is_counting = False
        self._ours: set[int] = set()

    def begin(self, fault: Fault | None = None) -> None:
        """Count from here on, and fail as told."""
        self._fault, self._is_counting = fault, True

    def mend(self) -> None:
        """Work again, and count no more."""
        self._fault, self._is_counting = None, False

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Have the calls made meanwhile go to this disk."""
        with pytest.MonkeyPatch.context() as patch:
            for name in KINDS:
                module = fcntl if name == "flock" else os
                patch.setattr(module, name, self._wrapped(name, getattr(module, name)))
            for module in (io, builtins):
                patch.setattr(module, "open", self._opened)
            patch.setattr(time, "sleep", lambda _: None)
            yield

    def _wrapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **named: Any) -> Any:
            if not any(self._concerns(it) for it in args[:2]):
                return real(*args, **named)
            kind = self._kind(name)
            if self._is_counting:
                self.calls.append(name)
                assert len(self.calls) < _ENDLESS, "it is tried again and again"
            if kind is not None:
                self.hit = self.hit or name
                return self._fail(name, kind, real, args, named)
            return self._done(name, real, args, named)

        return call

    def _concerns(self, what: object) -> bool:
        if isinstance(what, int):
            return what in self._ours
        return isinstance(what, str | os.PathLike) and str(what).startswith(self._folder)

    def _kind(self, name: str) -> str | None:
        """How the call that comes next fails, None where it does not."""
        fault, number = self._fault, len(self.calls)
        if fault is None or number < fault.number:
            return None
        if number == fault.number:
            return fault.kind
        if fault.kind == HALF:
            rest = fault.lasting or number == fault.number + 1
            return "ENOSPC" if rest and "ENOSPC" in KINDS[name] else None
        return fault.kind if fault.lasting and fault.kind in KINDS[name] else None

    def _done(self, name: str, real: Callable[..., Any], args: Any, named: Any) -> Any:
        if name == "fsync":
            return None
        if name == "close":
            self._ours.discard(args[0])
        result = real(*args, **named)
        if name == "open":
            self._ours.add(result)
        return result

    def _fail(self, name: str, kind: str, real: Callable[..., Any], args: Any, named: Any) -> Any:
        if kind == NOTHING:
            return 0
        if kind == REFUSED:
            return False
        if kind in (SHORT, HALF):
            return real(args[0], bytes(args[1])[: max(1, len(args[1]) // 2)])
        if kind == LATE or name == "close":
            # Also a descriptor whose closing fails is closed, close(2) says.
            self._done(name, real, args, named)
        number = getattr(errno, "EIO" if kind == LATE else kind)
        raise OSError(number, os.strerror(number))

    def _opened(self, file: Any, mode: str = "r", *args: Any, **named: Any) -> Any:
        if not self._concerns(file) or mode not in ("rb", "xb"):
            return _REAL_OPEN(file, mode, *args, **named)
        if isinstance(file, int):
            descriptor = file
        else:
            flags = os.O_RDONLY if mode == "rb" else os.O_WRONLY | os.O_CREAT | os.O_EXCL
            descriptor = os.open(file, flags | os.O_CLOEXEC, 0o666)
        raw = _File(descriptor, "rb" if mode == "rb" else "wb", closefd=False)
        return io.BufferedReader(raw) if mode == "rb" else io.BufferedWriter(raw)


_REAL_OPEN = io.open


class _File(io.FileIO):
    """A file whose calls are made by way of `os`, where they are counted."""

    def write(self, data: Any) -> int:
        return os.write(self.fileno(), data)

    def readinto(self, buffer: Any) -> int:
        data = os.read(self.fileno(), len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def readall(self) -> bytes:
        return b"".join(iter(lambda: os.read(self.fileno(), 1 << 16), b""))

    def close(self) -> None:
        if not self.closed:
            descriptor = self.fileno()
            super().close()
            os.close(descriptor)
