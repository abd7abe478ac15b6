from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.formats.units import Utf16

texts = st.text(alphabet=st.sampled_from("لقسد \ufeff\uffff\U00010000\U0001f468\u200d\U0010ffff"), max_size=30)


@given(texts)
def test_code_units_are_those_of_utf_16_and_lead_back(text: str) -> None:
    utf16 = Utf16(text)
    units = [len(text[:offset].encode("utf-16-le")) // 2 for offset in range(len(text) + 1)]
    assert [utf16.of(offset) for offset in range(len(text) + 1)] == units
    assert [utf16.code_point(unit) for unit in units] == list(range(len(text) + 1))


@given(texts)
def test_a_unit_inside_of_a_pair_is_refused(text: str) -> None:
    utf16 = Utf16(text)
    inside = {utf16.of(offset) + 1 for offset, character in enumerate(text) if ord(character) > 0xFFFF}
    for unit in inside:
        with pytest.raises(ValueError, match=f"code unit {unit} is inside of a character"):
            utf16.code_point(unit)
