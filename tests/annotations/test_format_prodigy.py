from __future__ import annotations

import json
from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated, format_named
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Policy, Token
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

TEXT = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
SPAN_KEYS = ["start", "end", "token_start", "token_end", "label"]
META = {"subtype": None, "attributes": {}, "group": None, "note": "", "origin": "manual"}
policies = st.builds(Policy, st.sampled_from(["expand", "strict", "split"]), st.sampled_from(["hull", "head", "drop"]))


def annotated(layer: Layer, text: str = TEXT) -> Annotated:
    return Annotated(id="a.txt", article=article_of(text), layer=layer, schema=BUILT_IN)


def exported(*records: Annotated, policy: Policy = Policy()) -> tuple[list[dict[str, Any]], list[Loss], Losses]:  # noqa: B008 - a value
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    format_named("prodigy").write(records, out, policy, losses)
    lines = out.getvalue().decode().split("\n")
    assert lines.pop() == ""
    return [json.loads(line) for line in lines], told, losses


def marked(layer: Layer, policy: Policy) -> tuple[list[str], list[tuple[str, str]]]:
    """The texts of the only task's spans, and the losses."""
    (task,), told, _ = exported(annotated(layer), policy=policy)
    return [TEXT[one["start"] : one["end"]] for one in task["spans"]], [(loss.fate, loss.why) for loss in told]


def test_a_task_has_prodigys_fields() -> None:
    text = "قال \U0001f468، نعم"
    event, actor = span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 6))
    (task,), told, _ = exported(
        annotated(empty_layer(text).add(event).add(actor).add_link(link_of("e1", "s1")), text),
    )
    assert not told
    head = {"start": 0, "end": 3, "token_start": 0, "token_end": 0, "label": "event"}
    child = {"start": 4, "end": 6, "token_start": 1, "token_end": 2, "label": "actor"}
    assert task == {
        "text": text,
        "tokens": [
            {"id": 0, "start": 0, "end": 3, "text": "قال", "ws": True},
            {"id": 1, "start": 4, "end": 5, "text": "\U0001f468", "ws": False},
            {"id": 2, "start": 5, "end": 6, "text": "،", "ws": True},
            {"id": 3, "start": 7, "end": 10, "text": "نعم", "ws": False},
        ],
        "spans": [head | {"meta": {"id": "e1"} | META}, child | {"meta": {"id": "s1"} | META}],
        "relations": [
            {
                "head": 0,
                "child": 2,
                "head_span": head,
                "child_span": child,
                "label": "agent",
                "meta": {"id": "l1", "event": "e1", "actor": "s1", "note": "", "origin": "manual"},
            }
        ],
        "meta": {"article": "a.txt", "annotator": "lina"},
        "answer": "accept",
    }


def test_a_span_inside_a_token_is_what_the_policy_says() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (7, 10)))
    assert marked(layer, Policy("expand")) == (["لقسد"], [("widened", "widened to the words at [6, 10)")])
    assert marked(layer, Policy("strict")) == ([], [("dropped", "its edges are inside of words")])
    assert marked(layer, Policy("split")) == (["قسد"], [])
    (task,), _, _ = exported(annotated(layer), policy=Policy("split"))
    assert [token["text"] for token in task["tokens"]][2:4] == ["ل", "قسد"]


def test_a_quote_ends_a_clitic() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (13, 20)))
    assert marked(layer, Policy("strict")) == (['"المدن"'], [])


def test_a_discontinuous_span_is_what_the_policy_says() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5), (21, 23)))
    assert marked(layer, Policy(gaps="hull")) == ([TEXT[2:23]], [("flattened", "without its gaps")])
    assert marked(layer, Policy(gaps="head")) == (["قال"], [("flattened", "its longest part alone")])
    assert marked(layer, Policy(gaps="drop")) == ([], [("dropped", "it has gaps")])


def test_what_no_token_holds_is_told() -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (1, 5))).add(span_of(TEXT, (1, 2), span_id="s2"))
    trimmed = ("flattened", "without the invisible characters at its edges")
    assert marked(layer, Policy()) == (["قال"], [("dropped", "it holds no visible character"), trimmed])


def test_what_prodigy_has_no_key_for_is_under_meta() -> None:
    known: dict[str, Any] = {"subtype": "mil", "attributes": {}, "group": "g", "note": "x", "origin": "m:accepted"}
    full = make_span(TEXT, [(7, 10)], "actor", id="s1", now=NOW, **known)
    layer = empty_layer(TEXT).add(full).add(span_of(TEXT, (2, 5), span_id="e1", label="event"))
    layer = layer.add_link(make_link("e1", "agent", "s1", id="l1", now=NOW, note="y"))
    (task,), told, _ = exported(annotated(layer))
    assert task["spans"][1]["meta"] == {"id": "s1"} | known | {"fragments": [[7, 10]]}
    assert "fragments" not in task["spans"][0]["meta"]
    assert task["relations"][0]["meta"]["note"] == "y"
    assert [(loss.fate, loss.record) for loss in told] == [("widened", "span")]


@pytest.mark.parametrize(("actor", "why"), [("s1", "left out"), ("gone", "missing")])
def test_a_link_without_its_end_is_dropped(actor: str, why: str) -> None:
    layer = empty_layer(TEXT).add(span_of(TEXT, (7, 10))).add(span_of(TEXT, (2, 5), span_id="e1", label="event"))
    layer = Layer.of(layer.header, layer.spans, [link_of("e1", actor)])
    (task,), told, _ = exported(annotated(layer), policy=Policy("strict"))
    assert task["relations"] == []
    assert (told[-1].fate, told[-1].why) == ("dropped", f"one of its ends is {why}")


def test_another_tokeniser_is_used() -> None:
    def by_line(text: str) -> Sequence[Token]:
        return [Token(0, len(text))]

    layer = empty_layer(TEXT).add(span_of(TEXT, (2, 5)))
    assert marked(layer, Policy(tokenise=by_line))[0] == [TEXT]


def test_an_article_without_spans_has_every_key_and_no_articles_are_an_empty_file() -> None:
    (empty,), told, _ = exported(annotated(empty_layer(TEXT)))
    assert (empty["text"], empty["spans"], empty["relations"], told) == (TEXT, [], [], [])
    assert exported()[0] == []


@given(st.data(), texts, policies)
def test_every_span_lies_on_tokens(data: st.DataObject, text: str, policy: Policy) -> None:
    layer = data.draw(layers(text))
    (task,), _, _ = exported(annotated(layer, text), policy=policy)
    assert list(task) == ["text", "tokens", "spans", "relations", "meta", "answer"]
    tokens, spans = task["tokens"], task["spans"]
    assert [token["id"] for token in tokens] == list(range(len(tokens)))
    assert all(token["text"] == text[token["start"] : token["end"]] for token in tokens)
    for span in spans:
        assert list(span) == [*SPAN_KEYS, "meta"]
        assert span["token_start"] <= span["token_end"]
        assert span["start"] == tokens[span["token_start"]]["start"]
        assert span["end"] == tokens[span["token_end"]]["end"]
    places = [{key: span[key] for key in SPAN_KEYS} for span in spans]
    for relation in task["relations"]:
        assert list(relation) == ["head", "child", "head_span", "child_span", "label", "meta"]
        assert relation["head_span"] in places
        assert relation["child_span"] in places


@given(st.data(), texts, policies)
def test_what_is_kept_is_in_the_task_as_it_is(data: st.DataObject, text: str, policy: Policy) -> None:
    layer = data.draw(layers(text))
    (task,), told, _ = exported(annotated(layer, text), policy=policy)
    lost = {loss.id for loss in told if loss.record == "span"}
    places = [(one["start"], one["end"], one["label"]) for one in task["spans"]]
    for span in layer.spans:
        if span.id not in lost:
            assert (span.start, span.end, span.label) in places
            assert text[span.start : span.end] == span.text
    dropped = sum(loss.fate == "dropped" for loss in told if loss.record == "span")
    assert len(places) == len(layer.spans) - dropped
