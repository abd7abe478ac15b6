"""The themes: four sets of colours for the page, for labels, and for what is painted over both.

| variable | what it is for |
|---|---|
| `label-<colour>`, `label-<colour>-text` | a label of that colour of a schema: the background, and the text on it |
| `nested-<colour>`, `nested-<colour>-text` | the same label inside another span, its own label's included |
| `selection`, `selection-text` | the selection, and which of several hits or proposals is the current one |
| `hint`, `hint-text` | letters to choose something by |
| `hit`, `hit-text` | what a search has found |
| `faded` | text that steps back |

Only labels have a hue (errors, which stand outside the article, have one too); all else is grey, so that nothing is
taken for a label, and NO_COLOR, which leaves greys, takes away nothing but the hues. Every hue is one of the 256 that
terminals have in common (the 6 x 6 x 6 cube of xterm's 256colres.pl): others turn into each other where a terminal has
no more, and over SSH most have not.

The blue, orange, green and red of "colour-blind" are those of Okabe and Ito, "Color Universal Design" (2008),
https://jfly.uni-koeln.de/color/, as near as the cube comes while they stay apart. That palette has no eight hues for
labels, so the other four stand apart by how light they are as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from textual.theme import Theme

NAMES = ("dark", "light", "contrast", "colour-blind")
"""The names of the themes; the first one is the one that holds where none is chosen."""

_WHITE, _BLACK = "#ffffff", "#000000"


class _Page(NamedTuple):
    """The colours without a hue, but for that of errors; `line` is for what is drawn around text."""

    is_dark: bool
    background: str
    foreground: str
    surface: str
    panel: str
    line: str
    error: str
    over: Mapping[str, str]


_DARK = _Page(
    is_dark=True,
    background="#121212",
    foreground="#d0d0d0",
    surface="#1c1c1c",
    panel="#262626",
    line="#8a8a8a",
    error="#ff5f5f",
    over={
        "selection": "#585858",
        "selection-text": _WHITE,
        "hint": _WHITE,
        "hint-text": _BLACK,
        "hit": "#3a3a3a",
        "hit-text": _WHITE,
        "faded": "#767676",
    },
)
_LIGHT = _Page(
    is_dark=False,
    background="#fafafa",
    foreground="#121212",
    surface="#eeeeee",
    panel="#e4e4e4",
    line="#6c6c6c",
    error="#af0000",
    over={
        "selection": "#a8a8a8",
        "selection-text": _BLACK,
        "hint": _BLACK,
        "hint-text": _WHITE,
        "hit": "#d0d0d0",
        "hit-text": _BLACK,
        "faded": "#6c6c6c",
    },
)
_CONTRAST = _Page(
    is_dark=True,
    background=_BLACK,
    foreground=_WHITE,
    surface=_BLACK,
    panel="#1c1c1c",
    line=_WHITE,
    error="#ff8787",
    over={
        "selection": "#585858",
        "selection-text": _WHITE,
        "hint": _WHITE,
        "hint-text": _BLACK,
        "hit": "#303030",
        "hit-text": _WHITE,
        "faded": "#9e9e9e",
    },
)
_PAGES = {"dark": _DARK, "light": _LIGHT, "contrast": _CONTRAST, "colour-blind": _DARK}

# Of each colour of a schema: the background, and the text on it.
_Hues = Mapping[str, tuple[str, str]]
_LABELS: Mapping[str, _Hues] = {
    "dark": {
        "blue": ("#005faf", _WHITE),
        "orange": ("#af8700", _BLACK),
        "green": ("#008700", _WHITE),
        "purple": ("#5f0087", _WHITE),
        "red": ("#870000", _WHITE),
        "teal": ("#00afaf", _BLACK),
        "pink": ("#d75faf", _BLACK),
        "yellow": ("#d7d75f", _BLACK),
    },
    "light": {
        "blue": ("#afd7ff", _BLACK),
        "orange": ("#ffaf5f", _BLACK),
        "green": ("#5fd787", _BLACK),
        "purple": ("#d787ff", _BLACK),
        "red": ("#ff8787", _BLACK),
        "teal": ("#00ffff", _BLACK),
        "pink": ("#ffd7ff", _BLACK),
        "yellow": ("#ffff5f", _BLACK),
    },
    "contrast": {
        "blue": ("#5fafff", _BLACK),
        "orange": ("#ff8700", _BLACK),
        "green": ("#00af00", _BLACK),
        "purple": ("#af87ff", _BLACK),
        "red": ("#ff8787", _BLACK),
        "teal": ("#00ffff", _BLACK),
        "pink": ("#ffd7ff", _BLACK),
        "yellow": ("#ffff00", _BLACK),
    },
    "colour-blind": {
        "blue": ("#005faf", _WHITE),
        "orange": ("#ffaf00", _BLACK),
        "green": ("#00af87", _BLACK),
        "purple": ("#87005f", _WHITE),
        "red": ("#d75f00", _BLACK),
        "teal": ("#afffff", _BLACK),
        "pink": ("#af87d7", _BLACK),
        "yellow": ("#ffffaf", _BLACK),
    },
}


def swapped(hues: _Hues) -> _Hues:
    """The same hues with background and text in each other's place."""
    return {colour: (text, background) for colour, (background, text) in hues.items()}


# A deep shade in a soft one, a soft one in a deep one. The other two themes have no second shades that are as far apart
# as they have to be.
_NESTED: Mapping[str, _Hues] = {
    "dark": _LABELS["light"],
    "light": _LABELS["dark"],
    "contrast": swapped(_LABELS["contrast"]),
    "colour-blind": swapped(_LABELS["colour-blind"]),
}


def variables(name: str) -> dict[str, str]:
    """The variables of one of NAMES: those that the table above tells of."""
    labels, nested = _named("label", _LABELS[name]), _named("nested", _NESTED[name])
    return {**labels, **nested, **_PAGES[name].over}


def make_themes() -> list[Theme]:
    """The themes, in the order of NAMES, for the application to register."""
    return [_theme(name, _PAGES[name]) for name in NAMES]


def _named(kind: str, hues: _Hues) -> dict[str, str]:
    backgrounds = {f"{kind}-{colour}": background for colour, (background, _) in hues.items()}
    return backgrounds | {f"{kind}-{colour}-text": text for colour, (_, text) in hues.items()}


def _theme(name: str, page: _Page) -> Theme:
    # Here, because a settings file is checked for the name of a theme long before there is a screen, or without one.
    from textual.theme import Theme

    return Theme(
        name=name,
        primary=page.line,
        error=page.error,
        foreground=page.foreground,
        background=page.background,
        surface=page.surface,
        panel=page.panel,
        dark=page.is_dark,
        variables=variables(name),
    )
