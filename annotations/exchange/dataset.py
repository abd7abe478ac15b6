"""`hashiya export --split`: a folder of train, dev and test in a training format, with what says what is in it.

In the folder are `train`, `dev` and `test` with the format's extension (folders, for a format that writes one),
`manifest.json` and `README.md`, the data set's card. A split without records has no file: hardly a program takes an
empty one. Nothing tells of the time or the machine: the same articles make the same bytes.

A format whose module has `IS_DATASET` is always written so; all is `train` where no split is asked for. Where it has
`features(schema, attributes)`, the columns of its files (`annotations.formats.features`), the card has them too;
`attributes` are the names of those that spans have beyond the schema.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import cast

import msgspec

from annotations import __version__
from annotations.exchange.agreement import Agreeing
from annotations.exchange.dataset_card import card
from annotations.exchange.exporting import (
    ExportResult,
    Found,
    Wanted,
    Watch,
    check_losses,
    look,
    loss_report,
    new_folder,
    records_of,
    unwatched,
)
from annotations.exchange.manifest import Fates, Manifest, Part
from annotations.finding import article_id
from annotations.formats import Annotated, FolderFormat, Format, check_variant, format_named, variants_of
from annotations.formats.features import Features
from annotations.formats.loss import FATES, Fate, Losses
from annotations.formats.splits import BY_FOLDER, SPLITS, Shares, Split, check_group, group_of, shares_of, split_of
from annotations.schema import Schema

MANIFEST = "manifest.json"
CARD = "README.md"

_ALL_TRAIN = "100/0/0"


def export_splits(paths: Sequence[Path], wanted: Wanted, watch: Watch = unwatched) -> ExportResult:
    """Write what is annotated under the paths into a new folder, each article into one split.

    Raises HashiyaError as `export_articles` does, and for shares and groups that do not work; there is no folder then.
    """
    form = format_named(wanted.form)
    check_variant(form, wanted.form, wanted.policy.variant)
    shares = shares_of(_ALL_TRAIN if wanted.split is None else wanted.split)
    check_group(wanted.group)
    found = look(paths, wanted)
    with (
        loss_report(wanted.report, found.articles) as tell,
        new_folder(wanted.output, "--split" if wanted.split else f"the format {wanted.form}") as folder,
        watch(len(found.articles)) as step,
    ):
        told = ExportResult(list(found.problems), losses=Losses(tell), step=step)
        writer = _Writer(form, folder, found, wanted, told)
        articles = _divided(found, wanted.group, shares, told)
        parts = {split: writer.write(split, articles[split]) for split in SPLITS}
        check_losses(wanted, told)
        if wanted.split is not None:
            told.warnings += _empty(parts, shares, wanted.group)
        manifest = _manifest(form, wanted, found.schema, shares, writer, parts)
        (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        (folder / CARD).write_bytes(card(manifest, _features(form, found.schema, writer.attributes)).encode())
    return told


def _features(form: Format | FolderFormat, schema: Schema, attributes: Sequence[str]) -> Features | None:
    """The columns of the format's files, if it tells them."""
    tell: Callable[[Schema, Sequence[str]], Features] | None = getattr(form, "features", None)
    return tell(schema, attributes) if tell else None


def _divided(found: Found, group: str | None, shares: Shares, told: ExportResult) -> dict[Split, list[Path]]:
    """The articles of each split, in their order."""
    divided: dict[Split, list[Path]] = {split: [] for split in SPLITS}
    is_grouped = False
    for path in found.articles:
        name = article_id(path, found.root)
        key = group_of(name, group)
        is_grouped = is_grouped or key is not None
        divided[split_of(name if key is None else key, shares)].append(path)
    if group not in (None, BY_FOLDER) and not is_grouped:
        told.warnings.append("--group: finds nothing in any article's path; each is split by itself.")
    return divided


def _empty(parts: dict[Split, Part], shares: Shares, group: str | None) -> Iterator[str]:
    """A sentence for each split that is to have a share and has none."""
    few = "articles" if group is None else "groups"
    for split, part in parts.items():
        if getattr(shares, split) and not part.records:
            yield f"{split} has no annotated articles; there are too few {few} to split."


class _Writer:
    """Writes splits into the folder, one after another."""

    def __init__(
        self, form: Format | FolderFormat, folder: Path, found: Found, wanted: Wanted, told: ExportResult
    ) -> None:
        self.told = told
        self.agreeing = Agreeing()
        self._annotators: set[str] = set()
        self._attributes: set[str] = set()
        self._form = form
        self._folder = folder
        self._found = found
        self._wanted = wanted

    @property
    def annotators(self) -> list[str]:
        """Whose work was written, in the order of their names; pseudonyms in that of their numbers."""
        in_order = self._found.pseudonyms.values() or sorted(self._annotators)
        return [name for name in in_order if name in self._annotators]

    @property
    def attributes(self) -> list[str]:
        """Which attributes were written that the schema does not have, sorted."""
        return sorted(self._attributes.difference(self._found.schema.attribute_names))

    def write(self, split: Split, articles: Sequence[Path]) -> Part:
        """Write the records of these articles, and say what was written."""
        tally = _Tally(self.agreeing)
        losses = self.told.losses
        spans, links = losses.spans.copy(), losses.links.copy()
        records = tally.counting(records_of(articles, self._found, self._wanted, self.told))
        path = self._folder / f"{split}{self._form.EXTENSION}"
        first = next(records, None)
        if first is not None:
            self._write_file(path, chain([first], records))
        self._annotators |= tally.annotators
        self._attributes |= tally.attributes
        return Part(
            articles=tally.articles,
            records=tally.records,
            spans=dict(sorted(tally.spans.items())),
            links=tally.links,
            losses=Fates(spans=_by_fate(losses.spans - spans), links=_by_fate(losses.links - links)),
            files={file.relative_to(self._folder).as_posix(): _sha256(file) for file in _files(path)},
        )

    def _write_file(self, path: Path, records: Iterable[Annotated]) -> None:
        losses, policy = self.told.losses, self._wanted.policy
        if self._form.EXTENSION:
            with path.open("xb") as out:
                cast(Format, self._form).write(records, out, policy, losses)
        else:
            path.mkdir()
            cast(FolderFormat, self._form).write_folder(records, path, policy, losses)


class _Tally:
    """What goes by on its way into a file."""

    def __init__(self, agreeing: Agreeing) -> None:
        self.articles: list[str] = []
        self.records = 0
        self.spans: Counter[str] = Counter()
        self.links = 0
        self.annotators: set[str] = set()
        self.attributes: set[str] = set()
        self._agreeing = agreeing

    def counting(self, records: Iterable[Annotated]) -> Iterator[Annotated]:
        """The same records, counted; those of one article follow each other."""
        for record in records:
            if self.articles[-1:] != [record.id]:
                self.articles.append(record.id)
            self.records += 1
            self.spans.update(span.label for span in record.layer.spans)
            self.links += len(record.layer.links)
            self.annotators.add(record.layer.header.annotator)
            self.attributes.update(*(span.attributes for span in record.layer.spans if span.attributes))
            self._agreeing.add(record)
            yield record


def _manifest(
    form: Format | FolderFormat,
    wanted: Wanted,
    schema: Schema,
    shares: Shares,
    writer: _Writer,
    parts: dict[Split, Part],
) -> Manifest:
    policy = wanted.policy
    return Manifest(
        tool=f"hashiya {__version__}",
        export=wanted.form,
        policy={
            "edges": policy.edges,
            "gaps": policy.gaps,
            "tokeniser": wanted.tokeniser,
            "variant": policy.variant or next(iter(variants_of(form)), ""),
        },
        schema=schema,
        annotators=writer.annotators,
        agreement=writer.agreeing.result(),
        shares=dict(zip(SPLITS, shares, strict=True)),
        grouped_by=wanted.group,
        left_out={"unannotated": writer.told.unannotated, "unreadable": len(writer.told.problems)},
        splits=parts,
    )


def _by_fate(counts: Counter[Fate]) -> dict[str, int]:
    return {fate: counts[fate] for fate in FATES}


def _files(path: Path) -> Iterable[Path]:
    """The file, or all files of the folder, sorted; none where there is neither."""
    return [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
