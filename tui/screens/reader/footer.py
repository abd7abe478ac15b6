"""Which commands are of most use now: what the line at the reader's foot tells of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.command import Command
from tui.commands import commands_of

if TYPE_CHECKING:
    from tui.screens.reader.screen import ReaderScreen

_OF_A_LIST = 5


def useful(reader: ReaderScreen) -> list[Command]:
    """The commands, the most useful first."""
    if reader.mode is not None and reader.mode.contexts:
        return commands_of(*reader.mode.contexts)
    if not reader.view.has_focus:
        contexts = reader.parts.pane.live_contexts()
        return [*commands_of(*contexts)[:_OF_A_LIST], *reader.commands("pane.switch")]
    marks = reader.parts.marking.label_commands() if reader.view.target and reader.desk.problem is None else []
    if reader.view.selection is not None:
        return [*marks, *_named(reader, "marking.repeat", "marking.fragment", "text.drop")]
    if "event" in reader.open_contexts():
        links = [found for found in reader.keymap.commands if found.id.startswith("links.link_")]
        return [*links, *_named(reader, "links.card", "properties.subtype", "marking.delete")]
    return [*marks, *_named(reader, *_here(reader))]


def _here(reader: ReaderScreen) -> list[str]:
    """Ids for where nothing is selected and no event is."""
    names = ["hinting.start", "going.next", "searching.start", "display.interlinear"]
    if reader.mode is None:
        # Else it ends the mode first.
        names.append("reader.back")
    if reader.desk.history.can_undo:
        names.insert(0, "marking.undo")
    if reader.desk.can_review:
        names.insert(0, "reviewing.start")
    elif reader.desk.locked is not None and not reader.desk.locked.certain:
        names.insert(0, "locking.take_over")
    if reader.span_here() is not None:
        return ["properties.subtype", "walking.mentions", "edges.proclitic", "marking.delete", *names]
    proposes = reader.parts.made("walking") and reader.parts.walking.has_proposals()
    return ["walking.proposals", *names] if proposes else names


def _named(reader: ReaderScreen, *ids: str) -> list[Command]:
    known = {found.id: found for found in reader.commands(*ids)}
    return [known[name] for name in ids]
