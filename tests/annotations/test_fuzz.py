"""A few hundred mutated files of each kind: `python3 tests/fuzz.py` runs as many as it is told to."""

from __future__ import annotations

import sys
from pathlib import Path
from random import Random

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "fuzzing"))

import fuzz_mutators as mutators
from fuzz import Case, case_of, run
from fuzz_checks import Broken, check_glyphs, check_sentence
from fuzz_corpora import sound_ones
from fuzz_targets import TARGETS, check_files

SEED = 7


class Always(Random):
    """Chance that always says yes."""

    def random(self) -> float:
        return 0.0


@pytest.mark.parametrize(("kind", "share"), [(kind, share) for kind, (share, _) in TARGETS.items()])
def test_no_mutated_file_costs_more_than_a_sentence(tmp_path: Path, kind: str, share: int) -> None:
    for number in range(5 * share):
        assert run(kind, SEED, number, tmp_path).finding == "", f"{kind} --seed {SEED} --only {number}"


@pytest.mark.parametrize("kind", TARGETS)
def test_a_case_is_the_same_every_time(kind: str) -> None:
    assert [case_of(kind, 1, number).data for number in range(9)] == [case_of(kind, 1, n).data for n in range(9)]
    assert len({case_of(kind, 1, number).data for number in range(9)}) > 1


def test_what_is_wrong_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_folder: Path) -> None:
        raise OSError("as the machine says it")

    def hang(_folder: Path) -> None:
        while True:
            pass

    monkeypatch.setattr("fuzz._ABANDONED", 0.05)
    for what, told in ((fail, "as the machine says it"), (hang, "not done after 0.05 s")):
        monkeypatch.setitem(TARGETS, "odd", (1, lambda _random, what=what: Case(b"", what)))  # type: ignore[call-overload]
        assert told in run("odd", SEED, 1, tmp_path).finding


@pytest.mark.parametrize("sentence", ["\x1b[2J.", "no end", "x" * 2_000 + ".", "\u202e."])
def test_a_sentence_that_is_none_is_found(sentence: str) -> None:
    with pytest.raises(Broken):
        check_sentence(sentence)


@pytest.mark.parametrize("glyphs", ["a\x1b", "\u202e", "\x9b", "\u200b", "\ue000", "\t"])
def test_a_glyph_that_is_none_is_found(glyphs: str) -> None:
    with pytest.raises(Broken):
        check_glyphs(glyphs)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"seconds":0', b'"seconds":2147483648'),
        (b'"suffix":"', b'"suffix":"' + b"x" * 257),
        (b'"note":"","origin"', b'"note":"' + b"x" * 65_537 + b'","origin"'),
        (b'"extras":{}', b'"extras":{"label":"other","id":"another"}'),
        (b'"extras":{}', b'"extras":{"x":' + b"[" * 65 + b"]" * 65 + b"}"),
        (b'"length":', b'"length":9'),
        (b'"seconds_active":0', b'"seconds_active":2147483648'),
        (b'"tool":"', b'"tool":"' + b"x" * 257),
        (
            b'{"old":null,"new":{"record":"span"',
            b'{"old":{"record":"state","status":"new","note":""},"new":{"record":"span"',
        ),
        (b'"status":"flagged","note":"', b'"status":"flagged","note":"' + b"x" * 65_537),
    ],
)
@pytest.mark.parametrize("is_alone", [False, True])
def test_a_journal_that_says_what_no_program_writes_is_no_more_than_told_of(
    tmp_path: Path, old: bytes, new: bytes, is_alone: bool
) -> None:
    sound, *_ = sound_ones()
    assert old in sound.journal
    journal = mutators.resign(sound.journal.replace(old, new), Always())
    for sidecar in ({}, {"sidecar": sound.sidecar}, {"sidecar": sound.sidecar.replace(b"in-progress", b"done")}):
        check_files(sound.article, {"journal": journal} | ({} if is_alone else sidecar), tmp_path, writes=True)
