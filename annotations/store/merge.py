"""Two sets of changes to one layer, made apart, in one layer again: by record id, neither side dropped.

*Theirs* is the layer that the sidecar holds now, *ours* the changes since the layer that both began with. A record that
only one side changed is as that side left it; where both changed different fields of it, it has what either made of
them. What is left is a *conflict*: then both records are kept, and it is told. A record that one side deleted and the
other changed or linked stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple

import msgspec

from annotations.change import Change, Record, State
from annotations.errors import printable
from annotations.layer import Layer
from annotations.limits import NOTE_LENGTH
from annotations.span import Link, Span, new_id

# Fields that change together, for the text that a span covers is one thing.
_SPAN_PARTS = (
    ("start", "end", "fragments", "text", "prefix", "suffix"),
    ("label",),
    ("subtype",),
    ("attributes",),
    ("group",),
    ("note",),
    ("origin",),
)
_LINK_PARTS = (("event",), ("role",), ("actor",), ("note",), ("origin",))
_SHOWN = 40  # code points of a span's text in a sentence


class Conflict(NamedTuple):
    """What both sides changed: a sentence without its full stop, and the id of a span to look at, if there is one."""

    told: str
    span_id: str | None = None


class Merged(NamedTuple):
    """The layer with both sides' changes, and the conflicts between them."""

    layer: Layer
    conflicts: tuple[Conflict, ...] = ()


def merge(theirs: Layer, ours: Iterable[Change], known: Callable[[str], Span | None]) -> Merged:
    """Our changes, one for each record (see `netted`), taken up in their layer.

    `known` finds a span of ours by its id: one that they deleted and we linked is taken from there.
    """
    changes = list(ours)
    removed = {change.key[1] for change in changes if isinstance(change.old, Link) and change.new is None}
    merging = _Merging(theirs, known, removed)
    # Links last: they may be to new spans.
    for change in sorted(changes, key=lambda change: change.key[0] == "link"):
        merging.take(change)
    merging.mend_links()
    return Merged(merging.layer, tuple(merging.conflicts))


class _Merging:
    """The layer as far as our changes are taken up."""

    def __init__(self, theirs: Layer, known: Callable[[str], Span | None], removed: Collection[str]) -> None:
        self.layer = theirs
        self.conflicts: list[Conflict] = []
        self._known = known
        self._removed = removed
        # Ours by id, where they marked the very same.
        self._same: dict[str, str] = {}

    def take(self, change: Change) -> None:
        if isinstance(change.new, Link):
            change = change._replace(new=self._pointed(change.new))
        now = self.layer.record(change)
        if now == change.new:
            return
        if isinstance(change.new, Span) and change.old is None and self._is_marked(change.new):
            return
        if isinstance(change.old, Span) and change.new is None and self._is_linked(change.old):
            self._tell(f"{_told(change.old)} was deleted here and linked there, and stays", change.old)
        elif now == change.old:
            self.layer = self.layer.applied(change)
        else:
            self._settle(change, now)

    def mend_links(self) -> None:
        """Bring back spans that were deleted there, and that a link of ours needs."""
        for link in self.layer.invalid_links:
            for end in (link.event, link.actor):
                span = self._known(end)
                if span is not None and self.layer.find(end) is None:
                    self.layer = self.layer.applied(Change(None, span))
                    self._tell(f"{_told(span)} was deleted there and linked here, and stays", span)

    def _settle(self, change: Change, now: Record | None) -> None:
        """A record that both sides changed."""
        old, new = change.old, change.new
        if isinstance(now, State) and isinstance(old, State) and isinstance(new, State):
            self._settle_state(old, new, now)
        elif new is None:
            self._tell(f"{_told(now)} was deleted here and changed there, and stays", now)
        elif now is None:
            self.layer = self.layer.applied(Change(None, new, change.extras))
            self._tell(f"{_told(new)} was deleted there and changed here, and stays", new)
        else:
            self._keep_both(old, new, now)

    def _keep_both(self, old: Record | None, new: Record, now: Record) -> None:
        both = _in_one(old, new, now)
        if both is not None:
            self.layer = self.layer.applied(Change(now, both))
        elif isinstance(new, Span | Link):
            copy = msgspec.structs.replace(new, id=new_id())
            self.layer = self.layer.applied(Change(None, copy))
            self._tell(f"{_told(now)} was changed here and there: both are kept", copy)

    def _settle_state(self, old: State, new: State, now: State) -> None:
        status = now.status if new.status == old.status else new.status
        if now.status not in (old.status, status):
            self._tell(f"the status is {now.status} there and {status} here, which stays")
        note = now.note if new.note == old.note else new.note
        if now.note not in (old.note, note):
            note = self._one_note(now.note, note)
        self.layer = self.layer.with_header(status=status, note=note)

    def _one_note(self, theirs: str, ours: str) -> str:
        if set(ours.splitlines()) <= set(theirs.splitlines()):
            return theirs
        both = f"{theirs}\n{ours}"
        if len(both) > NOTE_LENGTH:
            self._tell("the article's note was changed here and there: theirs stays, and ours is in the journal")
            return theirs
        self._tell("the article's note was changed here and there: both are kept")
        return both

    def _is_marked(self, span: Span) -> bool:
        """Whether they marked the very same, under another id."""
        found = (it for it in self.layer.with_range(span.fragments) if self._known(it.id) is None)
        twin = next((it for it in found if _is_same(it, span)), None)
        if twin is not None:
            self._same[span.id] = twin.id
        return twin is not None

    def _is_linked(self, span: Span) -> bool:
        """Whether they have links of the span that we did not know when we deleted it."""
        return any(link.id not in self._removed for link in self.layer.links_of(span.id))

    def _pointed(self, link: Link) -> Link:
        return msgspec.structs.replace(
            link, event=self._same.get(link.event, link.event), actor=self._same.get(link.actor, link.actor)
        )

    def _tell(self, told: str, record: Record | None = None) -> None:
        self.conflicts.append(Conflict(told, record.id if isinstance(record, Span) else None))


def _in_one(old: Record | None, new: Record, now: Record) -> Record | None:
    """The record with what either side made of its fields; None where they made different things of one."""
    if old is None:
        return None
    changed: dict[str, Any] = {}
    for part in _SPAN_PARTS if isinstance(new, Span) else _LINK_PARTS:
        before, here, there = (_values(record, part) for record in (old, new, now))
        if here in (before, there):
            continue
        if there != before:
            return None
        changed |= zip(part, here, strict=True)
    return msgspec.structs.replace(
        now, **changed, updated=max(_values(new, ("updated",))[0], _values(now, ("updated",))[0])
    )


def _is_same(one: Span, other: Span) -> bool:
    return all(_values(one, part) == _values(other, part) for part in _SPAN_PARTS if part != ("origin",))


def _values(record: Record, part: tuple[str, ...]) -> list[Any]:
    return [getattr(record, name) for name in part]


def _told(record: Record | None) -> str:
    if isinstance(record, Span):
        return f"the {_short(record.label)} “{_short(record.text)}”"
    return f"a link ({_short(record.role)})" if isinstance(record, Link) else "the state"


def _short(text: str) -> str:
    """Text of a file for a sentence."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return printable(" ".join(shown.split()))
