from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated, doccano
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
UNSET = {"subtype": None, "attributes": {}, "group": None, "note": "", "origin": "manual"}
GAPS: list[Gaps] = ["hull", "head", "drop"]
gaps = st.sampled_from(GAPS)


def annotated(layer: Layer, text: str = TEXT, name: str = "a.txt") -> Annotated:
    return Annotated(id=name, article=article_of(text), layer=layer, schema=BUILT_IN)


def exported(
    *records: Annotated, gaps: Gaps = "hull", variant: str = ""
) -> tuple[list[dict[str, Any]], list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    doccano.write(records, out, Policy(gaps=gaps, variant=variant), losses)
    lines = out.getvalue().decode().split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines], told, losses


def test_an_example_has_doccanos_fields() -> None:
    event, actor = span_of(TEXT, (2, 5), span_id="e1", label="event"), span_of(TEXT, (7, 10))
    (example,), told, _ = exported(annotated(empty_layer(TEXT).add(event).add(actor).add_link(link_of("e1", "s1"))))
    assert not told
    assert example == {
        "text": TEXT,
        "entities": [
            {"id": 1, "label": "event", "start_offset": 2, "end_offset": 5},
            {"id": 2, "label": "actor", "start_offset": 7, "end_offset": 10},
        ],
        "relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "agent"}],
        "article": "a.txt",
        "annotator": "lina",
        "sha256": article_of(TEXT).sha256,
        "hashiya": {
            "spans": [
                {"start": 2, "end": 5, "label": "event", "id": "e1"} | UNSET,
                {"start": 7, "end": 10, "label": "actor", "id": "s1"} | UNSET,
            ],
            "links": [
                {"id": "l1", "event": "e1", "role": "agent", "actor": "s1", "note": "", "origin": "manual"},
            ],
        },
    }
    assert TEXT[7:10] == "قسد"


@pytest.mark.parametrize(
    ("gaps", "ranges", "why"),
    [
        ("hull", [(2, 17)], "without its gaps"),
        ("head", [(12, 17)], "its longest part alone"),
        ("drop", [], "it has gaps"),
    ],
)
def test_a_discontinuous_span_is_what_the_policy_says(gaps: Gaps, ranges: list[tuple[int, int]], why: str) -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17))).add_link(link_of("s1", "s1"))
    (example,), told, losses = exported(annotated(layer), gaps=gaps)
    assert [(one["start_offset"], one["end_offset"]) for one in example["entities"]] == ranges
    assert (told[0].fate, told[0].why) == ("flattened" if ranges else "dropped", why)
    assert [loss.why for loss in told[1:]] == ([] if ranges else ["one of its ends is left out"])
    assert losses.links == ({"kept": 1} if ranges else {"dropped": 1})


def test_what_an_entity_has_no_place_for_is_metadata() -> None:
    full = make_span(TEXT, [(2, 5)], "event", id="e1", now=NOW, subtype="agree", attributes={"a": "b"}, note="x")
    gaps = make_span(TEXT, [(7, 10), (12, 13)], "actor", id="s1", now=NOW, group="", origin="m:accepted")
    layer = empty_layer(TEXT).add(full).add(gaps)
    layer = layer.add_link(make_link("e1", "agent", "s1", id="l1", now=NOW, note="y"))
    (example,), told, _ = exported(annotated(layer))
    first, second = example["hashiya"]["spans"]
    assert (first["subtype"], first["attributes"], first["note"]) == ("agree", {"a": "b"}, "x")
    assert (second["start"], second["end"], second["group"], second["origin"]) == (7, 13, "", "m:accepted")
    assert example["hashiya"]["links"][0]["note"] == "y"
    assert [(loss.fate, loss.id) for loss in told] == [("flattened", "s1")]


def test_a_project_without_relations_gets_spans_alone() -> None:
    event, actor = span_of(TEXT, (2, 5), span_id="e1", label="event"), span_of(TEXT, (7, 10))
    layer = empty_layer(TEXT).add(event).add(actor).add_link(link_of("e1", "s1"))
    (example,), told, losses = exported(annotated(layer), variant="spans")
    assert example["label"] == [[2, 5, "event"], [7, 10, "actor"]]
    assert not example.keys() & {"entities", "relations"}
    assert example["hashiya"]["links"] == []
    assert losses.spans == {"kept": 2}
    assert [(loss.fate, loss.record, loss.why) for loss in told] == [
        ("dropped", "link", "the form without relations has no place for it")
    ]


@pytest.mark.parametrize(
    ("label", "why"), [("", "no empty label"), ("x" * 101, "no label of more than 100 characters")]
)
def test_labels_that_doccano_does_not_take_are_left_out_and_told(label: str, why: str) -> None:
    event, actor = span_of(TEXT, (2, 5), span_id="e1", label="event"), span_of(TEXT, (7, 10))
    refused = span_of(TEXT, (0, 1), span_id="s2", label=label)
    layer = empty_layer(TEXT).add(event).add(actor).add(refused)
    layer = layer.add_link(link_of("e1", "s1", role=label)).add_link(link_of("e1", "s2", link_id="l2"))
    (example,), told, _ = exported(annotated(layer))
    assert [one["label"] for one in example["entities"]] == ["event", "actor"]
    assert example["relations"] == []
    assert {(loss.record, loss.id, loss.why) for loss in told} == {
        ("span", "s2", f"doccano takes {why}"),
        ("link", "l1", f"doccano takes {why}"),
        ("link", "l2", "one of its ends is left out"),
    }
    (example,), _, _ = exported(annotated(layer), variant="spans")
    assert len(example["label"]) == 2


def test_a_link_without_its_end_is_dropped() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5)))
    (example,), told, _ = exported(annotated(Layer.of(layer.header, layer.spans, [link_of("s1", "gone")])))
    assert example["relations"] == []
    assert [(loss.fate, loss.why) for loss in told] == [("dropped", "one of its ends is missing")]


def test_an_article_without_spans_has_every_key_and_no_articles_are_an_empty_file() -> None:
    (empty,), told, _ = exported(annotated(empty_layer(TEXT)))
    assert (empty["text"], empty["entities"], empty["relations"], told) == (TEXT, [], [], [])
    assert exported()[0] == []


@given(st.data())
def test_every_entity_is_its_text(data: st.DataObject) -> None:
    policy = data.draw(gaps)
    drawn = [(text, data.draw(layers(text))) for text in data.draw(st.lists(texts, max_size=3))]
    examples, _, _ = exported(*(annotated(layer, text) for text, layer in drawn), gaps=policy)
    ids = [one["id"] for example in examples for one in (*example["entities"], *example["relations"])]
    assert len(ids) == len(set(ids))
    for (text, layer), example in zip(drawn, examples, strict=True):
        assert list(example) == ["text", "entities", "relations", "article", "annotator", "sha256", "hashiya"]
        ends = {one["id"] for one in example["entities"]}
        assert all({one["from_id"], one["to_id"]} <= ends for one in example["relations"])
        covered = [text[one["start_offset"] : one["end_offset"]] for one in example["entities"]]
        assert all(covered)
        whole = Counter(span.text for span in layer.spans if len(span.fragments) == 1)
        assert whole <= Counter(covered)
        if policy == "drop":
            assert whole == Counter(covered)
