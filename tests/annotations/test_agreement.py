from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import TEXT, article_of, empty_layer, layers, span_of

from annotations.exchange.agreement import Agreeing, Agreement, Score
from annotations.formats import Annotated
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span

some = st.lists(layers(TEXT), min_size=2, max_size=3)


def layer_of(*spans: Span) -> Layer:
    return Layer.of(empty_layer().with_header(status="done").header, spans)


def agreement(*articles: list[Layer]) -> Agreement | None:
    agreeing = Agreeing()
    for number, article in enumerate(articles):
        for layer in article:
            agreeing.add(Annotated(str(number), article_of(TEXT), layer, BUILT_IN))
    return agreeing.result()


def test_spans_match_by_fragments_and_label_and_each_but_once() -> None:
    whole = span_of(TEXT, (0, 6), (7, 14))
    lina = layer_of(whole, span_of(TEXT, (7, 14), span_id="s2"), span_of(TEXT, (0, 6), span_id="s3", label="event"))
    omar = layer_of(
        whole,
        span_of(TEXT, (0, 6), (7, 14), span_id="s2"),
        span_of(TEXT, (0, 14), span_id="s3"),
        span_of(TEXT, (7, 14), span_id="s4", label="event"),
    )
    assert agreement([lina, omar]) == Agreement(
        articles=1,
        pairs=1,
        all=Score(matches=1, spans=7, f1=2 / 7),
        labels={"actor": Score(matches=1, spans=5, f1=2 / 5), "event": Score(matches=0, spans=2, f1=0.0)},
    )


def test_articles_of_one_annotator_and_spans_of_nobody_say_nothing() -> None:
    layer = layer_of(span_of(TEXT, (0, 6)))
    assert agreement() is None
    assert agreement([layer], [layer]) is None
    # Nothing is added of layers that nobody worked on.
    assert agreement([layer, empty_layer()]) is None
    assert agreement([layer_of(), layer_of()]) == Agreement(
        articles=1, pairs=1, all=Score(matches=0, spans=0, f1=None), labels={}
    )


@given(some)
def test_it_is_that_of_all_pairs_together(article: list[Layer]) -> None:
    together = agreement(article)
    pairs = [score for one in combinations(article, 2) if (score := agreement(list(one)))]
    if together is None:
        assert not pairs
        return
    assert together.pairs == len(pairs)
    for name in ("matches", "spans"):
        assert getattr(together.all, name) == sum(getattr(pair.all, name) for pair in pairs)


@given(some)
def test_who_is_first_makes_no_difference(article: list[Layer]) -> None:
    assert agreement(article) == agreement(article[::-1])


@given(layers(TEXT), st.integers(2, 4))
def test_whoever_marks_the_same_agrees(layer: Layer, annotators: int) -> None:
    layer = layer.with_header(status="done")
    found = agreement([layer] * annotators)
    assert found is not None
    assert found.pairs == annotators * (annotators - 1) // 2
    assert found.all.f1 == (1.0 if layer.spans else None)
    assert {score.f1 for score in found.labels.values()} <= {1.0}


@given(st.lists(some, min_size=1, max_size=2))
def test_labels_and_articles_add_up_to_all(articles: list[list[Layer]]) -> None:
    found = agreement(*articles)
    alone = [one for one in map(agreement, articles) if one]
    if found is None:
        assert not alone
        return
    for parts in (alone, [found]):
        scores = [score for one in parts for score in one.labels.values()]
        assert found.all.matches == sum(score.matches for score in scores)
        assert found.all.spans == sum(score.spans for score in scores)
    assert (found.articles, found.pairs) == (sum(one.articles for one in alone), sum(one.pairs for one in alone))
