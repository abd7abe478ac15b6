from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotations.errors import HashiyaError
from annotations.formats.splits import SPLITS, Shares, check_group, group_of, shares_of, split_of

names = st.text(min_size=1, max_size=20)
shares_of_all = st.tuples(st.integers(0, 100), st.integers(0, 100)).map(
    lambda cuts: Shares(min(cuts), max(cuts) - min(cuts), 100 - max(cuts))
)


# By sha256sum and bc: 80, 4, 57 and 99 of 100.
PROMISED = {
    "story.txt": "dev",
    "sub/story.txt": "train",
    "أخبار/1.txt": "train",
    "b.txt": "test",
}


def test_where_an_article_goes_is_a_promise() -> None:
    found = {name: split_of(name, Shares(80, 10, 10)) for name in PROMISED}
    assert found == PROMISED


@given(names, shares_of_all)
def test_every_article_is_in_one_split_and_none_in_a_split_without_a_share(name: str, shares: Shares) -> None:
    split = split_of(name, shares)
    assert split in SPLITS
    assert getattr(shares, split) > 0
    assert split_of(name, shares) == split


@given(names, shares_of_all, st.integers(0, 100))
def test_a_smaller_share_for_training_brings_no_new_article_into_it(name: str, shares: Shares, less: int) -> None:
    fewer = Shares(shares.train - min(less, shares.train), 0, 100 - shares.train + min(less, shares.train))
    assert split_of(name, shares) == "train" or split_of(name, fewer) != "train"


@pytest.mark.parametrize("shares", [Shares(80, 10, 10), Shares(34, 33, 33), Shares(99, 1, 0)])
def test_shares_are_met_where_there_are_many(shares: Shares) -> None:
    found = Counter(split_of(f"folder-{number % 7}/{number}.txt", shares) for number in range(20_000))
    # Four standard deviations of a fair draw are less than a percent and a half.
    assert all(abs(found[split] / 200 - getattr(shares, split)) < 1.5 for split in SPLITS)


@given(names, names, shares_of_all)
def test_a_folder_stays_together(first: str, second: str, shares: Shares) -> None:
    one, two = (f"2024/{name.replace('/', '_')}" for name in (first, second))
    assert group_of(one, "folder") == group_of(two, "folder") == "2024"


def test_groups() -> None:
    assert group_of("a/b/c.txt", "folder") == "a/b"
    assert group_of("c.txt", "folder") == ""
    assert group_of("a/2024-05-12-c.txt", r"\d{4}-\d\d") == "2024-05"
    assert group_of("a/c.txt", r"\d{4}-\d\d") is None
    assert group_of("a/c.txt", None) is None


@pytest.mark.parametrize("text", ["80/10/10", " 100/0/0 ", "0/0/100", "٨٠/١٠/١٠"])
def test_shares_are_read(text: str) -> None:
    assert sum(shares_of(text)) == 100


@pytest.mark.parametrize(
    "text", ["", "80/20", "80/10/11", "70/10/10", "80/10/5/5", "0.8/0.1/0.1", "-10/100/10", "80/10/10\x1b", "a/b/c"]
)
def test_what_are_no_shares_is_told(text: str) -> None:
    with pytest.raises(HashiyaError, match=r"^--split: .* such as 80/10/10") as caught:
        shares_of(text)
    assert str(caught.value).isprintable()


def test_a_pattern_that_does_not_work_is_told() -> None:
    check_group(None)
    check_group("folder")
    check_group(r"\d+")
    with pytest.raises(HashiyaError, match="does not work"):
        check_group("(")
