"""What an annotator does while the disk fails, and what has to hold then.

A *sitting* is one annotator at one article. What she was told is saved is `kept`, what she was told is undone `gone`.
What another program added or took away, and she may not know of yet, is `elsewhere`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from writers import TOOL, Clock, Stranger, write_words

from annotations import edits
from annotations.anchoring import Found
from annotations.anchoring.layer import moved_layer
from annotations.article import read_article
from annotations.errors import HashiyaError
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.store import keeper
from annotations.store.disk import TEMPORARY_PREFIX
from annotations.store.files import sidecar_path
from annotations.store.journal import journal_path
from annotations.store.opening import open_layer
from tui.desk import Desk

WORDS = 40
BROKEN_SPAN = b'{"record":"span","id":"broken"}'
TORN = b'{"record":"step","at":"2026-'


class Sitting:
    """An annotator at an article of 40 words. `told` are the sentences about what went wrong."""

    def __init__(self, folder: Path) -> None:
        self.article = write_words(folder, WORDS)
        self.sidecar = sidecar_path(self.article.path, "lina")
        self.journal = journal_path(self.sidecar)
        self.desk: Desk | None = None
        self.told: list[str] = []
        self.kept: set[str] = set()
        self.gone: set[str] = set()
        self.marked: set[str] = set()
        self.elsewhere: set[str] = set()
        self.undone: set[str] = set()
        self._clock = Clock()

    def open(self) -> None:
        """Open the article; at once again where it can be read only."""
        if self.desk is None:
            desk = Desk(self.article, "lina", BUILT_IN, TOOL, self._clock)
            if desk.problem is None or desk.can_review:
                self.desk = desk
            else:
                desk.close()
                self._hear(desk.problem)

    def mark(self, word: int) -> str | None:
        """Mark a word, unsaved; its id."""
        if self.desk is None:
            return None
        place, text = [(5 * word, 5 * word + 4)], self.article.text
        edit = self.desk.do(lambda layer, now: edits.mark(layer, text, place, edits.Kind("actor"), now=now))
        assert edit.span_id is not None
        self.marked.add(edit.span_id)
        return edit.span_id

    def undo(self) -> None:
        """Take the last step back, unsaved."""
        if self.desk is not None:
            before = self.present
            self.desk.undo()
            self.undone |= before - self.present

    def save(self) -> bool:
        """Have all in the journal; whether the annotator is told so."""
        saved = self.desk is not None and self.desk.save()
        if self.desk is not None:
            self._hear(self.desk.unsaved)
            if saved:
                self._note()
        return saved

    def settle(self) -> bool:
        """Have all in the sidecar; whether that was done."""
        done = self.desk is not None and self.desk.settle()
        if self.desk is not None:
            self._hear(self.desk.unsaved or self.desk.behind)
            if not self.desk.is_dirty:
                self._note()
        return done

    def close(self) -> None:
        """Leave the article."""
        desk, self.desk = self.desk, None
        if desk is not None:
            if desk.close():
                self._note()
            self._hear(desk.unsaved or desk.behind)
            self._drop()

    def accept(self) -> bool:
        """Take over the annotations for a text that begins with one word more; whether that was done."""
        if self.desk is None:
            return False
        old = self.desk.history.layer
        found = [Found(it, ((it.start + 5, it.end + 5),), "moved", 1.0, "") for it in old.spans]
        try:
            self.desk.accept(moved_layer(old, self.article, found, now=self._clock()))
        except HashiyaError as error:
            self._hear(str(error))
            return False
        return True

    def change_text(self) -> None:
        """Put one word more before the others, as another program would."""
        self.article.path.write_bytes(("نصوص " + self.article.text).encode())
        self.article = read_article(self.article.path)

    def die(self) -> None:
        """Be gone in this moment: what is open is closed by the system, and what is in memory is lost."""
        ours = self.desk and self.desk._keeper
        if ours:
            for descriptor in (ours._journal and ours._journal._file, ours._lock._descriptor):
                if descriptor is not None and descriptor >= 0:
                    os.close(descriptor)
            ours._journal = ours._lock._descriptor = None
        self.desk = None
        self._drop()

    @property
    def present(self) -> set[str]:
        """The ids of what the annotator sees."""
        return {span.id for span in self.desk.history.layer.spans} if self.desk else set()

    def on_disk(self) -> Layer:
        """What a program that opens the article now would find."""
        return open_layer(self.article, "lina", BUILT_IN, self._clock(), TOOL).layer

    def _hear(self, told: str | None) -> None:
        if told is not None:
            self.told.append(told)

    def _note(self) -> None:
        self.kept |= self.marked
        self.gone |= self.undone
        self._drop()

    def _drop(self) -> None:
        # Of an undoing that was not told to be saved nobody knows.
        self.kept -= self.undone
        self.marked, self.undone = set(), set()


def check(sitting: Sitting) -> None:
    """What has to hold at any time: what was told is so, and every message is a sentence."""
    found = [span.id for span in sitting.on_disk().spans]
    assert len(found) == len(set(found))
    assert sitting.kept - sitting.undone <= set(found)
    assert not sitting.gone & set(found)
    for told in sitting.told:
        assert "story.txt" in told and ";" in told and told.endswith(".") and "\n" not in told, told
    if sitting.desk is None:
        return
    if sitting.desk.is_dirty:
        assert sitting.desk.unsaved, "not saved, and nothing said"
    else:
        assert set(found) - sitting.elsewhere == sitting.present - sitting.elsewhere


def leftovers(folder: Path) -> list[str]:
    """Temporary files that stayed."""
    return [path.name for path in folder.iterdir() if path.name.startswith(TEMPORARY_PREFIX)]


class Scenario(NamedTuple):
    """What is done on a sound disk, and what after it on one that may fail.

    `asides` are bytes that must not go, though they cannot be read; `largest` is when a journal begins anew.
    """

    before: Callable[[Sitting], None]
    during: Callable[[Sitting], None]
    asides: bytes = b""
    largest: int = keeper.LARGEST


def _sitting(*words: int, settled: bool = False) -> Callable[[Sitting], None]:
    """Have the article open with these words marked and saved."""

    def act(sitting: Sitting) -> None:
        sitting.open()
        for word in words:
            sitting.mark(word)
            assert sitting.save()
        assert not settled or sitting.settle()

    return act


def _left(*words: int, then: Callable[[Sitting], None]) -> Callable[[Sitting], None]:
    """The same, left, and something happening to the files then."""

    def act(sitting: Sitting) -> None:
        _sitting(*words)(sitting)
        sitting.close()
        then(sitting)

    return act


def _saving(word: int, *, settled: bool = False) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        sitting.mark(word)
        sitting.save()
        if settled:
            sitting.settle()

    return act


def _opening(word: int) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        sitting.open()
        _saving(word, settled=True)(sitting)
        sitting.close()

    return act


def _marking(word: int) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        sitting.mark(word)

    return act


def _settling(sitting: Sitting) -> None:
    sitting.settle()


def _nothing(_: Sitting) -> None:
    pass


def _undoing(sitting: Sitting) -> None:
    sitting.undo()
    sitting.save()
    sitting.settle()


def _accepting(sitting: Sitting) -> None:
    sitting.open()
    sitting.accept()


def _damage_sidecar(sitting: Sitting) -> None:
    with sitting.sidecar.open("ab") as file:
        file.write(BROKEN_SPAN + b"\n")


def _tear_journal(sitting: Sitting) -> None:
    with sitting.journal.open("ab") as file:
        file.write(TORN)


def _damage_journal(sitting: Sitting) -> None:
    data = sitting.journal.read_bytes().replace(b'"record":"step"', b'"record":"stop"', 1)
    sitting.journal.write_bytes(data)


def _change_sidecar(sitting: Sitting) -> None:
    found = Stranger(sitting.article).mark(7)
    assert found is not None
    sitting.kept.add(found)
    sitting.elsewhere.add(found)


def _remove_sidecar(sitting: Sitting) -> None:
    sitting.sidecar.unlink()
    sitting.elsewhere |= sitting.kept
    sitting.kept = set()


def _remove_journal(sitting: Sitting) -> None:
    sitting.journal.unlink()


def _in_turn(*acts: Callable[[Sitting], None]) -> Callable[[Sitting], None]:
    def act(sitting: Sitting) -> None:
        for each in acts:
            each(sitting)

    return act


SCENARIOS = {
    "the first change": Scenario(_sitting(), _saving(1)),
    "a further change": Scenario(_sitting(0), _saving(1)),
    "settling for the first time": Scenario(_sitting(0, 1), _settling),
    "settling again": Scenario(_in_turn(_sitting(0, settled=True), _sitting(1)), _settling),
    "settling unsaved changes": Scenario(_sitting(0), _in_turn(_marking(1), _settling)),
    "a journal that grew large": Scenario(_sitting(0, settled=True), _saving(1, settled=True), largest=1),
    "undoing": Scenario(_sitting(0, 1), _undoing),
    "opening, marking and leaving": Scenario(_nothing, _opening(1)),
    "opening again": Scenario(_left(0, then=_nothing), _opening(1)),
    "opening after a crash": Scenario(_in_turn(_sitting(0, settled=True), _sitting(1), Sitting.die), _opening(2)),
    "leaving": Scenario(_sitting(0), Sitting.close),
    "a damaged line": Scenario(_left(0, then=_damage_sidecar), _opening(1), BROKEN_SPAN),
    "a torn journal": Scenario(_left(0, then=_tear_journal), _opening(1), TORN),
    "a torn journal and no sidecar": Scenario(_in_turn(_sitting(0), Sitting.die, _tear_journal), _opening(1), TORN),
    "a damaged journal": Scenario(_left(0, 1, then=_damage_journal), _opening(2), b'"record":"stop"'),
    "another program": Scenario(_in_turn(_sitting(0, settled=True), _change_sidecar), _saving(1, settled=True)),
    "another program, after a crash": Scenario(
        _in_turn(_sitting(0, settled=True), _sitting(1), Sitting.die, _change_sidecar), _opening(2)
    ),
    "the sidecar is gone": Scenario(_in_turn(_sitting(0, settled=True), _remove_sidecar), _saving(1, settled=True)),
    "the journal is gone": Scenario(_in_turn(_sitting(0, settled=True), _remove_journal), _saving(1, settled=True)),
    "another text": Scenario(_left(0, 1, then=Sitting.change_text), _accepting),
}
