"""Hostile libraries for the real program on a terminal, and keys that walk through them.

A *sitting* has a folder with two articles, each with a sidecar and perhaps a journal, and perhaps a schema; some of it
is mutated, the rest is sound and full of what a terminal would obey. The program is opened on it, keys are typed, it is
quit: see `sit_through` for what has to hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import fuzz_mutators as mutators
import msgspec
from fuzz_corpora import ANNOTATOR, NOW, SCHEMA, SETTINGS, TEXT, TOOL
from fuzz_mutators import BYTES, mutated
from fuzz_values import TERMINAL
from terminal_session import TerminalSession, surroundings
from test_hostile_text import assert_only_ours
from watching import outside, watched

from annotations.article import Article, decode_article
from annotations.errors import HashiyaError
from annotations.layer import Layer
from annotations.schema import BUILT_IN, load_schema
from annotations.span import Span, make_link, make_span
from annotations.store.files import sidecar_path
from annotations.store.journal import journal_path
from annotations.store.keeper import Keeper

_JSON = (*BYTES, *(mutators.misfit,) * 9, *(mutators.repeat_key,) * 2, mutators.conflict)
_TOML = (*BYTES, *(mutators.misset,) * 9)
_NAMES = ("story.txt", "-rf.txt", "a\x1b]0;owned\x07.txt", "b\u202e\u2066\n.txt", "[red]x[b] \x9b2J.txt", "ق\u200f.txt")
_WALK = (
    *(
        "ctrl+left",
        "ctrl+right",
        "down",
        "up",
        "pagedown",
        "pageup",
        "ctrl+end",
        "ctrl+home",
        "shift+left",
        "n",
        "p",
        "`",
    ),
    *(
        "i",
        "d",
        "c",
        "A",
        "M",
        "m",
        "y",
        "f",
        "a",
        "e",
        "u",
        "x",
        "t",
        "v",
        "o",
        "O",
        "H",
        "K",
        "E",
        "W",
        "R",
        "=",
        "J",
    ),
    *(
        "g",
        "l",
        "z",
        "D",
        "F",
        "?",
        "\x10",
        "/",
        "ال",
        "\x1b[2J",
        "enter",
        "tab",
        "escape",
        "escape",
        "escape",
        "N",
        ".",
    ),
)
# Signs with a glyph that Python holds to be none, and the joiner within an emoji.
_SEEN = dict.fromkeys(map(ord, "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\u200d"))


def sit_through(seed: int, home: Path) -> None:
    """One sitting, the same every time; AssertionError for what must not be.

    The program ends as it should, with the terminal as it was; it has not failed; it has sent what is printable, and
    control sequences of its own; it has changed nothing outside of the library and its own folder, and no article.
    """
    random = Random(f"screens/{seed}")
    library, state, log = home / "library", home / "state", home / "log"
    sources = make_library(library, home, random)
    around = surroundings(home, XDG_STATE_HOME=str(state), PYTHONDONTWRITEBYTECODE="1")
    size = random.choice(((80, 24), (120, 40), (200, 50)))
    opened = library if random.random() < 0.6 else next(iter(sources))
    with TerminalSession([*watched(log), opened], around, size=size) as session:
        if _begins(library):
            session.wait_for(lambda: session.process.poll() is not None or b"\x1b[?1049h" in session.raw)
            session.read_on(0.4)
            _walk(session, random)
            status, wanted = _quit(session), 0
        else:
            status, wanted = session.end(), 1
        crashes = [path.read_text() for path in (home / "tmp").iterdir()]
        assert crashes == [], crashes[0]
        assert status == wanted, f"status {status}: {session.text}"
        assert session.after == session.before
        raw = bytes(session.raw)
    assert b"Traceback" not in raw, raw[-3000:]
    assert_only_ours(raw.decode().translate(_SEEN).replace("\x07\x1b[8h", "\x1b[8h").encode())
    assert list(outside(log, library, state)) == []
    for path, data in sources.items():
        assert path.read_bytes() == data


def make_library(library: Path, home: Path, random: Random) -> Mapping[Path, bytes]:
    """The folder of a sitting; its articles with their bytes."""
    library.mkdir(parents=True)
    sources = {}
    for name in random.sample(_NAMES, 2):
        path = library / name
        text = f"قال {random.choice(TERMINAL)} الوزير {random.choice(TERMINAL)}\n\n{TEXT}"
        path.write_bytes(text.encode())
        sources[path] = path.read_bytes()
        _annotate(decode_article(path.read_bytes(), path), random)
    if random.random() < 0.7:
        schema = SCHEMA.replace('"actor-event"', '"x"').replace(
            "When", "".join(random.sample(TERMINAL, 3)).replace("\\", "")
        )
        data = mutated(schema.encode(), random, _TOML) if random.random() < 0.7 else schema.encode()
        (library / "hashiya.toml").write_bytes(data)
    if random.random() < 0.3:
        (home / ".config" / "hashiya").mkdir(parents=True)
        (home / ".config" / "hashiya" / "config.toml").write_bytes(mutated(SETTINGS.encode(), random, _TOML))
    return sources


def _annotate(article: Article, random: Random) -> None:
    """What another person, or program, left beside an article."""
    sidecar = sidecar_path(article.path, ANNOTATOR)
    keeper = Keeper.open(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
    keeper.push(_hostile(keeper.layer, article, random), random.choice(TERMINAL))
    keeper.settle(NOW)
    keeper.push(keeper.layer.with_header(note=random.choice(TERMINAL), status="flagged"), random.choice(TERMINAL))
    keeper.sync(NOW)
    keeper.release()
    if random.random() < 0.5:
        sidecar.write_bytes(mutated(sidecar.read_bytes(), random, _JSON))
    if random.random() < 0.5:
        journal = journal_path(sidecar)
        journal.write_bytes(mutators.resign(mutated(journal.read_bytes(), random, _JSON), random))


def _hostile(layer: Layer, article: Article, random: Random) -> Layer:
    """Annotations that are sound, and in which every value is something that no annotator writes."""
    for number, (start, end) in enumerate(((0, 9), (4, 16), (20, 25))):
        span = make_span(article.text, [(start, end)], random.choice(("actor", "event")), id=f"s{number}", now=NOW)
        layer = layer.add(_with_values(span, random))
    first, second = (span.id for span in layer.spans[:2])
    link = make_link(first, random.choice(("agent", *TERMINAL)), second, id="l", now=NOW, note=random.choice(TERMINAL))
    layer = layer.add_link(link)
    header = msgspec.structs.replace(layer.header, note=random.choice(TERMINAL), tool=random.choice(TERMINAL))
    return replace(layer, header=header)


def _with_values(span: Span, random: Random) -> Span:
    def value(*others: str) -> str:
        return random.choice((*TERMINAL, *others))

    return msgspec.structs.replace(
        span,
        id=f"{span.id}{value('')}",
        label=value(*(span.label,) * 20),
        subtype=random.choice((None, *TERMINAL)),
        attributes={value(): value(), "tense": value("past")},
        group=random.choice((None, "g", *TERMINAL)),
        note=value(""),
        origin=value("manual"),
        updated=value(span.updated),
    )


def _begins(library: Path) -> bool:
    """Whether the program gets as far as its first screen."""
    try:
        load_schema(library)
    except HashiyaError:
        return False
    return True


def _walk(session: TerminalSession, random: Random) -> None:
    keys: Sequence[str] = random.choices(_WALK, k=random.randint(5, 40))
    for number, key in enumerate(("enter", *keys)):
        if session.process.poll() is not None:
            return
        session.type(key)
        # Now and then the screen is waited for; else keys are typed faster than it is painted.
        session.read_on(0.1) if number % 5 == 0 else session.read(0.01)
    session.read_on(0.2)


def _quit(session: TerminalSession) -> int:
    """Leave by the key that works everywhere, again where the first one asks something."""
    for _ in range(5):
        if session.process.poll() is None:
            session.type("escape")
            session.read_on(0.15)
            session.type("\x11")
            session.read_on(0.6)
    return session.end()
