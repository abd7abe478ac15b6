"""What a list of articles shows, and in which order: the filter that a user types, and sorting.

A filter is words between white space; an article is shown when all of them hold:

    status:done           its status is that; several: status:new,flagged
    unfinished            the same as status:unfinished, new or in progress
    annotator:lina        there is a sidecar by that annotator
    actor>3  events=0     there are so many spans of a label; > >= < <= = or their signs; links>0 counts links
    subtype:gov           there is a span of that subtype
    note:word             the article's note holds it
    text:word             the article's text holds it, which needs reading the article
    word                  the title or the file's name holds it
    -status:done          any of these after - does not hold

Filters and statuses have Arabic names too (`FILTERS`, `STATUSES`); labels and subtypes are called by name or title,
labels in the plural too. Words are compared in normal form (`annotations.normalise`). What has white space in it, or
looks like a filter and is none, goes between quotes: text:"two words".
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from annotations.change import Status
from annotations.errors import printable
from annotations.finding import natural_order
from annotations.library import Summary
from annotations.normalise import normalise
from annotations.schema import BUILT_IN, Schema
from annotations.store.files import valid_annotator

UNFINISHED: frozenset[Status] = frozenset(("new", "in-progress"))
STATUSES: Mapping[str, frozenset[Status]] = {
    "new": frozenset(("new",)),
    "working": frozenset(("in-progress",)),
    "done": frozenset(("done",)),
    "flagged": frozenset(("flagged",)),
    "skipped": frozenset(("skipped",)),
    "unfinished": UNFINISHED,
    "in-progress": frozenset(("in-progress",)),
    "جديد": frozenset(("new",)),
    "قيد-العمل": frozenset(("in-progress",)),
    "منجز": frozenset(("done",)),
    "معلّم": frozenset(("flagged",)),
    "متروك": frozenset(("skipped",)),
    "غير-منجز": UNFINISHED,
}
FILTERS: Mapping[str, str] = {
    "status": "status",
    "annotator": "annotator",
    "subtype": "subtype",
    "note": "note",
    "text": "text",
    "الحالة": "status",
    "الموسّم": "annotator",
    "النوع": "subtype",
    "الملاحظة": "note",
    "النص": "text",
}

_Test = Callable[[Summary], bool]
_Counter = Callable[[Summary], int]
_Known = TypeVar("_Known")

_WORD = re.compile(
    r"""(?P<minus>-?)
    (?P<raw>
        (?:(?P<key>[^\s:<>=≤≥"«“][^\s:<>=≤≥]*)(?P<sign>:|<=|>=|<|>|=|≤|≥))?
        (?:"(?P<straight>[^"]*)"?|«(?P<angled>[^»]*)»?|“(?P<curly>[^”]*)”?|(?P<bare>\S*))
    )""",
    re.VERBOSE,
)
_COMPARISONS: Mapping[str, Callable[[int, int], bool]] = {
    ":": operator.eq,
    "=": operator.eq,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "≥": operator.ge,
    "<=": operator.le,
    "≤": operator.le,
}
_COMMAS = re.compile("[,،]")
_BLANKS = re.compile(r"[\s_-]+")
# More than any article has; `int` refuses numbers of over 4,300 digits.
_MOST_DIGITS = 9


class Condition(NamedTuple):
    """What has to hold of a summary or, where it is not `wanted`, must not."""

    test: _Test
    wanted: bool


class TextWord(NamedTuple):
    """What an article's text has to hold or, where it is not `wanted`, must not."""

    word: str
    wanted: bool


@dataclass(frozen=True, slots=True)
class Query:
    """A filter: what a summary can answer, what needs the article's text, and what was not understood.

    `problems` are sentences for the user; the words that they are about are left out of the filter.
    """

    conditions: tuple[Condition, ...] = ()
    text_words: tuple[TextWord, ...] = ()
    problems: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str, schema: Schema = BUILT_IN) -> Query:
        """The filter that the text spells, under the schema's labels and subtypes; never raises."""
        reader = _Reader(schema)
        conditions: list[Condition] = []
        text_words: list[TextWord] = []
        problems: list[str] = []
        for word in _words(text):
            try:
                read = reader.read(word)
            except _Refused as refusal:
                problems.append(f"{printable(word.raw).removesuffix(':')}: {refusal}.")
                continue
            if isinstance(read, TextWord):
                text_words.append(read)
            else:
                conditions.append(read)
        return cls(tuple(conditions), tuple(text_words), tuple(problems))

    def matches(self, summary: Summary) -> bool:
        """Whether all holds that a summary can answer."""
        return all(test(summary) == wanted for test, wanted in self.conditions)

    def matches_text(self, text: str) -> bool:
        """Whether an article's text holds what it has to, and nothing that it must not."""
        if not self.text_words:
            return True
        normal = normalise(text)
        return all((normalise(word) in normal) == wanted for word, wanted in self.text_words)


class Order(NamedTuple):
    """An order of the list; `label` is the one counted by an order of the kind `label`, else empty."""

    kind: Literal["name", "status", "updated", "progress", "label"]
    label: str = ""


def orders(schema: Schema = BUILT_IN) -> tuple[Order, ...]:
    """The orders on offer, the usual one first."""
    labels = (Order("label", label.name) for label in schema.labels)
    return Order("name"), Order("status"), Order("updated"), Order("progress"), *labels


def sort(summaries: Iterable[Summary], order: Order) -> list[Summary]:
    """The summaries in an order; equals stay as they stood.

    By name: the natural order of the paths, in which `find_articles` gives them. By status: in progress, new, flagged,
    done, skipped, unreadable. By `updated`: newest first. By progress or a label's count: most first. Articles without
    a sidecar are last in those.
    """
    if order.kind == "name":
        return sorted(summaries, key=lambda summary: natural_order(summary.path))
    if order.kind == "status":
        return sorted(summaries, key=lambda summary: _RANKS[_status(summary)])
    if order.kind == "updated":
        return sorted(summaries, key=lambda summary: summary.updated or "", reverse=True)
    if order.kind == "progress":
        return sorted(summaries, key=_progress, reverse=True)
    return sorted(summaries, key=lambda summary: summary.counts.get(order.label, 0), reverse=True)


def next_unfinished(summaries: Sequence[Summary], after: int) -> int | None:
    """The index of the next article that is new or in progress and can be read, or None where there is no other.

    After the last comes the first; the article at `after` itself is never the answer, and -1 begins with the first.
    """
    count = len(summaries)
    places = ((after + step) % count for step in range(1, count + 1))
    return next((place for place in places if place != after and _status(summaries[place]) in UNFINISHED), None)


_RANKS: Mapping[Status | None, int] = {"in-progress": 0, "new": 1, "flagged": 2, "done": 3, "skipped": 4, None: 5}


def _status(summary: Summary) -> Status | None:
    """None where the article or its sidecar cannot be read: nothing is known then."""
    return None if summary.error is not None else summary.status


def _progress(summary: Summary) -> float:
    return -1.0 if summary.progress is None else summary.progress


class _Refused(ValueError):  # noqa: N818 - says what is so, not who is to blame
    """A word that looks like a filter and is none; the message is the reason and the remedy."""


class _Word(NamedTuple):
    """`raw` is the word without its minus; `value` what follows the sign, or all of it, without quotes."""

    wanted: bool
    raw: str
    key: str
    sign: str
    value: str


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        value = next(value for value in match.group("straight", "angled", "curly", "bare") if value is not None)
        # What comes to nothing waits for its letters: a minus, a quote, a mark.
        if match["key"] or normalise(value).strip():
            yield _Word(not match["minus"], match["raw"], match["key"] or "", match["sign"] or "", value)


class _Reader:
    """Reads words under one schema."""

    def __init__(self, schema: Schema) -> None:
        self._counters = _counters(schema)
        self._labels = [label.name for label in schema.labels]
        self._subtypes = [subtype for label in schema.labels for subtype in label.subtypes]
        self._filters: Mapping[str, Callable[[str], _Test]] = {
            "status": _status_test,
            "annotator": _annotator_test,
            "subtype": self._subtype_test,
            "note": _note_test,
        }

    def read(self, word: _Word) -> Condition | TextWord:
        if not word.key:
            return Condition(_title_test(word), word.wanted)
        key = _plain_name(word.key)
        name = _FILTERS.get(key)
        if name and word.sign == ":":
            if name == "text":
                return TextWord(_needed(word.value), word.wanted)
            return Condition(self._filters[name](word.value), word.wanted)
        if key in self._counters:
            return Condition(_count_test(word, self._counters[key]), word.wanted)
        if name:
            raise _Refused(f"write {name} with a colon")
        if _is_plain(word):
            return Condition(_title_test(word), word.wanted)
        known = ", ".join((*self._filters, "text", "links", *map(printable, self._labels)))
        raise _Refused(f"there is no filter {printable(word.key)}; known are {known}; to find it in titles, quote it")

    def _subtype_test(self, value: str) -> _Test:
        known = {_plain_name(subtype.name): subtype.name for subtype in self._subtypes}
        for subtype in self._subtypes:
            for title in filter(None, (subtype.title_en, subtype.title_ar)):
                known.setdefault(_plain_name(title), subtype.name)
        wanted = frozenset(_chosen(value, "subtype", known, (subtype.name for subtype in self._subtypes)))
        return lambda summary: not wanted.isdisjoint(summary.subtypes)


def _is_plain(word: _Word) -> bool:
    """Whether a word with a sign after an unknown key is just that: `عاجل:`, `12:30`, `أ>ب`."""
    if word.sign == ":":
        return not word.value or not (word.key.isascii() and word.key.isalpha())
    return not word.value.isdecimal()


def _title_test(word: _Word) -> _Test:
    bare = not word.key and word.raw == word.value
    if bare and _STATUSES.get(_plain_name(word.value)) == UNFINISHED:
        return _status_test(word.value)
    wanted = normalise(word.raw if word.key else word.value)
    return lambda summary: wanted in summary.searched


def _status_test(value: str) -> _Test:
    known = (name for name in STATUSES if name.isalpha() and name.isascii())
    wanted = frozenset[Status]().union(*_chosen(value, "status", _STATUSES, known))
    return lambda summary: _status(summary) in wanted


def _annotator_test(value: str) -> _Test:
    names = _COMMAS.split(_needed(value))
    for name in filter(None, names):
        if not valid_annotator(name):
            raise _Refused(f"{printable(name)} is no annotator's name; use letters, digits, _ and - only")
    wanted = {name.casefold() for name in names}
    return lambda summary: any(name.casefold() in wanted for name in summary.annotators)


def _note_test(value: str) -> _Test:
    wanted = normalise(_needed(value))
    return lambda summary: wanted in normalise(summary.note)


def _count_test(word: _Word, counter: _Counter) -> _Test:
    if not word.value.isdecimal() or len(word.value) > _MOST_DIGITS:
        raise _Refused(f"a number is needed; write for example {printable(word.key)}>3")
    compare, number = _COMPARISONS[word.sign], int(word.value)
    return lambda summary: compare(counter(summary), number)


def _counters(schema: Schema) -> Mapping[str, _Counter]:
    """What can be counted, by plain name: a label's own name first, then links, then what else a label is called."""
    counters = {_plain_name(label.name): _counter_of(label.name) for label in schema.labels}
    for name in ("links", "link", "الروابط"):
        counters.setdefault(_plain_name(name), lambda summary: summary.links)
    for label in schema.labels:
        for name in filter(None, (label.name, label.title_en, label.title_ar)):
            for form in (name, f"{name}s", f"{name}es", re.sub("y$", "ies", name)):
                counters.setdefault(_plain_name(form), _counter_of(label.name))
    return counters


def _counter_of(label: str) -> _Counter:
    return lambda summary: summary.counts.get(label, 0)


def _chosen(value: str, kind: str, known: Mapping[str, _Known], names: Iterable[str]) -> list[_Known]:
    """What the names in the value stand for; `names` are told where one is unknown."""
    wanted = [name for name in _COMMAS.split(value) if name]
    unknown = [name for name in wanted if _plain_name(name) not in known]
    if unknown or not wanted:
        told = f"there is no {kind} {printable(unknown[0])}" if unknown else f"a {kind} is needed"
        raise _Refused(f"{told}; known are {', '.join(map(printable, names)) or 'none'}")
    return [known[_plain_name(name)] for name in wanted]


def _needed(value: str) -> str:
    if not normalise(value).strip(" ,،"):
        raise _Refused("a word is needed, right after the colon")
    return value


def _plain_name(name: str) -> str:
    """The name as it is compared: in normal form, without the Arabic article, words joined by one hyphen."""
    return _BLANKS.sub("-", normalise(name).strip().removeprefix("ال"))


_STATUSES = {_plain_name(name): statuses for name, statuses in STATUSES.items()}
_FILTERS = {_plain_name(name): filtered for name, filtered in FILTERS.items()}
