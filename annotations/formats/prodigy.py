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

from collections.abc import Iterable
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.fields import fields_of
from annotations.formats.json_files import write_lines
from annotations.formats.links import linked
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy, Token, fate_of_place, lay_all
from annotations.span import Link, Span

EXTENSION = ".jsonl"
HELP = "one task a line with tokens, spans and relations, for Prodigy's db-in"

_SPAN = ("id", "subtype", "attributes", "group", "note", "origin")
_LINK = ("id", "event", "actor", "note", "origin")


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
    """Write one line a record."""
    write_lines(out, (_task(record, policy, losses) for record in records))


def _task(annotated: Annotated, policy: Policy, losses: Losses) -> dict[str, object]:
    text = annotated.article.text
    tokens, laid = lay_all(annotated, policy, losses)
    placed: dict[str, _Placed] = {}
    for each in laid:
        first, last = each.first, each.last - 1
        placed[each.span.id] = _Placed(tokens[first].start, tokens[last].end, first, last, each.span.label)
        fate, why = fate_of_place(each, tokens, policy)
        losses.note(fate, annotated, each.span, why)
    return {
        "text": text,
        "tokens": [_token(text, number, token) for number, token in enumerate(tokens)],
        "spans": [_marked(each.span, placed[each.span.id]) for each in laid],
        "relations": [_relation(link, placed) for link in linked(annotated, placed, losses)],
        "meta": {"article": annotated.id, "annotator": annotated.layer.header.annotator},
        "answer": "accept",
    }


def _token(text: str, number: int, token: Token) -> _Token:
    start, end = token
    return _Token(number, start, end, text[start:end], text[end : end + 1].isspace())


def _marked(span: Span, place: _Placed) -> dict[str, object]:
    meta = fields_of(span, _SPAN)
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
        "meta": fields_of(link, _LINK),
    }
