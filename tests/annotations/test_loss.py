from __future__ import annotations

import pytest
from layer_strategies import NOW, TEXT, article_of, empty_layer, link_of, span_of

from annotations.formats import Annotated
from annotations.formats.loss import Loss, Losses, lost_properties
from annotations.layer import Layer
from annotations.schema import BUILT_IN
from annotations.span import SpanFields, change_span, make_link


def annotated() -> Annotated:
    layer = empty_layer().add(span_of(TEXT, (0, 5), span_id="e1", label="event")).add(span_of(TEXT, (6, 13)))
    layer = layer.add_link(link_of("e1", "s1"))
    orphan = make_link("gone", "agent", "s1", id="l2", now=NOW)
    layer = Layer.of(layer.header, layer.spans, [*layer.links, orphan])
    return Annotated(id="sub/story.txt", article=article_of(TEXT), layer=layer, schema=BUILT_IN)


def test_losses_are_counted_and_told_and_what_is_kept_is_counted_alone() -> None:
    told: list[Loss] = []
    losses, record = Losses(told.append), annotated()
    event, actor = record.layer.spans
    losses.note("kept", record, event)
    losses.note("widened", record, actor, "to its word")
    assert losses.spans == {"kept": 1, "widened": 1}
    assert losses.count == 1
    assert told == [Loss("widened", "sub/story.txt", "lina", "span", "s1", 6, 13, "actor", "to its word")]


def test_a_link_is_told_at_its_event_and_one_without_at_the_start() -> None:
    told: list[Loss] = []
    losses = Losses(told.append)
    losses.drop_links(annotated(), "no links there")
    assert {(loss.record, loss.id, loss.start, loss.end, loss.label, loss.why) for loss in told} == {
        ("link", "l1", 0, 5, "agent", "no links there"),
        ("link", "l2", 0, 0, "agent", "no links there"),
    }
    assert losses.links == {"dropped": 2}
    assert losses.spans == {}
    assert losses.count == 2


def test_without_anyone_to_tell_losses_are_counted() -> None:
    losses, record = Losses(), annotated()
    losses.note("dropped", record, record.layer.spans[0], "why")
    assert losses.count == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, ""),
        ({"note": "n"}, "without its note"),
        ({"subtype": "gov", "group": "g"}, "without its subtype and group"),
        ({"subtype": "", "attributes": {"a": "b"}, "note": "n"}, "without its subtype, attributes and note"),
    ],
)
def test_properties_that_a_label_alone_does_not_carry_are_named(fields: SpanFields, said: str) -> None:
    assert lost_properties(change_span(span_of(TEXT, (0, 5)), now=NOW, **fields)) == said
