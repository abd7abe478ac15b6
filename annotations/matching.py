"""Arabic-aware search: a normalised shadow of a text with a map back to its offsets.

The *shadow* is the text's normal form (`annotations.normalise`). Its indices are not offsets: every place that leaves
this module is a range of the untouched text again. A *mention* is a name found as a whole word, as a reader would find
it: proclitics may be written on to it (`وبالحكومة` holds a mention of `الحكومة`, and of `حكومة`).

A stored lam-alef is one character and two letters. Where an edge falls between the two, the range holds the whole
character: nothing smaller can be marked.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, compress, repeat

from annotations.normalise import BLANK_RUN, FOLDS, LENGTHS, Range, clings, normalise

_SHORTEST_NAME = 2
# Conjunction, then preposition, then article; lam and article are written as two lams. All in normal form.
_PROCLITICS = re.compile(r"(?:^|[\W_])[وف]?(?:لل|ل|[بك]?(?:ال)?)\Z")
_FUTURE = re.compile(r"(?:^|[\W_])[وف]?س\Z")
_LAM = re.compile(r"(?:^|[\W_])[وف]?ل\Z")
_LONGEST_STACK = 4
# The future's sin stands before the imperfect alone, which begins with one of these.
_IMPERFECT = frozenset("يتنا")
_NUMBER_GOES_ON_BEFORE = re.compile(r"\d[.,:/-]\Z")
_NUMBER_GOES_ON_AFTER = re.compile(r"[.,:/-]\d")


@dataclass(frozen=True, slots=True)
class Shadow:
    """A text's normal form, and where each of its characters comes from.

    `source` is the untouched text, `text` the normal form, `offsets[i]` the offset in `source` of what `text[i]` was
    made from. Offsets never decrease; those of the letters of one presentation form are equal.
    """

    source: str
    text: str = field(compare=False, repr=False)
    offsets: Sequence[int] = field(compare=False, repr=False)

    @classmethod
    def of(cls, text: str) -> Shadow:
        """The shadow of a text."""
        lengths = text.translate(LENGTHS).encode("latin-1")
        return cls(text, *_one_space_each(text.translate(FOLDS), _offsets(lengths)))

    def range(self, start: int, end: int) -> Range:
        """Offsets of the source that hold shadow indices [start, end), which must not be empty.

        Whole letters with all that belongs to them: marks, tatweel and joiners after the last letter are in the range,
        as is the rest of a run of white space.
        """
        last = self.offsets[end - 1]
        if self.source[last].isspace():
            stop = self.offsets[end] if end < len(self.offsets) else len(self.source)
        else:
            stop = last + 1
            while stop < len(self.source) and clings(self.source[stop]):
                stop += 1
        return self.offsets[start], stop


def find(shadow: Shadow, query: str) -> list[Range]:
    """Every occurrence of the query's normal form, inside words too: sorted ranges that do not overlap.

    A query that is empty, or of marks and unseen characters alone, is found nowhere.
    """
    wanted = normalise(query)
    return _apart(shadow.range(at, at + len(wanted)) for at in _occurrences(shadow.text, wanted))


def mentions(shadow: Shadow, name: str) -> list[Range]:
    """Every whole-word occurrence of a name, less the proclitics written on to it: sorted, not overlapping.

    Proclitics are و or ف, then ب, ك, ل or the future's س, then ال. After ل the article loses its alef: in `للحكومة` the
    mention of `الحكومة` is `لحكومة`, all that is written of it, and that of `حكومة` is `حكومة`. Quotes and other
    punctuation end a word. A name of fewer than two letters or digits has no mentions.
    """
    wanted = normalise(name).strip()
    if sum(map(str.isalnum, wanted)) < _SHORTEST_NAME:
        return []
    found = [*_whole_words(shadow.text, wanted, _begins_word)]
    if wanted.startswith("ال"):
        found += _whole_words(shadow.text, _after_lam(wanted), _follows_lam)
        found.sort()
    return _apart(shadow.range(start, end) for start, end in found)


def _offsets(lengths: bytes) -> Sequence[int]:
    """The offset each character comes from, given how many each offset gives."""
    count = len(lengths)
    if lengths.count(1) == count:
        return range(count)
    if lengths.count(0) + lengths.count(1) == count:
        return array("I", compress(range(count), lengths))
    return array("I", chain.from_iterable(map(repeat, range(count), lengths)))


def _one_space_each(text: str, offsets: Sequence[int]) -> tuple[str, Sequence[int]]:
    if "  " not in text:
        return text, offsets
    kept, kept_offsets = [], array("I")
    done = 0
    for run in BLANK_RUN.finditer(text):
        kept.append(text[done : run.start() + 1])
        kept_offsets.extend(offsets[done : run.start() + 1])
        done = run.end()
    kept.append(text[done:])
    kept_offsets.extend(offsets[done:])
    return "".join(kept), kept_offsets


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted) if wanted else -1
    while at >= 0:
        yield at
        at = text.find(wanted, at + len(wanted))


def _whole_words(text: str, wanted: str, begins: Callable[[str, int], bool]) -> Iterator[Range]:
    """Shadow ranges of what is wanted, where `begins` holds of its place and a word ends after it."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        if _ends_word(text, end) and begins(text, at):
            yield at, end
            at = text.find(wanted, end)
        else:
            at = text.find(wanted, at + 1)


def _ends_word(text: str, end: int) -> bool:
    if end == len(text) or not text[end - 1].isalnum():
        return True
    if text[end - 1].isdigit() and _NUMBER_GOES_ON_AFTER.match(text, end):
        return False
    return not text[end].isalnum()


def _begins_word(text: str, at: int) -> bool:
    """Whether a word begins here, or would if the proclitics before it were written apart."""
    if at == 0 or not text[at].isalnum():
        return True
    if text[at].isdigit() and _NUMBER_GOES_ON_BEFORE.search(text[max(0, at - 2) : at]):
        return False
    if not text[at - 1].isalnum():
        return True
    before = _before(text, at)
    return bool(_PROCLITICS.search(before) or (text[at] in _IMPERFECT and _FUTURE.search(before)))


def _follows_lam(text: str, at: int) -> bool:
    return _LAM.search(_before(text, at)) is not None


def _before(text: str, at: int) -> str:
    """Enough of what precedes to see the longest stack of proclitics and whether a word begins with it."""
    return text[max(0, at - _LONGEST_STACK - 1) : at]


def _after_lam(name: str) -> str:
    """What is written of a name with the article after the preposition ل: no alef, and never three lams."""
    return name[2:] if name.startswith("الل") else name[1:]


def _apart(ranges: Iterable[Range]) -> list[Range]:
    """Sorted ranges less those that overlap one before them: hits in one and the same presentation form."""
    kept: list[Range] = []
    for start, end in ranges:
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
