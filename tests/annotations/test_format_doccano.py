from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from typing import Any, cast

import pytest
from format_laws import sizes_as_written
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated, Format, format_named
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
GAPS: list[Gaps] = ["hull", "head", "drop"]
gaps = st.sampled_from(GAPS)


def annotated(layer: Layer, text: str = TEXT, name: str = "a.txt") -> Annotated:
    return Annotated(id=name, article=article_of(text), layer=layer, schema=BUILT_IN)


def exported(*records: Annotated, gaps: Gaps = "hull") -> tuple[list[dict[str, Any]], list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    format_named("doccano").write(records, out, Policy(gaps=gaps), losses)
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
    }
    assert TEXT[7:10] == "قسد"


@pytest.mark.parametrize(
    ("gaps", "ranges", "why"),
    [
        ("hull", [(2, 17)], "it is discontinuous, and its gaps are taken in"),
        ("head", [(12, 17)], "it is discontinuous, and only its longest part is taken"),
        ("drop", [], "it is discontinuous"),
    ],
)
def test_a_discontinuous_span_is_what_the_policy_says(gaps: Gaps, ranges: list[tuple[int, int]], why: str) -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17))).add_link(link_of("s1", "s1"))
    (example,), told, losses = exported(annotated(layer), gaps=gaps)
    assert [(one["start_offset"], one["end_offset"]) for one in example["entities"]] == ranges
    assert (told[0].fate, told[0].why) == ("flattened" if ranges else "dropped", why)
    assert [loss.why for loss in told[1:]] == ([] if ranges else ["one of its ends is left out"])
    assert losses.links == ({"kept": 1} if ranges else {"dropped": 1})


def test_what_has_no_place_is_told_where_it_is_set() -> None:
    full = make_span(TEXT, [(2, 5)], "event", id="e1", now=NOW, subtype="agree", attributes={"a": "b"}, note="x")
    grouped = make_span(TEXT, [(7, 10)], "actor", id="s1", now=NOW, group="")
    layer = empty_layer(TEXT).add(full).add(grouped).add(span_of(TEXT, (0, 1), span_id="s2"))
    layer = layer.add_link(make_link("e1", "agent", "s1", id="l1", now=NOW, note="y"))
    _, told, losses = exported(annotated(layer))
    assert [(loss.fate, loss.id, loss.why) for loss in told] == [
        ("flattened", "e1", "there is no place for its subtype, attributes, note"),
        ("flattened", "s1", "there is no place for its group"),
        ("flattened", "l1", "there is no place for its note"),
    ]
    assert losses.spans["kept"] == 1


def test_a_link_without_its_end_is_dropped() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5)))
    (example,), told, _ = exported(annotated(Layer.of(layer.header, layer.spans, [link_of("s1", "gone")])))
    assert example["relations"] == []
    assert [(loss.fate, loss.why) for loss in told] == [("dropped", "one of its ends is missing")]


def test_an_article_without_spans_has_every_key_and_no_articles_are_an_empty_file() -> None:
    (empty,), told, _ = exported(annotated(empty_layer(TEXT)))
    assert (empty["text"], empty["entities"], empty["relations"], told) == (TEXT, [], [], [])
    assert exported()[0] == []


def test_records_are_written_as_they_come() -> None:
    sizes, end = sizes_as_written(cast(Format, format_named("doccano")))
    line = end // 3
    assert sizes == [0, line, 2 * line]


@given(st.data())
def test_every_span_and_link_is_noted_once_and_every_entity_is_its_text(data: st.DataObject) -> None:
    policy = data.draw(gaps)
    drawn = [(text, data.draw(layers(text))) for text in data.draw(st.lists(texts, max_size=3))]
    examples, told, losses = exported(*(annotated(layer, text) for text, layer in drawn), gaps=policy)
    assert losses.spans.total() == sum(len(layer.spans) for _, layer in drawn)
    assert losses.links.total() == sum(len(layer.links) for _, layer in drawn)
    assert losses.count == len(told)
    ids = [one["id"] for example in examples for one in (*example["entities"], *example["relations"])]
    assert len(ids) == len(set(ids))
    for (text, layer), example in zip(drawn, examples, strict=True):
        assert list(example) == ["text", "entities", "relations", "article", "annotator", "sha256"]
        ends = {one["id"] for one in example["entities"]}
        assert all({one["from_id"], one["to_id"]} <= ends for one in example["relations"])
        covered = [text[one["start_offset"] : one["end_offset"]] for one in example["entities"]]
        assert all(covered)
        whole = Counter(span.text for span in layer.spans if len(span.fragments) == 1)
        assert whole <= Counter(covered)
        if policy == "drop":
            assert whole == Counter(covered)
