"""The one table of commands.

What a key does, the hints at the foot of a screen, the palette, the help page and `docs/KEYS.md` are made from it. A
command's *context* says when its keys are live: a screen tries the contexts that hold at the moment, the narrowest
first. Its *owner* is who carries it out, and `action` the name of the method there. The commands that mark with a label
and link with a role come from the schema, with the keys it gives them (`command.schema_commands`).
"""

from __future__ import annotations

from collections.abc import Iterator

from tui.command import Command, Context
from tui.review_commands import review_commands

_CLITICS = "و ف ب ل ك س ال"

_Args = tuple[str | int, ...]
# Name, keys, action, label, help, arguments.
_Rows = tuple[tuple[str, tuple[str, ...], str, str, str, _Args], ...]
# Owner, name, context, keys, label, help.
_Placed = tuple[tuple[str, str, Context, tuple[str, ...], str, str], ...]


def _moves() -> Iterator[Command]:
    for what, keys, told in (
        ("left", ("left",), "one letter to the left on the screen, which is onward in Arabic"),
        ("right", ("right",), "one letter to the right on the screen"),
        ("up", ("up",), "one row up"),
        ("down", ("down",), "one row down"),
        ("word_left", ("ctrl+left",), "to the next word at the left"),
        ("word_right", ("ctrl+right",), "to the next word at the right"),
        ("row_start", ("home",), "to where the row starts, at the right in Arabic"),
        ("row_end", ("end",), "to where the row ends"),
        ("page_up", ("pageup",), "one screen up"),
        ("page_down", ("pagedown",), "one screen down"),
        ("text_start", ("ctrl+home",), "to the start of the article"),
        ("text_end", ("ctrl+end",), "to the end of the article"),
    ):
        yield Command(f"text.{what}", "text", keys, "move", "move", told, (what,))
        shifted = tuple(key.replace("ctrl+", "ctrl+shift+") if "+" in key else f"shift+{key}" for key in keys)
        yield Command(f"text.select_{what}", "text", shifted, "extend", "select", f"select {told}", (what,))


def _marking() -> Iterator[Command]:
    for name, keys, label, told in (
        ("repeat", (".",), "same label", "mark with the last label and subtype again"),
        (
            "fragment",
            ("j",),
            "add part",
            "add the selection to the span marked last, as a part; on another span, add to that one from now on",
        ),
        ("relabel", ("R",), "label", "give the span under the cursor another label"),
        ("delete", ("x", "delete"), "delete", "delete the span under the cursor"),
        ("undo", ("u",), "undo", "undo the last change"),
        ("redo", ("ctrl+r",), "redo", "redo what was undone"),
        ("copy", ("Y", "ctrl+c"), "copy", "copy the selection, or the span under the cursor, to the clipboard"),
        ("untrimmed", (), "as it is", "mark the selection with the last label, punctuation at its edges included"),
    ):
        yield Command(f"marking.{name}", "reader", keys, name, label, told)


def _edges() -> Iterator[Command]:
    in_reader: _Rows = (
        ("grow", ("+",), "by_word", "longer", "take the next word into the span", ("end", 1)),
        ("shrink", ("-",), "by_word", "shorter", "leave the span's last word out", ("end", -1)),
        (
            "proclitic",
            ("h",),
            "proclitic",
            _CLITICS,
            f"leave one more leading {_CLITICS} out of the span; after the last, take all in again",
            (),
        ),
        ("enclitic", ("k",), "enclitic", "suffix", "take a pronoun suffix into the span, or leave it out", ()),
        ("edit", ("z",), "edit", "edges", "move the edges of the span, letter by letter or word by word", ()),
    )
    in_mode: _Rows = (
        ("left", ("left",), "by_letter", "letter", "the edge one letter to the left", ("left",)),
        ("right", ("right",), "by_letter", "letter", "the edge one letter to the right", ("right",)),
        ("word_left", ("ctrl+left",), "by_word_to", "word", "the edge one word to the left", ("left",)),
        ("word_right", ("ctrl+right",), "by_word_to", "word", "the edge one word to the right", ("right",)),
        ("other", ("tab", "space"), "other_edge", "other edge", "to the next edge of the span", ()),
        ("keep", ("enter", "escape", "z"), "keep", "done", "done", ()),
    )
    yield from _rows("edges", "reader", in_reader)
    yield from _rows("edges", "edges", in_mode)


def _rows(owner: str, context: Context, rows: _Rows) -> Iterator[Command]:
    for name, keys, action, label, told, args in rows:
        yield Command(f"{owner}.{name}", context, keys, action, label, told, args)


def _placed(rows: _Placed) -> Iterator[Command]:
    for owner, name, context, keys, label, told in rows:
        yield Command(f"{owner}.{name}", context, keys, name, label, told)


def _properties() -> Iterator[Command]:
    for name, keys, label, told in (
        ("subtype", ("t",), "subtype", "choose the span's subtype, by key or by typing its name after /"),
        ("attributes", ("v",), "attributes", "set the span's attributes"),
        ("note", ("o",), "note", "write a note on the span"),
        ("article_note", ("O",), "article note", "write a note on the article"),
        ("guideline", ("H",), "guideline", "read the guideline of the label"),
    ):
        yield Command(f"properties.{name}", "reader", keys, name, label, told)
    for status, key in (("done", "D"), ("flagged", "F"), ("skipped", "S")):
        told = f"mark the article as {status}, or take that back"
        yield Command(f"properties.{status}", "reader", (key,), "set_status", status, told, (status,))


def _links_and_groups() -> Iterator[Command]:
    yield from _placed(
        (
            (
                "links",
                "choose_role",
                "event",
                ("l",),
                "link",
                "link the event to an actor, choosing the role from a list",
            ),
            (
                "links",
                "card",
                "reader",
                ("c", "enter"),
                "card",
                "show the card of the event under the cursor, with its links; off all spans, the wrong links",
            ),
            ("links", "remove", "card", ("x", "delete"), "remove link", "remove the link"),
            ("links", "change_role", "card", ("t",), "role", "give the link another role"),
            ("links", "change_actor", "card", ("l",), "actor", "give the link another actor"),
            ("links", "note_link", "card", ("o",), "note", "write a note on the link"),
            (
                "groups",
                "same_as",
                "reader",
                ("=",),
                "same as",
                "say that the span is the same actor, or event, as another",
            ),
            ("groups", "ungroup", "reader", ("J",), "ungroup", "take the span out of its group"),
            (
                "groups",
                "show_entities",
                "reader",
                ("A",),
                "actors",
                "show the article's actors, or events, each with its mentions",
            ),
            ("groups", "ungroup_row", "entities", ("x",), "ungroup", "take the mention out of its group"),
            ("groups", "join_row", "entities", ("=",), "same as", "say that this is the same as another"),
            ("groups", "other_label", "entities", ("A",), "actors/events", "go on to the next label"),
        )
    )


def _picking() -> Iterator[Command]:
    rows: _Rows = (
        ("next", ("left", "down"), "step", "next", "to the next one", (1,)),
        ("previous", ("right", "up"), "step", "previous", "to the one before", (-1,)),
        ("accept", ("enter",), "accept", "choose", "choose the one that is shown", ()),
        ("from_list", ("/",), "from_list", "list", "choose from a list of all, by typing", ()),
        ("erase", ("backspace",), "erase", "back", "take the last letter back", ()),
        ("give_up", ("escape",), "give_up", "leave", "leave everything as it was", ()),
    )
    yield from _rows("picking", "pick", rows)


def _walking() -> Iterator[Command]:
    yield from _placed(
        (
            (
                "walking",
                "mentions",
                "reader",
                ("m",),
                "mentions",
                "walk the other mentions of the span's text in the article",
            ),
            (
                "walking",
                "proposals",
                "reader",
                ("y",),
                "proposals",
                "accept the proposal under the cursor, or walk those that follow",
            ),
            ("walking", "toggle_proposals", "reader", (), "proposals", "show or hide proposals from earlier articles"),
            ("walking", "accept", "walk", ("y", "enter"), "mark", "mark it and go on"),
            ("walking", "skip", "walk", ("n",), "skip", "go on without marking it"),
            ("walking", "back", "walk", ("p",), "back", "go back to the one before"),
            ("walking", "accept_all", "walk", ("a",), "all", "mark it and all that remain"),
            ("walking", "end", "walk", ("escape",), "end", "leave the rest as it is"),
        )
    )
    rows: _Rows = (
        ("grow", ("+",), "by_word", "longer", "take the next word into the proposal", (1,)),
        ("shrink", ("-",), "by_word", "shorter", "leave the proposal's last word out", (-1,)),
        ("proclitic", ("h",), "proclitic", _CLITICS, "take leading letters in, or leave them out", ()),
        ("enclitic", ("k",), "enclitic", "suffix", "take a pronoun suffix in, or leave it out", ()),
        ("relabel", ("R",), "relabel", "label", "propose another label", ()),
    )
    yield from _rows("walking", "walk", rows)


def _finding() -> Iterator[Command]:
    yield from _placed(
        (
            ("hinting", "start", "reader", ("f",), "hints", "draw letters on the words in view, to choose words by"),
            ("hinting", "keep_on", "hints", ("f",), "keep on", "draw the letters again after each marking, until Esc"),
            ("hinting", "erase", "hints", ("backspace",), "back", "take the last letter back"),
            ("hinting", "end", "hints", ("escape",), "leave", "take the letters away"),
            ("searching", "start", "reader", ("/", "ctrl+f"), "search", "search the article as you type"),
            ("searching", "start_pattern", "reader", (), "pattern", "search the article for a regular expression"),
            ("searching", "next", "search", ("n",), "next", "to the next hit"),
            ("searching", "previous", "search", ("p",), "previous", "to the previous hit"),
            (
                "searching",
                "mark_all",
                "search",
                ("m",),
                "mark all",
                "walk all hits, to mark each, or all, with a label",
            ),
            ("searching", "end", "search", ("escape",), "end", "leave the search"),
            ("revealing", "start", "reader", ("M",), "hidden", "count and show what cannot be seen, until Esc"),
        )
    )


def _reading() -> Iterator[Command]:
    rows: _Rows = (
        ("next", ("n",), "to_span", "next", "go to the next span", (1,)),
        ("previous", ("p",), "to_span", "previous", "go to the previous span", (-1,)),
    )
    yield from _rows("going", "reader", rows)
    yield from _placed(
        (
            ("going", "other_here", "reader", ("`",), "other span", "the next of several spans under the cursor"),
            (
                "pane",
                "switch",
                "reader",
                ("tab", "shift+tab"),
                "text/list",
                "go between the text and the list of spans",
            ),
            ("reader", "next_article", "reader", ("N",), "next article", "save, and open the next unfinished article"),
            ("reader", "back", "reader", ("escape",), "library", "back to the library"),
            (
                "display",
                "interlinear",
                "reader",
                ("i",),
                "interlinear",
                "show or hide brackets with labels and links under the rows",
            ),
            ("display", "diacritics", "reader", ("d",), "diacritics", "show or hide the Arabic diacritics"),
            ("display", "numbers", "reader", (), "numbers", "show or hide the numbers of paragraphs"),
            ("display", "spacing", "reader", (), "spacing", "blank lines between the rows: none, one, two"),
            ("display", "wider", "reader", (), "wider", "a wider text column"),
            ("display", "narrower", "reader", (), "narrower", "a narrower text column"),
            ("display", "margin", "reader", (), "margin", "air at the right of the text: none, four columns, eight"),
        )
    )


def _library() -> Iterator[Command]:
    for name, keys, label, told in (
        ("open_current", ("enter",), "open", "open the article"),
        ("filter", ("/",), "filter", "show only the articles that fit, by words, status, counts, text"),
        ("order", ("o",), "order", "put the list in another order"),
        ("next_unfinished", ("N",), "next", "open the next article that is not finished"),
        ("search", ("ctrl+f",), "search", "search the texts of all articles"),
        ("clear", ("escape",), "all articles", "show all articles again"),
    ):
        yield Command(f"library.{name}", "library", keys, name, label, told)


def _prompt() -> Iterator[Command]:
    for name, keys, label, told in (
        ("accept", ("enter",), "accept", "accept what is typed or chosen"),
        ("cancel", ("escape",), "leave", "leave everything as it was"),
        ("up", ("up",), "up", "one up in the list, or to the hit before"),
        ("down", ("down",), "down", "one down in the list, or to the next hit"),
        ("page_up", ("pageup",), "page up", "one screen up in the list"),
        ("page_down", ("pagedown",), "page down", "one screen down in the list"),
        ("type", ("/",), "type", "choose by typing a part of the name, in Arabic or English"),
        ("toggle_pattern", ("ctrl+x",), "pattern", "in a search: take the words as a regular expression, or plainly"),
    ):
        yield Command(f"prompt.{name}", "prompt", keys, name, label, told)


COMMANDS: tuple[Command, ...] = (
    *_moves(),
    Command("text.drop", "text", ("escape",), "drop", "deselect", "drop the selection"),
    *_marking(),
    *_edges(),
    *_properties(),
    *_links_and_groups(),
    *_picking(),
    *_walking(),
    *_finding(),
    *review_commands(),
    *_reading(),
    *_library(),
    Command("list.choose", "list", ("enter",), "choose", "open", "go to it in the text"),
    Command("list.up", "list", ("up",), "step", "up", "one up", (-1,)),
    Command("list.down", "list", ("down",), "step", "down", "one down", (1,)),
    Command("list.page_up", "list", ("pageup",), "page", "page up", "one screen up", (-1,)),
    Command("list.page_down", "list", ("pagedown",), "page", "page down", "one screen down", (1,)),
    Command("list.first", "list", ("home",), "edge", "first", "to the first", (-1,)),
    Command("list.last", "list", ("end",), "edge", "last", "to the last", (1,)),
    *_prompt(),
    Command("app.help", "app", ("?", "f1"), "show_help", "help", "show the keys"),
    Command("app.palette", "app", ("ctrl+p",), "show_palette", "palette", "all commands by name"),
    Command("app.theme", "app", (), "choose_theme", "theme", "choose the colours: dark, light, contrast, colour-blind"),
    Command("app.leave", "app", ("q", "ctrl+q"), "leave", "quit", "save and quit"),
    Command("app.suspend", "app", ("ctrl+z",), "suspend_process", "suspend", "back to the shell; fg returns"),
)


def commands_of(*contexts: Context) -> list[Command]:
    """The commands of some contexts, in the table's order."""
    return [command for command in COMMANDS if command.context in contexts]


def command(command_id: str) -> Command:
    """The command with this id, or KeyError."""
    return _BY_ID[command_id]


_TAKING: tuple[Context, ...] = ("app", "reader", "text", "event")


def taken_by(key: str) -> Command | None:
    """The command of the table that a label's or a role's key would clash with."""
    return next((c for c in COMMANDS if c.context in _TAKING and key in c.all_keys), None)


_BY_ID = {command.id: command for command in COMMANDS}
