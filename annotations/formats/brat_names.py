"""Names and notes as brat's files have them, and back.

An *identifier* of brat is of ASCII letters, digits, `_` and `-`; every other character becomes `_x` with its code point
in hexadecimal and `_`, and so does a `_` before an `x`; the empty name is `_x_`. A role's last digit is written so as
well, for digits at the end are the argument's number, and the `S` of an attribute that is named as the subtypes are.
An identifier that is never written this way is another's: it is its own name.

A note is one line. Those of our own kinds have every line break, and every backslash, as `\\u` with four hexadecimal
digits; in those for people, a line break becomes a space.
"""

from __future__ import annotations

import re
from collections.abc import Callable

SUBTYPE = "Subtype"
"""The attribute that holds a span's subtype."""

BREAK = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
"""What `str.splitlines` ends a line at, by which brat reads its files."""

_FOREIGN = re.compile(r"[^A-Za-z0-9_-]|_(?=x)")
_WRITTEN = re.compile(r"_x([0-9a-f]{0,6})_")
_LAST_DIGIT = re.compile(r"[0-9]\Z")
_NUMBER = re.compile(r"[0-9]+\Z")
_UNSAFE_IN_LINE = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029\\\\]")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")


def identifier(name: str) -> str:
    """The name as an identifier; different names stay different."""
    return _FOREIGN.sub(_escape, name) or "_x_"


def name_of(written: str) -> str:
    """The name that an identifier stands for."""
    return _name(written, identifier)


def role_identifier(name: str) -> str:
    """The identifier of a role, which no digit ends."""
    return _LAST_DIGIT.sub(_escape, identifier(name))


def role_of(argument: str) -> str:
    """The role of an event's argument, without the number that it has where a role comes again."""
    return _name(_NUMBER.sub("", argument) or argument, role_identifier)


def attribute_identifier(name: str) -> str:
    """The identifier of an attribute, which is never that of the subtypes."""
    return f"_x{ord(name[0]):x}_{name[1:]}" if name == SUBTYPE else identifier(name)


def attribute_of(written: str) -> str:
    """The name of an attribute that is not the subtypes'."""
    return _name(written, attribute_identifier)


def one_line(text: str) -> str:
    """The text with a space for each line break."""
    return BREAK.sub(" ", text)


def escaped(text: str) -> str:
    """The text in one line, so that it can be had back."""
    return _UNSAFE_IN_LINE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def unescaped(text: str) -> str:
    """What was escaped."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


def _escape(match: re.Match[str]) -> str:
    return f"_x{ord(match[0]):x}_"


def _name(written: str, write: Callable[[str], str]) -> str:
    """What `write` makes the identifier of; the identifier itself where that is nothing."""
    try:
        name = _WRITTEN.sub(lambda match: chr(int(match[1], 16)) if match[1] else "", written)
    except ValueError:  # beyond the last code point
        return written
    return name if write(name) == written else written
