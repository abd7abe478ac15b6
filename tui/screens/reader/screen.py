"""The reader's screen: it composes the article, the pane beside it and the lines at its edges, and routes messages.

What is done to the article is done by its parts, each of which owns the commands whose ids begin with its name.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message

from annotations.span import Span
from tui.command import Command, Context
from tui.desk import Desk
from tui.keymap import Keymap, Stroke
from tui.screens.command_screen import CommandScreen
from tui.screens.reader.footer import useful
from tui.screens.reader.part import Part
from tui.screens.reader.parts import Parts
from tui.screens.reader.status import Status
from tui.screens.reader.telling import caption
from tui.text.navigation import Range
from tui.widgets.article_painter import NOTHING, Setting
from tui.widgets.article_view import ArticleView
from tui.widgets.bars import Bar, Hints, StatusBar
from tui.widgets.row_list import RowList
from tui.widgets.side_pane import SidePane

if TYPE_CHECKING:
    from annotations.matching import Shadow

WIDE = 110
"""Columns from which on the pane beside the text is always there."""


class ReaderScreen(CommandScreen):
    """Reads and annotates one article.

    `library` are the articles that names for proposals come from, `start` is the offset to begin at, `trims` whether
    punctuation at the edges of a selection is left out when it is marked. `refused` are the ranges that nothing is to
    be proposed for; more of them are added to it. `search` is what the article was found by, to go to its first hit:
    what was typed, and whether as a regular expression.
    """

    class Left(Message):
        """The annotator wants the library back."""

    class Finished(Message):
        """The annotator wants the next unfinished article."""

    AUTO_FOCUS = "ArticleView"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    DEFAULT_CSS = """
    ReaderScreen {
        background: $background;
        #heading { color: $foreground; border-bottom: solid $foreground 20%; height: 2; }
        SidePane { border-right: solid $foreground 20%; }
        &.-narrow SidePane { display: none; }
        Horizontal { layers: below above; }
        &.-narrow.-listing SidePane { display: block; layer: above; background: $surface; }
    }
    """

    def __init__(
        self,
        desk: Desk,
        keymap: Keymap,
        setting: Setting,
        *,
        place: str = "",
        library: Sequence[Path] = (),
        start: int = 0,
        trims: bool = True,
        proposes: bool = True,
        refused: set[Range] | None = None,
        search: tuple[str, bool] | None = None,
    ) -> None:
        super().__init__(keymap)
        self.desk = desk
        self.mode: Part | None = None
        self._aside: Part | None = None
        self.trims = trims
        self.library = library
        self._setting = setting
        self._place = place
        self._start = start
        self._search = search
        self.status = Status(self)
        self._is_telling = False
        self._is_left = False
        self.parts = Parts(self, proposes=proposes, refused=set() if refused is None else refused)

    def compose(self) -> ComposeResult:
        """A heading, the pane beside the text, status and hints."""
        yield Bar(id="heading")
        with Horizontal():
            if self.app.size.width >= WIDE:
                yield SidePane(self.parts.pane.content(), self.desk.schema)
            yield ArticleView(self.desk.article.text, self.desk.layer, self.desk.schema, caption, self._setting)
        yield StatusBar(id="status")
        yield Hints()

    async def on_resize(self, event: events.Resize) -> None:
        """Give the pane its place where there is room for it."""
        if event.size.width >= WIDE:
            await self.parts.pane.widget()

    def on_mount(self) -> None:
        """Tell what there is to tell at the start."""
        self.tell_heading()
        if self._start:
            self.view.go_to(self._start, centred=True)
        self.status.begin()
        self.tell()
        if self._search is not None:
            # A hit is brought into view, and for that there has to be a size.
            self.call_after_refresh(self._show_found, *self._search)
        self.view.after_painting(self._propose)
        self.parts.keeping.begin()

    @property
    def view(self) -> ArticleView:
        """The article."""
        return self.query_one(ArticleView)

    @cached_property
    def shadow(self) -> Shadow:
        """The article's text as it is matched."""
        from annotations.matching import Shadow

        return Shadow.of(self.desk.article.text)

    def contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live now."""
        if self.mode is not None:
            return (*self.mode.contexts, *self.mode.beneath)
        return self.open_contexts()

    def open_contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live while no mode has them."""
        span = self.span_here()
        is_event = span is not None and any(span.label in role.event_labels for role in self.desk.schema.roles)
        narrow: tuple[Context, ...] = ("text",) if self.view.has_focus else self.parts.pane.live_contexts()
        return (*narrow, *(("event",) if is_event else ()), "reader", "app")

    def owner(self, name: str) -> object:
        """Who carries out the commands whose ids begin with this name."""
        if name == "text":
            return self.view
        if name == "list":
            return self.query_one(SidePane).rows
        return self if name == "reader" else getattr(self.parts, name)

    async def run(self, chosen: Command) -> bool:
        """Run a command, unless the article is left already: what is pressed after that is not meant for it."""
        return self._is_left or await super().run(chosen)

    async def take_free(self, stroke: Stroke) -> None:
        """Give a key to the mode there is, else to the commands that are live."""
        mode = self.mode
        if mode is None:
            await self.take_command(stroke, self.contexts())
        elif not (await self.take_command(stroke, mode.contexts) or await mode.take(stroke)):
            if not mode.lasting:
                self.leave(mode)
            await self.take_command(stroke, mode.beneath if mode.lasting else self.contexts())

    def enter(self, mode: Part) -> None:
        """Give the keys to a part; the one that had them is told."""
        before, self.mode = self.mode, mode
        if before is not None and before is not mode:
            before.left()
            # What was put aside for the one before does not go on after another.
            aside, self._aside = self._aside, None
            if aside is not None and aside is not mode:
                aside.left()
        self.show_mode()

    def leave(self, mode: Part) -> None:
        """Take the keys back from a part that has them; one that was put aside for it goes on."""
        if self.mode is mode:
            self.mode, self._aside = self._aside, None
            mode.left()
            self.show_mode()

    def put_aside(self, mode: Part) -> None:
        """Let another part have the keys next, and this one go on when that is done."""
        if self.mode is mode:
            self.mode, self._aside = None, mode

    def note_marked(self, span: Span) -> bool:
        """Tell the modes that something was marked, the one put aside after the one it was put aside for.

        Whether it was marked for one of them.
        """
        first = self.mode
        if first is None or first.marked(span):
            return first is not None
        return self.mode is not None and self.mode is not first and self.mode.marked(span)

    def show_mode(self) -> None:
        """Show what the mode lays over the article, and tell of it."""
        self.view.show_overlay(NOTHING if self.mode is None else self.mode.overlay())
        self.status.say_nothing()
        self.tell()

    def may_leave(self) -> bool:
        """Save, and whether the article can be left."""
        return self.parts.keeping.may_leave()

    def span_here(self) -> Span | None:
        """The span that commands are about."""
        return self.parts.going.span_here()

    def choose_span(self, span: Span) -> None:
        """Put the cursor on a span and let commands be about it."""
        self.parts.going.choose(span)

    def back(self) -> None:
        """Close the pane, or go back to the library."""
        if not self.view.has_focus:
            self.parts.pane.close()
        elif self.parts.made("walking") and self.parts.walking.has_just_ended():
            self.status.say_nothing()
            self.tell()
        elif self.may_leave():
            self._is_left = True
            self.post_message(self.Left())

    def next_article(self) -> None:
        """Save, and on to the next unfinished article."""
        if self.may_leave():
            self._is_left = True
            self.post_message(self.Finished())

    def show_change(self) -> None:
        """Show the layer as it is now, and save it."""
        self.view.show_layer(self.desk.layer)
        if self.parts.made("walking"):
            self.parts.walking.note_change()
        if self.mode is not None:
            self.view.show_overlay(self.mode.overlay())
        self.status.say_nothing()
        self.tell()
        self.parts.keeping.note_change()

    def say(self, message: str, *, wrong: bool = False) -> None:
        """Tell something until the cursor moves."""
        self.status.say(message, wrong=wrong)
        self.tell()

    def warn(self, message: str) -> None:
        """Tell that something went wrong."""
        self.say(message, wrong=True)

    def add(self, more: str) -> None:
        """Tell something besides what is told."""
        self.status.add(more)
        self.tell()

    def tell(self) -> None:
        """Bring status and hints up to what is under the cursor, once what happens now is over."""
        if not self._is_telling:
            self._is_telling = True
            self.call_next(self._tell)

    def _tell(self) -> None:
        self._is_telling = False
        self.desk.work()
        span = self.span_here()
        self.view.show_current(span.id if span else None)
        self.status.show(self.query_one("#status", Bar))
        self.show_hints()

    def show_hints(self) -> None:
        """Show what can be done now."""
        if self.question is None:
            # Where a mode has the letters, none of them quits.
            keeps = self.mode is not None and self.mode.keeps_letters
            always = ["app.help"] if keeps else ["app.help", "app.leave"]
            self.query_one(Hints).show(self.with_keys(useful(self)), self.hints_of(always))

    def on_article_view_moved(self) -> None:
        """Tell what is under the cursor, unless a message was given here."""
        if self.mode is not None:
            self.mode.moved()
        self.status.note_move()
        self.tell()
        self.view.after_painting(self.parts.pane.follow)

    def on_article_view_clicked(self, event: ArticleView.Clicked) -> None:
        """Go to the span whose bracket was clicked, and let the mode know."""
        span = self.desk.layer.find(event.span_id) if event.span_id else None
        if span is not None:
            self.choose_span(span)
        if self.mode is not None:
            self.mode.clicked(self.view.cursor.caret)

    def on_descendant_focus(self) -> None:
        """The keys of use differ from pane to pane."""
        self.tell()

    @on(RowList.Highlighted)
    def _preview(self, event: RowList.Highlighted) -> None:
        event.stop()
        if self.question is None:
            self.parts.pane.highlighted(event.index)

    @on(RowList.Chosen)
    def _jump(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.question is None or not self.asking.chosen(event.rows, event.index):
            self.parts.pane.chosen(event.index)

    def _propose(self) -> None:
        self.parts.walking.load()

    def _show_found(self, typed: str, is_pattern: bool) -> None:  # noqa: FBT001 - as it was given
        self.parts.searching.search(typed, is_pattern=is_pattern)
        if self.desk.problem is not None:
            self.say(self.desk.problem, wrong=True)

    def tell_heading(self) -> None:
        """Bring the heading up to the article's status."""
        title = next((line for line in self.desk.article.text.splitlines() if line.strip("\ufeff \t")), "")
        header = self.desk.layer.header
        told = header.annotator if header.status in ("new", "in-progress") else f"{header.status} · {header.annotator}"
        self.query_one("#heading", Bar).show(self._place, title, told)
