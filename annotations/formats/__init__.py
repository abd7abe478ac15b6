"""Training and exchange formats: each is a module with a name, found in a table here or by its entry point.

A format's module has `EXTENSION` (with its dot; empty where it writes a folder), `HELP` (a line for the user) and
`write(records, out, policy, losses)`. Where it can be written in more ways than one it has `VARIANTS`: their names, the
usual one first, each with a line for the user; `IS_DATASET = True` where it is always written as a data set folder;
`IS_BINARY = True` where it is no text; and `features(schema, attributes)` where a data set's card is to state the
columns' types (`annotations.formats.features`). It is imported when the format is first used. Packages of others offer
one by an entry point of the group `hashiya.formats`, whose name is the format's and whose value its module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol, cast

from annotations.article import Article
from annotations.errors import HashiyaError, printable
from annotations.formats.extras import Offers
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.layer import Layer
from annotations.schema import Schema

GROUP = "hashiya.formats"

_OURS = (
    "jsonl",
    "spacy",
    "hf",
    "prodigy",
    "doccano",
    "label-studio",
    "brat",
    "conll",
    "wojood",
    "gliner",
    "omnievent",
    "dygie",
    "uima",
    "w3c",
    "csv",
    "parquet",
)
_OFFERS = Offers(GROUP, _OURS, ("EXTENSION", "HELP", "write|write_folder"))


@dataclass(frozen=True, slots=True)
class Annotated:
    """An article with one annotator's layer of it, and the schema it was made with.

    `id` is the article's path relative to the library's root, with `/` between its parts, and bytes in it that are not
    UTF-8 as escapes (`annotations.finding.article_id`).
    """

    id: str
    article: Article
    layer: Layer
    schema: Schema


class Format(Protocol):
    """What a format's module has.

    `write` takes the records one by one as they come, writes them to a file, or into an empty folder where there is no
    `EXTENSION`, and notes what became of every span and link. OSError passes through.
    """

    EXTENSION: str
    HELP: str

    def write(self, records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
        """Write the records."""


class FolderFormat(Protocol):
    """A format that writes a folder of files."""

    EXTENSION: str
    HELP: str

    def write_folder(self, records: Iterable[Annotated], folder: Path, policy: Policy, losses: Losses) -> None:
        """Write the records into an empty folder."""


def names() -> Sequence[str]:
    """The formats' names, ours first."""
    return _OFFERS.names()


def format_named(name: str) -> Format | FolderFormat:
    """The format of this name; HashiyaError that names the nearest, and lists all, when there is none."""
    if name in _OURS:
        return cast(Format, import_module(f"{__name__}.{name.replace('-', '_')}"))
    theirs = _OFFERS.theirs(name)
    if theirs is None:
        raise HashiyaError(f"the format {printable(name)} is unknown; {instead(name, names())}.")
    return cast(Format, theirs)


def variants_of(form: Format | FolderFormat) -> Mapping[str, str]:
    """The format's variants by name, the usual one first, each with a line for the user; empty where it has but one."""
    found: Mapping[str, str] = getattr(form, "VARIANTS", {})
    return found


def check_variant(form: Format | FolderFormat, name: str, variant: str) -> None:
    """Raise HashiyaError, with the nearest, where the format of this name has no such variant; nothing is the usual."""
    known = variants_of(form)
    if not variant or variant in known:
        return
    if not known:
        raise HashiyaError(f"--as: the format {name} has no variants; leave it out.")
    raise HashiyaError(f"--as: the format {name} has no variant {printable(variant)}; {instead(variant, list(known))}.")


def instead(name: str, known: Sequence[str]) -> str:
    """A clause that names the nearest of what is known, if one is near, and lists all."""
    near = get_close_matches(name, known, 1)
    meant = f"perhaps {near[0]} is meant; " if near else ""
    return f"{meant}use one of: {', '.join(known)}"
