"""Two programs at one sidecar, and strangers that change it: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from writers import Clock, Stranger, Writer, loaded, write_words

ROUNDS = 1_000
WORDS = 40
KINDS = (
    *("open", "mark", "mark", "save", "save", "undo", "settle", "close", "die"),
    *("stranger", "delete", "accident"),
)


def interleaving(folder: Path, seed: int) -> tuple[set[str], set[str], list[str]]:
    """Some minutes of two annotators and a stranger in an order at random.

    The ids that are lost in the end, those that came back, and all that are there. A mark that a stranger made as well
    is there under its id or ours.
    """
    rng = random.Random(seed)
    article = write_words(folder, WORDS)
    clock = Clock()
    ours, stranger = [Writer(article, clock), Writer(article, clock)], Stranger(article)
    there: set[str] = set()
    gone: set[str] = set()
    for _ in range(rng.randint(10, 60)):
        kind = rng.choice(KINDS)
        writer, word = rng.choice(ours), rng.randrange(WORDS)
        if rng.random() < 0.5:
            writer.open()
        if kind == "stranger":
            there |= {stranger.mark(word)} - {None}
        elif kind == "accident":
            # It dies with work that the journal alone has, and the sidecar changes before it is opened again.
            writer.save()
            writer.die()
            there |= {stranger.mark(word)} - {None}
        elif kind == "delete":
            gone |= {stranger.delete(word)} - {None}
        elif kind == "mark":
            writer.mark(word)
        elif kind in ("save", "settle"):
            writer.save("sync" if kind == "save" else "settle")
        else:
            getattr(writer, kind)()
        for one in ours:
            there |= one.kept
            gone |= one.gone
    for one in ours:
        one.close()
        there |= one.kept
        gone |= one.gone
    found = loaded(article).spans
    ids, starts = {span.id for span in found}, {span.start for span in found} | stranger.emptied
    places = ours[0].places | ours[1].places
    lost = {one for one in there - gone - ids if places.get(one) not in starts}
    return lost, gone & ids, [span.id for span in found]


@pytest.mark.parametrize("part", range(10))
def test_nothing_is_lost_and_nothing_doubled_in_a_thousand_interleavings(tmp_path: Path, part: int) -> None:
    for seed in range(part * ROUNDS // 10, (part + 1) * ROUNDS // 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        lost, back, found = interleaving(folder, seed)
        assert not lost, f"lost in interleaving {seed}: {lost}"
        assert not back, f"back in interleaving {seed}: {back}"
        assert max(Counter(found).values(), default=1) == 1


def test_no_word_is_marked_twice(tmp_path: Path) -> None:
    for seed in range(100):
        folder = tmp_path / str(seed)
        folder.mkdir()
        interleaving(folder, seed)
        places = Counter(span.fragments for span in loaded(write_words(folder, WORDS)).spans)
        assert max(places.values(), default=1) == 1, seed
