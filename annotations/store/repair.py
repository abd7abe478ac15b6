"""Putting right, without loss, what `validation` finds: the file as it was is kept, and what is left out of it too.

A sidecar is written anew from what is sound in it, under its lock. Before that the file as it was is beside it, and
its damaged lines are set aside, both confirmed by the disk. Nothing is done to a sidecar that another program has
open, whose article has changed, or whose journal holds more than it: those need a person who looks at them.
"""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

from annotations.errors import HashiyaError, SaveError, displayed, os_reason
from annotations.store.aside import set_aside
from annotations.store.disk import replace_file, signature
from annotations.store.files import save_layer
from annotations.store.inventory import Item
from annotations.store.lock import Lock
from annotations.store.sidecar import encode
from annotations.store.validation import Checker, Read

# A save takes seconds at most, also where the disk is slow: what is older is nobody's.
_OLD = timedelta(hours=1)


class NotRepaired(HashiyaError):  # noqa: N818 - says what is so, not who is to blame
    """Something could be repaired, but not now or not by a program."""


def repair(item: Item, checker: Checker, now: datetime) -> str:
    """Repair a sidecar or remove a leftover; what was done, as a sentence, empty where there was nothing to do.

    Raises HashiyaError: then the file is as it was.
    """
    if item.kind == "leftover":
        return _remove(item.path, now)
    if item.path.is_symlink():
        raise NotRepaired(f"{displayed(item.path)}: is not repaired: it is a symbolic link; repair the file itself.")
    with Lock.acquire(item.path, now):
        return _rewrite(item, checker, now)


def _rewrite(item: Item, checker: Checker, now: datetime) -> str:
    before = signature(item.path)
    read = checker.read(item)
    if read.data == encode(read.salvaged.layer):
        return ""
    _check_may_be_written(item, checker, read)
    kept = _keep_original(item.path, read.data, now)
    if read.salvaged.damaged:
        set_aside(item.path, read.salvaged.damaged, now)
    if signature(item.path) != before:
        raise NotRepaired(f"{displayed(item.path)}: is not repaired: another program has changed it; try again.")
    save_layer(read.article.path, read.salvaged.layer)
    return f"{displayed(item.path)}: repaired; the file as it was is {displayed(kept.name)}."


def _check_may_be_written(item: Item, checker: Checker, read: Read) -> None:
    name = displayed(item.path)
    if read.salvaged.source_changed:
        raise NotRepaired(f"{name}: is not repaired: its article has changed; open it to review the spans.")
    if checker.pending(item):
        raise NotRepaired(f"{name}: is not repaired: its journal holds more than it; open the article to save that.")


def _keep_original(path: Path, data: bytes, now: datetime) -> Path:
    """The file's bytes under a name of their own, confirmed by the disk."""
    stamp = f"{path.name}.{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    kept = path.with_name(f"{stamp}.bak")
    count = 1
    while kept.exists() or kept.is_symlink():
        count += 1
        kept = path.with_name(f"{stamp}-{count}.bak")
    try:
        replace_file(kept, data, stat.S_IMODE(path.stat().st_mode))
    except OSError as error:
        raise SaveError(
            f"{displayed(kept)}: cannot be written ({os_reason(error)}), and nothing is repaired without it; free some "
            f"space, or check the folder's permissions."
        ) from error
    return kept


def _remove(path: Path, now: datetime) -> str:
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode) or now.timestamp() - found.st_mtime < _OLD.total_seconds():
            raise NotRepaired(f"{displayed(path)}: is not removed: it may be in use still; try again in an hour.")
        path.unlink()
    except OSError as error:
        raise SaveError(f"{displayed(path)}: cannot be removed ({os_reason(error)}); remove it yourself.") from error
    return f"{displayed(path)}: removed."
