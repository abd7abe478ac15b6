"""Nested tags as in Wojood become spans, and these the same tags again."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, article_of, empty_layer, layers
from round_trip import check_by_value

from annotations.errors import HashiyaError
from annotations.formats import Annotated, wojood
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading import wojood as reading
from annotations.formats.tokenisers import whitespace
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import change_span

OPTIONS = Options(Path("some/train.txt"), NOW)
NESTED = """زار O
رئيس B-OCC
بلدية I-OCC B-ORG
الوادي I-OCC I-ORG B-GPE
الجديد I-OCC
لبنان B-GPE

نعم O
"""

words = st.text(alphabet="اللاَّبدة«»،.٣\U0001f468#-", min_size=1, max_size=4)
corpora = st.lists(st.lists(words, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=3).map("\n".join)


def imported(data: str | bytes, options: Options = OPTIONS) -> list[Imported]:
    return list(reading.read(BytesIO(data.encode() if isinstance(data, str) else data), options))


def places(one: Imported) -> list[tuple[str, str]]:
    return [(span.label, span.text) for span in sorted(one.spans, key=lambda span: (span.start, -span.end, span.id))]


def written(*found: Imported) -> tuple[str, Losses]:
    out, losses = BytesIO(), Losses()
    wojood.write([_annotated(one) for one in found], out, Policy(tokenise=whitespace), losses)
    return out.getvalue().decode(), losses


def _annotated(one: Imported) -> Annotated:
    assert one.text
    layer = Layer.of(empty_layer(one.text).header, one.spans, one.links)
    return Annotated(one.id, article_of(one.text), layer, BUILT_IN)


def test_a_file_is_an_article_with_a_line_for_each_sentence() -> None:
    (one,) = imported(NESTED)
    assert (one.id, one.line, one.text) == ("train", 0, "زار رئيس بلدية الوادي الجديد لبنان\nنعم")
    assert places(one) == [
        ("OCC", "رئيس بلدية الوادي الجديد"),
        ("ORG", "بلدية الوادي"),
        ("GPE", "الوادي"),
        ("GPE", "لبنان"),
    ]
    assert (one.annotator, one.status, one.problems, one.notices) == (None, "in-progress", (), ())


def test_of_one_label_the_outer_span_goes_on() -> None:
    (one,) = imported("مجلس B-ORG\nطلبة I-ORG B-ORG\nجامعة I-ORG I-ORG B-ORG\nالوادي I-ORG I-ORG\nفي I-ORG\n")
    assert places(one) == [("ORG", "مجلس طلبة جامعة الوادي في"), ("ORG", "طلبة جامعة الوادي"), ("ORG", "جامعة")]
    (one,) = imported("مجلس B-ORG\nطلبة B-ORG I-ORG\nجامعة I-ORG\n")
    assert places(one) == [("ORG", "مجلس طلبة جامعة"), ("ORG", "طلبة")]


@pytest.mark.parametrize(
    "data",
    [
        NESTED,
        "كيلو B-UNIT B-QUANTITY\n",
        "كيلو B-QUANTITY B-UNIT\nآخر I-QUANTITY I-UNIT\n",
        "نعم B-A B-A\nلا I-A I-A B-B\nنعم I-A I-B\n",
        "نعم O\n\nلبنان I-GPE\nالجديد I-GPE\n",
        "نعم B-GPE\n\nلبنان I-GPE\n",
        "نعم B-ORG\nلبنان I-ORG I-GPE\n",
        "# O\n-DOCSTART O\n",
        "نعم O\n\n-DOCSTART- O\n\nلا O\n",
    ],
)
def test_a_corpus_goes_in_and_out_unchanged(data: str) -> None:
    found = imported(data)
    again, losses = written(*found)
    assert again == data
    assert losses.count == 0
    assert not any(one.problems for one in found)


def test_what_begins_with_i_is_a_span_and_told() -> None:
    (one,) = imported("نعم O\nلبنان I-GPE\nالجديد I-GPE\nلا I-ORG B-GPE\n")
    assert [(span.text, span.label, span.note) for span in one.spans] == [
        ("لبنان الجديد", "GPE", wojood.LOOSE),
        ("لا", "ORG", wojood.LOOSE),
        ("لا", "GPE", ""),
    ]
    assert one.notices == (
        "in line 2, what follows nothing of its label is taken to begin a span: I-GPE",
        "in line 4, what follows nothing of its label is taken to begin a span: I-ORG",
    )
    assert one.problems == ()


def test_a_boundary_begins_another_article() -> None:
    first, second, third = imported("-DOCSTART- O\n\nنعم O\n\n-DOCSTART- O\n\nلا B-A\n\n-DOCSTART- O\n\n")
    assert [(one.id, one.line, one.text) for one in (first, second)] == [("train", 1, "نعم"), ("train-2", 5, "لا")]
    assert (third.text, third.problems) == (None, ("there is no token in it",))
    (one,) = imported("-DOCSTART- B-A\n")
    assert one.text == "-DOCSTART-"


def test_a_file_of_nothing_tells_so() -> None:
    for data in ("", "\n \n\n"):
        (one,) = imported(data)
        assert (one.text, one.problems) == (None, ("there is no token in it",))


def test_tabs_carriage_returns_and_a_byte_order_mark_are_no_part_of_it() -> None:
    (one,) = imported("\ufeffنعم\tB-A\tB-B\r\nلا  O \r\n\r\nآخر O")
    assert (one.text, places(one), one.problems) == ("نعم لا\nآخر", [("A", "نعم"), ("B", "نعم")], ())


def test_a_line_that_cannot_be_costs_the_others_nothing() -> None:
    many = " ".join(["B-A"] * 257)
    lines = [b"\xff O", b"a\0b O", b"x" * 2**20 + b" O", "نعم".encode(), "لا PERS B-B".encode(), f"ثم {many}".encode()]
    (one,) = imported("رئيس B-OCC\n".encode() + b"\n".join(lines) + "\nلبنان B-GPE\n".encode())
    assert one.text == "رئيس نعم لا ثم لبنان"
    assert [places(one)[0], places(one)[1], places(one)[-1]] == [("OCC", "رئيس"), ("B", "لا"), ("GPE", "لبنان")]
    assert len(one.spans) == 259
    assert one.problems == (
        "in line 2, it is not UTF-8",
        "in line 3, it holds NUL, and is no text",
        "in line 4, it is longer than 1 MiB",
        "in line 5, there is no tag",
        "in line 6, a tag is O, or B- or I- and a label, and not PERS",
        "in line 7, there are more than 256 tags, and the others are left out",
    )


def test_a_span_that_no_sidecar_holds_is_told() -> None:
    (one,) = imported(f"نعم B-{'x' * 300}\n{'ا' * 300_000} B-A\nلا B-B\n")
    assert places(one) == [("B", "لا")]
    assert [problem.partition(": ")[2] for problem in one.problems] == [
        "label has a length of 300, and 256 is the most",
        "262,144 code points are the most",
    ]


def test_hostile_tags_reach_no_terminal() -> None:
    (one,) = imported("نعم O\nنعم \x1b[2J\u202e\n")
    assert one.problems == ("in line 2, a tag is O, or B- or I- and a label, and not \\x1b[2J\\u202e",)


def test_a_code_page_may_be_forced_and_utf_16_may_not() -> None:
    (one,) = imported("نعم B-A\n".encode("cp1256"), Options(OPTIONS.path, NOW, encoding="windows-1256"))
    assert (one.text, places(one)) == ("نعم", [("A", "نعم")])
    with pytest.raises(HashiyaError, match=r"some/train\.txt: columns are not read in utf-16le; convert"):
        imported("نعم O\n".encode("utf-16-le"), Options(OPTIONS.path, NOW, encoding="utf-16le"))


@given(corpora, st.data())
def test_what_the_export_kept_comes_back(text: str, data: st.DataObject) -> None:
    drawn = data.draw(layers(text))
    # A tag tells of no origin.
    layer = Layer.of(drawn.header, [change_span(span, now=NOW, origin="manual") for span in drawn.spans])
    record, told, out = Annotated("a", article_of(text), layer, BUILT_IN), list[Loss](), BytesIO()
    wojood.write([record], out, Policy(tokenise=whitespace), Losses(told.append))
    (one,) = imported(out.getvalue())
    assert (one.problems, one.notices) == ((), ())
    # A line break that a span goes over is a space now.
    assert one.text is not None
    assert [len(one.text), *one.text.split()] == [len(text), *text.split()]
    check_by_value(record, told, one)


@given(st.lists(st.lists(st.sampled_from(["O", "B-A", "I-A", "B-B", "I-B", "B-A I-A", "I-B I-A B-A"]), min_size=1)))
def test_whatever_the_tags_they_are_read_as_what_is_written_of_them(corpus: list[list[str]]) -> None:
    first = imported("\n".join("".join(f"نعم {tags}\n" for tags in sentence) for sentence in corpus))
    if not corpus:
        return
    again = imported(written(*first)[0])
    assert [places(one) for one in again] == [places(one) for one in first]
    assert written(*again)[0] == written(*first)[0]


def test_tokens_may_be_numbered() -> None:
    (one,) = imported("#\tموقع\n1\tزار\tO\tO\n2\tجامعة\tB-ORG\tO\n3\tلبنان\tI-ORG\tB-GPE\n\n1\tنعم\tO\tO\n")
    assert (one.text, one.problems) == ("زار جامعة لبنان\nنعم", ())
    assert places(one) == [("ORG", "جامعة لبنان"), ("GPE", "لبنان")]


@pytest.mark.parametrize("data", ["نعم O\nلبنان LOC\n", "#begin document (a); part 000\n", "نعم NN\n"])
def test_what_is_not_as_wojood_is_not_read(data: str) -> None:
    (one,) = imported(data)
    assert (one.text, len(one.problems)) == (None, 1)


def test_what_our_conll_wrote_is_sent_to_its_own_reader() -> None:
    (one,) = imported("# id = story.txt\n# annotator = lina\nقال\t0\t3\tB-event\n\n")
    assert (one.text, one.problems) == (None, ("its tags are not Wojood's; import it as conll",))
