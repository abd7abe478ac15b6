from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple, get_args

import pytest
from format_records import annotated
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import article_of, layers, link_of, short_texts, span_of, texts

from annotations.formats import Annotated, check_variant, conll
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Edges, Gaps, Policy, Token, cut, lay, tokenise
from annotations.schema import BUILT_IN

policies = st.builds(Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.just(tokenise))


class Row(NamedTuple):
    text: str
    start: int
    end: int
    tag: str


class Chunk(NamedTuple):
    start: int
    end: int
    label: str


def exported(*records: Annotated, policy: Policy | None = None) -> tuple[str, list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    conll.write(records, out, policy or Policy(), losses)
    return out.getvalue().decode(), told, losses


def sentences(data: str) -> list[list[Row]]:
    """The rows of each sentence, as flair's ColumnCorpus reads them with `comment_symbol="# "`.

    Blank lines end a sentence, lines that begin with the symbol are comments, columns are split at any white space.
    """
    found: list[list[Row]] = [[]]
    for line in data.split("\n"):
        if not line.strip():
            found.append([])
        elif not line.startswith("# "):
            text, start, end, tag = re.split(r"\s+", line)
            found[-1].append(Row(text, int(start), int(end), tag))
    return [rows for rows in found if rows]


def chunks(rows: list[Row]) -> Iterator[Chunk]:
    """The spans of a sentence by the rules of IOB2; every I- has a B- or I- of its label before it."""
    start, label = 0, ""
    for row, after in zip(rows, [*rows[1:], Row("", 0, 0, "O")], strict=True):
        kind, _, of = row.tag.partition("-")
        assert kind in ("B", "I", "O")
        if kind == "B":
            start, label = row.start, of
        assert kind != "I" or of == label
        if kind == "O":
            label = ""
        elif not after.tag.startswith("I-"):
            yield Chunk(start, row.end, of)


def chunks_of(data: str) -> list[Chunk]:
    return [chunk for rows in sentences(data) for chunk in chunks(rows)]


def test_an_article_is_its_comments_and_a_token_a_line() -> None:
    text = 'قال ل"المدن" أمس.\nلا تعليق #'
    data, told, losses = exported(annotated(text, span_of(text, (6, 11))))
    assert data == (
        "# id = sub/story.txt\n# annotator = lina\n"
        'قال\t0\t3\tO\nل\t4\t5\tO\n"\t5\t6\tO\nالمدن\t6\t11\tB-actor\n"\t11\t12\tO\nأمس\t13\t16\tO\n.\t16\t17\tO\n\n'
        "لا\t18\t20\tO\nتعليق\t21\t26\tO\n#\t27\t28\tO\n\n"
    )
    assert told == []
    assert losses.spans == {"kept": 1}


@pytest.mark.parametrize(
    ("policy", "expected", "fate"),
    [
        (Policy(), [(0, 4, "actor")], "widened"),
        (Policy("split"), [(1, 4, "actor")], "kept"),
        (Policy("strict"), [], "dropped"),
    ],
)
def test_a_span_after_a_clitic_goes_by_the_policy(policy: Policy, expected: list[Chunk], fate: str) -> None:
    data, _, losses = exported(annotated("لقسد دور", span_of("لقسد دور", (1, 4))), policy=policy)
    assert chunks_of(data) == expected
    assert losses.spans == {fate: 1}


def test_of_spans_that_overlap_the_longest_is_written_and_then_the_first() -> None:
    text = "رئيس حكومة لبنان الجديد"
    outer = span_of(text, (0, 16), span_id="outer")
    inner = span_of(text, (11, 16), span_id="inner", label="event")
    crossing = span_of(text, (11, 23), span_id="crossing")
    data, told, losses = exported(annotated(text, outer, inner, crossing))
    assert chunks_of(data) == [(0, 16, "actor")]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [
        ("crossing", "dropped", "overlaps actor [0, 16)"),
        ("inner", "dropped", "nested in actor [0, 16)"),
    ]
    assert losses.spans == {"kept": 1, "dropped": 2}
    twins = [span_of(text, (0, 4), span_id="b"), span_of(text, (0, 4), span_id="a", label="event")]
    assert chunks_of(exported(annotated(text, *twins))[0]) == [(0, 4, "event")]


def test_more_words_go_before_more_letters() -> None:
    text = "في يد ما ومستشفياتهم"
    data, told, _ = exported(annotated(text, span_of(text, (0, 8), span_id="a"), span_of(text, (6, 20), span_id="b")))
    assert chunks_of(data) == [(0, 8, "actor")]
    assert [loss.id for loss in told] == ["b"]


def test_neighbours_of_one_label_are_two_spans() -> None:
    text = "لبنان سوريا"
    data, _, _ = exported(annotated(text, span_of(text, (0, 5), span_id="a"), span_of(text, (6, 11), span_id="b")))
    assert chunks_of(data) == [(0, 5, "actor"), (6, 11, "actor")]


def test_lines_that_a_span_joins_are_one_sentence() -> None:
    text = "قال\nوزير\nالخارجية"
    data, _, _ = exported(annotated(text, span_of(text, (4, 17))))
    assert [[row.text for row in rows] for rows in sentences(data)] == [["قال"], ["وزير", "الخارجية"]]
    assert chunks_of(data) == [(4, 17, "actor")]


def test_links_are_dropped() -> None:
    text = "قصف لبنان"
    record = annotated(text, span_of(text, (0, 3), span_id="e1", label="event"), span_of(text, (4, 9)))
    record = Annotated(record.id, record.article, record.layer.add_link(link_of("e1", "s1")), BUILT_IN)
    _, told, losses = exported(record)
    assert losses.links == {"dropped": 1}
    assert [(loss.record, loss.why) for loss in told] == [("link", "IOB2 has no links")]


def test_white_space_in_labels_and_line_ends_in_ids_break_no_column() -> None:
    text = "لبنان"
    data, told, _ = exported(annotated(text, span_of(text, (0, 5), label="armed\ngroup\t1"), article_id="a\nb\ud800"))
    assert data.split("\n")[0] == "# id = a\\nb\\ud800"
    assert chunks_of(data) == [(0, 5, "armed_group_1")]
    assert [(loss.fate, loss.why) for loss in told] == [("flattened", "its label is written armed_group_1")]


def test_white_space_in_tokens_of_another_tokeniser_breaks_no_column() -> None:
    text = "ما زال\u00a0هنا"

    def halves(_: str) -> list[Token]:
        return [Token(0, 6), Token(6, 7), Token(7, 10)]

    data, _, _ = exported(annotated(text, span_of(text, (0, 6))), policy=Policy(tokenise=halves))
    assert [row.text for rows in sentences(data) for row in rows] == ["ما_زال", "هنا"]


def test_an_article_of_nothing_visible_has_its_comments() -> None:
    data, _, losses = exported(annotated("\u200f", span_of("\u200f", (0, 1))), annotated("نعم"))
    assert sentences(data) == [[Row("نعم", 0, 3, "O")]]
    assert data.count("# id = ") == 2
    assert losses.spans == {"dropped": 1}


FOUR_COLUMNS = Policy(variant="conll2003")


def test_in_the_form_of_conll_2003_an_article_begins_at_docstart() -> None:
    text = "قال لبنان نعم.\nلا #"
    data, told, losses = exported(annotated(text, span_of(text, (4, 13))), annotated("آخر"), policy=FOUR_COLUMNS)
    assert data == (
        "-DOCSTART- -X- O O\n\n"
        "قال -X- O O\nلبنان -X- O B-actor\nنعم -X- O I-actor\n. -X- O O\n\nلا -X- O O\n# -X- O O\n\n"
        "-DOCSTART- -X- O O\n\nآخر -X- O O\n\n"
    )
    assert (told, losses.spans) == ([], {"kept": 1})


def test_in_the_form_of_conll_2003_no_token_is_white_space_or_begins_an_article() -> None:
    policy = FOUR_COLUMNS._replace(tokenise=lambda _: [Token(0, 1), Token(2, 12), Token(13, 24), Token(25, 31)])
    data, _, _ = exported(annotated("  -DOCSTART- -DOCSTART-s ما\u00a0زال"), policy=policy)
    tokens = [line.split(" ")[0] for line in data.split("\n\n", 1)[1].splitlines() if line]
    assert tokens == ["_DOCSTART-", "_DOCSTART-s", "ما_زال"]
    # Hugging Face's script for CoNLL-2003 looks at a line's beginning, and splits it at spaces.
    assert [line for line in data.splitlines() if line.startswith("-DOCSTART-")] == ["-DOCSTART- -X- O O"]
    assert all(len(line.split(" ")) == len(line.split()) == 4 for line in data.splitlines() if line)


def test_the_forms_can_be_asked_for() -> None:
    for variant in ("", "iob2", "conll2003"):
        check_variant(conll, "conll", variant)
    assert exported(annotated("نعم"), policy=Policy(variant="iob2"))[0] == exported(annotated("نعم"))[0]


@pytest.mark.heavy
def test_spacy_converts_the_form_of_conll_2003() -> None:
    from spacy.training.converters import conll_ner_to_docs

    text = "قال لبنان نعم.\nلا سوريا مصر"
    spans = [span_of(text, place, span_id=str(n)) for n, place in enumerate([(4, 13), (18, 23), (24, 27)])]
    data, _, _ = exported(annotated(text, *spans), annotated("آخر"), policy=FOUR_COLUMNS)
    first, second = conll_ner_to_docs(data, no_print=True)
    assert [(span.text, span.label_) for span in first.ents] == [
        ("لبنان نعم", "actor"),
        ("سوريا", "actor"),
        ("مصر", "actor"),
    ]
    assert [len(sentence) for sentence in first.sents] == [4, 3]
    assert [token.text for token in second] == ["آخر"]


@given(st.data(), policies)
def test_what_is_read_back_is_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts | texts)
    layer = data.draw(layers(text))
    written, told, losses = exported(Annotated("a", article_of(text), layer, BUILT_IN), policy=policy)
    assert losses.spans.total() == len(layer.spans)
    assert losses.links == Counter(dropped=len(layer.links)) - Counter()
    lost = {loss.id: loss.fate for loss in told if loss.record == "span"}
    assert losses.spans["kept"] == len(layer.spans) - len(lost)
    tokens = cut(tokenise(text), layer.spans) if policy.edges == "split" else tokenise(text)
    rows = [row for sentence in sentences(written) for row in sentence]
    assert [(row.start, row.end) for row in rows] == tokens
    assert all(row.text == text[row.start : row.end] for row in rows)
    expected: list[Chunk] = []
    for span in layer.spans:
        laid = lay(span, tokens, policy)
        if lost.get(span.id) != "dropped":
            assert laid is not None
            expected.append(Chunk(tokens[laid.first].start, tokens[laid.last - 1].end, span.label))
        if span.id not in lost:
            assert expected[-1] == (span.start, span.end, span.label)
    assert sorted(chunks_of(written)) == sorted(expected)
    for loss in told:
        if loss.why.startswith(("nested", "overlaps")):
            assert any(chunk.start < loss.end and loss.start <= chunk.end for chunk in expected)
