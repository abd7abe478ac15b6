"""The sidecar format `hashiya/1`: one layer as bytes and back (FORMAT.md).

Written: JSON lines in UTF-8, keys and records in the format's order, Arabic as itself, LF after every line; what the
format does not know follows the known keys (sorted) and the links. Read: the same in any order, blank lines, CRLF and a
byte order mark let pass. The same layer always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from annotations.errors import DamagedSidecar, OtherVersion, displayed, printable
from annotations.layer import Header, Layer
from annotations.reading import line_at, reason_of
from annotations.schema import SchemaRef
from annotations.span import Link, Span, check_shape

FORMAT = "hashiya/1"

_REMEDY = "repair the line, or move the file away to start anew"
_SPACE = b" \t\r"
_FIELDS = {kind.__struct_config__.tag: frozenset(kind.__struct_fields__) | {"record"} for kind in (Header, Span, Link)}
_RAW = msgspec.json.Decoder(dict[str, msgspec.Raw])
_HEADER = msgspec.json.Decoder(Header)
_RECORD = msgspec.json.Decoder(Span | Link)
_ENCODER = msgspec.json.Encoder(order="deterministic")
_SCHEMA_FIELDS = frozenset(SchemaRef.__struct_fields__)

_Line = tuple[int, bytes]


class _Peek(msgspec.Struct, frozen=True):
    # `object`: in a record of an unknown kind these keys may hold anything.
    record: str
    format: object = None
    id: object = None


_PEEK = msgspec.json.Decoder(_Peek)


def encode(layer: Layer) -> bytes:
    """The layer's sidecar. Raises UnicodeEncodeError for strings with lone surrogates, which no UTF-8 can hold."""
    lines = [_header_line(layer)]
    lines += (_line(span, layer, f"span:{span.id}") for span in layer.spans)
    lines += (_line(link, layer, f"link:{link.id}") for link in layer.links)
    return b"\n".join((*lines, *layer.foreign, b""))


def decode(data: bytes, *, name: str) -> Layer:
    """The layer of a sidecar's bytes; `name` is the file's for messages.

    Raises OtherVersion when the format is not `hashiya/1`, DamagedSidecar with the line for everything else. Links
    whose ends are missing are loaded, see `Layer.invalid_links`.
    """
    lines = numbered_lines(data, name=name)
    reader = _Reader(name=name, header=_header(next(lines, (1, b"")), name))
    for line in lines:
        reader.take(line)
    return reader.layer()


def numbered_lines(data: bytes, *, name: str) -> Iterator[_Line]:
    """The lines that hold something, each with its number from 1; DamagedSidecar where the file is not UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = line_at(data, error.start)
        raise damaged(name, line, f"byte 0x{data[error.start]:02x} is not UTF-8") from error
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    stripped = ((number, line.strip(_SPACE)) for number, line in enumerate(lines, 1))
    return ((number, line) for number, line in stripped if line)


def check_version(line: _Line, *, name: str) -> None:
    """Raise unless the line is the header of a `hashiya/1` sidecar: OtherVersion or DamagedSidecar."""
    number, content = line
    try:
        peek = _PEEK.decode(content)
    except (ValueError, RecursionError) as error:
        raise damaged(name, number, f"the header is missing ({_reason(error)})") from error
    if peek.record != "article":
        raise damaged(name, number, f"the header is missing (the first record is {printable(repr(peek.record))})")
    if peek.format != FORMAT:
        raise OtherVersion(
            f"{displayed(name)}, line {number}: the format is {printable(repr(peek.format))} and not {FORMAT!r}; open "
            f"it with the version of hashiya that wrote it, or move it away to start anew."
        )


def kind_of(content: bytes) -> str:
    """The kind of record that a line holds; ValueError or RecursionError when it is no record."""
    return _PEEK.decode(content).record


def damaged(name: str, line: int, reason: str) -> DamagedSidecar:
    """The error for a line that breaks the format."""
    return DamagedSidecar(f"{displayed(name)}, line {line}: {reason}; {_REMEDY}.")


def line_of_span(data: bytes, span_id: str) -> int:
    """The number of the line that holds the span, in the bytes of a sidecar that can be decoded; 1 if there is none."""
    for number, line in numbered_lines(data, name=""):
        peek = _PEEK.decode(line)
        if peek.record == "span" and peek.id == span_id:
            return number
    return 1


@dataclass(slots=True)
class _Reader:
    """Collects records line by line."""

    name: str
    header: tuple[Header, dict[str, dict[str, bytes]]]
    spans: dict[str, Span] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    extras: dict[str, dict[str, bytes]] = field(default_factory=dict)
    foreign: list[bytes] = field(default_factory=list)

    def take(self, line: _Line) -> None:
        number, content = line
        try:
            self._take(content)
        except (ValueError, RecursionError) as error:
            raise damaged(self.name, number, _reason(error)) from error

    def _take(self, content: bytes) -> None:
        try:
            record = _RECORD.decode(content)
        except msgspec.ValidationError:
            # Unknown keys, an unknown kind or a real fault: only these lines pay for the closer look.
            self._take_closely(content)
        else:
            self._keep(record)

    def _take_closely(self, content: bytes) -> None:
        kind = kind_of(content)
        values = _RAW.decode(content)
        if kind == "article":
            raise ValueError("a second header")
        if kind not in _FIELDS:
            self.foreign.append(content)
            return
        core, unknown = _split(values, _FIELDS[kind])
        record = _RECORD.decode(core)
        self._keep(record)
        self.extras[f"{kind}:{record.id}"] = unknown

    def _keep(self, record: Span | Link) -> None:
        kept: dict[str, Span] | dict[str, Link] = self.spans if isinstance(record, Span) else self.links
        if record.id in kept:
            raise ValueError(f"the id {printable(record.id)} is used twice")
        if isinstance(record, Span):
            check_shape(record, self.header[0].length)
            self.spans[record.id] = record
        else:
            self.links[record.id] = record

    def layer(self) -> Layer:
        header, extras = self.header
        return Layer.of(header, self.spans.values(), self.links.values(), extras | self.extras, tuple(self.foreign))


def _header(line: _Line, name: str) -> tuple[Header, dict[str, dict[str, bytes]]]:
    """The header, and the keys in it that are unknown."""
    check_version(line, name=name)
    number, content = line
    try:
        return _HEADER.decode(content), {}
    except msgspec.ValidationError:
        try:
            return _header_closely(content)
        except (ValueError, RecursionError) as error:
            raise damaged(name, number, _reason(error)) from error


def _header_closely(content: bytes) -> tuple[Header, dict[str, dict[str, bytes]]]:
    core, unknown = _split(_RAW.decode(content), _FIELDS["article"])
    values = _RAW.decode(core)
    in_schema: dict[str, bytes] = {}
    if bytes(values.get("schema", b"")).startswith(b"{"):
        schema, in_schema = _split(_RAW.decode(values["schema"]), _SCHEMA_FIELDS)
        values["schema"] = msgspec.Raw(schema)
    header = _HEADER.decode(_ENCODER.encode(values))
    extras = {"article": unknown, "article.schema": in_schema}
    return header, {key: keys for key, keys in extras.items() if keys}


def _split(values: dict[str, msgspec.Raw], known: frozenset[str]) -> tuple[bytes, dict[str, bytes]]:
    """The known keys as a JSON object, and the raw values of the others."""
    core = _ENCODER.encode({key: value for key, value in values.items() if key in known})
    return core, {key: bytes(value) for key, value in values.items() if key not in known}


def _header_line(layer: Layer) -> bytes:
    line = _line(layer.header, layer, "article")
    plain = _ENCODER.encode(layer.header.schema)
    # A string cannot hold this: its quotes would be escaped.
    return line.replace(b'"schema":' + plain, b'"schema":' + _spliced(plain, layer, "article.schema"), 1)


def _line(record: Header | Span | Link, layer: Layer, key: str) -> bytes:
    return _spliced(_ENCODER.encode(record), layer, key)


def _spliced(line: bytes, layer: Layer, key: str) -> bytes:
    unknown = layer.extras.get(key)
    if not unknown:
        return line
    pairs = (b"," + _ENCODER.encode(name) + b":" + value for name, value in sorted(unknown.items()))
    return line[:-1] + b"".join(pairs) + b"}"


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        return printable(reason_of(error))
    if isinstance(error, msgspec.DecodeError):
        cause = re.sub(r"^JSON is malformed: ", "", str(error))
        return f"not valid JSON ({cause[:1].lower() + cause[1:]})"
    return str(error)
