"""Articles alone, a JSON object a line: the text under one key, the id under another, both to be chosen.

An array of objects is read as well. Other keys are left out, each told of once. Where no key is chosen for the id, it
is `id`, or, without that, the file's name with the line's number.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from annotations.errors import printable
from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import Problems, imported, objects
from annotations.formats.reading.records import names_of
from annotations.reading import shortened

HELP = "articles without annotations, an object a line"

_TOLD = 100  # keys
_TEXT = msgspec.json.Decoder(str)
_ID = msgspec.json.Decoder(int | str)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One article a line."""
    return imported(source, partial(_imported, options, set()))


def _imported(options: Options, told: set[str], number: int, content: bytes, _problems: Problems) -> Imported:
    values = objects(content)
    id_field = options.id_field or "id"
    if options.text_field not in values:
        names = ", ".join(list(values)[:_TOLD])
        raise ValueError(f"the key {options.text_field} is missing; name it with --text-field (there are: {names})")
    if options.id_field and id_field not in values:
        raise ValueError(f"the key {id_field} is missing")
    others = [key for key in values if key not in (options.text_field, id_field) and key not in told]
    others = others[: _TOLD - len(told)]
    told.update(others)
    named = _ID.decode(values[id_field]) if id_field in values else None
    text = _TEXT.decode(values[options.text_field])
    return Imported(
        line=number,
        id=names_of(options.path.stem, number, (named,)),
        text=text,
        notices=tuple(shortened(printable(f"the key {key} is left out, here and below")) for key in others),
    )
