from __future__ import annotations

from datetime import datetime, timedelta, timezone
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, fragments, span_of, spans, texts

from annotations.span import (
    CONTEXT,
    change_span,
    check_span,
    make_span,
    move_span,
    new_id,
    normalise_fragments,
    timestamp,
)


@given(st.data())
def test_a_span_keeps_its_invariants_however_it_is_made_and_changed(data: st.DataObject) -> None:
    text = data.draw(texts)
    span = data.draw(spans(text, "s1"))
    moved = move_span(span, text, data.draw(fragments(len(text))), now=LATER)
    changed = change_span(moved, now=LATER, label="event", attributes={"tense": "past", "polarity": "negative"})
    for each in (span, moved, changed):
        check_span(each, text)
        assert list(each.attributes) == sorted(each.attributes)
        assert each.prefix == text[: each.start][-CONTEXT:]
        assert each.suffix == text[each.end :][:CONTEXT]
        if len(each.fragments) == 1:
            assert each.text == text[each.start : each.end]


@given(st.data())
def test_normalised_fragments_cover_the_same_offsets(data: st.DataObject) -> None:
    given_ranges = data.draw(fragments(30))
    ranges = normalise_fragments(given_ranges)
    covered = {offset for start, end in given_ranges for offset in range(start, end)}
    assert [offset for start, end in ranges for offset in range(start, end)] == sorted(covered)
    assert all(before[1] < after[0] for before, after in pairwise(ranges))


@pytest.mark.parametrize("ranges", [[], [(3, 3)], [(4, 2)], [(-1, 2)], [(0, 1), (5, 5)]])
def test_empty_and_negative_fragments_are_refused(ranges: list[tuple[int, int]]) -> None:
    with pytest.raises(ValueError):
        normalise_fragments(ranges)


def test_a_range_beyond_the_text_is_refused() -> None:
    with pytest.raises(ValueError, match="beyond the text"):
        make_span("خبر", [(1, 4)], "actor", id="s1", now=NOW)


def test_a_discontinuous_span_joins_its_texts_with_a_space() -> None:
    span = span_of("لم يعد الوفد إلى", (0, 2), (7, 12))
    assert (span.text, span.start, span.end, span.size) == ("لم الوفد", 0, 12, 7)


def test_the_context_is_32_code_points_on_either_side() -> None:
    text = "ا" * 40 + "خبر" + "ب" * 40
    span = span_of(text, (40, 43))
    assert (span.prefix, span.suffix) == ("ا" * 32, "ب" * 32)


def test_offsets_count_code_points() -> None:
    family = "\U0001f468\u200d\U0001f469 وصل"
    assert span_of(family, (4, 7)).text == "وصل"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fragments": ()}, "no fragments"),
        ({"fragments": ((0, 0),), "end": 0}, "is empty or outside"),
        ({"fragments": ((0, 999),), "end": 999}, "is empty or outside"),
        ({"fragments": ((0, 2), (2, 5))}, "touch each other"),
        ({"fragments": ((3, 5), (0, 2))}, "not sorted"),
        ({"start": 1}, "disagree with the fragments"),
        ({"text": "أعلنـ"}, "not what the article has there"),
    ],
)
def test_check_span_names_what_is_wrong(changes: dict[str, object], reason: str) -> None:
    span = span_of(TEXT, (0, 5))
    check_span(span, TEXT)
    with pytest.raises(ValueError, match=reason):
        check_span(msgspec.structs.replace(span, **changes), TEXT)


def test_changing_a_span_sets_updated_alone() -> None:
    span = span_of(TEXT, (0, 5))
    changed = change_span(span, now=LATER, subtype="gov", note="؟")
    assert (changed.created, changed.updated) == ("2026-11-22T10:15:00Z", "2026-11-22T10:40:12Z")
    assert (changed.subtype, changed.note, changed.label, changed.text) == ("gov", "؟", span.label, span.text)


def test_timestamps_are_utc_in_whole_seconds() -> None:
    local = datetime(2026, 11, 22, 13, 15, 0, 999_999, tzinfo=timezone(timedelta(hours=3)))
    assert timestamp(local) == "2026-11-22T10:15:00Z"
    with pytest.raises(ValueError):
        timestamp(NOW.replace(tzinfo=None))


def test_ids_are_twelve_hexadecimal_digits_and_differ() -> None:
    made = {new_id() for _ in range(100)}
    assert len(made) == 100
    assert all(len(each) == 12 and set(each) <= set("0123456789abcdef") for each in made)
