from __future__ import annotations

from dataclasses import replace

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, empty_layer, fragments, layers, link_of, span_of

from annotations import edits
from annotations.edits import Edit, Kind, RefusedError
from annotations.history import History
from annotations.labels import Role
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Fragment, Span, change_span


def where(words: str) -> Fragment:
    return TEXT.index(words), TEXT.index(words) + len(words)


GOVERNMENT, AGREEMENT, PARTY = map(where, ("الحكومة", "اتفاقًا", "حزب الوادي"))


def layer_with(*spans: Span) -> Layer:
    layer = empty_layer()
    for span in spans:
        layer = layer.add(span)
    return layer


def linked() -> Layer:
    """An agreement whose agent is the government; the party is another actor."""
    government, agreement = span_of(TEXT, GOVERNMENT), span_of(TEXT, AGREEMENT, span_id="e1", label="event")
    return layer_with(government, agreement, span_of(TEXT, PARTY, span_id="s2")).add_link(link_of("e1", "s1"))


def test_marking_makes_a_span_and_says_so() -> None:
    edit = edits.mark(empty_layer(), TEXT, [PARTY], Kind("actor", "party"), now=NOW)
    (span,) = edit.layer.spans
    assert (span.text, span.label, span.subtype, span.origin) == ("حزب الوادي", "actor", "party", "manual")
    assert (edit.name, edit.span_id) == ("mark actor", span.id)


@pytest.mark.parametrize("ranges", [[], [(3, 3)], [(5, 4)]])
def test_nothing_is_not_marked(ranges: list[Fragment]) -> None:
    with pytest.raises(RefusedError, match="nothing to mark"):
        edits.mark(empty_layer(), TEXT, ranges, Kind("actor"), now=NOW)


def test_one_range_takes_two_labels_and_neither_twice() -> None:
    layer = layer_with(span_of(TEXT, PARTY))
    both = edits.mark(layer, TEXT, [PARTY], Kind("event"), now=NOW).layer
    assert [span.label for span in both.with_range([PARTY])].count("event") == 1
    with pytest.raises(RefusedError, match="marked as actor already"):
        edits.mark(both, TEXT, [PARTY], Kind("actor", "gov"), now=NOW)


def test_marking_many_is_one_step_and_passes_over_what_is_marked() -> None:
    layer = layer_with(span_of(TEXT, PARTY))
    marked = [(PARTY, Kind("actor")), (GOVERNMENT, Kind("actor", "gov"))]
    edit = edits.mark_all(layer, TEXT, marked, now=NOW, origin="dictionary:accepted")
    assert (edit.name, len(edit.layer.spans)) == ("mark 1 span", 2)
    with pytest.raises(RefusedError, match="already"):
        edits.mark_all(edit.layer, TEXT, marked, now=NOW)


def test_deleting_a_span_takes_its_links_with_it() -> None:
    layer = linked()
    edit = edits.delete(layer, layer.span("s1"))
    assert (edit.name, edit.layer.links, edit.layer.find("s1")) == ("delete actor", (), None)


@given(fragments(len(TEXT)), fragments(len(TEXT)))
def test_parts_added_one_by_one_are_a_span_of_all_of_them(first: list[Fragment], more: list[Fragment]) -> None:
    layer = layer_with(span_of(TEXT, *first))
    for part in more:
        held = layer.span("s1")
        if any(start <= part[0] and part[1] <= end for start, end in held.fragments):
            with pytest.raises(RefusedError, match="holds this already"):
                edits.add_fragment(layer, TEXT, held, part, now=NOW)
        else:
            layer = edits.add_fragment(layer, TEXT, held, part, now=NOW).layer
    assert layer.span("s1").fragments == span_of(TEXT, *first, *more).fragments


def test_a_span_is_not_moved_onto_another_of_its_label_nor_to_nothing() -> None:
    layer = layer_with(span_of(TEXT, PARTY), span_of(TEXT, GOVERNMENT, span_id="s2"))
    with pytest.raises(RefusedError, match="has exactly these edges"):
        edits.move(layer, TEXT, layer.span("s1"), [GOVERNMENT], now=NOW)
    for nothing in ([], [(PARTY[0], PARTY[0])]):
        with pytest.raises(RefusedError, match="would be empty"):
            edits.move(layer, TEXT, layer.span("s1"), nothing, now=NOW)


def test_relabelling_keeps_what_the_label_has_too_and_leaves_the_group() -> None:
    layer = layer_with(change_span(span_of(TEXT, PARTY), now=NOW, subtype="party", group="g", note="أكيد"))
    edit = edits.relabel(layer, BUILT_IN, layer.span("s1"), "event", now=LATER)
    changed = edit.layer.span("s1")
    assert (changed.label, changed.subtype, changed.group, changed.note) == ("event", None, None, "أكيد")
    assert (changed.fragments, edit.name) == (layer.span("s1").fragments, "label event")


def test_relabelling_that_would_break_a_link_is_refused_in_plain_words() -> None:
    layer = linked()
    with pytest.raises(RefusedError) as refusal:
        edits.relabel(layer, BUILT_IN, layer.span("s1"), "event", now=LATER)
    assert str(refusal.value) == (
        "a link of the span would be wrong (its actor is labelled event, and the role agent needs actor): "
        "remove the link first"
    )


def test_a_link_that_is_wrong_anyway_does_not_hold_a_label_back() -> None:
    unknown = span_of(TEXT, AGREEMENT, span_id="e1", label="happening")
    layer = layer_with(unknown, span_of(TEXT, GOVERNMENT)).add_link(link_of("e1", "s1", role="sponsor"))
    layer = layer.add_link(link_of("e1", "s1", link_id="l2"))
    assert edits.relabel(layer, BUILT_IN, unknown, "event", now=LATER).layer.span("e1").label == "event"


@pytest.mark.parametrize(
    ("event", "role", "actor", "told"),
    [
        ("e1", "agent", "e1", "linked to itself"),
        ("e1", "agent", "s1", "linked as agent already"),
        ("s2", "agent", "s1", "its event is labelled actor, and the role agent needs event"),
        ("e1", "sponsor", "s1", "has no role sponsor"),
    ],
)
def test_links_that_cannot_be_are_refused(event: str, role: str, actor: str, told: str) -> None:
    layer = linked()
    with pytest.raises(RefusedError, match=told):
        edits.link(layer, BUILT_IN, layer.span(event), role, layer.span(actor), now=NOW)


def test_a_link_to_itself_is_refused_whatever_the_schema_allows() -> None:
    role = Role(name="cause", event_labels=("event",), actor_labels=("event",))
    schema = msgspec.structs.replace(BUILT_IN, roles=(role,))
    layer = linked()
    with pytest.raises(RefusedError, match="linked to itself"):
        edits.link(layer, schema, layer.span("e1"), "cause", layer.span("e1"), now=NOW)


def test_a_role_may_have_several_actors_and_an_actor_several_roles() -> None:
    layer = linked()
    event, party, government = layer.span("e1"), layer.span("s2"), layer.span("s1")
    layer = edits.link(layer, BUILT_IN, event, "agent", party, now=NOW).layer
    edit = edits.link(layer, BUILT_IN, event, "recipient", government, now=NOW)
    assert [(link.role, link.actor) for link in edit.layer.links_of("e1")] == [
        ("agent", "s1"),
        ("agent", "s2"),
        ("recipient", "s1"),
    ]
    assert edit.name == "link recipient"


def test_a_changed_link_keeps_its_id_its_note_and_what_this_version_does_not_know() -> None:
    noted = edits.note_link(linked(), linked().link("l1"), "بحسب البيان", now=NOW).layer
    layer = replace(noted, extras={"link:l1": {"weight": b"2"}})
    for edit in (
        edits.change_link(layer, BUILT_IN, layer.link("l1"), now=LATER, role="recipient"),
        edits.change_link(layer, BUILT_IN, layer.link("l1"), now=LATER, actor="s2"),
        edits.note_link(layer, layer.link("l1"), "نعم", now=LATER),
    ):
        changed = edit.layer.link("l1")
        assert (changed.note in ("بحسب البيان", "نعم"), changed.updated) == (True, "2026-11-22T10:40:12Z")
        assert edit.layer.extras == layer.extras


def test_a_link_is_not_changed_into_one_that_is_there() -> None:
    layer = linked().add_link(link_of("e1", "s2", link_id="l2"))
    with pytest.raises(RefusedError, match="linked as agent already"):
        edits.change_link(layer, BUILT_IN, layer.link("l2"), now=LATER, actor="s1")


def test_a_link_with_a_missing_end_can_be_removed_and_given_an_actor_but_no_note() -> None:
    layer = Layer.of(linked().header, linked().spans, [link_of("e1", "gone")])
    broken = layer.link("l1")
    with pytest.raises(RefusedError, match="missing end"):
        edits.note_link(layer, broken, "نعم", now=LATER)
    assert edits.change_link(layer, BUILT_IN, broken, now=LATER, actor="s2").layer.invalid_links == ()
    assert edits.unlink(layer, broken).layer.links == ()


def test_what_was_accepted_is_edited_once_what_was_proposed_of_it_changes() -> None:
    accepted = change_span(span_of(TEXT, PARTY), now=NOW, origin="dictionary:accepted")
    layer = layer_with(accepted)
    changed = [
        edits.move(layer, TEXT, accepted, [where("الوادي")], now=LATER),
        edits.add_fragment(layer, TEXT, accepted, GOVERNMENT, now=LATER),
        edits.relabel(layer, BUILT_IN, accepted, "event", now=LATER),
        edits.set_subtype(layer, accepted, "party", now=LATER),
    ]
    assert {edit.layer.span("s1").origin for edit in changed} == {"dictionary:edited"}
    kept = [
        edits.set_note(layer, accepted, "نعم", now=LATER),
        edits.set_attribute(layer, accepted, "tense", "past", now=LATER),
        edits.set_subtype(layer, accepted, None, now=LATER),
    ]
    assert {edit.layer.span("s1").origin for edit in kept} == {"dictionary:accepted"}


def test_what_was_made_by_hand_stays_so() -> None:
    layer = layer_with(span_of(TEXT, PARTY))
    assert edits.move(layer, TEXT, layer.span("s1"), [where("الوادي")], now=LATER).layer.span("s1").origin == "manual"


def test_a_step_that_makes_no_difference_is_no_step() -> None:
    layer = linked()
    span, link = layer.span("s1"), layer.link("l1")
    steps = [
        edits.move(layer, TEXT, span, [GOVERNMENT], now=LATER),
        edits.set_note(layer, span, "", now=LATER),
        edits.set_subtype(layer, span, None, now=LATER),
        edits.set_attribute(layer, span, "tense", None, now=LATER),
        edits.note_link(layer, link, "", now=LATER),
        edits.change_link(layer, BUILT_IN, link, now=LATER, role="agent"),
    ]
    assert all(step.layer is layer for step in steps)


def test_a_status_given_twice_is_taken_back() -> None:
    done = edits.set_status(linked(), "done").layer
    assert done.header.status == "done"
    assert edits.set_status(done, "done").layer.header.status == "in-progress"
    assert edits.set_status(edits.set_status(empty_layer(), "flagged").layer, "flagged").layer.header.status == "new"


def test_names_from_a_sidecar_are_told_without_what_a_terminal_would_obey() -> None:
    span = span_of(TEXT, PARTY, label="\x1b[31m")
    layer = layer_with(span, span_of(TEXT, AGREEMENT, span_id="e1", label="event"))
    layer = layer.add_link(link_of("e1", "s1", role="\x1b]0;x\x07"))
    told = [edits.delete(layer, span).name, edits.unlink(layer, layer.link("l1")).name]
    with pytest.raises(RefusedError) as refusal:
        edits.change_link(layer, BUILT_IN, layer.link("l1"), now=LATER, actor="e1")
    assert all(text.isprintable() for text in [*told, str(refusal.value)])


def step_on(layer: Layer, span: Span, what: str, ranges: list[Fragment]) -> Edit:
    if what == "move":
        return edits.move(layer, TEXT, span, ranges, now=LATER)
    if what == "note":
        return edits.set_note(layer, span, "نعم", now=LATER)
    return edits.relabel(layer, BUILT_IN, span, "event", now=LATER) if what == "label" else edits.delete(layer, span)


@given(layers(TEXT), st.data())
def test_every_step_is_taken_back_and_done_again(layer: Layer, data: st.DataObject) -> None:
    history = History.start(layer)
    for span in layer.spans:
        what = data.draw(st.sampled_from(["move", "note", "label", "delete"]))
        try:
            edit = step_on(history.layer, span, what, data.draw(fragments(len(TEXT))))
        except RefusedError:
            continue
        history = history.push(edit.layer, edit.name)
        assert history.undo_name is None or edit.name.isprintable()
    last = history.layer
    while history.can_undo:
        history = history.undo()
    assert history.layer == layer
    while history.can_redo:
        history = history.redo()
    assert history.layer == last
