"""What is not in the package itself: libraries of extras, and what packages of others offer by entry points.

Both are asked for when they are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotations.errors import HashiyaError, printable

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


@contextmanager
def needing(extra: str, what: str) -> Iterator[None]:
    """Around imports of a library: HashiyaError that names the extra to install, where it is not there.

    `what` needs it: `the format spacy`.
    """
    try:
        yield
    except ImportError as error:
        name = error.name or error
        raise HashiyaError(
            f"{what} needs the library {name}; install it with: python3 -m pip install 'hashiya[{extra}]'."
        ) from error


@dataclass(frozen=True, slots=True)
class Offers:
    """Names of ours, and those that packages of others offer by entry points of a group; ours go before theirs.

    What is offered has all that is `wanted`, of `write|write_folder` one of the two.
    """

    group: str
    ours: Sequence[str]
    wanted: Sequence[str] = ()

    def names(self) -> Sequence[str]:
        """All names, ours first."""
        from importlib.metadata import entry_points

        return (*self.ours, *sorted(one.name for one in entry_points(group=self.group) if one.name not in self.ours))

    def theirs(self, name: str) -> object | None:
        """What a package of others offers under this name; HashiyaError where that does not work."""
        from importlib.metadata import entry_points

        for found in entry_points(group=self.group, name=name):
            return self._loaded(found)
        return None

    def _loaded(self, found: EntryPoint) -> object:
        try:
            it: object = found.load()
        except Exception as error:  # the code of others may raise anything
            raise _unusable(found, str(error) or type(error).__name__) from error
        for names in self.wanted:
            if not any(hasattr(it, name) for name in names.split("|")):
                raise _unusable(found, f"it has no {names.replace('|', ' or ')}")
        return it


def _unusable(found: EntryPoint, why: str) -> HashiyaError:
    return HashiyaError(f"{printable(found.name)}: its package cannot be used ({printable(why)}); install it anew.")
