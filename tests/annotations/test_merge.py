"""Two sides' changes in one layer: nothing that either did is dropped."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, empty_layer, layers, link_of, span_of

from annotations.change import netted
from annotations.layer import Layer
from annotations.span import Span, change_span
from annotations.store.merge import Merged, merge


def base() -> Layer:
    layer = empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))
    return layer.add(span_of(TEXT, (20, 25), span_id="s2"))


def merged(theirs: Layer, ours: Layer, start: Layer) -> Merged:
    return merge(theirs, netted(ours.changes_since(start)), ours.find)


def changed(layer: Layer, span_id: str, **changes: str) -> Layer:
    return layer.replace(change_span(layer.span(span_id), now=LATER, **changes))  # type: ignore[arg-type]


@given(layers(TEXT), st.data())
def test_what_one_side_alone_changed_is_as_it_left_it(start: Layer, data: st.DataObject) -> None:
    ours = data.draw(edited(start, "o"))
    for theirs, mine in ((start, ours), (ours, start), (ours, ours)):
        found = merged(theirs, mine, start)
        assert (found.layer.spans, found.layer.links, found.layer.state) == (ours.spans, ours.links, ours.state)
        assert not found.conflicts


@given(layers(TEXT), st.data())
def test_every_span_that_either_side_has_made_or_kept_is_there(start: Layer, data: st.DataObject) -> None:
    ours, theirs = data.draw(edited(start, "o")), data.draw(edited(start, "t"))
    found = merged(theirs, ours, start).layer
    for side in (ours, theirs):
        for span in side.spans:
            if start.find(span.id) != span:
                assert any(_holds(it, span) for it in found.spans), span
    assert len({span.id for span in found.spans}) == len(found.spans)
    broken = {link.id for link in (*start.invalid_links, *ours.invalid_links, *theirs.invalid_links)}
    assert {link.id for link in found.invalid_links} <= broken


def _holds(found: Span, span: Span) -> bool:
    return (found.label, found.fragments) == (span.label, span.fragments) or found.id == span.id


@st.composite
def edited(draw: st.DrawFn, layer: Layer, side: str) -> Layer:
    """The layer after some edits of one side."""
    for number in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(["add", "remove", "note", "label", "status"]))
        if kind == "add":
            start = draw(st.integers(0, 60))
            layer = layer.add(span_of(TEXT, (start, start + 4), span_id=f"{side}{number}"))
        elif kind == "status":
            layer = layer.with_header(status=draw(st.sampled_from(["done", "flagged"])))
        elif layer.spans:
            span = draw(st.sampled_from(layer.spans))
            if kind == "remove":
                layer = layer.remove(span.id)
            elif kind == "note":
                layer = layer.replace(change_span(span, now=LATER, note=f"{side}{number}"))
            else:
                layer = layer.replace(change_span(span, now=LATER, label=side))
    return layer


def test_different_fields_of_one_span_are_both_kept_in_it() -> None:
    found = merged(changed(base(), "s1", note="هناك"), changed(base(), "s1", subtype="gov"), base())
    assert (found.layer.span("s1").note, found.layer.span("s1").subtype) == ("هناك", "gov")
    assert not found.conflicts
    assert len(found.layer.spans) == 3


def test_the_same_field_changed_to_two_values_keeps_both_spans_and_is_told() -> None:
    found = merged(changed(base(), "s1", note="هناك"), changed(base(), "s1", note="هنا"), base())
    assert sorted(span.note for span in found.layer.spans if span.start == 6) == ["هنا", "هناك"]
    assert found.layer.span("s1").note == "هناك"
    assert [it.told for it in found.conflicts] == ["the actor “الحكومة” was changed here and there: both are kept"]
    assert found.layer.find(found.conflicts[0].span_id or "") is not None


def test_what_one_side_deleted_and_the_other_changed_stays() -> None:
    for theirs, ours in (
        (base().remove("s1"), changed(base(), "s1", note="هنا")),
        (changed(base(), "s1", note="هنا"), base().remove("s1")),
    ):
        found = merged(theirs, ours, base())
        assert found.layer.span("s1").note == "هنا"
        assert "stays" in found.conflicts[0].told


def test_what_one_side_deleted_and_the_other_linked_stays() -> None:
    linked = base().add_link(link_of("e1", "s1"))
    for theirs, ours in ((base().remove("s1"), linked), (linked, base().remove("s1"))):
        found = merged(theirs, ours, base())
        assert not found.layer.invalid_links
        assert [link.id for link in found.layer.links] == ["l1"]
        assert "linked" in found.conflicts[0].told


def test_the_same_mark_on_both_sides_is_one_and_links_follow_it() -> None:
    theirs = base().add(span_of(TEXT, (30, 35), span_id="theirs"))
    ours = base().add(span_of(TEXT, (30, 35), span_id="ours")).add_link(link_of("e1", "ours"))
    found = merged(theirs, ours, base())
    assert [span.id for span in found.layer.spans if span.start == 30] == ["theirs"]
    assert [(link.event, link.actor) for link in found.layer.links] == [("e1", "theirs")]


def test_two_notes_on_the_article_are_both_kept_and_two_statuses_are_told() -> None:
    theirs = base().with_header(status="done", note="هناك")
    found = merged(theirs, base().with_header(status="flagged", note="هنا"), base())
    assert found.layer.header.note == "هناك\nهنا"
    assert found.layer.header.status == "flagged"
    assert merged(found.layer, base().with_header(note="هنا"), base()).layer.header.note == "هناك\nهنا"
    assert [it.told for it in found.conflicts] == [
        "the status is done there and flagged here, which stays",
        "the article's note was changed here and there: both are kept",
    ]


def test_the_time_of_the_later_change_stays() -> None:
    later = change_span(base().span("s1"), now=LATER + timedelta(hours=1), subtype="gov")
    found = merged(base().replace(later), changed(base(), "s1", note="هنا"), base())
    assert found.layer.span("s1").updated == later.updated
    assert found.layer.span("s1").created == base().span("s1").created
    assert NOW < LATER
