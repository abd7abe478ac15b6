"""What is wrong in a schema and can be mended: the work goes on, and each thing that was changed is told of.

A sentence names the place and the remedy, without the file and the full stop: those are the caller's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from string import ascii_lowercase, digits
from typing import TypeVar

from msgspec.structs import replace

from annotations.labels import COLOURS, MARKS, Attribute, Label, Role, Schema, Subtype

Tell = Callable[[str], None]

# The key of B types two letters on the Arabic (101) layout, each of them another key.
UNTYPEABLE = "b"

_KEY = re.compile(r"[a-z0-9]")
_LETTERS = ascii_lowercase.replace(UNTYPEABLE, "")
_DIGITS = digits[1:] + digits[0]

_Titled = TypeVar("_Titled", Label, Role, Subtype, Attribute)
_Keyed = TypeVar("_Keyed", Label, Role, Subtype)


def mended(schema: Schema, tell: Tell) -> Schema:
    """The schema with every title, every subtype's key that was not declared, and without what cannot work in it.

    Expects names that are valid and differ. What loses something, and what stands in for it, is told.
    """
    colours = {label.colour for label in schema.labels}
    marks = {label.mark for label in schema.labels}
    labels = [_label(label, colours, marks, tell) for label in schema.labels]
    names = {label.name for label in labels}
    roles = [_role(role, names, tell) for role in schema.roles]
    owners: dict[str, str] = {}
    return replace(
        schema,
        labels=tuple(_fitted(label, f"label {label.name}", owners, tell) for label in labels),
        roles=tuple(_fitted(role, f"role {role.name}", owners, tell) for role in roles),
    )


def _label(label: Label, colours: set[str], marks: set[str], tell: Tell) -> Label:
    place = f"label {label.name}"
    return replace(
        _titled(label),
        colour=_known(label.colour, f"{place}, colour", COLOURS, colours, tell),
        mark=_known(label.mark, f"{place}, mark", MARKS, marks, tell),
        subtypes=_subtypes(label, tell),
        attributes=tuple(map(_titled, label.attributes)),
    )


def _known(value: str, place: str, known: Sequence[str], used: set[str], tell: Tell) -> str:
    """The value, or in its place the first known one that no label has, which is `used` from then on."""
    if value in known:
        return value
    stand_in = next((one for one in known if one not in used), known[0])
    used.add(stand_in)
    tell(f"{place}: {value!r} is unknown, and {stand_in} stands in for it; use one of {', '.join(known)}")
    return stand_in


def _subtypes(label: Label, tell: Tell) -> tuple[Subtype, ...]:
    owners: dict[str, str] = {}
    place = f"label {label.name}, subtype"
    fitted = [_fitted(_titled(subtype), f"{place} {subtype.name}", owners, tell) for subtype in label.subtypes]
    taken = set(owners)
    # A key that was declared and lost is not replaced: a key that nobody chose would be learned by mistake.
    return tuple(
        subtype if declared.key else _with_free_key(subtype, taken)
        for declared, subtype in zip(label.subtypes, fitted, strict=True)
    )


def free_key(name: str, taken: Collection[str]) -> str:
    """A key that is not taken: a letter of the name, else a digit, else any letter; empty where all are taken."""
    return next((key for key in _candidates(name) if key not in taken), "")


def _with_free_key(subtype: Subtype, taken: set[str]) -> Subtype:
    key = free_key(subtype.name, taken)
    taken.add(key)
    return replace(subtype, key=key)


def _candidates(name: str) -> Iterator[str]:
    yield from (letter for letter in name.lower() if letter in _LETTERS)
    yield from _DIGITS
    yield from _LETTERS


def _role(role: Role, labels: set[str], tell: Tell) -> Role:
    known = replace(
        _titled(role),
        event_labels=tuple(_references(role.name, "event_labels", role.event_labels, labels, tell)),
        actor_labels=tuple(_references(role.name, "actor_labels", role.actor_labels, labels, tell)),
    )
    for key, names in (("event_labels", known.event_labels), ("actor_labels", known.actor_labels)):
        if not names:
            tell(f"role {role.name}, {key}: there are none, and the role cannot be used; list at least one label")
    return known if known.is_usable else replace(known, key="")


def _references(role: str, key: str, names: Sequence[str], labels: set[str], tell: Tell) -> Iterator[str]:
    for name in names:
        if name in labels:
            yield name
        else:
            tell(f"role {role}, {key}: {name!r} is no label and is left out; declare it or correct the name")


def _titled(item: _Titled) -> _Titled:
    return replace(item, title_ar=_visible(item.title_ar) or item.name, title_en=_visible(item.title_en) or item.name)


def _visible(title: str) -> str:
    """A title without what cannot be printed: controls, and characters that change the order of others."""
    return "".join(character for character in title if character.isprintable())


def _fitted(item: _Keyed, owner: str, owners: dict[str, str], tell: Tell) -> _Keyed:
    """The item, without its key where that is none or is taken; `owners` learns whose a key is."""
    if not item.key:
        return item
    if not _KEY.fullmatch(item.key):
        tell(f"{owner}, key: {item.key!r} is not a key; use one of a-z or 0-9 (until then it has none)")
        return replace(item, key="")
    if item.key in owners:
        tell(f"{owner}, key: {item.key!r} is taken by {owners[item.key]}; choose another (until then it has none)")
        return replace(item, key="")
    if item.key == UNTYPEABLE:
        tell(f"{owner}, key: {item.key!r} types two letters on an Arabic layout, each another key; choose another")
    owners[item.key] = owner
    return item
