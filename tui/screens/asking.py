"""Asking: what a screen asks at its foot, in a line of text or among choices.

Made when a screen first asks something. The keys while something is asked are commands of the context `prompt`, whose
owner this is; every other key is what is typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.command import Command
from tui.keymap import Stroke
from tui.screens.prompt import PAGE, Choice, Prompt
from tui.widgets.bars import Hints
from tui.widgets.prompt_pane import ChoiceList, ChoiceRow, PromptLine
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from tui.screens.command_screen import CommandScreen


class Asking:
    """The question that is open on a screen, if any, and how it is shown."""

    def __init__(self, screen: CommandScreen) -> None:
        self._screen = screen
        self.question: Prompt | None = None

    def ask(self, question: Prompt) -> None:
        """Ask something; what was asked before is given up."""
        if self.question is not None:
            self.cancel()
        self.question = question
        self.show()

    def ask_for_command(self) -> None:
        """Offer every command of the place by its name."""
        screen, live = self._screen, self._screen.contexts()
        found = [it for it in screen.keymap.commands if it.context in live and not it.id.startswith("text.select")]
        # Moving is known to the fingers; what is looked for by name is anything else.
        found.sort(key=lambda it: it.context == "text")
        choices = [
            Choice(it.help, self._running(it), screen.keymap.shown_key(it), words=f"{it.label} {it.id}") for it in found
        ]
        self.ask(Prompt("command", offer=lambda: choices))

    def tell(self, told: str) -> None:
        """Say something at the end of the line that is being typed."""
        if self.question is not None and told != self.question.told:
            self.question.told = told
            self.show()

    async def take(self, stroke: Stroke) -> None:
        """Take a key that is no command."""
        question = self.question
        made = question.take(stroke) if question is not None else None
        if question is not None and made is not None:
            self._choose(question, made)
        elif self.question is question:
            self.show()

    def accept(self) -> None:
        """Accept what is typed or chosen."""
        question = self.question
        if question is None:
            return
        if question.is_choice:
            if question.shown:
                self._choose(question, question.shown[question.current])
            return
        self._close()
        if question.accepted is not None:
            question.accepted(question.editor.text)

    def cancel(self) -> None:
        """Give the question up."""
        question = self.question
        self._close()
        if question is not None and question.cancelled is not None:
            question.cancelled()

    def up(self) -> None:
        """One up."""
        self._step(-1)

    def down(self) -> None:
        """One down."""
        self._step(1)

    def page_up(self) -> None:
        """Some up."""
        self._step(-PAGE)

    def page_down(self) -> None:
        """Some down."""
        self._step(PAGE)

    def type(self) -> bool:
        """Go from choosing by key to choosing by typing; False where the key is typed text."""
        if self.question is None or not self.question.by_key:
            return False
        self.question.by_key = False
        self.show()
        return True

    def toggle_pattern(self) -> bool:
        """Between plain words and a regular expression, where what is typed is searched for."""
        if self.question is None or self.question.toggled is None:
            return False
        self.question.toggled()
        return True

    def chosen(self, rows: RowList, index: int) -> bool:
        """Whether a row that was chosen was one of the choices, which is taken then."""
        question = self.question
        if question is None or not any(rows in found.children for found in self._screen.query(ChoiceList)):
            return False
        if index < len(question.shown):
            self._choose(question, question.shown[index])
        return True

    def show(self) -> None:
        """Show the question as its value is now."""
        self._screen.call_later(self._draw)

    def _running(self, chosen: Command) -> Callable[[], object]:
        return lambda: self._screen.call_later(self._screen.run, chosen)

    def _step(self, by: int) -> None:
        if self.question is not None:
            self.question.step(by)
            self.show()

    def _choose(self, question: Prompt, choice: Choice) -> None:
        if not choice.stays:
            self._close()
        choice.choose()
        if self.question is question:
            question.fill()
            self.show()

    def _close(self) -> None:
        self.question = None
        screen = self._screen
        for shown in (*screen.query(PromptLine), *screen.query(ChoiceList)):
            shown.display = False
        screen.query_one("#status").display = True
        screen.show_hints()

    async def _draw(self) -> None:
        question = self.question
        if question is None:
            return
        line, listed = await self._widgets(with_list=question.is_choice)
        self._screen.query_one("#status").display = False
        line.display = True
        line.show(question.title, question.editor, question.told_now, is_typing=not question.by_key)
        if listed is not None:
            listed.display = bool(question.shown)
            rows = [ChoiceRow(choice.key, choice.name, choice.other_name, choice.is_on) for choice in question.shown]
            listed.show(rows, question.current)
        self._screen.query_one(Hints).show(self._screen.hints_of(_useful(question)), ())

    async def _widgets(self, *, with_list: bool) -> tuple[PromptLine, ChoiceList | None]:
        """The widgets, made when they are first needed."""
        screen = self._screen
        if not screen.query(PromptLine):
            await screen.mount(PromptLine(), before=screen.query_one("#status"))
        if with_list and not screen.query(ChoiceList):
            await screen.mount(ChoiceList())
        return screen.query_one(PromptLine), next(iter(screen.query(ChoiceList)), None)


def _useful(question: Prompt) -> list[str]:
    """The ids of the commands to tell of."""
    names = ["prompt.accept", "prompt.cancel"]
    if question.is_choice:
        names = [*names, "prompt.down", *(["prompt.type"] if question.by_key else [])]
    return [*names, *(["prompt.toggle_pattern"] if question.toggled is not None else [])]
