"""What is in a data set, as `manifest.json` lists it and the card tells it."""

from __future__ import annotations

import msgspec

from annotations.exchange.agreement import Agreement
from annotations.formats.splits import Split
from annotations.labels import Schema


class Fates(msgspec.Struct, frozen=True, kw_only=True):
    """How many spans, and how many links, became what in the format."""

    spans: dict[str, int]
    links: dict[str, int]


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One split. `articles` are the ids of those with annotations, in the order written; a record is one annotator's
    layer of one. `spans` (by label) and `links` are as annotated, `losses` says what the format made of them.
    `files` has the SHA-256 of each, by its path in the folder.
    """

    articles: list[str]
    records: int
    spans: dict[str, int]
    links: int
    losses: Fates
    files: dict[str, str]


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What `manifest.json` holds.

    `export` is the format's name. `policy` says what became of spans that tokens do not fit, who made the tokens, and
    which of its variants the format was written in, if it has any. `grouped_by` is `folder`, a regular expression or
    nothing. `agreement` is that of annotators, null where no two worked on one article. `left_out` counts articles
    without annotations and what could not be read.
    """

    format: str = "hashiya-dataset/1"
    tool: str
    export: str
    policy: dict[str, str]
    schema: Schema
    annotators: list[str]
    agreement: Agreement | None
    shares: dict[Split, int]
    grouped_by: str | None
    left_out: dict[str, int]
    splits: dict[Split, Part]
