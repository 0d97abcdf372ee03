"""A command with everything it is decided on, and the ways a decision ends."""

from typing import TypeAlias

from desk.commands import Envelope
from desk.conversation import finish, with_lines
from desk.ids import Instant, MessageId
from desk.outcome import Changed, Outcome, Refusal, RefusalCode, View
from desk.records import Agent, Author, Frozen, Message, MessageKind, ReadMark, Ticket

Verdict: TypeAlias = Outcome | Refusal

NOTHING = Outcome(changes=(), notice="no-change")
"""The end of a command that commutes and finds its effect already there."""


class Case(Frozen, frozen=True, kw_only=True):
    """One command about to be decided."""

    envelope: Envelope
    view: View
    actor: Agent
    now: Instant

    def refuse(self, code: RefusalCode, why: str, what: str = "") -> Refusal:
        """A refusal in one sentence."""
        return Refusal(code=code, why=why, what=what)

    def moved_on(self, ticket: Ticket, *groups: str) -> Refusal | None:
        """A conflict when somebody else changed one of the field groups after what the author was looking at.

        One's own change is none: two commands sent in a row, with a customer's message arriving between, both stand.
        """
        expected = self.envelope.expected_version
        if expected is None or self.envelope.on_top:
            return None
        for group in groups:
            if ticket.moved.get(group, 0) > expected and ticket.moved_by.get(group) != self.actor.id:
                return self.refuse("conflict", f"Somebody else changed the {group} first; look again.", group)
        return None

    def message(self, ticket: Ticket, kind: MessageKind, body: str, n: int | None = None) -> Message:
        """The actor's message number ``n`` (None: the next) of a ticket; it carries the command."""
        return Message(
            id=MessageId(self.envelope.id),
            ticket_id=ticket.id,
            n=ticket.last_n + 1 if n is None else n,
            kind=kind,
            author=Author.AGENT,
            author_id=self.actor.id,
            author_name=self.actor.name,
            body=body,
            at=self.now,
            command_id=self.envelope.id,
        )

    def changed(
        self,
        before: Ticket,
        after: Ticket,
        message: Message | None = None,
        events: tuple[str, ...] = (),
        notice: str = "",
    ) -> Outcome:
        """The end of a command that changed a ticket. ``after`` has counted ``message`` (if there is one); ``events``
        are lines that the system writes behind it."""
        lines = tuple(self._event(after, number, body) for number, body in enumerate(events, 1))
        ticket, clock_events = finish(
            before, with_lines(after, len(lines)), self.view.policy, self.view.calendar, self.now, self.actor.id
        )
        return Outcome(
            changes=(ticket, *self._read_on(before, ticket)),
            messages=(message, *lines) if message else lines,
            clock_events=clock_events,
            notice=notice,
        )

    def also_changed(
        self,
        before: Ticket,
        after: Ticket,
        messages: tuple[Message, ...] = (),
        events: tuple[str, ...] = (),
        calendar: str = "always",
    ) -> Outcome:
        """What the command does to a second ticket, for :attr:`~desk.outcome.Outcome.also`. ``after`` has counted
        ``messages``. The author was not looking at it, so their read mark of it stays."""
        lines = tuple(self._event(after, number, body, f"{after.id}.") for number, body in enumerate(events, 1))
        ticket, clock_events = finish(
            before, with_lines(after, len(lines)), self.view.policy, calendar, self.now, self.actor.id
        )
        return Outcome(changes=(ticket,), messages=(*messages, *lines), clock_events=clock_events)

    def _event(self, ticket: Ticket, number: int, body: str, of: str = "") -> Message:
        """A line of the system. It does not carry the command: one command, one message, and that may be a reply."""
        return Message(
            id=MessageId(f"{self.envelope.id}.{of}{number}"),
            ticket_id=ticket.id,
            n=ticket.last_n + number,
            kind=MessageKind.EVENT,
            author=Author.SYSTEM,
            author_id=self.actor.id,
            author_name=self.actor.name,
            body=body,
            at=self.now,
        )

    def _read_on(self, before: Ticket, after: Ticket) -> tuple[Changed, ...]:
        """Somebody who had read everything has read what they just wrote."""
        mark = self.view.mark
        if mark is None or mark.ticket_id != before.id or mark.n < before.last_n or after.last_n <= mark.n:
            return ()
        return (ReadMark(ticket_id=before.id, v=mark.v + 1, n=after.last_n),)
