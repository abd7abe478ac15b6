from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any
from urllib.parse import unquote

from format_records import record_of
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.formats.w3c import write
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span

# Section 3.3.5, Motivation and Purpose.
MOTIVATIONS = {
    *("assessing", "bookmarking", "classifying", "commenting", "describing", "editing", "highlighting", "identifying"),
    *("linking", "moderating", "questioning", "replying", "tagging"),
}
# RFC 8141, section 2: a URN without components.
URN = re.compile(r"urn:[a-z0-9-]+:(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})+")


def written(*records: Annotated, losses: Losses | None = None) -> list[dict[str, Any]]:
    out = BytesIO()
    write(records, out, Policy(), losses or Losses())
    return [json.loads(line) for line in out.getvalue().decode().split("\n")[:-1]]


def exported(record: Annotated, losses: Losses | None = None) -> list[dict[str, Any]]:
    """The annotations of spans and links, without that of the article."""
    return written(record, losses=losses)[1:]


def targets_of(annotation: dict[str, Any]) -> list[Any]:
    target = annotation["target"]
    return target if isinstance(target, list) else [target]


def fields_of(annotation: dict[str, Any]) -> dict[str, Any]:
    """The bodies by the fields they are of, attributes by name."""
    found: dict[str, Any] = {"attributes": {}}
    for body in annotation["body"]:
        if body["type"] == "SpecificResource":
            found["actor"] = body["source"]
        elif body["hashiya:field"] == "attribute":
            found["attributes"][body["hashiya:name"]] = body["value"]
        else:
            found[body["hashiya:field"]] = body["value"]
    return found


def test_a_span_is_an_annotation_of_its_fragments() -> None:
    span = make_span(
        TEXT, [(47, 53)], "actor", id="s1", now=NOW, subtype="gov", attributes={"own": "س"}, group="g", note="ملاحظة"
    )
    (annotation,) = exported(record_of(empty_layer().add(span)))
    textual = {"type": "TextualBody"}
    assert annotation == {
        "@context": ["http://www.w3.org/ns/anno.jsonld", {"hashiya": "urn:hashiya:term:"}],
        "id": "urn:hashiya:span:sub%2Fstory.txt:lina:s1",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": {"type": "Person", "nickname": "lina"},
        "created": "2026-11-22T10:15:00Z",
        "modified": "2026-11-22T10:15:00Z",
        "hashiya:origin": "manual",
        "body": [
            textual | {"purpose": "classifying", "value": "actor", "hashiya:field": "label"},
            textual | {"purpose": "tagging", "value": "gov", "hashiya:field": "subtype"},
            textual | {"purpose": "tagging", "value": "س", "hashiya:field": "attribute", "hashiya:name": "own"},
            textual | {"purpose": "identifying", "value": "g", "hashiya:field": "group"},
            textual | {"purpose": "commenting", "value": "ملاحظة", "hashiya:field": "note"},
        ],
        "target": {
            "type": "SpecificResource",
            "source": {
                "id": "urn:hashiya:article:sub%2Fstory.txt",
                "type": "Text",
                "format": "text/plain",
                "hashiya:sha256": article_of(TEXT).sha256,
            },
            "selector": [
                {"type": "TextPositionSelector", "start": 47, "end": 53},
                {"type": "TextQuoteSelector", "exact": TEXT[47:53], "prefix": TEXT[15:47], "suffix": TEXT[53:85]},
            ],
        },
    }


def test_a_link_is_an_annotation_from_one_to_the_other() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="e1", label="event")).add(span_of(TEXT, (7, 14)))
    event, actor, link = exported(record_of(layer.add_link(link_of("e1", "s1"))))
    assert (link["motivation"], link["target"]) == ("linking", event["id"])
    assert fields_of(link) == {"actor": actor["id"], "role": "agent", "attributes": {}}
    assert link["body"][0]["purpose"] == "linking"


@given(st.data())
def test_nothing_is_lost_and_positions_and_quotes_agree(data: st.DataObject) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    losses = Losses()
    annotations = exported(record_of(layer, text), losses=losses)
    spans = annotations[: len(layer.spans)]
    for span, annotation in zip(layer.spans, spans, strict=True):
        assert fragments_of(annotation, text) == list(span.fragments)
        fields = fields_of(annotation)
        assert (fields["label"], fields.get("subtype"), fields["attributes"]) == (
            span.label,
            span.subtype,
            span.attributes,
        )
        assert (fields.get("group"), fields.get("note", ""), annotation["hashiya:origin"]) == (
            span.group,
            span.note,
            span.origin,
        )
    ids = {span.id: annotation["id"] for span, annotation in zip(layer.spans, spans, strict=True)}
    valid = [link for link in layer.links if link not in layer.invalid_links]
    for link, annotation in zip(valid, annotations[len(spans) :], strict=True):
        fields = fields_of(annotation)
        assert (annotation["target"], fields["actor"]) == (ids[link.event], ids[link.actor])
        assert (fields["role"], fields.get("note", "")) == (link.role, link.note)
    assert losses.spans == ({"kept": len(layer.spans)} if layer.spans else {})
    assert (losses.links["kept"], losses.links["dropped"]) == (len(valid), len(layer.invalid_links))


def fragments_of(annotation: dict[str, Any], text: str) -> list[tuple[int, int]]:
    found = []
    for target in targets_of(annotation):
        position, quotation = target["selector"]
        start, end = position["start"], position["end"]
        assert text[start:end] == quotation["exact"]
        assert text[:start].endswith(quotation["prefix"])
        assert text[end:].startswith(quotation["suffix"])
        found.append((start, end))
    return found


@given(layers())
def test_annotations_are_as_the_model_demands(layer: Layer) -> None:
    annotations = written(record_of(layer, " " * layer.header.length))
    for annotation in annotations:
        assert annotation["@context"][0] == "http://www.w3.org/ns/anno.jsonld"
        assert annotation["type"] == "Annotation"
        assert annotation["motivation"] in MOTIVATIONS
        assert {body["purpose"] for body in annotation["body"]} <= MOTIVATIONS
        assert URN.fullmatch(annotation["id"])
        assert targets_of(annotation)
    assert len({annotation["id"] for annotation in annotations}) == len(annotations)


def test_positions_count_code_points() -> None:
    text = '\U0001f468\u200d\U0001f469 ل"المدن"'
    (annotation,) = exported(record_of(empty_layer(text).add(span_of(text, (4, 11))), text))
    assert fragments_of(annotation, text) == [(4, 11)]


def test_ids_hold_whatever_an_article_is_called() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="x:y/../%"))
    for article_id in ("../../etc/passwd", "//host/a?b#c", "a:b\r\n\x1b[2J", "قصة \u202e.txt", "a\udcff"):
        (annotation,) = exported(record_of(layer, article_id=article_id))
        source = annotation["target"]["source"]["id"]
        assert URN.fullmatch(source)
        assert URN.fullmatch(annotation["id"])
        assert unquote(source.removeprefix("urn:hashiya:article:"), errors="surrogateescape") == article_id
        parts = [unquote(part, errors="surrogateescape") for part in annotation["id"].split(":")[3:]]
        assert parts == [article_id, "lina", "x:y/../%"]


def test_an_article_is_described_before_its_spans() -> None:
    (annotation,) = written(record_of(empty_layer().with_header(note="ملاحظة", status="done", seconds_active=5)))
    assert annotation == {
        "@context": ["http://www.w3.org/ns/anno.jsonld", {"hashiya": "urn:hashiya:term:"}],
        "id": "urn:hashiya:layer:sub%2Fstory.txt:lina",
        "type": "Annotation",
        "motivation": "describing",
        "creator": {"type": "Person", "nickname": "lina"},
        "created": "2026-11-22T10:15:00Z",
        "modified": "2026-11-22T10:15:00Z",
        "hashiya:status": "done",
        "hashiya:secondsActive": 5,
        "hashiya:schema": {"hashiya:name": BUILT_IN.name, "hashiya:version": BUILT_IN.version},
        "body": [
            {"type": "TextualBody", "purpose": "describing", "value": TEXT, "hashiya:field": "text"},
            {"type": "TextualBody", "purpose": "commenting", "value": "ملاحظة", "hashiya:field": "note"},
        ],
        "target": {
            "id": "urn:hashiya:article:sub%2Fstory.txt",
            "type": "Text",
            "format": "text/plain",
            "hashiya:sha256": article_of(TEXT).sha256,
        },
    }


def test_without_records_nothing_is_written() -> None:
    assert written() == []
