"""Hashiya talks to nobody, starts nothing, and writes in the library and in its own folder for state alone."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "terminal"))
sys.path.insert(0, str(Path(__file__).parent / "fuzzing"))

from small_article import TEXT, sidecar_of, write_article
from terminal_session import TerminalSession, surroundings
from watching import events, outside, watched

import tui

ROOT = Path(tui.__file__).parents[1]
SHOWN = "? help   q quit"
FOREIGN = {
    *(
        "socket",
        "ssl",
        "urllib",
        "http",
        "ftplib",
        "smtplib",
        "poplib",
        "imaplib",
        "xmlrpc",
        "socketserver",
        "webbrowser",
    ),
    *("requests", "httpx", "aiohttp", "urllib3", "websockets", "subprocess", "multiprocessing", "ctypes"),
    *("pickle", "marshal", "shelve", "runpy", "code"),
}
"""Modules that reach out, start programs, or run what a file holds."""
HARMLESS = {"urllib.parse"}
"""Modules of theirs that only take strings apart and put them together."""
CALLS = {
    *("open_connection", "start_server", "create_connection", "create_server", "open_unix_connection"),
    *(
        "create_subprocess_exec",
        "create_subprocess_shell",
        "system",
        "popen",
        "execv",
        "execve",
        "execvp",
        "posix_spawn",
    ),
    *("fork", "forkpty", "eval", "exec", "__import__"),
}
LOOK = """
import importlib, pkgutil, sys
seen = []
foreign = ("socket.", "subprocess.", "os.exec")
sys.addaudithook(lambda event, _: seen.append(event) if event.startswith(foreign) else None)
for name in ("annotations", "tui"):
    package = importlib.import_module(name)
    for module in pkgutil.walk_packages(package.__path__, name + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
print(seen)
"""


def sources() -> Iterator[Path]:
    for package in ("annotations", "tui"):
        yield from sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", list(sources()), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_reaches_out_starts_a_program_or_runs_what_a_file_holds(path: Path) -> None:
    tree = ast.parse(path.read_bytes())
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & FOREIGN
        elif isinstance(node, ast.ImportFrom) and node.module not in HARMLESS:
            found |= {(node.module or "").partition(".")[0]} & FOREIGN
        elif isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            found |= {name} & CALLS
    assert found == set()


def test_importing_all_of_it_uses_no_socket_and_starts_nothing() -> None:
    found = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "[]"


def test_the_core_does_not_even_load_a_module_for_sockets() -> None:
    look = LOOK.replace('("annotations", "tui")', '("annotations",)') + "print('socket' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert found.split() == ["[]", "False"]


def test_a_whole_sitting_stays_in_the_library(tmp_path: Path) -> None:
    folder, state, log = tmp_path / "a", tmp_path / "state", tmp_path / "log"
    first = write_article(folder)
    write_article(folder, f"{TEXT}{TEXT}", "second.txt")
    sidecar_of(first).write_text("junk\n")
    around = surroundings(tmp_path, XDG_STATE_HOME=str(state), PYTHONDONTWRITEBYTECODE="1")
    with TerminalSession([*watched(log), folder], around, size=(120, 30)) as session:
        session.wait_for(SHOWN)
        session.type("/", "ال", "enter", "enter")
        session.wait_for("Esc library")
        session.type("ctrl+left", "a")
        session.wait_for("saved ")
        session.type("ctrl+left", "e", "u", "M")
        session.read_on(0.3)
        session.type("escape", "?")
        session.read_on(0.3)
        session.type("escape", "escape")
        session.wait_for("Enter open")
        session.type("q")
        assert session.end() == 0
    assert list(outside(log, folder, state)) == []
    seen = {event.event for event in events(log)}
    assert {"open", "os.rename", "os.remove"} <= seen
    assert any(path.endswith(".lina.ann.journal") for event in events(log) for path in event.paths)
    assert list((tmp_path / "tmp").iterdir()) == []


COMMANDS = ["show", "show --json", "export", "validate", "validate --fix", "stats", "stats --json"]


@pytest.mark.parametrize("command", [tuple(one.split()) for one in COMMANDS])
def test_no_command_does_otherwise(tmp_path: Path, command: tuple[str, ...]) -> None:
    folder, log = tmp_path / "a", tmp_path / "log"
    article = write_article(folder)
    sidecar_of(article).write_text('{"record":"article","format":"hashiya/1"}\n\x1b[2J\n')
    around = surroundings(tmp_path, PYTHONDONTWRITEBYTECODE="1")
    done = subprocess.run([*watched(log), *command, str(article)], capture_output=True, env=around, check=False)
    assert b"Traceback" not in done.stderr
    found = list(outside(log, folder))
    assert found == []
    changes = [event for event in events(log) if any(path.startswith(str(tmp_path)) for path in event.paths)]
    assert bool(changes) == ("--fix" in command)


def test_the_watcher_sees_what_is_not_allowed(tmp_path: Path) -> None:
    log, crime = tmp_path / "log", tmp_path / "crime.py"
    crime.write_text(
        "import os, socket, subprocess, sys\n"
        f"sys.path.insert(0, {str(Path(__file__).parent / 'fuzzing')!r})\n"
        "from watched import watcher\n"
        f"sys.addaudithook(watcher(os.open({str(log)!r}, os.O_WRONLY | os.O_CREAT)))\n"
        f"open({str(tmp_path / 'a')!r}, 'w').close()\n"
        f"os.rename({str(tmp_path / 'a')!r}, {str(tmp_path / 'b')!r})\n"
        "socket.socketpair()\n"
        "try: socket.create_connection(('127.0.0.1', 9))\n"
        "except OSError: pass\n"
        "subprocess.run(['true'])\n"
    )
    subprocess.run([sys.executable, str(crime)], check=True)
    found = {event.event for event in outside(log, tmp_path / "library")}
    assert {"open", "os.rename", "socket.__new__", "socket.connect", "subprocess.Popen"} <= found
