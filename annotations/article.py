"""An article: the source's bytes decoded, otherwise untouched. Nothing here writes."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from annotations.encoding import Decoded, Recorded, decode, recorded_encoding
from annotations.errors import ArticleError, displayed, os_reason
from annotations.limits import size

LARGEST = 64 * 2**20
"""Bytes of a source that are read. The longest novels have a tenth; what is larger is no article but a corpus or a
mistake, and as text it would take several times as much memory."""


@dataclass(frozen=True, slots=True)
class Article:
    """A source and its text.

    `text` keeps a byte order mark (U+FEFF at offset 0) and every CR; offsets are code points of it. `sha256` is the
    hexadecimal digest of the source's bytes. `encoding` is the name that a sidecar states: `utf-8`, `utf-16le`,
    `utf-16be`, `windows-1256` or `iso-8859-6`.
    """

    path: Path
    text: str
    sha256: str
    encoding: str = "utf-8"

    @property
    def id(self) -> str:
        """The file's name, as a sidecar states it under `source`."""
        return self.path.name


def read_article(path: Path, encoding: str | None = None, sidecar: Path | None = None) -> Article:
    """Read and decode a source, in the encoding that is forced, else in the one that the sidecar was made with.

    Raises ArticleError when it is missing, a directory or device, not permitted, larger than LARGEST, or refused by
    `decode_article`.
    """
    name = displayed(path)
    try:
        data = _read(path, name)
    except FileNotFoundError as error:
        raise ArticleError(f"{name}: no such file; check the spelling of the path.") from error
    except IsADirectoryError as error:
        raise ArticleError(f"{name}: is a directory; give a file in it.") from error
    except PermissionError as error:
        raise ArticleError(f"{name}: permission denied; make the file readable (chmod u+r).") from error
    except OSError as error:
        raise ArticleError(f"{name}: cannot be read ({os_reason(error)}); check the path and the disk.") from error
    return decode_article(data, path, encoding, recorded_encoding(sidecar) if sidecar else None)


def decode_article(data: bytes, path: Path, encoding: str | None = None, recorded: Recorded | None = None) -> Article:
    """Decode a source's bytes, strictly; `path` names it.

    `encoding`, from `annotations.encoding.encoding_named`, is forced. Where none is, bytes that annotations were made
    for are read as they were `recorded`, others as is detected. Raises ArticleError for bytes that do not decode, or
    not for certain, for empty, binary and too large ones, and where annotations were made for what another encoding
    makes of the same bytes.
    """
    name = displayed(path)
    if len(data) > LARGEST:
        raise _too_large(name)
    digest = hashlib.sha256(data).hexdigest()
    before = _as_recorded(data, name, recorded) if recorded is not None and recorded.sha256 == digest else None
    read = decode(data, name, encoding) if encoding or not before else before
    if before and before.text != read.text:
        raise ArticleError(
            f"{name}: was annotated as {before.encoding}, and is other text in {read.encoding}; leave --encoding out."
        )
    if is_blank(read.text):
        raise ArticleError(f"{name}: is empty; an article needs text.")
    return Article(path, read.text, digest, read.encoding)


def is_blank(text: str) -> bool:
    """Whether there is nothing but white space and byte order marks."""
    return not text.replace("\ufeff", "").strip()


def _read(path: Path, name: str) -> bytes:
    """The bytes of a file, or of a pipe, one more than LARGEST at most."""
    status = path.stat()
    if stat.S_ISCHR(status.st_mode) or stat.S_ISBLK(status.st_mode) or stat.S_ISSOCK(status.st_mode):
        raise ArticleError(f"{name}: is a device or a socket; give a text file.")
    if status.st_size > LARGEST:
        raise _too_large(name)
    # As much as is asked for is set aside in memory first.
    most = status.st_size + 1 if stat.S_ISREG(status.st_mode) and status.st_size else LARGEST + 1
    with path.open("rb") as file:
        return file.read(most)


def _as_recorded(data: bytes, name: str, recorded: Recorded) -> Decoded | None:
    """The text that annotations were made for; None where a sidecar says what cannot have been."""
    try:
        return decode(data, name, recorded.encoding)
    except ArticleError:
        return None


def _too_large(name: str) -> ArticleError:
    return ArticleError(f"{name}: is larger than {size(LARGEST)}; split it into articles.")
