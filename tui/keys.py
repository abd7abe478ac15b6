"""Keys by name: how they are written for people, and what the same stroke types on an Arabic keyboard.

Every letter has its twin on the Arabic (101) layout, made here and nowhere else, so that no annotator needs to change
layouts to work. Keys are characters (`a`, `?`) or Textual's names (`ctrl+r`, `shift+left`).
"""

from __future__ import annotations

from collections.abc import Iterable

# Latin key, then what the same stroke types on the Arabic (101) layout of Windows, macOS (PC) and X. The key of B types
# two letters there, and so do G, T and B with Shift: they are left out and must stay free. Shift+L types a slash, which
# is a key of its own, so L is free too.
_PAIRS = (
    "qض wص eث rق tف yغ uع iه oخ pح aش sس dي fب gل hا jت kن lم zئ xء cؤ vر nى mة ?\u061f /ظ .ز `ذ "
    "A\u0650 D] E\u064f F[ Hأ J\u0640 K\u060c Nآ O× R\u064c S\u064d W\u064b Yإ M\u2019"
)
_TWINS = {pair[0]: pair[1] for pair in _PAIRS.split()}
_LATIN = {arabic: latin for latin, arabic in _TWINS.items()}


def with_twins(keys: Iterable[str]) -> tuple[str, ...]:
    """Keys and, after each that types a letter, the key that the same stroke gives on an Arabic layout."""
    both: list[str] = []
    for key in keys:
        both.append(key)
        modifiers, _, last = key.rpartition("+")
        if last in _TWINS:
            both.append(f"{modifiers}+{_TWINS[last]}" if modifiers else _TWINS[last])
    return tuple(both)


def latin(character: str) -> str:
    """The Latin letter of the key that typed a character on either layout."""
    return _LATIN.get(character, character)


def key_name(key: str) -> str:
    """A key as it is written for people: `ctrl+left` is `Ctrl+←`."""
    if len(key) == 1:
        return key
    return "+".join(_NAMES.get(part, part.capitalize() if len(part) > 1 else part) for part in key.split("+"))


_NAMES = {
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "escape": "Esc",
    "backspace": "⌫",
}
