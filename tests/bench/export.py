"""How many spans a second an export writes, and what memory it takes, for libraries of two sizes.

    python3 tests/bench/export.py [--format NAME] [--articles N]

A library of N articles with 50 spans each, and one of a tenth of that: the spans a second, and the most memory that was
held, should be alike. The program runs as its users run it, in a process of its own.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.store.files import save_layer

SPANS = 50
WORD = "كلمة "


def library(folder: Path, articles: int) -> None:
    """Articles of twice as many words as spans, in folders of a thousand."""
    now = datetime.now(UTC)
    for number in range(articles):
        place = folder / str(number // 1_000)
        place.mkdir(exist_ok=True)
        path = place / f"{number}.txt"
        path.write_bytes((f"{number}\n" + WORD * 2 * SPANS).encode())
        article = read_article(path)
        first = article.text.index(WORD)
        starts = range(first, first + 2 * SPANS * len(WORD), 2 * len(WORD))
        spans = [
            make_span(article.text, [(at, at + len(WORD) - 1)], "actor", id=f"{at:012x}", now=now) for at in starts
        ]
        save_layer(path, Layer.of(Layer.new(article, "lina", BUILT_IN, now, "bench").header, spans))


def measure(articles: int, form: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        library(folder, articles)
        command = [sys.executable, "-m", "tui", "export", str(folder), "--format", form, "-o", str(folder / "out")]
        start = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        seconds = time.perf_counter() - start
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    rate = articles * SPANS / seconds
    print(
        f"{articles:>7,} articles  {articles * SPANS:>9,} spans  {seconds:6.1f} s  {rate:9,.0f} spans/s  {most:5.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", default="jsonl")
    parser.add_argument("--articles", type=int, default=20_000)
    options = parser.parse_args()
    for articles in (options.articles // 10, options.articles):
        measure(articles, options.format)


if __name__ == "__main__":
    main()
