"""Words, numbers and punctuation as training sets count them, and spans laid on them.

A *token* is a range of code points. A word is one token with its marks, tatweel and joiners, clitics included; so are a
number with the separators inside it and its percent sign, an emoji sequence, and `C++` or `C#`; every other visible
character, with the marks upon it, is one by itself. White space, controls and characters without a glyph belong to
none, but inside of words (joiners, soft hyphens) and of emoji. A span may begin or end inside a token (`ل"المدن"`,
`لقسد`): what becomes of it then is the *edges* policy.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from annotations.formats.loss import Fate, Losses, lost_properties
from annotations.span import Fragment, Span

if TYPE_CHECKING:
    import regex

    from annotations.formats import Annotated

Edges = Literal["expand", "strict", "split"]
Gaps = Literal["hull", "head", "drop"]

_GAPS: Mapping[Gaps, str] = {"hull": "without its gaps", "head": "its longest part alone", "drop": "it has gaps"}

# Controls, white space, and format characters that have no glyph: the number signs of Arabic (U+0600..) have one.
_UNSEEN = (
    r"\s\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f"
)
# Soft hyphens, word joiners: they do not end the word that they are in.
_IN_WORD = r"[\u00ad\u2060]+(?=\p{L})"
# A pictograph with its skin tone, variation selector and tags.
_PICTOGRAPH = r"\p{Extended_Pictographic}(?:\p{M}|\p{Emoji_Modifier}|[\U000e0020-\U000e007f])*"
_TOKEN = (
    r"\p{Nd}+(?:[.,:/\-\u066b\u066c]\p{Nd}+)*[%\u066a]?\p{M}*"
    rf"|[A-Za-z](?:\+\+|\#)(?!\w)|\p{{L}}(?:[\p{{L}}\p{{M}}\u200c\u200d]|{_IN_WORD})*+"
    rf"|\p{{RI}}{{2}}|{_PICTOGRAPH}(?:\u200d{_PICTOGRAPH})*"
    rf"|[^{_UNSEEN}]\p{{M}}*"
)
_LINE_END = re.compile(r"[\n\v\f\r\x1c-\x1e\x85\u2028\u2029]")


@cache
def _pattern() -> regex.Pattern[str]:
    # Here because it takes 15 ms to import. The library has the properties of characters, which `re` lacks.
    import regex

    return regex.compile(_TOKEN)


class Token(NamedTuple):
    """A half-open range of code points."""

    start: int
    end: int


Tokeniser = Callable[[str], Sequence[Token]]


class Laid(NamedTuple):
    """A span on tokens: the tokens [first, last), whether they begin before it or end after it, and had it gaps."""

    span: Span
    first: int
    last: int
    is_widened: bool
    is_hull: bool = False


def tokenise(text: str) -> list[Token]:
    """The text's tokens in order; white space and invisible characters belong to none."""
    return [Token(*match.span()) for match in _pattern().finditer(text)]


class Policy(NamedTuple):
    """What becomes of spans that tokens do not fit.

    `edges`: a span off the tokens' edges is widened to them (`expand`), left out (`strict`), or cuts the tokens
    (`split`). `gaps`: of a discontinuous span the whole extent (`hull`), its longest part (`head`) or nothing (`drop`)
    is taken. `variant` is one of those that the format has, or nothing for its first.
    """

    edges: Edges = "expand"
    gaps: Gaps = "hull"
    tokenise: Tokeniser = tokenise
    variant: str = ""


def cut(tokens: Sequence[Token], spans: Sequence[Span]) -> list[Token]:
    """The tokens, cut at every edge of a span that falls inside one."""
    edges = sorted({edge for span in spans for part in span.fragments for edge in part})
    found: list[Token] = []
    for token in tokens:
        inside = edges[bisect_right(edges, token.start) : bisect_left(edges, token.end)]
        bounds = [token.start, *inside, token.end]
        found += [Token(*pair) for pair in pairwise(bounds)]
    return found


def lay(span: Span, tokens: Sequence[Token], policy: Policy) -> Laid | None:
    """The span on the tokens; None where the policy leaves it out, or it covers none of them."""
    part = one_range(span, policy.gaps)
    if part is None:
        return None
    start, end = part
    first = _first(tokens, start)
    last = _first_from(tokens, end)
    if first >= last:
        return None
    is_widened = tokens[first].start < start or tokens[last - 1].end > end
    if is_widened and policy.edges == "strict":
        return None
    return Laid(span, first, last, is_widened, is_hull=len(span.fragments) > 1)


def lay_all(annotated: Annotated, policy: Policy, losses: Losses) -> tuple[list[Token], list[Laid]]:
    """The article's tokens, and the spans on them in the layer's order; those left out are noted as dropped.

    No token is empty or white space alone, whatever the tokeniser says.
    """
    text, spans = annotated.article.text, annotated.layer.spans
    tokens: Sequence[Token] = policy.tokenise(text)
    if policy.edges == "split":
        tokens = cut(tokens, spans)
    visible = [token for token in tokens if text[token.start : token.end].strip()]
    found: list[Laid] = []
    for span in spans:
        laid = lay(span, visible, policy)
        if laid:
            found.append(laid)
        else:
            losses.note("dropped", annotated, span, _why_left_out(span, visible, policy))
    return visible, found


def fate_of(laid: Laid, tokens: Sequence[Token], policy: Policy) -> tuple[Fate, str]:
    """What became of a span in a target that has tokens and a label alone, and why."""
    return _fate(laid, [*_changes(laid, tokens, policy), lost_properties(laid.span)])


def fate_of_place(laid: Laid, tokens: Sequence[Token], policy: Policy) -> tuple[Fate, str]:
    """What became of a span in a target that has tokens, and all that the span has besides its place; and why."""
    return _fate(laid, _changes(laid, tokens, policy))


def _fate(laid: Laid, causes: Iterable[str]) -> tuple[Fate, str]:
    why = "; ".join(filter(None, causes))
    return ("widened" if laid.is_widened else "flattened" if why else "kept"), why


def _changes(laid: Laid, tokens: Sequence[Token], policy: Policy) -> Iterator[str]:
    """What is other in the place of a span, as clauses."""
    start, end = tokens[laid.first].start, tokens[laid.last - 1].end
    part = one_range(laid.span, policy.gaps) or (laid.span.start, laid.span.end)
    if laid.is_widened:
        yield f"widened to the words at [{start}, {end})"
    yield gap_loss(laid.span, policy.gaps)
    if start > part[0] or end < part[1]:
        yield "without the invisible characters at its edges"


def sequences(text: str, tokens: Sequence[Token], laid: Sequence[Laid], most: int = 0) -> Iterator[tuple[int, int]]:
    """Ranges [first, last) of tokens: each a line of the text, or the lines that a span joins.

    Those of more than `most` tokens, where it is given, are cut between spans.
    """
    depths = _depths(len(tokens), laid)
    begin = free = 0
    for position in range(1, len(tokens) + 1):
        if depths[position]:
            continue
        if most and position - begin > most and free > begin:
            yield begin, free
            begin = free
        if position == len(tokens) or _LINE_END.search(text, tokens[position - 1].end, tokens[position].start):
            yield begin, position
            begin = position
        free = position


def _depths(count: int, laid: Sequence[Laid]) -> list[int]:
    """How many spans go on before each token, and at the end."""
    changes = [0] * (count + 1)
    for each in laid:
        if each.last - each.first > 1:
            changes[each.first + 1] += 1
            changes[each.last] -= 1
    return list(accumulate(changes))


def _why_left_out(span: Span, tokens: Sequence[Token], policy: Policy) -> str:
    if one_range(span, policy.gaps) is None:
        return gap_loss(span, policy.gaps)
    if lay(span, tokens, policy._replace(edges="expand")):
        return "its edges are inside of words"
    return "it holds no visible character"


def one_range(span: Span, gaps: Gaps) -> Fragment | None:
    """The one range of code points that stands for a span; None where the policy leaves it out."""
    if len(span.fragments) == 1 or gaps == "hull":
        return span.start, span.end
    if gaps == "drop":
        return None
    return max(span.fragments, key=lambda part: part[1] - part[0])


def gap_loss(span: Span, gaps: Gaps) -> str:
    """What becomes of a discontinuous span, as a clause; empty for any other."""
    return _GAPS[gaps] if len(span.fragments) > 1 else ""


def _first(tokens: Sequence[Token], start: int) -> int:
    """The first token that ends after an offset."""
    return bisect_right(tokens, start, key=lambda token: token.end)


def _first_from(tokens: Sequence[Token], end: int) -> int:
    """The first token that starts at an offset or after it."""
    return bisect_left(tokens, end, key=lambda token: token.start)
