"""The records that the tests of formats write."""

from __future__ import annotations

from layer_strategies import TEXT, article_of, empty_layer

from annotations.formats import Annotated
from annotations.layer import Layer
from annotations.schema import BUILT_IN, Schema
from annotations.span import Link, Span


def record_of(
    layer: Layer, text: str = TEXT, article_id: str = "sub/story.txt", schema: Schema = BUILT_IN
) -> Annotated:
    return Annotated(id=article_id, article=article_of(text), layer=layer, schema=schema)


def annotated(text: str, *spans: Span, links: tuple[Link, ...] = (), article_id: str = "sub/story.txt") -> Annotated:
    return record_of(Layer.of(empty_layer(text).header, spans, links), text, article_id)
