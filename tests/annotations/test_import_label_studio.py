"""Label Studio's JSON export, and what our own export makes of a layer for it."""

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

from annotations.formats import Annotated, label_studio
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options, arrays
from annotations.formats.reading.label_studio import read
from annotations.formats.tokens import Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN

OPTIONS = Options(Path("some/project-1.json"), NOW)
TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'


def result(kind: str, tag: str, name: str, start: int, end: int, **value: object) -> dict[str, Any]:
    place = {"start": start, "end": end}
    return {"id": name, "type": kind, "from_name": tag, "to_name": "text", "origin": "manual", "value": place | value}


EVENT = result("labels", "label", "Dx_aB91ISN", 2, 5, labels=["event"], text="قال")
ACTOR = result("labels", "label", "t5sp3TyXPo", 7, 10, labels=["actor"], text="قسد")
RELATION = {"type": "relation", "from_id": "Dx_aB91ISN", "to_id": "t5sp3TyXPo", "direction": "right"}
AGENT = RELATION | {"labels": ["agent"]}


def task(*results: dict[str, Any], **keys: object) -> dict[str, Any]:
    given = {"id": 5, "result": results, "completed_by": 3, "was_cancelled": False, "lead_time": 4.2, "task": 12}
    return {"id": 12, "project": 3, "data": {"text": TEXT}, "annotations": [given], "drafts": [], "meta": {}} | keys


def imported(*tasks: dict[str, Any], options: Options = OPTIONS) -> list[Imported]:
    return list(read(BytesIO(json.dumps(tasks).encode()), options))


def test_regions_and_relations_are_taken() -> None:
    (one,) = imported(task(EVENT, ACTOR, AGENT))
    assert (one.id, one.annotator, one.status) == ("project-1-12", "user-3", "in-progress")
    assert (one.problems, one.notices) == ((), ())
    assert [(span.id, span.text, span.label) for span in one.spans] == [
        ("Dx_aB91ISN", "قال", "event"),
        ("t5sp3TyXPo", "قسد", "actor"),
    ]
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [
        ("relation-1", "Dx_aB91ISN", "agent", "t5sp3TyXPo")
    ]


def test_choices_and_text_areas_belong_to_their_region_in_any_order() -> None:
    (one,) = imported(
        task(
            result("choices", "subtype", "Dx_aB91ISN", 2, 5, choices=["consult"]),
            result("textarea", "note", "Dx_aB91ISN", 2, 5, text=["سطر", "آخر"]),
            EVENT,
            result("choices", "attribute-tense", "Dx_aB91ISN", 2, 5, choices=["past"]),
            result("textarea", "entity_id", "Dx_aB91ISN", 2, 5, text="Q1"),
        )
    )
    (span,) = one.spans
    assert not one.problems
    assert (span.subtype, span.note, span.attributes) == ("consult", "سطر\nآخر", {"entity_id": "Q1", "tense": "past"})


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (ACTOR | {"type": "brush"}, "the type brush is left out"),
        (ACTOR | {"value": {"labels": ["actor"]}}, "its start or end is missing"),
        (result("labels", "label", "x", 7, 99, labels=["actor"]), "ends beyond the text"),
        (result("labels", "label", "x", 8, 11, labels=["actor"], text="قسد"), "is not what the article has there"),
        (result("labels", "label", "x", 7, 10, labels=[]), "it has no label"),
        ({"type": "choices", "from_name": "topic", "value": {"choices": ["war"]}}, "about the whole text"),
        (result("choices", "subtype", "Dx_aB91ISN", 2, 5, choices=["a", "b"]), "2 choices"),
        (result("choices", "subtype", "gone", 2, 5, choices=["a"]), "a region without a label"),
        (RELATION | {"to_id": "s"}, "it has no label"),
        (AGENT | {"to_id": "gone"}, "the region gone is missing"),
        ({"type": 5}, "expected `str`"),
    ],
)
def test_a_result_that_cannot_be_is_told_and_costs_the_rest_nothing(wrong: dict[str, Any], why: str) -> None:
    (one,) = imported(task(wrong, EVENT, ACTOR | {"id": "s"}))
    assert [span.id for span in one.spans if span.id in ("Dx_aB91ISN", "s")] == ["Dx_aB91ISN", "s"]
    (problem,) = one.problems
    assert problem.startswith("task 1: result 1: ")
    assert why in problem


def test_what_is_chosen_twice_is_told() -> None:
    twice = [
        result("choices", tag, "Dx_aB91ISN", 2, 5, choices=["x"]) for tag in ("subtype", "a", "attribute-a", "subtype")
    ]
    (one,) = imported(task(EVENT, *twice))
    assert [(span.subtype, span.attributes) for span in one.spans] == [("x", {"a": "x"})]
    assert [problem.partition("its region ")[2] for problem in one.problems] == [
        "has the attribute a already",
        "has the subtype already",
    ]


def test_a_region_with_several_labels_is_a_span_for_each() -> None:
    (one,) = imported(task(EVENT | {"value": {"start": 2, "end": 5, "labels": ["event", "other"]}}, ACTOR, AGENT))
    assert [(span.id, span.label) for span in one.spans][:2] == [("Dx_aB91ISN", "event"), ("Dx_aB91ISN-2", "other")]
    assert [link.event for link in one.links] == ["Dx_aB91ISN"]


def test_a_relations_direction_and_labels_are_kept() -> None:
    left, both = AGENT | {"direction": "left"}, RELATION | {"direction": "bi", "labels": ["x", "y"]}
    (one,) = imported(task(EVENT, ACTOR, left, both))
    assert [(link.event[0], link.role, link.actor[0]) for link in one.links] == [
        ("t", "agent", "D"),
        ("D", "x", "t"),
        ("D", "y", "t"),
    ]
    assert len(one.problems) == 1
    assert "leads both ways" in one.problems[0]


def test_each_annotator_is_one_and_cancelled_ones_are_told() -> None:
    users: list[object] = [3, {"id": 4, "email": "lina@example.org", "first_name": "لينا"}, "سارة", {"id": 5}, None]
    annotations: list[dict[str, Any]] = [{"result": [EVENT], "completed_by": user} for user in users]
    cancelled = {"result": [ACTOR], "completed_by": 9, "was_cancelled": True}
    data = {"text": TEXT, "annotator": "omar"}
    found = imported(task(annotations=[cancelled, *annotations, {"result": 5}], data=data, drafts=[{}]))
    assert [one.annotator for one in found] == ["user-3", "lina_example_org", "سارة", "user-5", "omar"]
    assert {one.id for one in found} == {"project-1-12"}
    assert all([span.text for span in one.spans] == ["قال"] for one in found)
    assert found[0].notices == (
        "task 1: cancelled annotations are left out, here and below",
        "task 1: drafts are left out, here and below",
    )
    assert [problem.partition(": e")[0] for problem in found[0].problems] == ["task 1: annotation 7: result"]


def test_predictions_are_taken_where_there_are_no_annotations() -> None:
    predictions = [{"model_version": "ner@1.2", "score": 0.5, "result": [EVENT]}, {"result": [ACTOR]}]
    (one, other) = imported(task(annotations=[], predictions=predictions))
    assert (one.annotator, [span.origin for span in one.spans]) == ("ner_1_2", ["ner@1.2"])
    assert (other.annotator, [span.origin for span in other.spans]) == (None, ["prediction"])
    (annotated,) = imported(task(EVENT | {"origin": "prediction"}, predictions=predictions))
    assert [span.origin for span in annotated.spans] == ["prediction:accepted"]
    assert annotated.notices == ("task 1: predictions beside annotations are left out, here and below",)


def test_completions_of_older_versions_are_annotations() -> None:
    old = {key: value for key, value in task().items() if key != "annotations"}
    (one,) = imported(old | {"completions": [{"id": 1, "result": [EVENT], "lead_time": 4.2}]})
    assert ([span.text for span in one.spans], one.status, one.problems) == (["قال"], "in-progress", ())


def hypertext(start: int, end: int, text: str) -> dict[str, Any]:
    place = {"start": "/text()[1]", "end": "/text()[1]", "startOffset": start, "endOffset": end}
    value = place | {"globalOffsets": {"start": start, "end": end}, "text": text, "hypertextlabels": ["event"]}
    return EVENT | {"type": "hypertextlabels", "value": value}


def test_hypertext_without_markup_is_taken_where_its_text_is_found() -> None:
    (one,) = imported(task(hypertext(2, 5, "قال"), hypertext(7, 10, "قال") | {"id": "x"}))
    assert [(span.text, span.label) for span in one.spans] == [("قال", "event")]
    assert one.problems == ("task 1: result 2: the region's text is not what the article has there",)
    bare = hypertext(2, 5, "قال")
    del bare["value"]["globalOffsets"]
    assert imported(task(bare))[0].problems == ("task 1: result 1: its place is one in a page of HTML",)


def test_what_many_tasks_have_is_told_of_once() -> None:
    rating = {"type": "rating", "from_name": "r", "to_name": "text", "value": {"rating": 3}}
    about = {"type": "choices", "from_name": "topic", "to_name": "text", "value": {"choices": ["a"]}}
    first, second = imported(*[task(rating, about, rating, EVENT) for _ in range(2)])
    assert first.problems == (
        "task 1: result 1: the type rating is left out, here and below",
        "task 1: result 2: what is about the whole text is left out, here and below",
    )
    assert (second.problems, len(second.spans)) == ((), 1)


def test_another_export_is_told_from_tasks() -> None:
    (one,) = imported({"id": 1, "text": TEXT, "label": [EVENT["value"]]})
    assert one.problems == ("task 1: it has no `data`; give what is exported as JSON, not as JSON-MIN or otherwise",)


def test_a_task_without_either_is_an_article_alone() -> None:
    for keys in ({"annotations": []}, {"annotations": [{"result": [EVENT], "was_cancelled": True}]}):
        (one,) = imported(task(**keys))
        assert (one.text, one.status, one.spans) == (TEXT, None, ())
    (one,) = imported(task())
    assert one.status == "in-progress"


def test_the_texts_key_is_the_one_that_is_named_or_text_or_the_only_string() -> None:
    named = Options(OPTIONS.path, NOW, text_field="body", id_field="n")
    assert imported(task(data={"body": TEXT, "n": 7, "text": "x"}), options=named)[0].text == TEXT
    assert imported(task(data={"body": TEXT, "n": 7, "text": "x"}), options=named)[0].id == "7"
    assert imported(task(data={"body": TEXT, "n": 7, "article": "a.txt"}))[0].id == "a.txt"
    assert imported(task(data={"body": TEXT, "n": 7, "article": "a.txt"}))[0].text == TEXT
    (one,) = imported(task(data={"body": TEXT, "n": 7, "article": "a.txt"}))
    assert (one.problems, one.notices) == ((), ("task 1: the key n of its data is left out, here and below",))
    for data in ({"body": TEXT, "title": "x"}, {}):
        (one,) = imported(task(data=data))
        assert (one.text, len(one.problems)) == (None, 1)
        assert "--text-field" in one.problems[0]
    (one,) = imported(task(), options=Options(OPTIONS.path, NOW, id_field="n"))
    assert one.problems == ("task 1: the key n is missing in its data",)


def test_an_array_and_lines_are_read_alike_and_what_is_wrong_costs_its_task() -> None:
    tasks = [json.dumps(task(EVENT, data={"text": TEXT + '{"\\\\}]'})).encode() for _ in range(3)]
    for data in (
        b"[" + b",".join(tasks) + b"]",
        b"\n".join(tasks),
        b"\xef\xbb\xbf[\n" + b" ,\n".join(tasks) + b"\n]\n",
    ):
        assert [len(one.spans) for one in read(BytesIO(data), OPTIONS)] == [1, 1, 1]
    found = list(
        read(BytesIO(b"[" + tasks[0] + b", 7, " + tasks[1] + b"," + tasks[2] + b', {"data": {}}, {"x"'), OPTIONS)
    )
    assert [bool(one.spans) for one in found] == [True, False, True, False, False]
    assert [one.problems[0].partition(":")[0] for one in found if one.problems] == ["task 2", "task 4", "task 5"]
    assert list(read(BytesIO(b" [ ]\n"), OPTIONS)) == []


@given(st.data(), st.integers(1, 9))
def test_objects_are_found_wherever_the_pieces_end(data: st.DataObject, size: int) -> None:
    values = st.recursive(st.text('a"\\{}[],:\n'), lambda inner: st.dictionaries(st.text('"}\\'), inner, max_size=2))
    objects = data.draw(st.lists(st.fixed_dictionaries({"x": values}), max_size=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrays, "_PIECE", size)
        found = list(arrays.outermost(BytesIO(json.dumps(objects).encode())))
    assert [json.loads(one) for one in found] == objects


def test_a_task_that_is_too_large_costs_the_others_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LONGEST", 1000)
    monkeypatch.setattr(arrays, "_PIECE", 100)
    monkeypatch.setattr(arrays, "_COMMAS", 50)
    found = imported(task(note="x" * 5000), task(note=[0] * 60), task(EVENT))
    assert [one.problems for one in found] == [
        ("task 1: it is longer than 1,000 bytes",),
        ("task 2: it holds more than 50 values",),
        (),
    ]
    assert len(found[2].spans) == 1


def written(layer: Layer, text: str, policy: Policy) -> tuple[Annotated, list[Loss], dict[str, Any]]:
    out, told = BytesIO(), list[Loss]()
    record = Annotated("sub/a.txt", article_of(text), layer, BUILT_IN)
    label_studio.write([record], out, policy, Losses(told.append))
    (found,) = json.loads(out.getvalue())
    return record, told, found


def results_of(found: dict[str, Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = (found.get("annotations") or found["predictions"])[0]["result"]
    return results


GAPS: list[Gaps] = ["hull", "head", "drop"]


@given(st.data(), texts, st.sampled_from(GAPS), st.sampled_from(list(label_studio.VARIANTS)))
def test_what_is_kept_comes_back_and_what_differs_is_told(
    data: st.DataObject, text: str, gaps: Gaps, variant: str
) -> None:
    record, told, found = written(data.draw(layers(text)), text, Policy(gaps=gaps, variant=variant))
    (back,) = imported(found)
    assert (back.id, back.text, back.annotator, back.problems) == ("sub/a.txt", text, "lina", ())
    assert {loss.record for loss in told} <= {"link"}
    check_by_id(record, told, back)


def test_what_the_editor_saves_comes_back_the_same() -> None:
    """It gives the region's meta to each of its results, and of relations keeps ends, direction and labels."""
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17), span_id="e 1", label="event"))
    layer = layer.add(span_of(TEXT, (7, 10))).add_link(link_of("e 1", "s1")).add_link(link_of("e 1", "s1", "l2", "x"))
    record, told, found = written(layer, TEXT, Policy())
    metas = {one["id"]: one["meta"] for one in results_of(found) if "meta" in one}
    for one in results_of(found):
        if one["type"] != "relation":
            one["meta"] = metas[one["id"]]
    (back,) = imported(found)
    assert not told
    check_by_id(record, told, back)


def test_of_links_with_the_same_ends_and_role_the_first_is_left() -> None:
    layer = (
        empty_layer(TEXT).add(span_of(TEXT, (2, 5))).add_link(link_of("s1", "s1")).add_link(link_of("s1", "s1", "l2"))
    )
    _, _, found = written(layer, TEXT, Policy())
    results_of(found)[-1]["labels"] = ["agent"]
    assert [link.id for link in imported(found)[0].links] == ["l1"]


def test_what_the_editor_changed_is_taken_from_it() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (12, 17), span_id="e1", label="event"))
    layer = layer.add(span_of(TEXT, (7, 10))).add_link(link_of("e1", "s1"))
    _, _, found = written(layer, TEXT, Policy())
    first, part, actor, relation = results_of(found)
    copy = first | {"id": "new"}
    part["value"]["labels"] = ["other"]
    first["meta"]["origin"], first["origin"] = "m:accepted", "prediction-changed"
    results = [first, part, actor, copy, relation, relation | {"from_id": "new"}, relation | {"labels": ["x"]}]
    (back,) = imported(found | {"annotations": [{"result": results}]})
    assert not back.problems
    assert [(span.id, span.fragments, span.label, span.origin) for span in back.spans] == [
        ("e1", ((2, 5),), "event", "m:edited"),
        ("e1_p2", ((12, 17),), "other", "manual"),
        ("s1", ((7, 10),), "actor", "manual"),
        ("new", ((2, 5),), "event", "m:accepted"),
    ]
    assert [(link.id, link.event, link.role) for link in back.links] == [
        ("l1", "e1", "agent"),
        ("relation-1", "new", "agent"),
        ("relation-2", "e1", "x"),
    ]
