r"""A user's regular expression over the untouched text, held to a time and a size.

The library `regex` is used because it can be stopped; the standard library's `re` cannot. Its `\w` matches the harakat
of a vocalised word, which that of `re` does not, and it has `\p{Arabic}`. Otherwise patterns mean what they mean to
`re`, with `^` and `$` at the edges of every line. Nothing is normalised: diacritics, forms of alef and capitals count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from annotations.errors import HashiyaError, printable
from annotations.normalise import Range

if TYPE_CHECKING:
    import regex

MOST_HITS = 10_000
"""More hits than anyone reviews; the search ends there."""

LONGEST_PATTERN = 1_000
"""In code points."""

# `regex` writes out what must be repeated, level by level, before any limit on time is in force: nested counts take all
# of the memory. This many items take 0.05 seconds and 40 MB (measured with 2026.11).
_MOST_ITEMS = 50_000
_SHOWN = 60
_TOKEN = re.compile(r"\\[pPN]\{[^}]*\}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(?P<count>\d*)(?:,\d*)?\}|.", re.DOTALL)


class PatternError(HashiyaError):
    """A regular expression does not compile, or takes more time or memory than it may."""


def hits(text: str, pattern: str, *, seconds: float = 0.5) -> list[Range]:
    """What the regular expression matches: at most `MOST_HITS` sorted ranges, empty matches left out.

    Raises PatternError where it does not compile, and where the search as a whole takes more than `seconds` of the
    processor's time. Search in a worker: the library lets other threads run while it matches.
    """
    compiled = _compiled(pattern)
    found: list[Range] = []
    try:
        for match in compiled.finditer(text, timeout=seconds):
            if match.start() < match.end():
                found.append(match.span())
            if len(found) == MOST_HITS:
                break
    except (TimeoutError, MemoryError):
        raise PatternError(f"The pattern {_quoted(pattern)} takes too long on this article; make it simpler.") from None
    # A pattern may ask to be searched backwards.
    return sorted(found)


def _compiled(pattern: str) -> regex.Pattern[str]:
    # Here because it takes 15 ms to import, and most people never search by pattern.
    import regex

    if len(pattern) > LONGEST_PATTERN:
        raise PatternError(
            f"The pattern {_quoted(pattern)} is longer than {LONGEST_PATTERN:,} characters; make it shorter."
        )
    if _size(pattern) > _MOST_ITEMS:
        raise PatternError(f"The pattern {_quoted(pattern)} repeats too much; lower its counts, or nest them less.")
    try:
        return regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        raise PatternError(f"The pattern {_quoted(pattern)} does not work: {_reason(error, pattern)}.") from None
    except RecursionError:
        raise PatternError(f"The pattern {_quoted(pattern)} nests too many brackets; use fewer.") from None


def _reason(error: Exception, pattern: str) -> str:
    # The types of `regex` do not tell of its error's attributes, which are those of `re.error`.
    message: str = printable(getattr(error, "msg", str(error)))
    position: int | None = getattr(error, "pos", None)
    if position is None:
        return message
    return f"{message} at its end" if position >= len(pattern) else f"{message} at character {position + 1}"


def _size(pattern: str) -> int:
    """At least the number of items that the pattern has when its repeats are written out.

    What must be there m times is written out m times, and once more for the times it may be there.
    """
    # Of each group that is open: the size of all but its last item, and of that.
    groups = [(0, 0)]
    for token in _TOKEN.finditer(pattern):
        before, last = groups.pop()
        if token[0] == "(":
            groups += [(before, last), (0, 0)]
        elif token[0] == ")" and groups:
            outer, previous = groups.pop()
            groups.append((outer + previous, before + last))
        elif token[0] == "+" or token["count"]:
            groups.append((before, last * (int(token["count"] or 1) + 1)))
        else:
            groups.append((before + last, 1))
    return sum(before + last for before, last in groups)


def _quoted(pattern: str) -> str:
    shown = pattern if len(pattern) <= _SHOWN else pattern[:_SHOWN] + "…"
    return f"“{printable(shown)}”"
