from __future__ import annotations

import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, TOOL, layers, span_of, texts

from annotations.article import Article, read_article
from annotations.errors import DamagedSidecar, HashiyaError, SaveError, SidecarError, SourceChanged
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.store.files import (
    annotator_problem,
    save_layer,
    sidecar_path,
    sidecars_of,
    valid_annotator,
)
from annotations.store.opening import load_layer
from annotations.store.sidecar import encode


@pytest.fixture
def article(tmp_path: Path) -> Article:
    path = tmp_path / "story.txt"
    path.write_text(TEXT, encoding="utf-8")
    return read_article(path)


def load(article: Article, annotator: str = "lina") -> Layer:
    return load_layer(article, annotator, BUILT_IN, NOW, TOOL)


def saved(article: Article) -> tuple[Layer, Path]:
    """A layer with one span, and the sidecar it was saved as."""
    layer = load(article).add(span_of(TEXT, (6, 13)))
    save_layer(article.path, layer)
    return layer, sidecar_path(article.path, "lina")


@given(st.data())
def test_saving_and_loading_is_identity_and_leaves_the_source(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    text = data.draw(texts)
    path = tmp_path_factory.mktemp("library") / "story.txt"
    path.write_bytes(text.encode())
    layer = data.draw(layers(text))
    save_layer(path, layer)
    article = read_article(path)
    assert load(article) == layer
    assert path.read_bytes() == text.encode()
    assert sorted(each.name for each in path.parent.iterdir()) == ["story.txt", "story.txt.lina.ann.jsonl"]


def test_without_a_sidecar_the_layer_is_new(article: Article) -> None:
    layer = load(article)
    assert layer == Layer.new(article, "lina", BUILT_IN, NOW, TOOL)
    assert (layer.header.status, layer.header.length, layer.header.schema.name) == ("new", len(TEXT), "actor-event")
    assert sidecars_of(article.path) == []


@pytest.mark.parametrize("name", ["lina", "Lina_2-b", "لينا", "لينا٢", "é", "-", "a" * 64])
def test_names_of_annotators(name: str) -> None:
    assert valid_annotator(name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "the annotator's name is empty; give one with --annotator."),
        ("a" * 65, "the annotator's name has 65 characters; shorten it to 64."),
        ("a.b", "the annotator's name a.b holds '.'; use letters, digits, _ and - only."),
        ("../x", "the annotator's name ../x holds '.'; use letters, digits, _ and - only."),
        ("a/b", "the annotator's name a/b holds '/'; use letters, digits, _ and - only."),
        ("lina nour", "the annotator's name lina nour holds ' '; use letters, digits, _ and - only."),
        ("a\u200f", "the annotator's name a\\u200f holds '\\u200f'; use letters, digits, _ and - only."),
        ("a\n", "the annotator's name a\\n holds '\\n'; use letters, digits, _ and - only."),
        ("x²", "the annotator's name x² holds '²'; use letters, digits, _ and - only."),
    ],
)
def test_other_names_are_refused_and_told_why(name: str, reason: str) -> None:
    assert not valid_annotator(name)
    assert annotator_problem(name) == reason
    with pytest.raises(HashiyaError):
        sidecar_path(Path("story.txt"), name)


def test_sidecars_of_an_article_are_found_by_its_name(article: Article) -> None:
    folder = article.path.parent
    for name in ("lina", "omar", "a.b"):
        (folder / f"story.txt.{name}.ann.jsonl").touch()
    (folder / "story.txt.bak").touch()
    (folder / "other.txt.lina.ann.jsonl").touch()
    (folder / "story.txt.ann.jsonl").touch()
    found = [(name, folder / f"story.txt.{name}.ann.jsonl") for name in ("lina", "omar")]
    assert sidecars_of(article.path) == found
    assert [name for name, _ in sidecars_of(folder / "story.txt.a")] == ["b"]
    with pytest.raises(SidecarError, match="cannot be read"):
        sidecars_of(folder / "none" / "story.txt")


def test_a_changed_source_is_said_and_nothing_is_written(article: Article) -> None:
    _, sidecar = saved(article)
    before = sidecar.read_bytes()
    article.path.write_text("غير ذلك", encoding="utf-8")
    with pytest.raises(SourceChanged) as caught:
        load(read_article(article.path))
    assert str(caught.value) == (
        f"{sidecar}: was made for other text than {article.path} holds now; open the article to review "
        "where its spans are now."
    )
    assert sidecar.read_bytes() == before


def test_a_span_that_disagrees_with_the_text_is_named_with_its_line(article: Article) -> None:
    layer, sidecar = saved(article)
    layer = layer.add(span_of(TEXT, (0, 5), span_id="s0"))
    data = encode(layer).replace('"text":"الحكومة"'.encode(), '"text":"الحكومه"'.encode())
    header, before, wrong = data.splitlines()
    sidecar.write_bytes(b"\n".join([header, b'{"record":"token","id":"s1"}', wrong, before]))
    with pytest.raises(DamagedSidecar, match="line 3: the span's text is not what the article has there"):
        load(article)


def test_another_annotators_sidecar_is_refused(article: Article) -> None:
    _, sidecar = saved(article)
    sidecar.rename(sidecar_path(article.path, "omar"))
    with pytest.raises(DamagedSidecar, match="line 1: the annotator is lina, and the file's name says omar"):
        load(article, "omar")


def test_a_wrong_length_is_damage(article: Article) -> None:
    layer, sidecar = saved(article)
    sidecar.write_bytes(encode(layer).replace(b'"length":%d' % len(TEXT), b'"length":%d' % (len(TEXT) + 1)))
    with pytest.raises(DamagedSidecar, match=r"line 1: length is \d+ and should be \d+"):
        load(article)


def test_an_article_renamed_with_its_sidecar_is_the_same_article(article: Article) -> None:
    layer, sidecar = saved(article)
    moved = article.path.rename(article.path.with_name("other.txt"))
    sidecar.rename(sidecar_path(moved, "lina"))
    assert load(read_article(moved)) == layer.with_header(source="other.txt")


def test_an_unreadable_sidecar_is_a_sentence(article: Article) -> None:
    sidecar_path(article.path, "lina").mkdir()
    with pytest.raises(SidecarError, match=r"lina\.ann\.jsonl: cannot be read \(is a directory\); check the file"):
        load(article)


@contextmanager
def files_limited_to(size: int) -> Iterator[None]:
    """The system refuses to write any file past the size, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def refused(article: Article, layer: Layer) -> str:
    """The sentence of a save that fails, after a look that nothing changed."""
    before = {path: path.read_bytes() for path in article.path.parent.iterdir() if path.is_file()}
    with pytest.raises(SaveError) as caught:
        save_layer(article.path, layer)
    assert {path: path.read_bytes() for path in article.path.parent.iterdir() if path.is_file()} == before
    return str(caught.value)


def test_a_write_that_fails_midway_leaves_the_old_bytes(article: Article) -> None:
    layer, sidecar = saved(article)
    with files_limited_to(20_000):
        sentence = refused(article, layer.with_header(note="م" * 20_000))
    assert sentence == (
        f"{sidecar}: not saved: file too large; check the folder's permissions and the disk, then save again."
    )


@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_failing_system_call_leaves_the_old_bytes(
    article: Article, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    layer, sidecar = saved(article)

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, call, fail)
    sentence = refused(article, layer.with_header(note="جديد"))
    assert sentence == f"{sidecar}: not saved: no space left on device; free some space, then save again."


def test_an_interrupted_save_leaves_the_old_bytes(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    layer, sidecar = saved(article)
    before = sidecar.read_bytes()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        save_layer(article.path, layer.with_header(note="جديد"))
    assert sidecar.read_bytes() == before
    assert len(list(article.path.parent.iterdir())) == 2


def test_a_folder_that_cannot_be_synced_is_said(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    layer, sidecar = saved(article)
    sync = os.fsync

    def fail_on_folders(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fail_on_folders)
    with pytest.raises(SaveError, match="is written, but the disk did not confirm it"):
        save_layer(article.path, layer.with_header(note="جديد"))
    assert sidecar.read_bytes() == encode(layer.with_header(note="جديد"))


def test_the_file_and_then_the_folder_are_synced(article: Article, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[str] = []
    sync, move = os.fsync, os.replace

    def note_sync(descriptor: int) -> None:
        synced.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")
        sync(descriptor)

    def note_replace(source: Path, target: Path) -> None:
        synced.append("replace")
        move(source, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(os, "replace", note_replace)
    saved(article)
    assert synced == ["file", "replace", "folder"]


def test_the_mode_of_the_old_sidecar_is_kept(article: Article) -> None:
    layer, sidecar = saved(article)
    assert not stat.S_IMODE(sidecar.stat().st_mode) & 0o111
    sidecar.chmod(0o640)
    save_layer(article.path, layer.with_header(note="جديد"))
    assert stat.S_IMODE(sidecar.stat().st_mode) == 0o640


def test_nothing_is_written_through_a_symbolic_link(article: Article) -> None:
    layer, sidecar = saved(article)
    elsewhere = sidecar.rename(article.path.with_name("elsewhere.jsonl"))
    sidecar.symlink_to(elsewhere)
    sentence = refused(article, layer.with_header(note="جديد"))
    assert sentence == f"{sidecar}: not saved: it is a symbolic link; put the file itself in its place."
    assert sidecar.is_symlink()


def test_a_read_only_or_odd_sidecar_is_not_replaced(article: Article) -> None:
    layer, sidecar = saved(article)
    sidecar.chmod(0o444)
    assert refused(article, layer) == f"{sidecar}: not saved: it is read-only; make it writable (chmod u+w)."
    sidecar.unlink()
    sidecar.mkdir()
    assert refused(article, layer) == f"{sidecar}: not saved: it is not a regular file; move it away."


def test_a_folder_that_is_gone_or_a_name_too_long_is_a_sentence(article: Article) -> None:
    layer, _ = saved(article)
    gone = article.path.parent / "gone" / "story.txt"
    with pytest.raises(SaveError, match="not saved: no such file or directory; check the folder's permissions"):
        save_layer(gone, layer)
    with pytest.raises(SaveError, match="not saved: file name too long"):
        save_layer(article.path.with_name("a" * 250), layer)


def test_a_read_only_folder_is_a_sentence(article: Article) -> None:
    layer, sidecar = saved(article)
    article.path.parent.chmod(0o555)
    try:
        if os.access(article.path.parent, os.W_OK):
            pytest.skip("this user (root) may write into every folder, so there is nothing to refuse")
        assert refused(article, layer).startswith(f"{sidecar}: not saved: permission denied; ")
    finally:
        article.path.parent.chmod(0o755)


def test_a_lone_surrogate_is_not_written(article: Article) -> None:
    layer, sidecar = saved(article)
    header = msgspec.structs.replace(layer.header, note="\udcff")
    sentence = refused(article, Layer.of(header, layer.spans))
    assert sentence == f"{sidecar}: not saved: a note or another field holds a lone surrogate; remove it."
