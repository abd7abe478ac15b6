"""Articles from web pages: the main text alone, and every character of it as the page has it."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import ALPHABET, NOW

from annotations.errors import ArticleError
from annotations.formats.reading import Options, html

pytestmark = pytest.mark.heavy

# A ministry says that talks go on and a delegation has left the city; the army denies the news.
FIRST = "قالت الوزارة: المحادثات مستمرة، وغادر الوفد المدينة."
SECOND = "نفى الجيش الخبر."
# A tatweel, a joiner and a non-joiner, marks of direction, a no-break space, a presentation form, marks out of order.
DELICATE = "الـ\u200d \u200fالوفد\u200e مي\u200cخواهم\u00a0\u2067و\u2069 \ufefb \ufdfa شدّ\u064e\u0651 ا\u0653ن"
NAVIGATION = "<nav><ul><li><a href='/'>الرئيسية</a></li><li><a href='/s'>سياسة</a></li></ul></nav>"
RELATED = "<aside><h3>اقرأ أيضًا</h3><ul><li><a href='/1'>خبر آخر عن الرياضة</a></li></ul></aside>"
FOOTER = "<footer><p>جميع الحقوق محفوظة للصحيفة</p><a href='/c'>اتصل بنا</a></footer>"
COMMENTS = "<section id='comments'><div class='comment'><p>تعليق من قارئ على هذا الخبر المهم جدًا.</p></div></section>"
HEADLINE = "الوفد يغادر المدينة"
# The extractor wants to see that it is an article.
LONG = f"{FIRST} ووصف الوسيط الاتفاق بأنه خطوة جديّة نحو السلام في البلاد، وقال إن الطريق ما زال طويلًا."


def page(*blocks: str, head: str = "<meta charset='utf-8'>", title: str = f"{HEADLINE} | الصحيفة") -> str:
    main = f"<main><article><h1>{HEADLINE}</h1>{''.join(blocks)}</article>{COMMENTS}{RELATED}</main>"
    body = f"<header><h1>الصحيفة</h1>{NAVIGATION}</header>{main}{FOOTER}"
    return f"<!DOCTYPE html><html lang='ar'><head>{head}<title>{title}</title></head><body>{body}</body></html>"


def page_lines(content: str | bytes, **options: str) -> list[str]:
    data = content if isinstance(content, bytes) else content.encode()
    (one,) = html.read(BytesIO(data), Options(Path("some/story.html"), NOW, **options))
    assert (one.id, one.status, one.problems) == ("story.txt", None, ())
    assert one.text is not None
    assert one.text.endswith("\n")
    return one.text.split("\n")[:-1]


ARTICLE_BODY = f'"@type": "NewsArticle", "articleBody": "{LONG} {LONG}"'


def test_a_pages_main_text_is_taken_and_what_is_around_it_is_not() -> None:
    blocks = (
        f"<p>{LONG}</p>",
        "<script>var x = 'ليس نصًا';</script>",
        "<h2>ردود\n الفعل</h2>",
        f"<p>{SECOND}<br>وقال <b>المتحدث</b> إن <a href='/x'>المحادثات</a> مستمرة.</p>",
        "<ul><li>وقف القتال</li><li>تبادل الأسرى</li></ul>",
        "<table><tr><th>المدينة</th><th>العدد</th></tr><tr><td>حلب</td><td>١٢</td></tr></table>",
        f"<blockquote>{FIRST}</blockquote>",
    )
    assert page_lines(page(*blocks)) == [
        HEADLINE,
        LONG,
        "ردود الفعل",
        SECOND,
        "وقال المتحدث إن المحادثات مستمرة.",
        "وقف القتال",
        "تبادل الأسرى",
        "المدينة",
        "العدد",
        "حلب",
        "١٢",
        FIRST,
    ]


def test_no_character_of_a_page_changes() -> None:
    entities = "مي&zwnj;خواهم&rlm; &amp;nbsp; 5&nbsp;% \u2424 \u2003\u2028ا\u0653 \x1c"
    plain = "مي\u200cخواهم\u200f &nbsp; 5\u00a0% \u2424 \u2003\u2028ا\u0653 \x1c"
    lines = page_lines(page(f"<p>{LONG}</p><p>{DELICATE}</p><p>{entities}</p><p>&nbsp;&zwnj;</p><p>{LONG}</p>"))
    assert lines == [HEADLINE, LONG, DELICATE, plain, LONG]


@given(
    st.lists(st.text(alphabet=ALPHABET + "\u0651\u064e\u0653\u200c&", min_size=1, max_size=20), min_size=1, max_size=4)
)
def test_lines_of_a_page_are_its_own_but_for_white_space(texts: list[str]) -> None:
    from html import escape

    paragraphs = [f"<p>{LONG}</p>", *(f"<p>{escape(text)} {SECOND}</p>" for text in texts), f"<p>{LONG}</p>"]
    # Control characters are none of a page, and of white space that of ASCII is one kind.
    expected = [" ".join(re.split("[ \t\r\n]+", f"{text} {SECOND}")).strip(" ") for text in texts]
    found = page_lines(page(*paragraphs))
    assert [line for line in found if line != LONG][1:] == [line for line in expected if line]


@pytest.mark.parametrize(
    ("encoding", "head"),
    [
        ("utf-8-sig", ""),
        ("utf-16", ""),
        ("cp1256", "<meta charset=windows-1256>"),
        ("cp1256", '<meta http-equiv="Content-Type" content="text/html; charset=CP1256">'),
        ("iso-8859-6", "<meta charset='iso-8859-6'>"),
        ("utf-8", "<meta charset='utf-16'>"),
        ("utf-8", ""),
    ],
)
def test_a_pages_encoding_is_what_it_says(encoding: str, head: str) -> None:
    lines = page_lines(page(f"<p>{LONG}</p>", head=head).encode(encoding, "xmlcharrefreplace"))
    assert [line.lstrip("\ufeff") for line in lines] == [HEADLINE, LONG]


def test_a_page_of_latin_1_is_of_windows_as_browsers_take_it() -> None:
    content = page(f"<p>{LONG} \u201cabc\u201d</p>", head="<meta charset=latin1>")
    assert page_lines(content.encode("cp1252", "xmlcharrefreplace"))[1] == f"{LONG} \u201cabc\u201d"


def test_a_pages_encoding_may_be_forced() -> None:
    content = page(f"<p>{LONG}</p>").encode("cp1256", "xmlcharrefreplace")
    assert page_lines(content, encoding="windows-1256") == [HEADLINE, LONG]


@pytest.mark.parametrize(
    ("title", "heading", "first"),
    [
        (f"{HEADLINE} | الصحيفة", "", HEADLINE),
        ("الصحيفة", "<h1>خبر اليوم</h1>", "الصحيفة"),
        ("", "<h1>خبر اليوم</h1>", "خبر اليوم"),
    ],
)
def test_the_headline_is_the_first_line(title: str, heading: str, first: str) -> None:
    content = f"<html><head><title>{title}</title></head><body>{heading}<p>{LONG}</p><p>{FIRST}</p></body></html>"
    assert page_lines(content)[0] == first
    shared = content.replace("<title>", "<meta property='og:title' content='عنوان آخر'><title>")
    assert page_lines(shared)[0] == "عنوان آخر"


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "holds no page"),
        (b"<html><body></body></html>", "has no main text that could be told"),
        (f"<body><script type='application/ld+json'>{{{ARTICLE_BODY}}}</script>".encode(), "has no main text"),
        (b"<meta charset=utf-8><p>\xc7", "is not utf-8, as it says (byte 23)"),
        (b"<meta charset=rot13><p>x", "has the encoding rot13, which is not known"),
        (b"<meta charset=utf-8><p>\x00", "is binary"),
        (b"<p>" + b"a" * 8 * 2**20, "is larger than 8 MiB"),
        (b"<div>" * 5000, "nested too deeply"),
        (b"<p>a" * 50_001, "has more than 50,000 elements"),
    ],
)
def test_what_is_no_page_is_refused(data: bytes, problem: str) -> None:
    with pytest.raises(ArticleError) as caught:
        page_lines(data)
    assert str(caught.value).startswith("some/story.html: ")
    assert problem in str(caught.value)


def test_a_page_that_the_library_fails_on_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import trafilatura

    monkeypatch.setattr(trafilatura, "bare_extraction", None)
    with pytest.raises(ArticleError, match=r"has no main text that could be told \(TypeError\)"):
        page_lines(page(f"<p>{LONG}</p>"))
