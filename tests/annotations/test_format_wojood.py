"""Nested tags as in Wojood, read by the rules of ArabicNER, whose corpus it is."""

from __future__ import annotations

import re
from io import BytesIO
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated, wojood
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokenisers import whitespace
from annotations.formats.tokens import Edges, Gaps, Policy, Token
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, change_span

TEXT = "زار رئيس بلدية الوادي الجديد لبنان"
WORDS = Policy(tokenise=whitespace)


def annotated(text: str, *spans: Span) -> Annotated:
    return Annotated("a.txt", article_of(text), Layer.of(empty_layer(text).header, spans), BUILT_IN)


def exported(*records: Annotated, policy: Policy = WORDS) -> tuple[str, list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    wojood.write(records, out, policy, losses)
    return out.getvalue().decode(), told, losses


def segments(data: str) -> list[list[list[str]]]:
    """Sentences of tokens, each with its tags, as ArabicNER splits them (`conll_to_segments`)."""
    found: list[list[list[str]]] = [[]]
    for line in data.splitlines():
        if line.strip():
            found[-1].append(line.split())
        else:
            found.append([])
    return found


def loose(span: Span) -> Span:
    return change_span(span, now=NOW, note=wojood.LOOSE)


def test_a_token_has_the_tags_of_all_its_spans_the_outer_ones_first() -> None:
    spans = (
        span_of(TEXT, (4, 28), span_id="1", label="OCC"),
        span_of(TEXT, (9, 21), span_id="2", label="ORG"),
        span_of(TEXT, (15, 21), span_id="3", label="GPE"),
        span_of(TEXT, (29, 34), span_id="4", label="GPE"),
    )
    data, told, losses = exported(annotated(f"{TEXT}\nنعم", *spans))
    assert data == (
        "زار O\nرئيس B-OCC\nبلدية I-OCC B-ORG\nالوادي I-OCC I-ORG B-GPE\nالجديد I-OCC\nلبنان B-GPE\n\nنعم O\n"
    )
    assert told == []
    assert losses.spans == {"kept": 4}


def test_spans_of_one_label_may_nest_and_lie_on_the_same_words() -> None:
    spans = [span_of(TEXT, place, span_id=str(n)) for n, place in enumerate([(4, 28), (9, 21), (9, 21), (22, 28)])]
    data, told, _ = exported(annotated(TEXT, *spans))
    assert [" ".join(row[1:]) for row in segments(data)[0]] == [
        "O",
        "B-actor",
        "I-actor B-actor B-actor",
        "I-actor I-actor I-actor",
        "I-actor B-actor",
        "O",
    ]
    assert told == []


def test_of_spans_of_one_label_that_cross_the_second_is_dropped() -> None:
    first, second = span_of(TEXT, (4, 21), span_id="1"), span_of(TEXT, (9, 28), span_id="2")
    data, told, _ = exported(annotated(TEXT, first, second))
    assert "الجديد O\n" in data
    assert [(loss.id, loss.fate) for loss in told] == [("2", "dropped")]
    assert told[0].why == "crosses actor [4, 21), which has the same label"
    assert exported(annotated(TEXT, first, change_span(second, now=NOW, label="event")))[1] == []


def test_no_word_is_in_more_spans_than_are_read() -> None:
    spans = [span_of(TEXT, (4, 8), span_id=f"{number:03}") for number in range(wojood.DEEPEST + 2)]
    data, told, _ = exported(annotated(TEXT, *spans, span_of(TEXT, (9, 14), span_id="z")))
    assert [len(row) - 1 for row in segments(data)[0]] == [1, wojood.DEEPEST, 1, 1, 1, 1]
    assert [loss.id for loss in told] == ["256", "257"]


def test_what_begins_with_i_begins_so_again_where_it_is_read_as_it_is() -> None:
    data, told, losses = exported(annotated(TEXT, loose(span_of(TEXT, (4, 14)))))
    assert [row[1] for row in segments(data)[0]] == ["O", "I-actor", "I-actor", "O", "O", "O"]
    assert (told, losses.spans) == ([], {"kept": 1})
    before = span_of(TEXT, (0, 3), span_id="s0")
    data, told, _ = exported(annotated(TEXT, before, loose(span_of(TEXT, (4, 14)))))
    assert [row[1] for row in segments(data)[0]] == ["B-actor", "B-actor", "I-actor", "O", "O", "O"]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [("s1", "flattened", "without its note")]
    text = "زار\nلبنان"
    data, told, _ = exported(annotated(text, span_of(text, (0, 3), span_id="s0"), loose(span_of(text, (4, 9)))))
    assert (data, told) == ("زار B-actor\n\nلبنان I-actor\n", [])


def test_a_sentence_of_its_own_parts_articles_and_no_token_looks_like_it() -> None:
    data, _, _ = exported(annotated("نعم"), annotated("-DOCSTART- لا"), annotated(" \t"), annotated("آخر"))
    boundary = "-DOCSTART- O\n\n"
    assert data == f"نعم O\n\n{boundary}_DOCSTART- O\nلا O\n\n{boundary}{boundary}آخر O\n"


def test_links_are_dropped() -> None:
    record = annotated("قصف لبنان", span_of("قصف لبنان", (0, 3), span_id="e1", label="event"))
    linked = Annotated(record.id, record.article, record.layer.add_link(link_of("e1", "e1")), BUILT_IN)
    _, told, losses = exported(linked)
    assert losses.links == {"dropped": 1}
    assert told[0].why == "Wojood has no links"


@pytest.mark.parametrize("label", ["a b", "a(b", "a.b", "a|b", "a\u2028b", "a+b", "a\\b"])
def test_a_label_is_one_column_and_a_pattern_of_itself(label: str) -> None:
    data, told, _ = exported(annotated("نعم", span_of("نعم", (0, 3), label=label)))
    assert data == "نعم B-a_b\n"
    assert [(loss.fate, loss.why) for loss in told] == [("flattened", "its label is written a_b")]
    # `tag_vocab_by_type`
    assert re.compile(".*-" + "a_b" + "$").match("B-a_b")


def test_white_space_in_tokens_of_another_tokeniser_breaks_no_column() -> None:
    def halves(_: str) -> list[Token]:
        return [Token(0, 6), Token(7, 10)]

    assert exported(annotated("ما زال هنا"), policy=Policy(tokenise=halves))[0] == "ما_زال O\nهنا O\n"


@given(
    st.lists(texts, min_size=1, max_size=3),
    st.data(),
    st.sampled_from(get_args(Edges)),
    st.sampled_from(get_args(Gaps)),
)
def test_its_reader_finds_no_empty_sentence_and_every_span_that_is_not_dropped(
    found: list[str], data: st.DataObject, edges: Edges, gaps: Gaps
) -> None:
    records = [Annotated("a", article_of(text), data.draw(layers(text)), BUILT_IN) for text in found]
    written, told, losses = exported(*records, policy=Policy(edges, gaps))
    assert all(segments(written)) or not written
    tags = [tag for sentence in segments(written) for row in sentence for tag in row[1:]]
    assert all(re.fullmatch("O|[BI]-(actor|event|other)", tag) for tag in tags)
    dropped = sum(loss.fate == "dropped" for loss in told if loss.record == "span")
    begun = sum(tag.startswith("B-") for tag in tags)
    assert begun == losses.spans.total() - dropped
