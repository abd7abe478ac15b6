"""CAS XMI as dkpro-cassis reads it, with types that INCEpTION takes for layers, and what comes back of it."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from format_records import record_of
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, link_of, span_of, texts
from round_trip import check_by_id

from annotations.formats import Annotated
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.uima import read_folder
from annotations.formats.tokens import Policy
from annotations.formats.uima import restored, unescaped, write_folder
from annotations.schema import Attribute, Label, Schema
from annotations.span import make_span

UNHELD = "\0\x07\x0b\x0c\x1f\ufffe\uffff"
HOSTILE = [
    *("../../x", "/etc/passwd", "a/b.txt", "a_b.txt", "A_b.txt", "..", "", ".hidden", "a\n\x1b[2J\0"),
    *("قصة \u202e" * 100, "story.txt", "story.txt", "CON", "-rf", "TypeSystem"),
]


def written(folder: Path, *records: Annotated, losses: Losses | None = None) -> list[Path]:
    """The folder's XMI files, in the order of their names."""
    write_folder(records, folder, Policy(), losses or Losses())
    return sorted(folder.glob("*.xmi"))


def loaded(path: Path) -> Any:
    import cassis

    with path.with_name("TypeSystem.xml").open("rb") as types, path.open("rb") as file:
        return cassis.load_cas_from_xmi(file, typesystem=cassis.load_typesystem(types))


def back(folder: Path) -> list[Imported]:
    return list(read_folder(folder, Options(folder, NOW)))


@pytest.mark.heavy
def test_cassis_reads_events_with_their_role_slots(tmp_path: Path) -> None:
    text = '\U0001f468\u200d\U0001f469 قال لقسد\r\nول"المدن"\n'
    event = make_span(
        text, [(4, 7), (14, 15)], "event", id="e", now=NOW, subtype="agree", attributes={"tense": "past", "own": "س"}
    )
    layer = (
        empty_layer(text).add(event).add(span_of(text, (9, 12), span_id="a")).add(span_of(text, (17, 22), span_id="b"))
    )
    layer = layer.add_link(link_of("e", "a")).add_link(link_of("e", "b", "l2", "recipient"))
    (path,) = written(tmp_path, record_of(layer, text))
    cas = loaded(path)
    assert cas.sofa_string == text
    (found,) = cas.select("hashiya.label.event")
    assert (found.begin, found.end, found.label, found.subtype) == (4, 15, "event", "agree")
    assert (found.attribute_tense, found.attributes.elements) == ("past", ["own=س"])
    # UTF-16 code units: two more for the two pictographs.
    assert found.fragments.elements == ["6 9", "16 17"]
    slots = [(slot.role, slot.target.get_covered_text()) for slot in found.arguments.elements]
    assert slots == [("agent", "قسد"), ("recipient", "المدن")]
    assert [each.get_covered_text() for each in cas.select("hashiya.label.actor")] == ["قسد", "المدن"]
    (document,) = cas.select("hashiya.Document")
    assert (document.article, document.annotator, document.status) == ("sub/story.txt", "lina", "in-progress")
    assert document.sha256 == article_of(text).sha256


@pytest.mark.heavy
def test_offsets_in_the_file_are_utf_16(tmp_path: Path) -> None:
    text = "\U0001f468 قال"
    (path,) = written(tmp_path, record_of(empty_layer(text).add(span_of(text, (2, 5))), text))
    assert 'begin="3" end="6"' in path.read_text()


@pytest.mark.heavy
def test_inception_takes_the_types_for_span_layers(tmp_path: Path) -> None:
    """`TypeSystemAnalysis`: layers are direct subtypes, with strings, arrays of strings and slots alone."""
    written(tmp_path, record_of(empty_layer()))
    import cassis

    system = cassis.load_typesystem(tmp_path / "TypeSystem.xml")
    types = {each.name: each for each in system.get_types()}
    argument = types["hashiya.Argument"]
    assert argument.supertype.name == "uima.cas.TOP"
    assert {each.name: each.rangeType.name for each in argument.features} == {
        "role": "uima.cas.String",
        "target": "uima.tcas.Annotation",
    }
    spans = [each for each in types.values() if each.supertype.name == "uima.tcas.Annotation"]
    assert {each.name for each in spans} - {"uima.tcas.DocumentAnnotation"} == {
        *("hashiya.Span", "hashiya.label.actor", "hashiya.label.event"),
    }
    for each in spans:
        ranges = {feature.name: feature.rangeType.name for feature in each.features}
        has_slots = ranges.pop("arguments", None) == "uima.cas.FSArray"
        assert has_slots == (each.name in ("hashiya.Span", "hashiya.label.event"))
        assert set(ranges.values()) <= {"uima.cas.String", "uima.cas.StringArray"}
    tense = types["hashiya.label.event"].get_feature("attribute_tense")
    assert tense.rangeType.name == "uima.cas.String"


@pytest.mark.heavy
def test_types_follow_from_the_schema_and_names_that_are_none_find_a_place(tmp_path: Path) -> None:
    attributes = tuple(Attribute(name=name, values=("x",)) for name in ("class", "self", "get", "زمن", "a-b"))
    labels = [
        Label(name=name, colour="blue", mark="bold", attributes=attributes) for name in ("فاعل", "type", "1st", "None")
    ]
    layer = empty_layer()
    for number, label in enumerate((*[label.name for label in labels], "", "a b")):
        values = {attribute.name: "ق" for attribute in attributes}
        layer = layer.add(make_span(TEXT, [(0, 6)], label, id=f"s{number}", now=NOW, attributes=values))
    record = record_of(layer, schema=Schema(name="s", version="1", labels=tuple(labels)))
    (path,) = written(tmp_path, record)
    cas = loaded(path)
    assert [each.label for each in cas.select("hashiya.Span")] == ["فاعل", "1st", "", "a b"]
    (named,) = cas.select("hashiya.label.type")
    assert (named.attribute_class, named.attribute_self, named.attribute_get) == ("ق", "ق", "ق")
    assert named.attributes.elements == ["a-b=ق", "زمن=ق"]
    (one,) = back(tmp_path)
    check_by_id(record, [], one)


@pytest.mark.heavy
def test_a_record_of_another_schema_loses_nothing(tmp_path: Path) -> None:
    span = make_span(TEXT, [(0, 6)], "event", id="e", now=NOW, attributes={"tense": "past"})
    labels = (Label(name="place", colour="blue", mark="bold"),)
    first = record_of(empty_layer(), article_id="a", schema=Schema(name="s", version="1", labels=labels))
    other = record_of(empty_layer().add(span), article_id="b")
    written(tmp_path, first, other)
    check_by_id(other, [], back(tmp_path)[1])


@pytest.mark.heavy
@settings(max_examples=40)
@given(st.data())
def test_what_is_not_told_of_comes_back(data: st.DataObject) -> None:
    text = data.draw(texts)
    record = record_of(data.draw(layers(text)), text)
    told: list[Loss] = []
    losses = Losses(told.append)
    with TemporaryDirectory() as parent:
        written(Path(parent), record, losses=losses)
        (one,) = back(Path(parent))
    header = record.layer.header
    assert (one.text, one.id, one.annotator, one.status, one.problems) == (text, record.id, "lina", header.status, ())
    assert (one.schema, one.note, one.created, one.updated, one.seconds_active) == (
        *(header.schema, header.note, header.created, header.updated, header.seconds_active),
    )
    check_by_id(record, told, one)
    assert losses.spans.total() == len(record.layer.spans)
    assert {loss.id for loss in told} == {link.id for link in record.layer.invalid_links}


@pytest.mark.heavy
def test_what_xml_cannot_hold_is_replaced_and_comes_back(tmp_path: Path) -> None:
    text = f"قال\ufffd{UNHELD}\r\n\rالوسيط\u2028\ufffd\ufeff\x7f\x85\n"
    span = make_span(
        text, [(3, 16)], UNHELD, id=UNHELD, now=NOW, attributes={UNHELD: "\ufffd7;"}, note=f"\ufffd{UNHELD}"
    )
    record = record_of(empty_layer(text).add(span), text, "a\x07.txt")
    (path,) = written(tmp_path, record)
    assert loaded(path).sofa_string == re.sub(f"[{UNHELD}]", "\ufffd", text)
    (one,) = back(tmp_path)
    assert (one.text, one.id, one.problems) == (text, record.id, ())
    check_by_id(record, [], one)


@pytest.mark.heavy
def test_a_link_from_a_label_without_slots_makes_its_event_a_span(tmp_path: Path) -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="s")).add_link(link_of("s", "s"))
    (path,) = written(tmp_path, record_of(layer))
    (found,) = loaded(path).select("hashiya.Span")
    assert [slot.target.id for slot in found.arguments.elements] == ["s"]
    check_by_id(record_of(layer), [], back(tmp_path)[0])


@pytest.mark.heavy
def test_each_record_has_a_file_of_its_own_and_the_types_are_there_once(tmp_path: Path) -> None:
    paths = written(tmp_path, *(record_of(empty_layer(), article_id=each) for each in HOSTILE))
    assert len(paths) == len(HOSTILE)
    assert {path.name for path in tmp_path.iterdir()} == {"TypeSystem.xml", *(path.name for path in paths)}
    assert sorted(one.id for one in back(tmp_path)) == sorted(HOSTILE)


def test_a_replaced_character_comes_back_only_where_the_list_fits() -> None:
    assert restored("a\ufffd\ufffdb", "7 fffd") == "a\x07\ufffdb"
    for listed in ("", "7", "7 7 7", "7 d800", "7 110000", "7 -1", "7 ٧"):
        with pytest.raises(ValueError, match="does not fit"):
            restored("a\ufffd\ufffdb", listed)


def test_what_only_looks_like_an_escape_stays() -> None:
    assert unescaped("\ufffd; \ufffdx7; \ufffd123456; \ufffd7;") == "\ufffd; \ufffdx7; \ufffd123456; \x07"


@pytest.mark.heavy
def test_without_records_nothing_is_written(tmp_path: Path) -> None:
    assert written(tmp_path) == []
    assert list(tmp_path.iterdir()) == []
