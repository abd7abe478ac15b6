"""A library of one's own for each story, and the program opened on it."""

from __future__ import annotations

from pathlib import Path

from annotations.article import read_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.store.opening import load_layer
from tui.app import TOOL, HashiyaApp, Library
from tui.desk import Desk, now
from tui.text import navigation
from tui.text.viewport import ScreenLine
from tui.widgets.article_view import ArticleView
from tui.widgets.bars import Bar

ARTICLE = (
    "وصول قافلة الإغاثة إلى وادي الزيتون\n"
    "أعلنت وزارة الإغاثة أن القافلة دخلت المدينة صباح 29 شباط/فبراير.\n"
    'وقال ناطق ل"المرفأ" إن شركة Blue Gate نقلت 3.5 طن من الأدوية.\n'
    "وكتب المراسل: جديّةُ الوعودِ تُقاسُ بالأفعالِ لا بالأقوال.\n"
)
SECOND = "مجلس البلدة يقر الموازنة\nصوّت الأعضاء على الموازنة بالإجماع.\n"


def library(folder: Path, **texts: str) -> Library:
    """Articles in a folder, for the annotator lina."""
    paths = []
    for name, text in (texts or {"aid": ARTICLE, "council": SECOND}).items():
        path = folder / f"{name}.txt"
        path.write_bytes(text.encode())
        paths.append(path)
    return Library(paths, folder.name, "lina", BUILT_IN)


def reading(folder: Path, text: str = ARTICLE) -> HashiyaApp:
    """The program opened on one article."""
    opened = library(folder, aid=text)
    return HashiyaApp(opened, Desk.open(opened.articles[0], "lina", BUILT_IN, TOOL))


def kept(folder: Path, name: str = "aid") -> Layer:
    """What the disk has of lina's work."""
    return load_layer(read_article(folder / f"{name}.txt"), "lina", BUILT_IN, now(), TOOL)


def view(app: HashiyaApp) -> ArticleView:
    """The article on the screen."""
    return app.screen.query_one(ArticleView)


def told(app: HashiyaApp) -> str:
    """The status line, or its two lines one after the other."""
    lines = app.screen.query_one("#status", Bar).render().plain.strip("─\n").splitlines()
    return " · ".join(line.strip() for line in lines)


def cell(app: HashiyaApp, offset: int) -> tuple[int, int]:
    """The column and row of the view that an offset is drawn at."""
    shown = view(app)
    spot = shown.page.spot_of(offset)
    y = next(y for y in range(shown.size.height) if shown.line_at(y) == ScreenLine(spot))
    return shown.size.width - 2 - shown.page.width + navigation.column_of(shown.page, offset), y
