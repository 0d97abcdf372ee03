"""One ticket while it is being told: every step goes through the desk's own rules, as it would on a real day."""

from random import Random

from backend.demo.minting import mint
from desk.commands import AnyCommand, Envelope
from desk.decide import decide
from desk.ids import AgentId, CommandId, Instant, MessageId
from desk.intake import Incoming, NewTicket, new_ticket, receive
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Author, ClockEvent, Message, Policy, Ticket


class StepRefused(Exception):
    """The desk's rules do not permit a step of a story: the content is wrong."""


class Play:
    """A ticket as it stands, with all its messages and clock events so far."""

    def __init__(self, start: NewTicket, policy: Policy, calendar: str, rng: Random) -> None:
        self.ticket: Ticket = new_ticket(start)
        self.messages: list[Message] = []
        self.clock_events: list[ClockEvent] = []
        self._policy = policy
        self._calendar = calendar
        self._rng = rng

    def receive(self, author: Author, author_id: str, name: str, body: str, at: Instant) -> None:
        """The customer, or the bot, wrote."""
        message = Incoming(
            id=MessageId(mint(at, self._rng)), author=author, author_id=author_id, author_name=name, body=body, at=at
        )
        self._apply(receive(self.ticket, message, self._policy, at, self._calendar))

    def give(self, actor: Agent, command: AnyCommand, at: Instant) -> None:
        """An agent gave a command; raises :class:`StepRefused` if the rules refuse it."""
        envelope = Envelope(
            id=CommandId(mint(at, self._rng)), command=command, composed_at=at, seen_n=self.ticket.last_n
        )
        view = View(policy=self._policy, ticket=self.ticket, calendar=self._calendar)
        verdict = decide(envelope, view, actor, at)
        if isinstance(verdict, Refusal):
            raise StepRefused(f"{verdict.code}: {verdict.why} ({command})")
        self._apply(verdict)

    def last_reply_of(self, agent_id: AgentId | None) -> Message | None:
        """The newest message of an agent that the customer saw."""
        for message in reversed(self.messages):
            if message.author is Author.AGENT and message.kind == "reply" and message.author_id == agent_id:
                return message
        return None

    def _apply(self, outcome: Outcome) -> None:
        for record in outcome.changes:
            if isinstance(record, Ticket):
                self.ticket = record
        self.messages += outcome.messages
        self.clock_events += outcome.clock_events
