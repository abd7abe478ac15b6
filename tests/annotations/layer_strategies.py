"""Hypothesis strategies and fixed values that the tests of layers share."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import strategies as st

from annotations.article import Article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Fragment, Link, Span, make_link, make_span

NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 22, 10, 40, 12, tzinfo=UTC)
TOOL = "hashiya 0.1.0"

# Letters with marks, a lam-alef, quotes stuck to a clitic, CR, BOM, bidi controls, an emoji sequence, line separators.
ALPHABET = (
    'اللاَّبتثجديّةﻷ "\\/«»،؟.\n\r\t\ufeff\u200f\u202e\u2066\u2069\u00a0\u2028\u00ad\x07ab12٣۴\U0001f468\u200d\U0001f469'
)
TEXT = "أعلنت الحكومة أمس اتفاقًا مع «حزب الوادي» على وقف القتال، ووصف الوسيط الاتفاق بأنه خطوة جديّة."

texts = st.text(alphabet=ALPHABET, min_size=1, max_size=80).filter(lambda text: text.strip("\ufeff \r\n\t\u00a0\u2028"))
# So short that spans meet, nest and leave gaps around the same offsets.
short_texts = st.text(alphabet=ALPHABET, min_size=1, max_size=10)
notes = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
ids = st.one_of(st.text(alphabet="0123456789abcdef", min_size=12, max_size=12), notes.filter(bool))
attributes = st.dictionaries(notes, notes, max_size=3)


def article_of(text: str, path: Path = Path("story.txt")) -> Article:
    """The article that decoding the text's bytes gives."""
    return Article(path=path, text=text, sha256=hashlib.sha256(text.encode()).hexdigest())


def empty_layer(text: str = TEXT) -> Layer:
    return Layer.new(article_of(text), "lina", BUILT_IN, NOW, TOOL)


def span_of(text: str, *ranges: Fragment, span_id: str = "s1", label: str = "actor") -> Span:
    return make_span(text, ranges, label, id=span_id, now=NOW)


def link_of(event: str, actor: str, link_id: str = "l1", role: str = "agent") -> Link:
    return make_link(event, role, actor, id=link_id, now=NOW)


@st.composite
def fragments(draw: st.DrawFn, length: int) -> list[Fragment]:
    """One to three ranges within the length, in any order, perhaps overlapping."""
    start = st.integers(0, length - 1)
    ranges = draw(st.lists(st.tuples(start, start), min_size=1, max_size=3))
    return [(min(pair), max(pair) + 1) for pair in ranges]


@st.composite
def spans(draw: st.DrawFn, text: str, span_id: str) -> Span:
    return make_span(
        text,
        draw(fragments(len(text))),
        draw(st.sampled_from(["actor", "event", "other"])),
        id=span_id,
        now=NOW,
        subtype=draw(st.none() | notes),
        attributes=draw(attributes),
        group=draw(st.none() | notes),
        note=draw(notes),
        origin=draw(notes),
    )


@st.composite
def layers(draw: st.DrawFn, text: str | None = None) -> Layer:
    """A layer with spans and links, some of them with missing ends."""
    text = text or draw(texts)
    span_ids = draw(st.lists(ids, max_size=8, unique=True))
    ends = st.sampled_from([*span_ids, "missing"])
    links = [
        make_link(draw(ends), draw(st.sampled_from(["agent", "recipient", "x"])), draw(ends), id=link_id, now=NOW)
        for link_id in draw(st.lists(ids, max_size=5, unique=True))
    ]
    header = (
        empty_layer(text)
        .with_header(
            note=draw(notes),
            status=draw(st.sampled_from(["new", "in-progress", "done"])),
            seconds_active=draw(st.integers(0, 9**9)),
        )
        .header
    )
    return Layer.of(header, [draw(spans(text, span_id)) for span_id in span_ids], links)


raw_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | notes,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(notes, inner, max_size=3),
    max_leaves=5,
)
