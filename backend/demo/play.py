"""One ticket while it is being told: every step goes through the desk's own rules, as it would on a real day."""

from collections.abc import Sequence
from random import Random

from backend.bulk import Conversation
from backend.demo.incidents import joined, joined_long_ago
from backend.demo.minting import mint
from desk.commands import AnyCommand, Envelope, Note, Reply, SetStatus, Take
from desk.decide import decide
from desk.ids import AgentId, CommandId, Instant, MessageId
from desk.intake import Incoming, NewTicket, begin, new_ticket, receive
from desk.outcome import Outcome, Refusal, View
from desk.records import Agent, Attachment, Author, ClockEvent, Incident, Message, MessageKind, Policy, Status, Ticket


class StepRefused(Exception):
    """The desk's rules do not permit a step of a story: the content is wrong."""


class Play:
    """A ticket of these days: every command is decided, with the lines the system writes about it."""

    def __init__(
        self, start: NewTicket, policy: Policy, calendar: str, rng: Random, incidents: Sequence[Incident] = ()
    ) -> None:
        self.start, self.policy, self.calendar, self.rng = start, policy, calendar, rng
        self.incidents = incidents
        self._ticket: Ticket = new_ticket(start)
        self._messages: list[Message] = []
        self._clock_events: list[ClockEvent] = []
        self._answered: dict[str, str] = {}

    def receive(
        self,
        author: Author,
        author_id: str,
        name: str,
        body: str,
        at: Instant,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        """The customer, or the bot, wrote."""
        message = Incoming(
            id=MessageId(mint(at, self.rng)),
            author=author,
            author_id=author_id,
            author_name=name,
            body=body,
            at=at,
            attachments=attachments,
        )
        self._apply(receive(self._ticket, message, self.policy, at, self.calendar))
        if author is Author.CUSTOMER:
            wrote = "\n".join(line.body for line in self._messages if line.author is Author.CUSTOMER)
            if outcome := joined(self._ticket, wrote, self.incidents, self.policy, at, self.calendar):
                self._apply(outcome)

    def give(self, actor: Agent, command: AnyCommand, at: Instant, *, passed_over: int = 0) -> None:
        """An agent gave a command, past so many more urgent tickets; raises :class:`StepRefused` if the rules refuse
        it."""
        envelope = Envelope(
            id=CommandId(mint(at, self.rng)), command=command, composed_at=at, seen_n=self._ticket.last_n
        )
        view = View(policy=self.policy, ticket=self._ticket, calendar=self.calendar, passed_over=passed_over)
        verdict = decide(envelope, view, actor, at)
        if isinstance(verdict, Refusal):
            raise StepRefused(f"{verdict.code}: {verdict.why} ({command})")
        self._apply(verdict)
        if isinstance(command, Reply):
            self._answered[actor.id] = command.body

    @property
    def review_id(self) -> str:
        """The reply that waits for approval, or empty."""
        return self._ticket.review.id if self._ticket.review else ""

    def last_answer(self, agent_id: AgentId) -> str:
        """What an agent last wrote to the customer, or nothing."""
        return self._answered.get(agent_id, "")

    def end(self) -> Conversation:
        """The ticket as it stands."""
        return Conversation(ticket=self._ticket, messages=tuple(self._messages), clock_events=tuple(self._clock_events))

    def _apply(self, outcome: Outcome) -> None:
        for record in outcome.changes:
            if isinstance(record, Ticket):
                self._ticket = record
        self._messages += outcome.messages
        self._clock_events += outcome.clock_events


class OldPlay(Play):
    """A ticket of long ago: its conversation and how it ended, taken in at once like an imported one."""

    def __init__(
        self, start: NewTicket, policy: Policy, calendar: str, rng: Random, incidents: Sequence[Incident] = ()
    ) -> None:
        super().__init__(start, policy, calendar, rng, incidents)
        self._incoming: list[Incoming] = []
        self._status: Status | None = None
        self._assignee_id: AgentId | None = None

    def receive(
        self,
        author: Author,
        author_id: str,
        name: str,
        body: str,
        at: Instant,
        attachments: tuple[Attachment, ...] = (),
    ) -> None:
        """The customer, or the bot, wrote; files of long ago are gone."""
        self._add(author, author_id, name, body, at, MessageKind.REPLY)

    def give(self, actor: Agent, command: AnyCommand, at: Instant, *, passed_over: int = 0) -> None:
        """An agent wrote, took it or settled it; nothing else is remembered."""
        match command:
            case Take():
                self._assignee_id = actor.id
            case SetStatus():
                self._status = command.status
            case Reply():
                self._add(Author.AGENT, actor.id, actor.name, command.body, at, MessageKind.REPLY)
                self._answered[actor.id] = command.body
                self._status = command.then
            case Note():
                self._add(Author.AGENT, actor.id, actor.name, command.body, at, MessageKind.NOTE)

    def end(self) -> Conversation:
        """The ticket as it was left."""
        ended_at = self._incoming[-1].at
        outcome = begin(
            self.start,
            tuple(self._incoming),
            self.policy,
            ended_at,
            self.calendar,
            status=self._status,
            assignee_id=self._assignee_id,
        )
        self._apply(outcome)
        wrote = "\n".join(line.body for line in self._messages if line.author is Author.CUSTOMER)
        if member := joined_long_ago(self._ticket, wrote, self.incidents, self.policy, ended_at, self.calendar):
            self._apply(member)
        return super().end()

    def _add(self, author: Author, author_id: str, name: str, body: str, at: Instant, kind: MessageKind) -> None:
        self._incoming.append(
            Incoming(
                id=MessageId(mint(at, self.rng)),
                body=body,
                at=at,
                author=author,
                author_id=author_id,
                author_name=name,
                kind=kind,
            )
        )
