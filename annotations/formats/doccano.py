"""doccano: one article a line, for its import into a project that labels sequences, with relations or without.

Fields: doccano, pull request 1823 "relation import", and `backend/data_import/pipeline/label.py` (`SpanLabel`,
`RelationLabel`): `text`; for its import `JSONL (Relation)` `entities` with `id`, `label`, `start_offset`, `end_offset`,
and `relations` with `id`, `from_id`, `to_id`, `type`; for its import `JSONL` `label`, a list of `[start, end, label]`.
Ids are integers, unique over the whole file. Offsets are half-open and count code points, as long as the project does
not "Count grapheme clusters as one character"; it has to "Allow overlapping spans", or doccano leaves out all but the
first of those that overlap (`Spans.clean`), and for relations to "Use relation labeling".

doccano leaves out empty labels without a word (`NonEmptyStr`, `LabelMaker.make`), and its table of labels has 100
characters for one (`LabelType`): what has another label is left out here, and told.

A relation leads from an event to an actor. An entity is one range with a label. Whatever else a line has becomes the
example's metadata, which doccano's export gives back as it was, while entities get ids of its own: here `article`,
`annotator`, `sha256` and `hashiya`, which holds `spans` (the place and label by which each is found again, `id`,
`subtype`, `attributes`, `group`, `note`, `origin`) and `links` (`id`, `event`, `role`, `actor`, `note`, `origin`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from typing import BinaryIO

from annotations.formats import Annotated
from annotations.formats.fields import LINK, fields_of
from annotations.formats.json_files import write_lines
from annotations.formats.links import why_left_out
from annotations.formats.loss import Losses
from annotations.formats.tokens import Gaps, Policy, gap_loss, one_range
from annotations.span import Fragment, Link, Span

EXTENSION = ".jsonl"
HELP = "one article a line with entities and relations, for doccano's import"
VARIANTS: Mapping[str, str] = {
    "relations": "entities and relations, for a project with relation labelling",
    "spans": "labelled spans, for a project without relations",
}

_LONGEST = 100  # characters of a label
_SPAN = ("label", "id", "subtype", "attributes", "group", "note", "origin")

_Placed = list[tuple[Span, Fragment]]


def write(records: Iterable[Annotated], out: BinaryIO, policy: Policy, losses: Losses) -> None:
    """Write one line a record."""
    numbers = count(1)
    write_lines(out, (_example(record, policy, numbers, losses) for record in records))


def _example(annotated: Annotated, policy: Policy, numbers: Iterator[int], losses: Losses) -> dict[str, object]:
    """The record as an example; every span and link is noted."""
    placed, links = list(_placed(annotated, policy.gaps, losses)), list[Link]()
    if policy.variant == "spans":
        losses.drop_links(annotated, "the form without relations has no place for it")
        labels: dict[str, object] = {"label": [[*part, span.label] for span, part in placed]}
    else:
        links += _linked(annotated, {span.id for span, _ in placed}, losses)
        labels = _entities_and_relations(placed, links, numbers)
    return {
        "text": annotated.article.text,
        **labels,
        "article": annotated.id,
        "annotator": annotated.layer.header.annotator,
        "sha256": annotated.article.sha256,
        "hashiya": {
            "spans": [_details(span, part) for span, part in placed],
            "links": [fields_of(link, LINK) for link in links],
        },
    }


def _entities_and_relations(placed: _Placed, links: list[Link], numbers: Iterator[int]) -> dict[str, object]:
    ids: dict[str, int] = {}
    entities = []
    for span, (start, end) in placed:
        ids[span.id] = next(numbers)
        entities.append({"id": ids[span.id], "label": span.label, "start_offset": start, "end_offset": end})
    relations = [
        {"id": next(numbers), "from_id": ids[link.event], "to_id": ids[link.actor], "type": link.role} for link in links
    ]
    return {"entities": entities, "relations": relations}


def _details(span: Span, part: Fragment) -> dict[str, object]:
    start, end = part
    return {"start": start, "end": end, **fields_of(span, _SPAN)}


def _placed(annotated: Annotated, gaps: Gaps, losses: Losses) -> Iterator[tuple[Span, Fragment]]:
    """The spans that doccano takes, each with its range; notes what becomes of every span."""
    for span in annotated.layer.spans:
        part = one_range(span, gaps)
        gap, refused = gap_loss(span, gaps), _refused(span.label)
        if part is None or refused:
            losses.note("dropped", annotated, span, refused or gap)
            continue
        losses.note("flattened" if gap else "kept", annotated, span, gap)
        yield span, part


def _linked(annotated: Annotated, spans: set[str], losses: Losses) -> Iterator[Link]:
    """The links that doccano takes; notes what becomes of every link."""
    for link in annotated.layer.links:
        why = _refused(link.role) or why_left_out(annotated, link, spans)
        losses.note("dropped" if why else "kept", annotated, link, why)
        if not why:
            yield link


def _refused(label: str) -> str:
    """Why doccano does not take a label, or role, as a clause; empty where it does."""
    if not label:
        return "doccano takes no empty label"
    return f"doccano takes no label of more than {_LONGEST} characters" if len(label) > _LONGEST else ""
