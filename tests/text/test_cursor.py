"""What Ctrl+Shift and an arrow take first, shown on one sentence."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui.text.cursor import Cursor, Step
from tui.text.document import Document
from tui.text.page import Page

TEXT = "قال م والرئيس"


def taken(caret: int, *steps: Step) -> str:
    page = Page(Document(TEXT), 40, cell_len)
    cursor = Cursor(caret)
    for step in steps:
        cursor = cursor.extended(page, step, 20)
    start, end = cursor.selection(page) or (0, 0)
    return TEXT[start:end]


@pytest.mark.parametrize(
    ("caret", "steps", "expected"),
    [
        (0, ("word_left",), "قال"),
        (0, ("word_left", "word_left"), "قال م"),
        (4, ("word_left",), "م"),
        (4, ("word_right",), "م"),
        (7, ("word_left",), "الرئيس"),
        (7, ("word_right",), "وا"),
        (6, ("word_right",), "والرئيس"),
        (6, ("word_right", "word_right"), "م والرئيس"),
        (0, ("word_left", "word_left", "word_right"), "قال"),
    ],
)
def test_a_first_step_by_word_takes_the_word_at_hand(caret: int, steps: tuple[Step, ...], expected: str) -> None:
    assert taken(caret, *steps) == expected
