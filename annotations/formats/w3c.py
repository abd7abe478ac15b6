"""Web Annotations as JSON-LD, one annotation a line: W3C Recommendation "Web Annotation Data Model", 23 February 2017.

A span is an annotation whose bodies are textual (section 3.2.4) with a purpose (3.3.5): its label is `classifying`, its
subtype and attributes are `tagging`, its group is `identifying`, its note `commenting`. Each of its fragments is a
target with a position selector and a quote selector (4.2.5, 4.2.4). The model has no selector with gaps and relates
bodies to several targets one by one (3.2.6); that the targets of an annotation are together one span is our reading. A
link is an annotation that is `linking`: its target is the event's annotation, its bodies are the actor's and the role.
Before a record's spans comes an annotation that is `describing`: its target is the article, its bodies are the whole
text of it and a note, and it says what the layer is. Without it the file could not be read without the articles.

Positions count code points, the start within and the end beyond, as 4.2.4 demands ("in terms of unicode code points").
Terms `hashiya:…`, from a second JSON-LD context, say which field of ours a body is, and hold what has no term there.
Ids are URNs of the article's id, the annotator and the record's own id, percent-encoded, so that they are ASCII and
lead to no place on the web. Links whose ends are missing are left out: their ids would lead nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple
from urllib.parse import quote

from annotations.formats import Annotated
from annotations.formats.json_files import write_lines
from annotations.formats.links import whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.header import Header
from annotations.span import CONTEXT, Fragment, Link, Span

EXTENSION = ".jsonl"
HELP = "W3C Web Annotations, one a line, as JSON-LD"

ARTICLE, ID = "urn:hashiya:article:", "urn:hashiya:"
_CONTEXT = ("http://www.w3.org/ns/anno.jsonld", {"hashiya": "urn:hashiya:term:"})


def write(records: Iterable[Annotated], out: BinaryIO, _policy: Policy, losses: Losses) -> None:
    """Write an annotation a line: a record's article, then its spans and links."""
    write_lines(out, (annotation for record in records for annotation in _annotations(record, losses)))


def _annotations(annotated: Annotated, losses: Losses) -> Iterator[dict[str, object]]:
    layer, ids = annotated.layer, _Ids(_quoted(annotated.id), _quoted(annotated.layer.header.annotator))
    source = {
        "id": f"{ARTICLE}{ids.article}",
        "type": "Text",
        "format": "text/plain",
        "hashiya:sha256": annotated.article.sha256,
    }
    yield _article(annotated, ids, source)
    for span in layer.spans:
        losses.note("kept", annotated, span)
        targets = [_target(source, annotated.article.text, fragment) for fragment in span.fragments]
        yield _annotation(annotated, ids, span, _span_bodies(span), targets if len(targets) > 1 else targets[0])
    for link in whole_links(annotated, losses):
        yield _annotation(annotated, ids, link, _link_bodies(ids, link), ids.of("span", link.event))


class _Ids(NamedTuple):
    """What the ids of a record's annotations are made from, percent-encoded."""

    article: str
    annotator: str

    def of(self, kind: str, record_id: str) -> str:
        """The id; its parts hold no colon of their own, so that no two annotations share one."""
        return f"{ID}{kind}:{self.article}:{self.annotator}:{_quoted(record_id)}"


def _article(annotated: Annotated, ids: _Ids, source: dict[str, str]) -> dict[str, object]:
    header = annotated.layer.header
    return {
        **_head(annotated, f"{ID}layer:{ids.article}:{ids.annotator}", "describing", header),
        "hashiya:status": header.status,
        "hashiya:secondsActive": header.seconds_active,
        "hashiya:schema": {"hashiya:name": header.schema.name, "hashiya:version": header.schema.version},
        "body": [_body("describing", "text", annotated.article.text), *_note(header)],
        "target": source,
    }


def _span_bodies(span: Span) -> list[dict[str, str]]:
    bodies = [_body("classifying", "label", span.label)]
    if span.subtype is not None:
        bodies.append(_body("tagging", "subtype", span.subtype))
    bodies += [_body("tagging", "attribute", value, name) for name, value in span.attributes.items()]
    if span.group is not None:
        bodies.append(_body("identifying", "group", span.group))
    return bodies + _note(span)


def _link_bodies(ids: _Ids, link: Link) -> list[dict[str, str]]:
    actor = {"type": "SpecificResource", "purpose": "linking", "source": ids.of("span", link.actor)}
    return [actor, _body("classifying", "role", link.role), *_note(link)]


def _annotation(
    annotated: Annotated, ids: _Ids, record: Span | Link, bodies: list[dict[str, str]], target: object
) -> dict[str, object]:
    kind, motivation = ("span", "classifying") if isinstance(record, Span) else ("link", "linking")
    head = _head(annotated, ids.of(kind, record.id), motivation, record)
    return {**head, "hashiya:origin": record.origin, "body": bodies, "target": target}


def _head(annotated: Annotated, urn: str, motivation: str, record: Span | Link | Header) -> dict[str, object]:
    return {
        "@context": _CONTEXT,
        "id": urn,
        "type": "Annotation",
        "motivation": motivation,
        "creator": {"type": "Person", "nickname": annotated.layer.header.annotator},
        "created": record.created,
        "modified": record.updated,
    }


def _body(purpose: str, field: str, value: str, name: str | None = None) -> dict[str, str]:
    """A textual body; `name` is an attribute's."""
    body = {"type": "TextualBody", "purpose": purpose, "value": value, "hashiya:field": field}
    return body if name is None else body | {"hashiya:name": name}


def _note(record: Span | Link | Header) -> list[dict[str, str]]:
    return [_body("commenting", "note", record.note)] if record.note else []


def _target(source: dict[str, str], text: str, fragment: Fragment) -> dict[str, object]:
    start, end = fragment
    return {
        "type": "SpecificResource",
        "source": source,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(0, start - CONTEXT) : start],
                "suffix": text[end : end + CONTEXT],
            },
        ],
    }


def _quoted(part: str) -> str:
    # A path's name may hold bytes that are no UTF-8.
    return quote(part, safe="", errors="surrogateescape")
