"""Settings: flags before the environment, the environment before the user's file.

The user's file is `$XDG_CONFIG_HOME/hashiya/config.toml` (`~/.config` where that is not set):

    annotator = "lina"

The environment variable HASHIYA_ANNOTATOR says the same. Every error names the file and the key.
"""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from pathlib import Path

import msgspec

from annotations.errors import HashiyaError, displayed, os_reason, printable
from annotations.reading import reason_of
from annotations.schema import FILE_NAME, Schema
from annotations.store.files import annotator_problem


class ConfigError(HashiyaError):
    """A setting that cannot be used, in one sentence."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the user's file may hold."""

    annotator: str | None = None


def config_path(environment: Mapping[str, str]) -> Path:
    """Where the user's file is looked for."""
    base = environment.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "hashiya" / "config.toml"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """The user's settings; ConfigError names the file and what is wrong in it."""
    path = config_path(environment)
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return Settings()
    except OSError as error:
        raise ConfigError(f"{displayed(path)}: cannot be read ({os_reason(error)}); check its permissions.") from error
    try:
        return msgspec.toml.decode(data, type=Settings)
    except msgspec.ValidationError as error:
        raise ConfigError(f"{displayed(path)}: {printable(reason_of(error))}; correct it.") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{displayed(path)}: is not valid TOML ({printable(str(error))}); correct it.") from error


def annotator(flag: str | None, environment: Mapping[str, str]) -> str:
    """Whose annotations: the flag, else the environment, else the file, else the login name.

    Raises ConfigError for a name that a sidecar cannot carry.
    """
    name, source = _name(flag, environment)
    problem = annotator_problem(name)
    if problem is not None:
        raise ConfigError(f"{source}: {problem}")
    return name


def _name(flag: str | None, environment: Mapping[str, str]) -> tuple[str, str]:
    if flag is not None:
        return flag, "--annotator"
    if environment.get("HASHIYA_ANNOTATOR"):
        return environment["HASHIYA_ANNOTATOR"], "HASHIYA_ANNOTATOR"
    chosen = load_settings(environment).annotator
    if chosen is not None:
        return chosen, f"{displayed(config_path(environment))}: annotator"
    try:
        return getpass.getuser(), "the login name"
    except (KeyError, OSError) as error:
        raise ConfigError("there is no login name to sign annotations with; give --annotator NAME.") from error


def check_keys(schema: Schema, root: Path) -> None:
    """Refuse a schema with a label on a key that the program needs; ConfigError names the file and the label."""
    from tui.commands import taken_by

    for label in schema.labels:
        command = taken_by(label.key)
        if command is not None:
            raise ConfigError(
                f"{displayed(root / FILE_NAME)}: the key {label.key} of label {label.name} is needed to "
                f"{command.help}; give the label another key."
            )
