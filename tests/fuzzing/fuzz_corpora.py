"""What is mutated: sound files, small ones mostly, made by the program itself, and the sample articles with theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import msgspec
from fuzz_values import TERMINAL

from annotations.article import Article, decode_article
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import Span, make_link, make_span
from annotations.store.files import sidecar_path
from annotations.store.holder import encode as encode_holder
from annotations.store.holder import this_process
from annotations.store.journal import journal_path
from annotations.store.keeper import Keeper

ARTICLES = Path(__file__).parents[2] / "articles"
ANNOTATOR = "lina"
TOOL = "hashiya 0.1.0"
NOW = datetime(2026, 11, 22, 10, 15, tzinfo=UTC)
TEXT = (
    "أعلنت الحكومة أمس اتفاقًا مع «حزب الوادي» على وقف القتال، ووصف الوسيط الاتفاق بأنه خطوة جديّة.\n\n"
    "ورحّب المتظاهرون بالاتفاق في ساحة الحرية (3.5% منهم) يوم 2024-05-12.\n"
)
SCHEMA = '''[schema]
name = "actor-event"
version = "2"

[[label]]
name = "actor"
title_ar = "فاعل"
title_en = "Actor"
key = "a"
colour = "blue"
mark = "underline"
subtypes = ["gov", { name = "mil", title_ar = "جيش", title_en = "Military", key = "m" }]
guideline = """When to use it."""

[[label]]
name = "event"
key = "e"
colour = "orange"
mark = "double-underline"

[[label.attributes]]
name = "tense"
title_en = "Tense"
values = ["past", "present"]

[[role]]
name = "agent"
key = "g"
event_labels = ["event"]
actor_labels = ["actor"]

[settings]
theme = "light"
width = 60
trim = false
keys.marking.undo = ["z", "ctrl+u"]
'''
SETTINGS = """annotator = "lina"
theme = "contrast"
width = 76
margin = 0
spacing = 1
numbers = true
proposals = false

[keys]
quit = "f9"
marking.undo = ["z", "ctrl+u"]
"""


@dataclass(frozen=True)
class Sound:
    """An article, and a sidecar and a journal of it that are sound together; the journal may hold more."""

    article: Article
    sidecar: bytes
    journal: bytes


@cache
def sound_ones() -> tuple[Sound, ...]:
    """Small ones, one of them with what another version wrote, and one that is as long as an article of a newspaper."""
    plain = _small("story.txt", None)
    lines = plain.sidecar.replace(b',"version":', b',"x":[1,{"y":null}],"version":', 1).split(b"\n")
    lines[1] = lines[1][:-1] + b',"confidence":0.5,"z":{"a":[]}}'
    foreign = b"\n".join((*lines[:-1], b'{"record":"review","id":"s1","by":["omar"]}', b""))
    return (plain, _small("new.txt", foreign), _sample())


def pick(random: Random) -> Sound:
    """One of them, seldom the long one."""
    *small, long = sound_ones()
    return long if random.random() < 0.05 else random.choice(small)


@cache
def texts() -> tuple[bytes, ...]:
    """Articles: short ones, those of the samples, and what a terminal would obey between Arabic."""
    own = [TEXT, "نصّ", "\ufeffنصّ\r\nسطر ثانٍ\r\n", *(f"قال {hostile} الوزير\n\n{TEXT}" for hostile in TERMINAL)]
    return (*(text.encode("utf-8") for text in own), *(path.read_bytes() for path in sorted(ARTICLES.glob("*.txt"))))


def holders() -> Iterator[bytes]:
    """Lock files: of a process that is gone, of the first there is, of one elsewhere, and of nobody."""
    gone = msgspec.structs.replace(this_process(NOW), pid=4_194_303, started="7", token="0" * 32)
    here = encode_holder(gone)
    yield here
    yield encode_holder(msgspec.structs.replace(gone, pid=1, started=""))
    yield here.replace(b'"host":"', b'"host":"far-').replace(b'"boot":"', b'"boot":"0')
    yield b""


def _sample() -> Sound:
    path = ARTICLES / "01-checkpoint-clash.txt"
    article = decode_article(path.read_bytes(), path)
    sidecar = path.with_name(f"{path.name}.sample.ann.jsonl").read_bytes()
    return _worked_on(article, sidecar.replace(b'"annotator":"sample"', b'"annotator":"lina"', 1))


def _small(name: str, sidecar: bytes | None) -> Sound:
    return _worked_on(decode_article(TEXT.encode(), Path(name)), sidecar)


def _worked_on(article: Article, sidecar: bytes | None) -> Sound:
    """What the program leaves that is killed after a while: a snapshot, and a journal with steps before and after."""
    with TemporaryDirectory() as folder:
        article = replace(article, path=Path(folder) / article.path.name)
        path = sidecar_path(article.path, ANNOTATOR)
        if sidecar is not None:
            path.write_bytes(sidecar)
        keeper = Keeper.open(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
        for number, (name, step) in enumerate(_steps(article.text, "a" if sidecar is None else "b")):
            keeper.push(step(keeper.layer), name)
            keeper.sync(NOW)
            if number == 3:
                keeper.settle(NOW)
        keeper.undo()
        keeper.sync(NOW)
        keeper.redo()
        keeper.undo()
        keeper.sync(NOW)
        keeper.release()
        return Sound(article, path.read_bytes(), journal_path(path).read_bytes())


def _steps(text: str, ids: str) -> Iterator[tuple[str, Callable[[Layer], Layer]]]:
    yield "mark actor", lambda layer: layer.add(_span(text, f"{ids}s1", "actor", (6, 13)))
    yield "mark event", lambda layer: layer.add(_span(text, f"{ids}e1", "event", (0, 5)))
    yield "mark actor", lambda layer: layer.add(_span(text, f"{ids}s2", "actor", (30, 33), (44, 47)))
    yield "link", lambda layer: layer.add_link(make_link(f"{ids}e1", "agent", f"{ids}s1", id=f"{ids}l1", now=NOW))
    yield "note", lambda layer: layer.with_header(note="يُراجَع", status="flagged")
    yield "mark event", lambda layer: layer.add(_span(text, f"{ids}e2", "event", (50, 55)))
    yield "remove", lambda layer: layer.remove(f"{ids}s2")


def _span(text: str, span_id: str, label: str, *ranges: tuple[int, int]) -> Span:
    values = {"tense": "past", "polarity": "negative"} if label == "event" else {}
    return make_span(
        text, ranges, label, id=span_id, now=NOW, subtype="gov", attributes=values, note="ملاحظة", group="g1"
    )
