from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, empty_layer, fragments, short_texts, span_of

from annotations.groups import MOST_SUGGESTIONS, Entity, entities, mentions_of, same_as, suggest, ungroup
from annotations.layer import Layer
from annotations.span import Span, change_span

NAMES = "حزب الوادي، الحزب، زعيم حزب الوادي، حِزب الوادي، الوادي، زعيم الحزب"

Partition = set[frozenset[str]]


def names_layer(text: str = NAMES, label: str = "actor") -> Layer:
    """A span s0, s1, … over each name between commas."""
    layer, start = empty_layer(text), 0
    for number, name in enumerate(text.split("، ")):
        layer = layer.add(span_of(text, (start, start + len(name)), span_id=f"s{number}", label=label))
        start += len(name) + 2
    return layer


def alike(layer: Layer) -> Partition:
    """Which spans are the same, whatever the ids of their groups."""
    return {frozenset(span.id for span in mentions_of(layer, span)) for span in layer.spans}


def joined(layer: Layer, *pairs: tuple[str, str]) -> Layer:
    for span_id, other_id in pairs:
        layer = same_as(layer, span_id, other_id, now=LATER)
    return layer


@st.composite
def grouped_layers(draw: st.DrawFn) -> Layer:
    """A layer of two labels with few group ids, so that groups meet, some of them across labels."""
    text = draw(short_texts)
    kinds = st.tuples(st.sampled_from(["actor", "event"]), st.sampled_from([None, None, "", "g1", "g2"]))
    drawn = [
        change_span(span_of(text, *draw(fragments(len(text))), span_id=f"s{number}", label=label), group=group, now=NOW)
        for number, (label, group) in enumerate(draw(st.lists(kinds, min_size=3, max_size=8)))
    ]
    return Layer.of(empty_layer(text).header, drawn)


def two_of_one_label(data: st.DataObject, layer: Layer) -> tuple[Span, Span]:
    span = data.draw(st.sampled_from(layer.spans))
    others = [other for other in layer.spans if other.label == span.label and other is not span]
    assume(others)
    return span, data.draw(st.sampled_from(others))


@given(grouped_layers(), st.data())
def test_same_as_joins_both_groups_and_changes_nothing_else(layer: Layer, data: st.DataObject) -> None:
    span, other = two_of_one_label(data, layer)
    after = same_as(layer, span.id, other.id, now=LATER)
    joining = {mention.id for of in (span, other) for mention in mentions_of(layer, of)}
    assert alike(after) == {group for group in alike(layer) if not group & joining} | {frozenset(joining)}
    for old, new in zip(layer.spans, after.spans, strict=True):
        assert new == change_span(old, group=new.group, now=LATER) if old.id in joining and old != new else new is old
    assert after == Layer.of(layer.header, after.spans)


@given(grouped_layers(), st.data())
def test_same_as_is_symmetric_and_a_second_time_changes_nothing(layer: Layer, data: st.DataObject) -> None:
    span, other = two_of_one_label(data, layer)
    after = same_as(layer, span.id, other.id, now=LATER)
    assert alike(after) == alike(same_as(layer, other.id, span.id, now=LATER))
    assert same_as(after, span.id, other.id, now=LATER) is after
    assert same_as(after, other.id, span.id, now=LATER) is after


@given(grouped_layers(), st.data())
def test_same_as_is_transitive(layer: Layer, data: st.DataObject) -> None:
    span, other = two_of_one_label(data, layer)
    thirds = [third for third in layer.spans if third.label == span.label and third not in (span, other)]
    assume(thirds)
    third = data.draw(st.sampled_from(thirds))
    after = joined(layer, (span.id, other.id), (other.id, third.id))
    assert after.span(span.id).group == after.span(third.id).group
    assert same_as(after, span.id, third.id, now=LATER) is after


@given(grouped_layers(), st.data())
def test_ungroup_takes_one_span_out_and_leaves_no_mention_alone(layer: Layer, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(layer.spans))
    after = ungroup(layer, span.id, now=LATER)
    rest = {mention.id for mention in mentions_of(layer, span)} - {span.id}
    own = frozenset(rest | {span.id})
    assert alike(after) == {group for group in alike(layer) if group != own} | {frozenset({span.id})} | (
        {frozenset(rest)} if rest else set()
    )
    assert not after.span(span.id).group
    assert len(rest) != 1 or not after.span(*rest).group
    assert all(new is old for old, new in zip(layer.spans, after.spans, strict=True) if old.id not in own)
    assert ungroup(after, span.id, now=LATER) is after
    assert span.group or after is layer


def test_ungroup_undoes_same_as_of_two_lone_spans() -> None:
    layer = ungroup(joined(names_layer(), ("s0", "s1")), "s1", now=LATER)
    assert [span.group for span in layer.spans] == [None] * 6


def test_the_larger_group_keeps_its_id() -> None:
    layer = joined(names_layer(), ("s0", "s1"), ("s1", "s2"), ("s3", "s4"))
    large, small = layer.span("s0").group, layer.span("s3").group
    for pair in (("s0", "s3"), ("s4", "s2")):
        assert {span.group for span in joined(layer, pair).spans} == {large, None}
    assert large != small
    assert joined(layer, ("s5", "s4")).span("s5").group == small


def test_a_mention_left_by_the_others_keeps_the_id_for_the_next() -> None:
    layer = joined(names_layer(), ("s0", "s1")).remove("s0")
    group = layer.span("s1").group
    assert joined(layer, ("s1", "s2")).span("s2").group == group
    assert joined(layer, ("s2", "s1")).span("s2").group == group


def test_what_cannot_be_the_same_is_refused_in_a_sentence() -> None:
    layer = names_layer().add(span_of(NAMES, (0, 3), span_id="e1", label="event"))
    with pytest.raises(ValueError, match=r"^an actor cannot be the same as an event$"):
        same_as(layer, "s0", "e1", now=LATER)
    with pytest.raises(ValueError, match=r"^a span cannot be the same as itself$"):
        same_as(layer, "s0", "s0", now=LATER)
    odd = layer.replace(change_span(layer.span("e1"), label="place\u202e", now=NOW))
    with pytest.raises(ValueError, match=r"^a place\\u202e cannot be the same as an actor$"):
        same_as(odd, "e1", "s0", now=LATER)
    for misuse in (("s0", "s9"), ("s9", "s0")):
        with pytest.raises(KeyError):
            same_as(layer, *misuse, now=LATER)


@given(grouped_layers())
def test_entities_are_the_groups_of_a_label_with_the_most_mentions_first(layer: Layer) -> None:
    for label in ("actor", "event"):
        found = entities(layer, label)
        members = {frozenset(mention.id for mention in entity.mentions) for entity in found}
        assert members == {group for group in alike(layer) if layer.span(min(group)).label == label}
        order = [(-len(entity.mentions), layer.spans.index(entity.mentions[0])) for entity in found]
        assert order == sorted(order)
        for entity in found:
            assert list(entity.mentions) == mentions_of(layer, entity.mentions[0])
            assert entity.label == label
            assert entity.title in {mention.text for mention in entity.mentions}


def test_an_entity_is_titled_by_the_most_visible_letters_and_typed_by_the_commonest_subtype() -> None:
    text = "حِزْبُ النَّهْرِ، حـــــــــــــــزب، حزب الأنهار، حزب النهرين، حكومة"
    layer = joined(names_layer(text), ("s0", "s1"), ("s1", "s2"), ("s2", "s3"))
    for span_id, subtype in (("s1", "gov"), ("s2", "party"), ("s3", "party")):
        layer = layer.replace(change_span(layer.span(span_id), subtype=subtype, now=NOW))
    assert entities(layer, "actor") == [
        Entity("حزب الأنهار", "actor", "party", tuple(layer.spans[:4])),
        Entity("حكومة", "actor", None, (layer.span("s4"),)),
    ]
    tied = layer.replace(change_span(layer.span("s0"), subtype="gov", now=NOW))
    assert entities(tied, "actor")[0].subtype == "gov"
    assert entities(layer, "event") == []


def test_mentions_without_a_subtype_do_not_outvote_the_one_that_has_it() -> None:
    layer = joined(names_layer(), ("s0", "s1"), ("s1", "s2"))
    for span_id, subtype in (("s2", "party"), ("s3", "gov")):
        layer = layer.replace(change_span(layer.span(span_id), subtype=subtype, now=NOW))
    assert [entity.subtype for entity in entities(layer, "actor")] == ["party", "gov", None, None]


def test_equal_words_are_suggested_first_then_those_with_fewer_words_between() -> None:
    layer = names_layer()
    assert [span.id for span in suggest(layer, layer.span("s0"))] == ["s3", "s2", "s4"]
    assert [span.id for span in suggest(layer, layer.span("s1"))] == ["s5"]
    # Of equals the nearest.
    assert [span.id for span in suggest(layer, layer.span("s4"))] == ["s3", "s0", "s2"]


def test_one_mention_of_an_entity_is_suggested_and_none_of_the_own() -> None:
    layer = joined(names_layer(), ("s0", "s2"), ("s3", "s4"))
    assert [span.id for span in suggest(layer, layer.span("s0"))] == ["s3"]
    assert [span.id for span in suggest(layer, layer.span("s4"))] == ["s0"]


def test_only_whole_words_of_the_same_label_are_suggested() -> None:
    layer = names_layer("حزب، أحزاب، حزبي، ـ، حزب وطني").add(span_of("حزب", (0, 3), span_id="e1", label="event"))
    assert [span.id for span in suggest(layer, layer.span("s0"))] == ["s4"]
    assert suggest(layer, layer.span("e1")) == []
    assert suggest(layer, layer.span("s3")) == []


def test_suggestions_are_at_most_so_many() -> None:
    layer = names_layer("، ".join(["الحكومة"] * (MOST_SUGGESTIONS + 5)))
    assert [span.id for span in suggest(layer, layer.spans[0])] == [f"s{n}" for n in range(1, MOST_SUGGESTIONS + 1)]


@given(grouped_layers(), st.data())
def test_what_is_suggested_can_be_joined(layer: Layer, data: st.DataObject) -> None:
    span = data.draw(st.sampled_from(layer.spans))
    for other in suggest(layer, span):
        assert other.id not in {mention.id for mention in mentions_of(layer, span)}
        assert same_as(layer, span.id, other.id, now=LATER) is not layer
