"""What Prodigy's db-out writes, and what our own export makes of a layer for it."""

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

from annotations.formats import Annotated, prodigy
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.prodigy import read
from annotations.formats.tokens import Edges, Gaps, Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN

OPTIONS = Options(Path("some/news.jsonl"), NOW)
TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
EVENT = {"start": 2, "end": 5, "token_start": 1, "token_end": 1, "label": "event"}
ACTOR = {"start": 6, "end": 10, "token_start": 2, "token_end": 2, "label": "actor"}
RELATION = {"head": 1, "child": 2, "head_span": EVENT, "child_span": ACTOR, "label": "agent", "color": "#ffd882"}
TASK = {
    "text": TEXT,
    "_input_hash": -1,
    "_task_hash": 2,
    "_view_id": "relations",
    "_is_binary": False,
    "_timestamp": 1700000000,
    "tokens": [],
    "spans": [EVENT, ACTOR],
    "relations": [RELATION],
    "answer": "accept",
}


def imported(*found: dict[str, Any], options: Options = OPTIONS) -> list[Imported]:
    return list(read(BytesIO(b"".join(json.dumps(one).encode() + b"\n" for one in found)), options))


def test_spans_and_relations_are_taken() -> None:
    (one,) = imported(TASK)
    assert (one.id, one.annotator, one.status, one.problems, one.notices) == ("news-1", None, "in-progress", (), ())
    assert [(span.id, span.text, span.label) for span in one.spans] == [
        ("span-1", "قال", "event"),
        ("span-2", "لقسد", "actor"),
    ]
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [
        ("relation-1", "span-1", "agent", "span-2")
    ]


@pytest.mark.parametrize("answer", ["reject", "ignore"])
def test_what_was_not_accepted_is_told_and_left_out(answer: str) -> None:
    (one, other) = imported(TASK | {"answer": answer}, TASK)
    assert (one.text, one.problems, len(one.notices)) == (None, (), 1)
    assert answer in one.notices[0]
    assert other.spans


@pytest.mark.parametrize(
    ("keys", "name"),
    [
        ({"_annotator_id": "news-lina", "_session_id": "other"}, "news-lina"),
        ({"_session_id": "سارة"}, "سارة"),
        ({"_session_id": "a.b@c"}, "a_b_c"),
        ({"_session_id": "news-2023-02-20_16-39-14"}, "omar"),
        ({"_session_id": None}, "omar"),
    ],
)
def test_the_session_is_the_annotator_unless_it_is_a_time(keys: dict[str, Any], name: str) -> None:
    (one,) = imported(TASK | keys | {"meta": {"annotator": "omar", "source": "x"}})
    assert one.annotator == name
    assert not one.problems


def test_relations_without_spans_lead_from_last_tokens() -> None:
    (one,) = imported(TASK | {"relations": [{"head": 1, "child": 2, "label": "agent"}]})
    assert [(link.event, link.actor) for link in one.links] == [("span-1", "span-2")]


@pytest.mark.parametrize(
    "change", [{"head_span": EVENT | {"start": 3}}, {"head_span": None, "head": 7}, {"head_span": None, "head": None}]
)
def test_a_relation_whose_end_is_no_span_is_told(change: dict[str, Any]) -> None:
    (one,) = imported(TASK | {"relations": [RELATION | change]})
    assert one.problems == ("relations 1: its head is none of the spans",)


def test_a_corrected_relation_leads_where_prodigy_shows() -> None:
    meta = {"id": "l1", "event": "span-2", "actor": "span-2", "note": "", "origin": "manual"}
    (one,) = imported(TASK | {"relations": [RELATION | {"meta": meta}]})
    assert [(link.id, link.event, link.actor) for link in one.links] == [("l1", "span-1", "span-2")]


def test_numbers_avoid_the_ids_that_are_there() -> None:
    (one,) = imported(TASK | {"spans": [EVENT, ACTOR | {"meta": {"id": "span-1"}}]})
    assert [(span.id, span.label) for span in one.spans] == [("span-2", "event"), ("span-1", "actor")]
    assert [(link.event, link.actor) for link in one.links] == [("span-2", "span-1")]


def test_what_proposed_a_span_is_its_origin_and_an_answer_accepts_it() -> None:
    task = TASK | {"spans": [EVENT | {"source": "ar_core@1"}, ACTOR | {"pattern": -757}, ACTOR]}
    answered, not_answered = imported(task, task | {"answer": None})
    assert [span.origin for span in answered.spans] == ["ar_core@1:accepted", "pattern:accepted", "manual"]
    assert [span.origin for span in not_answered.spans] == ["ar_core@1", "pattern", "manual"]


@pytest.mark.parametrize("change", [{"end": 99}, {"start": 5}, {"label": None}, {"start": "x"}])
def test_a_span_that_cannot_be_is_told(change: dict[str, Any]) -> None:
    (one,) = imported(TASK | {"spans": [EVENT | change, ACTOR], "relations": []})
    assert [span.text for span in one.spans] == ["لقسد"]
    assert [problem.partition(":")[0] for problem in one.problems] == ["spans 1"]


def test_what_is_unknown_is_told_and_costs_the_rest_nothing() -> None:
    spans = [EVENT | {"meta": {"id": 5}}, ACTOR | {"score": 0.5}]
    (one,) = imported(TASK | {"spans": spans, "accept": ["a"], "meta": {"article": 5}})
    assert len(one.spans) == 2
    places = [problem.partition(":")[0] for problem in one.problems]
    assert places == ["what is said of the whole text is left out, here and below", "meta", "spans 1", "spans 2"]
    assert imported({"image": "a.png", "answer": "accept"})[0].text is None


def test_other_keys_are_told_of_once() -> None:
    task = TASK | {"source_id": 7, "options": [{"id": "a"}], "accept": [], "view_id": "ner_manual", "versions": [1]}
    found = imported(task, task, task | {"spans": [EVENT, ACTOR | {"score": 0.5}]}, task | {"label": "news"})
    assert [one.notices for one in found] == [("the key source_id is left out, here and below",), (), (), ()]
    assert [one.problems for one in found] == [
        (),
        (),
        ("spans 2: the key score is unknown and left out, here and below",),
        ("what is said of the whole text is left out, here and below",),
    ]


def test_an_example_that_nobody_answered_is_an_article_alone() -> None:
    (one, other) = imported({"text": TEXT, "spans": None}, {"text": TEXT, "answer": "accept"})
    assert (one.text, one.status) == (TEXT, None)
    assert other.status == "in-progress"


def test_the_articles_id_may_be_named() -> None:
    (one, without) = imported(TASK | {"file": "n.txt"}, TASK, options=Options(OPTIONS.path, NOW, id_field="file"))
    assert (one.id, one.problems) == ("n.txt", ())
    assert without.problems == ("the key file is missing",)


def round_trip(layer: Layer, text: str, policy: Policy) -> tuple[Annotated, list[Loss], Imported]:
    out, told = BytesIO(), list[Loss]()
    record = Annotated("sub/a.txt", article_of(text), layer, BUILT_IN)
    prodigy.write([record], out, policy, Losses(told.append))
    (back,) = read(BytesIO(out.getvalue()), OPTIONS)
    assert (back.id, back.text, back.annotator, back.problems) == ("sub/a.txt", text, "lina", ())
    return record, told, back


EDGES: list[Edges] = ["expand", "strict", "split"]
GAPS: list[Gaps] = ["hull", "head", "drop"]
policies = st.tuples(st.sampled_from(EDGES), st.sampled_from(GAPS)).map(lambda pair: Policy(*pair))


@given(st.data(), texts, policies)
def test_what_is_kept_comes_back_and_what_differs_is_told(data: st.DataObject, text: str, policy: Policy) -> None:
    check_by_id(*round_trip(data.draw(layers(text)), text, policy))


def test_clitics_come_back_where_tokens_are_cut_for_them() -> None:
    event, actor = span_of(TEXT, (2, 5), span_id="e1", label="event"), span_of(TEXT, (7, 10))
    layer = empty_layer(TEXT).add(event).add(actor).add(span_of(TEXT, (7, 10), span_id="s2"))
    layer = layer.add_link(link_of("e1", "s2")).add_link(link_of("e1", "s1", link_id="l2"))
    record, told, back = round_trip(layer, TEXT, Policy("split"))
    assert not told
    check_by_id(record, told, back)
    record, told, back = round_trip(layer, TEXT, Policy("expand"))
    assert [loss.fate for loss in told] == ["widened", "widened"]
    check_by_id(record, told, back)
