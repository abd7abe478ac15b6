"""DyGIE++: one article a line, as sentences of tokens with entities, events and clusters.

As DyGIE++'s documentation has it (`doc/data.md`, "Data format"): `doc_key`; `dataset`, which names the labels that
belong together, here the schema; `sentences`, lists of tokens; `ner`, a list for each sentence of `[first, last,
label]`; `events`, a list for each sentence of `[[trigger, label], [first, last, role], …]`; `clusters` and
`event_clusters`, lists of `[first, last]`, for entities and events of one group and label, where a record has any (a
record with clusters cannot be split by DyGIE++'s own scripts, even if they are empty). Tokens are counted through the
whole document, and the last one is inclusive.

A key that starts with `_` is a list with one entry for each sentence, and DyGIE++ takes no notice of it ("User-defined
sentence metadata"): `_offsets` are each token's `[start, end]` in the article (code points, half-open), `_spans` and
`_links` what is known of the spans and links that are written, with ids.

DyGIE++ knows one label for the same tokens (`ner_dict`), one event for a token (`trigger_dict`), which is the whole
trigger, and one role for the same tokens in an event (`argument_dict`), the last of each, so one is written: of labels
and events one that fits its tokens before one that does not, then the first. Of a longer trigger its first token stands
for it, as in DyGIE++'s own `brat_to_input.py`. Entities and arguments of more than `max_span_width` tokens, 8 unless
configured, are left out when it reads.

Encoders take no more than 512 word pieces in a sentence, and longer ones are an error ("Dealing with long sentences").
So a sentence is a window of at most 200 tokens (see `windows`): a line of the article, or the lines that a span joins,
longer ones cut between spans. One of a single token, which "may break the modeling code", is joined with the one
before, the first with the next. A label is a span's label and subtype (`event.protest`), or the label alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

from annotations.formats import Annotated
from annotations.formats.event_labels import event_ids, type_of
from annotations.formats.fields import LINK, SPAN, fields_of
from annotations.formats.json_files import write_lines
from annotations.formats.links import why_apart
from annotations.formats.loss import Fate, Losses
from annotations.formats.overlaps import Place, one_a_place, place_of
from annotations.formats.tokens import Laid, Policy, Token, fate_of_place, lay_all
from annotations.formats.windows import Window, by_window, windows
from annotations.span import Link, Span

EXTENSION = ".jsonl"
HELP = "one article a line with sentences, entities, events and clusters, for DyGIE++"
VARIANTS: Mapping[str, str] = {
    "subtypes": "labels of entities and events are written with their subtypes, as event.protest",
    "labels": "labels of entities and events are written alone",
}

# An Arabic word is one to two and a half word pieces.
_MAX_TOKENS = 200

_Json = dict[str, object]
_Arguments = Mapping[str, Sequence[tuple[Link, Laid]]]
_Naming = Callable[[Span], str]


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one line a record, and none for a record without tokens, which DyGIE++ cannot read."""
    write_lines(out, filter(None, (_document(record, policy, losses) for record in records)))


def _document(record: Annotated, policy: Policy, losses: Losses) -> _Json:
    """The record as a document; empty where it has no tokens. Every span and link is noted."""
    text, named = record.article.text, _label if policy.variant == "labels" else type_of
    events = event_ids(record)
    tokens, taken, sentences = _placed(record, events, policy, losses)
    inside = by_window(taken, sentences)
    arguments = _arguments(record, inside, losses)
    if not sentences:
        return {}
    entities = [each for each in taken if each.span.id not in events]
    triggers = [each for each in taken if each.span.id in events]
    return {
        "doc_key": f"{record.id}.{record.layer.header.annotator}",
        "dataset": record.schema.name,
        "sentences": [[text[start:end] for start, end in tokens[first:last]] for first, last in sentences],
        "ner": [[_entity(each, named) for each in part if each.span.id not in events] for part in inside],
        "events": [[_event(each, arguments, named) for each in part if each.span.id in events] for part in inside],
        **_clusters("clusters", entities, named, place_of),
        **_clusters("event_clusters", triggers, named, _trigger),
        "_offsets": [tokens[first:last] for first, last in sentences],
        "_spans": [[_about(each) for each in part] for part in inside],
        "_links": [[fields_of(link, LINK) for link in _links_in(part, arguments)] for part in inside],
    }


def _placed(
    record: Annotated, events: set[str], policy: Policy, losses: Losses
) -> tuple[list[Token], list[Laid], list[Window]]:
    """The article's tokens, the spans that are written, in order, and the sentences; every span is noted."""
    tokens, laid = lay_all(record, policy, losses)
    fitting = sorted(laid, key=lambda one: (one.last - one.first > 1, one.is_widened))
    entities = one_a_place(record, (each for each in fitting if each.span.id not in events), losses)
    triggers = one_a_place(record, (each for each in fitting if each.span.id in events), losses, _trigger)
    taken, parts = windows(record, tokens, sorted(entities + triggers, key=place_of), _MAX_TOKENS, losses)
    for each in taken:
        fate, why = _fate(each, tokens, policy, is_event=each.span.id in events)
        losses.note(fate, record, each.span, why)
    return tokens, taken, _without_single(parts)


def _trigger(laid: Laid) -> Place:
    """The token that stands for an event, twice."""
    return laid.first, laid.first


def _label(span: Span) -> str:
    return span.label


def _fate(laid: Laid, tokens: Sequence[Token], policy: Policy, *, is_event: bool) -> tuple[Fate, str]:
    fate, why = fate_of_place(laid, tokens, policy)
    if is_event and laid.last - laid.first > 1:
        start, end = tokens[laid.first]
        cut = f"its first word alone, at [{start}, {end}), is the trigger"
        return "flattened", f"{cut}; {why}" if why else cut
    return fate, why


def _without_single(parts: Iterable[Window]) -> list[Window]:
    """The windows, those of one token joined with the one before them, or the first with the next."""
    found: list[Window] = []
    for first, last in parts:
        if found and (last - first == 1 or found[-1][1] - found[-1][0] == 1):
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _arguments(record: Annotated, inside: Sequence[Sequence[Laid]], losses: Losses) -> _Arguments:
    """The links with their actors, by their events, one for the same tokens; every link is noted."""
    spans = {each.span.id: each for part in inside for each in part}
    places = {each.span.id: number for number, part in enumerate(inside) for each in part}
    roles: dict[tuple[str, int, int], str] = {}
    found: dict[str, list[tuple[Link, Laid]]] = {}
    for link in record.layer.links:
        why = why_apart(record, link, places, "sentences") or _why_second(link, spans, roles)
        losses.note("dropped" if why else "kept", record, link, why)
        if not why:
            found.setdefault(link.event, []).append((link, spans[link.actor]))
    return found


def _why_second(link: Link, spans: Mapping[str, Laid], roles: dict[tuple[str, int, int], str]) -> str:
    """Why there is no place for a link: a clause, empty for the first on its tokens, which takes theirs."""
    role = roles.setdefault((link.event, *place_of(spans[link.actor])), link.id)
    return "" if role == link.id else "its event has a role on the same words"


def _entity(laid: Laid, named: _Naming) -> tuple[int, int, str]:
    return (*place_of(laid), named(laid.span))


def _event(laid: Laid, arguments: _Arguments, named: _Naming) -> list[tuple[int | str, ...]]:
    roles = [(*place_of(actor), link.role) for link, actor in arguments.get(laid.span.id, ())]
    return [(laid.first, named(laid.span)), *roles]


def _clusters(key: str, laid: Iterable[Laid], named: _Naming, place: Callable[[Laid], Place]) -> _Json:
    groups: dict[tuple[str, str], list[Place]] = {}
    for each in laid:
        if each.span.group:
            groups.setdefault((each.span.group, named(each.span)), []).append(place(each))
    clusters = [members for members in groups.values() if len(members) > 1]
    return {key: clusters} if clusters else {}


def _about(laid: Laid) -> _Json:
    return {"id": laid.span.id, "tokens": place_of(laid), **fields_of(laid.span, SPAN)}


def _links_in(laid: Iterable[Laid], arguments: _Arguments) -> Iterator[Link]:
    for each in laid:
        yield from (link for link, _ in arguments.get(each.span.id, ()))
