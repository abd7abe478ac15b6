"""The card of a data set: a README in Markdown that says what is in it, with YAML before it that the Hugging Face Hub
reads ("Dataset Cards", huggingface.co/docs/hub/datasets-cards; for `configs`, "Manual Configuration"; for
`dataset_info`, "Create a dataset card" in the documentation of `datasets`).

What comes from a schema or from annotators is text of strangers: it is written so that neither Markdown, HTML nor YAML
sees more in it than characters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import msgspec

from annotations.errors import printable
from annotations.formats.features import Features, card_lines
from annotations.formats.loss import FATES
from annotations.formats.splits import BY_FOLDER, SPLITS
from annotations.labels import Label, Role

if TYPE_CHECKING:
    from annotations.exchange.agreement import Agreement
    from annotations.exchange.manifest import Manifest, Part

# What means something within a line (CommonMark 0.31, GitHub's tables and links by themselves, mathematics) or begins a
# block. A backslash takes the meaning from each.
_MEANT = re.compile(r"[\\`*_{}\[\]<>|~&@$]|(?<=[wW]{3})\.|:(?=//)|^[#+=-]")
# What the Hub's loader reads without a script.
_LOADED = (".jsonl", ".csv", ".parquet")
# The Hub's word for dev, which is also what `datasets` makes of a file's name where there is no card.
_SPLIT_NAMES = {"dev": "validation"}


def card(manifest: Manifest, features: Features | None = None) -> str:
    """The card as Markdown, its lines ended by LF; with the columns of the files, where the format tells them."""
    return "\n".join([*_front_matter(manifest, features), *_body(manifest)]) + "\n"


def _front_matter(manifest: Manifest, features: Features | None) -> Iterator[str]:
    yield "---"
    yield "language:"
    yield "- ar"
    # A string of JSON is one of YAML.
    yield f"pretty_name: {msgspec.json.encode(printable(manifest.schema.name)).decode()}"
    yield "task_categories:"
    yield "- token-classification"
    files = [
        (split, file)
        for split in SPLITS
        for file in manifest.splits[split].files
        if file.startswith(f"{split}.") and file.endswith(_LOADED)
    ]
    if files:
        yield "configs:"
        yield "- config_name: default"
        yield "  data_files:"
    for split, file in files:
        yield f"  - split: {_SPLIT_NAMES.get(split, split)}"
        yield f"    path: {file}"
    if files and features:
        yield "dataset_info:"
        yield "  features:"
        yield from (f"  {line}" for line in card_lines(features))
    yield "---"


def _body(manifest: Manifest) -> Iterator[str]:
    yield ""
    yield f"# {_plain(manifest.schema.name)}"
    yield ""
    yield f"Arabic articles with spans and links, written by {_plain(manifest.tool)}, format {_plain(manifest.export)}."
    yield "`manifest.json` lists the articles of each split, and the SHA-256 of each file."
    for title, lines in (
        ("Splits", _splits(manifest)),
        ("Schema", _schema(manifest)),
        ("Annotators", (f"- {_plain(name)}" for name in manifest.annotators)),
        ("Agreement", _agreement(manifest.agreement)),
        ("Losses", _losses(manifest)),
    ):
        yield from ("", f"## {title}", "")
        yield from lines


def _splits(manifest: Manifest) -> Iterator[str]:
    shares = "/".join(str(manifest.shares[split]) for split in SPLITS)
    yield f"Shares of {shares} by the SHA-256 of {_key(manifest.grouped_by)}. A record is one annotator's work on one"
    yield "article; spans and links are counted as annotated."
    yield ""
    rows: dict[str, Callable[[Part], int]] = {
        "articles": lambda part: len(part.articles),
        "records": lambda part: part.records,
        "spans": lambda part: sum(part.spans.values()),
        "links": lambda part: part.links,
    }
    yield from _table(["", *SPLITS], ([name, *_each(manifest, count)] for name, count in rows.items()))
    labels = sorted({label for part in manifest.splits.values() for label in part.spans})
    if labels:
        yield ""
        yield from _table(
            ["spans of", *SPLITS], ([_plain(label), *_each(manifest, _number_of(label))] for label in labels)
        )


def _key(grouped_by: str | None) -> str:
    if grouped_by is None:
        return "the article's id"
    if grouped_by == BY_FOLDER:
        return "the article's folder, whose articles are together"
    return f"what the regular expression {_plain(grouped_by)} finds in the article's id, or else of that"


def _each(manifest: Manifest, count: Callable[[Part], int]) -> list[str]:
    return [f"{count(manifest.splits[split]):,}" for split in SPLITS]


def _number_of(label: str) -> Callable[[Part], int]:
    return lambda part: part.spans.get(label, 0)


def _schema(manifest: Manifest) -> Iterator[str]:
    schema = manifest.schema
    yield f"{_plain(schema.name)}, version {_plain(schema.version)}."
    yield ""
    yield from _table(["label", "title", "subtypes", "attributes", "guideline"], map(_label_row, schema.labels))
    if schema.roles:
        yield ""
        yield from _table(["role", "title", "from", "to"], map(_role_row, schema.roles))


def _label_row(label: Label) -> list[str]:
    attributes = (f"{_plain(one.name)} ({_list(one.values)})" for one in label.attributes)
    return [
        _plain(label.name),
        _titles(label.title_ar, label.title_en),
        _list(subtype.name for subtype in label.subtypes),
        "; ".join(attributes),
        _plain(label.guideline),
    ]


def _role_row(role: Role) -> list[str]:
    ends = (role.event_labels, role.actor_labels)
    return [_plain(role.name), _titles(role.title_ar, role.title_en), *map(_list, ends)]


def _agreement(agreement: Agreement | None) -> Iterator[str]:
    if agreement is None:
        yield "Not known: no two annotators worked on one article."
        return
    yield f"Articles that two or more annotated: {agreement.articles:,}; pairs of those: {agreement.pairs:,}."
    yield "Two spans match where they have the same fragments and the same label. F1 is that of all pairs together"
    yield "(Hripcsak and Rothschild, 2005)."
    yield ""
    rows = {"all": agreement.all, **{_plain(label): score for label, score in agreement.labels.items()}}
    yield from _table(
        ["spans of", "matches", "spans of both", "F1"],
        (
            [name, f"{score.matches:,}", f"{score.spans:,}", "" if score.f1 is None else f"{score.f1:.3f}"]
            for name, score in rows.items()
        ),
    )


def _losses(manifest: Manifest) -> Iterator[str]:
    """What became of spans and links, all splits together."""
    losses = [part.losses for part in manifest.splits.values()]
    rows = (("spans", [loss.spans for loss in losses]), ("links", [loss.links for loss in losses]))
    policy = ", ".join(f"{_plain(name)}: {_plain(value)}" for name, value in manifest.policy.items() if value)
    left_out = ", ".join(f"{count:,} {name}" for name, count in manifest.left_out.items())
    yield f"Policy: {policy}. Left out: {left_out}."
    yield ""
    yield from _table(
        ["", *FATES], ([name, *(f"{sum(one[fate] for one in counts):,}" for fate in FATES)] for name, counts in rows)
    )


def _table(head: list[str], rows: Iterable[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _titles(*titles: str) -> str:
    return _list(dict.fromkeys(filter(None, titles)))


def _list(names: Iterable[str]) -> str:
    return ", ".join(map(_plain, names))


def _plain(text: str) -> str:
    """The text on one line, as characters and nothing else; what cannot be printed as an escape."""
    return _MEANT.sub(r"\\\g<0>", printable(" ".join(text.split())))
