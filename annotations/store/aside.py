"""Lines set aside: what could not be loaded of a sidecar, kept in a file beside it until a person has looked at it.

`story.txt.lina.ann.aside` holds a line of JSON for each of them, oldest first, and is only ever appended to:

    {"record":"aside","sidecar":"story.txt.lina.ann.jsonl","line":3,"reason":"…","at":"2026-11-22T10:15:00Z","content":"…"}

`line` is counted from 1 in the sidecar as it was then; `content` is the line without its end. Bytes that are not UTF-8
come as `base64` in place of it.
"""

from __future__ import annotations

import os
import stat
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

import msgspec

from annotations.errors import SaveError, displayed, os_reason
from annotations.reading import read_bytes
from annotations.span import timestamp
from annotations.store.disk import Appender, sync_folder

SUFFIX = ".ann.aside"

Line = tuple[int, bytes, str]
"""A line's number from 1, its bytes, and why it was not loaded."""


class Aside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="record", tag="aside"):
    """A line that was set aside, in the order of the file's keys."""

    sidecar: str
    line: int
    reason: str
    at: str
    content: str | None = None
    base64: str | None = None

    @property
    def bytes(self) -> bytes:
        """The line as the sidecar had it, without its end."""
        if self.content is not None:
            return self.content.encode()
        with suppress(Base64Error, ValueError):
            return b64decode(self.base64 or "", validate=True)
        return b""


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Aside)


def aside_path(sidecar: Path) -> Path:
    """The file beside a sidecar that holds what was set aside of it."""
    return sidecar.with_name(sidecar.name.removesuffix(".ann.jsonl") + SUFFIX)


def set_aside(sidecar: Path, damaged: Sequence[Line], now: datetime) -> Path:
    """Keep these lines of the sidecar, confirmed by the disk, before it is rewritten without them; where they are.

    Lines that are empty, or that have been set aside before, are left out. The file is as private as the sidecar.
    Raises SaveError, and then the sidecar must not be rewritten.
    """
    path = aside_path(sidecar)
    data = _bytes_of(path)
    known = {(one.sidecar, one.bytes) for one in _read(data)}
    new = [_line(sidecar.name, line, now) for line in damaged if line[1] and (sidecar.name, line[1]) not in known]
    if not new:
        return path
    if data and not data.endswith(b"\n"):
        new.insert(0, b"\n")
    try:
        _append(path, sidecar, len(data), b"".join(new))
    except OSError as error:
        raise SaveError(
            f"{displayed(path)}: cannot be written ({os_reason(error)}), and damaged lines have to be kept there; free "
            f"some space, or move that file away."
        ) from error
    return path


def read_aside(path: Path) -> tuple[Aside, ...]:
    """What a file holds, oldest first, none where there is no file; lines that cannot be read are left out.

    Raises SaveError where the file cannot be read at all.
    """
    return tuple(_read(_bytes_of(path)))


def _bytes_of(path: Path) -> bytes:
    return read_bytes(path, SaveError, "move it away, so that damaged lines can be kept there") or b""


def _read(data: bytes) -> Iterator[Aside]:
    for line in data.split(b"\n"):
        with suppress(ValueError, RecursionError):
            yield _DECODER.decode(line)


def _line(sidecar: str, line: Line, now: datetime) -> bytes:
    number, content, reason = line
    stamp = timestamp(now)
    try:
        aside = Aside(sidecar=sidecar, line=number, reason=reason, at=stamp, content=content.decode("utf-8"))
    except UnicodeDecodeError:
        coded = b64encode(content).decode("ascii")
        aside = Aside(sidecar=sidecar, line=number, reason=reason, at=stamp, base64=coded)
    return _ENCODER.encode(aside) + b"\n"


def _append(path: Path, sidecar: Path, size: int, data: bytes) -> None:
    with suppress(FileExistsError):
        # Without a sidecar, as after a crash before the first was written, it is as private as that will be.
        mode = stat.S_IMODE(sidecar.stat().st_mode) & 0o666 if sidecar.exists() else 0o666
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode))
        sync_folder(path.parent)
    with closing(Appender(path, size)) as file:
        file.append(data)
