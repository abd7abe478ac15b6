"""The reader's parts by the names of their commands, each made when it is first needed; few are at the start."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from tui.screens.reader.going import Going
from tui.screens.reader.keeping import Keeping
from tui.screens.reader.marking import Marking
from tui.screens.reader.pane import Pane

if TYPE_CHECKING:
    from tui.screens.reader.conflicts import Conflicts
    from tui.screens.reader.display import Display
    from tui.screens.reader.edges import Edges
    from tui.screens.reader.grouping import Grouping
    from tui.screens.reader.hinting import Hinting
    from tui.screens.reader.linking import Linking
    from tui.screens.reader.locking import Locking
    from tui.screens.reader.picking import Picking
    from tui.screens.reader.properties import Properties
    from tui.screens.reader.revealing import Revealing
    from tui.screens.reader.reviewing import Reviewing
    from tui.screens.reader.screen import ReaderScreen
    from tui.screens.reader.searching import Searching
    from tui.screens.reader.walking import Walking
    from tui.text.navigation import Range


class Parts:
    """The parts of one reader; `proposes` and `refused` are the walking part's."""

    def __init__(self, reader: ReaderScreen, *, proposes: bool, refused: set[Range]) -> None:
        self._reader = reader
        self._proposes = proposes
        self._refused = refused
        self.going = Going(reader)
        self.marking = Marking(reader)
        self.pane = Pane(reader)
        self.keeping = Keeping(reader)

    def made(self, name: str) -> bool:
        """Whether a part was needed yet."""
        return name in vars(self)

    @cached_property
    def edges(self) -> Edges:
        """Moving edges."""
        from tui.screens.reader.edges import Edges

        return Edges(self._reader)

    @cached_property
    def properties(self) -> Properties:
        """Subtypes, attributes, notes, status."""
        from tui.screens.reader.properties import Properties

        return Properties(self._reader)

    @cached_property
    def links(self) -> Linking:
        """Links and the card."""
        from tui.screens.reader.linking import Linking

        return Linking(self._reader)

    @cached_property
    def groups(self) -> Grouping:
        """Mentions of the same."""
        from tui.screens.reader.grouping import Grouping

        return Grouping(self._reader)

    @cached_property
    def picking(self) -> Picking:
        """Picking a span."""
        from tui.screens.reader.picking import Picking

        return Picking(self._reader)

    @cached_property
    def walking(self) -> Walking:
        """Walking what could be marked."""
        from tui.screens.reader.walking import Walking

        return Walking(self._reader, proposes=self._proposes, refused=self._refused)

    @cached_property
    def hinting(self) -> Hinting:
        """Choosing words."""
        from tui.screens.reader.hinting import Hinting

        return Hinting(self._reader)

    @cached_property
    def searching(self) -> Searching:
        """Searching the article."""
        from tui.screens.reader.searching import Searching

        return Searching(self._reader)

    @cached_property
    def revealing(self) -> Revealing:
        """Characters that cannot be seen."""
        from tui.screens.reader.revealing import Revealing

        return Revealing(self._reader)

    @cached_property
    def reviewing(self) -> Reviewing:
        """Where annotations are after the article was edited."""
        from tui.screens.reader.reviewing import Reviewing

        return Reviewing(self._reader)

    @cached_property
    def conflicts(self) -> Conflicts:
        """What was changed here and elsewhere."""
        from tui.screens.reader.conflicts import Conflicts

        return Conflicts(self._reader)

    @cached_property
    def locking(self) -> Locking:
        """Taking an article over."""
        from tui.screens.reader.locking import Locking

        return Locking(self._reader)

    @cached_property
    def display(self) -> Display:
        """How the article is shown."""
        from tui.screens.reader.display import Display

        return Display(self._reader)
