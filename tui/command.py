"""What a command is: something that can be done, where, with which keys, told in which words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from annotations.schema import Schema
from tui.keys import with_twins

Context = Literal[
    "app",
    "reader",
    "event",
    "text",
    "list",
    "card",
    "entities",
    "library",
    "prompt",
    "hints",
    "walk",
    "pick",
    "search",
    "edges",
    "review",
]

_HEADINGS: dict[Context, str] = {
    "reader": "In the article",
    "event": "On an event",
    "text": "Moving in the text; with Shift, the same keys select",
    "walk": "Walking proposals",
    "pick": "Choosing a span by its letters",
    "hints": "Choosing words by their letters",
    "edges": "Moving the edges of a span",
    "search": "Among the hits of a search",
    "review": "Reviewing where the annotations are in an edited article",
    "library": "In the library",
    "list": "In a list",
    "card": "In the card of an event",
    "entities": "Among the actors or events of the article",
    "prompt": "While typing or choosing",
    "app": "Everywhere",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done.

    `id` names it in key maps, the part before the dot is its owner; `keys` are its Latin keys; `action` and `args` are
    the method that does it; `label` is one or two words for the hints, `help` a phrase for the help page.
    """

    id: str
    context: Context
    keys: tuple[str, ...]
    action: str
    label: str
    help: str
    args: tuple[str | int, ...] = ()

    @property
    def owner(self) -> str:
        """Who carries it out."""
        return self.id.partition(".")[0]

    @property
    def all_keys(self) -> tuple[str, ...]:
        """The keys with their Arabic twins."""
        return with_twins(self.keys)


def schema_commands(schema: Schema) -> list[Command]:
    """The commands that a schema adds: one that marks with each label, one that links with each role."""
    marks = [
        Command(
            f"marking.mark_{label.name}",
            "reader",
            (label.key,) if label.key else (),
            "mark",
            label.title_en.lower(),
            f"mark the selection, or the word under the cursor, as {label.title_en.lower()}",
            (label.name,),
        )
        for label in schema.labels
    ]
    links = [
        Command(
            f"links.link_{role.name}",
            "event",
            (role.key,) if role.key else (),
            "link",
            role.title_en.lower(),
            f"link the event to its {role.title_en.lower()}",
            (role.name,),
        )
        for role in schema.roles
        if role.is_usable
    ]
    return [*marks, *links]


def headings() -> dict[Context, str]:
    """The contexts in the order of the help page, with their headings."""
    return dict(_HEADINGS)
