"""The three service clocks of a ticket, derived from what happened to them; and the clock of a tier.

What is stored are facts (started, paused, resumed, stopped); a deadline is computed from them, the severity's targets
and the team's calendar, and never stored as truth: a change of policy moves every deadline with it.

- ``first_reply`` runs from the customer's first message to the first reply of an agent.
- ``next_reply`` runs from the first message of an unanswered burst to the answer; writing again changes nothing.
- ``resolve`` runs while the ticket is new or open and is paused while it waits for the customer or for somebody else.

``tier`` is ours, not the customer's: it runs from an escalation to its answer beside the three, and its deadline is set
once, when it starts.
"""

from collections.abc import Iterable, Sequence

from desk.calendars import add_open_time, open_between, take_open_time
from desk.ids import MS_PER_S, Instant
from desk.records import Calendar, ClockAction, ClockEvent, ClockName, Policy, Severity, Targets
from desk.ticket_parts import EscalationTier

__all__ = [
    "DEFAULT_TARGETS",
    "add_open_time",
    "compact",
    "deadlines",
    "is_running",
    "is_started",
    "targets_of",
    "tier_due_at",
]

_MINUTE_S, _HOUR_S = 60, 3600

DEFAULT_TARGETS: dict[Severity, Targets] = {
    Severity.LOW: Targets(first_reply_s=8 * _HOUR_S, next_reply_s=12 * _HOUR_S, resolve_s=120 * _HOUR_S),
    Severity.NORMAL: Targets(first_reply_s=2 * _HOUR_S, next_reply_s=4 * _HOUR_S, resolve_s=48 * _HOUR_S),
    Severity.HIGH: Targets(first_reply_s=1 * _HOUR_S, next_reply_s=2 * _HOUR_S, resolve_s=24 * _HOUR_S),
    Severity.URGENT: Targets(first_reply_s=30 * _MINUTE_S, next_reply_s=1 * _HOUR_S, resolve_s=8 * _HOUR_S),
    Severity.EMERGENCY: Targets(first_reply_s=10 * _MINUTE_S, next_reply_s=20 * _MINUTE_S, resolve_s=4 * _HOUR_S),
}
"""What holds where the policy says nothing."""

DEFAULT_TIER_S: dict[EscalationTier, int] = {
    EscalationTier.SENIOR: 4 * _HOUR_S,
    EscalationTier.EMERGENCY: 15 * _MINUTE_S,
}
"""How long a tier may take where the policy does not say."""

MAX_KEPT_EVENTS = 24
"""Per clock; a longer history is folded into an equivalent start."""


def targets_of(severity: Severity, policy: Policy) -> Targets:
    """The service targets of a severity under a policy."""
    return policy.targets.get(severity) or policy.targets.get(Severity.NORMAL) or DEFAULT_TARGETS[severity]


def tier_due_at(tier: EscalationTier, policy: Policy, calendar_name: str, start: Instant) -> Instant:
    """When a tier that was asked at ``start`` owes its answer. A policy changed later does not move it."""
    seconds = policy.tier_s.get(tier, DEFAULT_TIER_S[tier])
    return add_open_time(policy.calendars.get(calendar_name), start, seconds)


def is_started(events: Iterable[ClockEvent], clock: ClockName) -> bool:
    """Whether a clock was started and not stopped; it may be paused."""
    return _last_action(events, clock) not in (None, ClockAction.STOP)


def is_running(events: Iterable[ClockEvent], clock: ClockName) -> bool:
    """Whether a clock runs."""
    return _last_action(events, clock) in (ClockAction.START, ClockAction.RESUME)


def deadlines(
    events: Sequence[ClockEvent], severity: Severity, policy: Policy, calendar_name: str
) -> dict[ClockName, Instant]:
    """When each clock that runs is due; one that is paused or stopped has no deadline."""
    targets = targets_of(severity, policy)
    calendar = policy.calendars.get(calendar_name)
    allowed_s = {
        ClockName.FIRST_REPLY: targets.first_reply_s,
        ClockName.NEXT_REPLY: targets.next_reply_s,
        ClockName.RESOLVE: targets.resolve_s,
    }
    due = {clock: _due(_since_start(events, clock), seconds, calendar) for clock, seconds in allowed_s.items()}
    return {clock: at for clock, at in due.items() if at is not None}


def compact(events: Sequence[ClockEvent], calendar: Calendar | None = None) -> tuple[ClockEvent, ...]:
    """The events that still matter for deadlines, in order: stopped clocks go, and with them what was before a restart.

    A clock that was paused and resumed very often keeps one start, put so that as much open time of ``calendar`` lies
    behind it: its deadline stays.
    """
    kept: list[ClockEvent] = []
    for clock in ClockName:
        mine = _since_start(events, clock)
        if mine and mine[-1].action is not ClockAction.STOP:
            kept += mine if len(mine) <= MAX_KEPT_EVENTS else _folded(mine, calendar)
    return tuple(sorted(kept, key=lambda event: event.at))


def _last_action(events: Iterable[ClockEvent], clock: ClockName) -> ClockAction | None:
    last = None
    for event in events:
        if event.clock is clock:
            last = event.action
    return last


def _since_start(events: Iterable[ClockEvent], clock: ClockName) -> list[ClockEvent]:
    """What happened to a clock since it was last started, the start included."""
    mine: list[ClockEvent] = []
    for event in events:
        if event.clock is clock:
            if event.action is ClockAction.START:
                mine = [event]
            elif mine:
                mine.append(event)
    return mine


def _due(events: Sequence[ClockEvent], seconds: int, calendar: Calendar | None) -> Instant | None:
    """When the target is used up, or None while the clock is paused or stopped."""
    left_ms = max(seconds, 0) * MS_PER_S
    runs_from: Instant | None = None
    late_at: Instant | None = None
    for event in events:
        if event.action is ClockAction.PAUSE and runs_from is not None:
            used_ms = open_between(calendar, runs_from, event.at)
            if late_at is None and used_ms >= left_ms:
                late_at = _after(calendar, runs_from, left_ms)
            left_ms -= used_ms
            runs_from = None
        elif event.action in (ClockAction.START, ClockAction.RESUME) and runs_from is None:
            runs_from = event.at
    if runs_from is None or events[-1].action is ClockAction.STOP:
        return None
    return late_at if late_at is not None else _after(calendar, runs_from, left_ms)


def _after(calendar: Calendar | None, start: Instant, open_ms: int) -> Instant:
    """Open time is stepped in whole seconds; what is left of one is added as it is."""
    seconds, rest_ms = divmod(open_ms, MS_PER_S)
    return add_open_time(calendar, start, seconds) + rest_ms


def _folded(events: Sequence[ClockEvent], calendar: Calendar | None) -> list[ClockEvent]:
    """A long history as one start (and one pause, if it is paused) with the same open time behind it."""
    used_ms = 0
    runs_from: Instant | None = None
    for event in events:
        if event.action is ClockAction.PAUSE and runs_from is not None:
            used_ms += open_between(calendar, runs_from, event.at)
            runs_from = None
        elif event.action is not ClockAction.PAUSE and runs_from is None:
            runs_from = event.at
    clock, last_at = events[0].clock, events[-1].at
    start_at = take_open_time(calendar, last_at if runs_from is None else runs_from, used_ms // MS_PER_S)
    start = ClockEvent(clock=clock, action=ClockAction.START, at=start_at)
    if runs_from is not None:
        return [start]
    return [start, ClockEvent(clock=clock, action=ClockAction.PAUSE, at=last_at)]
