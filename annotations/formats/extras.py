"""What is not in the package itself: libraries of extras, and what packages of others offer by entry points.

Both are asked for when they are used.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
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


def load(found: EntryPoint, *wanted: str) -> object:
    """What an entry point names, which has all that is `wanted`, of `write|write_folder` one of the two.

    HashiyaError where its package does not work.
    """
    try:
        it = found.load()
    except Exception as error:  # the code of others may raise anything
        raise _unusable(found, str(error) or type(error).__name__) from error
    for names in wanted:
        if not any(hasattr(it, name) for name in names.split("|")):
            raise _unusable(found, f"it has no {names.replace('|', ' or ')}")
    return it


def _unusable(found: EntryPoint, why: str) -> HashiyaError:
    return HashiyaError(f"{printable(found.name)}: its package cannot be used ({printable(why)}); install it anew.")
