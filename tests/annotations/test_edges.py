from __future__ import annotations

from unicodedata import category

import pytest
from hypothesis import given
from matching_strategies import law, texts_with_ranges

from annotations.edges import trim_punctuation


def trimmed(text: str) -> str:
    start, end = trim_punctuation(text, 0, len(text))
    return text[start:end]


@pytest.mark.parametrize(
    "wrapped",
    [
        '"المدن"', "«المدن»", "“المدن”", "”المدن“", "‘المدن’", "'المدن'", "(المدن)", "[المدن]",
        "﴿المدن﴾", "المدن،", "المدن؛", "المدن؟", "المدن.", "المدن,", "المدن:", "المدن!", "المدن…", "– المدن —",
        "/المدن", "- المدن", "\u200fالمدن\u200e", " \nالمدن\xa0", "«(المدن)».", 'المدن"', "»المدن",
        "\u2067المدن\u2069،", "«\u064eالمدن»\u0651", "المدن..", "\ufeffالمدن",
    ],
)  # fmt: skip
def test_punctuation_around_a_word_goes(wrapped: str) -> None:
    assert trimmed(wrapped) == "المدن"


@pytest.mark.parametrize(
    "text",
    [
        "حركة (فتح)", "(فتح) و(حماس)", '"داعش" و"النصرة"', 'تنظيم "داعش"', 'ل"المدن"', "«نص» (شرح)",
        "3.5%", "٣٫٥٪", "C++", "C#", "#وسم", "$5", "+5", "-5", "@user", "U.S.", "ا.ف.ب.", "29 شباط/فبراير",
        "2024-05-12", "كتابًا", "كتابـ", "don't", "المدن\u200c",
    ],
)  # fmt: skip
def test_what_belongs_to_the_words_stays(text: str) -> None:
    assert trimmed(text) == trimmed(f"، {text}؛") == text


def test_an_apostrophe_is_no_quote_and_one_initial_no_abbreviation() -> None:
    assert trimmed("‘don’t’") == "don’t"
    assert trimmed("فيتامين ج.") == "فيتامين ج"


@pytest.mark.parametrize("text", ["...", "«»", " ", '"', "(،)", "\u200f"])
def test_a_range_of_punctuation_alone_is_left_alone(text: str) -> None:
    assert trimmed(text) == text


def test_a_partner_outside_the_range_does_not_count() -> None:
    text = 'تنظيم "داعش"، (فتح)'
    assert trim_punctuation(text, 7, 12) == (7, 11)
    assert trim_punctuation(text, 6, 11) == (7, 11)
    assert trim_punctuation(text, 14, 18) == (15, 18)


@law
@given(texts_with_ranges())
def test_trimming_drops_punctuation_alone_and_parts_no_mark_from_its_letter(case: tuple[str, int, int]) -> None:
    text, start, end = case
    low, high = trim_punctuation(text, start, end)
    assert start <= low < high <= end
    dropped = text[start:low] + text[high:end]
    assert all(category(character)[0] in "PZCM" or character.isspace() for character in dropped)
    assert not set(dropped) & set("%+#$")
    assert low == start or category(text[low])[0] != "M"
    assert high == end or category(text[high])[0] != "M"


@law
@given(texts_with_ranges())
def test_trimming_twice_is_trimming_once(case: tuple[str, int, int]) -> None:
    text, start, end = case
    once = trim_punctuation(text, start, end)
    assert trim_punctuation(text, *once) == once


def test_many_brackets_take_no_time() -> None:
    text = "(" * 50_000 + "المدن" + "]" * 50_000
    assert trim_punctuation(text, 0, len(text)) == (50_000, 50_005)
