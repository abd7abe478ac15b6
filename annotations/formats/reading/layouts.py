"""Where a file of columns has its tokens and tags, as its first lines tell it.

Most have the token first and its tag last. Others are known by what they have besides:

- *Numbered*: tabs part the columns, and the first counts the tokens of each sentence from 1, as in GermEval 2014 and
  CoNLL-U. The token is the second; CoNLL-U's ranges (`1-2`) and empty nodes (`1.1`) are no tokens.
- *CoNLL-2012* ("CoNLL-2012 Shared Task", section "*_conll File Format"): lines `#begin document (name); part 000`; the
  token is the fourth column, and the eleventh has names in brackets: `(ORG*` begins one, `*)` ends it.
- *Bare*: labels without B- and I-, next to `O`, as in CANERCorpus and what Stanford's NER is trained on.
- *Marked*: every token has the language before it (`ar:`), as in WikiANN.
- Tags in another column than the last, which has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from annotations.formats.conll import DOCUMENT
from annotations.formats.reading.columns import MOST_TAGS, Line, columns_of, tag_of

NO_TAGS = (
    "no column has tags (O, or B- or I- and a label) in its first lines: what is read is a token and its tag a line, "
    "with tabs or spaces between"
)
"""Why a file is not read."""

BEGIN = re.compile(r"#begin document \((.*)\); part ([0-9]{1,9})")
"""Where an article of CoNLL-2012 begins: its name, and which part of it."""

COMMENT = re.compile(r"# ([\w.:-]+) = (.*)")
"""A comment with a key and a value."""

# Lines, and code points of them, that are looked at before anything is read.
_SAMPLE, _SAMPLE_LENGTH = 1000, 2**20
# So many tokens with the same mark are no chance.
_MARKED = 20
_MARK = re.compile(r"[a-z]{2,3}(?:-[a-z]{2,10})*:")
_BARE = re.compile(r"[^\W\d_][\w./&-]+")
_NO_NUMBER = re.compile(r"[0-9]+[-.][0-9]+")
_LABEL = re.compile(r"\(([^()*]+)")
_NAMES = 10


@dataclass(frozen=True, slots=True)
class Layout:
    """Which columns have token and tag, counted from 0, or from the end; `told` is what the user should know of it.

    `is_ours` where the comments of our own `conll` are.
    """

    kind: Literal["plain", "numbered", "conll-2012"] = "plain"
    token: int = 0
    tag: int = -1
    is_bare: bool = False
    is_ours: bool = False
    mark: str = ""
    told: str = ""

    def token_of(self, columns: Sequence[str]) -> str | None:
        """The token, None where the line has none."""
        if self.kind == "numbered" and (columns[0] == "#" or _NO_NUMBER.fullmatch(columns[0])):
            return None
        return columns[self.token].removeprefix(self.mark) if len(columns) > self.token else ""

    def tag_columns(self, columns: Sequence[str]) -> Sequence[str]:
        """The column of the tag, as a list, which is empty where there is none."""
        last = self.tag if self.tag >= 0 else len(columns) + self.tag
        found = list(columns[last : last + 1]) if last > self.token else []
        return [f"I-{one}" if self.is_bare and _is_bare(one) else one for one in found]


class Names:
    """The names in brackets of one article of CoNLL-2012, as tags of its tokens, the outermost name first."""

    def __init__(self) -> None:
        self._open: list[str] = []

    def tags(self, columns: Sequence[str]) -> list[str]:
        """A token's tags; ValueError for a line with too few columns."""
        if len(columns) <= _NAMES + 1:
            raise ValueError("the columns are not those of CoNLL-2012")
        going, begun = self._open, _LABEL.findall(columns[_NAMES])
        self._open = [*going, *begun][:MOST_TAGS]
        del self._open[max(0, len(self._open) - columns[_NAMES].count(")")) :]
        return [*(f"I-{label}" for label in going), *(f"B-{label}" for label in begun)]

    def end_sentence(self) -> None:
        """No name goes on beyond this."""
        self._open = []


def sampled(source: Iterator[Line]) -> tuple[Layout | None, Iterator[Line]]:
    """The layout, None where there are no tags to be seen, and all lines from the first on."""
    sample: list[Line] = []
    length = 0
    for line in source:
        sample.append(line)
        length += len(line.text)
        if len(sample) == _SAMPLE or length >= _SAMPLE_LENGTH:
            break
    return _layout([line.text for line in sample if not line.fault]), chain(sample, source)


def _layout(texts: Sequence[str]) -> Layout | None:
    if any(map(BEGIN.match, texts)):
        told = "this is CoNLL-2012: names are taken, and parses, predicates and coreference left out"
        return Layout("conll-2012", token=3, told=told)
    if any((comment := COMMENT.fullmatch(text)) and comment[1] == "annotator" for text in texts):
        return Layout(is_ours=True)
    sentences = list(_sentences(texts))
    rows = [row for sentence in sentences for row in sentence]
    if not rows:
        return Layout()
    kind: Literal["plain", "numbered"] = "numbered" if _is_numbered(texts, sentences) else "plain"
    token = 1 if kind == "numbered" else 0
    if kind == "numbered":
        rows = [row for row in rows if row[0].isdigit()]
    mark = _mark([row[token] for row in rows if len(row) > token])
    return _tagged(kind, token, mark, rows)


def _tagged(kind: Literal["plain", "numbered"], token: int, mark: str, rows: Sequence[Sequence[str]]) -> Layout | None:
    """The layout with the place of the tags."""
    lasts = [row[-1] for row in rows if len(row) > token + 1]
    others = list(_tag_columns(token, rows))
    if any(one != "O" and _is_tag(one) for one in lasts):
        told = f"column {others[0] + 1} has tags as well: those of the last are taken" if others else ""
        return Layout(kind, token, mark=mark, told=told)
    if others:
        told = f"column {others[0] + 1} is taken for the tags, for the last has none"
        return Layout(kind, token, others[0], mark=mark, told=told)
    if "O" not in lasts:
        return None
    is_bare = any(map(_is_bare, lasts))
    told = "labels without B- or I- are taken: neighbours of one label are one span" if is_bare else ""
    return Layout(kind, token, is_bare=is_bare, mark=mark, told=told)


def _tag_columns(token: int, rows: Sequence[Sequence[str]]) -> Iterator[int]:
    """The columns before the last that have tags and nothing else, the one nearest to it first."""
    for place in range(min(map(len, rows)) - 2, token, -1):
        column = [row[place] for row in rows]
        if all(map(_is_tag, column)) and any(one != "O" for one in column):
            yield place


def _sentences(texts: Sequence[str]) -> Iterator[list[list[str]]]:
    """The columns of the lines that are no comments, sentence by sentence."""
    sentence: list[list[str]] = []
    for text in texts:
        if not text.strip():
            yield sentence
            sentence = []
        elif not is_comment(text) and (columns := columns_of(text))[0] != DOCUMENT:
            sentence.append(columns)
    yield sentence


def is_comment(text: str) -> bool:
    """Whether a line that is not blank is one: with a key and a value, or without a tag at its end."""
    return COMMENT.fullmatch(text) is not None or (text.startswith("# ") and not _is_tag(columns_of(text)[-1]))


def _is_numbered(texts: Sequence[str], sentences: Sequence[Sequence[Sequence[str]]]) -> bool:
    if not any("\t" in text for text in texts):
        return False
    longest = 0
    # The last sentence of the sample may be cut, which does not change how it counts.
    for sentence in sentences:
        rows = [row for row in sentence if row[0] != "#" and not _NO_NUMBER.fullmatch(row[0])]
        if any(len(row) < 3 or row[0] != str(number) for number, row in enumerate(rows, 1)):
            return False
        longest = max(longest, len(rows))
    return longest > 1


def _mark(tokens: Sequence[str]) -> str:
    """What stands before every token, if something does."""
    found = _MARK.match(tokens[0]) if len(tokens) >= _MARKED else None
    return found[0] if found and all(token.startswith(found[0]) for token in tokens) else ""


def _is_tag(column: str) -> bool:
    try:
        tag_of(column)
    except ValueError:
        return False
    return True


def _is_bare(column: str) -> bool:
    """Whether it may be a label: no tag, and a word of more than one letter."""
    return not _is_tag(column) and _BARE.fullmatch(column) is not None
