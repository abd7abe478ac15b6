"""Settings: flags before the environment, that before the user's file, that before the library's, that before defaults.

The user's file is `$XDG_CONFIG_HOME/hashiya/config.toml` (`~/.config` where that is not set). All of it is optional:

    annotator = "lina"        # who signs; --annotator and HASHIYA_ANNOTATOR go before it
    theme = "dark"            # or "light", "contrast", "colour-blind"
    width = 76                # cells of the text column, 20 to 200
    margin = 0                # cells of air at the right of the text, 0 to 20
    spacing = 0               # blank lines between rows, 0 to 2
    numbers = false           # whether paragraphs are numbered
    proposals = true          # whether names marked in earlier articles are proposed
    trim = true               # whether marking leaves out the punctuation at the edges

    [keys]                    # command ids, each with a key or a list of keys, in Textual's names; [] unbinds
    marking.undo = ["z", "ctrl+u"]

The library's file, `hashiya.toml`, may hold the same in its table `[settings]`, but for the annotator.

A setting that is wrong costs no other: the problem names the file, the key and what is used instead. The annotator's
name alone has no substitute, because work signed with a wrong one would be somebody else's.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from annotations.errors import HashiyaError, displayed
from annotations.limits import SCHEMA_BYTES
from annotations.reading import read_bytes
from annotations.schema import FILE_NAME, Label, LoadedSchema, Role, Schema
from annotations.store.files import annotator_problem
from annotations.toml import parse_toml
from tui.setting_rules import RULES, Checked, Fault, check_settings, shown

_Keyed = TypeVar("_Keyed", Label, Role)


class ConfigError(HashiyaError):
    """A setting that cannot be used, in one sentence."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What holds, whoever said so: `width` and `margin` in cells, `spacing` in lines, `keys` by command id."""

    annotator: str | None = None
    theme: str = "dark"
    width: int = 76
    margin: int = 0
    spacing: int = 0
    numbers: bool = False
    proposals: bool = True
    trim: bool = True
    keys: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)


class LoadedSettings(NamedTuple):
    """Settings that work, and a sentence for each thing in the files that does not."""

    settings: Settings
    problems: tuple[str, ...] = ()


def own_folder(environment: Mapping[str, str], variable: str, usual: str) -> Path | None:
    """Hashiya's folder below the one that an XDG variable names, else below `usual` in the home; None without a home.

    As the XDG base directory specification has it, a variable that is not an absolute path counts as not set.
    """
    base = Path(environment.get(variable, ""))
    if base.is_absolute():
        return base / "hashiya"
    home = Path(environment.get("HOME", ""))
    try:
        return (home if home.is_absolute() else Path.home()) / usual / "hashiya"
    except RuntimeError:
        return None


def config_path(environment: Mapping[str, str]) -> Path | None:
    """Where the user's file is looked for; None where the user has no home."""
    folder = own_folder(environment, "XDG_CONFIG_HOME", ".config")
    return folder / "config.toml" if folder else None


def load_settings(environment: Mapping[str, str], root: Path | None) -> LoadedSettings:
    """The settings of the user's file and of the library's at `root`; what they get wrong is told, never raised.

    Whether `keys` name commands and keys that there are, is not looked at here.
    """
    user = _of_user(config_path(environment))
    library = _of_library(root / FILE_NAME) if root else Checked({}, {}, [])
    values = {**library.values, **user.values, "keys": {**library.keys, **user.keys}}
    settings = msgspec.convert(values, Settings)
    return LoadedSettings(settings, tuple(_told(fault, settings) for fault in (*user.faults, *library.faults)))


def annotator(flag: str | None, environment: Mapping[str, str]) -> str:
    """Whose annotations: the flag, else the environment, else the user's file, else the login name.

    Raises ConfigError for a name that a sidecar cannot carry, and for a file that does not say whether it holds one.
    """
    name, source = _name(flag, environment)
    problem = annotator_problem(name)
    if problem is not None:
        raise ConfigError(f"{source}: {problem}")
    return name


def fit_keys(schema: Schema, root: Path) -> LoadedSchema:
    """The schema without the keys of labels and roles that commands of the program need, and a sentence for each."""
    problems: list[str] = []
    place = displayed(root / FILE_NAME)
    labels = tuple(_fitted(label, f"{place}: label {label.name}", problems) for label in schema.labels)
    roles = tuple(_fitted(role, f"{place}: role {role.name}", problems) for role in schema.roles)
    return LoadedSchema(msgspec.structs.replace(schema, labels=labels, roles=roles), tuple(problems))


def _fitted(item: _Keyed, place: str, problems: list[str]) -> _Keyed:
    from tui.commands import taken_by

    command = taken_by(item.key)
    if command is None:
        return item
    problems.append(f"{place}, key: {item.key!r} is needed to {command.help}; choose another (until then it has none).")
    return msgspec.structs.replace(item, key="")


def _name(flag: str | None, environment: Mapping[str, str]) -> tuple[str, str]:
    if flag is not None:
        return flag, "--annotator"
    if environment.get("HASHIYA_ANNOTATOR"):
        return environment["HASHIYA_ANNOTATOR"], "HASHIYA_ANNOTATOR"
    path = config_path(environment)
    chosen = _tables(path).get("annotator") if path else None
    if path is not None and chosen is not None:
        place = f"{displayed(path)}: annotator"
        if isinstance(chosen, str):
            return chosen, place
        expected = RULES["annotator"].expected
        raise ConfigError(f"{place}: expected {expected}, not {shown(chosen)}; correct it, or give --annotator NAME.")
    try:
        return getpass.getuser(), "the login name"
    except (KeyError, OSError) as error:
        raise ConfigError("there is no login name to sign annotations with; give --annotator NAME.") from error


def _of_user(path: Path | None) -> Checked:
    if path is None:
        return Checked({}, {}, [])
    try:
        return check_settings(_tables(path), f"{displayed(path)}: ")
    except ConfigError as error:
        return _unread(error)


def _of_library(path: Path) -> Checked:
    name = displayed(path)
    try:
        table = _tables(path).get("settings", {})
    except ConfigError as error:
        return _unread(error)
    if not isinstance(table, dict):
        return Checked({}, {}, [Fault(f"{name}: settings: expected a table, not {shown(table)}; it is ignored")])
    checked = check_settings({key: value for key, value in table.items() if key != "annotator"}, f"{name}: settings, ")
    if "annotator" in table:
        told = "is each annotator's own and ignored here; set it in your own file, or give --annotator NAME"
        checked.faults.append(Fault(f"{name}: settings, annotator: {told}"))
    return checked


def _unread(error: ConfigError) -> Checked:
    sentence = str(error).removesuffix(".")
    return Checked({}, {}, [Fault(f"{sentence}; until then its settings are not used")])


def _tables(path: Path) -> dict[str, object]:
    """The file's tables, none where there is no file; ConfigError where it cannot be read or is not TOML."""
    data = read_bytes(path, ConfigError, "check its permissions", limit=SCHEMA_BYTES)
    return {} if data is None else parse_toml(data, displayed(path), ConfigError)


def _told(fault: Fault, settings: Settings) -> str:
    if fault.name is None:
        return f"{fault.text}."
    value, default = getattr(settings, fault.name), getattr(Settings(), fault.name)
    if value is None:
        return f"{fault.text}; it is ignored."
    used = f"the default, {shown(value)}," if value == default else shown(value)
    return f"{fault.text}; {used} is used."
