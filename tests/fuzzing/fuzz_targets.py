"""What is done to every mutated file, and what has to hold whatever it holds.

A *target* has files made for it, mutates one of them, and does with it all that the program does. `Broken` is raised
for what must not be; any other exception but a HashiyaError, which is what the user is to be told, is a finding too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import redirect_stdout, suppress
from dataclasses import replace
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import fuzz_mutators as mutators
from fuzz_checks import Broken, check_clause, check_glyphs, check_kept, check_layer, check_sentence, telling
from fuzz_corpora import ANNOTATOR, NOW, SCHEMA, SETTINGS, TEXT, TOOL, Sound, holders, pick, texts
from fuzz_mutators import BYTES, Mutator, mutated
from rich.cells import cell_len

from annotations.article import Article, decode_article
from annotations.encoding import UTF_16
from annotations.errors import HashiyaError
from annotations.invisible import find_hidden
from annotations.library import summarise
from annotations.matching import Shadow
from annotations.schema import BUILT_IN, Schema, load_schema
from annotations.store import lock, lock_file
from annotations.store.aside import aside_path, read_aside, set_aside
from annotations.store.files import sidecar_path
from annotations.store.inventory import take_stock
from annotations.store.journal import journal_path
from annotations.store.keeper import Keeper
from annotations.store.opening import Opening, load_layer, open_layer
from annotations.store.repair import repair
from annotations.store.sidecar import decode, encode
from annotations.store.validation import Checker
from tui.config import annotator, fit_keys, load_settings
from tui.keymap import Keymap
from tui.show import write_json, write_text
from tui.state import recall, remember
from tui.text.document import Base, Document
from tui.text.line import set_line
from tui.text.page import Page

_JSON: tuple[Mutator, ...] = (*BYTES, *(mutators.misfit,) * 7, *(mutators.repeat_key,) * 2, mutators.conflict)
_TOML: tuple[Mutator, ...] = (*BYTES, *(mutators.misset,) * 7)
_TEXT: tuple[Mutator, ...] = (*BYTES, mutators.reencode, *(mutators.overload,) * 2)
_ENCODINGS = (None, None, None, "utf-8", UTF_16, "utf-16le", "utf-16be", "windows-1256", "iso-8859-6")
_BASES: tuple[Base, ...] = ("auto", "rtl", "ltr")
# Set whole up to here; of what is longer, as much as is seen from its start and its end.
_SET_WHOLE = 6_000
_SET_PIECES = 2


class Case(NamedTuple):
    """What a target is given: the mutated bytes, and what else is by chance."""

    data: bytes
    run: Callable[[Path], None]


Target = Callable[[Random], Case]


def sidecar_case(random: Random) -> Case:
    """A sidecar, read in every way there is, and at times repaired or written anew."""
    sound = pick(random)
    data = mutated(sound.sidecar, random, _JSON)
    return Case(data, partial(check_files, sound.article, {"sidecar": data}, writes=random.random() < 0.1))


def journal_case(random: Random) -> Case:
    """A journal beside its sidecar, beside another, or alone."""
    sound = pick(random)
    data = mutated(sound.journal, random, _JSON)
    data = mutators.resign(data, random) if random.random() < 0.8 else data
    files = {"journal": data}
    if random.random() < 0.8:
        files["sidecar"] = mutated(sound.sidecar, random, _JSON) if random.random() < 0.3 else sound.sidecar
    article = sound.article
    if random.random() < 0.1:
        article = decode_article(f"{TEXT}.".encode(), article.path)
    return Case(data, partial(check_files, article, files, writes=random.random() < 0.3))


def lock_case(random: Random) -> Case:
    """A lock file, or a file of lines set aside, of which the program makes its own."""
    if random.random() < 0.5:
        data = mutated(random.choice(list(holders())), random, _JSON)
        return Case(data, partial(_check_lock, data))
    sound = pick(random)
    with_aside = _aside_file(sound)
    data = mutated(with_aside, random, _JSON)
    return Case(data, partial(_check_aside, sound, data))


def schema_case(random: Random) -> Case:
    """A library's file with schema and settings, or the user's own."""
    if random.random() < 0.7:
        data = mutated(SCHEMA.encode(), random, _TOML)
        return Case(data, partial(_check_schema, data))
    data = mutated(SETTINGS.encode(), random, _TOML)
    return Case(data, partial(_check_settings, data))


def article_case(random: Random) -> Case:
    """A source, decoded, set at some width, listed and searched for what is hidden."""
    data = mutated(random.choice(texts()), random, _TEXT)
    width, base, encoding = random.choice((1, 2, 20, 76)), random.choice(_BASES), random.choice(_ENCODINGS)
    return Case(data, partial(_check_article, data, width, base, encoding))


def state_case(random: Random) -> Case:
    """What the program remembers between two runs."""
    sound = b'{"/a/story.txt":["' + b"0" * 64 + b'",7],"/b":["x",0]}'
    data = mutated(sound, random, _JSON)
    return Case(data, partial(_check_state, data))


TARGETS: Mapping[str, tuple[int, Target]] = {
    "sidecars": (40, sidecar_case),
    "journals": (20, journal_case),
    "schemas": (15, schema_case),
    "articles": (15, article_case),
    "locks": (8, lock_case),
    "states": (2, state_case),
}
"""Targets by name, each with its share of a hundred cases."""


def check_files(article: Article, files: Mapping[str, bytes], folder: Path, *, writes: bool) -> None:
    """Read an article with a `sidecar` and a `journal` of these bytes in every way there is, and at times write."""
    article = replace(article, path=folder / article.path.name)
    article.path.write_bytes(article.text.encode())
    sidecar = sidecar_path(article.path, ANNOTATOR)
    paths = {"sidecar": sidecar, "journal": journal_path(sidecar)}
    for kind, data in files.items():
        paths[kind].write_bytes(data)
    if "sidecar" in files:
        _check_strictly(files["sidecar"])
    _check_summary(article.path)
    opening = _opened(article)
    with telling():
        load_layer(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
    checker = Checker(NOW, TOOL)
    items = take_stock([article.path])
    for item in items:
        for finding in checker.findings(item):
            check_clause(str(finding))
    if writes and opening is not None:
        for item in items:
            if item.kind == "sidecar" and opening.damaged:
                with telling():
                    check_sentence(repair(item, checker, NOW) or ".")
        _check_writing(article)


def _check_strictly(data: bytes) -> None:
    with telling():
        layer = decode(data, name="story.txt.lina.ann.jsonl")
        check_layer(layer, None)
        if decode(encode(layer), name="x") != layer:
            raise Broken("what is saved is not what is loaded")


def _check_summary(path: Path) -> None:
    summary = summarise(path, ANNOTATOR)
    if summary.error is not None:
        check_sentence(summary.error)
    set_line(summary.title, 40, cell_len)
    set_line(summary.note, 40, cell_len)


def _opened(article: Article) -> Opening | None:
    with telling():
        opening = open_layer(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
        changed = opening.source_changed
        text = None if changed else article.text
        check_layer(opening.layer, text)
        check_layer(opening.base, text)
        check_kept(opening.layer, article, changed=changed)
        for notice in (*opening.notices(), *(line.reason for line in opening.damaged)):
            check_clause(notice)
        for unfit in opening.replayed.unfit:
            check_clause(unfit.reason)
        history = opening.replayed.history
        with suppress(ValueError):  # what was changed elsewhere since cannot be undone
            while history.can_undo:
                history = history.undo()
        check_layer(history.layer, text)
        return opening
    return None


def _check_writing(article: Article) -> None:
    """Open for writing, work, save and open again: nothing is damaged, nothing is lost, nothing is anywhere else."""
    with telling():
        keeper = Keeper.open(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
        try:
            # Where the text has changed, nothing is written before the annotator has seen where the spans are.
            if not keeper.opening.source_changed:
                keeper.push(keeper.layer.with_header(note="again"), "note")
                keeper.sync(NOW)
                keeper.undo()
                keeper.sync(NOW)
                keeper.settle(NOW)
        finally:
            keeper.release()
        again = open_layer(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
        if not again.source_changed and (again.damaged or again.layer != keeper.layer):
            raise Broken(f"what was written is not what is read: {again.damaged[:3]}")
    _check_names(article.path)


def _check_names(source: Path) -> None:
    strange = [path for path in source.parent.iterdir() if not path.name.startswith(source.name)]
    if strange:
        raise Broken(f"left behind: {strange}")


def _check_lock(data: bytes, folder: Path) -> None:
    sidecar = folder / "story.txt.lina.ann.jsonl"
    lock.lock_path(sidecar).write_bytes(data)
    try:
        lock.Lock.acquire(sidecar, NOW).release()
    except lock.Locked as error:
        check_sentence(str(error))
        if not error.certain:
            with telling():
                lock.Lock.take_over(sidecar, NOW, error.holder).release()
    except HashiyaError as error:
        check_sentence(str(error))


def _aside_file(sound: Sound) -> bytes:
    lines = sound.sidecar.split(b"\n")[:3]
    rest = '{"record":"aside","sidecar":"story.txt.lina.ann.jsonl","line":%d,"reason":"x","at":"y","content":%s}\n'
    import json

    return "".join(rest % (number, json.dumps(line.decode())) for number, line in enumerate(lines)).encode()


def _check_aside(sound: Sound, data: bytes, folder: Path) -> None:
    sidecar = folder / "story.txt.lina.ann.jsonl"
    sidecar.write_bytes(sound.sidecar)
    path = aside_path(sidecar)
    path.write_bytes(data)
    with telling():
        for aside in read_aside(path):
            aside.bytes  # noqa: B018 - it is computed
        set_aside(sidecar, [(7, b"junk \xff", "a reason"), (8, b"{}", "another")], NOW)
        if not path.read_bytes().startswith(data) or read_aside(path)[-1].bytes != b"{}":
            raise Broken("what was set aside before is not there still")


def _check_schema(data: bytes, folder: Path) -> None:
    (folder / "hashiya.toml").write_bytes(data)
    schema: Schema = BUILT_IN
    with telling():
        schema, problems = load_schema(folder)
        for problem in problems:
            check_sentence(problem)
        schema, problems = fit_keys(schema, folder)
        for problem in problems:
            check_sentence(problem)
    for label in schema.labels:
        check_clause(label.title_en)
        set_line(label.guideline, 60, cell_len)
    _check_keys(schema, {"HOME": str(folder)}, folder)


def _check_settings(data: bytes, folder: Path) -> None:
    environment = {"XDG_CONFIG_HOME": str(folder), "HOME": str(folder)}
    (folder / "hashiya").mkdir(exist_ok=True)
    (folder / "hashiya" / "config.toml").write_bytes(data)
    with telling():
        annotator(None, environment)
    _check_keys(BUILT_IN, environment, None)


def _check_keys(schema: Schema, environment: Mapping[str, str], root: Path | None) -> None:
    settings, problems = load_settings(environment, root)
    for problem in (*problems, *Keymap(schema, settings.keys).problems):
        check_sentence(problem)


def _check_article(data: bytes, width: int, base: Base, encoding: str | None, folder: Path) -> None:
    path = folder / "story.txt"
    path.write_bytes(data)
    _check_summary(path)
    with telling():
        text = decode_article(data, path, encoding).text
        for hidden in find_hidden(text):
            check_clause(hidden.title)
        Shadow.of(text)
        _check_set(text, width, base)


def _check_set(text: str, width: int, base: Base) -> None:
    if len(text) > _SET_WHOLE:
        page = Page(Document(text, base), width, cell_len)
        count = len(page.document.pieces)
        for piece in {*range(min(count, _SET_PIECES)), *range(max(0, count - _SET_PIECES), count)}:
            check_glyphs("".join(cell.glyph for row in page.rows(piece) for cell in row.cells))
        return
    write_json(text, width, base, BytesIO())
    with redirect_stdout(StringIO()) as out:
        write_text(text, None, BUILT_IN, width, base)
    check_glyphs(out.getvalue().replace("\n", ""))


def _check_state(data: bytes, folder: Path) -> None:
    environment = {"XDG_STATE_HOME": str(folder)}
    (folder / "hashiya").mkdir(exist_ok=True)
    (folder / "hashiya" / "positions.json").write_bytes(data)
    place: Any = recall(environment, Path("/a/story.txt"), "0" * 64)
    if place is not None and not 0 <= place < 1 << 32:
        raise Broken(f"a position of {place}")
    remember(environment, Path("/a/story.txt"), "0" * 64, 3)
    if recall(environment, Path("/a/story.txt"), "0" * 64) != 3:
        raise Broken("a position is not remembered")


# Nobody else is there, so nothing is waited for.
lock_file.PAUSE = 0
lock._SETTLING = 0
