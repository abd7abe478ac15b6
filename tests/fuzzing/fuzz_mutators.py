"""Mutators: each makes of the bytes of a file others that are wrong in one way, the same ones for the same `Random`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import Any
from zlib import crc32

from fuzz_values import (
    INVALID,
    LENGTHS,
    MARKERS,
    NUMBERS,
    RAW,
    SHAPES,
    STRINGS,
    TOML_LINES,
    TOML_VALUES,
    WORDS,
)

Mutator = Callable[[bytes, Random], bytes]

_CRC = re.compile(rb',"crc":"[0-9a-f]{8}"\}\Z')
_LONGEST = 1 << 20


def flip(data: bytes, random: Random) -> bytes:
    """One to four bits the other way round."""
    found = bytearray(data)
    for _ in range(random.randint(1, 4) if found else 0):
        found[random.randrange(len(found))] ^= 1 << random.randrange(8)
    return bytes(found)


def cut(data: bytes, random: Random) -> bytes:
    """A stretch left out, which may be all that follows."""
    start = random.randint(0, len(data))
    length = random.choice((1, 3, 30, len(data)))
    return data[:start] + data[start + length :]


def insert(data: bytes, random: Random) -> bytes:
    """Something that no file should hold, anywhere."""
    at = random.randint(0, len(data))
    return data[:at] + _junk(random) + data[at:]


def overwrite(data: bytes, random: Random) -> bytes:
    """The same in the place of as much."""
    junk, at = _junk(random), random.randint(0, len(data))
    return data[:at] + junk + data[at + len(junk) :]


def repeat(data: bytes, random: Random) -> bytes:
    """A stretch many times over."""
    start = random.randint(0, len(data))
    part = data[start : start + random.choice((1, 2, 5, 40))]
    count = min(random.choice((2, 20, 300, 3000)), _LONGEST // max(1, len(part)))
    return data[:start] + part * count + data[start:]


def shuffle_lines(data: bytes, random: Random) -> bytes:
    """Lines doubled, left out, or in another order."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    way = random.randrange(5)
    if way == 0:
        lines.insert(random.randint(0, len(lines)), lines[at])
    elif way == 1:
        del lines[at]
    elif way == 2:
        random.shuffle(lines)
    elif way == 3:
        lines[at:at] = [lines[at]] * random.choice((2, 30))
    else:
        other = random.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return b"\n".join(lines)


def end_lines_otherwise(data: bytes, random: Random) -> bytes:
    """CRLF, CR, blank lines between, a byte order mark before."""
    way = random.randrange(4)
    if way == 3:
        return b"\xef\xbb\xbf" + data
    return data.replace(b"\n", (b"\r\n", b"\r", b"\n \t\n\n")[way])


def conflict(data: bytes, random: Random) -> bytes:
    """What git leaves of a merge that it could not finish."""
    lines = data.split(b"\n")
    first, second = sorted(random.randint(0, len(lines)) for _ in range(2))
    ours, base, parting, theirs = MARKERS
    middle = lines[first:second]
    lines[first:second] = [
        ours,
        *middle,
        *([base, *middle] if random.random() < 0.5 else []),
        parting,
        *middle[::-1],
        theirs,
    ]
    return b"\n".join(lines)


def misfit(data: bytes, random: Random) -> bytes:
    """One JSON line with something in the place of a value, or without one, or with one more."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    try:
        value = json.loads(lines[at])
    except (ValueError, RecursionError):
        return insert(data, random)
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        value = _changed(value, random)
    lines[at] = _written(value, random)
    return b"\n".join(lines)


def repeat_key(data: bytes, random: Random) -> bytes:
    """One JSON line with a key twice, once with something else."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    keys = re.findall(rb'"(\w+)":', lines[at])
    if not keys or not lines[at].endswith(b"}"):
        return insert(data, random)
    pair = b'"%b":%b' % (random.choice(keys), _written(_odd(random), random))
    lines[at] = b"{" + pair + b"," + lines[at][1:] if random.random() < 0.5 else lines[at][:-1] + b"," + pair + b"}"
    return b"\n".join(lines)


def resign(data: bytes, random: Random) -> bytes:
    """The lines of a journal with checksums that are right again, most of them."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines):
        found = _CRC.search(line)
        if found and random.random() < 0.95:
            plain = line[: found.start()]
            lines[number] = b'%b,"crc":"%08x"}' % (plain, crc32(plain))
    return b"\n".join(lines)


def misset(data: bytes, random: Random) -> bytes:
    """One line of TOML with another value, another key, or a line that nobody expects before it."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    name, sign, value = lines[at].partition(b"=")
    way = random.randrange(4)
    if way == 0:
        lines.insert(at, random.choice(TOML_LINES).encode())
    elif way == 1 and sign:
        lines[at] = random.choice((b"x", b"key ", b"name ", b'"a.b" ', b"a.b ", b'"\x1b" ')) + sign + value
    elif way == 2 and sign:
        lines[at] = name + sign + json.dumps(random.choice(STRINGS)).encode()
    else:
        lines[at] = name + b"=" + random.choice(TOML_VALUES).encode()
    return b"\n".join(lines)


def reencode(data: bytes, random: Random) -> bytes:
    """The text in another encoding, or in one and then another."""
    text = data.decode("utf-8", "replace")
    codec = random.choice(
        ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859_6", "utf-8-sig", "utf-7", "cp1252")
    )
    return text.encode(codec, "ignore")


def overload(data: bytes, random: Random) -> bytes:
    """Text that is hard to set: one long line, many marks on a letter, embeddings within each other."""
    hard = random.choice(
        (
            "\u0628" + "\u0651" * random.choice((3, 300, 20_000)),
            "\u0644\u200d\u0627" * 300,
            "\u202b\u202a" * random.choice((3, 130)) + "نص text " * 3,
            "\u2067\u2066" * 130 + "(نص)",
            "\U0001f468\u200d" * random.choice((2, 400)),
            "ا" * random.choice((100, 5_000, 60_000)),
            "(" * 3_000,
            "\t" * 500,
            " " * 5_000,
            "\n" * 2_000,
            "\u0600\u06dd\u070f" * 50,
            "\u00a0" * 300,
            "e\u0301\u200f" * 900,
            "אב12ab٣ " * 700,
        )
    )
    text = data.decode("utf-8", "replace")
    at = random.randint(0, len(text))
    return f"{text[:at]}{hard}{text[at:]}".encode()


BYTES: Sequence[Mutator] = (flip, cut, insert, overwrite, repeat, shuffle_lines, end_lines_otherwise)


def mutated(data: bytes, random: Random, mutators: Sequence[Mutator]) -> bytes:
    """The bytes after one to six mutations."""
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
        data = random.choice(mutators)(data, random)
    return data


def _junk(random: Random) -> bytes:
    way = random.randrange(4)
    if way == 0:
        return random.choice(INVALID)
    if way == 1:
        return random.randbytes(random.choice((1, 4, 30)))
    if way == 2:
        return random.choice(RAW)[:4000].encode()
    return random.choice(STRINGS).encode("utf-8", "surrogatepass")


class _Raw(str):
    """JSON, or what is none, that is to stand as it is."""


def _odd(random: Random) -> Any:
    way = random.randrange(7)
    if way == 0:
        return random.choice(NUMBERS)
    if way == 1:
        return random.choice(STRINGS)
    if way == 2:
        return random.choice(WORDS)
    if way == 3:
        return random.choice(SHAPES)
    if way == 4:
        return _Raw(random.choice(RAW))
    if way == 5:
        length = random.choice(LENGTHS) + random.randint(-1, 1)
        return random.choice("xس\x01\U0001f600") * length
    return random.randint(-3, 40)


def _changed(value: Any, random: Random) -> Any:
    """The value with one thing in it changed, at whatever depth."""
    if isinstance(value, dict) and value and random.random() < 0.97:
        return _changed_object(dict(value), random)
    if isinstance(value, list) and value and random.random() < 0.8:
        return _changed_list(list(value), random)
    return _odd(random)


def _changed_object(value: dict[str, Any], random: Random) -> dict[str, Any]:
    key, way = random.choice(list(value)), random.random()
    if way < 0.08:
        del value[key]
    elif way < 0.16:
        value[random.choice((*STRINGS, *WORDS, *value))] = _odd(random)
    elif way < 0.22:
        other = random.choice(list(value))
        value[key], value[other] = value[other], value[key]
    elif isinstance(value[key], int) and way < 0.4:
        value[key] += random.choice((-1, 1, 2))
    else:
        value[key] = _changed(value[key], random)
    return value


def _changed_list(value: list[Any], random: Random) -> list[Any]:
    at, way = random.randrange(len(value)), random.random()
    if way < 0.15:
        del value[at]
    elif way < 0.3:
        value.insert(at, value[random.randrange(len(value))])
    elif way < 0.35:
        value = value * random.choice((2, 50))
    else:
        value[at] = _changed(value[at], random)
    return value


def _written(value: Any, random: Random) -> bytes:
    raws: list[str] = []
    plain = json.dumps(_with_places(value, raws), ensure_ascii=random.random() < 0.2, separators=(",", ":"))
    parts = re.split(r'"@raw@"', plain)
    return "".join(_woven(parts, raws)).encode("utf-8", "surrogatepass")


def _woven(parts: Sequence[str], raws: Sequence[str]) -> Iterable[str]:
    for part, raw in zip(parts, (*raws, ""), strict=True):
        yield part
        yield raw


def _with_places(value: Any, raws: list[str]) -> Any:
    if isinstance(value, _Raw):
        raws.append(value)
        return "@raw@"
    if isinstance(value, dict):
        return {key: _with_places(one, raws) for key, one in value.items()}
    return [_with_places(one, raws) for one in value] if isinstance(value, list) else value
