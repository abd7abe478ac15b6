from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_schema import TOML, written

from annotations.mending import mended
from annotations.schema import COLOURS, MARKS, Label, Role, Schema, Subtype, load_schema

Item = Label | Role | Subtype

# What is written, what is read in its place, and what is told of it.
MENDED = {
    "a label's key that a label has": (
        ('key = "p"', 'key = "e"'),
        lambda schema: (schema.labels[0].key, schema.labels[1].key) == ("e", ""),
        ["label event, key: 'e' is taken by label place; choose another (until then it has none)."],
    ),
    "a role's key that a label has": (
        ('key = "w"', 'key = "e"'),
        lambda schema: (schema.labels[1].key, schema.roles[0].key) == ("e", ""),
        ["role where, key: 'e' is taken by label event; choose another (until then it has none)."],
    ),
    "a key that is none": (
        ('key = "p"', 'key = "ctrl+p"'),
        lambda schema: schema.labels[0].key == "",
        ["label place, key: 'ctrl+p' is not a key; use one of a-z or 0-9 (until then it has none)."],
    ),
    "a key that cannot be printed": (
        ('key = "p"', 'key = "\\u202e"'),
        lambda schema: schema.labels[0].key == "",
        ["label place, key: '\\u202e' is not a key; use one of a-z or 0-9 (until then it has none)."],
    ),
    "a key that an Arabic layout lacks": (
        ('key = "p"', 'key = "b"'),
        lambda schema: schema.labels[0].key == "b",
        ["label place, key: 'b' types two letters on an Arabic layout, each another key; choose another."],
    ),
    "no key": (('key = "p"\n', ""), lambda schema: schema.labels[0].key == "", []),
    "two subtypes on a key": (
        ('["river", "city"]', '[{ name = "river", key = "c" }, { name = "city", key = "c" }, "canal"]'),
        lambda schema: [subtype.key for subtype in schema.labels[0].subtypes] == ["c", "", "a"],
        ["label place, subtype city, key: 'c' is taken by label place, subtype river; choose another (until then it"],
    ),
    "a subtype's key that is none": (
        ('["river", "city"]', '[{ name = "river", key = "R" }, "city"]'),
        lambda schema: [subtype.key for subtype in schema.labels[0].subtypes] == ["", "c"],
        ["label place, subtype river, key: 'R' is not a key; use one of a-z or 0-9 (until then it has none)."],
    ),
    "an unknown colour": (
        ('colour = "green"', 'colour = "#fff"'),
        # Not blue, which the other label has.
        lambda schema: [label.colour for label in schema.labels] == ["orange", "blue"],
        ["label place, colour: '#fff' is unknown, and orange stands in for it; use one of blue, orange, green,"],
    ),
    "an unknown mark": (
        ('mark = "italic"', 'mark = "blink"'),
        lambda schema: [label.mark for label in schema.labels] == ["bold", "underline"],
        ["label place, mark: 'blink' is unknown, and bold stands in for it; use one of underline, bold, reverse,"],
    ),
    "an unknown label beside a known one": (
        ('event_labels = ["event"]', 'event_labels = ["evnt", "event"]'),
        lambda schema: (schema.roles[0].event_labels, schema.roles[0].key) == (("event",), "w"),
        ["role where, event_labels: 'evnt' is no label and is left out; declare it or correct the name."],
    ),
    "an unknown label alone": (
        ('event_labels = ["event"]', 'event_labels = ["evnt"]'),
        lambda schema: not schema.roles[0].is_usable and schema.roles[0].key == "",
        [
            "role where, event_labels: 'evnt' is no label and is left out; declare it or correct the name.",
            "role where, event_labels: there are none, and the role cannot be used; list at least one label.",
        ],
    ),
    "no label": (
        ('actor_labels = ["place"]', "actor_labels = []"),
        lambda schema: not schema.roles[0].is_usable and schema.roles[0].event_labels == ("event",),
        ["role where, actor_labels: there are none, and the role cannot be used; list at least one label."],
    ),
}


@pytest.mark.parametrize("kind", MENDED)
def test_what_can_be_mended_costs_nothing_and_is_told(tmp_path: Path, kind: str) -> None:
    (old, new), holds, told = MENDED[kind]
    assert old in TOML
    schema, problems = load_schema(written(tmp_path, TOML.replace(old, new, 1)))
    assert holds(schema)
    assert [label.name for label in schema.labels] == ["place", "event"]
    assert [role.name for role in schema.roles] == ["where"]
    assert len(problems) == len(told)
    for problem, expected in zip(problems, told, strict=True):
        assert problem.startswith(f"{tmp_path}/hashiya.toml: {expected}")
        assert problem.endswith(".")
        assert problem.isprintable()


KEYS = st.text("ab1Z\u0634", max_size=2)
LABELS = st.builds(
    Label,
    name=st.text("xyz", min_size=1),
    colour=st.sampled_from([*COLOURS[:3], "", "\u202e"]),
    mark=st.sampled_from([*MARKS, "blink"]),
    key=KEYS,
    subtypes=st.lists(
        st.builds(Subtype, name=st.text("abc", min_size=1), key=KEYS), unique_by=lambda one: one.name, max_size=40
    ).map(tuple),
)
NAMES = st.lists(st.sampled_from("xyz"), max_size=3).map(tuple)
ROLES = st.builds(Role, name=st.text("uvw", min_size=1), key=KEYS, event_labels=NAMES, actor_labels=NAMES)


@given(
    labels=st.lists(LABELS, min_size=1, max_size=4, unique_by=lambda one: one.name).map(tuple),
    roles=st.lists(ROLES, max_size=4, unique_by=lambda one: one.name).map(tuple),
)
def test_whatever_is_mended_works_and_no_loss_is_silent(labels: tuple[Label, ...], roles: tuple[Role, ...]) -> None:
    told: list[str] = []
    schema = mended(Schema(name="x", version="1", labels=labels, roles=roles), told.append)
    before: list[Item] = [*labels, *roles]
    after: list[Item] = [*schema.labels, *schema.roles]
    assert_keys_work("", before, after, told)
    for label, was in zip(schema.labels, labels, strict=True):
        assert (label.colour in COLOURS, label.mark in MARKS) == (True, True)
        assert_keys_work(f"label {label.name}, ", was.subtypes, label.subtypes, told)
    known = {label.name for label in labels}
    assert all(known.issuperset((*role.event_labels, *role.actor_labels)) for role in schema.roles)


def assert_keys_work(place: str, before: Sequence[Item], after: Sequence[Item], told: list[str]) -> None:
    assert [item.name for item in after] == [item.name for item in before]
    keys = [item.key for item in after if item.key]
    assert len(set(keys)) == len(keys)
    assert set(keys) <= {*ascii_lowercase, *digits}
    for was, item in zip(before, after, strict=True):
        assert item.title_ar
        if was.key and not item.key:
            owner = f"{place}{type(item).__name__.lower()} {item.name}, "
            assert [one for one in told if one.startswith(owner)]


def test_two_unknown_colours_are_still_told_apart() -> None:
    labels = tuple(Label(name=name, colour="#fff", mark="blink") for name in ("wind", "rain"))
    schema = mended(Schema(name="x", version="1", labels=labels), lambda _: None)
    assert [label.colour for label in schema.labels] == ["blue", "orange"]
    assert [label.mark for label in schema.labels] == ["underline", "bold"]
