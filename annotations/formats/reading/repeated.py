"""What is wrong in the same way in many places: told once, with the first place and the number of the others."""

from __future__ import annotations

from annotations.errors import printable
from annotations.reading import shortened

# Different clauses, of which a file with an error in every line may have one for each.
_KINDS = 100
_OTHERS = "there is something else wrong"


class Repeated:
    """Clauses about places of one file: numbers of its lines, or ids; `where` says what they are ("in line ")."""

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
