"""The HTML page of `hashiya stats`: whole, alone, the same each time; and what comes from a file is only text in it."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_article import SECOND_WORD, TEXT, contents, sidecar_of, write_article

from annotations.article import read_article
from annotations.errors import HashiyaError, SaveError
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.stats import Annotator, Count, LengthCount, SchemaCount, Stats, SubtypeCount, Work, count
from annotations.store.files import save_layer
from tui.stats import Reading, write_stats
from tui.stats_page import LONGEST_COLUMN, MOST_BARS, MOST_ROWS, About, length_columns, write_page

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ABOUT = About("مقالات", ["articles"], None, BUILT_IN, NOW, "hashiya 1")
HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "&lt;b&gt; &amp; <!-- ]]> -->",
    "$\\frac{1}{0}$ #000001",
    'name 0< id="text_1" style="font-size: 1px; font-family: x"',
    "\x1b[2J\u202e\n\u2069\ud800 end",
)
WORK = Work(1800, 8, 3, 16.0, 6.0)
needs_matplotlib = pytest.mark.heavy


class Page(HTMLParser):
    """The page's elements, attributes and texts, and the rows of its tables."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.texts: list[str] = []
        self.rows: list[list[str]] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.lasttag in ("td", "th", "bdi") and self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] += data


def small_stats(*names: str, work: Work = WORK) -> Stats:
    """Stats in which everything that has a name has each of these, the first one most."""
    counts = tuple(Count(name, 2000 - number) for number, name in enumerate(names))
    return replace(
        count([]),
        articles=2,
        annotated=1,
        unannotated=1,
        spans=sum(one.count for one in counts),
        links=len(names),
        labels=counts,
        subtypes=tuple(SubtypeCount("actor", one.name, one.count) for one in counts),
        roles=counts,
        actors=counts,
        annotators=tuple(Annotator(one.name, 1, (Count("done", 1),), one.count, 1, work) for one in counts),
        word_lengths=(LengthCount(0, 1), LengthCount(2, 3), LengthCount(99, 2)),
        work=work,
    )


def page_of(stats: Stats, about: About = ABOUT) -> str:
    out = BytesIO()
    write_page(stats, about, out)
    return out.getvalue().decode()


def shown_texts(page: str) -> str:
    return "".join(Page(page).texts)


@needs_matplotlib
def test_what_stands_in_files_is_only_text() -> None:
    plain = [f"plain {number}" for number in range(len(HOSTILE))]
    about = replace(ABOUT, folder=HOSTILE[0], paths=HOSTILE, annotator=HOSTILE[0], problems=HOSTILE, warnings=HOSTILE)
    tame = replace(ABOUT, folder=plain[0], paths=plain, annotator=plain[0], problems=plain, warnings=plain)
    page, expected = Page(page_of(small_stats(*HOSTILE), about)), Page(page_of(small_stats(*plain), tame))
    assert page.tags == expected.tags
    assert "script" not in page.tags
    assert Counter(name for name, _ in page.attributes) == Counter(name for name, _ in expected.attributes)
    told = "".join(page.texts)
    for name in HOSTILE[:5]:
        # In the plots too, where long ones are cut.
        assert told.count(name) > told.count(f"\u2068{name[:15]}") >= 3, name
    assert "\\x1b[2J\\u202e\\n\\u2069\\ud800 end" in told
    assert "\x1b" not in told
    assert "\u202e" not in told


@needs_matplotlib
def test_it_says_what_was_counted_and_each_figure_stands_in_a_table() -> None:
    stats = replace(small_stats("وزارة الدفاع", "NATO"), schemas=(SchemaCount("old", "0", 3),))
    about = replace(ABOUT, annotator="lina", problems=["a.txt: is damaged."], warnings=["hashiya.toml: key."])
    text = page_of(stats, about)
    page = Page(text)
    told = "".join(page.texts)
    assert "<title>Annotations in مقالات</title>" in text
    for sentence in ("2026-11-25 09:00 UTC", "hashiya 1", "lina alone", "actor-event, version 1", "old, version 0 (3)"):
        assert sentence in told, sentence
    assert "a.txt: is damaged." in told
    assert "hashiya.toml: key." in told
    for row in (
        ["وزارة الدفاع", "2,000", "50.0%"],
        ["actor / NATO", "1,999", "50.0%"],
        ["NATO", "1,999"],
        ["NATO", "1", "1", "1,999", "1", "0.5", "16", "6"],
        ["0", "1", "0.0%"],
        ["15+", "2", "0.1%"],
    ):
        assert row in page.rows, row
    assert '<bdi dir="auto" lang="ar">وزارة الدفاع</bdi>' in text
    assert '<bdi dir="auto">NATO</bdi>' in text
    # In plots there is no element for it.
    assert ">&#x2068;وزارة الدفاع&#x2069;</text>" in text


@needs_matplotlib
def test_it_needs_nothing_but_itself() -> None:
    text = page_of(small_stats("a"))
    page = Page(text)
    assert "Content-Security-Policy" in text
    assert not page.tags.keys() & {"script", "img", "link", "iframe", "object", "image", "base", "a"}
    assert not {name for name, _ in page.attributes} & {"src", "href", "xlink:href", "xmlns:xlink"}
    assert "url(" not in text
    assert "://" not in text
    identifiers = [value for name, value in page.attributes if name == "id"]
    assert len(set(identifiers)) == len(identifiers)


@needs_matplotlib
def test_the_same_figures_make_the_same_bytes_whatever_the_users_own_style_is() -> None:
    import matplotlib

    stats = small_stats("a", "b")
    before = page_of(stats)
    with matplotlib.rc_context({"font.size": 31, "axes.grid": True, "svg.fonttype": "path", "savefig.bbox": "tight"}):
        own = dict(matplotlib.rcParams)
        assert page_of(stats) == before
        assert dict(matplotlib.rcParams) == own
    assert "Matplotlib" not in before
    assert "matplotlib" not in before


@needs_matplotlib
def test_long_lists_end() -> None:
    names = [f"y{number}" for number in range(MOST_ROWS + 5)]
    stats = small_stats(*names)
    text = page_of(stats, replace(ABOUT, paths=names, problems=names))
    page = Page(text)
    told = "".join(page.texts)
    assert f"The first {MOST_BARS} of {MOST_ROWS + 5}." in told
    assert "5 more; hashiya stats --json has them all." in told
    assert "and 185 more" in told
    rows = Counter(row[0].removeprefix("actor / ") for row in page.rows)
    assert (rows["y199"], rows["y200"], rows["all"]) == (5, 0, 1)
    assert text.count(">&#x2068;y") == 5 * MOST_BARS
    assert "\u2026" in shown_texts(page_of(small_stats("x" * 1000)))


@needs_matplotlib
def test_nothing_is_a_page_too() -> None:
    told = shown_texts(page_of(count([])))
    assert "There are none yet." in told
    assert "Lengths" not in told.partition("What the figures mean")[0]


@needs_matplotlib
def test_rates_are_only_where_time_is_known() -> None:
    assert "Words an active hour" not in page_of(small_stats("a", work=Work(0, 0, 0, None, None)))
    assert "Words an active hour" in page_of(small_stats("a"))


@given(st.dictionaries(st.integers(0, 40), st.integers(1, 9), min_size=1))
def test_columns_have_every_span_once(numbers: dict[int, int]) -> None:
    lengths = tuple(LengthCount(length, number) for length, number in sorted(numbers.items()))
    found = length_columns(replace(count([]), word_lengths=lengths))
    assert sum(one.count for one in found) == sum(numbers.values())
    for place, one in enumerate(found, min(1, *numbers)):
        last = place == LONGEST_COLUMN
        assert one.name == (f"{place}+" if last else str(place))
        assert one.count == (
            sum(number for length, number in numbers.items() if length >= place) if last else numbers.get(place, 0)
        )


def annotated(folder: Path) -> Path:
    path = write_article(folder)
    layer = Layer.new(read_article(path), "lina", BUILT_IN, NOW, "test")
    save_layer(path, layer.add(make_span(TEXT, [SECOND_WORD], "actor", id="s1", now=NOW)))
    return path


@needs_matplotlib
def test_a_folder_becomes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    annotated(tmp_path / "مقالات")
    output = tmp_path / "report.html"
    assert write_stats(Reading([tmp_path / "مقالات"]), 80, as_json=False, html=output)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "")
    assert re.search("<h1>Annotations in <bdi[^>]*>مقالات</bdi></h1>", output.read_text("utf-8"))
    sidecar_of(tmp_path / "مقالات" / "story.txt").write_bytes(b"junk\n")
    assert not write_stats(Reading([tmp_path / "مقالات"]), 80, as_json=True, html=output)
    told = capsys.readouterr()
    assert told.out.startswith('{"articles":0')
    assert "story.txt.lina.ann.jsonl, line 1" in told.err
    assert "story.txt.lina.ann.jsonl, line 1" in output.read_text("utf-8")


@needs_matplotlib
def test_an_article_is_not_written_over(tmp_path: Path) -> None:
    path = annotated(tmp_path)
    before = contents(tmp_path)
    for output in (path, sidecar_of(path), tmp_path / "hashiya.toml", tmp_path / "gone" / "report.html"):
        with pytest.raises(SaveError):
            write_stats(Reading([tmp_path]), 80, as_json=False, html=output)
    assert contents(tmp_path) == before


@needs_matplotlib
def test_what_is_stopped_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_reading: Reading) -> Stats:
        raise KeyboardInterrupt

    annotated(tmp_path)
    before = contents(tmp_path)
    monkeypatch.setattr(Reading, "stats", stopped)
    with pytest.raises(KeyboardInterrupt):
        write_stats(Reading([tmp_path]), 80, as_json=False, html=tmp_path / "report.html")
    assert contents(tmp_path) == before


def test_a_library_that_is_missing_is_named_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr(Reading, "stats", None)
    with pytest.raises(HashiyaError, match=r"the HTML report needs the library matplotlib; .*'hashiya\[report\]'"):
        write_stats(Reading([tmp_path]), 80, as_json=False, html=tmp_path / "report.html")
    assert contents(tmp_path) == {}
