"""A review's words: its rows in the list, and what the status line tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.widgets.bars import quoted
from tui.widgets.side_pane import PaneRow

if TYPE_CHECKING:
    from annotations.anchoring import Outcome
    from tui.screens.reader.review import Review

TOLD = 32
"""Cells of a text that is quoted."""

_WORDS: dict[Outcome, str] = {"same": "the same", "moved": "moved", "uncertain": "uncertain", "lost": "lost"}
_LISTED: tuple[Outcome, ...] = ("uncertain", "lost", "moved")
_CERTAIN, _DECIDED, _UNCERTAIN, _LOST = "\u00b7", "\u2713", "?", "\u2717"


def counted(review: Review) -> str:
    """How many spans have which outcome as things stand: `12 the same · 3 moved · 2 uncertain · 1 lost`."""
    return " · ".join(f"{review.counts[outcome]} {word}" for outcome, word in _WORDS.items())


def told_accepted(review: Review) -> str:
    """What accepting the review did."""
    if not review.rows:
        return "the file was changed, the annotated text was not: all annotations are where they were"
    lost = review.counts["uncertain"] + review.counts["lost"]
    told = (
        f"the annotations are for the new text now: {review.counts['same']} the same · {review.counts['moved']} moved"
    )
    return f"{told} · {lost} lost, which stay in the sidecar" if lost else told


def heading(review: Review) -> str:
    """The same of those that are listed; the list may be narrow, and what is to be looked at comes first."""
    return "  ".join(f"{review.counts[outcome]} {_WORDS[outcome]}" for outcome in _LISTED if review.counts[outcome])


def row_of(review: Review, index: int) -> PaneRow:
    """A row: what becomes of a span by a sign, its subtype or label, and its text."""
    number = review.rows[index]
    span = review.old.spans[number]
    return PaneRow(f"{_sign(review, number)} {span.subtype or span.label}", span.text, span.label)


def quoted_old(review: Review, number: int) -> str:
    """The text that a span had."""
    return quoted(review.old.spans[number].text, TOLD)


def told_fate(review: Review, number: int, text: str) -> str:
    """What becomes of a span in full: why, its text before and in the new `text`, its place, and how many others."""
    place, places = review.place(number), review.places(number)
    told = [_fate(review, number), quoted_old(review, number)]
    if place is not None:
        shown = " ".join(text[start:end] for start, end in place)
        told += [f"now {quoted(shown, TOLD)}"] if shown != review.old.spans[number].text else []
        told += [" + ".join(f"{start}–{end}" for start, end in place)]
    if len(places) > 1 and not review.is_decided(number):
        told += [f"place {review.turn(number) + 1} of {len(places)}"]
    return " · ".join(told)


def _sign(review: Review, number: int) -> str:
    outcome = review.outcome(number)
    if outcome == "moved":
        return _DECIDED if review.is_decided(number) else _CERTAIN
    return _UNCERTAIN if outcome == "uncertain" else _LOST


def _fate(review: Review, number: int) -> str:
    outcome = review.outcome(number)
    if not review.is_decided(number):
        return f"{outcome}: {review.found(number).reason}"
    return "you declared it lost" if outcome == "lost" else "you put it here"
