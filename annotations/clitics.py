"""Where a word parts from what is written on to it, for taking that in or out of a range with one key.

*Proclitics* stand before a word: conjunction (و ف), then preposition (ب ك ل) or the future's س, then article (ال); ل
and the article are written لل. A *glued* proclitic stands before a quote: `ل"المدن"`. *Enclitics* are the pronouns
after it: ه ها هم هما هن ك كم كما كن ي ني نا. What is left between them, the stem, has at least two letters.

Spelling does not tell a clitic from a letter of the stem: وزير begins with و as وفد does, and only the annotator knows.
So these functions offer the places where a range may begin or end, and change nothing unasked.

All letters are compared as written, less marks and tatweel: أ is no article's alef, ة no pronoun. Offsets and ranges
are code points of the untouched text, half-open.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import NamedTuple
from unicodedata import normalize

from annotations.normalise import Range, clings, is_dropped, normalise

_SHORTEST_STEM = 2
# A word is looked at this far; longer ones are noise, and must not make a key wait.
_REACH = 256
_QUOTES = frozenset("\"'«»“”„‟‘’‚‛‹›")
# Letters that the normal form takes for others, and that are never those clitics.
_OTHER_LETTERS = frozenset("أإآؤئةى")
# Each group is one clitic. The future's sin stands before the imperfect alone, which begins with one of four letters.
_PROCLITICS = re.compile("([وف])?(?:(ل)(ل)?|(س)(?=[يتنأ])|([بك])?(ال)?)")
_GLUED = re.compile("[وف]?[بكل]?")
_ENCLITICS = ("ه", "ها", "هم", "هما", "هن", "ك", "كم", "كما", "كن", "ي", "ني", "نا")


class _Letter(NamedTuple):
    """A letter with its marks, [start, end) in the text; `name` is the letter, several for a presentation form."""

    start: int
    end: int
    name: str


def toggle_proclitic(text: str, start: int, end: int, *, inward: bool = False) -> Range | None:
    """The range with its start moved to the next place in the cycle of `proclitic_starts`, from inside to outside.

    After the outermost comes the innermost again; `inward` goes the other way. None where the range begins elsewhere,
    or there is no other place.
    """
    starts = proclitic_starts(text, start, end)
    moved = _next(starts, _skip_dropped(text, start, end), inward=inward)
    return None if moved is None else (moved, end)


def toggle_enclitic(text: str, start: int, end: int, *, inward: bool = False) -> Range | None:
    """The range with its end moved to the next place in the cycle of `enclitic_ends`, from inside to outside.

    As in `toggle_proclitic`, None where the range ends elsewhere, or there is no other place.
    """
    ends = enclitic_ends(text, start, end)
    moved = _next(ends, _after_marks(text, _last_undropped(text, start, end) + 1), inward=inward)
    return None if moved is None else (start, moved)


def proclitic_starts(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where the first word of a range may begin, from inside to outside: in `وبالحكومة` before ح, ا, ب and و.

    Empty where the range does not begin in a word. The stem is counted within the range, the proclitics are not.
    """
    low, high = _word_around(text, _skip_dropped(text, start, end))
    quoted = _word_around(text, _skip_quotes(text, high, end))
    if _glued(text, quoted[0]):
        low, high = quoted
    inner = _stem_starts(_letters(text, low, min(high, end)))
    return (*inner, *[letter.start for letter in reversed(_glued(text, low))]) if inner else ()


def enclitic_ends(text: str, start: int, end: int) -> tuple[int, ...]:
    """Where the last word of a range may end, from inside to outside: in `كتابهما` after ب and after ا.

    Empty where the range does not end in a word. The stem is counted within the range, the enclitic is not.
    """
    low, high = _word_around(text, _last_undropped(text, start, end))
    letters = _letters(text, max(low, start), high)
    name = _joined(letters)
    after = dict(zip(accumulate(len(letter.name) for letter in letters), letters, strict=True))
    stems = sorted(len(name) - len(enclitic) for enclitic in _ENCLITICS if name.endswith(enclitic))
    return tuple(after[length].end for length in [*stems, len(name)] if length >= _SHORTEST_STEM and length in after)


def _stem_starts(letters: list[_Letter]) -> list[int]:
    """Where a word may begin that is all of these letters, from inside to outside; nowhere if they are too few."""
    name = _joined(letters)
    before = dict(zip(accumulate((len(letter.name) for letter in letters), initial=0), letters, strict=False))
    match = _PROCLITICS.match(name)
    cuts = {0, *(match.end(group) for group in range(1, _PROCLITICS.groups + 1) if match[group])} if match else {0}
    stems = [cut for cut in cuts if len(name) - cut >= _SHORTEST_STEM and cut in before]
    return [before[cut].start for cut in sorted(stems, reverse=True)]


def _glued(text: str, low: int) -> list[_Letter]:
    """The proclitics, a letter each, that stand before the quotes before this offset; none if other letters do."""
    at = low
    while at > max(0, low - _REACH) and text[at - 1] in _QUOTES:
        at -= 1
    if at == low or at == 0:
        return []
    letters = _letters(text, *_word_around(text, at - 1))
    return letters if _GLUED.fullmatch(_joined(letters)) else []


def _next(places: tuple[int, ...], current: int, *, inward: bool) -> int | None:
    if len(places) < 2 or current not in places:
        return None
    return places[(places.index(current) + (-1 if inward else 1)) % len(places)]


def _joined(letters: list[_Letter]) -> str:
    return "".join(letter.name for letter in letters)


def _letters(text: str, low: int, high: int) -> list[_Letter]:
    """The letters and digits that begin in [low, high), each with what clings to it."""
    found = []
    at = low
    while at < high:
        after = _after_marks(text, at + 1)
        if not is_dropped(text[at]):
            found.append(_Letter(at, after, _name(text[at:after])))
        at = after
    return found


def _name(letter: str) -> str:
    """The letter less its marks; hamza and madda, which make another letter, stay with it."""
    composed = normalize("NFKC", letter)
    return "".join(c if c in _OTHER_LETTERS else normalise(c) for c in composed if c.isalnum())


def _word_around(text: str, at: int) -> Range:
    """The run of letters, digits and what is dropped from normal forms that holds an offset; empty where none does."""
    low = high = at
    while high < min(len(text), at + _REACH) and _in_word(text[high]):
        high += 1
    while low > max(0, at - _REACH) and high > at and _in_word(text[low - 1]):
        low -= 1
    return low, high


def _in_word(character: str) -> bool:
    return character.isalnum() or is_dropped(character)


def _skip_dropped(text: str, start: int, end: int) -> int:
    while start < end and is_dropped(text[start]):
        start += 1
    return start


def _skip_quotes(text: str, start: int, end: int) -> int:
    while start < end and text[start] in _QUOTES:
        start += 1
    return start


def _last_undropped(text: str, start: int, end: int) -> int:
    end -= 1
    while end > start and is_dropped(text[end]):
        end -= 1
    return end


def _after_marks(text: str, at: int) -> int:
    while at < len(text) and clings(text[at]):
        at += 1
    return at
