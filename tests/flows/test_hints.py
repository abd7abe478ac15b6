"""Stories of choosing words by the letters drawn on them, without moving there."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from story import ARTICLE, SECOND, kept, library, reading, told, view

from annotations.schema import BUILT_IN
from tui.app import TOOL, HashiyaApp
from tui.config import Settings
from tui.desk import Desk
from tui.keys import with_twins
from tui.screens.command_screen import CommandScreen
from tui.text.line import set_line

LONG = "".join(f"الفقرة رقم {number} من نص طويل فيه كلام كثير عن أمور شتى.\n" for number in range(1, 60))


def code(app: HashiyaApp, offset: int) -> str:
    """The letters drawn on the word that begins at an offset."""
    return view(app)._overlay.letters[offset]


def on_arabic(keys: str) -> list[str]:
    """What the same strokes type on an Arabic layout."""
    return [with_twins((key,))[-1] for key in keys]


async def test_two_strokes_a_word_two_more_its_end_and_a_label(tmp_path: Path) -> None:
    app = reading(tmp_path)
    start, end = ARTICLE.index("وزارة"), ARTICLE.index("وزارة الإغاثة") + len("وزارة الإغاثة")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        await pilot.press(*code(app, start))
        assert view(app).selection == (start, start + 5)
        assert set_line("وزارة", 20, cell_len).glyphs in told(app)
        await pilot.press(*code(app, end - len("الإغاثة")))
        assert view(app).selection == (start, end)
        await pilot.press("a")
        await pilot.pause()
        assert view(app)._overlay.letters == {}
    assert [(span.label, span.text) for span in kept(tmp_path).spans] == [("actor", "وزارة الإغاثة")]


async def test_the_end_may_be_chosen_before_the_beginning(tmp_path: Path) -> None:
    app = reading(tmp_path)
    start, end = ARTICLE.index("قافلة"), ARTICLE.index("الإغاثة") + len("الإغاثة")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        await pilot.press(*code(app, end - len("الإغاثة")))
        await pilot.press(*code(app, start))
        assert view(app).selection == (start, end)


async def test_no_word_needs_more_than_two_strokes(tmp_path: Path) -> None:
    app = reading(tmp_path, LONG)
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.press("f")
        await pilot.pause()
        letters = view(app)._overlay.letters
        assert len(letters) > 200
        assert {len(drawn) for drawn in letters.values()} == {1, 2}
        assert not set("fjae") & set("".join(letters.values()))


async def test_the_same_strokes_on_an_arabic_keyboard(tmp_path: Path) -> None:
    app = reading(tmp_path, LONG)
    word = LONG.index("طويل")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ب")
        await pilot.press(*on_arabic(code(app, word)))
        assert view(app).selection == (word, word + len("طويل"))
        await pilot.press("ش")
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["طويل"]


async def test_quotes_slashes_and_digits_part_words(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        letters = view(app)._overlay.letters
        for word in ('ل"المرفأ', 'المرفأ"', "29 شباط", "شباط/", "فبراير", "3.5", "Blue", "Gate", "جديّةُ"):
            assert ARTICLE.index(word) in letters, word
        assert ARTICLE.index("5 طن") not in letters


async def test_they_stay_until_escape_once_asked_to(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "f")
        assert "kept on until Esc" in told(app)
        for word, key in (("وزارة", "a"), ("القافلة", "a"), ("دخلت", "e")):
            await pilot.press(*code(app, ARTICLE.index(word)), key)
            await pilot.pause()
        assert "kept on" in told(app) or "marked" in told(app)
        assert view(app)._overlay.letters
        await pilot.press("escape")
        await pilot.pause()
        assert view(app)._overlay.letters == {}
    assert [span.text for span in kept(tmp_path).spans] == ["وزارة", "القافلة", "دخلت"]


async def test_a_letter_that_is_on_no_word_is_told_and_does_nothing_else(tmp_path: Path) -> None:
    app = reading(tmp_path, SECOND)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "f")
        drawn = "".join(view(app)._overlay.letters.values())
        # Outside of this mode these delete, undo, open lists and hide diacritics.
        missing = [key for key in "xutdvnpzyq" if key not in drawn]
        assert "x" in missing
        for key in missing:
            await pilot.press(key)
            assert "no word has" in told(app), key
        await pilot.pause()
        assert app.is_running
    assert len(kept(tmp_path).spans) == 1


async def test_backspace_takes_a_letter_back_and_then_the_word(tmp_path: Path) -> None:
    app = reading(tmp_path, LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f")
        before = dict(view(app)._overlay.letters)
        word, pair = next((word, drawn) for word, drawn in before.items() if len(drawn) == 2)
        await pilot.press(pair[0])
        assert code(app, word) == pair[1]
        assert len(view(app)._overlay.letters) < len(before)
        await pilot.press("backspace")
        assert view(app)._overlay.letters == before
        await pilot.press(*pair)
        assert view(app).selection is not None
        await pilot.press("backspace")
        assert view(app).selection is None
        assert view(app)._overlay.letters


async def test_a_part_is_added_by_its_letters(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "f")
        await pilot.press(*code(app, ARTICLE.index("نقلت")), "e")
        await pilot.press(*code(app, ARTICLE.index("الأدوية")), "j")
        await pilot.pause()
        assert set_line("نقلت الأدوية", 20, cell_len).glyphs in told(app)
    (span,) = kept(tmp_path).spans
    assert (span.text, len(span.fragments)) == ("نقلت الأدوية", 2)


async def test_scrolling_draws_them_on_what_comes_into_view(tmp_path: Path) -> None:
    app = reading(tmp_path, LONG)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "pagedown", "pagedown")
        await pilot.pause()
        start, end = view(app).reached
        assert start > 0
        assert all(start <= offset < end for offset in view(app)._overlay.letters)
        first = min(view(app)._overlay.letters)
        await pilot.press(*code(app, first))
        assert view(app).selection is not None
        # A selection may reach further than the screen: its end gets letters when it comes into view.
        await pilot.press("shift+pagedown", "shift+pagedown")
        await pilot.pause()
        last = max(view(app)._overlay.letters)
        assert last > end
        await pilot.press(*code(app, last))
        selected = view(app).selection
        assert selected is not None
        assert selected[0] == first
        assert selected[1] > last


async def test_moving_the_cursor_forgets_the_word_that_was_chosen(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f", "ctrl+left")
        await pilot.press(*code(app, ARTICLE.index("دخلت")), "left")
        await pilot.pause()
        assert "type the letters on a word" in told(app)
        await pilot.press(*code(app, ARTICLE.index("القافلة")))
        assert view(app).selection == (ARTICLE.index("القافلة"), ARTICLE.index("القافلة") + len("القافلة"))


async def test_the_last_label_and_subtype_again(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "t", "g", "ctrl+left", ".")
        await pilot.pause()
        await pilot.press("f", "f")
        await pilot.press(*code(app, ARTICLE.index("شركة")), ".")
        await pilot.pause()
    assert [(span.label, span.subtype) for span in kept(tmp_path).spans] == [("actor", "gov")] * 3


@pytest.mark.parametrize(("keys", "key"), [({"marking.mark_actor": ("s",)}, "s"), ({"marking.repeat": ("w",)}, "w")])
async def test_keys_given_to_labels_are_no_letters(tmp_path: Path, keys: dict[str, tuple[str, ...]], key: str) -> None:
    opened = library(tmp_path, aid=ARTICLE)
    changed = type(opened)(opened.articles, opened.folder, "lina", BUILT_IN, Settings(keys=keys))
    app = HashiyaApp(changed, Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL))
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, CommandScreen)
        await pilot.press("ctrl+left", app.screen.key_of("marking.mark_actor"), "f")
        assert key not in "".join(view(app)._overlay.letters.values())
        await pilot.press(*code(app, ARTICLE.index("شركة")), key)
        await pilot.pause()
    assert [span.text for span in kept(tmp_path).spans] == ["قافلة", "شركة"]
