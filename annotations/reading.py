"""Reading small files whole, and saying where in them something is wrong."""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

import msgspec

from annotations.errors import HashiyaError, displayed, os_reason
from annotations.limits import SIDECAR_BYTES, size

_WORDS = (
    ("Object contains unknown field", "unknown key"),
    ("Object missing required field", "missing key"),
    ("Invalid enum value", "unknown value"),
    ("Invalid value", "unknown value"),
    ("Expected", "expected"),
    ("Number out of range", "number out of range"),
)
# A value that is quoted in a message may be as long as its file.
_LONGEST_REASON = 240
_ELEMENT = re.compile(r"\[(\d+)\]")


def read_bytes(path: Path, failure: type[HashiyaError], remedy: str, *, limit: int = SIDECAR_BYTES) -> bytes | None:
    """The file's bytes, None where there is no file; any other OSError as `failure`, with the remedy.

    So are more than `limit` bytes, and what is no file: a device or a pipe may never end.
    """
    try:
        data = _read_regular(path, limit + 1)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise failure(f"{displayed(path)}: cannot be read ({os_reason(error)}); {remedy}.") from error
    if len(data) > limit:
        raise failure(f"{displayed(path)}: is larger than {size(limit)}, the most that is read; {remedy}.")
    return data


def _read_regular(path: Path, most: int) -> bytes:
    """At most so many bytes of a regular file; OSError for anything else, which is not opened: that alone may hang."""
    _check_regular(path.stat().st_mode)
    # Without waiting, if a pipe took its place meanwhile.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:  # noqa: PTH123 - a descriptor, not a path
        status = os.fstat(descriptor)
        _check_regular(status.st_mode)
        return file.read(min(status.st_size + 1, most)) if status.st_size else file.read(most)


def _check_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "not a regular file")


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


def shortened(text: str) -> str:
    """The text, or the beginning of one that is too long for a message."""
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"
