"""Bad input on the real command line: one sentence that names the file, a status, and nothing changed."""

from __future__ import annotations

import os
import stat
import subprocess
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from small_article import TEXT, contents, sidecar_of, write_article
from terminal_session import HASHIYA, surroundings, without_privileges

HEADER = (
    '{"record":"article","format":"hashiya/1","source":"story.txt","sha256":"0","encoding":"utf-8","length":1,'
    '"unit":"codepoint","schema":{"name":"actor-event","version":"1"},"annotator":"lina","status":"new","note":"",'
    '"created":"2026-01-01T00:00:00Z","updated":"2026-01-01T00:00:00Z","seconds_active":0,"tool":"hashiya 0.1.0"}\n'
)
LABEL = '[[label]]\nname = "actor"\nkey = "{key}"\ncolour = "blue"\nmark = "bold"\n'
SCHEMA = '[schema]\nname = "own"\nversion = "1"\n' + LABEL


def run(
    home: Path, *arguments: str | Path, data: bytes = b"", before: Sequence[str] = (), **more: str
) -> subprocess.CompletedProcess[bytes]:
    """The command with nothing of a terminal about it; `before` runs it, `more` goes into its environment."""
    command = [*before, *HASHIYA, *arguments]
    return subprocess.run(
        command, input=data, capture_output=True, check=False, env=surroundings(home, **more), cwd=home
    )


def assert_one_sentence(told: bytes, *named: str, first: str = "hashiya: ") -> None:
    text = told.decode()
    assert text.startswith(first)
    assert text.endswith(".\n")
    assert text.count("\n") == 1
    assert [name for name in named if name not in text] == []
    assert text.rstrip("\n").isprintable()


ARTICLES: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "blank": ("\ufeff \n\t\n".encode(), "is empty"),
    "binary": (b"\x7fELF\x02\x00\x00", "byte 5 is NUL"),
    "undecodable": ("قال".encode() + b"\xe4\xc7\n", "byte 6: 0xe4"),
    "cut in a letter": ("قال".encode()[:-1], "is not UTF-8"),
    "UTF-16 cut in a letter": ("قال".encode("utf-16")[:-1], "is not UTF-16LE"),
    "UTF-16 without a mark and Arabic": ("said".encode("utf-16-le"), "is binary"),
    "UTF-32": ("قال".encode("utf-32"), "is UTF-32"),
}


@pytest.mark.parametrize("kind", ARTICLES)
def test_what_is_no_article_cannot_be_shown(tmp_path: Path, kind: str) -> None:
    data, reason = ARTICLES[kind]
    article = write_article(tmp_path / "a", data)
    before = contents(tmp_path / "a")
    told = run(tmp_path, "show", article)
    assert told.returncode == 1
    assert told.stdout == b""
    assert_one_sentence(told.stderr, str(article), reason)
    told = run(tmp_path, "show", "-", data=data)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "standard input: ", reason)
    assert contents(tmp_path / "a") == before


@pytest.mark.parametrize("command", [(), ("show",), ("export",)], ids=["read", "show", "export"])
@pytest.mark.parametrize(("name", "reason"), [("gone/in/it.txt", "no such file"), ("story.txt/x", "")])
def test_a_missing_path_is_named(tmp_path: Path, command: Sequence[str], name: str, reason: str) -> None:
    write_article(tmp_path)
    told = run(tmp_path, *command, name)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, name, reason)


def test_without_a_path_the_folder_articles_is_meant(tmp_path: Path) -> None:
    told = run(tmp_path)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "articles: no such file or folder")


def test_a_folder_is_no_article_and_one_without_articles_no_library(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()
    (folder / "notes.md").write_text("# قائمة\n", encoding="utf-8")
    told = run(tmp_path, folder)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, f"{folder}: holds no articles")
    told = run(tmp_path, "show", folder)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, f"{folder}: is a directory")


def test_without_a_terminal_the_screen_is_refused(tmp_path: Path) -> None:
    told = run(tmp_path, write_article(tmp_path / "a"))
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "needs a terminal", "hashiya show FILE")


@pytest.mark.parametrize("what", ["article", "folder"])
def test_what_may_not_be_read_is_told_of(tmp_path: Path, what: str) -> None:
    article = write_article(tmp_path / "a")
    locked = article if what == "article" else article.parent
    locked.chmod(0)
    told = run(tmp_path, "show", article, before=without_privileges())
    locked.chmod(0o755)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, str(article), "ermission denied")


def test_a_folder_that_may_not_be_read_is_told_of(tmp_path: Path) -> None:
    folder = write_article(tmp_path / "a").parent
    folder.chmod(0)
    told = [run(tmp_path, *command, folder, before=without_privileges()) for command in ((), ("export",))]
    folder.chmod(0o755)
    assert [one.returncode for one in told] == [1, 1]
    for one in told:
        assert_one_sentence(one.stderr, str(folder), "ermission denied")


DAMAGE: dict[str, tuple[str, str]] = {
    "cut": (HEADER[:100], "line 1"),
    "no JSON": ("\x1b]52;c;eA==\x07\n", "line 1"),
    "wrong types": (HEADER.replace('"length":1', '"length":"\\u001b[2J"'), "length"),
    "no article first": ('{"record":"span"}\n', "line 1"),
    "another version": (HEADER.replace("hashiya/1", "hashiya/9"), "hashiya/9"),
    "a version that is no name": (HEADER.replace("hashiya/1", "\\u001b[2J\\u202e"), "\\x1b[2J"),
    "a changed source": (HEADER, "made for other text"),
    "empty": ("", "line 1"),
    "not UTF-8": ("\udcff", "line 1"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_sidecar_that_cannot_be_used_is_told_of_and_left_alone(tmp_path: Path, kind: str) -> None:
    data, reason = DAMAGE[kind]
    article = write_article(tmp_path / "a")
    sidecar_of(article).write_bytes(data.encode(errors="surrogateescape"))
    before = contents(tmp_path / "a")
    shown, exported = run(tmp_path, "show", article), run(tmp_path, "export", article.parent)
    assert shown.returncode == exported.returncode == 1
    # The article can be read all the same.
    assert len(shown.stdout.decode().split()) == len(TEXT.split())
    assert_one_sentence(shown.stderr, str(sidecar_of(article)), reason)
    sentence, _, summary = exported.stderr.decode().partition("\n")
    assert_one_sentence(f"{sentence}\n".encode(), str(sidecar_of(article)), reason)
    assert summary == "0 records written.\n"
    assert exported.stdout == b""
    assert contents(tmp_path / "a") == before


SCHEMAS: dict[str, tuple[str, Sequence[str]]] = {
    "no TOML": ("x = [", ["is not valid TOML"]),
    "not UTF-8": ("x = '\udcff'", ["line 1", "UTF-8"]),
    "an unknown key": ('[schema]\nname = "x"\nversion = "1"\n"\\u001b]52;" = 1\n' + LABEL.format(key="a"), ["unknown"]),
    "two labels of a name": (SCHEMA.format(key="a") + LABEL.format(key="e"), ["declared twice"]),
}


@pytest.mark.parametrize("kind", SCHEMAS)
def test_a_broken_schema_is_named(tmp_path: Path, kind: str) -> None:
    data, reasons = SCHEMAS[kind]
    article = write_article(tmp_path / "a")
    schema = tmp_path / "a" / "hashiya.toml"
    schema.write_bytes(data.encode(errors="surrogateescape"))
    before = contents(tmp_path / "a")
    for command in ((), ("show",), ("export",)):
        told = run(tmp_path, *command, article)
        assert told.returncode == 1
        assert_one_sentence(told.stderr, str(schema), *reasons)
    assert contents(tmp_path / "a") == before


def test_a_schema_that_can_be_mended_costs_nothing(tmp_path: Path) -> None:
    article = annotated(tmp_path / "a")
    whole = run(tmp_path, "show", article), run(tmp_path, "export", article)
    schema = tmp_path / "a" / "hashiya.toml"
    schema.write_text(SCHEMA.format(key="a") + LABEL.format(key="a").replace('"actor"', '"other"'))
    shown, exported = run(tmp_path, "show", article), run(tmp_path, "export", article)
    assert (shown.returncode, exported.returncode) == (0, 0)
    assert (shown.stdout, exported.stdout.count(b"\n")) == (whole[0].stdout, whole[1].stdout.count(b"\n"))
    assert_one_sentence(shown.stderr, f"{schema}: label other, key: 'a' is taken by label actor; choose another")
    sentence, _, summary = exported.stderr.decode().partition("\n")
    assert_one_sentence(f"{sentence}\n".encode(), f"{schema}: label other, key: 'a' is taken by label actor")
    assert summary == "1 record written.\n"


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ("annotator = [", "is not valid TOML"),
        ("annotator = 3", "annotator: expected"),
        ('annotator = "a/b"', "holds '/'"),
        ("annotator = '\udcff'", "line 1: is not UTF-8"),
    ],
)
def test_settings_that_do_not_say_who_annotates_are_named(tmp_path: Path, settings: str, reason: str) -> None:
    article = write_article(tmp_path / "a")
    file = tmp_path / ".config" / "hashiya" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(settings.encode(errors="surrogateescape"))
    told = run(tmp_path, "show", article, HASHIYA_ANNOTATOR="")
    assert told.returncode == 1
    assert_one_sentence(told.stderr, str(file), reason)


@pytest.mark.parametrize("name", ["a/b", "..", "", "x" * 65, "\x1b]0;x\x07", "لينا\u200f"])
def test_a_name_that_no_sidecar_can_carry_is_refused(tmp_path: Path, name: str) -> None:
    told = run(tmp_path, "show", write_article(tmp_path / "a"), "--annotator", name)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "--annotator", "the annotator's name")


def test_every_command_refuses_such_a_name(tmp_path: Path) -> None:
    article = write_article(tmp_path / "a")
    for command in ((), ("export",)):
        told = run(tmp_path, *command, article, "--annotator", "a/b")
        assert told.returncode == 1
        assert_one_sentence(told.stderr, "--annotator", "the annotator's name")
    assert_one_sentence(run(tmp_path, article, HASHIYA_ANNOTATOR="a/b").stderr, "HASHIYA_ANNOTATOR")


def annotated(folder: Path, text: str = TEXT) -> Path:
    article = write_article(folder, text)
    digest = sha256(text.encode()).hexdigest()
    sidecar = HEADER.replace('"sha256":"0"', f'"sha256":"{digest}"').replace('"length":1', f'"length":{len(text)}')
    sidecar_of(article).write_text(sidecar, encoding="utf-8")
    return article


PLACES: dict[str, Callable[[Path], Path]] = {
    "the article": lambda article: article,
    "another article": lambda article: write_article(article.parent, name="other.txt"),
    "its sidecar": lambda article: sidecar_of(article),
    "the schema": lambda article: article.with_name("hashiya.toml"),
    "a folder": lambda article: article.parent,
    "no folder": lambda article: article / "out.jsonl",
    "a folder that is not there": lambda article: article.with_name("gone") / "out.jsonl",
}


@pytest.mark.parametrize("kind", PLACES)
def test_an_export_goes_nowhere_that_it_must_not(tmp_path: Path, kind: str) -> None:
    article = annotated(tmp_path / "a")
    place = PLACES[kind](article)
    before = contents(tmp_path / "a")
    told = run(tmp_path, "export", article, "-o", place)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, str(place))
    assert contents(tmp_path / "a") == before


@pytest.mark.parametrize(("output", "report"), [("out", "out"), ("out", "a/../out"), ("new", "new/report.jsonl")])
def test_a_report_never_takes_the_place_of_the_export(tmp_path: Path, output: str, report: str) -> None:
    article = annotated(tmp_path / "a")
    told = run(tmp_path, "export", article, "-o", tmp_path / output, "--report", tmp_path / report)
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "is where the export goes", "--report")
    assert [path.name for path in tmp_path.iterdir() if path.name in ("out", "new")] == []


def test_an_export_goes_through_links_and_into_pipes(tmp_path: Path) -> None:
    article = annotated(tmp_path / "a")
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(tmp_path / "real.jsonl")
    os.mkfifo(pipe)
    wanted = run(tmp_path, "export", article).stdout
    assert wanted.count(b"\n") == 1
    assert run(tmp_path, "export", article, "-o", link).returncode == 0
    assert link.is_symlink()
    assert (tmp_path / "real.jsonl").read_bytes() == wanted
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert run(tmp_path, "export", article, "-o", pipe).returncode == 0
    assert stat.S_ISFIFO(pipe.lstat().st_mode)
    assert os.read(reader, 1 << 16) == wanted
    os.close(reader)


@pytest.mark.parametrize("arguments", [("show",), ("show", "--json"), ("export",)], ids=" ".join)
def test_a_reader_that_leaves_early_costs_no_traceback(tmp_path: Path, arguments: Sequence[str]) -> None:
    article = annotated(tmp_path / "a", TEXT * 900)
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [*HASHIYA, *arguments, article], stdout=write_end, stderr=subprocess.PIPE, env=surroundings(tmp_path)
    )
    os.close(write_end)
    assert len(os.read(read_end, 10)) == 10
    os.close(read_end)
    told = process.communicate()[1].decode()
    assert "Traceback" not in told
    assert "Exception" not in told


@pytest.mark.parametrize("arguments", [("show",), ("show", "--json"), ("export",)], ids=" ".join)
def test_a_full_disk_is_told_of(tmp_path: Path, arguments: Sequence[str]) -> None:
    if not Path("/dev/full").is_char_device():
        pytest.skip("this system has no /dev/full")
    article = annotated(tmp_path / "a")
    with Path("/dev/full").open("wb") as full:
        told = subprocess.run(
            [*HASHIYA, *arguments, article],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env=surroundings(tmp_path),
        )
    assert told.returncode == 1
    assert_one_sentence(told.stderr.splitlines(keepends=True)[0], "standard output", "no space left")
    assert b"Traceback" not in told.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-"])
@pytest.mark.parametrize("arguments", ["", "show", "export"])
def test_a_closed_stream_is_told_of(tmp_path: Path, arguments: str, closed: str) -> None:
    article = write_article(tmp_path / "a")
    told = subprocess.run(
        ["/bin/sh", "-c", f'"$@" {closed}', "sh", *HASHIYA, *arguments.split(), article],
        capture_output=True,
        check=False,
        env=surroundings(tmp_path),
    )
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "standard input or output is closed")


def test_a_locale_that_cannot_write_arabic_is_told_of(tmp_path: Path) -> None:
    told = run(tmp_path, "show", write_article(tmp_path / "a"), PYTHONIOENCODING="iso8859-1")
    assert told.returncode == 1
    assert_one_sentence(told.stderr, "iso8859-1", "UTF-8")


@pytest.mark.parametrize(
    "arguments",
    [("export", "x", "--format", "\x1b[2Jxml"), ("show", "--width", "\x1b[2J", "x"), ("show", "x", "\x1b[2J")],
)
def test_arguments_are_repeated_as_escapes(tmp_path: Path, arguments: Sequence[str]) -> None:
    write_article(tmp_path, name="x")
    told = run(tmp_path, *arguments)
    assert told.returncode in (1, 2)
    assert "\x1b" not in told.stderr.decode()
    assert "\\x1b" in told.stderr.decode()
