from __future__ import annotations

import re
from pathlib import Path

from layer_strategies import TEXT, article_of, empty_layer

from annotations.formats import Annotated
from annotations.formats.file_names import new_file
from annotations.schema import BUILT_IN

HOSTILE = [
    *("../../x", "/etc/passwd", "a/b.txt", "a_b.txt", "A_b.txt", "..", "", ".hidden", "a\n\x1b[2J\0", "-rf", "CON"),
    *("قصة \u202e" * 100, "story.txt", "story.txt"),
]


def test_files_are_named_safely_and_apart(tmp_path: Path) -> None:
    records = [Annotated(each, article_of(TEXT), empty_layer(), BUILT_IN) for each in HOSTILE]
    names = [new_file(tmp_path, record, ".xmi").name for record in records]
    assert len({name.casefold() for name in names}) == len(HOSTILE)
    assert all(re.fullmatch(r"\w[\w-]*\.xmi", name) and len(name.encode()) < 200 for name in names)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
