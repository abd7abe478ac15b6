"""Token classification for Hugging Face's library `datasets`: Parquet that `load_dataset` takes without options.

A row is an article as one annotator has it. Only so do its spans, its links and the offsets of its text stay together.
Models take less at a time, but how much is told by their own tokeniser, which makes windows of `tokens`
(`is_split_into_words`, `return_overflowing_tokens`, `stride`: "Token classification" in the documentation of
`transformers`); what a row has cut off, nothing can put back. Whoever wants shorter rows finds in `sequences` where to
cut: ranges `[first, last)` of tokens, each a line of the article, or the lines that a span joins.

`tokens` are the words, `offsets` of each `[start, end]` in `text`. For each label of the schema there is a column of
tags in IOB2, one for each token: `ClassLabel` 0 is `O`, 1 is `B-` and the label, 2 is `I-` and the label. So spans of
different labels may overlap. Of one label's spans that overlap, the one with the most tokens has tags, of equals the
longer, then the first. The column is `tags_` and the label, in which everything but letters, digits, `_` and `-` is
written as `%`, its code point in hexadecimal, and `;`.

`spans` and `links` hold everything, whether it has tags or not. Attributes are a list of names and values. All offsets
are code points, half-open. The columns follow from the schema alone and are the same in every file of a data set; they
are described in the metadata of the Arrow schema, as `datasets` does it from version 4 on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO

from annotations.formats import Annotated
from annotations.formats.extras import needing
from annotations.formats.features import STRING, ClassLabel, Feature, Features, ListOf, Struct, Value, metadata
from annotations.formats.fields import LINK, fields_of
from annotations.formats.links import whole_links
from annotations.formats.loss import Loss, Losses
from annotations.formats.overlaps import longest_first
from annotations.formats.tokens import Laid, Policy, Token, fate_of_place, lay_all, sequences
from annotations.schema import Schema
from annotations.span import Span

EXTENSION = ".parquet"
HELP = "tokens and IOB2 tags, a column for each label, as a data set for Hugging Face's datasets"
IS_DATASET = True

_NUMBER = Value("int32")
_RANGES = ListOf(ListOf(_NUMBER))
_NO_NAME = re.compile(r"[^\w-]")

_SPAN: Features = {
    "id": STRING,
    "start": _NUMBER,
    "end": _NUMBER,
    "fragments": _RANGES,
    "text": STRING,
    "label": STRING,
    "subtype": STRING,
    "attributes": ListOf(Struct({"name": STRING, "value": STRING})),
    "group": STRING,
    "note": STRING,
    "origin": STRING,
}
_LINK: Features = dict.fromkeys(LINK, STRING)

# Code points of text whose rows are held before they are written, as one group: with all that is in them, some tens of
# megabytes.
_GROUP = 2**18

_Row = dict[str, object]


def features(schema: Schema, _attributes: Sequence[str] = ()) -> dict[str, Feature]:
    """The columns of every file of this schema, in their order."""
    return _columns(label.name for label in schema.labels)


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write a row for each record, some at a time; HashiyaError where pyarrow is not installed."""
    with needing("hf", "the format hf"):
        from pyarrow import RecordBatch
        from pyarrow.parquet import ParquetWriter
    rest = iter(records)
    first = next(rest, None)
    labels = [label.name for label in first.schema.labels] if first else []
    schema = _arrow_schema(_columns(labels))
    rows = (_row(record, policy, losses) for record in chain([first] if first else [], rest))
    with ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            writer.write_batch(RecordBatch.from_pylist(group, schema=schema))


def column_of(label: str) -> str:
    """The name of the column that has the tags of this label: no two labels share one, and no other column has it."""
    return "tags_" + _NO_NAME.sub(lambda match: f"%{ord(match[0]):x};", label)


def _columns(labels: Iterable[str]) -> dict[str, Feature]:
    return {
        "id": STRING,
        "annotator": STRING,
        "text": STRING,
        "tokens": ListOf(STRING),
        "offsets": _RANGES,
        "sequences": _RANGES,
        **{column_of(label): ListOf(ClassLabel(("O", f"B-{label}", f"I-{label}"))) for label in labels},
        "spans": ListOf(Struct(_SPAN)),
        "links": ListOf(Struct(_LINK)),
    }


def _arrow_schema(columns: Features) -> Any:
    import pyarrow

    def arrow(feature: Feature) -> Any:
        match feature:
            case Value(dtype):
                return pyarrow.type_for_alias(dtype)
            case ClassLabel():
                return pyarrow.int64()
            case ListOf(items):
                return pyarrow.list_(arrow(items))
            case Struct(fields):
                return pyarrow.struct([(name, arrow(field)) for name, field in fields.items()])

    fields = [(name, arrow(feature)) for name, feature in columns.items()]
    return pyarrow.schema(fields, metadata=metadata(columns))


def _groups(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """The rows, as many at a time as are written together."""
    held: list[_Row] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(str(row["text"]))
        if size >= _GROUP:
            yield held
            held, size = [], 0
    if held:
        yield held


def _row(record: Annotated, policy: Policy, losses: Losses) -> _Row:
    text, layer = record.article.text, record.layer
    tokens, laid = _laid(record, policy, losses)
    tags = {label.name: [0] * len(tokens) for label in record.schema.labels}
    for each in _tag(record, laid, tags, losses):
        _note(record, each, tokens, policy, losses)
    return {
        "id": record.id,
        "annotator": layer.header.annotator,
        "text": text,
        "tokens": [text[start:end] for start, end in tokens],
        "offsets": tokens,
        "sequences": list(sequences(text, tokens, laid)),
        **{column_of(label): column for label, column in tags.items()},
        "spans": [_span(span) for span in layer.spans],
        "links": [fields_of(link, LINK) for link in whole_links(record, losses)],
    }


def _laid(record: Annotated, policy: Policy, losses: Losses) -> tuple[list[Token], list[Laid]]:
    """As `lay_all`, but what has no place on tokens is in `spans` still: it is noted as flattened."""
    left_out: list[Loss] = []
    found = lay_all(record, policy, Losses(left_out.append))
    for loss in left_out:
        losses.note("flattened", record, record.layer.span(loss.id), f"it has no tags: {loss.why}")
    return found


def _tag(record: Annotated, laid: Sequence[Laid], tags: dict[str, list[int]], losses: Losses) -> list[Laid]:
    """Write the spans into their labels' tags; those that have room, the others are noted."""
    taken: list[Laid] = []
    for each in longest_first(laid):
        column = tags.get(each.span.label)
        if column is None:
            losses.note("flattened", record, each.span, "it has no tags: the schema does not have its label")
        elif column[each.first] or column[each.last - 1]:
            losses.note("flattened", record, each.span, "it has no tags: it overlaps another of its label")
        else:
            column[each.first : each.last] = [1] + [2] * (each.last - each.first - 1)
            taken.append(each)
    return taken


def _note(record: Annotated, laid: Laid, tokens: Sequence[Token], policy: Policy, losses: Losses) -> None:
    """Note what the tags make of a span; its properties are in `spans`."""
    fate, why = fate_of_place(laid, tokens, policy)
    losses.note(fate, record, laid.span, f"in the tags {why}" if why else "")


def _span(span: Span) -> _Row:
    attributes = [{"name": name, "value": value} for name, value in span.attributes.items()]
    return fields_of(span, _SPAN) | {"attributes": attributes}
