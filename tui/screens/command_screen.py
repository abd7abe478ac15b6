"""What all screens have in common: keys are looked up in one key map, and questions are asked at the foot.

Keys are the screen's alone. A widget that took them itself would take some before and some after the commands of keys
typed in the same moment (over a slow line they arrive together); here each is carried out in its order, and means what
it means when its turn comes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from functools import cached_property
from inspect import isawaitable
from typing import TYPE_CHECKING

from textual import events, on
from textual.screen import Screen

from tui.command import Command, Context
from tui.commands import command
from tui.keymap import Keymap, Stroke
from tui.widgets.bars import Bar, Hints

if TYPE_CHECKING:
    from tui.screens.asking import Asking
    from tui.screens.prompt import Prompt

_PROMPT: tuple[Context, ...] = ("prompt",)


class CommandScreen(Screen[None]):
    """A screen whose keys are commands of the table; `#status` is where its prompts are asked."""

    DEFAULT_CSS = "CommandScreen { layers: below above; }"

    def __init__(self, keymap: Keymap) -> None:
        super().__init__()
        self.keymap = keymap
        self._held: list[Stroke] | None = []

    @abstractmethod
    def contexts(self) -> Sequence[Context]:
        """The contexts whose keys are live now, the narrowest first."""

    @abstractmethod
    def owner(self, name: str) -> object:
        """Who carries out the commands whose ids begin with this name."""

    @on(events.Mount)
    async def _begin(self) -> None:
        """Carry out what was pressed before the screen was whole."""
        await self.go_on()

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
        elif self._held is not None:
            self._held.append(stroke)
        elif self.question is None:
            await self.take_free(stroke)
        elif not await self.take_command(stroke, _PROMPT):
            await self.asking.take(stroke)

    def hold(self, strokes: Sequence[Stroke] = ()) -> None:
        """Keep what is pressed from now on, after these strokes, until `go_on`."""
        self._held = [*(self._held or ()), *strokes]

    def give(self) -> Sequence[Stroke]:
        """What was kept, for another screen."""
        held, self._held = self._held, None
        return held or ()

    async def go_on(self) -> None:
        """Carry out what was kept, in its order; what is pressed meanwhile comes after it."""
        for stroke in self.give():
            await self.take(stroke)

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
        if chosen.owner in ("app", "prompt"):
            owner: object = self.app if chosen.owner == "app" else self.asking
        else:
            owner = self.owner(chosen.owner)
        done = getattr(owner, chosen.action)(*chosen.args)
        return (await done if isawaitable(done) else done) is not False

    def warn(self, message: str) -> None:
        """Tell that something went wrong, in the status line."""
        self.query_one("#status", Bar).warn(message)

    @cached_property
    def asking(self) -> Asking:
        """What asks at the foot of the screen."""
        from tui.screens.asking import Asking

        return Asking(self)

    @property
    def question(self) -> Prompt | None:
        """What is asked now."""
        return self.asking.question if "asking" in vars(self) else None

    def ask(self, question: Prompt) -> None:
        """Ask something; what was asked before is given up."""
        self.asking.ask(question)

    def show_palette(self) -> None:
        """Offer every command by its name."""
        self.asking.ask_for_command()

    @on(Hints.Pressed)
    async def _run_hint(self, event: Hints.Pressed) -> None:
        event.stop()
        await self.run(event.command)

    @abstractmethod
    def show_hints(self) -> None:
        """Show at the foot what can be done now."""

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
