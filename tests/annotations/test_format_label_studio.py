from __future__ import annotations

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated, label_studio
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
GAPS: list[Gaps] = ["hull", "head", "drop"]
CONFIG = """
<View>
  <Labels name="label" toName="text"><Label value="actor"/><Label value="event"/></Labels>
  <Choices name="subtype" toName="text" perRegion="true"><Choice value="consult"/></Choices>
  <Choices name="attribute-tense" toName="text" perRegion="true"><Choice value="past"/></Choices>
  <TextArea name="note" toName="text" perRegion="true"/>
  <Relations><Relation value="agent"/></Relations>
  <Text name="text" value="$text"/>
</View>
"""
RESULT_KEYS = ["id", "type", "from_name", "to_name", "value"]
REGION_KEYS = [*RESULT_KEYS, "origin", "meta"]
PART_KEYS = [*RESULT_KEYS, "origin", "parentID", "meta"]
RELATION_KEYS = ["type", "from_id", "to_id", "direction", "labels"]


def annotated(layer: Layer, text: str = TEXT) -> Annotated:
    return Annotated(id="a.txt", article=article_of(text), layer=layer, schema=BUILT_IN)


def exported(
    *records: Annotated, gaps: Gaps = "hull", variant: str = ""
) -> tuple[list[dict[str, Any]], list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    label_studio.write(records, out, Policy(gaps=gaps, variant=variant), losses)
    tasks = json.loads(out.getvalue())
    assert isinstance(tasks, list)
    return tasks, told, losses


def regions(task: dict[str, Any], kind: str = "labels") -> list[dict[str, Any]]:
    return [one for one in task["annotations"][0]["result"] if one["type"] == kind]


def full_layer() -> Layer:
    event = make_span(
        TEXT, [(2, 5)], "event", id="e1", now=NOW, subtype="consult", attributes={"tense": "past"}, note="ملاحظة"
    )
    layer = empty_layer(TEXT).add(event).add(span_of(TEXT, (7, 10)))
    return layer.add_link(make_link("e1", "agent", "s1", id="l1", now=NOW, note="صلة"))


def full_results() -> list[dict[str, Any]]:
    place = {"start": 2, "end": 5}
    region = {"id": "e1", "to_name": "text"}
    link = {"id": "l1", "role": "agent", "actor": "s1", "note": "صلة", "origin": "manual"}
    return [
        region
        | {"type": "labels", "from_name": "label", "value": place | {"text": "قال", "labels": ["event"]}}
        | {"origin": "manual", "meta": {"id": "e1", "origin": "manual", "links": [link]}},
        region | {"type": "choices", "from_name": "subtype", "value": place | {"choices": ["consult"]}},
        region | {"type": "choices", "from_name": "attribute-tense", "value": place | {"choices": ["past"]}},
        region | {"type": "textarea", "from_name": "note", "value": place | {"text": ["ملاحظة"]}},
        {
            "id": "s1",
            "type": "labels",
            "from_name": "label",
            "to_name": "text",
            "value": {"start": 7, "end": 10, "text": "قسد", "labels": ["actor"]},
            "origin": "manual",
            "meta": {"id": "s1", "origin": "manual"},
        },
        {"type": "relation", "from_id": "e1", "to_id": "s1", "direction": "right", "labels": ["agent"]},
    ]


def test_a_task_has_label_studios_fields() -> None:
    data = {"text": TEXT, "article": "a.txt", "annotator": "lina", "sha256": article_of(TEXT).sha256}
    (task,), told, _ = exported(annotated(full_layer()))
    assert not told
    assert task == {"id": 1, "data": data, "annotations": [{"result": full_results()}]}
    (task,), told, _ = exported(annotated(full_layer()), variant="predictions")
    assert not told
    assert task == {"id": 1, "data": data, "predictions": [{"model_version": "lina", "result": full_results()}]}


def test_the_group_and_the_origin_are_under_meta() -> None:
    origins = ["m@1:accepted", "m@1:edited", "m@1"]
    layer = empty_layer(TEXT)
    for number, origin in enumerate(origins):
        layer = layer.add(make_span(TEXT, [(2, 5)], "event", id=f"e{number}", now=NOW, group="", origin=origin))
    (task,), told, _ = exported(annotated(layer))
    assert not told
    assert [one["meta"]["group"] for one in regions(task)] == ["", "", ""]
    assert [one["meta"]["origin"] for one in regions(task)] == origins
    assert [one["origin"] for one in regions(task)] == ["prediction", "prediction-changed", "manual"]


def test_links_of_the_same_spans_are_one_relation_with_their_roles() -> None:
    layer = (
        full_layer().add_link(link_of("e1", "s1", link_id="l2", role="recipient")).add_link(link_of("s1", "e1", "l3"))
    )
    (task,), told, _ = exported(annotated(layer))
    assert not told
    found = [(one["from_id"], one["to_id"], one["labels"]) for one in regions(task, "relation")]
    assert found == [("e1", "s1", ["agent", "recipient"]), ("s1", "e1", ["agent"])]


def test_ids_have_the_characters_that_label_studio_allows() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), span_id="ح 1")).add(span_of(TEXT, (7, 10), span_id="_62d_-Az"))
    (task,), _, _ = exported(annotated(layer.add_link(link_of("ح 1", "_62d_-Az"))))
    assert [one["id"] for one in regions(task)] == ["_62d__20_1", "_5f_62d_5f_-Az"]
    (relation,) = regions(task, "relation")
    assert (relation["from_id"], relation["to_id"]) == ("_62d__20_1", "_5f_62d_5f_-Az")


def test_a_discontinuous_span_is_its_parts_whatever_the_policy() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17), span_id="_")).add_link(link_of("_", "_"))
    for gaps in GAPS:
        (task,), told, _ = exported(annotated(layer), gaps=gaps)
        assert not told
        first, second = regions(task)
        assert [first["value"]["text"], second["value"]["text"]] == ["قال", TEXT[12:17]]
        assert [first["id"], second["id"], second["parentID"]] == ["_5f_", "_5f__p2", "_5f_"]
        assert second["meta"] == {"part_of": "_5f_"}
        assert len(regions(task, "relation")) == 1


def test_a_link_without_its_end_is_dropped() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5)))
    (task,), told, _ = exported(annotated(Layer.of(layer.header, layer.spans, [link_of("s1", "gone")])))
    assert regions(task, "relation") == []
    assert [(loss.fate, loss.why) for loss in told] == [("dropped", "one of its ends is missing")]


def test_any_number_of_articles_is_one_array() -> None:
    for number in range(4):
        tasks, told, _ = exported(*[annotated(empty_layer(TEXT))] * number)
        assert [task["id"] for task in tasks] == list(range(1, number + 1))
        assert [task["annotations"] for task in tasks] == [[{"result": []}]] * number
        assert not told
    out = BytesIO()
    label_studio.write([], out, Policy(), Losses())
    assert out.getvalue() == b"[]\n"


@pytest.mark.heavy
def test_label_studios_own_library_takes_the_tasks() -> None:
    from label_studio_sdk.label_interface import LabelInterface

    discontinuous = full_layer().add(span_of(TEXT, (12, 17), (21, 23), span_id="s2"))
    records = annotated(discontinuous), annotated(empty_layer(TEXT))
    checker = LabelInterface(CONFIG)
    tasks, _, _ = exported(*records)
    for task in tasks:
        assert checker.validate_annotation(task["annotations"][0])
    for task in exported(*records, variant="predictions")[0]:
        assert checker.validate_prediction(task["predictions"][0], return_errors=True) == []
    tasks[0]["annotations"][0]["result"][0]["value"]["labels"] = ["unknown"]
    assert not checker.validate_annotation(tasks[0]["annotations"][0])


@pytest.mark.heavy
def test_label_studios_own_converter_makes_other_formats_of_the_tasks(tmp_path: Path) -> None:
    from label_studio_sdk.converter import Converter

    file = tmp_path / "tasks.json"
    with file.open("wb") as out:
        label_studio.write([annotated(full_layer())], out, Policy(), Losses())
    converter = Converter(CONFIG, str(tmp_path), download_resources=False)
    (item,) = converter.iter_from_json_file(str(file))
    assert [one["text"] for one in item["output"]["label"]] == ["قال", "قسد"]
    assert item["output"]["note"][0]["text"] == ["ملاحظة"]
    converter.convert_to_json_min(str(file), str(tmp_path / "min"), is_dir=False)
    (small,) = json.loads((tmp_path / "min" / "result.json").read_text(encoding="utf-8"))
    assert (small["text"], small["article"]) == (TEXT, "a.txt")
    assert [(one["start"], one["end"], one["labels"]) for one in small["label"]] == [
        (2, 5, ["event"]),
        (7, 10, ["actor"]),
    ]
    converter.convert_to_conll2003(str(file), str(tmp_path / "conll"), is_dir=False)
    # It finds tokens by offsets in Python: the character beyond U+FFFF before them counts as one.
    assert "قال -X- _ B-event" in (tmp_path / "conll" / "result.conll").read_text(encoding="utf-8")


@given(st.data())
def test_every_region_is_its_text(data: st.DataObject) -> None:
    gaps = data.draw(st.sampled_from(GAPS))
    drawn = [(text, data.draw(layers(text))) for text in data.draw(st.lists(texts, max_size=3))]
    tasks, _, losses = exported(*(annotated(layer, text) for text, layer in drawn), gaps=gaps)
    assert losses.spans == Counter(kept=sum(len(layer.spans) for _, layer in drawn))
    for (text, layer), task in zip(drawn, tasks, strict=True):
        ids = [one["id"] for one in regions(task)]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch("[A-Za-z0-9_-]+", one) for one in ids)
        for one in task["annotations"][0]["result"]:
            if one["type"] == "relation":
                assert list(one) == RELATION_KEYS
                assert {one["from_id"], one["to_id"]} <= set(ids)
            elif one["type"] == "labels":
                assert list(one) == (PART_KEYS if "parentID" in one else REGION_KEYS)
            else:
                assert list(one) == RESULT_KEYS
                assert one["id"] in ids
        pairs = [(one["from_id"], one["to_id"]) for one in regions(task, "relation")]
        assert len(pairs) == len(set(pairs))
        covered = [text[one["value"]["start"] : one["value"]["end"]] for one in regions(task)]
        assert covered == [one["value"]["text"] for one in regions(task)]
        parts = [text[start:end] for span in layer.spans for start, end in span.fragments]
        assert Counter(covered) == Counter(parts)
