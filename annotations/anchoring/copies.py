"""Lines that an article has more than once: repeated headlines, boilerplate, a paragraph and its edited copy.

A line is *repeated* when most of it stands twice in the old text or in the new one. Its own words hardly tell which of
the lines in the new text it is: equal lines change places, the original is edited or deleted and the copy is not. What
tells is beside it: a line is *settled* when the text across each of its two ends stands once in either text, and they
are about as far from each other as they were. Between two equal lines side by side nothing does.

Indices are of the texts in normal form.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from annotations.anchoring.blocks import WORD
from annotations.anchoring.known import SEPARATOR, Known
from annotations.normalise import Range

# Characters of a stretch, from the beginning of a word, that is looked for a second time, and the share of a line in
# such stretches that makes it repeated. Tried with tests/reanchoring.py: with less, more places are uncertain.
_STRETCH = 16
_SHARE = 0.5
# Characters on either side of an end of a line, and how many must be known beyond it.
_ACROSS, _LEAST_BEYOND = 12, 6
# How much longer a settled line may have become: a line and its copy beside it are twice as long.
_LONGER = 1.25


@dataclass(frozen=True)
class Copies:
    """Repeated lines of what is known of an old text, and where they are in a new one in normal form."""

    known: Known
    new: str
    _lines: dict[Range, Range | None] = field(default_factory=dict)

    def may_be_meant(self, words: Range, shift: int) -> bool:
        """Whether the line that some words came to stand on, moved by a shift, may be a copy of theirs."""
        before, after = self.known.line_around(words)
        line = words[0] - before, words[1] + after
        if line not in self._lines:
            self._lines[line] = self._settled(line) if self._is_repeated(line) else (0, len(self.new))
        within = self._lines[line]
        return within is None or words[0] + shift < within[0] or within[1] < words[1] + shift

    def _is_repeated(self, line: Range) -> bool:
        text, (low, high) = self.known.text, line
        if high - low < 2 * _STRETCH:
            return self.new.count(text[low:high]) > 1 or text.count(text[low:high]) > 1
        covered, reached = 0, low
        for word in WORD.finditer(text, low, high - _STRETCH + 1):
            end = word.start() + _STRETCH
            if text[word.start() : end] in self._twice:
                covered += end - max(reached, word.start())
                reached = end
        return covered >= _SHARE * (high - low)

    @cached_property
    def _twice(self) -> frozenset[str]:
        return frozenset(_stretches_met_again(self.new) | _stretches_met_again(self.known.text))

    def _settled(self, line: Range) -> Range | None:
        """Where a line is in the new text, by what is across its ends; None when they do not tell."""
        start, end = self._start(*line), self._end(*line)
        is_whole = 0 <= start < end <= start + _LONGER * (line[1] - line[0])
        return (start, end) if is_whole else None

    def _start(self, low: int, high: int) -> int:
        text = self.known.text
        if self.known.begins and not text[:low].strip():
            return 0 if self.new.lstrip().startswith(text[low : min(high, low + _ACROSS)]) else -1
        begin = max(low - _ACROSS, text.rfind(SEPARATOR, 0, low) + 1)
        is_like_it = text[low:high].rstrip().endswith(text[begin:low].strip())
        if is_like_it or low - begin < _LEAST_BEYOND:
            return -1
        return self._across(begin, low, min(high, low + _ACROSS))

    def _end(self, low: int, high: int) -> int:
        text = self.known.text
        if self.known.ends and not text[high:-1].strip():
            return len(self.new) if self.new.rstrip().endswith(text[max(low, high - _ACROSS) : high].rstrip()) else -1
        beyond = min(high + _ACROSS, text.find(SEPARATOR, high))
        is_like_it = text[low:high].startswith(text[high:beyond].strip())
        if is_like_it or beyond - high < _LEAST_BEYOND:
            return -1
        return self._across(max(low, high - _ACROSS), high, beyond)

    def _across(self, begin: int, at: int, end: int) -> int:
        """Where the end of a line at an index is in the new text, by the text around it if that stands there once."""
        wanted = self.known.text[begin:end]
        place = self.new.find(wanted)
        if place < 0 or self.new.find(wanted, place + 1) >= 0 or self.known.text.count(wanted) > 1:
            return -1
        return place + at - begin


def _stretches_met_again(text: str) -> set[str]:
    met: set[str] = set()
    again: set[str] = set()
    for word in WORD.finditer(text):
        stretch = text[word.start() : word.start() + _STRETCH]
        (again if stretch in met else met).add(stretch)
    return again
