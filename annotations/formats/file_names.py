"""Files of a folder that is written, one for each record: names that tell what is in them, safe whatever articles are
called."""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotations.formats import Annotated

_UNSAFE = re.compile(r"[^\w-]+")


def new_file(folder: Path, annotated: Annotated, suffix: str) -> Path:
    """An empty file that was not there, named after the record; `suffix` has its full stop. OSError passes through."""
    name = _name(annotated)
    for number in count(1):
        path = folder / f"{name}{f'-{number}' if number > 1 else ''}{suffix}"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        return path
    raise AssertionError("counting ended")


def _name(annotated: Annotated) -> str:
    """A name that tells what is in the file, and a digest that tells it from others which look like it.

    Only letters, digits, `_` and `-`; the twelve digits differ among 20,000 records but for odds of one in a million.
    """
    annotator = annotated.layer.header.annotator
    readable = f"{annotated.id.removesuffix('.txt')[-30:]}-{annotator[:10]}"
    digest = sha256(f"{annotated.id}\0{annotator}".encode()).hexdigest()
    return f"{_UNSAFE.sub('_', readable)}-{digest[:12]}".lstrip("-_")
