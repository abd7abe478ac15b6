"""Whole libraries to training formats and back: what is found, what is written where, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from annotations.errors import HashiyaError, SaveError, displayed
from annotations.formats import format_named

if TYPE_CHECKING:
    from annotations.exchange.exporting import Told, Wanted, Watch


def export(paths: Sequence[Path], wanted: Wanted, watch: Watch | None = None) -> Told:
    """Write what is annotated under the paths, as one file or folder, or as a data set where a split is wanted.

    A format that is always a data set is not split unless that is asked for: all of it is `train`. Raises HashiyaError
    as `export_articles` and `export_splits` do.
    """
    from annotations.exchange.exporting import export_articles, unwatched

    form = format_named(wanted.form)
    is_dataset = wanted.split is not None or getattr(form, "IS_DATASET", False)
    if wanted.output is not None:
        _check_report(wanted.output, wanted.report)
        if is_dataset or not form.EXTENSION:
            _check_outside(wanted.output, paths)
    if is_dataset:
        from annotations.exchange.dataset import export_splits

        return export_splits(paths, wanted, watch or unwatched)
    if wanted.group is not None:
        raise HashiyaError("--group: says what a split keeps together; add one, such as --split 80/10/10.")
    return export_articles(paths, wanted, watch or unwatched)


def _check_report(output: Path, report: Path | None) -> None:
    """Raise SaveError for a report that would take the output's place, or be in a folder that is not there yet."""
    if report is not None and report.resolve().is_relative_to(output.resolve()):
        raise SaveError(f"{displayed(report)}: is where the export goes; name another file with --report.")


def _check_outside(folder: Path, paths: Sequence[Path]) -> None:
    """Raise SaveError for a folder in the library: texts in it would be articles from then on."""
    for path in paths:
        if path.is_dir() and folder.resolve().is_relative_to(path.resolve()):
            raise SaveError(
                f"{displayed(folder)}: is inside of {displayed(path)}, whose articles are exported; name a folder "
                f"elsewhere with -o."
            )
