from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from format_records import record_of
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, empty_layer, layers, link_of, notes, span_of, texts

from annotations.formats import Annotated
from annotations.formats.brat import write_folder
from annotations.formats.loss import Loss, Losses
from annotations.formats.tokens import Policy
from annotations.labels import Attribute, Label, Role, Schema, Subtype
from annotations.layer import Layer
from annotations.span import Span, make_span

NAME = re.compile(r"[A-Za-z0-9_-]+")
ESCAPED = re.compile("_x([0-9a-f]*)_")


@dataclass
class Read:
    """What brat's documentation makes of an .ann file: by the ids, each of which is there once."""

    texts: dict[str, tuple[str, list[tuple[int, int]]]] = field(default_factory=dict)
    events: dict[str, tuple[str, str, list[tuple[str, str]]]] = field(default_factory=dict)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    notes: list[tuple[str, str, str]] = field(default_factory=list)
    equivalents: list[list[str]] = field(default_factory=list)


def read(ann: str, text: str) -> Read:
    """Read by the rules of brat's documentation and of its server's checks, which this asserts."""
    found, ids = Read(), set()
    assert not ann or ann.endswith("\n")
    # Not split("\n"): brat's server takes lines as Python does.
    for line in ann.splitlines():
        name, rest = line.split("\t", 1)
        assert name == "*" or (re.fullmatch(r"[TEA#][1-9][0-9]*", name) and name not in ids)
        ids.add(name)
        if name[0] == "T":
            found.texts[name] = read_text_bound(rest, text)
        elif name[0] == "E":
            (label, trigger), *arguments = [tuple(each.split(":")) for each in rest.split(" ")]
            found.events[name] = (label, trigger, arguments)
        elif name[0] == "A":
            kind, target, value = rest.split(" ")
            found.attributes.append((kind, target, value))
        elif name[0] == "#":
            head, told = rest.split("\t", 1)
            kind, target = head.split(" ")
            found.notes.append((kind, target, told))
        else:
            kind, *members = rest.split(" ")
            assert kind == "Equiv"
            assert len(members) > 1
            found.equivalents.append(members)
    check(found)
    return found


def read_text_bound(rest: str, text: str) -> tuple[str, list[tuple[int, int]]]:
    head, marked = rest.split("\t", 1)
    label, places = head.split(" ", 1)
    fragments = [(int(start), int(end)) for start, end in (place.split(" ") for place in places.split(";"))]
    reached = -1
    for start, end in fragments:
        assert reached < start < end <= len(text)
        reached = end
        assert len(text[start:end].splitlines()) == 1
        assert text[start:end].splitlines() == [text[start:end]]
    assert marked == " ".join(text[start:end] for start, end in fragments)
    assert marked.strip()
    return label, fragments


def check(found: Read) -> None:
    """References lead somewhere, names are identifiers, no trigger has two events."""
    triggers = [trigger for _, trigger, _ in found.events.values()]
    assert len(set(triggers)) == len(triggers)
    assert set(triggers) <= found.texts.keys()
    targets = found.events.keys() | found.texts.keys()
    for label, trigger, arguments in found.events.values():
        assert label == found.texts[trigger][0]
        assert all(NAME.fullmatch(role) and target in targets for role, target in arguments)
        assert len({role for role, _ in arguments}) == len(arguments)
    for kind, target, value in found.attributes:
        assert NAME.fullmatch(kind)
        assert target in targets
        assert NAME.fullmatch(value)
    assert all(target in targets for _, target, _ in found.notes)
    assert all(member in targets for members in found.equivalents for member in members)
    assert all(NAME.fullmatch(label) for label, _ in found.texts.values())


def name_of(identifier: str) -> str:
    """The name that an identifier stands for."""
    return ESCAPED.sub(lambda match: chr(int(match[1], 16)) if match[1] else "", identifier)


def role_of(argument: str) -> str:
    return name_of(re.sub(r"[0-9]+\Z", "", argument))


def written(*records: Annotated, losses: Losses | None = None) -> dict[str, str]:
    """The files of the folder by name, none beside it, no line end touched."""
    with TemporaryDirectory() as parent:
        folder = Path(parent) / "out"
        folder.mkdir()
        write_folder(records, folder, Policy(), losses or Losses())
        assert [path.name for path in Path(parent).iterdir()] == ["out"]
        return {path.name: path.read_bytes().decode() for path in folder.iterdir()}


def ann_of(record: Annotated, losses: Losses | None = None) -> str:
    files = written(record, losses=losses)
    (name,) = (name for name in files if name.endswith(".ann"))
    assert files[name.removesuffix(".ann") + ".txt"] == record.article.text
    assert json.loads(files[name.removesuffix(".ann") + ".json"])["annotator"] == record.layer.header.annotator
    return files[name]


def test_lines_are_those_of_the_documentation() -> None:
    attributes = {"tense": "past"}
    layer = empty_layer()
    for span in (
        make_span(
            TEXT, [(0, 6)], "event", id="e1", now=NOW, subtype="agree", attributes=attributes, note="خبر", group="g"
        ),
        make_span(TEXT, [(7, 14)], "actor", id="s1", now=NOW, group="g"),
        make_span(TEXT, [(31, 34), (35, 41)], "actor", id="s2", now=NOW, group="g", origin="dictionary"),
    ):
        layer = layer.add(span)
    for number, actor in enumerate(["s1", "s2"]):
        layer = layer.add_link(link_of("e1", actor, f"l{number}"))
    assert ann_of(record_of(layer)) == (
        f"T1\tevent 0 6\t{TEXT[:6]}\n"
        f"T2\tactor 7 14\t{TEXT[7:14]}\n"
        f"T3\tactor 31 34;35 41\t{TEXT[31:34]} {TEXT[35:41]}\n"
        "E1\tevent:T1 agent:T2 agent2:T3\n"
        "#1\tArgumentId E1\tagent l0\n"
        "#2\tArgumentId E1\tagent2 l1\n"
        "A1\tSubtype E1 agree\n"
        "A2\ttense E1 past\n"
        "#3\tAnnotatorNotes E1\tخبر\n"
        "#4\tId E1\te1\n"
        "#5\tGroup E1\tg\n"
        "#6\tId T2\ts1\n"
        "#7\tGroup T2\tg\n"
        "#8\tId T3\ts2\n"
        "#9\tGroup T3\tg\n"
        "#10\tOrigin T3\tdictionary\n"
        "*\tEquiv T2 T3\n"
    )


@given(st.data())
def test_brat_reads_every_span_and_link_that_is_not_dropped(data: st.DataObject) -> None:
    text = data.draw(texts)
    layer = data.draw(layers(text))
    told: list[Loss] = []
    losses = Losses(told.append)
    found = read(ann_of(record_of(layer, text), losses), text)
    dropped = {(loss.record, loss.id) for loss in told if loss.fate == "dropped"}
    assert losses.spans.total() == len(layer.spans)
    assert losses.links.total() == len(layer.links)
    spans = [span for span in layer.spans if ("span", span.id) not in dropped]
    assert all(not span.text.strip() for span in layer.spans if span not in spans)
    events = {trigger: event for event, (_, trigger, _) in found.events.items()}
    targets = {span.id: events.get(name, name) for span, name in zip(spans, found.texts, strict=True)}
    cut = {loss.id for loss in told if loss.fate == "split" and loss.record == "span"}
    for span, (label, fragments) in zip(spans, found.texts.values(), strict=True):
        assert name_of(label) == span.label
        assert visible(fragments, text) == visible(span.fragments, text)
        assert (fragments == list(span.fragments)) == (span.id not in cut)
        check_properties(span, targets[span.id], found)
    links = sorted(
        (targets[link.event], link.role, targets[link.actor])
        for link in layer.links
        if ("link", link.id) not in dropped
    )
    read_links = [
        (event, role_of(argument), target)
        for event, (_, _, arguments) in found.events.items()
        for argument, target in arguments
    ]
    assert sorted(read_links) == links


def visible(fragments: object, text: str) -> set[int]:
    """The offsets that are covered, without those of line breaks."""
    return {
        offset
        for start, end in fragments  # type: ignore[attr-defined]
        for offset in range(start, end)
        if text[offset].splitlines() == [text[offset]]
    }


def check_properties(span: Span, target: str, found: Read) -> None:
    own = [(kind, value) for kind, place, value in found.attributes if place == target]
    assert [name_of(value) for kind, value in own if kind == "Subtype"] == [span.subtype] * (span.subtype is not None)
    assert {name_of(kind): name_of(value) for kind, value in own if kind != "Subtype"} == span.attributes
    told = {kind: text for kind, place, text in found.notes if place == target}
    assert told.get("AnnotatorNotes", "") == one_line(span.note)
    assert (told.get("ExactNotes") is None) == (span.note == one_line(span.note))
    assert text_of(told["Id"]) == span.id
    assert ("Group" in told, text_of(told.get("Group", ""))) == (span.group is not None, span.group or "")
    assert text_of(told.get("Origin", "manual")) == span.origin


def one_line(text: str) -> str:
    return " ".join(f"{text}.".splitlines())[:-1]


def text_of(note: str) -> str:
    """The text that a note of our own kind stands for."""
    return re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), note)


@given(notes, notes)
def test_different_names_have_different_identifiers(one: str, other: str) -> None:
    layer = empty_layer()
    for span_id, label in (("a", one), ("b", other)):
        layer = layer.add(span_of(TEXT, (0, 6), span_id=span_id, label=label))
    labels = [label for label, _ in read(ann_of(record_of(layer)), TEXT).texts.values()]
    assert [name_of(label) for label in labels] == [one, other]
    assert (labels[0] == labels[1]) == (one == other)


def test_names_that_look_like_escapes_are_told_apart() -> None:
    labels = ["_x41_", "A", "_x", "_x\u0627", "", "_x_", "a_x5f_", "__", "فاعل", "a b:c"]
    layer = empty_layer()
    for number, label in enumerate(labels):
        layer = layer.add(span_of(TEXT, (0, 6), span_id=f"s{number}", label=label))
    found = read(ann_of(record_of(layer)), TEXT)
    assert [name_of(label) for label, _ in found.texts.values()] == labels


def test_a_roles_digits_are_not_an_arguments_number() -> None:
    layer = empty_layer().add(span_of(TEXT, (0, 6), span_id="e1", label="event")).add(span_of(TEXT, (7, 14)))
    for number, role in enumerate(["arg", "arg", "arg2", "arg2"]):
        layer = layer.add_link(link_of("e1", "s1", f"l{number}", role))
    ((_, _, arguments),) = read(ann_of(record_of(layer)), TEXT).events.values()
    assert [argument for argument, _ in arguments] == ["arg", "arg2", "arg_x32_", "arg_x32_2"]


def test_an_attribute_called_as_the_subtypes_are_is_another() -> None:
    span = make_span(TEXT, [(0, 6)], "actor", id="s", now=NOW, subtype="gov", attributes={"Subtype": "x"})
    found = read(ann_of(record_of(empty_layer().add(span))), TEXT)
    assert found.attributes == [("Subtype", "T1", "gov"), ("_x53_ubtype", "T1", "x")]


def test_a_fragment_is_cut_at_line_breaks() -> None:
    text = 'قال\r\nالوسيط\u2028نعم ل"المدن"\n'
    told: list[Loss] = []
    layer = empty_layer(text).add(span_of(text, (0, 15))).add(span_of(text, (3, 5), span_id="s2"))
    found = read(ann_of(record_of(layer, text), Losses(told.append)), text)
    assert found.texts == {"T1": ("actor", [(0, 3), (5, 11), (12, 15)])}
    assert [(loss.fate, loss.id) for loss in told] == [("split", "s1"), ("dropped", "s2")]


def test_clitics_and_characters_beyond_the_first_plane_keep_their_offsets() -> None:
    text = '\U0001f468 لقسد ل"المدن"'
    layer = empty_layer(text).add(span_of(text, (3, 6), span_id="a")).add(span_of(text, (9, 14), span_id="b"))
    losses = Losses()
    found = read(ann_of(record_of(layer, text), losses), text)
    assert [text[start:end] for _, ((start, end),) in found.texts.values()] == ["قسد", "المدن"]
    assert losses.count == 0


def test_links_that_brat_cannot_have_are_dropped_each_with_its_reason() -> None:
    text = "قال \n"
    layer = empty_layer(text)
    for span_id, place, label in (("e", (0, 3), "event"), ("a", (0, 2), "actor"), ("n", (3, 5), "actor")):
        layer = layer.add(span_of(text, place, span_id=span_id, label=label))
    links = [link_of("e", actor, f"to-{actor}") for actor in ("a", "e", "gone", "n")]
    told: list[Loss] = []
    losses = Losses(told.append)
    layer = Layer.of(layer.header, layer.spans, links)
    assert "E1\tevent:T2 agent:T1\n" in ann_of(record_of(layer, text), losses)
    assert {loss.id: loss.why for loss in told if loss.record == "link"} == {
        "to-e": "an event cannot be its own argument",
        "to-gone": "one of its ends is missing",
        "to-n": "one of its ends is left out",
    }
    assert losses.links == {"kept": 1, "dropped": 3}


def test_an_event_may_be_an_argument_and_notes_of_links_are_its_events() -> None:
    layer = empty_layer()
    for span_id, place in (("e1", (0, 6)), ("e2", (7, 14))):
        layer = layer.add(span_of(TEXT, place, span_id=span_id, label="event"))
    link = link_of("e1", "e2")
    layer = Layer.of(
        layer.header, layer.spans, [type(link)(**{**fields_of(link), "note": "سطر\r\nسطر", "origin": "x"})]
    )
    losses = Losses()
    found = read(ann_of(record_of(layer), losses), TEXT)
    assert found.events["E1"] == ("event", "T1", [("agent", "E2")])
    assert [note for note in found.notes if note[0].startswith("Argument")] == [
        ("ArgumentId", "E1", "agent l1"),
        ("ArgumentNotes", "E1", "agent سطر\\u000d\\u000aسطر"),
        ("ArgumentOrigin", "E1", "agent x"),
    ]
    assert losses.count == 0


def fields_of(record: object) -> dict[str, str]:
    return {name: getattr(record, name) for name in record.__struct_fields__}  # type: ignore[attr-defined]


def test_each_record_has_three_files_of_one_name() -> None:
    ids = ["../../x", "", "a\n\x1b[2J\x00", "story.txt", "story.txt"]
    files = written(*(record_of(empty_layer(), article_id=each) for each in ids))
    stems = {name.removesuffix(".txt") for name in files if name.endswith(".txt")}
    assert files.keys() == {"annotation.conf", *(f"{stem}{end}" for stem in stems for end in (".txt", ".ann", ".json"))}
    assert sorted(json.loads(files[f"{stem}.json"])["article"] for stem in stems) == sorted(ids)
    assert {(files[f"{stem}.txt"], files[f"{stem}.ann"]) for stem in stems} == {(TEXT, "")}


def test_the_text_is_written_as_it_is() -> None:
    text = "سطر\r\nسطر\rسطر\n\u2028\ufeff\U0001f468"
    files = written(record_of(empty_layer(text), text))
    assert [content for name, content in files.items() if name.endswith(".txt")] == [text]


def test_the_configuration_declares_the_schema() -> None:
    conf = written(record_of(empty_layer()))["annotation.conf"]
    sections = re.findall(r"^\[(\w+)\]\n((?:.+\n)*)", conf, re.MULTILINE)
    found = {name: lines.splitlines() for name, lines in sections}
    assert list(found) == ["entities", "relations", "events", "attributes"]
    assert found["entities"] == ["actor"]
    roles = ", ".join(f"{role}*:actor" for role in ("agent", "recipient", "participant", "reporter"))
    assert found["events"] == [f"event\t{roles}"]
    assert found["attributes"][0].startswith("Subtype\tArg:actor|event, Value:gov|mil|")
    assert found["attributes"][1] == "polarity\tArg:event, Value:positive|negative"


def test_names_of_the_configuration_are_identifiers() -> None:
    labels = (
        Label(name="فعل", colour="blue", mark="bold", attributes=(Attribute(name="زمن", values=("ماض",)),)),
        Label(name="فاعل", colour="blue", mark="bold", subtypes=(Subtype(name="دولة"),)),
    )
    role = Role(name="منفذ1", event_labels=("فعل",), actor_labels=("فاعل", "فعل"))
    unusable = Role(name="x", event_labels=("فعل",), actor_labels=())
    schema = Schema(name="s", version="1", labels=labels, roles=(role, unusable))
    conf = written(record_of(empty_layer(), schema=schema))["annotation.conf"]
    assert conf.isascii()
    (event,) = re.findall(r"\[events\]\n(.*)\n", conf)
    label, arguments = event.split("\t")
    argument, actors = arguments.split("*:")
    assert (name_of(label), role_of(argument), [name_of(actor) for actor in actors.split("|")]) == (
        "فعل",
        "منفذ1",
        ["فاعل", "فعل"],
    )


def test_without_records_nothing_is_written() -> None:
    assert written() == {}
