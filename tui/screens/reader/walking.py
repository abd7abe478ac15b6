"""Walking proposals: other mentions of what was marked, names from earlier articles, hits of a search.

Names from earlier articles are also shown faintly in the text, wherever no span is.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.worker import get_current_worker

from annotations import edits
from annotations.clitics import toggle_enclitic, toggle_proclitic
from annotations.edits import ACCEPTED, EDITED, Kind
from annotations.matching import mentions
from annotations.span import Span
from tui.commands import Context
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.edges import word_further
from tui.screens.reader.part import Part
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


class Candidate(NamedTuple):
    """A range that could be marked, as what, and whether it is as it was proposed."""

    start: int
    end: int
    kind: Kind
    is_edited: bool = False


class Walking(Part):
    """Has the keys while candidates are walked; keeps the proposals of earlier articles."""

    contexts: ClassVar[tuple[Context, ...]] = ("walk",)
    beneath: ClassVar[tuple[Context, ...]] = ("app",)

    def __init__(self, reader: ReaderScreen, *, proposes: bool) -> None:
        super().__init__(reader)
        self._proposes = proposes
        self._proposed: Sequence[Proposal] = ()
        self._starts: list[int] = []
        self._candidates: list[Candidate] = []
        self._index = 0
        self._source = MENTION
        self._begun_at = 0

    def load(self) -> None:
        """Find proposals, in the background."""
        if self._proposes and self.reader.library and self.reader.desk.problem is None:
            self.reader.run_worker(self._find, thread=True, exclusive=True, group="proposals")

    def toggle_proposals(self) -> None:
        """Show proposals, or no longer."""
        self._proposes = not self._proposes
        if self._proposes:
            self.load()
        else:
            self._show([])
        self.reader.say(f"proposals from earlier articles {'shown' if self._proposes else 'hidden'}")

    def offer(self, span: Span) -> None:
        """Tell how often what was just marked is mentioned elsewhere."""
        count = len(self._mentions_of(span)) if self.layer.find(span.id) else 0
        keys = self.reader.with_keys(list(self.reader.commands("walking.mentions")))
        if count and keys and self.reader.mode is None:
            more = f"{count} more mention{'s' * (count > 1)}"
            self.reader.add(f"{more}: {keys[0][0]} walks {'them' if count > 1 else 'to it'}")

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
        self._walk([Candidate(*place, kind) for place in found], MENTION, span.start)

    def proposals(self) -> None:
        """Accept the proposal under the cursor, or walk those that follow."""
        free = [p for p in self._proposed if not self.layer.overlapping(p.start, p.end)]
        if not free:
            self.reader.say("no proposals here: they come from names marked in other articles of the library")
            return
        caret = self.view.cursor.caret
        self._walk([Candidate(p.start, p.end, Kind(p.label, p.subtype)) for p in free], DICTIONARY, caret)
        current = self._candidates[self._index]
        if current.start <= caret < current.end:
            self.accept()

    def walk_hits(self, ranges: Iterable[Range], kind: Kind) -> None:
        """Walk the hits of a search, to mark them as this."""
        found = [Candidate(*place, kind) for place in ranges if not self._is_marked(place, kind.label)]
        if found:
            self._walk(found, SEARCH, self.view.cursor.caret)
        else:
            self.reader.say(f"all hits are marked as {kind.label} already")

    def accept(self) -> None:
        """Mark the current candidate and go on."""
        it = self._candidates[self._index]
        edit = self.do(
            lambda layer, now: edits.mark(
                layer, self.text, [(it.start, it.end)], it.kind, now=now, origin=_origin(self._source, [it])
            )
        )
        if edit is not None and edit.span_id is not None:
            self.reader.marking.active_id, self.reader.marking.last = edit.span_id, it.kind
        del self._candidates[self._index]
        self._go_on()

    def skip(self) -> None:
        """Leave the current candidate and go on."""
        self._index += 1
        self._go_on()

    def back(self) -> None:
        """Go back to the candidate before."""
        self._index = max(0, self._index - 1)
        self._show_current()

    def accept_all(self) -> None:
        """Mark the current candidate and all that remain, as one step."""
        rest = self._candidates[self._index :]
        marked = [((it.start, it.end), it.kind) for it in rest]
        origin = _origin(self._source, rest)
        edit = self.do(lambda layer, now: edits.mark_all(layer, self.text, marked, now=now, origin=origin))
        self.end()
        if edit is not None:
            self.reader.say(f"{edit.name}: done; u takes all of it back")

    def end(self) -> None:
        """Leave the rest as it is, and go back to where the walk began."""
        self.reader.leave(self)
        self.view.go_to(self._begun_at)

    def by_word(self, by: int) -> None:
        """Take a word into the candidate, or leave its last one out."""
        it = self._candidates[self._index]
        self._change(it.start, word_further(self.view.page, it.end, "end", by))

    def proclitic(self) -> None:
        """Take leading letters in, or leave them out."""
        self._toggle(toggle_proclitic)

    def enclitic(self) -> None:
        """Take a pronoun suffix in, or leave it out."""
        self._toggle(toggle_enclitic)

    def relabel(self) -> None:
        """Propose the candidate with another label."""
        it = self._candidates[self._index]

        def choosing(name: str) -> Callable[[], None]:
            return lambda: self._replace(it._replace(kind=Kind(name), is_edited=True))

        choices = [
            Choice(label.title_en, choosing(label.name), label.title_ar, label.key) for label in self.schema.labels
        ]
        self.reader.ask(Prompt("label", offer=lambda: choices, by_key=True))

    def overlay(self) -> Overlay:
        """All candidates dotted, the current one standing out."""
        if not self.is_on():
            return NOTHING
        current = self._candidates[self._index]
        marks = [Mark(it.start, it.end, "current" if it == current else "proposal") for it in self._candidates]
        return Overlay(tuple(sorted(marks, key=lambda mark: mark.start)))

    def told(self) -> str:
        """Which of how many, and what it would be marked as."""
        if not self._candidates:
            return ""
        it = self._candidates[self._index]
        kind = f"{it.kind.label}·{it.kind.subtype}" if it.kind.subtype else it.kind.label
        place = f"{self._index + 1} of {len(self._candidates)}"
        return f"{place}  {quoted(self.text[it.start : it.end], _TOLD)}  {it.start}–{it.end}  {kind}?"

    def told_proposal(self) -> str:
        """What is told where the cursor is on a proposal; empty elsewhere."""
        caret = self.view.cursor.caret
        position = bisect_left(self._starts, caret + 1) - 1
        found = self._proposed[position] if position >= 0 else None
        if found is None or not found.start <= caret < found.end:
            return ""
        kind = f"{found.label}·{found.subtype}" if found.subtype else found.label
        keys = self.reader.with_keys(list(self.reader.commands("walking.proposals")))
        how = f" · {keys[0][0]} accepts" if keys else ""
        return f"{quoted(self.text[found.start : found.end], _TOLD)}  {kind}? marked {found.marked}× elsewhere{how}"

    def left(self) -> None:
        """Forget the candidates."""
        self._candidates = []

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
            self.reader.app.call_from_thread(self._show, found)

    def _show(self, found: Sequence[Proposal]) -> None:
        self._proposed = found
        self._starts = [proposal.start for proposal in found]
        self.view.show_proposals([Mark(proposal.start, proposal.end, "proposal") for proposal in found])
        self.reader.tell()

    def _mentions_of(self, span: Span) -> list[Range]:
        return [place for place in mentions(self.reader.shadow, span.text) if not self._is_marked(place, span.label)]

    def _is_marked(self, place: Range, label: str) -> bool:
        return any(other.label == label for other in self.layer.overlapping(*place))

    def _walk(self, candidates: list[Candidate], source: str, begun_at: int) -> None:
        """Walk from the first candidate that ends after a place on, and round to those before it."""
        self._candidates, self._source, self._begun_at = candidates, source, begun_at
        first = next((i for i, it in enumerate(candidates) if it.end > begun_at), 0)
        self._candidates = candidates[first:] + candidates[:first]
        self._index = 0
        self.reader.enter(self)
        self._show_current()

    def _go_on(self) -> None:
        if self._index >= len(self._candidates):
            self.end()
            self.reader.say("that was the last one")
        else:
            self._show_current()

    def _show_current(self) -> None:
        it = self._candidates[self._index]
        start, end = self.view.reached
        self.view.go_to(it.start, centred=not start <= it.start < end)
        self.reader.show_mode()

    def _toggle(self, toggle: Callable[[str, int, int], Range | None]) -> None:
        it = self._candidates[self._index]
        moved = toggle(self.text, it.start, it.end)
        if moved is not None:
            self._change(*moved)

    def _change(self, start: int, end: int) -> None:
        if start < end:
            self._replace(self._candidates[self._index]._replace(start=start, end=end, is_edited=True))

    def _replace(self, candidate: Candidate) -> None:
        self._candidates[self._index] = candidate
        self.reader.show_mode()


def _origin(source: str, candidates: Sequence[Candidate]) -> str:
    return source + (EDITED if any(it.is_edited for it in candidates) else ACCEPTED)
