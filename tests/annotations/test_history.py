from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, TEXT, empty_layer, span_of

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


def test_a_touched_layer_is_a_step() -> None:
    layer = empty_layer()
    assert History.start(layer).push(layer.touch(LATER), "touch").can_undo


def test_only_the_last_steps_keep_their_tables() -> None:
    first, *rest = steps_of(40)
    history = History.start(first)
    for layer in rest:
        history = history.push(layer, "mark")
    tables = [layer._span_index is not None for layer, _ in history.past]
    assert tables == [False] * 24 + [True] * 16
    assert [layer for layer, _ in history.past] == [first, *rest[:-1]]
