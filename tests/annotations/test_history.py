from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, TEXT, empty_layer, layers, span_of

from annotations.history import History
from annotations.layer import Layer


def steps_of(count: int) -> list[Layer]:
    layers = [empty_layer()]
    for i in range(count):
        layers.append(layers[-1].add(span_of(TEXT, (i, i + 3), span_id=f"s{i}")))
    return layers


@given(st.integers(1, 8), st.data())
def test_undo_then_redo_is_identity_and_visits_every_layer(count: int, data: st.DataObject) -> None:
    layers = steps_of(count)
    history = History.start(layers[0])
    for i, layer in enumerate(layers[1:]):
        history = history.push(layer, f"step {i}")
    back = data.draw(st.integers(1, count))
    undone = history
    for i in range(back):
        undone = undone.undo()
        assert undone.layer == layers[-2 - i]
    redone = undone
    for _ in range(back):
        redone = redone.redo()
    assert redone == history


def test_names_say_what_is_undone_and_redone() -> None:
    first, second, third = steps_of(2)
    history = History.start(first).push(second, "mark actor").push(third, "mark event")
    assert (history.undo_name, history.redo_name) == ("mark event", None)
    history = history.undo()
    assert (history.undo_name, history.redo_name) == ("mark actor", "mark event")
    assert (history.can_undo, history.can_redo) == (True, True)
    assert (history.undo().undo_name, history.undo().can_undo) == (None, False)


def test_with_nothing_to_do_it_stays_itself() -> None:
    history = History.start(empty_layer())
    assert history.undo() is history
    assert history.redo() is history
    assert history.push(empty_layer(), "nothing") is history


def test_a_new_step_forgets_what_was_undone() -> None:
    first, second, third = steps_of(2)
    history = History.start(first).push(second, "mark").undo().push(third, "other")
    assert (history.can_redo, history.undo().layer) == (False, first)


def test_a_change_of_times_alone_is_no_step() -> None:
    history = History.start(empty_layer())
    assert history.push(history.layer.touch(LATER), "touch") is history


@given(layers(TEXT), layers(TEXT))
def test_a_layer_from_elsewhere_is_a_step_like_any_other(before: Layer, after: Layer) -> None:
    history = History.start(before).push(after, "merge")
    assert (history.layer.spans, history.layer.links) == (after.spans, after.links)
    back = history.undo()
    assert (back.layer.state, back.layer.spans, back.layer.links) == (before.state, before.spans, before.links)
    again = back.redo().layer
    assert (again.state, again.spans, again.links) == (after.state, after.spans, after.links)


def test_a_step_holds_the_records_that_it_changed_and_no_more() -> None:
    first, *rest = steps_of(40)
    history = History.start(first)
    for layer in rest:
        history = history.push(layer, "mark")
    assert [len(step.changes) for step in history.past] == [2] + [1] * 39


def test_a_step_whose_records_are_not_as_it_left_them_is_not_taken_back() -> None:
    first, second, third = steps_of(2)
    history = replace(History.start(first).push(second, "mark"), layer=third.remove("s0"))
    with pytest.raises(ValueError, match="another span s0"):
        history.undo()
