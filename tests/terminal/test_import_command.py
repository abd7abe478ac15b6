"""`hashiya import` on the real command line: what comes back, what is left as it is, and what leads nowhere."""

from __future__ import annotations

import errno
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from small_article import SECOND_WORD, TEXT, contents, sidecar_of, spans_of, write_article
from terminal_session import HASHIYA, surroundings

from annotations.article import read_article
from annotations.exchange.importing import Wanted, import_files
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span
from annotations.store.files import save_layer, sidecar_path
from annotations.store.lock import Lock
from annotations.store.opening import load_layer

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
SPAN = {"id": "s1", "start": SECOND_WORD[0], "end": SECOND_WORD[1], "label": "actor"}


def run(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command, environment = [*HASHIYA, *arguments], surroundings(home)
    return subprocess.run(command, capture_output=True, check=False, env=environment, cwd=home, encoding="utf-8")


def told_of(folder: Path, *found: object, form: str = "jsonl", annotator: str | None = "lina") -> tuple[list[str], int]:
    """What an import into the folder tells, and how many problems it counts."""
    file = folder.parent / "in.jsonl"
    file.write_text("".join(json.dumps(one) + "\n" for one in found), encoding="utf-8")
    told: list[str] = []
    counts = import_files([file], Wanted(form, folder, annotator), told.append)
    return [one.replace(f"{folder.parent}/", "") for one in told], counts.problems


def line(**more: object) -> dict[str, object]:
    return {"id": "story.txt", "text": TEXT, **more}


def annotate(path: Path, annotator: str) -> Layer:
    layer = Layer.new(read_article(path), annotator, BUILT_IN, NOW, "test")
    for number, kind in enumerate(("event", "actor")):
        layer = layer.add(make_span(TEXT, [SECOND_WORD, (30, 34)][number:], kind, id=f"s{number}", now=NOW, note="ن"))
    layer = layer.add_link(make_link("s0", "agent", "s1", id="l1", now=NOW))
    save_layer(path, layer.with_header(status="done"))
    return layer


@pytest.mark.parametrize("form", ["jsonl", "doccano", "label-studio", "brat", "w3c"])
def test_an_export_comes_back(tmp_path: Path, form: str) -> None:
    for name in ("story.txt", "sub/other.txt"):
        path = write_article((tmp_path / "a" / name).parent, name=Path(name).name)
        for annotator in ("lina", "omar"):
            annotate(path, annotator)
    assert run(tmp_path, "export", "a", "--format", form, "-o", "out").returncode == 0
    told = run(tmp_path, "import", "out", "--format", form, "--into", "b/c")
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == "2 articles written, with 8 spans and 4 links imported.\n"
    before, after = contents(tmp_path / "a"), contents(tmp_path / "b" / "c")
    assert {key.replace("/b/c/", "/a/") for key in after} == set(before)
    assert run(tmp_path, "validate", "b/c").returncode == 0
    assert run(tmp_path, "export", "b/c", "--format", form, "-o", "again").returncode == 0
    assert written(tmp_path / "again") == written(tmp_path / "out")
    once_more = run(tmp_path, "import", "out", "--format", form, "--into", "b/c")
    assert once_more.returncode == 1
    assert once_more.stderr.endswith(
        "0 articles written, 2 already there, with 0 spans and 0 links imported; 4 problems.\n"
    )
    assert sorted(one.rpartition(": ")[2] for one in once_more.stderr.splitlines()[:-1]) == [
        f"b/c/{name}.{annotator}.ann.jsonl is there, and is left as it is."
        for name in ("story.txt", "sub/other.txt")
        for annotator in ("lina", "omar")
    ]
    assert contents(tmp_path / "b" / "c") == after


def written(output: Path) -> dict[str, bytes]:
    """What an export wrote, a file or a folder of them."""
    files = [output] if output.is_file() else sorted(output.iterdir())
    return {file.name if output.is_dir() else "": file.read_bytes() for file in files}


def test_a_layer_comes_back_as_it_was(tmp_path: Path) -> None:
    layer = annotate(write_article(tmp_path / "a"), "lina")
    run(tmp_path, "export", "a", "-o", "out.jsonl")
    run(tmp_path, "import", "out.jsonl", "--into", "b")
    found = load_layer(read_article(tmp_path / "b" / "story.txt"), "lina", BUILT_IN, NOW, "other")
    assert found.with_header(tool="test") == layer.with_header(status="done")


def test_plain_text_and_articles_alone(tmp_path: Path) -> None:
    write_article(tmp_path, TEXT.encode("utf-16"), "one.txt")
    write_article(tmp_path, b" ", "empty.txt")
    told = run(tmp_path, "import", "one.txt", "empty.txt", "gone.txt", "--format", "txt", "--into", "b")
    assert told.returncode == 1
    assert [one.split(";")[0] for one in told.stderr.splitlines()] == [
        "hashiya: empty.txt: is empty",
        "hashiya: gone.txt: cannot be read (no such file or directory)",
        "1 article written, with 0 spans and 0 links imported",
    ]
    assert (tmp_path / "b" / "one.txt").read_bytes() == ("\ufeff" + TEXT).encode()
    (tmp_path / "in.jsonl").write_text('{"url": "a/b", "body": "س\\r\\n", "n": 1}\n', encoding="utf-8")
    fields = ("--text-field", "body", "--id-field", "url")
    told = run(tmp_path, "import", "in.jsonl", "--format", "articles-jsonl", "--into", "b", *fields)
    assert told.returncode == 0
    assert told.stderr.startswith("hashiya: in.jsonl, line 1: the key n is left out, here and below.\n")
    assert (tmp_path / "b" / "a" / "b.txt").read_bytes() == "س\r\n".encode()
    assert not list((tmp_path / "b").rglob("*.ann.*"))


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "../x", "/etc/x", "a/../../x", "a//x", "./x", "a/", ".git/config", ".x"),
        *("a\0b", "a\nb", "\x1b[2J", "\u202ex", "..\\x", "C:\\x", "x" * 2000, "x" * 230, "sub/x", "story.txt/x"),
    ],
)
def test_no_id_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    inside, outside = tmp_path / "a", tmp_path / "outside"
    outside.mkdir()
    write_article(inside)
    (inside / "sub").symlink_to(outside)
    before = contents(tmp_path)
    told, problems = told_of(inside, line(id=name, spans=[SPAN]))
    (tmp_path / "in.jsonl").unlink()
    assert (len(told), problems) == (1, 1)
    assert told[0].startswith("in.jsonl, line 1: ")
    assert told[0].isprintable()
    assert len(told[0]) < 600
    assert contents(tmp_path) == before


@pytest.mark.parametrize("name", ["hashiya.toml", "x.ann.jsonl", "story.txt.omar.ann.jsonl", "قصة", "A.TXT"])
def test_only_articles_are_written(tmp_path: Path, name: str) -> None:
    assert told_of(tmp_path / "a", line(id=name)) == ([], 0)
    assert [path.name for path in (tmp_path / "a").iterdir()] == [name if name == "A.TXT" else f"{name}.txt"]


def test_nothing_that_is_there_is_changed(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    write_article(folder, "نص آخر", "other.txt")
    story = write_article(folder)
    sidecar_of(story).with_name("story.txt.omar.ann.journal").write_bytes(b"?")
    sidecar_of(story).write_bytes(b"mine")
    (folder / "link.txt").symlink_to(story)
    before = contents(folder)
    told, problems = told_of(
        folder, line(id="other"), line(spans=[SPAN]), line(id="link.txt", spans=[SPAN]), line(id="link.txt")
    )
    assert problems == 4
    assert told[0] == "in.jsonl, line 1: a/other.txt is there and is not this text, and is left as it is."
    assert told[1] == "in.jsonl, line 2: a/story.txt.lina.ann.jsonl is there, and is left as it is."
    assert told_of(folder, line(spans=[SPAN]), annotator="omar")[1] == 1
    assert contents(folder) == before
    with Lock.acquire(sidecar_path(story, "zaid"), NOW):
        ((sentence,), problems) = told_of(folder, line(spans=[SPAN]), annotator="zaid")
        assert "is open elsewhere" in sentence
    assert contents(folder) == before


def test_an_id_that_comes_twice_is_told_as_one_of_this_import(tmp_path: Path) -> None:
    other = line(text="نص آخر", spans=[])
    assert told_of(tmp_path / "a", line(spans=[SPAN]), line(spans=[SPAN]), other, line(annotator="omar")) == (
        [
            "in.jsonl, line 2: a/story.txt.lina.ann.jsonl came before in this import, and stays as it is.",
            "in.jsonl, line 3: a/story.txt came before in this import with another text: two articles have its id.",
            "in.jsonl, line 4: a/story.txt.lina.ann.jsonl came before in this import, and stays as it is.",
        ],
        3,
    )


def test_a_symbolic_link_is_no_article_whatever_it_leads_to(tmp_path: Path) -> None:
    write_article(tmp_path / "a", "س", "xx")
    # The link itself is as long as the text.
    (tmp_path / "a" / "link.txt").symlink_to("xx")
    assert told_of(tmp_path / "a", line(id="link.txt", text="س"))[1] == 1


def test_what_the_schema_has_not_is_kept_and_told_of_once(tmp_path: Path) -> None:
    spans = [SPAN, SPAN | {"id": "s2", "label": "PER\x1b"}]
    link = {"id": "l1", "event": "s1", "role": "ARG0", "actor": "s2"}
    found = [line(id=name, spans=spans, links=[link]) for name in ("one", "two")]
    told, problems = told_of(tmp_path / "a", *found)
    assert told == [
        "in.jsonl, line 1: the schema actor-event has no label PER\\x1b; it is kept, here and below.",
        "in.jsonl, line 1: the schema actor-event has no role ARG0; it is kept, here and below.",
    ]
    assert problems == 0
    assert [span.label for span in spans_of(tmp_path / "a" / "two.txt")] == ["actor", "PER\x1b"]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (line(annotator="../x", spans=[SPAN]), "the annotator's name ../x holds"),
        (line(annotator="omar", schema={"name": "x" * 300, "version": "1"}), "schema, name has a length of 300"),
        (line(text="\0\1\2"), "story.txt: "),
        (line(text=" \n"), "story.txt: is empty"),
    ],
)
def test_what_no_sidecar_and_no_article_can_be_is_told_and_not_written(
    tmp_path: Path, found: dict[str, object], reason: str
) -> None:
    ((sentence,), problems) = told_of(tmp_path / "a", found, annotator=None)
    assert reason in sentence
    assert (problems, list((tmp_path / "a").iterdir())) == (1, [])


def test_an_annotator_who_is_named_has_them_all(tmp_path: Path) -> None:
    write_article(tmp_path, json.dumps(line(annotator="omar", spans=[SPAN])), "in.jsonl")
    assert run(tmp_path, "import", "in.jsonl", "--into", "a", "--annotator", "lina").returncode == 0
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == ["story.txt", "story.txt.lina.ann.jsonl"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int, _data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    file = write_article(tmp_path, json.dumps(line(spans=[SPAN])), "in.jsonl")
    monkeypatch.setattr("annotations.store.disk.os.write", full)
    told: list[str] = []
    import_files([file], Wanted("jsonl", tmp_path / "a", "lina"), told.append)
    monkeypatch.undo()
    assert "the article story.txt cannot be written (no space left on device)" in told[0]
    assert list((tmp_path / "a").iterdir()) == []


def test_where_files_have_one_name_only_nothing_is_replaced_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("annotations.store.disk.os.link", no_links)
    assert told_of(tmp_path / "a", line(), line(text="نص آخر"))[1] == 1
    assert contents(tmp_path / "a") == {str(tmp_path / "a" / "story.txt"): TEXT.encode()}


@pytest.mark.parametrize(
    ("arguments", "status", "reason"),
    [
        (
            ("in.jsonl", "--into", "a", "--format", "docano"),
            1,
            "hashiya: the format docano cannot be imported; perhaps",
        ),
        (("in.jsonl", "--into", "in.jsonl"), 1, "hashiya: in.jsonl: cannot be made"),
        (("in.jsonl", "--into", "a", "--annotator", "../x"), 1, "hashiya: --annotator: the annotator's name ../x"),
        ((".", "--into", "a"), 1, "hashiya: .: is a directory; give a file."),
        (("/dev/zero", "--into", "a"), 1, "hashiya: /dev/zero: is a device or a socket; give a file."),
        (("in.jsonl",), 2, "Usage: "),
    ],
)
def test_what_cannot_be_meant_is_told(tmp_path: Path, arguments: tuple[str, ...], status: int, reason: str) -> None:
    (tmp_path / "in.jsonl").touch()
    told = run(tmp_path, "import", *arguments)
    assert (told.returncode, told.stdout) == (status, "")
    assert told.stderr.startswith(reason)
