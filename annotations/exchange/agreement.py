"""How far annotators agree on which spans there are.

Of two annotators' spans of an article, two *match* where their fragments and their label are the same, and no span
matches twice. F1 is twice the number of matches over the number of both annotators' spans; each of them may be taken
for the one who is right. It needs no number of what neither marked, which for spans has no meaning (Hripcsak and
Rothschild, "Agreement, the F-measure, and reliability in information retrieval", JAMIA 12(3), 2005). Matches and spans
are added up over every two annotators of every article, and F1 is that of the sums.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from annotations.formats import Annotated
from annotations.span import Fragment

# Layers in which nobody has begun to work, or decided not to.
_UNMARKED = ("new", "skipped")

_Mark = tuple[str, tuple[Fragment, ...]]


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Matches, spans of both annotators of each two, and F1; that is null where there is no span."""

    matches: int
    spans: int
    f1: float | None


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """Of `articles` that two or more annotated, which come to so many `pairs` of annotators; by label, sorted."""

    articles: int
    pairs: int
    all: Score
    labels: dict[str, Score]


class Agreeing:
    """Adds up what goes by; holds the spans of one article at a time."""

    def __init__(self) -> None:
        self._articles = 0
        self._pairs = 0
        self._matches: Counter[str] = Counter()
        self._spans: Counter[str] = Counter()
        self._article = ""
        self._annotators = 0
        # How often each of those who marked it did.
        self._marks: dict[_Mark, list[int]] = {}

    def add(self, record: Annotated) -> None:
        """Take in one annotator's layer; those of one article follow each other."""
        if record.id != self._article:
            self._close()
            self._article = record.id
        if record.layer.header.status not in _UNMARKED:
            self._annotators += 1
            for mark, count in Counter((span.label, span.fragments) for span in record.layer.spans).items():
                self._marks.setdefault(mark, []).append(count)

    def result(self) -> Agreement | None:
        """The agreement in what was added; None where no article was annotated by two."""
        self._close()
        if not self._pairs:
            return None
        return Agreement(
            articles=self._articles,
            pairs=self._pairs,
            all=_score(self._matches.total(), self._spans.total()),
            labels={label: _score(self._matches[label], count) for label, count in sorted(self._spans.items())},
        )

    def _close(self) -> None:
        """Add up the article, of which nothing more comes: not pair by pair, as of many there are a great many."""
        others = self._annotators - 1
        if others > 0:
            self._articles += 1
            self._pairs += self._annotators * others // 2
            for (label, _), counts in self._marks.items():
                self._spans[label] += sum(counts) * others
                # Of each two the smaller: in order, it is the earlier one.
                self._matches[label] += sum(count * later for later, count in enumerate(sorted(counts, reverse=True)))
        self._annotators = 0
        self._marks = {}


def _score(matches: int, spans: int) -> Score:
    return Score(matches=matches, spans=spans, f1=2 * matches / spans if spans else None)
