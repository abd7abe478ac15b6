"""The keystroke benchmark makes exactly the gold it is given, and says so where it did not."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "bench"))

from gold import GoldArticle, GoldLink, GoldSpan, read_gold, write_article, write_layer
from keystrokes import differences, replay

from annotations.schema import BUILT_IN
from tui.app import Library
from tui.config import Settings

TEXT = (
    "مجلس بلدة المرفأ يجتمع بالصيادين\n"
    "استقبل مجلس بلدة المرفأ وفدًا من نقابة الصيادين، وانتقد رئيس النقابة قرار المجلس.\n"
    "وقال الرئيس لجريدة «الشراع» إن النقابة رفضت القرار رفضًا قاطعًا.\n"
    "وينتظر مجلس بلدة المرفأ ردّ نقابة الصيادين.\n"
)
WOJOOD = "قال O\nرئيس O\nنقابة B-ORG B-ORG\nعمال I-ORG I-ORG\nالميناء I-ORG\n. O\n\nإضراب B-EVENT\nصالح B-PERS\n"


def _span(words: str, label: str, subtype: str | None = None, group: str | None = None, *, nth: int = 0) -> GoldSpan:
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return GoldSpan(((start, start + len(words)),), label, subtype, group)


def _gold() -> GoldArticle:
    council = [_span("مجلس بلدة المرفأ", "actor", "gov", "council", nth=nth) for nth in range(3)]
    union = _span("نقابة الصيادين", "actor", "civilian")
    received, refused = _span("استقبل", "event"), _span("رفضت", "event", "reject")
    refusing = GoldSpan((refused.fragments[0], _span("رفضًا", "event").fragments[0]), "event", "reject")
    union_again = _span("النقابة", "actor", "civilian", nth=1)
    spans = [
        *council,
        union,
        received,
        refusing,
        union_again,
        # Within words, and within another span.
        _span("الصيادين", "actor", nth=0),
        _span("الصيادين", "actor", nth=1),
        _span("رئيس النقابة", "actor"),
        _span("النقابة", "actor", "civilian", nth=0),
    ]
    links = (GoldLink(received, "agent", council[1]), GoldLink(refusing, "agent", union_again))
    return GoldArticle("council", TEXT, tuple(sorted(spans, key=lambda span: (span.start, span.end))), links)


def _library(folder: Path, *golds: GoldArticle) -> Library:
    paths = [write_article(folder, gold) for gold in golds]
    return Library(paths, folder.name, "lina", BUILT_IN, Settings())


async def test_spans_of_every_shape_groups_and_links_are_made_exactly(tmp_path: Path) -> None:
    gold = _gold()
    library = _library(tmp_path, gold)
    tally = await replay(library.articles[0], gold, library)
    assert differences(library.articles[0], gold, "lina") == []
    assert tally.keys.total() > len(gold.spans)
    assert tally.keys["link"] == 4


async def test_names_of_earlier_articles_take_fewer_keys(tmp_path: Path) -> None:
    spans = tuple(span._replace(group=None, subtype=None) for span in _gold().spans if len(span.fragments) == 1)
    gold, earlier = GoldArticle("later", TEXT, spans), GoldArticle("earlier", TEXT, spans)
    library = _library(tmp_path, gold, earlier)
    by_hand = await replay(library.articles[0], gold, library)
    library.articles[0].with_name("later.txt.lina.ann.jsonl").unlink()
    write_layer(library.articles[1], earlier, "lina")
    tally = await replay(library.articles[0], gold, library)
    assert differences(library.articles[0], gold, "lina") == []
    assert tally.made["walking proposals"] > 0
    assert tally.keys.total() < by_hand.keys.total()


def test_what_is_missing_and_what_is_too_much_is_told(tmp_path: Path) -> None:
    gold = _gold()
    (path,) = _library(tmp_path, gold).articles
    write_layer(path, gold._replace(spans=gold.spans[:-1]), "lina")
    told = differences(path, gold._replace(spans=gold.spans[1:], links=()), "lina")
    assert [line.partition(":")[2].partition(":")[0] for line in told if " span " in line] == [
        " span is missing",
        " span is not in the gold",
    ]


def test_names_within_names_are_read_from_a_token_and_tags_a_line(tmp_path: Path) -> None:
    path = tmp_path / "some.txt"
    path.write_text(WOJOOD, encoding="utf-8")
    (article,) = read_gold(path, "lina")
    assert article.text == "قال رئيس نقابة عمال الميناء .\nإضراب صالح\n"
    found = [(span.label, article.text[span.start : span.end]) for span in article.spans]
    assert found == [("actor", "نقابة عمال"), ("actor", "نقابة عمال الميناء"), ("event", "إضراب"), ("actor", "صالح")]
