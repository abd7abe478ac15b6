"""From a sidecar's layer and its journal to the history that the annotator left: pure, nothing is written.

The sidecar is a *snapshot* that the journal knows by its hash. What the journal holds beyond it is taken up, entry by
entry, each checked against the records as they are. Where the journal does not know the sidecar, another program has
changed it: then what the journal holds beyond the last snapshot is merged into it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from annotations.change import Change, Record, State, key_of, netted
from annotations.errors import printable
from annotations.history import History, Step
from annotations.layer import Layer
from annotations.limits import NOTE_LENGTH, check_link_limits, check_span_limits, check_unknown
from annotations.reading import shortened
from annotations.span import Link, Span, check_shape
from annotations.store.journal import Changing, Damage, Done, Journal, Kept, Line, Mark, Undone, Written
from annotations.store.merge import Conflict, merge

Check = Callable[[Span], None]
"""Raises ValueError for a span that the article's text does not have."""


class Replayed(NamedTuple):
    """What a sidecar's layer and its journal give.

    `recovered` entries were beyond the snapshot and are taken up; `unfit` ones could not be, nor could `strays`, which
    are of another text. Where the journal `is_spent`, what it has of the past cannot be trusted or is not this
    sidecar's, and it has to begin anew. `is_foreign` is whether another program changed the sidecar. `seconds` are the
    article's active seconds, None where the journal has none beyond the snapshot.
    """

    history: History
    recovered: int = 0
    strays: int = 0
    unfit: tuple[Damage, ...] = ()
    is_spent: bool = False
    is_foreign: bool = False
    conflicts: tuple[Conflict, ...] = ()
    seconds: int | None = None


class _Point(NamedTuple):
    """Up to and with the line of this number, all is in the snapshot with this hash."""

    number: int
    sha256: str


def replay(layer: Layer, snapshot: str, journal: Journal, check: Check | None = None) -> Replayed:
    """The history of a layer whose sidecar has this SHA-256 (empty where there is none).

    `check` is applied to every span that the journal brings; without it only their shape is looked at. The journal has
    to be of the same source as the layer.
    """
    lines, unfit = _sound(journal.lines, layer.header.length, check)
    points = _points(journal)
    start = next((it.number for it in reversed(points) if it.sha256 == snapshot), None)
    beyond = [line for line in lines if line.number > (points[0].number if start is None else start)]
    seconds = max((line.entry.seconds for line in beyond), default=None)
    if start is None:
        return _merged(layer, beyond, unfit)._replace(seconds=seconds)
    stacks = _Stacks(layer)
    stacks.begin(journal, [line for line in lines if line.number <= start])
    taken = [line for line in beyond if isinstance(line.entry, Changing)]
    misfits = [_unfit(line) for line in taken if not stacks.take(line)]
    unfit += misfits
    # A line that is missing may have been a step: what would be undone is not known then.
    is_spent = bool(journal.damage or unfit) or journal.head is None
    history = History.start(stacks.layer) if is_spent else stacks.history()
    recovered = len(taken) - len(misfits)
    return Replayed(history, recovered, unfit=tuple(unfit), is_spent=is_spent, seconds=seconds)


def refuse(layer: Layer, journal: Journal) -> Replayed:
    """What a layer and a journal of another text give: neither can be told in the other's offsets."""
    last = _points(journal)[0].number
    strays = sum(isinstance(line.entry, Changing) and line.number > last for line in journal.lines)
    return Replayed(History.start(layer), strays=strays, is_spent=True, is_foreign=True)


class _Stacks:
    """A layer with the steps that can be undone and redone, as they come out of a journal."""

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self._past: list[Step] = []
        self._future: list[Step] = []

    def history(self) -> History:
        return History(self.layer, tuple(self._past), tuple(self._future))

    def begin(self, journal: Journal, lines: Iterable[Line]) -> None:
        """Know the steps that the layer has already."""
        past, future = (journal.head.past, journal.head.future) if journal.head else (0, 0)
        for number, _, entry in lines:
            if isinstance(entry, Changing):
                undone = 1 + past < number <= 1 + past + future
                self._future.append(entry.step()) if undone else self._note(entry)

    def take(self, line: Line) -> bool:
        """Take up a step that the layer does not have; whether it fits."""
        entry = line.entry
        if not isinstance(entry, Changing):
            return True
        try:
            self.layer = self.layer.applied_all(entry.step().changes)
        except ValueError:
            return False
        self._note(entry)
        return True

    def _note(self, entry: Changing) -> None:
        if isinstance(entry, Undone):
            # A journal that began anew may have forgotten the step.
            del self._past[-1:]
            self._future.append(entry.step().inverse)
        elif isinstance(entry, Done):
            self._future.clear()
            self._past.append(entry.step())
        else:
            del self._future[-1:]
            self._past.append(entry.step())


def _points(journal: Journal) -> list[_Point]:
    """The last snapshot that is known to have been written, then those that may have been; never empty."""
    head = journal.head
    points = [_Point(1 + head.past + head.future, head.snapshot) if head else _Point(0, "?")]
    for number, _, entry in journal.lines:
        if isinstance(entry, Mark):
            points.append(_Point(number, entry.sha256))
        elif isinstance(entry, Kept):
            del points[:-1]
    return points


def _sound(lines: Iterable[Line], length: int, check: Check | None) -> tuple[list[Line], list[Damage]]:
    """The lines whose records are sound, and the others: a journal is data like any other file."""
    sound: list[Line] = []
    unfit: list[Damage] = []
    for line in lines:
        try:
            if isinstance(line.entry, Changing):
                for change in line.entry.changes:
                    _check_change(change, length, check)
        except ValueError as error:
            unfit.append(Damage(line.number, line.content, shortened(printable(str(error)))))
        else:
            sound.append(line)
    return sound, unfit


def _check_change(change: Written, length: int, check: Check | None) -> None:
    """Raise ValueError, with the reason, for what no step makes, or a sidecar may not hold."""
    record = change.old if change.new is None else change.new
    if record is None or (change.old is not None and key_of(change.old) != key_of(record)):
        raise ValueError("it does not change one record")
    if isinstance(record, State) and (change.old is None or change.new is None):
        raise ValueError("it adds or removes the state")
    for each in (change.old, change.new):
        _check_record(each, length, check)
    known = {"record", *record.__struct_fields__}
    if not known.isdisjoint(change.extras):
        raise ValueError("what is unknown in a record has a known name")
    check_unknown(part for key, value in change.extras.items() for part in (key.encode(), bytes(value)))


def _check_record(record: Record | None, length: int, check: Check | None) -> None:
    if isinstance(record, Span):
        check_span_limits(record)
        check_shape(record, length)
        if check is not None:
            check(record)
    elif isinstance(record, Link):
        check_link_limits(record)
    elif record is not None and len(record.note) > NOTE_LENGTH:
        raise ValueError(f"the note has a length of {len(record.note):,}, and {NOTE_LENGTH:,} is the most")


def _merged(layer: Layer, beyond: Iterable[Line], unfit: list[Damage]) -> Replayed:
    """A sidecar that the journal does not know, with what the journal holds beyond the last snapshot."""
    changes: list[Change] = [
        change for line in beyond if isinstance(line.entry, Changing) for change in line.entry.step().changes
    ]
    net = netted(changes)
    known = {change.new.id: change.new for change in net if isinstance(change.new, Span)}
    merged = merge(layer, net, known.get)
    history = History.start(layer).push(merged.layer, "recover changes")
    return Replayed(
        history,
        len(net) if history.can_undo else 0,
        unfit=tuple(unfit),
        is_spent=True,
        is_foreign=True,
        conflicts=merged.conflicts,
    )


def _unfit(line: Line) -> Damage:
    return Damage(line.number, line.content, "it does not fit the annotations as they are")
