"""Sidecar files: where they are, and the atomic save.

No function here opens an article for writing.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from pathlib import Path

from annotations.errors import HashiyaError, SaveError, SidecarError, displayed, os_reason, printable
from annotations.layer import Layer
from annotations.store.disk import NotConfirmedError, replace_file
from annotations.store.sidecar import encode

SUFFIX = ".ann.jsonl"

JOURNAL_SUFFIX = ".ann.journal"
_OURS = re.compile(r".+\.ann\.(?:jsonl|journal|lock|aside)(?:\..*\.bak)?", re.DOTALL)
# FORMAT.md: annotator names have at most 64 characters.
_LONGEST_NAME = 64
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def is_beside(name: str) -> bool:
    """Whether a file of this name is one that Hashiya keeps beside an article: a sidecar, journal, lock or copy."""
    return _OURS.fullmatch(name) is not None


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
    """The article's sidecars as (annotator, path), sorted by annotator; SidecarError for an unreadable folder.

    One that is not written yet is among them: after a crash its journal may be all that there is.
    """
    prefix = f"{source.name}."
    try:
        names = [path.name for path in source.parent.iterdir()]
    except OSError as error:
        folder = displayed(source.parent)
        raise SidecarError(f"{folder}: cannot be read ({os_reason(error)}); check the folder's permissions.") from error
    ours = (name for name in names if name.startswith(prefix) and name.endswith((SUFFIX, JOURNAL_SUFFIX)))
    found = {name[len(prefix) :].removesuffix(SUFFIX).removesuffix(JOURNAL_SUFFIX) for name in ours}
    return [(annotator, sidecar_path(source, annotator)) for annotator in sorted(found) if valid_annotator(annotator)]


def save_layer(article_path: Path, layer: Layer) -> None:
    """Write the layer's sidecar so that a reader finds, whatever happens, either the old bytes or all of the new ones.

    A temporary file in the same folder is written, synced and renamed over the sidecar, then the folder is synced.
    Raises SaveError; the old sidecar then stands as it was, unless the message says otherwise, and no temporary file
    stays.
    """
    path = sidecar_path(article_path, layer.header.annotator)
    try:
        data = encode(layer)
    except UnicodeEncodeError as error:
        raise not_saved(path, error) from error
    write_sidecar(path, data)


def write_sidecar(path: Path, data: bytes) -> None:
    """The same for a sidecar's bytes, whatever they hold."""
    try:
        replace_file(path, data, _mode_to_keep(path))
    except NotConfirmedError as error:
        raise SaveError(
            f"{displayed(path)}: is written, but the disk did not confirm it ({os_reason(error)}); check the disk, "
            f"then save again."
        ) from error
    except OSError as error:
        raise not_saved(path, error) from error


def not_saved(path: Path, error: OSError | UnicodeEncodeError) -> SaveError:
    """The error for a file that could not be written, with the remedy."""
    if isinstance(error, UnicodeEncodeError):
        return _unsaved(path, "a note or another field holds a lone surrogate", "remove it")
    remedy = "free some space" if error.errno in _NO_SPACE else "check the folder's permissions and the disk"
    return _unsaved(path, os_reason(error), f"{remedy}, then save again")


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


def _unsaved(path: Path, reason: str, remedy: str) -> SaveError:
    return SaveError(f"{displayed(path)}: not saved: {reason}; {remedy}.")
