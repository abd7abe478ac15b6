"""Whose annotations there are, for what goes through a whole library: each folder is listed once.

`annotations.store.files.sidecars_of` lists the folder for one article, which for each of 20,000 would take minutes.
"""

from __future__ import annotations

import os
from pathlib import Path

from annotations.errors import SidecarError, displayed, os_reason
from annotations.store.files import JOURNAL_SUFFIX, SUFFIX, sidecar_path, valid_annotator

_SUFFIXES = (SUFFIX, JOURNAL_SUFFIX)


class Sidecars:
    """Finds the sidecars of articles; a folder that it has listed it does not look at again.

    Of more than `most` folders, where that is given, the one that was asked for least recently is forgotten.
    """

    def __init__(self, most: int | None = None) -> None:
        # Annotators by article, for each folder.
        self._folders: dict[Path, dict[str, tuple[str, ...]]] = {}
        self._most = most

    def of(self, source: Path) -> list[tuple[str, Path]]:
        """The same as `sidecars_of` gives; SidecarError for an unreadable folder."""
        folder = self._folder(source.parent)
        return [(annotator, sidecar_path(source, annotator)) for annotator in folder.get(source.name, ())]

    def annotators(self, source: Path) -> tuple[str, ...]:
        """Who annotated the article, sorted; nobody where the folder cannot be listed."""
        try:
            return self._folder(source.parent).get(source.name, ())
        except SidecarError:
            return ()

    def _folder(self, folder: Path) -> dict[str, tuple[str, ...]]:
        found = self._folders.pop(folder, None)
        if found is None:
            found = _listed(folder)
        self._folders[folder] = found
        if self._most is not None and len(self._folders) > self._most:
            del self._folders[next(iter(self._folders))]
        return found


def _listed(folder: Path) -> dict[str, tuple[str, ...]]:
    """The annotators of each article in the folder, sorted."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - as paths, the names of a large folder take three times as long
    except OSError as error:
        raise SidecarError(
            f"{displayed(folder)}: cannot be read ({os_reason(error)}); check the folder's permissions."
        ) from error
    found: dict[str, set[str]] = {}
    for name in names:
        for suffix in _SUFFIXES:
            # No annotator's name holds a dot.
            source, _, annotator = name.removesuffix(suffix).rpartition(".")
            if name.endswith(suffix) and source and valid_annotator(annotator):
                found.setdefault(source, set()).add(annotator)
    # Most articles have the same annotators: they share what names them.
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    in_order = ((source, tuple(sorted(annotators))) for source, annotators in found.items())
    return {source: shared.setdefault(annotators, annotators) for source, annotators in in_order}
