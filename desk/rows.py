"""The shapes in which lists are shown: what a store hands to a screen, and a screen to a widget.

They carry only what is painted. Rows are immutable and compare by value, so a widget may cache what it drew of one.
"""

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from desk.ids import AgentId, ArticleId, CommandId, Instant, TicketId
from desk.outbox import SendState
from desk.records import Channel, ClockName, Frozen, Message, Severity, Status, Tier
from desk.ticket_parts import EscalationState, EscalationTier

Row_co = TypeVar("Row_co", covariant=True)


class RowSource(Protocol, Generic[Row_co]):
    """A list of any length of which a widget asks only what it paints. ``window`` is fast enough to call while
    painting."""

    def count(self) -> int:
        """How many rows there are."""

    def window(self, first: int, n: int) -> Sequence[Row_co]:
        """Rows ``first`` … ``first + n - 1``, fewer at the end."""


class QueueRow(Frozen, frozen=True, kw_only=True):
    """One ticket in the queue. ``read_n`` is how far I have read, so ``last_n > read_n`` is unread.
    ``pending`` counts my commands on it that are not confirmed; ``duplicate_of`` is the reference of the ticket that
    may be about the same, ``merged`` how many were merged into it. ``tier`` is the customer's; ``escalated_to`` and
    ``escalation_state`` tell of an escalation under way (None: there is none)."""

    id: TicketId
    v: int
    ref: str
    subject: str
    customer_name: str
    tier: Tier
    channel: Channel
    lang: str
    status: Status
    severity: Severity
    tags: tuple[str, ...]
    assignee_id: AgentId | None
    due_at: Instant | None
    due_clock: ClockName | None
    urgency_at: Instant
    snoozed_until: Instant | None
    last_n: int
    read_n: int
    escalated: bool = False
    pending: int = 0
    in_review: bool = False
    follow_up_at: Instant | None = None
    duplicate_of: str = ""
    in_incident: bool = False
    merged: int = 0
    escalated_to: EscalationTier | None = None
    escalation_state: EscalationState | None = None


class ThreadLine(Frozen, frozen=True, kw_only=True):
    """One message of a conversation as shown. ``state`` is None for a confirmed message; else the state of my command
    (``command_id``) that will become it, and ``not_before`` the instant until which it can be undone. ``in_review``: it
    waits for approval, and no message of it has gone out. ``merged_from`` is the reference of the merged ticket that
    the message is of, where that is shown unfolded (empty: it is of this one)."""

    message: Message
    state: SendState | None = None
    command_id: CommandId | None = None
    not_before: Instant = 0
    in_review: bool = False
    merged_from: str = ""


class SearchHit(Frozen, frozen=True, kw_only=True):
    """One ticket found by its text; ``snippet`` marks hits with U+0002 … U+0003."""

    row: QueueRow
    snippet: str


class ArticleHit(Frozen, frozen=True, kw_only=True):
    """One article found; ``score`` is higher for better, comparable within one search only, scaled to 0–100.
    ``snippet`` marks hits with U+0002 … U+0003."""

    id: ArticleId
    source_id: str
    lang: str
    title: str
    score: float
    snippet: str


class Draft(Frozen, frozen=True, kw_only=True):
    """An unsent text. ``slot`` is ``reply``, ``note`` or a form's name; ``rev`` grows with each save
    (compare-and-swap)."""

    lane: str
    slot: str
    rev: int
    body: str
    saved_at: Instant
    attachments: tuple[str, ...] = ()
    """Paths of files still to be attached."""
