"""Web Annotations, one a line, of our own export (`annotations.formats.w3c`) and of others.

Ours come back as they were. Of others a line may also be an array, a page or a collection of annotations, and so may
the whole file be, on as many lines as it takes, and

- An article's text has to be known: it is the body `text` of our own export, or a plain text file beside the one that
  is read, whose name is the last part of the target's source (`story.txt` for `https://example.org/2026/story.txt`).
  Nothing is fetched. An article is complete when the next begins: its annotations have to follow each other, but
  those of one line.
- An annotation with a position or a quotation is a span. Its label is its body with the purpose `classifying`, or else
  the first that is `tagging`; without either its motivation is (`highlighting`). A body that is `identifying` is its
  group, one that is `commenting`, `describing` or `replying` its note. Several targets are the fragments of one span.
- A span's origin is its creator where that is software; other creators are left out and told of once.
- An annotation that is `linking` is a link from the span that is its target to the span that one of its bodies names,
  where that came before it; its role is found as a label.

Ids of others that are too long, or missing, are made of the annotation's place in the article.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast, get_args
from urllib.parse import unquote, urlsplit

from msgspec import structs

from annotations.article import read_article
from annotations.change import Status
from annotations.errors import ArticleError, printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.folders import leads_out
from annotations.formats.reading.lines import imported
from annotations.formats.reading.problems import Problems
from annotations.formats.reading.records import Records
from annotations.formats.reading.web_annotations import Annotation, Body, Target, annotations_in, position, quotation
from annotations.formats.w3c import ARTICLE, ID
from annotations.labels import SchemaRef
from annotations.limits import ID_LENGTH, NAME_LENGTH, NUMBER
from annotations.reading import shortened
from annotations.span import Fragment, make_span
from annotations.store.sidecar import fault_of

HELP = "W3C Web Annotations, one a line, with their articles in the file or beside it"

_SUFFIX = ".txt"
# Characters that quotations of one article are looked for in, all in all: seconds.
_SEARCHED = 2**33
# Fields of a record by those of our own export, and by the purposes of other bodies.
_OURS = {name: name for name in ("label", "subtype", "group", "note", "attribute")} | {"role": "label"}
_FIELDS = {
    "classifying": "label",
    "tagging": "tag",
    "identifying": "group",
    "commenting": "note",
    "describing": "note",
    "replying": "note",
}


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """The articles, one by one, each after the lines that hold it; a line's problems come before its article."""
    reader = _Reader(options)
    for line in imported(source, reader.take, is_one=True):
        if line.problems:
            yield line
        yield from reader.finished()
    yield from reader.end()


@dataclass
class _Article:
    """An article that annotations are collected for; without `records` its text is not known."""

    source: str
    line: int
    records: Records | None
    head: dict[str, Any]
    span_ids: dict[str, str] = field(default_factory=dict)
    count: int = 0
    searched: int = 0

    def place(self, target: Target, text: str) -> Fragment:
        """Where a target is; ValueError where it is nowhere, or would be looked for too long.

        A quotation that stands elsewhere than its position says is taken where it stands, if it does so once.
        """
        found = position(target, text)
        if found is not None:
            return found
        self.searched += len(text)
        if self.searched > _SEARCHED:
            raise ValueError("its quotation is not looked for: there are too many for so long a text")
        return quotation(target, text)


class _Reader:
    """Takes line after line, and holds one article at a time: a line may be about many."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._current: _Article | None = None
        self._line = 0
        self._waiting: list[Annotation] = []
        self._told: set[str] = set()

    def take(self, number: int, content: bytes, _problems: Problems) -> Imported:
        """Take a line, whose articles `finished` gives; what is returned is without one."""
        self._line, self._waiting = number, _in_order(annotations_in(content), self._current)
        return Imported(number)

    def finished(self) -> Iterator[Imported]:
        """The articles that are complete with the line that was taken, then what is to be told of it."""
        waiting, self._waiting = self._waiting, []
        problems = Problems(self._told)
        for annotation in waiting:
            try:
                yield from self._take(annotation, self._line, problems)
            except ValueError as error:
                problems.add(f"{_named(annotation)}{fault_of(error)}")
        if problems.all() or problems.notices():
            yield Imported(self._line, problems=problems.all(), notices=problems.notices())

    def end(self) -> Iterator[Imported]:
        """Let the article that is open be complete, and give it."""
        current, self._current = self._current, None
        if current is not None and current.records is not None:
            records = current.records
            head = {"status": "in-progress" if records.spans else None} | current.head
            yield Imported(current.line, text=records.text, spans=records.spans, links=records.links, **head)

    def _take(self, annotation: Annotation, number: int, problems: Problems) -> Iterator[Imported]:
        """Take an annotation, and give the article that ends before it, if one does."""
        texts = [body for body in annotation.bodies if body.field == "text"]
        if texts:
            yield from self.end()
            records = Records(texts[0].value, self._options.now)
            head = _head(annotation, problems)
            self._current = _Article(annotation.targets[0].source, number, records, head)
        elif annotation.is_link:
            self._add_link(annotation, problems)
        else:
            yield from self._open(annotation, number, problems)
            self._add_span(annotation, problems)

    def _open(self, annotation: Annotation, number: int, problems: Problems) -> Iterator[Imported]:
        """Let the article that is annotated be the open one, and give the one before; ValueError unless it is one."""
        source = annotation.targets[0].source
        if any(target.source != source for target in annotation.targets):
            raise ValueError("its targets are in several articles")
        if self._current is not None and self._current.source == source:
            return
        yield from self.end()
        records, name = None, _last_part(source)
        try:
            records = Records(_text_beside(self._options, name), self._options.now)
        except (ArticleError, ValueError) as error:
            reason = str(error).rstrip(".")
            problems.add(f"the text of {shortened(source)} is not known, and all that is about it left out: {reason}")
        self._current = _Article(source, number, records, {"id": name})

    def _add_span(self, annotation: Annotation, problems: Problems) -> None:
        current = self._current
        if current is None or current.records is None:
            return
        records, fields = current.records, _fields(annotation, problems)
        current.count += 1
        made = make_span(
            records.text,
            [current.place(target, records.text) for target in annotation.targets],
            fields.pop("label"),
            id=_id_of(annotation, current.count),
            now=records.now,
            attributes={body.name: body.value for body in annotation.bodies if body.field == "attribute"},
            **fields,
        )
        records.add_span(structs.replace(made, **_times(annotation)))
        if annotation.id:
            current.span_ids[annotation.id] = made.id

    def _add_link(self, annotation: Annotation, problems: Problems) -> None:
        current = self._current
        if current is None or current.records is None:
            raise ValueError("it joins what came not before it")
        ids = current.span_ids
        event = ids.get(annotation.targets[0].source)
        actor = next((body for body in annotation.bodies if body.value in ids and not body.field), None)
        if event is None or actor is None or len(annotation.targets) > 1:
            raise ValueError("it does not join two spans that came before it")
        others = tuple(body for body in annotation.bodies if body is not actor)
        fields = _fields(annotation._replace(bodies=others), problems)
        if fields.keys() & {"subtype", "group"}:
            problems.add(f"{_named(annotation)}a link has no place for a subtype or a group")
        current.count += 1
        current.records.add_link(
            _id_of(annotation, current.count),
            event,
            fields["label"],
            ids[actor.value],
            fields.get("note", ""),
            fields.get("origin", "manual"),
            **_times(annotation),
        )


def _in_order(annotations: list[Annotation], current: _Article | None) -> list[Annotation]:
    """Those of each article together, the links of each after its spans: in one line they may be in any order."""
    if len(annotations) == 1:
        return annotations
    sources = {each.id: each.targets[0].source for each in annotations if not each.is_link}
    first = {source: number for number, source in reversed(list(enumerate(sources.values(), 1)))}
    if current is not None:
        first[current.source] = 0

    def key(each: Annotation) -> tuple[int, bool]:
        source = each.targets[0].source
        return first.get(sources.get(source, source), 0), each.is_link

    return sorted(annotations, key=key)


def _fields(annotation: Annotation, problems: Problems) -> dict[str, Any]:
    """What the bodies say by the fields that they are of, a label always; tells of those that have no place."""
    found: dict[str, Any] = {}
    for body in annotation.bodies:
        name = _OURS.get(body.field) if body.field else _FIELDS.get(body.purpose)
        if name == "attribute":
            continue
        if name is None or name in found:
            problems.add(f"{_named(annotation)}a body that is {_purpose(body)} has no place")
        else:
            found[name] = body.value
    tag = found.pop("tag", None)
    if tag is not None and "label" in found:
        problems.add(f"{_named(annotation)}a body that is tagging has no place")
    found.setdefault("label", tag if tag is not None else annotation.motivation or "annotation")
    creator = annotation.given.get("creator")
    origin = annotation.string("hashiya:origin")
    if origin is None:
        origin = _software(creator)
    if creator is not None and origin is None:
        problems.notice_once("who created each annotation is left out")
    return found if origin is None else found | {"origin": origin}


def _software(creator: object) -> str | None:
    """The name of the program that an annotation is of, None where somebody created it (section 3.3.1)."""
    if not isinstance(creator, dict) or creator.get("type") != "Software":
        return None
    names = (creator.get(key) for key in ("name", "nickname", "id"))
    return next((name for name in names if isinstance(name, str) and 0 < len(name) <= NAME_LENGTH), None)


def _head(annotation: Annotation, problems: Problems) -> dict[str, Any]:
    """What our own export says of a layer."""
    given, source = annotation.given, annotation.targets[0].source
    status = annotation.string("hashiya:status")
    if status not in get_args(Status):
        problems.add(f"the status {status} is unknown, and in-progress is taken")
        status = "in-progress"
    creator, seconds = given.get("creator"), given.get("hashiya:secondsActive")
    nickname = creator.get("nickname") if isinstance(creator, dict) else None
    return {
        "id": _unquoted(source.removeprefix(ARTICLE)) if source.startswith(ARTICLE) else _last_part(source),
        "annotator": nickname if isinstance(nickname, str) else None,
        "status": cast(Status, status),
        "schema": _schema(given.get("hashiya:schema")),
        "note": next((body.value for body in annotation.bodies if body.field == "note"), ""),
        "seconds_active": min(max(seconds, 0), NUMBER) if type(seconds) is int else 0,
        **_times(annotation),
    }


def _schema(given: object) -> SchemaRef | None:
    names = [given.get(f"hashiya:{key}") for key in ("name", "version")] if isinstance(given, dict) else []
    strings = [each for each in names if isinstance(each, str)]
    return SchemaRef(name=strings[0], version=strings[1]) if len(strings) == 2 else None


def _times(annotation: Annotation) -> dict[str, str]:
    times = {"created": annotation.string("created"), "updated": annotation.string("modified")}
    return {name: value for name, value in times.items() if value is not None}


def _id_of(annotation: Annotation, number: int) -> str:
    """The record's id: the last part of ours, another's own, or one made of the number."""
    if annotation.id.startswith(ID):
        return _unquoted(annotation.id.rpartition(":")[2])
    return annotation.id if 0 < len(annotation.id) <= ID_LENGTH else f"annotation-{number}"


def _text_beside(options: Options, name: str) -> str:
    """The text of the file of this name beside the one that is read; ArticleError or ValueError without one."""
    if not name.lower().endswith(_SUFFIX) or name.startswith(".") or not name.isprintable():
        raise ValueError(f"its name {shortened(printable(name))} is not that of a {_SUFFIX} file")
    path = options.path.parent / name
    if leads_out(path, path.parent):
        raise ValueError(f"the file {name} beside the one that is read is a symbolic link that leads out of the folder")
    if not path.is_file():
        raise ValueError(f"there is no file {name} beside the one that is read")
    return read_article(path, options.encoding).text


def _last_part(source: str) -> str:
    """The last part of an IRI's path, as a file's name."""
    return Path(_unquoted(urlsplit(source).path)).name


def _unquoted(part: str) -> str:
    return unquote(part, errors="surrogateescape")


def _named(annotation: Annotation) -> str:
    return f"{annotation.id}: " if annotation.id else ""


def _purpose(body: Body) -> str:
    return body.purpose or "without a purpose"
