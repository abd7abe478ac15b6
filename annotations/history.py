"""Undo and redo: an immutable list of named layers with a present."""

from __future__ import annotations

from dataclasses import dataclass

from annotations.layer import Layer

_Step = tuple[Layer, str]

# A layer's lookup tables make undo quick, and weigh some 3 MB at 50,000 spans: only this many steps keep theirs.
_TABLES = 16


@dataclass(frozen=True, slots=True)
class History:
    """A present layer, what led to it and what was undone.

    `past` holds (layer before the step, name of the step), oldest first; `future` holds (layer after the step, name of
    the step), the next to redo last.
    """

    layer: Layer
    past: tuple[_Step, ...] = ()
    future: tuple[_Step, ...] = ()

    @classmethod
    def start(cls, layer: Layer) -> History:
        """A history that nothing has happened in."""
        return cls(layer)

    def push(self, layer: Layer, name: str) -> History:
        """One step on, which forgets what was undone; an equal layer is no step and changes nothing."""
        if layer == self.layer:
            return self
        return History(layer, _with_step(self.past, self.layer, name))

    def undo(self) -> History:
        """One step back; itself when there is none."""
        if not self.past:
            return self
        layer, name = self.past[-1]
        return History(layer, self.past[:-1], _with_step(self.future, self.layer, name))

    def redo(self) -> History:
        """The undone step again; itself when there is none."""
        if not self.future:
            return self
        layer, name = self.future[-1]
        return History(layer, _with_step(self.past, self.layer, name), self.future[:-1])

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
        return self.past[-1][1] if self.past else None

    @property
    def redo_name(self) -> str | None:
        """The name of the step that `redo` does again."""
        return self.future[-1][1] if self.future else None


def _with_step(steps: tuple[_Step, ...], layer: Layer, name: str) -> tuple[_Step, ...]:
    if len(steps) < _TABLES:
        return (*steps, (layer, name))
    old, old_name = steps[-_TABLES]
    return (*steps[:-_TABLES], (old.without_index(), old_name), *steps[len(steps) - _TABLES + 1 :], (layer, name))
