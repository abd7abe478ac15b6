"""What a keeper does to the files beside an article, and in which order."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest
from writers import TOOL, Clock, Stranger, loaded, write_words

from annotations import edits
from annotations.anchoring import Found
from annotations.anchoring.layer import moved_layer
from annotations.article import Article, read_article
from annotations.errors import SaveError
from annotations.schema import BUILT_IN
from annotations.store import keeper as keepers
from annotations.store.aside import aside_path, read_aside
from annotations.store.files import sidecar_path
from annotations.store.journal import Done, Journal, Kept, Mark, Redone, Undone, journal_path, parse
from annotations.store.keeper import Keeper
from annotations.store.lock import lock_path
from annotations.store.opening import open_layer
from annotations.store.sidecar import decode

WORDS = 600


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def article(tmp_path: Path) -> Article:
    return write_words(tmp_path, WORDS)


def opened(article: Article, clock: Clock) -> Keeper:
    return Keeper.open(article, "lina", BUILT_IN, clock(), TOOL)


def mark(keeper: Keeper, article: Article, word: int, clock: Clock) -> str:
    """Mark a word, unsaved; the span's id."""
    place = [(5 * word, 5 * word + 4)]
    edit = edits.mark(keeper.layer, article.text, place, edits.Kind("actor"), now=clock())
    keeper.push(edit.layer, edit.name)
    assert edit.span_id is not None
    return edit.span_id


def saved(keeper: Keeper, article: Article, word: int, clock: Clock) -> str:
    """Mark a word and have it in the journal; the span's id."""
    span_id = mark(keeper, article, word, clock)
    keeper.sync(clock())
    return span_id


def sidecar_of(article: Article) -> Path:
    return sidecar_path(article.path, "lina")


def journal_of(article: Article) -> Journal:
    return parse(journal_path(sidecar_of(article)).read_bytes())


def ids(article: Article) -> list[str]:
    return [span.id for span in loaded(article).spans]


def names(article: Article) -> list[str]:
    """The files beside the article, without its name and the annotator's."""
    prefix = f"{article.path.name}.lina."
    return sorted(path.name.removeprefix(prefix) for path in article.path.parent.iterdir() if path != article.path)


def test_opening_and_closing_leaves_nothing(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    assert names(article) == ["ann.lock"]
    keeper.close(clock())
    assert names(article) == []


def test_a_change_is_noted_then_in_the_journal_then_in_the_sidecar(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    span_id = mark(keeper, article, 1, clock)
    assert not keeper.is_synced and ids(article) == []
    keeper.sync(clock())
    assert keeper.is_synced and ids(article) == [span_id]
    assert names(article) == ["ann.journal", "ann.lock"]
    keeper.settle(clock())
    assert names(article) == ["ann.journal", "ann.jsonl", "ann.lock"]
    assert decode(sidecar_of(article).read_bytes(), name="") == keeper.layer
    keeper.close(clock())


def test_the_mark_is_written_before_the_sidecar_and_kept_after_it(
    article: Article, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    seen: list[tuple[type, ...]] = []

    def replace(source: Path, target: Path) -> None:
        seen.append(tuple(type(line.entry) for line in journal_of(article).lines))
        real(source, target)

    real = os.replace
    monkeypatch.setattr(os, "replace", replace)
    keeper.settle(clock())
    keeper.release()
    assert seen == [(Done, Mark)]
    *_, found, kept = (line.entry for line in journal_of(article).lines)
    assert isinstance(found, Mark) and isinstance(kept, Kept)
    assert found.sha256 == hashlib.sha256(sidecar_of(article).read_bytes()).hexdigest()


def test_without_a_change_nothing_is_written(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.close(clock())
    before = {path: path.stat().st_mtime_ns for path in article.path.parent.iterdir()}
    keeper = opened(article, clock)
    keeper.sync(clock())
    keeper.close(clock())
    assert {path: path.stat().st_mtime_ns for path in article.path.parent.iterdir()} == before


def test_the_time_at_work_is_added_up_and_recovered(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    keeper.seconds += 12.5
    saved(keeper, article, 1, clock)
    keeper.release()
    keeper = opened(article, clock)
    assert keeper.layer.header.seconds_active == 12
    keeper.seconds += 30.7
    keeper.close(clock())
    assert loaded(article).header.seconds_active == 42


def test_undoing_goes_on_after_a_restart(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    first, second = (saved(keeper, article, word, clock) for word in (1, 2))
    keeper.close(clock())
    keeper = opened(article, clock)
    keeper.undo()
    keeper.sync(clock())
    keeper.release()
    assert ids(article) == [first]
    keeper = opened(article, clock)
    keeper.redo()
    keeper.close(clock())
    assert ids(article) == [first, second]
    kinds = [type(line.entry) for line in journal_of(article).lines if not isinstance(line.entry, Mark | Kept)]
    assert kinds == [Done, Done, Undone, Redone]
    keeper = opened(article, clock)
    keeper.undo()
    keeper.undo()
    assert keeper.layer.spans == () and not keeper.history.can_undo
    keeper.release()


def test_what_another_program_made_of_the_sidecar_is_taken_in_and_can_be_undone(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    ours = saved(keeper, article, 1, clock)
    keeper.settle(clock())
    theirs = Stranger(article).mark(2)
    late = saved(keeper, article, 3, clock)
    assert keeper.look(clock()) == ()
    assert keeper.look(clock()) is None
    keeper.settle(clock())
    assert ids(article) == [ours, theirs, late]
    keeper.undo()
    keeper.close(clock())
    assert ids(article) == [ours, late]


def test_what_was_only_touched_by_another_program_is_no_change(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.settle(clock())
    sidecar_of(article).write_bytes(sidecar_of(article).read_bytes())
    assert keeper.look(clock()) is None
    keeper.close(clock())


def test_annotations_of_another_text_are_not_written_over(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.settle(clock())
    foreign = sidecar_of(article).read_bytes().replace(article.sha256.encode(), b"0" * 64)
    sidecar_of(article).write_bytes(foreign)
    for _ in range(2):
        with pytest.raises(SaveError, match="another text"):
            keeper.look(clock())
    saved(keeper, article, 2, clock)
    keeper.release()
    assert sidecar_of(article).read_bytes() == foreign
    assert sum(isinstance(line.entry, Done) for line in journal_of(article).lines) == 2


def test_a_sidecar_that_was_removed_is_told_and_written_again(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    span_id = saved(keeper, article, 1, clock)
    keeper.settle(clock())
    sidecar_of(article).unlink()
    told = keeper.look(clock())
    assert told is not None and [conflict.told for conflict in told] == [
        "the sidecar was removed by another program, and will be written again"
    ]
    assert keeper.look(clock()) is None
    keeper.settle(clock())
    assert decode(sidecar_of(article).read_bytes(), name="").spans[0].id == span_id
    keeper.close(clock())


def test_after_another_took_the_lock_nothing_is_written(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    before = journal_path(sidecar_of(article)).read_bytes()
    lock_path(sidecar_of(article)).unlink()
    other = opened(article, clock)
    mark(keeper, article, 2, clock)
    for write in (keeper.sync, keeper.settle, keeper.close):
        with pytest.raises(SaveError, match="another program took the lock over; open the article again"):
            write(clock())
    assert journal_path(sidecar_of(article)).read_bytes() == before
    assert not sidecar_of(article).exists()
    assert lock_path(sidecar_of(article)).exists()
    other.release()


def test_a_journal_that_was_removed_begins_anew_with_what_the_sidecar_lacks(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    settled = saved(keeper, article, 1, clock)
    keeper.settle(clock())
    found = [settled, *(saved(keeper, article, word, clock) for word in (2, 3))]
    journal_path(sidecar_of(article)).unlink()
    found.append(saved(keeper, article, 4, clock))
    assert ids(article) == found
    keeper.release()
    keeper = opened(article, clock)
    assert len(keeper.history.past) == 4
    keeper.release()


def test_a_journal_that_another_program_wrote_to_begins_anew(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    first = saved(keeper, article, 1, clock)
    with journal_path(sidecar_of(article)).open("ab") as file:
        file.write(b"{half a li")
    second = saved(keeper, article, 2, clock)
    assert ids(article) == [first, second]
    assert not journal_of(article).damage
    keeper.release()


def test_a_journal_that_grew_large_begins_anew_with_the_last_steps(
    article: Article, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = opened(article, clock)
    monkeypatch.setattr(keepers, "LARGEST", 2_000)
    monkeypatch.setattr(keepers, "STEPS", 5)
    found = [saved(keeper, article, word, clock) for word in range(10)]
    keeper.settle(clock())
    assert len(journal_of(article).lines) == 5
    assert len(keeper.history.past) == 10
    keeper.close(clock())
    keeper = opened(article, clock)
    assert len(keeper.history.past) == 5
    for _ in range(5):
        keeper.undo()
    keeper.close(clock())
    assert ids(article) == found[:5]


def test_an_end_that_was_not_written_is_set_aside_before_it_is_cut_off(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    first = saved(keeper, article, 1, clock)
    keeper.release()
    with journal_path(sidecar_of(article)).open("ab") as file:
        file.write(b"{half a li")
    keeper = opened(article, clock)
    second = saved(keeper, article, 2, clock)
    keeper.release()
    assert [aside.bytes for aside in read_aside(aside_path(sidecar_of(article)))] == [b"{half a li"]
    assert not journal_of(article).damage and ids(article) == [first, second]


def test_a_journal_with_damage_is_kept_in_a_copy(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.release()
    path = journal_path(sidecar_of(article))
    damaged = path.read_bytes().replace(b'"actor"', b'"event"')
    path.write_bytes(damaged)
    keeper = opened(article, clock)
    second = saved(keeper, article, 2, clock)
    keeper.close(clock())
    assert ids(article) == [second]
    (copy,) = path.parent.glob(f"{path.name}.*.bak")
    assert copy.read_bytes() == damaged


def test_damaged_lines_are_set_aside_before_the_sidecar_is_written_without_them(
    article: Article, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = opened(article, clock)
    span_id = saved(keeper, article, 1, clock)
    keeper.close(clock())
    with sidecar_of(article).open("ab") as file:
        file.write(b"not JSON\n")
    asides: list[bytes] = []

    def replace(source: Path, target: Path) -> None:
        if target == sidecar_of(article):
            asides.extend(aside.bytes for aside in read_aside(aside_path(target)))
        real(source, target)

    real = os.replace
    monkeypatch.setattr(os, "replace", replace)
    opened(article, clock).close(clock())
    assert asides == [b"not JSON"]
    assert ids(article) == [span_id]


def test_the_journal_is_as_private_as_the_sidecar(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.close(clock())
    sidecar_of(article).chmod(0o600)
    journal_path(sidecar_of(article)).unlink()
    keeper = opened(article, clock)
    saved(keeper, article, 2, clock)
    keeper.close(clock())
    assert {path.stat().st_mode & 0o777 for path in article.path.parent.glob("*.ann.*")} == {0o600}


def changed(article: Article) -> Article:
    """The article with one word more at its beginning, as another program would write it."""
    article.path.write_bytes(("نصوص " + article.text).encode())
    return read_article(article.path)


def test_accepting_keeps_a_copy_of_what_was_before(article: Article, clock: Clock) -> None:
    keeper = opened(article, clock)
    span_id = saved(keeper, article, 1, clock)
    keeper.close(clock())
    old = sidecar_of(article).read_bytes()
    new = changed(article)
    keeper = opened(new, clock)
    assert keeper.opening.source_changed
    found = [Found(span, ((10, 14),), "moved", 1.0, "") for span in keeper.layer.spans]
    keeper.accept(moved_layer(keeper.layer, new, found, now=clock()), clock())
    assert not keeper.history.can_undo
    keeper.close(clock())
    copy = sidecar_of(article).with_name(f"{sidecar_of(article).name}.{article.sha256[:8]}.bak")
    assert copy.read_bytes() == old
    (span,) = loaded(new).spans
    assert (span.id, span.start, loaded(new).header.sha256) == (span_id, 10, new.sha256)


def test_what_cannot_be_accepted_leaves_the_old(
    article: Article, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    keeper = opened(article, clock)
    saved(keeper, article, 1, clock)
    keeper.close(clock())
    old, new = sidecar_of(article).read_bytes(), changed(article)
    keeper = opened(new, clock)
    before = keeper.history
    found = [Found(span, None, "lost", 0.0, "") for span in keeper.layer.spans]

    def full(source: Path, target: Path) -> None:
        if str(target).endswith(".jsonl"):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(source, target)

    real = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(SaveError, match="no space left"):
            keeper.accept(moved_layer(keeper.layer, new, found, now=clock()), clock())
    assert keeper.history is before
    keeper.release()
    assert sidecar_of(article).read_bytes() == old
    assert open_layer(new, "lina", BUILT_IN, clock(), TOOL).source_changed
