"""The pure packages know no screen: proved where nothing else has been imported yet."""

from __future__ import annotations

import subprocess
import sys

import pytest

LOOK = """
import importlib, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    importlib.import_module(module.name)
foreign = {"textual", "rich", "click", sys.argv[2]}
print(sorted(name for name in sys.modules if name.partition(".")[0] in foreign or name in foreign))
"""


@pytest.mark.parametrize(("package", "other"), [("annotations", "tui"), ("tui.text", "annotations")])
def test_a_pure_package_imports_no_screen_and_not_the_other(package: str, other: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOOK, package, other], capture_output=True, text=True, check=True
    ).stdout
    assert found.strip() == "[]"


def test_the_command_imports_nothing_heavy_before_it_must() -> None:
    look = "import sys, tui.cli; print('textual' in sys.modules, 'rich' in sys.modules, 'msgspec' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert found.split() == ["False", "False", "False"]
