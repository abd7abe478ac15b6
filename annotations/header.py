"""The header of a layer: what a sidecar says of its article, its annotator and their work."""

from __future__ import annotations

from typing import Annotated, Literal, TypedDict

import msgspec

from annotations.change import Status
from annotations.labels import SchemaRef

_Count = Annotated[int, msgspec.Meta(ge=0)]


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="record", tag="article"):
    """The sidecar's first line, fields in its order: `length` in code points, `sha256` of the source's bytes."""

    format: Literal["hashiya/1"]
    source: str
    sha256: str
    encoding: str
    length: _Count
    unit: Literal["codepoint"]
    schema: SchemaRef
    annotator: str
    status: Status
    note: str
    created: str
    updated: str
    seconds_active: _Count
    tool: str


class HeaderChanges(TypedDict, total=False):
    """What `Layer.with_header` changes."""

    source: str
    schema: SchemaRef
    status: Status
    note: str
    updated: str
    seconds_active: int
    tool: str
