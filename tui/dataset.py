"""`hashiya export --split`: a folder of train, dev and test in a training format, with what says what is in it.

In the folder are `train`, `dev` and `test` with the format's extension (folders, for a format that writes one),
`manifest.json` and `README.md`, the data set's card. Nothing in it tells of the time or the machine: the same articles
make the same bytes.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

import msgspec

from annotations import __version__
from annotations.formats import Annotated, FolderFormat, Format, format_named
from annotations.formats.loss import FATES, Fate, Losses
from annotations.formats.splits import BY_FOLDER, SPLITS, Shares, Split, check_group, group_of, shares_of, split_of
from annotations.library import article_id
from annotations.schema import Schema
from tui.exporting import Found, Told, Wanted, check_losses, look, loss_report, new_folder, records_of

MANIFEST = "manifest.json"
CARD = "README.md"


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

    `export` is the format's name, `policy` what became of spans that tokens do not fit, `grouped_by` is `folder`, a
    regular expression or nothing. `left_out` counts articles without annotations and what could not be read.
    """

    format: str = "hashiya-dataset/1"
    tool: str
    export: str
    policy: dict[str, str]
    schema: Schema
    annotators: list[str]
    shares: dict[Split, int]
    grouped_by: str | None
    left_out: dict[str, int]
    splits: dict[Split, Part]


def export_splits(paths: Sequence[Path], wanted: Wanted) -> Told:
    """Write what is annotated under the paths into a new folder, each article into one split.

    Raises HashiyaError as `export_articles` does, and for shares and groups that do not work; there is no folder then.
    """
    from tui.dataset_card import card

    form = format_named(wanted.form)
    shares = shares_of(wanted.split or "")
    check_group(wanted.group)
    found = look(paths, wanted)
    with loss_report(wanted.report, found.articles) as tell, new_folder(wanted.output, "--split") as folder:
        told = Told([f"hashiya: {problem}" for problem in found.problems], losses=Losses(tell))
        writer = _Writer(form, folder, found, wanted, told)
        articles = _divided(found, wanted.group, shares, told)
        parts = {split: writer.write(split, articles[split]) for split in SPLITS}
        check_losses(wanted, told)
        told.warnings += _empty(parts, shares, wanted.group)
        manifest = _manifest(wanted, found.schema, shares, writer, parts)
        (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        (folder / CARD).write_bytes(card(manifest).encode())
    return told


def _divided(found: Found, group: str | None, shares: Shares, told: Told) -> dict[Split, list[Path]]:
    """The articles of each split, in their order."""
    divided: dict[Split, list[Path]] = {split: [] for split in SPLITS}
    is_grouped = False
    for path in found.articles:
        name = article_id(path, found.root)
        key = group_of(name, group)
        is_grouped = is_grouped or key is not None
        divided[split_of(name if key is None else key, shares)].append(path)
    if group not in (None, BY_FOLDER) and not is_grouped:
        told.warnings.append("hashiya: --group: finds nothing in any article's path; each is split by itself.")
    return divided


def _empty(parts: dict[Split, Part], shares: Shares, group: str | None) -> Iterator[str]:
    """A sentence for each split that is to have a share and has none."""
    few = "articles" if group is None else "groups"
    for split, part in parts.items():
        if getattr(shares, split) and not part.records:
            yield f"hashiya: {split} has no annotated articles; there are too few {few} to split."


class _Writer:
    """Writes splits into the folder, one after another."""

    def __init__(self, form: Format | FolderFormat, folder: Path, found: Found, wanted: Wanted, told: Told) -> None:
        self.told = told
        self._annotators: set[str] = set()
        self._form = form
        self._folder = folder
        self._found = found
        self._wanted = wanted

    @property
    def annotators(self) -> list[str]:
        """Whose work was written, in the order of their names; pseudonyms in that of their numbers."""
        in_order = self._found.pseudonyms.values() or sorted(self._annotators)
        return [name for name in in_order if name in self._annotators]

    def write(self, split: Split, articles: Sequence[Path]) -> Part:
        """Write the records of these articles, and say what was written."""
        tally = _Tally()
        losses, policy = self.told.losses, self._wanted.policy
        spans, links = losses.spans.copy(), losses.links.copy()
        records = tally.counting(records_of(articles, self._found, self._wanted, self.told))
        path = self._folder / f"{split}{self._form.EXTENSION}"
        if self._form.EXTENSION:
            with path.open("xb") as out:
                cast(Format, self._form).write(records, out, policy, losses)
        else:
            path.mkdir()
            cast(FolderFormat, self._form).write_folder(records, path, policy, losses)
        self._annotators |= tally.annotators
        return Part(
            articles=tally.articles,
            records=tally.records,
            spans=dict(sorted(tally.spans.items())),
            links=tally.links,
            losses=Fates(spans=_by_fate(losses.spans - spans), links=_by_fate(losses.links - links)),
            files={file.relative_to(self._folder).as_posix(): _sha256(file) for file in _files(path)},
        )


class _Tally:
    """What goes by on its way into a file."""

    def __init__(self) -> None:
        self.articles: list[str] = []
        self.records = 0
        self.spans: Counter[str] = Counter()
        self.links = 0
        self.annotators: set[str] = set()

    def counting(self, records: Iterable[Annotated]) -> Iterator[Annotated]:
        """The same records, counted; those of one article follow each other."""
        for record in records:
            if self.articles[-1:] != [record.id]:
                self.articles.append(record.id)
            self.records += 1
            self.spans.update(span.label for span in record.layer.spans)
            self.links += len(record.layer.links)
            self.annotators.add(record.layer.header.annotator)
            yield record


def _manifest(wanted: Wanted, schema: Schema, shares: Shares, writer: _Writer, parts: dict[Split, Part]) -> Manifest:
    return Manifest(
        tool=f"hashiya {__version__}",
        export=wanted.form,
        policy={"edges": wanted.policy.edges, "gaps": wanted.policy.gaps},
        schema=schema,
        annotators=writer.annotators,
        shares=dict(zip(SPLITS, shares, strict=True)),
        grouped_by=wanted.group,
        left_out={"unannotated": writer.told.unannotated, "unreadable": len(writer.told.problems)},
        splits=parts,
    )


def _by_fate(counts: Counter[Fate]) -> dict[str, int]:
    return {fate: counts[fate] for fate in FATES}


def _files(path: Path) -> Iterable[Path]:
    """The file, or all files of the folder, sorted."""
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
