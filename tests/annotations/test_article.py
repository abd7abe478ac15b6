from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from layer_strategies import texts

from annotations.article import decode_article, read_article
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


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        (b"", "story.txt: is empty; an article needs text."),
        (b" \r\n\t", "story.txt: is empty; an article needs text."),
        (b"\xef\xbb\xbf\n", "story.txt: is empty; an article needs text."),
        (b"PK\x03\x00", "story.txt: is binary (byte 3 is NUL); give a text file in UTF-8."),
        (
            "خبر".encode("utf-16"),
            "story.txt: is UTF-16, not UTF-8; convert it with iconv -f UTF-16 -t UTF-8.",
        ),
        (
            "خبر".encode("utf-32"),
            "story.txt: is UTF-32, not UTF-8; convert it with iconv -f UTF-32 -t UTF-8.",
        ),
        (
            b"abc " + "خبر".encode("windows-1256"),
            "story.txt: is not UTF-8 (byte 4: 0xce); convert it, for example with iconv -f WINDOWS-1256 -t UTF-8.",
        ),
        (
            "خبر".encode()[:-1],
            "story.txt: is not UTF-8 (byte 4: 0xd8); convert it, for example with iconv -f WINDOWS-1256 -t UTF-8.",
        ),
    ],
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
