"""Links: who plays which role in an event; made by role and letters, seen and changed on the event's card."""

from __future__ import annotations

from collections.abc import Callable

from annotations import edits
from annotations.errors import printable
from annotations.schema import Role
from annotations.span import Link, Span
from tui.screens.prompt import Choice, Prompt
from tui.screens.reader.part import Part
from tui.screens.reader.picking import Pick
from tui.widgets.bars import quoted

_TOLD = 28


class Linking(Part):
    """Links the event under the cursor, and works on the links of the card."""

    def link(self, role_name: str) -> bool | None:
        """Link the event to an actor that is picked, with this role."""
        event, role = self.reader.span_here(), self.schema.role(role_name)
        if event is None or role is None or event.label not in role.event_labels:
            return False
        self._pick(role, event, lambda actor: self._link(event, role, actor))
        return None

    def choose_role(self) -> None:
        """Link the event, choosing the role from a list."""
        event = self.need_span()
        if event is None:
            return
        roles = [role for role in self.schema.roles if event.label in role.event_labels]
        self._ask_role(roles, lambda role: self.link(role.name))

    async def card(self) -> bool | None:
        """Show the links of the span under the cursor; where there is none, those of the article that are not right."""
        span = self.reader.span_here()
        if span is not None or self.reader.parts.pane.wrong_links():
            await self.reader.parts.pane.open_card(span)
            self.reader.show_mode()
        else:
            self.need_span()
        return None

    def remove(self) -> None:
        """Remove the card's current link."""
        link = self.reader.parts.pane.current_link()
        if link is not None and self.do(lambda layer, _: edits.unlink(layer, link)):
            self.reader.say(f"link {printable(link.role)} removed; {self.reader.key_of('marking.undo')} brings it back")

    def change_role(self) -> None:
        """Give the card's current link another role."""
        link = self.reader.parts.pane.current_link()
        event = self._event_of(link)
        if link is None or event is None:
            return
        roles = [role for role in self.schema.roles if event.label in role.event_labels and role.name != link.role]
        if roles:
            self._ask_role(roles, lambda role: self._change(link, role=role.name))
        else:
            self.reader.say(f"the schema has no other role for the label {printable(event.label)}")

    def change_actor(self) -> None:
        """Give the card's current link another actor."""
        link = self.reader.parts.pane.current_link()
        event = self._event_of(link)
        if link is None or event is None:
            return
        role = self.schema.role(link.role)
        if role is None:
            self.reader.say(f"the schema has no role {printable(link.role)}: give the link another role first")
            return
        card = self.reader.parts.pane.carded()
        self.reader.parts.pane.close()
        self.reader.choose_span(event)

        def changed(actor: Span) -> None:
            self._change(link, actor=actor.id)
            back()

        def back() -> None:
            self.reader.call_later(self.reader.parts.pane.open_card, card, link)

        self._pick(role, event, changed, back)

    def note_link(self) -> None:
        """Write a note on the card's current link."""
        link = self.reader.parts.pane.current_link()
        if link is None:
            return

        def accepted(note: str) -> None:
            if self.do(lambda layer, now: edits.note_link(layer, link, note.strip(), now=now)):
                self.reader.say("note on the link" if note.strip() else "note taken away")

        self.reader.ask(Prompt(f"note on the link {printable(link.role)}", accepted, text=link.note))

    def _event_of(self, link: Link | None) -> Span | None:
        """The event of a link; where it is missing, that is said."""
        event = self.layer.find(link.event) if link else None
        if link is not None and event is None:
            self.reader.say("the event of this link is missing: all that can be done is to remove the link")
        return event

    def _pick(
        self,
        role: Role,
        event: Span,
        chosen: Callable[[Span], object],
        given_up: Callable[[], object] | None = None,
    ) -> None:
        fitting = [span for span in self.layer.spans if span.label in role.actor_labels and span.id != event.id]
        title = role.title_en.lower()
        told = f"{title} of {quoted(event.text, _TOLD)}"
        new_labels = frozenset(role.actor_labels)
        self.reader.parts.picking.start(
            Pick(told, fitting, chosen, new_labels=new_labels, title=title, given_up=given_up, about=event),
        )

    def _link(self, event: Span, role: Role, actor: Span) -> None:
        self.reader.choose_span(event)
        if self.do(lambda layer, now: edits.link(layer, self.schema, event, role.name, actor, now=now)):
            self.reader.say(f"{role.title_en.lower()} of {quoted(event.text, _TOLD)}: {quoted(actor.text, _TOLD)}")

    def _change(self, link: Link, role: str | None = None, actor: str | None = None) -> None:
        step = self.do(lambda layer, now: edits.change_link(layer, self.schema, link, now=now, role=role, actor=actor))
        if step is not None:
            self.reader.say(f"the link is {role} now" if role else "the link has another actor now")

    def _ask_role(self, roles: list[Role], chosen: Callable[[Role], object]) -> None:
        def choosing(role: Role) -> Callable[[], object]:
            return lambda: chosen(role)

        choices = [Choice(role.title_en, choosing(role), role.title_ar, role.key, words=role.name) for role in roles]
        self.reader.ask(Prompt("role", offer=lambda: choices, by_key=True))
