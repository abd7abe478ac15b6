"""The reader's words: what the status line and the interlinear view tell of spans and links.

Text of articles goes through `quoted`, in visual order; what is set as a whole later on (captions) keeps its own order.
Names that a sidecar holds (labels, roles, values) may be any text, and are escaped.
"""

from __future__ import annotations

from annotations.errors import printable
from annotations.layer import Layer, link_problem
from annotations.schema import Schema
from annotations.span import Link, Span
from tui.desk import Desk
from tui.text.line import ELLIPSIS
from tui.widgets.bars import quoted

_MENTION = 24
_SHORT = 20


def kind_of(span: Span) -> str:
    """Label and subtype: `actor·mil`."""
    return printable(f"{span.label}·{span.subtype}" if span.subtype else span.label)


def caption(layer: Layer, span: Span) -> str:
    """What stands at a span's bracket: its subtype or label, and after an event's its roles with who plays them."""
    roles: dict[str, list[str]] = {}
    for link in links_in_order(layer, span.id):
        if link.event == span.id:
            roles.setdefault(link.role, []).append(_actor(layer, link))
    told = ", ".join(f"{role}: {'، '.join(actors)}" for role, actors in roles.items())
    note = " *" if span.note else ""
    # Its colour tells the label of a span with a subtype.
    kind = f"{span.subtype or span.label}{note}"
    return f"{kind} → {told}" if told else kind


def told_selection(text: str, start: int, end: int) -> str:
    """The selection with its offsets."""
    return f"{quoted(text[start:end], 40)}  {start}–{end}"


def told_span(layer: Layer, schema: Schema, span: Span) -> str:
    """A span in full: text, offsets, label, what it has besides, and its links."""
    told = [f"{quoted(span.text, 32)}  {_ranges(span)}  {kind_of(span)}"]
    if schema.label(span.label) is None:
        told.append("a label that the schema lacks")
    told += [_told_link(layer, link, span, schema) for link in links_in_order(layer, span.id)]
    told += _told_group(layer, span)
    told += [f"note {quoted(span.note, _MENTION)}"] if span.note else []
    told += [printable(f"{name} {value}") for name, value in span.attributes.items()]
    told += [printable(span.origin)] if span.origin != "manual" else []
    return " · ".join(told)


def told_link(layer: Layer, schema: Schema, link: Link) -> str:
    """A link in full: who, in what role, in which event; what is wrong with it, and what it has besides."""
    event, actor = layer.find(link.event), layer.find(link.actor)
    told = [f"{_text_of(actor, _MENTION)} is {printable(link.role)} of {_text_of(event, _MENTION)}"]
    problem = link_problem(layer, link, schema)
    told += [f"not right: {printable(problem)}"] if problem else []
    told += [f"note {quoted(link.note, _MENTION)}"] if link.note else []
    told += [printable(link.origin)] if link.origin != "manual" else []
    return " · ".join(told)


def told_saved(desk: Desk) -> str:
    """Whether all is on disk."""
    if desk.problem is not None:
        return "– reading only"
    if desk.unsaved is not None:
        return "– NOT SAVED"
    if desk.is_dirty:
        return "saving"
    moment = desk.saved_at
    return f"saved {moment.astimezone():%H:%M:%S}" if moment else ""


def links_in_order(layer: Layer, span_id: str) -> list[Link]:
    """The links of a span: its own by role, then those it is the actor of; each in the order of the text."""

    def place(link: Link) -> tuple[bool, str, int]:
        other = link_end(layer, link, span_id)
        return link.event != span_id, link.role, other.start if other else -1

    return sorted(layer.links_of(span_id), key=place)


def link_end(layer: Layer, link: Link, span_id: str) -> Span | None:
    """The span at the link's other end; None where it is missing."""
    other = link.actor if link.event == span_id else link.event
    return layer.find(other)


def _told_link(layer: Layer, link: Link, span: Span, schema: Schema) -> str:
    arrow = "" if link.event == span.id else " of"
    wrong = "" if link_problem(layer, link, schema) is None else "! "
    return f"{wrong}{printable(link.role)}{arrow} {_text_of(link_end(layer, link, span.id), _SHORT)}"


def _text_of(span: Span | None, width: int) -> str:
    return quoted(span.text, width) if span else "(missing)"


def _actor(layer: Layer, link: Link) -> str:
    actor = layer.find(link.actor)
    if actor is None:
        return "(missing)"
    told = actor.text if len(actor.text) <= _SHORT else f"{actor.text[: _SHORT - 1]}{ELLIPSIS}"
    # Isolated, so that what stands around it keeps its order.
    return f"\u2068{told}\u2069"


def _told_group(layer: Layer, span: Span) -> list[str]:
    if not span.group:
        return []
    # Not needed before the first group is seen.
    from annotations.groups import mentions_of

    mentions = mentions_of(layer, span)
    return [f"{mentions.index(span) + 1} of {len(mentions)} mentions"] if len(mentions) > 1 else []


def _ranges(span: Span) -> str:
    return " + ".join(f"{start}–{end}" for start, end in span.fragments)
