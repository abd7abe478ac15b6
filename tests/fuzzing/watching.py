"""Reading what `watched.py` wrote down, and what may be in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_TERMINAL = ("/dev/tty", "/dev/null", "/dev/pts/")


class Event(NamedTuple):
    """An audit event and the paths in it."""

    event: str
    paths: tuple[str, ...]


def watched(log: Path) -> Sequence[str]:
    """The command that is `hashiya`, watched."""
    return (sys.executable, str(Path(__file__).with_name("watched.py")), str(log))


def events(log: Path) -> list[Event]:
    """What was written down."""
    lines = map(json.loads, log.read_text().splitlines())
    return [Event(line["event"], tuple(line["paths"])) for line in lines]


def outside(log: Path, *folders: Path) -> Iterator[Event]:
    """Events that started something, used the network, or changed what is in none of the folders."""
    for event in events(log):
        paths = [path for path in event.paths if not path.startswith(_TERMINAL)]
        if not event.paths or not all(_is_in(path, folders) for path in paths):
            yield event


def _is_in(path: str, folders: Sequence[Path]) -> bool:
    return any(Path(path).is_relative_to(folder.resolve()) for folder in folders)
