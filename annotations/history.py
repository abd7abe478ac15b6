"""Undo and redo: the steps that made a layer, and those that were taken back, each with its inverse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from annotations.change import Change
from annotations.layer import Layer


class Step(NamedTuple):
    """What was done at once, and its name for the annotator."""

    name: str
    changes: tuple[Change, ...]

    @property
    def inverse(self) -> Step:
        """The step that takes this one back."""
        return Step(self.name, tuple(change.inverse for change in reversed(self.changes)))


@dataclass(frozen=True, slots=True)
class History:
    """A present layer, the steps that led to it, and those that were undone.

    `past` is oldest first; `future` holds the undone steps, the next to redo last. A step holds the records that it
    changed and no layer: thousands of steps weigh little, however many spans there are.
    """

    layer: Layer
    past: tuple[Step, ...] = ()
    future: tuple[Step, ...] = ()

    @classmethod
    def start(cls, layer: Layer) -> History:
        """A history that nothing has happened in."""
        return cls(layer)

    def push(self, layer: Layer, name: str) -> History:
        """One step on, which forgets what was undone; a layer with the same records is no step and changes nothing.

        Quick where the layer was made of the present one, as every edit does; else the two are compared.
        """
        changes = layer.changes_since(self.layer)
        return History(layer, (*self.past, Step(name, changes))) if changes else self

    def undo(self) -> History:
        """One step back; itself when there is none. ValueError where a record is not as the step left it."""
        if not self.past:
            return self
        step = self.past[-1]
        return History(self.layer.applied_all(step.inverse.changes), self.past[:-1], (*self.future, step))

    def redo(self) -> History:
        """The undone step again; itself when there is none. ValueError where a record is not as the step found it."""
        if not self.future:
            return self
        step = self.future[-1]
        return History(self.layer.applied_all(step.changes), (*self.past, step), self.future[:-1])

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return bool(self.past)

    @property
    def can_redo(self) -> bool:
        """Whether there is an undone step to do again."""
        return bool(self.future)

    @property
    def undo_name(self) -> str | None:
        """The name of the step that `undo` takes back."""
        return self.past[-1].name if self.past else None

    @property
    def redo_name(self) -> str | None:
        """The name of the step that `redo` does again."""
        return self.future[-1].name if self.future else None
