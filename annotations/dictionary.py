"""The dictionary: names marked in earlier articles, and where the next article may hold them again.

A *name* is the normal form (`annotations.normalise`) of what one span of one fragment covers, from its first letter or
digit to its last: at most LONGEST_NAME words, at least two letters. A *word* is a run of letters and digits. A
*proposal* is a range of an article's text that holds a name as whole words, less the conjunction and preposition
written on to it; offsets are code points of the untouched text.

Whether a name is proposed depends on the share of its occurrences that were marked. An occurrence is counted as it
would be proposed: from left to right, the longest name first, none inside another. Text after the last span of an
article that is not done counts for nothing, for nobody has read it yet.

The rules were chosen by measurement on the persons, organisations, groups and events of the Wojood sample (MIT), its
sentences joined to articles of 40: the training part's 1,055 spans made proposals for the test part's 322, and each
eighth of all 1,550 got them from the other seven. A proposal is right when its label and range are a gold span's, or
would be with the clitics before it, which Wojood marks along. `saved` is three keys for every right proposal less one
for every wrong one, over all eighths.

| rule | precision, recall of the test | of all eighths | saved |
|---|---|---|---|
| any share | 0.87, 0.65 | 0.70, 0.61 | 2,441 |
| a quarter | 0.89, 0.65 | 0.87, 0.61 | 2,705 |
| **a half** | 0.89, 0.64 | 0.88, 0.61 | 2,680 |
| three quarters | 0.90, 0.63 | 0.87, 0.58 | 2,568 |
| always marked | 0.93, 0.59 | 0.87, 0.55 | 2,433 |
| a half, one word twice or always | 0.90, 0.64 | 0.88, 0.60 | 2,670 |
| a half, every name twice | 0.91, 0.49 | 0.90, 0.51 | 2,297 |
| a half, no clitics left out | 0.89, 0.61 | 0.87, 0.58 | 2,557 |
| a half, the article left out too | 0.87, 0.64 | 0.86, 0.61 | 2,659 |

A quarter saves one key of a hundred more here; a half is asked for because a name passed over more often than marked is
none that an annotator expects.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from annotations.article import Article, read_article
from annotations.errors import HashiyaError, SidecarError
from annotations.layer import Layer
from annotations.matching import Shadow
from annotations.normalise import normalise
from annotations.reading import read_bytes
from annotations.store.files import sidecar_path
from annotations.store.sidecar import decode

LONGEST_NAME = 8
LEAST_SHARE = 0.5

_FEWEST_LETTERS = 2
_WORD = re.compile(r"[^\W_]+")
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بكل"
_LAM_AND_ARTICLE = "لل"


class Entry(NamedTuple):
    """A name's commonest label, how often it was `marked` with that, and how often it was `seen` at all, marked or not.

    `subtype` is the one that more than half of those marks have, None without such a one.
    """

    label: str
    subtype: str | None
    marked: int
    seen: int


class Proposal(NamedTuple):
    """A range [start, end) that may be marked; `marked` tells how often the name was, in earlier articles."""

    start: int
    end: int
    label: str
    subtype: str | None
    marked: int


# How a word may be read: how many clitics' letters to leave out, and what the article lost after them.
_Reading = tuple[int, str]
# Where a name is, in indices of a normal form, and the name.
_Hit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Names worth proposing, an immutable value. Build one with `DictionaryBuilder` or `read_dictionary`."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    _reach: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> Dictionary:
        """The dictionary of these entries by name, a normal form with at least one word; no share is asked for."""
        return cls(entries, _reach(entries))

    def propose(self, shadow: Shadow) -> list[Proposal]:
        """Where the text holds names: sorted, not overlapping, at each word the name of most words that begins there.

        One pass, whatever the number of entries: some 25 ms for 16,000 words and 50,000 entries.
        """
        found: list[Proposal] = []
        for first, last, name in _hits(shadow.text, self.entries, self._reach):
            start, end = shadow.range(first, last)
            # One character can be several words (U+FDFA is four).
            if not found or start >= found[-1].end:
                label, subtype, marked, _ = self.entries[name]
                found.append(Proposal(start, end, label, subtype, marked))
        return found


class DictionaryBuilder:
    """Collects articles one by one; mutable, for one thread at a time."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._marks: dict[str, Counter[tuple[str, str | None]]] = {}

    def add(self, text: str, layer: Layer) -> None:
        """Take an article's text and the layer that was made for it."""
        read_to = max((span.end for span in layer.spans), default=0)
        self._texts.append(normalise(text if layer.header.status == "done" else text[:read_to]))
        for span in layer.spans:
            name = _name_of(text[span.start : span.end]) if len(span.fragments) == 1 else None
            if name:
                self._marks.setdefault(name, Counter())[span.label, span.subtype] += 1

    def build(self, cancelled: Callable[[], bool] = lambda: False) -> Dictionary:
        """The dictionary of what was added so far; one without entries when cancelled meanwhile."""
        reach = _reach(self._marks)
        seen: Counter[str] = Counter()
        for text in self._texts:
            if cancelled():
                return Dictionary()
            seen.update(name for _, _, name in _hits(text, self._marks, reach))
        entries = {name: _entry(marks, seen[name]) for name, marks in self._marks.items()}
        return Dictionary.of({name: entry for name, entry in entries.items() if _is_worth_it(entry)})


def read_dictionary(
    paths: Sequence[Path], annotator: str, *, excluding: Path | None, cancelled: Callable[[], bool]
) -> Dictionary:
    """The names that the annotator marked in the articles at the paths, without those of the article `excluding`.

    For a worker thread: reads every article that has a sidecar and asks between them whether it is cancelled; then the
    dictionary has no entries. What cannot be read is passed over, as are sidecars that break the format or were made
    for another text. HashiyaError for a name that cannot be an annotator's.
    """
    builder = DictionaryBuilder()
    own = os.path.realpath(excluding) if excluding else None
    for path in paths:
        if cancelled():
            return Dictionary()
        sidecar = sidecar_path(path, annotator)
        with suppress(HashiyaError):
            data = read_bytes(sidecar, SidecarError, "check the file and its permissions")
            if data is not None and os.path.realpath(path) != own:
                _add_article(builder, read_article(path, sidecar=sidecar), decode(data, name=str(sidecar)))
    return builder.build(cancelled)


def _add_article(builder: DictionaryBuilder, article: Article, layer: Layer) -> None:
    if layer.header.sha256 == article.sha256 and layer.header.length == len(article.text):
        builder.add(article.text, layer)


def _name_of(text: str) -> str | None:
    """The name that a span over this text gives, None where it gives none."""
    normal = normalise(text)
    words = [word.span() for word in _WORD.finditer(normal)]
    if not 0 < len(words) <= LONGEST_NAME or sum(map(str.isalpha, normal)) < _FEWEST_LETTERS:
        return None
    return normal[words[0][0] : words[-1][1]]


def _entry(marks: Counter[tuple[str, str | None]], seen: int) -> Entry:
    labels: Counter[str] = Counter()
    for (label, _), count in marks.items():
        labels[label] += count
    label, marked = labels.most_common(1)[0]
    subtypes = (subtype for (of, subtype), count in marks.items() if of == label and 2 * count > marked)
    # Marks inside words, and inside longer names, are more than what is seen.
    return Entry(label, next(subtypes, None), marked, max(seen, marks.total()))


def _is_worth_it(entry: Entry) -> bool:
    return entry.marked >= LEAST_SHARE * entry.seen


def _reach(names: Iterable[str]) -> dict[str, int]:
    """The most words of any name, by its first word."""
    reach: dict[str, int] = {}
    for name in names:
        words = _WORD.findall(name)
        reach[words[0]] = max(reach.get(words[0], 0), len(words))
    return reach


def _hits(text: str, names: Collection[str], reach: Mapping[str, int]) -> Iterator[_Hit]:
    """Where a normal form holds names, from left to right, the longest first, none inside another."""
    words = [word.span() for word in _WORD.finditer(text)]
    known: dict[str, list[_Reading]] = {}
    position = 0
    while position < len(words):
        start, end = words[position]
        word = text[start:end]
        if word not in known:
            known[word] = [(skip, lost) for skip, lost in _readings(word) if lost + word[skip:] in reach]
        count, hit = 1, None
        for skip, lost in known[word]:
            most = min(reach[lost + word[skip:]], len(words) - position)
            # A later reading has to be longer than the one found.
            for more in range(most, count if hit else 0, -1):
                last = words[position + more - 1][1]
                name = lost + text[start + skip : last]
                if name in names:
                    count, hit = more, (start + skip, last, name)
                    break
        if hit:
            yield hit
        position += count


def _readings(word: str) -> Iterator[_Reading]:
    """As it is written, then less a conjunction, a preposition or both; after ل with the article it lost.

    The article itself is left where it is: to find `حكومة` in `الحكومة` cost precision and found no more.
    """
    yield 0, ""
    for skip in (0, 1) if word[0] in _CONJUNCTIONS else (0,):
        if skip:
            yield skip, ""
        if word[skip : skip + 1] in _PREPOSITIONS:
            yield skip + 1, ""
        if word.startswith(_LAM_AND_ARTICLE, skip):
            # `للحكومة` is `الحكومة` less its alef; `للجنة` is `اللجنة` less its alef and a lam.
            yield skip + 1, "ا"
            yield skip + 1, "ال"
