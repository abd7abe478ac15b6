from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, get_args
from zlib import decompress

import msgspec
import pytest
from format_records import annotated
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import ALPHABET, NOW, article_of, layers, link_of, short_texts, span_of, texts

from annotations.errors import HashiyaError
from annotations.formats import Annotated
from annotations.formats import spacy as form
from annotations.formats.loss import Loss, Losses
from annotations.formats.spacy import VARIANTS, words_of
from annotations.formats.tokenisers import tokeniser_named
from annotations.formats.tokens import Edges, Gaps, Policy, Token, tokenise
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span

SENTENCES = {
    "قصف الجيش مدينة الوادي أمس.": [(0, 3, "event"), (4, 9, "actor"), (10, 22, "actor")],
    "زار الوزير بلدة الساحل اليوم.": [(0, 3, "event"), (4, 10, "actor"), (11, 22, "actor")],
    "اتهم الحزب حكومة الوادي.": [(0, 4, "event"), (5, 10, "actor"), (11, 23, "actor")],
}
OVER_WORDS = {"spaces": "ا  ب", "lines": "ا \n\n ب\r\n", "edges": " \n ا ب ", "none": "\u200f \u200f  \ufeff"}
SPAN = ("id", "fragments", "label", "subtype", "attributes", "group", "note", "origin")
LINK = ("id", "event", "role", "actor", "note", "origin")

policies = st.builds(
    Policy,
    st.sampled_from(get_args(Edges)),
    st.sampled_from(get_args(Gaps)),
    st.sampled_from([tokenise, tokeniser_named("whitespace")]),
    st.sampled_from(["", *VARIANTS]),
)


def samples() -> Iterator[Annotated]:
    for text, places in SENTENCES.items():
        yield annotated(
            text, *(span_of(text, (start, end), label=label, span_id=f"s{start}") for start, end, label in places)
        )


def exported(*records: Annotated, policy: Policy | None = None) -> tuple[list[Any], list[Loss], Losses]:
    """The Docs as spaCy reads them into a vocabulary that has seen none of their strings."""
    from spacy.tokens import DocBin
    from spacy.vocab import Vocab

    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    form.write(records, out, policy or Policy(), losses)
    return list(DocBin().from_bytes(out.getvalue()).get_docs(Vocab())), told, losses


def found(spans: Any) -> list[tuple[int, int, str, str]]:
    return [(span.start_char, span.end_char, span.label_, span.id_) for span in spans]


def joined(words: form.Words) -> str:
    return "".join(word + " " * space for word, space in zip(words.texts, words.spaces, strict=True))


def test_a_space_is_the_words_before_it_and_further_white_space_a_word() -> None:
    text = 'قال  ل"المدن" \n\u200fأمس '
    words = words_of(text, tokenise(text))
    assert words.texts == ["قال", " ", "ل", '"', "المدن", '"', "\n", "\u200f", "أمس"]
    assert [place for place, space in enumerate(words.spaces) if space] == [0, 5, 8]
    assert words.places == [0, 2, 3, 4, 5, 8]


@given(st.text(ALPHABET, max_size=40) | st.text(max_size=40), st.data())
def test_the_words_joined_are_the_text(text: str, data: st.DataObject) -> None:
    edges = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=10)))
    drawn = [Token(*pair) for pair in zip(edges[::2], edges[1::2], strict=False)]
    for tokens in (drawn, tokenise(text)):
        words = words_of(text, tokens)
        assert joined(words) == text
        assert all(words.texts)
        assert [words.texts[place] for place in words.places] == [text[start:end] for start, end in tokens]
        between = set(range(len(words.texts))) - set(words.places)
        others = [words.texts[place] for place in sorted(between)]
        assert all(word.isspace() or not any(map(str.isspace, word)) for word in others)


@pytest.mark.heavy
def test_entities_have_the_offsets_of_the_article_and_all_else_is_user_data() -> None:
    text = "\U0001f468\u200d\U0001f469  قصف\n الجيش بلدة"
    event = make_span(text, [(5, 8)], "event", id="e1", now=NOW, attributes={"tense": "past"}, note="ن", origin="m@1:x")
    actor = make_span(text, [(10, 15)], "actor", id="s1", now=NOW, subtype="mil", group="g1")
    link = make_link("e1", "agent", "s1", id="l1", now=NOW, note="ملاحظة")
    (doc,), told, losses = exported(annotated(text, event, actor, links=(link,)))
    assert doc.text == text
    assert found(doc.ents) == [(5, 8, "event", "e1"), (10, 15, "actor", "s1")]
    assert [span.text for span in doc.ents] == ["قصف", "الجيش"]
    assert [span.kb_id_ for span in doc.ents] == ["", "g1"]
    assert {token.ent_iob_ for token in doc} == {"B", "O"}
    none = {"subtype": None, "attributes": {}, "group": None, "note": "", "origin": "manual"}
    more = {"attributes": {"tense": "past"}, "note": "ن", "origin": "m@1:x"}
    assert doc.user_data == {
        "article": "sub/story.txt",
        "annotator": "lina",
        "sha256": article_of(text).sha256,
        "spans": (
            {**none, "id": "e1", "fragments": ((5, 8),), "label": "event", **more},
            {**none, "id": "s1", "fragments": ((10, 15),), "label": "actor", "subtype": "mil", "group": "g1"},
        ),
        "links": ({"id": "l1", "event": "e1", "role": "agent", "actor": "s1", "note": "ملاحظة", "origin": "manual"},),
    }
    assert told == []
    assert (losses.spans, losses.links) == ({"kept": 2}, {"kept": 1})


@pytest.mark.heavy
def test_of_entities_that_overlap_the_longest_is_taken_and_in_a_group_all_are() -> None:
    text = "زار رئيس حكومة لبنان الجديد"
    event, outer = span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 20), span_id="outer")
    inner, twin = span_of(text, (15, 20), span_id="inner"), span_of(text, (15, 20), span_id="twin", label="place")
    record = annotated(text, event, outer, inner, twin, links=(link_of("e1", "inner"),))
    (doc,), told, losses = exported(record)
    assert found(doc.ents) == [(0, 3, "event", "e1"), (4, 20, "actor", "outer")]
    assert not doc.spans
    assert doc.user_data["links"] == ()
    assert {(loss.id, loss.why) for loss in told} == {
        ("inner", "nested in actor [4, 20)"),
        ("twin", "nested in actor [4, 20)"),
        ("l1", "one of its ends is left out"),
    }
    (doc,), told, losses = exported(record, policy=Policy(variant="spans"))
    assert set(found(doc.spans["sc"])) == {(span.start, span.end, span.label, span.id) for span in record.layer.spans}
    assert not doc.ents
    assert len(doc.user_data["links"]) == 1
    assert told == []
    assert (losses.spans, losses.links) == ({"kept": 4}, {"kept": 1})


@pytest.mark.heavy
def test_a_span_off_the_words_goes_by_the_policy_and_its_own_place_travels_along() -> None:
    text = "لقسد دور"
    record = annotated(text, span_of(text, (1, 4)))
    (doc,), told, _ = exported(record)
    assert found(doc.ents) == [(0, 4, "actor", "s1")]
    assert doc.user_data["spans"][0]["fragments"] == ((1, 4),)
    assert [(loss.fate, loss.why) for loss in told] == [("widened", "widened to the words at [0, 4)")]
    (doc,), told, _ = exported(record, policy=Policy("split"))
    assert [token.text for token in doc] == ["ل", "قسد", "دور"]
    assert found(doc.ents) == [(1, 4, "actor", "s1")]
    assert told == []


@pytest.mark.heavy
def test_an_entity_without_a_label_is_none_and_in_a_group_it_is_one() -> None:
    record = annotated("قسد", span_of("قسد", (0, 3), label=""))
    (doc,), told, _ = exported(record)
    assert not doc.ents
    assert [(loss.fate, loss.why) for loss in told] == [("dropped", "an entity needs a label, and it has an empty one")]
    (doc,), told, _ = exported(record, policy=Policy(variant="spans"))
    assert found(doc.spans["sc"]) == [(0, 3, "", "s1")]
    assert told == []
    longer = span_of("قسد قالت", (0, 8), label="", span_id="longer")
    (doc,), told, losses = exported(annotated("قسد قالت", span_of("قسد قالت", (0, 3)), longer))
    assert found(doc.ents) == [(0, 3, "actor", "s1")]
    assert losses.spans == {"kept": 1, "dropped": 1}


@pytest.mark.heavy
def test_without_spans_a_doc_says_that_there_are_none_and_without_articles_there_is_no_doc() -> None:
    (doc,), _, _ = exported(annotated("لا تعليق"))
    assert doc.has_annotation("ENT_IOB")
    assert {token.ent_iob_ for token in doc} == {"O"}
    (doc,), _, _ = exported(annotated("لا تعليق"), policy=Policy(variant="spans"))
    assert found(doc.spans["sc"]) == []
    assert not doc.has_annotation("ENT_IOB")
    assert exported()[0] == []


@pytest.mark.heavy
def test_what_is_forgotten_or_on_the_disk_is_written_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, _, _ = exported(*samples())
    monkeypatch.setattr(form, "_STRINGS", 0)
    monkeypatch.setattr(form, "_IN_MEMORY", 7)
    docs, _, _ = exported(*samples(), *samples())
    assert [doc.to_json() for doc in docs] == [doc.to_json() for doc in usual] * 2


@pytest.mark.heavy
def test_strings_are_in_order_so_that_the_same_articles_give_the_same_bytes() -> None:
    one, other = BytesIO(), BytesIO()
    for out in (one, other):
        form.write([next(samples())], out, Policy(), Losses())
        assert not out.closed
    assert one.getvalue() == other.getvalue()
    strings = msgspec.msgpack.decode(decompress(one.getvalue()))["strings"]
    assert strings == sorted(set(strings))


@pytest.mark.heavy
def test_more_than_a_file_can_hold_has_its_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form, "_MOST", 250)
    out = BytesIO()
    with pytest.raises(HashiyaError) as error:
        form.write(samples(), out, Policy(), Losses())
    assert str(error.value) == (
        "the format spacy: its tokens are more than 250 bytes, the most that a DocBin holds; "
        "export the articles in parts."
    )
    assert out.getvalue() == b""


@pytest.mark.heavy
@pytest.mark.parametrize("text", [*SENTENCES, *OVER_WORDS.values()])
def test_on_the_tokens_of_spacy_a_doc_is_what_its_pipeline_makes(text: str) -> None:
    from spacy import blank

    (doc,), _, _ = exported(annotated(text), policy=Policy(tokenise=tokeniser_named("spacy")))
    assert [token.text_with_ws for token in doc] == [token.text_with_ws for token in blank("ar")(text)]


@pytest.mark.heavy
@given(st.data(), policies)
def test_what_spacy_reads_is_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts | texts)
    layer = data.draw(layers(text))
    (doc,), told, losses = exported(Annotated("a", article_of(text), layer, BUILT_IN), policy=policy)
    assert doc.text == text
    lost = {(loss.record, loss.id): loss.fate for loss in told}
    assert losses.spans.total() == len(layer.spans)
    assert losses.links.total() == len(layer.links)
    there = {span.id_: span for span in (doc.spans["sc"] if policy.variant == "spans" else doc.ents)}
    told_of = {one["id"]: one for one in doc.user_data["spans"]}
    assert set(there) == set(told_of) == {span.id for span in layer.spans if lost.get(("span", span.id)) != "dropped"}
    for span in (layer.span(one) for one in there):
        read = there[span.id]
        assert (read.label_, read.kb_id_) == (span.label, span.group or "")
        is_exact = (read.start_char, read.end_char) == (span.start, span.end) and len(span.fragments) == 1
        assert is_exact == (("span", span.id) not in lost)
        assert not read[0].is_space
        assert not read[-1].is_space
        assert told_of[span.id] == {name: getattr(span, name) for name in SPAN}
    links = {one["id"]: one for one in doc.user_data["links"]}
    assert set(links) == {link.id for link in layer.links if ("link", link.id) not in lost}
    for link in (layer.link(one) for one in links):
        assert links[link.id] == {
            name: getattr(link, name) for name in ("id", "event", "role", "actor", "note", "origin")
        }


@pytest.mark.heavy
@pytest.mark.parametrize(("variant", "component"), [("ents", "ner"), ("spans", "spancat")])
def test_spacy_trains_on_it_until_it_knows_it(tmp_path: Path, variant: str, component: str) -> None:
    from spacy import blank
    from spacy.training import Corpus
    from spacy.util import fix_random_seed

    with (tmp_path / "train.spacy").open("wb") as out:
        form.write(samples(), out, Policy(variant=variant), Losses())
    fix_random_seed(0)
    nlp = blank("ar")
    nlp.add_pipe(component)
    corpus = Corpus(tmp_path)
    nlp.initialize(lambda: corpus(nlp))
    for _ in range(25):
        nlp.update(list(corpus(nlp)), drop=0.0)
    for text, places in SENTENCES.items():
        doc = nlp(text)
        learnt = doc.ents if variant == "ents" else doc.spans["sc"]
        assert sorted((span.start_char, span.end_char, span.label_) for span in learnt) == places
