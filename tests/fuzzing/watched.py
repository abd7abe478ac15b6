"""Run the `hashiya` command and write down what it does to files, processes and the network.

    python3 tests/fuzzing/watched.py LOG [ARGUMENT]...

Every audit event (PEP 578) that opens a file for writing, changes a folder, starts a process or uses a socket becomes a
line of JSON in LOG, with the real paths of the files; what comes after the program cannot turn it off.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_ONE_PATH = (
    "os.mkdir",
    "os.remove",
    "os.rmdir",
    "os.truncate",
    "os.chmod",
    "os.chown",
    "os.utime",
    "os.mkfifo",
    "os.mknod",
)
_TWO_PATHS = ("os.rename", "os.link", "os.symlink")
_PROCESSES = (
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "pty.spawn",
    "webbrowser.",
)


def real(path: Any, *, followed: bool = False) -> str | None:
    """Where a path leads; where it is not `followed` its last part is a name in a folder. None for a descriptor."""
    if isinstance(path, int):
        return None
    name = os.fsdecode(path)
    if followed:
        return os.path.realpath(name)
    folder, base = os.path.split(name)
    return f"{os.path.realpath(folder or os.curdir)}{os.sep}{base}"


def told(event: str, arguments: tuple[Any, ...]) -> dict[str, Any] | None:
    """What is written down of an event, None where it changes nothing."""
    paths: list[str | None] = []
    if event == "open":
        path, _, flags = arguments
        if not isinstance(flags, int) or not flags & _WRITES:
            return None
        paths = [real(path, followed=not flags & os.O_NOFOLLOW)]
    elif event in _TWO_PATHS:
        paths = [real(path) for path in arguments[:2]]
    elif event in _ONE_PATH:
        paths = [real(arguments[0])]
    elif event == "socket.__new__":
        # What asyncio wakes itself with; it reaches nobody.
        return None if arguments[1] == socket.AF_UNIX else {"event": event, "paths": []}
    elif not event.startswith(("socket.", *_PROCESSES)):
        return None
    known = [path for path in paths if path is not None]
    return {"event": event, "paths": known} if known or not paths else None


def watcher(log: int) -> Callable[[str, tuple[Any, ...]], None]:
    """The hook that writes events to a descriptor."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        line = told(event, arguments)
        if line is not None:
            os.write(log, json.dumps(line).encode() + b"\n")

    return hook


def main() -> None:
    """Watch the command that the rest of the command line is for."""
    from tui.cli import main as hashiya

    log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    sys.argv[:2] = ["hashiya"]
    sys.addaudithook(watcher(log))
    hashiya()


if __name__ == "__main__":
    main()
