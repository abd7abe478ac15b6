"""How long opening, a change, its way to the disk, undo and writing the sidecar take, from 50 spans to 50,000.

    python3 tests/bench/store.py [--folder FOLDER]

Medians of several runs, in milliseconds, in one process: what matters is how a column goes on from row to row. `disk`
is the same append and sync of a line without Hashiya, for how much of `sync` is the disk's.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from annotations import edits
from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.store.files import save_layer
from annotations.store.keeper import Keeper

SIZES = (50, 500, 5_000, 50_000)
CHANGES = 60
TOOL = "hashiya bench"
WORD = "كلمة "


def now() -> datetime:
    return datetime.now(UTC)


def took(run: Callable[[], object]) -> float:
    """Milliseconds."""
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1_000


def library(folder: Path, size: int) -> Path:
    """An article of twice as many words, every other one marked."""
    path = folder / f"{size}.txt"
    path.write_bytes((WORD * 2 * size).encode())
    article = read_article(path)
    layer = Layer.new(article, "lina", BUILT_IN, now(), TOOL)
    places = range(0, 2 * size * len(WORD), 2 * len(WORD))
    spans = [make_span(article.text, [(at, at + len(WORD) - 1)], "actor", id=f"{at:012x}", now=now()) for at in places]
    save_layer(path, Layer.of(layer.header, spans))
    return path


def measure(path: Path) -> dict[str, float]:
    """Each kind of doing, in milliseconds."""
    article = read_article(path)
    opened: list[Keeper] = []
    found = {"open": took(lambda: opened.append(Keeper.open(article, "lina", BUILT_IN, now(), TOOL)))}
    keeper = opened[0]
    words = random.Random(1).sample(range(1, len(article.text) // len(WORD), 2), min(CHANGES, len(article.text) // 10))
    changes, syncs, undos = [], [], []
    for word in words:
        at = word * len(WORD)

        def mark(at: int = at) -> None:
            kind = edits.Kind("event")
            edit = edits.mark(keeper.layer, article.text, [(at, at + len(WORD) - 1)], kind, now=now())
            keeper.push(edit.layer, edit.name)

        changes.append(took(mark))
        syncs.append(took(lambda: keeper.sync(now())))
    for _ in words:
        undos.append(took(keeper.undo))
        keeper.sync(now())
    found |= {"change": statistics.median(changes), "sync": statistics.median(syncs), "undo": statistics.median(undos)}
    found["worst change + sync"] = max(one + other for one, other in zip(changes, syncs, strict=True))
    found["settle"] = took(lambda: keeper.settle(now()))
    keeper.close(now())
    return found


def disk(folder: Path) -> float:
    """An append of 700 bytes and its sync, without Hashiya."""
    file = os.open(folder / "line", os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def append() -> None:
        os.write(file, b"x" * 700)
        os.fsync(file)

    times = [took(append) for _ in range(CHANGES)]
    os.close(file)
    return statistics.median(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, help="where to write; the disk matters (else a temporary folder)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as name:
        folder = Path(name)
        print(f"disk {disk(folder):.2f} ms for an append of 700 bytes and its sync")
        for size in SIZES:
            figures = measure(library(folder, size))
            print(f"{size:>7,} spans  " + "  ".join(f"{key} {value:.2f}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
