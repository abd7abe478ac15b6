"""`hashiya validate`: what is wrong with a library's files, a line for each finding, and the repair of some of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from annotations import __version__
from annotations.errors import HashiyaError
from annotations.store.aside import aside_path
from annotations.store.files import annotator_problem
from annotations.store.inventory import Item, take_stock
from annotations.store.repair import repair
from annotations.store.validation import Checker, Finding

# Progress is written after so many files.
_STEP = 100


@dataclass(slots=True)
class Validation:
    """Checks, and with `fix` repairs, what is under the paths; findings come as they are made.

    `told` are sentences on what was repaired or could not be; `summary` is complete when the findings are exhausted.
    """

    paths: Sequence[Path]
    annotator: str | None = None
    fix: bool = False
    told: list[str] = field(default_factory=list)
    _counts: Counter[str] = field(default_factory=Counter)

    def findings(self, progress: Progress) -> Iterator[Finding]:
        """In natural order of the paths, and by line; HashiyaError for a path that is missing, or no annotator."""
        problem = None if self.annotator is None else annotator_problem(self.annotator)
        if problem is not None:
            raise HashiyaError(f"--annotator: {problem}")
        items = take_stock(self.paths, self.annotator)
        known = {item.path for item in items}
        checker = Checker(datetime.now(UTC), f"hashiya {__version__}")
        for number, item in enumerate(items, 1):
            progress.show(number, len(items))
            self._counts[item.kind] += 1
            for finding in self._checked(item, checker, known):
                self._counts[finding.severity] += 1
                yield finding

    def _checked(self, item: Item, checker: Checker, known: Container[Path]) -> list[Finding]:
        found = checker.findings(item)
        if not self.fix or not any(finding.is_repairable for finding in found):
            return found
        try:
            done = repair(item, checker, datetime.now(UTC))
        except HashiyaError as error:
            self.told.append(str(error))
            return found
        if done:
            self.told.append(done)
            self._counts["repaired"] += 1
        if not item.path.exists():
            return []
        aside = Item(aside_path(item.path), "aside", item.source, item.annotator)
        is_new = aside.path not in known and aside.path.exists()
        return [*(checker.findings(aside) if is_new else ()), *checker.findings(item)]

    @property
    def has_errors(self) -> bool:
        """Whether any finding was an error."""
        return self._counts["error"] > 0

    @property
    def summary(self) -> str:
        """The last line."""
        found = f"{_count(self._counts['error'], 'error')}, {_count(self._counts['warning'], 'warning')}"
        where = f"{_count(self._counts['article'], 'article')}, {_count(self._counts['sidecar'], 'sidecar')}"
        repaired = f"; {_count(self._counts['repaired'], 'file')} repaired" if self.fix else ""
        return f"{found} in {where}{repaired}."


class Progress:
    """How far a check has come, on a terminal; nothing anywhere else."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_on = self._stream.isatty()
        self._is_shown = False

    def show(self, number: int, total: int) -> None:
        """Say it now and then, in one line that is written over."""
        if self._is_on and number % _STEP == 0:
            self._write(f"\r{number:,} of {total:,} files")
            self._is_shown = True

    def clear(self) -> None:
        """Take the line away, before anything else is written."""
        if self._is_shown:
            self._write("\r\x1b[K")
            self._is_shown = False

    def _write(self, text: str) -> None:
        with suppress(OSError):  # a terminal that is gone
            self._stream.write(text)
            self._stream.flush()


def validate_library(paths: Sequence[Path], annotator: str | None, *, fix: bool) -> int:
    """Write the findings to standard output and the rest to standard error; the command's exit status.

    0 without errors, whatever the warnings; 1 with errors; 2 where the paths or the name cannot be what is meant.
    """
    validation = Validation(paths, annotator, fix)
    progress = Progress()
    try:
        for finding in validation.findings(progress):
            progress.clear()
            print(finding)  # noqa: T201 - the command's output
    except HashiyaError as error:
        print(f"hashiya: {error}", file=sys.stderr)  # noqa: T201
        return 2
    finally:
        progress.clear()
    sys.stdout.flush()
    for sentence in validation.told:
        print(f"hashiya: {sentence}", file=sys.stderr)  # noqa: T201
    print(validation.summary, file=sys.stderr)  # noqa: T201
    return int(validation.has_errors)


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
