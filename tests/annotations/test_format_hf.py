from __future__ import annotations

from io import BytesIO
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, article_of, empty_layer, layers, notes, span_of, texts

from annotations.formats import Annotated, hf
from annotations.formats.features import STRING, ClassLabel, ListOf, Struct, Value, card_lines
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Edges, Gaps, Policy, tokenise
from annotations.labels import Label, Schema
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, make_link, make_span

needs_pyarrow = pytest.mark.heavy

policies = st.builds(Policy, st.sampled_from(get_args(Edges)), st.sampled_from(get_args(Gaps)), st.just(tokenise))
SPAN = ["id", "start", "end", "fragments", "text", "label", "subtype", "attributes", "group", "note", "origin"]
LINK = ["id", "event", "role", "actor", "note", "origin"]

Row = dict[str, Any]


def schema_of(*labels: str) -> Schema:
    made = tuple(Label(name=label, colour="blue", mark="bold") for label in labels)
    return msgspec.structs.replace(BUILT_IN, labels=made)


def annotated(text: str, layer: Layer, schema: Schema = BUILT_IN, article_id: str = "sub/story.txt") -> Annotated:
    return Annotated(id=article_id, article=article_of(text), layer=layer, schema=schema)


def layer_of(text: str, *spans: Span) -> Layer:
    return Layer.of(empty_layer(text).header, spans)


def written(*records: Annotated, policy: Policy | None = None) -> tuple[bytes, list[Loss], Losses]:
    out, told = BytesIO(), list[Loss]()
    losses = Losses(told.append)
    hf.write(records, out, policy or Policy(), losses)
    return out.getvalue(), told, losses


def read(data: bytes) -> list[Row]:
    from pyarrow.parquet import read_table

    rows: list[Row] = read_table(BytesIO(data)).to_pylist()
    return rows


def tagged(row: Row, column: str) -> list[tuple[int, int]]:
    """The spans of a column of tags, as offsets in the text: by the rules of IOB2, which this asserts."""
    found: list[tuple[int, int]] = []
    is_open = False
    for (start, end), tag in zip(row["offsets"], row[column], strict=True):
        assert tag != 2 or is_open
        if tag == 1:
            found.append((start, end))
        elif tag == 2:
            found[-1] = found[-1][0], end
        is_open = tag > 0
    return found


@needs_pyarrow
def test_a_row_has_words_tags_for_each_label_and_all_that_was_marked() -> None:
    text = 'قصف وزير دفاع لبنان ل"المدن"'
    event = make_span(text, [(0, 3)], "event", id="e1", now=NOW, subtype="assault", attributes={"tense": "past"})
    long, inner = span_of(text, (4, 19), span_id="a1"), span_of(text, (14, 19), span_id="a2")
    link = make_link("e1", "agent", "a1", id="l1", now=NOW, note="خبر")
    data, told, losses = written(annotated(text, layer_of(text, event, long, inner).add_link(link)))
    (row,) = read(data)
    spans, links = row.pop("spans"), row.pop("links")
    assert row == {
        "id": "sub/story.txt",
        "annotator": "lina",
        "text": text,
        "tokens": ["قصف", "وزير", "دفاع", "لبنان", "ل", '"', "المدن", '"'],
        "offsets": [[0, 3], [4, 8], [9, 13], [14, 19], [20, 21], [21, 22], [22, 27], [27, 28]],
        "sequences": [[0, 8]],
        "tags_actor": [0, 1, 2, 2, 0, 0, 0, 0],
        "tags_event": [1, 0, 0, 0, 0, 0, 0, 0],
    }
    assert [list(span) for span in spans] == [SPAN] * 3
    assert spans[0] == {
        "id": "e1",
        "start": 0,
        "end": 3,
        "fragments": [[0, 3]],
        "text": "قصف",
        "label": "event",
        "subtype": "assault",
        "attributes": [{"name": "tense", "value": "past"}],
        "group": None,
        "note": "",
        "origin": "manual",
    }
    assert links == [{"id": "l1", "event": "e1", "role": "agent", "actor": "a1", "note": "خبر", "origin": "manual"}]
    assert [(loss.id, loss.fate, loss.why) for loss in told] == [
        ("a2", "flattened", "it has no tags: it overlaps another of its label")
    ]
    assert (losses.spans, losses.links) == ({"kept": 2, "flattened": 1}, {"kept": 1})


@needs_pyarrow
@given(st.data(), policies)
def test_nothing_vanishes_and_the_tags_are_what_the_losses_say(data: st.DataObject, policy: Policy) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    output, told, losses = written(annotated(text, layer), policy=policy)
    (row,) = read(output)
    assert row["spans"] == [plain(span, SPAN) for span in layer.spans]
    invalid = {link.id for link in layer.invalid_links}
    assert row["links"] == [plain(link, LINK) for link in layer.links if link.id not in invalid]
    assert row["tokens"] == [text[start:end] for start, end in row["offsets"]]
    assert (losses.spans.total(), losses.links.total()) == (len(layer.spans), len(layer.links))
    assert {loss.id for loss in told if loss.record == "link"} == invalid
    fates = {loss.id: loss for loss in told if loss.record == "span"}
    for label in ("actor", "event"):
        spans = [span for span in layer.spans if span.label == label]
        places = tagged(row, hf.column_of(label))
        kept = [(span.start, span.end) for span in spans if span.id not in fates]
        assert set(kept) <= set(places)
        left = [span for span in spans if span.id in fates and fates[span.id].why.startswith("it has no tags")]
        assert len(places) == len(spans) - len(left)
    assert all(span.id in fates for span in layer.spans if span.label == "other")


def plain(record: Any, names: list[str]) -> Row:
    """What Parquet gives back of a record."""
    found = {name: getattr(record, name) for name in names}
    if "fragments" in found:
        found["fragments"] = [list(part) for part in found["fragments"]]
        found["attributes"] = [{"name": name, "value": value} for name, value in record.attributes.items()]
    return found


@needs_pyarrow
@pytest.mark.parametrize(
    ("text", "fragments", "policy", "fate", "why"),
    [
        ("لبنانهم", [(0, 5)], Policy(), "widened", "in the tags widened to the words at [0, 7)"),
        ("لبنانهم", [(0, 5)], Policy("split"), None, None),
        ("لبنانهم", [(0, 5)], Policy("strict"), "flattened", "it has no tags: its edges are inside of words"),
        ("قصف وزير لبنان", [(0, 3), (9, 14)], Policy(), "flattened", "in the tags without its gaps"),
        ("قصف \u200f لبنان", [(4, 5)], Policy(), "flattened", "it has no tags: it holds no visible character"),
    ],
)
def test_what_tags_cannot_say_is_told(
    text: str, fragments: list[tuple[int, int]], policy: Policy, fate: str | None, why: str | None
) -> None:
    # A note is no loss: it is in `spans`.
    span = make_span(text, fragments, "actor", id="s1", now=NOW, note="n", group="g")
    output, told, _ = written(annotated(text, layer_of(text, span)), policy=policy)
    assert [(loss.fate, loss.why) for loss in told] == ([] if fate is None else [(fate, why)])
    assert read(output)[0]["spans"][0]["fragments"] == [list(part) for part in fragments]


@needs_pyarrow
def test_sequences_are_lines_and_no_span_is_cut() -> None:
    text = "قصف\nوزير\nالخارجية\nأمس"
    inner, outer = span_of(text, (4, 8), span_id="i"), span_of(text, (4, 17), span_id="o")
    (row,) = read(written(annotated(text, layer_of(text, inner, outer)))[0])
    assert row["sequences"] == [[0, 1], [1, 3], [3, 4]]


@needs_pyarrow
def test_the_columns_are_those_of_the_schema_whatever_the_articles_hold() -> None:
    from pyarrow.parquet import read_schema

    empty = annotated(TEXT, empty_layer())
    full = annotated(TEXT, layer_of(TEXT, span_of(TEXT, (0, 6)), span_of(TEXT, (7, 14), span_id="x", label="other")))
    files = [written(*records)[0] for records in ([empty], [full], [empty] * 3 + [full])]
    schemas = [read_schema(BytesIO(file)) for file in files]
    assert all(schema.equals(schemas[0], check_metadata=True) for schema in schemas)
    assert schemas[0].names == list(hf.features(BUILT_IN))
    assert read(written()[0]) == []


@needs_pyarrow
@given(st.lists(st.sampled_from(["id", "text", "spans", "", "a.b", "O", "أ", "a_b", "\x00"]) | notes, max_size=6))
def test_a_label_may_have_any_name(labels: list[str]) -> None:
    spans = [span_of(TEXT, (0, 5), span_id=label or "none", label=label) for label in dict.fromkeys(labels)]
    layer = layer_of(TEXT, *spans)
    output, told, _ = written(annotated(TEXT, layer, schema_of(*labels)))
    (row,) = read(output)
    assert told == []
    assert all(tagged(row, hf.column_of(label)) == [(0, 5)] for label in labels)
    assert [span["label"] for span in row["spans"]] == [span.label for span in layer.spans]


@given(notes, notes)
@example("a.b", "a_b")
@example("%2e;", ".")
def test_no_two_labels_share_a_column(one: str, other: str) -> None:
    assert (hf.column_of(one) == hf.column_of(other)) == (one == other)
    assert hf.column_of(one) not in hf.features(schema_of())
    assert hf.column_of(one).isprintable()


@needs_pyarrow
def test_rows_are_written_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow.parquet import ParquetFile

    monkeypatch.setattr(hf, "_GROUP", 2 * len(TEXT))
    data = written(*(annotated(TEXT, empty_layer(), article_id=str(number)) for number in range(5)))[0]
    assert [row["id"] for row in read(data)] == ["0", "1", "2", "3", "4"]
    assert ParquetFile(BytesIO(data)).metadata.num_row_groups == 3


@pytest.mark.heavy
@given(st.lists(notes, max_size=4, unique=True))
def test_features_are_what_datasets_would_write(labels: list[str]) -> None:
    import datasets
    import yaml
    from pyarrow.parquet import read_schema

    columns = hf.features(schema_of(*labels))
    schema = read_schema(BytesIO(written(annotated(TEXT, empty_layer(), schema_of(*labels)))[0]))
    features = datasets.Features.from_arrow_schema(schema)
    assert schema.equals(features.arrow_schema)
    assert schema.metadata == features.arrow_schema.metadata
    assert all(features[hf.column_of(label)].feature.names == ["O", f"B-{label}", f"I-{label}"] for label in labels)
    assert yaml.safe_load("\n".join(card_lines(columns))) == features._to_yaml_list()


@pytest.mark.heavy
def test_every_kind_of_feature_is_as_datasets_has_it_in_cards() -> None:
    import datasets
    import yaml

    ours = {
        "a": ClassLabel(("x", "\u202e\x1b")),
        "b": Struct({"c": ListOf(ClassLabel(("y",))), "\u202e\U0001f468": ListOf(ListOf(STRING)), "_type": STRING}),
        "d": ListOf(Struct({"e": Value("int64")})),
        "f": Struct({}),
    }
    lines = list(card_lines(ours))
    assert all(line.isprintable() for line in lines)
    theirs = datasets.Features(
        {
            "a": datasets.ClassLabel(names=["x", "\u202e\x1b"]),
            "b": {
                "c": datasets.List(datasets.ClassLabel(names=["y"])),
                "\u202e\U0001f468": datasets.List(datasets.List(datasets.Value("string"))),
                "_type": datasets.Value("string"),
            },
            "d": datasets.List({"e": datasets.Value("int64")}),
            "f": {},
        }
    )
    assert datasets.Features._from_yaml_list(yaml.safe_load("\n".join(lines))) == theirs
