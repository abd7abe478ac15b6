"""Proposals: names marked in earlier articles of the library, shown faintly wherever no span is.

A proposal is made once. One that was skipped, or whose span was deleted, was *refused*: it is not shown again in this
sitting. Undoing brings back what was there before, proposals too.
"""

from __future__ import annotations

from bisect import bisect_left
from time import monotonic
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from annotations.span import Span
from tui.text.navigation import Range
from tui.widgets.row_painter import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from annotations.dictionary import Proposal
    from tui.screens.reader.screen import ReaderScreen

_FACE = 0.2
"""Seconds after which it is told that proposals are being looked for."""


class Proposals:
    """Finds them in the background, and knows which are still to be made; `refused` holds the ranges that are not."""

    def __init__(self, reader: ReaderScreen, *, is_on: bool, refused: set[Range]) -> None:
        self.reader = reader
        self.is_on = is_on
        self._refused = refused
        # By the id of the deleted span, what was refused with it.
        self._deleted: dict[str, set[Range]] = {}
        self._begun: float | None = None
        self._found: Sequence[Proposal] = ()
        self._shown: Sequence[Proposal] = ()
        self._starts: list[int] = []

    def load(self) -> None:
        """Find proposals, where they are wanted and can be marked."""
        if self.is_on and self.reader.library and self.reader.desk.problem is None:
            self._begun = monotonic()
            self.reader.set_timer(_FACE, self.reader.tell)
            self.reader.run_worker(self._find, thread=True, exclusive=True, group="proposals")

    @property
    def takes_long(self) -> bool:
        """Whether proposals have been looked for so long that it is to be told."""
        return self._begun is not None and monotonic() - self._begun >= _FACE

    def switch(self) -> None:
        """Show proposals, or no longer."""
        self.is_on = not self.is_on
        if self.is_on:
            self.load()
        else:
            self._take([])

    def at(self, offset: int) -> Proposal | None:
        """The proposal that holds an offset, whether a span is there or not."""
        position = bisect_left(self._starts, offset + 1) - 1
        found = self._shown[position] if position >= 0 else None
        return found if found is not None and offset < found.end else None

    def free(self) -> list[Proposal]:
        """Those where no span is, in document order."""
        return list(self._free())

    def is_any_free(self) -> bool:
        """Whether there are such."""
        return next(self._free(), None) is not None

    def refuse(self, start: int, end: int) -> None:
        """Make no proposal again that overlaps [start, end)."""
        gone = {(it.start, it.end) for it in self._shown if it.start < end and start < it.end}
        if gone:
            self._refused |= gone
            self._show()

    def allow(self, start: int, end: int) -> None:
        """Make the proposal for exactly this range again."""
        self._refused.discard((start, end))
        self._show()

    def note_step(self) -> None:
        """Refuse what the step just taken deleted."""
        past = self.reader.desk.history.past
        for change in past[-1].changes if past and self._shown else ():
            if isinstance(change.old, Span) and change.new is None:
                known = set(self._refused)
                self.refuse(change.old.start, change.old.end)
                self._deleted[change.old.id] = self._refused - known

    def note_change(self) -> None:
        """Make again the proposals that were refused by deleting a span which is there again."""
        back = [span_id for span_id in self._deleted if self.reader.desk.layer.find(span_id) is not None]
        for span_id in back:
            self._refused -= self._deleted.pop(span_id)
        if back:
            self._show()

    def _free(self) -> Iterator[Proposal]:
        layer = self.reader.desk.layer
        return (proposal for proposal in self._shown if not layer.overlapping(proposal.start, proposal.end))

    def _find(self) -> None:
        from annotations.dictionary import read_dictionary

        worker = get_current_worker()
        desk = self.reader.desk
        dictionary = read_dictionary(
            self.reader.library,
            desk.layer.header.annotator,
            excluding=desk.article.path,
            cancelled=lambda: worker.is_cancelled,
        )
        # Older sidecars may have labels that the schema has no longer.
        known = {label.name for label in desk.schema.labels}
        found = [it for it in dictionary.propose(self.reader.shadow) if it.label in known]
        if not worker.is_cancelled:
            # Does not wait: a program that ends meanwhile has nobody left to answer.
            self.reader.call_later(self._arrive, found)

    def _arrive(self, found: Sequence[Proposal]) -> None:
        self._begun = None
        if self.reader.is_attached:
            self.reader.tell()
        if self.is_on and self.reader.is_attached:
            self._take(found)
            self.reader.parts.walking.tell_proposals(len(self.free()))

    def _take(self, found: Sequence[Proposal]) -> None:
        self._found = found
        self._show()

    def _show(self) -> None:
        self._shown = [proposal for proposal in self._found if (proposal.start, proposal.end) not in self._refused]
        self._starts = [proposal.start for proposal in self._shown]
        self.reader.view.show_proposals([Mark(it.start, it.end, "proposal") for it in self._shown])
        self.reader.tell()
