"""Measure how spans are found again in edited Arabic articles: what is claimed to be certain must be right.

    python3 tests/reanchoring.py --rounds 2000 --seed 1 PATH…

A round takes an article (a sample article with its own spans, or a stretch of a text given as PATH), marks spans at
random, edits the article at random and asks for the spans again. `tracked_edits` remembers where every character came
from, so the truth about each span is known: where it is; that its text is gone; or that its own text was edited, and
where the rest of it is. A claim, `same` or `moved`, is right when it names the very range, or holds all of the rest.
The exit status is 1 when more than 1 in 1,000 claims is wrong.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple
from unicodedata import category

from tracked_edits import EDITS, NOWHERE, Edit, Tracked
from walk_words import article_text

from annotations.anchoring import Found, find_again
from annotations.normalise import clings, is_dropped, normalise
from annotations.span import Fragment, Span, make_span
from annotations.store.sidecar import decode

ARTICLES = Path(__file__).parents[1] / "articles"
PROMISE = 1 / 1000
SHARES = (0.0, 0.01, 0.05, 0.15, 0.3)
"""How much of the words an edit changes; 0 is one word, or one paragraph."""
_NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
_WORD = re.compile(r"[^\W_](?:[\w\u064b-\u0655\u0670\u0640])*")
_CLITICS = ("وال", "بال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "س")
_BOILERPLATE = "تابعوا آخر الأخبار على موقعنا وعلى صفحاتنا في شبكات التواصل، ولا تنسوا الاشتراك في نشرتنا اليومية."
_VERDICTS = ("right", "wrong", "guess right", "guess wrong", "edited, guessed", "lost though there", "lost rightly")


class Subject(NamedTuple):
    """An article's text and the spans on it."""

    text: str
    spans: list[Span]


class Truth(NamedTuple):
    """Where a span is: its ranges if it is whole; the extent of what is left of it, if anything is."""

    ranges: tuple[Fragment, ...] | None
    rest: Fragment | None


class Result(NamedTuple):
    """Figures by kind of edit, and the claims that were wrong, for looking at."""

    figures: dict[str, Counter[str]]
    wrong: list[str]

    @property
    def claims(self) -> int:
        return sum(counter["right"] + counter["wrong"] for counter in self.figures.values())

    @property
    def holds(self) -> bool:
        """Whether the promise is kept."""
        return len(self.wrong) <= PROMISE * self.claims


def samples() -> list[Subject]:
    """The sample articles with the spans of their sidecars."""
    subjects = []
    for path in sorted(ARTICLES.glob("*.txt")):
        sidecar = path.with_name(path.name + ".sample.ann.jsonl")
        spans = list(decode(sidecar.read_bytes(), name=sidecar.name).spans) if sidecar.exists() else []
        subjects.append(Subject(path.read_text(encoding="utf-8"), spans))
    return subjects


def subject(corpus: Sequence[Subject], random: Random) -> Subject:
    """An article of some paragraphs, now and then one that repeats its headline or a closing line, with spans."""
    source = random.choice(corpus)
    if source.spans and random.random() < 0.5:
        return source
    lines = source.text.splitlines()
    size = random.choice((3, 8, 20, 60))
    first = random.randrange(max(1, len(lines) - size))
    lines = [line for line in lines[first : first + size] if line.strip()] or lines[:1]
    if random.random() < 0.3:
        repeated = random.choice((lines[0], _BOILERPLATE, random.choice(lines)))
        for _ in range(random.randint(1, 3)):
            lines.insert(random.randrange(len(lines) + 1), repeated)
    text = random.choice(("\n", "\n\n")).join(lines)
    count = random.choice((1, 3, 10, 40, 150))
    spans = {span.fragments: span for span in _random_spans(text, count, random)}
    return Subject(text, sorted(spans.values(), key=lambda span: (span.start, span.end, span.id)))


def _random_spans(text: str, count: int, random: Random) -> Iterator[Span]:
    words = [match.span() for match in _WORD.finditer(text)]
    for number in range(count if words else 0):
        fragments = _random_fragments(text, words, random)
        yield make_span(text, fragments, "actor", id=f"s{number}", now=_NOW)


def _random_fragments(text: str, words: Sequence[Fragment], random: Random) -> list[Fragment]:
    at = random.randrange(len(words))
    kind = random.choice(("word", "short", "phrase", "phrase", "clitic", "apart"))
    if kind == "short":
        short = [word for word in words[at : at + 30] if word[1] - word[0] <= 3]
        return [short[0] if short else words[at]]
    if kind == "phrase":
        return [(words[at][0], words[min(len(words) - 1, at + random.randint(1, 5))][1])]
    if kind == "clitic":
        return [_without_clitic(text, words[at], random)]
    if kind == "apart":
        return list(dict.fromkeys(words[min(len(words) - 1, at + 2 * step)] for step in range(random.randint(2, 3))))
    return [words[at]]


def _without_clitic(text: str, word: Fragment, random: Random) -> Fragment:
    start, end = word
    for clitic in _CLITICS:
        cut = start + len(clitic)
        if text.startswith(clitic, start) and cut + 1 < end and category(text[cut]) == "Lo":
            return (start, cut) if random.random() < 0.3 else (cut, end)
    return word


class _Judge:
    """Knows the truth about the spans of one edited article."""

    def __init__(self, old: str, new: Tracked) -> None:
        self.old, self.new = old, new
        self.first: dict[int, int] = {}
        self.last: dict[int, int] = {}
        for place, origin in enumerate(new.origins):
            self.first.setdefault(origin, place)
            self.last[origin] = place

    def truth(self, span: Span) -> Truth:
        ranges = [self._range(fragment) for fragment in span.fragments]
        rest = [place for fragment in span.fragments for place in self._places(fragment)]
        whole = tuple(each for each in ranges if each)
        in_order = all(before[1] < after[0] for before, after in pairwise(whole))
        intact = whole if len(whole) == len(ranges) and in_order else None
        return Truth(intact, (min(rest), max(rest) + 1) if rest else None)

    def verdict(self, found: Found) -> str:
        truth = self.truth(found.span)
        if found.fragments is None:
            return "lost though there" if truth.ranges else "lost rightly"
        right = self._is_right(found, truth)
        if found.outcome == "uncertain" and truth.rest and not truth.ranges:
            return "edited, guessed"
        if found.outcome == "uncertain":
            return "guess right" if right else "guess wrong"
        return "right" if right else "wrong"

    def _is_right(self, found: Found, truth: Truth) -> bool:
        fragments = found.fragments or ((0, 0),)
        if truth.ranges:
            return fragments == truth.ranges
        return self._holds_rest(found, fragments, truth.rest) or self._was_put_back(found)

    def _holds_rest(self, found: Found, fragments: tuple[Fragment, ...], rest: Fragment | None) -> bool:
        """Whether all that is left is in the range; or some, and an edit wrote the other part of the words anew."""
        if rest is None:
            return self._is_copy(found.span, fragments)
        start, end = fragments[0][0], fragments[-1][1]
        words = " ".join(self.new.text[low:high] for low, high in fragments)
        if normalise(words) == normalise(found.span.text):
            return start < rest[1] and rest[0] < end
        return start <= rest[0] and rest[1] <= end

    def _is_copy(self, span: Span, fragments: tuple[Fragment, ...]) -> bool:
        """Whether it is a copy of the words, which were deleted themselves: that is to move them."""
        letters = [NOWHERE - 1 - offset for fragment in span.fragments for offset in self._letters(fragment)]
        there = [self.new.origins[place] for low, high in fragments for place in range(low, high)]
        return set(letters) <= set(there)

    def _was_put_back(self, found: Found) -> bool:
        """Whether an edit wrote the very words anew at their old place, between their old neighbours."""
        fragments = found.fragments or ((0, 0),)
        span = found.span
        return self._neighbour(fragments[0][0], -1) == self._old_neighbour(span.start, -1) and self._neighbour(
            fragments[-1][1] - 1, 1
        ) == self._old_neighbour(span.end - 1, 1)

    def _is_new_mark(self, place: int, fragment: Fragment) -> bool:
        """Whether a mark belongs to the letter before it, and was not left out of the fragment on purpose."""
        return clings(self.new.text[place]) and self.new.origins[place] < fragment[1]

    def _neighbour(self, place: int, step: int) -> int:
        place += step
        while 0 <= place < len(self.new.text) and _is_blank(self.new.text[place]):
            place += step
        return self.new.origins[place] if 0 <= place < len(self.new.text) else -2

    def _old_neighbour(self, place: int, step: int) -> int:
        place += step
        while 0 <= place < len(self.old) and _is_blank(self.old[place]):
            place += step
        return place if 0 <= place < len(self.old) else -2

    def _letters(self, fragment: Fragment) -> list[int]:
        return [offset for offset in range(*fragment) if not _is_blank(self.old[offset])]

    def _places(self, fragment: Fragment) -> list[int]:
        return [self.first[offset] for offset in self._letters(fragment) if offset in self.first]

    def _range(self, fragment: Fragment) -> Fragment | None:
        """The range of a fragment that is whole: every letter in order, and no letter more."""
        letters = self._letters(fragment)
        if any(offset not in self.first for offset in letters):
            return None
        start = self.first.get(fragment[0], self.first[letters[0]])
        end = self.last[letters[-1]] + 1
        while end < len(self.new.text) and self._is_new_mark(end, fragment):
            end += 1
        inside = [self.new.origins[at] for at in range(start, end) if not _is_blank(self.new.text[at])]
        return (start, end) if list(dict.fromkeys(inside)) == letters else None


def _is_blank(character: str) -> bool:
    return character.isspace() or is_dropped(character)


def edits(random: Random) -> tuple[str, list[tuple[Edit, float]]]:
    """One edit, or two to four together, and what to call them."""
    if random.random() < 0.7:
        edit, share = random.choice(EDITS), random.choice(SHARES)
        return edit.__name__, [(edit, share)]
    chosen = [(random.choice(EDITS), random.choice(SHARES)) for _ in range(random.randint(2, 4))]
    return "several", chosen


def measure(corpus: Sequence[Subject], rounds: int, seed: int) -> Result:
    """Figures of that many rounds, the same for the same seed."""
    random = Random(seed)
    figures: dict[str, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    for _ in range(rounds):
        old = subject(corpus, random)
        name, chosen = edits(random)
        new = Tracked.of(old.text)
        for edit, share in chosen:
            edited = edit(new, share, random)
            # One of two equal paragraphs moved before the other is no change.
            new = edited if edited.text != new.text else new
        judge = _Judge(old.text, new)
        for found in find_again(old.spans, new.text, length=len(old.text)):
            verdict = judge.verdict(found)
            figures[name][verdict] += 1
            if verdict == "wrong":
                what = " ".join(f"{edit.__name__}:{share}" for edit, share in chosen)
                wrong.append(_described(found, judge, what, len(old.spans)))
    return Result(figures, wrong)


def _described(found: Found, judge: _Judge, what: str, count: int) -> str:
    start, end = (found.fragments or ((0, 0),))[0]
    before, after = judge.new.text[max(0, start - 40) : start], judge.new.text[end : end + 40]
    span = found.span
    return (
        f"{what}, {count} spans: {span.prefix!r} [{span.text!r}] {span.suffix!r} {span.fragments} -> "
        f"{before!r} [{judge.new.text[start:end]!r}] {after!r} {found.fragments}, truth {judge.truth(span)}"
    )


def report(result: Result) -> Iterator[str]:
    """The figures as lines of a table, in percent of the spans."""
    yield f"{'edit':22}{'spans':>9}" + "".join(f"{verdict:>19}" for verdict in _VERDICTS)
    total: Counter[str] = Counter()
    for counter in result.figures.values():
        total.update(counter)
    for name, counter in [*sorted(result.figures.items()), ("all", total)]:
        spans = sum(counter.values())
        shares = "".join(f"{counter[verdict]:>10} {100 * counter[verdict] / spans:7.2f}%" for verdict in _VERDICTS)
        yield f"{name:22}{spans:>9}{shares}"
    yield f"{len(result.wrong)} of {result.claims} claims are wrong; the promise is 1 in {round(1 / PROMISE)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on the sample articles and the files named on the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Find spans again in articles that were edited at random.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="a text, CoNLL-U file or list of tokens")
    parser.add_argument("--rounds", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=5, help="how many wrong claims to show")
    given = parser.parse_args(arguments)
    corpus = [*samples(), *(Subject(article_text(path), []) for path in given.paths)]
    begun = perf_counter()
    result = measure(corpus, given.rounds, given.seed)
    print(*report(result), *result.wrong[: given.show], sep="\n")
    print(f"{perf_counter() - begun:.1f} s")
    return 0 if result.holds else 1


if __name__ == "__main__":
    sys.exit(main())
