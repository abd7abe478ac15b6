from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, empty_layer, layers, link_of, notes, raw_json, span_of

from annotations.errors import DamagedSidecar, OtherVersion
from annotations.layer import Layer
from annotations.span import change_span
from annotations.store.sidecar import decode, encode, record_lines

HEADER_KEYS = (
    "record format source sha256 encoding length unit schema annotator status note created updated seconds_active tool"
)
SPAN_KEYS = (
    "record id start end fragments text prefix suffix label subtype attributes group note origin created updated"
)
LINK_KEYS = "record id event role actor note origin created updated"

unknown_keys = st.dictionaries(notes.map(lambda key: f"x-{key}"), raw_json, max_size=2)


def sample() -> Layer:
    """A header, three spans, of which `d1` has two fragments, and a link: lines 1 to 5."""
    layer = empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))
    return layer.add(span_of(TEXT, (30, 33), (44, 47), span_id="d1")).add_link(link_of("e1", "s1"))


def sentence_for(data: bytes) -> str:
    with pytest.raises(DamagedSidecar) as caught:
        decode(data, name="story.txt.lina.ann.jsonl")
    return str(caught.value)


@given(layers())
def test_save_then_load_is_identity(layer: Layer) -> None:
    assert decode(encode(layer), name="x") == layer


@given(layers())
def test_the_same_layer_gives_the_same_bytes(layer: Layer) -> None:
    again = Layer.of(layer.header, reversed(layer.spans), reversed(layer.links))
    assert encode(again) == encode(layer) == encode(decode(encode(layer), name="x"))


@given(st.data())
def test_unknown_keys_and_records_are_kept(data: st.DataObject) -> None:
    layer = data.draw(layers())
    records = [json.loads(line) for line in encode(layer).decode().split("\n") if line]
    for record in records:
        record |= data.draw(unknown_keys)
    records[0]["schema"] |= data.draw(unknown_keys)
    foreign = [{"record": "x", "id": 5, "format": []} | keys for keys in data.draw(st.lists(unknown_keys, max_size=2))]
    written = [json.dumps(record, ensure_ascii=False) for record in [*records, *foreign]]
    read = decode("\n".join(written).encode(), name="x")
    back = encode(read)
    assert [json.loads(line) for line in back.decode().split("\n") if line] == [*records, *foreign]
    assert decode(back, name="x") == read
    assert replace(read, extras={}, foreign=()) == layer


def test_unknown_keys_go_with_their_record_and_stay_when_it_changes() -> None:
    read = decode(b"\n".join(each[:-1] + b',"x":1}' for each in SAMPLE), name="x")
    assert encode(read.replace(change_span(read.span("s1"), now=NOW, note="؟"))).count(b'"x":1') == 5
    assert encode(read.remove("e1")).count(b'"x":1') == 3
    again = read.remove("s1").add(read.span("s1"))
    assert set(again.extras) == {"article", "span:e1", "span:d1"}


def test_unknown_values_come_back_byte_for_byte() -> None:
    lines = encode(sample()).splitlines()
    lines[2] = lines[2][:-1] + '  , "z" : [1.50, 1e2,{"ا":"\\u0627" }] , "a":null}'.encode()
    lines.insert(1, b'{ "record":"token","n": 1.0}')
    written = encode(decode(b"\r\n".join(lines), name="x")).splitlines()
    assert written[2] == lines[3].replace(b"  , ", b"").partition(b'"z"')[0] + (
        ',"a":null,"z":[1.50, 1e2,{"ا":"\\u0627" }]}'.encode()
    )
    assert written[-1] == b'{ "record":"token","n": 1.0}'


def test_the_bytes_are_those_of_the_format() -> None:
    data = encode(sample())
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert "أعلنت".encode() in data
    keys = [" ".join(json.loads(line)) for line in data.splitlines()]
    assert keys == [HEADER_KEYS, SPAN_KEYS, SPAN_KEYS, SPAN_KEYS, LINK_KEYS]
    assert data.startswith(b'{"record":"article","format":"hashiya/1","source":"story.txt","sha256":"')
    assert b'"fragments":[[30,33],[44,47]]' in data


def test_attributes_are_written_with_sorted_keys() -> None:
    layer = sample()
    unsorted = encode(layer).replace(b'"attributes":{}', b'"attributes":{"tense":"past","polarity":"negative"}')
    assert encode(decode(unsorted, name="x")).count(b'"attributes":{"polarity":"negative","tense":"past"}') == 3


def test_other_order_blank_lines_crlf_and_a_bom_are_let_pass() -> None:
    layer = sample()
    first, *rest = encode(layer).splitlines()
    data = b"\xef\xbb\xbf" + b"\r\n\r\n".join([first, *reversed(rest)])
    assert decode(data, name="x") == layer


def test_links_with_missing_ends_are_loaded() -> None:
    layer = sample()
    lines = [line for line in encode(layer).splitlines() if b'"id":"s1"' not in line]
    read = decode(b"\n".join(lines), name="x")
    assert read.invalid_links == layer.links


def test_another_version_is_not_damage() -> None:
    for other in (b'"hashiya/2"', b"2", b"null"):
        data = encode(sample()).replace(b'"hashiya/1"', other).replace(b'"unit":"codepoint"', b'"unit":"byte"')
        with pytest.raises(OtherVersion, match=r"line 1: the format is .* and not 'hashiya/1'"):
            decode(data, name="x")


SAMPLE = encode(sample()).splitlines()
DEEP = b"[" * 99_999 + b"]" * 99_999


def with_line(number: int, content: bytes) -> bytes:
    """The sample with another line in the place of one, counted from 1."""
    return b"\n".join([*SAMPLE[: number - 1], content, *SAMPLE[number:]])


def edited(number: int, old: bytes, new: bytes) -> bytes:
    """The sample with something replaced in one line, counted from 1."""
    assert old in SAMPLE[number - 1]
    return with_line(number, SAMPLE[number - 1].replace(old, new))


@pytest.mark.parametrize(
    ("data", "where", "reason"),
    [
        (b"", 1, "the header is missing"),
        (b"\n[]\n", 2, "the header is missing"),
        (b"\n".join(SAMPLE[1:]), 1, "the header is missing (the first record is 'span')"),
        (edited(1, b'"length":', b'"length":-'), 1, "length: expected `int` >= 0"),
        (edited(1, b'"in-progress"', b'"x"'), 1, "status: unknown value 'x'"),
        (edited(1, b'"note":"",', b""), 1, "missing key `note`"),
        (edited(1, b'"version":"1"', b'"version":1'), 1, "schema, version: expected `str`, got `int`"),
        (edited(1, b'"schema":{"name":"actor-event","version":"1"},', b""), 1, "missing key `schema`"),
        (edited(1, b'{"name":"actor-event","version":"1"}', b"[]"), 1, "schema: expected `object`, got `array`"),
        (with_line(1, SAMPLE[0][:-1]), 1, "the header is missing (not valid JSON (input data was truncated))"),
        (with_line(2, SAMPLE[1] + b"x"), 2, "not valid JSON (trailing characters"),
        (with_line(3, SAMPLE[2][:-9]), 3, "not valid JSON (input data was truncated)"),
        (edited(3, "الحكومة".encode(), b"\xff"), 3, "byte 0xff is not UTF-8"),
        (with_line(3, b"{" + SAMPLE[2]), 3, "not valid JSON (object keys must be strings"),
        (with_line(3, b"7"), 3, "expected `object`, got `int`"),
        (with_line(3, b"{}"), 3, "missing key `record`"),
        (with_line(3, b'{"record":1}'), 3, "record: expected `str`"),
        (with_line(3, SAMPLE[0]), 3, "a second header"),
        (edited(3, b'"s1"', b'"e1"'), 3, "the id e1 is used twice"),
        (edited(3, b"[[6,13]]", b"[[6,13,1]]"), 3, "fragments 1: expected `array` of length 2"),
        (edited(3, b"[[6,13]]", b"[]"), 3, "the span has no fragments"),
        (edited(3, b"[[6,13]]", b"[[6,6]]"), 3, "fragment [6, 6) is empty or outside"),
        (edited(3, b"[[6,13]]", b"[[6,9999]]"), 3, "fragment [6, 9999) is empty or outside"),
        (edited(3, b"[[6,13]]", b"[[6,9],[9,13]]"), 3, "the fragments are not sorted, or touch each other"),
        (edited(3, b'"start":6', b'"start":5'), 3, "start 5 and end 13 disagree"),
        (edited(3, b'"start":6', b'"start":"6","new":1'), 3, "start: expected `int`"),
        (edited(3, b'"note":""', b'"note":"\\ud800"'), 3, "not valid JSON"),
        (with_line(3, SAMPLE[2][:-1] + b',"x":' + DEEP + b"}"), 3, "nested too deeply"),
        (with_line(4, b'{"record":"x","y":' + DEEP + b"}"), 4, "nested too deeply"),
        (edited(5, b'"agent"', b"null"), 5, "role: expected `str`, got `null`"),
    ],
)
def test_damage_is_named_with_its_line(data: bytes, where: int, reason: str) -> None:
    sentence = sentence_for(data)
    assert sentence.startswith(f"story.txt.lina.ann.jsonl, line {where}: {reason}")
    assert sentence.endswith("; repair the line, or move the file away to start anew.")


@given(st.binary(max_size=40), st.integers(0, 2000), st.integers(0, 30))
def test_whatever_the_bytes_the_answer_is_a_layer_or_a_sentence(junk: bytes, at: int, cut: int) -> None:
    data = encode(sample())
    at = min(at, len(data))
    try:
        decode(data[:at] + junk + data[at + cut :], name="x")
    except (DamagedSidecar, OtherVersion) as error:
        assert str(error).startswith("x, line ")
        assert str(error).isprintable()


def test_the_last_of_a_key_that_stands_twice_counts() -> None:
    assert decode(edited(3, b'"start":6', b'"start":"6","start":6'), name="x") == sample()


def test_the_lines_of_records_are_found() -> None:
    data = b"\xef\xbb\xbf" + b"\n".join([*SAMPLE[:2], b"", b"junk", SAMPLE[1], *SAMPLE[2:], b""])
    assert record_lines(data, skipped={4}) == {"article": 1, "span:e1": 2, "span:s1": 6, "span:d1": 7, "link:l1": 8}
    assert record_lines(data, skipped={2, 4})["span:e1"] == 5
