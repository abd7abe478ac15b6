"""Prodigy: one task a line, as `db-out` writes it and `db-in` reads it, with spans on tokens and relations.

Fields: Prodigy's documentation, "Annotation interfaces", sections `spans_manual` and `relations`, and "Dependencies
and Relations": `text`; `tokens` with `id`, `start`, `end`, `text`, `ws` (whether white space follows); `spans` with
`start`, `end`, `token_start`, `token_end` (the last token, inclusive; both only where there are tokens), `label`;
`relations` with `head` and `child` (the last tokens of both ends), `head_span`, `child_span`, `label`; `meta`;
`answer`. Hashes are Prodigy's to compute. Offsets are spaCy's: code points, half-open. Spans may overlap in the
interface `spans_manual`, not in `relations`.

A relation's head is an event, its child an actor. A span starts and ends where tokens do. What Prodigy has no key for
is under a `meta` of each span (`id`, `subtype`, `attributes`, `group`, `note`, `origin`, and `fragments`, the ranges as
they were marked, where Prodigy shows another) and of each relation (`id`, `event`, `actor`, `note`, `origin`): a task
may have keys that Prodigy does not know, and keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.loss import Fate, Losses
from annotations.formats.ranges import gap_loss, linked
from annotations.formats.tokens import Laid, Policy, Token, cut, lay, one_range
from annotations.span import Link, Span

EXTENSION = ".jsonl"
HELP = "one task a line with tokens, spans and relations, for Prodigy's db-in"

_META = ("id", "subtype", "attributes", "group", "note", "origin")


class _Token(msgspec.Struct, frozen=True, gc=False):
    id: int
    start: int
    end: int
    text: str
    ws: bool


class _Placed(msgspec.Struct, frozen=True, gc=False):
    """A span of a task; `token_end` is its last token."""

    start: int
    end: int
    token_start: int
    token_end: int
    label: str


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one line a record, in UTF-8 with LF."""
    encoder = msgspec.json.Encoder()
    for record in records:
        out.write(encoder.encode(_task(record, policy, losses)) + b"\n")


def _task(annotated: Annotated, policy: Policy, losses: Losses) -> dict[str, object]:
    text, spans = annotated.article.text, annotated.layer.spans
    tokens = policy.tokenise(text)
    if policy.edges == "split":
        tokens = cut(tokens, spans)
    placed = {span.id: place for span, place in _all_placed(annotated, tokens, policy, losses)}
    return {
        "text": text,
        "tokens": [_token(text, number, token) for number, token in enumerate(tokens)],
        "spans": [_marked(span, placed[span.id]) for span in spans if span.id in placed],
        "relations": [_relation(link, placed) for link in linked(annotated, placed, losses)],
        "meta": {"article": annotated.id, "annotator": annotated.layer.header.annotator},
        "answer": "accept",
    }


def _all_placed(
    annotated: Annotated, tokens: Sequence[Token], policy: Policy, losses: Losses
) -> Iterator[tuple[Span, _Placed]]:
    """The spans that the policy takes, on their tokens; notes what becomes of every span."""
    for span in annotated.layer.spans:
        laid = lay(span, tokens, policy)
        fate, why = _fate(span, laid, tokens, policy)
        losses.note(fate, annotated, span, why)
        if laid:
            first, last = laid.first, laid.last - 1
            yield span, _Placed(tokens[first].start, tokens[last].end, first, last, span.label)


def _token(text: str, number: int, token: Token) -> _Token:
    start, end = token
    return _Token(number, start, end, text[start:end], text[end : end + 1].isspace())


def _marked(span: Span, place: _Placed) -> dict[str, object]:
    meta = {name: getattr(span, name) for name in _META}
    if span.fragments != ((place.start, place.end),):
        meta["fragments"] = span.fragments
    return {**msgspec.structs.asdict(place), "meta": meta}


def _relation(link: Link, placed: dict[str, _Placed]) -> dict[str, object]:
    head, child = placed[link.event], placed[link.actor]
    return {
        "head": head.token_end,
        "child": child.token_end,
        "head_span": head,
        "child_span": child,
        "label": link.role,
        "meta": {name: getattr(link, name) for name in ("id", "event", "actor", "note", "origin")},
    }


def _fate(span: Span, laid: Laid | None, tokens: Sequence[Token], policy: Policy) -> tuple[Fate, str]:
    """What became of a span, and why; of several losses that of its parts counts first, then that of its edges."""
    gap = gap_loss(span, policy.gaps)
    if laid is None:
        return "dropped", gap if policy.gaps == "drop" and gap else _no_place(span, tokens, policy)
    widened = "its edges are inside of tokens" if laid.is_widened else ""
    trimmed = "what no token holds at its edges is left out" if _is_trimmed(laid, tokens, policy) else ""
    why = "; ".join(filter(None, (gap, widened, trimmed)))
    if widened and not gap:
        return "widened", why
    return "flattened" if why else "kept", why


def _no_place(span: Span, tokens: Sequence[Token], policy: Policy) -> str:
    fits = lay(span, tokens, policy._replace(edges="expand"))
    return "its edges are inside of tokens" if fits else "no token is in it"


def _is_trimmed(laid: Laid, tokens: Sequence[Token], policy: Policy) -> bool:
    """Whether characters at the edges, such as white space, belong to no token."""
    part = one_range(laid.span, policy.gaps)
    return part is not None and (tokens[laid.first].start > part[0] or tokens[laid.last - 1].end < part[1])
