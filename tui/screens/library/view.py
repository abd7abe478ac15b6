"""How the library is looked at, as values: what is kept while an article is open, so that it can be looked at again.

Articles are meant by their *index*: their place in natural order among all of the library's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from annotations.library_query import Order
from annotations.library_search import Found

BY_NAME = Order("name")


class Search(NamedTuple):
    """A search in the texts: what was typed, the articles it looks through, and what came of it so far.

    `found` holds articles with hits in the order of `among`, of which `done` were looked through, `unreadable` in
    vain. It `is_over` when no more is to come; `problem` is the sentence why, where it is not that all were read.
    """

    typed: str
    is_pattern: bool
    among: Sequence[int]
    found: tuple[tuple[int, Found], ...] = ()
    done: int = 0
    unreadable: int = 0
    is_over: bool = False
    problem: str = ""


class LibraryView(NamedTuple):
    """The article that the cursor is on, the filter as it was typed, the order, the search, and what all that lists.

    `shown` are the articles of the list from top to bottom.
    """

    current: int = 0
    filter: str = ""
    order: Order = BY_NAME
    search: Search | None = None
    shown: Sequence[int] = ()

    @property
    def searched(self) -> tuple[str, bool] | None:
        """What was typed to search for, and whether as a pattern."""
        return None if self.search is None else (self.search.typed, self.search.is_pattern)
