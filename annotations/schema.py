'''The schema: labels, their subtypes and attributes, and the roles that links play.

`hashiya.toml` at the library's root; every key but the titles, lists and guideline is required:

    [schema]
    name = "actor-event"
    version = "2"

    [[label]]
    name = "actor"              # letters, digits, _ and -; as written into the sidecar
    title_ar = "فاعل"           # the name stands in for a title that is missing
    title_en = "Actor"
    key = "a"                   # one of a-z, 0-9; no two labels or roles share one
    colour = "blue"             # one of COLOURS
    mark = "underline"          # one of MARKS; what shows the label without colour
    subtypes = ["gov", "mil"]
    guideline = """When to use it."""

    [[label.attributes]]
    name = "tense"
    values = ["past", "present", "future"]

    [[role]]
    name = "agent"
    title_ar = "المنفّذ"
    title_en = "Agent"
    key = "g"
    event_labels = ["event"]    # labels that may stand at the event's end of the link
    actor_labels = ["actor"]

The file's labels and roles replace the built-in ones. A `[settings]` table belongs to the program and is not read here;
a file with nothing else leaves the built-in schema in force.
'''

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from annotations.errors import SchemaError, displayed, printable
from annotations.reading import line_at, read_bytes, reason_of

FILE_NAME = "hashiya.toml"
COLOURS = ("blue", "orange", "green", "purple", "red", "teal", "pink", "yellow")
MARKS = ("underline", "bold", "reverse", "italic")

_NAME = re.compile(r"[^\W_][\w-]{0,63}")
_KEY = re.compile(r"[a-z0-9]")


class SchemaRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A schema by name and version, as a sidecar states it."""

    name: str
    version: str


class Attribute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A property that spans of a label may have, with the values it may take."""

    name: str
    values: tuple[str, ...]


class Label(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of span; `colour` is a name of COLOURS and `mark` one of MARKS."""

    name: str
    key: str
    colour: str
    mark: str
    title_ar: str = ""
    title_en: str = ""
    subtypes: tuple[str, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    guideline: str = ""


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that an actor plays in an event, with the labels that may stand at either end."""

    name: str
    key: str
    event_labels: tuple[str, ...]
    actor_labels: tuple[str, ...]
    title_ar: str = ""
    title_en: str = ""


class Schema(msgspec.Struct, frozen=True, kw_only=True):
    """What can be marked in a library; labels and roles in the order they are offered."""

    name: str
    version: str
    labels: tuple[Label, ...]
    roles: tuple[Role, ...] = ()

    @property
    def ref(self) -> SchemaRef:
        """Name and version alone."""
        return SchemaRef(name=self.name, version=self.version)

    @property
    def attribute_names(self) -> tuple[str, ...]:
        """The names of every label's attributes, each once, in the order they are declared."""
        return tuple(dict.fromkeys(attribute.name for label in self.labels for attribute in label.attributes))

    def label(self, name: str) -> Label | None:
        """The label of this name, or None."""
        return next((label for label in self.labels if label.name == name), None)

    def role(self, name: str) -> Role | None:
        """The role of this name, or None."""
        return next((role for role in self.roles if role.name == name), None)


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    schema: SchemaRef
    label: tuple[Label, ...]
    role: tuple[Role, ...] = ()
    settings: object = None


_Titled = TypeVar("_Titled", Label, Role)


def load_schema(folder: Path) -> Schema:
    """The schema of `hashiya.toml` in the folder, or the built-in one where there is no such file.

    Raises SchemaError, naming the file and the key (or the line, for what is not TOML).
    """
    path = folder / FILE_NAME
    data = read_bytes(path, SchemaError, "check the file and its permissions")
    if data is None:
        return BUILT_IN
    name = displayed(path)
    tables = _tables(data, name)
    if tables.keys() <= {"settings"}:
        return BUILT_IN
    try:
        file = msgspec.convert(tables, _File)
    except msgspec.ValidationError as error:
        raise SchemaError(f"{name}: {printable(reason_of(error))}; correct it.") from error
    schema = Schema(name=file.schema.name, version=file.schema.version, labels=file.label, roles=file.role)
    for problem in _problems(schema):
        raise SchemaError(f"{name}: {printable(problem)}.")
    return _titled(schema)


def _tables(data: bytes, name: str) -> dict[str, object]:
    import tomllib  # only a library with a schema file of its own pays for it

    try:
        return tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        line = line_at(data, error.start)
        raise SchemaError(f"{name}, line {line}: is not UTF-8; save the file in that encoding.") from error
    except tomllib.TOMLDecodeError as error:
        raise SchemaError(f"{name}: is not valid TOML ({printable(str(error))}); correct that place.") from error
    except RecursionError as error:
        raise SchemaError(f"{name}: is nested too deeply; correct it.") from error


def _titled(schema: Schema) -> Schema:
    labels = tuple(_with_titles(label) for label in schema.labels)
    return msgspec.structs.replace(schema, labels=labels, roles=tuple(_with_titles(role) for role in schema.roles))


def _with_titles(item: _Titled) -> _Titled:
    return msgspec.structs.replace(item, title_ar=item.title_ar or item.name, title_en=item.title_en or item.name)


def _problems(schema: Schema) -> Iterable[str]:
    yield from _name_problems("schema", [schema.name])
    if not schema.version:
        yield 'schema, version: is empty; give one, such as "1"'
    if not schema.labels:
        yield "label: there is none; declare at least one [[label]]"
    yield from _name_problems("label", [label.name for label in schema.labels])
    yield from _name_problems("role", [role.name for role in schema.roles])
    yield from _key_problems(schema)
    for label in schema.labels:
        yield from _label_problems(label)
    for role in schema.roles:
        yield from _role_problems(role, {label.name for label in schema.labels})


def _name_problems(place: str, names: Iterable[str]) -> Iterable[str]:
    seen: set[str] = set()
    for name in names:
        if not _NAME.fullmatch(name):
            yield f"{place}, name: {name!r} is not a name; use letters, digits, _ and -, at most 64"
        if name in seen:
            yield f"{place}, name: {name!r} is declared twice; rename or remove one"
        seen.add(name)


def _key_problems(schema: Schema) -> Iterable[str]:
    owners: dict[str, str] = {}
    items: tuple[Label | Role, ...] = (*schema.labels, *schema.roles)
    for item in items:
        owner = f"{type(item).__name__.lower()} {item.name}"
        if not _KEY.fullmatch(item.key):
            yield f"{owner}, key: {item.key!r} is not a key; use one of a-z or 0-9"
        if item.key in owners:
            yield f"{owner}, key: {item.key!r} is taken by {owners[item.key]}; choose another"
        owners[item.key] = owner


def _label_problems(label: Label) -> Iterable[str]:
    place = f"label {label.name}"
    if label.colour not in COLOURS:
        yield f"{place}, colour: {label.colour!r} is unknown; use one of {', '.join(COLOURS)}"
    if label.mark not in MARKS:
        yield f"{place}, mark: {label.mark!r} is unknown; use one of {', '.join(MARKS)}"
    yield from _name_problems(f"{place}, subtypes", label.subtypes)
    yield from _name_problems(f"{place}, attributes", [attribute.name for attribute in label.attributes])
    for attribute in label.attributes:
        if not attribute.values:
            yield f"{place}, attribute {attribute.name}, values: there are none; list at least one"
        yield from _name_problems(f"{place}, attribute {attribute.name}, values", attribute.values)


def _role_problems(role: Role, labels: set[str]) -> Iterable[str]:
    for key, names in (("event_labels", role.event_labels), ("actor_labels", role.actor_labels)):
        if not names:
            yield f"role {role.name}, {key}: there are none; list at least one label"
        for name in names:
            if name not in labels:
                yield f"role {role.name}, {key}: {name!r} is no label; declare it or correct the name"


def _attribute(name: str, *values: str) -> Attribute:
    return Attribute(name=name, values=values)


def _role(name: str, key: str, title_ar: str, title_en: str) -> Role:
    return Role(
        name=name, key=key, title_ar=title_ar, title_en=title_en, event_labels=("event",), actor_labels=("actor",)
    )


_ACTOR = Label(
    name="actor",
    key="a",
    colour="blue",
    mark="underline",
    title_ar="فاعل",
    title_en="Actor",
    subtypes=(
        "gov",
        "mil",
        "police",
        "rebel",
        "militia",
        "id_militia",
        "unid_armed",
        "party",
        "rioters",
        "protesters",
        "civilian",
        "external",
        "igo_ngo",
        "media",
        "country",
        "crime",
        "relig",
        "business",
        "other",
    ),
    guideline=(
        "ظلّل كل شخص أو جماعة أو مؤسسة أو دولة تقوم بفعل أو يقع عليها فعل، بأقصر عبارة تدلّ عليها، "
        "من دون حروف العطف والجر المتصلة بها ومن دون علامات الترقيم.\n"
        "Mark every person, group, institution or country that acts or is acted upon: the shortest phrase that names "
        "it, without attached conjunctions and prepositions and without punctuation."
    ),
)

# The event subtypes are the 16 of PLOVER (manual of 2021).
_EVENT = Label(
    name="event",
    key="e",
    colour="orange",
    mark="bold",
    title_ar="حدث",
    title_en="Event",
    subtypes=(
        "agree",
        "consult",
        "support",
        "concede",
        "cooperate",
        "aid",
        "retreat",
        "request",
        "accuse",
        "reject",
        "threaten",
        "protest",
        "sanction",
        "mobilize",
        "coerce",
        "assault",
    ),
    attributes=(
        _attribute("polarity", "positive", "negative"),
        _attribute("tense", "past", "present", "future", "unspecified"),
        _attribute("genericity", "specific", "generic"),
        _attribute("modality", "asserted", "other"),
    ),
    guideline=(
        "ظلّل الكلمة التي تدلّ على ما حدث، فعلًا كانت أم مصدرًا، أو أقصر عبارة تؤدي معناها، لا الجملة كلها، "
        "ثم اربطها بمن قام بها وبمن وقعت عليه.\n"
        "Mark the word, verb or noun, that says what happens, or the shortest phrase that does, never the whole "
        "sentence; then link it to who did it and to whom it was done."
    ),
)

BUILT_IN = Schema(
    name="actor-event",
    version="1",
    labels=(_ACTOR, _EVENT),
    roles=(
        _role("agent", "g", "المنفّذ", "Agent"),
        _role("recipient", "r", "المتلقي", "Recipient"),
        _role("participant", "w", "المشارك", "Participant"),
        _role("reporter", "s", "ناقل الخبر", "Reporter"),
    ),
)
