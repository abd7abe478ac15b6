"""End the real program at random moments, again and again, and see that what its screen acknowledged is there.

    python3 tests/kills.py --kills 500 --others 100 --seed 1

It runs in a pseudo-terminal and is driven with keys at random: spans are marked, changed, deleted and linked, steps
undone and done again, with pauses from none to several seconds and visits to the library. `--how kill` ends it with
SIGKILL, `hup` and `term` with those signals, `closed` by closing the terminal, `all` in each way;
`--others` is how often in each of the last three. What is held to is in `terminal/killing.py`. A seed repeats what is
pressed, not the moment in the program that it falls on.

Prints figures for each way, and everything that went against the promise: then the exit status is 1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

sys.path.insert(0, str(Path(__file__).with_name("terminal")))

from killing import HOWS, Outcome, end_often

_PORTION = 25
"""Endings that one process sees to before it is given others."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; returns the exit status."""
    options = _parser().parse_args(arguments)
    failures = []
    # Not on a file system in memory alone, where syncing costs nothing and takes no time.
    with TemporaryDirectory(dir=options.folder, ignore_cleanup_errors=True) as home:
        for how in HOWS if options.how == "all" else (options.how,):
            times = options.kills if how == "kill" or options.how != "all" else options.others
            start = perf_counter()
            outcome = _end(Path(home), how, times, options)
            print(f"{how}: {times} endings in {perf_counter() - start:.0f} s, {len(outcome.failures)} failures")
            print("\n".join(f"{count:9} {name}" for name, count in outcome.figures.items() if name != "endings"))
            print("\n".join(outcome.failures), flush=True)
            failures += outcome.failures
    return int(bool(failures))


def _end(home: Path, how: str, times: int, options: argparse.Namespace) -> Outcome:
    """End it so many times, in portions that are seen to side by side."""
    outcome = Outcome(Counter(), [])
    with ProcessPoolExecutor(options.processes) as pool:
        running = [
            pool.submit(end_often, home / how / str(seed), seed, how, count)
            for seed, count in _portions(times, options.seed)
        ]
        for portion in running:
            figures, failures = portion.result()
            outcome.figures.update(figures)
            outcome.failures.extend(failures)
    return outcome


def _portions(times: int, seed: int) -> Iterator[tuple[int, int]]:
    """A seed and a number of endings for each portion."""
    for number, start in enumerate(range(0, times, _PORTION)):
        yield 1000 * seed + number, min(_PORTION, times - start)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="End the program at random moments, and see that nothing is lost.")
    parser.add_argument("--kills", type=int, default=500, metavar="N", help="how often (500)")
    parser.add_argument("--others", type=int, default=100, metavar="N", help="how often in the other ways (100)")
    parser.add_argument("--how", choices=[*HOWS, "all"], default="all", help="in which way (all)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="for what is pressed (1)")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="how many at once (2)")
    parser.add_argument("--folder", type=Path, help="where the articles lie while it runs (a temporary folder)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
