"""A schema made of what was imported, and what a schema cannot have."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, empty_layer, layers, link_of, span_of

from annotations.api import open_library
from annotations.exchange.found_schema import FoundSchema
from annotations.exchange.importing import Wanted, import_files
from annotations.labels import SchemaRef
from annotations.layer import Layer
from annotations.schema import is_name, load_schema
from annotations.span import make_span

REF = SchemaRef(name="imported", version="1")


def found_in(*found: Layer) -> FoundSchema:
    schema = FoundSchema()
    for layer in found:
        schema.take(layer)
    return schema


def test_labels_roles_subtypes_and_attributes_become_a_schema_that_works(tmp_path: Path) -> None:
    said = make_span(TEXT, [(0, 5)], "EVENT", id="e1", now=NOW, subtype="say", attributes={"tense": "past"})
    layer = empty_layer().add(said).add(span_of(TEXT, (6, 13), label="PERS")).add_link(link_of("e1", "s1"))
    other = (
        empty_layer().add(span_of(TEXT, (0, 5), label="EVENT")).add(span_of(TEXT, (6, 13), label="منظمة", span_id="s2"))
    )
    schema = found_in(layer, other)
    (tmp_path / "hashiya.toml").write_text(schema.toml(REF), encoding="utf-8")
    loaded, problems = load_schema(tmp_path)
    assert (problems, list(schema.left_out)) == ((), [])
    assert [(label.name, label.key) for label in loaded.labels] == [("EVENT", "e"), ("PERS", "p"), ("منظمة", "1")]
    assert [subtype.name for subtype in loaded.labels[0].subtypes] == ["say"]
    assert [(one.name, one.values) for one in loaded.labels[0].attributes] == [("tense", ("past",))]
    assert [(role.name, role.event_labels, role.actor_labels) for role in loaded.roles] == [
        ("agent", ("EVENT",), ("PERS",))
    ]


@given(st.lists(layers(TEXT), min_size=1, max_size=3))
def test_whatever_is_found_the_file_is_a_schema_or_there_is_none(
    tmp_path_factory: pytest.TempPathFactory, found: list[Layer]
) -> None:
    # Links whose ends are missing are no part of what is imported.
    whole = [
        Layer.of(one.header, one.spans, [link for link in one.links if link not in one.invalid_links]) for one in found
    ]
    schema = found_in(*whole)
    names = {span.label for layer in whole for span in layer.spans}
    assert set(schema.labels) == {name for name in names if is_name(name)}
    if schema.labels:
        folder = tmp_path_factory.mktemp("schema")
        (folder / "hashiya.toml").write_text(schema.toml(REF), encoding="utf-8")
        assert {label.name for label in load_schema(folder).schema.labels} == set(schema.labels)


def test_an_import_makes_one_where_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text('{"id":"a","text":"قال الوزير","spans":[{"id":"s","start":4,"end":10,"label":"PERS"}]}\n', "utf-8")
    wanted = Wanted("jsonl", tmp_path / "a", "lina", makes_schema=True)
    told: list[str] = []
    assert import_files([file], wanted, told.append).problems == 0
    schema = load_schema(tmp_path / "a").schema
    assert ([label.name for label in schema.labels], schema.ref, told) == (["PERS"], REF, [])
    before = (tmp_path / "a" / "hashiya.toml").read_bytes()
    (tmp_path / "a" / "a.txt.lina.ann.jsonl").unlink()
    assert import_files([file], wanted, told.append).problems == 1
    assert told[0].endswith("hashiya.toml is there, and is left as it is.")
    assert (tmp_path / "a" / "hashiya.toml").read_bytes() == before


def test_of_values_that_are_free_text_one_is_told() -> None:
    spans = [
        make_span(TEXT, [(0, 5)], "EVENT", id=f"s{number}", now=NOW, attributes={"lemma": f"أعلن {number}"})
        for number in range(3)
    ]
    found = found_in(Layer.of(empty_layer().header, spans))
    assert list(found.left_out.values()) == ["cannot have values of lemma such as أعلن 0; they are left out."]


def test_a_schema_is_called_as_all_annotations_say() -> None:
    theirs = SchemaRef(name="plover", version="2")
    layer = empty_layer().with_header(schema=theirs).add(span_of(TEXT, (0, 5), label="EVENT"))
    assert found_in(layer, layer).ref == theirs
    assert found_in(layer, empty_layer()).ref is None
    assert found_in(layer.with_header(schema=SchemaRef(name="a b", version="1"))).ref is None


def test_none_is_made_where_the_built_in_one_has_it_all(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    span = {"id": "s", "start": 4, "end": 10, "label": "actor", "subtype": "gov"}
    line = {"id": "a", "text": "قال الوزير", "spans": [span]}
    file.write_text(json.dumps(line | {"schema": {"name": "actor-event", "version": "1"}}), encoding="utf-8")
    told: list[str] = []
    import_files([file], Wanted("jsonl", tmp_path / "a", "lina", makes_schema=True), told.append)
    assert not (tmp_path / "a" / "hashiya.toml").exists()
    assert told[0].endswith("is not needed; all is of the built-in schema.")
    # Of a file that does not say so, the sidecars are of the schema that is made.
    file.write_text(json.dumps(line), encoding="utf-8")
    import_files([file], Wanted("jsonl", tmp_path / "b", "lina", makes_schema=True), told.append)
    schema = load_schema(tmp_path / "b").schema
    assert schema.ref == REF == open_library(tmp_path / "b").layer("a.txt", "lina").header.schema


def test_no_schema_is_made_that_is_too_large_to_be_read(tmp_path: Path) -> None:
    found = FoundSchema()
    for label in range(40):
        spans = [
            make_span(TEXT, [(0, 5)], f"L{label}", id=f"s{number}", now=NOW, subtype=f"{'س' * 50}{number}")
            for number in range(400)
        ]
        found.take(Layer.of(empty_layer().header, spans))
    (tmp_path / "hashiya.toml").write_text(found.toml(REF), encoding="utf-8")
    schema = load_schema(tmp_path).schema
    assert sum(len(label.subtypes) for label in schema.labels) > 5000
    assert found.left_out
    assert all("cannot be larger than 1 MiB; " in sentence for sentence in found.left_out.values())


def test_what_a_schema_cannot_have_is_told_with_the_reason(tmp_path: Path) -> None:
    labels = ["a b", "x\ny", *(f"L{number}" for number in range(300))]
    spans = [{"id": f"s{number}", "start": 0, "end": 3, "label": label} for number, label in enumerate(labels)]
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps({"id": "a", "text": "قال الوزير", "spans": spans}), encoding="utf-8")
    told: list[str] = []
    import_files([file], Wanted("jsonl", tmp_path / "a", "lina", makes_schema=True), told.append)
    assert [sentence.rpartition("hashiya.toml: ")[2] for sentence in told] == [
        "cannot have the label a b; it is left out, and validate will name it.",
        "cannot have the label x\\ny; it is left out, and validate will name it.",
        "cannot have more than 256 labels; the others are left out.",
    ]
    assert len(load_schema(tmp_path / "a").schema.labels) == 256
