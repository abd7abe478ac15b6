"""What the commands share: their arguments and options, and how they speak."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TextIO

import click

from annotations.errors import HashiyaError

WIDEST = 76

# What cannot be read is told of in our own words.
PATH = click.Path(path_type=Path, readable=False, allow_dash=True)

paths_argument = click.argument("paths", nargs=-1, type=PATH)
some_paths = click.argument("paths", nargs=-1, required=True, type=PATH)
format_option = click.option(
    "--format", "form", metavar="NAME", default="jsonl", show_default=True, help="One of the formats below."
)
anyone = click.option("--annotator", metavar="NAME", help="Whose annotations (else everyone's).")
annotator_option = click.option(
    "--annotator", metavar="NAME", help="Whose annotations (else the setting, else the login)."
)
encoding_option = click.option("--encoding", metavar="NAME", help="What articles are encoded in (else it is detected).")


def forced_encoding(encoding: str | None) -> str | None:
    """The encoding that is asked for, as a sidecar states it."""
    from annotations.encoding import encoding_named

    return None if encoding is None else encoding_named(encoding)


def tell(sentence: str) -> None:
    """Say it on standard error."""
    click.echo(f"hashiya: {sentence}", err=True)


def check_encoding(stream: TextIO) -> None:
    """Raise HashiyaError where the locale cannot write Arabic."""
    name = stream.encoding
    if codecs.lookup(name).name != "utf-8":
        raise HashiyaError(f"the locale's encoding, {name}, cannot write Arabic; choose one in UTF-8: LC_ALL=C.UTF-8.")
