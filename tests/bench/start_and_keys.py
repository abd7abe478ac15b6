"""How long the program takes to start and to answer a key, as a terminal sees it; prints figures beside their targets.

    python tests/bench/start_and_keys.py [--runs N] [--keys N]

Every figure is measured at the terminal's side of a pseudo-terminal. A start lasts from the spawn of the process until
all that is waited for is on the screen; a key, from when it is sent until the output that follows begins, and until
that has come to its end (nothing for QUIET seconds more, which are not counted).
"""

from __future__ import annotations

import argparse
import compileall
import itertools
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests" / "terminal"))

from rich.cells import cell_len  # noqa: E402
from terminal_session import HASHIYA, TerminalSession, surroundings  # noqa: E402 - found by the line above

from annotations.article import read_article  # noqa: E402
from annotations.layer import Layer  # noqa: E402
from annotations.schema import BUILT_IN  # noqa: E402
from annotations.span import make_span  # noqa: E402
from annotations.store.files import save_layer  # noqa: E402
from tui.text.document import Document  # noqa: E402
from tui.text.page import Page  # noqa: E402
from tui.widgets.article_painter import Setting  # noqa: E402

ARTICLES = sorted((ROOT / "articles").glob("*.txt"))
SIZES = ((80, 24), (120, 40))
QUIET = 0.003
# Whose annotations come with the samples.
ANNOTATOR = "sample"

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello from a bare app")

Hello().run()
"""
# The last words of the hints, on the last row: what is drawn last.
LAST = b"m quit"

MIX = (
    *("left", "left", "down", "up", "right", "down"),
    *("shift+left", "shift+left", "shift+down", "shift+right"),
    *("ctrl+left", "ctrl+left", "ctrl+right", "ctrl+left"),
    *("pagedown", "pageup", "pagedown", "pageup"),
    *("n", "p", "n", "ctrl+left", "a", "u", "ctrl+left", "ctrl+left", "a", "u", "d", "d"),
)


class Burst(NamedTuple):
    """Seconds from a key until the output after it begins and ends."""

    begin: float
    end: float


class Bench:
    """Runs things in a folder of its own."""

    def __init__(self, home: Path) -> None:
        self._environment = surroundings(home, HASHIYA_ANNOTATOR=ANNOTATOR)

    def start(self, command: Sequence[str | Path], shown: Sequence[bytes], size: tuple[int, int] = SIZES[0]) -> float:
        """Seconds from the spawn until all of the bytes have come."""
        begin = time.perf_counter()
        with TerminalSession(command, self._environment, size=size, emulated=False) as session:
            for part in shown:
                session.wait_for(part)
            return time.perf_counter() - begin

    def keys(self, article: Path, count: int, size: tuple[int, int], before: Sequence[str] = ()) -> list[Burst]:
        """What each key of the mix takes on the article, from its middle on; `before` are keys pressed at first."""
        with TerminalSession([*HASHIYA, article], self._environment, size=size, emulated=False) as session:
            session.wait_for(LAST)
            session.read_on(0.5)
            session.type("pagedown", *before)
            session.read_on(0.5)
            bursts = [_burst(session, key) for key in itertools.islice(itertools.cycle(MIX), count)]
            session.type("q")
            session.end()
        return [burst for burst in bursts if burst is not None]


def _burst(session: TerminalSession, key: str) -> Burst | None:
    """None for a key that changes nothing on the screen, as at the article's end."""
    sent = time.perf_counter()
    session.type(key)
    if not session.read(0.3):
        return None
    begin = end = time.perf_counter()
    while session.read(QUIET):
        end = time.perf_counter()
    # What is done after the answer, as saving, is part of no key.
    session.read_on(0.05)
    return Burst(begin - sent, end - sent)


def row_of(path: Path) -> bytes:
    """A row of the second paragraph as drawn: the hints alone would not tell that the article is on the screen."""
    page = Page(Document(read_article(path).text), Setting().width, cell_len)
    return page.rows(page.document.printed[1])[0].glyphs.strip().encode()


def report_starts(bench: Bench, home: Path, small: Path, large: Path, runs: int) -> None:
    hello = home / "hello.py"
    hello.write_text(HELLO)
    commands: dict[str, tuple[Sequence[str | Path], bytes]] = {
        "hello": ([sys.executable, hello], [b"hello from a bare app"]),
        "article": ([*HASHIYA, "--annotator", "nobody", small], [row_of(small), LAST]),
        "1 MB": ([*HASHIYA, "--annotator", "nobody", large], [row_of(large), LAST]),
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(runs + 1):
        for name, (command, shown) in commands.items():
            taken = bench.start(command, shown)
            # The first run fills the caches of the disk.
            if number:
                times[name].append(taken)
    medians = {name: statistics.median(taken) for name, taken in times.items()}
    print(f"start to full screen, medians of {runs} alternating runs")
    for name, median in medians.items():
        print(f"  {name:8} {median * 1000:7.0f} ms   ({min(times[name]) * 1000:.0f}–{max(times[name]) * 1000:.0f})")
    print(f"  article / hello   {medians['article'] / medians['hello']:5.2f}   target at most 1.5")
    print(f"  1 MB / article    {medians['1 MB'] / medians['article']:5.2f}   target at most 2")


def report_keys(bench: Bench, name: str, articles: Sequence[Path], count: int, before: Sequence[str] = ()) -> None:
    for size in SIZES:
        each = count // len(articles)
        bursts = [burst for article in articles for burst in bench.keys(article, each, size, before)]
        for what, times in (("begins", [b.begin for b in bursts]), ("ends", [b.end for b in bursts])):
            told = "  ".join(f"{label} {value * 1000:5.1f}" for label, value in _spread(times))
            print(f"  {name:22} {size[0]}×{size[1]:<3} repaint {what:7} {told} ms")


def _spread(times: Sequence[float]) -> list[tuple[str, float]]:
    percentiles = statistics.quantiles(times, n=100, method="inclusive")
    return [("p50", percentiles[49]), ("p99", percentiles[98]), ("max", max(times))]


def sample(folder: Path) -> list[Path]:
    """The sample articles, with their sidecars, where they may be marked."""
    shutil.copytree(ROOT / "articles", folder)
    return [folder / article.name for article in ARTICLES]


def repeated(path: Path, size: int) -> Path:
    """An article of at least so many bytes, made of the samples."""
    text = b"\n\n".join(article.read_bytes() for article in ARTICLES) + b"\n\n"
    path.write_bytes(text * (size // len(text) + 1))
    return path


def annotated(path: Path, words: int, spans: int) -> Path:
    """An article of so many words with so many spans, of one to four words, spread over it and some overlapping."""
    texts = [article.read_text(encoding="utf-8-sig") for article in ARTICLES]
    while sum(len(text.split()) for text in texts) < words:
        texts += texts
    path.write_text("\n\n".join(texts), encoding="utf-8")
    article = read_article(path)
    now = datetime.now(UTC)
    layer = Layer.new(article, ANNOTATOR, BUILT_IN, now, "bench")
    text = article.text
    starts = [at + 1 for at, character in enumerate(text) if character == " " and text[at + 1].isalpha()]
    step = len(starts) // spans
    made = [
        make_span(
            text,
            [(starts[at * step], starts[min(at * step + 1 + at % 4, len(starts) - 1)] - 1)],
            ("actor", "event")[at % 2],
            id=f"{at:012x}",
            now=now,
        )
        for at in range(spans)
    ]
    for span in made:
        layer = layer.add(span)
    save_layer(path, layer)
    return path


def main() -> None:
    # As an installation leaves it, whatever the environment says of writing bytecode.
    for package in ("tui", "annotations"):
        compileall.compile_dir(ROOT / package, quiet=1)
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=11, help="starts of each kind")
    parser.add_argument("--keys", type=int, default=300, help="keys on each kind of article and size of screen")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        bench = Bench(home)
        samples = sample(home / "samples")
        small = min(samples, key=lambda path: abs(path.stat().st_size - 6000))
        large = repeated(home / "large.txt", 1 << 20)
        spans = annotated(home / "spans.txt", words=16_000, spans=2_000)
        report_starts(bench, home, small, large, options.runs)
        print("key to repaint, target at most 16 ms at p99 on the samples")
        report_keys(bench, "samples", samples, options.keys)
        report_keys(bench, "1 MB", [large], options.keys)
        report_keys(bench, "2,000 spans", [spans], options.keys)
        report_keys(bench, "2,000 spans, interlin.", [spans], options.keys, before="i")


if __name__ == "__main__":
    main()
