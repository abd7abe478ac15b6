from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, TEXT, empty_layer, fragments, ids, layers, link_of, short_texts, span_of, spans

from annotations.index import link_order, span_order
from annotations.layer import Layer, link_problem
from annotations.schema import BUILT_IN
from annotations.span import Span, check_span


def two_spans() -> Layer:
    return empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))


def assert_sound(layer: Layer, text: str) -> None:
    """Every invariant of a layer, its tables compared with ones built from nothing."""
    assert list(layer.spans) == sorted(layer.spans, key=span_order)
    assert list(layer.links) == sorted(layer.links, key=link_order)
    for span in layer.spans:
        check_span(span, text)
        assert layer.span(span.id) is span
    fresh = layer.without_index()
    assert layer == fresh
    assert layer._by_position == fresh._by_position
    assert {end: links for end, links in layer._by_end.by_span.items() if links} == dict(fresh._by_end.by_span)
    assert layer._by_end.by_id == fresh._by_end.by_id
    assert layer.counts() == Counter(span.label for span in layer.spans)


@st.composite
def changed(draw: st.DrawFn, layer: Layer, text: str) -> Layer:
    """The layer after one random change."""
    taken = [span.id for span in layer.spans]
    kinds = ["add"] + ["remove", "replace", "add_link"] * bool(taken) + ["remove_link"] * bool(layer.links)
    kind = draw(st.sampled_from(kinds))
    if kind == "add":
        return layer.add(draw(spans(text, draw(ids.filter(lambda new: new not in taken)))))
    if kind == "remove":
        return layer.remove(draw(st.sampled_from(taken)))
    if kind == "replace":
        return layer.replace(draw(spans(text, draw(st.sampled_from(taken)))))
    if kind == "remove_link":
        return layer.remove_link(draw(st.sampled_from(layer.links)).id)
    new = draw(ids.filter(lambda new: all(link.id != new for link in layer.links)))
    return layer.add_link(link_of(draw(st.sampled_from(taken)), draw(st.sampled_from(taken)), link_id=new))


@given(st.data())
def test_every_change_keeps_the_invariants_and_leaves_the_old_layer(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer = data.draw(layers(text))
    for _ in range(data.draw(st.integers(1, 6))):
        before = Layer.of(layer.header, layer.spans, layer.links)
        after = data.draw(changed(layer, text))
        assert layer == before
        assert_sound(after, text)
        layer = after


@given(st.data())
def test_queries_equal_a_look_at_every_span(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer = data.draw(changed(data.draw(layers(text)), text))
    start, end = data.draw(st.integers(-1, len(text) + 1)), data.draw(st.integers(-1, len(text) + 1))
    found = [span for span in layer.spans if span.start < end and start < span.end]
    assert layer.overlapping(start, end) == found
    assert layer.next_after(start) == next((span for span in layer.spans if span.start > start), None)
    assert layer.previous_before(start) == next((span for span in reversed(layer.spans) if span.start < start), None)


@given(st.data())
def test_at_gives_the_spans_whose_fragments_hold_the_offset_innermost_first(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer = data.draw(layers(text))
    offset = data.draw(st.integers(0, len(text)))

    def holds(span: Span) -> bool:
        return any(start <= offset < end for start, end in span.fragments)

    found = layer.at(offset)
    assert Counter(span.id for span in found) == Counter(span.id for span in layer.spans if holds(span))
    assert [span.size for span in found] == sorted(span.size for span in found)


@given(st.data())
def test_with_range_gives_the_spans_over_exactly_these_fragments(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer = data.draw(layers(text))
    asked = data.draw(
        st.sampled_from([list(span.fragments) for span in layer.spans]) if layer.spans else fragments(len(text))
    )
    covered = {offset for start, end in asked for offset in range(start, end)}
    same = [s for s in layer.spans if {o for start, end in s.fragments for o in range(start, end)} == covered]
    assert layer.with_range(reversed(asked)) == same


@given(layers())
def test_links_of_gives_the_links_at_either_end(layer: Layer) -> None:
    for span in layer.spans:
        assert layer.links_of(span.id) == tuple(link for link in layer.links if span.id in (link.event, link.actor))


@given(layers())
def test_layers_are_equal_by_value(layer: Layer) -> None:
    again = Layer.of(layer.header, reversed(layer.spans), reversed(layer.links))
    assert again == layer
    assert again.touch(LATER) != layer


def test_gaps_belong_to_the_extent_and_not_to_the_span() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 5), (14, 17))).add(span_of(TEXT, (0, 17), span_id="s2"))
    assert [span.id for span in layer.overlapping(6, 13)] == ["s1", "s2"]
    assert [span.id for span in layer.at(8)] == ["s2"]
    assert [span.id for span in layer.at(15)] == ["s1", "s2"]
    assert [span.id for span in layer.with_range([(14, 17), (0, 5)])] == ["s1"]
    assert [span.id for span in layer.with_range([(0, 17)])] == ["s2"]


def test_what_ends_where_a_range_starts_does_not_overlap_it() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 17), span_id="s2")).add(span_of(TEXT, (2, 5)))
    assert [span.id for span in layer.overlapping(5, 6)] == ["s2"]


def test_the_first_span_makes_a_new_layer_in_progress() -> None:
    layer = empty_layer()
    assert layer.header.status == "new"
    assert layer.add(span_of(TEXT, (0, 5))).header.status == "in-progress"
    assert layer.with_header(status="flagged").add(span_of(TEXT, (0, 5))).header.status == "flagged"


def test_removing_a_span_takes_its_links_along() -> None:
    layer = two_spans().add(span_of(TEXT, (37, 47), span_id="s2")).add_link(link_of("e1", "s1"))
    layer = layer.add_link(link_of("e1", "s2", link_id="l2"))
    assert [link.id for link in layer.remove("s1").links] == ["l2"]
    assert layer.remove("e1").links == ()


def test_misuse_is_refused() -> None:
    layer = two_spans().add_link(link_of("e1", "s1"))
    with pytest.raises(ValueError, match="span id s1 is taken"):
        layer.add(span_of(TEXT, (0, 5)))
    with pytest.raises(ValueError, match="outside the text"):
        layer.add(span_of(TEXT * 2, (len(TEXT), len(TEXT) + 3), span_id="s9"))
    with pytest.raises(ValueError, match="link id l1 is taken"):
        layer.add_link(link_of("e1", "s1", role="reporter"))
    with pytest.raises(ValueError, match="used twice"):
        Layer.of(layer.header, [*layer.spans, *layer.spans])
    misuses: tuple[Callable[[], Layer], ...] = (
        lambda: layer.add_link(link_of("e1", "s9", link_id="l2")),
        lambda: layer.add_link(link_of("s9", "s1", link_id="l2")),
        lambda: layer.remove("s9"),
        lambda: layer.replace(span_of(TEXT, (0, 5), span_id="s9")),
        lambda: layer.remove_link("l9"),
    )
    for misuse in misuses:
        with pytest.raises(KeyError):
            misuse()


def test_links_with_missing_ends_are_known_as_invalid() -> None:
    layer = two_spans()
    layer = Layer.of(layer.header, layer.spans, [link_of("e1", "s1"), link_of("e1", "gone", link_id="l2")])
    assert [link.id for link in layer.invalid_links] == ["l2"]


def test_link_problem_says_what_is_wrong() -> None:
    layer = two_spans()
    assert link_problem(layer, link_of("e1", "s1"), BUILT_IN) is None
    assert link_problem(layer, link_of("e1", "s9"), BUILT_IN) == "its actor s9 is missing"
    assert link_problem(layer, link_of("e9", "s1"), BUILT_IN) == "its event e9 is missing"
    problem = link_problem(layer, link_of("s1", "e1"), BUILT_IN)
    assert problem == "its event is labelled actor, and the role agent needs event"
    problem = link_problem(layer, link_of("e1", "s1", role="owner"), BUILT_IN)
    assert problem == "the schema actor-event has no role owner"
