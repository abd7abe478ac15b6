"""What the annotator is asked at the foot of the screen, as it is seen there; and where to click on it."""

from __future__ import annotations

from textual import events
from textual.keys import _character_to_key
from textual.pilot import Pilot

from tui.app import HashiyaApp
from tui.widgets.bars import Hints
from tui.widgets.prompt_pane import ChoiceList, PromptLine
from tui.widgets.row_list import RowList


async def type_text(pilot: Pilot[None], text: str) -> None:
    """Type a text as a terminal tells of it: the pilot itself loses marks."""
    for letter in text:
        pilot.app.screen.post_message(events.Key(_character_to_key(letter), letter))
    await pilot.pause()


def press_at_once(app: HashiyaApp, *keys: str) -> None:
    """Press keys that type nothing faster than anything else happens: the pilot waits for threads after each."""
    for key in keys:
        app.screen.post_message(events.Key(key, None))


def line(app: HashiyaApp) -> str:
    """The line where something is typed or chosen; empty where nothing is asked."""
    found = [shown for shown in app.screen.query(PromptLine) if shown.display]
    return found[0].render_line(0).text.rstrip() if found else ""


def rows(app: HashiyaApp) -> list[str]:
    """The choices that are seen."""
    shown = offered(app)
    return [] if shown is None else [shown.render_line(y).text.rstrip(" █▐▕│") for y in range(shown.size.height)]


def offered(app: HashiyaApp) -> RowList | None:
    """The list of choices, None where none is shown."""
    found = [shown.query_one(RowList) for shown in app.screen.query(ChoiceList) if shown.display]
    return found[0] if found else None


def hints(app: HashiyaApp) -> str:
    """The line of keys at the foot."""
    return app.screen.query_one(Hints).render().plain
