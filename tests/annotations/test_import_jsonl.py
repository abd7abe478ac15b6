"""What our own export wrote comes back as it was; what it did not write is told of and costs the rest nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, texts

from annotations.errors import HashiyaError
from annotations.formats import Annotated, jsonl
from annotations.formats.loss import Losses
from annotations.formats.reading import Imported, Options, arrays, lines, names, reader_named, records
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import BUILT_IN

OPTIONS = Options(Path("some/corpus.jsonl"), NOW)
SPAN: dict[str, Any] = {"id": "s1", "start": 6, "end": 13, "label": "actor"}
LINK: dict[str, Any] = {"id": "l1", "event": "s1", "role": "agent", "actor": "s1"}


def imported(*found: object, form: str = "jsonl", options: Options = OPTIONS) -> list[Imported]:
    data = b"".join(one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n" for one in found)
    return list(reader_named(form).read(BytesIO(data), options))


def line(**more: object) -> dict[str, object]:
    return {"id": "a.txt", "text": TEXT, **more}


@given(st.lists(texts.flatmap(lambda text: st.tuples(st.just(text), layers(text))), max_size=3))
def test_an_export_comes_back_as_it_was(drawn: list[tuple[str, Layer]]) -> None:
    out = BytesIO()
    articles = [Annotated(f"{n}.txt", article_of(text), layer, BUILT_IN) for n, (text, layer) in enumerate(drawn)]
    jsonl.write(articles, out, Policy(), Losses())
    found = list(reader_named("jsonl").read(BytesIO(out.getvalue()), OPTIONS))
    assert len(found) == len(drawn)
    for number, (one, (text, layer)) in enumerate(zip(found, drawn, strict=True)):
        assert (one.line, one.id, one.text, one.problems) == (number + 1, f"{number}.txt", text, ())
        assert (one.annotator, one.status, one.schema) == ("lina", layer.header.status, BUILT_IN.ref)
        whole = [link for link in layer.links if link not in layer.invalid_links]
        header = layer.header
        assert (one.note, one.created, one.updated) == (header.note, header.created, header.updated)
        assert one.seconds_active == header.seconds_active
        # Links that lead nowhere are all that jsonl does not hold.
        assert Layer.of(header, one.spans, one.links) == Layer.of(header, layer.spans, whole)


def test_what_is_required_is_enough() -> None:
    (one,) = imported(line(spans=[SPAN], links=[LINK]))
    assert (one.annotator, one.status, one.schema, one.problems) == (None, "in-progress", None, ())
    assert [(span.text, span.prefix, span.origin) for span in one.spans] == [("الحكومة", "أعلنت ", "manual")]
    assert [(link.id, link.created) for link in one.links] == [("l1", "2026-11-22T10:15:00Z")]
    assert imported(line())[0].status is None


@pytest.mark.parametrize(
    ("span", "problem"),
    [
        (SPAN | {"end": len(TEXT) + 1}, "ends beyond the text"),
        (SPAN | {"end": 6}, "is empty or negative"),
        (SPAN | {"start": -1}, "is empty or negative"),
        (SPAN | {"text": "الحكوم"}, "the span's text is not what the article has there"),
        (SPAN | {"fragments": [[6, 12]]}, "disagree with the fragments"),
        (SPAN | {"fragments": [[9, 13], [6, 8]]}, "the fragments are not sorted"),
        (SPAN | {"fragments": [[6, 8], [8, 13]]}, "touch each other"),
        (SPAN | {"id": "s0"}, "the id s0 is used twice"),
        (SPAN | {"start": "6"}, "start: expected `int`, got `str`"),
        (SPAN | {"label": "x" * 257}, "label has a length of 257"),
        ({"id": "s1"}, "missing key `label`"),
        (5, "expected `object`, got `int`"),
    ],
)
def test_a_span_that_cannot_be_is_told_and_the_others_are_taken(span: object, problem: str) -> None:
    first, last = SPAN | {"id": "s0"}, SPAN | {"id": "s2"}
    (one,) = imported(line(spans=[first, span, last]))
    assert [each.id for each in one.spans] == ["s0", "s2"]
    (told,) = one.problems
    assert told.startswith("spans 2: ")
    assert problem in told


def test_a_link_needs_its_ends_and_its_own_id() -> None:
    (one,) = imported(line(spans=[SPAN], links=[LINK | {"actor": "gone\x1b"}, LINK, LINK, LINK | {"id": "l" * 200}]))
    assert [link.id for link in one.links] == ["l1"]
    assert one.problems == (
        "links 1: its actor gone\\x1b is missing",
        "links 3: the id l1 is used twice",
        "links 4: id has a length of 200, and 128 is the most",
    )


def test_unknown_keys_are_told_unless_they_are_empty() -> None:
    (one,) = imported(line(title="x", views=None, spans=[SPAN | {"score": 0.5}], links=[LINK | {"\u202e": 1}]))
    assert (len(one.spans), len(one.links)) == (1, 1)
    assert one.problems == (
        "the key title is unknown and left out, here and below",
        "spans 1: the key score is unknown and left out, here and below",
        "links 1: the key \\u202e is unknown and left out, here and below",
    )


def test_an_unknown_key_is_told_of_once_in_a_file() -> None:
    first, second = imported(line(spans=[SPAN | {"score": 1}] * 2), line(title="x", spans=[SPAN | {"score": 1}]))
    assert first.problems[0] == "spans 1: the key score is unknown and left out, here and below"
    assert second.problems == ("the key title is unknown and left out, here and below",)
    many = {f"key{number}": 1 for number in range(1100)}
    assert [len(one.problems) for one in imported(line(**many), line(more=1))] == [1000, 0]


@pytest.mark.parametrize("indent", [None, 2])
def test_an_array_is_read_as_its_objects(indent: int | None) -> None:
    objects = [line(spans=[SPAN]), line(id=5), {"text": "}{"}, line()]
    data = json.dumps(objects, indent=indent, ensure_ascii=False).encode()
    found = imported(b"\xef\xbb\xbf\r\n", data)
    assert [(one.line, one.text) for one in found] == [(0, TEXT), (0, None), (0, None), (0, TEXT)]
    assert [one.problems for one in found] == [
        (),
        ("object 2: id: expected `str`, got `int`",),
        ("object 3: missing key `id`",),
        (),
    ]
    assert len(found[0].spans) == 1


def test_objects_may_go_over_several_lines() -> None:
    texts = [one.text for one in imported(*(json.dumps(line(), indent=1).encode() + b"\n" for _ in range(2)))]
    assert texts == [TEXT, TEXT]


def test_an_array_that_is_longer_than_a_line_may_be_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LONGEST", 300)
    monkeypatch.setattr(arrays, "_PIECE", 16)
    monkeypatch.setattr(lines, "_PIECE", 16)
    found = imported(json.dumps([{"id": "a", "text": "b"}] * 30 + [{"id": "a", "text": "b" * 300}]).encode())
    assert [one.text for one in found] == ["b"] * 30 + [None]
    assert found[-1].problems == ("object 31: it is longer than 300 bytes",)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        (b"{\n", "not valid JSON (input data was truncated)"),
        (b"[1]\n", "expected `object`, got `array`"),
        (b'{"x":' + b"[" * 100_000 + b"\n", "nested too deeply"),
        (b'{"id":"\xff"}\n', "byte 0xff is not UTF-8"),
        (b'{"id":"\\ud800","text":"a"}\n', "not valid JSON"),
        (b'{"id":"a"}\n', "missing key `text`"),
        (b'{"id":"a","text":"b","status":"x"}\n', "status: unknown value 'x'"),
    ],
)
def test_a_line_that_is_none_is_told_and_the_others_are_read(bad: bytes, problem: str) -> None:
    first, second, third = imported(b"\xef\xbb\xbf", line(), b"\r\n", bad, line())
    assert (first.line, second.line, third.line) == (1, 3, 4)
    assert (first.text, second.text, third.text) == (TEXT, None, TEXT)
    assert problem in second.problems[0]


def test_long_lines_and_many_values_are_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrays, "LONGEST", 400)
    monkeypatch.setattr(lines, "_PIECE", 16)
    monkeypatch.setattr(arrays, "_COMMAS", 20)
    found = imported(b" " * 401 + b"\n", {"id": "a", "text": "b"}, b"[" + b"0," * 21 + b"\n", b"x" * 5000)
    assert [(one.line, one.text) for one in found] == [(1, None), (2, "b"), (3, None), (4, None)]
    assert [one.problems for one in found] == [
        ("the line is longer than 400 bytes",),
        (),
        ("the line holds more than 20 values",),
        ("the line is longer than 400 bytes",),
    ]


def test_what_a_sidecar_could_not_hold_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_BYTES", 1000)
    (one,) = imported(line(spans=[SPAN | {"id": str(number)} for number in range(5)]))
    assert len(one.spans) == 2
    assert set(one.problems) == {f"spans {number}: there is more than a sidecar may hold" for number in (3, 4, 5)}


def test_a_thousand_problems_are_enough() -> None:
    (one,) = imported(line(spans=[5] * 1500))
    assert (len(one.problems), one.problems[-1]) == (1001, "and 500 more of the kind")


def test_lines_are_read_as_they_are_asked_for() -> None:
    class Source(BytesIO):
        read_so_far = 0

        def readline(self, size: int | None = -1, /) -> bytes:
            self.read_so_far += 1
            return super().readline(size)

    source = Source(json.dumps(line()).encode() + b"\n" + b"{}\n" * 9)
    found: Iterator[Imported] = reader_named("jsonl").read(source, OPTIONS)
    assert next(found).text == TEXT
    assert source.read_so_far == 1


def test_articles_alone_have_the_keys_that_are_asked_for() -> None:
    found = imported({"id": 7, "text": "a", "date": "x"}, {"text": "b", "date": "y"}, {"id": []}, form="articles-jsonl")
    assert [(one.id, one.text, one.status) for one in found] == [
        ("7", "a", None),
        ("corpus-2", "b", None),
        ("", None, None),
    ]
    assert [one.notices for one in found] == [("the key date is left out, here and below",), (), ()]
    assert found[2].problems == ("the key text is missing; name it with --text-field (there are: id)",)
    options = Options(OPTIONS.path, NOW, text_field="body", id_field="url")
    found = imported(
        {"url": "u", "body": "a"}, {"body": "b"}, {"url": None, "body": "b"}, form="articles-jsonl", options=options
    )
    assert [(one.id, one.text) for one in found] == [("u", "a"), ("", None), ("", None)]
    assert [one.problems for one in found] == [(), ("the key url is missing",), ("expected `int | str`, got `null`",)]


def test_plain_text_is_one_article() -> None:
    options = Options(Path("some/a.txt"), NOW)
    (one,) = imported(TEXT.encode("utf-16"), form="txt", options=options)
    assert (one.line, one.id, one.text, one.status) == (0, "a.txt", "\ufeff" + TEXT, None)
    with pytest.raises(HashiyaError, match=r"a\.txt: is empty"):
        imported(b" \n", form="txt", options=options)


def test_every_reader_has_its_module_and_an_unknown_one_its_sentence() -> None:
    folder = Path(__file__).parents[2] / "annotations" / "formats" / "reading"
    modules = {path.stem for path in folder.glob("*.py") if "\nHELP = " in path.read_text()}
    assert modules == {name.replace("-", "_") for name in names()}
    assert all(reader_named(name).HELP for name in names())
    with pytest.raises(HashiyaError) as caught:
        reader_named("jsnl")
    assert str(caught.value).startswith(
        "the format jsnl cannot be imported; perhaps jsonl is meant; use one of: jsonl, "
    )


def test_a_layer_without_records_keeps_its_status() -> None:
    layer = empty_layer().with_header(status="skipped")
    out = BytesIO()
    jsonl.write([Annotated("a.txt", article_of(TEXT), layer, BUILT_IN)], out, Policy(), Losses())
    assert imported(out.getvalue())[0].status == "skipped"
