"""OmniEvent's unified data format: a folder with one JSON object a line, and the numbers of types and roles.

`data.unified.jsonl` is as OmniEvent's documentation has it ("Convert the Dataset into Unified OmniEvent Format"): `id`;
`text`; `events` with `type` and `triggers` (`id`, `trigger_word`, `position`, `arguments`, each with a `role` and
`mentions`); `negative_triggers`, every word that is in no trigger; `entities` with `type` and `mentions`. A `position`
is a slice of `text`, half-open, in code points. The triggers of an event are its mentions, the mentions of an entity or
argument its own: those that share a group and a type. `label2id.json` and `role2id.json`, the configuration's
`type2id_path` and `role2id_path`, number the types and roles of the schema, then others as they come, from `NA`, 0.

OmniEvent takes for a word whatever is between white space (`get_words`, language `English`), and counts the words
before a position (`get_left_and_right_pos`): inside of a word it would count one too many. So `text` is the tokens with
a space between them, as in the data sets that OmniEvent's own scripts make. Its processors look at no keys but their
own: `article`, `annotator` and `offsets`, of each word `[start, end]` in the article (code points, half-open), are here
for whoever looks a record up, and beside each mention what else is known of its span, and in arguments of its `link`.

A span's type is its label and subtype (`event.protest`; OmniEvent's generative models take the part after the full
stop, `get_plain_label`). Triggers and mentions may overlap; sequence labelling takes the last of those that do. Models
cut records off at their `max_seq_length` of word pieces. So a record is a window of at most 200 tokens (see `windows`):
a line of the article, or the lines that a span joins, longer ones cut between spans; or it is the whole article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import msgspec

from annotations.formats import Annotated
from annotations.formats.event_labels import event_ids, event_labels, type_of
from annotations.formats.fields import SPAN, fields_of
from annotations.formats.links import why_apart
from annotations.formats.loss import Losses
from annotations.formats.tokens import Laid, Policy, Token, fate_of_place, lay_all
from annotations.formats.windows import Window, by_window, windows
from annotations.labels import Schema
from annotations.span import Link, Span

EXTENSION = ""
HELP = "a folder with OmniEvent's unified data: events with arguments, entities, and the numbers of types and roles"
VARIANTS: Mapping[str, str] = {
    "lines": "a record for each line of an article, or for the lines that a span joins",
    "articles": "a record for each article, so that links between lines are kept",
}

# Of word pieces 128 to 256 are usual in OmniEvent's configurations, and a word has one or two.
_MAX_TOKENS = 200

_SPACE = re.compile(r"\s")
_NO_TYPE = "NA"

_Json = dict[str, object]
_Arguments = Mapping[str, Sequence[tuple[Link, Laid]]]


class _Numbers(dict[str, int]):
    """Names with the numbers that they got as they came, from that of none."""

    def __init__(self) -> None:
        super().__init__({_NO_TYPE: 0})

    def add(self, names: Iterable[str]) -> None:
        for name in names:
            self.setdefault(name, len(self))


class _Words:
    """Tokens of an article, parted by spaces; those that are parted by white space themselves have `_` there."""

    def __init__(self, text: str, tokens: Sequence[Token], first: int) -> None:
        self.offsets = tokens
        self._words = [_SPACE.sub("_", text[start:end]) for start, end in tokens]
        self._starts = list(accumulate((len(word) + 1 for word in self._words), initial=0))
        self._first = first
        self.text = " ".join(self._words)

    def place(self, laid: Laid, name: str) -> _Json:
        """A span's text and position, under the name that the text goes by."""
        first, last = laid.first - self._first, laid.last - self._first
        return self._place(first, last, name)

    def negatives(self, triggers: Iterable[Laid]) -> Iterator[_Json]:
        """The words that are in no trigger, numbered."""
        taken = {word for each in triggers for word in range(each.first, each.last)}
        free = (at for at in range(len(self._words)) if at + self._first not in taken)
        for number, at in enumerate(free):
            yield {"id": number, **self._place(at, at + 1, "trigger_word")}

    def _place(self, first: int, last: int, name: str) -> _Json:
        start, end = self._starts[first], self._starts[last] - 1
        return {name: self.text[start:end], "position": [start, end]}


def write_folder(records: Iterable[Annotated], folder: Path, policy: Policy, losses: Losses) -> None:
    """Write the records as they come, in UTF-8 with LF, then the types and roles."""
    encoder = msgspec.json.Encoder()
    types, roles = _Numbers(), _Numbers()
    with (folder / "data.unified.jsonl").open("xb") as out:
        for record in records:
            types.add(_types_in(record.schema))
            roles.add(role.name for role in record.schema.roles if role.is_usable)
            events = event_ids(record)
            types.add(type_of(span) for span in record.layer.spans if span.id in events)
            roles.add(link.role for link in record.layer.links)
            for example in _examples(record, events, policy, losses):
                out.write(encoder.encode(example) + b"\n")
    for name, numbers in (("label2id.json", types), ("role2id.json", roles)):
        (folder / name).write_bytes(encoder.encode(dict(numbers)) + b"\n")


def _types_in(schema: Schema) -> Iterator[str]:
    events = event_labels(schema)
    for label in schema.labels:
        if label.name in events:
            yield label.name
            yield from (f"{label.name}.{subtype.name}" for subtype in label.subtypes)


def _examples(record: Annotated, events: set[str], policy: Policy, losses: Losses) -> Iterator[_Json]:
    text, annotator = record.article.text, record.layer.header.annotator
    tokens, laid = lay_all(record, policy, losses)
    laid, ranges = _parts(record, tokens, laid, policy, losses)
    for each in laid:
        fate, why = fate_of_place(each, tokens, policy)
        losses.note(fate, record, each.span, why)
    inside = by_window(laid, ranges)
    arguments = _arguments(record, inside, losses)
    for number, ((first, last), spans) in enumerate(zip(ranges, inside, strict=True)):
        words = _Words(text, tokens[first:last], first)
        triggers = [each for each in spans if each.span.id in events]
        yield {
            "id": f"{record.id}.{annotator}-{number}",
            "text": words.text,
            "events": _events(triggers, arguments, words),
            "negative_triggers": list(words.negatives(triggers)),
            "entities": _entities([each for each in spans if each.span.id not in events], words),
            "article": record.id,
            "annotator": annotator,
            "offsets": words.offsets,
        }


def _parts(
    record: Annotated, tokens: Sequence[Token], laid: list[Laid], policy: Policy, losses: Losses
) -> tuple[list[Laid], list[Window]]:
    """The spans, and the tokens of each record that they go into."""
    if policy.variant == "articles":
        return laid, [(0, len(tokens))] if tokens else []
    return windows(record, tokens, laid, _MAX_TOKENS, losses)


def _arguments(record: Annotated, inside: Sequence[Sequence[Laid]], losses: Losses) -> _Arguments:
    """The links with their actors, by their events; every link is noted."""
    spans = {each.span.id: each for group in inside for each in group}
    places = {each.span.id: number for number, group in enumerate(inside) for each in group}
    found: dict[str, list[tuple[Link, Laid]]] = {}
    for link in record.layer.links:
        why = why_apart(record, link, places, "records")
        losses.note("dropped" if why else "kept", record, link, why)
        if not why:
            found.setdefault(link.event, []).append((link, spans[link.actor]))
    return found


def _events(triggers: Iterable[Laid], arguments: _Arguments, words: _Words) -> list[_Json]:
    return [
        {"type": type_of(members[0].span), "triggers": [_trigger(each, arguments, words) for each in members]}
        for members in _grouped(triggers)
    ]


def _trigger(laid: Laid, arguments: _Arguments, words: _Words) -> _Json:
    place = words.place(laid, "trigger_word")
    roles: dict[tuple[str, tuple[str, ...]], list[_Json]] = {}
    for link, actor in arguments.get(laid.span.id, ()):
        about = {"id": link.id, "note": link.note, "origin": link.origin}
        roles.setdefault((link.role, _identity(actor.span)), []).append({**_mention(actor, words), "link": about})
    parts = [{"role": role, "mentions": mentions} for (role, _), mentions in roles.items()]
    return {"id": laid.span.id, **place, "arguments": parts, **fields_of(laid.span, SPAN)}


def _entities(mentions: Iterable[Laid], words: _Words) -> list[_Json]:
    return [
        {
            "type": type_of(members[0].span),
            "mentions": [{**_mention(each, words), **fields_of(each.span, SPAN)} for each in members],
        }
        for members in _grouped(mentions)
    ]


def _mention(laid: Laid, words: _Words) -> _Json:
    return {"id": laid.span.id, **words.place(laid, "mention")}


def _grouped(laid: Iterable[Laid]) -> Iterable[Sequence[Laid]]:
    """The spans that are mentions of one thing together, in the order of the first."""
    found: dict[tuple[str, ...], list[Laid]] = {}
    for each in laid:
        found.setdefault(_identity(each.span), []).append(each)
    return found.values()


def _identity(span: Span) -> tuple[str, ...]:
    """What spans have in common that are mentions of one thing; a span without a group is one by itself."""
    return ("group", span.group, type_of(span)) if span.group else ("span", span.id)
