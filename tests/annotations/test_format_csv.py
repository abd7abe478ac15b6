from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from io import BytesIO, StringIO
from itertools import repeat

from format_records import record_of
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, empty_layer, layers, link_of, span_of, texts

from annotations.formats import Annotated
from annotations.formats.csv import EXTENSION, write
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Policy
from annotations.span import make_span

BEFORE = ["article", "annotator", "id", "start", "end", "fragments", "text", "label", "subtype"]
DECLARED = ["polarity", "tense", "genericity", "modality"]
AFTER = ["attributes", "group", "note", "origin", "links"]
HEADER = [*BEFORE, *(f"attribute:{name}" for name in DECLARED), *AFTER]


def exported(*records: Annotated, losses: Losses | None = None) -> list[list[str]]:
    out = BytesIO()
    write(records, out, Policy(), losses or Losses())
    assert not out.closed
    return list(csv.reader(StringIO(out.getvalue().decode(), newline=""), strict=True))


def test_a_row_holds_a_span_and_the_links_that_start_at_it() -> None:
    event = make_span(
        TEXT, [(0, 6), (14, 17)], "event", id="e1", now=NOW, attributes={"tense": "past", "own": "س", "modality": ""}
    )
    actor = make_span(TEXT, [(7, 14)], "actor", id="s1", now=NOW, subtype="gov", group="g", note='قال "نعم"\r\n؛,')
    layer = empty_layer().add(event).add(actor).add_link(link_of("e1", "s1"))
    header, first, second = exported(record_of(layer))
    assert header == HEADER
    link = '[{"id":"l1","role":"agent","actor":"s1","note":"","origin":"manual"}]'
    place = ["0", "17", "[[0,6],[14,17]]", event.text]
    own = '{"modality":"","own":"س"}'
    assert first == [
        "sub/story.txt",
        "lina",
        "e1",
        *place,
        "event",
        "",
        "",
        "past",
        "",
        "",
        own,
        "",
        "",
        "manual",
        link,
    ]
    place = ["7", "14", "[[7,14]]", actor.text]
    note = 'قال "نعم"\r\n؛,'
    assert second == ["sub/story.txt", "lina", "s1", *place, "actor", "gov", *[""] * 4, "{}", "g", note, "manual", "[]"]


@given(st.data())
def test_the_standard_reader_gives_back_every_field(data: st.DataObject) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    losses = Losses()
    header, *rows = exported(record_of(layer, text), losses=losses)
    assert len(rows) == len(layer.spans)
    linked: set[str] = set()
    for span, row in zip(layer.spans, rows, strict=True):
        assert len(row) == len(header)
        cells = dict(zip(header, row, strict=True))
        assert (cells["id"], cells["label"], cells["note"], cells["origin"]) == (
            span.id,
            span.label,
            span.note,
            span.origin,
        )
        assert (cells["subtype"], cells["group"]) == (span.subtype or "", span.group or "")
        fragments = json.loads(cells["fragments"])
        assert cells["text"] == " ".join(text[start:end] for start, end in fragments)
        assert [int(cells["start"]), int(cells["end"])] == [fragments[0][0], fragments[-1][1]]
        own = {name: cells[f"attribute:{name}"] for name in DECLARED if cells[f"attribute:{name}"]}
        assert json.loads(cells["attributes"]) | own == span.attributes
        for link in json.loads(cells["links"]):
            linked.add(link["id"])
            told = layer.link(link["id"])
            assert [link[name] for name in ("role", "actor", "note", "origin")] == [
                told.role,
                told.actor,
                told.note,
                told.origin,
            ]
            assert told.event == span.id
    gone = {link.id for link in layer.invalid_links}
    assert linked == {link.id for link in layer.links} - gone
    assert losses.spans.total() == len(layer.spans)
    assert (losses.links["kept"], losses.links["dropped"]) == (len(linked), len(gone))
    assert losses.links.total() == len(layer.links)


def test_an_empty_subtype_is_a_loss_and_one_that_is_not_there_is_none() -> None:
    told: list[Loss] = []
    layer = empty_layer()
    for number, subtype in enumerate([None, "", "gov"]):
        layer = layer.add(make_span(TEXT, [(0, 6)], "actor", id=f"s{number}", now=NOW, subtype=subtype))
    exported(record_of(layer), losses=Losses(told.append))
    assert [(loss.fate, loss.id) for loss in told] == [("flattened", "s1")]


def test_a_formula_stays_the_text_that_it_is() -> None:
    text = "=1+1 و@سعر"
    layer = empty_layer(text).add(span_of(text, (0, 4)))
    (_, row) = exported(record_of(layer, text))
    assert row[HEADER.index("text")] == "=1+1"


def test_names_of_articles_may_hold_anything() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6)))
    for article_id in ("../../x", 'a\r\n"b",c', "\x1b[2J\x00", "'=x"):
        assert exported(record_of(layer, article_id=article_id))[1][0] == article_id


def test_without_spans_there_is_the_header_alone() -> None:
    assert exported(record_of(empty_layer())) == [HEADER]
    assert exported() == [[*BEFORE, *AFTER]]
    assert EXTENSION == ".csv"


def test_rows_are_written_as_records_come() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6)))
    out, sizes = BytesIO(), []

    def records() -> Iterator[Annotated]:
        for record in repeat(record_of(layer), 3):
            sizes.append(len(out.getvalue()))
            yield record

    write(records(), out, Policy(), Losses())
    assert sizes[0] == 0
    assert sizes[1] < sizes[2] < len(out.getvalue())
    assert out.getvalue().count(b"\r\n") == 4
