"""The order of the queue, and the reasons for it."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.conversation import agent_replied, customer_wrote, finish, with_status
from desk.ids import CustomerId, TeamId, TicketId
from desk.records import (
    Channel,
    ClockAction,
    ClockEvent,
    ClockName,
    Policy,
    Reason,
    Severity,
    Status,
    Targets,
    Ticket,
    Tier,
)
from desk.urgency import EMERGENCY_HEAD_START_S, FAR_FUTURE_AT, rederive, urgency

T0 = 1_780_000_000_000
HOUR = 3_600_000
POLICY = Policy(targets={"normal": Targets(first_reply_s=7200, next_reply_s=7200, resolve_s=72 * 3600)})
RUNNING = (ClockEvent(clock=ClockName.FIRST_REPLY, action=ClockAction.START, at=T0),)


def ticket(**fields: Any) -> Ticket:
    base = Ticket(
        id=TicketId("t1"),
        v=1,
        ref="T-1",
        subject="",
        customer_id=CustomerId("c"),
        customer_name="",
        team_id=TeamId("w"),
        channel=Channel.CHAT,
        created_at=T0,
        updated_at=T0,
        urgency_at=0,
        clock_events=RUNNING,
    )
    return replace(base, **fields)


def test_the_nearest_deadline_is_the_start() -> None:
    found = urgency(ticket(), POLICY)
    assert (found.at, found.due_at, found.due_clock, found.reasons) == (
        T0 + 2 * HOUR,
        T0 + 2 * HOUR,
        ClockName.FIRST_REPLY,
        (),
    )


def test_reasons_add_up_and_say_why() -> None:
    pressing = ticket(tier=Tier.VIP, severity=Severity.HIGH, at_risk_minor=1_240_000, reopened=2, unanswered=9)
    found = urgency(pressing, POLICY)
    assert found.reasons == (
        Reason(code="severity", shift_s=-1800, detail="high"),
        Reason(code="vip", shift_s=-1800, detail="vip"),
        Reason(code="at_risk", shift_s=-3600, detail="1240000"),
        Reason(code="reopened", shift_s=-900, detail="2"),
        Reason(code="burst", shift_s=-900, detail="9"),
    )
    assert found.due_at is not None
    assert found.at == found.due_at + 1000 * sum(reason.shift_s for reason in found.reasons)


def test_a_low_severity_and_waiting_come_later() -> None:
    assert urgency(ticket(severity=Severity.LOW), POLICY).at == T0 + 3 * HOUR
    waiting = ticket(status=Status.WAITING, clock_events=(), last_agent_at=T0 + HOUR)
    assert urgency(waiting, POLICY).at == T0 + 25 * HOUR
    assert urgency(waiting, POLICY).due_at is None


@given(st.sampled_from(Tier), st.integers(0, 10**10), st.integers(0, 5), st.integers(0, 10 * 365 * 24))
def test_an_emergency_is_before_everything_that_is_none(
    tier: Tier, at_risk: int, reopened: int, hours_later: int
) -> None:
    other = ticket(severity=Severity.URGENT, tier=tier, at_risk_minor=at_risk, reopened=reopened)
    later = T0 + min(hours_later, 9 * 365 * 24) * HOUR
    event = ClockEvent(clock=ClockName.FIRST_REPLY, action=ClockAction.START, at=later)
    emergency = ticket(severity=Severity.EMERGENCY, clock_events=(event,), created_at=later)
    assert urgency(emergency, POLICY).at < urgency(other, POLICY).at
    assert urgency(emergency, POLICY).reasons[0] == Reason(code="emergency", shift_s=-EMERGENCY_HEAD_START_S)


def test_settled_tickets_come_last_the_newest_first() -> None:
    older, newer = (ticket(status=Status.SOLVED, updated_at=T0 + hours * HOUR) for hours in (1, 2))
    assert urgency(ticket(status=Status.WAITING), POLICY).at < urgency(newer, POLICY).at < urgency(older, POLICY).at
    assert urgency(older, POLICY).at < FAR_FUTURE_AT


def test_the_ticket_carries_what_was_derived() -> None:
    stored = rederive(ticket(tier=Tier.PLUS), POLICY)
    found = urgency(stored, POLICY)
    assert (stored.urgency_at, stored.due_at, stored.due_clock, stored.reasons) == (
        found.at,
        found.due_at,
        found.due_clock,
        found.reasons,
    )
    assert rederive(stored, POLICY) == stored


def test_writing_again_never_costs_a_place() -> None:
    first = customer_wrote(ticket(clock_events=()), T0)
    again = customer_wrote(first, T0 + HOUR)
    assert again.waiting_since == T0
    assert urgency(again, POLICY).due_at == urgency(first, POLICY).due_at
    assert urgency(again, POLICY).at < urgency(first, POLICY).at


def test_the_next_reply_counts_from_the_first_unanswered_message() -> None:
    answered = agent_replied(customer_wrote(ticket(clock_events=()), T0), T0 + HOUR, Status.WAITING)
    burst = customer_wrote(customer_wrote(answered, T0 + 3 * HOUR), T0 + 4 * HOUR)
    found = urgency(burst, POLICY)
    assert (found.due_clock, found.due_at) == (ClockName.NEXT_REPLY, T0 + 5 * HOUR)
    assert burst.status is Status.OPEN


STEPS = st.lists(
    st.tuples(st.sampled_from(["customer", "agent", *Status]), st.integers(-HOUR, 5 * HOUR)), min_size=1, max_size=30
)


@given(STEPS)
def test_clock_events_are_in_order_whatever_happens(steps: list[tuple[str, int]]) -> None:
    current, now = ticket(clock_events=()), T0
    for step, later in steps:
        now += later
        if step == "customer":
            after = customer_wrote(current, now)
        elif step == "agent":
            after = agent_replied(current, now, Status.WAITING)
        else:
            after = with_status(current, Status(step), now)
        assert after.clock_events[: len(current.clock_events)] == current.clock_events
        stored, new_events = finish(current, after, POLICY, "always", now)
        instants = [event.at for event in (*current.clock_events, *new_events)]
        assert instants == sorted(instants)
        assert stored.v == current.v + 1
        assert stored.updated_at >= current.updated_at
        assert (stored.waiting_since is None) == (stored.unanswered == 0)
        if stored.status in (Status.SOLVED, Status.CLOSED):
            assert stored.clock_events == ()
        current = stored
