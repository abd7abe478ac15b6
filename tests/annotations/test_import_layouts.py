"""Files of columns that do not have the token first and its tag last."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from layer_strategies import NOW

from annotations.formats.reading import Imported, Options
from annotations.formats.reading import conll as reading
from annotations.formats.reading.layouts import NO_TAGS, Names

OPTIONS = Options(Path("some/news.conll"), NOW)
BRACKETS = """#begin document (nw/ann_1); part 000
nw/ann_1 0 0 زار VBD (TOP(S* - - - - * (V*) -
nw/ann_1 0 1 رئيس NN (NP* - - - - (PERSON* (ARG0* (1
nw/ann_1 0 2 بلدية NN (NP* - - - - (ORG* * -
nw/ann_1 0 3 الوادي NNP *))) - - - - (GPE))) *) 1)

nw/ann_1 0 0 لبنان NNP (TOP*) - - - - (GPE) * -

#end document
#begin document (nw/ann_1); part 001
nw/ann_1 1 0 نعم UH (TOP*) - - - - * -
nw/ann_1 1 0 لا UH (TOP*)
#end document
"""


def imported(data: str) -> list[Imported]:
    return list(reading.read(BytesIO(data.encode()), OPTIONS))


def places(one: Imported) -> list[tuple[str, str]]:
    return [(span.label, span.text) for span in sorted(one.spans, key=lambda span: (span.start, -span.end))]


@pytest.mark.parametrize(
    "data",
    [
        "1\tقال\tقال\tVERB\t_\t_\t0\troot\t_\t_\n2\tنعم\tنعم\tINTJ\t_\t_\t1\tobj\t_\t_\n",
        "قال,O\nلبنان,B-LOC\n",
        "قال\nلبنان\n",
        "قال VBD\nلبنان NNP\n",
    ],
)
def test_a_file_without_tags_is_not_read(data: str) -> None:
    (one,) = imported(data * 30)
    assert (one.id, one.text, one.problems) == ("news", None, (NO_TAGS,))


def test_numbers_before_the_tokens_are_no_tokens() -> None:
    rows = ["#\tموقع", "1\tزار\tO", "2-3\tبلبنان\t_", "2\tب\tO", "3\tلبنان\tB-LOC", "3.1\tهو\t_", "", "1\tنعم\tO"]
    (one,) = imported("\n".join(rows))
    assert (one.text, places(one), one.problems) == ("زار ب لبنان\nنعم", [("LOC", "لبنان")], ())


def test_numbers_that_count_nothing_are_tokens() -> None:
    assert [one.text for one in imported("1\tx\tO\n3\tx\tO\n")] == ["1 3"]
    assert [one.text for one in imported("1 -X- O O\n2 -X- O O\n")] == ["1 2"]
    assert [one.text for one in imported("1\tO\n2\tO\n")] == ["1 2"]
    assert [one.text for one in imported("# id = a\n# annotator = b\n1\t0\t1\tO\n2\t2\t3\tO\n")] == ["1 2"]


def test_tags_may_stand_before_a_column_that_has_none() -> None:
    (one,) = imported("قال O VBD\nلبنان B-LOC NNP\n")
    assert (places(one), one.problems) == ([("LOC", "لبنان")], ())
    assert one.notices == ("in line 1, column 2 is taken for the tags, for the last has none",)


def test_tags_that_are_not_taken_are_told_of() -> None:
    (one,) = imported("زار O O\nجامعة B-ORG O\nلبنان I-ORG B-GPE\n")
    assert places(one) == [("GPE", "لبنان")]
    assert one.notices == ("in line 1, column 2 has tags as well: those of the last are taken",)


def test_labels_alone_are_spans_of_neighbours() -> None:
    (one,) = imported("زار\tO\nحزب\tOrg\nالوادي\tOrg\nلبنان\tLoc\nنعم\to\n")
    assert places(one) == [("Org", "حزب الوادي"), ("Loc", "لبنان")]
    assert one.problems == ("in line 5, a tag is O, or B- or I- and a label, and not o",)
    assert one.notices == ("in line 1, labels without B- or I- are taken: neighbours of one label are one span",)


def test_a_language_before_every_token_is_no_part_of_it() -> None:
    (one,) = imported("ar:نعم\tO\n" * 19 + "ar:لبنان\tB-LOC\n")
    assert (one.text, places(one)) == (" ".join(["نعم"] * 19 + ["لبنان"]), [("LOC", "لبنان")])
    (one,) = imported("ar:نعم\tO\n" * 19 + "لبنان\tB-LOC\n")
    assert one.text == " ".join(["ar:نعم"] * 19 + ["لبنان"])


def test_the_names_of_conll_2012_are_spans_of_its_documents() -> None:
    first, second = imported(BRACKETS)
    assert (first.id, first.line, first.text, first.problems) == (
        "nw/ann_1",
        1,
        "زار رئيس بلدية الوادي\nلبنان",
        (),
    )
    nested = [("PERSON", "رئيس بلدية الوادي"), ("ORG", "بلدية الوادي"), ("GPE", "الوادي"), ("GPE", "لبنان")]
    assert places(first) == nested
    assert (second.id, second.text, second.spans) == ("nw/ann_1-1", "نعم", ())
    assert second.problems == ("in line 12, the columns are not those of CoNLL-2012",)
    assert "coreference left out" in first.notices[0]
    assert not second.notices


def test_a_name_that_is_not_closed_ends_with_its_sentence() -> None:
    (one,) = imported("#begin document (a); part 000\n" + "a 0 0 نعم * * - - - - (A* * -\n\n" * 2)
    assert places(one) == [("A", "نعم"), ("A", "نعم")]


def test_names_that_are_never_closed_stay_bounded() -> None:
    names = Names()
    row = [*"x00w", *"N*----", "(A" * 300, "*", "-"]
    assert [len(names.tags(row)) for _ in range(3)] == [300, 556, 556]
