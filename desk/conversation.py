"""What happens to a ticket when somebody writes or its status moves: counters, clocks, snooze, reopening.

The steps here change facts only and leave ``v``, ``moved`` and everything derived alone; :func:`finish` ends a change.
:mod:`desk.decide` and :mod:`desk.intake` are built of them, so a message counts the same wherever it came in.
"""

from operator import attrgetter

from msgspec.structs import replace

from desk.clocks import compact, is_running, is_started
from desk.ids import Instant, TeamId
from desk.records import ClockAction, ClockEvent, ClockName, Policy, Status, Ticket
from desk.ticket_parts import OPEN_ESCALATION, EscalationState
from desk.urgency import SETTLED, rederive

RESTING = frozenset({Status.WAITING, Status.ON_HOLD})
"""Statuses in which somebody else is to move; the resolve clock is paused."""

GROUPS: dict[str, tuple[str, ...]] = {
    "status": ("status",),
    "assignee": ("assignee_id",),
    "team": ("team_id",),
    "severity": ("severity",),
    "snooze": ("snoozed_until", "snoozed_until_answer"),
    "escalation": ("escalation",),
    "follow_up": ("follow_up",),
    "review": ("review",),
    "procedure": ("run",),
    "incident": ("incident_id",),
    "merge": ("merge",),
    "duplicate": ("duplicate",),
}
"""Field groups that are guarded each on its own, and their fields."""

_GROUP_OF_GUARDED = tuple(group for group, names in GROUPS.items() for _name in names)
_guarded = attrgetter(*(name for names in GROUPS.values() for name in names))
"""All guarded fields at once, and the group of each."""


def customer_wrote(ticket: Ticket, at: Instant) -> Ticket:
    """The next message is the customer's: it wakes a snoozed ticket, opens a resting one and reopens a solved one."""
    n = ticket.last_n + 1
    wrote = replace(
        awake(ticket),
        last_n=n,
        last_customer_n=n,
        last_customer_at=at,
        unanswered=ticket.unanswered + 1,
        waiting_since=at if ticket.waiting_since is None else ticket.waiting_since,
    )
    if ticket.status is not Status.NEW:
        wrote = reopened(wrote, at) if ticket.status in SETTLED else with_status(wrote, Status.OPEN, at)
    answer_clock = ClockName.NEXT_REPLY if ticket.last_agent_n else ClockName.FIRST_REPLY
    return _started(_started(wrote, answer_clock, at), ClockName.RESOLVE, at)


def agent_replied(ticket: Ticket, at: Instant, then: Status) -> Ticket:
    """The next message is an agent's answer, and the ticket's status after it is ``then``."""
    n = ticket.last_n + 1
    replied = replace(ticket, last_n=n, last_agent_n=n, last_agent_at=at, unanswered=0, waiting_since=None)
    for clock in (ClockName.FIRST_REPLY, ClockName.NEXT_REPLY):
        replied = _stopped(replied, clock, at)
    return with_status(replied, then, at)


def customer_waits(ticket: Ticket, since: Instant, messages: int, at: Instant) -> Ticket:
    """So many more unanswered messages of the customer, the first of them written at ``since``, came in from elsewhere:
    the ticket opens, and its answer is due from that instant if it was not due from an earlier one."""
    waits = replace(
        awake(ticket),
        unanswered=ticket.unanswered + messages,
        waiting_since=since if ticket.waiting_since is None else min(since, ticket.waiting_since),
        last_customer_at=max(since, ticket.last_customer_at or since),
    )
    if ticket.status is not Status.NEW:
        waits = reopened(waits, at) if ticket.status in SETTLED else with_status(waits, Status.OPEN, at)
    if ticket.waiting_since is not None and ticket.waiting_since <= since:
        return waits
    clock = ClockName.NEXT_REPLY if ticket.last_agent_n else ClockName.FIRST_REPLY
    start = ClockEvent(clock=clock, action=ClockAction.START, at=since)
    return replace(waits, clock_events=(*waits.clock_events, start))


def with_lines(ticket: Ticket, count: int) -> Ticket:
    """So many further messages that are nobody's turn: notes, events, a bot's."""
    return replace(ticket, last_n=ticket.last_n + count)


def reopened(ticket: Ticket, at: Instant) -> Ticket:
    """A settled ticket opened again, which is counted."""
    return replace(with_status(ticket, Status.OPEN, at), reopened=ticket.reopened + 1)


def awake(ticket: Ticket) -> Ticket:
    """The ticket without its snooze."""
    return replace(ticket, snoozed_until=None, snoozed_until_answer=False)


def moved_to_team(ticket: Ticket, team_id: TeamId) -> Ticket:
    """The ticket with another team, which finds it awake and without an assignee."""
    return replace(awake(ticket), team_id=team_id, assignee_id=None)


def with_status(ticket: Ticket, status: Status, at: Instant) -> Ticket:
    """The ticket in another status, and its clocks with it: settled stops them all, resting pauses ``resolve``."""
    moved = replace(ticket, status=status)
    if status in SETTLED:
        solved_at = ticket.solved_at if ticket.status in SETTLED else at
        moved = replace(awake(moved), unanswered=0, waiting_since=None, solved_at=solved_at)
        for clock in ClockName:
            moved = _stopped(moved, clock, at)
        return _escalation_over(moved, at)
    moved = _started(moved, ClockName.RESOLVE, at)
    runs = is_running(moved.clock_events, ClockName.RESOLVE)
    if runs and status in RESTING:
        return _noted(moved, ClockName.RESOLVE, ClockAction.PAUSE, at)
    if not runs and status not in RESTING:
        return _noted(moved, ClockName.RESOLVE, ClockAction.RESUME, at)
    return moved


def tier_started(ticket: Ticket, at: Instant) -> Ticket:
    """The clock of a tier runs from here, also when it ran for another."""
    return _noted(tier_stopped(ticket, at), ClockName.TIER, ClockAction.START, at)


def tier_stopped(ticket: Ticket, at: Instant) -> Ticket:
    """The tier has answered."""
    return _stopped(ticket, ClockName.TIER, at)


def _escalation_over(ticket: Ticket, at: Instant) -> Ticket:
    """A settled ticket waits for no tier; who owned it stays named, for the day it is opened again."""
    escalation = ticket.escalation
    if escalation is None or escalation.state not in OPEN_ESCALATION:
        return ticket
    over = replace(escalation, state=EscalationState.SOLVED, settled_at=at)
    return replace(ticket, escalation=over, escalated_at=None)


def finish(
    before: Ticket, after: Ticket, policy: Policy, calendar_name: str, now: Instant, by: str = ""
) -> tuple[Ticket, tuple[ClockEvent, ...]]:
    """The changed ticket as it is stored, and the clock events that are new: one version on, ``moved`` where a field
    group changed (``by`` is the agent who did, or empty), deadlines and urgency derived."""
    version = before.v + 1
    moved = dict.fromkeys(changed_groups(before, after), version)
    new_events = after.clock_events[len(before.clock_events) :]
    stored = replace(
        after,
        v=version,
        updated_at=max(now, before.updated_at),
        moved={**before.moved, **moved},
        moved_by={**before.moved_by, **dict.fromkeys(moved, by)},
        clock_events=compact(after.clock_events, policy.calendars.get(calendar_name)),
    )
    return rederive(stored, policy, calendar_name), new_events


def changed_groups(before: Ticket, after: Ticket) -> tuple[str, ...]:
    """The field groups in which two states of a ticket differ."""
    pairs = zip(_GROUP_OF_GUARDED, _guarded(before), _guarded(after), strict=True)
    return tuple(dict.fromkeys(group for group, old, new in pairs if old is not new and old != new))


def _started(ticket: Ticket, clock: ClockName, at: Instant) -> Ticket:
    return ticket if is_started(ticket.clock_events, clock) else _noted(ticket, clock, ClockAction.START, at)


def _stopped(ticket: Ticket, clock: ClockName, at: Instant) -> Ticket:
    return _noted(ticket, clock, ClockAction.STOP, at) if is_started(ticket.clock_events, clock) else ticket


def _noted(ticket: Ticket, clock: ClockName, action: ClockAction, at: Instant) -> Ticket:
    """One more clock event, never before the one that precedes it."""
    at = max(at, ticket.clock_events[-1].at) if ticket.clock_events else at
    return replace(ticket, clock_events=(*ticket.clock_events, ClockEvent(clock=clock, action=action, at=at)))
