"""One writer for each sidecar: the lock file beside it.

A lock file names its *holder* (see `holder`, which tells what can be known of one), who keeps `flock(2)` on it. When it
was last modified is the holder's last *sign of life*. A second program that opens the article finds the file, and
either takes the lock from a holder that is gone, or is told who has it. Where that cannot be known, a person decides.

A lock file is complete and locked before it has its name, and is replaced, never rewritten: no reader finds half of
one, a full disk leaves the old one, and of those who want the place of a holder that is gone, the one that keeps
`flock` on the old file is alone. Nothing that is not a regular file is followed or written.

On a network file system that remembers attributes for a while, `is_held` learns only after that while that another
machine took over (NFS: up to a minute). The descriptor is closed on exec; a process that is forked without it keeps
the lock alive. filelock and portalocker were considered: neither joins the kernel's lock with the holder's host and
run, nor lets a person decide on a holder that cannot be seen from here.
"""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from annotations.errors import HashiyaError, SaveError, displayed, os_reason
from annotations.store import lock_file
from annotations.store.holder import Fate, Flock, Holder, Judgement, can_be_gone, judge, this_process

SUFFIX = ".ann.lock"

_SIDECAR = ".ann.jsonl"
_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)

# Where no lock keeps rivals apart, the last to replace the file wins: the others wait this long before they look.
_SETTLING = 0.05

_AGES = ((2 * 86_400, 86_400, "days"), (86_400, 86_400, "day"), (3_600, 3_600, "h"), (60, 60, "min"), (0, 1, "s"))


class Locked(HashiyaError):  # noqa: N818 - says what is so, not who is to blame
    """The sidecar is another's to write, or may be.

    `holder` is who made the lock file, None where it does not say; `certain` whether the holder is known to be alive:
    if it is not, the user may decide to `Lock.take_over`.
    """

    def __init__(self, message: str, holder: Holder | None, *, certain: bool) -> None:
        super().__init__(message)
        self.holder = holder
        self.certain = certain


def lock_path(sidecar: Path) -> Path:
    """The lock file of a sidecar: `story.txt.lina.ann.jsonl` has `story.txt.lina.ann.lock` beside it."""
    return sidecar.with_name(sidecar.name.removesuffix(_SIDECAR) + SUFFIX)


@dataclass(slots=True)
class Lock:
    """The right to write one sidecar, from `acquire` or `take_over` until `release`; a context manager.

    Keep it as long as the article is open, ask `is_held` before each write, and `refresh` now and then.
    """

    path: Path
    holder: Holder
    _descriptor: int | None = field(repr=False)

    @classmethod
    def acquire(cls, sidecar: Path, now: datetime) -> Lock:
        """The sidecar's lock, taken from a holder that is gone where there is one.

        Waits about a tenth of a second at most. Raises Locked where the holder is alive or may be, SaveError where a
        lock file cannot be made (a read-only folder, a full disk, a symbolic link under its name).
        """
        return _take(_Claim(sidecar, now))

    @classmethod
    def take_over(cls, sidecar: Path, now: datetime, seen: Holder | None) -> Lock:
        """The sidecar's lock, taken from `seen`, the holder of a `Locked` that was not certain, as the user decided.

        Raises Locked where the holder is alive after all, or is another by now, and SaveError as `acquire` does. Of
        two machines that do this in the same moment, without locks between them, the later has the lock, and
        `is_held` of the earlier says so.
        """
        return _take(_Claim(sidecar, now, forced=True, seen=seen))

    def is_held(self) -> bool:
        """Whether the lock file is still ours, which it is not after another took over; two system calls."""
        if self._descriptor is None:
            return False
        try:
            return lock_file.names(self.path, self._descriptor) or self._is_copied()
        except (OSError, HashiyaError):
            return False

    def refresh(self, now: datetime) -> None:
        """Give a sign of life: what others are told of where they cannot see the process. Never raises an OSError."""
        if self._descriptor is not None:
            with suppress(OSError):
                os.utime(self._descriptor, (now.timestamp(), now.timestamp()))

    def release(self) -> None:
        """Give the lock back; another's lock file stays. Never raises an OSError, and may be called twice."""
        if self._descriptor is None:
            return
        with suppress(OSError):
            if self.is_held():
                self.path.unlink()
        self._close()

    def _is_copied(self) -> bool:
        """Whether a copy of our file has its name, as programs that sync folders leave it: that is as good."""
        with lock_file.opened(self.path) as descriptor:
            holder = None if descriptor is None else lock_file.read(descriptor)
        return holder is not None and holder.token == self.holder.token

    def _fill(self, now: datetime) -> bool:
        """Give the new file its content, its lock and a sign of life; False where another keeps it locked."""
        assert self._descriptor is not None  # noqa: S101 - for the type checker: it was opened a moment ago
        filled = lock_file.fill(self._descriptor, self.holder)
        self.refresh(now)
        return filled

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)

    def _if_held(self) -> Lock | None:
        """Itself, or None, and closed, where the file's name is another's."""
        if self.is_held():
            return self
        self._close()
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class _Claim(NamedTuple):
    """Who wants which lock, and whether a person said that the holder `seen` is gone."""

    sidecar: Path
    now: datetime
    forced: bool = False
    seen: Holder | None = None

    @property
    def path(self) -> Path:
        return lock_path(self.sidecar)

    def covers(self, holder: Holder | None) -> bool:
        """Whether the person spoke of this holder."""
        return self.forced and (holder and holder.token) == (self.seen and self.seen.token)


def _take(claim: _Claim) -> Lock:
    try:
        for final in (*(False,) * (lock_file.TRIES - 1), True):
            lock = _attempt(claim, final=final)
            if lock:
                return lock
            time.sleep(lock_file.PAUSE)
    except OSError as error:
        remedy = "free some space" if error.errno in _NO_SPACE else "make the folder and the file writable"
        raise SaveError(
            f"{displayed(claim.path)}: the lock cannot be taken ({os_reason(error)}); {remedy} to annotate."
        ) from error
    raise Locked(
        f"{displayed(claim.sidecar)}: others are opening and closing it in this moment; open it again.",
        None,
        certain=False,
    )


def _attempt(claim: _Claim, *, final: bool) -> Lock | None:
    """The lock, or None where another look in a moment may find more; the final one says what it found instead."""
    with lock_file.opened(claim.path) as descriptor:
        if descriptor is None:
            return _create(claim)
        holder, here = lock_file.read(descriptor), this_process(claim.now)
        covered = claim.covers(holder)
        # Two that only look must not refuse each other, or each would take the other for the holder.
        flock = lock_file.flock(descriptor, exclusive=covered or can_be_gone(holder, here))
        judgement = judge(holder, flock, here)
        if judgement.fate is Fate.GONE or (covered and judgement.fate is Fate.UNKNOWN):
            alone = flock is Flock.OBTAINED and judgement.fate is Fate.GONE
            return _replace(claim, descriptor, settling=0 if alone else _SETTLING)
        if judgement.settled or final:
            age = claim.now.timestamp() - os.fstat(descriptor).st_mtime
            raise _locked(claim.sidecar, holder, judgement, age)
    return None


def _create(claim: _Claim) -> Lock | None:
    """A lock file under a name that nothing has; None where something has it by now."""
    with _prepared(claim) as (temporary, lock):
        try:
            os.link(temporary, claim.path)
        except FileExistsError:
            # A repeated request over NFS is told so of its own success (open(2) on O_EXCL): what is there decides.
            pass
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            lock._close()
            return _create_without_links(claim)
        return lock._if_held()


def _create_without_links(claim: _Claim) -> Lock | None:
    """The same where files have one name only: for a moment the file is there, empty and unlocked."""
    try:
        lock = Lock(claim.path, this_process(claim.now), lock_file.create(claim.path))
    except FileExistsError:
        return None
    try:
        if lock._fill(claim.now):
            return lock._if_held()
    except OSError:
        lock.release()
        raise
    lock.release()
    return None


def _replace(claim: _Claim, descriptor: int, *, settling: float) -> Lock | None:
    """Our lock file in the place of the one that is open; None where the name is another's by now, or soon after."""
    with _prepared(claim) as (temporary, lock):
        if not lock_file.names(claim.path, descriptor):
            lock._close()
            return None
        temporary.replace(claim.path)
        time.sleep(settling)
        return lock._if_held()


@contextmanager
def _prepared(claim: _Claim) -> Iterator[tuple[Path, Lock]]:
    """A complete lock file under a hidden name, which is gone in the end, and the lock that it is under any other."""
    with lock_file.temporary_beside(claim.path) as temporary:
        lock = Lock(claim.path, this_process(claim.now), lock_file.create(temporary))
        try:
            lock._fill(claim.now)
            yield temporary, lock
        except BaseException:
            lock._close()
            raise


def _locked(sidecar: Path, holder: Holder | None, judgement: Judgement, age: float) -> Locked:
    certain = judgement.fate is Fate.ALIVE
    who = str(holder) if holder else "by someone whose name cannot be read"
    if certain:
        text = f"is open elsewhere, {who}; close it there, then open it again."
    else:
        text = (
            f"is locked {who}; {judgement.doubt}, and from here it cannot be told whether it is still open there (last "
            f"sign of life {_ago(age)}); close it there, or take over if you know that it is not."
        )
    return Locked(f"{displayed(sidecar)}: {text}", holder, certain=certain)


def _ago(seconds: float) -> str:
    """How long ago, in the largest unit that fits; clocks that disagree make no negative ages."""
    whole = max(0, int(seconds))
    size, unit = next((size, unit) for least, size, unit in _AGES if whole >= least)
    return f"{whole // size} {unit} ago"
