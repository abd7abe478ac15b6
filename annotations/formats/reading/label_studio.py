"""Label Studio's tasks with annotations or predictions: its JSON export, an array, or JSON lines.

Fields: Label Studio's documentation, "Label Studio Task Format" and "Export annotations",
`label_studio/tasks/serializers.py`, and the editor's `Result` and `RelationStore`. The text is the string under `text`
in a task's `data`, under the key that is asked for, or, where there is no `text`, the only string. Each annotation of a
task is one annotator's layer, each prediction where there are no annotations; cancelled annotations and drafts are left
out. The annotator is `completed_by`: the e-mail address, with `_` for what a name cannot have, or `user-` and the
number; of a prediction it is the `model_version`; else whom our own export (`annotations.formats.label_studio`) names.
Versions before 1.0 have `completions` for `annotations`.

A region is the results with one `id`; offsets are code points. A result `labels` gives the label, and a span for each
if they are several, and so does `hypertextlabels` where its `globalOffsets` lead to its text in one without markup.
`choices` give the subtype under the tag `subtype`, else an attribute, named by the tag without `attribute-`; `textarea`
gives the note under the tag `note`, else an attribute. A relation leads from event to actor, its labels are roles. What
is about the whole text, what is of other types, and other keys of the data are left out and told of once. What our own
export put under `meta` comes back, unless it disagrees with what the editor changed; other ids are Label Studio's.

Positions are those of the tasks in the file: an array may be one line. One task at a time is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import BinaryIO

import msgspec

from annotations.formats.reading import Imported, Options
from annotations.formats.reading.arrays import check_object, outermost
from annotations.formats.reading.label_studio_results import Results
from annotations.formats.reading.lines import id_under
from annotations.formats.reading.problems import FAULTS, Problems
from annotations.formats.reading.records import Records, annotator_of, article_name
from annotations.store.sidecar import fault_of

HELP = "what Label Studio exports as JSON: regions and relations"

_TEXT_FIELD = "text"
_NAMED = 20  # keys, in one sentence
_OURS = ("article", "annotator", "sha256")
_NOTHING = msgspec.Raw(b"null")


class _Task(msgspec.Struct, frozen=True):
    data: dict[str, msgspec.Raw] | None = None
    id: int | str | None = None
    annotations: list[msgspec.Raw] | None = None
    completions: list[msgspec.Raw] | None = None
    predictions: list[msgspec.Raw] | None = None
    drafts: list[msgspec.Raw] | None = None


class _User(msgspec.Struct, frozen=True):
    id: int | None = None
    email: str | None = None


class _Given(msgspec.Struct, frozen=True):
    """An annotation or a prediction."""

    result: list[msgspec.Raw] | None = None
    completed_by: int | str | _User | None = None
    was_cancelled: bool | None = None
    model_version: str | None = None


_TASK = msgspec.json.Decoder(_Task)
_GIVEN = msgspec.json.Decoder(_Given)
_STRING = msgspec.json.Decoder(str)


def read(source: BinaryIO, options: Options) -> Iterator[Imported]:
    """Each annotator's layer of each task."""
    before: set[str] = set()
    for number, content in enumerate(outermost(source), 1):
        try:
            check_object(content)
            found = _imported(options, number, _TASK.decode(content), before)
        except FAULTS as error:
            found = [Imported(0, problems=(f"task {number}: {fault_of(error)}",))]
        yield from found


def _imported(options: Options, number: int, task: _Task, before: set[str]) -> list[Imported]:
    """One for each annotator, or for the article alone."""
    told = Problems(before, f"task {number}: ")
    if task.data is None:
        raise ValueError("it has no `data`; give what is exported as JSON, not as JSON-MIN or otherwise")
    annotations = task.annotations or task.completions
    names = (id_under(task.data, options.id_field, " in its data"), _ours(task.data, "article"))
    own_number = task.id if isinstance(task.id, int) else number
    text_key = _text_key(task.data, options.text_field)
    article = Imported(0, article_name(options.path.stem, own_number, names), _STRING.decode(task.data[text_key]))
    for key in task.data:
        if key not in (text_key, options.id_field, *_OURS):
            told.notice_once(f"the key {key} of its data is left out")
    given = _decoded(annotations or task.predictions or [], told)
    kept = [one for one in given if not one.was_cancelled]
    left_out = {
        "cancelled annotations": len(kept) < len(given),
        "drafts": task.drafts,
        "predictions beside annotations": annotations and task.predictions,
    }
    for kind in filter(left_out.get, left_out):
        told.notice_once(f"{kind} are left out")
    owner = _ours(task.data, "annotator")
    layers = [_layer(article, one, owner, options.now, told, is_proposed=not annotations) for one in kept]
    layers = layers or [article]
    layers[0] = replace(layers[0], problems=told.all(), notices=told.notices())
    return layers


def _layer(
    article: Imported, given: _Given, owner: str | None, now: datetime, told: Problems, *, is_proposed: bool
) -> Imported:
    """The article with one annotation, or prediction."""
    records = Records(article.text or "", now)
    proposer = (given.model_version or "prediction") if is_proposed else None
    Results(records, proposer, told).take(given.result or [])
    return replace(
        article,
        annotator=_annotator(given) or owner,
        status="in-progress" if records.spans or not is_proposed else None,
        spans=records.spans,
        links=records.links,
    )


def _decoded(raws: Sequence[msgspec.Raw], told: Problems) -> list[_Given]:
    found = []
    for number, raw in enumerate(raws, 1):
        try:
            found.append(_GIVEN.decode(raw))
        except FAULTS as error:
            told.add(f"annotation {number}: {fault_of(error)}")
    return found


def _text_key(data: Mapping[str, msgspec.Raw], key: str) -> str:
    """The key of the article's text; ValueError where it is not certain which that is."""
    if key in data:
        return key
    strings = [name for name, value in data.items() if name not in _OURS and _is_string(value)]
    if key != _TEXT_FIELD or len(strings) != 1:
        names = ", ".join(list(data)[:_NAMED]) or "none"
        raise ValueError(
            f"the key {key} is missing in its data; name the text's with --text-field (there are: {names})"
        )
    return strings[0]


def _ours(data: Mapping[str, msgspec.Raw], key: str) -> str | None:
    """What our own export put there."""
    value = data.get(key, _NOTHING)
    return _STRING.decode(value) if _is_string(value) else None


def _is_string(value: msgspec.Raw) -> bool:
    return bytes(value).startswith(b'"')


def _annotator(given: _Given) -> str | None:
    """Who annotated, or proposed."""
    user = given.completed_by
    if isinstance(user, _User):
        user = user.email or user.id
    return annotator_of(given.model_version if user is None else user)
