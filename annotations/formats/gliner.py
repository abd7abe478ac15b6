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

from annotations.formats import Annotated
from annotations.formats.json_files import write_array
from annotations.formats.links import why_apart
from annotations.formats.loss import Losses, lost_properties
from annotations.formats.overlaps import one_a_place, place_of
from annotations.formats.tokens import Laid, Policy, fate_of, lay_all
from annotations.formats.windows import by_window, windows
from annotations.span import Link

EXTENSION = ".json"
HELP = "GLiNER's training examples: tokens, spans that may overlap, and relations"

# "Training", section "Using Configuration Files".
_MAX_LEN = 384


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write the examples as they come."""
    write_array(out, (example for record in records for example in _examples(record, policy, losses)))


def _examples(record: Annotated, policy: Policy, losses: Losses) -> Iterator[dict[str, object]]:
    text = record.article.text
    tokens, laid = lay_all(record, policy, losses)
    labelled = one_a_place(record, sorted(laid, key=lambda one: one.is_widened), losses)
    taken, ranges = windows(record, tokens, sorted(labelled, key=place_of), _MAX_LEN, losses)
    for each in taken:
        fate, why = fate_of(each, tokens, policy)
        losses.note(fate, record, each.span, why)
    spans = by_window(taken, ranges)
    positions = {each.span.id: position for inside in spans for position, each in enumerate(inside)}
    links = _by_example(record, spans, losses)
    for (first, last), inside, joined in zip(ranges, spans, links, strict=True):
        yield {
            "tokenized_text": [text[start:end] for start, end in tokens[first:last]],
            "ner": [(each.first - first, each.last - 1 - first, each.span.label) for each in inside],
            "relations": [(positions[link.event], positions[link.actor], link.role) for link in joined],
            "id": record.id,
            "annotator": record.layer.header.annotator,
            "offsets": tokens[first:last],
        }


def _by_example(record: Annotated, spans: Sequence[Sequence[Laid]], losses: Losses) -> list[list[Link]]:
    """The links of each example, given its spans; every link is noted."""
    examples = {each.span.id: number for number, inside in enumerate(spans) for each in inside}
    found: list[list[Link]] = [[] for _ in spans]
    for link in record.layer.links:
        apart, lost = why_apart(record, link, examples, "examples"), lost_properties(link)
        losses.note("dropped" if apart else "flattened" if lost else "kept", record, link, apart or lost)
        if not apart:
            found[examples[link.event]].append(link)
    return found
