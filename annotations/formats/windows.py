"""Windows: the parts of an article that a model reads at once, none longer than it takes, and the spans in them.

A window is a range [first, last) of tokens: a line of the article, or the lines that a span joins; a longer one is cut
between spans. Where spans leave no place for that it ends after as many tokens as are taken, and those that go beyond
are left out. Windows are in order, and leave no token out.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from annotations.formats.loss import Losses
from annotations.formats.tokens import Laid, Token, sequences

if TYPE_CHECKING:
    from annotations.formats import Annotated

Window = tuple[int, int]


def windows(
    record: Annotated, tokens: Sequence[Token], laid: Sequence[Laid], most: int, losses: Losses
) -> tuple[list[Laid], list[Window]]:
    """The spans that a window of at most `most` tokens has all of, and the windows; other spans are noted dropped."""
    short = [each for each in laid if each.last - each.first <= most]
    found: list[Window] = []
    for first, last in sequences(record.article.text, tokens, short, most):
        found += [(begin, min(begin + most, last)) for begin in range(first, last, most)]
    whole = []
    for each in laid:
        if each.last <= found[window_at(found, each.first)][1]:
            whole.append(each)
        else:
            losses.note("dropped", record, each.span, f"no {most} words at once have all of it")
    return whole, found


def window_at(found: Sequence[Window], token: int) -> int:
    """The number of the window that a token is in."""
    return bisect_right(found, token, key=lambda window: window[0]) - 1


def by_window(laid: Sequence[Laid], found: Sequence[Window]) -> list[list[Laid]]:
    """The spans in each window, which have all of them, in their order."""
    inside: list[list[Laid]] = [[] for _ in found]
    for each in laid:
        inside[window_at(found, each.first)].append(each)
    return inside
