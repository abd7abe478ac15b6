"""A layer carried over to the changed text of its article, once it is settled where each span is.

What cannot be carried over is not dropped: it becomes a line of the record kind `lost`, which holds the record as the
old sidecar had it, and which every reader keeps.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from annotations.anchoring import Found
from annotations.article import Article
from annotations.layer import Layer
from annotations.span import Span, move_span, timestamp
from annotations.store.sidecar import encode


def moved_layer(layer: Layer, article: Article, found: Sequence[Found], *, now: datetime) -> Layer:
    """The layer for the article's new text, with each span where `found` has it, certain or not.

    A span that is the same keeps its record. One without fragments, or that `found` has not, is lost, and so is each
    link to or from it: as lines `{"record":"lost","span":…}` and `{"record":"lost","link":…}` among `foreign`.
    ValueError for fragments that are malformed or beyond the text.
    """
    places = {each.span.id: each for each in found if each.fragments is not None}
    spans = [_placed(span, places[span.id], article, now) for span in layer.spans if span.id in places]
    gone = {span.id for span in layer.spans} - places.keys()
    links = [link for link in layer.links if gone.isdisjoint((link.event, link.actor))]
    lost = [f"span:{span.id}" for span in layer.spans if span.id in gone]
    lost += [f"link:{link.id}" for link in layer.links if not gone.isdisjoint((link.event, link.actor))]
    header = msgspec.structs.replace(
        layer.header,
        sha256=article.sha256,
        encoding=article.encoding,
        length=len(article.text),
        updated=timestamp(now),
    )
    extras = {key: value for key, value in layer.extras.items() if key not in set(lost)}
    return Layer.of(header, spans, links, extras, layer.foreign + _lost_lines(layer, lost))


def _placed(span: Span, found: Found, article: Article, now: datetime) -> Span:
    if found.outcome == "same" or found.fragments is None:
        return span
    return move_span(span, article.text, found.fragments, now=now)


def _lost_lines(layer: Layer, keys: Sequence[str]) -> tuple[bytes, ...]:
    lines = _lines(layer) if keys else {}
    return tuple(b'{"record":"lost","%s":%s}' % (key.partition(":")[0].encode(), lines[key]) for key in keys)


def _lines(layer: Layer) -> Mapping[str, bytes]:
    """The lines that a sidecar has for the records, with the keys that we do not know."""
    keys = [*(f"span:{span.id}" for span in layer.spans), *(f"link:{link.id}" for link in layer.links)]
    return dict(zip(keys, encode(layer).split(b"\n")[1:], strict=False))
