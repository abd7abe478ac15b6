"""Tokenisers by name: ours, white space, spaCy's, and those of others by entry points.

A tokeniser is a function from a text to its tokens in order, ranges of code points that do not overlap. Packages of
others offer one by an entry point of the group `hashiya.tokenisers`, whose name is the tokeniser's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from annotations.errors import HashiyaError, printable
from annotations.formats import instead
from annotations.formats.extras import Offers, needing
from annotations.formats.tokens import Token, Tokeniser, tokenise

GROUP = "hashiya.tokenisers"
OURS = "hashiya"

_WORD = re.compile(r"\S+")


def tokeniser_named(name: str) -> Tokeniser:
    """The tokeniser of this name; HashiyaError that names the nearest, and lists all, when there is none.

    `hashiya` is `annotations.formats.tokens.tokenise`, `whitespace` parts at white space alone, for texts that are
    tokenised already, and `spacy` is spaCy's for Arabic, of the extra `spacy`.
    """
    if name in _OURS:
        return _OURS[name]()
    theirs = _OFFERS.theirs(name)
    if theirs is None:
        raise HashiyaError(f"--tokeniser: there is no {printable(name)}; {instead(name, _OFFERS.names())}.")
    return cast(Tokeniser, theirs)


def whitespace(text: str) -> Sequence[Token]:
    """Whatever stands between white space."""
    return [Token(*match.span()) for match in _WORD.finditer(text)]


class _Spacy:
    """The tokens of spaCy's pipeline for Arabic without components; HashiyaError where spaCy is not installed.

    Its rules part less than ours: quotes inside a word stay (`ل"المدن`), and so does a full stop after a mark.
    """

    def __init__(self) -> None:
        self._pipeline: Any = None

    def __call__(self, text: str) -> Sequence[Token]:
        # It remembers every word that it has seen, and has to be begun anew.
        if self._pipeline is None or len(self._pipeline.vocab.strings) > _MOST_STRINGS:
            with needing("spacy", "the tokeniser spacy"):
                import spacy
            self._pipeline = spacy.blank("ar")
        return [Token(one.idx, one.idx + len(one)) for one in self._pipeline.tokenizer(text) if not one.is_space]


# Each takes about 500 bytes.
_MOST_STRINGS = 2**18

_OURS: Mapping[str, Callable[[], Tokeniser]] = {
    OURS: lambda: tokenise,
    "whitespace": lambda: whitespace,
    "spacy": _Spacy,
}
_OFFERS = Offers(GROUP, tuple(_OURS))
