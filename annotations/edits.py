"""The steps of annotating: each makes of a layer another layer, and has a name for undo.

All are pure. A step that cannot be done raises `RefusedError` with a sentence for the annotator; nothing is changed
then, and a step that makes no difference gives the very same layer. Offsets are code points of the article's text,
ranges half-open. `now` is the time that changed records get as `updated`. A span or link that was accepted from a
proposal is told apart once what was proposed of it is edited: `:accepted` becomes `:edited` in its origin.

Names of labels and roles may come from a sidecar's bytes, and are escaped where they are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from annotations.change import Status
from annotations.errors import HashiyaError, printable
from annotations.layer import Layer, link_problem
from annotations.schema import Schema
from annotations.span import Fragment, Link, Span, change_span, make_link, make_span, move_span, new_id, timestamp

ACCEPTED, EDITED = ":accepted", ":edited"


class RefusedError(HashiyaError):
    """A step that cannot be done, in one sentence."""


class Edit(NamedTuple):
    """A step: the layer after it, its name for undo, and the id of the span it left to go on with, if any."""

    layer: Layer
    name: str
    span_id: str | None = None


class Kind(NamedTuple):
    """What a new span is to be."""

    label: str
    subtype: str | None = None


def mark(
    layer: Layer, text: str, fragments: Sequence[Fragment], kind: Kind, *, now: datetime, origin: str = "manual"
) -> Edit:
    """A new span; refused for nothing at all, and where these fragments have the label already."""
    if not fragments or any(start >= end for start, end in fragments):
        raise RefusedError("nothing to mark here: put the cursor on a word, or select with Shift and the arrows")
    if any(span.label == kind.label for span in layer.with_range(fragments)):
        raise RefusedError(f"this is marked as {printable(kind.label)} already")
    span = make_span(text, fragments, kind.label, id=new_id(), now=now, subtype=kind.subtype, origin=origin)
    return Edit(layer.add(span), f"mark {printable(kind.label)}", span.id)


def mark_all(
    layer: Layer, text: str, marked: Iterable[tuple[Fragment, Kind]], *, now: datetime, origin: str = "manual"
) -> Edit:
    """A new span for every range, as one step; those that have their label already are passed over."""
    count, last = 0, None
    for fragment, kind in marked:
        try:
            step = mark(layer, text, [fragment], kind, now=now, origin=origin)
        except RefusedError:
            continue
        layer, last, count = step.layer, step.span_id, count + 1
    if not count:
        raise RefusedError("all of these are marked already")
    return Edit(layer, f"mark {count} span{'s' * (count > 1)}", last)


def delete(layer: Layer, span: Span) -> Edit:
    """The span is gone, and the links that hang on it."""
    return Edit(layer.remove(span.id), f"delete {printable(span.label)}")


def add_fragment(layer: Layer, text: str, span: Span, fragment: Fragment, *, now: datetime) -> Edit:
    """The span with one part more; refused where it holds that already."""
    if any(start <= fragment[0] and fragment[1] <= end for start, end in span.fragments):
        raise RefusedError("the span holds this already")
    return _moved(layer, text, span, (*span.fragments, fragment), now, "add a part")


def move(layer: Layer, text: str, span: Span, fragments: Sequence[Fragment], *, now: datetime) -> Edit:
    """The span over other ranges; refused where another of its label has exactly these, and for none at all."""
    return _moved(layer, text, span, fragments, now, "move the edges")


def relabel(layer: Layer, schema: Schema, span: Span, label: str, *, now: datetime) -> Edit:
    """The span under another label, with what of its subtype and attributes that label has too.

    Refused where a link that is right would be wrong then: nobody but the annotator knows which of the two is meant.
    """
    if any(other.label == label for other in layer.with_range(span.fragments)):
        raise RefusedError(f"this is marked as {label} already")
    to = schema.label(label)
    keeps_subtype = to is not None and span.subtype is not None and to.subtype(span.subtype) is not None
    names = {attribute.name for attribute in to.attributes} if to else set()
    changed = change_span(
        span,
        now=now,
        label=label,
        subtype=span.subtype if keeps_subtype else None,
        attributes={name: value for name, value in span.attributes.items() if name in names},
        group=None,
        origin=_edited(span.origin),
    )
    after = layer.replace(changed)
    for held in after.links_of(span.id):
        problem = link_problem(after, held, schema)
        if problem is not None and link_problem(layer, held, schema) is None:
            raise RefusedError(f"a link of the span would be wrong ({printable(problem)}): remove the link first")
    return Edit(after, f"label {label}", span.id)


def set_subtype(layer: Layer, span: Span, subtype: str | None, *, now: datetime) -> Edit:
    """The span with this subtype, or none."""
    changed = change_span(span, now=now, subtype=subtype, origin=_edited(span.origin))
    return _changed(layer, span, changed, f"subtype {printable(subtype or 'none')}")


def set_attribute(layer: Layer, span: Span, name: str, value: str | None, *, now: datetime) -> Edit:
    """The span with one attribute set, or unset by None."""
    attributes = {key: kept for key, kept in span.attributes.items() if key != name}
    if value is not None:
        attributes[name] = value
    return _changed(layer, span, change_span(span, now=now, attributes=attributes), f"{name} {value or 'unset'}")


def set_note(layer: Layer, span: Span, note: str, *, now: datetime) -> Edit:
    """The span with this note; an empty one takes it away."""
    return _changed(layer, span, change_span(span, now=now, note=note), "note")


def link(layer: Layer, schema: Schema, event: Span, role: str, actor: Span, *, now: datetime) -> Edit:
    """A new link; refused to itself, where it is there already, and where a label does not fit the role."""
    made = make_link(event.id, role, actor.id, id=new_id(), now=now)
    return Edit(layer.add_link(_checked(layer, schema, made)), f"link {role}", event.id)


def change_link(
    layer: Layer, schema: Schema, old: Link, *, now: datetime, role: str | None = None, actor: str | None = None
) -> Edit:
    """The link with another role or another actor; refused as in `link`, and where it is there no longer."""
    if all(held.id != old.id for held in layer.links_of(old.event)):
        raise RefusedError("the link is there no longer")
    if (role or old.role, actor or old.actor) == (old.role, old.actor):
        return Edit(layer, f"change link to {printable(old.role)}", old.event)
    new = msgspec.structs.replace(
        old, role=role or old.role, actor=actor or old.actor, origin=_edited(old.origin), updated=timestamp(now)
    )
    _checked(layer.remove_link(old.id), schema, new)
    return Edit(_with_link(layer, new), f"change link to {new.role}", old.event)


def note_link(layer: Layer, old: Link, note: str, *, now: datetime) -> Edit:
    """The link with this note; refused where one of its ends is missing."""
    if layer.find(old.event) is None or layer.find(old.actor) is None:
        raise RefusedError("a link with a missing end takes no note: remove it, or give it another actor")
    if note == old.note:
        return Edit(layer, "note on a link", old.event)
    new = msgspec.structs.replace(old, note=note, updated=timestamp(now))
    return Edit(_with_link(layer, new), "note on a link", old.event)


def unlink(layer: Layer, old: Link) -> Edit:
    """The link is gone."""
    return Edit(layer.remove_link(old.id), f"remove link {printable(old.role)}", old.event)


def set_status(layer: Layer, status: Status) -> Edit:
    """The article with this status; with the same one again, as it was before any: in progress, or new."""
    if layer.header.status == status:
        status = "in-progress" if layer.spans else "new"
    return Edit(layer.with_header(status=status), f"status {status}")


def set_article_note(layer: Layer, note: str) -> Edit:
    """The article with this note."""
    return Edit(layer.with_header(note=note), "article note")


def _moved(layer: Layer, text: str, span: Span, fragments: Sequence[Fragment], now: datetime, name: str) -> Edit:
    if not fragments or any(start >= end for start, end in fragments):
        raise RefusedError("the span would be empty")
    moved = move_span(span, text, fragments, now=now)
    if any(other.id != span.id and other.label == span.label for other in layer.with_range(moved.fragments)):
        raise RefusedError(f"another span with label {printable(span.label)} has exactly these edges")
    return _changed(layer, span, msgspec.structs.replace(moved, origin=_edited(span.origin)), name)


def _changed(layer: Layer, old: Span, new: Span, name: str) -> Edit:
    """The layer with the new span; the same layer where nothing but times and origin would differ."""
    is_same = msgspec.structs.replace(new, updated=old.updated, origin=old.origin) == old
    return Edit(layer if is_same else layer.replace(new), name, old.id)


def _with_link(layer: Layer, new: Link) -> Layer:
    """The layer with a link for the one of its id; what this version does not know of it is kept."""
    return replace(layer.remove_link(new.id).add_link(new), extras=layer.extras)


def _edited(origin: str) -> str:
    return origin.removesuffix(ACCEPTED) + EDITED if origin.endswith(ACCEPTED) else origin


def _checked(layer: Layer, schema: Schema, new: Link) -> Link:
    if new.event == new.actor:
        raise RefusedError("a span cannot be linked to itself")
    problem = link_problem(layer, new, schema)
    if problem is not None:
        raise RefusedError(f"this cannot be linked: {printable(problem)}")
    same = (new.event, new.role, new.actor)
    if any((old.event, old.role, old.actor) == same for old in layer.links_of(new.event)):
        raise RefusedError(f"this is linked as {new.role} already")
    return new
