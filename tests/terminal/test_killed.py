"""What the screen acknowledged is there after the program is killed at any moment; `tests/kills.py` does more."""

from __future__ import annotations

from pathlib import Path

import pytest
from acknowledging import Progress
from killing import end_often
from random_annotator import Deed, Picture, State

EMPTY = State(Picture({}))
LINES = "\n" * 12


@pytest.mark.parametrize(("how", "times"), [("kill", 12), ("hup", 4), ("term", 4), ("closed", 4)])
def test_what_was_acknowledged_is_there_however_the_program_ends(tmp_path: Path, how: str, times: int) -> None:
    outcome = end_often(tmp_path, 1, how, times)
    assert outcome.failures == []
    # Else nothing was held to anything.
    assert outcome.figures["held to"] > 0


def told(progress: Progress, *statuses: str) -> tuple[int, int]:
    """How many changes are painted and saved after frames with these status lines."""
    for status in statuses:
        progress.look(f"{LINES}\n {status}\n a actor   ? help")
    return progress.painted, progress.saved


def test_a_change_is_acknowledged_when_saved_is_told_with_it_or_after_it() -> None:
    progress = Progress([EMPTY])
    for message in ("marked a", "undone: mark", "marked a"):
        progress.add(Deed([], message, EMPTY))
    assert told(progress, "offset 0") == (0, 0)
    assert told(progress, "marked a   saving") == (1, 0)
    assert told(progress, "marked a   saved 10:00:00", "marked a   saved 10:00:00") == (1, 1)
    assert told(progress, "undone: mark   saving", "marked a   – NOT SAVED") == (3, 1)
    assert told(progress, "offset 5   saved 10:00:01") == (3, 3)
