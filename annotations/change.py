"""Changes: what a step did to a layer's records, so that it can be taken back, written down and taken up elsewhere.

A change puts `new` in the place of `old`: nothing in the place of a record removes it, a record in the place of nothing
adds it. The *state* is what of an article's header the annotator changes: its status and note.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, TypeVar

import msgspec

from annotations.span import Link, Span

Status = Literal["new", "in-progress", "done", "flagged", "skipped"]
NO_EXTRAS: Mapping[str, bytes] = {}


class State(msgspec.Struct, frozen=True, kw_only=True, gc=False, tag_field="record", tag="state"):
    """An article's status and note."""

    status: Status
    note: str


Record = State | Span | Link
Key = tuple[str, str]

_Kept = TypeVar("_Kept", Span, Link)


class Change(NamedTuple):
    """`old` or `new`, not both, may be None. `extras`: a removed or added record's unknown keys, as raw JSON."""

    old: Record | None
    new: Record | None
    extras: Mapping[str, bytes] = NO_EXTRAS

    @property
    def inverse(self) -> Change:
        """The change that takes this one back."""
        return Change(self.new, self.old, self.extras)

    @property
    def key(self) -> Key:
        """The record's kind (`state`, `span`, `link`) and id."""
        return key_of(self.old if self.new is None else self.new)


class Trail:
    """The changes that made a layer of another, the latest first. One without a parent is where a layer came from."""

    __slots__ = ("change", "parent")

    def __init__(self, parent: Trail | None = None, change: Change | None = None) -> None:
        self.parent = parent
        self.change = change

    def since(self, earlier: Trail) -> tuple[Change, ...] | None:
        """The changes after an earlier point of this trail, oldest first; None where it does not pass that point."""
        found: list[Change] = []
        at = self
        while at is not earlier:
            if at.parent is None or at.change is None:
                return None
            found.append(at.change)
            at = at.parent
        return tuple(reversed(found))


def key_of(record: Record | None) -> Key:
    """The record's kind (`state`, `span`, `link`) and id; a layer has one state, whose id is empty."""
    if isinstance(record, Span):
        return "span", record.id
    return ("link", record.id) if isinstance(record, Link) else ("state", "")


def differences(old: Sequence[_Kept], new: Sequence[_Kept]) -> Iterator[Change]:
    """The changes that make the new records of the old ones, matched by id: removals, then the others in order."""
    before = {record.id: record for record in old}
    after = {record.id for record in new}
    yield from (Change(record, None) for record in old if record.id not in after)
    for record in new:
        known = before.get(record.id)
        if known is not record and known != record:
            yield Change(known, record)


def netted(changes: Iterable[Change]) -> list[Change]:
    """One change for each record, from what it was first to what it was last; none where that is the same."""
    net: dict[Key, Change] = {}
    for change in changes:
        earlier = net.get(change.key)
        net[change.key] = change if earlier is None else Change(earlier.old, change.new, _carried(earlier, change))
    return [change for change in net.values() if change.old != change.new]


def _carried(earlier: Change, later: Change) -> Mapping[str, bytes]:
    """The unknown keys of two changes in one: those that came with the record, or go with it, or both in turn."""
    if later.new is None:
        return later.extras
    return later.extras or (NO_EXTRAS if earlier.new is None else earlier.extras)
