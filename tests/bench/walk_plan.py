"""Whether to walk what the program offers, and what to answer at each candidate, counted in keys.

A *candidate* is a range that a walk offers to mark, an *answer* the keys that are pressed at one: to mark it, as it is
or after moving its edges, or to skip it. A walk ends by itself after its last candidate, and by Escape before that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gold import GoldSpan
from planner import Planner

SKIP, MARK, MARK_ALL = ("n",), ("y",), ("a",)
# What it takes to mark a word by hand, about: letters on it and a label; and letters more on the last of several words.
_ONE_WORD = 2.6
_LAST_WORD = 1.2


class Candidate(NamedTuple):
    """A range that a walk offers, and what it would be marked as."""

    start: int
    end: int
    label: str
    subtype: str | None = None


class Answer(NamedTuple):
    """What to press at a candidate, and the keys by hand that this makes up for."""

    keys: tuple[str, ...]
    worth: float = 0.0


class Walk(NamedTuple):
    """Answers from the first candidate on, and what they spare of work by hand, in keys."""

    answers: tuple[tuple[str, ...], ...]
    gain: float


def plan_walk(
    planner: Planner, candidates: Sequence[Candidate], wanted: Sequence[GoldSpan], overhead: int
) -> Walk | None:
    """The walk that spares most, None where none spares anything; `overhead` are the keys to begin it and after it."""
    answers = _answers(planner, candidates, wanted)
    told = [answer.keys for answer in answers]
    best: Walk | None = None
    gain = -float(overhead)
    for count, answer in enumerate(answers, 1):
        gain += answer.worth - len(answer.keys)
        # To leave the rest takes Escape.
        if answer.worth and gain - (count < len(told)) > (best.gain if best else 0):
            best = Walk(tuple(told[:count]), gain - (count < len(told)))
    right = _right_at_the_end(told)
    if right > 1 and gain + right - 1 > (best.gain if best else 0):
        best = Walk((*told[: len(told) - right], MARK_ALL), gain + right - 1)
    return best


def by_hand(span: GoldSpan, text: str) -> float:
    """About how many keys it takes to mark a span without a walk."""
    return _ONE_WORD + _LAST_WORD * (" " in text[span.start : span.end])


def in_order(candidates: Sequence[Candidate], start: int) -> list[Candidate]:
    """Candidates in the order of a walk that begins at an offset: from there on, then round to those before."""
    first = next((number for number, it in enumerate(candidates) if it.end > start), 0)
    return [*candidates[first:], *candidates[:first]]


def _right_at_the_end(answers: Sequence[tuple[str, ...]]) -> int:
    """How many candidates at the end are to be marked as they are."""
    return next((count for count, keys in enumerate(reversed(answers)) if keys != MARK), len(answers))


def _answers(planner: Planner, candidates: Sequence[Candidate], wanted: Sequence[GoldSpan]) -> list[Answer]:
    """The best answer to each candidate; every span is wanted once."""
    left = list(wanted)
    answers: list[Answer] = []
    for it in candidates:
        near = [span for span in left if span.start < it.end and it.start < span.end]
        ways = [(keys, span) for span in near if (keys := _keys_to(planner, it, span)) is not None]
        keys, span = min(ways, key=lambda way: len(way[0]), default=(SKIP, None))
        worth = by_hand(span, planner.text) if span is not None else 0
        if span is None or len(keys) - len(SKIP) >= worth:
            answers.append(Answer(SKIP))
        else:
            left.remove(span)
            answers.append(Answer(keys, worth))
    return answers


def _keys_to(planner: Planner, it: Candidate, span: GoldSpan) -> tuple[str, ...] | None:
    """What makes the candidate this span, None where that is too much."""
    if len(span.fragments) > 1:
        return None
    edges = planner.edges.by_word((it.start, it.end), (span.start, span.end), walking=True)
    if edges is None:
        return None
    if it.label == span.label:
        return (*edges, *MARK) if it.subtype == span.subtype else None
    # Another label comes without a subtype.
    return (*edges, "R", planner.label_key(span.label), *MARK) if span.subtype is None else None
