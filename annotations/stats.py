"""What is in a library's annotations, in numbers.

A *record* is an article with one annotator's layer of it, or with None where nobody has annotated it. A *word* is a
token (`annotations.formats.tokens`) of letters or digits, clitics included. A span touches a word when it holds any of
it, is *inside a word* when one of its parts begins or ends within one (`لقسد` without its ل), and *overlaps* when it
shares a character with another span of the same layer, as nested ones do. Lengths are without the gaps between parts.
*Active* is the time in which an annotator worked on an article (FORMAT.md's `seconds_active`).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from annotations.article import Article
from annotations.change import Status
from annotations.formats.tokens import tokenise
from annotations.layer import Layer
from annotations.normalise import normalise
from annotations.span import Span

MOST_ACTORS = 10

_HOUR = 3600

Record = tuple[Article, Layer | None]


@dataclass(frozen=True, slots=True)
class Count:
    """How many there are of what has this name."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class SubtypeCount:
    """How many spans have a label and a subtype, None for those of the label that have none."""

    label: str
    subtype: str | None
    count: int


@dataclass(frozen=True, slots=True)
class Lengths:
    """The length that half of the spans do not exceed, that of nine in ten, and the largest; None without spans."""

    median: int | None
    p90: int | None
    longest: int | None


@dataclass(frozen=True, slots=True)
class LengthCount:
    """How many spans have this length."""

    length: int
    count: int


@dataclass(frozen=True, slots=True)
class SchemaCount:
    """How many layers were begun under the schema of this name and version."""

    name: str
    version: str
    count: int


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in the time that was measured; layers without any are left out, so that rates are not too high.

    `words` are those of the articles worked on, whether or not they are done. Rates are None where no time is known.
    """

    seconds_active: int
    words: int
    spans: int
    words_per_hour: float | None
    spans_per_hour: float | None


@dataclass(frozen=True, slots=True)
class Annotator:
    """One annotator's part: articles with a layer of theirs, in all and by status."""

    name: str
    articles: int
    statuses: tuple[Count, ...]
    spans: int
    links: int
    work: Work


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts over a library.

    An article is in `articles` once, and in `statuses` for each annotator; one without annotations, of which there are
    `unannotated`, counts as new there. `words` are those of annotated articles, each article once. Lists are by count,
    largest first, and every status is listed. `actors` are at most MOST_ACTORS texts that are the same in their normal
    form, as each is most often written. `word_lengths` has the number of spans by the words that they touch, shortest
    first; 0 is for those that touch none.
    """

    articles: int
    annotated: int
    unannotated: int
    words: int
    statuses: tuple[Count, ...]
    annotators: tuple[Annotator, ...]
    spans: int
    links: int
    labels: tuple[Count, ...]
    subtypes: tuple[SubtypeCount, ...]
    roles: tuple[Count, ...]
    length_in_words: Lengths
    length_in_code_points: Lengths
    discontinuous: int
    overlapping: int
    inside_words: int
    actors: tuple[Count, ...]
    work: Work
    word_lengths: tuple[LengthCount, ...]
    schemas: tuple[SchemaCount, ...]


def count(records: Iterable[Record], actor_labels: Collection[str] = ("actor",)) -> Stats:
    """Count the records, which are taken one by one; those of one article come one after another.

    `actor_labels` are the labels of spans that are actors. What is kept grows with the number of different subtypes,
    annotators, actors, lengths and schemas, not with that of articles.
    """
    tally = _Tally(actor_labels)
    for article, layer in records:
        tally.take(article, layer)
    return tally.stats()


class _Words(NamedTuple):
    """Where the words of a text begin and end."""

    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> _Words:
        found = [token for token in tokenise(text) if text[token.start].isalnum()]
        return cls([token.start for token in found], [token.end for token in found])

    def touched(self, span: Span) -> int:
        """How many words the span holds any of."""
        number = reached = 0
        for start, end in span.fragments:
            last = bisect_left(self.starts, end)
            number += max(0, last - max(reached, bisect_right(self.ends, start)))
            reached = max(reached, last)
        return number

    def cuts(self, span: Span) -> bool:
        """Whether a part of the span begins or ends inside a word."""
        return any(map(self._is_inside, (edge for part in span.fragments for edge in part)))

    def _is_inside(self, edge: int) -> bool:
        word = bisect_left(self.starts, edge) - 1
        return word >= 0 and edge < self.ends[word]


@dataclass(slots=True)
class _Done:
    """What one annotator, or all of them, did."""

    statuses: Counter[str] = field(default_factory=Counter)
    spans: int = 0
    links: int = 0
    seconds: int = 0
    timed_words: int = 0
    timed_spans: int = 0

    def take(self, layer: Layer, words: int) -> None:
        self.statuses[layer.header.status] += 1
        self.spans += len(layer.spans)
        self.links += len(layer.links)
        if layer.header.seconds_active:
            self.seconds += layer.header.seconds_active
            self.timed_words += words
            self.timed_spans += len(layer.spans)

    def work(self) -> Work:
        words, spans = self._rate(self.timed_words), self._rate(self.timed_spans)
        return Work(self.seconds, self.timed_words, self.timed_spans, words, spans)

    def _rate(self, number: int) -> float | None:
        return round(number * _HOUR / self.seconds, 1) if self.seconds else None


@dataclass(slots=True)
class _Tally:
    """Counters that records are taken into."""

    actor_labels: Collection[str]
    articles: int = 0
    unannotated: int = 0
    words: int = 0
    discontinuous: int = 0
    overlapping: int = 0
    inside: int = 0
    done: _Done = field(default_factory=_Done)
    annotators: dict[str, _Done] = field(default_factory=dict)
    subtypes: Counter[tuple[str, str | None]] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    schemas: Counter[tuple[str, str]] = field(default_factory=Counter)
    word_lengths: Counter[int] = field(default_factory=Counter)
    code_point_lengths: Counter[int] = field(default_factory=Counter)
    # Each text as it is written, by its normal form.
    actors: dict[str, Counter[str]] = field(default_factory=dict)
    _last: Article | None = None
    _words: _Words = field(default_factory=lambda: _Words([], []))

    def take(self, article: Article, layer: Layer | None) -> None:
        if layer is None:
            self.articles += 1
            self.unannotated += 1
            return
        self._turn_to(article)
        words = len(self._words.starts)
        self.done.take(layer, words)
        self.annotators.setdefault(layer.header.annotator, _Done()).take(layer, words)
        for span in layer.spans:
            self._take_span(span)
        self.overlapping += _overlapping(layer.spans)
        self.roles.update(link.role for link in layer.links)
        self.schemas[layer.header.schema.name, layer.header.schema.version] += 1

    def stats(self) -> Stats:
        labels: Counter[str] = Counter()
        for (label, _), number in self.subtypes.items():
            labels[label] += number
        actors = sorted(self.actors.values(), key=Counter.total, reverse=True)[:MOST_ACTORS]
        return Stats(
            articles=self.articles,
            annotated=self.articles - self.unannotated,
            unannotated=self.unannotated,
            words=self.words,
            statuses=_by_status(self.done.statuses + Counter(new=self.unannotated)),
            annotators=tuple(_annotator(name, done) for name, done in sorted(self.annotators.items())),
            spans=self.done.spans,
            links=self.done.links,
            labels=_by_count(labels),
            subtypes=tuple(
                SubtypeCount(label, subtype, number)
                for (label, subtype), number in sorted(self.subtypes.items(), key=_subtype_order)
            ),
            roles=_by_count(self.roles),
            length_in_words=_lengths(self.word_lengths),
            length_in_code_points=_lengths(self.code_point_lengths),
            discontinuous=self.discontinuous,
            overlapping=self.overlapping,
            inside_words=self.inside,
            actors=tuple(Count(_commonest(written), written.total()) for written in actors),
            work=self.done.work(),
            word_lengths=tuple(LengthCount(length, number) for length, number in sorted(self.word_lengths.items())),
            schemas=tuple(
                SchemaCount(name, version, number)
                for (name, version), number in sorted(self.schemas.items(), key=lambda item: (-item[1], item[0]))
            ),
        )

    def _turn_to(self, article: Article) -> None:
        """Count the article and find its words, unless the last record was of it."""
        last, self._last = self._last, article
        if last is None or last.text != article.text:
            self._words = _Words.of(article.text)
        if last is None or last.path != article.path:
            self.articles += 1
            self.words += len(self._words.starts)

    def _take_span(self, span: Span) -> None:
        self.subtypes[span.label, span.subtype] += 1
        self.word_lengths[self._words.touched(span)] += 1
        self.code_point_lengths[span.size] += 1
        self.discontinuous += len(span.fragments) > 1
        self.inside += self._words.cuts(span)
        if span.label in self.actor_labels:
            form = normalise(span.text).strip()
            self.actors.setdefault(form, Counter())[" ".join(span.text.split())] += 1


def _overlapping(spans: Iterable[Span]) -> int:
    """How many spans share a character with another: each part is held against the furthest-reaching one before it.

    That finds all: what overlaps a part with a nearer end overlaps that one too, and so does the part itself.
    """
    parts = sorted((start, end, number) for number, span in enumerate(spans) for start, end in span.fragments)
    found: set[int] = set()
    furthest, holder = 0, -1
    for start, end, number in parts:
        if start < furthest:
            found |= {number, holder}
        if end > furthest:
            furthest, holder = end, number
    return len(found)


def _annotator(name: str, done: _Done) -> Annotator:
    return Annotator(name, done.statuses.total(), _by_status(done.statuses), done.spans, done.links, done.work())


def _by_status(statuses: Mapping[str, int]) -> tuple[Count, ...]:
    return tuple(Count(status, statuses.get(status, 0)) for status in get_args(Status))


def _by_count(counter: Counter[str]) -> tuple[Count, ...]:
    return tuple(Count(name, number) for name, number in sorted(counter.items(), key=lambda item: (-item[1], item[0])))


def _subtype_order(item: tuple[tuple[str, str | None], int]) -> tuple[int, str, str]:
    (label, subtype), number = item
    return -number, label, subtype or ""


def _commonest(written: Counter[str]) -> str:
    return written.most_common(1)[0][0]


def _lengths(lengths: Counter[int]) -> Lengths:
    return Lengths(_percentile(lengths, 50), _percentile(lengths, 90), max(lengths, default=None))


def _percentile(lengths: Counter[int], percent: int) -> int | None:
    """The smallest length that so many of a hundred spans do not exceed (the nearest-rank method)."""
    needed, seen = lengths.total() * percent, 0
    for length, number in sorted(lengths.items()):
        seen += number
        if seen * 100 >= needed:
            return length
    return None
