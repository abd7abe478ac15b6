from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any, get_args

from format_records import annotated
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, layers, link_of, short_texts, span_of, texts

from annotations.formats import Annotated, gliner
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Edges, Gaps, Policy, tokenise
from annotations.schema import BUILT_IN
from annotations.span import make_link

KEYS = ["tokenized_text", "ner", "relations", "id", "annotator", "offsets"]
# Keys by which GLiNER takes an example's labels from elsewhere: `batch_generate_class_mappings`.
STEERING = {"label", "negatives", "ner_label", "ner_labels", "ner_negatives", "rel_labels", "rel_negatives"}

policies = st.builds(Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.just(tokenise))

Example = dict[str, Any]
Found = tuple[int, int, str]


def exported(*records: Annotated, policy: Policy | None = None) -> tuple[list[Example], list[Loss], Losses]:
    """The examples as `json.load` gives them, as in GLiNER's training script, held to its documented rules."""
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    gliner.write(records, out, policy or Policy(), losses)
    examples = json.loads(out.getvalue().decode())
    for example in examples:
        check(example)
    assert out.getvalue().count(b"\n") == len(examples) + (2 if examples else 1)
    return examples, told, losses


def check(example: Example) -> None:
    assert list(example) == KEYS
    assert not STEERING & set(example)
    count = len(example["tokenized_text"])
    # `preprocess_example` cuts longer ones to `max_len`, and whatever spans are beyond are gone.
    assert 384 >= count == len(example["offsets"]) > 0
    assert all(token and not token.isspace() for token in example["tokenized_text"])
    assert all(0 <= first <= last < count for first, last, _ in example["ner"])
    # `get_dict`: a second label on the same tokens would take the first one's place.
    assert len({(first, last) for first, last, _ in example["ner"]}) == len(example["ner"])
    ends = range(len(example["ner"]))
    assert all(head in ends and tail in ends for head, tail, _ in example["relations"])


def found(example: Example) -> list[Found]:
    """The example's spans, as offsets in the article."""
    offsets = example["offsets"]
    return [(offsets[first][0], offsets[last][1], label) for first, last, label in example["ner"]]


def links_found(example: Example) -> Iterator[tuple[Found, str, Found]]:
    spans = found(example)
    for event, actor, role in example["relations"]:
        yield spans[event], role, spans[actor]


def test_an_example_has_tokens_nested_spans_and_relations() -> None:
    text = 'قصف وزير دفاع لبنان ل"المدن"'
    spans = [
        span_of(text, (0, 3), span_id="e1", label="event"),
        span_of(text, (4, 19), span_id="a1"),
        span_of(text, (14, 19), span_id="a2"),
        span_of(text, (22, 27), span_id="a3"),
    ]
    (example,), told, losses = exported(annotated(text, *spans, links=(link_of("e1", "a1"),)))
    assert example == {
        "tokenized_text": ["قصف", "وزير", "دفاع", "لبنان", "ل", '"', "المدن", '"'],
        "ner": [[0, 0, "event"], [1, 3, "actor"], [3, 3, "actor"], [6, 6, "actor"]],
        "relations": [[0, 1, "agent"]],
        "id": "sub/story.txt",
        "annotator": "lina",
        "offsets": [[0, 3], [4, 8], [9, 13], [14, 19], [20, 21], [21, 22], [22, 27], [27, 28]],
    }
    assert told == []
    assert (losses.spans, losses.links) == ({"kept": 4}, {"kept": 1})


def test_offsets_are_code_points_beyond_the_basic_plane_too() -> None:
    text = "\U0001f468\u200d\U0001f469 لبنان"
    (example,), _, _ = exported(annotated(text, span_of(text, (4, 9))))
    assert example["tokenized_text"] == ["\U0001f468\u200d\U0001f469", "لبنان"]
    assert found(example) == [(4, 9, "actor")]


def test_on_the_same_words_one_span_is_written_the_exact_one_first() -> None:
    text = "لبنانهم"
    part, word = span_of(text, (0, 5), span_id="p"), span_of(text, (0, 7), span_id="w", label="event")
    (example,), told, _ = exported(annotated(text, part, word))
    assert found(example) == [(0, 7, "event")]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [("p", "dropped", "on the same word as event [0, 7)")]
    (example,), told, _ = exported(annotated(text, part, word), policy=Policy("split"))
    assert found(example) == [(0, 5, "actor"), (0, 7, "event")]
    assert told == []


def test_a_line_is_an_example_and_those_that_a_span_joins_are_one() -> None:
    text = "قصف\nوزير\nالخارجية"
    event, actor = span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 17))
    examples, told, losses = exported(annotated(text, event, actor, links=(link_of("e1", "s1"),)))
    assert [example["tokenized_text"] for example in examples] == [["قصف"], ["وزير", "الخارجية"]]
    assert losses.links == {"dropped": 1}
    assert told[0].why == "its ends are in different examples"


def test_long_lines_become_examples_that_no_model_cuts_off() -> None:
    text = "كلمة " * 1000
    spans = [span_of(text, (5 * at, 5 * at + 49), span_id=str(at)) for at in range(0, 990, 7)]
    examples, told, losses = exported(annotated(text, *spans[::3]))
    assert sum(len(example["tokenized_text"]) for example in examples) == 1000
    assert all(len(example["tokenized_text"]) <= 384 for example in examples)
    assert told == []
    assert losses.spans == {"kept": len(spans[::3])}


def test_spans_that_no_example_has_all_of_are_dropped() -> None:
    text = "كلمة " * 1000
    whole = span_of(text, (0, 4999), span_id="whole")
    chain = [span_of(text, (5 * at, 5 * at + 1499), span_id=str(at)) for at in (0, 200, 400)]
    inner = span_of(text, (5 * 390, 5 * 390 + 4), span_id="inner")
    examples, told, losses = exported(annotated(text, whole, *chain, inner, links=(link_of("200", "inner"),)))
    assert sum(len(example["tokenized_text"]) for example in examples) == 1000
    why = "no 384 words at once have all of it"
    assert {(loss.id, loss.why) for loss in told} == {
        ("whole", why),
        ("200", why),
        ("l1", "one of its ends is left out"),
    }
    assert [one for example in examples for one in found(example)] == [
        (0, 1499, "actor"),
        (1950, 1954, "actor"),
        (2000, 3499, "actor"),
    ]
    assert losses.spans == {"dropped": 2, "kept": 3}


def test_a_span_too_long_for_any_example_costs_no_other_its_place() -> None:
    text = "كلمة " * 1000
    whole, across = span_of(text, (0, 4999), span_id="whole"), span_of(text, (5 * 380, 5 * 390 - 1))
    examples, told, _ = exported(annotated(text, whole, across))
    assert [one for example in examples for one in found(example)] == [(1900, 1949, "actor")]
    assert [loss.id for loss in told] == ["whole"]


def test_links_lose_their_notes_and_origins_and_those_without_an_end_are_dropped() -> None:
    text = "قصف لبنان"
    event, actor = span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 9))
    noted = make_link("e1", "agent", "s1", id="l1", now=NOW, note="n", origin="m@1:accepted")
    gone = make_link("e1", "agent", "gone", id="l2", now=NOW)
    (example,), told, _ = exported(annotated(text, event, actor, links=(noted, gone)))
    assert example["relations"] == [[0, 1, "agent"]]
    assert {(loss.id, loss.fate, loss.why) for loss in told} == {
        ("l1", "flattened", "without its note and origin"),
        ("l2", "dropped", "one of its ends is missing"),
    }


def test_without_articles_and_without_tokens_there_are_no_examples() -> None:
    assert exported()[0] == []
    assert exported(annotated("\u200f"))[0] == []
    examples, _, _ = exported(annotated("نعم"), annotated("\u200f"), annotated("لا"))
    assert [(example["tokenized_text"], example["ner"]) for example in examples] == [(["نعم"], []), (["لا"], [])]


@given(st.data(), policies)
def test_what_is_read_back_is_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts | texts)
    layer = data.draw(layers(text))
    examples, told, losses = exported(Annotated("a", article_of(text), layer, BUILT_IN), policy=policy)
    for example in examples:
        assert example["tokenized_text"] == [text[start:end] for start, end in example["offsets"]]
    read = [one for example in examples for one in found(example)]
    lost = {(loss.record, loss.id): loss.fate for loss in told}
    assert losses.spans["kept"] + losses.links["kept"] == len(layer.spans) + len(layer.links) - len(lost)
    assert len(read) == len(layer.spans) - losses.spans["dropped"]
    kept = [span for span in layer.spans if ("span", span.id) not in lost]
    assert {(span.start, span.end, span.label) for span in kept} <= set(read)
    links = [link for example in examples for link in links_found(example)]
    there = [link for link in layer.links if lost.get(("link", link.id)) != "dropped"]
    assert sorted(role for _, role, _ in links) == sorted(link.role for link in there)
    exact = {span.id: (span.start, span.end, span.label) for span in kept}
    for link in there:
        if link.event in exact and link.actor in exact:
            assert (exact[link.event], link.role, exact[link.actor]) in links
