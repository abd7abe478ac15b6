"""Errors for the user: each message is one sentence with the file, the line if there is one, and the remedy."""

from __future__ import annotations

import os


class HashiyaError(Exception):
    """A sentence for the user; `str(error)` is all that is shown."""


class ArticleError(HashiyaError):
    """An article or a folder of articles cannot be read."""


class SidecarError(HashiyaError):
    """A sidecar cannot be read."""


class DamagedSidecar(SidecarError):  # noqa: N818 - says what is so, not who is to blame
    """A sidecar's content breaks its format, or disagrees with the text it describes."""


class OtherVersion(SidecarError):  # noqa: N818 - says what is so, not who is to blame
    """A sidecar is written in a format that is not `hashiya/1`."""


class SourceChanged(SidecarError):  # noqa: N818 - says what is so, not who is to blame
    """The article's bytes are not those that the sidecar was made for."""


class SchemaError(HashiyaError):
    """`hashiya.toml` cannot be read or holds a schema that does not work."""


class SaveError(HashiyaError):
    """A file could not be written; what it held before is still there, unless the message says otherwise."""


def displayed(path: str | os.PathLike[str]) -> str:
    """The path for a message: what cannot be printed (controls, bidi controls, undecodable bytes) as escapes."""
    return printable(os.fspath(path))


def printable(text: str) -> str:
    """The text with every character that `str.isprintable` refuses written as a Python escape."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)


def os_reason(error: OSError) -> str:
    """Why the operating system refused, in its own words: `permission denied`, `no space left on device`."""
    reason = error.strerror or str(error) or type(error).__name__
    return reason[:1].lower() + reason[1:]
