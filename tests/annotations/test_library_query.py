from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import texts

from annotations.library import Summary
from annotations.library_query import Order, Query, next_unfinished, orders, sort
from annotations.matching import Shadow, find
from annotations.schema import BUILT_IN, Label, Schema, Subtype

STATUS_NAMES = "new, working, done, flagged, skipped, unfinished"
FILTER_NAMES = "status, annotator, subtype, note, text, links, actor, event"

MEETING = Summary(
    path=Path("news/10-meeting.txt"),
    title="اجتماعُ الأُسرة في الإسكندرية",
    status="in-progress",
    counts={"actor": 4, "event": 1},
    progress=0.5,
    note="المصدر غير واضح",
    updated="2026-11-22T10:15:00Z",
    annotators=("lina", "omar"),
    links=2,
    subtypes={"gov": 3},
)
STRIKE = Summary(
    path=Path("news/2-Strike-إضراب.txt"),
    title="إضراب عمّال الميناء",
    status="done",
    counts={"actor": 2, "event": 3},
    progress=1.0,
    updated="2026-11-23T08:00:00Z",
    annotators=("lina",),
)
NEW = Summary(path=Path("news/3-new.txt"), title="عاجل: الساعة 12:30")
BROKEN = Summary(path=Path("news/4.txt"), title="", error="news/4.txt: is empty; an article needs text.")
ALL = (MEETING, STRIKE, NEW, BROKEN)

# What filters are made of, so that whole ones turn up among the random words.
signs = ["-", '"', "«", "»", "“", "”", ":", ">", ">=", "≤", "=", ",", "،", " ", "\u200f", "\u064e", "ـ", "3", "٣", "²"]
names = ["status", "الحالة", "annotator", "subtype", "note", "text", "links", "actors", "event", "foo"]
values = ["done", "new", "معلّم", "unfinished", "lina", "gov", "الاسره", "واضح", "x"]
pieces = st.sampled_from([*signs, *names, *values])
filters = st.lists(pieces, max_size=12).map("".join) | st.text(max_size=30)
filter_words = st.sampled_from(["status:done", "unfinished", "annotator:omar", "actors>1", "links=0", "note:واضح"]) | (
    st.text(alphabet="خبرالأسرة12.a", min_size=1, max_size=3)
)
summaries = st.builds(
    Summary,
    path=st.sampled_from([Path(name) for name in ("2.txt", "10.txt", "a/1.txt", "قصة.txt")]),
    title=st.sampled_from(["خبر", "الأسرة", "a", ""]),
    status=st.sampled_from(["new", "in-progress", "done", "flagged", "skipped"]),
    counts=st.dictionaries(st.sampled_from(["actor", "event", "other"]), st.integers(1, 4)),
    progress=st.none() | st.sampled_from([0.0, 0.5, 1.0]),
    note=st.sampled_from(["", "غير واضح"]),
    updated=st.none() | st.sampled_from(["2026-11-22T10:15:00Z", "2026-11-23T08:00:00Z"]),
    error=st.none() | st.just("a.txt: is empty."),
    annotators=st.sampled_from([(), ("lina",), ("lina", "omar")]),
    links=st.integers(0, 3),
    subtypes=st.dictionaries(st.sampled_from(["gov", "mil"]), st.integers(1, 2)),
)


def shown(text: str, schema: Schema = BUILT_IN) -> list[Summary]:
    query = Query.parse(text, schema)
    assert query.problems == ()
    assert query.text_words == ()
    return [summary for summary in ALL if query.matches(summary)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", [*ALL]),
        (' - "" «» " " \u064e -“ ', [*ALL]),
        ("status:done", [STRIKE]),
        ("STATUS:Done", [STRIKE]),
        ("status:منجز", [STRIKE]),
        ("الحالة:منجز", [STRIKE]),
        ("حالة:مُنجَز", [STRIKE]),
        ("status:new,done", [STRIKE, NEW]),
        ("status:جديد،منجز،", [STRIKE, NEW]),
        ("status:working", [MEETING]),
        ("status:in-progress", [MEETING]),
        ('status:"in progress"', [MEETING]),
        ("status:«قيد العمل»", [MEETING]),
        ("status:قيد_العمل", [MEETING]),
        ("-status:done", [MEETING, NEW, BROKEN]),
        ("unfinished", [MEETING, NEW]),
        ("غير-منجز", [MEETING, NEW]),
        ("-unfinished", [STRIKE, BROKEN]),
        ('"unfinished"', []),
        ("annotator:lina", [MEETING, STRIKE]),
        ("annotator:OMAR,rami", [MEETING]),
        ("-annotator:omar", [STRIKE, NEW, BROKEN]),
        ("annotator:lin", []),
        ("actor>2", [MEETING]),
        ("actors>=٢", [MEETING, STRIKE]),
        ("actor≥4", [MEETING]),
        ("event<3 event>0", [MEETING]),
        ("events<=1", [MEETING, NEW, BROKEN]),
        ("events≤0", [NEW, BROKEN]),
        ("event=0", [NEW, BROKEN]),
        ("event:3", [STRIKE]),
        ("-event=0", [MEETING, STRIKE]),
        ("حدث>2", [STRIKE]),
        ("Events>2", [STRIKE]),
        ("links>0", [MEETING]),
        ("روابط=0", [STRIKE, NEW, BROKEN]),
        ("subtype:gov", [MEETING]),
        ("subtype:mil,Gov", [MEETING]),
        ("-subtype:gov", [STRIKE, NEW, BROKEN]),
        ("note:واضحٌ", [MEETING]),
        ('note:"غير  واضح"', [MEETING]),
        ("الاسره", [MEETING]),
        ("اسكندريه اجتماع", [MEETING]),
        ("اجتماع ميناء", []),
        ('"عمال الميناء"', [STRIKE]),
        ("«عمال الميناء", [STRIKE]),
        ("-الميناء", [MEETING, NEW, BROKEN]),
        ("STRIKE-اضراب.txt", [STRIKE]),
        ("news", []),
        ("عاجل:", [NEW]),
        ("12:30", [NEW]),
        ("أ>ب", []),
        ("الميناء2-strike", []),
        ("unfinished actor>0 الأسرة -annotator:rami", [MEETING]),
    ],
)
def test_a_filter_shows(text: str, expected: list[Summary]) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("status:foo", f"status:foo: there is no status foo; known are {STATUS_NAMES}."),
        ("-status:done,foo", f"status:done,foo: there is no status foo; known are {STATUS_NAMES}."),
        ("status:", f"status: a status is needed; known are {STATUS_NAMES}."),
        ("status>3", "status>3: write status with a colon."),
        ("actor>x", "actor>x: a number is needed; write for example actor>3."),
        ("actors>", "actors>: a number is needed; write for example actors>3."),
        ("links=-1", "links=-1: a number is needed; write for example links>3."),
        ("actor>²", "actor>²: a number is needed; write for example actor>3."),
        ("actor>" + "9" * 10, f"actor>{'9' * 10}: a number is needed; write for example actor>3."),
        ("foo>3", f"foo>3: there is no filter foo; known are {FILTER_NAMES}; to find it in titles, quote it."),
        ("stat:done", f"stat:done: there is no filter stat; known are {FILTER_NAMES}; to find it in titles, quote it."),
        ("annotator:a.b", "annotator:a.b: a.b is no annotator's name; use letters, digits, _ and - only."),
        ("annotator:,", "annotator:,: a word is needed, right after the colon."),
        ("text:", "text: a word is needed, right after the colon."),
        ('note:"\u200f"', 'note:"\\u200f": a word is needed, right after the colon.'),
        ("text:\u064e", "text:\u064e: a word is needed, right after the colon."),
    ],
)
def test_what_looks_like_a_filter_and_is_none_is_told_and_left_out(text: str, problem: str) -> None:
    query = Query.parse(f"unfinished {text}")
    assert query.problems == (problem,)
    assert [summary for summary in ALL if query.matches(summary)] == [MEETING, NEW]
    assert query.text_words == ()


def test_an_unknown_subtype_is_told_with_those_of_the_schema() -> None:
    bare = Schema(name="x", version="1", labels=(Label(name="party", colour="blue", mark="bold"),))
    assert Query.parse("subtype:gv", bare).problems == ("subtype:gv: there is no subtype gv; known are none.",)
    (problem,) = Query.parse("subtype:gv").problems
    assert problem.startswith("subtype:gv: there is no subtype gv; known are gov, mil, ")


@pytest.mark.parametrize(
    ("text", "subtype"),
    [
        ('subtype:"جيش  نظامي"', "mil"),
        ("subtype:جيش-نظاميّ", "mil"),
        ("subtype:Army", "army"),
        ("subtype:ARMED", "armed"),
    ],
)
def test_a_subtype_goes_by_its_titles_too_but_a_name_goes_first(text: str, subtype: str) -> None:
    subtypes = (Subtype(name="mil", title_ar="جيش نظامي", title_en="Army"), Subtype(name="army", title_en="Armed"))
    label = Label(name="actor", colour="blue", mark="bold", subtypes=(*subtypes, Subtype(name="armed")))
    query = Query.parse(text, Schema(name="x", version="1", labels=(label,)))
    named = [name for name in ("mil", "army", "armed") if query.matches(Summary(Path("a.txt"), "", subtypes={name: 1}))]
    assert named == [subtype]


def test_labels_are_those_of_the_schema_also_where_one_is_called_like_a_filter() -> None:
    names = ("party", "links", "text", "witness")
    labels = tuple(Label(name=name, colour="blue", mark="bold") for name in names)
    schema = Schema(name="x", version="1", labels=labels)
    summary = Summary(Path("a.txt"), "خبر", counts={"party": 2, "links": 5, "text": 1, "witness": 1}, links=9)
    for text in ("parties=2", "party:2", "links=5", "link=9", "text=1", "witnesses=1"):
        assert Query.parse(text, schema).problems == ()
        assert Query.parse(text, schema).matches(summary)
    assert Query.parse("text:1", schema).text_words == (("1", True),)
    assert Query.parse("actor>3", schema).problems != ()


def test_text_words_are_looked_for_in_the_text() -> None:
    query = Query.parse('text:"وقف القتال" -text:اتفاقيه done')
    assert query.text_words == (("وقف القتال", True), ("اتفاقيه", False))
    assert query.matches_text("دعا الوسيط إلى وقف\r\nالقِتال.")
    assert not query.matches_text("وقف القتال في اتفاقيّة")
    assert not query.matches_text("القتال")
    assert Query.parse("done").matches_text("")


@given(texts, st.text(min_size=1, max_size=3) | texts)
def test_a_text_holds_what_the_search_finds_in_it(text: str, word: str) -> None:
    for query in (Query.parse(f'text:"{word}"'), Query.parse(f'-text:"{word}"')):
        for wanted_word, wanted in query.text_words:
            assert query.matches_text(text) == (bool(find(Shadow.of(text), wanted_word)) == wanted)


@given(filters, summaries)
def test_no_text_is_refused(text: str, summary: Summary) -> None:
    query = Query.parse(text)
    assert query.matches(summary) in (True, False)
    assert all(problem.isprintable() and problem.endswith(".") for problem in query.problems)


@given(filter_words, summaries)
def test_a_minus_is_the_complement(word: str, summary: Summary) -> None:
    assert Query.parse(word).matches(summary) != Query.parse(f"-{word}").matches(summary)


@given(st.lists(filters, max_size=3), summaries)
def test_words_narrow_the_list_together(texts: list[str], summary: Summary) -> None:
    closed = [text for text in texts if not any(quote in text for quote in '"«“')]
    queries = [Query.parse(text) for text in closed]
    assert Query.parse(" ".join(closed)).matches(summary) == all(query.matches(summary) for query in queries)


@given(st.lists(summaries, max_size=8), st.sampled_from(orders()))
def test_an_order_is_a_permutation_and_sorting_again_changes_nothing(unsorted: list[Summary], order: Order) -> None:
    once = sort(unsorted, order)
    assert sorted(map(id, once)) == sorted(map(id, unsorted))
    assert [*map(id, sort(once, order))] == [*map(id, once)]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order("name"), [STRIKE, NEW, BROKEN, MEETING]),
        (Order("status"), [MEETING, NEW, STRIKE, BROKEN]),
        (Order("updated"), [STRIKE, MEETING, NEW, BROKEN]),
        (Order("progress"), [STRIKE, MEETING, NEW, BROKEN]),
        (Order("label", "actor"), [MEETING, STRIKE, NEW, BROKEN]),
        (Order("label", "event"), [STRIKE, MEETING, NEW, BROKEN]),
    ],
)
def test_the_order_is(order: Order, expected: list[Summary]) -> None:
    assert order in orders()
    assert sort(ALL, order) == expected
    assert sort([NEW, BROKEN, STRIKE, MEETING], order)[: len(expected) - 2] == expected[:-2] or order.kind == "name"


def test_equals_stay_as_they_stood() -> None:
    for order in orders()[2:]:
        assert sort([BROKEN, NEW], order) == [BROKEN, NEW]


def test_the_next_unfinished_article_comes_after_and_then_from_the_beginning() -> None:
    assert next_unfinished(ALL, -1) == 0
    assert next_unfinished(ALL, 0) == 2
    assert next_unfinished(ALL, 1) == 2
    assert next_unfinished(ALL, 2) == 0
    assert next_unfinished([STRIKE, NEW], 1) is None
    assert next_unfinished([STRIKE, BROKEN], 0) is None
    assert next_unfinished([], -1) is None
