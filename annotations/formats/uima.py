"""A folder of CAS XMI files for UIMA, INCEpTION and DKPro: `TypeSystem.xml`, and an `.xmi` file for each record.

Files: "UIMA References" (uima.apache.org), chapters "XMI CAS Serialization Reference" and "Component Descriptor
Reference", section "Type System Descriptors"; dkpro-cassis writes them. Types: INCEpTION makes layers of a type system
if its types are as "INCEpTION User Guide", section "Layers", has them: a span layer is a direct subtype of
`uima.tcas.Annotation` with features that are strings, string arrays and *slots* (arrays of a link type that has `role`
and `target` and nothing else). In a project, import `TypeSystem.xml` as layers first, then the `.xmi` files.

- A span is a `hashiya.label.<label>` where the first record's schema has the label, and the label is a plain identifier
  (an ASCII letter, then ASCII letters, digits and `_`), else a `hashiya.Span`; `label` has the label in both.
- `begin` and `end` are those of the whole span. A discontinuous one has `fragments`, strings of a start and an end.
- An attribute that the schema has for the label is `attribute_<name>` if its name is a plain identifier; others are
  strings `name=value` in `attributes`, an `=` in the name escaped.
- An event's links are its slots in `arguments`. A span with links whose label has no slots is a `hashiya.Span`. What a
  slot has no place for is in a `hashiya.ArgumentDetails`, outside of layers, which refers to the slot.
- `hashiya.Document` says what the record is.

Offsets are UTF-16 code units, half-open, as UIMA counts them; cassis takes code points and converts them, but for those
in `fragments`. XML 1.0 cannot hold most controls, lone surrogates, U+FFFE and U+FFFF. In the text each of them becomes
U+FFFD, so that no offset changes, and the document's `replaced` lists the code points, in hexadecimal, of every U+FFFD
of the text in its order. In other strings such a character, and U+FFFD itself, becomes U+FFFD, its code point in
hexadecimal, and `;`. Line ends are written as character references, which no reader takes for spaces.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from annotations.formats import Annotated
from annotations.formats.event_labels import event_labels
from annotations.formats.extras import needing
from annotations.formats.file_names import new_file
from annotations.formats.links import by_event, whole_links
from annotations.formats.loss import Losses
from annotations.formats.tokens import Policy
from annotations.formats.units import Utf16
from annotations.labels import Schema
from annotations.span import Link, Span

EXTENSION = ""
HELP = "a folder of CAS XMI files with their type system, for UIMA and INCEpTION"

TYPE_SYSTEM = "TypeSystem.xml"
OURS, LABELS = "hashiya.", "hashiya.label."
SPAN, ARGUMENT, DETAILS, DOCUMENT = (OURS + name for name in ("Span", "Argument", "ArgumentDetails", "Document"))
ATTRIBUTE = "attribute_"

_ANNOTATION, _STRING, _STRINGS, _ARRAY = (
    f"uima.{name}" for name in ("tcas.Annotation", "cas.String", "cas.StringArray", "cas.FSArray")
)
_RECORD = ("id", "note", "origin", "created", "updated")
_SPAN = (*_RECORD, "label", "subtype", "group")
_DOCUMENT = ("article", "annotator", "status", "sha256", "schemaName", "schemaVersion", "replaced")
_HEADER = ("note", "created", "updated", "secondsActive")

_PLAIN = re.compile("[A-Za-z][A-Za-z0-9_]*")
_UNHELD = "\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_UNHELD_ALONE = re.compile(f"[{_UNHELD}]")
_ESCAPED = re.compile(f"[{_UNHELD}\ufffd]")
_ESCAPED_IN_NAMES = re.compile(f"[{_UNHELD}\ufffd=]")
# One that a text can have.
_CODE = re.compile("[0-9a-c][0-9a-f]{0,3}|d[0-7][0-9a-f]{2}|[de][0-9a-f]{0,2}|[ef][0-9a-f]{3}|f[0-9a-f]{0,2}")
_ESCAPE = re.compile("\ufffd([0-9a-f]{1,4});")


def write_folder(records: Iterable[Annotated], folder: Path, _policy: Policy, losses: Losses) -> None:
    """Write the type system, for the first record's schema, and a file for each record, one after the other.

    HashiyaError where dkpro-cassis is not installed.
    """
    with needing("uima", "the format uima"):
        import cassis
    types = None
    for record in records:
        if types is None:
            types = _Types(record.schema, cassis.TypeSystem())
            types.system.to_xml(folder / TYPE_SYSTEM)
        cas = cassis.Cas(types.system, sofa_string=_UNHELD_ALONE.sub("\ufffd", record.article.text))
        _fill(cas, types, record, losses)
        cas.to_xmi(new_file(folder, record, ".xmi"))


class _Types:
    """The type system: the same for the same schema."""

    def __init__(self, schema: Schema, system: Any) -> None:
        self.system = system
        self.argument = self._create(ARGUMENT, "uima.cas.TOP", ("role",))
        system.create_feature(self.argument, "target", _ANNOTATION)
        self.details = self._create(DETAILS, "uima.cas.TOP", _RECORD)
        system.create_feature(self.details, "argument", self.argument)
        self.document = self._create(DOCUMENT, "uima.cas.AnnotationBase", (*_DOCUMENT, *_HEADER))
        self._span = self._create_span(SPAN, (), has_arguments=True)
        self._with_arguments = event_labels(schema)
        self._attributes = {
            label.name: {each.name for each in label.attributes if _PLAIN.fullmatch(each.name)}
            for label in schema.labels
            if _PLAIN.fullmatch(label.name)
        }
        self._labels = {
            label: self._create_span(LABELS + label, sorted(names), has_arguments=label in self._with_arguments)
            for label, names in self._attributes.items()
        }

    def of(self, span: Span, *, has_links: bool) -> tuple[Any, set[str]]:
        """The span's type, and the attributes that have features of their own in it."""
        if span.label not in self._labels or (has_links and span.label not in self._with_arguments):
            return self._span, set()
        return self._labels[span.label], self._attributes[span.label]

    def array(self, elements: list[Any]) -> Any:
        """An array of strings, or of other things; none for nothing."""
        if not elements:
            return None
        return self.system.get_type(_STRINGS if isinstance(elements[0], str) else _ARRAY)(elements=elements)

    def _create(self, name: str, parent: str, strings: Iterable[str]) -> Any:
        made = self.system.create_type(name, parent)
        for each in strings:
            self.system.create_feature(made, each, _STRING)
        return made

    def _create_span(self, name: str, attributes: Iterable[str], *, has_arguments: bool) -> Any:
        made = self._create(name, _ANNOTATION, (*_SPAN, *(ATTRIBUTE + each for each in attributes)))
        for each in ("fragments", "attributes"):
            self.system.create_feature(made, each, _STRINGS, multipleReferencesAllowed=False)
        if has_arguments:
            self.system.create_feature(
                made, "arguments", _ARRAY, elementType=self.argument, multipleReferencesAllowed=False
            )
        return made


def _fill(cas: Any, types: _Types, annotated: Annotated, losses: Losses) -> None:
    """Put all that the record holds into the CAS, and note what becomes of it."""
    cas.add(types.document(**_document(annotated)))
    links = by_event(whole_links(annotated, losses))
    units = Utf16(annotated.article.text)
    made = {}
    for span in annotated.layer.spans:
        kind, own = types.of(span, has_links=span.id in links)
        made[span.id] = kind(begin=span.start, end=span.end, **_strings(span, _SPAN), **_attributes(span, own, types))
        made[span.id].fragments = types.array(list(_fragments(span, units)))
        cas.add(made[span.id])
        losses.note("kept", annotated, span)
    for event, of_event in links.items():
        slots = [types.argument(role=_escape(link.role), target=made[link.actor]) for link in of_event]
        made[event].arguments = types.array(slots)
        for link, slot in zip(of_event, slots, strict=True):
            cas.add(types.details(argument=slot, **_strings(link, _RECORD)))


def _document(annotated: Annotated) -> dict[str, str]:
    header = annotated.layer.header
    return {
        "article": _escape(annotated.id),
        "annotator": header.annotator,
        "status": header.status,
        "sha256": annotated.article.sha256,
        "schemaName": _escape(header.schema.name),
        "schemaVersion": _escape(header.schema.version),
        "secondsActive": str(header.seconds_active),
        **{name: _escape(getattr(header, name)) for name in ("note", "created", "updated")},
        **_replaced(annotated.article.text),
    }


def _replaced(text: str) -> dict[str, str]:
    """What U+FFFD stands for, where it stands for anything else than itself."""
    if _UNHELD_ALONE.search(text) is None:
        return {}
    return {"replaced": " ".join(f"{ord(match[0]):x}" for match in _ESCAPED.finditer(text))}


def _strings(record: Span | Link, names: Iterable[str]) -> dict[str, str]:
    """Those of the record's fields that are set, as they are written."""
    values = ((name, getattr(record, name)) for name in names)
    return {name: _escape(value) for name, value in values if value is not None}


def _attributes(span: Span, own: set[str], types: _Types) -> dict[str, Any]:
    """The attributes that have features of their own, and the array of the others."""
    features = {ATTRIBUTE + name: _escape(value) for name, value in span.attributes.items() if name in own}
    others = [
        f"{_escape(name, _ESCAPED_IN_NAMES)}={_escape(value)}"
        for name, value in span.attributes.items()
        if name not in own
    ]
    return features | {"attributes": types.array(others)}


def _fragments(span: Span, units: Utf16) -> Iterator[str]:
    if len(span.fragments) > 1:
        for start, end in span.fragments:
            yield f"{units.of(start)} {units.of(end)}"


def _escape(value: str, escaped: re.Pattern[str] = _ESCAPED) -> str:
    return escaped.sub(lambda match: f"\ufffd{ord(match[0]):x};", value)


def unescaped(value: str) -> str:
    """The string that was written as this one."""
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)


def restored(text: str, replaced: str) -> str:
    """The text with what U+FFFD stands for, as `replaced` lists it; ValueError where the two do not agree."""
    codes = replaced.split()
    if text.count("\ufffd") != len(codes) or not all(map(_CODE.fullmatch, codes)):
        raise ValueError("the list of replaced characters does not fit the text, whose U+FFFD are kept")
    characters = iter(codes)
    return re.sub("\ufffd", lambda _match: chr(int(next(characters), 16)), text)
