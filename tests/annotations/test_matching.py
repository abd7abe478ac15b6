from __future__ import annotations

from itertools import pairwise
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_strategies import FORMS, law, texts, texts_with_ranges, with_harakat

from annotations.matching import Shadow, find, mentions
from annotations.normalise import FOLDS, clings, is_dropped, normalise

ascii_texts = st.lists(st.text("abcAB.-\"'0", min_size=1, max_size=8), max_size=6).map(" ".join)


def found(text: str, query: str) -> list[str]:
    return [text[start:end] for start, end in find(Shadow.of(text), query)]


def mentioned(text: str, name: str) -> list[str]:
    return [text[start:end] for start, end in mentions(Shadow.of(text), name)]


def check_ranges(ranges: list[tuple[int, int]], text: str) -> None:
    assert all(0 <= start < end <= len(text) for start, end in ranges)
    assert all(before[1] <= after[0] for before, after in pairwise(ranges))


def is_several_letters(character: str) -> bool:
    return len(FOLDS[ord(character)]) > 1


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("الحُكُومَةِ", "الحكومه"),
        ("أحمد إلى آخر ٱسم", "احمد الي اخر اسم"),
        ("مسؤول شيء رئيس", "مسوول شيء رييس"),
        ("ا\u0654حمد ا\u0653خر", "احمد اخر"),
        ("علی کتاب", "علي كتاب"),
        ("الرحمٰن", "الرحمن"),
        ("ســــلام", "سلام"),
        ("اﻷسد ﷲ", "الاسد الله"),
        ("ﺍﻟﺤﻜﻮﻣﺔ", "الحكومه"),
        ("٤٥ ۶۷ ٣٫٥٪", "45 67 3.5%"),
        ("Élysée STRASSE Straße", "elysee strasse strasse"),
        ("\ufeffمن\u200f\r\n \xa0إلى\xad", "من الي"),
        ("\u0651\ufe76\u200c", ""),
    ],
)
def test_the_normal_form(text: str, normal: str) -> None:
    assert normalise(text) == Shadow.of(text).text == normal


def test_every_character_alone_is_stable_and_the_same_composed_and_decomposed() -> None:
    for character in map(chr, [*range(0xD800), *range(0xE000, 0x30000), *range(0xE0000, 0xE0200)]):
        normal = FOLDS[ord(character)]
        assert normalise(normal) == normal
        assert normalise(normalize("NFD", character)) == normalise(normalize("NFC", character)) == normal


@law
@given(texts)
def test_a_shadow_is_the_normal_form_with_offsets_that_never_decrease(text: str) -> None:
    shadow = Shadow.of(text)
    assert shadow.text == normalise(text) == normalise(shadow.text)
    assert len(shadow.offsets) == len(shadow.text)
    assert all(before <= after for before, after in pairwise(shadow.offsets))
    for letter, offset in zip(shadow.text, shadow.offsets, strict=True):
        assert letter in FOLDS[ord(text[offset])]


@law
@given(texts, st.data())
def test_ranges_of_a_shadow_hold_whole_letters(text: str, data: st.DataObject) -> None:
    shadow = Shadow.of(text)
    if not shadow.text:
        return
    first = data.draw(st.integers(0, len(shadow.text) - 1))
    last = data.draw(st.integers(first + 1, len(shadow.text)))
    start, end = shadow.range(first, last)
    assert not is_dropped(text[start])
    assert end == len(text) or not clings(text[end])
    assert shadow.text[first:last] in normalise(text[start:end])


@law
@given(texts, texts)
def test_what_is_found_has_the_normal_form_of_the_query(text: str, query: str) -> None:
    wanted = normalise(query)
    for ranges in (find(Shadow.of(text), query), find(Shadow.of(text + query + text), query)):
        check_ranges(ranges, text + query + text)
    for hit in found(text + query + text, query):
        last = [character for character in hit if not clings(character)][-1]
        held_by_a_form = wanted in normalise(hit) and (is_several_letters(hit[0]) or is_several_letters(last))
        assert normalise(hit) == wanted or held_by_a_form


@given(ascii_texts, st.text("abAB.0", min_size=1, max_size=3))
def test_in_plain_ascii_it_is_the_naive_search(text: str, query: str) -> None:
    low, wanted = text.lower(), query.lower()
    expected, at = [], low.find(wanted)
    while at >= 0:
        expected.append((at, at + len(wanted)))
        at = low.find(wanted, at + len(wanted))
    assert find(Shadow.of(text), query) == expected


@law
@given(texts)
def test_a_text_is_found_in_itself(text: str) -> None:
    ranges = find(Shadow.of(text), text)
    assert len(ranges) == (1 if normalise(text) else 0)
    assert all(normalise(text[start:end]) == normalise(text) for start, end in ranges)


@law
@given(texts, texts, st.data())
def test_harakat_and_tatweel_change_no_number_of_hits(text: str, query: str, data: st.DataObject) -> None:
    vocalised = data.draw(with_harakat(text))
    for name in (query, text[2:5]):
        assert len(found(vocalised, name)) == len(found(text, name))
        assert len(mentioned(vocalised, name)) == len(mentioned(text, name))


def test_marks_after_the_last_letter_are_in_the_range_and_bidi_controls_are_not() -> None:
    text = "قال أحمدُ\u0640\u200f: نعم"
    assert found(text, "احمد") == ["أحمدُ\u0640"]
    assert found("مُحَمَّد", "حم") == ["حَمَّ"]


def test_a_name_broken_over_a_line_is_found() -> None:
    assert found("مجلس  \r\nالأمن", "مجلس الأمن") == ["مجلس  \r\nالأمن"]
    assert found("مجلس  \r\nالأمن", "مجلس ") == ["مجلس  \r\n"]


def test_a_stored_lam_alef_is_found_whole() -> None:
    assert found("اﻹيرانية", "إيران") == ["ﻹيران"]
    assert found("ﻻﻻ", "ا") == ["ﻻ", "ﻻ"]
    assert found("ﷺ", "صلى ") == ["ﷺ"]
    assert found("ﷺ", "ل") == ["ﷺ"]


@pytest.mark.parametrize("query", ["", "\u064e\u0651", "\u200f"])
def test_an_empty_query_is_found_nowhere(query: str) -> None:
    assert found("نصٌّ ما", query) == []


def test_mentions_leave_proclitics_out() -> None:
    text = "الحكومة والحكومة وبالحكومة كالحُكومة فالحكومه وَلِلْحُكومةِ"
    assert mentioned(text, "الحكومة") == ["الحكومة", "الحكومة", "الحكومة", "الحُكومة", "الحكومه", "لْحُكومةِ"]
    assert mentioned(text, "حكومة") == ["حكومة", "حكومة", "حكومة", "حُكومة", "حكومه", "حُكومةِ"]


def test_after_lam_the_article_loses_its_alef_and_three_lams_are_two() -> None:
    assert mentioned("للبنانية وللقوات اللبنانية", "اللبنانية") == ["لبنانية", "اللبنانية"]
    assert mentioned("للقوات الأمنية", "القوات الأمنية") == ["لقوات الأمنية"]
    assert mentioned("الحمد لله", "الله") == ["له"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("الحكومات حكومتي حكومية", "حكومة"),
        ("أبمصر مصري", "مصر"),
        ("أوبالحكومة", "حكومة"),
        ("إم4", "إم"),
        ("سلام سلام", "لام"),
        ("140 3.40 40.5 40/2", "40"),
        ("لبنان", "بنا"),
        ("له قول", "الله"),
        ("cat concatenate", "at"),
    ],
)
def test_part_of_a_longer_word_is_no_mention(text: str, name: str) -> None:
    assert mentioned(text, name) == []


def test_quotes_and_punctuation_end_a_word() -> None:
    assert mentioned('قال ل"المدن"، و(المدن) #شكرا_المدن/المدن', "المدن") == ["المدن"] * 4
    assert mentioned("بنسبة 3.5%، و3.5%.", "3.5%") == ["3.5%", "3.5%"]
    assert mentioned("في 40. وب40، ٤٠", "40") == ["40", "40", "٤٠"]


def test_a_name_is_found_after_a_false_start_that_overlaps_it() -> None:
    assert mentioned("كلالا لا لا", " لا لا ") == ["لا لا"]


def test_the_sin_of_the_future_stands_before_the_imperfect_alone() -> None:
    assert mentioned("سيعلن وسيعلن فيعلن", "يعلن") == ["يعلن"] * 3


def test_a_lam_written_in_one_with_the_name_is_in_the_mention() -> None:
    assert mentioned("وصل ﻹيران", "إيران") == ["ﻹيران"]


@pytest.mark.parametrize("name", ["", "و", "«م»", "\u064e\u064e", " ا "])
def test_a_name_of_one_letter_has_no_mentions(name: str) -> None:
    assert mentioned("و م ا «م»", name) == []


@law
@given(texts_with_ranges())
def test_mentions_are_ranges_that_end_with_the_name(case: tuple[str, int, int]) -> None:
    text, start, end = case
    wanted = normalise(text[start:end]).strip()
    ranges = mentions(Shadow.of(text), text[start:end])
    check_ranges(ranges, text)
    for first, last in ranges:
        normal = normalise(text[first:last])
        assert wanted in normal or normal.endswith((wanted[1:], wanted[2:]))


@pytest.mark.parametrize("name", ["حكومة", "المدن", "بنك مصر", "3.5%", *[f"{form}سم" for form in FORMS[:3]]])
def test_a_name_between_spaces_is_mentioned(name: str) -> None:
    assert mentioned(f"عن {name} خبر", name) == [name]
