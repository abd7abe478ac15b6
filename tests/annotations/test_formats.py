from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint, EntryPoints
from io import BytesIO
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, link_of, texts

from annotations.errors import HashiyaError
from annotations.formats import GROUP, Annotated, FolderFormat, Format, format_named, jsonl, names
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_span

EXTRAS = {"spacy", "parquet", "hf", "uima"}
TIMES = {"created": "2026-11-22T10:15:00Z", "updated": "2026-11-22T10:15:00Z"}
KEYS = ["id", "text", "annotator", "status", "note", *TIMES, "seconds_active", "sha256", "schema", "spans", "links"]
PLACE = ["id", "start", "end", "fragments", "text"]
SPAN_KEYS = [*PLACE, "label", "subtype", "attributes", "group", "note", "origin", *TIMES]
LINK_KEYS = ["id", "event", "role", "actor", "note", "origin", *TIMES]


def exported(*records: Annotated) -> list[dict[str, object]]:
    out = BytesIO()
    jsonl.write(records, out, Policy(), Losses())
    data = out.getvalue().decode()
    assert data.endswith("\n") or not records
    return [json.loads(line) for line in data.split("\n")[:-1]]


def sample() -> Annotated:
    event = make_span(TEXT, [(0, 5)], "event", id="e1", now=NOW, attributes={"tense": "past"})
    actor = make_span(TEXT, [(6, 13)], "actor", id="s1", now=NOW, subtype="gov", attributes={"own": "x"})
    layer = empty_layer().add(event).add(actor).add_link(link_of("e1", "s1"))
    return Annotated(id="sub/story.txt", article=article_of(TEXT), layer=layer, schema=BUILT_IN)


def test_a_record_holds_every_key() -> None:
    (record,) = exported(sample())
    assert list(record) == KEYS
    assert record == {
        "id": "sub/story.txt",
        "text": TEXT,
        "annotator": "lina",
        "status": "in-progress",
        "note": "",
        **TIMES,
        "seconds_active": 0,
        "sha256": article_of(TEXT).sha256,
        "schema": {"name": "actor-event", "version": "1"},
        "spans": [
            {
                "id": "e1",
                "start": 0,
                "end": 5,
                "fragments": [[0, 5]],
                "text": "أعلنت",
                "label": "event",
                "subtype": None,
                "attributes": {"polarity": None, "tense": "past", "genericity": None, "modality": None},
                "group": None,
                "note": "",
                "origin": "manual",
                **TIMES,
            },
            {
                "id": "s1",
                "start": 6,
                "end": 13,
                "fragments": [[6, 13]],
                "text": "الحكومة",
                "label": "actor",
                "subtype": "gov",
                "attributes": {"polarity": None, "tense": None, "genericity": None, "modality": None, "own": "x"},
                "group": None,
                "note": "",
                "origin": "manual",
                **TIMES,
            },
        ],
        "links": [{"id": "l1", "event": "e1", "role": "agent", "actor": "s1", "note": "", "origin": "manual", **TIMES}],
    }


@given(st.data())
def test_every_record_has_the_same_keys_and_its_spans_its_text(data: st.DataObject) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    (record,) = exported(Annotated(id="a", article=article_of(text), layer=layer, schema=BUILT_IN))
    assert list(record) == KEYS
    assert record["text"] == text
    spans, links = record["spans"], record["links"]
    assert isinstance(spans, list)
    assert isinstance(links, list)
    for span in spans:
        assert list(span) == SPAN_KEYS
        assert span["text"] == " ".join(text[start:end] for start, end in span["fragments"])
    ids = {span["id"] for span in spans}
    assert [link["id"] for link in links] == [link.id for link in layer.links if {link.event, link.actor} <= ids]
    assert all(list(link) == LINK_KEYS for link in links)


def test_links_that_lead_nowhere_are_left_out() -> None:
    whole = sample()
    layer = Layer.of(whole.layer.header, whole.layer.spans, [link_of("e1", "gone")])
    (record,) = exported(Annotated(id="a", article=whole.article, layer=layer, schema=BUILT_IN))
    assert record["links"] == []


def test_every_format_has_its_module_and_an_unknown_one_its_sentence() -> None:
    folder = Path(__file__).parents[2] / "annotations" / "formats"
    modules = {path.stem for path in folder.glob("*.py") if "\nEXTENSION = " in path.read_text()}
    assert modules == {name.replace("-", "_") for name in names()}
    assert all(format_named(name).HELP for name in names())
    with pytest.raises(HashiyaError) as caught:
        format_named("cnll")
    assert str(caught.value).startswith("the format cnll is unknown; perhaps conll is meant; use one of: jsonl, ")


@pytest.mark.parametrize("name", sorted(name for name in {*names()} - EXTRAS if format_named(name).EXTENSION))
def test_records_are_written_as_they_come(name: str) -> None:
    sizes, end = sizes_as_written(format_named(name))
    assert 0 == sizes[0] < sizes[1] < sizes[2] < end


def sizes_as_written(form: Format | FolderFormat) -> tuple[list[int], int]:
    """The bytes that had been written when each of three records was asked for, and those at the end."""
    out, sizes = BytesIO(), list[int]()

    def records() -> Iterator[Annotated]:
        for _ in range(3):
            sizes.append(len(out.getvalue()))
            yield sample()

    cast(Format, form).write(records(), out, Policy(), Losses())
    return sizes, len(out.getvalue())


@pytest.mark.parametrize("name", sorted({*names()} - EXTRAS))
def test_nothing_can_be_written(name: str, tmp_path: Path) -> None:
    write_nothing(name, tmp_path)


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_a_format_that_needs_a_library_names_its_extra(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("spacy", "pyarrow", "cassis"):
        monkeypatch.setitem(sys.modules, library, None)
    with pytest.raises(HashiyaError, match=rf"the format {name} needs .*'hashiya\[{name}\]'"):
        write_nothing(name, tmp_path)


@pytest.mark.heavy
@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_nothing_can_be_written_with_the_library(name: str, tmp_path: Path) -> None:
    write_nothing(name, tmp_path)


def write_nothing(name: str, folder: Path) -> None:
    form = format_named(name)
    if form.EXTENSION:
        form.write([], BytesIO(), Policy(), Losses())
    else:
        form.write_folder([], folder, Policy(), Losses())


def test_a_format_of_another_package_is_found_by_its_entry_point(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = EntryPoints([EntryPoint("mine", "annotations.formats.csv", GROUP)])
    monkeypatch.setattr("importlib.metadata.entry_points", lambda **wanted: theirs.select(**wanted))
    assert names()[-1] == "mine"
    assert format_named("mine").EXTENSION == ".csv"
