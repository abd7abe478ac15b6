"""The desk: one article under one annotator's hands. What changes a layer, and when it is saved.

No screen is known here. A step gives a sentence for the status line; what is refused raises `RefusedError` with one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from annotations.article import Article, read_article
from annotations.edits import Edit, RefusedError
from annotations.errors import HashiyaError, SidecarError
from annotations.history import History
from annotations.layer import Layer
from annotations.schema import Schema
from annotations.store.files import load_layer, save_layer

IDLE_SECONDS = 60
"""A pause longer than this is not counted as work."""

Clock = Callable[[], datetime]


def now() -> datetime:
    """The time, in UTC."""
    return datetime.now(UTC)


class Desk:
    """An article, the history of its layer, and its saving.

    `problem` is why marking is off (a sidecar that cannot be read, or was made for other bytes): the article can be
    read all the same, and nothing is written. `unsaved` is why the last save failed.
    """

    def __init__(self, article: Article, annotator: str, schema: Schema, tool: str, clock: Clock = now) -> None:
        self.article = article
        self.schema = schema
        self.problem: str | None = None
        self.unsaved: str | None = None
        self.saved_at: datetime | None = None
        self._clock = clock
        self._last_seen: datetime | None = None
        self._seconds = 0.0
        try:
            layer = load_layer(article, annotator, schema, clock(), tool)
        except SidecarError as error:
            self.problem = str(error)
            layer = Layer.new(article, annotator, schema, clock(), tool)
        self.history = History.start(layer)
        self._kept = layer

    @classmethod
    def open(cls, path: Path, annotator: str, schema: Schema, tool: str) -> Desk:
        """Read an article and its sidecar. Raises ArticleError where there is nothing to read."""
        return cls(read_article(path), annotator, schema, tool)

    @property
    def layer(self) -> Layer:
        """The layer as it is now."""
        return self.history.layer

    @property
    def is_dirty(self) -> bool:
        """Whether there are changes that the sidecar does not have."""
        return self.layer != self._kept

    def do(self, step: Callable[[Layer, datetime], Edit]) -> Edit:
        """Take a step of `annotations.edits` from the layer as it is now; RefusedError where it cannot be."""
        if self.problem is not None:
            raise RefusedError(self.problem)
        edit = step(self.layer, self._clock())
        self.history = self.history.push(edit.layer, edit.name)
        return edit

    def undo(self) -> str:
        """Take the last step back; its name. RefusedError where there is none."""
        name = self.history.undo_name
        if name is None:
            raise RefusedError("nothing to undo")
        self.history = self.history.undo()
        return name

    def redo(self) -> str:
        """Do the step undone last again; its name. RefusedError where there is none."""
        name = self.history.redo_name
        if name is None:
            raise RefusedError("nothing to redo")
        self.history = self.history.redo()
        return name

    def work(self) -> None:
        """Note that the annotator is at work, for the time spent on the article."""
        moment = self._clock()
        if self._last_seen is not None:
            pause = (moment - self._last_seen).total_seconds()
            self._seconds += pause if 0 < pause <= IDLE_SECONDS else 0
        self._last_seen = moment

    def save(self) -> bool:
        """Write the sidecar if the layer has changed; whether all is on disk. Never raises: see `unsaved`."""
        if not self.is_dirty:
            return True
        moment = self._clock()
        try:
            save_layer(self.article.path, self._stamped(moment))
        except HashiyaError as error:
            self.unsaved = str(error)
            return False
        self._kept = self.layer
        self.unsaved = None
        self.saved_at = moment
        return True

    def _stamped(self, moment: datetime) -> Layer:
        seconds = self._kept.header.seconds_active + int(self._seconds)
        return self.layer.touch(moment).with_header(seconds_active=seconds)
