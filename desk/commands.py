"""Everything a person can ask of the desk: one struct each, joined in one tagged union.

A command is an intent, not a result. The console mints its id, stores it durably, shows its effect through
:func:`desk.decide.decide` and sends it in an :class:`Envelope`; the backend decides again with the same function.
The tag ``kind`` is stable: it is what scripts, logs and the outbox show.
"""

from typing import TypeAlias

from msgspec import Struct

from desk.ids import AgentId, ArticleId, CommandId, CustomerId, Instant, MacroId, TeamId, TicketId
from desk.records import Attachment, Channel, Severity, Status


class Command(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="kind"):
    """The common shape of all commands."""


class OpenTicket(Command, frozen=True, kw_only=True, tag="open"):
    """Start a ticket for a customer, with a first message to them (or, with ``as_note``, for the desk only)."""

    ticket_id: TicketId
    customer_id: CustomerId
    subject: str
    body: str
    channel: Channel
    team_id: TeamId
    lang: str = "en"
    severity: Severity = Severity.NORMAL
    tags: tuple[str, ...] = ()
    as_note: bool = False


class Reply(Command, frozen=True, kw_only=True, tag="reply"):
    """Answer the customer. ``then`` sets the status afterwards (None: ``waiting``)."""

    ticket_id: TicketId
    body: str
    attachments: tuple[Attachment, ...] = ()
    then: Status | None = None


class Note(Command, frozen=True, kw_only=True, tag="note"):
    """Write for the desk only. ``mentions`` are the agents to be told."""

    ticket_id: TicketId
    body: str
    mentions: tuple[AgentId, ...] = ()
    attachments: tuple[Attachment, ...] = ()


class Take(Command, frozen=True, kw_only=True, tag="take"):
    """Assign the ticket to me."""

    ticket_id: TicketId


class Assign(Command, frozen=True, kw_only=True, tag="assign"):
    """Assign the ticket to somebody, or to nobody."""

    ticket_id: TicketId
    assignee_id: AgentId | None


class SetStatus(Command, frozen=True, kw_only=True, tag="status"):
    """Move the ticket to another status."""

    ticket_id: TicketId
    status: Status


class Snooze(Command, frozen=True, kw_only=True, tag="snooze"):
    """Put the ticket aside until an instant, or until the customer answers, or (neither) wake it now."""

    ticket_id: TicketId
    until_at: Instant | None = None
    until_answer: bool = False


class SetSeverity(Command, frozen=True, kw_only=True, tag="severity"):
    """Say how bad it is."""

    ticket_id: TicketId
    severity: Severity


class Tag(Command, frozen=True, kw_only=True, tag="tags"):
    """Add and remove tags; adding one that is there, or removing one that is not, changes nothing."""

    ticket_id: TicketId
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


class Follow(Command, frozen=True, kw_only=True, tag="follow"):
    """Start or stop following a ticket oneself."""

    ticket_id: TicketId
    on: bool = True


class MoveTeam(Command, frozen=True, kw_only=True, tag="team"):
    """Hand the ticket to another team; it loses its assignee."""

    ticket_id: TicketId
    team_id: TeamId


class ApplyMacro(Command, frozen=True, kw_only=True, tag="macro"):
    """Apply a macro's changes to the ticket. Its text goes into the draft, by the console, and is never sent by
    this."""

    ticket_id: TicketId
    macro_id: MacroId


class NoteCustomer(Command, frozen=True, kw_only=True, tag="customer_note"):
    """Remember something about a customer."""

    customer_id: CustomerId
    note_id: str
    text: str


class SaveArticle(Command, frozen=True, kw_only=True, tag="article_save"):
    """Create or change an article's draft text."""

    article_id: ArticleId
    lang: str
    title: str
    body_md: str
    tags: tuple[str, ...] = ()
    group_id: str = ""
    summary: str = ""


class PublishArticle(Command, frozen=True, kw_only=True, tag="article_publish"):
    """Make an article public."""

    article_id: ArticleId


class RateArticle(Command, frozen=True, kw_only=True, tag="article_feedback"):
    """Say whether an article helped with a ticket; one vote per agent, article and ticket, the last one counts."""

    article_id: ArticleId
    ticket_id: TicketId | None
    helped: bool


class Seen(Command, frozen=True, kw_only=True, tag="seen"):
    """I have read this ticket up to message ``n``."""

    ticket_id: TicketId
    n: int


AnyCommand: TypeAlias = (
    OpenTicket
    | Reply
    | Note
    | Take
    | Assign
    | SetStatus
    | Snooze
    | SetSeverity
    | Tag
    | Follow
    | MoveTeam
    | ApplyMacro
    | NoteCustomer
    | SaveArticle
    | PublishArticle
    | RateArticle
    | Seen
)


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A command on its way: who wrote it when, and what the author had seen.

    ``expected_version`` is the ticket's (or article's) version the author looked at (None: no guard).
    ``seen_n`` is the last message the author had seen, for replies. ``on_top`` says: I have read what came since,
    send anyway.
    """

    id: CommandId
    command: AnyCommand
    composed_at: Instant
    expected_version: int | None = None
    seen_n: int | None = None
    on_top: bool = False


def lane_of(command: AnyCommand) -> str:
    """The queue in which a command keeps its order: the ticket's, customer's or article's id."""
    for field in ("ticket_id", "customer_id", "article_id"):
        value = getattr(command, field, None)
        if value:
            return str(value)
    raise AssertionError(f"{type(command).__name__} names nothing")
