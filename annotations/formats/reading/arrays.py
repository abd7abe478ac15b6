"""JSON objects of a file that is an array of them, or has one after another: one is held at a time, and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol

from annotations.article import LARGEST
from annotations.limits import size

LONGEST = LARGEST
"""Bytes of an object: the largest article, or one of a tenth of it with some 100,000 spans."""

# A comma parts two values: this many make some 300,000 spans, and take a few hundred megabytes while they are read.
_COMMAS = 4 * 2**20
_PIECE = 2**20
# What is no bracket, whole strings with those in them; what is left of a string that has begun.
_QUIET = re.compile(rb'(?:[^"{}]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_STRING = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)
_BETWEEN = b" \t\r\n,[]\xef\xbb\xbf"


class Source(Protocol):
    """What bytes come from."""

    def read(self, most: int, /) -> bytes:
        """At most so many of the next ones, none at the end."""


def outermost(source: Source) -> Iterator[bytes]:
    """The outermost objects, undecoded, each with what else is before it, and what is left at the end.

    Brackets, commas, white space and a byte order mark around them are left out. Of an object that is too long only the
    beginning is given, which `check_object` refuses.
    """
    held, depth, brackets = bytearray(), 0, _Brackets()
    while piece := source.read(_PIECE):
        begin = 0
        for end in brackets.ends(piece):
            depth += 1 if piece[end - 1 : end] == b"{" else -1
            if depth <= 0:
                yield bytes(held + piece[begin:end]).strip(_BETWEEN)
                held, begin, depth = bytearray(), end, 0
        held += piece[begin : begin + max(0, LONGEST + 1 - len(held))]
    if rest := bytes(held).strip(_BETWEEN):
        yield rest


class _Brackets:
    """Finds the curly brackets that are in no string, piece by piece."""

    def __init__(self) -> None:
        self._is_text = False
        # A backslash that ends a piece takes the first byte of the next.
        self._is_escaped = False

    def ends(self, piece: bytes) -> Iterator[int]:
        """Where each of the next piece ends."""
        place = self._end_of_string(piece, int(self._is_escaped)) if self._is_text else 0
        while not self._is_text:
            place = _end(_QUIET, piece, place)
            if place == len(piece):
                return
            self._is_text = piece[place : place + 1] == b'"'
            place += 1
            if self._is_text:
                self._end_of_string(piece, place)
            else:
                yield place

    def _end_of_string(self, piece: bytes, begin: int) -> int:
        place = _end(_STRING, piece, begin)
        self._is_text = piece[place : place + 1] != b'"'
        self._is_escaped = place < len(piece) and self._is_text
        return place + 1


def _end(pattern: re.Pattern[bytes], piece: bytes, begin: int) -> int:
    found = pattern.match(piece, begin)
    return found.end() if found else begin


def check_object(content: bytes, name: str = "it") -> None:
    """Raise ValueError for an object, or a line, that is too large to decode."""
    if len(content) > LONGEST:
        raise ValueError(f"{name} is longer than {size(LONGEST)}")
    if content.count(b",") > _COMMAS:
        raise ValueError(f"{name} holds more than {_COMMAS:,} values")
