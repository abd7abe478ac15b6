"""Every word of the sample articles, selected by keyboard and by mouse at three widths, gives back its offsets."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
ARTICLES = sorted((ROOT / "articles").glob("*.txt"))


@pytest.fixture
def walk_words(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(ROOT / "tests")
    return importlib.import_module("walk_words")


def test_there_are_articles_to_walk() -> None:
    assert len(ARTICLES) >= 6


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.stem)
def test_every_word_of_an_article_gives_back_its_offsets(article: Path, walk_words: ModuleType) -> None:
    text = walk_words.article_text(article)
    for width in walk_words.WIDTHS:
        outcome = walk_words.walk(text, width)
        assert outcome.failures == []
        assert outcome.words == outcome.by_keyboard == outcome.by_mouse > 100


def test_what_a_word_is(walk_words: ModuleType) -> None:
    text = '«قال» (3.5%)، جديّة! ل"المدن" — C++\u200f ه\u200d.'
    found = [(text[word.start : word.end], word.is_plain) for word in walk_words.words_of(text)]
    assert found == [("قال", True), ("3.5", False), ("جديّة", True), ('ل"المدن', False), ("C", True), ("ه\u200d", True)]


def test_the_texts_of_treebanks_and_token_lists_are_put_together_again(walk_words: ModuleType, tmp_path: Path) -> None:
    treebank, tokens = tmp_path / "treebank.conllu", tmp_path / "tokens.txt"
    treebank.write_text("# sent_id = 1\n# text = وصل الوفد.\n1\tوصل\t_\n\n# text = ثم غادر.\n", encoding="utf-8")
    tokens.write_text("وصل O\nالوفد B-ORG I-ORG\n$#$ O\nثم O\n\nغادر O\n", encoding="utf-8")
    assert walk_words.article_text(treebank) == "وصل الوفد.\nثم غادر."
    assert walk_words.article_text(tokens) == "وصل الوفد\nثم\nغادر"


def test_the_script_prints_its_figures_and_tells_failure_by_its_exit_status(
    walk_words: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "story.txt").write_text("وصل الوفد إلى المدينة.\n", encoding="utf-8")
    assert walk_words.main([str(tmp_path)]) == 0
    assert "4 words       4 by keyboard       4 by mouse" in capsys.readouterr().out
    monkeypatch.setattr(walk_words, "double_click", lambda *_: None)
    assert walk_words.main([str(tmp_path)]) == 1
    assert "[0, 3)" in capsys.readouterr().out
