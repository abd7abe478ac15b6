"""Files of JSON values, written one by one as they come, in UTF-8 with LF; Arabic stands as itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

import msgspec


def write_lines(out: BinaryIO, values: Iterable[object]) -> None:
    """Write a value a line (JSON Lines, jsonlines.org). OSError passes through."""
    encoder = msgspec.json.Encoder()
    buffer = bytearray()
    for value in values:
        encoder.encode_into(value, buffer)
        buffer += b"\n"
        out.write(buffer)


def write_array(out: BinaryIO, values: Iterable[object]) -> None:
    """Write one array with a value a line. OSError passes through."""
    encoder = msgspec.json.Encoder()
    before = b"["
    for value in values:
        out.write(before + b"\n" + encoder.encode(value))
        before = b","
    out.write(b"\n]\n" if before == b"," else b"[]\n")
