from __future__ import annotations

import re
import subprocess
import sys
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.pattern import LONGEST_PATTERN, MOST_HITS, PatternError, hits


def matched(text: str, pattern: str) -> list[str]:
    return [text[start:end] for start, end in hits(text, pattern)]


@given(
    st.text("ab \n", max_size=20), st.sampled_from(["a", "a+", "b|ab", "a*", "^a", "b$", r"\bb", "(a)(?=b)", "[^a]"])
)
def test_matches_are_those_of_the_standard_library_less_the_empty_ones(text: str, pattern: str) -> None:
    expected = [match.span() for match in re.finditer(pattern, text, re.MULTILINE) if match[0]]
    assert hits(text, pattern) == expected


def test_the_text_is_searched_as_it_stands() -> None:
    assert matched("أحمد احمد", "احمد") == ["احمد"]
    assert matched("خطوة جديّة", r"\bج\w+") == ["جديّة"]
    assert matched("UN في بيروت", r"\p{Arabic}{3,}") == ["بيروت"]


def test_a_pattern_searched_backwards_gives_sorted_ranges() -> None:
    assert hits("aba", "(?r)a") == [(0, 1), (2, 3)]


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(خبر", "The pattern “(خبر” does not work: missing ) at its end."),
        ("خبر)", "The pattern “خبر)” does not work: unbalanced parenthesis at character 4."),
        ("*خبر", "The pattern “*خبر” does not work: nothing to repeat at character 1."),
        ("\x1b[", "The pattern “\\x1b[” does not work: unterminated character set at its end."),
        ("\u202e(", "The pattern “\\u202e(” does not work: missing ) at its end."),
        (
            "(?:[ab]{1000}){1000}",
            "The pattern “(?:[ab]{1000}){1000}” repeats too much; lower its counts, or nest them less.",
        ),
        ("(" * 499 + ")" * 499, f"The pattern “{'(' * 60}…” nests too many brackets; use fewer."),
        ("a" * (LONGEST_PATTERN + 1), f"The pattern “{'a' * 60}…” is longer than 1,000 characters; make it shorter."),
    ],
)
def test_a_pattern_that_does_not_compile_is_named_with_the_reason(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError) as caught:
        hits("خبر", pattern)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "pattern",
    ["(" * 30 + "a?" + ")+" * 30, "(?:" * 30 + "[(]" + "){2}" * 30, r"((\)){999}){999}", "(?:a{300}[)]){300}"],
)
def test_nested_repeats_are_refused_before_they_take_the_memory(pattern: str) -> None:
    with pytest.raises(PatternError, match="repeats too much"):
        hits("a", pattern)


@pytest.mark.parametrize(
    "pattern", [r"\d{4}-\d{2}-\d{2}", r"(?:\p{L}{3,}\s){10}", r"\{{3}[{}(]{2}", "a{1000}", "(a+)+b"]
)
def test_counts_as_people_use_them_are_not_refused(pattern: str) -> None:
    assert hits("خبر", pattern) == []


def test_a_pattern_that_runs_away_is_stopped() -> None:
    began = process_time()
    with pytest.raises(PatternError, match=r"“\(\\w\+\\s\?\)\+\$” takes too long on this article; make it simpler\.$"):
        hits("كلمة " * 5000 + "!", r"(\w+\s?)+$", seconds=0.1)
    assert process_time() - began < 2


def test_the_hits_are_counted_up_to_a_limit() -> None:
    assert len(hits("a" * (MOST_HITS + 5), "a")) == MOST_HITS


def test_the_library_is_imported_when_it_is_first_needed() -> None:
    look = "import sys, annotations.pattern; print('regex' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout
    assert found.strip() == "False"
