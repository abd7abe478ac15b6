"""Select every word of real articles by keyboard and by mouse, and see that its exact offsets come back.

    python -m tests.walk_words PATH…

A path is a text file, a CoNLL-U file (its `# text =` lines are taken), a file of tokens and tags one a line as Wojood
has them, or a folder of such files. What a word is, is decided here and not by the program: a run of non-spaces less
the punctuation at its edges. One that holds punctuation inside is selected cluster by cluster and by dragging; any
other also by word moves and by a double click. A word holding Latin letters is reached cell by cell too.

Prints how many words each way gave back, and the offsets of those it did not. The exit status is 1 if there is any.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from unicodedata import bidirectional, category, normalize

from rich.cells import cell_len

from tui.text import navigation
from tui.text.cursor import Cursor, Step
from tui.text.document import Document
from tui.text.navigation import Range
from tui.text.page import Page, Spot

WIDTHS = (40, 80, 120)
_HEIGHT = 24
_FARTHEST = 2_000
"""More cells than any word is long: who has not arrived after so many steps is lost."""

_JOINERS = "\u200c\u200d"
_TAGGED = re.compile(r"\S+( (O|[BI]-\w+))+")
_SENTENCE_END = "$#$"


class Word(NamedTuple):
    """Offsets of a word, and whether letters, digits, marks and unseen characters are all it holds."""

    start: int
    end: int
    is_plain: bool


class Point(NamedTuple):
    """Where the mouse is: a row, and a column of the page."""

    spot: Spot
    column: int


class Outcome(NamedTuple):
    """What became of one article's words at one width."""

    words: int
    by_keyboard: int
    by_mouse: int
    failures: list[str]


def words_of(text: str) -> Iterator[Word]:
    """The words of a text, in order."""
    for token in re.finditer(r"\S+", text):
        solid = [place for place in range(*token.span()) if category(text[place])[0] in "LN"]
        if solid:
            start, end = solid[0], solid[-1] + 1
            while end < token.end() and (category(text[end])[0] == "M" or text[end] in _JOINERS):
                end += 1
            yield Word(start, end, all(_is_inside_words(character) for character in text[start:end]))


def _is_inside_words(character: str) -> bool:
    return category(character)[0] in "LMN" or (
        category(character) == "Cf" and not character.isprintable() and cell_len(character) == 0
    )


def select_by_word_moves(page: Page, word: Word) -> Range | None:
    """From the start of the paragraph word by word, then Shift and Ctrl with an arrow."""
    cursor = _paragraph_start(page, word)
    while cursor.caret < word.start:
        cursor = cursor.moved(page, _word_step(page, cursor), _HEIGHT)
    if page.cluster_at(word.start)[1] >= word.end:
        return cursor.extended(page, "left", _HEIGHT).selection(page)
    return cursor.extended(page, _word_step(page, cursor), _HEIGHT).selection(page)


def select_by_cluster_steps(page: Page, word: Word) -> Range | None:
    """To the word by word moves, then Shift with an arrow to its last cluster."""
    cursor = _paragraph_start(page, word)
    while cursor.caret < word.start:
        cursor = cursor.moved(page, _word_step(page, cursor), _HEIGHT)
    return _extended_to_end(page, cursor, word).selection(page)


def select_cell_by_cell(page: Page, word: Word) -> Range | None:
    """From the start of the row with the arrows alone, then Shift with an arrow to its last cluster."""
    cursor = Cursor(word.start).moved(page, "row_start", _HEIGHT)
    for _ in range(_FARTHEST):
        if cursor.caret == word.start:
            break
        cursor = cursor.moved(page, _cell_step(page, cursor.caret, word.start), _HEIGHT)
    return _extended_to_end(page, cursor, word).selection(page)


def _paragraph_start(page: Page, word: Word) -> Cursor:
    start, _ = page.document.paragraph_range(page.document.piece_at(word.start))
    return Cursor(navigation.nearest_stop(page, start))


def _word_step(page: Page, cursor: Cursor) -> Step:
    return "word_left" if navigation.is_forward(page, cursor.caret, "left") else "word_right"


def _cell_step(page: Page, caret: int, target: int) -> Step:
    """The arrow that a reader would press: towards the target within its row, else on or back in reading order."""
    here, there = page.spot_of(caret), page.spot_of(target)
    if here == there:
        stops = page.row(here).stops
        return "left" if stops.index(target) < stops.index(caret) else "right"
    return "left" if navigation.is_forward(page, caret, "left") == (here < there) else "right"


def _extended_to_end(page: Page, cursor: Cursor, word: Word) -> Cursor:
    last, _ = page.cluster_at(word.end - 1)
    cursor = cursor.extended(page, "left", _HEIGHT)
    for _ in range(_FARTHEST):
        if cursor.caret == last:
            break
        cursor = cursor.extended(page, _cell_step(page, cursor.caret, last), _HEIGHT)
    return cursor


def point_at(page: Page, offset: int) -> Point:
    """Where on the page an offset is drawn, once it is made sure that what is drawn there is its letters."""
    spot = page.spot_of(offset)
    row = page.row(spot)
    cell = row.cell_of(offset)
    if cell is None or _letters(cell.glyph) != _letters(page.document.text[cell.start : cell.end]):
        raise LookupError(f"offset {offset} is not drawn in its row")
    column = page.indent(row) + row.columns(offset, offset + 1)[0][0]
    if not 0 <= column < page.width:
        raise LookupError(f"offset {offset} is drawn at column {column} of {page.width}")
    return Point(spot, column)


def _letters(text: str) -> str:
    return "".join(character for character in normalize("NFKD", text) if category(character)[0] in "LN")


def drag(page: Page, press: Point, release: Point) -> Range | None:
    """What is selected when the mouse goes from one point to another with its button down."""
    anchor = navigation.cell_range(page, navigation.offset_at(page, *press))
    return Cursor(anchor[0]).dragged(page, anchor, navigation.offset_at(page, *release)).selection(page)


def double_click(page: Page, point: Point) -> Range | None:
    """What a double click selects."""
    caret = navigation.offset_at(page, *point)
    return Cursor(caret).selecting(page, navigation.word_at(page, caret)).selection(page)


def selected_by_keyboard(page: Page, word: Word) -> Iterator[Range | None]:
    """The word selected by each way of the keyboard that applies to it."""
    if word.is_plain:
        yield select_by_word_moves(page, word)
    else:
        yield select_by_cluster_steps(page, word)
    if any(bidirectional(character) == "L" for character in page.document.text[word.start : word.end]):
        yield select_cell_by_cell(page, word)


def selected_by_mouse(page: Page, word: Word) -> Iterator[Range | None]:
    """The word selected by each way of the mouse that applies to it."""
    first, last = point_at(page, word.start), point_at(page, page.cluster_at(word.end - 1)[0])
    yield drag(page, first, last)
    yield drag(page, last, first)
    if word.is_plain:
        yield double_click(page, first)
        yield double_click(page, last)


def walk(text: str, width: int) -> Outcome:
    """Select every word of a text set `width` columns wide, by keyboard and by mouse."""
    page = Page(Document(text), width, cell_len)
    words, keyboard, mouse = 0, 0, 0
    failures: list[str] = []
    for word in words_of(text):
        words += 1
        by_keyboard, by_mouse = _fault(selected_by_keyboard, page, word), _fault(selected_by_mouse, page, word)
        keyboard, mouse = keyboard + (not by_keyboard), mouse + (not by_mouse)
        place = f"[{word.start}, {word.end}) {text[word.start : word.end]!a}"
        failures += [
            f"{place} by {way}: {fault}" for way, fault in (("keyboard", by_keyboard), ("mouse", by_mouse)) if fault
        ]
    return Outcome(words, keyboard, mouse, failures)


def _fault(ways: Callable[[Page, Word], Iterator[Range | None]], page: Page, word: Word) -> str:
    try:
        got = list(ways(page, word))
    except LookupError as error:
        return str(error)
    return "" if all(selected == word[:2] for selected in got) else f"got {got}"


def article_text(path: Path) -> str:
    """The text of a file as the program would show it; that of a treebank or of a list of tokens put together again."""
    text = path.read_bytes().decode("utf-8")
    lines = text.splitlines()
    if path.suffix == ".conllu":
        return "\n".join(line.removeprefix("# text = ") for line in lines if line.startswith("# text = "))
    start = [line for line in lines[:50] if line.strip()]
    if start and all(_TAGGED.fullmatch(line.strip()) for line in start):
        return "\n".join(_sentences(lines))
    return text


def _sentences(lines: Sequence[str]) -> Iterator[str]:
    tokens: list[str] = []
    for line in [*lines, ""]:
        token = line.partition(" ")[0].strip()
        if token and token != _SENTENCE_END:
            tokens.append(token)
        elif tokens:
            yield " ".join(tokens)
            tokens = []


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".txt", ".conllu"))
        else:
            yield path


def main(arguments: Sequence[str] | None = None) -> int:
    """Walk the files named on the command line; returns the exit status."""
    parser = argparse.ArgumentParser(description="Select every word of real articles by keyboard and by mouse.")
    parser.add_argument(
        "paths", nargs="+", type=Path, metavar="PATH", help="a text or CoNLL-U file, or a folder of them"
    )
    faults = 0
    for path in _files(parser.parse_args(arguments).paths):
        text = article_text(path)
        for width in WIDTHS:
            outcome = walk(text, width)
            faults += len(outcome.failures)
            counts = f"{outcome.words:7} words {outcome.by_keyboard:7} by keyboard {outcome.by_mouse:7} by mouse"
            print(f"{path} at {width:3}: {counts}", *outcome.failures, sep="\n    ", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
