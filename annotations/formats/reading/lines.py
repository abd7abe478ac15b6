"""JSON lines from anywhere: bounded, one at a time, and what is wrong with one costs the others nothing.

Where the first line is no more than the beginning of an array, or of an object, the file is read as an array of
objects, or as objects one after another, on as many lines as they take.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO, Generic, TypeVar

import msgspec

from annotations.formats.reading import Imported, arrays
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.store.sidecar import fault_of

_PIECE = 2**20
_BOM = b"\xef\xbb\xbf"
# What a value may be that says nothing.
_EMPTY = (b"null", b"[]", b"{}", b'""')

T = TypeVar("T", bound=msgspec.Struct)


class Fields(Generic[T]):
    """Decodes objects of one kind: a struct that forbids unknown fields, so that those are noticed and told of.

    An `is_open` object is one that may have further keys, for data that are no annotation.
    """

    def __init__(self, kind: type[T], *, is_open: bool = False) -> None:
        self._is_open = is_open
        self._decoder = msgspec.json.Decoder(kind)
        self._names = frozenset(kind.__struct_encode_fields__)

    def read(self, content: bytes | msgspec.Raw, problems: Problems, place: str = "", used: str | None = None) -> T:
        """The object's known fields; its others are told of once, unless they are empty, or `used` by the caller.

        Raises what `fault_of` tells of.
        """
        try:
            return self._decoder.decode(content)
        except msgspec.ValidationError:
            values = objects(content)
        known = {key: value for key, value in values.items() if key in self._names}
        record = self._decoder.decode(msgspec.json.encode(known))
        for key, value in values.items():
            if key in known or key == used or bytes(value) in _EMPTY:
                continue
            if self._is_open:
                problems.notice_once(f"the key {key} is left out")
            else:
                problems.add_once(f"the key {key} is unknown and left out", place)
        return record


def objects(content: bytes | msgspec.Raw) -> dict[str, msgspec.Raw]:
    """The values of a JSON object by its keys, undecoded; raises what `fault_of` tells of."""
    return _RAW.decode(content)


def id_under(values: Mapping[str, msgspec.Raw], key: str | None, where: str = "") -> int | str | None:
    """The article's id under the key that is asked for, None where none is.

    Raises what `fault_of` tells of: ValueError where the key is missing, `where` saying in what.
    """
    if key is None:
        return None
    if key not in values:
        raise ValueError(f"the key {key} is missing{where}")
    return _ID.decode(values[key])


def imported(
    source: BinaryIO, take: Callable[[int, bytes, Problems], Imported | Sequence[Imported]], *, is_one: bool = False
) -> Iterator[Imported]:
    """What `take` makes of each line that is not blank, given its number, its content and where to note problems.

    Of an array, and of objects that go over several lines, it gets one object after another and their numbers, or the
    whole file where `is_one`. The problems are those of the first that it makes.
    """
    before: set[str] = set()
    for number, content, place in _contents(source, is_one=is_one):
        problems = Problems(before, place)
        try:
            arrays.check_object(content, "the line" if number and not place else "it")
            taken = take(number, content, problems)
        except FAULTS as error:
            problems.add(fault_of(error, content))
            taken = Imported(number)
        first, *rest = [taken] if isinstance(taken, Imported) else taken
        told = replace(first, problems=problems.all(), notices=(*first.notices, *problems.notices()))
        yield from (replace(one, line=0) if place else one for one in (told, *rest))


def _contents(source: BinaryIO, *, is_one: bool) -> Iterator[tuple[int, bytes, str]]:
    """Each line, or each object of what are no lines: its number, its content, and its place where it is no line."""
    number, rest = _begun(source)
    first = rest.head.strip()
    is_open = first in (b"{", b"[") or (rest.head.endswith(b"\n") and first[:1] == b"[" and first[-1:] != b"]")
    if is_one and is_open:
        yield 0, rest.read_all(), ""
    elif not is_one and (is_open or first.startswith(b"[")):
        yield from ((count, one, f"object {count}: ") for count, one in enumerate(arrays.outermost(rest), 1))
    else:
        yield from ((count, line, "") for count, line in _lines(rest, number))


class _Rest:
    """What is left of a source from its first line on that is not blank, of which the `head` has been read."""

    def __init__(self, head: bytes, source: BinaryIO) -> None:
        self.head = head
        self._source = source

    def read(self, most: int) -> bytes:
        head, self.head = self.head, b""
        return head or self._source.read(most)

    def readline(self, most: int) -> bytes:
        head, self.head = self.head, b""
        return head if head.endswith(b"\n") else head + self._source.readline(most - len(head))

    def read_all(self) -> bytes:
        """All that is left, or, where it is too long, its beginning."""
        return self.head + self._source.read(arrays.LONGEST + 1 - len(self.head))


def _begun(source: BinaryIO) -> tuple[int, _Rest]:
    """The number of the first line that is not blank, and what there is from it on."""
    number, head = 1, source.readline(_PIECE).removeprefix(_BOM)
    while head.isspace() and head.endswith(b"\n"):
        number, head = number + 1, source.readline(_PIECE)
    return number, _Rest(head, source)


def _lines(source: _Rest, number: int) -> Iterator[tuple[int, bytes]]:
    """Numbered lines without the white space around them, blank ones left out; of one too long only the beginning."""
    while line := source.readline(arrays.LONGEST + 1):
        rest = line
        while len(rest) >= _PIECE and not rest.endswith(b"\n"):
            rest = source.readline(_PIECE)
        content = line if len(line) > arrays.LONGEST else line.strip()
        if content:
            yield number, content
        number += 1


_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ID: msgspec.json.Decoder[int | str] = msgspec.json.Decoder(int | str)
