from __future__ import annotations

import sys
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import ALPHABET

from annotations.errors import HashiyaError
from annotations.formats import tokenisers
from annotations.formats.tokenisers import GROUP, OURS, tokeniser_named
from annotations.formats.tokens import Token, Tokeniser, tokenise

wild_texts = st.text(ALPHABET, max_size=40) | st.text(max_size=40)


def words(tokeniser: Tokeniser, text: str) -> list[str]:
    return [text[start:end] for start, end in tokeniser(text)]


def check_order(tokeniser: Tokeniser, text: str) -> None:
    tokens = tokeniser(text)
    assert all(0 <= start < end <= len(text) for start, end in tokens)
    assert all(one.end <= other.start for one, other in pairwise(tokens))


def letters(text: str) -> list[Token]:
    return [Token(at, at + 1) for at in range(len(text))]


@cache
def pipeline() -> Any:
    from spacy import blank

    return blank("ar")


def offered(monkeypatch: pytest.MonkeyPatch, *offers: tuple[str, str]) -> None:
    """Entry points as packages of others would have them: a name and where its function is."""
    points = EntryPoints(EntryPoint(name, value, GROUP) for name, value in offers)
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **which: points.select(**which))


def test_ours_are_found_by_name() -> None:
    assert tokeniser_named(OURS) is tokenise
    assert words(tokeniser_named("whitespace"), ' قال\u00a0ل"المدن"\n\u200f ، \t') == ["قال", 'ل"المدن"', "\u200f", "،"]


def test_an_unknown_name_is_told_with_the_nearest_and_all_others() -> None:
    with pytest.raises(HashiyaError) as error:
        tokeniser_named("whitespaces")
    assert str(error.value) == (
        "--tokeniser: there is no whitespaces; perhaps whitespace is meant; use one of: hashiya, whitespace, spacy."
    )
    with pytest.raises(HashiyaError, match=r"there is no \\u202e\\n; use one of"):
        tokeniser_named("\u202e\n")


def test_others_offer_tokenisers_by_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, ("letters", f"{__name__}:letters"), ("characters", "nowhere:none"))
    assert words(tokeniser_named("letters"), "لا") == ["ل", "ا"]
    with pytest.raises(HashiyaError, match=r"perhaps letters is meant; use one of: .*, characters, letters"):
        tokeniser_named("leters")
    with pytest.raises(HashiyaError, match="characters: its package cannot be used"):
        tokeniser_named("characters")


def test_ours_go_before_those_of_others(monkeypatch: pytest.MonkeyPatch) -> None:
    offered(monkeypatch, (OURS, f"{__name__}:letters"))
    assert tokeniser_named(OURS) is tokenise


def test_without_spacy_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(HashiyaError) as error:
        tokeniser_named("spacy")("نعم")
    assert str(error.value) == (
        "the tokeniser spacy needs the library spacy; install it with: python3 -m pip install 'hashiya[spacy]'."
    )


@given(wild_texts)
def test_between_white_space_every_character_is_in_a_token(text: str) -> None:
    check_order(tokeniser_named("whitespace"), text)
    assert words(tokeniser_named("whitespace"), text) == text.split()


@pytest.mark.heavy
@given(wild_texts)
def test_the_tokens_of_spacy_are_ranges_of_the_text(text: str) -> None:
    check_order(tokeniser_named("spacy"), text)
    assert words(tokeniser_named("spacy"), text) == [token.text for token in pipeline()(text) if not token.is_space]


@pytest.mark.heavy
def test_spacy_begins_anew_before_it_remembers_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenisers, "_MOST_STRINGS", 0)
    tokeniser = tokeniser_named("spacy")
    assert words(tokeniser, "قال نعم") == words(tokeniser, "قال نعم") == ["قال", "نعم"]


@pytest.mark.heavy
def test_spacy_parts_arabic_punctuation_from_words() -> None:
    assert words(tokeniser_named("spacy"), "\U0001f468 قال: «نعم»، ثم مضى.") == [
        "\U0001f468", "قال", ":", "«", "نعم", "»", "،", "ثم", "مضى", ".",
    ]  # fmt: skip
