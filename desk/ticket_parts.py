"""What a ticket carries besides its own fields while people work on it together.

Escalation, review, follow-up, merging, links, likely duplicates and a procedure under way: each is one struct that
travels inside its ticket, so that whoever sees the ticket sees it, offline too.
"""

from enum import StrEnum

from desk.clock_events import ClockEvent
from desk.frozen import Frozen
from desk.ids import AgentId, ArticleId, Instant, MacroId, ProcedureId, TicketId


class Attachment(Frozen, frozen=True, kw_only=True):
    """A file of a message, content addressed: the bytes are the blob ``sha256`` (64 lower-case hex digits)."""

    sha256: str
    name: str
    media_type: str
    size_bytes: int


class EscalationTier(StrEnum):
    """Where an escalated ticket goes: to the seniors of its team, or to the emergency channel."""

    SENIOR = "senior"
    EMERGENCY = "emergency"


class EscalationState(StrEnum):
    """``asked`` waits for somebody to accept; ``returned`` and ``solved`` are over and kept to be read."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    SOLVED = "solved"


OPEN_ESCALATION = frozenset({EscalationState.ASKED, EscalationState.ACCEPTED})


class IdentityCheck(StrEnum):
    """How the customer's identity check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_DONE = "not_done"
    NOT_NEEDED = "not_needed"


class HandOver(Frozen, frozen=True, kw_only=True):
    """What the next tier is told. ``tried``, ``reference`` and ``question`` must not be empty; ``reference`` is the
    transaction or order it is about, ``none`` when there is none; ``at_risk_minor`` is US cents."""

    tried: str
    identity: IdentityCheck
    reference: str
    question: str
    identity_how: str = ""
    at_risk_minor: int = 0


class Escalation(Frozen, frozen=True, kw_only=True):
    """A ticket at a higher tier. ``owner_id`` accepted it and stays its named owner until the ticket is closed, also
    when it is escalated once more; ``answer`` is the guidance it was returned with, or how it was solved; ``due_at`` is
    the tier's own deadline."""

    tier: EscalationTier
    state: EscalationState
    sheet: HandOver
    by: AgentId
    at: Instant
    by_name: str = ""
    owner_id: AgentId | None = None
    owner_name: str = ""
    accepted_at: Instant | None = None
    settled_at: Instant | None = None
    answer: str = ""
    due_at: Instant | None = None


def is_tier_late(escalation: Escalation, now: Instant) -> bool:
    """Whether a tier still owes its answer after its deadline."""
    return escalation.state in OPEN_ESCALATION and escalation.due_at is not None and escalation.due_at <= now


class FollowUp(Frozen, frozen=True, kw_only=True):
    """Something to be looked at again at an instant, whatever becomes of the ticket meanwhile."""

    at: Instant
    what: str
    by: AgentId


class ReviewState(StrEnum):
    """A reply that waits for approval, and how that ended."""

    ASKED = "asked"
    APPROVED = "approved"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"


class Review(Frozen, frozen=True, kw_only=True):
    """A reply that somebody else must approve before it goes out. ``id`` is the id of the command that asked.

    ``seen_n`` is the last message its author had seen. ``final_body`` is what went out when the reviewer changed it
    (empty: as written); ``remark`` is for the author. ``then`` is the status after sending (empty: waiting).
    """

    id: str
    author_id: AgentId
    author_name: str
    body: str
    asked_at: Instant
    seen_n: int = 0
    state: ReviewState = ReviewState.ASKED
    then: str = ""
    macro_id: MacroId | None = None
    article_ids: tuple[ArticleId, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    reviewer_id: AgentId | None = None
    reviewer_name: str = ""
    decided_at: Instant | None = None
    final_body: str = ""
    remark: str = ""


class MergeMark(Frozen, frozen=True, kw_only=True):
    """On a ticket that was merged into another: where it went, and how it stood before, so that it can come back.

    ``status`` to ``clock_events`` are the ticket's fields of these names as they were.
    """

    into: TicketId
    into_ref: str
    by: AgentId
    at: Instant
    status: str
    assignee_id: AgentId | None = None
    unanswered: int = 0
    waiting_since: Instant | None = None
    snoozed_until: Instant | None = None
    snoozed_until_answer: bool = False
    solved_at: Instant | None = None
    escalation: Escalation | None = None
    escalated_at: Instant | None = None
    clock_events: tuple[ClockEvent, ...] = ()


class LinkKind(StrEnum):
    """How one ticket stands to another. The other side of ``blocks`` is ``blocked_by``; the others are symmetric."""

    DUPLICATE = "duplicate"
    RELATED = "related"
    BLOCKS = "blocks"
    BLOCKED_BY = "blocked_by"
    INCIDENT = "incident"


class Link(Frozen, frozen=True, kw_only=True):
    """One side of a link between two tickets; both carry one."""

    kind: LinkKind
    ticket_id: TicketId
    ref: str


class DuplicateHint(Frozen, frozen=True, kw_only=True):
    """An older open ticket that may be about the same. ``reason`` is ``transaction``, ``text`` or ``customer``;
    ``score`` is 0–100; ``same_customer`` tells whether they can be merged."""

    ticket_id: TicketId
    ref: str
    reason: str
    score: int
    same_customer: bool = True


class StepAnswer(Frozen, frozen=True, kw_only=True):
    """One answered step of a procedure, with the question as it was asked."""

    step: str
    question: str
    answer: str
    by: AgentId
    at: Instant


class ProcedureRun(Frozen, frozen=True, kw_only=True):
    """A procedure under way in a ticket: ``step`` is the next to be answered (empty: at its end). ``lang`` is the
    language it is read in. A run goes on with the version it began with, ``procedure_v``."""

    id: str
    procedure_id: ProcedureId
    name: str
    lang: str
    step: str
    by: AgentId
    started_at: Instant
    answers: tuple[StepAnswer, ...] = ()
    procedure_v: int = 0
