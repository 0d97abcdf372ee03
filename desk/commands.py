"""Everything a person can ask of the desk: one struct each, joined in one tagged union.

Longer than other files on purpose: what can be asked is read as one page.

A command is an intent, not a result. The console mints its id, stores it durably, shows its effect through
:func:`desk.decide.decide` and sends it in an :class:`Envelope`; the backend decides again with the same function.
The tag ``kind`` is stable: it is what scripts, logs and the outbox show.
"""

from typing import TypeAlias

from msgspec import Struct

from desk.ids import (
    AgentId,
    ArticleId,
    CommandId,
    CustomerId,
    GapId,
    IncidentId,
    Instant,
    MacroId,
    ProcedureId,
    TeamId,
    TicketId,
)
from desk.records import Attachment, Channel, Severity, Sharing, Status, Tier
from desk.ticket_parts import EscalationTier, HandOver, LinkKind


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
    """Answer the customer. ``then`` sets the status afterwards (None: ``waiting``). ``macro_id`` is the macro the text
    began with, ``article_ids`` what was inserted into it; their uses are counted."""

    ticket_id: TicketId
    body: str
    attachments: tuple[Attachment, ...] = ()
    then: Status | None = None
    macro_id: MacroId | None = None
    article_ids: tuple[ArticleId, ...] = ()


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
    """Begin an article, or change the text being worked on (of a published article: its revision). ``base_id`` is what
    it is a translation of (None: as it was), ``gap_id`` the gap that it is written for."""

    article_id: ArticleId
    lang: str
    title: str
    body_md: str
    tags: tuple[str, ...] = ()
    group_id: str = ""
    summary: str = ""
    base_id: ArticleId | None = None
    from_ticket_id: TicketId | None = None
    gap_id: GapId | None = None


class PublishArticle(Command, frozen=True, kw_only=True, tag="article_publish"):
    """Make an article's draft, or its revision, public."""

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


# ---- escalation and review -----------------------------------------------------------------------------------------


class Escalate(Command, frozen=True, kw_only=True, tag="escalate"):
    """Hand the ticket to a higher tier with a hand-over sheet. To the emergency tier it becomes an emergency too."""

    ticket_id: TicketId
    tier: EscalationTier
    sheet: HandOver


class AcceptEscalation(Command, frozen=True, kw_only=True, tag="escalation_accept"):
    """Take an escalated ticket and stay its named owner."""

    ticket_id: TicketId


class ReturnEscalation(Command, frozen=True, kw_only=True, tag="escalation_return"):
    """Give an escalated ticket back to who escalated it, with guidance (``solved`` False) or solved, with how."""

    ticket_id: TicketId
    answer: str
    solved: bool = False


class SetFollowUp(Command, frozen=True, kw_only=True, tag="follow_up"):
    """Have the ticket come back at an instant (None: it has been seen to)."""

    ticket_id: TicketId
    at: Instant | None
    what: str = ""


class AskReview(Command, frozen=True, kw_only=True, tag="review_ask"):
    """Write a reply that goes out once somebody else approved it."""

    ticket_id: TicketId
    body: str
    attachments: tuple[Attachment, ...] = ()
    then: Status | None = None
    macro_id: MacroId | None = None
    article_ids: tuple[ArticleId, ...] = ()


class DecideReview(Command, frozen=True, kw_only=True, tag="review_decide"):
    """Approve a reply (``body`` replaces its text; None: as written) or return it to its author with a remark."""

    ticket_id: TicketId
    review_id: str
    approve: bool
    body: str | None = None
    remark: str = ""


class WithdrawReview(Command, frozen=True, kw_only=True, tag="review_withdraw"):
    """Take back one's own reply that waits for approval."""

    ticket_id: TicketId
    review_id: str


# ---- joining and parting -------------------------------------------------------------------------------------------


class Merge(Command, frozen=True, kw_only=True, tag="merge"):
    """Close ``source_id`` into this ticket, of the same customer. Both conversations stay readable."""

    ticket_id: TicketId
    source_id: TicketId


class Unmerge(Command, frozen=True, kw_only=True, tag="unmerge"):
    """Bring back ``source_id``, which was merged into this ticket, as it stood."""

    ticket_id: TicketId
    source_id: TicketId


class Split(Command, frozen=True, kw_only=True, tag="split"):
    """Start a new ticket of the same customer from some messages of this one."""

    ticket_id: TicketId
    new_ticket_id: TicketId
    subject: str
    ns: tuple[int, ...]


class LinkTickets(Command, frozen=True, kw_only=True, tag="link"):
    """Say how this ticket stands to another, or (``on`` False) no longer."""

    ticket_id: TicketId
    other_id: TicketId
    link: LinkKind
    on: bool = True


class DismissDuplicate(Command, frozen=True, kw_only=True, tag="duplicate_dismiss"):
    """The ticket is no duplicate of what was suggested."""

    ticket_id: TicketId


# ---- incidents -----------------------------------------------------------------------------------------------------


class SaveIncident(Command, frozen=True, kw_only=True, tag="incident_save"):
    """Open an incident, or change its title and rules."""

    incident_id: IncidentId
    title: dict[str, str]
    rules: tuple[str, ...] = ()


class UpdateIncident(Command, frozen=True, kw_only=True, tag="incident_update"):
    """Keep what its customers are told, so that tickets that join later are told too. Telling those that are in it is
    a bulk of replies."""

    incident_id: IncidentId
    update_id: str
    body: dict[str, str]


class CloseIncident(Command, frozen=True, kw_only=True, tag="incident_close"):
    """The cause is gone, or (``on`` False) it was not."""

    incident_id: IncidentId
    on: bool = True


class JoinIncident(Command, frozen=True, kw_only=True, tag="incident_join"):
    """Put a ticket into an incident, or (None) out of the one it is in. Two ids: the lane is the ticket's."""

    ticket_id: TicketId
    into_id: IncidentId | None


# ---- macros and procedures -----------------------------------------------------------------------------------------


class SaveMacro(Command, frozen=True, kw_only=True, tag="macro_save"):
    """Create or change a macro; the fields are those of :class:`desk.records.Macro`."""

    macro_id: MacroId
    shortcut: str
    title: dict[str, str]
    body: dict[str, str] = {}
    status: Status | None = None
    severity: Severity | None = None
    team_id: TeamId | None = None
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    condition: str = ""
    sharing: Sharing = Sharing.SHARED
    shared_with: TeamId | None = None
    needs_review: bool = False


class ArchiveMacro(Command, frozen=True, kw_only=True, tag="macro_archive"):
    """Offer a macro no longer, or (``on`` False) again."""

    macro_id: MacroId
    on: bool = True


class SaveProcedure(Command, frozen=True, kw_only=True, tag="procedure_save"):
    """Create or change a procedure, by language."""

    procedure_id: ProcedureId
    source: dict[str, str]
    archived: bool = False


class AnswerStep(Command, frozen=True, kw_only=True, tag="procedure_answer"):
    """Answer a step of a procedure in a ticket; the first answer begins the run, the last one writes the record of it
    as a note. ``run_id`` is minted by who begins."""

    ticket_id: TicketId
    procedure_id: ProcedureId
    run_id: str
    step: str
    answer: str
    lang: str = "en"


class StopProcedure(Command, frozen=True, kw_only=True, tag="procedure_stop"):
    """Leave a procedure before its end; what was answered is kept as a note."""

    ticket_id: TicketId
    run_id: str


# ---- customers -----------------------------------------------------------------------------------------------------


class SaveCustomer(Command, frozen=True, kw_only=True, tag="customer_save"):
    """Change what is known of a customer; None leaves it as it is."""

    customer_id: CustomerId
    tier: Tier | None = None
    language: str | None = None
    do_not_contact: bool | None = None


class VerifyCustomer(Command, frozen=True, kw_only=True, tag="customer_verify"):
    """The customer's identity, or one of their contacts (``address``), was verified: how (empty: no longer)."""

    customer_id: CustomerId
    how: str
    address: str = ""


class MergeCustomers(Command, frozen=True, kw_only=True, tag="customer_merge"):
    """``source_id`` is the same person as this customer."""

    customer_id: CustomerId
    source_id: CustomerId


class UnmergeCustomers(Command, frozen=True, kw_only=True, tag="customer_unmerge"):
    """``source_id`` is not the same person after all."""

    customer_id: CustomerId
    source_id: CustomerId


# ---- knowledge -----------------------------------------------------------------------------------------------------


class SubmitArticle(Command, frozen=True, kw_only=True, tag="article_submit"):
    """Ask for an article's draft, or its revision, to be reviewed."""

    article_id: ArticleId


class ReturnArticle(Command, frozen=True, kw_only=True, tag="article_return"):
    """Give an article that waits for review back to its author, with a remark."""

    article_id: ArticleId
    remark: str


class RetireArticle(Command, frozen=True, kw_only=True, tag="article_retire"):
    """Show an article to customers no longer, or (``on`` False) as a draft again."""

    article_id: ArticleId
    on: bool = True


class ReportGap(Command, frozen=True, kw_only=True, tag="gap_report"):
    """A search found nothing, or (``wanted``) somebody asks for an article."""

    gap_id: GapId
    query: str
    lang: str
    ticket_id: TicketId | None = None
    wanted: bool = False


class CloseGap(Command, frozen=True, kw_only=True, tag="gap_close"):
    """An article answers it now, or (None) it needs none."""

    gap_id: GapId
    article_id: ArticleId | None = None


# ---- people --------------------------------------------------------------------------------------------------------


class SaveAgent(Command, frozen=True, kw_only=True, tag="agent_save"):
    """Change how an agent is given work; None leaves it as it is. Everybody may set themselves away."""

    agent_id: AgentId
    away: bool | None = None
    away_until: Instant | None = None
    capacity: int | None = None
    skills: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    shift: str | None = None
    needs_review: bool | None = None


class SaveTeam(Command, frozen=True, kw_only=True, tag="team_save"):
    """Switch a team's automatic routing on or off."""

    team_id: TeamId
    auto_route: bool


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
    | Escalate
    | AcceptEscalation
    | ReturnEscalation
    | SetFollowUp
    | AskReview
    | DecideReview
    | WithdrawReview
    | Merge
    | Unmerge
    | Split
    | LinkTickets
    | DismissDuplicate
    | SaveIncident
    | UpdateIncident
    | CloseIncident
    | JoinIncident
    | SaveMacro
    | ArchiveMacro
    | SaveProcedure
    | AnswerStep
    | StopProcedure
    | SaveCustomer
    | VerifyCustomer
    | MergeCustomers
    | UnmergeCustomers
    | SubmitArticle
    | ReturnArticle
    | RetireArticle
    | ReportGap
    | CloseGap
    | SaveAgent
    | SaveTeam
)

NEEDS_SERVER = (Merge, Unmerge, Split, LinkTickets, MergeCustomers, UnmergeCustomers, SaveTeam)
"""Commands about more than a replica can be sure of: they are given only while the console is live, and their effect
shows when it comes back."""


class Envelope(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A command on its way: who wrote it when, and what the author had seen.

    ``expected_version`` is the ticket's (or article's) version the author looked at (None: no guard).
    ``seen_n`` is the last message the author had seen, for replies. ``on_top`` says: I have read what came since,
    send anyway. ``bulk_id`` is shared by the commands of one bulk, which takes a lead.
    """

    id: CommandId
    command: AnyCommand
    composed_at: Instant
    expected_version: int | None = None
    seen_n: int | None = None
    on_top: bool = False
    bulk_id: str = ""


_LANES = (
    "ticket_id",
    "customer_id",
    "article_id",
    "incident_id",
    "macro_id",
    "procedure_id",
    "gap_id",
    "agent_id",
    "team_id",
)


def lane_of(command: AnyCommand) -> str:
    """The queue in which a command keeps its order: the id of the ticket, customer, article … that it is about."""
    if isinstance(command, ReportGap | CloseGap):
        return str(command.gap_id)
    for field in _LANES:
        value = getattr(command, field, None)
        if value:
            return str(value)
    raise AssertionError(f"{type(command).__name__} names nothing")
