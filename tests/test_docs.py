"""What the pages in `docs` show is what the program does.

A comment before a fence of docs/FORMATS.md, `<!-- train.conll -->`, names the file whose content the fence shows; with
`, line 2` a line of it. JSON may be laid out in another way, and `…` stands for keys and items that are left out.
Fences of `sh`, `python` and `pycon` are run, each section's in its order, beside the article of the examples.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
import tomllib
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

import pytest
from click.testing import CliRunner
from msgspec import structs

from annotations import Library, open_library
from annotations.article import read_article
from annotations.formats import format_named
from annotations.formats import names as format_names
from annotations.formats.loss import FATES
from annotations.formats.reading import names as reader_names
from annotations.formats.tokens import Edges, Gaps
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, make_link, make_span
from annotations.store.files import save_layer
from tui.cli import main

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
TEXT = "سلّم الوفد مساعدات لقسد.\n"
OTHER = 'أرسل الوفد دعمًا ل"المدن" ولقسد.'
MORE = "…"
OWN_FORMAT = "A format of your own"

_FENCE = re.compile(
    r"(?:^<!-- (?P<shown>\S+)(?:, line (?P<line>\d+))? -->\n)?^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.M | re.S
)
_OF_EXTRAS = re.compile(
    r"--format (?:spacy|hf|parquet|uima)\b|(?:import|from) (?:spacy|datasets|pandas|cassis|label_studio_sdk)\b"
)
NEED_EXTRAS = ("spacy", "hf", "parquet", "uima")


class Fence(NamedTuple):
    kind: str
    body: str
    shown: str
    line: int

    @property
    def needs_extras(self) -> bool:
        return _OF_EXTRAS.search(self.body) is not None


@cache
def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def fences(text: str) -> list[Fence]:
    found = _FENCE.finditer(text)
    return [Fence(one["kind"], one["body"], one["shown"] or "", int(one["line"] or 0)) for one in found]


@cache
def sections() -> dict[str, str]:
    _, *parts = re.split(r"^## (.+)\n", page("FORMATS.md"), flags=re.M)
    return dict(zip(parts[::2], parts[1::2], strict=True))


def table(comment: str) -> list[list[str]]:
    """The rows of the table after a comment, without its head."""
    _, found, after = page("FORMATS.md").partition(f"<!-- {comment} -->\n")
    assert found
    lines = after.partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line[1:-1].split("|")] for line in lines[2:]]


def marked(formats: Iterable[str]) -> list[object]:
    return [pytest.param(one, marks=[pytest.mark.heavy] if one in NEED_EXTRAS else []) for one in formats]


def save(path: Path, text: str, *spans: Span, roles: Iterable[tuple[str, str, str]] = ()) -> None:
    """An article with the annotations of lina, whose first span is linked."""
    path.parent.mkdir()
    path.write_bytes(text.encode())
    header = Layer.new(read_article(path), "lina", BUILT_IN, NOW, "test").header
    links = [make_link(spans[0].id, role, actor, id=name, now=NOW) for name, role, actor in roles]
    save_layer(path, Layer.of(structs.replace(header, status="done"), spans, links))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the article of the examples."""
    event = make_span(TEXT, [(0, 4), (11, 18)], "event", id="e1", now=NOW, subtype="aid", attributes={"tense": "past"})
    agent = make_span(TEXT, [(5, 10)], "actor", id="a1", now=NOW)
    recipient = make_span(TEXT, [(20, 23)], "actor", id="a2", now=NOW, subtype="rebel", group="sdf")
    roles = (("l1", "agent", "a1"), ("l2", "recipient", "a2"))
    save(tmp_path / "example" / "story.txt", TEXT, event, agent, recipient, roles=roles)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Library:
    """A copy of the sample articles, in a folder to work in."""
    shutil.copytree(ROOT / "articles", tmp_path / "articles")
    monkeypatch.chdir(tmp_path)
    return open_library("articles")


@pytest.fixture
def _offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hugging Face's library keeps what it loads in the folder, and asks nobody."""
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    datasets.disable_progress_bars()


def run(fence: Fence, names: dict[str, object]) -> None:
    """Do what a fence says, or look whether it is as it says."""
    if fence.kind == "sh":
        for line in fence.body.splitlines():
            if line.startswith("hashiya "):
                result = CliRunner().invoke(main, shlex.split(line)[1:])
                assert result.exit_code == 0, result.output
    elif fence.shown:
        check_shown(fence)
    elif fence.kind == "python":
        exec(compile(fence.body, "docs", "exec"), names)  # noqa: S102 - our own page
    elif fence.kind == "pycon":
        check_examples(fence.body, names)


def check_shown(fence: Fence) -> None:
    content = Path(fence.shown).read_bytes().decode()
    if fence.line:
        content = content.splitlines(keepends=True)[fence.line - 1]
    if fence.kind == "json":
        check_value(json.loads(content), json.loads(fence.body))
    else:
        assert content.replace("\r\n", "\n") == fence.body


def check_value(value: object, shown: object) -> None:
    """It is what is shown, but for what is left out."""
    if isinstance(shown, dict) and isinstance(value, dict):
        assert (MORE in shown) == bool(value.keys() - shown.keys()), (value, shown)
        for name in shown.keys() - {MORE}:
            check_value(value[name], shown[name])
    elif isinstance(shown, list) and isinstance(value, list):
        wanted = shown[:-1] if shown[-1:] == [MORE] else shown
        assert len(value) > len(wanted) if MORE in shown else len(value) == len(wanted), (value, shown)
        for one, other in zip(value, wanted, strict=False):
            check_value(one, other)
    else:
        assert value == shown


def check_examples(body: str, names: dict[str, object]) -> None:
    examples = doctest.DocTestParser().get_doctest(body, names, "docs", None, 0)
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(verbose=False).run(examples, out=told.append, clear_globs=False)
    names.update(examples.globs)
    assert not failed, "".join(told)


def own_package(folder: Path) -> None:
    """What the page's package is when it is installed in a folder."""
    found = fences(sections()[OWN_FORMAT])
    project = tomllib.loads(next(one.body for one in found if one.kind == "toml"))["project"]
    about = folder / f"{project['name'].replace('-', '_')}-{project['version']}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Name: {project['name']}\nVersion: {project['version']}\n")
    points = [
        f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in named.items())
        for group, named in project["entry-points"].items()
    ]
    (about / "entry_points.txt").write_text("".join(points))
    module = next(one for one in found if one.kind == "python")
    (folder / module.shown).write_text(module.body, encoding="utf-8")


def tokens_and_fates(folder: Path, **policy: Any) -> tuple[list[str], dict[str, str]]:
    """What conll has of the only article's tokens, and of its spans by their ids."""
    out, report = folder / "out", folder / "report"
    library = open_library(folder / "articles")
    library.export("conll", out, report=report, **policy)
    lost = map(json.loads, report.read_text(encoding="utf-8").splitlines())
    fates = {loss["id"]: loss["fate"] for loss in lost if loss["record"] == "span"}
    (record,) = library.layers()
    lines = [line.split("\t") for line in out.read_text(encoding="utf-8").splitlines() if "\t" in line]
    return [line[0] for line in lines], {span.id: fates.get(span.id, "kept") for span in record.layer.spans}


def test_every_format_and_reader_is_described() -> None:
    assert set(format_names()) <= sections().keys()
    assert [row[0].strip("`") for row in table("fates of the samples")] == list(format_names())
    assert set(reader_names()) <= set(re.findall(r"^\| `([\w-]+)` \|", sections()["Import"], flags=re.M))


def test_every_variant_is_described() -> None:
    for name in format_names():
        shown = re.findall(r"^\| `(\w[\w-]*)` \|", sections()[name], flags=re.M)
        assert shown == list(getattr(format_named(name), "VARIANTS", ())), name


@pytest.mark.parametrize("name", marked(format_names()))
def test_samples_become_what_is_told(name: str, samples: Library) -> None:
    losses = samples.export(name, "out").losses
    told = [
        ", ".join(f"{counts[fate]} {fate}" for fate in FATES if counts[fate]) for counts in (losses.spans, losses.links)
    ]
    assert [f"`{name}`", *told] in [row[:3] for row in table("fates of the samples")]


@pytest.mark.parametrize("name", sections())
def test_what_is_shown_is_what_is_written(name: str, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == OWN_FORMAT:
        own_package(here)
        monkeypatch.syspath_prepend(here)
    if name == "Import":
        run(fences(sections()["jsonl"])[0], {})
    names: dict[str, object] = {"__name__": "docs"}
    for fence in fences(sections()[name]):
        if not fence.needs_extras and name not in NEED_EXTRAS:
            run(fence, names)


@pytest.mark.heavy
@pytest.mark.usefixtures("_offline", "here")
@pytest.mark.parametrize(
    "name", [name for name, text in sections().items() if any(one.needs_extras for one in fences(text))]
)
def test_the_formats_own_readers_read_it(name: str) -> None:
    names: dict[str, object] = {"__name__": "docs"}
    for fence in fences(sections()[name]):
        run(fence, names)


def test_the_article_is_the_one_shown(here: Path) -> None:
    first = fences(page("FORMATS.md"))[0]
    assert first.shown == "example/story.txt"
    check_shown(first)
    assert here.joinpath(first.shown).read_bytes().decode() == TEXT


@pytest.mark.parametrize("tokeniser", ["hashiya", "whitespace", pytest.param("spacy", marks=pytest.mark.heavy)])
def test_tokens_are_those_shown(tokeniser: str, tmp_path: Path) -> None:
    towns, force = OTHER.index("المدن"), OTHER.index("قسد")
    places = {"a1": (towns, towns + 5), "a2": (force, force + 3)}
    spans = [make_span(OTHER, [place], "actor", id=name, now=NOW) for name, place in places.items()]
    save(tmp_path / "articles" / "story.txt", OTHER, *spans)
    assert f"`{OTHER}`" in page("FORMATS.md")
    rows = [row for row in table("tokens of example2") if row[0] == f"`{tokeniser}`"]
    assert [row[1].strip("`") for row in rows] == list(get_args(Edges))
    for _, edges, first, its_fate, second, other_fate in rows:
        tokens, fates = tokens_and_fates(tmp_path, tokeniser=tokeniser, edges=edges.strip("`"))
        assert tokens[3:] == [*re.findall("`([^`]+)`", first), *re.findall("`([^`]+)`", second)]
        assert list(fates.values()) == [its_fate, other_fate]


def test_gaps_are_those_shown(here: Path) -> None:
    here.joinpath("example").rename(here / "articles")
    rows = table("gaps of e1")
    assert [row[0].strip("`") for row in rows] == list(get_args(Gaps))
    for gaps, _, fate in rows:
        assert tokens_and_fates(here, gaps=gaps.strip("`"))[1]["e1"] == fate


@pytest.mark.usefixtures("samples")
def test_the_examples_in_python_give_what_is_shown() -> None:
    check_examples("\n".join(one.body for one in fences(page("PYTHON.md"))), {})


def test_names_of_python_are_described() -> None:
    import annotations as package

    described = page("PYTHON.md").partition("## Read")[0]
    assert [name for name in package.__all__ if name != "__version__" and f"`{name}" not in described] == []


def test_a_change_of_what_is_written_is_seen() -> None:
    value = {"a": [1, 2], "b": {"c": None}}
    check_value(value, {"a": [1, MORE], MORE: MORE})
    for wrong in ({"a": [1, MORE]}, {"a": [2, MORE], MORE: MORE}, {**value, MORE: MORE}, {"a": [1], MORE: MORE}):
        with pytest.raises(AssertionError):
            check_value(value, wrong)
