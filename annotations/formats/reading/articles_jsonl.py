"""Articles alone, a JSON object a line: the text under one key, the id under another, both to be chosen.

An array of objects is read as well. Other keys are left out, each told of once. Where no key is chosen for the id, it
is `id`, or, without that, the file's name with the line's number.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

import msgspec

from annotations.formats.reading import Imported, Options
from annotations.formats.reading.lines import id_under, imported, objects
from annotations.formats.reading.problems import Problems
from annotations.formats.reading.records import article_name

HELP = "articles without annotations, an object a line"

_NAMED = 100  # keys, in one sentence
_TEXT = msgspec.json.Decoder(str)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """One article a line."""
    return imported(source, partial(_imported, options))


def _imported(options: Options, number: int, content: bytes, problems: Problems) -> Imported:
    values = objects(content)
    if options.text_field not in values:
        names = ", ".join(list(values)[:_NAMED])
        raise ValueError(f"the key {options.text_field} is missing; name it with --text-field (there are: {names})")
    id_field = options.id_field or ("id" if "id" in values else None)
    named = id_under(values, id_field)
    text = _TEXT.decode(values[options.text_field])
    for key in values:
        if key not in (options.text_field, id_field):
            problems.notice_once(f"the key {key} is left out")
    return Imported(number, article_name(options.path.stem, number, (named,)), text)
