"""The desk: one article under one annotator's hands. What changes a layer, and when it is on disk.

No screen is known here. A step gives a sentence for the status line; what is refused raises `RefusedError` with one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from annotations.article import Article, read_article
from annotations.edits import Edit, RefusedError
from annotations.errors import HashiyaError, SaveError, SidecarError, displayed
from annotations.history import History
from annotations.layer import Layer
from annotations.schema import Schema
from annotations.store.files import sidecar_path
from annotations.store.keeper import Keeper
from annotations.store.lock import Locked
from annotations.store.merge import Conflict
from annotations.store.opening import Opening, open_layer, source_changed

IDLE_SECONDS = 60
"""A pause longer than this is not counted as work."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Desk:
    """An article, the history of its layer, and its saving.

    `problem` is why marking is off: another program has the article, its text was changed, its annotations cannot be
    read, or cannot be written. It can be read all the same, and nothing is written. `unsaved` is why the last change is
    not on disk, `behind` why the sidecar is not up to the journal, which has it. Annotations made for another text are
    in `opening`; of them the `layer` has what is `propose`d for this one. `notices` are what opening found,
    `conflicts` what another program and the annotator both changed. `root` is the folder that nothing is written
    outside of. While it `is_busy` it is being saved: a signal's handler that saved then would write everything twice.
    """

    def __init__(
        self,
        article: Article,
        annotator: str,
        schema: Schema,
        tool: str,
        clock: Clock = now,
        *,
        root: Path | None = None,
    ) -> None:
        self.article = article
        self.annotator = annotator
        self.schema = schema
        self.problem: str | None = None
        self.is_busy = False
        self.unsaved: str | None = None
        self.behind: str | None = None
        self.saved_at: datetime | None = None
        self.notices: tuple[str, ...] = ()
        self.conflicts: tuple[Conflict, ...] = ()
        self._merged: tuple[Conflict, ...] | None = None
        self.locked: Locked | None = None
        self.opening: Opening | None = None
        self._tool = tool
        self._clock = clock
        self._last_seen: datetime | None = None
        self._keeper: Keeper | None = None
        self._read_only = History.start(Layer.new(article, annotator, schema, clock(), tool))
        self._proposed: Layer | None = None
        outside = _outside(article.path, root)
        if outside:
            self._read(outside)
        else:
            self._open()

    @classmethod
    def open(
        cls,
        path: Path,
        annotator: str,
        schema: Schema,
        tool: str,
        *,
        encoding: str | None = None,
        root: Path | None = None,
    ) -> Desk:
        """Read an article and its annotations. Raises ArticleError where there is nothing to read."""
        article = read_article(path, encoding, sidecar_path(path, annotator))
        return cls(article, annotator, schema, tool, root=root)

    @property
    def history(self) -> History:
        """The layer with what can be undone and redone."""
        return self._keeper.history if self._keeper else self._read_only

    @property
    def layer(self) -> Layer:
        """The layer as it is now; of annotations for another text, what is proposed for this one."""
        return self.history.layer if self._proposed is None else self._proposed

    @property
    def is_dirty(self) -> bool:
        """Whether there are changes that are not on disk."""
        return self._keeper is not None and not self._keeper.is_synced

    @property
    def is_for_other_text(self) -> bool:
        """Whether the annotations were made for another text, and have to be put on this one."""
        return self.opening is not None and self.opening.source_changed

    @property
    def can_review(self) -> bool:
        """Whether annotations for another text can be put on this one here: they are nobody else's to write."""
        return self.is_for_other_text and self._keeper is not None

    def propose(self, layer: Layer | None) -> None:
        """Show a layer made for this text instead of the annotations for another; None shows nothing of them."""
        if self.opening is not None:
            self._proposed = _bare(self.opening.layer, self.article) if layer is None else layer

    def do(self, step: Callable[[Layer, datetime], Edit]) -> Edit:
        """Take a step of `annotations.edits` from the layer as it is now; RefusedError where it cannot be."""
        keeper = self._writable()
        try:
            edit = step(self.layer, self._clock())
        except ValueError as error:
            # Beyond what a sidecar may hold.
            raise RefusedError(str(error)) from error
        keeper.push(edit.layer, edit.name)
        return edit

    def undo(self) -> str:
        """Take the last step back; its name. RefusedError where there is none."""
        name = self.history.undo_name
        if name is None:
            raise RefusedError("nothing to undo")
        self._retrace(self._writable().undo, name)
        return name

    def redo(self) -> str:
        """Do the step undone last again; its name. RefusedError where there is none."""
        name = self.history.redo_name
        if name is None:
            raise RefusedError("nothing to redo")
        self._retrace(self._writable().redo, name)
        return name

    def work(self) -> None:
        """Note that the annotator is at work, for the time spent on the article."""
        moment = self._clock()
        if self._last_seen is not None and self._keeper is not None:
            pause = (moment - self._last_seen).total_seconds()
            self._keeper.seconds += pause if 0 < pause <= IDLE_SECONDS else 0
        self._last_seen = moment

    def save(self) -> bool:
        """Have every change on disk, in the journal; whether that is so. Never raises: see `unsaved`."""
        keeper = self._keeper
        if keeper is None or keeper.is_synced:
            return True
        moment = self._clock()
        try:
            with self._saving():
                keeper.sync(moment)
        except HashiyaError as error:
            self.unsaved = str(error)
            return False
        self.unsaved = None
        self.saved_at = moment
        return True

    def settle(self) -> bool:
        """Bring the sidecar up to date; whether it is. Never raises: see `behind`, and `unsaved` for what is lost."""
        keeper = self._keeper
        # Annotations for another text stay as they are until they are accepted for this one.
        if keeper is None or self.is_for_other_text:
            return True
        try:
            with self._saving():
                self.look()
                keeper.settle(self._clock())
        except HashiyaError as error:
            self.behind = str(error)
            return self.save() and False
        self.unsaved = self.behind = None
        return True

    def look(self) -> None:
        """Take in what another program made of the sidecar, see `take_merged`; SaveError where that cannot be."""
        with self._saving():
            found = self._keeper.look(self._clock()) if self._keeper else None
        if found is not None:
            self.conflicts = (*self.conflicts, *found)
            self._merged = (*(self._merged or ()), *found)

    def take_merged(self) -> tuple[Conflict, ...] | None:
        """The conflicts with what another program made of the sidecar, once; None where it did nothing since."""
        merged, self._merged = self._merged, None
        return merged

    def close(self) -> bool:
        """Settle, and let others open the article; whether every change is on disk. Never raises."""
        # Until the lock is gone: a signal that ended the program before would leave it behind.
        with self._saving():
            self.settle()
            keeper, self._keeper = self._keeper, None
            if keeper is not None:
                self._read_only = keeper.history
                keeper.release()
        return self.unsaved is None

    def take_over(self) -> None:
        """Open for writing although another program may have the article. RefusedError where that cannot be."""
        if self.locked is None or self.locked.certain:
            raise RefusedError(self.problem or "nobody else has this article")
        self._open(self.locked)
        if self.problem is not None and not self.can_review:
            raise RefusedError(self.problem)

    def accept(self, layer: Layer) -> None:
        """Take annotations that were put on the article's new text. Raises SaveError where they cannot be written."""
        keeper, moment = self._keeper, self._clock()
        if keeper is None:
            raise RefusedError(self.problem or "the article is closed")
        with self._saving():
            if keeper.look(moment) is not None:
                raise SaveError(
                    f"{displayed(self.article.path)}: its annotations were changed elsewhere; open it again."
                )
            keeper.accept(layer, moment)
        self.problem = self.opening = self._proposed = None
        self.saved_at = moment

    @contextmanager
    def _saving(self) -> Iterator[None]:
        before, self.is_busy = self.is_busy, True
        try:
            yield
        finally:
            self.is_busy = before

    def _open(self, gone: Locked | None = None) -> None:
        self.problem = self.locked = self.opening = self._proposed = None
        try:
            keeper = Keeper.open(self.article, self.annotator, self.schema, self._clock(), self._tool, gone=gone)
        except Locked as error:
            self.locked = error
            self._read(str(error))
        except (SidecarError, SaveError) as error:
            self._read(str(error))
        else:
            self._keeper = keeper
            self._note(keeper.opening)

    def _read(self, problem: str) -> None:
        """Open for reading alone, because of a problem."""
        self.problem = problem
        try:
            opening = open_layer(self.article, self.annotator, self.schema, self._clock(), self._tool)
        except SidecarError as error:
            self.problem = str(error)
        else:
            self._read_only = opening.replayed.history
            self._note(opening)
            # Of two problems the one that stands before the other.
            self.problem = problem

    def _note(self, opening: Opening) -> None:
        self.notices = tuple(opening.notices())
        self.conflicts = opening.conflicts
        if opening.source_changed:
            self.opening = opening
            self.problem = str(source_changed(opening.sidecar, self.article))
            self.propose(None)

    def _writable(self) -> Keeper:
        if self.problem is not None or self._keeper is None:
            raise RefusedError(self.problem or "the article is closed")
        return self._keeper

    def _retrace(self, way: Callable[[], None], name: str) -> None:
        try:
            way()
        except ValueError as error:
            raise RefusedError(f"{name}: what it changed was changed elsewhere since") from error


def _outside(path: Path, root: Path | None) -> str | None:
    """Why nothing is written beside the article, where a symbolic link leads out of the library."""
    if root is None or path.parent.resolve().is_relative_to(root.resolve()):
        return None
    return (
        f"{displayed(path)}: is outside the library, where a symbolic link leads; it can be read, and is annotated by "
        f"opening its own folder."
    )


def _bare(layer: Layer, article: Article) -> Layer:
    """A layer's header over another text, and nothing marked."""
    return Layer(msgspec.structs.replace(layer.header, sha256=article.sha256, length=len(article.text)))
