"""Walking candidates: other mentions of what was marked, names from earlier articles, hits of a search.

A *candidate* is a range that could be marked, as what. Those that were walked keep their number, so that the status
line counts them all; one that something else lies on by now is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from annotations import edits
from annotations.clitics import toggle_enclitic, toggle_proclitic
from annotations.edits import ACCEPTED, EDITED, Edit, Kind, RefusedError
from annotations.errors import printable
from annotations.layer import Layer
from annotations.matching import mentions
from annotations.span import Span
from tui.command import Context
from tui.keymap import Stroke
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.edges import word_further
from tui.screens.reader.part import Part
from tui.screens.reader.proposals import Proposals
from tui.text.navigation import Range
from tui.widgets.article_painter import NOTHING, Overlay
from tui.widgets.bars import quoted
from tui.widgets.row_painter import Mark

if TYPE_CHECKING:
    from annotations.dictionary import Proposal
    from tui.screens.reader.screen import ReaderScreen

DICTIONARY, MENTION, SEARCH = "dictionary", "mention", "search"
"""Who proposes, as a span's origin records it."""

_TOLD = 40
_LAST = "that was the last one"
# Candidates shown after the current one: more than a screen holds.
_SHOWN = 500


class Candidate(NamedTuple):
    """A range, what it would be marked as, what of both was `proposed`, and the id of the span that was made of it."""

    start: int
    end: int
    kind: Kind
    proposed: tuple[int, int, Kind]
    span_id: str | None = None

    @classmethod
    def of(cls, place: Range, kind: Kind) -> Candidate:
        """A candidate as it is proposed."""
        return cls(*place, kind, (*place, kind))

    @property
    def fate(self) -> str:
        """What is to be told of it once it is marked, at the end of its origin."""
        return ACCEPTED if self[:3] == self.proposed else EDITED


class Walking(Part):
    """Has the keys while candidates are walked; makes the proposals of earlier articles."""

    keeps_letters: ClassVar[bool] = True
    contexts: ClassVar[tuple[Context, ...]] = ("walk",)
    beneath: ClassVar[tuple[Context, ...]] = ("app",)

    def __init__(self, reader: ReaderScreen, *, proposes: bool, refused: set[Range]) -> None:
        super().__init__(reader)
        self._proposals = Proposals(reader, is_on=proposes, refused=refused)
        self._candidates: list[Candidate] = []
        self._index = 0
        self._source = MENTION
        self._begun_at = 0
        self._begun_in: Range = (0, 0)

    async def take(self, stroke: Stroke) -> bool:
        """A letter that means nothing here does nothing: a slip is not to end the program in the middle of a walk."""
        if len(stroke.key) != 1 or not stroke.key.isalnum():
            return False
        self.reader.say(f"{self.reader.key_of('walking.end')} ends the walk")
        return True

    def load(self) -> None:
        """Find proposals, in the background."""
        self._proposals.load()

    def note_step(self) -> None:
        """A step was taken."""
        self._proposals.note_step()

    def note_change(self) -> None:
        """The layer is another."""
        self._proposals.note_change()

    def toggle_proposals(self) -> None:
        """Show proposals, or no longer."""
        self._proposals.switch()
        self.reader.say(f"proposals from earlier articles {'shown' if self._proposals.is_on else 'hidden'}")

    def tell_proposals(self, count: int) -> None:
        """Tell that there are proposals, to who has just opened the article."""
        key = self.reader.key_of("walking.proposals")
        if count and key and self.reader.mode is None and not self.reader.desk.history.can_undo:
            names = f"{count} name{'s' * (count > 1)} from earlier articles"
            told = f"{names}, underlined in the text: {key} walks {'them' if count > 1 else 'to it'}"
            self.reader.say(self.told_proposal() or told)

    def has_proposals(self) -> bool:
        """Whether there are proposals that can be walked."""
        return self._proposals.is_any_free()

    def free_proposals(self) -> list[Proposal]:
        """The proposals that can be walked, in document order."""
        return self._proposals.free()

    def is_finding(self) -> bool:
        """Whether proposals are still being looked for, and that is to be told."""
        return self._proposals.takes_long

    def has_just_ended(self) -> bool:
        """Whether the end of a walk is what is told: the Escape that would have ended it often comes too late."""
        return self.reader.status.message == _LAST

    def offer(self, span: Span) -> None:
        """Tell how often what was just marked is mentioned elsewhere."""
        count = len(self._mentions_of(span)) if self.layer.find(span.id) else 0
        key = self.reader.key_of("walking.mentions")
        if count and key and self.reader.mode is None:
            more = f"{count} more mention{'s' * (count > 1)}"
            self.reader.add(f"{more}: {key} walks {'them' if count > 1 else 'to it'}")

    def mentions(self) -> None:
        """Walk the other mentions of the span's text."""
        span = self.need_span()
        if span is None:
            return
        found = self._mentions_of(span)
        if not found:
            self.reader.say(f"no other mention of {quoted(span.text, _TOLD)} that is not marked")
            return
        kind = Kind(span.label, span.subtype)
        self._walk([Candidate.of(place, kind) for place in found], MENTION)

    def proposals(self) -> None:
        """Accept the proposal under the cursor, or walk those that follow."""
        free = self._proposals.free()
        if not free:
            self.reader.say("no proposals here: they come from names marked in other articles of the library")
            return
        caret = self.view.cursor.caret
        self._walk([Candidate.of((p.start, p.end), Kind(p.label, p.subtype)) for p in free], DICTIONARY)
        if self._current.start <= caret < self._current.end:
            self.accept()

    def walk_hits(self, ranges: Iterable[Range], kind: Kind) -> None:
        """Walk the hits of a search, to mark them as this."""
        found = [Candidate.of(place, kind) for place in ranges if not self._is_marked(place, kind.label)]
        if found:
            self._walk(found, SEARCH)
        else:
            self.reader.say(f"all hits are marked as {kind.label} already")

    def accept(self) -> None:
        """Mark the current candidate and go on."""
        it = self._current
        edit = self.do(
            lambda layer, now: edits.mark(
                layer, self.text, [(it.start, it.end)], it.kind, now=now, origin=self._source + it.fate
            )
        )
        if edit is not None:
            self.reader.parts.marking.active_id, self.reader.parts.marking.last = edit.span_id, it.kind
            self._candidates[self._index] = it._replace(span_id=edit.span_id)
            self._go_on()

    def skip(self) -> None:
        """Leave the current candidate and go on; a proposal is not made again."""
        if self._source == DICTIONARY:
            self._proposals.refuse(*self._current.proposed[:2])
        self._go_on()

    def back(self) -> None:
        """Go back to the candidate before, as it was before it was marked or skipped."""
        before = [i for i in range(self._index) if self._candidates[i].span_id or not self._is_taken(i)]
        if not before:
            self.reader.say("this is the first one")
            return
        self._index = before[-1]
        if self._current.span_id is not None:
            # Nothing but the walk takes steps while it lasts, so this is the step that marked it.
            self.reader.parts.marking.undo()
            self._candidates[self._index] = self._current._replace(span_id=None)
        elif self._source == DICTIONARY:
            self._proposals.allow(*self._current.proposed[:2])
        self._show_current()

    def accept_all(self) -> None:
        """Mark the current candidate and all that remain, as one step."""
        rest = [self._candidates[i] for i in range(self._index, len(self._candidates)) if not self._is_taken(i)]
        edit = self.do(lambda layer, now: self._mark_all(layer, rest, now))
        self.end()
        if edit is not None:
            key = self.reader.key_of("marking.undo")
            self.reader.say(f"{edit.name}: done{f'; {key} takes all of it back' if key else ''}")

    def end(self) -> None:
        """Leave the rest as it is, and go back to where the walk began."""
        self.reader.leave(self)
        # The last and then the first of what was seen: so every row is again where it was.
        first, past = self._begun_in
        for offset in (max(first, past - 1), first, self._begun_at):
            self.view.go_to(offset)

    def by_word(self, by: int) -> None:
        """Take a word into the candidate, or leave its last one out."""
        it = self._current
        self._change(it.start, word_further(self.view.page, it.end, "end", by))

    def proclitic(self) -> None:
        """Take leading letters in, or leave them out; outwards, as candidates come without them."""
        self._toggle(toggle_proclitic, "no و ف ب ل ك س ال to take in or leave out here")

    def enclitic(self) -> None:
        """Take a pronoun suffix in, or leave it out."""
        self._toggle(toggle_enclitic, "no pronoun suffix to take in or leave out here")

    def relabel(self) -> None:
        """Propose the candidate with another label."""
        it = self._current

        def choosing(name: str) -> Callable[[], None]:
            return lambda: self._replace(it._replace(kind=Kind(name)))

        choices = [
            Choice(label.title_en, choosing(label.name), label.title_ar, label.key) for label in self.schema.labels
        ]
        self.reader.ask(Prompt("label", offer=lambda: choices, by_key=True))

    def overlay(self) -> Overlay:
        """What is still to be walked dotted, the current candidate standing out."""
        if not self.is_on():
            return NOTHING
        following = self._candidates[self._index + 1 : self._index + 1 + _SHOWN]
        marks = [Mark(it.start, it.end, "proposal") for it in following]
        current = Mark(self._current.start, self._current.end, "current")
        return Overlay(tuple(sorted([*marks, current], key=lambda mark: mark.start)))

    def told(self) -> str:
        """Which of how many, and what it would be marked as."""
        if not self._candidates:
            return ""
        it = self._current
        place = f"{self._index + 1} of {len(self._candidates)}"
        return f"{place}  {quoted(self.text[it.start : it.end], _TOLD)}  {it.start}–{it.end}  {_told_kind(it.kind)}?"

    def told_proposal(self) -> str:
        """What is told where the cursor is on a proposal; empty elsewhere."""
        found = self._proposals.at(self.view.cursor.caret)
        if found is None:
            return ""
        key = self.reader.key_of("walking.proposals")
        how = f" · {key} accepts" if key else ""
        kind = _told_kind(Kind(found.label, found.subtype))
        return f"{quoted(self.text[found.start : found.end], _TOLD)}  {kind}? marked {found.marked}× elsewhere{how}"

    def left(self) -> None:
        """Forget the candidates."""
        self._candidates = []

    @property
    def _current(self) -> Candidate:
        return self._candidates[self._index]

    def _mentions_of(self, span: Span) -> list[Range]:
        return [place for place in mentions(self.reader.shadow, span.text) if not self._is_marked(place, span.label)]

    def _is_marked(self, place: Range, label: str) -> bool:
        return any(other.label == label for other in self.layer.overlapping(*place))

    def _is_taken(self, index: int) -> bool:
        """Whether something lies on a candidate by now: for a name of earlier articles, whatever it is."""
        it = self._candidates[index]
        if self._source == DICTIONARY:
            return bool(self.layer.overlapping(it.start, it.end))
        return self._is_marked((it.start, it.end), it.kind.label)

    def _walk(self, candidates: list[Candidate], source: str) -> None:
        """Walk from the first candidate that ends after the cursor on, and round to those before it."""
        self._source, self._begun_at, self._begun_in = source, self.view.cursor.caret, self.view.reached
        first = next((i for i, it in enumerate(candidates) if it.end > self._begun_at), 0)
        self._candidates = candidates[first:] + candidates[:first]
        self._index = 0
        self.reader.enter(self)
        self._show_current()

    def _go_on(self) -> None:
        following = range(self._index + 1, len(self._candidates))
        index = next((i for i in following if not self._is_taken(i)), None)
        if index is None:
            self.end()
            self.reader.say(_LAST)
        else:
            self._index = index
            self._show_current()

    def _show_current(self) -> None:
        start, end = self.view.reached
        self.view.go_to(self._current.start, centred=not start <= self._current.start < end)
        self.reader.show_mode()

    def _mark_all(self, layer: Layer, candidates: Sequence[Candidate], now: datetime) -> Edit:
        count, last = len(layer.spans), None
        for fate in (EDITED, ACCEPTED):
            marked = [((it.start, it.end), it.kind) for it in candidates if it.fate == fate]
            with suppress(RefusedError):
                layer, _, last = edits.mark_all(layer, self.text, marked, now=now, origin=self._source + fate)
        count = len(layer.spans) - count
        if not count:
            raise RefusedError("all of these are marked already")
        return Edit(layer, f"mark {count} span{'s' * (count > 1)}", last)

    def _toggle(self, toggle: Callable[[str, int, int], Range | None], nothing: str) -> None:
        moved = toggle(self.text, self._current.start, self._current.end)
        if moved is None:
            self.reader.say(nothing)
        else:
            self._change(*moved)

    def _change(self, start: int, end: int) -> None:
        if start < end:
            self._replace(self._current._replace(start=start, end=end))
        else:
            self.reader.say("there would be nothing left of it")

    def _replace(self, candidate: Candidate) -> None:
        self._candidates[self._index] = candidate
        self.reader.show_mode()


def _told_kind(kind: Kind) -> str:
    # It may be another sidecar's.
    return printable(f"{kind.label}·{kind.subtype}" if kind.subtype else kind.label)
