"""The sidecar format `hashiya/1`: one layer as bytes and back (FORMAT.md).

Written: JSON lines in UTF-8, keys and records in the format's order, Arabic as itself, LF after every line; what the
format does not know follows the known keys (sorted) and the links. Read: the same in any order, blank lines, CRLF and a
byte order mark let pass. The same layer always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass, field
from functools import partial

import msgspec

from annotations.errors import DamagedSidecar, OtherVersion, SidecarError, displayed, printable
from annotations.header import Header
from annotations.index import link_order, span_order
from annotations.layer import Extras, Layer
from annotations.limits import (
    LINE_BYTES,
    SIDECAR_BYTES,
    SIDECAR_LINES,
    check_header_limits,
    check_line,
    check_link_limits,
    check_span_limits,
    check_unknown,
    size,
)
from annotations.reading import line_at, reason_of, shortened
from annotations.schema import SchemaRef
from annotations.span import Link, Span, check_shape

FORMAT = "hashiya/1"

_REMEDY = "repair the line, or move the file away to start anew"
_SPACE = b" \t\r"
_BOM = b"\xef\xbb\xbf"
_CONFLICT = re.compile(rb"(<{7}|\|{7}|={7}|>{7})( .*)?")
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
    number, content = next(lines, (1, b""))
    try:
        header, extras = header_of(content, name=name, number=number)
        records = Records(check=partial(check_shape, length=header.length))
        for number, content in lines:  # noqa: B007 - the number is for the message
            records.take(content)
    except (ValueError, RecursionError) as error:
        raise damaged(name, number, fault_of(error, content)) from error
    return records.layer(header, extras)


def raw_lines(data: bytes, *, name: str) -> list[bytes]:
    """The file's lines as they are, without their LF; SidecarError where it is beyond what is read at all."""
    if len(data) > SIDECAR_BYTES or data.count(b"\n") > SIDECAR_LINES:
        raise SidecarError(
            f"{displayed(name)}: has more than {SIDECAR_LINES:,} lines or {size(SIDECAR_BYTES)}, the most that is "
            f"read; move it away to start anew."
        )
    return data.split(b"\n")


def content_of(raw: bytes, number: int) -> bytes:
    """What a line holds, the white space around it and the file's byte order mark left out."""
    return (raw.removeprefix(_BOM) if number == 1 else raw).strip(_SPACE)


def numbered_lines(data: bytes, *, name: str) -> Iterator[_Line]:
    """The lines that hold something, each with its number from 1.

    Raises DamagedSidecar where the file is not UTF-8, SidecarError where it is too large.
    """
    lines = raw_lines(data, name=name)
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise damaged(name, line_at(data, error.start), not_utf8(error)) from error
    stripped = ((number, content_of(line, number)) for number, line in enumerate(lines, 1))
    return ((number, line) for number, line in stripped if line)


def check_version(line: _Line, *, name: str) -> None:
    """Raise unless the line is the header of a `hashiya/1` sidecar: OtherVersion or DamagedSidecar."""
    number, content = line
    try:
        _check_version(content, name, number)
    except (ValueError, RecursionError) as error:
        raise damaged(name, number, fault_of(error)) from error


def header_of(content: bytes, *, name: str, number: int) -> tuple[Header, Extras]:
    """The header that a line holds, and the keys in it that are unknown.

    Raises OtherVersion, and ValueError or RecursionError for whatever else is wrong: see `fault_of`.
    """
    check_line(content)
    _check_version(content, name, number)
    extras: Extras = {}
    try:
        header = _HEADER.decode(content)
    except msgspec.ValidationError:
        header, extras = _header_closely(content)
    check_header_limits(header)
    return header, extras


def _check_version(content: bytes, name: str, number: int) -> None:
    try:
        peek = _PEEK.decode(content)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the header is missing ({fault_of(error, content)})") from error
    if peek.record != "article":
        raise ValueError(f"the header is missing (the first record is {_quoted(peek.record)})")
    if peek.format != FORMAT:
        raise OtherVersion(
            f"{displayed(name)}, line {number}: the format is {_quoted(peek.format)} and not {FORMAT!r}; open it with "
            f"the version of hashiya that wrote it, or move it away to start anew."
        )


def kind_of(content: bytes) -> str:
    """The kind of record that a line holds; ValueError or RecursionError when it is no record."""
    return _PEEK.decode(content).record


def damaged(name: str, line: int, reason: str) -> DamagedSidecar:
    """The error for a line that breaks the format."""
    return DamagedSidecar(f"{displayed(name)}, line {line}: {reason}; {_REMEDY}.")


def record_lines(data: bytes, *, skipped: Container[int] = ()) -> dict[str, int]:
    """The number of the line of each record, by `article`, `span:<id>` and `link:<id>`, those skipped left out."""
    numbers: dict[str, int] = {}
    for number, raw in enumerate(data.split(b"\n"), 1):
        content = content_of(raw, number)
        if content and number not in skipped:
            peek = _PEEK.decode(content)
            numbers.setdefault("article" if peek.record == "article" else f"{peek.record}:{peek.id}", number)
    return numbers


class RepeatedId(ValueError):  # noqa: N818 - says what is so, not who is to blame
    """A record has the id of one before it."""


@dataclass(slots=True)
class Records:
    """Spans, links and unknown records, collected line by line; `check` raises ValueError for a span that is wrong."""

    check: Callable[[Span], None]
    spans: dict[str, Span] = field(default_factory=dict)
    links: dict[str, Link] = field(default_factory=dict)
    extras: dict[str, dict[str, bytes]] = field(default_factory=dict)
    foreign: list[bytes] = field(default_factory=list)

    def take(self, content: bytes) -> None:
        """Keep the record that a line holds; ValueError or RecursionError, see `fault_of`, and nothing is kept."""
        check_line(content)
        try:
            record = _RECORD.decode(content)
        except msgspec.ValidationError:
            # Unknown keys, an unknown kind or a real fault: only these lines pay for the closer look.
            self._take_closely(content)
        else:
            self._keep(record)

    def take_all(self, lines: bytes) -> None:
        """Keep the records of a whole file after its header, a line each: faster than one by one, and all or none.

        ValueError or RecursionError for whatever `take` would not keep as it stands, and for all that only it reads:
        blank lines, unknown keys and kinds, a last line that is not ended.
        """
        if len(lines) > LINE_BYTES:
            raise ValueError("a line may be too long")
        records = _RECORD.decode_lines(lines)
        # A record may stand on several lines for this decoder, and not for ours.
        if lines.count(b"\n") != len(records) or not lines.endswith(b"\n"):
            raise ValueError("not a record a line")
        for record in records:
            self._keep(record)

    def _take_closely(self, content: bytes) -> None:
        kind = kind_of(content)
        values = _RAW.decode(content)
        if kind == "article":
            raise ValueError("a second header")
        if kind not in _FIELDS:
            check_unknown([content])
            self.foreign.append(content)
            return
        core, unknown = _split(values, _FIELDS[kind])
        record = _RECORD.decode(core)
        self._keep(record)
        # None are unknown where a key stands twice, the first time with a value that is wrong.
        if unknown:
            self.extras[f"{kind}:{record.id}"] = unknown

    def _keep(self, record: Span | Link) -> None:
        if record.id in (self.spans if isinstance(record, Span) else self.links):
            raise RepeatedId(f"the id {printable(record.id)} is used twice")
        if isinstance(record, Span):
            check_span_limits(record)
            self.check(record)
            self.spans[record.id] = record
        else:
            check_link_limits(record)
            self.links[record.id] = record

    def layer(self, header: Header, extras: Extras) -> Layer:
        """All that was kept, under the header; `extras` are the header's."""
        # What `Layer.of` checks was checked record by record.
        spans = sorted(self.spans.values(), key=span_order)
        links = sorted(self.links.values(), key=link_order)
        return Layer(header, spans, links, {**extras, **self.extras}, tuple(self.foreign))


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
    """The known keys as a JSON object, and the raw values of the others; ValueError for more than may be kept."""
    core = _ENCODER.encode({key: value for key, value in values.items() if key in known})
    unknown = {key: bytes(value) for key, value in values.items() if key not in known}
    check_unknown(part for key, value in unknown.items() for part in (key.encode(), value))
    return core, unknown


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


def not_utf8(error: UnicodeDecodeError) -> str:
    """What is wrong with a line that is not UTF-8."""
    return f"byte 0x{error.object[error.start]:02x} is not UTF-8"


def fault_of(error: Exception, content: bytes = b"") -> str:
    """Why a line cannot be taken, as a part of a sentence that can be printed."""
    if _CONFLICT.fullmatch(content):
        return "a conflict marker that git left"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return not_utf8(error)
    if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError):
        cause = re.sub(r"^JSON is malformed: ", "", str(error))
        return f"not valid JSON ({cause[:1].lower() + cause[1:]})"
    reason = reason_of(error) if isinstance(error, msgspec.ValidationError) else str(error)
    return shortened(printable(reason))


def _quoted(value: object) -> str:
    return shortened(printable(repr(value)))
