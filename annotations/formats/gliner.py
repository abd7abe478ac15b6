"""GLiNER's training data: a JSON array of examples, one a line.

As GLiNER's documentation has it ("Training", sections "Dataset Format" and "Relation Extraction Dataset Format"), which
reads the whole file as one JSON value: `tokenized_text`, the tokens; `ner`, of each span `[first, last, label]`, where
in the tokens it begins and which is its last; `relations`, of each link `[event, actor, role]`, positions in `ner`.
Spans may overlap and nest. On the same tokens GLiNER's span models take one label, the last (`BaseProcessor.get_dict`),
so one is written: one that fits its tokens before one that was widened, then the first.

GLiNER looks into examples for the keys that it knows (`collate_raw_batch`; `ner_labels` and `ner_negatives` are its
own too) and at no others: `id`, `annotator` and `offsets`, of each token `[start, end]` in the article (code points,
half-open), are here for whoever looks an example up.

GLiNER cuts off what is beyond the model's `max_len` tokens, 384 unless configured, and the spans there are gone
(`preprocess_example`, which warns of the length alone). So an example is a window of at most as many (see `windows`): a
line of the article, or the lines that a span joins, longer ones cut between spans. Models learn no span of more than
their `max_width` tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec

from annotations.errors import printable
from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.tokens import Laid, Policy, fate_of, lay_all
from annotations.formats.windows import window_at, windows
from annotations.span import Link

EXTENSION = ".json"
HELP = "GLiNER's training examples: tokens, spans that may overlap, and relations"

# "Training", section "Using Configuration Files".
_MAX_LEN = 384

_Places = dict[str, tuple[int, int]]


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write the examples as they come, in UTF-8 with LF, Arabic as itself."""
    encoder = msgspec.json.Encoder()
    before = b"["
    for record in records:
        for example in _examples(record, policy, losses):
            out.write(before + b"\n" + encoder.encode(example))
            before = b","
    out.write(b"\n]\n" if before == b"," else b"[]\n")


def _examples(record: Annotated, policy: Policy, losses: Losses) -> Iterator[dict[str, object]]:
    text = record.article.text
    tokens, laid = lay_all(record, policy, losses)
    taken, ranges = windows(record, tokens, _one_label_each(record, laid, losses), _MAX_LEN, losses)
    for each in taken:
        fate, why = fate_of(each, tokens, policy)
        losses.note(fate, record, each.span, why)
    spans, places = _by_example(taken, ranges)
    links = _by_event(record, places, len(ranges), losses)
    for (first, last), inside, joined in zip(ranges, spans, links, strict=True):
        yield {
            "tokenized_text": [text[start:end] for start, end in tokens[first:last]],
            "ner": [(each.first - first, each.last - 1 - first, each.span.label) for each in inside],
            "relations": [(places[link.event][1], places[link.actor][1], link.role) for link in joined],
            "id": printable(record.id),
            "annotator": record.layer.header.annotator,
            "offsets": tokens[first:last],
        }


def _one_label_each(record: Annotated, laid: Sequence[Laid], losses: Losses) -> list[Laid]:
    """One span for the same tokens, in their order; the others are noted as dropped."""
    taken: dict[tuple[int, int], Laid] = {}
    for each in sorted(laid, key=lambda one: one.is_widened):
        owner = taken.setdefault((each.first, each.last), each)
        if owner is not each:
            label = printable(owner.span.label)
            why = f"on the same words as {label} [{owner.span.start}, {owner.span.end})"
            losses.note("dropped", record, each.span, why)
    return [taken[place] for place in sorted(taken)]


def _by_example(taken: Sequence[Laid], ranges: Sequence[tuple[int, int]]) -> tuple[list[list[Laid]], _Places]:
    """The spans of each example, and of each span id the example and the position in it."""
    found: list[list[Laid]] = [[] for _ in ranges]
    places: _Places = {}
    for each in taken:
        example = window_at(ranges, each.first)
        places[each.span.id] = example, len(found[example])
        found[example].append(each)
    return found, places


def _by_event(record: Annotated, places: _Places, examples: int, losses: Losses) -> list[list[Link]]:
    """The links of each example; those with an end elsewhere are noted as dropped."""
    found: list[list[Link]] = [[] for _ in range(examples)]
    for link in record.layer.links:
        event, actor = places.get(link.event), places.get(link.actor)
        if event is None or actor is None:
            losses.note("dropped", record, link, "one of its ends is not there")
        elif event[0] != actor[0]:
            losses.note("dropped", record, link, "its ends are in different examples")
        else:
            found[event[0]].append(link)
            losses.note("flattened" if link.note else "kept", record, link, "without its note" if link.note else "")
    return found
