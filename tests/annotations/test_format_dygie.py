from __future__ import annotations

import json
import re
from io import BytesIO
from itertools import accumulate
from typing import Any, NamedTuple, get_args

from format_records import annotated
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, layers, link_of, short_texts, span_of, texts

from annotations.formats import Annotated, dygie
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Edges, Gaps, Policy, tokenise
from annotations.schema import BUILT_IN
from annotations.span import Span, change_span

# `Document._check_fields`, and the fields that `Document.from_json` does not part by sentences.
ALLOWED = re.compile("doc_key|dataset|sentences|weight|.*ner$|.*relations$|.*clusters$|.*events$|^_.*")
WHOLE = {"doc_key", "dataset", "clusters", "predicted_clusters", "weight", "event_clusters", "predicted_event_clusters"}

policies = st.builds(
    Policy,
    st.sampled_from(get_args(Edges)),
    st.sampled_from(get_args(Gaps)),
    st.just(tokenise),
    st.sampled_from(["", *dygie.VARIANTS]),
)

Place = tuple[int, int]


class Document(NamedTuple):
    """What DyGIE++ makes of a line, with tokens counted through the document."""

    raw: dict[str, Any]
    tokens: list[str]
    entities: dict[Place, str]
    triggers: dict[int, str]
    arguments: dict[tuple[int, Place], str]

    def offsets(self, first: int, last: int) -> Place:
        flat = [pair for part in self.raw["_offsets"] for pair in part]
        return flat[first][0], flat[last][1]


def from_json(raw: dict[str, Any]) -> Document:
    """As `Document.from_json`, `Sentence`, `EventsBase` and `DyGIEReader` read it; AssertionError where they raise."""
    assert all(ALLOWED.match(field) for field in raw)
    (count,) = {len(raw[field]) for field in raw if field not in WHOLE}
    assert count > 0
    assert all(token for sentence in raw["sentences"] for token in sentence)
    sizes = [len(sentence) for sentence in raw["sentences"]]
    starts = [0, *accumulate(sizes)][:-1]
    found = Document(raw, [token for sentence in raw["sentences"] for token in sentence], {}, {}, {})
    for start, size, entities, events in zip(starts, sizes, raw["ner"], raw["events"], strict=True):
        # `enumerate_spans` and `span_tuples.index`: what is not within its sentence is not found.
        inside = range(start, start + size)
        for first, last, label in entities:
            assert first in inside
            assert last in inside[first - start :]
            assert (first, last) not in found.entities
            found.entities[first, last] = label
        for (trigger, label), *roles in events:
            assert trigger in inside
            assert trigger not in found.triggers
            found.triggers[trigger] = label
            for first, last, role in roles:
                assert first in inside
                assert last in inside[first - start :]
                assert (trigger, (first, last)) not in found.arguments
                found.arguments[trigger, (first, last)] = role
    for field in {"clusters", "event_clusters"} & set(raw):
        check_clusters(raw[field], [(start, start + size) for start, size in zip(starts, sizes, strict=True)])
    return found


def check_clusters(clusters: list[list[list[int]]], sentences: list[Place]) -> None:
    """As `Cluster` and `get_sentence_of_span` have it; a member has one cluster, in `cluster_dict`."""
    assert all(len(cluster) > 1 for cluster in clusters)
    members = [(first, last) for cluster in clusters for first, last in cluster]
    assert len(set(members)) == len(members) > 0
    for first, last in members:
        assert sum(start <= first <= last < end for start, end in sentences) == 1


def exported(*records: Annotated, policy: Policy | None = None) -> tuple[list[Document], list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    dygie.write(records, out, policy or Policy(), losses)
    lines = out.getvalue().decode().split("\n")
    assert lines.pop() == ""
    return [from_json(json.loads(line)) for line in lines], told, losses


def test_a_line_has_sentences_entities_events_and_metadata() -> None:
    text = "قصف لبنان\nوفد وزير"
    event = change_span(span_of(text, (0, 3), span_id="e1", label="event"), now=NOW, subtype="assault")
    actor, other = span_of(text, (4, 9), span_id="a1"), span_of(text, (10, 18), span_id="a2")
    (document,), told, losses = exported(annotated(text, event, actor, other, links=(link_of("e1", "a1"),)))
    fields = {"subtype": None, "attributes": {}, "group": None, "note": "", "origin": "manual"}
    assert document.raw == {
        "doc_key": "sub/story.txt.lina",
        "dataset": "actor-event",
        "sentences": [["قصف", "لبنان"], ["وفد", "وزير"]],
        "ner": [[[1, 1, "actor"]], [[2, 3, "actor"]]],
        "events": [[[[0, "event.assault"], [1, 1, "agent"]]], []],
        "_offsets": [[[0, 3], [4, 9]], [[10, 13], [14, 18]]],
        "_spans": [
            [
                {"id": "e1", "tokens": [0, 0], "fragments": [[0, 3]], "label": "event", **fields, "subtype": "assault"},
                {"id": "a1", "tokens": [1, 1], "fragments": [[4, 9]], "label": "actor", **fields},
            ],
            [{"id": "a2", "tokens": [2, 3], "fragments": [[10, 18]], "label": "actor", **fields}],
        ],
        "_links": [
            [{"id": "l1", "event": "e1", "role": "agent", "actor": "a1", "note": "", "origin": "manual"}],
            [],
        ],
    }
    assert told == []
    assert (losses.spans, losses.links) == ({"kept": 3}, {"kept": 1})


def test_labels_are_written_with_subtypes_or_alone() -> None:
    text = "قصف لبنان"
    actor = change_span(span_of(text, (4, 9)), now=NOW, subtype="country")
    (document,), _, _ = exported(annotated(text, actor))
    assert document.entities == {(1, 1): "actor.country"}
    (document,), told, _ = exported(annotated(text, actor), policy=Policy(variant="labels"))
    assert document.entities == {(1, 1): "actor"}
    assert document.raw["_spans"][0][0]["subtype"] == "country"
    assert told == []


def test_the_first_word_of_a_trigger_stands_for_it() -> None:
    text = "شن هجوما وزير"
    event, actor = span_of(text, (0, 8), span_id="e1", label="event"), span_of(text, (9, 13))
    (document,), told, _ = exported(annotated(text, event, actor, links=(link_of("e1", "s1"),)))
    assert document.triggers == {0: "event"}
    assert document.arguments == {(0, (2, 2)): "agent"}
    assert document.raw["_spans"][0][0]["tokens"] == [0, 1]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [
        ("e1", "flattened", "its first word alone, at [0, 2), is the trigger")
    ]


def test_a_word_is_the_trigger_of_one_event_the_exact_one_first() -> None:
    text = "شن هجوما وزير"
    both, one = span_of(text, (0, 8), span_id="e1", label="event"), span_of(text, (0, 2), span_id="e2", label="event")
    actor = span_of(text, (9, 13))
    links = (link_of("e1", "s1", "l1"), link_of("e2", "s1", "l2"))
    (document,), told, _ = exported(annotated(text, both, one, actor, links=links))
    assert [span["id"] for span in document.raw["_spans"][0]] == ["e2", "s1"]
    assert {(loss.id, loss.fate, loss.why) for loss in told} == {
        ("e1", "dropped", "on the same word as event [0, 2)"),
        ("l1", "dropped", "one of its ends is left out"),
    }


def test_words_have_one_label_and_one_role_in_an_event() -> None:
    text = "قصف لبنانهم"
    event = span_of(text, (0, 3), span_id="e1", label="event")
    part, word = span_of(text, (4, 9), span_id="a1"), span_of(text, (4, 11), span_id="a2", label="other")
    links = (link_of("e1", "a2", "l1"), link_of("e1", "a2", "l2", role="recipient"))
    (document,), told, _ = exported(annotated(text, event, part, word, links=links))
    assert document.entities == {(1, 1): "other"}
    assert document.arguments == {(0, (1, 1)): "agent"}
    assert {(loss.id, loss.why) for loss in told} == {
        ("a1", "on the same word as other [4, 11)"),
        ("l2", "its event has a role on the same words"),
    }


def test_groups_are_clusters_of_entities_and_of_events() -> None:
    text = "قصف لبنان وفد\nوالقصف عليه وزير"
    spans = [
        span_of(text, (0, 3), span_id="e1", label="event"),
        span_of(text, (14, 20), span_id="e2", label="event"),
        span_of(text, (4, 9), span_id="a1"),
        span_of(text, (21, 25), span_id="a2"),
        span_of(text, (10, 13), span_id="a3"),
    ]
    grouped = [change_span(span, now=NOW, group="h" if span.id == "a3" else "g") for span in spans]
    (document,), told, _ = exported(annotated(text, *grouped))
    assert document.raw["clusters"] == [[[1, 1], [4, 4]]]
    assert document.raw["event_clusters"] == [[[0, 0], [3, 3]]]
    assert told == []


def test_links_between_sentences_are_dropped() -> None:
    text = "قصف وفد\nلبنان وزير"
    event, actor = span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (8, 13))
    _, told, _ = exported(annotated(text, event, actor, links=(link_of("e1", "s1"),)))
    assert [(loss.record, loss.why) for loss in told] == [("link", "its ends are in different sentences")]


def test_no_sentence_has_one_token_unless_the_article_has() -> None:
    (document,), _, _ = exported(annotated("بيان\nقصف لبنان\nبيروت\nوفد وزير"))
    assert [len(sentence) for sentence in document.raw["sentences"]] == [4, 2]
    (document,), _, _ = exported(annotated("بيان"))
    assert document.raw["sentences"] == [["بيان"]]


def test_long_lines_are_cut_between_spans() -> None:
    text = "كلمة " * 500
    spans = [span_of(text, (5 * at, 5 * at + 49), span_id=str(at)) for at in range(0, 480, 21)]
    (document,), told, _ = exported(annotated(text, *spans))
    assert max(len(sentence) for sentence in document.raw["sentences"]) <= 200
    assert len(document.entities) == len(spans)
    assert told == []


def test_without_tokens_there_is_no_line_and_all_is_told() -> None:
    assert exported()[0] == []
    text = "\u200f\u200f"
    event, actor = span_of(text, (0, 1), span_id="e1", label="event"), span_of(text, (1, 2))
    documents, told, losses = exported(annotated(text, event, actor, links=(link_of("e1", "s1"),)))
    assert documents == []
    assert len(told) == 3
    assert (losses.spans, losses.links) == ({"dropped": 2}, {"dropped": 1})


@given(st.data(), policies)
def test_what_is_read_back_is_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts | texts)
    layer = data.draw(layers(text))
    documents, told, losses = exported(Annotated("a", article_of(text), layer, BUILT_IN), policy=policy)
    assert (losses.spans.total(), losses.links.total()) == (len(layer.spans), len(layer.links))
    lost = {(loss.record, loss.id): loss.fate for loss in told}
    assert len(lost) == len(told)
    there = {span.id for span in layer.spans if lost.get(("span", span.id)) != "dropped"}
    ties = [link for link in layer.links if ("link", link.id) not in lost]
    if not documents:
        assert not there
        assert not ties
        return
    (document,) = documents
    offsets = [(start, end) for part in document.raw["_offsets"] for start, end in part]
    assert document.tokens == [text[start:end] for start, end in offsets]
    about = {one["id"]: one for part in document.raw["_spans"] for one in part}
    assert set(about) == there
    assert len(document.entities) + len(document.triggers) == len(there)
    for key, one in about.items():
        check_span(document, one, layer.span(key), lost.get(("span", key)), policy)
    links = {link["id"]: link for part in document.raw["_links"] for link in part}
    assert set(links) == {link.id for link in ties}
    assert len(document.arguments) == len(ties)
    for link in ties:
        trigger, actor = about[link.event]["tokens"][0], tuple(about[link.actor]["tokens"])
        assert document.arguments[trigger, actor] == link.role
        assert links[link.id]["note"] == link.note


def check_span(document: Document, one: dict[str, Any], span: Span, fate: str | None, policy: Policy) -> None:
    first, last = one["tokens"]
    subtype = "" if span.subtype is None or policy.variant == "labels" else f".{span.subtype}"
    named = {document.entities.get((first, last)), document.triggers.get(first)}
    assert f"{span.label}{subtype}" in named
    assert [tuple(part) for part in one["fragments"]] == list(span.fragments)
    assert all(one[name] == getattr(span, name) for name in ("label", "subtype", "attributes", "group", "note"))
    if fate is None:
        assert document.offsets(first, last) == (span.start, span.end)
    elif fate == "widened":
        start, end = document.offsets(first, last)
        assert start < span.start or end > span.end or len(span.fragments) > 1
