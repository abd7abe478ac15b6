"""Stories of the library: finding the article to work on, among many, and going on from one to the next."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from asking import line, offered, rows
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from story import ARTICLE, told, view

from annotations.article import Article, read_article
from annotations.change import Status
from annotations.layer import Layer
from annotations.library import Summary
from annotations.library_query import Query, orders
from annotations.library_search import Found, search_library
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.store.files import save_layer, sidecar_path
from annotations.store.opening import load_layer
from tui.app import TOOL, HashiyaApp, Library
from tui.desk import Desk, now
from tui.screens.library import LibraryScreen
from tui.screens.library.remark import Remark
from tui.screens.library.rows import set_context
from tui.screens.library.searching import Searched
from tui.screens.library.shelf import Shelf
from tui.screens.reader import ReaderScreen
from tui.text.line import set_line
from tui.widgets.bars import Bar, Hints, quoted

TITLES = [
    "وصول قافلة الإغاثة إلى وادي الزيتون",
    "مجلس البلدة يقرّ الموازنة بالإجماع",
    "عمّال المرفأ يعلنون إضرابًا مفتوحًا",
    "انقطاع التيار الكهربائي في الأحياء الشمالية",
    "الشرطة تستعيد المخطوطة المسروقة",
    "حملة تلقيح ضدّ الحصبة في المدارس",
]
STATUSES: list[Status] = ["new", "in-progress", "done", "flagged", "in-progress", "skipped"]
NOTE = "المصدر غير واضح"
CONVOY, COUNCIL, PORT, POWER, POLICE, MEASLES = range(6)


def articles(folder: Path) -> Library:
    """An article for each title, at the stage that the statuses say, with as many actors as its number."""
    paths = []
    for index, (title, status) in enumerate(zip(TITLES, STATUSES, strict=True)):
        path = folder / f"{index + 1}.txt"
        path.write_bytes(f"{title}\n{'نُشر الخبر صباح اليوم. ' * 9}\n{ARTICLE}".encode())
        paths.append(path)
        if status != "new":
            keep(path, status, actors=index, note=NOTE if status == "flagged" else "")
    return Library(paths, folder.name, "lina", BUILT_IN)


def articles_again(folder: Path) -> Library:
    """The library that is there already."""
    paths = [folder / f"{number + 1}.txt" for number in range(len(TITLES))]
    return Library(paths, folder.name, "lina", BUILT_IN)


def keep(path: Path, status: Status, *, actors: int = 0, note: str = "") -> None:
    """Write a sidecar by lina."""
    article, moment = read_article(path), now()
    layer = Layer.new(article, "lina", BUILT_IN, moment, TOOL)
    for number in range(actors):
        start = article.text.index("صباح") + 5 * number
        layer = layer.add(make_span(article.text, [(start, start + 4)], "actor", id=f"{number:012x}", now=moment))
    save_layer(path, layer.with_header(status=status, note=note))


def status_of(folder: Path, article: int) -> Status:
    """What the disk says of an article."""
    path = folder / f"{article + 1}.txt"
    return load_layer(read_article(path), "lina", BUILT_IN, now(), TOOL).header.status


def heading(app: HashiyaApp) -> str:
    return app.screen.query_one("#heading", Bar).render().plain


def screen(app: HashiyaApp) -> LibraryScreen:
    assert isinstance(app.screen, LibraryScreen)
    return app.screen


def listed(app: HashiyaApp) -> list[int]:
    """The articles on the screen from top to bottom, by their titles."""
    shown = screen(app).rows
    lines = [shown.render_line(y).text.rstrip(" │┃") for y in range(shown.size.height)]
    ends = [set_line(title, 60, cell_len).glyphs for title in TITLES]
    return [next((n for n, end in enumerate(ends) if text.endswith(end)), -1) for text in lines if text]


def reading(app: HashiyaApp) -> int:
    """The article that is open."""
    assert isinstance(app.screen, ReaderScreen)
    return int(app.screen.desk.article.path.stem) - 1


async def found(app: HashiyaApp) -> None:
    """Wait until the search is over."""
    await app.workers.wait_for_complete()


def remark(app: HashiyaApp, name: str) -> str:
    """What is said beside the list; empty where nothing is."""
    said = screen(app).query_one(name, Remark)
    return said.render().plain if said.display else ""


async def test_each_row_tells_status_counts_and_note_and_the_heading_how_much_is_done(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.pause()
        assert heading(app).split("lina")[1] == " · 1 of 6 done"
        assert listed(app) == [0, 1, 2, 3, 4, 5]
        text = [screen(app).rows.render_line(y).text for y in range(6)]
        assert [row.split()[0] for row in text] == ["new", "working", "done", "flagged", "working", "skipped"]
        assert "1 actor " in text[COUNCIL]
        assert "3 actors" in text[POWER]
        assert f"“{set_line(NOTE, 40, cell_len).glyphs}”" in text[POWER]
        ends = [set_line(title, 60, cell_len).glyphs for title in TITLES]
        assert [row.rstrip(" ").endswith(end) for row, end in zip(text, ends, strict=True)] == [True] * 6


async def test_articles_below_the_screen_are_read_in_the_background(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_bytes(ARTICLE.encode())
    keep(tmp_path / "59.txt", "done")
    app = HashiyaApp(Library(sorted(tmp_path.glob("*.txt")), "many", "lina", BUILT_IN))
    async with app.run_test(size=(80, 24)) as pilot:
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "1 of 60 done" in heading(app)
        await pilot.press("/", *"status:done", "enter")
        assert "1 of 60 shown" in heading(app)
        await pilot.press("escape")
        assert screen(app).current == 59


async def test_the_list_narrows_as_a_filter_is_typed_and_escape_shows_all_again(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("/", *"الم")
        await pilot.pause()
        assert listed(app) == [COUNCIL, PORT, POLICE, MEASLES]
        await pilot.press(*"رفا")
        await pilot.pause()
        assert listed(app) == [PORT]
        assert set_line("المرفا", 20, cell_len).glyphs in line(app)
        assert "1 of 6" in line(app)
        await pilot.press("enter")
        assert "1 of 6 shown · filter" in heading(app)
        await pilot.press("escape")
        assert listed(app) == [0, 1, 2, 3, 4, 5]
        assert screen(app).current == PORT


async def test_escape_while_typing_leaves_the_filter_and_the_row_as_they_were(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("/", *"unfinished", "enter", "down")
        assert listed(app) == [CONVOY, COUNCIL, POLICE]
        await pilot.press("/", "space", *"actor>3")
        assert listed(app) == [POLICE]
        await pilot.press("escape")
        assert listed(app) == [CONVOY, COUNCIL, POLICE]
        assert screen(app).current == COUNCIL


async def test_a_filter_may_ask_of_the_texts(tmp_path: Path) -> None:
    opened = articles(tmp_path)
    (tmp_path / "3.txt").write_bytes(f"{TITLES[PORT]}\nشارك في الإضراب الحمّالون.\n".encode())
    app = HashiyaApp(opened)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("/", *"النص:الحمالون")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert listed(app) == [PORT]
        await pilot.press("ctrl+u", *"-text:الحمالون", "enter")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert listed(app) == [CONVOY, COUNCIL, POWER, POLICE, MEASLES]


async def test_what_a_filter_does_not_understand_is_told_while_it_is_typed(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", *"status:dne")
        assert "there is no status dne; known are new, working, done" in remark(app, "#remark")
        assert len(listed(app)) == 6
        await pilot.press("backspace", "backspace", *"one")
        await pilot.pause()
        assert remark(app, "#remark") == ""
        assert listed(app) == [PORT]


async def test_where_nothing_fits_the_way_back_is_told(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("/", *"سفينة", "enter")
        assert remark(app, "#empty") == "no article fits: Esc shows all again"
        await pilot.press("enter", "N")
        assert "all articles of the list are finished" in told(app)
        await pilot.press("escape")
        assert remark(app, "#empty") == ""
        assert len(listed(app)) == 6


async def test_another_order_keeps_the_article_and_is_marked_when_asked_again(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("down", "down", "o", "s")
        assert listed(app) == [COUNCIL, POLICE, CONVOY, POWER, PORT, MEASLES]
        assert screen(app).current == PORT
        assert heading(app).endswith("· by status")
        await pilot.press("o")
        await pilot.pause()
        assert [row.startswith("●") for row in rows(app)] == [False, True, False, False, False, False]
        await pilot.press("a")
        assert listed(app) == [MEASLES, POLICE, POWER, PORT, COUNCIL, CONVOY]


async def test_an_order_can_be_clicked(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("o")
        await pilot.pause()
        await pilot.click(offered(app), offset=(5, 1))
        await pilot.pause()
        assert listed(app)[0] == COUNCIL
        assert line(app) == ""


async def test_the_library_is_found_again_as_it_was_left(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("o", "a", "/", *"unfinished", "enter", "home", "down", "enter")
        await pilot.pause()
        assert reading(app) == COUNCIL
        await pilot.press("escape")
        await pilot.pause()
        assert listed(app) == [POLICE, COUNCIL, CONVOY]
        assert screen(app).current == COUNCIL
        assert "3 of 6 shown" in heading(app)


async def test_what_was_done_in_an_article_is_seen_when_it_is_left(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("D", "escape")
        await pilot.pause()
        assert "2 of 6 done" in heading(app)
        assert "done" in screen(app).rows.render_line(0).text


async def test_next_unfinished_goes_around_and_says_when_there_is_none(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("end", "N")
        await pilot.pause()
        assert reading(app) == CONVOY
    for number in (CONVOY, POLICE):
        keep(tmp_path / f"{number + 1}.txt", "done")
    app = HashiyaApp(articles_again(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("down", "N")
        await pilot.pause()
        assert "no other article is unfinished" in told(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("D", "escape")
        await pilot.pause()
        await pilot.press("N")
        assert "all articles are finished" in told(app)


async def test_from_article_to_article_in_the_order_of_the_list_without_seeing_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("o", "a", "/", *"unfinished", "enter", "home", "enter")
        await pilot.pause()
        assert reading(app) == POLICE
        seen: list[LibraryScreen] = []
        mounted = LibraryScreen.on_mount

        def mount(library: LibraryScreen) -> None:
            seen.append(library)
            mounted(library)

        monkeypatch.setattr(LibraryScreen, "on_mount", mount)
        # What is finished leaves the list; the way through it stays.
        await pilot.press("D", "N")
        await pilot.pause()
        assert reading(app) == COUNCIL
        await pilot.press("آ")
        await pilot.pause()
        assert reading(app) == CONVOY
        assert seen == []
        await pilot.press("D", "N")
        await pilot.pause()
        assert reading(app) == COUNCIL
        await pilot.press("D", "N")
        await pilot.pause()
        assert seen == [app.screen]
        assert listed(app) == []
        assert "all articles of the list are finished" in told(app)
    assert [status_of(tmp_path, number) for number in (CONVOY, COUNCIL, POLICE)] == ["done"] * 3


async def test_an_article_opened_alone_has_no_next_one(tmp_path: Path) -> None:
    path = articles(tmp_path).articles[0]
    app = HashiyaApp(Library([path], tmp_path.name, "lina", BUILT_IN), Desk.open(path, "lina", BUILT_IN, TOOL))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("N")
        await pilot.pause()
        assert "no other article is unfinished" in told(app)


async def test_a_long_look_for_the_next_one_is_told_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Shelf.read

    def slow(shelf: Shelf, index: int) -> Summary:
        time.sleep(0.1)
        return read(shelf, index)

    monkeypatch.setattr(Shelf, "read", slow)
    for number in range(40):
        path = tmp_path / f"{number:02}.txt"
        path.write_bytes(ARTICLE.encode())
        keep(path, "done" if number < 39 else "new")
    app = HashiyaApp(Library(sorted(tmp_path.glob("*.txt")), "many", "lina", BUILT_IN))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("N")
        assert "looking for the next unfinished article" in told(app)
        assert "reading" in heading(app)
        await pilot.press("escape")
        assert "looking" not in told(app)
        await pilot.press("N")
        monkeypatch.setattr(Shelf, "read", read)
        for _ in range(100):
            await pilot.pause(0.05)
            if isinstance(app.screen, ReaderScreen):
                break
        assert isinstance(app.screen, ReaderScreen)
        assert app.screen.desk.article.path.stem == "39"


async def test_a_search_lists_the_articles_that_hold_it_and_opens_them_at_the_hit(tmp_path: Path) -> None:
    opened = articles(tmp_path)
    filler = "وتوقّفت حركة الشحن في الميناء. " * 60
    (tmp_path / "1.txt").write_bytes(f"{TITLES[CONVOY]}\n{filler}\nدخل الصيّادون المرفأ، ثم غادر الصيادون.\n".encode())
    (tmp_path / "3.txt").write_bytes(f"{TITLES[PORT]}\nقال الصيادون إن المرفأ مغلق.\n".encode())
    app = HashiyaApp(opened)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("ctrl+ب", *"الصيادون", "enter")
        await found(app)
        await pilot.pause()
        assert listed(app) == [CONVOY, PORT]
        assert "3 hits in 2 articles" in heading(app)
        assert "2 hits" in screen(app).rows.render_line(0).text
        assert set_line("دخل الصيّادون المرفأ", 60, cell_len).glyphs in screen(app).rows.render_line(0).text
        await pilot.press("enter")
        await pilot.pause()
        await pilot.pause()
        assert reading(app) == CONVOY
        hit = read_article(tmp_path / "1.txt").text.index("الصيّادون")
        assert hit <= view(app).cursor.caret < hit + len("الصيّادون")
        start, end = view(app).reached
        assert start <= hit < end
        assert "1 of 2" in told(app)
        await pilot.press("n")
        assert "2 of 2" in told(app)
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert listed(app) == [CONVOY, PORT]
        # Where reading was left off does not count now.
        await pilot.press("enter")
        await pilot.pause()
        assert "1 of 2" in told(app)
        await pilot.press("escape", "escape")
        await pilot.pause()
        await pilot.press("escape")
        assert len(listed(app)) == 6


async def test_what_a_search_finds_after_it_was_given_up_is_not_listed(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("ctrl+f", *"سفينة", "enter")
        await found(app)
        late = Found(tmp_path / "1.txt", 1, (0, 4), "وصول", 0)
        screen(app).post_message(Searched(object(), ((CONVOY, late),), 6, 0, is_over=True))
        await pilot.pause()
        assert listed(app) == []


async def test_a_search_looks_through_what_the_filter_shows(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("/", *"unfinished", "enter", "ctrl+f")
        await pilot.pause()
        assert "in 3 articles" in line(app)
        await pilot.press(*"الاغاثة", "enter")
        await found(app)
        await pilot.pause()
        assert listed(app) == [CONVOY, COUNCIL, POLICE]
        await pilot.press("escape", "escape")
        assert len(listed(app)) == 6


async def test_a_pattern_is_searched_for_after_ctrl_x_and_one_that_is_none_is_told_of(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("ctrl+f", "ctrl+x", *"^ع\\w+ ال", "enter")
        await found(app)
        await pilot.pause()
        assert listed(app) == [PORT]
        await pilot.press("ctrl+f", "ctrl+u", "(", "enter")
        await found(app)
        await pilot.pause()
        assert "does not work" in told(app)
        assert listed(app) == []
        await pilot.press("escape")
        assert len(listed(app)) == 6


async def test_a_search_left_for_an_article_goes_on_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = articles(tmp_path)
    asked: list[str] = []

    def slow(path: Path, *how: object) -> Article:
        asked.append(path.stem)
        time.sleep(0.06)
        return read_article(path)

    monkeypatch.setattr("annotations.library_search.read_article", slow)
    app = HashiyaApp(opened)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("ctrl+f", *"الاغاثة", "enter")
        while not listed(app):
            await pilot.pause(0.01)
        assert "searching" in heading(app)
        await pilot.press("enter")
        await pilot.pause()
        assert reading(app) == CONVOY
        await pilot.press("escape", "escape")
        await pilot.pause()
        await found(app)
        await pilot.pause()
        assert listed(app) == [0, 1, 2, 3, 4, 5]
        assert "6 articles" in heading(app)
    assert asked.count("1") == 1


async def test_a_search_without_hits_says_so(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+f", *"سفينة", "enter")
        await found(app)
        await pilot.pause()
        assert remark(app, "#empty") == f"no article holds {quoted('سفينة', 20)}: Esc shows all again"


async def test_the_same_keys_on_an_arabic_keyboard(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("خ", "س")
        assert listed(app)[0] == COUNCIL
        await pilot.press("ظ", *"الحالة:منجز", "enter")
        assert listed(app) == [PORT]
        await pilot.press("escape", "home", "آ")
        await pilot.pause()
        assert reading(app) == POLICE


async def test_the_mouse_opens_an_article_and_does_what_the_hints_say(tmp_path: Path) -> None:
    app = HashiyaApp(articles(tmp_path))
    async with app.run_test(size=(120, 30)) as pilot:
        hints = screen(app).query_one(Hints)
        await pilot.click(hints, offset=(hints.render().plain.index("filter") + 1, 0))
        await pilot.press(*"new")
        await pilot.press("ctrl+u", *"status:new,done")
        await pilot.pause()
        await pilot.click(screen(app).rows, offset=(80, 1))
        await pilot.pause()
        assert reading(app) == PORT
        await pilot.press("escape")
        await pilot.pause()
        assert listed(app) == [CONVOY, PORT]


async def test_a_damaged_sidecar_is_told_of_beside_its_article(tmp_path: Path) -> None:
    opened = articles(tmp_path)
    sidecar_path(tmp_path / "2.txt", "lina").write_bytes(b"{")
    app = HashiyaApp(opened)
    async with app.run_test(size=(120, 30)) as pilot:
        await pilot.press("down")
        assert "2.txt.lina.ann.jsonl" in told(app)
        assert "damaged" in screen(app).rows.render_line(1).text


@pytest.mark.parametrize("width", [8, 20, 40, 100])
@pytest.mark.parametrize(
    "text",
    [
        ARTICLE.splitlines()[1],
        f"{ARTICLE.splitlines()[2]} {ARTICLE.splitlines()[3]}",
        "قال المتحدث إن " + "x" * 60 + " القافلة وصلت إلى المدينة مساء أمس من دون أن يعترضها أحد",
        "The convoy of Blue Gate reached the port, and the القافلة left it for the valley before the night fell.",
    ],
)
def test_the_hit_is_seen_in_its_context_whatever_the_width(tmp_path: Path, text: str, width: int) -> None:
    path = tmp_path / "one.txt"
    path.write_bytes(text.encode())
    for word in ("القافلة", "المرفأ", "الوعود"):
        for hit in search_library([path], word):
            if isinstance(hit, Found):
                row, (start, end) = set_context(hit, width)
                assert row.width <= width
                assert row.cell_of(start) is not None
                assert width < 40 or row.cell_of(end - 1) is not None


@given(st.sampled_from(["unfinished", "actor>1", "-status:done", "الم", "status:done actor>1", "note:واضح", ""]))
def test_the_shelf_lists_what_the_query_matches_in_every_order(shelf: Shelf, typed: str) -> None:
    query = Query.parse(typed)
    for order in orders():
        ordered = list(shelf.ordered(order))
        assert sorted(ordered) == list(range(len(TITLES)))
        matching = [n for n in ordered if (known := shelf.summary(n)) is not None and query.matches(known)]
        assert list(shelf.fitting(order, query)) == matching


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    opened = articles(tmp_path_factory.mktemp("shelf"))
    made = Shelf(opened.articles, "lina", BUILT_IN)
    made.learn([(index, made.read(index)) for index in range(len(TITLES))])
    return made
