from __future__ import annotations

import errno
import fcntl
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from annotations.errors import SaveError
from annotations.store import holder as holders
from annotations.store import lock as locks
from annotations.store import lock_file
from annotations.store.holder import LARGEST, Fate, Flock, Holder, can_be_gone, decode, encode, judge, this_process
from annotations.store.lock import Lock, Locked, lock_path

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
HERE = this_process(NOW)
# A pid that is ours, with the start of a process long ended: a number that came round again.
DEAD = msgspec.structs.replace(HERE, pid=os.getppid(), started="1", token="d" * 32)
ALIVE = msgspec.structs.replace(HERE, pid=os.getppid(), started=holders._started(os.getppid()), token="a" * 32)
ELSEWHERE = msgspec.structs.replace(HERE, host="atlas", boot="b" * 36, machine="m" * 32, token="e" * 32)

# Obeys one line a word: at which moment to take the lock, to give it back, or to say whether it has it.
WORKER = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from annotations.store.lock import Lock, Locked
lock = None
for line in sys.stdin:
    word, _, rest = line.strip().partition(" ")
    if word == "take":
        while time.monotonic() < float(rest):
            pass
        try:
            lock = Lock.acquire(Path(sys.argv[1]), datetime.now(UTC))
            print("won", flush=True)
        except Locked as error:
            print("lost", error.certain, error.holder and error.holder.pid, flush=True)
    elif word == "held":
        print(lock is not None and lock.is_held(), flush=True)
    else:
        if lock:
            lock.release()
        lock = None
        print("free", flush=True)
"""

# Put before it: a file system where a file has one name only.
NO_LINKS = """
import errno, os
def link(*_, **__):
    raise OSError(errno.EPERM, "no links")
os.link = link
"""


class Worker:
    """Another process, which does with the lock what it is told."""

    def __init__(self, sidecar: Path) -> None:
        command = [sys.executable, "-c", WORKER, str(sidecar)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def tell(self, word: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(word + "\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def ask(self, word: str) -> str:
        self.tell(word)
        return self.answer()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def sidecar(tmp_path: Path) -> Path:
    return tmp_path / "story.txt.lina.ann.jsonl"


@pytest.fixture
def start(sidecar: Path) -> Iterator[Callable[[], Worker]]:
    """Starts workers, and ends them after the test."""
    workers: list[Worker] = []

    def worker() -> Worker:
        workers.append(Worker(sidecar))
        return workers[-1]

    yield worker
    for one in workers:
        one.kill()


def leave(sidecar: Path, holder: Holder | bytes) -> Path:
    """A lock file that nobody keeps `flock` on."""
    path = lock_path(sidecar)
    path.write_bytes(holder if isinstance(holder, bytes) else encode(holder))
    return path


def refused(sidecar: Path, now: datetime = NOW) -> Locked:
    with pytest.raises(Locked) as caught:
        Lock.acquire(sidecar, now)
    return caught.value


def overtaken(sidecar: Path, holder: Holder) -> None:
    """Another's lock file in the place of the one that is there."""
    new = sidecar.with_name("new")
    new.write_bytes(encode(holder))
    new.replace(lock_path(sidecar))


def failing(number: int) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def only(sidecar: Path) -> list[str]:
    return [path.name for path in sidecar.parent.iterdir()]


def test_the_lock_file_is_beside_the_sidecar() -> None:
    assert lock_path(Path("a/story.txt.lina.ann.jsonl")) == Path("a/story.txt.lina.ann.lock")


def test_a_lock_names_its_holder_until_it_is_released(sidecar: Path) -> None:
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.is_held()
        assert decode(lock.path.read_bytes()) == lock.holder
        assert (lock.holder.pid, lock.holder.since) == (os.getpid(), "2026-11-22T10:15:00Z")
        assert only(sidecar) == [lock.path.name]
    assert only(sidecar) == []
    assert not lock.is_held()
    lock.release()
    lock.refresh(NOW)


def test_a_lock_is_not_inherited_by_other_programs(sidecar: Path) -> None:
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock._descriptor is not None
        assert not os.get_inheritable(lock._descriptor)


def test_a_second_opener_is_told_who_has_the_lock(sidecar: Path, start: Callable[[], Worker]) -> None:
    worker = start()
    assert worker.ask("take 0") == "won"
    error = refused(sidecar)
    assert error.certain
    assert error.holder is not None
    assert error.holder.pid == worker.process.pid
    assert f"in process {worker.process.pid} on {HERE.host} since 20" in str(error)
    with pytest.raises(Locked) as caught:
        Lock.take_over(sidecar, NOW, error.holder)
    assert caught.value.certain
    assert worker.ask("held") == "True"
    assert worker.ask("free") == "free"
    Lock.acquire(sidecar, NOW).release()


@pytest.mark.parametrize("reaped", [True, False])
def test_a_killed_holder_is_gone(sidecar: Path, start: Callable[[], Worker], reaped: bool) -> None:
    worker = start()
    assert worker.ask("take 0") == "won"
    worker.process.kill()
    if reaped:
        worker.process.wait()
    else:
        os.waitid(os.P_PID, worker.process.pid, os.WEXITED | os.WNOWAIT)
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.is_held()
        assert only(sidecar) == [lock.path.name]


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("dead", [True, False])
def test_of_many_that_want_a_lock_exactly_one_has_it(
    sidecar: Path, start: Callable[[], Worker], monkeypatch: pytest.MonkeyPatch, dead: bool, links: bool
) -> None:
    script = WORKER if links else NO_LINKS + WORKER
    monkeypatch.setattr(sys.modules[__name__], "WORKER", script)
    workers = [start() for _ in range(3)]
    for _ in range(100):
        if dead:
            leave(sidecar, DEAD)
        moment = time.monotonic() + 0.002
        for worker in workers:
            worker.tell(f"take {moment}")
        answers = [worker.answer() for worker in workers]
        held = [worker.ask("held") for worker in workers]
        assert answers.count("won") == 1, answers
        assert [answer == "won" for answer in answers] == [one == "True" for one in held]
        winner = workers[answers.index("won")].process.pid
        losers = {answer for answer in answers if answer != "won"}
        # Without hard links a lock file is there a moment before it says whose it is, and is locked.
        assert losers == {f"lost True {winner}"} or (not links and not dead)
        for worker in workers:
            worker.ask("free")
        assert only(sidecar) == []


def test_a_lock_from_another_machine_may_be_alive(sidecar: Path) -> None:
    path = leave(sidecar, ELSEWHERE)
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    error = refused(sidecar, NOW + timedelta(seconds=20))
    assert not error.certain
    assert error.holder == ELSEWHERE
    assert "on atlas since" in str(error)
    assert "that is another machine, and from here it cannot be told" in str(error)
    assert "last sign of life 20 s ago" in str(error)
    assert decode(path.read_bytes()) == ELSEWHERE


def test_a_lock_that_another_machine_is_seen_to_keep_is_alive(sidecar: Path) -> None:
    path = leave(sidecar, ELSEWHERE)
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refused(sidecar).certain
        with pytest.raises(Locked) as caught:
            Lock.take_over(sidecar, NOW, ELSEWHERE)
        assert caught.value.certain


def test_one_that_only_looks_is_not_taken_for_the_holder(sidecar: Path) -> None:
    path = leave(sidecar, ELSEWHERE)
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        assert not refused(sidecar).certain


def test_the_user_may_take_over_from_a_holder_that_cannot_be_seen(sidecar: Path) -> None:
    leave(sidecar, ELSEWHERE)
    with Lock.take_over(sidecar, NOW, refused(sidecar).holder) as lock:
        assert lock.is_held()
        assert refused(sidecar).holder == lock.holder


def test_of_two_that_take_over_the_later_has_the_lock(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leave(sidecar, ELSEWHERE)
    later = msgspec.structs.replace(ELSEWHERE, token="f" * 32)
    monkeypatch.setattr(time, "sleep", lambda _: overtaken(sidecar, later))
    with pytest.raises(Locked) as caught:
        Lock.take_over(sidecar, NOW, ELSEWHERE)
    assert caught.value.holder == later
    assert only(sidecar) == [lock_path(sidecar).name]


def test_a_holder_learns_that_another_took_over_and_leaves_the_others_lock(
    sidecar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other_machine:
        # On a network file system the other machine's lock may not be felt here.
        other_machine.setattr(fcntl, "flock", lambda *_: None)
        other_machine.setattr(locks, "this_process", lambda _: ELSEWHERE)
        theirs = Lock.acquire(sidecar, NOW)
        other_machine.setattr(locks, "this_process", this_process)
        ours = Lock.take_over(sidecar, NOW, refused(sidecar).holder)
    assert ours.is_held()
    assert not theirs.is_held()
    theirs.refresh(NOW)
    theirs.release()
    assert ours.is_held()
    ours.release()
    assert only(sidecar) == []


def test_a_decision_is_about_the_holder_that_was_seen(sidecar: Path) -> None:
    leave(sidecar, msgspec.structs.replace(ELSEWHERE, token="f" * 32))
    for seen in (ELSEWHERE, None):
        with pytest.raises(Locked) as caught:
            Lock.take_over(sidecar, NOW, seen)
        assert not caught.value.certain
        assert caught.value.holder is not None
        assert caught.value.holder.token == "f" * 32


def test_a_lock_given_back_meanwhile_is_simply_taken(sidecar: Path) -> None:
    with Lock.take_over(sidecar, NOW, ELSEWHERE) as lock:
        assert lock.is_held()


def test_a_machine_that_was_started_anew_has_no_holders_left(sidecar: Path) -> None:
    here = msgspec.structs.replace(HERE, machine="m" * 32)
    before = msgspec.structs.replace(here, boot="b" * 36)
    assert judge(before, Flock.OBTAINED, here).fate is Fate.GONE
    assert judge(before, Flock.UNSUPPORTED, here).fate is Fate.GONE
    unnamed = msgspec.structs.replace(here, machine="")
    assert judge(msgspec.structs.replace(before, machine=""), Flock.OBTAINED, unnamed).fate is Fate.UNKNOWN
    for other in ({"machine": "n" * 32}, {"machine": ""}, {"host": "atlas"}, {"boot": ""}):
        doubtful = judge(msgspec.structs.replace(before, **other), Flock.OBTAINED, here)
        assert doubtful.fate is Fate.UNKNOWN
        assert doubtful.doubt


def test_where_kernels_have_no_names_the_process_is_a_second_witness() -> None:
    here = msgspec.structs.replace(HERE, boot="", machine="")
    alive, dead = (msgspec.structs.replace(one, boot="", machine="") for one in (ALIVE, DEAD))
    assert judge(dead, Flock.OBTAINED, here).fate is Fate.GONE
    assert judge(alive, Flock.OBTAINED, here).fate is Fate.UNKNOWN
    assert judge(alive, Flock.REFUSED, here).fate is Fate.ALIVE
    elsewhere = msgspec.structs.replace(dead, host="atlas")
    assert judge(elsewhere, Flock.OBTAINED, here).fate is Fate.UNKNOWN
    assert not can_be_gone(elsewhere, here)


def test_without_process_starts_a_pid_that_is_in_use_counts_as_the_holder() -> None:
    assert holders._runs(msgspec.structs.replace(ALIVE, started=""))
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert not holders._runs(msgspec.structs.replace(ALIVE, started="", pid=ended.pid))


def test_a_process_that_runs_without_its_lock_is_asked_for(sidecar: Path) -> None:
    leave(sidecar, ALIVE)
    error = refused(sidecar)
    assert not error.certain
    assert "its lock on the file is not in force" in str(error)


def test_our_own_file_that_could_not_be_removed_is_ours_again(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = Lock.acquire(sidecar, NOW)
    with monkeypatch.context() as frozen:
        frozen.setattr(Path, "unlink", failing(errno.EROFS))
        lock.release()
    assert only(sidecar) == [lock.path.name]
    with Lock.acquire(sidecar, NOW) as again:
        assert again.is_held()


def test_one_process_has_a_lock_once(sidecar: Path) -> None:
    with Lock.acquire(sidecar, NOW) as lock:
        assert refused(sidecar).certain
        assert lock.is_held()


def test_a_copy_of_our_file_is_ours_and_a_file_gone_is_not(sidecar: Path, start: Callable[[], Worker]) -> None:
    lock = Lock.acquire(sidecar, NOW)
    copy = sidecar.with_name("copy")
    copy.write_bytes(lock.path.read_bytes())
    copy.replace(lock.path)
    assert lock.is_held()
    # The copy carries no flock, but its process is seen running: no other takes it unasked.
    assert start().ask("take 0") == f"lost False {os.getpid()}"
    lock.path.unlink()
    assert not lock.is_held()
    lock.release()


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\x00", b"[" * 4000, b" " * 4095 + b"{}", b"x" * 10_000_000])
def test_a_damaged_lock_file_is_judged_by_the_lock_on_it(sidecar: Path, data: bytes) -> None:
    path = leave(sidecar, data)
    with path.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        assert refused(sidecar).certain
    error = refused(sidecar)
    assert (error.certain, error.holder) == (False, None)
    assert "does not say who made it" in str(error)
    with Lock.take_over(sidecar, NOW, None) as lock:
        assert lock.is_held()


def test_a_lock_file_is_read_up_to_its_largest_size(sidecar: Path) -> None:
    leave(sidecar, encode(ELSEWHERE).ljust(LARGEST))
    assert refused(sidecar).holder == ELSEWHERE
    leave(sidecar, encode(ELSEWHERE).ljust(LARGEST + 1))
    assert refused(sidecar).holder is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"pid": 0},
        {"pid": -1},
        {"pid": 1 << 31},
        {"pid": "1"},
        {"host": "h" * 256},
        {"user": 1},
        {"token": "short"},
        {"boot": "b" * 65},
        {"since": None},
    ],
)
def test_a_holder_has_types_and_limits(wrong: dict[str, object]) -> None:
    assert decode(encode(HERE)) == HERE
    assert decode(msgspec.json.encode(msgspec.to_builtins(HERE) | wrong)) is None


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: encode(HERE) + text.encode()))
@example(b'{"x":' + b"[" * 4000)
def test_any_bytes_are_a_holder_or_none(data: bytes) -> None:
    assert decode(data) is None or isinstance(decode(data), Holder)


HOSTILE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(user=HOSTILE, host=HOSTILE, since=HOSTILE)
@example(user="\x1b]0;x\x07", host="\x1b[2J\u202eatlas", since="\n\u200f\x9b")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_a_lock_file_says_is_shown_escaped(sidecar: Path, user: str, host: str, since: str) -> None:
    leave(sidecar, msgspec.structs.replace(ELSEWHERE, user=user, host=f"{host}.", since=since))
    assert str(refused(sidecar)).isprintable()


def test_a_host_with_undecodable_bytes_can_be_a_holder(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "li\udcffna" + "\x1b" * 300)
    with Lock.acquire(sidecar, NOW) as lock:
        assert decode(lock.path.read_bytes()) == lock.holder
        assert lock.holder.user.startswith("li\\udcffna\\x1b")


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER"):
        monkeypatch.delenv(name, raising=False)
    assert this_process(NOW).user == pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: (1 << 31) - 5)
    assert this_process(NOW).user == str((1 << 31) - 5)


@pytest.mark.parametrize("kind", ["link", "dangling", "folder", "pipe"])
def test_what_is_no_regular_file_is_not_touched(sidecar: Path, kind: str) -> None:
    path, other = lock_path(sidecar), sidecar.with_name("other")
    if kind == "link":
        other.write_text("theirs")
    if kind in ("link", "dangling"):
        path.symlink_to(other)
    elif kind == "folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    before = path.lstat()
    said = r"story\.txt\.lina\.ann\.lock: is .*; move it away to annotate\."
    with pytest.raises(SaveError, match=said):
        Lock.acquire(sidecar, NOW)
    with pytest.raises(SaveError, match=said):
        Lock.take_over(sidecar, NOW, None)
    assert path.lstat().st_ino == before.st_ino
    assert not other.exists() or other.read_text() == "theirs"


def test_a_link_that_comes_in_the_last_moment_is_not_followed(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = sidecar.with_name("other")
    other.write_bytes(encode(DEAD))
    lock_path(sidecar).symlink_to(other)
    monkeypatch.setattr(Path, "lstat", Path.stat)
    with pytest.raises(SaveError, match="the lock cannot be taken"):
        Lock.acquire(sidecar, NOW)
    assert decode(other.read_bytes()) == DEAD


def test_a_link_that_takes_the_place_of_our_file_is_not_ours(sidecar: Path) -> None:
    lock = Lock.acquire(sidecar, NOW)
    moved = lock.path.rename(sidecar.with_name("moved"))
    lock.path.symlink_to(moved)
    assert not lock.is_held()
    lock.release()
    assert lock.path.is_symlink()


def test_locks_work_without_hard_links(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.is_held()
        assert refused(sidecar).holder == lock.holder
    assert only(sidecar) == []


def test_without_hard_links_a_lock_may_be_lost_before_it_is_had(sidecar: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill = lock_file.fill

    def fill_late(descriptor: int, holder: Holder) -> bool:
        filled = fill(descriptor, holder)
        if lock_path(sidecar).exists():
            overtaken(sidecar, ELSEWHERE)
        return filled

    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    monkeypatch.setattr(lock_file, "fill", fill_late)
    assert refused(sidecar).holder == ELSEWHERE


def test_a_link_that_was_made_though_the_server_denies_it_counts(
    sidecar: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def repeated(source: Path, target: Path) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr(os, "link", repeated)
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.is_held()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EINVAL])
def test_without_flock_the_process_decides(sidecar: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setattr(fcntl, "flock", failing(number))
    with Lock.acquire(sidecar, NOW) as lock:
        assert refused(sidecar).certain
    leave(sidecar, ALIVE)
    assert refused(sidecar).certain
    with pytest.raises(Locked):
        Lock.take_over(sidecar, NOW, ALIVE)
    leave(sidecar, ELSEWHERE)
    assert not refused(sidecar).certain
    leave(sidecar, DEAD)
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.is_held()


@pytest.mark.parametrize(
    ("owner", "call", "number", "remedy"),
    [
        (os, "open", errno.EROFS, "make the folder and the file writable to annotate"),
        (os, "write", errno.ENOSPC, "free some space to annotate"),
        (os, "fsync", errno.EIO, "make the folder and the file writable to annotate"),
        (os, "link", errno.EACCES, "make the folder and the file writable to annotate"),
        (fcntl, "flock", errno.EIO, "make the folder and the file writable to annotate"),
    ],
)
def test_a_lock_that_cannot_be_made_leaves_nothing(
    sidecar: Path, monkeypatch: pytest.MonkeyPatch, owner: object, call: str, number: int, remedy: str
) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    with monkeypatch.context() as broken:
        broken.setattr(owner, call, failing(number))
        with pytest.raises(SaveError, match=remedy):
            Lock.acquire(sidecar, NOW)
    assert only(sidecar) == []
    assert len(list(Path("/dev/fd").iterdir())) == before


@pytest.mark.parametrize("call", ["write", "rename"])
def test_a_take_over_that_fails_leaves_the_old_lock(sidecar: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    path = leave(sidecar, DEAD)
    with monkeypatch.context() as broken:
        if call == "write":
            broken.setattr(os, "write", lambda *_: 3)
        else:
            broken.setattr(Path, "replace", failing(errno.ENOSPC))
        with pytest.raises(SaveError, match="free some space"):
            Lock.acquire(sidecar, NOW)
    assert only(sidecar) == [path.name]
    assert decode(path.read_bytes()) == DEAD


def test_a_folder_that_is_not_there_is_said(sidecar: Path) -> None:
    with pytest.raises(SaveError, match="no such file"):
        Lock.acquire(sidecar.parent / "none" / sidecar.name, NOW)


def test_a_sign_of_life_is_the_files_time(sidecar: Path) -> None:
    with Lock.acquire(sidecar, NOW) as lock:
        assert lock.path.stat().st_mtime == NOW.timestamp()
        lock.refresh(NOW + timedelta(minutes=5))
        assert lock.path.stat().st_mtime == (NOW + timedelta(minutes=5)).timestamp()
        assert lock.is_held()


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-9, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (7_200, "2 h"), (86_400, "1 day"), (200_000, "2 days")],
)
def test_ages_are_told_in_the_largest_unit(seconds: float, words: str) -> None:
    assert locks._ago(seconds) == f"{words} ago"


def test_only_those_that_may_take_the_lock_ask_for_it_alone() -> None:
    here = msgspec.structs.replace(HERE, machine="m" * 32)
    kinds = [None, ALIVE, DEAD, ELSEWHERE, msgspec.structs.replace(here, boot="b" * 36)]
    for holder in kinds:
        gone = any(judge(holder, flock, here).fate is Fate.GONE for flock in (Flock.OBTAINED, Flock.UNSUPPORTED))
        assert can_be_gone(holder, here) or not gone
    assert not can_be_gone(ELSEWHERE, here)
    assert not can_be_gone(None, here)
