from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args

import pytest
from format_records import annotated
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, layers, link_of, short_texts, span_of, texts

from annotations.formats import Annotated, omnievent
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Edges, Gaps, Policy, Token, tokenise
from annotations.schema import BUILT_IN
from annotations.span import change_span, make_link

KEYS = ["id", "text", "events", "negative_triggers", "entities", "article", "annotator", "offsets"]
# Keys by which OmniEvent takes a record for something else: `candidates` for test data, `source` for a prefix.
STEERING = {"candidates", "source"}

policies = st.builds(
    Policy,
    st.sampled_from(get_args(Edges)),
    st.sampled_from(get_args(Gaps)),
    st.just(tokenise),
    st.sampled_from(["", *omnievent.VARIANTS]),
)

Item = dict[str, Any]


def exported(*records: Annotated, policy: Policy | None = None) -> tuple[list[Item], list[Loss], Losses]:
    """The records, held to what OmniEvent's processors do with them."""
    told = list[Loss]()
    losses = Losses(told.append)
    with TemporaryDirectory() as name:
        folder = Path(name)
        omnievent.write_folder(records, folder, policy or Policy(), losses)
        # `readlines` of a text file.
        with (folder / "data.unified.jsonl").open(encoding="utf-8") as file:
            items = [json.loads(line.strip()) for line in file.readlines()]
        type2id, role2id = (json.loads((folder / f"{one}2id.json").read_text("utf-8")) for one in ("label", "role"))
    for numbers in (type2id, role2id):
        assert list(numbers.values()) == list(range(len(numbers)))
        assert numbers["NA"] == 0
    for item in items:
        check(item, type2id, role2id)
    assert len({item["id"] for item in items}) == len(items)
    return items, told, losses


def get_left_and_right_pos(text: str, position: list[int]) -> tuple[int, int]:
    """OmniEvent's, for the language `English`."""
    return len(text[: position[0]].split()), len(text[: position[1]].split())


def check(item: Item, type2id: dict[str, int], role2id: dict[str, int]) -> None:
    assert list(item) == KEYS
    assert not STEERING & set(item)
    words = item["text"].split()
    assert len(words) == len(item["offsets"]) > 0
    labels = ["O"] * len(words)
    for event in item["events"]:
        assert event["type"] in type2id
        for trigger in event["triggers"]:
            left, right = check_place(item, trigger, trigger["trigger_word"])
            labels[left:right] = [event["type"]] * (right - left)
            for argument in trigger["arguments"]:
                assert argument["role"] in role2id
                assert argument["mentions"]
                for mention in argument["mentions"]:
                    check_place(item, mention, mention["mention"])
    for number, negative in enumerate(item["negative_triggers"]):
        left, right = check_place(item, negative, negative["trigger_word"])
        assert (negative["id"], right - left, labels[left]) == (number, 1, "O")
    assert labels.count("O") == len(item["negative_triggers"])
    for entity in item["entities"]:
        assert entity["type"]
        for mention in entity["mentions"]:
            check_place(item, mention, mention["mention"])


def check_place(item: Item, place: Item, text: str) -> tuple[int, int]:
    """The words of a trigger or mention: its text is there, begins and ends with words, and is not empty."""
    start, end = place["position"]
    assert item["text"][start:end] == text
    left, right = get_left_and_right_pos(item["text"], place["position"])
    assert item["text"].split()[left:right] == text.split() != []
    return left, right


def mentions(item: Item) -> Iterator[Item]:
    """All triggers and the entities' mentions."""
    for event in item["events"]:
        yield from event["triggers"]
    for entity in item["entities"]:
        yield from entity["mentions"]


def found(items: list[Item]) -> dict[str, tuple[int, int, str]]:
    """Spans' ranges in the article and their labels, by their ids."""
    spans = {}
    for item in items:
        for one in mentions(item):
            left, right = get_left_and_right_pos(item["text"], one["position"])
            spans[one["id"]] = item["offsets"][left][0], item["offsets"][right - 1][1], one["label"]
    return spans


def links_found(items: list[Item]) -> dict[str, tuple[str, str, str]]:
    return {
        mention["link"]["id"]: (trigger["id"], argument["role"], mention["id"])
        for item in items
        for event in item["events"]
        for trigger in event["triggers"]
        for argument in trigger["arguments"]
        for mention in argument["mentions"]
    }


def test_a_record_has_events_with_arguments_and_entities() -> None:
    text = 'قصف لبنان ل"المدن"'
    event = change_span(span_of(text, (0, 3), span_id="e1", label="event"), now=NOW, subtype="assault")
    actor = span_of(text, (4, 9), span_id="a1")
    (item,), told, losses = exported(annotated(text, event, actor, links=(link_of("e1", "a1"),)))
    fields = {"subtype": None, "attributes": {}, "group": None, "note": "", "origin": "manual"}
    mention = {"id": "a1", "mention": "لبنان", "position": [4, 9]}
    link = {"id": "l1", "note": "", "origin": "manual"}
    trigger = {
        "id": "e1",
        "trigger_word": "قصف",
        "position": [0, 3],
        "arguments": [{"role": "agent", "mentions": [{**mention, "link": link}]}],
        "fragments": [[0, 3]],
        "label": "event",
        **fields,
        "subtype": "assault",
    }
    words = [("لبنان", 4, 9), ("ل", 10, 11), ('"', 12, 13), ("المدن", 14, 19), ('"', 20, 21)]
    assert item == {
        "id": "sub/story.txt.lina-0",
        "text": 'قصف لبنان ل " المدن "',
        "events": [{"type": "event.assault", "triggers": [trigger]}],
        "negative_triggers": [
            {"id": at, "trigger_word": word, "position": [start, end]} for at, (word, start, end) in enumerate(words)
        ],
        "entities": [{"type": "actor", "mentions": [{**mention, "fragments": [[4, 9]], "label": "actor", **fields}]}],
        "article": "sub/story.txt",
        "annotator": "lina",
        "offsets": [[0, 3], [4, 9], [10, 11], [11, 12], [12, 17], [17, 18]],
    }
    assert told == []
    assert (losses.spans, losses.links) == ({"kept": 2}, {"kept": 1})


def test_positions_are_code_points_beyond_the_basic_plane_too() -> None:
    text = "\U0001f468\u200d\U0001f469لبنان"
    (item,), _, _ = exported(annotated(text, span_of(text, (3, 8))))
    assert item["text"] == "\U0001f468\u200d\U0001f469 لبنان"
    assert item["entities"][0]["mentions"][0]["position"] == [4, 9]
    assert found([item]) == {"s1": (3, 8, "actor")}


def test_spans_inside_of_words_are_widened_or_cut_the_words() -> None:
    text = "لقسد بيان"
    actor = span_of(text, (1, 4))
    (item,), told, _ = exported(annotated(text, actor))
    assert item["text"] == "لقسد بيان"
    assert [(loss.fate, loss.why) for loss in told] == [("widened", "widened to the words at [0, 4)")]
    (item,), told, _ = exported(annotated(text, actor), policy=Policy("split"))
    assert item["text"] == "ل قسد بيان"
    assert found([item]) == {"s1": (1, 4, "actor")}
    assert told == []


def test_spans_of_a_group_and_type_are_mentions_of_one_thing() -> None:
    text = "قصف لبنان والقصف عليه وفد"
    spans = [
        span_of(text, (0, 3), span_id="e1", label="event"),
        span_of(text, (10, 16), span_id="e2", label="event"),
        span_of(text, (4, 9), span_id="a1"),
        span_of(text, (17, 21), span_id="a2"),
        span_of(text, (22, 25), span_id="a3"),
    ]
    grouped = [change_span(span, now=NOW, group="g" if span.id != "a3" else None) for span in spans]
    links = (link_of("e1", "a1", "l1"), link_of("e1", "a2", "l2"), link_of("e1", "a3", "l3"))
    (item,), told, _ = exported(annotated(text, *grouped, links=links))
    assert [[one["id"] for one in event["triggers"]] for event in item["events"]] == [["e1", "e2"]]
    assert [[one["id"] for one in entity["mentions"]] for entity in item["entities"]] == [["a1", "a2"], ["a3"]]
    arguments = item["events"][0]["triggers"][0]["arguments"]
    assert [[one["id"] for one in argument["mentions"]] for argument in arguments] == [["a1", "a2"], ["a3"]]
    assert told == []


def test_a_line_is_a_record_or_an_article_is_with_all_its_links() -> None:
    text = "لبنان\nقصف شديد"
    actor, event = span_of(text, (0, 5)), span_of(text, (6, 9), span_id="e1", label="event")
    record = annotated(text, event, actor, links=(link_of("e1", "s1"),))
    items, told, _ = exported(record)
    assert [(item["id"], item["text"]) for item in items] == [
        ("sub/story.txt.lina-0", "لبنان"),
        ("sub/story.txt.lina-1", "قصف شديد"),
    ]
    assert [one["trigger_word"] for one in items[1]["negative_triggers"]] == ["شديد"]
    assert [(loss.record, loss.why) for loss in told] == [("link", "its ends are in different records")]
    (item,), told, _ = exported(record, policy=Policy(variant="articles"))
    assert item["text"] == "لبنان قصف شديد"
    assert links_found([item]) == {"l1": ("e1", "agent", "s1")}
    assert told == []


def test_long_lines_become_records_that_are_cut_between_spans() -> None:
    text = "كلمة " * 500
    spans = [span_of(text, (5 * at, 5 * at + 49), span_id=str(at)) for at in range(0, 480, 21)]
    items, told, _ = exported(annotated(text, *spans))
    assert max(len(item["offsets"]) for item in items) <= 200
    assert sum(len(item["offsets"]) for item in items) == 500
    assert told == []


def test_spans_of_more_words_than_a_record_are_dropped() -> None:
    text = "كلمة " * 300
    record = annotated(text, span_of(text, (0, 1499)), span_of(text, (0, 4), span_id="s2"))
    items, told, _ = exported(record)
    assert [len(item["offsets"]) for item in items] == [200, 100]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [
        ("s1", "dropped", "no 200 words at once have all of it")
    ]
    (item,), told, _ = exported(record, policy=Policy(variant="articles"))
    assert set(found([item])) == {"s1", "s2"}
    assert told == []


def test_gaps_are_taken_in_and_the_fragments_travel_along() -> None:
    text = "قصف جيش لبنان"
    (item,), told, _ = exported(annotated(text, span_of(text, (0, 3), (8, 13))))
    assert item["entities"][0]["mentions"][0]["position"] == [0, 13]
    assert item["entities"][0]["mentions"][0]["fragments"] == [[0, 3], [8, 13]]
    assert [(loss.fate, loss.why) for loss in told] == [("flattened", "without its gaps")]


def test_a_span_that_a_link_starts_at_is_an_event_whatever_its_label() -> None:
    text = "قصف لبنان"
    other, actor = span_of(text, (0, 3), span_id="e1", label="other"), span_of(text, (4, 9))
    (item,), _, _ = exported(annotated(text, other, actor, links=(link_of("e1", "s1"), link_of("e1", "gone", "l2"))))
    assert [event["type"] for event in item["events"]] == ["other"]
    (item,), _, _ = exported(annotated(text, other, actor))
    assert item["events"] == []


def test_types_and_roles_are_numbered_as_the_schema_has_them(tmp_path: Path) -> None:
    text = "قصف لبنان"
    spans = (span_of(text, (0, 3), span_id="e1", label="other"), span_of(text, (4, 9)))
    record = annotated(text, *spans, links=(link_of("e1", "s1", role="x"),))
    omnievent.write_folder([record], tmp_path, Policy(), Losses())
    assert {path.name for path in tmp_path.iterdir()} == {"data.unified.jsonl", "label2id.json", "role2id.json"}
    types = json.loads((tmp_path / "label2id.json").read_text("utf-8"))
    assert list(types)[:3] == ["NA", "event", "event.agree"]
    assert list(types)[-2:] == ["event.assault", "other"]
    roles = json.loads((tmp_path / "role2id.json").read_text("utf-8"))
    assert roles == {"NA": 0, "agent": 1, "recipient": 2, "participant": 3, "reporter": 4, "x": 5}


def test_white_space_that_a_tokeniser_leaves_in_a_token_does_not_part_it() -> None:
    text = "قصف\u00a0لبنان وفد"

    def halves(_: str) -> list[Token]:
        return [Token(0, 9), Token(10, 13)]

    (item,), _, _ = exported(annotated(text, span_of(text, (10, 13))), policy=Policy(tokenise=halves))
    assert item["text"] == "قصف_لبنان وفد"
    assert found([item]) == {"s1": (10, 13, "actor")}


@pytest.mark.parametrize("variant", omnievent.VARIANTS)
def test_without_articles_and_without_tokens_there_are_no_records(variant: str) -> None:
    policy = Policy(variant=variant)
    assert exported(policy=policy)[0] == []
    assert exported(annotated("\u200f", span_of("\u200f", (0, 1))), policy=policy)[0] == []
    items, _, _ = exported(annotated("نعم"), policy=policy)
    assert [(item["text"], item["events"], item["entities"]) for item in items] == [("نعم", [], [])]


def test_it_writes_record_by_record(tmp_path: Path) -> None:
    sizes = []

    def records() -> Iterator[Annotated]:
        text = "قصف لبنان " * 2000
        for _ in range(3):
            sizes.append((tmp_path / "data.unified.jsonl").stat().st_size)
            yield annotated(text)

    omnievent.write_folder(records(), tmp_path, Policy(), Losses())
    assert sizes[0] < sizes[1] < sizes[2]


@given(st.data(), policies)
def test_what_is_read_back_is_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts | texts)
    layer = data.draw(layers(text))
    items, told, losses = exported(Annotated("a", article_of(text), layer, BUILT_IN), policy=policy)
    assert (losses.spans.total(), losses.links.total()) == (len(layer.spans), len(layer.links))
    for item in items:
        assert item["text"].split() == [text[start:end] for start, end in item["offsets"]]
    lost = {(loss.record, loss.id): loss.fate for loss in told}
    assert len(lost) == len(told)
    read = found(items)
    assert set(read) == {span.id for span in layer.spans if lost.get(("span", span.id)) != "dropped"}
    for span in layer.spans:
        if ("span", span.id) not in lost:
            assert read[span.id] == (span.start, span.end, span.label)
        elif lost["span", span.id] != "dropped":
            assert read[span.id] != (span.start, span.end, span.label) or len(span.fragments) > 1
    for one in (mention for item in items for mention in mentions(item)):
        span = layer.span(one["id"])
        assert [tuple(part) for part in one["fragments"]] == list(span.fragments)
        assert all(one[name] == getattr(span, name) for name in ("subtype", "attributes", "group", "note", "origin"))
    assert links_found(items) == {
        link.id: (link.event, link.role, link.actor) for link in layer.links if ("link", link.id) not in lost
    }


def test_links_keep_their_notes() -> None:
    text = "قصف لبنان"
    spans = (span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 9)))
    noted = make_link("e1", "agent", "s1", id="l1", now=NOW, note="n", origin="model:accepted")
    (item,), told, _ = exported(annotated(text, *spans, links=(noted,)))
    (argument,) = item["events"][0]["triggers"][0]["arguments"]
    assert argument["mentions"][0]["link"] == {"id": "l1", "note": "n", "origin": "model:accepted"}
    assert told == []
