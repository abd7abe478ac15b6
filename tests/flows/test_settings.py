"""Settings from two files, keys of the schema beside those of the program, and what is remembered of each article."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from annotations.schema import BUILT_IN
from tui import state, themes
from tui.config import ConfigError, Settings, annotator, fit_keys, load_settings
from tui.setting_rules import RULES, check_settings, shown
from tui.state import recall, remember

HASH = sha256(b"").hexdigest()


def configured(home: Path, text: str | bytes) -> dict[str, str]:
    """An environment whose user's file holds the text."""
    file = home / ".config" / "hashiya" / "config.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return {"HOME": str(home)}


def positions(home: Path) -> Path:
    return home / ".local" / "state" / "hashiya" / "positions.json"


def test_without_files_the_defaults_hold(tmp_path: Path) -> None:
    for root in (tmp_path, None):
        settings, problems = load_settings({"HOME": str(tmp_path)}, root)
        assert (settings, problems) == (Settings(), ())
    assert RULES.keys() | {"keys"} == set(Settings.__struct_fields__)
    for name, rule in RULES.items():
        assert name == "annotator" or rule.holds(getattr(Settings(), name))


def test_the_users_file_goes_before_the_librarys_setting_by_setting(tmp_path: Path) -> None:
    environment = configured(
        tmp_path,
        'annotator = "lina"\ntheme = "light"\nspacing = 1\n'
        '[keys]\nreader.undo = "z"\n"app.leave" = ["f10", "ctrl+q"]\n',
    )
    (tmp_path / "hashiya.toml").write_text(
        '[settings]\ntheme = "contrast"\nwidth = 60\nmargin = 2\nnumbers = true\nproposals = false\ntrim = false\n'
        '[settings.keys]\nreader.undo = "u"\nreader.next = []\n'
    )
    assert load_settings(environment, tmp_path) == (
        Settings(
            annotator="lina",
            theme="light",
            width=60,
            margin=2,
            spacing=1,
            numbers=True,
            proposals=False,
            trim=False,
            keys={"reader.undo": ("z",), "app.leave": ("f10", "ctrl+q"), "reader.next": ()},
        ),
        (),
    )


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ('width = "wide"', 'width: expected a number from 20 to 200, not "wide"; the default, 76, is used.'),
        ("width = 19", "width: expected a number from 20 to 200, not 19; the default, 76, is used."),
        ("width = 76.0", "width: expected a number from 20 to 200, not 76.0; the default, 76, is used."),
        ("margin = true", "margin: expected a number from 0 to 20, not true; the default, 0, is used."),
        ("spacing = 3", "spacing: expected a number from 0 to 2, not 3; the default, 0, is used."),
        ("numbers = 1", "numbers: expected true or false, not 1; the default, false, is used."),
        ("trim = {}", "trim: expected true or false, not a table; the default, true, is used."),
        ("proposals = []", "proposals: expected true or false, not a list; the default, true, is used."),
        (
            "theme = 2026-01-01",
            'theme: expected "dark", "light", "contrast" or "colour-blind", not a date or a time; '
            'the default, "dark", is used.',
        ),
        ('theme = "\\u202e\\u001b]52;"', 'not "\\u202e\\x1b]52;"; the default, "dark", is used.'),
        (f'theme = "{"x" * 99}"', f'not "{"x" * 40}…"; the default'),
        (f"width = 0x{'f' * 9999}", "not a number of very many digits; the default, 76, is used."),
        ("annotator = 3", "annotator: expected a name in quotes, not 3; it is ignored."),
        ("widht = 80", "widht: is no setting; perhaps width is meant."),
        ("qqq = 80", "qqq: is no setting; the settings are annotator, keys, margin, numbers, proposals, spacing,"),
        ('"wi\\u001bdth" = 80', "wi\\x1bdth: is no setting; perhaps width is meant."),
        ("keys = 3", "keys: expected a table of commands with their keys, not 3; it is ignored."),
        (
            "keys.reader.undo = 3",
            'keys, reader.undo: expected a key or a list of keys, such as "ctrl+s", not 3; it is ignored.',
        ),
        ('keys."reader.undo" = ["u", ""]', 'keys, reader.undo: expected a key or a list of keys, such as "ctrl+s",'),
        ('keys."reader.undo" = "\\u001b"', 'such as "ctrl+s", not "\\x1b"; it is ignored.'),
        (f"keys{'.x' * 20} = 3", 'expected a key or a list of keys, such as "ctrl+s", not 3'),
    ],
)
def test_what_is_wrong_is_told_with_file_and_key_and_costs_nothing_else(
    tmp_path: Path, written: str, told: str
) -> None:
    environment = configured(tmp_path, f"{written}\n")
    settings, (problem,) = load_settings(environment, None)
    assert settings == Settings()
    assert problem.startswith(f"{tmp_path}/.config/hashiya/config.toml: ")
    assert told in problem
    assert problem.endswith(".")
    assert problem.isprintable()
    good = "spacing" if written.startswith("margin") else "margin"
    settings, problems = load_settings(configured(tmp_path, f"{good} = 2\n{written}\n"), None)
    assert (getattr(settings, good), problems) == (2, (problem,))


def test_the_librarys_settings_are_told_of_likewise(tmp_path: Path) -> None:
    environment = configured(tmp_path, 'width = "wide"\n')
    file = tmp_path / "hashiya.toml"
    file.write_text('[settings]\nwidth = 90\nspacing = 9\nannotator = "lina"\n')
    assert load_settings(environment, tmp_path) == (
        Settings(width=90),
        (
            f'{tmp_path}/.config/hashiya/config.toml: width: expected a number from 20 to 200, not "wide"; 90 is used.',
            f"{file}: settings, spacing: expected a number from 0 to 2, not 9; the default, 0, is used.",
            f"{file}: settings, annotator: is each annotator's own and ignored here; set it in your own file, or give "
            "--annotator NAME.",
        ),
    )
    file.write_text("settings = 3\n")
    assert load_settings({"HOME": "/nowhere"}, tmp_path).problems == (
        f"{file}: settings: expected a table, not 3; it is ignored.",
    )


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"width = 90\ntheme = [", "is not valid TOML ("),
        (b"width = 90\ntheme = '\xff'", "config.toml, line 2: is not UTF-8; save the file in that encoding;"),
        (b"width = 90\nx = " + b"[" * 99_999, "is nested too deeply; correct it;"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path, data: bytes, told: str) -> None:
    environment = configured(tmp_path, data)
    settings, (problem,) = load_settings(environment, None)
    assert settings == Settings()
    assert problem.startswith(f"{tmp_path}/.config/hashiya/config.toml")
    assert told in problem
    assert problem.endswith("; until then its settings are not used.")
    (tmp_path / "hashiya.toml").write_bytes(data)
    settings, problems = load_settings({"HOME": "/nowhere"}, tmp_path)
    assert (settings, len(problems)) == (Settings(), 1)


def test_a_folder_in_the_files_place_is_one_problem_and_a_file_in_the_folders_none(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "hashiya" / "config.toml"
    folder.mkdir(parents=True)
    (problem,) = load_settings({"HOME": str(tmp_path)}, None).problems
    assert problem.startswith(f"{folder}: cannot be read (is a directory); check its permissions;")
    folder.rmdir()
    folder.parent.rmdir()
    folder.parent.touch()
    assert load_settings({"HOME": str(tmp_path)}, None).problems == ()


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from([*RULES, "keys"]) | st.text(), VALUES))
def test_every_setting_holds_or_is_told_of(table: dict[str, object]) -> None:
    values, keys, faults = check_settings(table, "file: ")
    for name, value in table.items():
        is_told = any(fault.name == name or fault.text.startswith("file: ") for fault in faults)
        assert name in values or name == "keys" or is_told
        assert shown(value).isprintable()
    assert len(values) + len(faults) >= len(table.keys() - {"keys"})
    assert all(fault.text.isprintable() for fault in faults)
    assert all(isinstance(key, str) for given in keys.values() for key in given)


@given(st.one_of(st.integers(0, 300), st.sampled_from([*themes.NAMES, "Dark", True, False, 1.0])))
def test_ranges_are_as_the_words_say(value: object) -> None:
    is_number = type(value) is int
    assert RULES["width"].holds(value) == (is_number and 20 <= value <= 200)
    assert RULES["margin"].holds(value) == (is_number and value <= 20)
    assert RULES["theme"].holds(value) == (value in themes.NAMES)


def test_the_annotator_is_the_flags_then_the_environments_then_the_files(tmp_path: Path) -> None:
    environment = configured(tmp_path, 'annotator = "lina"\nwidth = "wide"\n')
    assert annotator(None, environment) == "lina"
    assert annotator(None, {**environment, "HASHIYA_ANNOTATOR": "omar"}) == "omar"
    assert annotator("sami", {**environment, "HASHIYA_ANNOTATOR": "omar"}) == "sami"


@pytest.mark.parametrize("written", ["annotator = 3", "annotator = [", 'annotator = "a/b"', 'annotator = ""'])
def test_work_is_not_signed_where_the_file_does_not_say_by_whom(tmp_path: Path, written: str) -> None:
    environment = configured(tmp_path, written)
    with pytest.raises(ConfigError, match=r"config\.toml: "):
        annotator(None, environment)
    assert annotator("sami", environment) == "sami"


def test_no_home_and_relative_folders_are_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environment = {**configured(tmp_path, "width = 90"), "XDG_CONFIG_HOME": "relative", "XDG_STATE_HOME": "relative"}
    assert load_settings(environment, None).settings.width == 90
    remember(environment, tmp_path / "a.txt", HASH, 3)
    assert positions(tmp_path).is_file()

    def nobody() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", nobody)
    assert load_settings({}, None) == (Settings(), ())
    remember({}, tmp_path / "a.txt", HASH, 3)
    assert recall({}, tmp_path / "a.txt", HASH) is None


def test_labels_and_roles_lose_the_keys_that_the_program_needs(tmp_path: Path) -> None:
    actor, event = BUILT_IN.labels
    agent, *others = BUILT_IN.roles
    schema = replace(BUILT_IN, labels=(replace(actor, key="q"), event), roles=(replace(agent, key="u"), *others))
    fitted, problems = fit_keys(schema, tmp_path)
    assert [label.key for label in fitted.labels] == ["", "e"]
    assert [role.key for role in fitted.roles] == ["", "r", "w", "s"]
    assert replace(fitted, labels=schema.labels, roles=schema.roles) == schema
    told = f"{tmp_path}/hashiya.toml: label actor, key: 'q' is needed to save and quit; choose another (until then it"
    assert problems[0].startswith(told)
    assert problems[1].startswith(f"{tmp_path}/hashiya.toml: role agent, key: 'u' is needed to undo")
    assert fit_keys(fitted, tmp_path) == (fitted, ())


def test_the_built_in_keys_are_free(tmp_path: Path) -> None:
    assert fit_keys(BUILT_IN, tmp_path) == (BUILT_IN, ())


def test_a_position_is_remembered_for_the_article_and_its_bytes(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path)}
    article = tmp_path / "مقال.txt"
    (tmp_path / "link.txt").symlink_to(article)
    assert recall(environment, article, HASH) is None
    remember(environment, article, HASH, 842)
    remember(environment, tmp_path / "b.txt", HASH, 7)
    assert recall(environment, article, HASH) == 842
    assert recall(environment, tmp_path / "link.txt", HASH) == 842
    assert recall(environment, article, HASH.replace("e", "f")) is None
    remember(environment, article, HASH, 0)
    assert (recall(environment, article, HASH), recall(environment, tmp_path / "b.txt", HASH)) == (0, 7)
    assert [file.name for file in positions(tmp_path).parent.iterdir()] == ["positions.json"]
    assert str(article) in json.loads(positions(tmp_path).read_bytes())


def test_a_path_that_is_not_utf8_is_remembered_too(tmp_path: Path) -> None:
    environment = {"XDG_STATE_HOME": str(tmp_path)}
    article = tmp_path / os.fsdecode(b"\xe3\xdf.txt")
    remember(environment, article, HASH, 5)
    assert recall(environment, article, HASH) == 5
    assert (tmp_path / "hashiya" / "positions.json").is_file()


def test_the_articles_left_longest_ago_are_forgotten_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "KEPT", 3)
    environment = {"HOME": str(tmp_path)}
    for place, name in enumerate(["a", "b", "c", "a", "d"]):
        remember(environment, tmp_path / name, HASH, place)
    assert [recall(environment, tmp_path / name, HASH) for name in "abcd"] == [3, None, 2, 4]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{",
        '{"PATH":3}',
        '{"PATH":["HASH",-1]}',
        '{"PATH":["HASH",4294967296]}',
        '{"PATH":["HASH",true]}',
        '{"PATH":["HASH",1.5]}',
        '{"PATH":["HASH"]}',
        '{"PATH":["HASH",1,2]}',
        '{"PATH":["\\u001b[2J",1]}',
        '{"PATH":["HASH",1],"other":null}',
        "[" * 99_999,
        '{"PATH":' + "[" * 99_999,
        "\udcff",
    ],
    ids=range(15),
)
def test_a_file_by_a_strange_hand_is_as_if_there_were_none(tmp_path: Path, content: str) -> None:
    environment = {"HOME": str(tmp_path)}
    article = tmp_path / "a.txt"
    positions(tmp_path).parent.mkdir(parents=True)
    content = content.replace("PATH", str(article)).replace("HASH", HASH)
    positions(tmp_path).write_bytes(content.encode(errors="surrogateescape"))
    assert recall(environment, article, HASH) is None
    remember(environment, article, HASH, 3)
    assert recall(environment, article, HASH) == 3


def test_what_is_no_file_or_too_large_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"HOME": str(tmp_path)}
    file = positions(tmp_path)
    file.parent.mkdir(parents=True)
    os.mkfifo(file)
    # Reading a pipe that nobody writes to would never end.
    assert recall(environment, tmp_path / "a.txt", HASH) is None
    remember(environment, tmp_path / "a.txt", HASH, 3)
    assert recall(environment, tmp_path / "a.txt", HASH) == 3
    monkeypatch.setattr(state, "_LARGEST", 10)
    assert recall(environment, tmp_path / "a.txt", HASH) is None


def test_a_state_that_cannot_be_kept_is_no_error(tmp_path: Path) -> None:
    folder = positions(tmp_path)
    (folder / "in the way").mkdir(parents=True)
    environment = {"HOME": str(tmp_path)}
    remember(environment, tmp_path / "a.txt", HASH, 3)
    assert recall(environment, tmp_path / "a.txt", HASH) is None
    assert [file.name for file in folder.parent.iterdir()] == ["positions.json"]
    for home in ("/dev/null", "/\0"):
        remember({"HOME": home}, tmp_path / "a.txt", HASH, 3)
        assert recall({"HOME": home}, tmp_path / "a.txt", HASH) is None
        assert recall(environment, Path("\0"), HASH) is None
