"""Tags in columns, for sequence labelling: a token a line, an empty line after each line of the article.

The columns are those of "Introduction to the CoNLL-2003 Shared Task" (section 2.1: one word a line, an empty line after
each sentence, "the named entity tag" last, overlapping entities not possible). Tags are IOB2: the first token of every
span has `B-` and its label, each further one `I-`, all others `O`. Lines of the article that a span joins are one
sequence. Of spans that overlap the one with the most tokens is written, of equals the longer, then the first.

*iob2*: token, start and end in the article (code points, half-open) and tag, parted by tabs. Before each article stand
lines that begin with `# ` (hash, space), in the way of CoNLL-U's comments: `# id = …` and `# annotator = …`; a token
`#` has a tab after it. flair's ColumnCorpus (API, "ColumnCorpus") takes `column_format={0: "text", 3: "ner"},
comment_symbol="# "`.

*conll2003*: token, part of speech, chunk and tag, parted by one space; before each article `-DOCSTART- -X- O O` and an
empty line. Parts of speech and chunks, which nobody asked for, are what that line has in their places: `-X-` and `O`.
flair takes `{0: "text", 1: "pos", 2: "np", 3: "ner"}` with `document_separator_token="-DOCSTART-"`; spaCy's `convert`
(API, "CLI", "Converters", `ner`) knows articles by the whole line. Readers know it by its beginning, so a token that
begins like it has `_` for its first character. Nothing here tells what the article is, or where in it a token stands.

White space in labels and tokens is written `_`, for readers split at any.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from annotations.errors import printable
from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.overlaps import longest
from annotations.formats.tokens import Laid, Policy, Token, fate_of, lay_all, sequences

EXTENSION = ".conll"
HELP = "a token a line with its IOB2 tag, in columns"
VARIANTS: Mapping[str, str] = {
    "iob2": "token, start, end and tag, parted by tabs, and comments with the article's id and annotator",
    "conll2003": "the four columns of CoNLL-2003, parted by spaces, with -DOCSTART- before each article",
}

DOCUMENT = "-DOCSTART-"
"""The token that stands for the beginning of an article."""

_SPACE = re.compile(r"\s")


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write the articles one after another, in UTF-8 with LF."""
    lines = _conll2003 if policy.variant == "conll2003" else _iob2
    for record in records:
        losses.drop_links(record, "IOB2 has no links")
        tokens, laid = lay_all(record, policy, losses)
        taken = longest(record, laid, losses)
        for each in taken:
            note_written(record, each, cell(each.span.label), tokens, policy, losses)
        out.write("".join(lines(record, tokens, taken)).encode())


def note_written(
    record: Annotated, laid: Laid, label: str, tokens: Sequence[Token], policy: Policy, losses: Losses
) -> None:
    """Note what became of a span that is written as tags, its label as `label`."""
    fate, why = fate_of(laid, tokens, policy)
    if label != laid.span.label:
        renamed = f"its label is written {printable(label)}"
        fate, why = ("flattened" if fate == "kept" else fate), f"{why}; {renamed}" if why else renamed
    losses.note(fate, record, laid.span, why)


def cell(text: str) -> str:
    """The text as one column: each character of white space is `_`."""
    return _SPACE.sub("_", text)


def word(text: str) -> str:
    """A token as a column that no reader takes for the beginning of an article."""
    return cell(f"_{text[1:]}" if text.startswith(DOCUMENT) else text)


def _iob2(record: Annotated, tokens: Sequence[Token], taken: Sequence[Laid]) -> Iterator[str]:
    yield f"# id = {printable(record.id)}\n# annotator = {printable(record.layer.header.annotator)}\n"
    text = record.article.text
    for rows in _sentences(text, tokens, taken):
        yield from (f"{cell(text[start:end])}\t{start}\t{end}\t{tag}\n" for (start, end), tag in rows)
        yield "\n"


def _conll2003(record: Annotated, tokens: Sequence[Token], taken: Sequence[Laid]) -> Iterator[str]:
    yield f"{DOCUMENT} -X- O O\n\n"
    text = record.article.text
    for rows in _sentences(text, tokens, taken):
        yield from (f"{word(text[start:end])} -X- O {tag}\n" for (start, end), tag in rows)
        yield "\n"


def _sentences(text: str, tokens: Sequence[Token], taken: Sequence[Laid]) -> Iterator[Iterable[tuple[Token, str]]]:
    """The tokens of each sequence with their tags."""
    tags = ["O"] * len(tokens)
    for each in taken:
        label = cell(each.span.label)
        tags[each.first : each.last] = [f"B-{label}", *[f"I-{label}"] * (each.last - each.first - 1)]
    for first, last in sequences(text, tokens, taken):
        yield zip(tokens[first:last], tags[first:last], strict=True)
