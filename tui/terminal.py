"""What this terminal does with Arabic, and what it is told so that it shows cells where we put them.

Hashiya orders and shapes text itself, so a terminal that does the same undoes it: every word comes out reversed. Each
is asked to leave cells alone (ECMA-48's *explicit* mode, SM/RM 8, and the terminals' own switches) when the program
takes the screen, and set back when it lets go of it: at exit, at a crash, and around a stop by Ctrl-Z.

Sources: the "BiDi in Terminal Emulators" recommendation for modes 8, 2501, 1243 and SPD; Konsole's and mlterm's control
sequences for their OSC 50 and 5379. Found harmless in every terminal tried.
"""

from __future__ import annotations

import errno
import termios
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from textual.driver import Driver

    from tui.ending import Ending

_CSI = "\x1b["
_OSC = "\x1b]"
_BEL = "\x07"


class Switches(NamedTuple):
    """What to write when the program takes the screen, and when it gives it back."""

    start: str
    stop: str


# Explicit bidi, left to right; presentation direction left to right; no autodetection; arrow keys not swapped.
_COMMON = Switches(f"{_CSI}8l{_CSI}1 k{_CSI}?2501l{_CSI}?1243l", f"{_CSI}8h{_CSI}0 k{_CSI}?1243h")
_KONSOLE = Switches(
    f"{_OSC}50;BidiRenderingEnabled=false{_BEL}",
    f"{_OSC}50;BidiRenderingEnabled=true{_BEL}",
)
_MLTERM = Switches(f"{_OSC}5379;use_ctl=false{_BEL}", f"{_OSC}5379;use_ctl=true{_BEL}")


def switches(environment: Mapping[str, str]) -> Switches:
    """What to tell the terminal that these environment variables speak of."""
    parts = [_COMMON]
    if environment.get("KONSOLE_VERSION"):
        parts.append(_KONSOLE)
    if environment.get("MLTERM"):
        parts.append(_MLTERM)
    return Switches("".join(part.start for part in parts), "".join(part.stop for part in parts))


def explicit(driver: type[Driver], told: Switches, ending: Ending) -> type[Driver]:
    """The driver, made to put the terminal into explicit mode for as long as it holds the screen.

    `ending` hears signals from the first start on, and is told whether the screen is held.
    """

    class ExplicitDriver(driver):  # type: ignore[valid-type, misc]
        """Writes the switches just inside application mode, where the driver can write."""

        _is_resuming = False

        def start_application_mode(self) -> None:
            ending.watch()
            ending.holds_screen = True
            super().start_application_mode()
            self.write(told.start)
            self.flush()

        def stop_application_mode(self) -> None:
            self.write(told.stop)
            super().stop_application_mode()
            ending.holds_screen = False

        def suspend_application_mode(self) -> None:
            super().suspend_application_mode()
            ending.before_stopping()

        def resume_application_mode(self) -> None:
            """Take the terminal again after SIGCONT, which may come more than once, and without a stop before it."""
            if not self._is_resuming:
                self._is_resuming = True
                self._take_again()
                self._is_resuming = False

        def _take_again(self) -> None:
            while not ending.has_terminal():
                if not _stopped_until_foreground():
                    return
            if ending.holds_screen:
                # Stopped from outside it could not give the terminal back, and what that shows now is unknown.
                self.suspend_application_mode()
            super().resume_application_mode()
            ending.repaint()

    return ExplicitDriver


def _stopped_until_foreground() -> bool:
    """Let the kernel stop a job that `bg` continued, as it does with one that sets a terminal it does not have.

    False where there is nothing to wait for: the terminal is gone, or no shell is left that could give it.
    """
    try:
        termios.tcsetattr(0, termios.TCSANOW, termios.tcgetattr(0))
    except termios.error as error:
        return bool(error.args[0] == errno.EINTR)
    return True
