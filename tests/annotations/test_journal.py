"""A journal's lines: as they were written, or known as damaged."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import TEXT, empty_layer, layers, link_of, span_of

from annotations.history import History
from annotations.layer import Layer
from annotations.store.journal import (
    Changing,
    Done,
    Head,
    Kept,
    Mark,
    Moment,
    Redone,
    Undone,
    beginning,
    entry_of,
    line,
    parse,
)
from annotations.store.replay import replay

MOMENT = Moment("2026-11-22T10:15:00Z", 12)


def mark(snapshot: str) -> bytes:
    return line(Mark(at=MOMENT.at, seconds=MOMENT.seconds, sha256=snapshot))


KEPT = line(Kept(at=MOMENT.at, seconds=MOMENT.seconds))


class Sitting:
    """A history with the journal that it leaves; nothing is written."""

    def __init__(self, layer: Layer, snapshot: str = "") -> None:
        self.history = History.start(layer)
        self.data = beginning(self.history, snapshot, MOMENT, most=100)

    def push(self, layer: Layer, name: str = "step") -> None:
        before, self.history = self.history, self.history.push(layer, name)
        if self.history is not before:
            self._note(Done, self.history.past[-1])

    def undo(self) -> None:
        if self.history.can_undo:
            self.history = self.history.undo()
            self._note(Undone, self.history.future[-1].inverse)

    def redo(self) -> None:
        if self.history.can_redo:
            self.history = self.history.redo()
            self._note(Redone, self.history.past[-1])

    def _note(self, kind: type[Changing], step: object) -> None:
        self.data += line(entry_of(kind, step, MOMENT))  # type: ignore[arg-type]


def marked(sitting: Sitting, start: int, label: str = "actor") -> None:
    """Mark three letters."""
    span = span_of(TEXT, (start, start + 3), span_id=f"{label}{start}", label=label)
    sitting.push(sitting.history.layer.add(span), f"mark {label}")


@st.composite
def sittings(draw: st.DrawFn) -> tuple[Sitting, list[tuple[str, int, History]]]:
    """A sitting at random, and its snapshots: hash, bytes of the journal by then, and the history by then."""
    sitting = Sitting(empty_layer())
    snapshots = [("", len(sitting.data), sitting.history)]
    for number in range(draw(st.integers(0, 12))):
        kind = draw(st.sampled_from(["mark", "mark", "status", "delete", "undo", "redo", "snapshot"]))
        layer = sitting.history.layer
        if kind == "mark":
            start = draw(st.integers(0, 60))
            sitting.push(layer.add(span_of(TEXT, (start, start + 4), span_id=f"s{number}")), f"mark {number}")
        elif kind == "status":
            sitting.push(layer.with_header(status=draw(st.sampled_from(["done", "flagged"]))), "status")
        elif kind == "delete" and layer.spans:
            sitting.push(layer.remove(draw(st.sampled_from(layer.spans)).id), "delete")
        elif kind == "undo":
            sitting.undo()
        elif kind == "redo":
            sitting.redo()
        elif kind == "snapshot":
            sitting.data += mark(f"hash{number}")
            snapshots.append((f"hash{number}", len(sitting.data), sitting.history))
            sitting.data += KEPT
    return sitting, snapshots


@given(sittings())
def test_the_last_snapshot_and_the_journal_give_the_history_that_was_left(
    drawn: tuple[Sitting, list[tuple[str, int, History]]],
) -> None:
    sitting, snapshots = drawn
    name, _, then = snapshots[-1]
    found = replay(then.layer, name, parse(sitting.data))
    assert found.history == sitting.history
    assert not (found.unfit or found.is_spent or found.is_foreign or found.conflicts)


@given(sittings(), st.data())
def test_a_journal_cut_off_anywhere_gives_a_history_that_was_there_before(
    drawn: tuple[Sitting, list[tuple[str, int, History]]], data: st.DataObject
) -> None:
    sitting, snapshots = drawn
    name, size, then = snapshots[-1]
    cut = sitting.data[: data.draw(st.integers(size, len(sitting.data)))]
    journal = parse(cut)
    assert not journal.damage
    found = replay(then.layer, name, journal)
    whole = parse(cut[: len(cut) - len(journal.torn)])
    assert found == replay(then.layer, name, whole)
    assert not found.unfit


def test_between_the_mark_and_its_sidecar_either_of_the_two_is_known() -> None:
    sitting = Sitting(empty_layer(), "before")
    marked(sitting, 0)
    for more in (mark("after"), mark("after") + mark("other")):
        journal = parse(sitting.data + more)
        for layer, name in ((empty_layer(), "before"), (sitting.history.layer, "after")):
            found = replay(layer, name, journal)
            assert (found.history, found.is_foreign) == (sitting.history, False)


def test_an_old_sidecar_put_back_by_another_program_is_not_written_over_with_what_was_taken_back() -> None:
    sitting = Sitting(empty_layer(), "before")
    marked(sitting, 0)
    found = replay(empty_layer(), "before", parse(sitting.data + mark("after") + KEPT))
    assert found.is_foreign
    assert not found.history.layer.spans


def test_a_sidecar_that_the_journal_does_not_know_gets_what_lies_beyond_the_last_snapshot() -> None:
    sitting = Sitting(empty_layer(), "before")
    marked(sitting, 0)
    sitting.data += mark("after") + KEPT
    marked(sitting, 8)
    theirs = empty_layer().add(span_of(TEXT, (20, 25), span_id="theirs"))
    found = replay(theirs, "unknown", parse(sitting.data))
    assert {span.id for span in found.history.layer.spans} == {"theirs", "actor8"}
    assert (found.recovered, found.is_foreign, found.is_spent) == (1, True, True)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_known_as_damage_and_costs_no_other_line(place: int, change: int) -> None:
    sitting = Sitting(empty_layer())
    for start in (0, 8, 16):
        marked(sitting, start)
    head = sitting.data.index(b"\n") + 1
    place = head + place % (len(sitting.data) - head)
    data = bytearray(sitting.data)
    data[place] ^= change
    journal = parse(bytes(data))
    lost = sitting.data.count(b"\n", 0, place) - 1
    assert journal.damage or journal.torn
    found = replay(empty_layer(), "", journal)
    ids = {span.id for span in found.history.layer.spans}
    # A changed line end joins a line to the next one, or cuts one in two.
    neighbours = {f"actor{(lost + more) * 8}" for more in (0, 1)}
    assert {"actor0", "actor8", "actor16"} - ids <= neighbours


def test_unknown_keys_of_a_deleted_span_come_back_with_it() -> None:
    layer = replace(empty_layer().add(span_of(TEXT, (0, 5))), extras={"span:s1": {"confidence": b"0.5"}})
    sitting = Sitting(layer)
    sitting.push(layer.remove("s1"), "delete")
    found = replay(layer, "", parse(sitting.data))
    assert not found.history.layer.extras
    assert found.history.undo().layer == layer


def test_a_new_journal_takes_what_can_be_undone_and_redone_along() -> None:
    sitting = Sitting(empty_layer())
    for start in (0, 8, 16):
        marked(sitting, start)
    sitting.undo()
    journal = parse(beginning(sitting.history, "now", MOMENT, most=100))
    assert replay(sitting.history.layer, "now", journal).history == sitting.history
    short = replay(sitting.history.layer, "now", parse(beginning(sitting.history, "now", MOMENT, most=1))).history
    assert (short.past, short.future) == (sitting.history.past[-1:], sitting.history.future)


def test_an_entry_whose_records_are_not_there_is_not_taken_up() -> None:
    sitting = Sitting(empty_layer())
    marked(sitting, 0)
    sitting.push(sitting.history.layer.remove("actor0"), "delete")
    head, first, second, _ = sitting.data.split(b"\n")
    found = replay(empty_layer(), "", parse(b"\n".join([head, second, b""])))
    assert [line.content for line in found.unfit] == [second]
    assert found.is_spent
    del first


def test_spans_that_no_text_has_are_not_taken_up() -> None:
    long = empty_layer(TEXT * 2)
    sitting = Sitting(long)
    sitting.push(long.add(span_of(TEXT * 2, (len(TEXT), len(TEXT) + 5))), "mark")
    found = replay(empty_layer(), "", parse(sitting.data))
    assert not found.history.layer.spans
    assert "outside the text" in found.unfit[0].reason


@given(layers(TEXT))
def test_every_record_comes_back_as_it_was(layer: Layer) -> None:
    sitting = Sitting(empty_layer())
    sitting.push(layer, "everything")
    found = replay(empty_layer(), "", parse(sitting.data)).history.layer
    assert (found.state, found.spans, found.links) == (layer.state, layer.spans, layer.links)


def test_a_journal_of_another_version_or_kind_is_no_journal() -> None:
    for data in (b"", b"\n", b"{}\n", b'{"record":"journal"}\n', b"\xff\x00\n", line(_head("hashiya-journal/2"))):
        journal = parse(data)
        assert journal.head is None
        assert not journal.lines


def _head(version: str) -> Head:
    return Head(format=version, article=empty_layer().header, snapshot="", past=0, future=0)


def test_links_are_journalled_like_spans() -> None:
    layer = empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))
    sitting = Sitting(layer)
    sitting.push(layer.add_link(link_of("e1", "s1")), "link")
    sitting.push(sitting.history.layer.remove("e1"), "delete")
    found = replay(layer, "", parse(sitting.data)).history
    assert not found.layer.links
    assert found.undo().layer.links == (link_of("e1", "s1"),)
