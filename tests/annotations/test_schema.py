from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from string import ascii_lowercase

import pytest

from annotations.errors import SchemaError
from annotations.mending import mended
from annotations.schema import (
    BUILT_IN,
    COLOURS,
    MARKS,
    Attribute,
    Label,
    LoadedSchema,
    Role,
    Subtype,
    load_schema,
)

TOML = """
[schema]
name = "floods"
version = "2"

[[label]]
name = "place"
title_ar = "مكان"
title_en = "Place"
key = "p"
colour = "green"
mark = "italic"
subtypes = ["river", "city"]
guideline = "كل موضع مذكور باسمه."

[[label]]
name = "event"
key = "e"
colour = "blue"
mark = "underline"

[[label.attributes]]
name = "tense"
values = ["past", "future"]

[[role]]
name = "where"
key = "w"
event_labels = ["event"]
actor_labels = ["place"]

[settings]
theme = { any = ["thing"] }
"""


def written(folder: Path, text: str) -> Path:
    (folder / "hashiya.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_built_in_schema_is_the_formats(tmp_path: Path) -> None:
    schema, problems = load_schema(tmp_path)
    assert schema is BUILT_IN
    assert problems == ()
    assert (schema.name, schema.version) == ("actor-event", "1")
    actor, event = schema.labels
    assert (actor.name, actor.key, actor.colour, actor.mark, len(actor.subtypes)) == (
        "actor",
        "a",
        "blue",
        "underline",
        19,
    )
    assert (event.name, event.key, event.colour, event.mark, len(event.subtypes)) == (
        "event",
        "e",
        "orange",
        "bold",
        16,
    )
    assert schema.attribute_names == ("polarity", "tense", "genericity", "modality")
    assert [role.name for role in schema.roles] == ["agent", "recipient", "participant", "reporter"]


def test_the_built_in_schema_passes_its_own_checks() -> None:
    items: tuple[Label | Role, ...] = (*BUILT_IN.labels, *BUILT_IN.roles)
    keys = [item.key for item in items]
    assert len(set(keys)) == len(keys)
    for label in BUILT_IN.labels:
        assert label.colour in COLOURS
        assert label.mark in MARKS
        assert label.guideline.count("\n") == 1
    with_titles: list[Label | Role | Subtype | Attribute] = [*items]
    for label in BUILT_IN.labels:
        with_titles += [*label.subtypes, *label.attributes]
        keys = [subtype.key for subtype in label.subtypes]
        assert len(set(keys)) == len(keys)
        assert set("".join(keys)) <= set(ascii_lowercase) - {"b"}
        assert all(subtype.key in subtype.name or subtype.key in "jkh" for subtype in label.subtypes)
    for item in with_titles:
        assert any("\u0621" <= letter <= "\u064a" for letter in item.title_ar)
        assert item.title_en[0].isupper()
    assert mended(BUILT_IN, pytest.fail) == BUILT_IN


def test_a_file_replaces_the_built_in_schema(tmp_path: Path) -> None:
    schema, problems = load_schema(written(tmp_path, TOML))
    assert problems == ()
    assert (schema.ref.name, schema.ref.version) == ("floods", "2")
    place = schema.label("place")
    assert place is not None
    assert (place.title_ar, place.title_en) == ("مكان", "Place")
    river, city = place.subtypes
    assert (river, place.subtype("city")) == (Subtype(name="river", title_ar="river", title_en="river", key="r"), city)
    assert place.subtype("sea") is None
    event = schema.label("event")
    assert event is not None
    tense = Attribute(name="tense", values=("past", "future"), title_ar="tense", title_en="tense")
    assert (event.title_ar, event.attributes) == ("event", (tense,))
    role = schema.role("where")
    assert role is not None
    assert (role.event_labels, role.actor_labels, role.title_en) == (("event",), ("place",), "where")
    assert (schema.label("actor"), schema.role("agent")) == (None, None)


@pytest.mark.parametrize("text", ["", "# nothing\n", "[settings]\ntheme = 'x'\n"])
def test_a_file_without_a_schema_leaves_the_built_in_one(tmp_path: Path, text: str) -> None:
    assert load_schema(written(tmp_path, text)) == LoadedSchema(BUILT_IN, ())


def test_a_subtype_may_have_titles_and_a_key_and_an_attribute_titles(tmp_path: Path) -> None:
    text = TOML.replace('["river", "city"]', '["river", { name = "city", title_ar = "مدينة", key = "r" }]')
    text = text.replace('name = "tense"', 'name = "tense"\ntitle_ar = "الزمن"')
    schema, problems = load_schema(written(tmp_path, text))
    assert problems == ()
    assert schema.labels[0].subtypes == (
        # The key that is declared wins, though the name alone comes first.
        Subtype(name="river", title_ar="river", title_en="river", key="i"),
        Subtype(name="city", title_ar="مدينة", title_en="city", key="r"),
    )
    assert schema.labels[1].attributes[0].title_ar == "الزمن"


@pytest.mark.parametrize(
    ("names", "keys"),
    [
        (["bab", "aba", "b"], "a12"),
        (["b", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9", "b10", "b11"], "1234567890a"),
        (["Gov", "MIL", "نهر"], "gm1"),
        ([f"x{number}" for number in range(40)], "x1234567890acdefghijklmnopqrstuvwyz" + " " * 5),
    ],
)
def test_a_name_alone_gets_a_letter_of_its_own_or_a_digit(tmp_path: Path, names: list[str], keys: str) -> None:
    text = TOML.replace('["river", "city"]', str(names))
    schema, problems = load_schema(written(tmp_path, text))
    assert problems == ()
    assert [subtype.key for subtype in schema.labels[0].subtypes] == [key.strip() for key in keys]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('version = "2"\n', "", "schema: missing key `version`"),
        ('version = "2"', "version = 2", "schema, version: expected `str`, got `int`"),
        ('version = "2"', 'version = ""', 'schema, version: is empty; give one, such as "1"'),
        ('name = "floods"', 'name = "a b"', "schema, name: 'a b' is not a name"),
        ('mark = "italic"', 'mark = "italic"\ncolor = "red"', "label 1: unknown key `color`"),
        ('name = "place"', 'name = "event"', "label, name: 'event' is declared twice"),
        ('name = "place"', 'name = "pla\\u202ece"', "label, name: 'pla\\u202ece' is not a name"),
        ('["river", "city"]', '["river", "river"]', "label place, subtypes, name: 'river' is declared twice"),
        (
            '["river", "city"]',
            '["river", { name = "river" }]',
            "label place, subtypes, name: 'river' is declared twice",
        ),
        ('["river", "city"]', '[{ nam = "river" }]', "label 1, subtypes 1: unknown key `nam`"),
        ('["river", "city"]', "[3]", "label 1, subtypes 1: expected `str | object`, got `int`"),
        ('key = "p"', "key = 3", "label 1, key: expected `str`, got `int`"),
        ('colour = "green"\n', "", "label 1: missing key `colour`"),
        ('["river", "city"]', '"river"', "label 1, subtypes: expected `array`, got `str`"),
        ('["past", "future"]', "[]", "label event, attribute tense, values: there are none"),
        ("[settings]", "[setings]", "unknown key `setings`"),
        ("[[role]]", "[[roles]]", "unknown key `roles`"),
    ],
)
def test_what_cannot_be_guessed_is_refused_with_its_key(tmp_path: Path, old: str, new: str, problem: str) -> None:
    assert old in TOML
    with pytest.raises(SchemaError) as caught:
        load_schema(written(tmp_path, TOML.replace(old, new, 1)))
    assert str(caught.value).startswith(f"{tmp_path}/hashiya.toml: {problem}")


def test_what_is_not_toml_is_named_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"hashiya\.toml: is not valid TOML \(.*at line 3, column 6\)"):
        load_schema(written(tmp_path, '[schema]\nname = "x"\nkey == 1\n'))
    (tmp_path / "hashiya.toml").write_bytes(b"[schema]\nname = '\xff'\n")
    with pytest.raises(SchemaError, match=r"hashiya\.toml, line 2: is not UTF-8"):
        load_schema(tmp_path)
    with pytest.raises(SchemaError, match=r"hashiya\.toml: is nested too deeply"):
        load_schema(written(tmp_path, "x = " + "[" * 99_999 + "]" * 99_999))
    with pytest.raises(SchemaError, match=r"hashiya\.toml: is not valid TOML \(Exceeds the limit"):
        load_schema(written(tmp_path, "x = " + "9" * 9_999))


def test_a_folder_in_its_place_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "hashiya.toml").mkdir()
    with pytest.raises(SchemaError, match=r"hashiya\.toml: cannot be read \(is a directory\); check the file"):
        load_schema(tmp_path)


def test_toml_is_imported_only_for_a_file(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from annotations.schema import load_schema; "
        "load_schema(Path(sys.argv[1])); print('tomllib' in sys.modules)"
    )
    for expected in ("False", "True"):
        run = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
            cwd=Path(__file__).parents[2],
        )
        assert run.stdout.strip() == expected
        written(tmp_path, TOML)


def many(table: str, count: int, *more: str) -> str:
    return "".join(f"{table}\n" + "\n".join(more).format(i=i) + "\n" for i in range(count))


LABELS = many("[[label]]", 257, 'name = "x{i}"', 'colour = "blue"', 'mark = "bold"')
ROLES = many("[[role]]", 257, 'name = "r{i}"', 'event_labels = ["event"]', 'actor_labels = ["place"]')
ATTRIBUTES = many("[[label.attributes]]", 257, 'name = "a{i}"', 'values = ["v"]')


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (TOML + LABELS, "label: there are 259; declare at most 256."),
        (TOML + ROLES, "role: there are 258; declare at most 256."),
        (TOML.replace("[[role]]", ATTRIBUTES + "[[role]]"), "label 2, attributes: there are 258; declare at most 256."),
        (
            TOML.replace('["river", "city"]', repr([f"s{i}" for i in range(4097)])),
            "label 1, subtypes: there are 4,097; declare at most 4,096.",
        ),
        (
            TOML.replace('["past", "future"]', repr([f"s{i}" for i in range(4097)])),
            "label 2, attribute 1, values: there are 4,097; declare at most 4,096.",
        ),
        (
            TOML.replace('["event"]', repr(["event"] * 257)),
            "role 1, event_labels: there are 257; declare at most 256.",
        ),
        (TOML.replace("كل موضع", "ك" * 65_536), "label 1, guideline: has a length of 65,549; shorten it to 65,536."),
        (TOML.replace("مكان", "م" * 257), "label 1, title_ar: has a length of 257; shorten it to 256."),
        (TOML.replace('"2"', f'"{"2" * 257}"'), "schema, version: has a length of 257; shorten it to 256."),
        (TOML.replace('"city"', f'"{"c" * 257}"'), "label 1, subtype 2, name: has a length of 257; shorten it to 256."),
        (
            TOML.replace('"past"', f'"{"p" * 257}"'),
            "label 2, attribute 1, values: has a length of 257; shorten it to 256.",
        ),
        (TOML.replace('"w"', f'"{"w" * 257}"'), "role 1, key: has a length of 257; shorten it to 256."),
        (TOML + "a." * 32 + "a = 1", "line 34: a key has more than 32 parts; correct it."),
        (TOML + '"\\"" . ' * 32 + "a = 1", "line 34: a key has more than 32 parts; correct it."),
        (TOML + "#" * 2**20, "is larger than 1 MiB, the most that is read; check the file and its permissions."),
    ],
)
def test_what_is_beyond_the_limits_is_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_schema(written(tmp_path, text))
    assert str(caught.value).replace("toml, line", "toml: line") == f"{tmp_path / 'hashiya.toml'}: {sentence}"


@pytest.mark.parametrize("text", ["[{0}]\n[{0}]", "{0} = 5\n", "[schema]\n{0}=5"])
def test_a_sentence_does_not_grow_with_the_file(tmp_path: Path, text: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load_schema(written(tmp_path, text.format("k" * 90_000)))
    assert len(str(caught.value)) < 600


def test_a_guideline_may_be_full_of_dots(tmp_path: Path) -> None:
    dots = TOML.replace("كل موضع", "كل موضع " + "." * 99 + " " + "a. " * 31 + "a…")
    assert load_schema(written(tmp_path, dots)).problems == ()


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "hashiya.toml"
    os.mkfifo(path)
    with pytest.raises(SchemaError, match="not a regular file"):
        load_schema(tmp_path)
    path.unlink()
    path.symlink_to("/dev/zero")
    with pytest.raises(SchemaError, match="not a regular file"):
        load_schema(tmp_path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SchemaError, match="is a directory"):
        load_schema(tmp_path)
