"""What an export and its import have to agree on: all that is kept comes back as it was, and all else is told of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from annotations.formats import Annotated
from annotations.formats.loss import Loss
from annotations.formats.reading import Imported
from annotations.span import Link, Span


def span_fields(span: Span) -> tuple[object, ...]:
    """All that is a span's own; what is computed and when it was made are not."""
    attributes = tuple(sorted(span.attributes.items()))
    return span.fragments, span.label, span.subtype, attributes, span.group, span.note, span.origin


def link_fields(link: Link) -> tuple[object, ...]:
    return link.event, link.role, link.actor, link.note, link.origin


def check_by_id(annotated: Annotated, told: Iterable[Loss], back: Imported) -> None:
    """For a format that has ids: each record is as it was, or is told of, is other than it was, and never both."""
    fates = {(loss.record, loss.id): loss.fate for loss in told}
    spans = {span.id: span_fields(span) for span in back.spans}
    links = {link.id: link_fields(link) for link in back.links}
    layer = annotated.layer
    for span in layer.spans:
        _check(fates.get(("span", span.id)), span_fields(span), spans.pop(span.id, None))
    for link in layer.links:
        _check(fates.get(("link", link.id)), link_fields(link), links.pop(link.id, None))
    assert not spans
    assert not links


def check_by_value(annotated: Annotated, told: Iterable[Loss], back: Imported) -> None:
    """For a format without ids: what comes back is what is not told of, and may be what is changed, but no more."""
    changed = {loss.id for loss in told if loss.record == "span"}
    kept = Counter(span_fields(span) for span in annotated.layer.spans if span.id not in changed)
    found = Counter(map(span_fields, back.spans))
    assert kept <= found
    dropped = sum(loss.record == "span" and loss.fate == "dropped" for loss in told)
    assert found.total() <= len(annotated.layer.spans) - dropped


def _check(fate: str | None, before: tuple[object, ...], after: tuple[object, ...] | None) -> None:
    if fate is None:
        assert after == before
    elif fate == "dropped":
        assert after is None
    else:
        assert after != before
