"""Stories of the same again: mentions of one actor grouped, others walked, names of earlier articles proposed."""

from __future__ import annotations

from pathlib import Path

import pytest
from asking import line, rows, type_text
from rich.cells import cell_len
from story import kept, library, reading, told, view
from textual.pilot import Pilot

from annotations.schema import BUILT_IN
from tui.app import TOOL, HashiyaApp
from tui.config import Settings
from tui.desk import Desk
from tui.screens.reader import ReaderScreen
from tui.text.line import set_line
from tui.widgets.row_list import RowList
from tui.widgets.side_pane import SidePane

# With a mark, with tatweel, in presentation forms, after a conjunction, and after the preposition that takes the alef.
SHAPED = "\ufe8d\ufedf\ufeb8\ufeae\ufec3\ufe94"
POLICE = (
    "الشرطة تفرّق المحتجين في بيت النور\n"
    "أعلنت الشرطةُ أن دورياتها أغلقت الطريق، وقال شهود إن الشرط\u0640ة وصلت متأخرة.\n"
    f"ونفت {SHAPED} ذلك، والشرطة تحقق في الأمر، وللشرطة أن ترد.\n"
)
FILLER = "سطر بين السطور.\n"
# Alef with and without hamza, ya with and without dots, ta marbuta with and without.
SPELT = "أمينة الحلبي رئيسة اللجنة.\nوعدت امينه الحلبى بالرد، ثم سافرت أمينة الحلبي.\n"

EARLIER = "زار وفد من بلدية الغدير المرفأ.\nوشكر رئيس بلدية الغدير العمال، وغادر الوفد المرفأ مساءً.\n"
LATER = (
    "بلدية الغدير تستعد للشتاء\n"
    "قالت بلدية الغدير إن المرفأ جاهز.\n"
    "ووصلت سفينة إلى المرفأ، ووعدت بلدية الغدير بالمزيد.\n"
)


def ranges(text: str, *words: str) -> list[tuple[int, int]]:
    """Where words stand in a text, each after the one before."""
    found, end = [], 0
    for word in words:
        start = text.index(word, end)
        end = start + len(word)
        found.append((start, end))
    return found


def marked(folder: Path, name: str = "aid") -> list[tuple[int, int]]:
    """The ranges on the disk."""
    return [(span.start, span.end) for span in kept(folder, name).spans]


async def mark(app: HashiyaApp, pilot: Pilot[None], place: tuple[int, int], key: str) -> None:
    """Select a range and mark it."""
    view(app).select(*place)
    await pilot.press(key)


# Groups


@pytest.mark.parametrize("way", ["letters", "arrows", "list"])
async def test_two_mentions_are_said_to_be_the_same(tmp_path: Path, way: str) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "ctrl+left", "a", "=")
        await pilot.pause()
        assert "is the same as" in told(app)
        if way == "letters":
            shown = view(app)._overlay.letters
            assert list(shown) == [0]
            await pilot.press(*shown[0])
        elif way == "arrows":
            await pilot.press("left", "enter")
        else:
            await pilot.press("/")
            await type_text(pilot, "وصول")
            await pilot.press("enter")
        await pilot.pause()
        assert "2 mentions" in told(app)
        first, second = kept(tmp_path).spans
        assert first.group == second.group is not None
        await pilot.press("J")
        await pilot.pause()
        assert "stands alone" in told(app)
        assert [span.group for span in kept(tmp_path).spans] == [None, None]


async def test_escape_leaves_the_groups_as_they_were(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "ctrl+left", "a", "=", "escape")
        await pilot.pause()
        assert "left as it was" in told(app)
        await pilot.press("u")
        assert "undone: mark actor" in told(app)


async def test_an_event_is_no_actor(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "ctrl+left", "e", "=")
        assert "no other event" in told(app)


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_actors_of_the_article_each_with_its_mentions(tmp_path: Path, size: tuple[int, int]) -> None:
    app = reading(tmp_path)

    def listed() -> list[str]:
        shown = app.screen.query_one(SidePane).rows
        return [shown.render_line(y).text for y in range(shown.size.height)]

    async with app.run_test(size=size) as pilot:
        await pilot.press("a", "ctrl+left", "a", "ctrl+left", "a", "ctrl+left", "e")
        await pilot.press("ctrl+home", "=", "left", "enter", "A")
        await pilot.pause()
        assert isinstance(app.focused, RowList)
        assert "×2" in listed()[0]
        assert "×1" in listed()[2]
        await pilot.press("x")
        await pilot.pause()
        assert [span.group for span in kept(tmp_path).spans] == [None] * 4
        await pilot.press("A")
        await pilot.pause()
        assert "event" in app.screen.query_one(SidePane).query("Bar").first().render().plain
        await pilot.press("A", "=")
        await pilot.pause()
        assert view(app).has_focus
        assert "is the same as" in told(app)
        await pilot.press("left", "enter")
        await pilot.pause()
        assert len({span.group for span in kept(tmp_path).spans if span.group}) == 1


# Walking other mentions


async def test_after_marking_the_other_mentions_are_offered_and_walked(tmp_path: Path) -> None:
    app = reading(tmp_path, POLICE)
    places = ranges(
        POLICE, "الشرطة", "الشرطةُ", "الشرط\u0640ة", "\ufe8d\ufedf\ufeb8\ufeae\ufec3\ufe94", "الشرطة", "لشرطة"
    )
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert "5 more mentions: m walks them" in told(app)
        await pilot.press("t", "p", "m")
        await pilot.pause()
        assert "1 of 5" in told(app)
        assert "actor·police?" in told(app)
        await pilot.press("y")
        assert "2 of 5" in told(app)
        await pilot.press("n", "y", "y", "y")
        await pilot.pause()
        assert "that was the last one" in told(app)
        assert view(app).cursor.caret == 0
        # The Escape that would have ended the walk comes too late, and is not taken for the one that leaves.
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, ReaderScreen)
        assert "that was the last one" not in told(app)
    assert marked(tmp_path) == [place for place in places if place != places[2]]
    spans = kept(tmp_path).spans
    assert {span.subtype for span in spans} == {"police"}
    assert [span.origin for span in spans] == ["manual", *["mention:accepted"] * 4]


async def test_spelling_is_no_difference_between_mentions(tmp_path: Path) -> None:
    app = reading(tmp_path, SPELT)
    name = ranges(SPELT, "أمينة الحلبي", "امينه الحلبى", "أمينة الحلبي")
    async with app.run_test(size=(80, 24)) as pilot:
        await mark(app, pilot, name[0], "a")
        await pilot.pause()
        assert "2 more mentions" in told(app)
        await pilot.press("m", "a")
        await pilot.pause()
        assert marked(tmp_path) == name
        await pilot.press("u")
        await pilot.pause()
        assert "undone: mark 2 spans" in told(app)
        assert marked(tmp_path) == name[:1]


async def test_a_candidate_is_put_right_before_it_is_marked(tmp_path: Path) -> None:
    app = reading(tmp_path, POLICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "m", "n", "n", "n")
        await pilot.pause()
        assert "4 of 5" in told(app)
        await pilot.press("h")
        assert set_line("والشرطة", 20, cell_len).glyphs in told(app)
        await pilot.press("+", "R", "e", "y")
        await pilot.pause()
        assert "5 of 5" in told(app)
        await pilot.press("k")
        assert "no pronoun suffix" in told(app)
        await pilot.press("escape")
        await pilot.pause()
    (place,) = ranges(POLICE, "والشرطة تحقق")
    (found,) = [span for span in kept(tmp_path).spans if span.label == "event"]
    assert (found.start, found.end, found.origin) == (*place, "mention:edited")


async def test_going_back_takes_back_what_was_marked_there(tmp_path: Path) -> None:
    app = reading(tmp_path, POLICE)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a", "m", "y", "n")
        assert "3 of 5" in told(app)
        await pilot.press("p")
        assert "2 of 5" in told(app)
        await pilot.pause()
        assert len(marked(tmp_path)) == 2
        await pilot.press("p")
        await pilot.pause()
        assert "1 of 5" in told(app)
        assert len(marked(tmp_path)) == 1
        await pilot.press("p", "n", "y", "escape")
        await pilot.pause()
    assert marked(tmp_path) == ranges(POLICE, "الشرطة", "الشرط\u0640ة")


async def test_escape_goes_back_to_where_the_walk_began_and_every_row_is_in_its_place(tmp_path: Path) -> None:
    text = f"{FILLER * 30}{POLICE}{FILLER * 60}{POLICE}"
    app = reading(tmp_path, text)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(text.index("الشرطةُ") + 3)
        # The rows move up by some, and the cursor is no longer in the middle.
        await pilot.press(*["down"] * 14, *["up"] * 14, "a")
        await pilot.pause()
        here, top = view(app).cursor.caret, view(app).line_at(0)
        await pilot.press("m", *"nnnnn")
        await pilot.pause()
        assert view(app).line_at(0) != top
        await pilot.press("escape")
        await pilot.pause()
        assert view(app).cursor.caret == here
        assert view(app).line_at(0) == top


async def test_nothing_else_to_walk_is_told(tmp_path: Path) -> None:
    app = reading(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("a")
        await pilot.pause()
        assert "more mention" not in told(app)
        await pilot.press("m")
        assert "no other mention" in told(app)


# Names of earlier articles


async def with_earlier_names(folder: Path, settings: Settings | None = None) -> HashiyaApp:
    """The later article opened, after two names were marked in the earlier one, as one subtype and another label."""
    opened = library(folder, earlier=EARLIER, later=LATER)
    app = HashiyaApp(opened, Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL))
    async with app.run_test(size=(80, 24)) as pilot:
        for place in ranges(EARLIER, "بلدية الغدير", "بلدية الغدير"):
            await mark(app, pilot, place, "a")
            await pilot.press("t", "g")
        for place in ranges(EARLIER, "المرفأ", "المرفأ"):
            await mark(app, pilot, place, "e")
        await pilot.press("q")
    if settings is not None:
        opened = type(opened)(opened.articles, opened.folder, "lina", BUILT_IN, settings)
    return HashiyaApp(opened, Desk.open(opened.articles[1], "lina", BUILT_IN, TOOL))


PROPOSED = ranges(LATER, "بلدية الغدير", "بلدية الغدير", "المرفأ", "المرفأ", "بلدية الغدير")


def proposed(app: HashiyaApp) -> list[tuple[int, int]]:
    """What is shown faintly."""
    return [(mark.start, mark.end) for mark in view(app)._proposals.marks]


async def settled(app: HashiyaApp, pilot: Pilot[None]) -> None:
    """Wait until the earlier articles are read."""
    await pilot.pause()
    await app.workers.wait_for_complete()
    await pilot.pause()


async def test_names_of_earlier_articles_are_faint_and_one_key_accepts(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert proposed(app) == PROPOSED
        assert "actor·gov? marked 2× elsewhere · y accepts" in told(app)
        await pilot.press("y")
        await pilot.pause()
        assert view(app).cursor.caret == PROPOSED[1][0]
        assert "2 of 5" in told(app)
        await pilot.press("y", "n", "escape")
        await pilot.pause()
    spans = kept(tmp_path, "later").spans
    assert [(span.start, span.end) for span in spans] == PROPOSED[:2]
    assert {(span.label, span.subtype, span.origin) for span in spans} == {("actor", "gov", "dictionary:accepted")}


async def test_from_elsewhere_the_key_begins_the_walk_and_accepts_nothing(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        view(app).go_to(LATER.index("قالت"))
        await pilot.press("y")
        await pilot.pause()
        assert marked(tmp_path, "later") == []
        assert "1 of 5" in told(app)
        await pilot.press("h", "h", "+", "y", "a")
        await pilot.pause()
        assert view(app).cursor.caret == LATER.index("قالت")
    found = {(span.start, span.end): span.origin for span in kept(tmp_path, "later").spans}
    edited = (PROPOSED[1][0], LATER.index("إن") + 2)
    assert found == {edited: "dictionary:edited", **dict.fromkeys(PROPOSED[:1] + PROPOSED[2:], "dictionary:accepted")}


async def test_an_edited_candidate_leaves_the_origin_of_the_others_alone(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        view(app).go_to(LATER.index("قالت"))
        await pilot.press("y", "+", "a")
        await pilot.pause()
        assert sorted(span.origin for span in kept(tmp_path, "later").spans) == [
            *["dictionary:accepted"] * 4,
            "dictionary:edited",
        ]
        await pilot.press("u")
        await pilot.pause()
    assert marked(tmp_path, "later") == []


async def test_what_is_marked_is_not_proposed(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("e")
        await pilot.pause()
        assert "actor·gov?" not in told(app)
        await pilot.press("y")
        await pilot.pause()
        assert "1 of 4" in told(app)
        assert view(app).cursor.caret == PROPOSED[1][0]
        # Longer than it was proposed, this one lies over the next.
        await pilot.press("+", "+", "y")
        await pilot.pause()
        assert view(app).cursor.caret == PROPOSED[3][0]


async def test_a_proposal_skipped_or_deleted_is_not_made_again(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("y", "n", "escape")
        await pilot.pause()
        assert PROPOSED[1] not in proposed(app)
        await pilot.press("x")
        await pilot.pause()
        assert marked(tmp_path, "later") == []
        assert proposed(app) == PROPOSED[2:]
        assert isinstance(app.screen, ReaderScreen)
        for _ in range(2):
            app.screen.parts.walking.toggle_proposals()
        await settled(app, pilot)
        assert proposed(app) == PROPOSED[2:]
        await pilot.press("y")
        assert "1 of 3" in told(app)


async def test_undoing_an_acceptance_proposes_it_again(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        await pilot.press("y", "escape", "u")
        await pilot.pause()
        assert "undone: mark actor" in told(app)
        assert proposed(app) == PROPOSED
        await pilot.press("left", "right")
        assert "y accepts" in told(app)


async def test_proposals_are_off_by_the_setting_and_on_and_off_by_the_command(tmp_path: Path) -> None:
    app = await with_earlier_names(tmp_path, Settings(proposals=False))
    async with app.run_test(size=(80, 24)) as pilot:
        await settled(app, pilot)
        assert proposed(app) == []
        await pilot.press("y")
        assert "no proposals" in told(app)
        await pilot.press("ctrl+p")
        await type_text(pilot, "proposals from earlier")
        assert len(rows(app)) == 1
        await pilot.press("enter")
        await settled(app, pilot)
        assert line(app) == ""
        assert proposed(app) == PROPOSED
        await pilot.press("ctrl+p")
        await type_text(pilot, "proposals from earlier")
        await pilot.press("enter")
        await settled(app, pilot)
        assert proposed(app) == []
        assert "hidden" in told(app)
