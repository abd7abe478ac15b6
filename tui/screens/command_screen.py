"""What all screens have in common: keys are looked up in one key map, and questions are asked at the foot.

Keys are the screen's alone. A widget that took them itself would take some before and some after the commands of keys
typed in the same moment (over a slow line they arrive together); here each is carried out in its order, and means what
it means when its turn comes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from inspect import isawaitable

from textual import events, on
from textual.screen import Screen

from tui.command import Command, Context
from tui.commands import command
from tui.keymap import Keymap, Stroke
from tui.screens.prompt import PAGE, Choice, Prompt
from tui.widgets.bars import Bar, Hints
from tui.widgets.prompt_pane import ChoiceList, ChoiceRow, PromptLine
from tui.widgets.row_list import RowList

_PROMPT: tuple[Context, ...] = ("prompt",)


class CommandScreen(Screen[None]):
    """A screen whose keys are commands of the table; `#status` is where its prompts are asked."""

    DEFAULT_CSS = "CommandScreen { layers: below above; }"

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self.question: Prompt | None = None

    @abstractmethod
    def contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live now, the narrowest first."""

    @abstractmethod
    def owner(self, name: str) -> object:
        """Who carries out the commands whose ids begin with this name."""

    async def on_key(self, event: events.Key) -> None:
        """Carry out what a key means now."""
        event.stop()
        event.prevent_default()
        await self.take(Stroke.of(event.key, event.character))

    async def take(self, stroke: Stroke) -> None:
        """Carry out what a key means on the screen that is on; one that was pressed for this may come late."""
        top = self.app.screen
        if top is not self:
            if isinstance(top, CommandScreen):
                await top.take(stroke)
        elif self.question is None:
            await self.take_free(stroke)
        elif not await self.take_command(stroke, _PROMPT):
            await self._type(self.question, stroke)

    async def take_free(self, stroke: Stroke) -> None:
        """Carry out what a key means while nothing is asked."""
        await self.take_command(stroke, self.contexts())

    async def take_command(self, stroke: Stroke, contexts: Sequence[Context]) -> bool:
        """Run the first command that the key means in these contexts and that has something to do."""
        for found in self.keymap.find(contexts, stroke.key):
            if await self.run(found):
                return True
        return False

    async def run(self, chosen: Command) -> bool:
        """Run a command; whether it had something to do."""
        owner = self if chosen.owner == "prompt" else self.app if chosen.owner == "app" else self.owner(chosen.owner)
        name = f"prompt_{chosen.action}" if owner is self and chosen.owner == "prompt" else chosen.action
        done = getattr(owner, name)(*chosen.args)
        return (await done if isawaitable(done) else done) is not False

    def warn(self, message: str) -> None:
        """Tell that something went wrong, in the status line."""
        self.query_one("#status", Bar).warn(message)

    def ask(self, question: Prompt) -> None:
        """Ask something; what was asked before is given up."""
        if self.question is not None:
            self.prompt_cancel()
        self.question = question
        self._show_question()

    def tell_in_prompt(self, told: str) -> None:
        """Say something at the end of the line that is being typed."""
        if self.question is not None and told != self.question.told:
            self.question.told = told
            self._show_question()

    async def show_palette(self) -> None:
        """Offer every command by its name."""
        live = self.contexts()
        found = [it for it in self.keymap.commands if it.context in live and not it.id.startswith("text.select")]
        # Moving is known to the fingers; what is looked for by name is anything else.
        found.sort(key=lambda it: it.context == "text")
        choices = [
            Choice(it.help, self._run_later(it), self.keymap.shown_key(it), words=f"{it.label} {it.id}") for it in found
        ]
        self.ask(Prompt("command", offer=lambda: choices))

    def reopen_question(self) -> None:
        """Show the prompt as its value is now."""
        self._show_question()

    def prompt_accept(self) -> None:
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

    def prompt_cancel(self) -> None:
        """Give the question up."""
        question = self.question
        self._close()
        if question is not None and question.cancelled is not None:
            question.cancelled()

    def prompt_up(self) -> None:
        """One up."""
        self._step(-1)

    def prompt_down(self) -> None:
        """One down."""
        self._step(1)

    def prompt_page_up(self) -> None:
        """Some up."""
        self._step(-PAGE)

    def prompt_page_down(self) -> None:
        """Some down."""
        self._step(PAGE)

    def prompt_type(self) -> bool:
        """Go from choosing by key to choosing by typing; False where the key is typed text."""
        if self.question is None or not self.question.by_key:
            return False
        self.question.by_key = False
        self._show_question()
        return True

    def prompt_toggle_pattern(self) -> bool:
        """Between plain words and a regular expression, where what is typed is searched for."""
        if self.question is None or self.question.toggled is None:
            return False
        self.question.toggled()
        return True

    @on(Hints.Pressed)
    async def _run_hint(self, event: Hints.Pressed) -> None:
        event.stop()
        await self.run(event.command)

    def chosen_in_prompt(self, rows: RowList, index: int) -> bool:
        """Whether a row that was chosen was one of the prompt's, which is taken then."""
        question = self.question
        if question is None or not any(rows in found.children for found in self.query(ChoiceList)):
            return False
        self._choose(question, question.shown[index])
        return True

    def _run_later(self, chosen: Command) -> Callable[[], object]:
        return lambda: self.call_later(self.run, chosen)

    async def _type(self, question: Prompt, stroke: Stroke) -> None:
        made = question.take(stroke)
        if made is not None:
            self._choose(question, made)
        elif self.question is question:
            self._show_question()

    def _step(self, by: int) -> None:
        if self.question is not None:
            self.question.step(by)
            self._show_question()

    def _choose(self, question: Prompt, choice: Choice) -> None:
        if not choice.stays:
            self._close()
        choice.choose()
        if self.question is question:
            question.fill()
            self._show_question()

    def _close(self) -> None:
        self.question = None
        for shown in (*self.query(PromptLine), *self.query(ChoiceList)):
            shown.display = False
        self.query_one("#status").display = True
        self.show_hints()

    @abstractmethod
    def show_hints(self) -> None:
        """Show at the foot what can be done now."""

    def _show_question(self) -> None:
        self.call_later(self._draw_question)

    async def _draw_question(self) -> None:
        question = self.question
        if question is None:
            return
        line, listed = await self._prompt_widgets(with_list=question.is_choice)
        self.query_one("#status").display = False
        line.display = True
        line.show(question.title, question.editor, question.told_now, is_typing=not question.by_key)
        if listed is not None:
            listed.display = bool(question.shown)
            rows = [ChoiceRow(choice.key, choice.name, choice.other_name, choice.is_on) for choice in question.shown]
            listed.show(rows, question.current)
        names = ["prompt.accept", "prompt.cancel"]
        if question.is_choice:
            names = [*names, "prompt.down", *(["prompt.type"] if question.by_key else [])]
        if question.toggled is not None:
            names.append("prompt.toggle_pattern")
        self.query_one(Hints).show(self.hints_of(names), ())

    def hints_of(self, names: Sequence[str]) -> list[tuple[str, Command]]:
        """Commands by their ids, each with the key that it has now."""
        return self.with_keys([command(name) for name in names])

    def commands(self, *ids: str) -> list[Command]:
        """Commands by their ids, the schema's among them."""
        return [found for found in self.keymap.commands if found.id in ids]

    def key_of(self, command_id: str) -> str:
        """The first key that a command has now, as it is written for people; empty where it has none."""
        return next((self.keymap.shown_key(found) for found in self.commands(command_id)), "")

    def with_keys(self, commands: Sequence[Command]) -> list[tuple[str, Command]]:
        """Commands with the keys that they have now; those without a key are left out."""
        keys = ((self.keymap.shown_key(found), found) for found in commands)
        return [(key, found) for key, found in keys if key]

    async def _prompt_widgets(self, *, with_list: bool) -> tuple[PromptLine, ChoiceList | None]:
        """The widgets, made when they are first needed."""
        if not self.query(PromptLine):
            await self.mount(PromptLine(), before=self.query_one("#status"))
        if with_list and not self.query(ChoiceList):
            await self.mount(ChoiceList())
        return self.query_one(PromptLine), next(iter(self.query(ChoiceList)), None)
