"""Stories of the interlinear view: brackets under the rows, with what they mean, however wide the screen is."""

from __future__ import annotations

from pathlib import Path

import pytest
from story import cell, library, reading, told, view
from textual.pilot import Pilot

from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Fragment, make_link, make_span
from annotations.store.files import save_layer
from tui.app import TOOL, HashiyaApp
from tui.config import Settings
from tui.desk import Desk, now
from tui.text.page import Spot

TEXT = (
    "لقاء في المرفأ\n"
    "أدلى رئيس بلدية الغدير صباح أمس بتصريح قصير، ثم التقى ممثلين عن نقابة الصيادين في المرفأ القديم.\n"
    "ورفض الصيادون عرضه، وقالوا إنهم يطالبون بميناء جديد.\n"
)
SIZES = [(40, 24), (80, 24), (120, 40)]


def where(words: str) -> Fragment:
    start = TEXT.index(words)
    return start, start + len(words)


def given(folder: Path, **settings: int) -> HashiyaApp:
    """A nested actor, an event in two parts, a link between them, and another actor."""
    opened = library(folder, aid=TEXT)
    spans = [
        make_span(TEXT, [where("رئيس بلدية الغدير")], "actor", id="mayor", now=now(), subtype="gov"),
        make_span(TEXT, [where("الغدير")], "actor", id="town", now=now()),
        make_span(TEXT, [where("أدلى"), where("بتصريح")], "event", id="said", now=now(), subtype="consult"),
        make_span(TEXT, [where("الصيادون")], "actor", id="fishers", now=now(), note="كلهم"),
    ]
    link = make_link("said", "agent", "mayor", id="l1", now=now())
    header = Layer.new(read_article(opened.articles[0]), "lina", BUILT_IN, now(), TOOL).header
    save_layer(opened.articles[0], Layer.of(header, spans, [link]))
    desk = Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL)
    return HashiyaApp(type(opened)(opened.articles, "", "lina", BUILT_IN, Settings(**settings)), desk)


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


def lines_under(app: HashiyaApp, offset: int) -> list[int]:
    """The rows of the view under the row of an offset, down to the next row or the end of its paragraph."""
    shown, (_, y) = view(app), cell(app, offset)
    spot = shown.line_at(y).spot
    return [at for at in range(y + 1, shown.size.height) if (line := shown.line_at(at)) and line.spot == spot]


def under(app: HashiyaApp, offset: int, words: Fragment) -> list[str]:
    """What stands under words in the lines below the row of an offset."""
    columns = [cell(app, at)[0] for at in range(*words) if cell(app, at)[1] == cell(app, offset)[1]]
    strips = [view(app).render_line(y) for y in lines_under(app, offset)]
    return [strip.crop(min(columns), max(columns) + 1).text for strip in strips]


def drawn(app: HashiyaApp) -> str:
    return "\n".join(view(app).render_line(y).text for y in range(view(app).size.height))


@pytest.mark.parametrize("size", SIZES)
async def test_one_key_draws_brackets_exactly_under_their_spans_and_takes_them_away(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = given(tmp_path)
    async with app.run_test(size=size) as pilot:
        plain = drawn(app)
        assert "╰" not in plain
        await press(pilot, "i")
        for words in ("رئيس", "الغدير", "الصيادون"):
            ends = [text for text in under(app, where(words)[0], where(words)) if "╯" in text or "╰" in text]
            assert any(text.endswith("╯") for text in ends), words
        town = under(app, where("الغدير")[0], where("الغدير"))
        assert any(text[0] == "╰" and text[-1] == "╯" and len(text) == len("الغدير") for text in town)
        await press(pilot, "ه")
        assert drawn(app) == plain


async def test_spans_that_overlap_get_lanes_of_their_own_the_inner_one_nearer(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "i")
        inner = under(app, where("الغدير")[0], where("الغدير"))
        outer = under(app, where("رئيس")[0], where("رئيس بلدية الغدير"))
        first = next(number for number, text in enumerate(inner) if text[0] == "╰" and text[-1] == "╯")
        second = next(number for number, text in enumerate(outer) if text[0] == "╰" and text[-1] == "╯")
        assert first < second
        assert "gov" in outer[second]


async def test_the_parts_of_a_span_are_joined_by_a_dotted_line_and_its_links_are_told(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "i")
        start, end = where("أدلى")[0], where("بتصريح")[1]
        (lane,) = [text for text in under(app, start, (start, end)) if "┈" in text]
        assert lane.count("╰") == lane.count("╯") == 2
        assert "consult" in lane
        assert "agent" in lane


@pytest.mark.parametrize("size", SIZES)
async def test_marking_keeps_the_row_of_the_cursor_where_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    app = given(tmp_path)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "i")
        view(app).go_to(where("يطالبون")[0])
        await pilot.pause()
        _, y = cell(app, where("يطالبون")[0])
        for key in ("e", "ctrl+left", "a", "+", "e", "`", "x", "u"):
            await press(pilot, key)
            _, now_at = cell(app, view(app).cursor.caret)
            row = view(app).line_at(now_at)
            assert row is not None
            if view(app).page.spot_of(view(app).cursor.caret) == view(app).page.spot_of(where("يطالبون")[0]):
                assert now_at == y, key


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_undone_above_the_cursor_moves_what_is_above_and_not_its_row(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    text = TEXT * 6
    app = reading(tmp_path, text)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "i")
        view(app).go_to(len(TEXT) * 3, centred=True)
        await press(pilot, "a", "e", *["down"] * 3)
        caret = view(app).cursor.caret
        _, y = cell(app, caret)
        for key in ("u", "u", "ctrl+r", "ctrl+r"):
            await press(pilot, key)
            assert view(app).cursor.caret == caret
            assert cell(app, caret)[1] == y, key


async def test_lines_under_a_row_are_as_many_as_its_spans_need(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "i")
        here = where("المرفأ")[0]
        assert len(lines_under(app, here)) == 1
        view(app).go_to(here)
        await press(pilot, "a")
        assert len(lines_under(app, here)) == 2
        await press(pilot, "e", "u", "u")
        assert len(lines_under(app, here)) == 1


@pytest.mark.parametrize("size", SIZES)
async def test_clicks_on_the_text_and_below_it_are_on_the_word_above(tmp_path: Path, size: tuple[int, int]) -> None:
    app = given(tmp_path)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "i")
        for words in ("الصيادون", "الغدير", "يطالبون"):
            offset = where(words)[0] + 1
            x, y = cell(app, offset)
            for below in (0, 1) if words == "يطالبون" else (0,):
                view(app).go_to(0)
                await pilot.click(view(app), offset=(x, y + below))
                await pilot.pause()
                assert view(app).cursor.caret == offset, (words, below)
        await pilot.click(view(app), offset=(x, y + 1), times=2)
        assert view(app).selection == where("يطالبون")


@pytest.mark.parametrize("size", SIZES)
async def test_a_click_on_a_bracket_is_on_its_span_and_not_on_one_within_it(
    tmp_path: Path, size: tuple[int, int]
) -> None:
    app = given(tmp_path)
    async with app.run_test(size=size) as pilot:
        await press(pilot, "i")
        inner, outer = where("الغدير"), where("رئيس بلدية الغدير")
        x, _ = cell(app, inner[0])
        lanes = lines_under(app, inner[0])
        strips = [view(app).render_line(y).crop(x, x + 1).text for y in lanes]
        await pilot.click(view(app), offset=(x, lanes[strips.index("╯")]))
        await pilot.pause()
        assert f"{inner[0]}–{inner[1]}  actor" in told(app)
        below = next(at for at in lines_under(app, outer[0]) if "gov" in view(app).render_line(at).text)
        column = view(app).render_line(below).text.index("gov")
        await pilot.click(view(app), offset=(column, below))
        await pilot.pause()
        assert f"{outer[0]}–{outer[1]}  actor·gov" in told(app)


@pytest.mark.parametrize(("size", "spacing"), [((40, 24), 0), ((80, 24), 2), ((120, 40), 0)])
@pytest.mark.parametrize("dense", [0, 3])
async def test_paging_over_it_shows_every_row_and_comes_back(
    tmp_path: Path, size: tuple[int, int], spacing: int, dense: int
) -> None:
    """`dense` is the copy of the text whose rows have many lanes: the first, or one in the middle."""
    text = TEXT * 7
    library(tmp_path, aid=text)
    spans = [
        make_span(text, [(start, start + length)], "actor", id=f"{start}-{length}", now=now())
        for start in range(dense * len(TEXT), (dense + 2) * len(TEXT), 12)
        for length in (7, 15, 33)
    ]
    header = Layer.new(read_article(tmp_path / "aid.txt"), "lina", BUILT_IN, now(), TOOL).header
    save_layer(tmp_path / "aid.txt", Layer.of(header, spans))
    app = reading(tmp_path, text)
    async with app.run_test(size=size) as pilot:
        view(app).change(view(app).setting._replace(spacing=spacing))
        await press(pilot, "i", "ctrl+home")
        for key in ("pagedown", "pageup"):
            seen, before = set(spots(app)), -1
            while view(app).cursor.caret != before:
                before = view(app).cursor.caret
                await pilot.press(key)
                seen.update(spots(app))
            assert seen == all_spots(app), key


def spots(app: HashiyaApp) -> list[Spot]:
    """The rows of text that are seen."""
    lines = [view(app).line_at(y) for y in range(view(app).size.height)]
    return [line.spot for line in lines if line is not None and not line.below]


def all_spots(app: HashiyaApp) -> set[Spot]:
    page = view(app).page
    return {Spot(piece, row) for piece in page.document.printed for row in range(len(page.rows(piece)))}


async def test_blank_lines_come_after_the_brackets(tmp_path: Path) -> None:
    app = given(tmp_path, spacing=2)
    async with app.run_test(size=(80, 24)) as pilot:
        here = where("الصيادون")[0]
        assert len(lines_under(app, here)) == 2
        await press(pilot, "i")
        below = lines_under(app, here)
        assert len(below) == 3
        strips = [view(app).render_line(y).text for y in below]
        assert "╰" in strips[0]
        assert not any("╰" in text for text in strips[1:])


async def test_a_span_with_a_note_has_a_star_and_its_bracket_stands_out_under_the_cursor(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "i")
        offset = where("الصيادون")[0]
        x, y = cell(app, offset)
        before = view(app).render_line(y + 1)
        assert "actor *" in before.text
        view(app).go_to(offset)
        await pilot.pause()
        styles = [
            view(app).render_line(y + 1).crop(x, x + 1)._segments[0].style,
            before.crop(x, x + 1)._segments[0].style,
        ]
        assert [bool(style and style.bold) for style in styles] == [True, False]
        assert "note" in told(app)


async def test_the_view_goes_with_the_width_of_the_screen(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(120, 40)) as pilot:
        await press(pilot, "i")
        for width in (40, 80, 120):
            await pilot.resize_terminal(width, 24)
            await pilot.pause()
            town = under(app, where("الغدير")[0], where("الغدير"))
            assert any(text[0] == "╰" and text[-1] == "╯" for text in town)


async def test_what_is_told_of_a_span_takes_a_second_line_and_no_row_of_text_moves(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(40, 24)) as pilot:
        await press(pilot, "i")
        status = app.screen.query_one("#status")
        before, place = [view(app).line_at(y) for y in range(view(app).size.height)], status.region
        assert "─" * 40 in status.render().plain
        view(app).go_to(where("أدلى")[0])
        await pilot.pause()
        assert "agent" in told(app)
        assert "─" not in status.render().plain
        assert [view(app).line_at(y) for y in range(view(app).size.height)] == before
        assert status.region == place
