"""Reading small files whole, and saying where in them something is wrong."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from annotations.errors import HashiyaError, displayed, os_reason

_WORDS = (
    ("Object contains unknown field", "unknown key"),
    ("Object missing required field", "missing key"),
    ("Invalid enum value", "unknown value"),
    ("Invalid value", "unknown value"),
    ("Expected", "expected"),
    ("Number out of range", "number out of range"),
)
_ELEMENT = re.compile(r"\[(\d+)\]")


def read_bytes(path: Path, failure: type[HashiyaError], remedy: str) -> bytes | None:
    """The file's bytes, None where there is no file; any other OSError as `failure`, with the remedy."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise failure(f"{displayed(path)}: cannot be read ({os_reason(error)}); {remedy}.") from error


def line_at(data: bytes, offset: int) -> int:
    """The number, from 1, of the line that holds the byte at the offset."""
    return data.count(b"\n", 0, offset) + 1


def reason_of(error: msgspec.MsgspecError) -> str:
    """msgspec's message as part of a sentence: the place first, elements counted from 1, the cause after it."""
    message, _, place = str(error).partition(" - at `$.")
    for theirs, ours in _WORDS:
        message = message.replace(theirs, ours)
    if not place:
        return message
    return f"{_ELEMENT.sub(lambda match: f' {int(match[1]) + 1}', place.rstrip('`')).replace('.', ', ')}: {message}"
