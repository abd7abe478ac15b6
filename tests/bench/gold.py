"""Gold annotation to replay: read from Wojood's files, or from our own sidecars.

A *gold article* is a text with the spans and links that are to be made in it; offsets are code points of that text,
half-open. Of Wojood, persons, organisations and groups are actors, events are events, nested ones too; where two kinds
of actor cover the same range it is one actor. Sentences are joined to articles, a paragraph each, tokens by spaces.

A token of Wojood has a tag for every name that holds it. Among tags of one kind, `I-` goes on with the names begun
before, the longest-lasting first, and `B-` begins another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Fragment, make_span
from annotations.store.files import save_layer, sidecar_path
from annotations.store.opening import load_layer

LABELS = {"PERS": "actor", "ORG": "actor", "NORP": "actor", "EVENT": "event"}
SENTENCES = 50
"""Sentences of Wojood that make an article."""
TOOL = "keystroke benchmark"


class GoldSpan(NamedTuple):
    """A span to make: its fragments, its label, and what is set on it afterwards."""

    fragments: tuple[Fragment, ...]
    label: str
    subtype: str | None = None
    group: str | None = None

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.fragments[0][0]

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.fragments[-1][1]

    @property
    def key(self) -> tuple[str, tuple[Fragment, ...]]:
        """What a span in a layer must have to be this one."""
        return self.label, self.fragments


class GoldLink(NamedTuple):
    """A link to make, between two gold spans."""

    event: GoldSpan
    role: str
    actor: GoldSpan


class GoldArticle(NamedTuple):
    """A text, what to mark in it in reading order, and the links between that."""

    name: str
    text: str
    spans: tuple[GoldSpan, ...]
    links: tuple[GoldLink, ...] = ()


class _Token(NamedTuple):
    text: str
    tags: list[str]


def read_gold(path: Path, annotator: str, sentences: int = SENTENCES) -> list[GoldArticle]:
    """The gold of a file of Wojood, or of a folder of articles with sidecars by this annotator."""
    return _of_folder(path, annotator) if path.is_dir() else _of_wojood(path, sentences)


def write_article(folder: Path, gold: GoldArticle) -> Path:
    """The article's text as a file in a folder."""
    path = folder / f"{gold.name}.txt"
    path.write_bytes(gold.text.encode())
    return path


def write_layer(path: Path, gold: GoldArticle, annotator: str) -> None:
    """The gold as the finished layer of an annotator, beside the article."""
    article, now = read_article(path), datetime.now(UTC)
    layer = Layer.new(article, annotator, BUILT_IN, now, TOOL)
    for number, span in enumerate(gold.spans):
        made = make_span(article.text, span.fragments, span.label, id=f"{number:012x}", now=now, subtype=span.subtype)
        layer = layer.add(made)
    save_layer(path, layer.with_header(status="done"))


def _of_folder(folder: Path, annotator: str) -> list[GoldArticle]:
    paths = [path for path in sorted(folder.glob("*.txt")) if sidecar_path(path, annotator).exists()]
    return [_of_sidecar(path, annotator) for path in paths]


def _of_sidecar(path: Path, annotator: str) -> GoldArticle:
    article = read_article(path)
    layer = load_layer(article, annotator, BUILT_IN, datetime.now(UTC), TOOL)
    spans = {span.id: GoldSpan(span.fragments, span.label, span.subtype, span.group) for span in layer.spans}
    links = tuple(GoldLink(spans[link.event], link.role, spans[link.actor]) for link in layer.links)
    return GoldArticle(path.stem, article.text, _in_order(spans.values()), links)


def _of_wojood(path: Path, sentences: int) -> list[GoldArticle]:
    read = _sentences(path.read_text(encoding="utf-8"))
    articles: list[GoldArticle] = []
    while some := list(islice(read, sentences)):
        articles.append(_joined(f"{path.stem}-{len(articles) + 1:03}", some))
    return articles


def _joined(name: str, sentences: Sequence[list[_Token]]) -> GoldArticle:
    text, spans = "", []
    for sentence in sentences:
        ranges = _token_ranges(sentence, len(text))
        for label, first, last in _names(sentence):
            spans.append(GoldSpan(((ranges[first][0], ranges[last][1]),), label))
        text += " ".join(token.text for token in sentence) + "\n"
    return GoldArticle(name, text, _in_order(spans))


def _in_order(spans: Iterable[GoldSpan]) -> tuple[GoldSpan, ...]:
    """In reading order, each once; of those that begin at one place the shortest first."""
    once = {span.key: span for span in spans}
    return tuple(sorted(once.values(), key=lambda span: (span.start, span.end, span.label)))


def _sentences(text: str) -> Iterator[list[_Token]]:
    sentence: list[_Token] = []
    for line in [*text.split("\n"), ""]:
        parts = line.split(" ")
        if parts[0].strip():
            sentence.append(_Token(parts[0], parts[1:]))
        elif sentence:
            yield sentence
            sentence = []


def _token_ranges(sentence: Sequence[_Token], start: int) -> list[Fragment]:
    ranges = []
    for token in sentence:
        ranges.append((start, start + len(token.text)))
        start += len(token.text) + 1
    return ranges


def _names(sentence: Sequence[_Token]) -> Iterator[tuple[str, int, int]]:
    """Label, first and last token of every name in the sentence that is gold."""
    begun: dict[str, list[int]] = {}
    for number, token in enumerate([*sentence, _Token("", [])]):
        for kind in LABELS:
            tags = [tag[0] for tag in token.tags if tag.partition("-")[2] == kind]
            open_names = begun.get(kind, [])
            going_on = open_names[: tags.count("I")]
            for first in open_names[len(going_on) :]:
                yield LABELS[kind], first, number - 1
            # A name whose beginning is missing begins here.
            begun[kind] = going_on + [number] * (len(tags) - len(going_on))
