"""An article that another program has open, or may have: taking it over where only a person can know that."""

from __future__ import annotations

from annotations.edits import RefusedError
from tui.screens.reader.part import Part


class Locking(Part):
    """Asks before it takes over."""

    def take_over(self) -> None:
        """Open for writing an article whose lock nobody may need any longer, once that is confirmed."""
        desk = self.reader.desk
        if desk.locked is None:
            self.reader.say("nothing to take over: no other program has this article")
        elif desk.locked.certain:
            self.reader.warn(str(desk.locked))
        else:
            from tui.screens.prompt import Choice, Prompt

            choices = [
                Choice("go on reading only", lambda: None, key="n"),
                Choice("take over: it is open nowhere else", self._take_over, key="y"),
            ]
            told = "a program that has it open cannot save any more"
            self.reader.ask(Prompt("take over", offer=lambda: choices, by_key=True, told=told))

    def _take_over(self) -> None:
        reader = self.reader
        try:
            reader.desk.take_over()
        except RefusedError as refusal:
            reader.warn(str(refusal))
            return
        reader.show_change()
        reader.tell_heading()
        reader.parts.keeping.begin()
        reader.parts.walking.load()
        told = "; ".join(("this article is yours to annotate now", *reader.desk.notices))
        reader.say(told, wrong=bool(reader.desk.notices))
