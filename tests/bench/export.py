"""How many spans a second an export writes, and what memory it takes, for libraries of two sizes.

    python3 tests/bench/export.py [--format NAME] [--articles N] [--label-studio]

A library of N articles with 50 spans each, and one of a tenth of that: the spans a second, and the most memory that was
held, should be alike. The program runs as its users run it, in a process of its own. With --label-studio its own
converter (label-studio-sdk) reads the same annotations, in its own format, and writes its simplest.
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
CONFIG = """<View><Labels name="label" toName="text"><Label value="actor"/></Labels>
<Text name="text" value="$text"/></View>"""
CONVERT = """
import sys
from label_studio_sdk.converter import Converter
config, tasks, out = sys.argv[1:]
Converter(open(config).read(), None).convert_to_json_min(tasks, out, is_dir=False)
"""
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


def seconds_of(command: list[str]) -> tuple[float, float]:
    """Seconds on the clock and of the processor that a command takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(name: str, articles: int, took: tuple[float, float]) -> None:
    spans = articles * SPANS
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1_024
    clock, processor = took
    print(
        f"{name:28} {articles:>7,} articles  {spans:>9,} spans  {clock:6.1f} s  {processor:6.1f} s of processor  "
        f"{spans / processor:9,.0f} spans/s of it  {most:5.0f} MB at most so far"
    )


def measure(articles: int, form: str, *, with_label_studio: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "library", Path(name) / "out"
        folder.mkdir()
        library(folder, articles)
        export = [sys.executable, "-m", "tui", "export", str(folder), "-o"]
        report(f"hashiya, {form}", articles, seconds_of([*export, str(out), "--format", form]))
        if with_label_studio:
            tasks, config = Path(name) / "tasks.json", Path(name) / "config.xml"
            subprocess.run([*export, str(tasks), "--format", "label-studio"], check=True, capture_output=True)
            config.write_text(CONFIG)
            convert = [sys.executable, "-c", CONVERT, str(config), str(tasks), str(Path(name) / "converted")]
            report("Label Studio, to JSON_MIN", articles, seconds_of(convert))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--format", default="jsonl")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--label-studio", action="store_true", help="time Label Studio's converter beside it")
    options = parser.parse_args()
    for articles in (options.articles // 10, options.articles):
        measure(articles, options.format, with_label_studio=options.label_studio)


if __name__ == "__main__":
    main()
