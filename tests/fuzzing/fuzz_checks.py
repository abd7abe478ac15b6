"""What has to hold of what is loaded and told, whatever the files hold; `Broken` where it does not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from fuzz_corpora import ANNOTATOR, NOW, TOOL

from annotations.article import Article
from annotations.errors import HashiyaError
from annotations.invisible import code_point, is_hidden
from annotations.layer import Layer
from annotations.limits import check_header_limits, check_link_limits, check_span_limits
from annotations.schema import BUILT_IN
from annotations.span import check_shape, check_span
from annotations.store.salvage import salvage
from annotations.store.sidecar import decode, encode

LONGEST_MESSAGE = 1_000
"""Characters of a sentence for the user, the path in it counted."""


class Broken(AssertionError):  # noqa: N818 - says what is so, not who is to blame
    """Something that must hold does not."""


def check_sentence(sentence: str) -> None:
    """What a user is told is one printable sentence."""
    if not sentence.isprintable():
        raise Broken(f"not printable: {sentence!r}")
    if not sentence.endswith((".", "?", "lists them.")) or not sentence[:-1].strip():
        raise Broken(f"not a sentence: {sentence!r}")
    if len(sentence) > LONGEST_MESSAGE:
        raise Broken(f"a sentence of {len(sentence)} characters: {sentence[:200]!r}")


def check_clause(clause: str) -> None:
    """A part of a sentence that can be printed."""
    if not clause.isprintable() or not clause or len(clause) > LONGEST_MESSAGE:
        raise Broken(f"not a printable clause: {clause!r}")


def check_layer(layer: Layer, text: str | None) -> None:
    """All that a layer promises; `text` is the article's, None where the layer is another text's."""
    spans, links = layer.spans, layer.links
    if len({span.id for span in spans}) < len(spans) or len({link.id for link in links}) < len(links):
        raise Broken("an id is there twice")
    if layer != Layer.of(layer.header, spans, links, layer.extras, layer.foreign):
        raise Broken("the records are out of order")
    if text is not None and layer.header.length != len(text):
        raise Broken(f"the length is {layer.header.length} and not {len(text)}")
    try:
        check_header_limits(layer.header)
        for span in spans:
            check_span_limits(span)
            check_shape(span, layer.header.length) if text is None else check_span(span, text)
        for link in links:
            check_link_limits(link)
    except ValueError as error:
        raise Broken(f"loaded though {error}") from error


def check_kept(layer: Layer, article: Article, *, changed: bool) -> None:
    """What was loaded is what is loaded again after it was saved."""
    data = encode(layer)
    again = decode(data, name="again")
    if again != layer or encode(again) != data:
        raise Broken("what is saved is not what is loaded")
    bare = Layer.new(article, ANNOTATOR, BUILT_IN, NOW, TOOL)
    found = salvage(data, name="again", article=article, bare=bare)
    if found.damaged or found.layer != replace(layer, header=found.layer.header) or found.source_changed != changed:
        raise Broken(f"what is saved is damaged: {found.damaged[:3]}")


@contextmanager
def telling() -> Iterator[None]:
    """Have what the user is told be a sentence."""
    try:
        yield
    except HashiyaError as error:
        check_sentence(str(error))


def check_glyphs(text: str) -> None:
    """Nothing that a terminal obeys: number signs of Arabic have a glyph, and the joiner holds an emoji together."""
    found = next((c for c in text if not c.isprintable() and (is_hidden(c) or c < " ") and c != "\u200d"), None)
    if found is not None:
        raise Broken(f"reaches the terminal: {code_point(found)}")
