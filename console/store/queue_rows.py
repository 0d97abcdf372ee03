"""Queue rows from ticket documents: decoding only what a row shows."""

import sqlite3
from collections.abc import Iterable

import msgspec

from desk.ids import AgentId, Instant, TicketId
from desk.outbox import UNFINISHED
from desk.records import Channel, ClockName, Frozen, Severity, Status, Tier
from desk.rows import QueueRow
from desk.ticket_parts import EscalationState, EscalationTier, ReviewState

READ_N = "coalesce((SELECT n FROM read_mark WHERE ticket_id = t.id), 0)"
"""SQL: how far I have read ticket ``t``."""


class ReviewHead(Frozen, frozen=True, kw_only=True):
    """Whether a reply waits for approval."""

    state: ReviewState = ReviewState.ASKED


class EscalationHead(Frozen, frozen=True, kw_only=True):
    """Which tier was asked, and where that stands."""

    tier: EscalationTier
    state: EscalationState


class FollowUpHead(Frozen, frozen=True, kw_only=True):
    """When the ticket comes back."""

    at: Instant


class DuplicateHead(Frozen, frozen=True, kw_only=True):
    """Which ticket may be about the same."""

    ref: str


class TicketHead(Frozen, frozen=True, kw_only=True):
    """The part of a ticket's document that a queue row shows."""

    id: TicketId
    v: int
    ref: str
    subject: str
    customer_name: str
    channel: Channel
    urgency_at: Instant
    tier: Tier = Tier.STANDARD
    lang: str = "en"
    status: Status = Status.NEW
    severity: Severity = Severity.NORMAL
    tags: tuple[str, ...] = ()
    assignee_id: AgentId | None = None
    due_at: Instant | None = None
    due_clock: ClockName | None = None
    snoozed_until: Instant | None = None
    last_n: int = 0
    escalated_at: Instant | None = None
    escalation: EscalationHead | None = None
    review: ReviewHead | None = None
    follow_up: FollowUpHead | None = None
    duplicate: DuplicateHead | None = None
    incident_id: str | None = None
    merged_ids: tuple[str, ...] = ()


_decode = msgspec.json.Decoder(TicketHead).decode


def queue_row(doc: str, read_n: int, pending: int = 0) -> QueueRow:
    """The row of one ticket."""
    head = _decode(doc)
    return QueueRow(
        id=head.id,
        v=head.v,
        ref=head.ref,
        subject=head.subject,
        customer_name=head.customer_name,
        tier=head.tier,
        channel=head.channel,
        lang=head.lang,
        status=head.status,
        severity=head.severity,
        tags=head.tags,
        assignee_id=head.assignee_id,
        due_at=head.due_at,
        due_clock=head.due_clock,
        urgency_at=head.urgency_at,
        snoozed_until=head.snoozed_until,
        last_n=head.last_n,
        read_n=read_n,
        escalated=head.escalated_at is not None,
        pending=pending,
        in_review=head.review is not None and head.review.state is ReviewState.ASKED,
        follow_up_at=head.follow_up.at if head.follow_up else None,
        duplicate_of=head.duplicate.ref if head.duplicate else "",
        in_incident=head.incident_id is not None,
        merged=len(head.merged_ids),
        escalated_to=head.escalation.tier if head.escalation and head.escalated_at is not None else None,
        escalation_state=head.escalation.state if head.escalation and head.escalated_at is not None else None,
    )


def gone_row() -> QueueRow:
    """What stands where a ticket was that left since the list was made; the list is made anew at once."""
    return QueueRow(
        id=TicketId(""),
        v=0,
        ref="",
        subject="",
        customer_name="",
        tier=Tier.STANDARD,
        channel=Channel.EMAIL,
        lang="",
        status=Status.CLOSED,
        severity=Severity.LOW,
        tags=(),
        assignee_id=None,
        due_at=None,
        due_clock=None,
        urgency_at=0,
        snoozed_until=None,
        last_n=0,
        read_n=0,
    )


def pending_by_lane(reader: sqlite3.Connection) -> dict[str, int]:
    """How many unfinished commands each lane has; lanes without any are missing."""
    states = ", ".join(f"'{state}'" for state in sorted(UNFINISHED))
    return dict(reader.execute(f"SELECT lane, count(*) FROM outbox WHERE state IN ({states}) GROUP BY lane"))


def rows_by_number(reader: sqlite3.Connection, numbers: Iterable[int], pending: dict[str, int]) -> dict[int, QueueRow]:
    """The rows of tickets by their local number, shown state; those that are gone are missing."""
    wanted = ",".join(map(str, numbers))
    found = {}
    for table in ("ticket", "overlay_ticket"):  # the second in front of the first
        select = f"SELECT t.row, t.id, t.doc, {READ_N} FROM {table} t WHERE t.row IN ({wanted})"
        for number, ticket_id, doc, read_n in reader.execute(select):
            found[number] = queue_row(doc, read_n, pending.get(ticket_id, 0))
    return found
