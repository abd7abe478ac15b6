"""Symbolic links out of a library are never written through, and hostile names are told in escapes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from annotations.edits import Edit, RefusedError
from annotations.errors import HashiyaError
from annotations.exchange.exporting import Wanted, export_articles
from annotations.layer import Layer
from annotations.library import summarise
from annotations.schema import BUILT_IN
from annotations.span import make_span
from annotations.store.aside import aside_path, set_aside
from annotations.store.files import save_layer, sidecar_path
from annotations.store.inventory import take_stock
from annotations.store.journal import journal_path
from annotations.store.lock import lock_path
from annotations.store.repair import repair
from annotations.store.validation import Checker
from tui.desk import Desk

TEXT = "أعلنت الحكومة أمس وقف القتال.\n"
TOOL = "hashiya 0.1.0"
NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
NAME = "-ma\x1b]0;owned\x07\u202e\n[red]x.txt"


def article_in(folder: Path, name: str = "story.txt") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(TEXT, encoding="utf-8")
    return path


def opened(path: Path, root: Path) -> Desk:
    return Desk.open(path, "lina", BUILT_IN, TOOL, root=root)


def mark(layer: Layer, now: datetime) -> Edit:
    span = make_span(TEXT, [(6, 13)], "actor", id="s1", now=now)
    return Edit(layer.add(span), "mark", "marked")


def work(desk: Desk) -> list[str]:
    """Mark, save and close, as far as that goes; what the annotator was told of what does not."""
    told = [desk.problem]
    try:
        desk.do(mark)
    except RefusedError as error:
        told.append(str(error))
    desk.save()
    told.append(desk.unsaved)
    desk.close()
    return [sentence for sentence in (*told, desk.unsaved, desk.behind) if sentence]


def tree(folder: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in sorted(folder.rglob("*"))}


@pytest.mark.parametrize("beside", [None, lock_path, aside_path])
@pytest.mark.parametrize("held", [b"", b"somebody's\n", None])
def test_a_link_in_the_place_of_a_file_of_ours_is_told_of_and_left(
    tmp_path: Path, beside: Callable[[Path], Path] | None, held: bytes | None
) -> None:
    article = article_in(tmp_path / "library")
    sidecar = sidecar_path(article, "lina")
    target = tmp_path / "outside" / "precious"
    target.parent.mkdir()
    if held is not None:
        target.write_bytes(held)
    link = beside(sidecar) if beside else sidecar
    if beside:
        # A damaged line, so that one has to be set aside.
        sidecar.write_text("junk\n")
    link.symlink_to(target)
    before = tree(target.parent)
    told = work(opened(article, article.parent))
    assert tree(target.parent) == before
    assert link.is_symlink()
    assert told
    assert any(link.name in sentence for sentence in told)
    assert all(sentence.isprintable() and sentence.endswith(".") for sentence in told)


@pytest.mark.parametrize("held", [b"", b"somebody's\n", None])
def test_a_link_in_the_place_of_the_journal_is_told_and_nothing_is_written(tmp_path: Path, held: bytes | None) -> None:
    article = article_in(tmp_path / "library")
    target = tmp_path / "outside" / "precious"
    target.parent.mkdir()
    if held is not None:
        target.write_bytes(held)
    journal = journal_path(sidecar_path(article, "lina"))
    journal.symlink_to(target)
    before = tree(target.parent)
    desk = opened(article, article.parent)
    assert desk.problem == f"{journal}: is a symbolic link; put the file itself in its place."
    desk.close()
    assert tree(target.parent) == before
    assert journal.is_symlink()


def test_no_other_way_of_writing_goes_through_a_link(tmp_path: Path) -> None:
    article = article_in(tmp_path / "library")
    sidecar = sidecar_path(article, "lina")
    real = tmp_path / "outside" / "precious"
    real.parent.mkdir()
    real.write_text("junk\n")
    sidecar.symlink_to(real)
    aside_path(sidecar).symlink_to(real)
    desk = Desk.open(article_in(tmp_path / "other"), "lina", BUILT_IN, TOOL)
    layer = desk.layer
    desk.close()
    checker = Checker(NOW, TOOL)
    (item,) = (item for item in take_stock([article]) if item.kind == "sidecar")
    for attempt in (
        lambda: save_layer(article, layer),
        lambda: set_aside(sidecar, [(1, b"junk", "x")], NOW),
        lambda: repair(item, checker, NOW),
    ):
        with pytest.raises(HashiyaError, match=r"story\.txt"):
            attempt()
        assert real.read_text() == "junk\n"
    assert sidecar.is_symlink()


def test_an_export_never_goes_over_an_article_through_a_link(tmp_path: Path) -> None:
    article = article_in(tmp_path / "library")
    for name, target in (("out.jsonl", article), ("out2.jsonl", sidecar_path(article, "lina"))):
        (tmp_path / name).symlink_to(target)
        with pytest.raises(HashiyaError, match="another name"):
            export_articles([article], Wanted("jsonl", tmp_path / name))
    assert article.read_text(encoding="utf-8") == TEXT


def test_an_article_that_a_link_leads_to_is_read_only_outside_and_annotated_inside(tmp_path: Path) -> None:
    library, other = tmp_path / "library", tmp_path / "outside"
    article_in(library / "sub")
    article_in(other)
    (library / "away").symlink_to(other)
    (library / "here").symlink_to(library / "sub")
    before = tree(other)
    desk = opened(library / "away" / "story.txt", library)
    assert desk.problem is not None
    assert "outside the library" in desk.problem
    assert desk.article.text == TEXT
    assert work(desk)
    assert tree(other) == before
    assert work(opened(library / "here" / "story.txt", library)) == []
    assert sidecar_path(library / "sub" / "story.txt", "lina").is_file()
    # Opened for itself it is the library.
    assert work(opened(library / "away" / "story.txt", library / "away")) == []


def test_an_article_that_is_a_link_itself_has_its_annotations_beside_the_link(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    real = article_in(tmp_path / "outside")
    (library / "linked.txt").symlink_to(real)
    before = tree(real.parent)
    assert work(opened(library / "linked.txt", library)) == []
    assert sidecar_path(library / "linked.txt", "lina").is_file()
    assert tree(real.parent) == before


def test_a_name_that_a_terminal_would_obey_is_told_in_escapes(tmp_path: Path) -> None:
    article = article_in(tmp_path / "library", NAME)
    sidecar = sidecar_path(article, "lina")
    sidecar.write_text("junk\n\x1b[2J\n")
    lock_path(sidecar).write_text("junk")
    told = work(opened(article, article.parent))
    assert any("\\x1b" in sentence for sentence in told)
    told += [str(finding) for item in take_stock([article]) for finding in Checker(NOW, TOOL).findings(item)]
    lock_path(sidecar).unlink()
    told += [repair(item, Checker(NOW, TOOL), NOW) for item in take_stock([article]) if item.kind == "sidecar"]
    article.write_bytes(b"\0")
    told += [str(summarise(article, "lina").error)]
    exported = export_articles([article], Wanted("jsonl", tmp_path / "out"))
    told += [*exported.problems, *exported.warnings]
    assert len(told) > 5
    assert [sentence for sentence in told if not sentence.isprintable()] == []
