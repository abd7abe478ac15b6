"""The keeper: one annotator's annotations of one article, open for writing under a lock.

Each change is *noted* in memory, and *synced* to the journal before anyone is told that it is saved. The sidecar is
written anew, *settled*, when there is time for it: until then, what it lacks is in the journal. See RELIABILITY.md.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from annotations.article import Article
from annotations.change import netted
from annotations.errors import HashiyaError, SaveError, SidecarError, displayed
from annotations.history import History, Step
from annotations.layer import Layer
from annotations.limits import NUMBER
from annotations.reading import read_bytes
from annotations.schema import Schema
from annotations.span import timestamp
from annotations.store.aside import set_aside
from annotations.store.disk import Appender, Signature, exists, replace_file, signature
from annotations.store.files import not_saved, sidecar_path, write_sidecar
from annotations.store.journal import (
    LONGEST,
    Changing,
    Done,
    Kept,
    Mark,
    Moment,
    Redone,
    Undone,
    beginning,
    entry_of,
    journal_path,
    line,
)
from annotations.store.lock import Lock, Locked
from annotations.store.merge import Conflict, merge
from annotations.store.opening import Opening, open_layer
from annotations.store.salvage import DamagedLine, salvage
from annotations.store.sidecar import encode

LARGEST = 1 << 20
"""Bytes by which a journal grows before it begins anew, when the sidecar is settled."""
_SIGN_OF_LIFE = timedelta(seconds=20)  # over a network each is a request
STEPS = 500
"""Steps that can be undone in a journal that begins anew; all of the sitting's stay in memory."""


class Keeper:
    """See the module. `history` is what the annotator sees; `seconds` are added to the article's active time."""

    def __init__(self, article: Article, opening: Opening, lock: Lock, now: datetime) -> None:
        self.opening = opening
        layer = opening.layer
        seconds = max(layer.header.seconds_active, opening.replayed.seconds or 0)
        self.history = replace(opening.replayed.history, layer=layer.with_header(seconds_active=seconds))
        self.seconds = 0.0
        self._article = article
        self._path = opening.sidecar
        self._lock = lock
        self._snapshot = opening.snapshot
        self._seen = opening.seen
        self._shown = now
        self._damaged = opening.damaged
        self._journal: Appender | None = None
        # Steps that can be undone may be more than `LARGEST` by themselves.
        self._began_with = 0
        # The layer that the sidecar holds, and the lines that we appended to the journal beyond it.
        self._base = History.start(opening.base) if opening.replayed.recovered else self.history
        self._since = b""
        self._noted: list[tuple[type[Changing], Step]] = []
        self._is_spent = opening.replayed.is_spent
        # Whether the journal holds more than `_base` and `_since` know of.
        self._is_ahead = opening.replayed.recovered > 0
        self._is_behind = bool(self._is_ahead or opening.damaged or self._is_spent)
        self._is_copied = False

    @classmethod
    def open(
        cls, article: Article, annotator: str, schema: Schema, now: datetime, tool: str, *, gone: Locked | None = None
    ) -> Keeper:
        """Take the lock of the annotator's sidecar and read it; `gone` is a holder that the annotator says is no more.

        Raises Locked where another has it, SaveError where none can be taken, and what `open_layer` raises.
        """
        path = sidecar_path(article.path, annotator)
        lock = Lock.take_over(path, now, gone.holder) if gone else Lock.acquire(path, now)
        try:
            return cls(article, open_layer(article, annotator, schema, now, tool), lock, now)
        except BaseException:
            lock.release()
            raise

    @property
    def layer(self) -> Layer:
        """The annotations as they are now."""
        return self.history.layer

    @property
    def is_synced(self) -> bool:
        """Whether every change is in the journal or the sidecar."""
        return not self._noted

    def push(self, layer: Layer, name: str) -> None:
        """Note a step."""
        before, self.history = self.history, self.history.push(layer, name)
        if self.history is not before:
            self._noted.append((Done, self.history.past[-1]))

    def undo(self) -> None:
        """Note that the last step is taken back; ValueError as `History.undo`."""
        before, self.history = self.history, self.history.undo()
        if self.history is not before:
            self._noted.append((Undone, before.past[-1].inverse))

    def redo(self) -> None:
        """Note that the step undone last is done again; ValueError as `History.redo`."""
        before, self.history = self.history, self.history.redo()
        if self.history is not before:
            self._noted.append((Redone, self.history.past[-1]))

    def sync(self, now: datetime) -> None:
        """Have what was noted on the disk. Raises SaveError; then it is tried again with what is noted next."""
        if not self._noted:
            return
        if self._is_spent or self._is_ahead:
            self.settle(now)
            return
        self._check_lock(now)
        self._write_noted(now)

    def settle(self, now: datetime) -> None:
        """Write the sidecar where it is behind. Raises SaveError; the old sidecar stands then, and the journal."""
        if not self._noted and not self._is_behind:
            return
        self._check_lock(now)
        if not self._is_spent:
            self._write_noted(now)
        layer = self._stamped(now)
        with self._telling(self._path):
            data = encode(layer)
        snapshot = hashlib.sha256(data).hexdigest()
        if self._is_spent:
            self._keep_old_journal(now)
        elif self._journal is not None:
            with self._telling(journal_path(self._path)):
                self._append(line(Mark(**self._moment(now)._asdict(), sha256=snapshot)), now)
        if self._damaged:
            set_aside(self._path, self._damaged, now)
            self._damaged = ()
        self._write(data)
        self._note_settled(layer, snapshot, now)

    def look(self, now: datetime) -> tuple[Conflict, ...] | None:
        """Merge what another program made of the sidecar, if it did: the conflicts; None where it did not.

        What is merged is a step like any other. Raises SaveError where what is there cannot be merged: then nothing is
        written over it, and changes go on into the journal.
        """
        self._show_life(now)
        seen = signature(self._path)
        if seen == self._seen:
            return None
        with self._telling(self._path):
            data = read_bytes(self._path, SidecarError, "check the file and its permissions")
        snapshot = "" if data is None else hashlib.sha256(data).hexdigest()
        if snapshot == self._snapshot:
            self._seen = seen
            return None
        if data is None:
            self._seen, self._snapshot = None, ""
            self._is_spent = self._is_behind = True
            return (Conflict("the sidecar was removed by another program, and will be written again"),)
        return self._merge(data, snapshot, seen)

    def accept(self, layer: Layer, now: datetime) -> None:
        """Put a layer made for the article's new text in the place of the old one's, of which a copy is kept.

        Raises SaveError; the old sidecar and journal stand then. Undo begins anew.
        """
        self._check_lock(now)
        old = self.layer
        copy = self._path.with_name(f"{self._path.name}.{old.header.sha256[:8]}.bak")
        with self._telling(copy):
            replace_file(copy, encode(old), self._mode())
        before = self.history
        self.history = History.start(layer)
        self._is_spent = self._is_behind = True
        try:
            self.settle(now)
        except SaveError:
            self.history = before
            raise

    def close(self, now: datetime) -> None:
        """Settle and let the lock go. Raises SaveError as `settle`, and lets it go all the same."""
        try:
            self.settle(now)
        finally:
            self.release()

    def release(self) -> None:
        """Let the lock and the journal go without writing anything."""
        if self._journal is not None:
            self._journal.close()
        self._lock.release()

    def _check_lock(self, now: datetime) -> None:
        if not self._lock.is_held():
            raise SaveError(
                f"{displayed(self._path)}: not saved: another program took the lock over; open the article again."
            )
        self._show_life(now)

    def _show_life(self, now: datetime) -> None:
        if now - self._shown >= _SIGN_OF_LIFE:
            self._lock.refresh(now)
            self._shown = now

    def _write_noted(self, now: datetime) -> None:
        """Append what was noted to the journal; where that cannot be gone on with, what is to be done is left."""
        moment = self._moment(now)
        with self._telling(journal_path(self._path)):
            data = b"".join(line(entry_of(kind, step, moment)) for kind, step in self._noted)
            if not data and not self._is_ahead:
                return
            if self._is_ahead and not self._is_usable(self._opened(now)):
                # What it holds beyond the sidecar is in our layer, and there alone.
                self._is_spent = True
                return
            self._append(data, now)
        self._since += data
        self._noted.clear()
        self._is_behind = True

    def _append(self, data: bytes, now: datetime) -> None:
        """Append to the journal; one that is missing, or of which nobody knows what it holds, begins anew with it."""
        journal = self._opened(now)
        if journal is not None and self._is_usable(journal):
            journal.append(data)
        else:
            self._begin(self._since + data, now)

    def _opened(self, now: datetime) -> Appender | None:
        found = self.opening.journal
        if self._journal is None and found is not None and found.head is not None and not self._is_spent:
            if found.torn:
                set_aside(self._path, [DamagedLine(0, found.torn, "it was not written to its end")], now)
            self._journal = Appender(journal_path(self._path), self.opening.size - len(found.torn))
        return self._journal

    @staticmethod
    def _is_usable(journal: Appender | None) -> bool:
        return journal is not None and not journal.is_broken and journal.is_there()

    def _begin(self, more: bytes, now: datetime) -> None:
        """A new journal in the place of the old: what the sidecar holds, then these lines."""
        path = journal_path(self._path)
        data = beginning(self._base, self._snapshot, self._moment(now), most=STEPS) + more
        replace_file(path, data, self._mode())
        if self._journal is not None:
            self._journal.close()
        self._journal = Appender(path, len(data))
        self._began_with = len(data)

    def _keep_old_journal(self, now: datetime) -> None:
        """Keep a copy of a journal that holds what could not be taken up."""
        found, replayed = self.opening.journal, self.opening.replayed
        if found is None or self._is_copied:
            return
        if found.damage or found.torn or replayed.unfit or replayed.strays:
            path = journal_path(self._path)
            copy = path.with_name(f"{path.name}.{timestamp(now).replace(':', '')}.bak")
            with self._telling(copy):
                replace_file(copy, read_bytes(path, SidecarError, "check the file", limit=LONGEST) or b"", self._mode())
        self._is_copied = True

    def _mode(self) -> int | None:
        """The sidecar's permissions, which what lies beside it has too."""
        return self._path.stat().st_mode & 0o777 if self._path.exists() else None

    def _write(self, data: bytes) -> None:
        try:
            write_sidecar(self._path, data)
        finally:
            # Also where the disk did not confirm it: what is there is ours.
            seen = signature(self._path)
            if seen != self._seen and seen is not None and seen.size == len(data):
                self._seen, self._snapshot = seen, hashlib.sha256(data).hexdigest()

    def _note_settled(self, layer: Layer, snapshot: str, now: datetime) -> None:
        self.history = replace(self.history, layer=layer)
        self._base, self._since, self.seconds = self.history, b"", self.seconds % 1
        self._snapshot = snapshot
        self._noted.clear()
        self._is_behind = self._is_ahead = False
        # All is in the sidecar: a journal that cannot be written now is begun anew with the next change.
        try:
            self._go_on(now)
        except (OSError, HashiyaError):
            self._is_spent = True

    def _go_on(self, now: datetime) -> None:
        """Have the journal know the sidecar that was written."""
        if self._is_spent:
            if self.history.past or exists(journal_path(self._path)):
                self._begin(b"", now)
        elif self._journal is not None:
            self._append(line(Kept(**self._moment(now)._asdict())), now)
            if self._journal.size > self._began_with + LARGEST:
                self._begin(b"", now)
        self._is_spent = False

    def _merge(self, data: bytes, snapshot: str, seen: Signature | None) -> tuple[Conflict, ...]:
        theirs = salvage(data, name=str(self._path), article=self._article, bare=Layer(self.layer.header))
        if theirs.source_changed:
            raise SaveError(
                f"{displayed(self._path)}: another program has put annotations of another text in its place; your "
                f"changes are in {displayed(journal_path(self._path))}: leave, and open the article again."
            )
        ours = netted(self.layer.changes_since(self._base.layer))
        merged = merge(theirs.layer, ours, self.layer.find)
        self._damaged = (*self._damaged, *theirs.damaged)
        self.push(merged.layer, "take in changes from elsewhere")
        # The layer's trail does not lead to theirs, and need not: the two are compared when it comes to that.
        self._base = History.start(theirs.layer)
        # Of before it was read: a change made meanwhile is found by the next look.
        self._snapshot, self._seen = snapshot, seen
        self._is_spent = self._is_behind = True
        return merged.conflicts

    def _stamped(self, now: datetime) -> Layer:
        return self.layer.touch(now).with_header(seconds_active=self._moment(now).seconds)

    def _moment(self, now: datetime) -> Moment:
        return Moment(timestamp(now), min(NUMBER, self.layer.header.seconds_active + int(self.seconds)))

    @contextmanager
    def _telling(self, path: Path) -> Iterator[None]:
        """Have what the disk refuses told in a sentence."""
        try:
            yield
        except (OSError, UnicodeEncodeError) as error:
            raise not_saved(path, error) from error
