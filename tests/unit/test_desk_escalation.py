"""Escalation told as the desk lives it: a sheet, an owner, an answer, a date; and what must hold whoever does what."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from desk.commands import (
    AcceptEscalation,
    AnyCommand,
    Assign,
    Envelope,
    Escalate,
    MoveTeam,
    ReturnEscalation,
    SetFollowUp,
    SetStatus,
    Take,
)
from desk.conversation import customer_wrote
from desk.decide import decide
from desk.decisions.escalation import MAX_SHEET_TEXT
from desk.emergencies import concerns, is_loud
from desk.ids import AgentId, CommandId, CustomerId, TeamId, TicketId
from desk.outcome import Outcome, Refusal, View
from desk.query import matches, parse_query
from desk.records import (
    Agent,
    Calendar,
    Channel,
    ClockAction,
    ClockName,
    Interval,
    MessageKind,
    Policy,
    Role,
    Severity,
    Status,
    Ticket,
)
from desk.ticket_parts import EscalationState, EscalationTier, HandOver, IdentityCheck, is_tier_late

T0 = 1_780_000_000_000
MINUTE = 60_000
HOUR = 60 * MINUTE
WALLETS, TRADING = TeamId("wallets"), TeamId("trading")
T1 = TicketId("t1")
JUN = Agent(id=AgentId("jun"), v=1, handle="jun", name="Jun", team_ids=(WALLETS, TRADING))
MEI = Agent(id=AgentId("mei"), v=1, handle="mei", name="Mei", role=Role.SENIOR, team_ids=(WALLETS, TRADING))
LI = Agent(id=AgentId("li"), v=1, handle="li", name="Li", role=Role.LEAD, team_ids=(WALLETS, TRADING))
SHEET = HandOver(
    tried="Looked the transaction up: 3 of 20 confirmations for nine hours.",
    identity=IdentityCheck.PASSED,
    identity_how="selfie and last order",
    reference="7b3f…e1",
    question="Can the withdrawal be sent again?",
    at_risk_minor=1_240_000,
)


def fresh(**fields: Any) -> Ticket:
    """A ticket on which a customer has just written."""
    base = Ticket(
        id=T1,
        v=3,
        ref="T-1",
        subject="提现未到账",
        customer_id=CustomerId("wang"),
        customer_name="王磊",
        team_id=WALLETS,
        channel=Channel.TELEGRAM,
        created_at=T0,
        updated_at=T0,
        urgency_at=T0,
        status=Status.OPEN,
        assignee_id=JUN.id,
    )
    return replace(customer_wrote(base, T0), **fields)


def do(ticket: Ticket, command: AnyCommand, by: Agent = JUN, now: int = T0 + HOUR, **more: Any) -> Outcome | Refusal:
    names: tuple[str, ...] = ("policy", "calendar", "assignee_ok", "unseen")
    view = {name: more.pop(name) for name in names if name in more}
    envelope = Envelope(id=CommandId(f"c-{ticket.v}-{by.id}"), command=command, composed_at=now, **more)
    known: dict[str, Any] = {"policy": Policy(), "ticket": ticket, **view}
    return decide(envelope, View(**known), by, now)


def after(ticket: Ticket, command: AnyCommand, by: Agent = JUN, now: int = T0 + HOUR, **more: Any) -> Ticket:
    verdict = do(ticket, command, by, now, **more)
    assert isinstance(verdict, Outcome), verdict
    changed = verdict.changes[0]
    assert isinstance(changed, Ticket)
    return changed


def refusal(verdict: Outcome | Refusal) -> Refusal:
    assert isinstance(verdict, Refusal), verdict
    return verdict


def ask(tier: EscalationTier = EscalationTier.SENIOR, **fields: Any) -> Escalate:
    return Escalate(ticket_id=T1, tier=tier, sheet=replace(SHEET, **fields))


ACCEPT = AcceptEscalation(ticket_id=T1)
GIVE_BACK = ReturnEscalation(ticket_id=T1, answer="Ask the hot wallet team to replay it.")


class TestAsking:
    def test_the_assignee_keeps_it_until_somebody_accepts(self) -> None:
        asked = after(fresh(), ask())
        assert asked.assignee_id == JUN.id
        assert asked.escalated_at == T0 + HOUR
        assert asked.escalation is not None
        assert (asked.escalation.state, asked.escalation.by_name) == (EscalationState.ASKED, "Jun")
        assert asked.escalation.due_at == T0 + HOUR + 4 * HOUR
        assert asked.status is Status.OPEN

    def test_the_sheet_is_in_the_conversation_in_its_authors_words(self) -> None:
        verdict = do(fresh(), ask())
        assert isinstance(verdict, Outcome)
        note, line = verdict.messages
        assert (note.kind, note.author_id) == (MessageKind.NOTE, JUN.id)
        assert SHEET.question in note.body
        assert SHEET.tried in note.body
        assert SHEET.reference in note.body
        assert line.body == "escalated tier=senior"

    @pytest.mark.parametrize("part", ["tried", "reference", "question"])
    @pytest.mark.parametrize("nothing", ["", "  \n ", "\x1b]0;x\x07"])
    def test_a_sheet_without_a_part_names_the_part(self, part: str, nothing: str) -> None:
        sheet: dict[str, Any] = {part: nothing}
        refused = refusal(do(fresh(), ask(**sheet)))
        assert (refused.code, refused.what) == ("empty", part)

    def test_texts_are_cleaned_and_limited(self) -> None:
        asked = after(fresh(), ask(tried="a\x1b[31mb", question=" why? "))
        assert asked.escalation is not None
        assert (asked.escalation.sheet.tried, asked.escalation.sheet.question) == ("ab", "why?")
        refused = refusal(do(fresh(), ask(question="x" * (MAX_SHEET_TEXT + 1))))
        assert (refused.code, refused.what) == ("too-long", "question")
        assert refusal(do(fresh(), ask(at_risk_minor=-1))).what == "at_risk_minor"

    def test_an_emergency_is_one_in_its_severity_too(self) -> None:
        asked = after(fresh(), ask(EscalationTier.EMERGENCY))
        assert asked.severity is Severity.EMERGENCY
        assert asked.escalation is not None
        assert asked.escalation.due_at == T0 + HOUR + 15 * MINUTE
        assert asked.urgency_at < fresh().urgency_at

    def test_to_the_seniors_leaves_the_severity(self) -> None:
        assert after(fresh(severity=Severity.EMERGENCY), ask()).severity is Severity.EMERGENCY
        assert after(fresh(severity=Severity.LOW), ask()).severity is Severity.LOW

    def test_it_only_rises(self) -> None:
        asked = after(fresh(), ask())
        assert refusal(do(asked, ask())).code == "no-change"
        risen = after(asked, ask(EscalationTier.EMERGENCY))
        assert risen.escalation is not None
        assert risen.escalation.tier is EscalationTier.EMERGENCY
        assert refusal(do(risen, ask())).code == "bad-value"

    def test_what_is_at_risk_is_remembered_and_never_becomes_less(self) -> None:
        assert after(fresh(at_risk_minor=5), ask()).at_risk_minor == SHEET.at_risk_minor
        assert after(fresh(at_risk_minor=9_000_000), ask()).at_risk_minor == 9_000_000

    def test_a_solved_ticket_is_opened_first(self) -> None:
        assert refusal(do(fresh(status=Status.SOLVED), ask())).code == "bad-value"
        assert refusal(do(fresh(status=Status.CLOSED), ask())).code == "closed"

    def test_two_at_once_conflict(self) -> None:
        ticket = fresh()
        other = replace(JUN, id=AgentId("kim"))
        asked = after(ticket, ask(), other)
        late = do(asked, ask(EscalationTier.EMERGENCY), expected_version=ticket.v)
        assert (refusal(late).code, refusal(late).what) == ("conflict", "escalation")

    def test_the_deadline_is_open_time_of_the_team_and_stays(self) -> None:
        office = Calendar(zone="UTC", week=((Interval(start_min=540, end_min=1020),),) * 7)
        evening = 1_780_246_800_000  # 2026-05-31 17:00 UTC
        policy = Policy(calendars={"office": office})
        asked = after(fresh(), ask(), now=evening, policy=policy, calendar="office")
        assert asked.escalation is not None
        assert asked.escalation.due_at == evening + 16 * HOUR + 4 * HOUR  # closed until nine, then four hours
        slower = Policy(calendars={"office": office}, tier_s={"senior": 60})
        later = after(asked, ACCEPT, MEI, now=evening + HOUR, policy=slower, calendar="office")
        assert later.escalation is not None
        assert later.escalation.due_at == asked.escalation.due_at


class TestAccepting:
    def test_who_accepts_owns_it(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        assert accepted.assignee_id == MEI.id
        assert accepted.escalation is not None
        assert (accepted.escalation.owner_id, accepted.escalation.owner_name) == (MEI.id, "Mei")
        assert accepted.escalated_at is not None
        assert MEI.id in accepted.followers  # in sight of its owner also when it moves to another team

    def test_the_second_reads_who_was_first_and_may_take_over(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        late = refusal(do(accepted, ACCEPT, LI))
        assert late.code == "conflict"
        assert "Mei" in late.why
        assert refusal(do(accepted, ACCEPT, MEI)).code == "no-change"
        taken_over = after(accepted, ACCEPT, LI, on_top=True)
        assert taken_over.escalation is not None
        assert taken_over.escalation.owner_id == taken_over.assignee_id == LI.id

    def test_an_agent_cannot_and_nothing_can_be_accepted_where_nothing_was_asked(self) -> None:
        assert refusal(do(after(fresh(), ask()), ACCEPT, JUN)).code == "not-allowed"
        assert refusal(do(fresh(), ACCEPT, MEI)).code == "bad-value"

    def test_a_role_taken_away_meanwhile_is_refused(self) -> None:
        asked = after(fresh(), ask())
        assert refusal(do(asked, ACCEPT, replace(MEI, role=Role.AGENT))).code == "not-allowed"
        assert refusal(do(asked, ACCEPT, replace(MEI, active=False))).code == "not-found"

    def test_an_owned_ticket_is_not_taken_by_agents(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        for command in (
            Take(ticket_id=T1),
            Assign(ticket_id=T1, assignee_id=JUN.id),
            MoveTeam(ticket_id=T1, team_id=TRADING),
        ):
            assert refusal(do(accepted, command, JUN)).code == "not-allowed"

    @pytest.mark.parametrize(
        "command",
        [
            Take(ticket_id=T1),
            Assign(ticket_id=T1, assignee_id=JUN.id),
            Assign(ticket_id=T1, assignee_id=None),
            MoveTeam(ticket_id=T1, team_id=TRADING),
        ],
    )
    def test_whoever_else_works_on_it_the_owner_stays(self, command: AnyCommand) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        moved = after(accepted, command, LI)
        assert moved.escalation is not None
        assert moved.escalation.owner_id == MEI.id
        assert moved.escalation.state is EscalationState.ACCEPTED

    def test_an_agent_it_was_given_to_may_give_it_back(self) -> None:
        given = after(after(after(fresh(), ask()), ACCEPT, MEI), Assign(ticket_id=T1, assignee_id=JUN.id), MEI)
        assert after(given, Assign(ticket_id=T1, assignee_id=None), JUN).assignee_id is None


class TestGivingBack:
    def test_it_returns_to_who_asked_with_the_guidance_as_a_note(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        verdict = do(accepted, GIVE_BACK, MEI)
        assert isinstance(verdict, Outcome)
        back = verdict.changes[0]
        assert isinstance(back, Ticket)
        assert (back.assignee_id, back.escalated_at) == (JUN.id, None)
        assert back.escalation is not None
        assert (back.escalation.state, back.escalation.answer) == (EscalationState.RETURNED, GIVE_BACK.answer)
        assert (verdict.messages[0].kind, verdict.messages[0].body) == (MessageKind.NOTE, GIVE_BACK.answer)
        assert verdict.messages[1].body == "escalation_returned to=jun"

    def test_solved_is_said_so(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        back = after(accepted, replace(GIVE_BACK, solved=True), MEI)
        assert back.escalation is not None
        assert back.escalation.state is EscalationState.SOLVED
        assert (back.assignee_id, back.status) == (JUN.id, Status.OPEN)

    def test_empty_guidance_is_none(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        for answer in ("", " \n"):
            refused = refusal(do(accepted, replace(GIVE_BACK, answer=answer), MEI))
            assert (refused.code, refused.what) == ("empty", "answer")

    def test_a_senior_may_answer_without_accepting_but_not_over_anothers_head(self) -> None:
        asked = after(fresh(), ask())
        assert after(asked, GIVE_BACK, MEI).escalated_at is None
        assert refusal(do(after(asked, ACCEPT, MEI), GIVE_BACK, LI)).code == "conflict"
        assert after(after(asked, ACCEPT, MEI), GIVE_BACK, LI, on_top=True).escalated_at is None

    def test_who_asked_and_left_gets_nothing_back(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        assert after(accepted, GIVE_BACK, MEI, assignee_ok=False).assignee_id is None

    def test_it_can_be_escalated_again_and_the_owner_stays_named(self) -> None:
        back = after(after(after(fresh(), ask()), ACCEPT, MEI), GIVE_BACK, MEI)
        again = after(back, ask())
        assert again.escalation is not None
        assert (again.escalation.state, again.escalation.owner_id) == (EscalationState.ASKED, MEI.id)

    def test_solving_the_ticket_ends_it_too(self) -> None:
        accepted = after(after(fresh(), ask()), ACCEPT, MEI)
        solved = after(accepted, SetStatus(ticket_id=T1, status=Status.SOLVED), MEI)
        assert solved.escalation is not None
        assert (solved.escalation.state, solved.escalated_at) == (EscalationState.SOLVED, None)
        assert solved.escalation.owner_id == MEI.id
        assert refusal(do(solved, GIVE_BACK, MEI)).code == "bad-value"

    def test_the_clock_of_the_tier_runs_from_the_question_to_the_answer(self) -> None:
        asked = do(fresh(), ask())
        assert isinstance(asked, Outcome)
        assert [(e.clock, e.action) for e in asked.clock_events] == [(ClockName.TIER, ClockAction.START)]
        ticket = asked.changes[0]
        assert isinstance(ticket, Ticket)
        answered = do(ticket, GIVE_BACK, MEI, now=T0 + 2 * HOUR)
        assert isinstance(answered, Outcome)
        assert [(e.clock, e.action, e.at) for e in answered.clock_events] == [
            (ClockName.TIER, ClockAction.STOP, T0 + 2 * HOUR)
        ]

    def test_late_is_said_only_while_the_answer_is_owed(self) -> None:
        asked = after(fresh(), ask())
        back = after(asked, GIVE_BACK, MEI)
        assert asked.escalation is not None
        assert back.escalation is not None
        assert not is_tier_late(asked.escalation, T0 + 4 * HOUR)
        assert is_tier_late(asked.escalation, T0 + 5 * HOUR)
        assert not is_tier_late(back.escalation, T0 + 5 * HOUR)


class TestFollowUps:
    def test_a_date_survives_everything_and_surfaces_when_it_is_due(self) -> None:
        due = parse_query("is:followup")
        wanted = after(fresh(), SetFollowUp(ticket_id=T1, at=T0 + 24 * HOUR, what="Was it\nrefunded?"))
        assert wanted.follow_up is not None
        assert wanted.follow_up.what == "Was it refunded?"
        closed = after(wanted, SetStatus(ticket_id=T1, status=Status.SOLVED))
        closed = after(closed, SetStatus(ticket_id=T1, status=Status.CLOSED))
        assert closed.follow_up == wanted.follow_up
        assert not matches(due, closed, JUN, T0 + 2 * HOUR)
        assert matches(due, closed, JUN, T0 + 24 * HOUR)
        seen_to = after(closed, SetFollowUp(ticket_id=T1, at=None), now=T0 + 25 * HOUR)
        assert seen_to.follow_up is None
        assert not matches(due, seen_to, JUN, T0 + 25 * HOUR)

    @pytest.mark.parametrize("at", [0, T0, T0 + HOUR, T0 + 10 * 366 * 24 * HOUR])
    def test_it_lies_ahead_and_not_in_another_age(self, at: int) -> None:
        assert refusal(do(fresh(), SetFollowUp(ticket_id=T1, at=at))).code == "bad-value"

    def test_nothing_to_clear_and_nothing_new_is_said(self) -> None:
        once = SetFollowUp(ticket_id=T1, at=T0 + 24 * HOUR, what="look")
        assert refusal(do(fresh(), SetFollowUp(ticket_id=T1, at=None))).code == "no-change"
        assert refusal(do(after(fresh(), once), once)).code == "no-change"


class TestEmergencies:
    def test_it_is_loud_until_somebody_takes_it(self) -> None:
        asked = after(fresh(), ask(EscalationTier.EMERGENCY))
        assert is_loud(asked)
        assert not is_loud(after(asked, ACCEPT, MEI))
        assert not is_loud(after(asked, SetStatus(ticket_id=T1, status=Status.SOLVED)))
        assert not is_loud(fresh())

    def test_one_that_nobody_escalated_is_loud_while_nobody_has_it(self) -> None:
        assert is_loud(fresh(severity=Severity.EMERGENCY, assignee_id=None))
        assert not is_loud(fresh(severity=Severity.EMERGENCY))

    def test_it_rings_for_those_at_work_in_its_team_but_not_for_who_rang(self) -> None:
        asked = after(fresh(), ask(EscalationTier.EMERGENCY))
        assert concerns(asked, MEI)
        assert not concerns(asked, JUN)
        assert concerns(asked, replace(JUN, id=AgentId("kim")))
        assert not concerns(asked, replace(MEI, away=True))
        assert not concerns(asked, replace(MEI, team_ids=(TRADING,)))


_STEPS = st.lists(
    st.sampled_from(
        [
            (ask(), JUN),
            (ask(EscalationTier.EMERGENCY), JUN),
            (ACCEPT, MEI),
            (ACCEPT, LI),
            (GIVE_BACK, MEI),
            (replace(GIVE_BACK, solved=True), LI),
            (SetFollowUp(ticket_id=T1, at=T0 + 1000 * HOUR), JUN),
            (SetFollowUp(ticket_id=T1, at=None), JUN),
        ]
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(_STEPS, st.integers(1, 90))
def test_the_customers_clocks_run_on_untouched(steps: list[tuple[AnyCommand, Agent]], minutes: int) -> None:
    """Whatever happens between the tiers, what the customer is owed began when they wrote and runs."""
    ticket = fresh()
    theirs = set(ticket.clock_events)
    for number, (command, by) in enumerate(steps, 1):
        verdict = do(ticket, command, by, T0 + number * minutes * MINUTE, on_top=number % 3 == 0)
        if isinstance(verdict, Refusal):
            continue
        changed = verdict.changes[0]
        assert isinstance(changed, Ticket)
        ticket = changed
        assert {event for event in ticket.clock_events if event.clock is not ClockName.TIER} == theirs
        assert (ticket.waiting_since, ticket.unanswered, ticket.status) == (T0, 1, Status.OPEN)
        assert ticket.due_clock in (ClockName.FIRST_REPLY, ClockName.NEXT_REPLY)


@settings(max_examples=150, deadline=None)
@given(_STEPS)
def test_state_owner_and_tier_clock_agree(steps: list[tuple[AnyCommand, Agent]]) -> None:
    ticket = fresh()
    owner = None
    for number, (command, by) in enumerate(steps, 1):
        verdict = do(ticket, command, by, T0 + number * MINUTE, on_top=number % 2 == 0)
        if isinstance(verdict, Refusal):
            assert verdict.why.endswith(".")
            continue
        changed = verdict.changes[0]
        assert isinstance(changed, Ticket)
        ticket = changed
        escalation = ticket.escalation
        runs = any(event.clock is ClockName.TIER for event in ticket.clock_events)
        is_open = escalation is not None and escalation.state in (EscalationState.ASKED, EscalationState.ACCEPTED)
        assert (ticket.escalated_at is not None) == is_open == runs
        if escalation is not None and escalation.state is EscalationState.ACCEPTED:
            assert escalation.owner_id == ticket.assignee_id
            owner = escalation.owner_id
        if escalation is not None:
            assert escalation.owner_id == owner
