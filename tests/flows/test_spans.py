"""Stories of spans of every shape: nested, in parts, with two labels; their edges moved, their label changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from story import cell, kept, library, reading, told, view
from textual.pilot import Pilot

from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, make_link, make_span
from annotations.store.files import save_layer
from tui.app import TOOL, HashiyaApp
from tui.config import Settings
from tui.desk import Desk, now

TEXT = (
    "عودة الهدوء إلى المرفأ\n"
    'قال متحدث ل"المدن" إن وزارة النقل أدلت صباح أمس بتصريح رسمي، وبالحكومة تُعقد الآمال.\n'
    "ودعا رئيس بلدية الغدير وأعضاؤها سكان المدينة إلى «الهدوء»، فرفض التجار طلبه.\n"
)


def where(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def spans(folder: Path) -> list[tuple[str, str]]:
    """Label and text of what is on the disk."""
    return [(span.label, span.text) for span in kept(folder).spans]


def given(folder: Path, *made: Span) -> Layer:
    """A sidecar with these spans, and the layer in it."""
    library(folder, aid=TEXT)
    layer = Layer.new(read_article(folder / "aid.txt"), "lina", BUILT_IN, now(), TOOL)
    for span in made:
        layer = layer.add(span)
    save_layer(folder / "aid.txt", layer)
    return layer


def made(words: str, span_id: str, label: str = "actor", origin: str = "manual") -> Span:
    return make_span(TEXT, [where(words)], label, id=span_id, now=now(), origin=origin)


async def drag(app: HashiyaApp, pilot: Pilot[None], words: str) -> None:
    """Select words with the mouse."""
    start, end = where(words)
    await pilot.mouse_down(view(app), offset=cell(app, start))
    await pilot.hover(view(app), offset=cell(app, end - 1))
    await pilot.mouse_up(view(app), offset=cell(app, end - 1))
    assert view(app).selection == (start, end)


async def mark(app: HashiyaApp, pilot: Pilot[None], words: str, key: str) -> None:
    await drag(app, pilot, words)
    await pilot.press(key)
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def test_spans_lie_across_and_within_each_other(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        for words, key in (
            ("رئيس بلدية الغدير وأعضاؤها", "a"),
            ("بلدية الغدير", "a"),
            ("الغدير وأعضاؤها سكان", "e"),
            ("سكان المدينة", "a"),
        ):
            await mark(app, pilot, words, key)
    assert spans(tmp_path) == [
        ("actor", "رئيس بلدية الغدير وأعضاؤها"),
        ("actor", "بلدية الغدير"),
        ("event", "الغدير وأعضاؤها سكان"),
        ("actor", "سكان المدينة"),
    ]


async def test_one_range_has_two_labels_and_a_key_goes_from_one_to_the_other(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "طلبه", "a")
        await press(pilot, "e")
        assert sorted(spans(tmp_path)) == [("actor", "طلبه"), ("event", "طلبه")]
        view(app).drop_selection()
        await press(pilot, "right", "left")
        seen = []
        for _ in range(3):
            seen.append("actor" if "  actor" in told(app) else "event")
            await press(pilot, "`")
        assert seen[0] == seen[2] != seen[1]
        await press(pilot, "x")
        assert spans(tmp_path) == [(seen[0], "طلبه")]
        await press(pilot, "`")
        assert "no other span here" in told(app)


async def test_the_innermost_of_nested_spans_comes_first_and_the_chosen_one_is_worked_on(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "رئيس بلدية الغدير", "a")
        await mark(app, pilot, "بلدية", "a")
        await press(pilot, "`")
        assert f"{where('رئيس')[0]}–{where('الغدير')[1]}" in told(app)
        await press(pilot, "+")
        assert spans(tmp_path) == [("actor", "رئيس بلدية الغدير وأعضاؤها"), ("actor", "بلدية")]


async def test_a_second_part_is_added_with_one_key_and_taken_back_with_one(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "أدلت", "e")
        await drag(app, pilot, "بتصريح رسمي")
        await press(pilot, "j")
        (span,) = kept(tmp_path).spans
        assert (span.text, span.fragments) == ("أدلت بتصريح رسمي", (where("أدلت"), where("بتصريح رسمي")))
        assert view(app).selection is None
        assert "+" not in told(app)
        await press(pilot, "u")
        assert kept(tmp_path).spans[0].fragments == (where("أدلت"),)
        assert "undone: add a part" in told(app)
        await press(pilot, "ctrl+r")
        await press(pilot, "left", "right")
        start, end = where("أدلت")
        low, high = where("بتصريح رسمي")
        assert f"{start}–{end} + {low}–{high}  event" in told(app)


async def test_the_word_under_the_cursor_is_added_too_and_a_part_twice_is_refused(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("أدلت")[0])
        await press(pilot, "e", "ctrl+left", "ctrl+left", "ctrl+left", "ت")
        assert spans(tmp_path) == [("event", "أدلت بتصريح")]
        await drag(app, pilot, "تصريح")
        await press(pilot, "j")
        assert "holds this already" in told(app)
        assert spans(tmp_path) == [("event", "أدلت بتصريح")]


async def test_parts_are_added_to_the_span_that_was_gone_to_for_that(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+end", "j")
        assert "to add a part to a span" in told(app)
        await mark(app, pilot, "أدلت", "e")
        await mark(app, pilot, "التجار", "a")
        await press(pilot, "p", "j")
        assert "parts added now" in told(app)
        await drag(app, pilot, "بتصريح")
        await press(pilot, "j")
        assert spans(tmp_path) == [("event", "أدلت بتصريح"), ("actor", "التجار")]


async def test_a_word_more_and_a_word_less(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "بلدية", "a")
        await press(pilot, "+")
        assert spans(tmp_path) == [("actor", "بلدية الغدير")]
        assert "is now" in told(app)
        await press(pilot, "+", "-", "-")
        assert spans(tmp_path) == [("actor", "بلدية")]
        await press(pilot, "-")
        assert "the span would be empty: x deletes it" in told(app)
        assert spans(tmp_path) == [("actor", "بلدية")]
        await press(pilot, "u")
        assert spans(tmp_path) == [("actor", "بلدية الغدير")]
        assert "undone: move the edges" in told(app)


async def test_where_the_text_ends_there_is_no_word_more(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "طلبه", "a")
        await press(pilot, "+")
        assert "no more to take in" in told(app)
        await press(pilot, "u")
        assert spans(tmp_path) == []


async def test_leading_letters_are_left_out_one_by_one_and_taken_in_again(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("وبالحكومة")[0])
        await press(pilot, "a")
        for expected in ("بالحكومة", "الحكومة", "حكومة", "وبالحكومة", "بالحكومة"):
            await press(pilot, "h")
            assert spans(tmp_path) == [("actor", expected)]
        await press(pilot, "ا")
        assert spans(tmp_path) == [("actor", "الحكومة")]


async def test_a_preposition_before_a_quote_is_taken_in_and_left_out(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.click(view(app), offset=cell(app, where("المدن")[0]), times=2)
        await press(pilot, "a")
        assert spans(tmp_path) == [("actor", "المدن")]
        for expected in ("مدن", 'ل"المدن', "المدن"):
            await press(pilot, "h")
            assert spans(tmp_path) == [("actor", expected)]


async def test_a_pronoun_after_the_word_is_left_out_and_taken_in(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("وأعضاؤها")[0])
        await press(pilot, "a", "h")
        for expected in ("أعضاؤ", "أعضاؤها"):
            await press(pilot, "k")
            assert spans(tmp_path) == [("actor", expected)]


async def test_where_there_is_no_clitic_that_is_said(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "رئيس", "a")
        for key, what in (("h", "to take in or leave out here"), ("k", "no pronoun suffix")):
            await press(pilot, key)
            assert what in told(app)
        view(app).go_to(0)
        await press(pilot, "h")
        assert "no span here" in told(app)


async def test_edges_go_letter_by_letter_and_word_by_word_until_that_is_done(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "بلدية الغدير", "a")
        await press(pilot, "z")
        assert "moving the end" in told(app)
        for keys, expected in (
            (["right"], "بلدية الغدي"),
            (["left"], "بلدية الغدير"),
            (["ctrl+left"], "بلدية الغدير وأعضاؤها"),
            (["ctrl+right", "ctrl+right"], "بلدية"),
            (["tab", "ctrl+right"], "رئيس بلدية"),
            (["left"], "ئيس بلدية"),
            (["right", "right"], " رئيس بلدية"),
            (["ctrl+left", "ctrl+left"], "بلدية"),
        ):
            await press(pilot, *keys)
            assert spans(tmp_path) == [("actor", expected)], keys
        assert "moving the start" in told(app)
        await press(pilot, "ctrl+left")
        assert "would be empty" in told(app)
        await press(pilot, "escape", "left")
        assert spans(tmp_path) == [("actor", "بلدية")]


async def test_another_key_ends_the_moving_of_edges_and_does_what_it_does(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "سكان", "a")
        await press(pilot, "z", "left", "u")
        assert spans(tmp_path) == [("actor", "سكان")]
        await press(pilot, "x")
        assert spans(tmp_path) == []


async def test_a_letter_is_never_parted_from_its_marks(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("تُعقد")[0])
        await press(pilot, "e", "z", "tab", "left")
        assert spans(tmp_path) == [("event", "عقد")]


async def test_edges_in_latin_words_move_by_their_letters(tmp_path: Path) -> None:
    text = "نقلت شركة Blue Gate الأدوية.\n"
    app = reading(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(text.index("Blue"))
        await press(pilot, "a", "z", "ctrl+left", "right", "enter")
    assert [span.text for span in kept(tmp_path).spans] == ["Blue Gat"]


async def test_an_edge_moves_the_way_of_its_own_paragraph(tmp_path: Path) -> None:
    text = "وصلت القافلة\nBlue Gate carried aid.\n"
    app = reading(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(text.index("Blue"))
        await press(pilot, "a", "z", "tab", "right")
    assert [span.text for span in kept(tmp_path).spans] == ["lue"]


async def test_moving_an_edge_of_one_part_keeps_the_others(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "أدلت", "e")
        await drag(app, pilot, "بتصريح")
        await press(pilot, "j", "+")
        assert spans(tmp_path) == [("event", "أدلت بتصريح رسمي")]
        await press(pilot, "-", "h")
        assert spans(tmp_path) == [("event", "أدلت تصريح")]
        view(app).go_to(where("أدلت")[0])
        await press(pilot, "+")
        assert spans(tmp_path) == [("event", "أدلت صباح تصريح")]
        await press(pilot, "+", "+")
        assert kept(tmp_path).spans[0].fragments == ((where("أدلت")[0], where("بتصريح")[1]),)
        await press(pilot, "u", "-", "-", "-")
        assert spans(tmp_path) == [("event", "تصريح")]
        await press(pilot, "-")
        assert "would be empty" in told(app)


async def test_every_edge_of_a_span_in_parts_can_be_gone_to(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "أدلت", "e")
        await drag(app, pilot, "بتصريح")
        await press(pilot, "j", "z")
        for edge in ("the end of part 2", "the start of part 1", "the end of part 1", "the start of part 2"):
            assert f"moving {edge} of 2" in told(app)
            await press(pilot, "tab")
        await press(pilot, "tab", "tab", "ctrl+left")
        assert spans(tmp_path) == [("event", "أدلت صباح بتصريح")]
        await press(pilot, "ctrl+left", "ctrl+left")
        assert kept(tmp_path).spans[0].fragments == ((where("أدلت")[0], where("بتصريح")[1]),)
        await press(pilot, "ctrl+left")
        assert spans(tmp_path) == [("event", "أدلت صباح أمس بتصريح رسمي")]


@pytest.mark.parametrize(
    ("selected", "expected"),
    [("«الهدوء»،", "الهدوء"), ('ل"المدن"', 'ل"المدن"'), ('"المدن"', "المدن"), ("رسمي،", "رسمي"), ("طلبه.", "طلبه")],
)
async def test_punctuation_at_the_edges_of_a_selection_is_left_out(
    tmp_path: Path, selected: str, expected: str
) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, selected, "a")
        assert spans(tmp_path) == [("actor", expected)]
        assert expected[-3:] in kept(tmp_path).spans[0].text


async def test_by_the_palette_a_selection_is_marked_as_it_is(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "رفض", "e")
        await drag(app, pilot, "«الهدوء»،")
        await press(pilot, "ctrl+p", *"punctuation", "enter")
        await pilot.pause()
        assert spans(tmp_path) == [("event", "«الهدوء»،"), ("event", "رفض")]


async def test_who_sets_trim_to_false_gets_what_was_selected(tmp_path: Path) -> None:
    opened = library(tmp_path, aid=TEXT)
    desk = Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL)
    app = HashiyaApp(type(opened)(opened.articles, "", "lina", BUILT_IN, Settings(trim=False)), desk)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "«الهدوء»،", "a")
        await mark(app, pilot, "أدلت", "e")
        await drag(app, pilot, "رسمي،")
        await press(pilot, "j")
    assert spans(tmp_path) == [("event", "أدلت رسمي،"), ("actor", "«الهدوء»،")]


async def test_another_label_in_place(tmp_path: Path) -> None:
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, "طلبه", "a")
        before = kept(tmp_path).spans[0]
        await press(pilot, "R")
        after = kept(tmp_path).spans[0]
        assert (after.label, after.id, after.fragments) == ("event", before.id, before.fragments)
        assert "is event now" in told(app)
        await press(pilot, "u")
        assert "undone: label event" in told(app)
        assert spans(tmp_path) == [("actor", "طلبه")]


async def test_a_label_that_a_link_needs_is_not_taken_away(tmp_path: Path) -> None:
    layer = given(tmp_path, made("التجار", "s1"), made("رفض", "e1", "event"))
    save_layer(tmp_path / "aid.txt", layer.add_link(make_link("e1", "agent", "s1", id="l1", now=now())))
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(160, 30)) as pilot:
        view(app).go_to(where("التجار")[0])
        await press(pilot, "R")
        assert "its actor is labelled event, and the role agent needs actor" in told(app)
        assert "remove the link first" in told(app)
    assert spans(tmp_path) == [("event", "رفض"), ("actor", "التجار")]


async def test_a_label_that_the_schema_lacks_is_kept_and_told_and_can_be_changed(tmp_path: Path) -> None:
    given(tmp_path, made("المرفأ", "s1", "place\x1b[31m"))
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(120, 30)) as pilot:
        view(app).go_to(where("المرفأ")[0])
        await pilot.pause()
        assert "place\\x1b[31m · a label that the schema lacks" in told(app)
        await press(pilot, "t")
        assert "R gives the span another" in told(app)
        await mark(app, pilot, "التجار", "a")
        assert [span.label for span in kept(tmp_path).spans] == ["place\x1b[31m", "actor"]
        view(app).go_to(where("المرفأ")[0])
        await press(pilot, "R", "e")
        await pilot.pause()
    assert spans(tmp_path) == [("event", "المرفأ"), ("actor", "التجار")]


async def test_an_accepted_span_whose_edges_are_moved_is_an_edited_one(tmp_path: Path) -> None:
    given(tmp_path, made("بلدية", "s1", origin="dictionary:accepted"))
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("بلدية")[0])
        await press(pilot, "+")
        (span,) = kept(tmp_path).spans
        assert (span.text, span.origin) == ("بلدية الغدير", "dictionary:edited")
        await press(pilot, "left", "right")
        assert told(app).split("saved")[0].rstrip().endswith("dictionary:edited")


@pytest.mark.parametrize("interlinear", [False, True])
async def test_the_row_that_is_worked_on_stays_where_it_is(tmp_path: Path, *, interlinear: bool) -> None:
    text = TEXT * 8
    app = reading(tmp_path, text)
    async with app.run_test(size=(60, 24)) as pilot:
        if interlinear:
            await press(pilot, "i")
        view(app).go_to(text.rindex("بلدية الغدير"), centred=True)
        _, y = cell(app, view(app).cursor.caret)
        for key in (
            "a",
            "+",
            "+",
            "h",
            "k",
            "-",
            "e",
            "j",
            "z",
            "ctrl+left",
            "left",
            "tab",
            "right",
            "enter",
            "u",
            "x",
        ):
            await press(pilot, key)
            caret = view(app).cursor.caret
            assert cell(app, caret)[1] == y, key


async def test_deleting_says_what_goes_with_the_span(tmp_path: Path) -> None:
    layer = given(tmp_path, made("التجار", "s1"), made("رفض", "e1", "event"))
    save_layer(tmp_path / "aid.txt", layer.add_link(make_link("e1", "agent", "s1", id="l1", now=now())))
    app = reading(tmp_path, TEXT)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(where("رفض")[0])
        await press(pilot, "x")
        assert "and its 1 link" in told(app)
        await press(pilot, "u")
        assert "undone: delete event" in told(app)
    assert len(kept(tmp_path).links) == 1
