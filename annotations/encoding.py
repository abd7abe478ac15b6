"""Encodings: the names of those that are read, and a source's bytes as text.

An encoding is *forced* where the user names it, *recorded* where annotations were made with it, *detected* otherwise:
by a byte order mark, as strict UTF-8, as UTF-16 without a mark where it is unmistakable, or as a code page for Arabic
(`annotations.code_page`). Bytes that do not decode, or of which nothing is certain, are refused: no character of a text
is ever a guess. A byte order mark stays in the text, U+FEFF at offset 0, in every encoding.
"""

from __future__ import annotations

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import msgspec

from annotations.code_page import CODE_PAGES, code_page_of
from annotations.errors import ArticleError, HashiyaError, printable

UTF_16 = "utf-16"
"""What can be forced, and is never recorded: UTF-16 of which the bytes have to say which end comes first."""

# IANA's names, in lower case, with Python's codecs. Those of UTF-16 that keep the mark.
_CODECS = {"utf-8": "utf-8", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be"} | CODE_PAGES
_NAMES = (*_CODECS, UTF_16)
# Letters and digits of other names in use, from IANA's list, Python's and that of the WHATWG.
_ALIASES = {
    "u8": "utf-8",
    "utf8sig": "utf-8",
    "cp1256": "windows-1256",
    "1256": "windows-1256",
    "win1256": "windows-1256",
    "xcp1256": "windows-1256",
    "88596": "iso-8859-6",
    "8859": "iso-8859-6",
    "isoir127": "iso-8859-6",
    "arabic": "iso-8859-6",
    "csisolatinarabic": "iso-8859-6",
    "ecma114": "iso-8859-6",
    "asmo708": "iso-8859-6",
}
# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
# The high bytes of ASCII and of Arabic letters in UTF-16, which are in no text of one byte a letter.
_HIGH_BYTES = (b"\x00", b"\x06")
_ARABIC = re.compile("[\u0620-\u064a\u0671-\u06d3]")
_FEWEST_LETTERS = 3
# ASCII, Latin-1, Arabic, punctuation, signs of currency, and the forms of Arabic letters.
_LIKELY = re.compile(
    "[\t\n\x0b\x0c\r -~\xa0-\xff\u0600-\u06ff\u0750-\u077f\u2000-\u206f\u20a0-\u20bf\ufb50-\ufdff\ufe70-\ufefc]*"
)
_FIRST_LINE = 1 << 16
_JOURNAL = ".journal"


class Decoded(NamedTuple):
    """A text, and the name that a sidecar states of the encoding that it was decoded with."""

    text: str
    encoding: str


class Recorded(NamedTuple):
    """The encoding that annotations were made with, and the SHA-256 of the bytes that they were made for."""

    encoding: str
    sha256: str


class _Article(msgspec.Struct, frozen=True):
    encoding: str
    sha256: str


class _FirstRecord(msgspec.Struct, frozen=True):
    """A sidecar's first record, or a journal's, which has what is asked for in `article`."""

    record: str
    encoding: str = ""
    sha256: str = ""
    article: _Article | None = None


_FIRST = msgspec.json.Decoder(_FirstRecord)


def encoding_named(name: str) -> str:
    """The encoding of this name or alias, as a sidecar states it, or UTF_16; HashiyaError, with the nearest name."""
    known = {_folded(it): it for it in _NAMES} | _ALIASES
    folded = _folded(name)
    if folded in known:
        return known[folded]
    near = get_close_matches(folded, known, 1)
    nearest = f", {known[near[0]]} the nearest" if near else ""
    raise HashiyaError(f"--encoding: {printable(name)} is unknown{nearest}; use one of: {', '.join(_NAMES)}.")


def recorded_encoding(sidecar: Path) -> Recorded | None:
    """What a sidecar's first line, or its journal's where there is no sidecar, states; None without a known encoding.

    Never raises: whoever reads the sidecar itself tells of what is wrong with it.
    """
    name = os.fspath(sidecar)
    line = _first_line(name) or _first_line(name.removesuffix(sidecar.suffix) + _JOURNAL)
    try:
        first = _FIRST.decode(line)
    except (ValueError, RecursionError):
        return None
    article = first.article or first
    return Recorded(article.encoding, article.sha256) if article.encoding in _CODECS else None


def decode(data: bytes, name: str, encoding: str | None = None) -> Decoded:
    """The text of a source's bytes, in the encoding that is given, else detected; `name` is the file's, for messages.

    Raises ArticleError for bytes that do not decode, or not for certain, and for NUL in the text: that is no text.
    """
    if encoding is None:
        return _detected(data, name)
    if encoding == UTF_16:
        encoding = _marked(data, name) or _unmarked(data)
        if encoding not in ("utf-16le", "utf-16be"):
            raise ArticleError(
                f"{name}: does not say which UTF-16 it is; name it with --encoding utf-16le or utf-16be."
            )
    try:
        return _strict(data, name, encoding)
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{name}: is not {encoding} ({_place(data, error)}); name another encoding, or leave --encoding out."
        ) from error


def may_be_utf_16(text: str) -> bool:
    """Whether text that was read as UTF-8 holds what only UTF-16 or binary data has; without, it is neither."""
    return "\x00" in text or "\x06" in text


def _detected(data: bytes, name: str) -> Decoded:
    encoding = _marked(data, name) or _unmarked(data) or "utf-8"
    if encoding == "utf-8" and b"\x00" in data:
        raise _binary(name, data.index(b"\x00"), ", or --encoding utf-16le if it is that")
    try:
        return _strict(data, name, encoding)
    except UnicodeDecodeError as error:
        found = code_page_of(data) if encoding == "utf-8" else None
        if found is None:
            raise ArticleError(
                f"{name}: is not {encoding.upper()} ({_place(data, error)}), and nothing else for certain; name its "
                f"encoding, for example with --encoding windows-1256."
            ) from error
        return _strict(data, name, found)


def _strict(data: bytes, name: str, encoding: str) -> Decoded:
    """UnicodeDecodeError where the bytes do not decode."""
    codec = _CODECS[encoding]
    text = data.decode(codec)
    nul = text.find("\x00")
    if nul >= 0:
        raise _binary(name, len(text[:nul].encode(codec)))
    return Decoded(text, encoding)


def _marked(data: bytes, name: str) -> str | None:
    """The encoding whose byte order mark the bytes begin with, but for UTF-8's, which needs no mark to be known."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None)
    if encoding == "utf-32":
        raise ArticleError(f"{name}: is UTF-32, which is not read; convert it with iconv -f UTF-32 -t UTF-8.")
    return encoding


def _unmarked(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, where one order makes Arabic and nothing strange of the bytes."""
    if len(data) % 2 or not any(high in data for high in _HIGH_BYTES):
        return None
    return next((encoding for encoding in ("utf-16le", "utf-16be") if _is_likely(data, _CODECS[encoding])), None)


def _is_likely(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        return False
    if not _LIKELY.fullmatch(text):
        return False
    arabic = len(_ARABIC.findall(text))
    return arabic >= _FEWEST_LETTERS and 2 * arabic >= sum(map(str.isalpha, text))


def _first_line(path: str) -> bytes:
    """The first line that holds something, if it is not too long to be looked for here; empty without one."""
    try:
        # A pipe would wait for whoever writes to it.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        start = os.read(descriptor, _FIRST_LINE)
    except OSError:
        return b""
    finally:
        os.close(descriptor)
    return start.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n").partition(b"\n")[0]


def _folded(name: str) -> str:
    return "".join(filter(str.isalnum, name.lower()))


def _place(data: bytes, error: UnicodeDecodeError) -> str:
    return f"byte {error.start}: 0x{data[error.start]:02x}"


def _binary(name: str, byte: int, remedy: str = "") -> ArticleError:
    return ArticleError(f"{name}: is binary (byte {byte} is NUL); give a text file{remedy}.")
