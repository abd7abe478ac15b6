"""Nested named entities as in Wojood (Jarrar, Khalilia and Ghanem, "Wojood: Nested Arabic Named Entity Corpus and
Recognition using BERT", LREC 2022): a token and its tags a line, parted by one space, an empty line between sentences.

A token has a tag for each span that it is in, the outermost first: of two spans the one that begins earlier, then the
longer, then the first in the layer; none is `O`. The first token of a span has `B-` and its label, each further one
`I-`. So it is in the sample of Wojood in SinaLab's ArabicNER (`data/`), whose reader (`arabiner/utils/data.py`,
`conll_to_segments`) splits lines at any white space and takes all that comes after the token as tags. Sentences are the
article's lines, or those that a span joins.

*Which I- continues which B-* is told by labels alone: of the spans of one label that a token before is in, as many go
on as there are tags `I-` of that label, the outermost of them. So spans of one label may nest, or lie on the same
tokens, and may not cross: of two that do, the second is dropped. (ArabicNER itself trains on the first tag of a label
alone: `arabiner/data/transforms.py`, `NestedTagsTransform`.)

In Wojood some span has `I-` for its first tag. Such a one has the note LOOSE, and is written so again where nothing of
its label ends right before it.

Wojood does not tell articles apart. From the second on, a sentence of one token stands before each, `-DOCSTART- O`, as
in CoNLL-2003: ArabicNER has no comments, and makes an example without tokens of every empty line too many. A token that
begins like it has `_` for its first character.

White space in labels and tokens is written `_`, and so are characters of labels that mean something in a regular
expression, for ArabicNER takes labels as such (`tag_vocab_by_type`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from typing import BinaryIO

from msgspec import structs

from annotations.formats import Annotated
from annotations.formats.conll import DOCUMENT, note_written, word
from annotations.formats.loss import Losses, named
from annotations.formats.tokens import Laid, Policy, lay_all, sequences

EXTENSION = ".txt"
HELP = "nested named entities as in Wojood: a token a line with all its tags"

LOOSE = "begins with I- in Wojood"
"""The note of a span whose first tag is `I-`."""

DEEPEST = 256
"""Spans that one token may be in; four are the most in Wojood's sample."""

_FOREIGN = re.compile(r"[\s.^$*+?{}\[\]\\|()]")

_Range = tuple[int, int]


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write the articles one after another, in UTF-8 with LF; the last sentence has no empty line after it."""
    before = ""
    for number, record in enumerate(records):
        losses.drop_links(record, "Wojood has no links")
        boundary = [f"{DOCUMENT} O\n"] if number else []
        for sentence in (*boundary, *_sentences(record, policy, losses)):
            out.write(f"{before}{sentence}".encode())
            before = "\n"


def _sentences(record: Annotated, policy: Policy, losses: Losses) -> Iterator[str]:
    text = record.article.text
    tokens, laid = lay_all(record, policy, losses)
    taken = _nested(record, laid, losses)
    ranges = list(sequences(text, tokens, taken))
    loose = _loose(taken, ranges)
    for each in taken:
        held = _without_note(each) if each.span.id in loose else each
        note_written(record, held, _label(each), tokens, policy, losses)
    tags = _tags(len(tokens), taken, loose)
    for first, last in ranges:
        yield "".join(
            f"{word(text[start:end])} {' '.join(own) or 'O'}\n"
            for (start, end), own in zip(tokens[first:last], tags[first:last], strict=True)
        )


def _nested(record: Annotated, laid: Sequence[Laid], losses: Losses) -> list[Laid]:
    """The spans of which no two of one label cross, outer ones first; the others are noted as dropped."""
    taken: list[Laid] = []
    around: dict[str, list[Laid]] = {}
    ends: list[int] = []
    for each in sorted(laid, key=lambda one: (one.first, -one.last)):
        own = around.setdefault(_label(each), [])
        while own and own[-1].last <= each.first:
            own.pop()
        while ends and ends[0] <= each.first:
            heappop(ends)
        if own and own[-1].last < each.last:
            why = f"crosses {named(own[-1].span)}, which has the same label"
            losses.note("dropped", record, each.span, why)
        elif len(ends) == DEEPEST:
            losses.note("dropped", record, each.span, f"{DEEPEST} others are on its first word")
        else:
            taken.append(each)
            own.append(each)
            heappush(ends, each.last)
    return taken


def _loose(taken: Sequence[Laid], ranges: Sequence[_Range]) -> set[str]:
    """The ids of the spans that are to begin with I-, and are read as they are if they do."""
    starts = {first for first, _ in ranges}
    ended = {(_label(each), each.last) for each in taken}
    return {
        each.span.id
        for each in taken
        if each.span.note == LOOSE and (each.first in starts or (_label(each), each.first) not in ended)
    }


def _without_note(laid: Laid) -> Laid:
    """The span as it is told of: what its note says, its tag does."""
    return laid._replace(span=structs.replace(laid.span, note=""))


def _tags(count: int, taken: Sequence[Laid], loose: set[str]) -> list[list[str]]:
    """The tags of each token."""
    tags: list[list[str]] = [[] for _ in range(count)]
    for each in taken:
        label = _label(each)
        tags[each.first].append(f"{'I' if each.span.id in loose else 'B'}-{label}")
        for position in range(each.first + 1, each.last):
            tags[position].append(f"I-{label}")
    return tags


def _label(laid: Laid) -> str:
    return _FOREIGN.sub("_", laid.span.label)
