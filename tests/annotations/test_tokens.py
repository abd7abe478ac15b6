from __future__ import annotations

from itertools import pairwise
from typing import get_args
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import ALPHABET, TEXT, article_of, empty_layer, layers, short_texts, span_of

from annotations.formats import Annotated
from annotations.formats.loss import Losses
from annotations.formats.tokens import (
    Edges,
    Gaps,
    Laid,
    Policy,
    Token,
    cut,
    fate_of,
    fate_of_place,
    lay,
    lay_all,
    sequences,
    tokenise,
)
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span

policies = st.builds(Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.just(tokenise))
# Emoji sequences, flags, percent signs, joiners, controls, marks, number signs of Arabic.
wild_texts = st.text(
    alphabet=f"{ALPHABET}%-_+#C\x1c\x85"
    "\U0001f1f1\U0001f1e7\U0001f3fd\ufe0f\u20e3\u200c\u061c\u0640\u0670\u06dd\u0600\u066a\u066b\U000e0067",
    max_size=40,
) | st.text(max_size=40)


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tokenise(text)]


def is_visible(character: str) -> bool:
    kind = category(character)
    has_glyph = "\u0600" <= character <= "\u0605" or character == "\u06dd"
    return has_glyph or not (character.isspace() or kind[0] in "ZC")


def annotated(text: str, layer: Layer) -> Annotated:
    return Annotated(id="a", article=article_of(text), layer=layer, schema=BUILT_IN)


@pytest.mark.parametrize(
    "token",
    [
        "لقسد", "جديّة", "كِتَابٌ", "هٰذا", "الـــعربية", "ﻷن", "می\u200cخواهم", "كتا\u00adب", "3.5%", "٣٫٥٪", "2024-05-12",
        "۱۲٬۳۴۵", "10:30", "12/5", "C++", "C#", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd",
        "\U0001f1f1\U0001f1e7", "\u2764\ufe0f", "1\ufe0f\u20e3", "\U0001f3f4\U000e0067\U000e007f", "\u06dd", "»\u0651",
    ],
)  # fmt: skip
def test_it_is_one_token(token: str) -> None:
    assert words(token) == [token]
    assert words(f"، {token} ") == ["،", token]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('ل"المدن"', ["ل", '"', "المدن", '"']),
        ("29 شباط/فبراير", ["29", "شباط", "/", "فبراير"]),
        ("«المدن»،", ["«", "المدن", "»", "،"]),
        ("في 2024.", ["في", "2024", "."]),
        ("#وسم_جديد", ["#", "وسم", "_", "جديد"]),
        ("\U0001f1f1\U0001f1e7\U0001f1f8\U0001f1fe", ["\U0001f1f1\U0001f1e7", "\U0001f1f8\U0001f1fe"]),
        ("\u200fنعم\u061c \u00ad\x07", ["نعم"]),
        ("\u06dd 12", ["\u06dd", "12"]),
    ],
)
def test_a_text_has_these_tokens(text: str, tokens: list[str]) -> None:
    assert words(text) == tokens


@given(wild_texts)
def test_each_visible_character_is_in_one_token_and_white_space_in_none(text: str) -> None:
    tokens = tokenise(text)
    assert all(token.start < token.end for token in tokens)
    assert all(one.end <= other.start for one, other in pairwise(tokens))
    covered = [offset for token in tokens for offset in range(*token)]
    assert {offset for offset, character in enumerate(text) if is_visible(character)} <= set(covered)
    assert not any(text[offset].isspace() for offset in covered)


@given(st.data())
def test_cut_tokens_hold_the_same_characters_and_no_edge_inside(data: st.DataObject) -> None:
    text = data.draw(short_texts)
    layer, tokens = data.draw(layers(text)), tokenise(text)
    pieces = cut(tokens, layer.spans)
    assert [i for piece in pieces for i in range(*piece)] == [i for token in tokens for i in range(*token)]
    assert {token.start for token in tokens} <= {piece.start for piece in pieces}
    edges = {edge for span in layer.spans for part in span.fragments for edge in part}
    assert not any(edge in range(piece.start + 1, piece.end) for piece in pieces for edge in edges)
    inner = {one.end for one, other in pairwise(pieces) if one.end == other.start}
    assert inner <= edges | {token.start for token in tokens}


def part_taken(span: Span, gaps: Gaps) -> tuple[int, int] | None:
    if len(span.fragments) == 1 or gaps == "hull":
        return span.start, span.end
    return None if gaps == "drop" else max(span.fragments, key=lambda part: part[1] - part[0])


@given(st.data(), policies)
def test_a_span_is_laid_on_the_tokens_that_share_a_character_with_it(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts)
    layer, tokens = data.draw(layers(text)), tokenise(text)
    if policy.edges == "split":
        tokens = cut(tokens, layer.spans)
    for span in layer.spans:
        part, laid = part_taken(span, policy.gaps), lay(span, tokens, policy)
        shared = [i for i, token in enumerate(tokens) if part and token.start < part[1] and part[0] < token.end]
        extra = [i for i in shared if part and (tokens[i].start < part[0] or part[1] < tokens[i].end)]
        assert not (extra and policy.edges == "split")
        if not shared or (extra and policy.edges == "strict"):
            assert laid is None
        else:
            gapped = len(span.fragments) > 1
            assert laid == Laid(span, shared[0], shared[-1] + 1, is_widened=bool(extra), is_hull=gapped)


@given(st.data(), policies)
def test_spans_are_laid_or_noted_as_dropped(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(short_texts)
    record = annotated(text, data.draw(layers(text)))
    dropped: list[str] = []
    tokens, laid = lay_all(record, policy, Losses(lambda loss: dropped.append(loss.id)))
    assert sorted([*dropped, *(each.span.id for each in laid)]) == sorted(span.id for span in record.layer.spans)
    for each in laid:
        fate, why = fate_of(each, tokens, policy)
        exact = (tokens[each.first].start, tokens[each.last - 1].end) == (each.span.start, each.span.end)
        bare = not (each.span.subtype is not None or each.span.attributes or each.span.group is not None)
        bare = bare and not each.span.note and each.span.origin == "manual"
        is_kept = exact and bare and len(each.span.fragments) == 1
        assert (fate == "kept") == is_kept == (not why)
        assert (fate == "widened") == each.is_widened
        assert fate_of_place(each, tokens, policy)[0] == (
            "widened" if each.is_widened else "kept" if exact and len(each.span.fragments) == 1 else "flattened"
        )


@pytest.mark.parametrize(
    ("text", "ranges", "policy", "why"),
    [
        ("لقسد", [(1, 4)], Policy("strict"), "its edges are inside of words"),
        ("نعم ولا", [(0, 3), (4, 7)], Policy(gaps="drop"), "it has gaps"),
        ("نعم  لا", [(3, 5)], Policy(), "it holds no visible character"),
    ],
)
def test_why_a_span_is_left_out_is_said(text: str, ranges: list[tuple[int, int]], policy: Policy, why: str) -> None:
    layer = Layer.of(empty_layer(text).header, [span_of(text, *ranges)])
    told: list[str] = []
    assert lay_all(annotated(text, layer), policy, Losses(lambda loss: told.append(loss.why)))[1] == []
    assert told == [why]


@pytest.mark.parametrize(
    ("text", "ranges", "policy", "fate"),
    [
        ("لقسد", [(1, 4)], Policy(), ("widened", "widened to the words at [0, 4)")),
        ("لقسد", [(1, 4)], Policy("split"), ("kept", "")),
        ("نعم ولا", [(0, 3), (4, 7)], Policy(), ("flattened", "without its gaps")),
        ("نعم وهنا", [(0, 3), (4, 8)], Policy(gaps="head"), ("flattened", "its longest part alone")),
        ("نعم لا", [(0, 4)], Policy(), ("flattened", "without the invisible characters at its edges")),
        ("نعم", [(0, 3)], Policy(), ("kept", "")),
    ],
)
def test_what_became_of_a_span_is_said(
    text: str, ranges: list[tuple[int, int]], policy: Policy, fate: tuple[str, str]
) -> None:
    tokens, (laid,) = lay_all(
        annotated(text, Layer.of(empty_layer(text).header, [span_of(text, *ranges)])), policy, Losses()
    )
    assert fate_of(laid, tokens, policy) == fate


def test_tokens_of_white_space_alone_are_left_out_of_any_tokeniser() -> None:
    def blanks_too(text: str) -> list[Token]:
        return [Token(i, i + 1) for i in range(len(text))]

    layer = Layer.of(empty_layer("نعم \u00a0لا").header)
    tokens, _ = lay_all(annotated("نعم \u00a0لا", layer), Policy(tokenise=blanks_too), Losses())
    assert tokens == [(0, 1), (1, 2), (2, 3), (5, 6), (6, 7)]


@given(st.data(), st.integers(0, 4))
def test_sequences_are_all_tokens_in_order_and_cut_no_span(data: st.DataObject, most: int) -> None:
    text = data.draw(short_texts)
    tokens, laid = lay_all(annotated(text, data.draw(layers(text))), Policy(), Losses())
    found = list(sequences(text, tokens, laid, most))
    assert [i for first, last in found for i in range(first, last)] == list(range(len(tokens)))
    inside = {i for each in laid for i in range(each.first + 1, each.last)}
    assert not {first for first, _ in found} & inside
    for first, last in found:
        free = [i for i in range(first + 1, last) if i not in inside]
        assert not any(set(text[tokens[i - 1].end : tokens[i].start]) & set("\n\r\u2028") for i in free)
        # A longer one than asked for has spans over all places where it might be cut in time.
        assert not most or last - first <= most or not any(i - first <= most for i in free if i > first)


def test_a_line_is_a_sequence() -> None:
    tokens = tokenise(f"{TEXT}\n\n{TEXT}")
    half = len(tokens) // 2
    assert list(sequences(f"{TEXT}\n\n{TEXT}", tokens, [])) == [(0, half), (half, 2 * half)]
