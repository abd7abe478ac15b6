"""Sidecar files: where they are, loading a layer against its article, and the atomic save.

No function here opens an article for writing.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from annotations.article import Article
from annotations.errors import HashiyaError, SaveError, SidecarError, SourceChanged, displayed, os_reason, printable
from annotations.layer import Layer
from annotations.reading import read_bytes
from annotations.schema import Schema
from annotations.span import check_span
from annotations.store.sidecar import damaged, decode, encode, line_of_span

SUFFIX = ".ann.jsonl"
TEMPORARY_PREFIX = ".hashiya-"

# FORMAT.md: annotator names have at most 64 characters.
_LONGEST_NAME = 64
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def annotator_problem(name: str) -> str | None:
    """Why the name cannot be an annotator's, as a sentence for the user, or None.

    Letters and decimal digits of any script, `_` and `-`. Nothing else: the name is part of a file name, where `.`
    would split it, `/` leave the folder, and marks and invisible characters make two names that look alike.
    """
    if not name:
        return "the annotator's name is empty; give one with --annotator."
    if len(name) > _LONGEST_NAME:
        return f"the annotator's name has {len(name)} characters; shorten it to {_LONGEST_NAME}."
    wrong = next((c for c in name if not (c.isalpha() or c.isdecimal() or c in "_-")), None)
    if wrong is None:
        return None
    return f"the annotator's name {printable(name)} holds {printable(repr(wrong))}; use letters, digits, _ and - only."


def valid_annotator(name: str) -> bool:
    """Whether the name can be an annotator's; `annotator_problem` says why not."""
    return annotator_problem(name) is None


def sidecar_path(source: Path, annotator: str) -> Path:
    """The sidecar of an article and annotator, beside the article; HashiyaError for a name that cannot be one."""
    problem = annotator_problem(annotator)
    if problem:
        raise HashiyaError(problem)
    return source.with_name(f"{source.name}.{annotator}{SUFFIX}")


def sidecars_of(source: Path) -> list[tuple[str, Path]]:
    """The article's sidecars as (annotator, path), sorted by annotator; SidecarError for an unreadable folder."""
    prefix = f"{source.name}."
    try:
        names = [path.name for path in source.parent.iterdir()]
    except OSError as error:
        folder = displayed(source.parent)
        raise SidecarError(f"{folder}: cannot be read ({os_reason(error)}); check the folder's permissions.") from error
    found = (name[len(prefix) : -len(SUFFIX)] for name in names if name.startswith(prefix) and name.endswith(SUFFIX))
    return [(annotator, sidecar_path(source, annotator)) for annotator in sorted(found) if valid_annotator(annotator)]


def load_layer(article: Article, annotator: str, schema: Schema, now: datetime, tool: str) -> Layer:
    """The annotator's layer of the article, `Layer.new` where there is no sidecar.

    Raises SourceChanged when the sidecar was made for other bytes, DamagedSidecar when it breaks the format, names
    another annotator, or disagrees with the text, OtherVersion, and SidecarError when it cannot be read.
    """
    path = sidecar_path(article.path, annotator)
    data = read_bytes(path, SidecarError, "check the file and its permissions")
    if data is None:
        return Layer.new(article, annotator, schema, now, tool)
    layer = decode(data, name=str(path))
    _check_header(layer, article, annotator, path)
    for span in layer.spans:
        try:
            check_span(span, article.text)
        except ValueError as error:
            raise damaged(str(path), line_of_span(data, span.id), str(error)) from error
    # An article renamed together with its sidecar is still the same article.
    return layer if layer.header.source == article.id else layer.with_header(source=article.id)


def save_layer(article_path: Path, layer: Layer) -> None:
    """Write the layer's sidecar so that a reader finds, whatever happens, either the old bytes or all of the new ones.

    A temporary file in the same folder is written, synced and renamed over the sidecar, then the folder is synced.
    Raises SaveError; the old sidecar then stands as it was (but see `_sync_folder`) and no temporary file stays.
    """
    path = sidecar_path(article_path, layer.header.annotator)
    try:
        data = encode(layer)
    except UnicodeEncodeError as error:
        raise _unsaved(path, "a note or another field holds a lone surrogate", "remove it") from error
    try:
        _replace(path, data, _mode_to_keep(path))
    except OSError as error:
        remedy = "free some space" if error.errno in _NO_SPACE else "check the folder's permissions and the disk"
        raise _unsaved(path, os_reason(error), f"{remedy}, then save again") from error


def _check_header(layer: Layer, article: Article, annotator: str, path: Path) -> None:
    header = layer.header
    if header.annotator != annotator:
        reason = f"the annotator is {printable(header.annotator)}, and the file's name says {annotator}"
        raise damaged(str(path), 1, reason)
    if header.sha256 != article.sha256:
        raise SourceChanged(
            f"{displayed(path)}: was made for other text than {displayed(article.path)} holds now; put the article's "
            f"old text back, or move the sidecar away to start anew."
        )
    if header.length != len(article.text):
        raise damaged(str(path), 1, f"length {header.length} is not the article's {len(article.text)} code points")


def _mode_to_keep(path: Path) -> int | None:
    """The permission bits of the sidecar that is there, None without one; SaveError where it must not be replaced."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISLNK(mode):
        raise _unsaved(path, "it is a symbolic link", "put the file itself in its place")
    if not stat.S_ISREG(mode):
        raise _unsaved(path, "it is not a regular file", "move it away")
    if not mode & 0o222 or not os.access(path, os.W_OK):
        raise _unsaved(path, "it is read-only", "make it writable (chmod u+w)")
    return stat.S_IMODE(mode)


def _replace(path: Path, data: bytes, mode: int | None) -> None:
    with _temporary(path.parent) as temporary:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            if mode is not None:
                temporary.chmod(mode)
            os.fsync(file.fileno())
        temporary.replace(path)
    _sync_folder(path)


@contextmanager
def _temporary(folder: Path) -> Iterator[Path]:
    """A hidden name in the folder that nothing has; what was made under it is gone in the end."""
    path = folder / f"{TEMPORARY_PREFIX}{os.urandom(8).hex()}.tmp"
    try:
        yield path
    finally:
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _sync_folder(path: Path) -> None:
    """Make the rename last. Folders that cannot be opened, and file systems that cannot sync them, are let pass."""
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise SaveError(
                f"{displayed(path)}: is written, but the disk did not confirm it ({os_reason(error)}); check the disk, "
                f"then save again."
            ) from error
    finally:
        os.close(folder)


def _unsaved(path: Path, reason: str, remedy: str) -> SaveError:
    return SaveError(f"{displayed(path)}: not saved: {reason}; {remedy}.")
