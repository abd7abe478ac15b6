"""The parts that the reader is made of: each carries out one kind of command, and some have the keys for a while.

A part that has the keys is the reader's *mode*: marking never has them, choosing words by their letters does.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from annotations.edits import Edit, RefusedError
from annotations.layer import Layer
from annotations.schema import Schema
from annotations.span import Span
from tui.command import Context
from tui.keymap import Stroke
from tui.widgets.article_painter import NOTHING, Overlay

if TYPE_CHECKING:
    from tui.screens.reader.screen import ReaderScreen
    from tui.widgets.article_view import ArticleView

Step = Callable[[Layer, datetime], Edit]
"""A step of `annotations.edits`, less the layer that it is taken from and the time."""


class Part:
    """One kind of doing, for one reader.

    As a mode: `contexts` have their keys before it sees them, `beneath` after; where it is not `lasting`, a key of
    those beneath ends it first; where it `keeps_letters`, no letter means anything else.
    """

    contexts: ClassVar[tuple[Context, ...]] = ()
    beneath: ClassVar[tuple[Context, ...]] = ()
    lasting: ClassVar[bool] = True
    keeps_letters: ClassVar[bool] = False

    def __init__(self, reader: ReaderScreen) -> None:
        self.reader = reader

    @property
    def view(self) -> ArticleView:
        """The article on the screen."""
        return self.reader.view

    @property
    def text(self) -> str:
        """The article's text."""
        return self.reader.desk.article.text

    @property
    def layer(self) -> Layer:
        """The layer as it is now."""
        return self.reader.desk.layer

    @property
    def schema(self) -> Schema:
        """What can be marked."""
        return self.reader.desk.schema

    def do(self, step: Step) -> Edit | None:
        """Take a step and show it; where it is refused, say why. The caller says what was done."""
        try:
            edit = self.reader.desk.do(step)
        except RefusedError as refusal:
            self.reader.say(str(refusal))
            return None
        self.reader.show_change()
        if self.reader.parts.made("walking"):
            self.reader.parts.walking.note_step()
        return edit

    def need_span(self) -> Span | None:
        """The span under the cursor; where there is none, that is said."""
        span = self.reader.span_here()
        if span is None:
            self.reader.say(f"no span here: {self.reader.key_of('going.next')} goes to the next one")
        return span

    def is_on(self) -> bool:
        """Whether this part has the keys."""
        return self.reader.mode is self

    async def take(self, _stroke: Stroke) -> bool:
        """Take a key that is no command of the mode's own; whether it was one for it."""
        return False

    def clicked(self, _offset: int) -> None:
        """A place in the text was clicked."""

    def marked(self, _span: Span) -> bool:
        """Something was marked while this has the keys; whether it was marked for this, and is told of here."""
        return False

    def moved(self) -> None:
        """The cursor is elsewhere, or another part of the text is in view."""

    def overlay(self) -> Overlay:
        """What the mode lays over the article."""
        return NOTHING

    def told(self) -> str:
        """What the status line tells while the mode lasts; empty for what it tells otherwise."""
        return ""

    def left(self) -> None:
        """The mode is over."""
