"""Which articles a library holds: found under paths, each once, in natural order (`2-x` before `10-x`).

Nothing is kept but the folders that were gone through and files given one by one, however many articles there are.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from annotations.errors import ArticleError, displayed, os_reason
from annotations.schema import FILE_NAME
from annotations.store.files import is_beside

_DIGITS = re.compile(r"(\d+)")


class Articles(Iterable[Path]):
    """The articles under the paths, in natural order of their paths, looked for anew whenever they are gone through.

    A file is taken as it is, whatever its name; a folder is searched, with its subfolders, for `*.txt` in any case.
    Hidden files and folders are left out, as are subfolders that cannot be read. Sidecars and `hashiya.toml` are never
    articles, so that `folder/*` works. Raises ArticleError for a path that is missing or a folder that cannot be read.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = sorted(paths, key=natural_order)
        for path in paths:
            if path.is_dir():
                _check_readable(path)
            elif not os.path.lexists(path):
                raise ArticleError(f"{displayed(path)}: no such file or folder; check the spelling of the path.")

    def __iter__(self) -> Iterator[Path]:
        search = _Search()
        for path in self._paths:
            yield from search.under(path)

    def __len__(self) -> int:
        """How many there are now; all are looked for."""
        return sum(1 for _ in self)


def find_articles(paths: Sequence[Path]) -> list[Path]:
    """All articles under the paths, as `Articles` gives them."""
    return list(Articles(paths))


def library_root(paths: Sequence[Path]) -> Path:
    """The folder where `hashiya.toml` is looked for: the folder given, or the file's; of several, the common one."""
    folders = [path if path.is_dir() else path.parent for path in paths] or [Path()]
    if len(folders) == 1:
        return folders[0]
    return Path(os.path.commonpath([os.path.normpath(folder.absolute()) for folder in folders]))


def article_id(path: Path, root: Path) -> str:
    """The article's path relative to the library's root, with `/` between its parts: its id in an export."""
    relative = Path(os.path.relpath(path, root)).as_posix()
    # Bytes that are not UTF-8 as escapes: no format has a place for them.
    return os.fsencode(relative).decode("utf-8", "backslashreplace")


def natural_order(path: Path) -> tuple[tuple[tuple[int, int, str], ...], ...]:
    """Parts of the path in pieces, runs of digits as numbers and before letters; ties go by the spelling."""
    return tuple(map(_pieces, path.parts))


@dataclass
class _Search:
    """One walk: the real paths of the folders gone through, and of files that were reached by another name."""

    folders: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)

    def under(self, path: Path) -> Iterator[Path]:
        if path.is_dir():
            yield from self._below(path)
        elif not (path.name == FILE_NAME or is_beside(path.name)) and self._is_new(path):
            yield path

    def _below(self, root: Path) -> Iterator[Path]:
        """Folders within folders on a stack of our own: they may be deeper than Python's."""
        waiting = [self._in(root)]
        while waiting:
            for path, is_folder in waiting[-1]:
                if is_folder:
                    waiting.append(self._in(path))
                    break
                yield path
            else:
                waiting.pop()

    def _in(self, folder: Path) -> Iterator[tuple[Path, bool]]:
        """Articles and folders in a folder; one reached again, by a symbolic link or otherwise, is not looked into."""
        real = os.path.realpath(folder)
        if real in self.folders:
            return
        self.folders.add(real)
        for entry in _entries(folder):
            path = folder / entry.name
            if entry.is_dir():
                yield path, True
            elif entry.is_file() and self._is_first(entry, path, real):
                yield path, False

    def _is_first(self, entry: os.DirEntry[str], path: Path, folder: str) -> bool:
        """Whether an article in a folder was not reached by another name before; `folder` is where that really is."""
        if entry.is_symlink():
            return self._is_new(path)
        # Resolving every path of a large library would cost more than the search.
        return not self.files or f"{folder}{os.sep}{entry.name}" not in self.files

    def _is_new(self, path: Path) -> bool:
        """Whether a file named by the user, or by a link, is reached for the first time, and never in its folder."""
        real = os.path.realpath(path)
        folder, name = os.path.split(real)
        if real in self.files or (folder in self.folders and _is_listed(name)):
            return False
        self.files.add(real)
        return True


def _is_listed(name: str) -> bool:
    """Whether a file of this name is an article of the folder that it is in."""
    return name.lower().endswith(".txt") and not name.startswith(".")


def _check_readable(folder: Path) -> None:
    try:
        os.scandir(folder).close()
    except OSError as error:
        name = displayed(folder)
        raise ArticleError(f"{name}: cannot be read ({os_reason(error)}); check the folder's permissions.") from error


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    """What may be an article or a folder, in natural order; nothing where the folder cannot be read."""
    try:
        with os.scandir(folder) as entries:
            # Sorting what is kept beside the articles would take as long again.
            found = [one for one in entries if _is_listed(one.name) or (one.name[0] != "." and one.is_dir())]
    except OSError:
        return []
    return sorted(found, key=lambda entry: _pieces(entry.name))


def _pieces(name: str) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (0, int(piece), piece) if piece.isdecimal() else (1, 0, piece) for piece in _DIGITS.split(name) if piece
    )
