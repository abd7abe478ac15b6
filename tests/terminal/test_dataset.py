"""`hashiya export --split` on the real command line: a folder that is whole, or none."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from small_article import SECOND_WORD, TEXT, contents, sidecar_of, write_article
from terminal_session import HASHIYA, surroundings

from annotations.article import read_article
from annotations.exchange.agreement import Agreement, Score
from annotations.exchange.dataset_card import card
from annotations.exchange.manifest import Fates, Manifest, Part
from annotations.formats.features import STRING, ClassLabel, ListOf, Struct
from annotations.formats.splits import SPLITS, Shares, split_of
from annotations.labels import Label
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import make_link, make_span
from annotations.store.files import save_layer

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
EVENT = (0, 4)


def export(home: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*HASHIYA, "export", *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=surroundings(home), cwd=home, encoding="utf-8")


def annotated(folder: Path, name: str = "story.txt", annotator: str = "lina") -> Path:
    """An article with an event, an actor over two words apart, and the link between them."""
    path = write_article(folder, name=name)
    layer = Layer.new(read_article(path), annotator, BUILT_IN, NOW, "test")
    layer = layer.add(make_span(TEXT, [EVENT], "event", id="e1", now=NOW))
    layer = layer.add(make_span(TEXT, [SECOND_WORD, (20, 24)], "actor", id="s1", now=NOW))
    save_layer(path, layer.add_link(make_link("e1", "agent", "s1", id="l1", now=NOW)))
    return path


def library(home: Path, folders: int = 4, articles: int = 8) -> Path:
    """Articles in folders, every second one by two annotators."""
    for number in range(folders * articles):
        folder = home / "a" / f"f{number % folders}"
        for annotator in ("lina", "omar")[: 1 + number % 2]:
            annotated(folder, f"{number}.txt", annotator)
    return home / "a"


def lines_of(folder: Path, split: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / f"{split}.jsonl").read_text("utf-8").splitlines()]


def manifest_of(folder: Path) -> dict[str, dict[str, dict[str, object]]]:
    manifest: dict[str, dict[str, dict[str, object]]] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return manifest


def test_every_article_is_in_the_split_of_its_hash_with_all_its_annotators(tmp_path: Path) -> None:
    before = contents(library(tmp_path))
    told = export(tmp_path, "a", "--split", "60/20/20", "-o", "out")
    assert (told.returncode, told.stdout) == (0, "")
    assert told.stderr == "48 records written.\nspans: 96 kept.\nlinks: 48 kept.\n"
    out = tmp_path / "out"
    assert {path.name for path in out.iterdir()} == {*(f"{one}.jsonl" for one in SPLITS), "manifest.json", "README.md"}
    records = {split: [(line["id"], line["annotator"]) for line in lines_of(out, split)] for split in SPLITS}
    assert all(split_of(name, Shares(60, 20, 20)) == split for split in SPLITS for name, _ in records[split])
    assert sum(map(len, records.values())) == len({one for split in SPLITS for one in records[split]}) == 48
    assert contents(tmp_path / "a") == before


def test_the_manifest_has_what_is_in_the_files(tmp_path: Path) -> None:
    library(tmp_path)
    write_article(tmp_path / "a", name="bare.txt")
    export(tmp_path, "a", "--split", "60/20/20", "-o", "out")
    out = tmp_path / "out"
    manifest = manifest_of(out)
    assert manifest["annotators"] == ["lina", "omar"]
    assert manifest["left_out"] == {"unannotated": 1, "unreadable": 0}
    assert manifest["shares"] == {"train": 60, "dev": 20, "test": 20}
    for split in SPLITS:
        lines, part = lines_of(out, split), manifest["splits"][split]
        assert part["articles"] == list(dict.fromkeys(line["id"] for line in lines))
        assert part["records"] == part["links"] == len(lines)
        assert part["spans"] == {"actor": len(lines), "event": len(lines)}
        digest = hashlib.sha256((out / f"{split}.jsonl").read_bytes()).hexdigest()
        assert part["files"] == {f"{split}.jsonl": digest}


def test_other_articles_move_none_and_the_same_make_the_same_bytes(tmp_path: Path) -> None:
    library(tmp_path)
    export(tmp_path, "a", "--split", "60/20/20", "-o", "first")
    export(tmp_path, "a", "--split", "60/20/20", "-o", "again")
    bytes_of = {
        name: {path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("first", "again")
    }
    assert bytes_of["first"] == bytes_of["again"]
    for number in range(5):
        annotated(tmp_path / "a" / "f0", f"new-{number}.txt")
    export(tmp_path, "a", "--split", "60/20/20", "-o", "more")
    for split in SPLITS:
        old, new = ({line["id"] for line in lines_of(tmp_path / name, split)} for name in ("first", "more"))
        assert {name for name in new if "new-" not in name} == old


@pytest.mark.parametrize(("group", "together"), [("folder", range(8)), ("^f[01]", range(2))])
def test_groups_stay_together(tmp_path: Path, group: str, together: range) -> None:
    library(tmp_path, folders=8, articles=2)
    export(tmp_path, "a", "--split", "40/30/30", "--group", group, "-o", "out")
    where: dict[str, set[str]] = {}
    for split in SPLITS:
        for line in lines_of(tmp_path / "out", split):
            where.setdefault(line["id"].split("/")[0], set()).add(split)
    assert all(len(where[f"f{number}"]) == 1 for number in together)
    assert len({split for splits in where.values() for split in splits}) > 1


def test_no_name_of_an_annotator_is_left_where_they_have_pseudonyms(tmp_path: Path) -> None:
    library(tmp_path)
    export(tmp_path, "a", "--split", "60/20/20", "--pseudonyms", "--format", "conll", "--report", "lost", "-o", "out")
    export(tmp_path, "a", "--split", "60/20/20", "--pseudonyms", "-o", "lines")
    alone = export(tmp_path, "a", "--pseudonyms").stdout
    written = [path for folder in ("out", "lines") for path in (tmp_path / folder).iterdir()]
    texts = [alone, *(path.read_text("utf-8") for path in (*written, tmp_path / "lost"))]
    assert not [text for text in texts if "lina" in text or "omar" in text]
    assert manifest_of(tmp_path / "out")["annotators"] == ["annotator-1", "annotator-2"]
    assert "- annotator-1\n- annotator-2\n" in (tmp_path / "lines" / "README.md").read_text("utf-8")
    both = {line["annotator"] for split in SPLITS for line in lines_of(tmp_path / "lines", split)}
    assert both == {"annotator-1", "annotator-2"}


def test_a_format_of_folders_has_one_in_each_split(tmp_path: Path) -> None:
    library(tmp_path)
    export(tmp_path, "a", "--split", "60/20/20", "--format", "brat", "-o", "out")
    for split in SPLITS:
        part = manifest_of(tmp_path / "out")["splits"][split]
        files = list((tmp_path / "out" / split).iterdir())
        assert part["files"] == {
            f"{split}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest() for path in files
        }
        assert len([path for path in files if path.suffix == ".ann"]) == part["records"]


def test_the_policy_says_all_that_the_words_depend_on(tmp_path: Path) -> None:
    library(tmp_path, articles=1)
    way = ("--edges", "split", "--gaps", "head", "--tokeniser", "whitespace")
    export(tmp_path, "a", "--split", "100/0/0", "--format", "conll", *way, "-o", "out")
    policy = {"edges": "split", "gaps": "head", "tokeniser": "whitespace"}
    written = manifest_of(tmp_path / "out")["policy"]
    assert {name: written[name] for name in policy} == policy
    export(tmp_path, "a", "--split", "100/0/0", "-o", "lines")
    usual = {"edges": "expand", "gaps": "hull", "tokeniser": "hashiya", "variant": ""}
    assert manifest_of(tmp_path / "lines")["policy"] == usual
    text = (tmp_path / "lines" / "README.md").read_text("utf-8")
    assert "Policy: edges: expand, gaps: hull, tokeniser: hashiya. " in text


def test_a_variant_is_named_the_usual_one_too(tmp_path: Path) -> None:
    library(tmp_path, articles=1)
    for number, (given, named) in enumerate([((), "iob2"), (("--as", "conll2003"), "conll2003")]):
        export(tmp_path, "a", "--split", "100/0/0", "--format", "conll", *given, "-o", f"out{number}")
        assert manifest_of(tmp_path / f"out{number}")["policy"]["variant"] == named


def test_how_far_annotators_agree_is_told_where_two_worked_on_one_article(tmp_path: Path) -> None:
    for name in ("alone.txt", "both.txt", "more.txt"):
        for annotator in ("lina",) if name == "alone.txt" else ("lina", "omar"):
            path = annotated(tmp_path / "a", name, annotator)
    layer = Layer.new(read_article(path), "omar", BUILT_IN, NOW, "test")
    for number, (start, end) in enumerate([EVENT, (6, 8), (12, 14)]):
        layer = layer.add(make_span(TEXT, [(start, end)], "event", id=f"e{number}", now=NOW))
    save_layer(path, layer)
    export(tmp_path, "a", "--split", "60/20/20", "-o", "out")
    assert manifest_of(tmp_path / "out")["agreement"] == {
        "articles": 2,
        "pairs": 2,
        "all": {"matches": 3, "spans": 9, "f1": 6 / 9},
        "labels": {
            "actor": {"matches": 1, "spans": 3, "f1": 2 / 3},
            "event": {"matches": 2, "spans": 6, "f1": 4 / 6},
        },
    }
    assert "| all | 3 | 9 | 0.667 |\n" in (tmp_path / "out" / "README.md").read_text("utf-8")
    export(tmp_path, "a", "--split", "60/20/20", "--annotator", "lina", "-o", "lina")
    assert manifest_of(tmp_path / "lina")["agreement"] is None
    assert "Not known" in (tmp_path / "lina" / "README.md").read_text("utf-8")


def test_whoever_did_not_begin_disagrees_with_nobody(tmp_path: Path) -> None:
    path = annotated(tmp_path / "a")
    for annotator, status in (("omar", "new"), ("sami", "skipped")):
        layer = Layer.new(read_article(path), annotator, BUILT_IN, NOW, "test")
        save_layer(path, layer.with_header(status=status))
    export(tmp_path, "a", "--split", "100/0/0", "-o", "out")
    manifest = manifest_of(tmp_path / "out")
    assert manifest["splits"]["train"]["records"] == 3
    assert manifest["agreement"] is None


def test_what_was_lost_is_in_the_manifest_and_too_much_where_it_is_strict(tmp_path: Path) -> None:
    library(tmp_path)
    told = export(tmp_path, "a", "--split", "60/20/20", "--format", "conll", "-o", "out")
    assert "links: 48 dropped." in told.stderr
    losses = [manifest_of(tmp_path / "out")["splits"][split]["losses"] for split in SPLITS]
    assert sum(msgspec.convert(one, Fates).links["dropped"] for one in losses) == 48
    way = ("--format", "conll", "--strict", "--report", "lost", "-o", "no")
    strict = export(tmp_path, "a", "--split", "60/20/20", *way)
    assert strict.returncode == 1
    assert "nothing is written (lost names them)" in strict.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"a", "lost", "out", "tmp"}
    lost = (tmp_path / "lost").read_bytes()
    assert lost.count(b"\n") == int(strict.stderr.split()[1])
    # The same holds of an export that is not split.
    assert export(tmp_path, "a", *way).returncode == 1
    assert not (tmp_path / "no").exists()
    assert (tmp_path / "lost").stat().st_size == len(lost)


def test_a_sidecar_that_cannot_be_read_is_named_and_the_rest_written(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    sidecar_of(annotated(tmp_path / "a", "bad.txt")).write_bytes(b"junk\n")
    told = export(tmp_path, "a", "--split", "100/0/0", "-o", "out")
    assert told.returncode == 1
    assert "bad.txt" in told.stderr
    manifest = manifest_of(tmp_path / "out")
    assert manifest["left_out"] == {"unannotated": 0, "unreadable": 1}
    assert manifest["splits"]["train"]["articles"] == ["story.txt"]


def test_a_split_without_articles_is_told_of(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    told = export(tmp_path, "a", "--split", "80/20/0", "-o", "out")
    assert told.returncode == 0
    assert told.stderr.startswith("hashiya: train has no annotated articles; there are too few articles to split.\n")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"dev.jsonl", "manifest.json", "README.md"}
    assert manifest_of(tmp_path / "out")["splits"]["train"]["files"] == {}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--split", "80/10", "-o", "out"), "--split: 80/10 is not how articles are split; "),
        (("--split", "80/10/10"), "--split writes a folder; name it with -o."),
        (("--split", "80/10/10", "-o", "full"), "full: is there and not an empty folder; "),
        (("--split", "80/10/10", "-o", "gone/out"), "gone/out: cannot be written (no such file or directory); "),
        (("--split", "80/10/10", "-o", "."), ".: is there and not an empty folder; "),
        (("--split", "80/10/10", "--group", "(", "-o", "out"), "The pattern “(” does not work: "),
        (("--split", "80/10/10", "--format", "conll", "--as", "iob", "-o", "out"), "--as: the format conll has no "),
        (("--group", "folder", "-o", "out"), "--group: says what a split keeps together; "),
        (("--split", "80/10/10", "--format", "jsnl", "-o", "out"), "the format jsnl is unknown; perhaps jsonl is "),
    ],
)
def test_what_cannot_be_is_told_and_leaves_nothing(tmp_path: Path, arguments: tuple[str, ...], reason: str) -> None:
    annotated(tmp_path / "a")
    write_article(tmp_path / "full", name="mine.txt")
    (tmp_path / "tmp").mkdir()
    before = contents(tmp_path)
    told = export(tmp_path, "a", *arguments)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith(f"hashiya: {reason}")
    assert contents(tmp_path) == before


def test_an_empty_folder_gives_way_even_where_the_program_runs_in_it(tmp_path: Path) -> None:
    annotated(tmp_path / "a")
    here = tmp_path / "here"
    here.mkdir()
    command = [*HASHIYA, "export", "../a", "--split", "80/10/10", "-o", "."]
    subprocess.run(command, check=True, capture_output=True, env=surroundings(tmp_path), cwd=here)
    assert (here / "manifest.json").is_file()


def test_what_strangers_wrote_is_nothing_but_characters_in_the_card() -> None:
    hostile = "\x1b[2J\u202e\n---\n# x | <script>a</script> [b](http://c) `d` www.e"
    label = Label(name="actor", colour="blue", mark="bold", title_en=hostile, guideline=hostile)
    schema = msgspec.structs.replace(BUILT_IN, name=hostile, labels=(label,))
    fates = Fates(spans=dict.fromkeys(("kept", "widened", "split", "flattened", "dropped"), 0), links={})
    fates = msgspec.structs.replace(fates, links=fates.spans)
    part = Part(articles=["a"], records=1, spans={hostile: 1}, links=0, losses=fates, files={"train.jsonl": ""})
    score = Score(matches=0, spans=0, f1=None)
    manifest = Manifest(
        tool="hashiya",
        export=hostile,
        policy={},
        schema=schema,
        annotators=[hostile],
        agreement=Agreement(articles=1, pairs=1, all=score, labels={hostile: score}),
        shares=dict.fromkeys(SPLITS, 0),
        grouped_by=hostile,
        left_out={},
        splits=dict.fromkeys(SPLITS, part),
    )
    text = card(manifest, {hostile: ListOf(ClassLabel((hostile,))), "attributes": Struct({hostile: STRING})})
    lines = text.split("\n")
    assert all(line.isprintable() for line in lines)
    assert [number for number, line in enumerate(lines) if line == "---"] == [0, lines.index("---", 1)]
    body = "\n".join(lines[lines.index("---", 1) :])
    assert not re.search(r"(?<!\\)(?:[<\[]|`d)|http://|www\.", body)
    assert all(line.replace("\\|", "").count("|") == 6 for line in lines if line.startswith("| actor"))
