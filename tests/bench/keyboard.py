"""The program's keyboard and screen: presses keys and counts them, and tells what an annotator sees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from planner import Deed, Hand, Letters, Place
from textual.pilot import Pilot
from walk_plan import Candidate

from annotations.layer import Layer
from annotations.span import Fragment
from tui.screens.reader import ReaderScreen
from tui.text.navigation import Range
from tui.widgets.bars import Bar

Made = tuple[str, tuple[Fragment, ...]]
"""A span by its label and fragments."""


class MisplayedError(Exception):
    """The program did something else than was expected of it."""


@dataclass
class Tally:
    """Keys pressed, by kind of action; those with Ctrl or Shift held; how spans were made; links, groups, subtypes."""

    keys: Counter[str] = field(default_factory=Counter)
    chords: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add up."""
        self.keys += other.keys
        self.chords += other.chords
        self.made += other.made


class Keyboard:
    """Presses keys in a running reader."""

    def __init__(self, pilot: Pilot[None]) -> None:
        screen = pilot.app.screen
        if not isinstance(screen, ReaderScreen):
            raise MisplayedError("the article is not on the screen")
        self.tally = Tally()
        self.screen = screen
        self._pilot = pilot

    async def press(self, kind: str, *keys: str) -> None:
        """Press keys, counted under a kind of action."""
        for key in keys:
            self.tally.keys[kind] += 1
            self.tally.chords[kind] += "+" in key[:-1]
            await self._pilot.press(key)

    async def do(self, deed: Deed) -> None:
        """Press a key, or type the letters that are drawn at an offset."""
        keys = [deed.key] if deed.key is not None else list(self.letters.get(deed.offset, ""))
        if not keys:
            raise MisplayedError(f"no letters are drawn at {deed.offset}")
        await self.press(deed.kind, *keys)

    async def leave_mode(self) -> None:
        """Escape from letters or a walk, where there are any."""
        if self.screen.mode is not None:
            await self.press("hint" if self.is_hinting else "walk", "escape")

    @property
    def is_hinting(self) -> bool:
        """Whether letters are drawn on words."""
        return self.screen.mode is self.screen.parts.hinting

    @property
    def letters(self) -> Letters:
        """The letters that are drawn, by the offset of what they choose."""
        mode = self.screen.mode
        return dict(mode.overlay().letters) if mode is not None else {}

    @property
    def hand(self) -> Hand:
        """Where the cursor is, what is on the screen, and the letters on its words."""
        top = self.screen.view.line_at(0)
        if top is None:
            raise MisplayedError("there is nothing on the screen")
        return Hand(Place(self.screen.view.cursor, top), self.letters if self.is_hinting else None)

    @property
    def offered(self) -> Range | None:
        """The candidate that a walk stands at."""
        mode = self.screen.mode
        marks = mode.overlay().marks if mode is not None else ()
        return next(((mark.start, mark.end) for mark in marks if mark.what == "current"), None)

    @property
    def proposals(self) -> list[Candidate]:
        """What is shown faintly in the article, and as what."""
        return [Candidate(it.start, it.end, it.label, it.subtype) for it in self.screen.parts.walking.free_proposals()]

    @property
    def told(self) -> str:
        """The status line."""
        return self.screen.query_one("#status", Bar).render().plain

    @property
    def layer(self) -> Layer:
        """What is marked."""
        return self.screen.desk.layer

    @property
    def marked(self) -> Mapping[Made, str]:
        """What is marked, with ids."""
        return {(span.label, span.fragments): span.id for span in self.layer.spans}
