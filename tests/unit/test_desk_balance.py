"""Who should have which ticket: what holds for every plan, and that no better one exists."""

import itertools
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desk import fit
from desk.balance import Plan, candidates, loads_after, propose, route
from desk.ids import MS_PER_S, AgentId, CustomerId, TeamId, TicketId
from desk.records import Agent, Calendar, Channel, Policy, Role, Severity, Ticket
from desk.ticket_parts import Escalation, EscalationState, EscalationTier, HandOver, IdentityCheck

NOW = 1_700_000_000_000
POLICY = Policy(calendars={"closed": Calendar(zone="UTC", week=((),) * 7)})
HOME = TeamId("t1")


def agent(
    name: str,
    *,
    languages: tuple[str, ...] = ("en",),
    skills: tuple[str, ...] = (),
    capacity: int = 5,
    away: bool = False,
    active: bool = True,
    shift: str = "always",
    role: Role = Role.AGENT,
    team: TeamId = HOME,
) -> Agent:
    return Agent(
        id=AgentId(name),
        v=1,
        handle=name,
        name=name.title(),
        team_ids=(team,),
        languages=languages,
        skills=skills,
        capacity=capacity,
        away=away,
        active=active,
        shift=shift,
        role=role,
    )


def ticket(
    number: int,
    *,
    lang: str = "en",
    tags: tuple[str, ...] = (),
    holder: str = "",
    due_s: int | None = None,
    started: bool = False,
    team: TeamId = HOME,
    escalation: Escalation | None = None,
    severity: Severity = Severity.NORMAL,
) -> Ticket:
    return Ticket(
        id=TicketId(f"k{number}"),
        v=1,
        ref=f"T-{number}",
        subject="Where is it",
        customer_id=CustomerId(f"c{number}"),
        customer_name="Wang Lei",
        team_id=team,
        channel=Channel.EMAIL,
        created_at=NOW,
        updated_at=NOW,
        urgency_at=NOW + number,
        lang=lang,
        tags=tags,
        assignee_id=AgentId(holder) if holder else None,
        due_at=None if due_s is None else NOW + due_s * MS_PER_S,
        last_agent_n=2 if started else 0,
        escalation=escalation,
        severity=severity,
    )


def escalation(state: EscalationState) -> Escalation:
    sheet = HandOver(tried="all", identity=IdentityCheck.PASSED, reference="none", question="what now?")
    return Escalation(tier=EscalationTier.SENIOR, state=state, sheet=sheet, by=AgentId("mei"), at=NOW)


def plan_of(
    tickets: Sequence[Ticket],
    agents: Sequence[Agent],
    loads: Mapping[str, int] | None = None,
    knows: fit.Knows | None = None,
) -> Plan:
    held = Counter(one.assignee_id for one in tickets if one.assignee_id)
    return propose(
        tickets, agents, {**held, **{AgentId(a): n for a, n in (loads or {}).items()}}, POLICY, NOW, knows or {}
    )


def goes_to(plan: Plan) -> dict[str, str]:
    return {move.ticket_id: move.to_id for move in plan.moves}


def codes(plan: Plan) -> list[str]:
    return [ground.code for move in plan.moves for ground in move.why]


# Examples


def test_each_ticket_goes_to_who_speaks_its_language() -> None:
    people = [agent("mei", languages=("zh",)), agent("bo", languages=("en",))]
    plan = plan_of([ticket(1, lang="zh-CN"), ticket(2, lang="en")], people)
    assert goes_to(plan) == {"k1": "mei", "k2": "bo"}
    assert codes(plan).count("language") == 2


def test_a_skill_decides_between_two_who_speak_it() -> None:
    people = [agent("ann"), agent("bo", skills=("withdrawals",))]
    plan = plan_of([ticket(1, tags=("withdrawal",))], people)
    assert goes_to(plan) == {"k1": "bo"}
    assert ("skill", "withdrawals") in [(g.code, g.detail) for g in plan.moves[0].why]


def test_who_knows_the_customer_gets_the_ticket() -> None:
    knows = {CustomerId("c1"): {AgentId("bo"): 3}}
    plan = plan_of([ticket(1)], [agent("ann"), agent("bo")], knows=knows)
    assert goes_to(plan) == {"k1": "bo"}
    assert ("known", "3") in [(g.code, g.detail) for g in plan.moves[0].why]


def test_tickets_spread_over_equals() -> None:
    plan = plan_of([ticket(n) for n in range(6)], [agent("ann"), agent("bo"), agent("cy")])
    assert Counter(goes_to(plan).values()) == {"ann": 2, "bo": 2, "cy": 2}


def test_what_is_urgent_goes_to_who_is_free() -> None:
    people = [agent("ann", skills=("tron",), capacity=10), agent("bo", capacity=10)]
    calm = plan_of([ticket(1, tags=("tron",))], people, {"ann": 2})
    late = plan_of([ticket(1, tags=("tron",), due_s=-60)], people, {"ann": 2})
    assert (goes_to(calm), goes_to(late)) == ({"k1": "ann"}, {"k1": "bo"})


def test_who_holds_too_many_is_relieved_down_to_their_capacity() -> None:
    people = [agent("ann", capacity=3), agent("bo", capacity=9)]
    plan = plan_of([ticket(n, holder="ann", started=True) for n in range(5)], people)
    assert len(plan.moves) == 2
    assert plan.kept == 3
    assert plan.moves[0].why[0] == fit.Ground(code="over", detail="5/3 3/3")
    assert plan.moves[0].why[-1] == fit.Ground(code="room", detail="0/9 2/9")


def test_a_conversation_that_began_stays_before_one_that_did_not() -> None:
    people = [agent("ann", capacity=1), agent("bo", capacity=9)]
    plan = plan_of([ticket(1, holder="ann"), ticket(2, holder="ann", started=True)], people)
    assert goes_to(plan) == {"k1": "bo"}


@pytest.mark.parametrize(
    ("gone", "code"),
    [
        (agent("ann", away=True), "away"),
        (agent("ann", active=False), "gone"),
        (agent("ann", shift="closed"), "off_shift"),
    ],
)
def test_the_tickets_of_who_is_not_here_go_to_who_is(gone: Agent, code: str) -> None:
    plan = plan_of([ticket(1, holder="ann")], [gone, agent("bo")])
    assert goes_to(plan) == {"k1": "bo"}
    assert plan.moves[0].why[0].code == code


@pytest.mark.parametrize(
    ("people", "code"),
    [
        ([agent("ann", team=TeamId("t2"))], "nobody_in_team"),
        ([agent("ann", away=True)], "nobody_here"),
        ([agent("ann")], "nobody_senior"),
        ([agent("ann", role=Role.SENIOR, capacity=0)], "nobody_free"),
    ],
)
def test_a_ticket_that_nobody_can_take_is_listed_with_why(people: list[Agent], code: str) -> None:
    plan = plan_of([ticket(1, escalation=escalation(EscalationState.ASKED))], people)
    assert not plan.moves
    assert [ground.code for ground in plan.unplaced[0].why] == [code]


def test_a_named_owner_keeps_the_ticket_while_they_are_here() -> None:
    owned = ticket(1, holder="sam", escalation=escalation(EscalationState.ACCEPTED), due_s=-60)
    here = [agent("sam", role=Role.SENIOR, capacity=0), agent("kim", role=Role.SENIOR)]
    away = [agent("sam", role=Role.SENIOR, away=True), agent("kim", role=Role.SENIOR)]
    assert plan_of([owned], here).unplaced[0].why[0].code == "kept"
    assert goes_to(plan_of([owned], away)) == {"k1": "kim"}


def test_a_lead_keeps_tickets_and_is_given_none() -> None:
    people = [agent("ana", role=Role.LEAD, capacity=9), agent("bo", capacity=1)]
    plan = plan_of([ticket(1, holder="ana", started=True), ticket(2), ticket(3)], people)
    assert list(goes_to(plan).values()) == ["bo"]
    assert (len(plan.unplaced), plan.kept) == (1, 1)


def test_nothing_asked_and_nobody_there() -> None:
    assert plan_of([], [agent("ann")]) == Plan()
    assert plan_of([ticket(1)], []).unplaced[0].why[0].code == "nobody_in_team"


def test_routing_by_itself_waits_for_somebody_who_speaks_the_language() -> None:
    stranger, speaker = agent("bo"), agent("mei", languages=("zh",))
    assert route(ticket(1, lang="zh"), [stranger], {}, POLICY, NOW, {}) is None
    best = route(ticket(1, lang="zh"), [stranger, speaker], {}, POLICY, NOW, {})
    assert best is not None
    assert best.agent_id == "mei"


def test_planning_is_what_loads_the_solver() -> None:
    script = "import sys, desk.balance, desk.fit; sys.exit(bool({'numpy', 'scipy'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


# What holds for every plan

_LANGS = st.sampled_from(["zh", "en", "es"])


@st.composite
def desks(draw: st.DrawFn, most_tickets: int = 12) -> tuple[list[Ticket], list[Agent], dict[AgentId, int], fit.Knows]:
    people = [
        agent(
            f"a{number}",
            languages=tuple(draw(st.lists(_LANGS, max_size=2, unique=True))),
            skills=tuple(draw(st.lists(st.sampled_from(["tron", "kyc"]), max_size=2, unique=True))),
            capacity=draw(st.integers(0, 4)),
            away=draw(st.booleans()) and draw(st.booleans()),
            active=draw(st.integers(0, 5)) > 0,
            shift=draw(st.sampled_from(["always", "always", "always", "closed"])),
            role=draw(st.sampled_from([Role.AGENT, Role.SENIOR, Role.LEAD])),
            team=TeamId(draw(st.sampled_from(["t1", "t1", "t2"]))),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    tickets = [
        ticket(
            number,
            lang=draw(_LANGS),
            tags=tuple(draw(st.lists(st.sampled_from(["tron", "kyc"]), max_size=2, unique=True))),
            holder=draw(st.sampled_from(["", *(person.id for person in people)])),
            due_s=draw(st.sampled_from([None, -5, 600, 3_000, 90_000])),
            started=draw(st.booleans()),
            team=TeamId(draw(st.sampled_from(["t1", "t1", "t2"]))),
            severity=draw(st.sampled_from(list(Severity))),
            escalation=draw(st.sampled_from([None, None, None, escalation(EscalationState.ASKED)])),
        )
        for number in range(draw(st.integers(0, most_tickets)))
    ]
    held = Counter(one.assignee_id for one in tickets if one.assignee_id)
    loads = {person.id: held[person.id] + draw(st.integers(0, 3)) for person in people}
    knows = {one.customer_id: {draw(st.sampled_from(people)).id: draw(st.integers(1, 4))} for one in tickets[::2]}
    return tickets, people, loads, knows


@given(desks(), st.randoms())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_plan_fills_nobody_beyond_their_capacity_and_respects_who_is_here(desk, random) -> None:  # type: ignore[no-untyped-def]
    tickets, people, loads, knows = desk
    plan = propose(tickets, people, loads, POLICY, NOW, knows)
    after = loads_after(plan.moves, loads)
    by_id = {person.id: person for person in people}
    asked = {one.id: one for one in tickets}
    for move in plan.moves:
        taker, moved = by_id[move.to_id], asked[move.ticket_id]
        assert after[taker.id] <= taker.capacity
        assert not fit.why_absent(taker, POLICY, NOW)
        assert fit.belongs(taker, moved)
        assert fit.is_given_tickets(taker)
        assert move.from_id == moved.assignee_id != move.to_id
    places = [*(move.ticket_id for move in plan.moves), *(one.ticket_id for one in plan.unplaced)]
    assert len(places) == len(set(places))
    assert len(places) + plan.kept == len(tickets)
    random.shuffle(tickets)
    random.shuffle(people)
    assert propose(tickets, people, loads, POLICY, NOW, knows) == plan


@given(desks())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_stranger_is_given_a_ticket_that_a_free_speaker_could_have(desk) -> None:  # type: ignore[no-untyped-def]
    tickets, people, loads, knows = desk
    plan = propose(tickets, people, loads, POLICY, NOW, knows)
    after, asked = loads_after(plan.moves, loads), {one.id: one for one in tickets}
    for move in plan.moves:
        moved = asked[move.ticket_id]
        if any(ground.code == "no_language" for ground in move.why):
            assert not [
                person
                for person in people
                if fit.speaks(person, moved.lang)
                and fit.belongs(person, moved)
                and fit.is_given_tickets(person)
                and loads.get(person.id, 0) <= person.capacity
                and not fit.why_absent(person, POLICY, NOW)
                and after.get(person.id, 0) < person.capacity
            ]


@given(desks(most_tickets=4))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_other_plan_costs_less(desk) -> None:  # type: ignore[no-untyped-def]
    tickets, people, loads, knows = desk
    plan = propose(tickets, people, loads, POLICY, NOW, knows)
    moved, unplaced = goes_to(plan), {one.ticket_id for one in plan.unplaced}
    ways = [
        [moved[one.id]] if one.id in moved else [None, one.assignee_id] if one.id in unplaced else [one.assignee_id]
        for one in tickets
    ]
    every = itertools.product([None, *(person.id for person in people)], repeat=len(tickets))
    least, mine = (
        min(cost for way in choices if (cost := _cost_of(way, tickets, people, loads, knows)) is not None)
        for choices in (every, itertools.product(*ways))
    )
    assert mine == least


@given(desks(most_tickets=1))
@settings(max_examples=30, deadline=None)
def test_one_ticket_is_routed_as_a_plan_would(desk) -> None:  # type: ignore[no-untyped-def]
    tickets, people, loads, knows = desk
    for one in tickets:
        costs = {found.agent_id: found.cost for found in candidates(one, people, loads, POLICY, NOW, knows)}
        for to_id in goes_to(propose(tickets, people, loads, POLICY, NOW, knows)).values():
            assert costs[AgentId(to_id)] == min(costs.values())


def _cost_of(
    choice: Sequence[str | None],
    tickets: Sequence[Ticket],
    people: Sequence[Agent],
    loads: Mapping[AgentId, int],
    knows: fit.Knows,
) -> int | None:
    """What a choice costs, added up ticket by ticket; None when it breaks a rule."""
    by_id = {person.id: person for person in people}
    others = {a: n - sum(one.assignee_id == a for one in tickets) for a, n in loads.items()}
    here = {a for a, person in by_id.items() if not fit.why_absent(person, POLICY, NOW)}
    total, given_to = 0, Counter[str]()
    for one, name in zip(tickets, choice, strict=True):
        holder = one.assignee_id if one.assignee_id in here else None
        leaving = fit.leaving_cost(one, NOW, alone=holder is None)
        if name is None:
            if holder is not None and loads[holder] <= by_id[holder].capacity:
                return None
            total += leaving
            continue
        taker = by_id[AgentId(name)]
        held = others.get(taker.id, 0) + given_to[name]
        owned_by_another = fit.owner_of(one) in here - {taker.id}
        fits = fit.belongs(taker, one) and not owned_by_another
        if taker.id not in here or held >= taker.capacity:
            return None
        takes = fits and fit.is_given_tickets(taker) and loads.get(taker.id, 0) <= taker.capacity
        if taker.id != holder and not takes:
            return None
        total += fit.pair_cost(one, taker, others.get(taker.id, 0), NOW, knows) if fits else leaving
        total += fit.place_cost(held, taker.capacity)
        given_to[name] += 1
    return total
