"""The real program on hostile libraries; `python3 tests/fuzz.py --screens 300` sits through many more."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "fuzzing"))

from fuzz_screens import sit_through


@pytest.mark.parametrize("seed", range(8))
def test_a_hostile_library_is_read_walked_through_and_left(tmp_path: Path, seed: int) -> None:
    sit_through(seed, tmp_path)
