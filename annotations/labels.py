"""What a schema is made of: labels with their subtypes and attributes, and the roles that links play.

Every value is complete: a title is never empty once `annotations.schema` has read it. A `key` is one of a-z and 0-9, or
"" for what has none; the keys of labels and roles differ from each other, those of subtypes within their label.
"""

from __future__ import annotations

import msgspec

COLOURS = ("blue", "orange", "green", "purple", "red", "teal", "pink", "yellow")
MARKS = ("underline", "bold", "reverse", "italic")


class SchemaRef(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A schema by name and version, as a sidecar states it."""

    name: str
    version: str


class Subtype(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of a label's spans; the name is what a sidecar holds."""

    name: str
    title_ar: str = ""
    title_en: str = ""
    key: str = ""


class Attribute(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A property that spans of a label may have, with the values it may take."""

    name: str
    values: tuple[str, ...]
    title_ar: str = ""
    title_en: str = ""


class Label(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of span; `colour` is a name of COLOURS and `mark` one of MARKS."""

    name: str
    colour: str
    mark: str
    key: str = ""
    title_ar: str = ""
    title_en: str = ""
    subtypes: tuple[Subtype, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    guideline: str = ""

    def subtype(self, name: str) -> Subtype | None:
        """The subtype of this name, or None."""
        return next((subtype for subtype in self.subtypes if subtype.name == name), None)


class Role(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part that an actor plays in an event, with the labels that may stand at either end."""

    name: str
    event_labels: tuple[str, ...]
    actor_labels: tuple[str, ...]
    key: str = ""
    title_ar: str = ""
    title_en: str = ""

    @property
    def is_usable(self) -> bool:
        """Whether any link can have the role: not where the schema has no label for one of its ends."""
        return bool(self.event_labels and self.actor_labels)


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
