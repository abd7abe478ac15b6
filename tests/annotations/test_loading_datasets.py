"""Hugging Face's `datasets` loads what an export writes, without options and without a network."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from layer_strategies import NOW, article_of, empty_layer

from annotations.article import read_article
from annotations.errors import HashiyaError
from annotations.exchange import export
from annotations.exchange.exporting import Wanted
from annotations.formats import Annotated, jsonl
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span
from annotations.store.files import save_layer

pytestmark = pytest.mark.heavy

TEXT = "قصف الجيش المدينة أمس.\n"
# What the JSON reader of `datasets` takes types from.
BLOCK = 10 * 2**20
ATTRIBUTES = {"tense": "past", "مصدر": "وكالة"}
"""One that the schema has, and one that it does not have."""

Load = Callable[[Path], Any]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """`load_dataset`, with what it keeps in a folder of its own."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    datasets.disable_progress_bars()
    return lambda folder: datasets.load_dataset(str(folder), cache_dir=str(tmp_path / "cache" / folder.name))


def layer_of(base: Layer, text: str) -> Layer:
    event = make_span(text, [(0, 3)], "event", id="e1", now=NOW, subtype="assault", attributes=ATTRIBUTES, group="g")
    actor = make_span(text, [(4, 9), (10, 17)], "actor", id="a1", now=NOW)
    return Layer.of(base.header, [event, actor], [make_link("e1", "agent", "a1", id="l1", now=NOW)])


def library(folder: Path, blank: str, blanks: int, marked: int) -> Path:
    """Articles without spans, and after them some with two each."""
    folder.mkdir()
    for number in range(blanks + marked):
        path = folder / f"{number:04}.txt"
        path.write_bytes((blank if number < blanks else TEXT).encode())
        layer = Layer.new(read_article(path), "lina", BUILT_IN, NOW, "test")
        save_layer(path, layer if number < blanks else layer_of(layer, TEXT))
    return folder


def exported(folder: Path, form: str, split: str | None, articles: Path) -> Path:
    export([articles], Wanted(form=form, output=folder, split=split))
    return folder


def rows_of(loaded: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: list(split) for name, split in loaded.items()}


def attributes_of(span: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in span["attributes"].items() if value is not None}


def test_lines_load_where_the_first_articles_have_no_spans(tmp_path: Path, load: Load) -> None:
    blank, header = TEXT * 8, empty_layer(TEXT * 8)
    records = [Annotated(str(number), article_of(blank), header, BUILT_IN) for number in range(1300)]
    records += [
        Annotated(f"m{number}", article_of(TEXT), layer_of(empty_layer(TEXT), TEXT), BUILT_IN) for number in range(20)
    ]
    folder = tmp_path / "lines"
    folder.mkdir()
    with (folder / "articles.jsonl").open("wb") as out:
        jsonl.write(records, out, Policy(), Losses())
    (rows,) = rows_of(load(folder)).values()
    assert [row["id"] for row in rows] == [record.id for record in records]
    assert {len(row["spans"]) for row in rows[:1300]} == {0}
    assert all(attributes_of(row["spans"][0]) == ATTRIBUTES for row in rows[1300:])
    assert rows[-1]["spans"][1]["fragments"] == [[4, 9], [10, 17]]


def test_split_lines_load_whatever_is_in_the_first_block(tmp_path: Path, load: Load) -> None:
    articles = library(tmp_path / "articles", TEXT * 25_000, 24, 60)
    folder = exported(tmp_path / "split", "jsonl", "60/20/20", articles)
    with (folder / "train.jsonl").open("rb") as lines:
        first_marked = next(number for number, line in enumerate(lines) if json.loads(line)["spans"])
        lines.seek(0)
        assert sum(len(next(lines)) for _ in range(first_marked)) > BLOCK
    loaded = load(folder)
    assert list(loaded) == ["train", "validation", "test"]
    for name, rows in rows_of(loaded).items():
        written = (folder / f"{'dev' if name == 'validation' else name}.jsonl").read_text("utf-8").splitlines()
        assert [row["id"] for row in rows] == [json.loads(line)["id"] for line in written]
        marked = [row for row in rows if row["spans"]]
        assert all(attributes_of(row["spans"][0]) == ATTRIBUTES for row in marked)
        assert all(row["links"][0]["role"] == "agent" for row in marked)
    names = [*BUILT_IN.attribute_names, "مصدر"]
    features = loaded["train"].features["spans"].feature
    assert {name: value.dtype for name, value in features["attributes"].items()} == dict.fromkeys(names, "string")
    assert features["subtype"].dtype == features["group"].dtype == "string"


def test_split_lines_load_with_a_schema_without_attributes(tmp_path: Path, load: Load) -> None:
    articles = library(tmp_path / "articles", TEXT, 4, 0)
    (articles / "hashiya.toml").write_text(
        '[schema]\nname = "s"\nversion = "1"\n[[label]]\nname = "actor"\ncolour = "blue"\nmark = "bold"\n'
    )
    path = articles / "m.txt"
    path.write_bytes(TEXT.encode())
    base = Layer.new(read_article(path), "lina", BUILT_IN, NOW, "test")
    save_layer(path, base.add(make_span(TEXT, [(4, 9)], "actor", id="a1", now=NOW)))
    (rows,) = rows_of(load(exported(tmp_path / "split", "jsonl", "100/0/0", articles))).values()
    assert [row["spans"][0]["text"] for row in rows if row["spans"]] == ["الجيش"]


@pytest.mark.parametrize("has_card", [True, False])
def test_words_and_tags_load_with_their_labels(tmp_path: Path, load: Load, *, has_card: bool) -> None:
    folder = exported(tmp_path / "out", "hf", "60/20/20", library(tmp_path / "articles", TEXT, 60, 20))
    if not has_card:
        (folder / "README.md").unlink()
    loaded = load(folder)
    assert sorted(loaded) == ["test", "train", "validation"]
    for split in loaded.values():
        assert split.features["tags_actor"].feature.names == ["O", "B-actor", "I-actor"]
        assert split.features == loaded["train"].features
    rows = [row for split in rows_of(loaded).values() for row in split]
    marked = [row for row in rows if row["spans"]]
    assert (len(rows), len(marked)) == (80, 20)
    names = loaded["train"].features["tags_event"].feature
    for row in marked:
        assert row["tokens"] == ["قصف", "الجيش", "المدينة", "أمس", "."]
        assert names.int2str(row["tags_event"]) == ["B-event", "O", "O", "O", "O"]
        assert row["tags_actor"] == [0, 1, 2, 0, 0]
        assert {one["name"]: one["value"] for one in row["spans"][0]["attributes"]} == ATTRIBUTES
    assert all(set(row["tags_actor"]) == {0} for row in rows if not row["spans"])


def test_without_a_split_all_is_for_training(tmp_path: Path, load: Load) -> None:
    articles = library(tmp_path / "articles", TEXT, 3, 1)
    told = export([articles], Wanted(form="hf", output=tmp_path / "out"))
    assert told.warnings == []
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"train.parquet", "manifest.json", "README.md"}
    loaded = load(tmp_path / "out")
    assert {name: len(split) for name, split in loaded.items()} == {"train": 4}
    (tmp_path / "bare").mkdir()
    (tmp_path / "bare" / "story.txt").write_bytes(TEXT.encode())
    told = export([tmp_path / "bare"], Wanted(form="hf", output=tmp_path / "nothing"))
    assert told.warnings == []
    assert {path.name for path in (tmp_path / "nothing").iterdir()} == {"manifest.json", "README.md"}


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (Wanted(form="hf"), "the format hf writes a folder; name it with -o."),
        (Wanted(form="hf", output=Path("out"), group="folder"), "--group: says what a split keeps together; "),
    ],
)
def test_what_cannot_be_without_a_split_is_told(tmp_path: Path, wanted: Wanted, reason: str) -> None:
    with pytest.raises(HashiyaError, match="^" + re.escape(reason)):
        export([library(tmp_path / "articles", TEXT, 1, 0)], wanted)


@pytest.mark.parametrize("form", ["hf", "jsonl"])
def test_a_split_that_is_empty_is_not_in_the_way(tmp_path: Path, load: Load, form: str) -> None:
    articles = library(tmp_path / "articles", TEXT, 1, 1)
    told = export([articles], Wanted(form=form, output=tmp_path / "out", split="0/50/50"))
    manifest = msgspec.json.decode((tmp_path / "out" / "manifest.json").read_bytes())
    counts = {split: part["records"] for split, part in manifest["splits"].items() if part["records"]}
    assert counts
    assert len(told.warnings) == 2 - len(counts)
    names = {"dev": "validation", "test": "test"}
    assert {name: len(split) for name, split in load(tmp_path / "out").items()} == {
        names[split]: count for split, count in counts.items()
    }
