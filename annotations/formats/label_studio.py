"""Label Studio: a JSON array of tasks with annotations, or with predictions, for its import of pre-annotated tasks.

Fields: Label Studio's documentation, "Label Studio Task Format", sections "How Label Studio saves results in
annotations", "per-regions" and "relations", "Import pre-annotated data" (`predictions`, `model_version`), and the tags
`Text`, `Choices` and `TextArea`. A span is a region: a result of type `labels`, and, with the same `id`, one of type
`choices` for its subtype and for each attribute, and one of type `textarea` for its note. Of a discontinuous span each
part is a region, and `parentID` leads from every other part to the first, whatever the policy for gaps is. Links are
results of type `relation`, from event to actor, one for the same two spans, with the roles for its `labels`: the editor
keeps one for each pair, and of it no more than the labels (its `RelationStore`).

What has no place of its own is under the `meta` of the region, which the editor keeps (its `Result`): `id`, `origin`,
`group`, and `links`, those that lead from the event, with `id`, `role`, `actor` (the region), `note` and `origin`; of
further parts `part_of`. Ids there have only letters, digits, `_` and `-`: any other character, and `_`, is written as
its code point in hexadecimal between two `_`. An origin is told in Label Studio's words too (`prediction`,
`prediction-changed`) where a proposal was accepted, or edited. As a prediction's `model_version` stands who annotated,
which may be a model; there is no score. Tasks are numbered from 1, as Label Studio's own converter requires; its import
numbers them anew.

Offsets are code points, half-open: `text[start:end]` in Python, as the documentation of `Text` has it ("How to read my
text files in python?"). Label Studio's editor turns the UTF-16 code units of its browser into code points before it
stores them (label-studio-frontend, pull request 308; the editor's test "Should calculate offsets by code points in
text"). The project's labelling configuration names its tags as the results do:

    <View>
      <Style>.htx-text { white-space: pre-wrap; }</Style>
      <Labels name="label" toName="text"><Label value="actor"/>...</Labels>
      <Choices name="subtype" toName="text" perRegion="true"><Choice value="gov"/>...</Choices>
      <Choices name="attribute-tense" toName="text" perRegion="true"><Choice value="past"/>...</Choices>
      <TextArea name="note" toName="text" perRegion="true"/>
      <Relations><Relation value="agent"/>...</Relations>
      <Text name="text" value="$text"/>
    </View>
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from annotations.edits import ACCEPTED, EDITED
from annotations.formats import Annotated
from annotations.formats.fields import LINK_OF_EVENT, fields_of
from annotations.formats.json_files import write_array
from annotations.formats.links import by_event, whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.span import Fragment, Link, Span

EXTENSION = ".json"
HELP = "tasks with labelled regions and relations, for Label Studio's import"
VARIANTS: Mapping[str, str] = {
    "annotations": "as annotations, which count as done",
    "predictions": "as predictions, which annotators accept or correct",
}

_UNSAFE = re.compile("[^A-Za-z0-9-]")


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one JSON array, one line a record."""
    tasks = (
        {"id": number, "data": _data(record), **_given(record, policy.variant, losses)}
        for number, record in enumerate(records, 1)
    )
    write_array(out, tasks)


def region_id(span_id: str) -> str:
    """A span's id in the characters that Label Studio allows; other ids become other ones."""
    return _UNSAFE.sub(lambda match: f"_{ord(match[0]):x}_", span_id)


def origin_of(origin: str) -> str:
    """What Label Studio calls a span's origin."""
    if origin.endswith(EDITED):
        return "prediction-changed"
    return "prediction" if origin.endswith(ACCEPTED) else "manual"


def _data(annotated: Annotated) -> dict[str, str]:
    return {
        "text": annotated.article.text,
        "article": annotated.id,
        "annotator": annotated.layer.header.annotator,
        "sha256": annotated.article.sha256,
    }


def _given(annotated: Annotated, variant: str, losses: Losses) -> dict[str, object]:
    """The task's annotations or predictions: one, with all results."""
    links = by_event(whole_links(annotated, losses))
    results: list[dict[str, object]] = []
    for span in annotated.layer.spans:
        losses.note("kept", annotated, span)
        results += _span_results(annotated.article.text, span, links.get(span.id, []))
    for event, its_links in links.items():
        results += _relations(event, its_links)
    if variant == "predictions":
        return {"predictions": [{"model_version": annotated.layer.header.annotator, "result": results}]}
    return {"annotations": [{"result": results}]}


def _span_results(text: str, span: Span, links: list[Link]) -> Iterator[dict[str, object]]:
    """The results that make up a span: its regions, the first one's label first."""
    part, *others = span.fragments
    name = region_id(span.id)
    yield {**_labelled(text, span, part, name), "meta": _meta(span, links)}
    if span.subtype is not None:
        yield _result(part, name, "choices", "subtype", {"choices": [span.subtype]})
    for attribute, value in span.attributes.items():
        yield _result(part, name, "choices", f"attribute-{attribute}", {"choices": [value]})
    if span.note:
        yield _result(part, name, "textarea", "note", {"text": [span.note]})
    for number, other in enumerate(others, 2):
        # No span's id comes out like this: `_` is doubled around a hexadecimal number there.
        region = _labelled(text, span, other, f"{name}_p{number}")
        yield {**region, "parentID": name, "meta": {"part_of": name}}


def _meta(span: Span, links: list[Link]) -> dict[str, object]:
    """What Label Studio has no place for; only what is set."""
    meta: dict[str, object] = {"id": span.id, "origin": span.origin}
    if span.group is not None:
        meta["group"] = span.group
    if links:
        meta["links"] = [fields_of(link, LINK_OF_EVENT) | {"actor": region_id(link.actor)} for link in links]
    return meta


def _labelled(text: str, span: Span, part: Fragment, name: str) -> dict[str, object]:
    start, end = part
    result = _result(part, name, "labels", "label", {"text": text[start:end], "labels": [span.label]})
    return {**result, "origin": origin_of(span.origin)}


def _result(part: Fragment, name: str, kind: str, tag: str, value: dict[str, object]) -> dict[str, object]:
    start, end = part
    return {
        "id": name,
        "type": kind,
        "from_name": tag,
        "to_name": "text",
        "value": {"start": start, "end": end, **value},
    }


def _relations(event: str, links: Iterable[Link]) -> Iterator[dict[str, object]]:
    """A relation for each actor that an event's links lead to."""
    roles: dict[str, list[str]] = defaultdict(list)
    for link in links:
        roles[link.actor].append(link.role)
    for actor, labels in roles.items():
        yield {
            "type": "relation",
            "from_id": region_id(event),
            "to_id": region_id(actor),
            "direction": "right",
            "labels": labels,
        }
