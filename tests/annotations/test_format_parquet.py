from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from format_records import record_of
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, empty_layer, layers, texts

from annotations.formats import Annotated, parquet
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.span import Link, Span, make_link, make_span

NAMES = [
    *("article", "annotator", "id", "start", "end", "fragments", "text", "label", "subtype"),
    *("attributes", "group", "note", "origin", "links"),
]


class Pipe(RawIOBase):
    """Takes bytes, and knows no place in what it took."""

    def __init__(self) -> None:
        self.taken = b""

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.taken += bytes(data)
        return len(bytes(data))


def full_layer() -> Layer:
    event = make_span(TEXT, [(0, 6), (14, 17)], "event", id="e1", now=NOW, attributes={"tense": "past", "own": "س"})
    actor = make_span(TEXT, [(7, 14)], "actor", id="s1", now=NOW, subtype="gov", group="", note='قال "نعم"\r\n؛,')
    link = make_link("e1", "agent", "s1", id="l1", now=NOW, note="ملاحظة")
    return empty_layer().add(event).add(actor).add_link(link)


def exported(*records: Annotated, losses: Losses | None = None) -> BytesIO:
    out = BytesIO()
    parquet.write(records, out, Policy(), losses or Losses())
    assert not out.closed
    out.seek(0)
    return out


def rows_of(*records: Annotated, losses: Losses | None = None) -> list[dict[str, Any]]:
    from pyarrow.parquet import read_table

    rows: list[dict[str, Any]] = read_table(exported(*records, losses=losses)).to_pylist()
    return rows


def row_of(span: Span, links: list[Link]) -> dict[str, object]:
    """The row that says all of a span."""
    same = ("id", "start", "end", "text", "label", "subtype", "group", "note", "origin")
    return {
        "article": "sub/story.txt",
        "annotator": "lina",
        **{name: getattr(span, name) for name in same},
        "fragments": [{"start": start, "end": end} for start, end in span.fragments],
        "attributes": [{"name": name, "value": value} for name, value in span.attributes.items()],
        "links": [{name: getattr(link, name) for name in ("id", "role", "actor", "note", "origin")} for link in links],
    }


def test_rows_are_gathered_by_their_number_and_their_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 3)
    monkeypatch.setattr(parquet, "_CHARACTERS", 10)
    rows = [{"text": "ا" * length, "note": ""} for length in (1, 1, 1, 1, 12, 5, 4, 3)]
    groups = [[len(row["text"]) for row in group] for group in parquet._groups(rows)]
    assert groups == [[1, 1, 1], [1, 12], [5, 4, 3]]
    assert list(parquet._groups([])) == []


@pytest.mark.heavy
def test_pyarrow_reads_typed_columns() -> None:
    from pyarrow.parquet import read_table

    table = read_table(exported(record_of(full_layer())))
    assert table.column_names == NAMES
    types = {field.name: str(field.type) for field in table.schema}
    assert types["start"] == types["end"] == "int64"
    assert types["fragments"] == "list<element: struct<start: int64 not null, end: int64 not null>>"
    assert [field.name for field in table.schema if field.nullable] == ["subtype", "group"]
    assert set(types.values()) == {
        *("string", "int64", types["fragments"]),
        "list<element: struct<name: string not null, value: string not null>>",
        "list<element: struct<id: string not null, role: string not null, actor: string not null, "
        "note: string not null, origin: string not null>>",
    }


@pytest.mark.heavy
def test_pandas_reads_the_values(tmp_path: Path) -> None:
    from pandas import read_parquet

    file = tmp_path / "spans.parquet"
    told: list[Loss] = []
    file.write_bytes(exported(record_of(full_layer()), losses=Losses(told.append)).getvalue())
    assert told == []
    frame = read_parquet(file)
    assert list(frame.columns) == NAMES
    assert frame.dtypes["start"] == frame.dtypes["end"] == "int64"
    assert frame["text"].tolist() == [TEXT[0:6] + " " + TEXT[14:17], TEXT[7:14]]
    assert (frame["end"] - frame["start"]).tolist() == [17, 7]
    assert frame["subtype"].isna().tolist() == [True, False]
    assert frame["group"].isna().tolist() == [True, False]
    assert {one["name"]: one["value"] for one in frame["attributes"][0]} == {"own": "س", "tense": "past"}
    assert frame["fragments"][0].tolist() == [{"start": 0, "end": 6}, {"start": 14, "end": 17}]
    link = {"id": "l1", "role": "agent", "actor": "s1", "note": "ملاحظة", "origin": "manual"}
    assert frame["links"][0].tolist() == [link]
    assert len(frame["links"][1]) == 0


@pytest.mark.heavy
def test_datasets_reads_the_values(tmp_path: Path) -> None:
    from datasets import Dataset

    file = tmp_path / "spans.parquet"
    file.write_bytes(exported(record_of(empty_layer()), record_of(full_layer())).getvalue())
    found = Dataset.from_parquet(str(file), cache_dir=str(tmp_path / "cache"))
    assert list(found) == rows_of(record_of(full_layer()))


@pytest.mark.heavy
def test_without_spans_the_columns_are_the_same() -> None:
    from pandas import read_parquet
    from pyarrow.parquet import read_table

    whole = read_table(exported(record_of(full_layer()))).schema
    for nothing in (exported(), exported(record_of(empty_layer()))):
        table = read_table(nothing)
        assert table.num_rows == 0
        assert table.schema == whole
        assert list(read_parquet(nothing).columns) == NAMES


@pytest.mark.heavy
def test_groups_are_written_as_records_come_to_what_has_no_places(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow.parquet import ParquetFile

    monkeypatch.setattr(parquet, "_ROWS", 2)
    out, sizes = Pipe(), list[int]()

    def records() -> Iterator[Annotated]:
        for _ in range(3):
            sizes.append(len(out.taken))
            yield record_of(full_layer())

    parquet.write(records(), cast(BinaryIO, out), Policy(), Losses())
    assert sizes[0] < sizes[1] < sizes[2] < len(out.taken)
    file = ParquetFile(BytesIO(out.taken))
    assert file.num_row_groups == 3
    assert file.read().num_rows == 6


@pytest.mark.heavy
@given(st.data())
def test_every_field_comes_back_and_what_does_not_is_told(data: st.DataObject) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    told: list[Loss] = []
    losses = Losses(told.append)
    rows = rows_of(record_of(layer, text), losses=losses)
    gone = {link.id for link in layer.invalid_links}
    there = [link for link in layer.links if link.id not in gone]
    assert rows == [row_of(span, [link for link in there if link.event == span.id]) for span in layer.spans]
    assert {(loss.fate, loss.record, loss.id) for loss in told} == {("dropped", "link", one) for one in gone}
    assert losses.spans["kept"] == len(layer.spans)
    assert (losses.links["kept"], losses.links["dropped"]) == (len(there), len(gone))
