"""Web Annotations of our own export, and of others with the articles beside them."""

from __future__ import annotations

import json
import os
import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, link_of, raw_json, span_of, texts
from round_trip import check_by_id

from annotations.formats import Annotated, w3c
from annotations.formats.loss import Loss, Losses
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.w3c import read
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN

OPTIONS = Options(Path("nowhere/annotations.jsonl"), NOW)
STORY = '\U0001f468 قال الوسيط إن "المدن" آمنة، وإن الوسيط آمن.'
SOURCE = "https://example.org/2026/story.txt#part"


def exported(*records: Annotated, losses: Losses | None = None) -> bytes:
    out = BytesIO()
    w3c.write(records, out, Policy(), losses or Losses())
    return out.getvalue()


def imported(data: bytes, options: Options = OPTIONS) -> list[Imported]:
    return list(read(BytesIO(data), options))


def record_of(layer: Layer, text: str = TEXT, article_id: str = "sub/story.txt") -> Annotated:
    return Annotated(article_id, article_of(text), layer, BUILT_IN)


def part(start: int | None = None, end: int | None = None, exact: str | None = None, **context: str) -> dict[str, Any]:
    """A part of the story, by position or quotation or both."""
    selectors: list[dict[str, Any]] = []
    if start is not None:
        selectors.append({"type": "TextPositionSelector", "start": start, "end": end})
    if exact is not None:
        selectors.append({"type": "TextQuoteSelector", "exact": exact, **context})
    return {"source": SOURCE, "selector": selectors if len(selectors) > 1 else selectors[0]}


def annotation(target: object, body: object = None, **more: object) -> dict[str, Any]:
    made = {"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation", "target": target, "body": body}
    return {name: value for name, value in (made | more).items() if value is not None}


def of_others(folder: Path, *lines: object) -> list[Imported]:
    """What is read of these lines, with the story beside them."""
    (folder / "story.txt").write_text(STORY, encoding="utf-8")
    data = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    return imported(data, Options(folder / "annotations.jsonl", NOW))


@settings(max_examples=50)
@given(st.data())
def test_what_is_not_told_of_comes_back(data: st.DataObject) -> None:
    texts_ = data.draw(st.lists(texts, max_size=2))
    records = [
        record_of(data.draw(layers(text)), text, f"a/{number}\udcff:%2F.txt") for number, text in enumerate(texts_)
    ]
    told: list[Loss] = []
    found = imported(exported(*records, losses=Losses(told.append)))
    for record, one in zip(records, found, strict=True):
        header = record.layer.header
        assert (one.id, one.text, one.annotator, one.problems) == (record.id, record.article.text, "lina", ())
        assert (one.status, one.schema, one.note, one.created, one.updated, one.seconds_active) == (
            *(header.status, header.schema, header.note, header.created, header.updated, header.seconds_active),
        )
        check_by_id(record, [loss for loss in told if loss.article == record.id], one)


def test_two_annotators_of_an_article_stay_apart() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6)))
    first, second = imported(exported(record_of(layer), record_of(empty_layer())))
    assert (first.id, len(first.spans), first.line) == (second.id, 1, 1)
    assert (second.spans, second.line) == ((), 3)


def test_a_position_or_a_quotation_is_a_span_with_what_its_bodies_say(tmp_path: Path) -> None:
    bodies = [
        {"type": "TextualBody", "purpose": "commenting", "value": "ملاحظة"},
        {"type": "SpecificResource", "purpose": "identifying", "source": {"id": "https://example.org/q/1"}},
        {"type": "TextualBody", "purpose": "classifying", "value": "actor"},
    ]
    (one,) = of_others(
        tmp_path,
        annotation(part(6, 12), bodies, id="#1", motivation="highlighting", created="2026-01-01T00:00:00Z"),
        annotation(part(exact="المدن"), {"type": "TextualBody", "value": "place"}, motivation=["tagging"]),
        annotation([part(2, 5), part(exact="آمنة")], motivation="highlighting", id="x" * 200),
        annotation(part(13, 15), bodyValue="قيل", motivation="commenting"),
    )
    assert (one.id, one.text, one.annotator, one.status, one.problems) == ("story.txt", STORY, None, "in-progress", ())
    assert [(span.id, span.text, span.label, span.group, span.note) for span in one.spans] == [
        ("#1", "الوسيط", "actor", "https://example.org/q/1", "ملاحظة"),
        ("annotation-2", "المدن", "place", None, ""),
        ("annotation-3", "قال آمنة", "highlighting", None, ""),
        ("annotation-4", "إن", "commenting", None, "قيل"),
    ]
    assert one.spans[0].created == "2026-01-01T00:00:00Z"


def test_what_has_no_place_is_told(tmp_path: Path) -> None:
    tags = [{"type": "TextualBody", "purpose": "tagging", "value": value} for value in "ab"]
    odd = [{"type": "TextualBody", "value": "x"}, {"type": "TextualBody", "value": "x", "hashiya:field": "odd"}]
    *told, one = of_others(tmp_path, annotation(part(6, 12), tags, id="#1"), annotation(part(6, 12), odd))
    assert [span.label for span in one.spans] == ["a", "annotation"]
    assert [each.problems for each in told] == [
        ("#1: a body that is tagging has no place",),
        ("a body that is without a purpose has no place",) * 2,
    ]


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (part(exact="الوسيط"), "its quotation is in the text more than once"),
        (part(exact="الحكومة"), "its quotation is not in the text"),
        (part(exact=""), "it has no position in the text, and no quotation"),
        (part(6, 99), "it has no position in the text, and no quotation"),
        (part(6, 6), "it has no position in the text, and no quotation"),
        ({"source": SOURCE}, "it has no position in the text, and no quotation"),
        ([part(6, 12), {"source": "other.txt"}], "its targets are in several articles"),
        (part(6, 12) | {"selector": {"type": "XPathSelector", "value": "/"}}, "it has no position in the text"),
        (part(6, 12) | {"selector": part(6, 12)["selector"] | {"refinedBy": {}}}, "its selector is refined by another"),
    ],
)
def test_a_place_that_is_none_or_not_certain_is_told(tmp_path: Path, target: object, reason: str) -> None:
    found = of_others(tmp_path, annotation(part(2, 5), id="good"), annotation(target, id="bad"))
    (problem,) = (problem for one in found for problem in one.problems)
    assert problem.startswith(f"bad: {reason}")
    assert [span.id for one in found for span in one.spans] == ["good"]


def test_a_quotation_is_right_where_the_position_is_not(tmp_path: Path) -> None:
    (one,) = of_others(
        tmp_path,
        annotation(part(7, 13, "الوسيط", prefix="قال ")),  # in UTF-16 code units
        annotation(part(exact="الوسيط", suffix=" آمن.")),
    )
    assert [(span.start, span.text) for span in one.spans] == [(6, "الوسيط"), (34, "الوسيط")]


def test_articles_of_others_follow_each_other(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("نص آخر", encoding="utf-8")
    other = annotation({"source": "other.txt", "selector": {"type": "TextQuoteSelector", "exact": "آخر"}})
    found = of_others(tmp_path, annotation(part(2, 5)), other, [annotation(part(2, 5)), other, annotation(part(6, 12))])
    assert [(one.id, one.line, [span.text for span in one.spans]) for one in found] == [
        ("story.txt", 1, ["قال"]),
        ("other.txt", 2, ["آخر", "آخر"]),
        ("story.txt", 3, ["قال", "الوسيط"]),
    ]


def test_quotations_are_looked_for_within_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotations.formats.reading.w3c._SEARCHED", 2 * len(STORY))
    quoted = annotation(part(exact="المدن"))
    told, one = of_others(tmp_path, quoted, annotation(part(2, 5)), quoted, quoted, annotation(part(2, 5)))
    assert told.problems == ("its quotation is not looked for: there are too many for so long a text",)
    assert len(one.spans) == 4


def test_a_page_holds_annotations_in_any_order(tmp_path: Path) -> None:
    link = annotation("#e", [{"purpose": "tagging", "value": "agent"}, "#a"], id="#l", motivation="linking")
    items = [link, annotation(part(2, 5), id="#e"), annotation(part(6, 12), id="#a")]
    page = {"type": "AnnotationPage", "items": items}
    for line in (page, items, {"type": ["AnnotationCollection"], "first": page}):
        (one,) = of_others(tmp_path, line)
        assert [(each.id, each.event, each.role, each.actor) for each in one.links] == [("#l", "#e", "agent", "#a")]
        assert one.problems == ()
    told = of_others(tmp_path, {"type": "AnnotationCollection", "first": "https://example.org/page1"})
    assert [one.problems for one in told] == [("the annotations of the collection are elsewhere",)]


def test_a_link_that_leads_nowhere_is_told(tmp_path: Path) -> None:
    link = annotation("#e", "#gone", id="#l", motivation="linking")
    before, after, one = of_others(tmp_path, link, annotation(part(2, 5), id="#e"), link)
    assert before.problems == ("#l: it joins what came not before it",)
    assert after.problems == ("#l: it does not join two spans that came before it",)
    assert (len(one.spans), one.links) == (1, ())


def test_only_a_text_beside_the_file_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (folder / ".hidden.txt").write_text("hidden")
    (folder / "key.pem").write_text("key")
    os.mkfifo(folder / "pipe.txt")
    sources = ["../secret.txt", "..%2Fsecret.txt", str(tmp_path / "secret.txt"), ".hidden.txt", "key.pem", "pipe.txt"]
    sources += ["", "..", "a%00.txt", "http://[", "https://example.org/missing.txt"]
    position = {"type": "TextPositionSelector", "start": 0, "end": 3}
    for source in sources:
        target = {"source": source, "selector": position}
        found = of_others(folder, annotation(target, id="1"), annotation(target, id="2"))
        assert all(one.text is None for one in found)
        assert any(one.problems for one in found)


def test_what_is_no_annotation_costs_the_others_nothing(tmp_path: Path) -> None:
    odd: list[object] = [5, {}, {"type": "Annotation"}, {"type": "Annotation", "target": {"selector": 5}}, [[]], None]
    *told, one = of_others(tmp_path, *odd, annotation(part(2, 5)))
    assert [len(each.problems) for each in told] == [1] * 5
    assert [span.text for span in one.spans] == ["قال"]


def test_a_file_may_be_one_value_on_several_lines(tmp_path: Path) -> None:
    link = annotation("#e", [{"purpose": "tagging", "value": "agent"}, "#a"], id="#l", motivation="linking")
    items = [link, annotation(part(2, 5), id="#e"), annotation(part(6, 12), id="#a")]
    (tmp_path / "story.txt").write_text(STORY, encoding="utf-8")
    options = Options(tmp_path / "annotations.json", NOW)
    pages = (items, {"type": "AnnotationPage", "items": items})
    files = [json.dumps(page, indent=1).encode() for page in pages]
    files += [b"\n[" + b",\n".join(json.dumps(item).encode() for item in items) + b"]\n"]
    for data in files:
        (one,) = imported(data, options)
        assert (one.line, [link.id for link in one.links], one.problems) == (0, ["#l"], ())
    told, *_ = imported(b"[\n" + json.dumps(items[1]).encode(), options)
    assert told.problems == ("not valid JSON (input data was truncated)",)


def test_values_of_the_wrong_kind_in_our_own_lines_are_told() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="e", label="event")).add(span_of(TEXT, (7, 14)))
    lines = exported(record_of(layer.add_link(link_of("e", "s1")))).splitlines()
    article = json.loads(lines[0]) | {"hashiya:status": 5, "hashiya:schema": 5, "hashiya:secondsActive": "x"}
    told, one = imported(b"\n".join([json.dumps(article | {"creator": []}).encode(), *lines[1:]]))
    assert told.problems == ("the status None is unknown, and in-progress is taken",)
    assert (one.status, one.schema, one.seconds_active, one.annotator) == ("in-progress", None, 0, None)
    assert (len(one.spans), len(one.links)) == (2, 1)


@given(
    st.sampled_from(["body", "target", "type", "motivation", "id", "creator", "created"]), raw_json, st.integers(0, 2)
)
def test_no_value_ends_the_import(key: str, value: object, number: int) -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="e", label="event")).add(span_of(TEXT, (7, 14)))
    lines = [json.loads(line) for line in exported(record_of(layer.add_link(link_of("e", "s1")))).splitlines()]
    lines[number][key] = value
    imported(b"\n".join(json.dumps(line).encode() for line in lines))


def test_the_text_beside_is_no_link_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(STORY, encoding="utf-8")
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "story.txt").symlink_to(tmp_path / "secret.txt")
    data = json.dumps(annotation(part(2, 5))).encode()
    (told,) = imported(data, Options(folder / "annotations.jsonl", NOW))
    assert told.text is None
    assert "is a symbolic link that leads out of the folder" in told.problems[0]


def test_a_line_about_many_articles_is_read_one_article_at_a_time(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("نص " * 100_000, encoding="utf-8")
    sources = [f"https://example.org/{number}/story.txt" for number in range(30)]
    data = json.dumps([annotation(part(0, 2) | {"source": source}) for source in sources]).encode()
    tracemalloc.start()
    found = sum(len(one.spans) for one in read(BytesIO(data), Options(tmp_path / "annotations.jsonl", NOW)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Thirty texts of 600 kB would take 18 MB.
    assert (found, peak < 6 * 2**20) == (30, True)


def test_software_is_the_origin_and_who_else_created_is_told_once(tmp_path: Path) -> None:
    model, person = {"type": "Software", "name": "ner@1.2"}, {"type": "Person", "name": "لينا"}
    made = [
        annotation(part(*place), creator=by) for place, by in (((2, 5), model), ((6, 12), person), ((13, 15), person))
    ]
    told, one = of_others(tmp_path, *made)
    assert [span.origin for span in one.spans] == ["ner@1.2", "manual", "manual"]
    assert (told.problems, told.notices) == ((), ("who created each annotation is left out, here and below",))
