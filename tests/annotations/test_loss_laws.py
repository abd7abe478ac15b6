"""The law of the loss report: of every format, whatever the policy, each span and each link is noted once."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from layer_strategies import article_of, empty_layer, layers, short_texts, texts
from msgspec import structs

from annotations.formats import Annotated, format_named, names, variants_of
from annotations.formats.loss import Fate, Loss, Losses
from annotations.formats.tokenisers import whitespace
from annotations.formats.tokens import Edges, Gaps, Policy, Token, Tokeniser, tokenise
from annotations.labels import Schema
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Link, Span

NEED_LIBRARIES = {"spacy", "parquet", "hf", "uima"}
# Names that mean something to a target, or that it cannot hold.
NAMES = ["actor", "event", "agent", "O", "", " ", "a b", "B-actor", "I-actor.gov", "a=b\t\n", "\x00\ufffe", "x" * 256]
SCHEMAS = [BUILT_IN, Schema(name="", version="", labels=(), roles=())]


def characters(text: str) -> list[Token]:
    return [Token(at, at + 1) for at in range(len(text))]


def whole(text: str) -> list[Token]:
    return [Token(0, len(text))]


def nothing(_text: str) -> list[Token]:
    return []


def with_empty_ones(text: str) -> list[Token]:
    return [token for start, end in tokenise(text) for token in (Token(start, start), Token(start, end))]


TOKENISERS: list[Tokeniser] = [tokenise, whitespace, characters, whole, nothing, with_empty_ones]
policies = st.builds(
    Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.sampled_from(TOKENISERS)
)


class Ledger(Losses):
    """Losses that remember what was noted by name, and how many spans were as kept without one."""

    def __init__(self) -> None:
        self.told: list[Loss] = []
        self.noted: Counter[tuple[type, str]] = Counter()
        self.unnamed = 0
        super().__init__(self.told.append)

    def note(self, fate: Fate, annotated: Annotated, record: Span | Link, why: str = "") -> None:
        self.noted[type(record), record.id] += 1
        super().note(fate, annotated, record, why)

    def keep(self, spans: int) -> None:
        self.unnamed += spans
        super().keep(spans)


@st.composite
def records(draw: st.DrawFn, number: int) -> Annotated:
    """An article with a layer whose names are any, and whose ids no other record of another number has."""
    text = draw(short_texts | texts | st.text(max_size=20))
    if not text:
        return Annotated("", article_of(text), empty_layer(text), BUILT_IN)
    layer = draw(layers(text))
    renamed = {span.id: f"{number}{span.id}" for span in layer.spans}
    name = st.sampled_from(NAMES)
    spans = [structs.replace(span, id=renamed[span.id], label=draw(name)) for span in layer.spans]
    links = [
        structs.replace(
            link,
            id=f"{number}{link.id}",
            event=renamed.get(link.event, link.event),
            actor=renamed.get(link.actor, link.actor),
            role=draw(name),
        )
        for link in layer.links
    ]
    article_id = draw(st.sampled_from(["a.txt", "", "/\r\n\x00#"]))
    return Annotated(article_id, article_of(text), Layer.of(layer.header, spans, links), draw(st.sampled_from(SCHEMAS)))


@st.composite
def exports(draw: st.DrawFn) -> tuple[list[Annotated], Policy]:
    return [draw(records(number)) for number in range(draw(st.integers(0, 2)))], draw(policies)


def export(name: str, written: list[Annotated], policy: Policy) -> Ledger:
    form, ledger = format_named(name), Ledger()
    if form.EXTENSION:
        form.write(iter(written), BytesIO(), policy, ledger)
    else:
        with TemporaryDirectory() as folder:
            form.write_folder(iter(written), Path(folder), policy, ledger)
    return ledger


def check(name: str, written: list[Annotated], policy: Policy) -> None:
    there = Counter((type(each), each.id) for one in written for each in (*one.layer.spans, *one.layer.links))
    for variant in variants_of(format_named(name)) or [""]:
        note(f"{name} {variant}")
        ledger = export(name, written, policy._replace(variant=variant))
        assert ledger.noted <= there
        assert [kind for kind, _ in there - ledger.noted] == [Span] * ledger.unnamed
        assert (ledger.spans + ledger.links).total() == there.total()
        assert ledger.count == len(ledger.told)
        assert all(loss.why for loss in ledger.told)


@given(exports())
def test_every_span_and_link_is_noted_once(case: tuple[list[Annotated], Policy]) -> None:
    for name in sorted({*names()} - NEED_LIBRARIES):
        check(name, *case)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(NEED_LIBRARIES))
@given(case=exports())
def test_every_span_and_link_is_noted_once_with_the_library(name: str, case: tuple[list[Annotated], Policy]) -> None:
    check(name, *case)
