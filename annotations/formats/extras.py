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


def load(found: EntryPoint) -> object:
    """What an entry point names; HashiyaError where its package does not work."""
    try:
        return found.load()
    except (ImportError, AttributeError) as error:
        raise HashiyaError(
            f"{printable(found.name)}: its package cannot be used ({printable(str(error))}); install it anew."
        ) from error
