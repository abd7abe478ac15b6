"""What holds for every format that writes records one by one."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

from layer_strategies import TEXT, article_of, empty_layer

from annotations.formats import Annotated, Format
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.schema import BUILT_IN


def sizes_as_written(form: Format, count: int = 3) -> tuple[list[int], int]:
    """The bytes that had been written when each of some equal records was asked for, and those at the end."""
    out = BytesIO()
    sizes: list[int] = []

    def records() -> Iterator[Annotated]:
        for _ in range(count):
            sizes.append(len(out.getvalue()))
            yield Annotated(id="story.txt", article=article_of(TEXT), layer=empty_layer(TEXT), schema=BUILT_IN)

    form.write(records(), out, Policy(), Losses())
    return sizes, len(out.getvalue())
