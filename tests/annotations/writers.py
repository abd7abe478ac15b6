"""Programs that write the same sidecar, for tests of what becomes of their work: ours, and ones that know no locks."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from annotations import edits
from annotations.article import Article, read_article
from annotations.errors import HashiyaError
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span, new_id
from annotations.store.disk import replace_file
from annotations.store.files import sidecar_path
from annotations.store.keeper import Keeper
from annotations.store.opening import load_layer
from annotations.store.sidecar import decode, encode

TOOL = "hashiya 0.1.0"
FOREIGN = ("take in changes from elsewhere", "recover changes")
"""Steps that hold what others did, or what was done before."""


class Clock:
    """A time that goes on by a second with each look at it."""

    def __init__(self) -> None:
        self._now = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now


def write_words(folder: Path, count: int) -> Article:
    """An article of so many words, each of four letters and a blank."""
    path = folder / "story.txt"
    path.write_bytes(("كلمة " * count).encode())
    return read_article(path)


def loaded(article: Article) -> Layer:
    """What a reader finds on the disk."""
    return load_layer(article, "lina", BUILT_IN, datetime.now(UTC), TOOL)


class Writer:
    """Hashiya on an article, as its screen drives it.

    `kept` are the ids of the marks that it was told are saved, `gone` of those whose undoing is; `places` are offsets.
    """

    def __init__(self, article: Article, clock: Clock) -> None:
        self.article = article
        self.clock = clock
        self.keeper: Keeper | None = None
        self.kept: set[str] = set()
        self.gone: set[str] = set()
        self.places: dict[str, int] = {}
        self._marked: set[str] = set()
        self._undone: set[str] = set()

    def open(self) -> bool:
        """Open the article, unless another has it; whether that went well."""
        if self.keeper is None:
            try:
                self.keeper = Keeper.open(self.article, "lina", BUILT_IN, self.clock(), TOOL)
            except HashiyaError:
                return False
        return True

    def mark(self, word: int) -> None:
        """Mark a word, unsaved."""
        if self.keeper is not None:
            try:
                place = [(5 * word, 5 * word + 4)]
                edit = edits.mark(self.keeper.layer, self.article.text, place, edits.Kind("actor"), now=self.clock())
            except edits.RefusedError:
                return
            self.keeper.push(edit.layer, edit.name)
            self._marked.add(edit.span_id or "")
            self.places[edit.span_id or ""] = 5 * word

    def undo(self) -> None:
        """Take a step back, unless others' work is in it."""
        if self.keeper is not None and self.keeper.history.undo_name not in FOREIGN:
            before = self.keeper.layer
            try:
                self.keeper.undo()
            except ValueError:
                return
            self._undone |= {span.id for span in before.spans if self.keeper.layer.find(span.id) is None}

    def save(self, how: str = "sync") -> bool:
        """Have all saved; whether that is acknowledged."""
        if self.keeper is None:
            return False
        try:
            self.keeper.look(self.clock())
            getattr(self.keeper, how)(self.clock())
        except HashiyaError:
            return False
        self._note()
        return True

    def _note(self) -> None:
        self.kept |= self._marked
        self.gone |= self._undone
        self._forget()

    def _forget(self) -> None:
        self._marked, self._undone = set(), set()

    def close(self) -> None:
        """Close the article as its user would."""
        if self.keeper is not None:
            self.save("settle")
            self.keeper.release()
            self.keeper = None
            self._forget()

    def die(self) -> None:
        """Be gone in this moment: what is open is closed by the system, and what is in memory is lost."""
        if self.keeper is not None:
            journal, descriptor = self.keeper._journal, self.keeper._lock._descriptor
            if journal is not None:
                journal.close()
            if descriptor is not None:
                os.close(descriptor)
                self.keeper._lock._descriptor = None
            self.keeper = None
            self._forget()


class Stranger:
    """A program that knows no locks: it reads the sidecar, changes it and puts it back, as a script would.

    `emptied` are the offsets of marks that it deleted.
    """

    def __init__(self, article: Article) -> None:
        self.emptied: set[int] = set()
        self._article = article
        self._path = sidecar_path(article.path, "lina")

    def mark(self, word: int) -> str | None:
        """Mark a word, unless it is marked or there is no sidecar; the id."""
        layer = self._read()
        place = (5 * word, 5 * word + 4)
        if layer is None or layer.with_range([place]):
            return None
        span = make_span(self._article.text, [place], "actor", id=new_id(), now=datetime.now(UTC))
        replace_file(self._path, encode(layer.add(span)))
        return span.id

    def delete(self, number: int) -> str | None:
        """Delete one of the spans, if there are any; its id."""
        layer = self._read()
        if layer is None or not layer.spans:
            return None
        span = layer.spans[number % len(layer.spans)]
        replace_file(self._path, encode(layer.remove(span.id)))
        self.emptied.add(span.start)
        return span.id

    def _read(self) -> Layer | None:
        return decode(self._path.read_bytes(), name="") if self._path.exists() else None
