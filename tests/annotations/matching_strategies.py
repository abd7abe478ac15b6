"""Hypothesis strategies for the text that matching has to see through: marks, stored forms, quotes, clitics."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670\u0640"
UNSEEN = ["\u200c", "\u200d", "\u200e", "\u200f", "\u2067", "\ufeff", "\xad"]
FORMS = ["ﻷ", "ﻻ", "ﻹ", "ﷲ", "ﷺ", "ﺑ", "ﺔ", "\ufe76", "\ufe77", "ا\u0654", "ا\u0653", "ي\u0654", "ß", "İ"]
CLITICS = ["و", "ف", "ب", "ل", "ك", "س", "ال", "لل", "ه", "ها", "هم", "ني", "ي"]
WORDS = ["حكومة", "المدن", "وزير", "أسد", "يعلن", "إيران", "مصر", "UN", "C++", "40", "3.5%", "٤٥"]
SIGNS = [" ", " ", "  ", "\n", "\r\n", "\xa0", '"', "«", "»", "“", "”", "'", "(", ")", "،", ".", "…", "-", "_", "#"]

pieces = st.sampled_from([*WORDS, *WORDS, *CLITICS, *CLITICS, *SIGNS, *HARAKAT, *UNSEEN, *FORMS])
texts = st.lists(st.one_of(pieces, pieces, pieces, st.characters(exclude_categories=["Cs"])), max_size=14).map("".join)
"""Words with clitics, marks and punctuation in any order, and any other code point."""

law = settings(max_examples=300, deadline=None)


@st.composite
def texts_with_ranges(draw: st.DrawFn) -> tuple[str, int, int]:
    """A text and a range of it that is not empty."""
    text = draw(texts.filter(bool))
    start = draw(st.integers(0, len(text) - 1))
    return text, start, draw(st.integers(start + 1, len(text)))


@st.composite
def with_harakat(draw: st.DrawFn, text: str) -> str:
    """The text with marks and tatweel put in anywhere."""
    for at in sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)), reverse=True):
        text = text[:at] + draw(st.sampled_from(HARAKAT)) + text[at:]
    return text
