"""The shelf: a library's articles and what is known of each for one annotator. It knows no screen.

Articles are meant by their *index*: their place in natural order. What is known is learned bit by bit: reading the
summaries of a large library takes seconds. Only one thread may learn; reading learns nothing and may be done in any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from annotations.library import Summary, summarise
from annotations.library_query import UNFINISHED, Order, Query, TextWord, sort
from annotations.schema import Schema
from annotations.store.sidecars import Sidecars

_KEPT_ANSWERS = 8

TextWords = tuple[TextWord, ...]


class _Ranked(NamedTuple):
    """All articles in an order, and the place of each in it."""

    order: Order
    articles: Sequence[int]
    ranks: Sequence[int]


# Stands where there is no summary yet.
_UNKNOWN = Summary(Path(), "")


class Shelf:
    """Articles by index, with the summaries that are known; `encoding` is the one that is forced, if any."""

    def __init__(self, articles: Sequence[Path], annotator: str, schema: Schema, encoding: str | None = None) -> None:
        self.encoding = encoding
        self.articles = articles
        self.annotator = annotator
        self.schema = schema
        self.known = 0
        self.done = 0
        self._summaries = [_UNKNOWN] * len(articles)
        self._sidecars = Sidecars()
        self._sorted: _Ranked | None = None
        self._answers: dict[TextWords, dict[int, bool]] = {}

    @property
    def is_known(self) -> bool:
        """Whether there is a summary of every article."""
        return self.known == len(self.articles)

    def summary(self, index: int) -> Summary | None:
        """What is known of an article; None where it was not read yet."""
        summary = self._summaries[index]
        return None if summary is _UNKNOWN else summary

    def read(self, index: int) -> Summary:
        """Read an article's summary from the disk."""
        return summarise(self.articles[index], self.annotator, self._sidecars, self.encoding)

    def learn(self, read: Iterable[tuple[int, Summary]]) -> None:
        """Keep summaries that were read, in place of older ones."""
        for index, summary in read:
            before, self._summaries[index] = self._summaries[index], summary
            self.known += before is _UNKNOWN
            self.done += _is_done(summary) - _is_done(before)
        self._sorted = None

    def unknown(self, start: int = 0) -> list[int]:
        """The articles that there is no summary of, those from `start` on first."""
        found = [index for index, summary in enumerate(self._summaries) if summary is _UNKNOWN]
        return [*(index for index in found if index >= start), *(index for index in found if index < start)]

    def ordered(self, order: Order) -> Sequence[int]:
        """All articles in an order; until all are known, in that of their names."""
        return self._ranked(order).articles

    def fitting(self, order: Order, query: Query) -> Sequence[int]:
        """The articles in an order whose summaries match; of the texts that a query is about nothing is asked here."""
        ranked, summaries = self._ranked(order), self._summaries
        if not query.conditions and not query.text_words:
            return ranked.articles
        # One condition after the other takes a third of the time of `Query.matches`, and this is done at every key.
        fits = [index for index, summary in enumerate(summaries) if summary is not _UNKNOWN]
        for test, wanted in query.conditions:
            fits = [index for index in fits if test(summaries[index]) == wanted]
        return sorted(fits, key=ranked.ranks.__getitem__)

    def answers(self, words: TextWords) -> dict[int, bool]:
        """Whether the articles' texts match the words, for the articles whose texts were asked; to be added to."""
        found = self._answers.pop(words, {})
        self._answers[words] = found
        for oldest in list(self._answers)[:-_KEPT_ANSWERS]:
            del self._answers[oldest]
        return found

    def next_unfinished(self, shown: Sequence[int], after: int, stopped: Callable[[], bool]) -> int | None:
        """The next article of a list that is new or in progress and can be read; None where there is no other.

        After the last comes the first. What is not known is read, one article after the other, until one is found or
        that is `stopped`, which gives None too. An article that is not in the list comes before its first.
        """
        place = shown.index(after) if after in shown else -1
        for index in (*shown[place + 1 :], *shown[: max(0, place)]):
            if stopped():
                break
            if self.is_unfinished(index):
                return index
        return None

    def is_unfinished(self, index: int) -> bool:
        """Whether an article is new or in progress, and can be read; it is read where it is not known."""
        summary = self.summary(index) or self.read(index)
        return summary.error is None and summary.status in UNFINISHED

    def _ranked(self, order: Order) -> _Ranked:
        if order.kind == "name" or not self.is_known:
            everything = range(len(self.articles))
            return _Ranked(order, everything, everything)
        if self._sorted is None or self._sorted.order != order:
            places = {id(summary): index for index, summary in enumerate(self._summaries)}
            articles = [places[id(summary)] for summary in sort(self._summaries, order)]
            ranks = [0] * len(articles)
            for rank, index in enumerate(articles):
                ranks[index] = rank
            self._sorted = _Ranked(order, articles, ranks)
        return self._sorted


def _is_done(summary: Summary) -> bool:
    return summary.error is None and summary.status == "done"
