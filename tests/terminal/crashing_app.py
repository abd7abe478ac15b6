"""Runs the `hashiya` command with one more key in it: F9 raises an error that nothing expects."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType

import tui.app
from tui.cli import main


class CrashingApp(tui.app.HashiyaApp):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f9", "crash", priority=True)]

    def action_crash(self) -> None:
        raise RuntimeError("\x1b]0;a fault\x07 of the test's own")


if __name__ == "__main__":
    tui.app.HashiyaApp = CrashingApp  # type: ignore[misc]
    main(prog_name="hashiya")
