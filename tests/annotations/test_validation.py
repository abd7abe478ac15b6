from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from layer_strategies import LATER, NOW, TEXT, TOOL, empty_layer, layers, link_of, span_of

from annotations.article import read_article
from annotations.errors import HashiyaError
from annotations.layer import Layer
from annotations.schema import BUILT_IN, load_schema
from annotations.store.aside import read_aside
from annotations.store.files import save_layer, sidecar_path
from annotations.store.inventory import take_stock
from annotations.store.keeper import Keeper
from annotations.store.lock import Lock
from annotations.store.repair import repair
from annotations.store.sidecar import decode, encode
from annotations.store.validation import Checker


def sample() -> Layer:
    """A header, an event, two actors and a link: lines 1 to 5."""
    layer = empty_layer().add(span_of(TEXT, (6, 13))).add(span_of(TEXT, (0, 5), span_id="e1", label="event"))
    return layer.add(span_of(TEXT, (30, 33), (44, 47), span_id="s2")).add_link(link_of("e1", "s1"))


LINES = encode(sample()).splitlines()


def library(folder: Path, *lines: bytes, text: str = TEXT) -> Path:
    """A folder with an article and lina's sidecar of it, of these lines where they are given; the sidecar."""
    article = folder / "story.txt"
    article.write_text(text, encoding="utf-8", newline="")
    if lines:
        sidecar_path(article, "lina").write_bytes(b"\n".join((*lines, b"")))
    else:
        save_layer(article, sample())
    return sidecar_path(article, "lina")


def edited(number: int, old: bytes, new: bytes) -> list[bytes]:
    assert old in LINES[number - 1]
    return [*LINES[: number - 1], LINES[number - 1].replace(old, new), *LINES[number:]]


def found(*paths: Path, annotator: str | None = None) -> list[str]:
    """What is told of the paths, the folder of the first left out."""
    checker = Checker(NOW, TOOL)
    findings = [finding for item in take_stock(paths, annotator) for finding in checker.findings(item)]
    return [str(finding).removeprefix(f"{paths[0]}/") for finding in findings]


def repaired(folder: Path) -> list[str]:
    """What is told when all under the folder that can be is repaired, a minute after it was checked."""
    checker = Checker(NOW, TOOL)
    broken = (item for item in take_stock([folder]) if any(one.is_repairable for one in checker.findings(item)))
    return [repair(item, checker, NOW + timedelta(minutes=1)) for item in broken]


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_nothing_is_wrong_with_what_the_program_writes(tmp_path: Path) -> None:
    library(tmp_path)
    before = files(tmp_path)
    assert found(tmp_path) == found(tmp_path / "story.txt") == []
    assert repaired(tmp_path) == []
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ([*LINES, b"junk"], ["6: error: not valid JSON (invalid character (byte 0)); --fix sets the line aside"]),
        (
            edited(1, b'"lina"', b'"omar"'),
            [
                "1: error: the annotator is omar, and the file's name says lina; repair the line, or move the file "
                "away to start anew"
            ],
        ),
        (
            edited(1, b'"version":"1"', b'"version":"9"'),
            ["1: warning: was made with the schema actor-event 9, and the library has actor-event 1"],
        ),
        (
            edited(1, b"hashiya/1", b"hashiya/2"),
            [
                "1: error: the format is 'hashiya/2' and not 'hashiya/1'; open it with the version of hashiya that "
                "wrote it, or move it away to start anew"
            ],
        ),
        (
            edited(4, b'"actor"', b'"place"'),
            [
                "4: error: the span s2: the schema actor-event has no label place; correct it, or add it to the schema",
            ],
        ),
        (
            edited(3, b'"subtype":null', b'"subtype":"x"'),
            ["3: error: the span s1: the label actor has no subtype x; correct it, or add it to the schema"],
        ),
        (
            edited(3, b'"attributes":{}', b'"attributes":{"tense":"past"}'),
            ["3: error: the span s1: the label actor has no attribute tense; correct it, or add it to the schema"],
        ),
        (
            edited(2, b'"attributes":{}', b'"attributes":{"tense":"then"}'),
            ["2: error: the span e1: the attribute tense has no value then; correct it, or add it to the schema"],
        ),
        (
            edited(5, b'"actor":"s1"', b'"actor":"s%b"' % "\u202e".encode()),
            ["5: error: the link l1: its actor s\\u202e is missing; correct or remove it"],
        ),
        (
            edited(5, b'"agent"', b'"chief"'),
            ["5: error: the link l1: the schema actor-event has no role chief; correct or remove it"],
        ),
        (
            edited(5, b'"actor":"s1"', b'"actor":"e1"'),
            [
                "5: error: the link l1: its actor is labelled event, and the role agent needs actor; correct or remove "
                "it",
            ],
        ),
        (
            [*LINES[:3], LINES[2].replace(b'"s1"', b'"s1b"'), *LINES[3:]],
            ["4: warning: the span s1b marks the same text with the same label as the span s1; remove one"],
        ),
        (
            [LINES[0], LINES[2], LINES[1], *LINES[3:]],
            ["2: warning: the line is not as, or where, the program writes it; --fix writes the file anew"],
        ),
        (
            [line + b"\r" for line in LINES],
            ["1: warning: the line ends in CR LF; --fix writes the file anew"],
        ),
        (
            [b"\xef\xbb\xbf" + LINES[0], *LINES[1:]],
            ["1: warning: the line has a byte order mark; --fix writes the file anew"],
        ),
        (
            [LINES[0], b"", *LINES[1:]],
            ["2: warning: the line is not as, or where, the program writes it; --fix writes the file anew"],
        ),
        (
            [*LINES, b""],
            ["7: warning: the line is not as, or where, the program writes it; --fix writes the file anew"],
        ),
    ],
)
def test_each_finding_is_a_line(tmp_path: Path, lines: list[bytes], wanted: list[str]) -> None:
    library(tmp_path, *lines)
    assert found(tmp_path) == [f"story.txt.lina.ann.jsonl:{one}" for one in wanted]


def test_an_article_that_changed_is_for_a_person(tmp_path: Path) -> None:
    sidecar = library(tmp_path, *LINES, b"junk", text=f"{TEXT} نهاية.")
    told = found(tmp_path)
    assert [one.split(";")[0] for one in told] == [
        f"{sidecar.name}:1: error: was made for other text than story.txt holds now",
        f"{sidecar.name}:6: error: not valid JSON (invalid character (byte 0))",
    ]
    assert repaired(tmp_path) == []
    before = files(tmp_path)
    with pytest.raises(HashiyaError, match="is not repaired: its article has changed"):
        repair(take_stock([tmp_path])[1], Checker(NOW, TOOL), NOW)
    assert files(tmp_path) == before


def test_what_lies_about_is_told(tmp_path: Path) -> None:
    sidecar = library(tmp_path)
    (tmp_path / "below").mkdir()
    (tmp_path / "below" / "gone.txt.omar.ann.jsonl").write_bytes(sidecar.read_bytes())
    (tmp_path / ".hashiya-0.tmp").touch()
    (tmp_path / "story.txt.lina.ann.aside").write_bytes(b'{"record":"aside","sidecar":"","line":1,"reason":"","at":""}')
    (tmp_path / "b\x1b.txt").write_bytes(b"a\0b")
    (tmp_path / "hashiya.toml").write_text("[schema")
    told = found(tmp_path)
    assert [one.split(":")[0] for one in told] == [
        "hashiya.toml",
        ".hashiya-0.tmp",
        "b\\x1b.txt",
        "below/gone.txt.omar.ann.jsonl",
        "story.txt.lina.ann.aside",
    ]
    assert [one.split(" ")[1] for one in told] == ["error:", "warning:", "error:", "error:", "warning:"]
    assert found(tmp_path, annotator="omar") == [*told[:2], *told[2:4]]
    assert found(tmp_path / "story.txt")[0].startswith(str(tmp_path / "hashiya.toml"))


def test_an_article_whose_name_comes_before_the_schemas_is_checked_against_it_too(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    text = '[schema]\nname = "own"\nversion = "1"\n[[label]]\nname = "PERS"\ncolour = "blue"\nmark = "bold"\n'
    (tmp_path / "hashiya.toml").write_text(text)
    schema = load_schema(tmp_path).schema
    layer = Layer.new(read_article(path), "lina", schema, NOW, TOOL)
    save_layer(path, layer.add(span_of(TEXT, (0, 6), label="PERS")))
    assert found(tmp_path) == []


def test_a_sidecar_may_stand_for_its_article(tmp_path: Path) -> None:
    sidecar = library(tmp_path, *LINES, b"junk")
    assert found(sidecar) == found(tmp_path / "story.txt") == found(tmp_path / "story.txt", sidecar)
    (tmp_path / "story.txt").unlink()
    assert found(sidecar) == [
        f"{sidecar}:1: error: has no article story.txt beside it; put that back, or move this file away"
    ]
    with pytest.raises(HashiyaError, match="no such file"):
        take_stock([tmp_path / "story.txt"])


def test_an_encoding_that_only_the_sidecar_knows_is_no_finding(tmp_path: Path) -> None:
    path = tmp_path / "story.txt"
    path.write_bytes("قال".encode("windows-1256"))
    article = read_article(path, "windows-1256")
    save_layer(path, Layer.new(article, "lina", BUILT_IN, NOW, TOOL))
    assert found(tmp_path) == []


def test_a_journal_that_holds_more_is_told_and_left_alone(tmp_path: Path) -> None:
    sidecar = library(tmp_path)
    article = read_article(tmp_path / "story.txt")
    keeper = Keeper.open(article, "lina", BUILT_IN, LATER, TOOL)
    keeper.push(keeper.layer.add(span_of(TEXT, (14, 17), span_id="s3")), "mark")
    keeper.sync(LATER)
    keeper.release()
    assert found(tmp_path) == [
        "story.txt.lina.ann.journal:1: warning: holds 1 change that the sidecar does not have yet; open the article to "
        "save it"
    ]
    sidecar.write_bytes(sidecar.read_bytes() + b"junk\n")
    before = files(tmp_path)
    with pytest.raises(HashiyaError, match="is not repaired: its journal holds more than it"):
        repaired(tmp_path)
    assert files(tmp_path) == before


def test_a_repair_keeps_the_file_and_every_line_that_it_leaves_out(tmp_path: Path) -> None:
    broken = [b"<<<<<<< ours", *reversed(LINES), b"\xffjunk"]
    sidecar = library(tmp_path, *broken)
    before = sidecar.read_bytes()
    sidecar.chmod(0o640)
    kept = "story.txt.lina.ann.jsonl.20261122T101600Z.bak"
    assert repaired(tmp_path) == [f"{sidecar}: repaired; the file as it was is {kept}."]
    assert sidecar.read_bytes() == encode(sample())
    assert (tmp_path / kept).read_bytes() == before
    assert (tmp_path / kept).stat().st_mode & 0o777 == sidecar.stat().st_mode & 0o777 == 0o640
    aside = tmp_path / "story.txt.lina.ann.aside"
    assert [one.bytes for one in read_aside(aside)] == [broken[0], broken[-1]]
    assert found(tmp_path) == [
        "story.txt.lina.ann.aside:1: warning: holds 2 lines set aside; look through it, then move it away"
    ]
    assert set(files(tmp_path)) == {"story.txt", sidecar.name, kept, aside.name}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(layer=layers(TEXT), junk=st.lists(st.sampled_from([b"junk", b"\xff", b"7", b"======="]), max_size=3))
def test_a_repair_loses_nothing(tmp_path_factory: pytest.TempPathFactory, layer: Layer, junk: list[bytes]) -> None:
    folder = tmp_path_factory.mktemp("a")
    lines = [*encode(layer).splitlines()[::-1], *junk]
    sidecar = library(folder, *lines)
    repaired(folder)
    assert decode(sidecar.read_bytes(), name="x") == layer
    assert sorted(one.bytes for one in read_aside(folder / "story.txt.lina.ann.aside")) == sorted(junk)
    assert repaired(folder) == []


def test_two_repairs_in_a_second_keep_two_files(tmp_path: Path) -> None:
    for junk in (b"one", b"two"):
        library(tmp_path, *LINES, junk)
        repaired(tmp_path)
    assert sum(name.endswith(".bak") for name in files(tmp_path)) == 2
    assert [one.bytes for one in read_aside(tmp_path / "story.txt.lina.ann.aside")] == [b"one", b"two"]


def test_what_another_program_has_open_is_left_alone(tmp_path: Path) -> None:
    sidecar = library(tmp_path, *LINES, b"junk")
    with Lock.acquire(sidecar, NOW):
        before = files(tmp_path)
        with pytest.raises(HashiyaError):
            repaired(tmp_path)
        assert files(tmp_path) == before


def test_a_symbolic_link_is_told_and_left_alone(tmp_path: Path) -> None:
    sidecar = library(tmp_path, *LINES, b"junk")
    (tmp_path / "elsewhere").mkdir()
    sidecar.rename(tmp_path / "elsewhere" / "real")
    sidecar.symlink_to(tmp_path / "elsewhere" / "real")
    assert found(tmp_path)[0].startswith(f"{sidecar.name}:1: warning: is a symbolic link")
    before = files(tmp_path)
    with pytest.raises(HashiyaError, match="it is a symbolic link"):
        repaired(tmp_path)
    assert sidecar.is_symlink()
    assert files(tmp_path) == before
    assert (tmp_path / "elsewhere" / "real").read_bytes().endswith(b"junk\n")


def test_only_old_leftovers_are_removed(tmp_path: Path) -> None:
    library(tmp_path)
    leftover = tmp_path / ".hashiya-00ff.tmp"
    leftover.touch()
    stamp = NOW.timestamp()
    os.utime(leftover, (stamp, stamp - 3000))
    with pytest.raises(HashiyaError, match="try again in an hour"):
        repaired(tmp_path)
    os.utime(leftover, (stamp, stamp - 3700))
    assert repaired(tmp_path) == [f"{leftover}: removed."]
    assert not leftover.exists()


def test_nothing_is_repaired_that_cannot_be_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library(tmp_path, *LINES, b"junk")
    before = files(tmp_path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("annotations.store.repair.replace_file", full)
    with pytest.raises(HashiyaError, match=r"no space left on device.*nothing is repaired without it"):
        repaired(tmp_path)
    assert files(tmp_path) == before


def test_a_file_that_changes_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sidecar = library(tmp_path, *LINES, b"junk")

    def meddle(*_: object) -> None:
        sidecar.write_bytes(b"theirs")

    monkeypatch.setattr("annotations.store.repair.set_aside", meddle)
    with pytest.raises(HashiyaError, match="another program has changed it"):
        repaired(tmp_path)
    assert sidecar.read_bytes() == b"theirs"
