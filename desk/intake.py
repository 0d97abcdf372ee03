"""How what others write becomes part of a ticket: a customer's message, a bot's, or an old conversation being imported.

The backend's channels and imports and the demo call :func:`begin` for a ticket that starts and :func:`receive` for one
that goes on. What a message means for clocks, counters and snooze is the same as when a command wrote it
(:mod:`desk.conversation`).
"""

from msgspec.structs import replace

from desk.conversation import agent_replied, customer_wrote, finish, with_lines, with_status
from desk.crypto.finding import MOST_KEPT, networks_in, tx_ids_in
from desk.ids import AgentId, CustomerId, Instant, MessageId, TeamId, TicketId
from desk.outcome import Outcome
from desk.records import (
    Attachment,
    Author,
    Channel,
    Frozen,
    Message,
    MessageKind,
    Policy,
    Severity,
    Status,
    Ticket,
    Tier,
)
from desk.tags import normalize_tag
from desk.text import clean_name, clean_text


class Incoming(Frozen, frozen=True, kw_only=True):
    """One message from outside. ``at`` is when it was written; it counts in the conversation at that instant."""

    id: MessageId
    body: str
    at: Instant
    author: Author = Author.CUSTOMER
    author_id: str = ""
    author_name: str = ""
    kind: MessageKind = MessageKind.REPLY
    attachments: tuple[Attachment, ...] = ()


class NewTicket(Frozen, frozen=True, kw_only=True):
    """What a ticket is started with, when there is none to continue."""

    id: TicketId
    ref: str
    subject: str
    customer_id: CustomerId
    customer_name: str
    team_id: TeamId
    channel: Channel
    created_at: Instant
    lang: str = "en"
    tier: Tier = Tier.STANDARD
    severity: Severity = Severity.NORMAL
    tags: tuple[str, ...] = ()
    at_risk_minor: int = 0
    source_id: str = ""


def needs_new_ticket(ticket: Ticket | None) -> bool:
    """Whether a customer's message starts a ticket instead of continuing this one: a closed one stays closed."""
    return ticket is None or ticket.status is Status.CLOSED


def new_ticket(start: NewTicket) -> Ticket:
    """A ticket before its first message; its version is 0 until :func:`receive` gives it one."""
    empty = Ticket(
        id=start.id,
        v=0,
        ref=start.ref,
        subject=clean_name(start.subject) or "(no subject)",
        customer_id=start.customer_id,
        customer_name=clean_name(start.customer_name),
        team_id=start.team_id,
        channel=start.channel,
        created_at=start.created_at,
        updated_at=start.created_at,
        urgency_at=start.created_at,
        lang=clean_name(start.lang, limit=20) or "en",
        tier=start.tier,
        severity=start.severity,
        tags=tuple(dict.fromkeys(tag for tag in map(normalize_tag, start.tags) if tag)),
        at_risk_minor=start.at_risk_minor,
        source_id=start.source_id,
    )
    return _naming(empty, empty.subject)


def receive(ticket: Ticket, message: Incoming, policy: Policy, now: Instant, calendar: str = "always") -> Outcome:
    """Append a message from outside to a ticket. ``calendar`` is the one of the ticket's team; ``now`` becomes the
    ticket's ``updated_at``. Always an outcome: what a customer wrote is never refused."""
    after, line = append(ticket, message)
    stored, clock_events = finish(ticket, after, policy, calendar, now)
    return Outcome(changes=(stored,), messages=(line,), clock_events=clock_events)


def begin(
    start: NewTicket,
    messages: tuple[Incoming, ...],
    policy: Policy,
    now: Instant,
    calendar: str = "always",
    *,
    status: Status | None = None,
    assignee_id: AgentId | None = None,
) -> Outcome:
    """A whole ticket from its conversation so far, in one version: for imports, and for a customer who writes first.

    ``status`` is where the ticket stands after the last message (None: where the messages leave it).
    """
    before = after = new_ticket(start)
    lines: list[Message] = []
    for message in messages:
        after, line = append(after, message)
        lines.append(line)
    last_at = max((message.at for message in messages), default=start.created_at)
    if status is not None and status is not after.status:
        after = with_status(after, status, last_at)
    after = replace(after, assignee_id=assignee_id)
    stored, clock_events = finish(before, after, policy, calendar, now)
    return Outcome(changes=(stored,), messages=tuple(lines), clock_events=clock_events)


def append(ticket: Ticket, message: Incoming) -> tuple[Ticket, Message]:
    """The ticket after a message, to be finished by :func:`desk.conversation.finish`, and the message as stored."""
    line = Message(
        id=message.id,
        ticket_id=ticket.id,
        n=ticket.last_n + 1,
        kind=message.kind,
        author=message.author,
        author_id=message.author_id,
        author_name=clean_name(message.author_name),
        body=clean_text(message.body).strip(),
        at=message.at,
        attachments=tuple(
            replace(file, name=clean_name(file.name, limit=200) or "file") for file in message.attachments
        ),
    )
    if message.kind is MessageKind.REPLY and message.author is Author.CUSTOMER:
        return customer_wrote(_naming(ticket, line.body), message.at), line
    if message.kind is MessageKind.REPLY and message.author is Author.AGENT:
        return agent_replied(ticket, message.at, Status.WAITING), line
    return with_lines(ticket, 1), line


def _naming(ticket: Ticket, text: str) -> Ticket:
    """The ticket with the networks and transactions of its customer's text; the first ones named are kept."""
    networks, tx_ids = networks_in(text), tx_ids_in(text)
    if not networks and not tx_ids:
        return ticket
    return replace(
        ticket,
        networks=tuple(dict.fromkeys((*ticket.networks, *networks)))[:MOST_KEPT],
        tx_ids=tuple(dict.fromkeys((*ticket.tx_ids, *tx_ids)))[:MOST_KEPT],
    )
