"""Fuzz every file that Hashiya reads: no traceback, nothing over a second, nothing loaded that breaks a promise.

    python3 tests/fuzz.py --count 100000 --seed 1 --what all

Each case is a sound file after one to six mutations (`fuzzing/fuzz_mutators.py`), read, checked, and at times repaired
and written, in the ways the program does it (`fuzzing/fuzz_targets.py`). A case is known by kind, seed and number, and
is the same every time: `--what journals --seed 1 --only 4711` runs one alone. The files of a finding are kept. The exit
status is 1 where there is one.
"""

from __future__ import annotations

import argparse
import signal
import sys
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from heapq import nlargest
from pathlib import Path
from random import Random
from shutil import rmtree
from tempfile import mkdtemp
from time import perf_counter, process_time
from types import FrameType
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent / "fuzzing"))

from fuzz_targets import TARGETS, Case

LONGEST = 1.0
"""Seconds of the processor's time that a case may take."""
_ABANDONED = 10.0
_SLOWEST = 5


class Overdue(BaseException):
    """A case that is not waited for any longer; no code under test catches it."""


class Ran(NamedTuple):
    """A case: its kind and number, its seconds, the size of its file, and what is wrong, empty where nothing is."""

    kind: str
    number: int
    seconds: float
    size: int
    finding: str = ""


def case_of(kind: str, seed: int, number: int) -> Case:
    """The case with this number, the same every time."""
    return TARGETS[kind][1](Random(f"{kind}/{seed}/{number}"))


def run(kind: str, seed: int, number: int, folder: Path) -> Ran:
    """Run a case in an empty folder; one that seems slow is run again, for a machine may have been busy."""
    case = case_of(kind, seed, number)
    seconds, finding = _timed(case, folder)
    for _ in range(2):
        if seconds > LONGEST and not finding:
            seconds = min(seconds, _timed(case, folder)[0])
    if seconds > LONGEST and not finding:
        finding = f"takes {seconds:.2f} s"
    return Ran(kind, number, seconds, len(case.data), finding)


def _timed(case: Case, folder: Path) -> tuple[float, str]:
    _empty(folder)
    begun = process_time()
    try:
        with _alarm(_ABANDONED):
            case.run(folder)
    except (Exception, Overdue) as error:
        return process_time() - begun, "".join(traceback.format_exception(error))
    return process_time() - begun, ""


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise Overdue(f"not done after {seconds} s of the processor's time")

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            rmtree(path)
        else:
            path.unlink()


def all_of(kinds: Sequence[str], count: int) -> Iterator[tuple[str, int]]:
    """Kinds and numbers of so many cases, by the kinds' shares."""
    whole = sum(TARGETS[kind][0] for kind in kinds)
    for kind in kinds:
        yield from ((kind, number) for number in range(round(count * TARGETS[kind][0] / whole)))


def report(ran: Iterable[Ran], seconds: float) -> Iterator[str]:
    """The figures, a kind a line, and the slowest cases."""
    cases = list(ran)
    counts, sizes, spent, wrong = Counter[str](), Counter[str](), Counter[str](), Counter[str]()
    for case in cases:
        counts[case.kind] += 1
        sizes[case.kind] += case.size
        spent[case.kind] += case.seconds  # type: ignore[assignment]
        wrong[case.kind] += bool(case.finding)
    yield f"{'kind':10}{'cases':>9}{'MB':>9}{'s':>9}{'ms a case':>11}{'findings':>10}"
    for kind, count in counts.items():
        row = f"{kind:10}{count:>9,}{sizes[kind] / 1e6:>9.1f}{spent[kind]:>9.1f}{1000 * spent[kind] / count:>11.2f}"
        yield f"{row}{wrong[kind]:>10,}"
    slowest = nlargest(_SLOWEST, cases, key=lambda case: case.seconds)
    told = ", ".join(f"{it.kind} {it.number} {1000 * it.seconds:.0f} ms ({it.size:,} bytes)" for it in slowest)
    yield f"slowest: {told}"
    yield f"{len(cases):,} cases in {seconds:.0f} s; {sum(wrong.values())} findings"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases that the command line asks for; returns the exit status."""
    parser = argparse.ArgumentParser(description="Fuzz every file that Hashiya reads.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--what", choices=[*TARGETS, "all"], default="all")
    parser.add_argument("--only", type=int, help="the number of the one case to run")
    parser.add_argument(
        "--screens", type=int, default=0, help="how many sittings at the real program to go through too"
    )
    parser.add_argument("--most", type=int, default=20, help="how many different findings to show")
    given = parser.parse_args(arguments)
    kinds = list(TARGETS) if given.what == "all" else [given.what]
    cases = list(all_of(kinds, given.count)) if given.only is None else [(kind, given.only) for kind in kinds]
    shared = Path("/dev/shm")  # noqa: S108 - what is synced there costs nothing
    work = Path(mkdtemp(prefix="hashiya-fuzz-", dir=shared if shared.is_dir() else None))
    begun, ran, known = perf_counter(), list[Ran](), set[str]()
    for kind, number in cases:
        done = run(kind, given.seed, number, work)
        ran.append(done)
        if done.finding and len(known) < given.most and _likeness(done.finding) not in known:
            known.add(_likeness(done.finding))
            kept = Path(mkdtemp(prefix=f"hashiya-fuzz-{kind}-{number}-")) / "mutated"
            kept.write_bytes(case_of(kind, given.seed, number).data)
            print(f"--what {kind} --seed {given.seed} --only {number}, kept in {kept}:\n{done.finding}", flush=True)
    rmtree(work)
    if ran:
        print(*report(ran, perf_counter() - begun), sep="\n")
    return int(bool(known) | (sit_through_all(given.seed, given.screens) > 0))


def sit_through_all(seed: int, count: int) -> int:
    """Sit through so many hostile libraries on a pseudo-terminal; how many of them showed something wrong."""
    if not count:
        return 0
    sys.path.insert(0, str(Path(__file__).parent / "terminal"))
    from fuzz_screens import sit_through

    begun, wrong = perf_counter(), 0
    for number in range(1000 * seed, 1000 * seed + count):
        home = Path(mkdtemp(prefix=f"hashiya-fuzz-screens-{number}-"))
        try:
            sit_through(number, home)
        except Exception:
            wrong += 1
            print(f"screens {number}, kept in {home}:\n{traceback.format_exc()}", flush=True)
        else:
            rmtree(home)
    print(f"{count:,} sittings in {perf_counter() - begun:.0f} s; {wrong} findings")
    return wrong


def _likeness(finding: str) -> str:
    """What findings with one cause have in common: where it came up."""
    places = [line for line in finding.splitlines() if line.startswith("  File ")]
    return "\n".join(places[-2:]) or finding.rstrip("0123456789. s")


if __name__ == "__main__":
    sys.exit(main())
