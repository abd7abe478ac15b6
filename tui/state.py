"""What the program remembers between two runs: how far each article was read.

Kept in `$XDG_STATE_HOME/hashiya/positions.json` (`~/.local/state` where that is not set), by the article's real path,
oldest first. It is a convenience: what cannot be read, or was written by a strange hand, is as if there were none.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import msgspec

from annotations.errors import HashiyaError
from annotations.reading import read_bytes
from tui.config import own_folder

KEPT = 2_000
"""Articles whose positions are kept; those that were left longest ago go first."""

# Far more than KEPT of the longest paths take: what is larger was not written here, and reading it would be felt.
_LARGEST = 1 << 24

# What may stop reading or writing: the disk, a path that no system has, JSON that is none or is not ours.
_FAILURES = (OSError, ValueError)


class _Position(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Where the cursor was, in code points, in the text whose bytes have this hash."""

    sha256: str
    offset: Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]


_POSITIONS = msgspec.json.Decoder(dict[str, _Position])


def remember(environment: Mapping[str, str], path: Path, sha256: str, offset: int) -> None:
    """Keep where the cursor is, as an offset in code points, in the article whose bytes have this hash; never fails."""
    with suppress(*_FAILURES):
        file = _file(environment)
        if file is None:
            return
        name = _name(path)
        positions = _read(file)
        positions.pop(name, None)
        positions[name] = _Position(sha256, offset)
        for oldest in list(positions)[:-KEPT]:
            del positions[oldest]
        _replace(file, msgspec.json.encode(positions))


def recall(environment: Mapping[str, str], path: Path, sha256: str) -> int | None:
    """Where the cursor was, in code points, when the article was left; None unless it has the same bytes still.

    The file may have been edited: the offset is not negative, but it may lie beyond the text's end.
    """
    with suppress(*_FAILURES):
        file = _file(environment)
        found = _read(file).get(_name(path)) if file else None
        return found.offset if found and found.sha256 == sha256 else None
    return None


def _file(environment: Mapping[str, str]) -> Path | None:
    folder = own_folder(environment, "XDG_STATE_HOME", ".local/state")
    return folder / "positions.json" if folder else None


def _name(path: Path) -> str:
    """The article's real path; bytes that are not UTF-8 as escapes, because JSON has none."""
    return os.fsencode(os.path.realpath(path)).decode("utf-8", "backslashreplace")


def _read(file: Path) -> dict[str, _Position]:
    try:
        data = read_bytes(file, HashiyaError, "", limit=_LARGEST)
        return {} if data is None else _POSITIONS.decode(data)
    except (HashiyaError, *_FAILURES):
        return {}


def _replace(file: Path, data: bytes) -> None:
    """Write so that a reader finds either the old bytes or all of the new ones."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = file.with_name(f".{file.name}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        with partial.open("xb") as out:
            out.write(data)
        partial.replace(file)
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
