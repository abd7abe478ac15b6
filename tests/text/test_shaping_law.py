"""Law 6: letters take the forms that arabic_reshaper gives them, lam-alef the only ligatures, marks kept."""

from __future__ import annotations

import pytest
from arabic_reshaper import ArabicReshaper
from arabic_reshaper.ligatures import LIGATURES
from arabic_strategies import LETTERS, NEIGHBOURS, TATWEEL, in_reading_order, law, page_of, shaping_texts
from hypothesis import assume, given

LAM_ALEF = {
    "ARABIC LIGATURE LAM WITH ALEF",
    "ARABIC LIGATURE LAM WITH ALEF WITH HAMZA ABOVE",
    "ARABIC LIGATURE LAM WITH ALEF WITH HAMZA BELOW",
    "ARABIC LIGATURE LAM WITH ALEF WITH MADDA ABOVE",
}
peer = ArabicReshaper(
    {"delete_harakat": False, "delete_tatweel": False, **{name: name in LAM_ALEF for name, _ in LIGATURES}}
)


def set_in_reading_order(text: str) -> str:
    return "".join(cell.glyph for cell in in_reading_order(page_of(text, base="rtl")))


# The law speaks of letters, harakat, tatweel, spaces and punctuation only. Brackets and quotes with a mirror image are
# set mirrored, which is bidi's doing. ZWJ makes the library fail or drop letters, and other format controls cut its
# words where they have no such say in Unicode. Stored presentation forms it leaves as they are, and we join them to
# their neighbours. U+06E5, U+06E6 and U+06DD it takes for marks and moves about. Marks without a base stand on a dotted
# circle here.
@law
@given(shaping_texts)
def test_letters_take_the_forms_of_arabic_reshaper(text: str) -> None:
    assume(text and text[0] not in "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670")
    assert set_in_reading_order(text) == peer.reshape(text)


@pytest.mark.parametrize("letter", [*LETTERS, *NEIGHBOURS, TATWEEL])
def test_every_letter_in_every_place_of_a_word(letter: str) -> None:
    for text in (
        letter,
        f"{letter}ب",
        f"ب{letter}",
        f"ب{letter}ب",
        f"ل{letter}",
        f"ا{letter}ا",
        f"ل\u064e{letter}\u0650ب",
    ):
        assert set_in_reading_order(text) == peer.reshape(text)
