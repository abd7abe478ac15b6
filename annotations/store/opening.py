"""Opening an article's annotations: the sidecar, what could be saved of it, and what its journal holds beyond it.

Nothing here writes: the program that means to write opens a `Keeper`, others use `load_layer`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from annotations import __version__
from annotations.article import Article, read_article
from annotations.errors import DamagedSidecar, SidecarError, SourceChanged, displayed
from annotations.history import History
from annotations.layer import Layer
from annotations.reading import read_bytes
from annotations.schema import Schema
from annotations.span import check_span
from annotations.store.disk import Signature, is_link, signature
from annotations.store.files import sidecar_path
from annotations.store.journal import LONGEST, Journal, journal_path, parse
from annotations.store.merge import Conflict
from annotations.store.replay import Replayed, refuse, replay
from annotations.store.salvage import DamagedLine, Salvaged, salvage

_REMEDY = "check the file and its permissions"
_NAMED = 4  # lines


class Opening(NamedTuple):
    """An article's annotations as they are found.

    `snapshot` is the SHA-256 of the sidecar, empty where there is none, `seen` what tells it from another, `base` the
    layer that it holds by itself. `damaged`
    are the sidecar's lines that could not be loaded. `journal` is what the journal holds, None where there is none;
    `size` its bytes. With `source_changed` the layer is that of another text, and has to be put on the new one.
    """

    sidecar: Path
    snapshot: str
    base: Layer
    seen: Signature | None
    damaged: tuple[DamagedLine, ...]
    replayed: Replayed
    journal: Journal | None
    size: int
    source_changed: bool

    @property
    def layer(self) -> Layer:
        """The annotations."""
        return self.replayed.history.layer

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What another program and the journal both changed."""
        return self.replayed.conflicts

    def notices(self) -> Iterator[str]:
        """What the annotator is to know: clauses without a full stop."""
        if self.replayed.recovered:
            count = self.replayed.recovered
            yield f"{count} change{'s' * (count > 1)} recovered from the journal"
        if self.damaged:
            numbers = ", ".join(str(line.number) for line in self.damaged[:_NAMED])
            more = ", …" * (len(self.damaged) > _NAMED)
            yield (
                f"line{'s' * (len(self.damaged) > 1)} {numbers}{more} of the sidecar could not be read "
                f"({self.damaged[0].reason}) and {'are' if len(self.damaged) > 1 else 'is'} set aside beside it"
            )
        lost = len(self.replayed.unfit) + (len(self.journal.damage) if self.journal else 0)
        if lost:
            yield f"{lost} line{'s' * (lost > 1)} of the journal could not be used; a copy of it is kept"
        if self.replayed.strays:
            yield f"changes in the journal are of another text ({self.replayed.strays}); a copy of it is kept"
        for conflict in self.conflicts:
            yield conflict.told


class Found(NamedTuple):
    """An article and a layer of it."""

    article: Article
    layer: Layer


def open_layer(article: Article, annotator: str, schema: Schema, now: datetime, tool: str) -> Opening:
    """The annotator's annotations of the article; a new layer where there are none.

    Raises OtherVersion where the sidecar's format is another, and SidecarError when it or its journal cannot be read.
    """
    path = sidecar_path(article.path, annotator)
    seen = signature(path)
    data = read_bytes(path, SidecarError, _REMEDY)
    written = _read_journal(journal_path(path))
    journal = None if written is None else parse(written)
    bare = Layer.new(article, annotator, schema, now, tool)
    if data is None:
        found = _unwritten(bare, journal, article)
    else:
        found = salvage(data, name=str(path), article=article, bare=bare)
    snapshot = "" if data is None else hashlib.sha256(data).hexdigest()
    return Opening(
        sidecar=path,
        snapshot=snapshot,
        base=found.layer,
        seen=seen,
        damaged=found.damaged,
        replayed=_replayed(found, snapshot, journal, article),
        journal=journal,
        size=len(written or b""),
        source_changed=found.source_changed,
    )


def load_layer(article: Article, annotator: str, schema: Schema, now: datetime, tool: str) -> Layer:
    """The annotator's layer of the article with all that was saved of it, for whoever only reads.

    Raises SourceChanged when it was made for other text, DamagedSidecar when a line of it cannot be used, OtherVersion
    and SidecarError as `open_layer`.
    """
    opening = open_layer(article, annotator, schema, now, tool)
    check_whole(opening, article)
    return opening.layer


def read_layer(path: Path, annotator: str, sidecar: Path, schema: Schema, encoding: str | None) -> Found | None:
    """An article as the sidecar was made for it, with the annotator's layer; None where that is none after all.

    Raises ArticleError as `read_article`, in the encoding that is forced, and SidecarError as `load_layer`.
    """
    article = read_article(path, encoding, sidecar)
    layer = load_layer(article, annotator, schema, datetime.now(UTC), f"hashiya {__version__}")
    # A journal alone may hold nothing: its sidecar was taken away.
    return Found(article, layer) if layer.spans or sidecar.exists() else None


def check_whole(opening: Opening, article: Article) -> None:
    """Raise DamagedSidecar or SourceChanged where an opening has not all that its sidecar says of the article."""
    if opening.damaged:
        line = opening.damaged[0]
        raise DamagedSidecar(
            f"{displayed(opening.sidecar)}, line {line.number}: {line.reason}; hashiya validate --fix sets the line "
            f"aside, as opening the article does."
        )
    if opening.source_changed:
        raise source_changed(opening.sidecar, article)


def source_changed(sidecar: Path, article: Article) -> SourceChanged:
    """The error for annotations that were made for another text than the article holds now."""
    return SourceChanged(
        f"{displayed(sidecar)}: was made for other text than {displayed(article.path)} holds now; open the article to "
        f"review where its spans are now."
    )


def _read_journal(path: Path) -> bytes | None:
    if is_link(path):
        # It is going to be written, and what it leads to may be anyone's.
        raise SidecarError(f"{displayed(path)}: is a symbolic link; put the file itself in its place.")
    return read_bytes(path, SidecarError, _REMEDY, limit=LONGEST)


def _unwritten(bare: Layer, journal: Journal | None, article: Article) -> Salvaged:
    """What stands for a sidecar that there is none of: its header may be in the journal."""
    if journal is None or journal.head is None:
        return Salvaged(bare)
    header = msgspec.structs.replace(journal.head.article, source=bare.header.source, annotator=bare.header.annotator)
    changed = header.sha256 != article.sha256
    if not changed:
        header = msgspec.structs.replace(header, encoding=bare.header.encoding, length=bare.header.length)
    return Salvaged(Layer(header), source_changed=changed)


def _replayed(found: Salvaged, snapshot: str, journal: Journal | None, article: Article) -> Replayed:
    if journal is None:
        return Replayed(History.start(found.layer))
    if journal.head is not None and journal.head.article.sha256 != found.layer.header.sha256:
        return refuse(found.layer, journal)
    check = None if found.source_changed else partial(check_span, text=article.text)
    return replay(found.layer, snapshot, journal, check)
