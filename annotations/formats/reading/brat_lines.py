"""brat's standoff lines, read one by one: what each says, before what it refers to is looked up.

The lines are those of brat's documentation, "brat standoff format" (brat.nlplab.org/standoff.html), taken apart as its
server does (`server/src/annotation.py`): an id, a tab, fields with spaces between them, and for some a tab and a text.
Text-bound annotations (`T`) have a label and one or more fragments, in code points, half-open; events (`E`) a label, a
trigger and arguments; relations (`R`) a label and two arguments; attributes (`A`, in old files `M`) a target and a
value, `true` where there is none; normalisations (`N`) a target and an entry of a database; notes (`#`) a target and
a text; an equivalence (`*`), whatever it is called, its members.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from annotations.limits import FRAGMENTS, SIDECAR_LINES
from annotations.span import Fragment

FLAG = "true"
"""The value of an attribute that has none."""

# Lines, and arguments of events, that are read: enough for 100,000 spans with all that may be said of them.
_MOST = SIDECAR_LINES // 2
# No text has offsets of more digits, and Python takes long to read many.
_PLACES = re.compile(r"[0-9]{1,10} [0-9]{1,10}(?:;[0-9]{1,10} [0-9]{1,10})*")
_NORMALISATION = re.compile(r"(\S+) (\S+) (\S+?:\S+)")

Tell = Callable[[int, str], object]
"""Takes the number of a line, from 1, and a clause about it."""


class TextBound(NamedTuple):
    """A span; `text` is what the line says that it covers, which may be nothing."""

    line: int
    label: str
    fragments: tuple[Fragment, ...]
    text: str


class Event(NamedTuple):
    """An event, or a relation, which has no trigger; arguments are pairs of a name and the id of what it is."""

    line: int
    label: str
    trigger: str
    arguments: tuple[tuple[str, str], ...]


class Property(NamedTuple):
    """An attribute of its target; `is_entry` where the value is an entry of a database."""

    line: int
    name: str
    target: str
    value: str
    is_entry: bool = False


class Note(NamedTuple):
    """A note on its target."""

    line: int
    kind: str
    target: str
    text: str


@dataclass
class Standoff:
    """What the lines of one file say; ids are unique among all of them."""

    texts: dict[str, TextBound] = field(default_factory=dict)
    events: dict[str, Event] = field(default_factory=dict)
    relations: dict[str, Event] = field(default_factory=dict)
    properties: list[Property] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    equivalents: list[tuple[int, list[str]]] = field(default_factory=list)
    arguments: int = 0


def parse(ann: str, tell: Tell) -> Standoff:
    """What the lines say; each that cannot be taken is told of, and so is that there are too many."""
    found, seen = Standoff(), set[str]()
    lines = ann.splitlines()
    for number, line in enumerate(islice(lines, _MOST), 1):
        try:
            _take(found, seen, number, line)
        except ValueError as error:
            tell(number, str(error))
    if len(lines) > _MOST:
        tell(_MOST + 1, f"it and what follows are left out: {_MOST:,} lines are the most that is read")
    return found


def _take(found: Standoff, seen: set[str], number: int, line: str) -> None:
    """Take what a line says, if it is not blank; ValueError for one that cannot be taken, and for an id in `seen`."""
    if not line.strip():
        return
    name, tab, rest = line.partition("\t")
    take = _TAKEN.get(name[:1])
    if not tab or take is None:
        raise ValueError("it is no annotation of a kind that is known")
    if name in seen:
        raise ValueError(f"the id {name} is used twice")
    if name != "*":
        seen.add(name)
    take(found, name, number, *_halves(rest))


def _halves(rest: str) -> tuple[str, str]:
    fields, _, text = rest.partition("\t")
    return fields, text


def _take_text_bound(found: Standoff, name: str, line: int, fields: str, text: str) -> None:
    label, _, places = fields.strip().partition(" ")
    if places.count(";") >= FRAGMENTS:
        raise ValueError(f"it has more than {FRAGMENTS:,} fragments")
    if not _PLACES.fullmatch(places):
        raise ValueError("after the label a start and an end are expected, and `;` between such pairs")
    pairs = (place.split(" ") for place in places.split(";"))
    found.texts[name] = TextBound(line, label, tuple((int(start), int(end)) for start, end in pairs), text)


def _take_event(found: Standoff, name: str, line: int, fields: str, _text: str) -> None:
    found.arguments += fields.count(" ")
    if found.arguments > _MOST:
        raise ValueError(f"there are more than {_MOST:,} arguments")
    (label, trigger), *arguments = [_pair(one) for one in fields.split() or [""]]
    found.events[name] = Event(line, label, trigger, tuple(arguments))


def _take_relation(found: Standoff, name: str, line: int, fields: str, _text: str) -> None:
    label, *arguments = fields.split() or [""]
    if len(arguments) != 2:
        raise ValueError("a relation has two arguments")
    found.relations[name] = Event(line, label, "", tuple(map(_pair, arguments)))


def _take_attribute(found: Standoff, _name: str, line: int, fields: str, _text: str) -> None:
    name, target, *value = fields.strip().split(" ", 2) if " " in fields.strip() else ("", "")
    if not target:
        raise ValueError("an attribute has a name and a target")
    found.properties.append(Property(line, name, target, value[0] if value else FLAG))


def _take_normalisation(found: Standoff, _name: str, line: int, fields: str, _text: str) -> None:
    match = _NORMALISATION.fullmatch(fields.strip())
    if match is None:
        raise ValueError("a normalisation has a name, a target, and a database and an id with `:` between them")
    found.properties.append(Property(line, match[1], match[2], match[3], is_entry=True))


def _take_note(found: Standoff, _name: str, line: int, fields: str, text: str) -> None:
    kind, _, target = fields.strip().partition(" ")
    if not target or " " in target:
        raise ValueError("a note has a kind and a target")
    found.notes.append(Note(line, kind, target, text))


def _take_equivalents(found: Standoff, _name: str, line: int, fields: str, _text: str) -> None:
    _kind, *members = fields.split() or [""]
    if not members:
        raise ValueError("an equivalence has members")
    found.equivalents.append((line, members))


def _pair(argument: str) -> tuple[str, str]:
    name, colon, target = argument.partition(":")
    if not (name and colon and target):
        raise ValueError("names and ids with `:` between them are expected")
    return name, target


_TAKEN: dict[str, Callable[[Standoff, str, int, str, str], None]] = {
    "T": _take_text_bound,
    "E": _take_event,
    "R": _take_relation,
    "A": _take_attribute,
    "M": _take_attribute,
    "N": _take_normalisation,
    "#": _take_note,
    "*": _take_equivalents,
}
