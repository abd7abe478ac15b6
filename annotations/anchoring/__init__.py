"""Finding the spans of a layer again after the article was edited.

The old text is gone; each span has only its own text, its old offsets and 32 code points of context on either side.
What all spans know together is laid against the new text (`places`): where enough around a span is as it
was, and nothing else can be meant, its place is certain. For the others the most similar place is named, as a guess
(`guess`), or they are lost. Spelling is no difference: marks, tatweel, forms of hamza, composed or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotations.span import CONTEXT, Fragment, Span

if TYPE_CHECKING:
    from annotations.anchoring.guess import Guesses
    from annotations.anchoring.places import Place

Outcome = Literal["same", "moved", "uncertain", "lost"]
"""`same`: nothing changed in the span, its context or its offsets; `moved`: certain, but one of them did;
`uncertain`: a guess, to be looked at; `lost`: nothing like it is there."""


class Found(NamedTuple):
    """What became of a span: `fragments` are its offsets in the new text, None when it is lost.

    `score` is 1 for a certain place, below 1 for a guess, 0 for a lost span. `reason` is for the annotator, and can be
    printed as it is. `alternatives` are up to three other places where it may be.
    """

    span: Span
    fragments: tuple[Fragment, ...] | None
    outcome: Outcome
    score: float
    reason: str
    alternatives: tuple[tuple[Fragment, ...], ...] = ()


def find_again(spans: Sequence[Span], text: str, *, length: int | None = None) -> list[Found]:
    """Where each span is in a text, in the order of `spans`; certain places only where the surroundings bear it out.

    `length` is the old text's, in code points, as the layer's header has it. Where the new text is as long and every
    span and its context are in their places, nothing changed but the bytes: all are the same.

    The time is linear in the text and in the number of spans, apart from sorting.
    """
    if length == len(text) and all(_is_unchanged(span, span.fragments, text) for span in spans):
        return [_certain(span, span.fragments, text) for span in spans]
    from annotations.anchoring.guess import Guesses
    from annotations.anchoring.places import Places

    places = Places.of(spans, text)
    guesses = Guesses(places)
    return [_found(span, places.place(span), guesses, text) for span in spans]


def _found(span: Span, place: Place | None, guesses: Guesses, text: str) -> Found:
    if place and not place.doubt:
        return _certain(span, place.fragments, text)
    if place:
        return Found(span, place.fragments, "uncertain", 0.8, place.doubt, place.others)
    guess = guesses.guess(span)
    if guess:
        return Found(span, guess.fragments, "uncertain", guess.score, guess.reason, guess.others)
    return Found(span, None, "lost", 0.0, "nothing like it is in the text")


def _certain(span: Span, fragments: tuple[Fragment, ...], text: str) -> Found:
    if fragments == span.fragments and _is_unchanged(span, fragments, text):
        return Found(span, fragments, "same", 1.0, "nothing changed here")
    if " ".join(text[start:end] for start, end in fragments) != span.text:
        return Found(span, fragments, "moved", 1.0, "it is spelled otherwise now")
    reason = "the text before it changed" if _has_context(span, fragments, text) else "the text around it changed"
    return Found(span, fragments, "moved", 1.0, reason)


def _is_unchanged(span: Span, fragments: tuple[Fragment, ...], text: str) -> bool:
    same = fragments[-1][1] <= len(text) and span.text == " ".join(text[start:end] for start, end in fragments)
    return same and _has_context(span, fragments, text)


def _has_context(span: Span, fragments: tuple[Fragment, ...], text: str) -> bool:
    start, end = fragments[0][0], fragments[-1][1]
    return text[max(0, start - CONTEXT) : start] == span.prefix and text[end : end + CONTEXT] == span.suffix
