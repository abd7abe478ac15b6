"""Which articles are for training, which for development, which for testing: told by a hash, not by chance.

An article's *key* is its id, or its group's name where groups are to stay together. The SHA-256 of the key, in UTF-8,
is read as a number from 0 to 99 (its first 8 bytes, big-endian, times 100, over 2 to the 64th): those below the first
share are `train`, those below the first two together `dev`, the others `test`. So an article stays where it is whatever
other articles come and go, and all its annotators stay with it. Shares are met the better the more keys there are.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Literal, NamedTuple

from annotations.errors import HashiyaError, printable
from annotations.pattern import hits

Split = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = ("train", "dev", "test")

BY_FOLDER = "folder"
"""The group of an article that is the folder it is in; every other name of a group is a regular expression."""

_SHARES = re.compile(r"(\d{1,3})/(\d{1,3})/(\d{1,3})")
_HASHED_BYTES = 8


class Shares(NamedTuple):
    """How many of a hundred articles go where; 100 in all."""

    train: int
    dev: int
    test: int

    def __str__(self) -> str:
        return "/".join(map(str, self))


def shares_of(text: str) -> Shares:
    """The shares that `80/10/10` names; HashiyaError for what is not three whole numbers that make 100."""
    found = _SHARES.fullmatch(text.strip())
    shares = Shares(*map(int, found.groups())) if found else None
    if shares is None or sum(shares) != 100:
        raise HashiyaError(
            f"--split: {printable(text[:40])} is not how articles are split; give whole percents for train, dev and "
            f"test that make 100, such as 80/10/10."
        )
    return shares


def check_group(group: str | None) -> None:
    """Raise HashiyaError, with the reason, for a group that is a regular expression which does not work."""
    if group not in (None, BY_FOLDER):
        group_of("", group)


def group_of(article_id: str, group: str | None) -> str | None:
    """The name of the group that the article is in; None where it is in none, and goes by its own id.

    `folder` is all of the id before its last `/`, empty for what lies at the library's root. For a regular expression
    it is what that finds first in the id, an article in which it finds nothing is in no group. HashiyaError for one
    that does not work.
    """
    if group is None:
        return None
    if group == BY_FOLDER:
        return article_id.rpartition("/")[0]
    found = hits(article_id, group)
    return article_id[slice(*found[0])] if found else None


def split_of(key: str, shares: Shares) -> Split:
    """Where what has this key goes; the same on every machine and at all times."""
    digest = sha256(key.encode()).digest()
    number = int.from_bytes(digest[:_HASHED_BYTES], "big") * 100 >> 8 * _HASHED_BYTES
    if number < shares.train:
        return "train"
    return "dev" if number < shares.train + shares.dev else "test"
