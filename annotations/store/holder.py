"""Who made a lock file, and what can be known of them: *alive*, *gone*, or neither.

A holder is named by host, run of the kernel, and process; while alive it also keeps `flock(2)` on the file, which the
kernel drops when the process ends in whatever way.

| the holder's                                         | flock refused | flock is free             | no flock here   |
|------------------------------------------------------|---------------|---------------------------|-----------------|
| kernel is ours                                       | alive         | gone, unless process runs | process decides |
| machine is ours, started anew since                  | alive         | gone                      | gone            |
| host name is ours, no kernel names itself (macOS)    | alive         | gone, unless process runs | the same        |
| host is another, or the file does not say            | alive         | unknown                   | unknown         |

That `flock` is free proves little of a holder elsewhere: many network file systems keep these locks on each machine for
itself. A process that runs while its lock is free has lost it (a folder mounted twice, a lock file copied by a program
that syncs folders): whether it still writes is unknown. Where the process decides alone, one in another pid namespace
(a container) is not seen, and passes for gone.
"""

from __future__ import annotations

import hashlib
import os
import re
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from pwd import getpwuid
from typing import Annotated, NamedTuple

import msgspec

from annotations.errors import printable
from annotations.reading import shortened
from annotations.span import timestamp

LARGEST = 4096
"""Bytes of a lock file that are read: more is none of ours."""

_LONGEST_NAME = 255

_Name = Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)]
_Word = Annotated[str, msgspec.Meta(max_length=64)]


class Holder(msgspec.Struct, frozen=True):
    """Who made a lock file, as the file says: hostile data within limits, so `printable` it before it is shown.

    `machine` is a hash of the machine's id, `boot` the run of its kernel, `started` the process's start in clock ticks
    since the kernel's; each is empty where the system does not tell. `since` is a timestamp as sidecars have it,
    `token` a random name of the lock.
    """

    host: _Name
    machine: _Word
    boot: _Word
    pid: Annotated[int, msgspec.Meta(ge=1, lt=1 << 31)]
    started: _Word
    since: _Word
    user: _Name
    token: Annotated[str, msgspec.Meta(min_length=16, max_length=64)]

    def __str__(self) -> str:
        """For a sentence, printable: `by lina in process 4312 on atlas since 2026-11-22T10:15:00Z`."""
        user, host, since = (shortened(printable(text)) for text in (self.user, self.host, self.since))
        return f"by {user} in process {self.pid} on {host} since {since}"


_HOLDER = msgspec.json.Decoder(Holder)


class Flock(Enum):
    """What came of asking for the lock that a holder keeps on its file."""

    OBTAINED = auto()
    REFUSED = auto()
    UNSUPPORTED = auto()


class Fate(Enum):
    """What became of a holder."""

    ALIVE = auto()
    GONE = auto()
    UNKNOWN = auto()


class Judgement(NamedTuple):
    """A holder's fate; `settled` unless another look in a moment may find another; `doubt`: why it is unknown."""

    fate: Fate
    settled: bool
    doubt: str = ""


_ALIVE = Judgement(Fate.ALIVE, settled=True)
_ALIVE_UNSEEN = Judgement(Fate.ALIVE, settled=False)
_GONE = Judgement(Fate.GONE, settled=True)
_UNNAMED = Judgement(Fate.UNKNOWN, settled=False, doubt="the lock file does not say who made it")
_ELSEWHERE = Judgement(Fate.UNKNOWN, settled=True, doubt="that is another machine")
_NAMESAKE = Judgement(
    Fate.UNKNOWN, settled=True, doubt="that was before this machine was last started, or is another of the same name"
)
_UNLOCKED = Judgement(
    Fate.UNKNOWN, settled=True, doubt="such a process is running here, but its lock on the file is not in force"
)


def judge(holder: Holder | None, flock: Flock, here: Holder) -> Judgement:
    """What became of the holder, by the table above; `here` is this process. None is a file that does not say."""
    if flock is Flock.REFUSED:
        return _ALIVE if holder and _same_kernel(holder, here) and _runs(holder) else _ALIVE_UNSEEN
    if holder is None:
        return _UNNAMED
    if _same_kernel(holder, here):
        return _judge_neighbour(holder, flock, here)
    if holder.host != here.host:
        return _ELSEWHERE
    if _kernels_unnamed(holder, here):
        return _UNLOCKED if _runs(holder) else _GONE
    return _GONE if _started_anew(holder, here) else _NAMESAKE


def can_be_gone(holder: Holder | None, here: Holder) -> bool:
    """Whether `judge` may find that the holder is gone."""
    if holder is None:
        return False
    if _same_kernel(holder, here):
        return True
    return holder.host == here.host and (_kernels_unnamed(holder, here) or _started_anew(holder, here))


def decode(data: bytes) -> Holder | None:
    """The holder that a lock file names; None where it is damaged or larger than `LARGEST` bytes."""
    try:
        return _HOLDER.decode(data) if len(data) <= LARGEST else None
    except (ValueError, RecursionError):
        return None


def encode(holder: Holder) -> bytes:
    """What a lock file of this holder has in it, less than `LARGEST` bytes."""
    return msgspec.json.encode(holder)


def this_process(now: datetime) -> Holder:
    """This process as a holder since `now`, with a new token."""
    return Holder(
        host=printable(os.uname().nodename)[:_LONGEST_NAME],
        machine=_machine(),
        boot=_content(Path("/proc/sys/kernel/random/boot_id"))[:64],
        pid=os.getpid(),
        started=_started(os.getpid()),
        since=timestamp(now),
        user=printable(_user())[:_LONGEST_NAME],
        token=os.urandom(16).hex(),
    )


def _judge_neighbour(holder: Holder, flock: Flock, here: Holder) -> Judgement:
    if not _runs(holder):
        return _GONE
    if flock is Flock.UNSUPPORTED:
        return _ALIVE
    # Ours would have refused: it was given back, and its file could not be removed then.
    ours = (holder.pid, holder.started) == (here.pid, here.started)
    return _GONE if ours else _UNLOCKED


def _same_kernel(holder: Holder, here: Holder) -> bool:
    return bool(here.boot) and holder.boot == here.boot


def _kernels_unnamed(holder: Holder, here: Holder) -> bool:
    return not holder.boot and not here.boot


def _started_anew(holder: Holder, here: Holder) -> bool:
    """Whether the holder's machine is ours in an earlier run. Copies of a disk image may share its id: not the name."""
    same = bool(here.machine) and (holder.machine, holder.host) == (here.machine, here.host)
    return same and bool(here.boot) and bool(holder.boot) and holder.boot != here.boot


def _runs(holder: Holder) -> bool:
    """Whether the holder's process is seen here; its start tells it from a later one with the same number."""
    started = _started(holder.pid)
    if started and holder.started:
        return started == holder.started
    try:
        os.kill(holder.pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _started(pid: int) -> str:
    """Field 22 of /proc/<pid>/stat, see proc(5): empty where it cannot be read, `ended` for a zombie."""
    try:
        # The second field, the program's name, may hold spaces and brackets; the third is the state.
        fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
        return "ended" if fields[0] in (b"Z", b"X") else fields[19].decode("ascii")
    except (OSError, ValueError, IndexError):
        return ""


def _machine() -> str:
    """A hash of the machine's id, which itself should not be given away: machine-id(5). Empty where there is none."""
    name = _content(Path("/etc/machine-id"))
    if not re.fullmatch("[0-9a-f]{32}", name):
        return ""
    return hashlib.blake2b(name.encode(), key=b"hashiya lock", digest_size=16).hexdigest()


def _user() -> str:
    try:
        return os.environ.get("LOGNAME") or os.environ.get("USER") or getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _content(path: Path) -> str:
    with suppress(OSError, ValueError):
        return path.read_text(encoding="ascii").strip()
    return ""
