"""Offsets of brat's files that were counted in another text than the one beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
from layer_strategies import NOW

from annotations.formats.reading import Options, brat


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("قال\r\n\r\nلقسد\r\nنعم", "a line break of CR LF"),
        ("\ufeffقال\n\nلقسد\nنعم", "a byte order mark"),
        ("\ufeffقال\r\n\r\nلقسد\r\nنعم", "a line break of CR LF, and a byte order mark"),
    ],
)
def test_offsets_that_count_fewer_characters_are_seen_by_the_texts(tmp_path: Path, text: str, told: str) -> None:
    lines = ("T1\tx 0 3\tقال", "T2\tx 6 9;10 12\tقسد نع", "T3\tx 10 13\t", "T4\tx 10 99\tنعم", "T5\tx 10 12\tلا")
    (tmp_path / "a.txt").write_bytes(text.encode())
    (tmp_path / "a.ann").write_bytes("\r\n".join(lines).encode())
    (one,) = brat.read_folder(tmp_path, Options(tmp_path, NOW))
    assert [(span.id, span.text) for span in one.spans] == [("T1", "قال"), ("T2", "قسد نع"), ("T3", "نعم")]
    assert len(one.problems) == 2
    assert one.notices == (f"a.ann: its offsets do not count {told}, and are taken so",)
