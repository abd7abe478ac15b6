from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_strategies import NOW, TEXT, TOOL, article_of, link_of, span_of

from annotations.article import LARGEST, read_article
from annotations.errors import ArticleError
from annotations.finding import Articles, article_id, find_articles, library_root, natural_order
from annotations.layer import Layer
from annotations.library import Summary, summarise
from annotations.schema import BUILT_IN
from annotations.span import change_span
from annotations.store.files import save_layer, sidecar_path
from annotations.store.sidecars import Sidecars


def library(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT, encoding="utf-8")
    return folder


def names(folder: Path, *paths: Path) -> list[str]:
    return [article_id(path, folder) for path in find_articles(paths or (folder,))]


def test_articles_are_found_below_a_folder_in_natural_order(tmp_path: Path) -> None:
    library(tmp_path, "10-b.txt", "2-a.TXT", "sub/3.txt", "sub/deep/1.txt", "قصة.txt")
    library(tmp_path, ".hidden.txt", ".git/x.txt", "notes.md", "2-a.TXT.lina.ann.jsonl", "hashiya.toml", ".x.txt.tmp")
    assert names(tmp_path) == ["2-a.TXT", "10-b.txt", "sub/3.txt", "sub/deep/1.txt", "قصة.txt"]


@given(st.sets(st.lists(st.sampled_from(["1", "2", "10", "1-a", "a", "b2", "b10"]), min_size=1, max_size=3).map(tuple)))
def test_the_order_is_that_of_the_whole_paths(
    tmp_path_factory: pytest.TempPathFactory, found: set[tuple[str, ...]]
) -> None:
    folder = tmp_path_factory.mktemp("library")
    library(folder, *(f"{'/'.join(parts)}.txt" for parts in found))
    given_too = [folder.joinpath(*parts).with_suffix(".txt") for parts in sorted(found)[::2]]
    articles = Articles([folder, *given_too])
    whole = sorted(folder.rglob("*.txt"), key=natural_order)
    assert (list(articles), len(articles), list(articles)) == (whole, len(whole), whole)


def test_a_file_that_links_lead_to_is_found_once(tmp_path: Path) -> None:
    library(tmp_path, "b/x.txt", "b/data.dat", ".hidden.txt")
    for name, target in (("a.txt", "b/x.txt"), ("b/a.txt", "b/x.txt"), ("c.txt", "b/x.txt"), ("d.txt", ".hidden.txt")):
        (tmp_path / name).symlink_to(tmp_path / target)
    (tmp_path / "e.txt").symlink_to(tmp_path / "b" / "data.dat")
    (tmp_path / "f.txt").symlink_to(tmp_path / "b" / "data.dat")
    # Of a file in a folder that was not gone through yet, the link comes first.
    assert names(tmp_path) == ["a.txt", "d.txt", "e.txt"]
    assert names(tmp_path, tmp_path / "b", tmp_path / "b" / "x.txt", tmp_path) == ["a.txt", "d.txt", "e.txt"]
    # In one folder, and after it, the file itself goes before.
    assert names(tmp_path, tmp_path / "b") == ["b/x.txt"]
    assert names(tmp_path, tmp_path / "b", tmp_path / "c.txt") == ["b/x.txt"]


def test_folders_may_be_deeper_than_the_stack_of_the_language(tmp_path: Path) -> None:
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        for _ in range(sys.getrecursionlimit() // 4):
            Path("d").mkdir()
            os.chdir("d")
        Path("a.txt").write_text(TEXT, encoding="utf-8")
    finally:
        os.chdir(before)
    assert len(Articles([tmp_path])) == 1


def test_a_file_is_taken_as_it_is_but_never_the_programs_own(tmp_path: Path) -> None:
    library(tmp_path, "notes.md", ".hidden.txt", "a.txt", "a.txt.lina.ann.jsonl", "hashiya.toml")
    assert names(tmp_path, *sorted(tmp_path.iterdir())) == [".hidden.txt", "a.txt", "notes.md"]


def test_an_article_is_found_once(tmp_path: Path) -> None:
    library(tmp_path, "a.txt", "sub/b.txt")
    (tmp_path / "sub" / "a-link.txt").symlink_to(tmp_path / "a.txt")
    (tmp_path / "sub" / "loop").symlink_to(tmp_path)
    (tmp_path / "broken.txt").symlink_to(tmp_path / "none.txt")
    (tmp_path / "folder.txt").mkdir()
    assert names(tmp_path, tmp_path, tmp_path / "a.txt", tmp_path / "sub", tmp_path) == ["a.txt", "sub/b.txt"]


def test_a_path_that_is_missing_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ArticleError) as caught:
        find_articles([tmp_path / "none"])
    assert str(caught.value) == f"{tmp_path}/none: no such file or folder; check the spelling of the path."


def test_an_unreadable_folder_is_a_sentence_and_an_unreadable_subfolder_is_left_out(tmp_path: Path) -> None:
    library(tmp_path, "a.txt", "locked/b.txt")
    locked = tmp_path / "locked"
    locked.chmod(0)
    try:
        if os.access(locked, os.R_OK):
            pytest.skip("this user (root) may read every folder, so there is nothing to refuse")
        assert names(tmp_path) == ["a.txt"]
        with pytest.raises(ArticleError, match="locked: cannot be read"):
            find_articles([locked])
    finally:
        locked.chmod(0o755)


def test_the_root_is_the_folder_given_or_the_common_one(tmp_path: Path) -> None:
    library(tmp_path, "a/x.txt", "b/c/y.txt")
    assert library_root([tmp_path]) == tmp_path
    assert library_root([tmp_path / "a" / "x.txt"]) == tmp_path / "a"
    assert library_root([tmp_path / "a", tmp_path / "b" / "c" / "y.txt"]) == tmp_path
    assert library_root([]) == Path()
    assert article_id(tmp_path / "b" / "c" / "y.txt", tmp_path) == "b/c/y.txt"


def layer_for(path: Path) -> Layer:
    layer = Layer.new(article_of(TEXT, path), "lina", BUILT_IN, NOW, TOOL)
    government = change_span(span_of(TEXT, (6, 13)), now=NOW, subtype="gov")
    layer = layer.add(government).add(span_of(TEXT, (30, 40), span_id="s2"))
    return layer.add(span_of(TEXT, (0, 5), span_id="e1", label="event")).add_link(link_of("e1", "s1"))


def test_a_summary_counts_what_the_layer_holds(tmp_path: Path) -> None:
    path = library(tmp_path, "a.txt") / "a.txt"
    layer = layer_for(path).with_header(note="مصدر غير واضح")
    save_layer(path, layer)
    sidecar = sidecar_path(path, "lina")
    sidecar.write_bytes(sidecar.read_bytes() + b'{"record":"token","label":5,"end":"x"}\n')
    assert summarise(path, "lina") == Summary(
        path=path,
        title=TEXT,
        status="in-progress",
        counts=layer.counts(),
        progress=40 / len(TEXT),
        note="مصدر غير واضح",
        updated="2026-11-22T10:15:00Z",
        annotators=("lina",),
        links=1,
        subtypes={"gov": 1},
    )
    assert summarise(path, "omar") == Summary(path=path, title=TEXT, annotators=("lina",))
    save_layer(path, layer.with_header(status="done"))
    assert summarise(path, "lina").progress == 1.0


def test_a_summary_names_all_who_have_a_sidecar(tmp_path: Path) -> None:
    library(tmp_path, "a.txt", "a.txt.b.txt", "sub/a.txt")
    library(tmp_path, "a.txt.omar.ann.jsonl", "a.txt.lina.ann.jsonl", "a.txt.b.txt.سلمى.ann.jsonl")
    library(tmp_path, "a.txt.no name.ann.jsonl", ".ann.jsonl", "omar.ann.jsonl", "a.txt.omar.jsonl")
    names = Sidecars()
    assert names.annotators(tmp_path / "a.txt") == ("lina", "omar")
    assert names.annotators(tmp_path / "a.txt.b.txt") == ("سلمى",)
    assert names.annotators(tmp_path / "sub" / "a.txt") == ()
    assert names.annotators(tmp_path / "none" / "a.txt") == ()
    assert summarise(tmp_path / "a.txt", "rami", names).annotators == ("lina", "omar")


def test_a_folder_is_listed_once_and_the_annotators_own_sidecar_is_seen_all_the_same(tmp_path: Path) -> None:
    path = library(tmp_path, "a.txt", "a.txt.omar.ann.jsonl") / "a.txt"
    names = Sidecars()
    assert summarise(path, "lina", names).annotators == ("omar",)
    library(tmp_path, "a.txt.rami.ann.jsonl")
    save_layer(path, layer_for(path))
    assert summarise(path, "lina", names).annotators == ("lina", "omar")
    assert summarise(path, "lina").annotators == ("lina", "omar", "rami")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("\ufeff\r\n \t\r\n\u200fخبر عاجل \r\nثان", "\u200fخبر عاجل"),
        ("\n" * 9000 + " " * 9000 + "\nخبر", "خبر"),
        ("ب" * 100_000, "ب" * 200),
        ("خبر\u2028ثان", "خبر\u2028ثان"),
    ],
)
def test_the_title_is_the_first_line_that_is_not_blank(tmp_path: Path, text: str, title: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(text.encode())
    assert summarise(path, "lina") == Summary(path=path, title=title)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"", "is empty; an article needs text."),
        (b"\n" * 9000, "is empty; an article needs text."),
        (b"\xff\xfe\x00\x00\x2e\x06", "is UTF-32, which is not read; convert it with iconv -f UTF-32 -t UTF-8."),
        (b"ab\x00", "is binary (byte 2 is NUL); give a text file, or --encoding utf-16le if it is that."),
        (
            b"\xce\xc8\xd1",
            "is not UTF-8 (byte 0: 0xce), and nothing else for certain; name its encoding, for example with "
            "--encoding windows-1256.",
        ),
    ],
)
def test_the_summary_of_what_is_no_article_holds_its_sentence(tmp_path: Path, source: bytes, reason: str) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(source)
    assert summarise(path, "lina") == Summary(path=path, title="", error=f"{path}: {reason}")


def test_the_summary_of_an_article_that_is_too_large_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("خبر\n".encode())
    os.truncate(path, LARGEST + 1)
    assert summarise(path, "lina").error == f"{path}: is larger than 64 MiB; split it into articles."


def test_the_title_is_read_as_the_sidecar_says_or_as_is_forced(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("سلام\nبيان".encode("windows-1256"))
    assert "--encoding" in str(summarise(path, "lina").error)
    assert summarise(path, "lina", encoding="windows-1256").title == "سلام"
    save_layer(path, Layer.new(read_article(path, "windows-1256"), "lina", BUILT_IN, NOW, TOOL))
    assert summarise(path, "lina").title == "سلام"
    # Two letters of Windows-1256 that are one of UTF-8.
    path.write_bytes("ط§".encode("windows-1256"))
    save_layer(path, Layer.new(read_article(path, "windows-1256"), "lina", BUILT_IN, NOW, TOOL))
    assert summarise(path, "lina").title == "ط§"
    assert "was annotated as windows-1256" in str(summarise(path, "lina", encoding="utf-8").error)


def test_the_title_is_read_in_every_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    for encoding in ("utf-16", "utf-16-le", "utf-16-be", "windows-1256", "iso-8859-6"):
        path.write_bytes("\nقافلة المساعدات تصل إلى مدينة نوران\n\nوصلت القافلة.".encode(encoding))
        assert summarise(path, "lina").title == "قافلة المساعدات تصل إلى مدينة نوران"


def test_the_summary_of_a_missing_article_holds_its_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    assert summarise(path, "lina").error == f"{path}: no such file; check the spelling of the path."


def test_the_summary_of_a_damaged_sidecar_keeps_the_title(tmp_path: Path) -> None:
    path = library(tmp_path, "a.txt") / "a.txt"
    save_layer(path, layer_for(path))
    sidecar = sidecar_path(path, "lina")
    whole = sidecar.read_bytes()
    for damaged, sentence in (
        (whole.replace(b'"in-progress"', b'"x"'), "line 1: "),
        (whole.replace(b"hashiya/1", b"hashiya/2"), "line 1: the format is 'hashiya/2'"),
        (whole + b"\xff", "line 6: byte 0xff is not UTF-8"),
        (b"", "line 1: the header is missing"),
    ):
        sidecar.write_bytes(damaged)
        summary = summarise(path, "lina")
        assert (summary.title, summary.counts) == (TEXT, {})
        assert summary.error is not None
        assert summary.error.startswith(f"{sidecar}, {sentence}")


def test_a_damaged_line_of_a_sidecar_is_left_out_of_its_summary(tmp_path: Path) -> None:
    path = library(tmp_path, "a.txt") / "a.txt"
    save_layer(path, layer_for(path))
    sidecar = sidecar_path(path, "lina")
    whole = sidecar.read_bytes()
    counted = sum(summarise(path, "lina").counts.values())
    for damaged in (whole.replace(b'"end":5', b'"end":"5"'), whole.replace(b'"subtype":"gov"', b'"subtype":{}')):
        sidecar.write_bytes(damaged)
        summary = summarise(path, "lina")
        assert (summary.error, sum(summary.counts.values())) == (None, counted - 1)
