"""doccano's two forms of JSON lines, and what our own export makes of a layer for it."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from layer_strategies import NOW, TEXT, article_of, layers

from annotations.formats import Annotated, doccano
from annotations.formats.loss import Losses
from annotations.formats.reading import Imported, Options, reader_named
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Link, Span

OPTIONS = Options(Path("some/admin.jsonl"), NOW)
ASTRAL = '\U0001f468 قال لقسد ول"المدن" إن القتال توقف.'
ENTITY = {"id": 4, "label": "actor", "start_offset": 7, "end_offset": 10}
RELATION = {"id": 9, "from_id": 3, "to_id": 4, "type": "agent"}


def imported(*found: dict[str, object], options: Options = OPTIONS) -> list[Imported]:
    data = b"".join(json.dumps(one).encode() + b"\n" for one in found)
    return list(reader_named("doccano").read(BytesIO(data), options))


def test_entities_and_relations_are_taken() -> None:
    event = {"id": 3, "label": "event", "start_offset": 2, "end_offset": 5}
    example = {"id": 1, "text": ASTRAL, "entities": [event, ENTITY], "relations": [RELATION], "Comments": []}
    (one,) = imported(example)
    assert (one.id, one.annotator, one.status, one.problems) == ("admin-1", None, "in-progress", ())
    assert [(span.id, span.text, span.label) for span in one.spans] == [("3", "قال", "event"), ("4", "قسد", "actor")]
    assert [(link.id, link.event, link.role, link.actor) for link in one.links] == [("9", "3", "agent", "4")]


def test_labels_of_a_project_without_relations_are_taken() -> None:
    first, second = imported(
        {"id": 1, "text": ASTRAL, "label": [[2, 5, "event"], [7, 10, "actor"], [7, 99, "actor"], "spam"]},
        {"id": 2, "text": ASTRAL, "labels": [[2, 5, "event"]]},
    )
    assert [(span.id, span.text) for span in first.spans] == [("label-1", "قال"), ("label-2", "قسد")]
    assert [problem.partition(":")[0] for problem in first.problems] == ["label 3", "label 4"]
    assert [span.text for span in second.spans] == ["قال"]


def test_an_example_without_entities_is_an_article_alone() -> None:
    (one,) = imported({"id": 1, "text": ASTRAL, "entities": [], "relations": []})
    assert (one.text, one.status) == (ASTRAL, None)


def test_metadata_may_name_the_article_and_what_else_there_is_is_told() -> None:
    example = {
        "id": 1,
        "text": ASTRAL,
        "entities": [ENTITY],
        "relations": [RELATION],
        "file": "n.txt",
        "Comments": ["x"],
    }
    (one,) = imported(example, options=Options(OPTIONS.path, NOW, id_field="file"))
    assert one.id == "n.txt"
    assert one.problems == ("the key Comments is unknown and left out", "relations 1: its event 3 is missing")
    (without,) = imported({"text": ASTRAL}, options=Options(OPTIONS.path, NOW, id_field="file"))
    assert (without.text, without.problems) == (None, ("the key file is missing",))


@pytest.mark.parametrize("change", [{"end_offset": 99}, {"start_offset": 10}, {"label": 5}, {"id": None}])
def test_an_entity_that_cannot_be_is_told(change: dict[str, object]) -> None:
    (one,) = imported({"text": ASTRAL, "entities": [ENTITY | change, ENTITY]})
    assert [span.id for span in one.spans] == ["4"]
    assert [problem.partition(":")[0] for problem in one.problems] == ["entities 1"]


@given(layers(TEXT))
def test_what_the_export_kept_comes_back(layer: Layer) -> None:
    out = BytesIO()
    doccano.write([Annotated("sub/a.txt", article_of(TEXT), layer, BUILT_IN)], out, Policy(), Losses())
    (one,) = reader_named("doccano").read(BytesIO(out.getvalue()), OPTIONS)
    assert (one.id, one.text, one.annotator, one.problems) == ("sub/a.txt", TEXT, "lina", ())
    assert Counter(map(_place, one.spans)) == Counter(map(_place, layer.spans))
    found = {span.id: span for span in one.spans}
    known = {span.id: span for span in layer.spans}
    whole = [link for link in layer.links if link not in layer.invalid_links]
    assert Counter(_ends(link, found) for link in one.links) == Counter(_ends(link, known) for link in whole)


def _place(span: Span) -> tuple[int, int, str]:
    return span.start, span.end, span.label


def _ends(link: Link, spans: dict[str, Span]) -> tuple[object, ...]:
    return _place(spans[link.event]), link.role, _place(spans[link.actor])
