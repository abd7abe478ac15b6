"""How many keys annotating takes: gold annotation is replayed through the program, and its keys are counted.

    python tests/bench/keystrokes.py GOLD [--earlier GOLD]... [--articles N] [--proposals on|off|both] [--size 80x24]

GOLD is a file of Wojood (a token and its tags a line), or a folder of articles with sidecars by `--annotator`. With
`--earlier`, that gold is in the library as articles that the same annotator finished before, and names are proposed
from it.

The program runs under Textual's pilot and gets nothing but key events. Where the cursor is, which letters are drawn on
which words and what is proposed is taken from the screen, as an annotator would see it; a pseudo-terminal would show
the same as shaped letters in visual order, to be turned back into offsets first. Every key pressed counts as one, also
with Ctrl or Shift. At the end the sidecars must hold the gold, or the differences are printed and the status is 1.

Of sidecars, spans with subtypes are replayed, and after them groups and links; attributes and notes are not.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).parent)]

from annotator import Annotator  # noqa: E402 - found by the line above
from gold import GoldArticle, GoldLink, GoldSpan, read_gold, write_article, write_layer  # noqa: E402
from keyboard import Keyboard, Tally  # noqa: E402
from linker import Linker  # noqa: E402
from planner import Planner  # noqa: E402

from annotations.article import read_article  # noqa: E402
from annotations.schema import BUILT_IN  # noqa: E402
from annotations.store.opening import load_layer  # noqa: E402
from tui.app import TOOL, HashiyaApp, Library  # noqa: E402
from tui.config import Settings  # noqa: E402
from tui.desk import Desk  # noqa: E402

ANNOTATOR = "bench"
AIMS = {False: 4.0, True: 2.5}
"""Keys a span, without and with proposals."""
# What is not spent on spans, with what it is spent on.
_APART = {"subtype": "subtypes", "group": "groups", "link": "links", "visit": "links"}
_HOW = ("by hand", "walking proposals", "walking mentions")


async def replay(path: Path, gold: GoldArticle, library: Library, size: tuple[int, int] = (80, 24)) -> Tally:
    """Annotate an article in a program of its own, and finish it, which is not counted."""
    app = HashiyaApp(library, Desk.open(path, library.annotator, library.schema, TOOL))
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        keyboard = Keyboard(pilot)
        planner = Planner(keyboard.screen.view.page, keyboard.screen.view.size.height, library.schema)
        await Annotator(keyboard, planner, gold).annotate()
        await Linker(keyboard, planner, gold).link()
        await pilot.press("D", "q")
    return keyboard.tally


def differences(path: Path, gold: GoldArticle, annotator: str) -> list[str]:
    """What the sidecar has less or more than the gold, a line each."""
    layer = load_layer(read_article(path), annotator, BUILT_IN, datetime.now(UTC), TOOL)
    made = {span.id: GoldSpan(span.fragments, span.label, span.subtype, span.group) for span in layer.spans}
    links = [GoldLink(made[link.event], link.role, made[link.actor]) for link in layer.links]
    return [
        *_unequal(f"{path.name}: span", map(_told, made.values()), map(_told, gold.spans)),
        *_unequal(f"{path.name}: group", _groups(made.values()), _groups(gold.spans)),
        *_unequal(f"{path.name}: link", map(_told_link, links), map(_told_link, gold.links)),
    ]


def _told(span: GoldSpan) -> str:
    return f"{span.label} {span.subtype or '-'} {span.fragments}"


def _told_link(link: GoldLink) -> str:
    return f"{link.event.fragments} {link.role} {link.actor.fragments}"


def _groups(spans: Iterable[GoldSpan]) -> list[str]:
    """The groups of two mentions or more."""
    groups: dict[tuple[str, str], list[GoldSpan]] = {}
    for span in spans:
        if span.group:
            groups.setdefault((span.label, span.group), []).append(span)
    return [str(sorted(one.fragments for one in found)) for found in groups.values() if len(found) > 1]


def _unequal(what: str, made: Iterable[str], wanted: Iterable[str]) -> Iterator[str]:
    has, needs = Counter(made), Counter(wanted)
    yield from (f"{what} is missing: {one}" for one in sorted((needs - has).elements()))
    yield from (f"{what} is not in the gold: {one}" for one in sorted((has - needs).elements()))


def run(golds: Sequence[GoldArticle], earlier: Sequence[GoldArticle], size: tuple[int, int], *, proposes: bool) -> bool:
    """Replay all articles in a library of their own, and report; whether the sidecars are the gold."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        os.environ["XDG_STATE_HOME"] = str(home / "state")
        for gold in earlier:
            write_layer(write_article(home, gold), gold, ANNOTATOR)
        paths = [write_article(home, gold) for gold in golds]
        library = Library(sorted(home.glob("*.txt")), "bench", ANNOTATOR, BUILT_IN, Settings(proposals=proposes))
        total = Tally()
        for path, gold in zip(paths, golds, strict=True):
            total.add(asyncio.run(replay(path, gold, library, size)))
        found = [told for path, gold in zip(paths, golds, strict=True) for told in differences(path, gold, ANNOTATOR)]
    report(total, sum(len(gold.spans) for gold in golds), proposes=proposes)
    print("  sidecars are the gold" if not found else "\n".join(found))
    return not found


def report(total: Tally, spans: int, *, proposes: bool) -> None:
    """Print the keys a span, by kind of action, and those of what is not a span."""
    kinds = [(kind, count) for kind, count in total.keys.most_common() if kind not in _APART]
    keys = sum(count for _, count in kinds)
    chords = sum(total.chords[kind] for kind, _ in kinds)
    print(f"{'with' if proposes else 'without'} proposals: {spans} spans by {keys} keys, {chords} of them chords")
    print(f"  {keys / spans:5.2f} keys a span   aim at most {AIMS[proposes]}")
    for kind, count in kinds:
        print(f"    {count / spans:5.2f} {kind}   ({count})")
    for kind, what in _APART.items():
        if total.keys[kind]:
            each = total.keys[kind] / total.made[what]
            print(f"  {each:5.2f} keys for each of {total.made[what]} {what}: {kind}   ({total.keys[kind]} keys)")
    print("  spans made " + ", ".join(f"{how} {total.made[how]}" for how in _HOW if total.made[how]))


def main() -> int:
    """Replay what is asked for; the status to end with."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("gold", type=Path, help="a file of Wojood, or a folder of articles with sidecars")
    parser.add_argument("--earlier", type=Path, action="append", default=[], help="gold that is in the library before")
    parser.add_argument("--annotator", default="sample", help="whose sidecars are gold, where a folder is given")
    parser.add_argument("--articles", type=int, help="only so many of the gold's articles")
    parser.add_argument("--proposals", choices=("on", "off", "both"), default="both")
    parser.add_argument("--size", default="80x24", help="columns and rows of the screen")
    options = parser.parse_args()
    golds = read_gold(options.gold, options.annotator)[: options.articles]
    earlier = [gold for path in options.earlier for gold in read_gold(path, options.annotator)]
    width, height = map(int, options.size.split("x"))
    wanted = {"on": [True], "off": [False], "both": [False, True]}[options.proposals]
    results = [run(golds, earlier, (width, height), proposes=proposes) for proposes in wanted]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
