from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from layer_strategies import texts

from annotations.article import LARGEST, decode_article, read_article
from annotations.errors import ArticleError

PATH = Path("story.txt")


@given(texts)
def test_the_text_encodes_back_to_the_source(text: str) -> None:
    source = text.encode()
    article = decode_article(source, PATH)
    assert article.text.encode() == source
    assert article.sha256 == hashlib.sha256(source).hexdigest()


def test_bom_and_crlf_stay_in_the_text(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(b"\xef\xbb\xbf" + "خبر\r\nثان".encode())
    article = read_article(path)
    assert article.text == "\ufeffخبر\r\nثان"
    assert (article.id, article.encoding) == ("story.txt", "utf-8")


NAMED = "name its encoding, for example with --encoding windows-1256."


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "story.txt: is empty; an article needs text."),
        (b" \r\n\t", "story.txt: is empty; an article needs text."),
        (b"\xef\xbb\xbf\n", "story.txt: is empty; an article needs text."),
        (
            b"PK\x03\x00",
            "story.txt: is binary (byte 3 is NUL); give a text file, or --encoding utf-16le if it is that.",
        ),
        ("خبر\0".encode("utf-16"), "story.txt: is binary (byte 8 is NUL); give a text file."),
        (
            "خبر".encode("utf-32"),
            "story.txt: is UTF-32, which is not read; convert it with iconv -f UTF-32 -t UTF-8.",
        ),
        (
            b"abc " + "خبر".encode("windows-1256"),
            f"story.txt: is not UTF-8 (byte 4: 0xce), and nothing else for certain; {NAMED}",
        ),
        ("خبر".encode()[:-1], f"story.txt: is not UTF-8 (byte 4: 0xd8), and nothing else for certain; {NAMED}"),
        (
            "خبر".encode("utf-16")[:-1],
            f"story.txt: is not UTF-16LE (byte 6: 0x31), and nothing else for certain; {NAMED}",
        ),
        (bytes(LARGEST + 1), "story.txt: is larger than 64 MiB; split it into articles."),
    ],
    ids=range(10),
)
def test_what_is_no_text_is_refused_in_one_sentence(source: bytes, sentence: str) -> None:
    with pytest.raises(ArticleError) as caught:
        decode_article(source, PATH)
    assert str(caught.value) == sentence


def sentence_for(path: Path) -> str:
    with pytest.raises(ArticleError) as caught:
        read_article(path)
    return str(caught.value)


def test_every_os_error_is_a_sentence_with_the_path(tmp_path: Path) -> None:
    missing, loop, file = tmp_path / "none.txt", tmp_path / "loop.txt", tmp_path / "a.txt"
    loop.symlink_to(loop)
    file.write_text("خبر", encoding="utf-8")
    assert sentence_for(missing) == f"{missing}: no such file; check the spelling of the path."
    assert sentence_for(tmp_path) == f"{tmp_path}: is a directory; give a file in it."
    assert sentence_for(file / "b.txt").startswith(f"{file}/b.txt: cannot be read (not a directory); ")
    assert sentence_for(loop).startswith(f"{loop}: cannot be read (too many levels of symbolic links); ")
    assert sentence_for(Path("/dev/null")) == "/dev/null: is a device or a socket; give a text file."


def test_a_file_without_permission_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("خبر", encoding="utf-8")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user (root) may read every file, so there is nothing to refuse")
    assert sentence_for(path) == f"{path}: permission denied; make the file readable (chmod u+r)."


def test_a_name_with_controls_is_escaped_in_the_sentence() -> None:
    with pytest.raises(ArticleError) as caught:
        decode_article(b"", Path("a\x1b[31m\u202e.txt"))
    assert str(caught.value).isprintable()
    assert str(caught.value).startswith("a\\x1b[31m\\u202e.txt: ")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "story.txt"
    path.touch()
    os.truncate(path, LARGEST + 1)
    monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("it was opened"))
    assert sentence_for(path) == f"{path}: is larger than 64 MiB; split it into articles."


def test_a_pipe_is_read_to_its_end_but_no_further_than_the_largest_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for length, most in ((30_000, LARGEST), (30_000, 20_000)):
        monkeypatch.setattr("annotations.article.LARGEST", most)
        writer = os.open(pipe, os.O_RDWR)
        os.write(writer, b"a" * length)
        if length <= most:
            # Nobody else writes to it, so that there is an end.
            Thread(target=lambda fd=writer: (time.sleep(0.1), os.close(fd))).start()
            assert len(read_article(pipe).text) == length
        else:
            assert "is larger than" in sentence_for(pipe)
            os.close(writer)


RECORDED = "وصلت القافلة إلى مدينة ساحلية صباح اليوم، ورحّب بها سكان الحي القديم."


def saved(path: Path, encoding: str, sha256: str) -> Path:
    sidecar = path.with_name(f"{path.name}.lina.ann.jsonl")
    sidecar.write_text(f'{{"record":"article","sha256":"{sha256}","encoding":"{encoding}"}}\n', encoding="utf-8")
    return sidecar


def test_an_article_is_read_as_its_sidecar_says_though_it_could_be_read_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    # Two letters of Windows-1256 that are one of UTF-8, and one that is too short to be told from ISO-8859-6.
    for source in ("ط§", "سلام"):
        path.write_bytes(source.encode("windows-1256"))
        first = read_article(path, "windows-1256")
        assert first.text == source
        sidecar = saved(path, first.encoding, first.sha256)
        assert read_article(path, sidecar=sidecar) == first
        assert read_article(path, "windows-1256", sidecar) == first


def test_a_sidecar_says_nothing_of_bytes_that_it_was_not_made_for(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes(RECORDED.encode("windows-1256"))
    sidecar = saved(path, "windows-1256", read_article(path).sha256)
    path.write_text(RECORDED, encoding="utf-8")
    assert read_article(path, sidecar=sidecar).text == RECORDED
    assert read_article(path, "utf-8", sidecar).text == RECORDED


def test_a_sidecar_that_says_what_cannot_be_does_not_keep_its_article_shut(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_text(RECORDED, encoding="utf-8")
    first = read_article(path)
    for wrong in ("iso-8859-6", "utf-16be", "utf-7", ""):
        assert read_article(path, sidecar=saved(path, wrong, first.sha256)) == first


def test_what_is_forced_may_not_make_other_text_of_what_was_annotated(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes("سلام".encode("windows-1256"))
    sidecar = saved(path, "windows-1256", read_article(path, "windows-1256").sha256)
    with pytest.raises(ArticleError) as caught:
        read_article(path, "iso-8859-6", sidecar)
    assert str(caught.value) == (
        f"{path}: was annotated as windows-1256, and is other text in iso-8859-6; leave --encoding out."
    )
    # These letters are the same in both.
    path.write_bytes("حدث".encode("windows-1256"))
    sidecar = saved(path, "windows-1256", read_article(path, "windows-1256").sha256)
    assert read_article(path, "iso-8859-6", sidecar).text == "حدث"
