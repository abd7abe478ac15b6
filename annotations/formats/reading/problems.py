"""What cannot be taken, and what is left out, as a reader tells it: clauses that can be printed, and never too many.

Every clause goes through one of these two. `Problems` has those of one article, with what is told once in a whole file;
`Repeated` has one clause for what is wrong in the same way in many places of an article.
"""

from __future__ import annotations

import msgspec

from annotations.errors import printable
from annotations.reading import shortened

FAULTS = (msgspec.MsgspecError, ValueError, RecursionError)
"""What decoding and checking raise for a value that cannot be taken; `fault_of` says why, as a clause."""

_TOLD = 1000
# Different clauses, of which a file with an error in every line may have one for each.
_KINDS = 100
_OTHERS = "there is something else wrong"


class Problems:
    """The clauses about one article, each with its place before it; of a great many problems only the first are kept,
    and the others are counted. What has been told of a file's other articles is in `before`.
    """

    def __init__(self, before: set[str] | None = None, place: str = "") -> None:
        self._problems: list[str] = []
        self._notices: list[str] = []
        self._more = 0
        self._before: set[str] = set() if before is None else before
        self._place = place

    def add(self, clause: str) -> None:
        """Note a problem."""
        if len(self._problems) < _TOLD:
            self._problems.append(self._printable(clause))
        else:
            self._more += 1

    def add_once(self, clause: str, place: str = "") -> None:
        """Note a problem that many articles may have, where it is first."""
        if self._is_new(clause):
            self.add(f"{place}{clause}, here and below")

    def notice(self, clause: str) -> None:
        """Note what is left out and nobody asked to be kept, or is taken otherwise than one might think."""
        if len(self._notices) < _TOLD:
            self._notices.append(self._printable(clause))

    def notice_once(self, clause: str, place: str = "") -> None:
        """Note the same of what many articles may have, where it is first."""
        if self._is_new(clause):
            self.notice(f"{place}{clause}, here and below")

    def all(self) -> tuple[str, ...]:
        """The problems that were noted, in the order in which they came."""
        return (*self._problems, f"and {self._more:,} more of the kind") if self._more else tuple(self._problems)

    def notices(self) -> tuple[str, ...]:
        """The notices, in the order in which they came."""
        return tuple(self._notices)

    def _printable(self, clause: str) -> str:
        return shortened(printable(f"{self._place}{clause}"))

    def _is_new(self, clause: str) -> bool:
        is_new = clause not in self._before and len(self._before) < _TOLD
        if is_new:
            self._before.add(clause)
        return is_new


class Repeated:
    """Clauses about places of one file, numbers of its lines or ids: each once, with the first place and how many more
    there are. `where` says what the places are ("in line "), `end` what parts them from the clause.
    """

    def __init__(self, where: str, end: str = ", ") -> None:
        self._where, self._end = where, end
        self._found: dict[str, tuple[str, int]] = {}

    def add(self, place: int | str, clause: str) -> None:
        """Note one."""
        key = shortened(printable(clause))
        if key not in self._found and len(self._found) >= _KINDS:
            key = _OTHERS
        first, count = self._found.get(key, (str(place), 0))
        self._found[key] = first, count + 1

    def all(self) -> tuple[str, ...]:
        """What was noted, in the order in which it came."""
        return tuple(
            f"{self._where}{place}{f' and {count - 1:,} more' if count > 1 else ''}{self._end}{clause}"
            for clause, (place, count) in self._found.items()
        )
