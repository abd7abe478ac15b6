"""Hypothesis strategies for Arabic text with all that goes wrong in it, and pages to set it on.

Text is put together from short tokens, so that what matters (a lam before an alef, a mark after a control) comes up
often; `wild_texts` adds any code point there is, surrogates aside: no decoder yields those.
"""

from __future__ import annotations

from unicodedata import bidirectional

from hypothesis import Phase, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text.document import PIECE, Base, Document
from tui.text.layout import Cell, Row
from tui.text.page import Page, Spot

ENDLESS = 1_000_000
"""A width that no row of these texts reaches, in columns."""

LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهويءأإآؤئةى"
HARAKAT = "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0670"
TATWEEL = "\u0640"

LAM_ALEF = ["لا", "لأ", "لإ", "لآ", "ل\u0651ا", "ل\u064eا\u064b", "سلام", "ل\u0640ا", "لل", "ﻷ", "ﻻ", "ﻼ"]
LATIN = ["a", "Z", "C++", "UN", "e\u0301", "don't"]
DIGITS = ["1", "2024", "٣", "٤٥", "۶", "3.5%", "2024-05-12", "١٢/٥", "12:30"]
BRACKETS = ["(", ")", "[", "]", "{", "}", "«", "»", "<", ">", "\ufd3e", "\ufd3f", "\uff08", "\u2329"]
QUOTES = ['"', "'", "“", "”", "‘", "’", "…", "،", "؛", "؟", ".", ":", "/", "-", "_", "*"]
BIDI_CONTROLS = list("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e")
ISOLATES = list("\u2066\u2067\u2068\u2069")
JOINERS = ["\u200d", "\u200c", "ه\u200d", "\u200dه", "ل\u200dا", "می\u200cروم"]
BLANKS = [" ", " ", "  ", "\xa0", "\t", "\u202f", "\u200b", "\u2003", "\u3000", "\u2028", "\u2029"]
ENDINGS = ["\n", "\r\n", "\r", "\n\n", "\v", "\f", "\x85"]
UNSEEN = ["\ufeff", "\xad", "\u2060", "\ufff9", "\u034f", "\ufe0f", "\u3164", "\U000e0100"]
CONTROLS = ["\x00", "\x07", "\x1b", "\x1b[31m", "\x7f", "\x80", "\x9b"]
EMOJI = [
    "\U0001f600",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f44d\U0001f3fd",
    "\U0001f1f5\U0001f1f8",
    "\U0001f1f5",
    "1\ufe0f\u20e3",
    "\u2764\ufe0f",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f",
    "\u2139",
]
SIGNS = ["\u06dd", "\u06dd١٢", "\u0600", "\u06de", "\ufdfa", "\ufdfd", "\u08e2", "\u06e5", "\u06d4"]
NEIGHBOURS = list("گچپژکیەۆێڕڵٹڈںھہۓے")
STORED_FORMS = ["ﺑ", "ﺮ", "ﻪ", "ﻠ", "ﷲ", "ﺎ", "\ufe76", "\ufe77"]
HAMZA = ["ا\u0654", "ا\u0655", "ا\u0653", "و\u0654", "ي\u0654", "لا\u0654", "ل\u0653ا", "أ"]
STRANGE = ["\u0378", "\ue000", "\U0010ffff", "\U000e0041", "\U000e0020", "\ufdd0", "\ufffe", "\ufffd"]
DEFECTIVE = ["\u200e\u064e", "\n\u0651", "\ufeff\u0301", " \u064f", "\u200f\u0650ا", "\u064b", "\u0301", "\u0489"]
HANGUL = ["\u1100", "\u1161", "\u11a8", "\u1100\u1161\u11a8", "\u115f", "\u1160", "한"]
WIDE = ["漢", "字", "ｱ", "Ａ", "か\u3099"]
OTHERS = ["א", "ב\u05b0", "क\u093e", "\U0001ee00", "\U0001e900", "ܐ\u070f", "ߊ"]
LONG_WORDS = ["مستشفيات" * 4, "a" * 30, "لا" * 12, "١" * 25]

_TRAPS = [
    LAM_ALEF, LATIN, DIGITS, BRACKETS, QUOTES, BIDI_CONTROLS, ISOLATES, JOINERS, BLANKS, ENDINGS, UNSEEN, CONTROLS,
    EMOJI, SIGNS, NEIGHBOURS, STORED_FORMS, HAMZA, STRANGE, DEFECTIVE, HANGUL, WIDE, OTHERS, LONG_WORDS,
]  # fmt: skip
_letters = st.sampled_from(LETTERS)
_vocalised = st.builds(str.__add__, _letters, st.sampled_from(["", *HARAKAT, "\u0651\u064e", TATWEEL]))
_words = st.lists(_vocalised, min_size=1, max_size=6).map("".join)
_prose = st.one_of(_words, st.sampled_from([" ", " ", "\n", "، ", " لا ", "ال"]))
# A lam and an alef are drawn as one, unless what stands between them has a cell or a say in it.
_between_lam_and_alef = st.sampled_from([f"ل{token}ا" for tokens in _TRAPS for token in tokens])
_traps = st.one_of(_letters, _words, st.just(" "), *[_between_lam_and_alef] * 3, *map(st.sampled_from, _TRAPS))
_anything = st.one_of(_traps, st.characters(exclude_categories=["Cs"]))

plain_texts = st.lists(_prose, max_size=25).map("".join)
"""Arabic letters, marks, spaces, commas and line feeds: every strong character right to left."""

trap_texts = st.lists(_traps, max_size=30).map("".join)
"""Arabic with every trap that we know of."""

wild_texts = st.lists(_anything, max_size=30).map("".join)
"""The traps, and any other code point."""

latin_texts = st.text(
    st.characters(exclude_categories=["Cs"]).filter(
        lambda character: bidirectional(character) not in {"R", "AL", "AN", "RLE", "RLO", "RLI"}
    ),
    max_size=40,
)
"""Any code points but those that set text right to left."""

_LIGATURE_WORDS = ["الله", "لله", "اللّٰه", "محمد", "أكبر", "صلعم", "ريال", "لم", "في"]
shaping_texts = st.lists(
    st.one_of(
        _vocalised,
        st.sampled_from(LAM_ALEF[:9]),
        st.sampled_from(_LIGATURE_WORDS),
        st.sampled_from([" ", "، ", ".", "؟", ":", "-", "*"]),
    ),
    max_size=40,
).map("".join)
"""Letters of the Arabic block with harakat and tatweel, spaces, and punctuation that has no mirror image."""

long_texts = st.builds(
    lambda text, ending: (text * (PIECE // len(text) + 2))[: PIECE + 300] + ending,
    trap_texts.filter(lambda text: len(text.replace("\n", "")) > 10).map(lambda text: text.replace("\n", "")),
    st.sampled_from(["", "\n", "\r\n", "\nلا"]),
)
"""A paragraph longer than one piece."""

bases: st.SearchStrategy[Base] = st.sampled_from(["auto", "rtl", "ltr"])
widths = st.integers(1, 120)

law = settings(max_examples=250, deadline=None)
# Shrinking a failure costs minutes where each try sets thousands of cells; the laws on short texts shrink theirs.
long_law = settings(max_examples=8, deadline=None, phases=(Phase.explicit, Phase.reuse, Phase.generate))


def page_of(text: str, width: int = ENDLESS, base: Base = "auto", *, marks: bool = True) -> Page:
    """A text set on a page, measured as the terminal program measures."""
    return Page(Document(text, base), width, cell_len, marks=marks)


def pages(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Page]:
    """Texts set at widths 1 to 120, with and without marks, in each base direction."""
    return st.builds(
        lambda text, width, base, marks: page_of(text, width, base, marks=marks), texts, widths, bases, st.booleans()
    )


def spots_of(page: Page) -> list[Spot]:
    """All rows of a page, blank pieces included, from top to bottom."""
    return [Spot(index, row) for index in range(len(page.document.pieces)) for row in range(len(page.rows(index)))]


def rows_of(page: Page) -> list[Row]:
    """The rows themselves."""
    return [page.row(spot) for spot in spots_of(page)]


def in_reading_order(page: Page) -> list[Cell]:
    """All cells of a page by the offsets they show."""
    return sorted((cell for row in rows_of(page) for cell in row.cells), key=lambda cell: cell.start)


def stops_of(page: Page) -> list[int]:
    """Every place on the printed rows where a caret can stand, in reading order."""
    printed = {Spot(index, row) for index in page.document.printed for row in range(len(page.rows(index)))}
    return sorted(stop for spot in printed for stop in page.row(spot).stops)
