"""What lies in the folders of a library besides the articles: sidecars, journals, lines set aside, what was left over.

An *item* is one of these files, or an article, or the library's schema. Every file that belongs to an article bears
its name: `story.txt.lina.ann.jsonl` is lina's sidecar of `story.txt`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, NamedTuple

from annotations.finding import find_articles, library_root, natural_order
from annotations.schema import FILE_NAME
from annotations.store import aside, files
from annotations.store.disk import TEMPORARY_PREFIX

Kind = Literal["schema", "article", "sidecar", "journal", "aside", "leftover"]

_KINDS: dict[str, Kind] = {files.SUFFIX: "sidecar", files.JOURNAL_SUFFIX: "journal", aside.SUFFIX: "aside"}


class Item(NamedTuple):
    """A file, and, where it belongs to an article, that and the annotator."""

    path: Path
    kind: Kind
    source: Path | None = None
    annotator: str = ""


def take_stock(paths: Sequence[Path], annotator: str | None = None) -> list[Item]:
    """What there is under the paths: everything below a folder; of a file, what belongs to it.

    The schema comes first, as the rest is checked against it, then all else in natural order.
    A sidecar may stand for its article. With an annotator, others' files are left out. Hidden folders are not looked
    into, and of hidden files only those that a save left over. Raises ArticleError as `find_articles` does.
    """
    sources = {path: _source_of(path) for path in paths}
    orphaned = {path for path, source in sources.items() if path != source and not os.path.lexists(source)}
    articles = find_articles([sources[path] for path in paths if path not in orphaned])
    stock = _Stock(annotator)
    stock.add(Item(library_root(paths) / FILE_NAME, "schema"))
    for path in articles:
        stock.add(Item(path, "article", path))
    for folder in _folders(path for path in paths if path.is_dir()):
        stock.take_all(folder)
    for source in (*articles, *(sources[path] for path in orphaned)):
        stock.take_of(source)
    return sorted(stock.items.values(), key=lambda item: (item.kind != "schema", natural_order(item.path)))


@dataclass
class _Stock:
    annotator: str | None
    items: dict[Path, Item] = field(default_factory=dict)
    _owned: dict[Path, dict[str, list[Item]]] = field(default_factory=dict)

    def add(self, item: Item) -> None:
        if item.kind in ("schema", "article") and not os.path.lexists(item.path):
            return
        if self.annotator is None or item.annotator in ("", self.annotator):
            self.items.setdefault(item.path, item)

    def take_all(self, folder: Path) -> None:
        for items in self._of_folder(folder).values():
            for item in items:
                self.add(item)

    def take_of(self, source: Path) -> None:
        for item in self._of_folder(source.parent).get(source.name, ()):
            self.add(item)

    def _of_folder(self, folder: Path) -> dict[str, list[Item]]:
        """The folder's items by the name of their article; it is listed once."""
        if folder not in self._owned:
            owned = self._owned[folder] = {}
            for item in _items(folder):
                owned.setdefault(item.source.name if item.source else "", []).append(item)
        return self._owned[folder]


def _items(folder: Path) -> Iterator[Item]:
    try:
        names = os.listdir(folder)  # noqa: PTH208 - as paths, the names of a large folder take three times as long
    except OSError:
        return
    for name in names:
        if name.startswith(TEMPORARY_PREFIX) and name.endswith(".tmp"):
            yield Item(folder / name, "leftover")
        elif owned := _owned(name):
            kind, source, annotator = owned
            yield Item(folder / name, kind, folder / source, annotator)


def _owned(name: str) -> tuple[Kind, str, str] | None:
    """Kind, article and annotator of a file by its name, None for a file that is not ours."""
    for suffix, kind in _KINDS.items():
        if name.endswith(suffix):
            # No annotator's name holds a dot.
            source, _, annotator = name.removesuffix(suffix).rpartition(".")
            return (kind, source, annotator) if source and files.valid_annotator(annotator) else None
    return None


def _source_of(path: Path) -> Path:
    """The article that a file of ours belongs to; any other path as it is."""
    owned = _owned(path.name) if path.is_file() else None
    return path.with_name(owned[1]) if owned else path


def _folders(roots: Iterable[Path]) -> Iterator[Path]:
    for root in roots:
        for folder, below, _ in os.walk(root):
            below[:] = [name for name in below if not name.startswith(".")]
            yield Path(folder)
