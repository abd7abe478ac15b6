from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, TOOL, article_of, empty_layer, layers, link_of, span_of

from annotations import limits
from annotations.errors import DamagedSidecar, OtherVersion, SidecarError
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.store.salvage import Salvaged, salvage
from annotations.store.sidecar import Records, decode, encode

NAME = "story.txt.lina.ann.jsonl"
MARKERS = (b"<<<<<<< ours", b"||||||| base", b"=======", b">>>>>>> theirs")


def sample() -> Layer:
    """A header, an event, two actors, the second of two fragments, and a link: lines 1 to 5."""
    layer = empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))
    layer = layer.add(span_of(TEXT, (30, 33), (44, 47), span_id="s2")).add_link(link_of("e1", "s1"))
    return layer.with_header(status="flagged", note="يُراجَع", seconds_active=7)


LINES = encode(sample()).splitlines()
BARE = Layer.new(article_of(TEXT), "lina", BUILT_IN, LATER, TOOL)


def salvaged(*lines: bytes, text: str = TEXT) -> Salvaged:
    return salvage(b"\n".join((*lines, b"")), name=NAME, article=article_of(text), bare=BARE)


def edited(number: int, old: bytes, new: bytes) -> list[bytes]:
    """The sample's lines, something replaced in one of them, counted from 1."""
    assert old in LINES[number - 1]
    return [*LINES[: number - 1], LINES[number - 1].replace(old, new), *LINES[number:]]


def told(result: Salvaged) -> list[tuple[int, str]]:
    return [(line.number, line.reason) for line in result.damaged]


@given(layers(TEXT))
def test_what_is_sound_loads_as_it_does_elsewhere(layer: Layer) -> None:
    data = encode(layer)
    assert salvage(data, name=NAME, article=article_of(TEXT), bare=BARE) == (decode(data, name=NAME), (), False)


@given(
    layers(TEXT),
    st.sampled_from(
        [b"\n", b"\n\n", b" \n", b"\r\n", b"{\n", b",\n", b"\x00", b'"', b"\xff", b"{}\n", LINES[1] + b"\n"]
    ),
    st.data(),
)
def test_a_file_read_at_once_is_as_one_read_line_by_line(layer: Layer, more: bytes, data: st.DataObject) -> None:
    whole = encode(layer)
    place = data.draw(st.sampled_from([at for at, byte in enumerate(whole) if byte in b'\n{,"'] or [0]))
    for changed in (whole, whole[:-1], whole[:place] + more + whole[place:], whole[:place] + more + whole[place + 1 :]):
        try:
            found = salvage(changed, name=NAME, article=article_of(TEXT), bare=BARE)
        except SidecarError as error:
            with pytest.raises(SidecarError, match=re.escape(str(error))):
                _line_by_line(changed)
        else:
            assert found == _line_by_line(changed)


def _line_by_line(data: bytes) -> Salvaged:
    with patch.object(Records, "take_all", side_effect=ValueError):
        return salvage(data, name=NAME, article=article_of(TEXT), bare=BARE)


@given(st.data())
def test_a_damaged_line_costs_no_other(data: st.DataObject) -> None:
    junk = st.binary(min_size=1, max_size=20).filter(lambda line: b"\n" not in line and line.strip(b" \t\r"))
    lines = list(LINES)
    wanted = []
    for _ in range(data.draw(st.integers(1, 4))):
        bad = b"\x7f" + data.draw(junk)
        lines.insert(data.draw(st.integers(0, len(lines))), bad)
        wanted.append(bad)
    result = salvaged(*lines)
    assert result.layer == sample()
    assert sorted(line.content for line in result.damaged) == sorted(wanted)
    assert [lines[line.number - 1] for line in result.damaged] == [line.content for line in result.damaged]


@given(st.binary(max_size=40), st.integers(0, 2000), st.integers(0, 30))
def test_nothing_of_the_file_is_left_out(junk: bytes, at: int, cut: int) -> None:
    data = encode(sample())
    at = min(at, len(data))
    data = data[:at] + junk + data[at + cut :]
    try:
        result = salvage(data, name=NAME, article=article_of(TEXT), bare=BARE)
    except OtherVersion:
        return
    kept = decode(encode(result.layer), name=NAME)
    assert kept == result.layer
    lines = [line for line in data.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip(b" \t\r")]
    listed = sum(1 for line in result.damaged if line.content.strip(b" \t\r"))
    records = len(kept.spans) + len(kept.links) + len(kept.foreign)
    # The header is among neither where it is sound, and among the listed lines where it was put right or is damaged.
    assert records + listed in (len(lines), len(lines) - 1)
    assert all(line.reason.isprintable() for line in result.damaged)


@pytest.mark.parametrize(
    ("lines", "number", "reason"),
    [
        (edited(2, b'"label"', b'"lable"'), 2, "missing key `label`"),
        (edited(3, b'"text":"', b'"text":"\xff'), 3, "byte 0xff is not UTF-8"),
        (edited(3, b'"id":"s1"', b'"id":"e1"'), 3, "the id e1 is used twice"),
        (edited(4, b"[[30,33],[44,47]]", b"[[44,47],[30,33]]"), 4, "the fragments are not sorted, or touch each other"),
        (edited(4, b'"start":30', b'"start":30.0'), 4, "start: expected `int`, got `float`"),
        (edited(3, "الحكومة".encode(), "الحكومه".encode()), 3, "the span's text is not what the article has there"),
        (edited(5, b'"role":"agent"', b'"role":7'), 5, "role: expected `str`, got `int`"),
        ([*LINES, LINES[1]], 6, "a repetition of line 2"),
        ([*LINES, LINES[0]], 6, "a second header"),
        ([*LINES, LINES[4] + b"\r"], 6, "a repetition of line 5"),
        ([*LINES, b'{"record":"x","y":' + b"[" * 65 + b"]" * 65 + b"}"], 6, "a value is nested more than 64 deep"),
        ([*LINES, b'{"record":"x","y":' + b"[" * 9999 + b"]" * 9999 + b"}"], 6, "nested too deeply"),
        ([*LINES, b'{"record":"x","y":"' + b"y" * limits.UNKNOWN_BYTES + b'"}'], 6, "what is unknown in it takes"),
        ([*LINES, b'{"record":"x"}' + b" " * limits.LINE_BYTES + b"7"], 6, "the line is longer than 4 MiB"),
        (edited(3, b'"id":"s1"', b'"id":"' + b"s" * 129 + b'"'), 3, "id has a length of 129, and 128 is the most"),
        (edited(3, b'"label":"actor"', b'"label":"' + b"a" * 257 + b'"'), 3, "label has a length of 257"),
        (edited(3, b'"subtype":null', b'"subtype":"' + b"a" * 257 + b'"'), 3, "subtype has more than 256"),
        (edited(3, b'"note":""', b'"note":"' + b"a" * 65537 + b'"'), 3, "note has a length of 65,537"),
        (edited(3, b"{}", json.dumps({f"k{i}": "" for i in range(257)}).encode()), 3, "attributes has a length of 257"),
        (edited(3, b"{}", b'{"k":"' + b"v" * 257 + b'"}'), 3, "attributes: a key or value has more than 256"),
        (edited(3, b"[[6,13]]", b"[[6,13]" + b",[6,13]" * 10_000 + b"]"), 3, "fragments has a length of 10,001"),
        (edited(3, b"13", b"9" * 5000), 3, ""),
        (edited(5, b'"role":"agent"', b'"role":"' + b"a" * 257 + b'"'), 5, "role has a length of 257"),
        ([*LINES, b"\x1b[2J\x9b"], 6, "byte 0x9b is not UTF-8"),
        ([*LINES, b"\x1b[2J"], 6, "not valid JSON"),
        ([*LINES, b'{"record":"span","\xe2\x80\xae":1}'], 6, "missing key `id`"),
        (edited(2, b'"label"', b'"\\u202e\\u001b"'), 2, "missing key `label`"),
    ],
)
def test_each_damage_has_its_line_and_reason(lines: list[bytes], number: int, reason: str) -> None:
    result = salvaged(*lines)
    (line,) = result.damaged
    assert (line.number, line.content) == (number, lines[number - 1])
    assert line.reason.startswith(reason)
    assert line.reason.isprintable()
    assert len(line.reason) < 300
    kept = {each.id for each in (*result.layer.spans, *result.layer.links)}
    assert len(kept) == 4 - (number < 6)


def test_values_at_their_limits_are_let_pass() -> None:
    deep = b'{"record":"x","y":' + b"[" * 63 + b"]" * 63 + b',"z":"' + b"[" * 99 + b'"}'
    assert told(salvaged(*LINES, deep)) == []
    result = salvaged(*edited(3, b'"id":"s1"', b'"id":"' + b"s" * 128 + b'","new":"' + b"n" * (2**20 - 99) + b'"'))
    assert told(result) == []


def test_records_at_their_limits_fit_into_a_line() -> None:
    worst = "\x01"
    text = worst * limits.TEXT_LENGTH
    step = limits.TEXT_LENGTH // limits.FRAGMENTS
    span = span_of(text, *((i * step, i * step + step - 1) for i in range(limits.FRAGMENTS)), span_id=worst * 128)
    attributes = {f"{i:0256}": worst * limits.NAME_LENGTH for i in range(limits.ATTRIBUTES)}
    span = msgspec.structs.replace(span, text=text, note=worst * limits.NOTE_LENGTH, attributes=attributes)
    limits.check_span_limits(span)
    longest = max(encode(Layer(empty_layer().header, (span,))).splitlines(), key=len)
    assert len(longest) + limits.UNKNOWN_BYTES < limits.LINE_BYTES


def test_a_merge_that_git_could_not_finish_loses_nothing() -> None:
    ours, base, parting, theirs = MARKERS
    other = encode(empty_layer().add(span_of(TEXT, (50, 60), span_id="s9"))).splitlines()
    result = salvaged(ours, *LINES, base, LINES[1], parting, *other, LINES[2], theirs)
    marker = "a conflict marker that git left"
    assert told(result) == [
        (1, marker),
        (7, marker),
        (8, "a repetition of line 3"),
        (9, marker),
        (10, "a second header"),
        (12, "a repetition of line 4"),
        (13, marker),
    ]
    assert {span.id for span in result.layer.spans} == {"e1", "s1", "s2", "s9"}
    assert result.layer.header == sample().header


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (LINES[0][:-1], "not valid JSON (input data was truncated)"),
        (LINES[0].replace(b'"flagged"', b'"x"'), "status: unknown value 'x'"),
        (LINES[0].replace(b'"seconds_active":7', b'"seconds_active":2147483648'), "seconds_active is greater than"),
        (LINES[0].replace(b'"actor-event"', b'"%b"' % (b"x" * 257)), "schema, name has a length of 257"),
        (LINES[0].replace(b'"lina"', b'"%b"' % (b"x" * 65)), "annotator has a length of 65, and 64 is the most"),
        (b"\0" * 300, "not valid JSON"),
        (b"[]", "expected `object`, got `array`"),
        (LINES[0] + b"\xff", "byte 0xff is not UTF-8"),
    ],
)
def test_a_damaged_header_is_replaced_by_a_bare_one(header: bytes, reason: str) -> None:
    result = salvaged(header, *edited(3, b'"text":"', b'"text":"\xd9\x85')[1:])
    assert [line.number for line in result.damaged] == [1, 3]
    assert result.damaged[0].content == header
    assert result.damaged[0].reason.startswith(f"the header is missing ({reason}")
    assert result.layer.header == BARE.with_header(status="in-progress").header
    assert [span.id for span in result.layer.spans] == ["e1", "s2"]
    assert not result.source_changed


def test_a_header_that_is_not_there_is_listed_without_content() -> None:
    assert salvaged(*LINES[1:]).damaged == ((1, b"", "the header is missing"),)
    assert salvaged() == (BARE, ((1, b"", "the header is missing"),), False)
    assert replace(salvaged(*LINES[1:]).layer, header=sample().header) == sample()


def test_a_header_on_another_line_is_taken() -> None:
    assert salvaged(*reversed(LINES)) == (sample(), (), False)


def test_one_annotators_work_does_not_pass_for_anothers() -> None:
    with pytest.raises(DamagedSidecar, match="line 1: the annotator is omar, and the file's name says lina"):
        salvaged(*edited(1, b'"lina"', b'"omar"'))


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b'"length":%d' % len(TEXT), b'"length":5', f"length is 5 and should be {len(TEXT)}"),
        (b'"encoding":"utf-8"', b'"encoding":"\\u0000"', "the encoding is \\x00, and the article was read as utf-8"),
        (
            b'"encoding":"utf-8"',
            b'"encoding":"utf-16le"',
            "the encoding is utf-16le, and the article was read as utf-8",
        ),
    ],
)
def test_a_header_that_disagrees_is_put_right(old: bytes, new: bytes, reason: str) -> None:
    lines = edited(1, old, new)
    result = salvaged(*lines)
    assert result == (sample(), ((1, lines[0], reason),), False)


def test_an_article_that_was_renamed_with_its_sidecar_is_the_same() -> None:
    assert salvaged(*edited(1, b'"story.txt"', b'"old.txt"')) == (sample(), (), False)


def test_spans_of_another_text_are_kept_where_they_were() -> None:
    result = salvaged(*LINES, b"junk", text=TEXT[20:])
    assert result.source_changed
    assert result.layer == sample()
    assert [line.number for line in result.damaged] == [6]


def test_another_version_is_left_alone() -> None:
    with pytest.raises(OtherVersion, match=r"line 2: the format is 'hashiya/2'"):
        salvaged(b"junk", *edited(1, b"hashiya/1", b"hashiya/2"))


def test_a_file_that_is_too_large_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SidecarError, match=r"^story.* has more than 1,000,000 lines or 256 MiB.*\.$"):
        salvage(b"\n" * 1_000_001, name=NAME, article=article_of(TEXT), bare=BARE)
    monkeypatch.setattr("annotations.store.sidecar.SIDECAR_BYTES", 10)
    with pytest.raises(SidecarError, match="10 bytes"):
        salvaged(*LINES)


def test_stamps_are_the_bare_layers() -> None:
    assert salvaged(*LINES[1:]).layer.header.created == BARE.header.created != NOW.isoformat()
    assert Path(BARE.header.source).name == "story.txt"
