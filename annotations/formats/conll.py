"""IOB2 in columns, for sequence labelling: a token a line, an empty line after each line of the article.

Columns are parted by tabs: the token, its start and its end in the article (code points, half-open), and its tag, the
last as in CoNLL-2003 ("Introduction to the CoNLL-2003 Shared Task", section 2.1: one word a line, an empty line after
each sentence, "the named entity tag" last, overlapping entities not possible). In IOB2 the first token of every span
has `B-` and its label, each further one `I-`, all others `O`. Lines of the article that a span joins are one sequence.

Before each article stand lines that begin with `# ` (hash, space), in the way of CoNLL-U's comments: `# id = …` and
`# annotator = …`; a token `#` has a tab after it. flair's ColumnCorpus (API, "ColumnCorpus") takes
`column_format={0: "text", 3: "ner"}, comment_symbol="# "`.

Of spans that overlap the one with the most tokens is written, of equals the longer, then the first. White space in
labels is written `_`, for readers split at any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from annotations.errors import printable
from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.tokens import Laid, Policy, Token, fate_of, lay_all, sequences

EXTENSION = ".conll"
HELP = "a token a line with its offsets and IOB2 tag, in columns"

_SPACE = re.compile(r"\s")


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write the articles one after another, in UTF-8 with LF."""
    for record in records:
        losses.drop_links(record, "IOB2 has no links")
        tokens, laid = lay_all(record, policy, losses)
        taken = _longest(record, laid, losses)
        for each in taken:
            _note(record, each, tokens, policy, losses)
        out.write(f"# id = {printable(record.id)}\n".encode())
        out.write(f"# annotator = {printable(record.layer.header.annotator)}\n".encode())
        out.write(_table(record.article.text, tokens, taken).encode())


def _longest(record: Annotated, laid: Sequence[Laid], losses: Losses) -> list[Laid]:
    """The spans of which no two share a token, longer ones first; the others are noted as dropped."""
    taken: list[Laid] = []
    # What was taken before is no shorter: where it overlaps another it has that one's first or last token.
    owners: dict[int, Laid] = {}
    for each in sorted(laid, key=lambda one: (one.first - one.last, one.span.start - one.span.end)):
        owner = owners.get(each.first) or owners.get(each.last - 1)
        if owner:
            losses.note("dropped", record, each.span, _why_not(each, owner))
            continue
        taken.append(each)
        owners.update(dict.fromkeys(range(each.first, each.last), each))
    return taken


def _why_not(each: Laid, owner: Laid) -> str:
    is_inside = owner.first <= each.first and each.last <= owner.last
    label = printable(owner.span.label)
    return f"{'nested in' if is_inside else 'overlaps'} {label} [{owner.span.start}, {owner.span.end})"


def _note(record: Annotated, laid: Laid, tokens: Sequence[Token], policy: Policy, losses: Losses) -> None:
    fate, why = fate_of(laid, tokens, policy)
    label = _joined(laid.span.label)
    if label != laid.span.label:
        renamed = f"its label is written {printable(label)}"
        fate, why = ("flattened" if fate == "kept" else fate), f"{why}; {renamed}" if why else renamed
    losses.note(fate, record, laid.span, why)


def _table(text: str, tokens: Sequence[Token], taken: Sequence[Laid]) -> str:
    tags = ["O"] * len(tokens)
    for each in taken:
        label = _joined(each.span.label)
        tags[each.first : each.last] = [f"B-{label}", *[f"I-{label}"] * (each.last - each.first - 1)]
    lines: list[str] = []
    for first, last in sequences(text, tokens, taken):
        for (start, end), tag in zip(tokens[first:last], tags[first:last], strict=True):
            lines.append(f"{_joined(text[start:end])}\t{start}\t{end}\t{tag}\n")
        lines.append("\n")
    return "".join(lines)


def _joined(text: str) -> str:
    return _SPACE.sub("_", text)
