"""Each system call of the save path failing in turn: the old state stays, the annotator is told, the next save works.

With HASHIYA_ALL_FAULTS set, every error that a call can give is tried in every way, which takes some minutes; without
it, those that the program treats differently, in two ways. Both print how many there were (`pytest -rP`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fault_scenarios import SCENARIOS, Scenario, Sitting, check, leftovers
from faulty_disk import ALIKE, KINDS, Fault, FaultyDisk

from annotations.store import keeper

ALL = "HASHIYA_ALL_FAULTS" in os.environ


@pytest.mark.parametrize("name", SCENARIOS)
def test_each_call_fails(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    scenario = SCENARIOS[name]
    monkeypatch.setattr(keeper, "LARGEST", scenario.largest)
    calls = calls_of(scenario, tmp_path / "sound")
    tried = list(ways(calls))
    for fault, dies in tried:
        folder = tmp_path / "failing"
        try:
            hold(scenario, folder, fault, dies=dies)
        except Exception as error:
            end = "a crash" if dies else "going on"
            raise AssertionError(f"{calls[fault.number]} with {fault}, and {end} after it: {error!r}") from error
        shutil.rmtree(folder)
    print(f"{name}: {len(calls)} calls, {len(tried)} runs with a fault")


def calls_of(scenario: Scenario, folder: Path) -> list[str]:
    """The system calls of a run without faults, in which nothing goes wrong."""
    sitting, disk = run(scenario, folder)
    assert not sitting.told
    with disk.in_use():
        go_on(sitting, scenario)
    assert not leftovers(folder)
    return disk.calls


def ways(calls: list[str]) -> Iterator[tuple[Fault, bool]]:
    """Each fault of each call, and whether the program dies after it."""
    for number, name in enumerate(calls):
        for kind in KINDS[name]:
            if ALL:
                yield from ((Fault(number, kind, lasting), dies) for lasting in (False, True) for dies in (False, True))
            elif kind not in ALIKE:
                yield from ((Fault(number, kind, way), way) for way in (False, True))


def hold(scenario: Scenario, folder: Path, fault: Fault, *, dies: bool) -> None:
    """A run with a fault, in which nothing is lost."""
    sitting, disk = run(scenario, folder, fault)
    assert disk.hit is not None, "the run is another one than without the fault"
    with disk.in_use():
        if dies:
            sitting.die()
        go_on(sitting, scenario)
    cannot_remove = disk.hit == "unlink" or (fault.lasting and fault.kind in KINDS["unlink"])
    assert cannot_remove or not leftovers(folder)


def run(scenario: Scenario, folder: Path, fault: Fault | None = None) -> tuple[Sitting, FaultyDisk]:
    """What is done until the disk works again, and what holds then."""
    folder.mkdir()
    disk = FaultyDisk(folder)
    with disk.in_use():
        sitting = Sitting(folder)
        scenario.before(sitting)
        disk.begin(fault)
        scenario.during(sitting)
        disk.mend()
        check(sitting)
    check_asides(scenario, folder)
    return sitting, disk


def go_on(sitting: Sitting, scenario: Scenario) -> None:
    """The next change: it is saved, with all that was not; and so it is when the article is opened again."""
    sitting.told.clear()
    sitting.open()
    assert sitting.desk is not None, sitting.told
    if sitting.desk.is_for_other_text and not sitting.accept():
        # Of a write whose outcome could not be known it is told that the article has to be opened again.
        assert "open it again" in sitting.told[-1]
        sitting.close()
        sitting.told.clear()
        sitting.open()
        assert not sitting.desk.is_for_other_text or sitting.accept()
    every = (sitting.kept | sitting.marked) - sitting.gone - sitting.undone
    last = sitting.mark(20)
    assert sitting.save(), sitting.told
    check(sitting)
    assert sitting.settle(), sitting.told
    check(sitting)
    assert every | {last} <= {span.id for span in sitting.on_disk().spans}
    sitting.close()
    sitting.open()
    check(sitting)
    while last in sitting.present:
        # A step that takes in another program's changes may have come after it.
        sitting.undo()
    assert sitting.save()
    assert last not in {span.id for span in sitting.on_disk().spans}
    sitting.close()
    check(sitting)
    assert not sitting.told
    check_asides(scenario, sitting.article.path.parent)


def check_asides(scenario: Scenario, folder: Path) -> None:
    """What cannot be read is somewhere, as it was."""
    quoted = scenario.asides.replace(b'"', b'\\"')
    files = [path.read_bytes() for path in folder.iterdir()]
    assert any(scenario.asides in data or quoted in data for data in files)
