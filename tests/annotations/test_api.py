"""What a notebook does with a library: `from annotations import …`."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import annotations as hashiya
from annotations import HashiyaError, Library, import_files, open_library
from annotations.store.files import sidecar_path
from annotations.store.keeper import Keeper
from annotations.store.lock import Lock

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
TEXT = "قال الوزير إن الوفد وصل إلى المدينة أمس."
MINISTER = (4, 10)
SAID = (0, 3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("story.txt", "sub/other.txt"):
        path = tmp_path / "library" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    return tmp_path / "library"


def annotate(library: Library, article: str = "story.txt", annotator: str = "lina") -> None:
    with library.editing(article, annotator) as editor:
        said = editor.mark(*SAID, "event", subtype="say")
        minister = editor.mark(*MINISTER, "actor", origin="model@1", note="ملاحظة")
        editor.link(said, "agent", minister)


def test_a_library_lists_its_articles_and_their_layers(folder: Path) -> None:
    library = open_library(folder)
    assert library.ids == ["story.txt", "sub/other.txt"]
    assert library.article("sub/other.txt").text == TEXT
    assert (library.annotators("story.txt"), list(library.layers())) == ((), [])
    annotate(library)
    (record,) = library.layers("lina")
    assert (record.id, record.article.text) == ("story.txt", TEXT)
    assert [(span.text, span.label, span.origin) for span in record.layer.spans] == [
        ("قال", "event", "manual"),
        ("الوزير", "actor", "model@1"),
    ]
    assert [(link.role, record.layer.span(link.actor).text) for link in record.layer.links] == [("agent", "الوزير")]
    assert library.annotators("story.txt") == ("lina",)
    assert list(library.layers("omar")) == []


def test_what_was_done_is_one_step_that_can_be_undone(folder: Path) -> None:
    library = open_library(str(folder))
    annotate(library)
    article = library.article("story.txt")
    keeper = Keeper.open(article, "lina", library.schema, NOW, "test")
    keeper.undo()
    assert (len(keeper.layer.spans), len(keeper.layer.links)) == (0, 0)
    keeper.release()
    layer = library.layer("story.txt", "lina")
    assert (len(layer.spans), layer.header.status) == (2, "in-progress")


def test_an_exception_saves_nothing_and_lets_go(folder: Path) -> None:
    library = open_library(folder)
    with pytest.raises(RuntimeError, match="on the way"), library.editing("story.txt", "lina") as editor:
        editor.mark(*SAID, "event")
        raise RuntimeError("on the way")
    assert not library.layer("story.txt", "lina").spans
    annotate(library)


def test_a_layer_that_another_has_open_is_left_alone(folder: Path) -> None:
    library = open_library(folder)
    with (
        Lock.acquire(sidecar_path(folder / "story.txt", "lina"), NOW),
        pytest.raises(HashiyaError, match="lina"),
        library.editing("story.txt", "lina"),
    ):
        raise AssertionError("opened")


def test_what_cannot_be_marked_is_refused(folder: Path) -> None:
    with open_library(folder).editing("story.txt", "lina") as editor:
        with pytest.raises(ValueError, match="beyond the text"):
            editor.mark(0, len(TEXT) + 1, "actor")
        with pytest.raises(ValueError, match="perhaps actor is meant"):
            editor.mark(*MINISTER, "acter")
        minister = editor.mark(*MINISTER, "actor")
        with pytest.raises(ValueError, match=r"\[4, 10\) is marked as actor already"):
            editor.mark(*MINISTER, "actor", subtype="gov")
        with pytest.raises(ValueError, match="role"):
            editor.link(minister, "agent", minister)
        editor.remove(minister)
        with pytest.raises(KeyError):
            editor.remove(minister)
        assert editor.layer.spans == ()


def test_nothing_that_cannot_be_saved_is_kept_till_the_end(folder: Path) -> None:
    class Whole:
        """A whole number that is no int, as numpy has them."""

        def __init__(self, number: int) -> None:
            self._number = number

        def __index__(self) -> int:
            return self._number

    library = open_library(folder)
    with library.editing("story.txt", "lina") as editor:
        editor.mark(Whole(4), Whole(10), "actor", more=[(Whole(11), Whole(13))])  # type: ignore[arg-type, list-item]
        said = editor.mark(*SAID, "event")
        with pytest.raises(TypeError):
            editor.mark(0.0, 3.0, "event")  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="surrogate"):
            editor.mark(*SAID, "event", note="\ud800")
        with pytest.raises(ValueError, match="surrogate"):
            editor.link(said, "agent", editor.layer.spans[1], note="\ud800")
    assert [span.fragments for span in library.layer("story.txt", "lina").spans] == [(SAID,), (MINISTER, (11, 13))]


def test_what_is_done_too_late_is_refused(folder: Path) -> None:
    with open_library(folder).editing("story.txt", "lina") as editor:
        said, minister = editor.mark(*SAID, "event"), editor.mark(*MINISTER, "actor")
    for late in (
        lambda: editor.mark(*SAID, "event"),
        lambda: editor.link(said, "agent", minister),
        lambda: editor.remove(said),
    ):
        with pytest.raises(ValueError, match=r"story\.txt is not being edited any more"):
            late()


def test_names_that_there_are_not_are_told(folder: Path) -> None:
    library = open_library(folder)
    with pytest.raises(HashiyaError, match=r"no article stori\.txt; perhaps story\.txt is meant"):
        library.article("stori.txt")
    with pytest.raises(HashiyaError, match="annotator"):
        library.layer("story.txt", "a/b")
    with pytest.raises(HashiyaError, match="no such file or folder"):
        open_library(folder / "gone")
    # Nobody checks types in a notebook.
    with pytest.raises(HashiyaError, match="edges: there is no strikt; perhaps strict is meant"):
        library.export("conll", folder.parent / "out", edges="strikt")  # type: ignore[arg-type]
    with pytest.raises(HashiyaError, match="gaps: there is no None; use one of: hull, head, drop"):
        library.export("conll", folder.parent / "out", gaps=None)  # type: ignore[arg-type]
    assert not (folder.parent / "out").exists()


def test_what_cannot_be_read_is_raised_or_told_of(folder: Path) -> None:
    library = open_library(folder)
    annotate(library, "sub/other.txt")
    annotate(library)
    (folder / "story.txt").write_text(TEXT + " ثم غادر.", encoding="utf-8")
    with pytest.raises(HashiyaError, match=r"story\.txt"):
        list(library.layers())
    told: list[str] = []
    assert [record.id for record in library.layers(problem=told.append)] == ["sub/other.txt"]
    assert len(told) == 1


def test_an_export_is_imported_elsewhere(folder: Path, tmp_path: Path) -> None:
    library = open_library(folder)
    annotate(library)
    told = library.export("jsonl", tmp_path / "out.jsonl", annotator="lina")
    assert (told.written, told.unannotated, told.losses.count) == (1, 1, 0)
    counts = import_files([tmp_path / "out.jsonl"], "jsonl", tmp_path / "elsewhere")
    assert (counts.articles, counts.spans, counts.links) == (1, 2, 1)
    copy = open_library(tmp_path / "elsewhere").layer("story.txt", "lina")
    assert copy == library.layer("story.txt", "lina")
    library.export("jsonl", tmp_path / "data", split="50/25/25", pseudonyms=True)
    assert json.loads((tmp_path / "data" / "manifest.json").read_bytes())["annotators"] == ["annotator-1"]
    with pytest.raises(HashiyaError, match="perhaps jsonl is meant"):
        library.export("jsnl", tmp_path / "other.jsonl")


def test_a_file_alone_is_imported_with_a_schema_of_what_it_holds(tmp_path: Path) -> None:
    span = {"id": "s", "start": 4, "end": 10, "label": "PERS"}
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({"id": "a", "text": TEXT, "spans": [span]}), encoding="utf-8")
    counts = import_files(str(file), "jsonl", tmp_path / "library", annotator="lina", make_schema=True)
    assert (counts.articles, counts.spans, counts.problems) == (1, 1, 0)
    assert [label.name for label in open_library(tmp_path / "library").schema.labels] == ["PERS"]


def test_one_annotators_damage_costs_another_nothing(folder: Path) -> None:
    library = open_library(folder)
    for annotator in ("lina", "omar"):
        annotate(library, annotator=annotator)
    sidecar_path(folder / "story.txt", "lina").write_bytes(b"junk\n")
    told: list[str] = []
    assert [record.layer.header.annotator for record in library.layers(problem=told.append)] == ["omar"]
    assert len(told) == 1


def test_a_folder_inside_the_library_is_refused(folder: Path) -> None:
    library = open_library(folder)
    annotate(library)
    for place in (folder / "sub" / "brat", folder):
        with pytest.raises(HashiyaError, match="is inside of"):
            library.export("brat", place)
    assert not (folder / "sub" / "brat").exists()


def test_all_names_are_there_and_the_package_alone_imports_nothing_of_them() -> None:
    assert all(getattr(hashiya, name) is not None for name in hashiya.__all__)
    code = "import sys, annotations; print([name for name in sys.modules if name.startswith('annotations.')])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, encoding="utf-8")
    assert ran.stdout == "[]\n"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        hashiya.nothing  # noqa: B018
