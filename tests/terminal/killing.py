"""The program driven at random and killed, many times over in one folder, and what is there then held to the promise.

What is found after a kill has to be the state after the first n changes, n being no less than what was acknowledged:
what is marked, and what can be undone and redone. After a signal, or with the terminal closed, no less than what was
painted.
"""

from __future__ import annotations

import os
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

from acknowledging import Progress, WatchedSession
from random_annotator import TEXT, Picture, RandomAnnotator, Seen, State, Step
from small_article import write_article
from terminal_session import HASHIYA, TerminalSession, surroundings

from annotations.article import read_article
from annotations.edits import set_article_note
from annotations.errors import HashiyaError
from annotations.history import Step as DoneStep
from annotations.schema import BUILT_IN
from annotations.store.disk import TEMPORARY_PREFIX, signature
from annotations.store.files import sidecar_path
from annotations.store.journal import journal_path, parse
from annotations.store.keeper import LARGEST, STEPS, Keeper
from annotations.store.lock import lock_path
from annotations.store.opening import Opening, load_layer, open_layer
from annotations.store.sidecar import decode

HOWS: dict[str, tuple[Callable[[TerminalSession], None], int]] = {
    "kill": (lambda session: session.signal(signal.SIGKILL), -signal.SIGKILL),
    "hup": (lambda session: session.signal(signal.SIGHUP), 128 + signal.SIGHUP),
    "term": (lambda session: session.signal(signal.SIGTERM), 128 + signal.SIGTERM),
    "closed": (lambda session: session.hang_up(), 128 + signal.SIGHUP),
}
"""How the program is ended, and its exit status then."""

_SIZE = (105, 24)
_READER, _LIBRARY = "? help   q quit", "Enter open"
_ENDS_IN_SECONDS = 10.0
_IDLE = (3.1, 3.8)  # seconds, so that the sidecar is written
_MOST = 8
"""Changes in a sitting at the most."""
_TOOL = "test"


class Found(NamedTuple):
    """What is in the folder."""

    opening: Opening
    seen: Seen
    names: frozenset[str]

    @property
    def temporaries(self) -> int:
        return sum(name.startswith(TEMPORARY_PREFIX) for name in self.names)

    def fits(self, state: State) -> bool:
        """Whether this is the state."""
        history = self.opening.replayed.history
        return (
            self.seen == state.picture.seen
            and _names(history.past) == _names(state.past)
            and _names(history.future) == _names(state.future)
        )


def _names(steps: Sequence[DoneStep | Step]) -> list[str]:
    """The names of the steps that have to be known: a journal that begins anew keeps that many."""
    return [step.name for step in steps[-STEPS:]]


class Folder:
    """An article in a folder of its own, and how it was left the last time."""

    def __init__(self, home: Path, random: Random, figures: Counter[str]) -> None:
        self.home = home
        self._random = random
        self._figures = figures
        self.article = write_article(home / "a", TEXT)
        self._sidecar = sidecar_path(self.article, "lina")
        self._state = State(Picture({}))
        self._recovered = 0
        self._temporaries = 0

    def fill(self) -> None:
        """Have a journal that is about to begin anew, from some long notes on the article."""
        keeper = Keeper.open(read_article(self.article), "lina", BUILT_IN, datetime.now(UTC), _TOOL)
        count = 9
        for number in range(count):
            edit = set_article_note(keeper.layer, str(number) * (LARGEST * 99 // 100 // (2 * count - 1)))
            keeper.push(edit.layer, edit.name)
            self._state = self._state.done(edit.name, self._state.picture)
        keeper.close(datetime.now(UTC))

    def sit(self, how: str) -> None:
        """Open the article, annotate, have the program ended in this way, and look. AssertionError: see the module."""
        progress = Progress([self._state])
        with self._session() as session:
            if how == "kill" and self._random.random() < 0.05:
                time.sleep(self._random.uniform(0, 0.6))
            else:
                self._open(session, progress)
                Sitting(session, self._random, progress, self._sidecar).drive()
            end, expected = HOWS[how]
            end(session)
            status = session.end(_ENDS_IN_SECONDS)
            session.catch_up()
        assert status in (expected, 0), f"ended with {status}"
        if status == 0:
            progress.take_all()
        self._check(progress, is_killed=status == expected and how == "kill")

    def close(self) -> None:
        """Open the article and quit: nothing is to be recovered then, and nothing lies about."""
        progress = Progress([self._state])
        with self._session() as session:
            self._open(session, progress)
            session.type("q")
            assert session.end() == 0
        self._check(progress, is_killed=False)

    def _session(self) -> WatchedSession:
        return WatchedSession([*HASHIYA, self.article], surroundings(self.home), size=_SIZE)

    def _open(self, session: WatchedSession, progress: Progress) -> None:
        session.wait_for(_READER)
        if self._recovered:
            session.wait_for(f"{self._recovered} change{'s' * (self._recovered > 1)} recovered from the journal")
        assert "reading only" not in session.text, f"it cannot be written to:\n{session.text}"
        session.watch(progress.look)

    def _check(self, progress: Progress, *, is_killed: bool) -> None:
        assert self.article.read_bytes() == TEXT.encode(), "the article was changed"
        found = self._find()
        least = progress.saved if is_killed else progress.painted
        count = next((it for it in range(least, progress.sent + 1) if found.fits(progress.states[it])), None)
        assert count is not None, _told_of_loss(found, progress, least)
        if not is_killed:
            assert found.opening.replayed.recovered == 0, "the sidecar is behind"
            assert not lock_path(self._sidecar).exists(), "the lock is still there"
            assert found.temporaries == self._temporaries, "a temporary file is left"
        self._state, self._recovered = progress.states[count], found.opening.replayed.recovered
        self._note(progress, found, count, least)

    def _find(self) -> Found:
        article, now = read_article(self.article), datetime.now(UTC)
        if self._sidecar.exists():
            decode(self._sidecar.read_bytes(), name=str(self._sidecar))
        journal = journal_path(self._sidecar)
        if journal.exists():
            assert not parse(journal.read_bytes()).damage, "the journal is damaged"
        opening = open_layer(article, "lina", BUILT_IN, now, _TOOL)
        names = frozenset(path.name for path in self.article.parent.iterdir())
        known = {path.name for path in (self.article, self._sidecar, journal, lock_path(self._sidecar))}
        strangers = {name for name in names - known if not re.fullmatch(r"\.hashiya-\w+\.tmp", name)}
        assert not strangers, f"left in the folder: {strangers}"
        return Found(opening, Seen.of(load_layer(article, "lina", BUILT_IN, now, _TOOL)), names)

    def _note(self, progress: Progress, found: Found, count: int, least: int) -> None:
        self._figures.update(
            {
                "changes": progress.sent,
                "held to": least,
                "beyond that, found": count - least,
                "beyond that, not found": progress.sent - count,
                "recovered from the journal": self._recovered,
                "endings with something to recover": bool(self._recovered),
                "temporary files left": found.temporaries - self._temporaries,
            }
        )
        self._temporaries = found.temporaries


class Sitting:
    """Some changes at random, with pauses of all kinds, up to the moment when the program is to be ended."""

    def __init__(self, session: WatchedSession, random: Random, progress: Progress, sidecar: Path) -> None:
        self._session = session
        self._random = random
        self._progress = progress
        self._sidecar = sidecar
        self._annotator = RandomAnnotator(random, progress.states[0])

    def drive(self) -> None:
        """Returns when the program is to be ended."""
        self._session.type("ctrl+home")
        for _ in range(self._random.randint(0, _MOST)):
            self._do_one()
            self._pause()
        ways = (self._at_any_time, self._as_it_is_called_saved, self._while_it_is_noted, self._while_it_is_settled)
        self._choose(tuple(zip((7, 3, 3, 3), ways, strict=True)))()

    def _do_one(self) -> None:
        deed = self._annotator.deed()
        self._progress.add(deed)
        self._session.type(*deed.keys)

    def _pause(self) -> None:
        nothing = lambda: None  # noqa: E731 - as short as its neighbours
        briefly = lambda: self._read(self._random.uniform(0, 0.15))  # noqa: E731
        idly = lambda: self._read(self._random.uniform(*_IDLE))  # noqa: E731
        saved = lambda: self._read(1.5, lambda: self._progress.saved == self._progress.sent)  # noqa: E731
        self._choose(((40, nothing), (30, briefly), (25, saved), (2, idly), (4, self._visit_library)))()

    def _visit_library(self) -> None:
        self._session.type("escape")
        self._session.wait_for(_LIBRARY)
        self._progress.take_all()
        self._session.type("enter")
        self._session.wait_for(lambda: _LIBRARY not in self._session.text)
        self._session.type("ctrl+home")
        self._annotator.home()

    def _at_any_time(self) -> None:
        self._do_one()
        self._choose(
            (
                (3, lambda: None),
                (4, lambda: self._read(self._random.uniform(0, 0.03))),
                (3, lambda: self._read(self._random.uniform(0, 0.3))),
            )
        )()

    def _as_it_is_called_saved(self) -> None:
        self._read(1.5, lambda: self._progress.saved == self._progress.sent)
        self._session.is_late, start = True, len(self._session.raw)
        self._do_one()
        self._read(1, lambda: b"saved " in self._session.raw[start:])

    def _while_it_is_noted(self) -> None:
        before = signature(journal_path(self._sidecar))
        self._do_one()
        self._wait_on_disk(lambda: signature(journal_path(self._sidecar)) != before)

    def _while_it_is_settled(self) -> None:
        """On leaving for the library, or on quitting."""
        before = signature(self._sidecar)
        self._do_one()
        self._session.type(self._random.choice(("escape", "q")))
        self._wait_on_disk(lambda: self._has_temporary() or signature(self._sidecar) != before)
        time.sleep(self._random.choice((0, self._random.uniform(0, 0.004))))

    def _has_temporary(self) -> bool:
        with os.scandir(self._sidecar.parent) as entries:
            return any(entry.name.startswith(TEMPORARY_PREFIX) for entry in entries)

    def _wait_on_disk(self, condition: Callable[[], bool]) -> None:
        """As closely as can be, and no longer than a second: it may be over already."""
        limit = time.monotonic() + 1
        while not condition() and time.monotonic() < limit:
            pass

    def _read(self, seconds: float, until: Callable[[], bool] = lambda: False) -> None:
        limit = time.monotonic() + seconds
        while not until() and (left := limit - time.monotonic()) > 0:
            self._session.read(left)

    def _choose(self, weighed: Sequence[tuple[int, Callable[[], None]]]) -> Callable[[], None]:
        (chosen,) = self._random.choices([it for _, it in weighed], [weight for weight, _ in weighed])
        return chosen


class Outcome(NamedTuple):
    """Figures, and what went against the promise."""

    figures: Counter[str]
    failures: list[str]


def end_often(home: Path, seed: int, how: str, times: int) -> Outcome:
    """End the program so many times, in a folder below `home` that is begun anew now and then, and after a failure."""
    random, outcome = Random(seed), Outcome(Counter(), [])
    folder, left = None, 0
    for number in range(times):
        try:
            if folder is None or not left:
                folder, left = Folder(home / str(number), random, outcome.figures), random.randint(5, 40)
                if random.random() < 0.25:
                    folder.fill()
            left -= 1
            outcome.figures["endings"] += 1
            folder.sit(how)
            if not left or number == times - 1:
                folder.close()
        except (AssertionError, HashiyaError) as failure:
            place = folder.home if folder is not None else home
            outcome.failures.append(f"{how} {number} of seed {seed} in {place}: {failure}")
            folder = None
    return outcome


def _told_of_loss(found: Found, progress: Progress, least: int) -> str:
    history, wanted = found.opening.replayed.history, progress.states[least]
    seen = wanted.picture.seen
    return (
        f"none of the states {least} to {progress.sent} is there\n told: {progress.told}\n"
        f" missing: {seen.spans - found.seen.spans} {seen.links - found.seen.links}\n"
        f" more: {found.seen.spans - seen.spans} {found.seen.links - seen.links}\n"
        f" past: {_names(history.past)[-9:]} of {len(history.past)}, should be {_names(wanted.past)[-9:]} of"
        f" {len(wanted.past)}\n future: {_names(history.future)[-9:]}, should be {_names(wanted.future)[-9:]}"
    )
