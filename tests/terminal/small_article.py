"""An article of two paragraphs, where it is kept, and what its sidecar holds."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from annotations.article import read_article
from annotations.schema import BUILT_IN
from annotations.span import Span
from annotations.store.files import sidecar_path
from annotations.store.opening import load_layer

TEXT = (
    "أعلن وزير الخارجية سليم الكرمي في العاصمة نوران أنّ بلاده وقّعت اتفاق سلام.\n\n"
    "ورحّب المتظاهرون بالاتفاق في ساحة الحرية.\n"
)
SECOND_WORD = (5, 9)
"""Where `وزير` is."""


def write_article(folder: Path, text: str | bytes = TEXT, name: str = "story.txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def sidecar_of(article: Path) -> Path:
    return sidecar_path(article, "lina")


def spans_of(article: Path) -> list[Span]:
    """The spans of lina's sidecar, which has to be there and to agree with the text."""
    assert sidecar_of(article).is_file()
    return list(load_layer(read_article(article), "lina", BUILT_IN, datetime.now(UTC), "test").spans)


def marked(article: Path) -> list[tuple[int, int, str]]:
    return [(span.start, span.end, span.label) for span in spans_of(article)]


def contents(folder: Path) -> dict[str, bytes | str]:
    """Every file below the folder with its bytes, links and devices by their kind: what must not change."""
    found = sorted(folder.rglob("*"))
    return {str(path): path.read_bytes() if path.is_file() else f"{path.lstat().st_mode:o}" for path in found}
