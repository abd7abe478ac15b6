from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TOOL, texts

from annotations import library_search
from annotations.article import read_article
from annotations.layer import Layer
from annotations.library_query import Query
from annotations.library_search import CONTEXT, CONTEXT_BEFORE, Found, Progress, filter_by_text, search_library
from annotations.matching import Shadow, find
from annotations.pattern import PatternError
from annotations.schema import BUILT_IN
from annotations.store.files import save_layer

FIRST = "عُقد الاجتماع أمس.\r\nوقالت الحكومةُ إنها ترحّب بوقف القتال، وإن الحكومة لن تتراجع.\n"
SECOND = "فتح الميناء أبوابه بعد إضراب طويل."
THIRD = "تنفي حكومه الإقليم الخبر."


def library(folder: Path, *articles: str | bytes) -> list[Path]:
    paths = [folder / f"{number}.txt" for number in range(1, len(articles) + 1)]
    for path, article in zip(paths, articles, strict=True):
        path.write_bytes(article.encode() if isinstance(article, str) else article)
    return paths


def found(records: Iterator[Found | Progress]) -> list[Found]:
    return [record for record in records if isinstance(record, Found)]


def test_articles_with_hits_come_in_their_order_and_the_progress_ends_it(tmp_path: Path) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD)
    start = FIRST.index("حكومة")
    assert list(search_library(paths, "حكومة")) == [
        Found(
            path=paths[0],
            hits=2,
            first=(start, start + len("حكومةُ")),
            context="وقالت الحكومةُ إنها ترحّب بوقف القتال، وإن الحكومة لن تتراجع.",
            context_start=FIRST.index("وقالت"),
        ),
        Found(paths[2], 1, (5, 10), THIRD, 0),
        Progress(3, 3, 0),
    ]
    assert list(search_library(paths, "الجيش")) == [Progress(3, 3, 0)]


def test_what_cannot_be_read_is_counted_and_passed_over(tmp_path: Path) -> None:
    paths = [tmp_path / "none.txt", *library(tmp_path, b"\xce\xc8\xd1", SECOND, b"")]
    records = list(search_library(paths, "الميناء"))
    assert [record.path for record in records if isinstance(record, Found)] == [paths[2]]
    assert records[-1] == Progress(4, 4, 3)


@pytest.mark.parametrize("query", ["", "\u064e\u200f"])
def test_nothing_to_find_reads_nothing(tmp_path: Path, query: str) -> None:
    assert list(search_library([tmp_path / "none.txt"], query)) == [Progress(0, 0, 0)]


def test_the_progress_is_told_in_between(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD)
    monkeypatch.setattr(library_search, "_BETWEEN_PROGRESS", 0.0)
    told = [record for record in search_library(paths, "إضراب") if isinstance(record, Progress)]
    assert told == [Progress(1, 3, 0), Progress(2, 3, 0), Progress(3, 3, 0), Progress(3, 3, 0)]


def test_a_search_stops_between_two_articles(tmp_path: Path) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD)
    stops: list[bool] = []
    records = []
    for record in search_library(paths, "حكومة", cancelled=lambda: bool(stops)):
        records.append(record)
        stops.append(True)
    assert [type(record) for record in records] == [Found, Progress]
    assert records[-1] == Progress(1, 3, 0)


def test_a_search_runs_in_another_thread(tmp_path: Path) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD)
    records = search_library(paths, r"\bال\w+", regex=True)
    with ThreadPoolExecutor(1) as pool:
        assert [record.path for record in pool.submit(found, records).result()] == paths


def test_a_pattern_is_matched_with_the_text_as_it_is(tmp_path: Path) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD)
    assert [(record.path, record.hits) for record in found(search_library(paths, "حكوم[ةه]", regex=True))] == [
        (paths[0], 2),
        (paths[2], 1),
    ]
    (over_a_line_end,) = found(search_library(paths, r"أمس\.\s+وقالت", regex=True))
    assert over_a_line_end.context == "عُقد الاجتماع أمس."


def test_a_pattern_that_does_not_compile_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="does not work"):
        search_library([tmp_path / "none.txt"], "(", regex=True)


def test_a_pattern_that_runs_away_is_told_with_the_article(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = library(tmp_path, SECOND, "ا" * 40 + "ب")
    monkeypatch.setattr(library_search, "_PATTERN_SECONDS", 0.05)
    with pytest.raises(PatternError) as caught:
        list(search_library(paths, "(ا|اا)+$", regex=True))
    assert str(caught.value).startswith(f"{paths[1]}: ")


@pytest.mark.parametrize("query", ["وسط", "آخر", "أولها"])
def test_the_context_of_a_hit_in_a_long_line_is_cut_at_spaces(tmp_path: Path, query: str) -> None:
    words = "كلمات كثيرة " * 30
    paths = library(tmp_path, f"أولها {words}وسط {words}آخر")
    (record,) = found(search_library(paths, query))
    text = paths[0].read_text(encoding="utf-8")
    assert query in record.context
    assert set(record.context.split()) <= set(text.split())
    assert record.first[0] - record.context_start <= CONTEXT_BEFORE
    assert record.context == text[record.context_start :][: len(record.context)]


def test_articles_are_searched_as_they_were_annotated_or_as_is_forced(tmp_path: Path) -> None:
    (path,) = library(tmp_path, "سلام".encode("windows-1256"))
    query = Query.parse("text:سلام")
    assert list(search_library([path], "سلام", annotator="lina")) == [Progress(1, 1, 1)]
    assert [it.hits for it in found(search_library([path], "سلام", encoding="windows-1256"))] == [1]
    assert path in filter_by_text([path], query, encoding="windows-1256")
    save_layer(path, Layer.new(read_article(path, "windows-1256"), "lina", BUILT_IN, NOW, TOOL))
    assert [it.hits for it in found(search_library([path], "سلام", annotator="lina"))] == [1]
    assert path in filter_by_text([path], query, annotator="lina")
    assert list(search_library([path], "سلام", annotator="omar")) == [Progress(1, 1, 1)]


def test_the_filter_by_text_gives_the_articles_that_match(tmp_path: Path) -> None:
    paths = library(tmp_path, FIRST, SECOND, THIRD, b"")
    query = Query.parse("text:الحكومة -text:الميناء")
    assert list(filter_by_text(paths, query)) == [paths[0], Progress(4, 4, 1)]
    assert list(filter_by_text(paths, Query.parse("-text:الحكومة"))) == [*paths[1:3], Progress(4, 4, 1)]
    assert list(filter_by_text(paths, query, cancelled=lambda: True)) == [Progress(0, 4, 0)]


@given(texts, st.text(min_size=1, max_size=2) | texts)
def test_hits_and_first_are_those_of_the_article_and_the_context_is_its_text(text: str, query: str) -> None:
    with TemporaryDirectory() as folder:
        records = found(search_library(library(Path(folder), text), query))
    ranges = find(Shadow.of(text), query)
    assert [(record.hits, record.first) for record in records] == ([(len(ranges), ranges[0])] if ranges else [])
    for record in records:
        start, end = record.context_start, record.context_start + len(record.context)
        assert record.context == text[start:end]
        assert start <= record.first[0] <= end
        assert len(record.context) <= CONTEXT
        assert not set(record.context) & set("\r\n\u2028\u2029")
