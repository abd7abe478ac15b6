"""Random edits of an article that remember where each character came from.

An *edit* takes a tracked text, a share of its words and a random generator, and gives another tracked text. What it
writes anew comes from nowhere, also where it equals what stood there; what it spells otherwise stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import NamedTuple
from unicodedata import category, normalize

from annotations.normalise import normalise

NOWHERE = -1
_WORD = re.compile(r"\S+")
_CLUSTER = re.compile(r"[^\u0300-\u036f\u064b-\u065f\u0670][\u0300-\u036f\u064b-\u065f\u0670]*|.", re.DOTALL)
_LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_JOINS = frozenset("بتثجحخسشصضطظعغفقكلمنهيئ")
_HAMZA = str.maketrans("أإآٱىة", "ااااىه".replace("ى", "ي"))


class Tracked(NamedTuple):
    """A text, and for each of its code points the offset in the first text that it came from, or NOWHERE.

    What is a copy of offset n has NOWHERE - 1 - n.
    """

    text: str
    origins: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Tracked:
        return cls(text, tuple(range(len(text))))

    @classmethod
    def new(cls, text: str) -> Tracked:
        return cls(text, (NOWHERE,) * len(text))

    @property
    def copy(self) -> Tracked:
        return Tracked(self.text, tuple(NOWHERE - 1 - origin if origin >= 0 else origin for origin in self.origins))

    def cut(self, start: int, end: int) -> Tracked:
        return Tracked(self.text[start:end], self.origins[start:end])


Edit = Callable[[Tracked, float, Random], Tracked]
Pieces = Iterator[Tracked]


def _joined(pieces: Sequence[Tracked]) -> Tracked:
    origins: list[int] = []
    for piece in pieces:
        origins.extend(piece.origins)
    return Tracked("".join(piece.text for piece in pieces), tuple(origins))


def _words(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _WORD.finditer(text)]


def _chosen(count: int, share: float, random: Random) -> frozenset[int]:
    """That share of so many things, one at least."""
    return frozenset(random.sample(range(count), min(count, max(1, round(count * share)))))


def _each_word(tracked: Tracked, share: float, random: Random, change: Callable[[Tracked], Tracked]) -> Tracked:
    """The text with a share of its words changed, each with the space after it."""
    words = _words(tracked.text)
    chosen = _chosen(len(words), share, random)
    pieces, done = [], 0
    for number in sorted(chosen):
        start = words[number][0]
        end = words[number + 1][0] if number + 1 < len(words) else len(tracked.text)
        pieces += (tracked.cut(done, start), change(tracked.cut(start, end)))
        done = end
    return _joined([*pieces, tracked.cut(done, len(tracked.text))])


def _parted(word: Tracked) -> tuple[Tracked, Tracked]:
    """A word and the white space after it."""
    end = len(word.text.rstrip())
    return word.cut(0, end), word.cut(end, len(word.text))


def words_inserted(tracked: Tracked, share: float, random: Random) -> Tracked:
    vocabulary = tracked.text.split()
    return _each_word(
        tracked, share, random, lambda word: _joined([Tracked.new(random.choice(vocabulary) + " "), word])
    )


def words_deleted(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _each_word(tracked, share, random, lambda word: _parted(word)[1] if "\n" in word.text else Tracked("", ()))


def words_replaced(tracked: Tracked, share: float, random: Random) -> Tracked:
    vocabulary = tracked.text.split()

    def replaced(word: Tracked) -> Tracked:
        own, space = _parted(word)
        other = random.choice(vocabulary)
        return word if normalise(other) == normalise(own.text) else _joined([Tracked.new(other), space])

    return _each_word(tracked, share, random, replaced)


def typos(tracked: Tracked, share: float, random: Random) -> Tracked:
    def mistyped(word: Tracked) -> Tracked:
        at = random.randrange(len(_parted(word)[0].text))
        kind = random.randrange(3)
        letter = Tracked.new(random.choice(_LETTERS)) if kind else Tracked("", ())
        return _joined([word.cut(0, at), letter, word.cut(at + (kind < 2), len(word.text))])

    return _each_word(tracked, share, random, mistyped)


def _paragraphs(tracked: Tracked) -> list[Tracked]:
    return [tracked.cut(*match.span()) for match in re.finditer(r"[^\n]*\n+|[^\n]+$", tracked.text)]


def _with_break(paragraph: Tracked) -> Tracked:
    return paragraph if paragraph.text.endswith("\n") else _joined([paragraph, Tracked.new("\n")])


def paragraphs_moved(tracked: Tracked, share: float, random: Random) -> Tracked:
    paragraphs = [_with_break(each) for each in _paragraphs(tracked)]
    for number in sorted(_chosen(len(paragraphs), share, random)):
        paragraphs.insert(random.randrange(len(paragraphs)), paragraphs.pop(number))
    return _joined(paragraphs)


def paragraphs_deleted(tracked: Tracked, share: float, random: Random) -> Tracked:
    paragraphs = _paragraphs(tracked)
    gone = _chosen(len(paragraphs), share, random)
    kept = [each for number, each in enumerate(paragraphs) if number not in gone]
    return _joined(kept or paragraphs[:1])


def paragraphs_repeated(tracked: Tracked, share: float, random: Random) -> Tracked:
    paragraphs = [_with_break(each) for each in _paragraphs(tracked)]
    for number in sorted(_chosen(len(paragraphs), share, random), reverse=True):
        paragraphs.insert(random.randrange(len(paragraphs) + 1), paragraphs[number].copy)
    return _joined(paragraphs)


def headline_repeated(tracked: Tracked, share: float, random: Random) -> Tracked:
    paragraphs = [_with_break(each) for each in _paragraphs(tracked)]
    copy = paragraphs[0].copy
    for _ in range(max(1, round(share * 10))):
        paragraphs.insert(random.randrange(len(paragraphs) + 1), copy)
    return _joined(paragraphs)


def _respelled(tracked: Tracked, spell: Callable[[str], str]) -> Tracked:
    """The text with each cluster written otherwise; what is written comes from the cluster's first code point."""
    texts, origins = [], []
    for match in _CLUSTER.finditer(tracked.text):
        text = spell(match.group())
        texts.append(text)
        if text == match.group():
            origins.extend(tracked.origins[match.start() : match.end()])
        else:
            origins.extend([tracked.origins[match.start()]] * len(text))
    return Tracked("".join(texts), tuple(origins))


def composed(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _respelled(tracked, lambda cluster: normalize("NFC", cluster))


def decomposed(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _respelled(tracked, lambda cluster: normalize("NFD", cluster))


def marks_removed(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _respelled(tracked, lambda cluster: "".join(c for c in cluster if category(c) != "Mn") or cluster)


def marks_added(tracked: Tracked, share: float, random: Random) -> Tracked:
    def marked(cluster: str) -> str:
        is_letter = len(cluster) == 1 and "\u0621" <= cluster <= "\u064a" and cluster != "\u0640"
        mark = random.choice("\u064e\u064f\u0650\u0652\u0651")
        return cluster + mark if is_letter and random.random() < share else cluster

    return _respelled(tracked, marked)


def tatweel_added(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _respelled(
        tracked, lambda cluster: cluster + "\u0640" if cluster in _JOINS and random.random() < share else cluster
    )


def hamza_dropped(tracked: Tracked, share: float, random: Random) -> Tracked:
    return _respelled(
        tracked, lambda cluster: cluster.translate(_HAMZA) if random.random() < max(0.5, share) else cluster
    )


def white_space_changed(tracked: Tracked, share: float, random: Random) -> Tracked:
    breaks = random.choice(("\r\n", "\n\n", "\n \n", "\n"))

    def spaced(cluster: str) -> str:
        if cluster == "\n":
            return breaks
        return random.choice(("  ", "\u00a0", "\t")) if cluster == " " and random.random() < share else cluster

    return _respelled(tracked, spaced)


EDITS: tuple[Edit, ...] = (
    words_inserted,
    words_deleted,
    words_replaced,
    typos,
    paragraphs_moved,
    paragraphs_deleted,
    paragraphs_repeated,
    headline_repeated,
    composed,
    decomposed,
    marks_removed,
    marks_added,
    tatweel_added,
    hamza_dropped,
    white_space_changed,
)
