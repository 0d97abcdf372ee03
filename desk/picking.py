"""Cherry-picking: tickets taken while more urgent ones of the team waited, and the ones that were passed over.

Leads see both. One ticket out of turn has its reasons; from :data:`PICKED_OVER` on it is worth a look, for a day.
"""

from collections.abc import Iterable

from desk.ids import MS_PER_S, AgentId, Instant, TeamId
from desk.records import Frozen, Ticket
from desk.urgency import SETTLED

PICKED_OVER = 3
"""From so many more urgent tickets on, taking one counts as picking it."""

SEEN_FOR_S = 86_400
"""How long a pick is shown."""


class Pick(Frozen, frozen=True, kw_only=True):
    """Who took a ticket of a team over more urgent ones, when, and how urgent it was."""

    by: AgentId
    team_id: TeamId
    at: Instant
    urgency_at: Instant


def pick_of(ticket: Ticket) -> Pick | None:
    """The pick that a ticket was last taken by; None when it was its turn."""
    if ticket.passed_over < PICKED_OVER or ticket.taken_at is None or ticket.taken_by is None:
        return None
    urgency_at = ticket.urgency_at if ticket.taken_urgency_at is None else ticket.taken_urgency_at
    return Pick(by=ticket.taken_by, team_id=ticket.team_id, at=ticket.taken_at, urgency_at=urgency_at)


def shown_since(now: Instant) -> Instant:
    """Picks after this instant are shown."""
    return now - SEEN_FOR_S * MS_PER_S


def is_picked(ticket: Ticket, now: Instant) -> bool:
    """Whether a ticket was picked in the last :data:`SEEN_FOR_S`."""
    pick = pick_of(ticket)
    return pick is not None and pick.at > shown_since(now)


def is_skipped(ticket: Ticket, picks: Iterable[Pick], now: Instant) -> bool:
    """Whether a ticket waits for an owner though it was there, and more urgent, when another was picked."""
    if ticket.assignee_id is not None or ticket.status in SETTLED:
        return False
    since = max(shown_since(now), ticket.created_at)
    return any(
        pick.team_id == ticket.team_id and pick.at > since and pick.urgency_at > ticket.urgency_at for pick in picks
    )
