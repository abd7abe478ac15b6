"""JSON lines from anywhere: bounded, one at a time, and what is wrong with one costs the others nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import BinaryIO, Generic, TypeVar

import msgspec

from annotations.article import LARGEST
from annotations.errors import printable
from annotations.formats.reading import Imported
from annotations.limits import size
from annotations.reading import shortened
from annotations.store.sidecar import fault_of

LONGEST = LARGEST
"""Bytes of a line: the largest article, or one of a tenth of it with some 100,000 spans."""

# A comma parts two values: this many make some 300,000 spans, and take a few hundred megabytes while they are read.
_COMMAS = 4 * 2**20
_TOLD = 1000
_PIECE = 2**20
_BOM = b"\xef\xbb\xbf"
# What a value may be that says nothing.
_EMPTY = (b"null", b"[]", b"{}", b'""')

T = TypeVar("T", bound=msgspec.Struct)


class Problems:
    """The clauses about one line; of a great many only the first are kept, and the others are counted."""

    def __init__(self) -> None:
        self._told: list[str] = []
        self._more = 0

    def add(self, clause: str) -> None:
        """Note one."""
        if len(self._told) < _TOLD:
            self._told.append(shortened(printable(clause)))
        else:
            self._more += 1

    def all(self) -> tuple[str, ...]:
        """What was noted."""
        return (*self._told, f"and {self._more:,} more of the kind") if self._more else tuple(self._told)


class Fields(Generic[T]):
    """Decodes objects of one kind: a struct that forbids unknown fields, so that those are noticed and told of."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)
        self._names = frozenset(kind.__struct_encode_fields__)

    def read(self, content: bytes | msgspec.Raw, problems: Problems, place: str = "", used: str | None = None) -> T:
        """The object's known fields; its others are problems, unless they are empty, or `used` by the caller.

        Raises what `fault_of` tells of.
        """
        try:
            return self._decoder.decode(content)
        except msgspec.ValidationError:
            values = objects(content)
        known = {key: value for key, value in values.items() if key in self._names}
        record = self._decoder.decode(msgspec.json.encode(known))
        for key, value in values.items():
            if key not in known and key != used and bytes(value) not in _EMPTY:
                problems.add(f"{place}the key {key} is unknown and left out")
        return record


def objects(content: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The values of a JSON object by its keys, undecoded; raises what `fault_of` tells of."""
    return _RAW.decode(content)


def imported(source: BinaryIO, take: Callable[[int, bytes, Problems], Imported]) -> Iterator[Imported]:
    """What `take` makes of each line that is not blank, given its number, its content and where to note problems."""
    for number, content in _lines(source):
        problems = Problems()
        try:
            _check(content)
            one = take(number, content, problems)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            problems.add(fault_of(error, content))
            one = Imported(number)
        yield replace(one, problems=problems.all())


def _check(content: bytes) -> None:
    if len(content) > LONGEST:
        raise ValueError(f"the line is longer than {size(LONGEST)}")
    if content.count(b",") > _COMMAS:
        raise ValueError(f"the line holds more than {_COMMAS:,} values")


def _lines(source: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without the white space around them, blank ones left out; of one too long only the beginning."""
    number = 0
    while line := source.readline(LONGEST + 1):
        number += 1
        rest = line
        while len(rest) >= _PIECE and not rest.endswith(b"\n"):
            rest = source.readline(_PIECE)
        if number == 1:
            line = line.removeprefix(_BOM)
        content = line if len(line) > LONGEST else line.strip()
        if content:
            yield number, content


_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
