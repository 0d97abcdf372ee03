"""Why one ticket comes before another: one instant per ticket, by which the queue is sorted.

The instant is the nearest service deadline, moved earlier or later by reasons. It depends on what happened and on the
policy, never on the present: a stored instant stays right as time passes, and both sides compute the same.
"""

from msgspec.structs import replace

from desk.clocks import deadlines
from desk.ids import MS_PER_S, Instant
from desk.records import ClockName, Frozen, Policy, Reason, Severity, Status, Ticket

EMERGENCY_HEAD_START_S = 10 * 365 * 86_400
"""So far ahead is an emergency, that one column sorts both."""

FAR_FUTURE_AT: Instant = 1_000_000_000_000_000
"""Where settled tickets are: behind all others, the one settled last first."""

SETTLED = frozenset({Status.SOLVED, Status.CLOSED})
MAX_BURST = 3


class Urgency(Frozen, frozen=True, kw_only=True):
    """When a ticket's turn is, and why then. ``at`` is ``due_at`` plus the shifts of ``reasons``; a ticket that waits
    for somebody else has no due instant and starts from the last answer."""

    at: Instant
    reasons: tuple[Reason, ...]
    due_at: Instant | None
    due_clock: ClockName | None


def urgency(ticket: Ticket, policy: Policy, calendar_name: str = "always") -> Urgency:
    """A ticket's place in the queue under a policy and its team's calendar."""
    if ticket.status in SETTLED:
        return Urgency(at=FAR_FUTURE_AT - ticket.updated_at, reasons=(), due_at=None, due_clock=None)
    due = deadlines(ticket.clock_events, ticket.severity, policy, calendar_name)
    due_clock = min(due, key=lambda clock: due[clock]) if due else None
    due_at = due[due_clock] if due_clock else None
    reasons = _reasons(ticket, policy)
    start = due_at if due_at is not None else (ticket.last_agent_at or ticket.created_at)
    at = start + MS_PER_S * sum(reason.shift_s for reason in reasons)
    return Urgency(at=at, reasons=reasons, due_at=due_at, due_clock=due_clock)


def rederive(ticket: Ticket, policy: Policy, calendar_name: str = "always") -> Ticket:
    """The ticket with what is derived from its facts: ``due_at``, ``due_clock``, ``urgency_at``, ``reasons``."""
    now_due = urgency(ticket, policy, calendar_name)
    return replace(
        ticket,
        due_at=now_due.due_at,
        due_clock=now_due.due_clock,
        urgency_at=now_due.at,
        reasons=now_due.reasons,
    )


def _reasons(ticket: Ticket, policy: Policy) -> tuple[Reason, ...]:
    weights = policy.urgency
    at_risk_s = 0
    for minor, seconds in weights.at_risk_s:
        if ticket.at_risk_minor >= minor:
            at_risk_s = seconds
    burst = min(max(ticket.unanswered - 1, 0), MAX_BURST)
    rests = ticket.status in (Status.WAITING, Status.ON_HOLD)
    found = (
        ("emergency", -EMERGENCY_HEAD_START_S if ticket.severity is Severity.EMERGENCY else 0, ""),
        ("severity", -weights.severity_s.get(ticket.severity, 0), ticket.severity.value),
        ("vip", -weights.tier_s.get(ticket.tier, 0), ticket.tier.value),
        ("at_risk", -at_risk_s, str(ticket.at_risk_minor)),
        ("reopened", -weights.reopened_s if ticket.reopened else 0, str(ticket.reopened)),
        ("burst", -weights.burst_s * burst, str(ticket.unanswered)),
        ("waiting", weights.waiting_s if rests else 0, ticket.status.value),
    )
    return tuple(Reason(code=code, shift_s=shift_s, detail=detail) for code, shift_s, detail in found if shift_s)
