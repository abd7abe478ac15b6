from __future__ import annotations

import json
import re
from collections import Counter
from io import BytesIO
from pathlib import Path
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
RELATION_KEYS = ["type", "from_id", "to_id", "direction", "labels", "notes"]


def annotated(layer: Layer, text: str = TEXT) -> Annotated:
    return Annotated(id="a.txt", article=article_of(text), layer=layer, schema=BUILT_IN)


def exported(*records: Annotated, gaps: Gaps = "hull") -> tuple[list[dict[str, Any]], list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    format_named("label-studio").write(records, out, Policy(gaps=gaps), losses)
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


def test_a_task_has_label_studios_fields() -> None:
    (task,), told, _ = exported(annotated(full_layer()))
    assert not told
    place = {"start": 2, "end": 5}
    region = {"id": "e1", "to_name": "text"}
    assert task == {
        "id": 1,
        "data": {"text": TEXT, "article": "a.txt", "annotator": "lina", "sha256": article_of(TEXT).sha256},
        "annotations": [
            {
                "result": [
                    region
                    | {"type": "labels", "from_name": "label", "value": place | {"text": "قال", "labels": ["event"]}},
                    region | {"type": "choices", "from_name": "subtype", "value": place | {"choices": ["consult"]}},
                    region
                    | {"type": "choices", "from_name": "attribute-tense", "value": place | {"choices": ["past"]}},
                    region | {"type": "textarea", "from_name": "note", "value": place | {"text": ["ملاحظة"]}},
                    {
                        "id": "s1",
                        "type": "labels",
                        "from_name": "label",
                        "to_name": "text",
                        "value": {"start": 7, "end": 10, "text": "قسد", "labels": ["actor"]},
                    },
                    {
                        "type": "relation",
                        "from_id": "e1",
                        "to_id": "s1",
                        "direction": "right",
                        "labels": ["agent"],
                        "notes": "صلة",
                    },
                ]
            }
        ],
    }


def test_only_a_group_has_no_place() -> None:
    span = make_span(TEXT, [(2, 5)], "event", id="e1", now=NOW, subtype="", group="", note="y")
    _, told, _ = exported(annotated(empty_layer(TEXT).add(span)))
    assert [(loss.fate, loss.why) for loss in told] == [("flattened", "there is no place for its group")]


def test_ids_have_the_characters_that_label_studio_allows() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), span_id="ح 1")).add(span_of(TEXT, (7, 10), span_id="_62d_-Az"))
    (task,), _, _ = exported(annotated(layer.add_link(link_of("ح 1", "_62d_-Az"))))
    assert [one["id"] for one in regions(task)] == ["_62d__20_1", "_5f_62d_5f_-Az"]
    (relation,) = regions(task, "relation")
    assert (relation["from_id"], relation["to_id"]) == ("_62d__20_1", "_5f_62d_5f_-Az")


def test_a_discontinuous_span_is_what_the_policy_says() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17))).add_link(link_of("s1", "s1"))
    found = {}
    for gaps in GAPS:
        (task,), told, _ = exported(annotated(layer), gaps=gaps)
        found[gaps] = [one["value"]["text"] for one in regions(task)], [loss.fate for loss in told]
        assert len(regions(task, "relation")) == (gaps != "drop")
    assert found == {
        "hull": ([TEXT[2:17]], ["flattened"]),
        "head": ([TEXT[12:17]], ["flattened"]),
        "drop": ([], ["dropped", "dropped"]),
    }


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
    format_named("label-studio").write([], out, Policy(), Losses())
    assert out.getvalue() == b"[]\n"


def test_records_are_written_as_they_come() -> None:
    sizes, _ = sizes_as_written(cast(Format, format_named("label-studio")))
    assert sizes[0] == 0
    assert sizes[2] == 2 * sizes[1]


@pytest.mark.heavy
def test_label_studios_own_library_takes_the_tasks(tmp_path: Path) -> None:
    from label_studio_sdk.converter import Converter
    from label_studio_sdk.label_interface import LabelInterface

    tasks, _, _ = exported(annotated(full_layer()), annotated(empty_layer(TEXT)))
    checker = LabelInterface(CONFIG)
    for task in tasks:
        assert checker.validate_annotation(task["annotations"][0])
    tasks[0]["annotations"][0]["result"][0]["value"]["labels"] = ["unknown"]
    assert not checker.validate_annotation(tasks[0]["annotations"][0])

    file = tmp_path / "tasks.json"
    with file.open("wb") as out:
        format_named("label-studio").write([annotated(full_layer())], out, Policy(), Losses())
    converter = Converter(CONFIG, str(tmp_path), download_resources=False)
    (item,) = converter.iter_from_json_file(str(file))
    assert [one["text"] for one in item["output"]["label"]] == ["قال", "قسد"]
    assert item["output"]["note"][0]["text"] == ["ملاحظة"]
    converter.convert_to_conll2003(str(file), str(tmp_path / "conll"), is_dir=False)
    # It finds tokens by offsets in Python: the character beyond U+FFFF before them counts as one.
    assert "قال -X- _ B-event" in (tmp_path / "conll" / "result.conll").read_text(encoding="utf-8")


@given(st.data())
def test_every_span_and_link_is_noted_once_and_every_region_is_its_text(data: st.DataObject) -> None:
    gaps = data.draw(st.sampled_from(GAPS))
    drawn = [(text, data.draw(layers(text))) for text in data.draw(st.lists(texts, max_size=3))]
    tasks, told, losses = exported(*(annotated(layer, text) for text, layer in drawn), gaps=gaps)
    assert losses.spans.total() == sum(len(layer.spans) for _, layer in drawn)
    assert losses.links.total() == sum(len(layer.links) for _, layer in drawn)
    assert losses.count == len(told)
    for (text, layer), task in zip(drawn, tasks, strict=True):
        ids = [one["id"] for one in regions(task)]
        assert len(ids) == len(set(ids))
        assert all(re.fullmatch("[A-Za-z0-9_-]+", one) for one in ids)
        for one in task["annotations"][0]["result"]:
            if one["type"] == "relation":
                assert list(one) == RELATION_KEYS
                assert {one["from_id"], one["to_id"]} <= set(ids)
            else:
                assert list(one) == RESULT_KEYS
                assert one["id"] in ids
        covered = [one["value"]["text"] for one in regions(task)]
        assert covered == [text[one["value"]["start"] : one["value"]["end"]] for one in regions(task)]
        whole = Counter(span.text for span in layer.spans if len(span.fragments) == 1)
        assert whole <= Counter(covered)
        if gaps == "drop":
            assert whole == Counter(covered)
