from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from matching_strategies import law, texts_with_ranges

from annotations.clitics import enclitic_ends, proclitic_starts, toggle_enclitic, toggle_proclitic
from annotations.normalise import clings, is_dropped


def beginnings(word: str) -> list[str]:
    return [word[start:] for start in proclitic_starts(word, 0, len(word))]


def endings(word: str) -> list[str]:
    return [word[:end] for end in enclitic_ends(word, 0, len(word))]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("وبالحكومة", ["حكومة", "الحكومة", "بالحكومة", "وبالحكومة"]),
        ("وَبِالْحُكُومَةِ", ["حُكُومَةِ", "الْحُكُومَةِ", "بِالْحُكُومَةِ", "وَبِالْحُكُومَةِ"]),
        ("للحكومة", ["حكومة", "لحكومة", "للحكومة"]),
        ("ولبنان", ["بنان", "لبنان", "ولبنان"]),
        ("وسيعلن", ["يعلن", "سيعلن", "وسيعلن"]),
        ("كالعادة", ["عادة", "العادة", "كالعادة"]),
        ("لالتزام", ["التزام", "لالتزام"]),
        ("ب40", ["40", "ب40"]),
        ("لـUN", ["UN", "لـUN"]),
        ("والـحكومة", ["حكومة", "الـحكومة", "والـحكومة"]),
        ("وﺍﻟﺤﻜﻮﻣﺔ", ["ﺤﻜﻮﻣﺔ", "ﺍﻟﺤﻜﻮﻣﺔ", "وﺍﻟﺤﻜﻮﻣﺔ"]),
        ("وﻹيران", ["ﻹيران", "وﻹيران"]),
    ],
)
def test_where_a_word_may_begin_from_inside_to_outside(word: str, expected: list[str]) -> None:
    assert beginnings(word) == expected


@pytest.mark.parametrize("word", ["سوريا", "ألمانيا", "ا\u0654لمانيا", "مدينة", "له", "بك", "اﻷسد", "ﻹيران", "12"])
def test_a_word_without_proclitics_begins_in_one_place(word: str) -> None:
    assert beginnings(word) == [word]


@pytest.mark.parametrize("word", ["و", "«", " ", "\u064e", "\u200f"])
def test_what_is_no_word_has_no_beginnings(word: str) -> None:
    assert beginnings(word) == endings(word) == []


def test_toggling_goes_outward_and_around_and_inward_too() -> None:
    text = "قال وبالحكومة"
    starts = [4, 5, 6, 8]
    outward = [toggle_proclitic(text, start, 13) for start in starts]
    inward = [toggle_proclitic(text, start, 13, inward=True) for start in starts]
    assert outward == [(8, 13), (4, 13), (5, 13), (6, 13)]
    assert inward == [(5, 13), (6, 13), (8, 13), (4, 13)]


def test_only_the_first_word_of_a_range_counts() -> None:
    text = "والقوات وبالحكومة"
    assert toggle_proclitic(text, 1, len(text)) == (0, len(text))


@pytest.mark.parametrize("quote", ['"', "«", "“", "«'"])
def test_a_proclitic_glued_to_a_quote_is_taken_in_and_out(quote: str) -> None:
    text = f"قال ول{quote}المدن"
    end, word = len(text), 6 + len(quote)
    assert proclitic_starts(text, word, end) == proclitic_starts(text, 4, end) == (word + 2, word, 5, 4)
    assert toggle_proclitic(text, word, end) == (5, end)


def test_a_word_before_a_quote_is_no_proclitic() -> None:
    assert proclitic_starts('قل"نعم"', 3, 6) == (3,)
    assert toggle_proclitic('ل "نعم"', 3, 6) is None


def test_a_range_that_begins_elsewhere_is_left_alone() -> None:
    assert toggle_proclitic("وبالحكومة", 6, 9) is None
    assert toggle_proclitic('ل"المدن"', 1, 8) is None
    assert toggle_proclitic("مدينة", 0, 5) is None


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("كتابهما", ["كتاب", "كتابهما"]),
        ("كتابُهُ", ["كتابُ", "كتابُهُ"]),
        ("حكومتهم", ["حكومت", "حكومتهم"]),
        ("بلادنا", ["بلاد", "بلادنا"]),
        ("يمكنني", ["يمكن", "يمكنن", "يمكنني"]),
        ("كتابكـ", ["كتاب", "كتابكـ"]),
        ("يمكن\ufc8f", ["يمكن", "يمكن\ufc8f"]),
        ("حكومة", ["حكومة"]),
        ("على", ["على"]),
        ("له", ["له"]),
        ("قارئ", ["قارئ"]),
    ],
)
def test_where_a_word_may_end_from_inside_to_outside(word: str, expected: list[str]) -> None:
    assert endings(word) == expected


def test_a_pronoun_is_taken_out_and_in() -> None:
    text = "قرأ كتابها أمس"
    assert toggle_enclitic(text, 4, 10) == (4, 8)
    assert toggle_enclitic(text, 4, 8) == (4, 10)
    assert toggle_enclitic(text, 4, 6) is None
    assert toggle_enclitic(text, 11, 14) is None


def test_unseen_characters_at_the_edges_do_not_matter() -> None:
    text = "\u200fوكتابه\u200f"
    assert toggle_proclitic(text, 0, 8, inward=True) == (2, 8)
    assert toggle_enclitic(text, 1, 8) == (1, 6)


@law
@given(texts_with_ranges())
def test_toggling_a_proclitic_comes_back_and_stays_in_the_word(case: tuple[str, int, int]) -> None:
    text, start, end = case
    moved = toggle_proclitic(text, start, end)
    if moved is None:
        return
    places = [moved]
    while (moved := toggle_proclitic(text, *moved)) != places[0]:
        assert moved is not None
        places.append(moved)
        assert len(places) <= 7
    first = next(at for at in range(start, end) if not is_dropped(text[at]))
    assert (first, end) in places
    assert toggle_proclitic(text, *toggle_proclitic(text, first, end), inward=True) == (first, end)
    for low, high in places:
        assert high == end
        assert not is_dropped(text[low])
        assert not any(map(str.isspace, text[min(low, start) : max(low, start)]))


@law
@given(texts_with_ranges())
def test_toggling_a_pronoun_comes_back_and_stays_in_the_word(case: tuple[str, int, int]) -> None:
    text, start, end = case
    moved = toggle_enclitic(text, start, end)
    if moved is None:
        return
    assert toggle_enclitic(text, *moved, inward=True) is not None
    places = [moved]
    while (moved := toggle_enclitic(text, *moved)) != places[0]:
        assert moved is not None
        places.append(moved)
        assert len(places) <= 3
    for low, high in places:
        assert low == start < high
        assert high == len(text) or not clings(text[high])
        assert not any(map(str.isspace, text[min(high, end) : max(high, end)].strip("\u200e\u200f")))


def test_a_word_without_end_makes_no_key_wait() -> None:
    text = "و" * 4_000_000
    began = process_time()
    assert toggle_proclitic(text, 2_000_000, 2_000_002) is None
    assert process_time() - began < 0.1
