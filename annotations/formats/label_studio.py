"""Label Studio: a JSON array of tasks with annotations, for its import of pre-annotated tasks.

Fields: Label Studio's documentation, "Label Studio Task Format", sections "How Label Studio saves results in
annotations", "per-regions" and "relations", and the tags `Text`, `Choices` and `TextArea`. A span is a region: a result
of type `labels`, and, with the same `id`, one of type `choices` for its subtype and for each attribute, and one of type
`textarea` for its note. A link is a result of type `relation`, from its event to its actor, its note among the `notes`.
A span's group has no place. Ids there have only letters, digits, `_` and `-`: any other character, and `_`, is written
as its code point in hexadecimal between two `_`. Tasks are numbered from 1, as Label Studio's own converter requires;
its import numbers them anew.

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
from collections.abc import Iterable, Iterator
from typing import BinaryIO

import msgspec

from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.ranges import linked, ranged
from annotations.formats.tokens import Gaps, Policy
from annotations.span import Fragment, Link, Span

EXTENSION = ".json"
HELP = "tasks with labelled regions and relations, for Label Studio's import"

_UNSAFE = re.compile("[^A-Za-z0-9-]")


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one JSON array in UTF-8, one line a record."""
    encoder = msgspec.json.Encoder()
    before = b"[\n"
    for number, record in enumerate(records, 1):
        task = {"id": number, **_task(record, policy.gaps, losses)}
        out.write(before + encoder.encode(task))
        before = b",\n"
    out.write(b"[]\n" if before == b"[\n" else b"\n]\n")


def _task(annotated: Annotated, gaps: Gaps, losses: Losses) -> dict[str, object]:
    text = annotated.article.text
    ids = set()
    result: list[dict[str, object]] = []
    for span, part in ranged(annotated, gaps, losses, ("group",)):
        ids.add(span.id)
        result += _region(text, span, part)
    result += map(_relation, linked(annotated, ids, losses, ()))
    return {
        "data": {
            "text": text,
            "article": annotated.id,
            "annotator": annotated.layer.header.annotator,
            "sha256": annotated.article.sha256,
        },
        "annotations": [{"result": result}],
    }


def _region(text: str, span: Span, part: Fragment) -> Iterator[dict[str, object]]:
    """The results that make up a region, the label first."""
    start, end = part
    yield _result(span, part, "labels", "label", {"text": text[start:end], "labels": [span.label]})
    if span.subtype is not None:
        yield _result(span, part, "choices", "subtype", {"choices": [span.subtype]})
    for name, value in span.attributes.items():
        yield _result(span, part, "choices", f"attribute-{name}", {"choices": [value]})
    if span.note:
        yield _result(span, part, "textarea", "note", {"text": [span.note]})


def _result(span: Span, part: Fragment, kind: str, tag: str, value: dict[str, object]) -> dict[str, object]:
    start, end = part
    return {
        "id": _id(span.id),
        "type": kind,
        "from_name": tag,
        "to_name": "text",
        "value": {"start": start, "end": end, **value},
    }


def _relation(link: Link) -> dict[str, object]:
    return {
        "type": "relation",
        "from_id": _id(link.event),
        "to_id": _id(link.actor),
        "direction": "right",
        "labels": [link.role],
        "notes": link.note,
    }


def _id(span_id: str) -> str:
    return _UNSAFE.sub(lambda match: f"_{ord(match[0]):x}_", span_id)
