"""Stories of who did what to whom: an event is linked to its actors, and its card shows and changes the links."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest
from asking import line, rows, type_text
from story import cell, kept, library, reading, told, view
from textual.pilot import Pilot

from annotations.article import read_article
from annotations.labels import Role
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Fragment, make_link, make_span
from annotations.store.files import save_layer
from tui.app import TOOL, HashiyaApp, Library
from tui.desk import Desk, now
from tui.keys import with_twins
from tui.text.line import set_line
from tui.widgets.row_list import RowList
from tui.widgets.side_pane import SidePane

TEXT = (
    "الشرطة والمحتجون في بيت النور\n"
    "أعلنت وزارة الداخلية أمس أن دورياتها فرّقت محتجّين أمام مقرّ البلدية، وأن نقابة المعلمين استنكرت ذلك.\n"
    "وقالت وكالة الأنباء إن الوزير التقى وفدًا من النقابة مساءً.\n"
)
ACTORS = ("دورياتها", "محتجّين", "نقابة المعلمين", "وكالة الأنباء", "الوزير", "وفدًا من النقابة")
EVENTS = ("فرّقت", "التقى")


def where(words: str, text: str = TEXT) -> Fragment:
    start = text.index(words)
    return start, start + len(words)


def given(
    folder: Path,
    actors: Sequence[str] = ACTORS,
    events: Sequence[str] = EVENTS,
    links: Sequence[tuple[str, str, str]] = (),
    text: str = TEXT,
) -> HashiyaApp:
    """The program opened where these are marked and linked; a span's id is its text."""
    library(folder, aid=text)
    spans = [
        make_span(text, [where(words, text)], label, id=words, now=now())
        for label, marked in (("actor", actors), ("event", events))
        for words in marked
    ]
    made = [make_link(*link, id=f"l{number}", now=now()) for number, link in enumerate(links)]
    header = Layer.new(read_article(folder / "aid.txt"), "lina", BUILT_IN, now(), TOOL).header
    save_layer(folder / "aid.txt", Layer.of(header, spans, made))
    return reading(folder, text)


def links(folder: Path) -> list[tuple[str, str, str]]:
    """Event, role and actor of each link on the disk, the spans by their texts."""
    layer = kept(folder)

    def text_of(span_id: str) -> str:
        span = layer.find(span_id)
        return span.text if span else "missing"

    return [(text_of(link.event), link.role, text_of(link.actor)) for link in layer.links]


async def press(pilot: Pilot[None], *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


async def at(app: HashiyaApp, pilot: Pilot[None], words: str) -> None:
    view(app).go_to(where(words)[0])
    await pilot.pause()


def letters_on(app: HashiyaApp, offset: int, count: int = 1) -> str:
    """The cells from an offset on to the left, as they are read from left to right."""
    x, y = cell(app, offset)
    return view(app).render_line(y).crop(x - count + 1, x + 1).text


def look(app: HashiyaApp, offset: int) -> str:
    """The colours of an offset's cell."""
    x, y = cell(app, offset)
    (segment,) = view(app).render_line(y).crop(x, x + 1)
    return str(segment.style)


def glyphs(text: str) -> str:
    return set_line(text, 60, len).glyphs


def listed(app: HashiyaApp) -> list[str]:
    """The rows of the pane."""
    pane = app.screen.query_one(SidePane)
    shown = pane.query_one(RowList)
    return [text for y in range(shown.size.height) if (text := shown.render_line(y).text.strip(" █▐▕│"))]


def everything(app: HashiyaApp) -> object:
    """What Escape is to leave as it was."""
    shown = view(app)
    lines = [shown.line_at(y) for y in range(shown.size.height)]
    return shown.cursor.caret, shown.selection, lines, app.screen.contexts(), kept_layer(app)


def kept_layer(app: HashiyaApp) -> Layer:
    layer: Layer = app.screen.desk.layer
    return layer


async def test_a_role_then_the_letters_on_an_actor(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        before = everything(app)
        await press(pilot, "g")
        assert "agent of" in told(app)
        code = letters_on(app, where("محتجّين")[0])
        assert code.isascii()
        await press(pilot, code)
        assert links(tmp_path) == [("فرّقت", "agent", "محتجّين")]
        assert f"agent of “{glyphs('فرّقت')}”: “{glyphs('محتجّين')}”" in told(app)
        assert everything(app)[:4] == before[:4]
        await press(pilot, "u")
        assert links(tmp_path) == []
        assert "undone: link agent" in told(app)


async def test_while_an_actor_is_chosen_all_else_steps_back(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        plain, other, event, actor = (where(words)[0] + 2 for words in ("أعلنت", "التقى", "فرّقت", "الوزير"))
        before = [look(app, offset) for offset in (plain, other, event, actor)]
        await press(pilot, "s")
        after = [look(app, offset) for offset in (plain, other, event, actor)]
        assert after[0] == after[1] != before[1]
        assert after[2:] == before[2:]


async def test_a_role_takes_several_actors_and_an_actor_several_roles(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        for role, actor in (("w", "الوزير"), ("w", "وفدًا"), ("s", "وكالة"), ("g", "الوزير")):
            await press(pilot, role)
            await press(pilot, letters_on(app, where(actor)[0]))
    assert links(tmp_path) == [
        ("التقى", "agent", "الوزير"),
        ("التقى", "participant", "الوزير"),
        ("التقى", "participant", "وفدًا من النقابة"),
        ("التقى", "reporter", "وكالة الأنباء"),
    ]


async def test_an_actor_by_arrows_and_enter(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        await press(pilot, "r", "left")
        assert glyphs("محتجّين") in told(app)
        await press(pilot, "down", "up", "enter")
        assert links(tmp_path) == [("فرّقت", "recipient", "محتجّين")]
        assert view(app).cursor.caret == where("فرّقت")[0]
        await press(pilot, "g", "right", "enter")
        assert ("فرّقت", "agent", "دورياتها") in links(tmp_path)


async def test_enter_before_one_is_shown_says_what_to_do(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        await press(pilot, "g", "enter")
        assert "type the letters" in told(app)
    assert links(tmp_path) == []


@pytest.mark.parametrize("size", [(40, 24), (80, 24), (120, 40)])
async def test_an_actor_by_the_mouse(tmp_path: Path, size: tuple[int, int]) -> None:
    app = given(tmp_path)
    async with app.run_test(size=size) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "w")
        await pilot.click(view(app), offset=cell(app, where("الوزير")[0] + 2))
        await pilot.pause()
        assert links(tmp_path) == [("التقى", "participant", "الوزير")]
        assert view(app).cursor.caret == where("التقى")[0]


async def test_a_click_on_what_cannot_have_the_role_is_refused_in_plain_words(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "w")
        await pilot.click(view(app), offset=cell(app, where("فرّقت")[0]))
        await pilot.pause()
        assert f"“{glyphs('فرّقت')}” is event: it cannot be chosen here" in told(app)
        await press(pilot, "escape")
    assert links(tmp_path) == []


async def test_an_actor_from_the_list_by_typing_without_diacritics(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        await press(pilot, "r", "/")
        assert len(rows(app)) == len(ACTORS)
        assert line(app) == "recipient"
        await type_text(pilot, "محتجين")
        assert [glyphs("محتجّين") in row for row in rows(app)] == [True]
        await press(pilot, "enter")
        assert links(tmp_path) == [("فرّقت", "recipient", "محتجّين")]
        await press(pilot, "g", "/", "escape")
        assert "agent of" in told(app)
        await press(pilot, "escape")
        assert "left as it was" in told(app)


async def test_a_new_actor_selected_with_the_mouse_is_marked_and_linked(tmp_path: Path) -> None:
    app = given(tmp_path, actors=())
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        await press(pilot, "g")
        assert "none is marked yet · a marks a new one" in told(app)
        start, end = where("دورياتها")
        await pilot.mouse_down(view(app), offset=cell(app, start))
        await pilot.hover(view(app), offset=cell(app, end - 1))
        await pilot.mouse_up(view(app), offset=cell(app, end - 1))
        await press(pilot, "a")
        assert links(tmp_path) == [("فرّقت", "agent", "دورياتها")]
        assert "more mention" not in told(app)
        assert view(app).cursor.caret == where("فرّقت")[0]
        await press(pilot, "u", "u")
        assert [span.text for span in kept(tmp_path).spans] == ["فرّقت", "التقى"]


async def test_a_new_actor_selected_with_shift_and_arrows_is_marked_and_linked(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "s", "ctrl+left", "ctrl+left", "ctrl+left", "ctrl+shift+left", "ش")
        assert links(tmp_path) == [("التقى", "reporter", "النقابة")]


@pytest.mark.parametrize("last", ["enter", "a", "ش"])
async def test_a_new_actor_is_chosen_by_the_letters_on_its_words(tmp_path: Path, last: str) -> None:
    app = given(tmp_path, actors=ACTORS[:1])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        await press(pilot, "g", "a")
        for word in ("نقابة", "المعلمين"):
            await press(pilot, *hint(app, word))
        assert view(app).selection == where("نقابة المعلمين")
        await press(pilot, last)
        assert links(tmp_path) == [("فرّقت", "agent", "نقابة المعلمين")]
        assert view(app).cursor.caret == where("فرّقت")[0]
        assert app.screen.mode is None


def hint(app: HashiyaApp, word: str) -> str:
    """The letters drawn on a word."""
    both = letters_on(app, where(word)[0], 2)
    return both if both.isascii() and both.isalpha() else both[-1]


async def test_escape_leaves_everything_as_it_was(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        before = everything(app)
        for keys in (
            ["g"],
            ["g", "left", "left", "left"],
            ["r", "/", "escape"],
            ["w", "ctrl+left", "shift+left", "shift+left"],
            ["l", "w", "left"],
        ):
            await press(pilot, *keys, "escape")
            assert everything(app) == before, keys
            assert "left as it was" in told(app)


async def test_escape_from_the_letters_on_words_goes_back_to_choosing_an_actor(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "فرّقت")
        before = everything(app)
        await press(pilot, "g", "a")
        await press(pilot, *hint(app, "مقرّ"))
        assert view(app).selection == where("مقرّ")
        await press(pilot, "escape")
        assert "agent of" in told(app)
        await press(pilot, "escape")
        assert everything(app) == before


@pytest.mark.parametrize("interlinear", [False, True])
async def test_an_actor_out_of_view_is_reached_by_arrows_and_the_view_comes_back(
    tmp_path: Path, *, interlinear: bool
) -> None:
    filler = "وعاد الهدوء إلى الشوارع مساءً.\n" * 60
    text = filler + TEXT + filler + "ثم زار المحافظ المكان.\n"
    app = given(tmp_path, ["الوزير", "المحافظ"], ["التقى"], text=text)
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, *["i"] * interlinear)
        view(app).go_to(text.index("التقى"), centred=True)
        await press(pilot, *["up"] * 8, *["down"] * 8)
        view(app).go_to(text.index("التقى"))
        before = everything(app)
        await press(pilot, "g", "left")
        assert glyphs("المحافظ") in told(app)
        assert view(app).reached[1] > text.index("المحافظ")
        await press(pilot, "escape")
        assert everything(app) == before
        await press(pilot, "g", "left", "enter")
        assert links(tmp_path) == [("التقى", "agent", "المحافظ")]
        assert everything(app)[:4] == before[:4]


async def test_actors_that_come_into_view_get_letters(tmp_path: Path) -> None:
    text = TEXT + "وعاد الهدوء إلى الشوارع مساءً.\n" * 60 + "ثم زار المحافظ المكان.\n"
    app = given(tmp_path, ["الوزير", "المحافظ"], ["التقى"], text=text)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "g", "ctrl+end")
        await press(pilot, letters_on(app, text.index("المحافظ")))
        assert links(tmp_path) == [("التقى", "agent", "المحافظ")]


@pytest.mark.parametrize("is_arabic", [False, True])
async def test_among_many_actors_two_letters_choose_one(tmp_path: Path, *, is_arabic: bool) -> None:
    names = [f"وفد{number:02}" for number in range(40)]
    text = f"التقى {' و'.join(names)} مساءً.\n"
    app = given(tmp_path, names, ["التقى"], text=text)
    async with app.run_test(size=(80, 24)) as pilot:
        view(app).go_to(0)
        await press(pilot, "w")
        code = letters_on(app, text.index(names[-1]), 2)
        assert code.isascii()
        assert code.isalpha()
        typed = [with_twins((letter,))[-1] for letter in code] if is_arabic else list(code)
        await press(pilot, typed[0])
        assert f"{code[0]}…" in told(app)
        await press(pilot, "backspace", typed[0], typed[1])
        assert links(tmp_path) == [("التقى", "participant", names[-1])]


async def test_roles_and_letters_on_an_arabic_keyboard(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "ل")
        assert "agent of" in told(app)
        await press(pilot, with_twins((letters_on(app, where("الوزير")[0]),))[-1])
        assert links(tmp_path) == [("التقى", "agent", "الوزير")]


async def test_a_slip_of_the_finger_ends_neither_the_choosing_nor_the_program(tmp_path: Path) -> None:
    app = given(tmp_path, actors=["الوزير"])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "g")
        code = letters_on(app, where("الوزير")[0])
        for slip in {"q", "u", "x", "e"} - {code}:
            await press(pilot, slip)
            assert f"no letters {slip} here" in told(app)
        await press(pilot, code)
    assert links(tmp_path) == [("التقى", "agent", "الوزير")]
    assert app.return_code is None


async def test_actors_that_start_together_have_letters_each(tmp_path: Path) -> None:
    app = given(tmp_path, ["نقابة", "نقابة المعلمين"], ["استنكرت"])
    async with app.run_test(size=(80, 24)) as pilot:
        for role, actor in (("g", "نقابة"), ("r", "نقابة المعلمين")):
            await at(app, pilot, "استنكرت")
            await press(pilot, role)
            place = where("نقابة")[0] if role == "g" else where("نقابة المعلمين")[1] - 2
            await press(pilot, letters_on(app, place))
            assert links(tmp_path)[-1] == ("استنكرت", {"g": "agent", "r": "recipient"}[role], actor)


async def test_the_role_from_a_list(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "l")
        assert len(rows(app)) == len(BUILT_IN.roles)
        await press(pilot, "/")
        await type_text(pilot, "المشارك")
        await press(pilot, "enter", letters_on(app, where("الوزير")[0]))
        await press(pilot, letters_on(app, where("الوزير")[0]))
        assert links(tmp_path) == [("التقى", "participant", "الوزير")]


async def test_the_keys_of_roles_are_for_events_alone(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "الوزير")
        await press(pilot, "w")
        assert "participant" not in told(app)
        assert app.screen.mode is None


async def test_the_same_link_twice_is_refused(tmp_path: Path) -> None:
    app = given(tmp_path, links=[("التقى", "agent", "الوزير")])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "g")
        await press(pilot, letters_on(app, where("الوزير")[0]))
        assert "this is linked as agent already" in told(app)
    assert len(links(tmp_path)) == 1


async def test_an_event_is_never_offered_to_itself(tmp_path: Path) -> None:
    given(tmp_path).keep()
    role = Role(name="cause", key="w", title_en="Cause", event_labels=("event",), actor_labels=("event",))
    schema = msgspec.structs.replace(BUILT_IN, roles=(role,))
    path = tmp_path / "aid.txt"
    app = HashiyaApp(Library([path], "", "lina", schema), Desk.open(path, "lina", schema, TOOL))
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "w")
        await pilot.click(view(app), offset=cell(app, where("التقى")[0]))
        await pilot.pause()
        assert "cannot be chosen here" in told(app)
        await press(pilot, letters_on(app, where("فرّقت")[0]))
    assert links(tmp_path) == [("التقى", "cause", "فرّقت")]


# The card

MEETING = [
    ("التقى", "participant", "وفدًا من النقابة"),
    ("التقى", "participant", "الوزير"),
    ("التقى", "reporter", "وكالة الأنباء"),
]


@pytest.mark.parametrize(("size", "key"), [((80, 24), "c"), ((80, 24), "enter"), ((120, 40), "c"), ((40, 24), "ؤ")])
async def test_the_card_lists_an_event_s_links_by_role(tmp_path: Path, size: tuple[int, int], key: str) -> None:
    app = given(tmp_path, links=MEETING)
    async with app.run_test(size=size) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, key)
        shown = listed(app)
        assert [row.split()[0] for row in shown] == ["participant", "participant", "reporter"]
        assert [glyphs(name) in row for name, row in zip(("الوزير", "وفدًا", "وكالة"), shown, strict=True)] == [True] * 3
        assert glyphs("الوزير") in told(app)
        assert "is participant of" in told(app)
        await press(pilot, "down")
        assert glyphs("وفدًا من النقابة") in told(app)
        await press(pilot, "escape")
        assert view(app).has_focus
        assert view(app).cursor.caret == where("التقى")[0]


async def test_links_are_removed_on_the_card_and_come_back_by_undo(tmp_path: Path) -> None:
    app = given(tmp_path, links=MEETING)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c", "down", "x")
        assert [link[2] for link in links(tmp_path)] == ["الوزير", "وكالة الأنباء"]
        assert len(listed(app)) == 2
        await press(pilot, "x", "x")
        assert links(tmp_path) == []
        assert listed(app) == ["no links yet"]
        await press(pilot, "x")
        assert "no link here" in told(app)
        await press(pilot, "escape", "u", "u", "u")
        assert "undone: remove link participant" in told(app)
    assert len(links(tmp_path)) == 3


async def test_a_link_gets_another_role(tmp_path: Path) -> None:
    app = given(tmp_path, links=MEETING[1:2])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c", "t")
        assert len(rows(app)) == len(BUILT_IN.roles) - 1
        await press(pilot, "g")
        assert links(tmp_path) == [("التقى", "agent", "الوزير")]
        assert "the link is agent now" in told(app)
        await press(pilot, "escape", "u")
        assert "undone: change link to agent" in told(app)
    assert links(tmp_path) == MEETING[1:2]


async def test_a_link_gets_another_actor_and_the_card_is_there_again(tmp_path: Path) -> None:
    app = given(tmp_path, links=MEETING[1:])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c", "down", "l")
        assert "reporter of" in told(app)
        await press(pilot, letters_on(app, where("نقابة المعلمين")[0]))
        assert links(tmp_path)[1] == ("التقى", "reporter", "نقابة المعلمين")
        assert "the link has another actor now" in told(app)
        await press(pilot, "up", "down")
        assert glyphs("نقابة المعلمين") in told(app)
        await press(pilot, "l", "escape")
        assert len(listed(app)) == 2
        assert links(tmp_path)[1] == ("التقى", "reporter", "نقابة المعلمين")
        await press(pilot, "l", letters_on(app, where("الوزير")[0]))


async def test_a_note_on_a_link(tmp_path: Path) -> None:
    app = given(tmp_path, links=MEETING[1:2])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c", "o")
        await type_text(pilot, "بحسب البيان")
        await press(pilot, "enter")
        (link,) = kept(tmp_path).links
        assert link.note == "بحسب البيان"
        assert "participant *" in listed(app)[0]
        await press(pilot, "escape", "c")
        assert f"note “{glyphs('بحسب البيان')}”" in told(app)
        await press(pilot, "o", "escape", "escape", "u")
        assert "undone: note on a link" in told(app)


async def test_enter_on_the_card_goes_to_the_actor_whose_card_shows_its_events(tmp_path: Path) -> None:
    app = given(tmp_path, links=[*MEETING, ("فرّقت", "agent", "الوزير")])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c", "enter")
        assert view(app).has_focus
        assert view(app).cursor.caret == where("الوزير")[0]
        await press(pilot, "c")
        shown = listed(app)
        assert sorted(row.split()[0] + " " + row.split()[1] for row in shown) == ["agent of", "participant of"]
        row = next(number for number, row in enumerate(shown) if row.startswith("agent"))
        await press(pilot, *["down"] * row, "enter")
        assert view(app).cursor.caret == where("فرّقت")[0]


async def test_a_span_without_links_has_an_empty_card(tmp_path: Path) -> None:
    app = given(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c")
        assert listed(app) == ["no links yet"]
        assert "has no links yet" in told(app)
        await press(pilot, "enter")
        assert view(app).has_focus
        await at(app, pilot, "أعلنت")
        await press(pilot, "c")
        assert "no span here" in told(app)


# Links that are not right

BROKEN = [("التقى", "agent", "gone"), ("التقى", "sponsor\x1b[31m", "الوزير"), ("gone", "agent", "away")]


async def test_links_that_are_not_right_are_told_of_and_kept(tmp_path: Path) -> None:
    app = given(tmp_path, links=BROKEN)
    async with app.run_test(size=(80, 24)) as pilot:
        assert "links that are not right: 3; c where no span is lists them" in told(app)
        await press(pilot, "c")
        assert len(listed(app)) == 3
        await press(pilot, "escape")
        await at(app, pilot, "وكالة")
        await press(pilot, "t", "g")
    assert len(kept(tmp_path).links) == 3


async def test_a_link_whose_actor_is_missing_shows_its_problem_and_can_be_given_one(tmp_path: Path) -> None:
    app = given(tmp_path, links=BROKEN[:1])
    async with app.run_test(size=(80, 24)) as pilot:
        await at(app, pilot, "التقى")
        assert "! agent (missing)" in told(app)
        await press(pilot, "c")
        assert "! agent" in listed(app)[0]
        assert "(missing)" in listed(app)[0]
        assert "not right: its actor gone is missing" in told(app)
        await press(pilot, "enter")
        assert "this end of the link is missing" in told(app)
        await press(pilot, "o")
        await type_text(pilot, "ما هذا")
        await press(pilot, "enter")
        assert "missing end takes no note" in told(app)
        await press(pilot, "l", letters_on(app, where("الوزير")[0]))
        await press(pilot, letters_on(app, where("الوزير")[0]))
    assert links(tmp_path) == [("التقى", "agent", "الوزير")]


async def test_a_link_of_a_role_that_the_schema_lacks_can_be_given_another_and_obeys_no_escapes(tmp_path: Path) -> None:
    app = given(tmp_path, links=BROKEN[1:2])
    async with app.run_test(size=(120, 24)) as pilot:
        await at(app, pilot, "التقى")
        await press(pilot, "c")
        assert "has no role sponsor\\x1b[31m" in told(app)
        await press(pilot, "l")
        assert "give the link another role first" in told(app)
        await press(pilot, "t", "g")
    assert links(tmp_path) == [("التقى", "agent", "الوزير")]


async def test_a_link_with_both_ends_missing_is_removed_from_the_list_of_those(tmp_path: Path) -> None:
    app = given(tmp_path, links=BROKEN[2:])
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "c", "t")
        assert "the event of this link is missing" in told(app)
        await press(pilot, "l", "x")
        assert listed(app) == ["none"]
        assert kept(tmp_path).links == ()
        await press(pilot, "escape", "u")
    assert len(kept(tmp_path).links) == 1
