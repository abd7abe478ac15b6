"""JSON objects of a file that is an array of them, or has one after another: one is held at a time, and bounded."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from annotations.formats.reading.lines import LONGEST
from annotations.limits import size

# A comma parts two values: this many take a few hundred megabytes while they are read.
_COMMAS = 4 * 2**20
_PIECE = 2**20
_MARK = re.compile(rb'\\.?|["{}]', re.DOTALL)
_BETWEEN = b" \t\r\n,[]\xef\xbb\xbf"


def outermost(source: BinaryIO) -> Iterator[bytes]:
    """The outermost objects, undecoded, each with what else is before it, and what is left at the end.

    Brackets, commas, white space and a byte order mark around them are left out. Of an object that is too long only the
    beginning is given, which `check_object` refuses.
    """
    held, depth, is_text, is_escaped = bytearray(), 0, False, False
    while piece := source.read(_PIECE):
        begin, mark = 0, b""
        for match in _MARK.finditer(piece, int(is_escaped)):
            mark = match[0]
            if mark == b'"':
                is_text = not is_text
            elif not is_text and mark in (b"{", b"}"):
                depth += 1 if mark == b"{" else -1
                if mark == b"}" and depth <= 0:
                    yield bytes(held + piece[begin : match.end()]).strip(_BETWEEN)
                    held, begin, depth = bytearray(), match.end(), 0
        # A backslash that ends a piece takes the first byte of the next.
        is_escaped = mark == b"\\"
        held += piece[begin : begin + max(0, LONGEST + 1 - len(held))]
    if rest := bytes(held).strip(_BETWEEN):
        yield rest


def check_object(content: bytes) -> None:
    """Raise ValueError for an object that is too large to decode."""
    if len(content) > LONGEST:
        raise ValueError(f"it is longer than {size(LONGEST)}")
    if content.count(b",") > _COMMAS:
        raise ValueError(f"it holds more than {_COMMAS:,} values")
