"""What `annotations.stats` counts, by hand on small articles and by its definitions on any."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TOOL, article_of, empty_layer, layers, link_of, short_texts, span_of

from annotations.article import Article
from annotations.labels import SchemaRef
from annotations.layer import Layer
from annotations.normalise import normalise
from annotations.schema import BUILT_IN
from annotations.span import Fragment, Span, make_span
from annotations.stats import (
    MOST_ACTORS,
    Count,
    LengthCount,
    Lengths,
    Record,
    SchemaCount,
    Stats,
    SubtypeCount,
    Work,
    count,
)

STORY = "قال أحمد لقسد إن الوفد وصل، ثم غادر."
AHMAD, QASAD, DELEGATION = (4, 8), (10, 13), (17, 22)


def layer_of(text: str, *spans: Span, annotator: str = "lina", seconds: int = 0) -> Layer:
    header = Layer.new(article_of(text), annotator, BUILT_IN, NOW, TOOL).with_header(seconds_active=seconds).header
    return Layer.of(header, spans)


def spans_at(text: str, *places: tuple[Fragment, ...], label: str = "actor") -> list[Span]:
    return [span_of(text, *parts, span_id=f"s{number}", label=label) for number, parts in enumerate(places)]


def counted(text: str, *places: tuple[Fragment, ...]) -> Stats:
    return count([(article_of(text), layer_of(text, *spans_at(text, *places)))])


def named(path: str, text: str = STORY) -> Article:
    return article_of(text, Path(path))


def test_nothing_is_counted_as_nothing() -> None:
    stats = count([])
    assert (stats.articles, stats.annotated, stats.spans, stats.links, stats.words) == (0, 0, 0, 0, 0)
    assert stats.statuses == tuple(Count(name, 0) for name in ("new", "in-progress", "done", "flagged", "skipped"))
    assert stats.length_in_words == stats.length_in_code_points == Lengths(None, None, None)
    assert stats.work == Work(0, 0, 0, None, None)
    assert stats.word_lengths == stats.schemas == ()


def test_articles_are_counted_once_and_statuses_for_each_annotator() -> None:
    done = layer_of(STORY).with_header(status="done")
    stats = count(
        [(named("1"), done), (named("1"), layer_of(STORY, annotator="omar")), (named("2"), done), (named("3"), None)]
    )
    assert (stats.articles, stats.annotated, stats.unannotated) == (3, 2, 1)
    assert {one.name: one.count for one in stats.statuses if one.count} == {"new": 2, "done": 2}
    assert [(one.name, one.articles) for one in stats.annotators] == [("lina", 2), ("omar", 1)]
    assert [one.count for one in stats.annotators[0].statuses] == [0, 0, 2, 0, 0]
    assert stats.words == 2 * 8


def test_spans_are_counted_by_label_and_subtype_and_links_by_role() -> None:
    fields = [("event", None), ("actor", "gov"), ("actor", "gov"), ("actor", None)]
    spans = [
        make_span(STORY, [AHMAD], label, id=str(number), now=NOW, subtype=subtype)
        for number, (label, subtype) in enumerate(fields)
    ]
    links = [link_of("0", "1", "a"), link_of("0", "2", "b", "recipient"), link_of("0", "3", "c")]
    stats = count([(article_of(STORY), Layer.of(empty_layer(STORY).header, spans, links))])
    assert stats.labels == (Count("actor", 3), Count("event", 1))
    assert stats.subtypes == (
        SubtypeCount("actor", "gov", 2),
        SubtypeCount("actor", None, 1),
        SubtypeCount("event", None, 1),
    )
    assert stats.roles == (Count("agent", 2), Count("recipient", 1))
    assert (stats.spans, stats.links) == (4, 3)


@pytest.mark.parametrize(
    ("parts", "words", "is_inside"),
    [
        ((AHMAD,), 1, False),
        ((QASAD,), 1, True),
        (((9, 13),), 1, False),
        (((9, 10),), 1, True),
        (((4, 13),), 2, False),
        ((AHMAD, DELEGATION), 2, False),
        ((AHMAD, (17, 20)), 2, True),
        (((9, 10), (11, 13)), 1, True),
        (((22, 28),), 1, False),
        (((26, 27),), 0, False),
    ],
)
def test_a_span_touches_words_and_may_be_inside_one(
    parts: tuple[Fragment, ...], words: int, *, is_inside: bool
) -> None:
    stats = counted(STORY, parts)
    assert stats.length_in_words.longest == words
    assert stats.inside_words == is_inside
    assert stats.discontinuous == (len(parts) > 1)


def test_lengths_are_without_gaps_and_by_nearest_rank() -> None:
    text = "ابجد " * 10
    assert counted(text, ((0, 4), (10, 14))).length_in_code_points == Lengths(8, 8, 8)
    lengths = [1, 1, 1, 2, 2, 2, 3, 3, 9, 30]
    stats = counted(text, *(((0, length),) for length in lengths))
    assert stats.length_in_code_points == Lengths(2, 9, 30)


def test_spans_are_counted_by_the_words_they_touch_and_layers_by_the_schema_they_were_begun_under() -> None:
    stats = counted(STORY, (AHMAD,), (QASAD,), (AHMAD, DELEGATION), ((26, 27),))
    assert stats.word_lengths == (LengthCount(0, 1), LengthCount(1, 2), LengthCount(2, 1))
    other = layer_of(STORY).with_header(schema=SchemaRef(name="other", version="2"))
    stats = count([(named("1"), other), (named("1"), layer_of(STORY)), (named("2"), layer_of(STORY))])
    assert stats.schemas == (SchemaCount("actor-event", "1", 2), SchemaCount("other", "2", 1))


@pytest.mark.parametrize(
    ("places", "number"),
    [
        (((AHMAD,), (QASAD,)), 0),
        (((AHMAD,), ((8, 9),)), 0),
        ((((4, 13),), (QASAD,)), 2),
        (((AHMAD,), (AHMAD,), (QASAD,)), 2),
        (((AHMAD, DELEGATION), (QASAD,)), 0),
        (((AHMAD, DELEGATION), (QASAD,), ((20, 25),)), 2),
        ((((0, 30),), (AHMAD,), (QASAD,), (DELEGATION,)), 4),
    ],
)
def test_spans_that_share_a_character_overlap(places: tuple[tuple[Fragment, ...], ...], number: int) -> None:
    assert counted(STORY, *places).overlapping == number


def test_annotators_do_not_overlap_each_other() -> None:
    records: list[Record] = [
        (article_of(STORY), layer_of(STORY, *spans_at(STORY, (AHMAD,)), annotator=name)) for name in ("lina", "omar")
    ]
    assert count(records).overlapping == 0


def test_actors_are_one_in_their_normal_form_and_shown_as_most_often_written() -> None:
    text = "أحمد احمد أحمد أَحمد وسام وصل"
    stats = counted(text, ((0, 4),), ((5, 9),), ((10, 14),), ((15, 20),), ((21, 25),))
    assert stats.actors == (Count("أحمد", 4), Count("وسام", 1))
    assert count([(article_of(text), layer_of(text, *spans_at(text, ((0, 4),), label="event")))]).actors == ()
    places = layer_of(text, *spans_at(text, ((0, 4),), label="place"))
    assert count([(article_of(text), places)], {"place"}).actors == (Count("أحمد", 1),)


def test_the_most_frequent_actors_are_few() -> None:
    names = [chr(0x628 + number) * 2 for number in range(MOST_ACTORS + 2)]
    text = " ".join([*names, names[-1]])
    stats = counted(text, *(((3 * number, 3 * number + 2),) for number in range(len(names) + 1)))
    assert [one.name for one in stats.actors] == [names[-1], *names[: MOST_ACTORS - 1]]


def test_rates_are_of_the_time_that_was_measured() -> None:
    timed = layer_of(STORY, *spans_at(STORY, (AHMAD,), (QASAD,), (DELEGATION,)), seconds=1800)
    untimed = layer_of(STORY, *spans_at(STORY, (AHMAD,)), annotator="omar")
    stats = count([(article_of(STORY), timed), (article_of(STORY), untimed)])
    assert stats.work == Work(1800, 8, 3, 16.0, 6.0)
    assert [one.work.spans_per_hour for one in stats.annotators] == [6.0, None]


def test_records_are_taken_one_by_one() -> None:
    alive = 0

    class Watched(str):
        """A text that tells when it is let go."""

        __slots__ = ()

        def __del__(self) -> None:
            nonlocal alive
            alive -= 1

    def records() -> Iterator[Record]:
        nonlocal alive
        for number in range(50):
            alive += 1
            yield Article(Path(str(number)), Watched(STORY), ""), layer_of(STORY)
            assert alive <= 3

    assert count(records()).articles == 50


@given(st.data())
def test_figures_agree_with_their_definitions(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer = data.draw(layers(text))
    stats = count([(article_of(text), layer)])
    covered = [{at for part in span.fragments for at in range(*part)} for span in layer.spans]
    touching = sum(any(a & b for j, b in enumerate(covered) if i != j) for i, a in enumerate(covered))
    sizes = sorted(span.size for span in layer.spans)
    assert stats.overlapping == touching
    assert stats.spans == sum(one.count for one in stats.labels) == sum(one.count for one in stats.subtypes)
    assert stats.links == sum(one.count for one in stats.roles)
    assert {one.name: one.count for one in stats.labels} == dict(layer.counts())
    assert stats.length_in_code_points.longest == max(sizes, default=None)
    assert stats.length_in_code_points.median == (sizes[(len(sizes) - 1) // 2] if sizes else None)
    assert stats.inside_words <= stats.spans == sum(one.count for one in stats.word_lengths)
    assert stats.length_in_words.longest == max((one.length for one in stats.word_lengths), default=None)
    forms = {normalise(span.text).strip() for span in layer.spans if span.label == "actor"}
    assert len(stats.actors) == min(MOST_ACTORS, len(forms))
