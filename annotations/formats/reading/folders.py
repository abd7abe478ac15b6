"""Folders that came from elsewhere, and the links in them."""

from __future__ import annotations

import os
from pathlib import Path

from annotations.store.disk import is_link


def leads_out(path: Path, folder: Path) -> bool:
    """Whether it is a symbolic link to what is not in the folder: an archive may hold one to any file."""
    return is_link(path) and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
