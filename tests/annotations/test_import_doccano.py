"""doccano's two forms of JSON lines, and what our own export makes of a layer for it."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts
from round_trip import check_by_id

from annotations.formats import Annotated, doccano
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options, reader_named
from annotations.formats.tokens import Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN

OPTIONS = Options(Path("some/admin.jsonl"), NOW)
ASTRAL = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
ENTITY = {"id": 4, "label": "actor", "start_offset": 7, "end_offset": 10}
RELATION = {"id": 9, "from_id": 3, "to_id": 4, "type": "agent"}


def imported(*found: dict[str, object], options: Options = OPTIONS) -> list[Imported]:
    data = b"".join(json.dumps(one).encode() + b"\n" for one in found)
    return list(reader_named("doccano").read(BytesIO(data), options))


def test_entities_and_relations_are_taken() -> None:
    event = {"id": 3, "label": "event", "start_offset": 2, "end_offset": 5}
    example = {"id": 1, "text": ASTRAL, "entities": [event, ENTITY], "relations": [RELATION], "Comments": []}
    (one,) = imported(example)
    assert (one.id, one.annotator, one.status, one.problems) == ("admin-1", None, "in-progress", ())
    assert [(span.id, span.text, span.label) for span in one.spans] == [("3", "قال", "event"), ("4", "قسد", "actor")]
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [("9", "3", "agent", "4")]


def test_labels_of_a_project_without_relations_are_taken() -> None:
    first, second = imported(
        {"id": 1, "text": ASTRAL, "label": [[2, 5, "event"], [7, 10, "actor"], [7, 99, "actor"], "spam"]},
        {"id": 2, "text": ASTRAL, "labels": [[2, 5, "event"]]},
    )
    assert [(span.id, span.text) for span in first.spans] == [("label-1", "قال"), ("label-2", "قسد")]
    assert [problem.partition(":")[0] for problem in first.problems] == [
        "label 3",
        "labels of the whole text are left out, here and below",
    ]
    assert [span.text for span in second.spans] == ["قال"]


def test_the_annotations_of_older_versions_are_a_layer_for_each_user() -> None:
    both = [{"label": 12, "start_offset": 2, "end_offset": 5, "user": user} for user in (1, 2)]
    more = {"label": "actor", "start_offset": 7, "end_offset": 10, "user": 1, "prob": 0.0, "manual": True}
    first, second, last = imported(
        {"id": 1, "text": ASTRAL, "annotations": [*both, more, both[0] | {"end_offset": 99}], "meta": {}},
        {"id": 2, "text": ASTRAL, "annotations": [], "annotation_approver": None},
    )
    assert [(one.id, one.annotator) for one in (first, second)] == [("admin-1", "user-1"), ("admin-1", "user-2")]
    assert [(span.label, span.text) for span in first.spans] == [("12", "قال"), ("actor", "قسد")]
    assert [span.text for span in second.spans] == ["قال"]
    assert [problem.partition(":")[0] for problem in first.problems] == ["annotations 4"]
    assert (second.problems, last.status, last.problems) == ((), None, ())


def test_entities_beside_labels_of_the_whole_text_are_lists() -> None:
    (one,) = imported({"text": ASTRAL, "entities": [[2, 5, "event"], [2, 99, "event"]], "cats": ["news"]})
    assert [(span.id, span.text) for span in one.spans] == [("entity-1", "قال")]
    assert one.problems[0] == "labels of the whole text are left out, here and below"
    assert one.problems[1].startswith("entities 2: ")


def test_what_was_to_be_imported_there_is_read_too() -> None:
    event = {"id": 3, "label": "event", "start_offset": 2, "end_offset": 5}
    relation = {key: value for key, value in RELATION.items() if key != "id"}
    (one,) = imported({"text": ASTRAL, "entities": [event, ENTITY], "relations": [relation]})
    assert [(link.id, link.role) for link in one.links] == [("relation-1", "agent")]


def test_metadata_is_told_of_once() -> None:
    found = imported(*[{"text": ASTRAL, "label": [], "source": "x"} for _ in range(3)])
    assert [one.notices for one in found] == [("the key source is left out, here and below",), (), ()]
    assert not any(one.problems for one in found)


def test_an_example_without_entities_is_an_article_alone() -> None:
    (one,) = imported({"id": 1, "text": ASTRAL, "entities": [], "relations": []})
    assert (one.text, one.status) == (ASTRAL, None)


def test_metadata_may_name_the_article_and_what_else_there_is_is_told() -> None:
    example = {
        "id": 1,
        "text": ASTRAL,
        "entities": [ENTITY],
        "relations": [RELATION],
        "file": "n.txt",
        "Comments": ["x"],
    }
    (one,) = imported(example, options=Options(OPTIONS.path, NOW, id_field="file"))
    assert one.id == "n.txt"
    assert one.problems == ("relations 1: its event 3 is missing",)
    assert one.notices == ("the key Comments is left out, here and below",)
    (without,) = imported({"text": ASTRAL}, options=Options(OPTIONS.path, NOW, id_field="file"))
    assert (without.text, without.problems) == (None, ("the key file is missing",))


@pytest.mark.parametrize("change", [{"end_offset": 99}, {"start_offset": 10}, {"label": 5}, {"id": None}])
def test_an_entity_that_cannot_be_is_told(change: dict[str, object]) -> None:
    (one,) = imported({"text": ASTRAL, "entities": [ENTITY | change, ENTITY]})
    assert [span.id for span in one.spans] == ["4"]
    assert [problem.partition(":")[0] for problem in one.problems] == ["entities 1"]


def written(layer: Layer, text: str, policy: Policy) -> tuple[Annotated, list[Loss], dict[str, Any]]:
    out, told = BytesIO(), list[Loss]()
    record = Annotated("sub/a.txt", article_of(text), layer, BUILT_IN)
    doccano.write([record], out, policy, Losses(told.append))
    return record, told, json.loads(out.getvalue())


def exported_again(example: dict[str, Any]) -> dict[str, Any]:
    """What doccano makes of it: its own ids for what it took, counted from 1000; spans alone in their order."""
    ids = {one["id"]: number for number, one in enumerate(example.get("entities", []), 1000)}
    entities = [one | {"id": ids[one["id"]]} for one in example.get("entities", [])]
    ends = [(ids[one["from_id"]], ids[one["to_id"]]) for one in example.get("relations", [])]
    relations = [
        one | {"id": number, "from_id": event, "to_id": actor}
        for number, (one, (event, actor)) in enumerate(zip(example.get("relations", []), ends, strict=True), 7)
    ]
    labels = {"entities": entities, "relations": relations} if "entities" in example else {}
    spans = {"label": sorted(example["label"])} if "label" in example else {}
    return example | labels | spans | {"id": 1, "Comments": []}


GAPS: list[Gaps] = ["hull", "head", "drop"]


@given(st.data(), texts, st.sampled_from(GAPS), st.sampled_from(list(doccano.VARIANTS)))
def test_what_is_kept_comes_back_and_what_differs_is_told(
    data: st.DataObject, text: str, gaps: Gaps, variant: str
) -> None:
    record, told, example = written(data.draw(layers(text)), text, Policy(gaps=gaps, variant=variant))
    for found in (example, exported_again(example)):
        (back,) = imported(found)
        assert (back.id, back.text, back.annotator, back.problems) == ("sub/a.txt", text, "lina", ())
        check_by_id(record, told, back)


def test_what_was_added_in_doccano_gets_an_id_that_nothing_has() -> None:
    layer = empty_layer(ASTRAL).add(span_of(ASTRAL, (2, 5), span_id="4")).add(span_of(ASTRAL, (12, 17), span_id="5"))
    _, _, example = written(layer, ASTRAL, Policy())
    entities = [{"id": 9, "label": "actor", "start_offset": 2, "end_offset": 5}, ENTITY]
    relations = [RELATION | {"from_id": 9, "to_id": 4}, RELATION | {"from_id": 5, "to_id": 4}]
    (one,) = imported(example | {"entities": entities, "relations": relations})
    assert [(span.id, span.start) for span in one.spans] == [("4", 2), ("doccano-4", 7)]
    assert [(link.event, link.actor) for link in one.links] == [("4", "doccano-4")]
    assert one.problems == ("relations 2: its event 5 is missing",)


def test_of_links_with_the_same_ends_and_role_the_first_is_left() -> None:
    layer = empty_layer(ASTRAL).add(span_of(ASTRAL, (2, 5)))
    layer = layer.add_link(link_of("s1", "s1")).add_link(link_of("s1", "s1", link_id="l2"))
    _, _, example = written(layer, ASTRAL, Policy())
    (one,) = imported(example | {"relations": example["relations"][1:]})
    assert [link.id for link in one.links] == ["l1"]


def test_metadata_of_this_name_that_is_not_ours_is_told() -> None:
    (one,) = imported({"text": ASTRAL, "entities": [ENTITY], "hashiya": {"spans": [{"id": 1}]}})
    assert [span.id for span in one.spans] == ["4"]
    assert [problem.partition(":")[0] for problem in one.problems] == ["hashiya"]
