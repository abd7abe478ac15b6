"""Whole libraries to training formats and back: what is found, what is written where, and what is said of it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.errors import HashiyaError, SaveError, displayed
from annotations.formats import format_named, instead

if TYPE_CHECKING:
    from annotations.exchange.exporting import ExportResult, Wanted, Watch

# Annotators in one sentence.
_MOST_NAMED = 20


def export(paths: Sequence[Path], wanted: Wanted, watch: Watch | None = None) -> ExportResult:
    """Write what is annotated under the paths, as one file or folder, or as a data set where a split is wanted.

    A format that is always a data set is not split unless that is asked for: all of it is `train`. Raises HashiyaError
    as `export_articles` and `export_splits` do.
    """
    from annotations.exchange.exporting import export_articles, unwatched

    if wanted.group is not None and wanted.split is None:
        raise HashiyaError("--group: says what a split keeps together; add one, such as --split 80/10/10.")
    form = format_named(wanted.form)
    is_dataset = wanted.split is not None or getattr(form, "IS_DATASET", False)
    if wanted.output is not None:
        _check_report(wanted.output, wanted.report)
        if is_dataset or not form.EXTENSION:
            _check_outside(wanted.output, paths, "folder elsewhere with -o")
    elif getattr(form, "IS_BINARY", False) and wanted.stream is not None and wanted.stream.isatty():
        raise SaveError(f"the format {wanted.form} is no text for a terminal; name a file with -o.")
    for output, remedy in ((wanted.output, "-o"), (wanted.report, "--report")):
        if output is not None and output.suffix.lower() == ".txt" and not output.exists():
            _check_outside(output, paths, f"file elsewhere, or one that does not end in .txt, with {remedy}")
    if is_dataset:
        from annotations.exchange.dataset import export_splits

        told = export_splits(paths, wanted, watch or unwatched)
    else:
        told = export_articles(paths, wanted, watch or unwatched)
    if wanted.annotator is not None and not told.written and not told.problems:
        told.warnings.append(_told_of_nobody(paths, wanted.annotator))
    return told


def _told_of_nobody(paths: Sequence[Path], name: str) -> str:
    """A sentence about an annotator who has annotated nothing, with those who have."""
    from annotations.finding import find_articles
    from annotations.store.sidecars import Sidecars

    sidecars = Sidecars()
    known = sorted({one for path in find_articles(paths) for one in sidecars.annotators(path)})
    there_are = f"; {instead(name, known)}" if 0 < len(known) <= _MOST_NAMED else ""
    return f"--annotator: {name} has annotated none of these{there_are}."


def _check_report(output: Path, report: Path | None) -> None:
    """Raise SaveError for a report that would take the output's place, or be in a folder that is not there yet."""
    if report is not None and _real(report).is_relative_to(_real(output)):
        raise SaveError(f"{displayed(report)}: is where the export goes; name another file with --report.")


def _check_outside(output: Path, paths: Sequence[Path], remedy: str) -> None:
    """Raise SaveError for a folder, or a text, in the library: it would be of its articles from then on."""
    for path in paths:
        if path.is_dir() and _real(output).is_relative_to(_real(path)):
            raise SaveError(
                f"{displayed(output)}: is inside of {displayed(path)}, whose articles are exported; name a {remedy}."
            )


def _real(path: Path) -> Path:
    """The path without symbolic links; unlike `resolve` it lets pass one that leads to itself."""
    return Path(os.path.realpath(path))
