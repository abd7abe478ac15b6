"""Tags in columns: what our own export writes, CoNLL-2003, and other files of tokens and tags."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, short_texts, span_of, texts
from round_trip import check_by_value

from annotations.formats import Annotated, conll
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading import conll as reading
from annotations.formats.tokenisers import whitespace
from annotations.formats.tokens import Edges, Gaps, Policy, tokenise
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import change_span

OPTIONS = Options(Path("some/news.conll"), NOW)
OURS = "# id = sub/a.txt\n# annotator = lina\n"

policies = st.builds(
    Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.sampled_from([tokenise, whitespace])
)
words = st.text(alphabet="اللاَّبدة«»،.٣\U0001f468#-", min_size=1, max_size=4)
corpora = st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=3).map("\n".join)


def imported(data: str | bytes) -> list[Imported]:
    return list(reading.read(BytesIO(data.encode() if isinstance(data, str) else data), OPTIONS))


def places(one: Imported) -> list[tuple[str, str]]:
    return [(span.label, span.text) for span in sorted(one.spans, key=lambda span: span.start)]


def exported(*records: Annotated, policy: Policy) -> tuple[bytes, list[Loss]]:
    out, told = BytesIO(), list[Loss]()
    conll.write(records, out, policy, Losses(told.append))
    return out.getvalue(), told


def drawn(data: st.DataObject, text: str) -> Annotated:
    """A record of which a tag may tell all: it tells of no origin."""
    layer = data.draw(layers(text))
    spans = [change_span(span, now=NOW, origin="manual") for span in layer.spans]
    return Annotated("sub/a.txt", article_of(text), Layer.of(layer.header, spans), BUILT_IN)


def test_offsets_put_tokens_where_they_were() -> None:
    text = 'قال  ل"المدن" أمس.\n\nلا تعليق #'
    layer = Layer.of(empty_layer(text).header, [span_of(text, (7, 12))])
    record = Annotated("sub/a.txt", article_of(text), layer, BUILT_IN)
    first, second = imported(exported(record, record, policy=Policy())[0])
    assert (first.id, first.line, first.annotator, first.status) == ("sub/a.txt", 1, "lina", "in-progress")
    assert first.text == text
    assert [(span.start, span.end, span.label) for span in first.spans] == [(7, 12, "actor")]
    assert (second.id, second.line, second.text, second.spans) == (first.id, 15, first.text, first.spans)
    assert first.problems == second.problems == ()


def test_an_article_of_docstart_is_numbered_after_the_file() -> None:
    first, second = imported(
        "-DOCSTART- -X- O O\n\nقال VBD I-VP O\nلبنان NNP I-NP I-LOC\n\nنعم UH O O\n\n"
        "-DOCSTART- -X- -X- O\n\n# SYM O O\nحزب NN I-NP I-ORG\nالوادي NN I-NP I-ORG\nلبنان NN I-NP B-ORG\n"
    )
    assert (first.id, first.line, first.text, places(first)) == ("news", 1, "قال لبنان\nنعم", [("LOC", "لبنان")])
    assert (second.id, second.line, second.text) == ("news-2", 8, "# حزب الوادي لبنان")
    assert places(second) == [("ORG", "حزب الوادي"), ("ORG", "لبنان")]
    assert (first.annotator, first.problems, second.problems) == (None, (), ())


@pytest.mark.parametrize(
    "tags",
    [
        "O B-A I-A B-A O B-B",  # IOB2
        "O I-A I-A B-A O I-B",  # IOB1
        "O I-A E-A I-A O I-B",  # IOE1
        "O I-A E-A E-A O E-B",  # IOE2
        "O B-A E-A S-A O S-B",  # IOBES
        "O B-A L-A U-A O U-B",  # BILOU
    ],
)
def test_the_schemes_in_use_are_read_without_being_named(tags: str) -> None:
    words = ["قال", "حزب", "الوادي", "لبنان", "ثم", "مصر"]
    for separator in (" ", "\t", "   ", " x y ", "\tx\ty\t"):
        (one,) = imported("".join(f"{word}{separator}{tag}\n" for word, tag in zip(words, tags.split(), strict=True)))
        assert (one.id, one.line, one.text) == ("news", 0, " ".join(words))
        assert places(one) == [("A", "حزب الوادي"), ("A", "لبنان"), ("B", "مصر")]
        assert one.problems == ()


def test_no_span_goes_beyond_its_sentence_or_another_label() -> None:
    (one,) = imported("لبنان B-A\n\nسوريا I-A\nمصر I-B\n")
    assert places(one) == [("A", "لبنان"), ("A", "سوريا"), ("B", "مصر")]


def test_a_token_between_tabs_may_have_a_space() -> None:
    (one,) = imported("حزب الوادي\tB-ORG\n")
    assert places(one) == [("ORG", "حزب الوادي")]


def test_comments_are_no_tokens_and_tokens_no_comments() -> None:
    (one,) = imported("# sent_id = 3\n# newdoc\nنعم O\n# B-A\n# text = لا O\n#\tO\n")
    assert (one.text, places(one), one.problems) == ("نعم # #", [("A", "#")], ())


def test_an_article_without_tags_is_an_article_alone_unless_somebody_annotated_it() -> None:
    assert [one.status for one in imported("نعم O\n")] == [None]
    assert [one.status for one in imported(f"{OURS}نعم\t0\t3\tO\n")] == ["in-progress"]


def test_what_has_no_token_tells_so() -> None:
    first, second = imported(f"{OURS}{OURS}نعم\t0\t3\tO\n")
    assert (first.text, first.problems) == (None, ("there is no token in it",))
    assert second.text == "نعم"
    (one,) = imported("")
    assert (one.text, one.problems) == (None, ("there is no token in it",))


def test_a_token_that_looks_like_the_beginning_of_an_article_has_offsets() -> None:
    (one,) = imported(f"{OURS}-DOCSTART-\t0\t10\tB-A\n")
    assert (one.text, places(one)) == ("-DOCSTART-", [("A", "-DOCSTART-")])


@pytest.mark.parametrize(
    ("row", "clause"),
    [
        ("لا\t5\t6\tO", "the token has not the length of its offsets, 1"),
        ("لا\t6\t5\tO", "the token has not the length of its offsets, -1"),
        ("لا\t2\t4\tO", "the token begins before the one before it ends"),
        ("لا\t99999\t100001\tO", "the token begins more than 65,536 code points after the one before it"),
        ("لا\t99999999999\t100000000001\tO", "the columns are not token, start, end and tag"),
        ("لا\t-1\t1\tO", "the columns are not token, start, end and tag"),
        ("لا\t٤\t٦\tO", "the columns are not token, start, end and tag"),
        ("لا\tO", "the columns are not token, start, end and tag"),
        ("\t4\t4\tO", "the token is empty"),
    ],
)
def test_a_token_without_a_place_of_its_own_costs_the_others_nothing(row: str, clause: str) -> None:
    (one,) = imported(f"{OURS}نعم\t0\t3\tB-A\n{row}\nآخر\t7\t10\tI-A\n")
    assert (one.text, places(one)) == ("نعم    آخر", [("A", "نعم    آخر")])
    assert one.problems == (f"in line 4, {clause}",)
    (one,) = imported(f"{OURS}لا\tO\nآخر\t7\t10\tI-A\n")
    assert [(span.start, span.text) for span in one.spans] == [(7, "آخر")]


def test_only_what_can_be_an_offset_is_one() -> None:
    (one,) = imported("نعم 1 2 B-A\nلا 3 4 O\n")
    assert (one.text, places(one), one.problems) == ("نعم لا", [("A", "نعم")], ())
    (one,) = imported("نعم\t2\t5\tB-A\n")
    assert [(span.start, one.text) for span in one.spans] == [(2, "  نعم")]


def test_articles_of_several_kinds_may_follow_each_other() -> None:
    found = imported(f"{OURS}نعم\t1\t4\tO\n\n-DOCSTART- O\n\nلا O\n\n{OURS}نعم\t1\t4\tO\n")
    assert [(one.id, one.text, one.annotator) for one in found] == [
        ("sub/a.txt", " نعم", "lina"),
        ("news-2", "لا", None),
        ("sub/a.txt", " نعم", "lina"),
    ]
    assert not any(one.problems for one in found)


def test_a_tag_that_is_none_costs_its_token_nothing() -> None:
    (one,) = imported("نعم X-A\nلا B\nآخر\nلبنان B-A\n".encode() + b"\xff O\n")
    assert (one.text, places(one)) == ("نعم لا آخر لبنان", [("A", "لبنان")])
    assert one.problems == (
        "in line 1, a tag is O, or B- or I- and a label, and not X-A",
        "in line 2, a tag is O, or B- or I- and a label, and not B",
        "in line 3, there is no tag",
        "in line 5, it is not UTF-8",
    )


def test_problems_without_end_are_counted() -> None:
    (one,) = imported("نعم O\n" + "نعم ?\n" * 1500 + "".join(f"نعم ?{number}\n" for number in range(200)))
    assert len(one.problems) == 101
    assert one.problems[0] == "in line 2 and 1,499 more, a tag is O, or B- or I- and a label, and not ?"
    assert one.problems[-1] == "in line 1601 and 100 more, there is something else wrong"


def test_a_tag_whose_token_is_lost_is_no_token() -> None:
    (one,) = imported("نعم O\n O\n\tB-A\n لا B-A\n")
    assert (one.text, places(one)) == ("نعم لا", [("A", "لا")])
    assert one.problems == ("in line 2 and 1 more, the token is empty",)


def test_an_article_has_a_largest_length(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.formats.reading.columns.LARGEST", 9)
    (one,) = imported("نعم B-A\nلبنان B-A\nمصر B-A\n")
    assert (one.text, [label for label, _ in places(one)]) == ("نعم لبنان", ["A", "A"])
    assert one.problems == ("in line 3, the article is longer than 9 code points, and the token is left out",)


def test_more_spans_than_a_sidecar_holds_are_told_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.formats.reading.columns.SIDECAR_LINES", 5)
    monkeypatch.setattr("annotations.formats.reading.records.SIDECAR_LINES", 5)
    (one,) = imported("نعم B-A\n" * 9)
    assert 3 <= len(one.spans) <= 5
    assert one.problems[0].endswith("there is more than a sidecar may hold")


@given(st.data(), short_texts | texts, policies)
def test_what_the_export_kept_comes_back_at_its_offsets(data: st.DataObject, text: str, policy: Policy) -> None:
    record = drawn(data, text)
    written, told = exported(record, policy=policy)
    (one,) = imported(written)
    if one.text is None:
        assert not any(map(str.strip, (text[start:end] for start, end in policy.tokenise(text))))
        assert len(told) >= len(record.layer.spans)
        return
    assert (one.id, one.annotator, one.problems) == ("sub/a.txt", "lina", ())
    assert all(one.text[start:end] == text[start:end] for start, end in policy.tokenise(text))
    check_by_value(record, told, one)


@given(st.data(), corpora)
def test_four_columns_hold_what_stands_between_single_spaces(data: st.DataObject, text: str) -> None:
    record = drawn(data, text)
    written, told = exported(record, policy=Policy(tokenise=whitespace, variant="conll2003"))
    (one,) = imported(written)
    assert one.text is not None
    assert [len(one.text), *one.text.split(), *one.problems] == [len(text), *text.split()]
    check_by_value(record, told, one)


@given(st.binary(max_size=60) | st.text(alphabet="ab#\t \n-BIOSE=0123", max_size=60).map(str.encode))
def test_whatever_the_file_every_article_is_whole_or_told_of(data: bytes) -> None:
    found = imported(data)
    assert found
    for one in found:
        assert (one.text is None) <= bool(one.problems)
        assert all(span.text == (one.text or "")[span.start : span.end] for span in one.spans)


def test_the_text_of_an_article_with_single_spaces_comes_back_whole() -> None:
    record = Annotated("a.txt", article_of(TEXT), empty_layer(TEXT), BUILT_IN)
    assert [one.text for one in imported(exported(record, policy=Policy())[0])] == [TEXT]
