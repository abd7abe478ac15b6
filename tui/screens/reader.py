"""The reader: one article, its spans, and what is done to them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.screen import Screen

from annotations.index import span_order
from annotations.span import Link, Span
from tui.commands import Command, bindings_of, command, label_command
from tui.desk import Desk, RefusedError
from tui.text.cursor import Cursor
from tui.widgets.article_view import ArticleView
from tui.widgets.bars import Bar, Hints, quoted
from tui.widgets.row_list import RowList
from tui.widgets.span_list import SpanList

_WIDE = 110
"""Columns from which on the list of spans has a pane of its own."""


class ReaderScreen(Screen[None]):
    """Composes the view of the article and the list of its spans over one desk, and routes what they say."""

    class Left(Message):
        """The annotator wants the library back."""

    AUTO_FOCUS = "ArticleView"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 - as Textual declares it
    BINDINGS: ClassVar[list[BindingType]] = bindings_of("reader")
    DEFAULT_CSS = """
    ReaderScreen {
        background: $background;
        #heading { color: $foreground; border-bottom: solid $foreground 20%; height: 2; }
        #status { border-top: solid $foreground 20%; height: auto; }
        SpanList { border-right: solid $foreground 20%; }
        &.-narrow SpanList { display: none; }
        Horizontal { layers: below above; }
        &.-narrow.-listing SpanList { display: block; layer: above; background: $surface; }
    }
    """

    def __init__(self, desk: Desk, place: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._place = place
        self._message: tuple[str, bool] | None = None
        self._said_at: Cursor | None = None
        self._label_commands = tuple(
            label_command(label.name, label.key, label.title_en.lower()) for label in desk.schema.labels
        )

    def compose(self) -> ComposeResult:
        """A heading, the list beside the text, status and hints."""
        yield Bar(id="heading")
        with Horizontal():
            if self.app.size.width >= _WIDE:
                yield self._new_list()
            yield ArticleView(self._desk.article.text, self._desk.layer, self._desk.schema)
        yield Bar(id="status")
        yield Hints()

    async def on_resize(self, event: events.Resize) -> None:
        """Give the list its pane where there is room for it."""
        if event.size.width >= _WIDE:
            await self._shown_list()

    def on_mount(self) -> None:
        """Tell what there is to tell at the start."""
        self._tell_heading()
        if self._desk.problem is not None:
            self._say(self._desk.problem, wrong=True)
        elif not self._desk.layer.spans:
            marks = ", ".join(f"{made.shown_key} for {made.label}" for made in self._label_commands)
            self._say(f"select with Shift+arrows or the mouse, then {marks}")
        else:
            self._tell()

    @property
    def _view(self) -> ArticleView:
        return self.query_one(ArticleView)

    def _new_list(self) -> SpanList:
        """The list is made when there is room for it, or when it is asked for."""
        return SpanList(self._desk.layer, self._desk.schema)

    async def _shown_list(self) -> SpanList:
        if not self.query(SpanList):
            await self.query_one(Horizontal).mount(self._new_list(), before=self._view)
        return self.query_one(SpanList)

    def may_leave(self) -> bool:
        """Save, and whether the article can be left; a failed save is told once, and holds back once."""
        if self._desk.save():
            return True
        told = f"{self._desk.unsaved} Again to leave without saving."
        if self._message == (told, True):
            return True
        self._say(told, wrong=True)
        return False

    def action_mark(self, label: str) -> None:
        """Mark the selection, or the word under the cursor."""
        start, end = self._view.target or (0, 0)
        try:
            span = self._desk.mark(start, end, label)
        except RefusedError as refusal:
            self._say(str(refusal))
            return
        self._view.drop_selection()
        self._show_change(f"marked {quoted(span.text, 40)} as {label}")

    def action_delete(self) -> None:
        """Delete the innermost span under the cursor."""
        span = self._span_here()
        if span is None:
            self._say("no span here to delete: n goes to the next one")
            return
        try:
            self._desk.delete(span)
        except RefusedError as refusal:
            self._say(str(refusal))
            return
        self._show_change(f"deleted {span.label} {quoted(span.text, 40)}; u brings it back")

    def action_undo(self) -> None:
        """Take the last step back."""
        self._retrace("undone", self._desk.undo)

    def action_redo(self) -> None:
        """Do it again."""
        self._retrace("done again", self._desk.redo)

    def action_go_to_span(self, by: int) -> None:
        """To the next or previous span in the text."""
        span = self._neighbour(by)
        if span is None:
            self._say(f"no span {'after' if by > 0 else 'before'} the cursor")
        else:
            self._view.go_to(span.start)

    def action_toggle_marks(self) -> None:
        """Show or hide diacritics."""
        shown = self._view.toggle_marks()
        self._say(f"diacritics {'shown' if shown else 'hidden'}; offsets are the same")

    async def action_switch_pane(self) -> None:
        """Between the text and the list, which a narrow screen shows only as long as it is used."""
        if self._view.has_focus:
            self.add_class("-listing")
            (await self._shown_list()).rows.focus()
            self._tell()
        else:
            self._close_list()

    def action_back(self) -> None:
        """Close the list, or go back to the library."""
        if not self._view.has_focus:
            self._close_list()
        elif self.may_leave():
            self.post_message(self.Left())

    def on_article_view_moved(self) -> None:
        """Tell what is under the cursor, unless a message was given here."""
        if self._view.cursor != self._said_at:
            self._message = None
        self._tell()

    def on_descendant_focus(self) -> None:
        """The keys of use differ from pane to pane."""
        self._tell()

    @on(RowList.Highlighted)
    def _preview(self, event: RowList.Highlighted) -> None:
        event.stop()
        self._view.go_to(self._desk.layer.spans[event.index].start)

    @on(RowList.Chosen)
    def _jump(self, event: RowList.Chosen) -> None:
        event.stop()
        self._view.go_to(self._desk.layer.spans[event.index].start)
        self._close_list()

    def _close_list(self) -> None:
        self.remove_class("-listing")
        self._view.focus()

    def _retrace(self, done: str, step: Callable[[], str]) -> None:
        try:
            name = step()
        except RefusedError as refusal:
            self._say(str(refusal))
        else:
            self._show_change(f"{done}: {name}")

    def _show_change(self, told: str) -> None:
        layer = self._desk.layer
        self._view.show_layer(layer)
        for spans in self.query(SpanList):
            spans.show_layer(layer)
        self._say(told)
        # The change is seen before the disk is waited for.
        self.call_after_refresh(self._save)

    def _save(self) -> None:
        self._desk.save()
        if self._desk.unsaved is not None:
            self._say(self._desk.unsaved, wrong=True)
        self._tell()

    def _span_here(self) -> Span | None:
        """The innermost span under the cursor."""
        return next(iter(self._desk.layer.at(self._view.cursor.caret)), None)

    def _neighbour(self, by: int) -> Span | None:
        layer, here = self._desk.layer, self._span_here()
        if here is None:
            caret = self._view.cursor.caret
            return layer.next_after(caret) if by > 0 else layer.previous_before(caret)
        position = bisect_left(layer.spans, span_order(here), key=span_order) + by
        return layer.spans[position] if 0 <= position < len(layer.spans) else None

    def _say(self, message: str, *, wrong: bool = False) -> None:
        self._message = (message, wrong)
        self._said_at = self._view.cursor
        self._tell()

    def _tell(self) -> None:
        """Bring status, hints and the list's current row up to what is under the cursor."""
        self._desk.work()
        span = self._span_here()
        for spans in self.query(SpanList):
            spans.show_span(span)
        message, wrong = self._message or (self._told_here(span), False)
        status = self.query_one("#status", Bar)
        if wrong:
            status.warn(message, self._told_saved())
        else:
            status.show(message, right=self._told_saved())
        self.query_one(Hints).show(self._useful(span), [command("app.help"), command("app.quit")])

    def _told_here(self, span: Span | None) -> str:
        selected = self._view.selection
        if selected is not None:
            start, end = selected
            return f"{quoted(self._desk.article.text[start:end], 40)}  {start}–{end}"
        if span is None:
            return f"offset {self._view.cursor.caret}"
        told = [f"{quoted(span.text, 32)}  {span.start}–{span.end}  {span.label}"]
        told += [span.subtype] if span.subtype else []
        told += [self._told_link(link, span) for link in self._desk.layer.links_of(span.id)]
        return " · ".join(told)

    def _told_link(self, link: Link, span: Span) -> str:
        other = link.actor if link.event == span.id else link.event
        arrow = "" if link.event == span.id else " of"
        return f"{link.role}{arrow} {quoted(self._desk.layer.span(other).text, 20)}"

    def _told_saved(self) -> str:
        if self._desk.problem is not None:
            return "– reading only"
        if self._desk.unsaved is not None:
            return "– NOT SAVED"
        if self._desk.is_dirty:
            return "saving"
        moment = self._desk.saved_at
        return f"saved {moment.astimezone():%H:%M:%S}" if moment else ""

    def _useful(self, span: Span | None) -> list[Command]:
        if not self._view.has_focus:
            return [command(name) for name in ("list.open", "list.up", "list.down", "reader.pane")]
        marks = self._label_commands if self._view.target and self._desk.problem is None else ()
        if self._view.selection is not None:
            return [*marks, command("text.drop")]
        ids = ["reader.delete"] if span else []
        if self._desk.history.can_undo:
            ids.append("reader.undo")
        ids += ["reader.next", "reader.pane", "reader.back"]
        return [*marks, *(command(name) for name in ids)]

    def _tell_heading(self) -> None:
        title = next((line for line in self._desk.article.text.splitlines() if line.strip("\ufeff \t")), "")
        self.query_one("#heading", Bar).show(self._place, title, self._desk.layer.header.annotator)
