"""An article: the source's bytes decoded, otherwise untouched. Nothing here writes."""

from __future__ import annotations

import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

from annotations.errors import ArticleError, displayed, os_reason

# UTF-32 first: its little-endian mark begins with UTF-16's.
_WIDE_MARKS = (
    (b"\xff\xfe\x00\x00", "UTF-32"),
    (b"\x00\x00\xfe\xff", "UTF-32"),
    (b"\xff\xfe", "UTF-16"),
    (b"\xfe\xff", "UTF-16"),
)


@dataclass(frozen=True, slots=True)
class Article:
    """A source and its text.

    `text` keeps a byte order mark (U+FEFF at offset 0) and every CR; offsets are code points of it. `sha256` is the
    hexadecimal digest of the source's bytes. `encoding` is the name that a sidecar states, always `utf-8`.
    """

    path: Path
    text: str
    sha256: str
    encoding: str = "utf-8"

    @property
    def id(self) -> str:
        """The file's name, as a sidecar states it under `source`."""
        return self.path.name


def read_article(path: Path) -> Article:
    """Read and decode a source.

    Raises ArticleError when it is missing, a directory or device, not permitted, empty, binary or not UTF-8.
    """
    name = displayed(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISCHR(mode) or stat.S_ISBLK(mode) or stat.S_ISSOCK(mode):
            raise ArticleError(f"{name}: is a device or a socket; give a text file.")
        return decode_article(path.read_bytes(), path)
    except FileNotFoundError as error:
        raise ArticleError(f"{name}: no such file; check the spelling of the path.") from error
    except IsADirectoryError as error:
        raise ArticleError(f"{name}: is a directory; give a file in it.") from error
    except PermissionError as error:
        raise ArticleError(f"{name}: permission denied; make the file readable (chmod u+r).") from error
    except OSError as error:
        raise ArticleError(f"{name}: cannot be read ({os_reason(error)}); check the path and the disk.") from error


def decode_article(data: bytes, path: Path) -> Article:
    """Decode a source's bytes as strict UTF-8; `path` names it. Raises ArticleError on empty, binary or other bytes."""
    name = displayed(path)
    _refuse_other_encodings(data, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ArticleError(
            f"{name}: is not UTF-8 (byte {error.start}: 0x{data[error.start]:02x}); convert it, for example with "
            f"iconv -f WINDOWS-1256 -t UTF-8."
        ) from error
    if is_blank(text):
        raise ArticleError(f"{name}: is empty; an article needs text.")
    return Article(path=path, text=text, sha256=hashlib.sha256(data).hexdigest())


def is_blank(text: str) -> bool:
    """Whether there is nothing but white space and byte order marks."""
    return not text.replace("\ufeff", "").strip()


def _refuse_other_encodings(data: bytes, name: str) -> None:
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            raise ArticleError(f"{name}: is {encoding}, not UTF-8; convert it with iconv -f {encoding} -t UTF-8.")
    nul = data.find(b"\x00")
    if nul >= 0:
        raise ArticleError(f"{name}: is binary (byte {nul} is NUL); give a text file in UTF-8.")
