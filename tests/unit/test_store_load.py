"""The board's figures against a slow, obvious count of the tickets as they are shown."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import Raw
from msgspec.structs import replace

from console.store import Store
from desk.commands import AnyCommand, Assign, Envelope, SetSeverity, SetStatus, Snooze, Take
from desk.ids import AgentId, CommandId, CustomerId, TeamId, TicketId
from desk.load import AgentLoad, Load, TeamLoad, share_of_capacity
from desk.picking import PICKED_OVER, SEEN_FOR_S, Pick, is_picked, is_skipped, pick_of
from desk.query import Roster, is_snoozed, matches, parse_query
from desk.query_fields import is_breaching
from desk.records import Agent, Channel, Policy, Role, Severity, Status, Team, Ticket
from desk.urgency import SETTLED
from desk.wire import ScopeInfo, Session, Snapshot, SnapshotItem

NOW = 1_780_000_000_000
HOUR, DAY = 3_600_000, SEEN_FOR_S * 1000
TEAMS = tuple(TeamId(f"t{n}") for n in range(3))
ANA = Agent(id=AgentId("ana"), v=1, handle="ana", name="Ana", role=Role.LEAD, team_ids=TEAMS)
AGENTS = (ANA, *(replace(ANA, id=AgentId(f"a{n}"), handle=f"a{n}", role=Role.AGENT) for n in range(3)))
IDS = [agent.id for agent in AGENTS]
AROUND = st.sampled_from([NOW - 2 * DAY, NOW - DAY, NOW - HOUR, NOW - 1, NOW, NOW + 900_000, NOW + 900_001, NOW + HOUR])
MAYBE = st.none() | AROUND

TICKETS = st.builds(
    Ticket,
    id=st.just(TicketId("")),
    v=st.just(1),
    ref=st.just("T-1"),
    subject=st.just("Pending"),
    customer_id=st.just(CustomerId("c1")),
    customer_name=st.just("王磊"),
    team_id=st.sampled_from(TEAMS),
    channel=st.just(Channel.CHAT),
    created_at=AROUND,
    updated_at=st.just(NOW - HOUR),
    urgency_at=AROUND,
    status=st.sampled_from(Status),
    severity=st.sampled_from([Severity.NORMAL, Severity.EMERGENCY]),
    assignee_id=st.sampled_from([None, *IDS, AgentId("somebody-removed")]),
    last_agent_at=MAYBE,
    unanswered=st.integers(0, 2),
    snoozed_until=MAYBE,
    snoozed_until_answer=st.booleans(),
    escalated_at=MAYBE,
    due_at=MAYBE,
    taken_at=MAYBE,
    taken_by=st.sampled_from([None, *IDS]),
    taken_urgency_at=MAYBE,
    passed_over=st.integers(0, PICKED_OVER + 1),
)
COMMANDS = st.sampled_from(["take", "assign", "solve", "wait", "emergency", "sleep"])


def command(what: str, ticket_id: TicketId) -> AnyCommand:
    commands: dict[str, AnyCommand] = {
        "take": Take(ticket_id=ticket_id),
        "assign": Assign(ticket_id=ticket_id, assignee_id=AGENTS[1].id),
        "solve": SetStatus(ticket_id=ticket_id, status=Status.SOLVED),
        "wait": SetStatus(ticket_id=ticket_id, status=Status.WAITING),
        "emergency": SetSeverity(ticket_id=ticket_id, severity=Severity.EMERGENCY),
        "sleep": Snooze(ticket_id=ticket_id, until_at=NOW + HOUR),
    }
    return commands[what]


def item(kind: str, record: Ticket | Agent | Team) -> SnapshotItem:
    return SnapshotItem(k=kind, id=record.id, v=record.v, d=Raw(msgspec.json.encode(record)))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    opened = Store.open(Path(tmp_path_factory.mktemp("load"), "local.db"))
    session = Session(
        feed="f", head=0, min_pos=0, now=NOW, me=ANA, scopes=(ScopeInfo(id="org"),), scopes_digest="", policy=Policy()
    )
    opened.apply_session(session)
    people = (*(item("agent", one) for one in AGENTS), *(item("team", Team(id=t, v=1, name=t)) for t in TEAMS))
    opened.apply_snapshot(Snapshot(feed="f", as_of="f.1", read_at=1, items=people, done=True), "org")
    yield opened
    opened.close()


def counted(tickets: list[Ticket], picks: list[Pick]) -> Load:
    """The obvious way."""
    agents: dict[AgentId, AgentLoad] = {}
    teams: dict[TeamId, TeamLoad] = {}
    active = [ticket for ticket in tickets if ticket.status not in SETTLED]
    lately = [pick for ticket in tickets if is_picked(ticket, NOW) and (pick := pick_of(ticket))]
    for agent_id in {*(t.assignee_id for t in active if t.assignee_id), *(pick.by for pick in lately)}:
        mine = [ticket for ticket in active if ticket.assignee_id == agent_id]
        agents[agent_id] = AgentLoad(
            open=len(mine),
            unanswered=sum(ticket.unanswered > 0 for ticket in mine),
            waiting=sum(ticket.status is Status.WAITING for ticket in mine),
            breaching=sum(is_breaching(ticket, NOW) for ticket in mine),
            oldest_due_at=min((ticket.due_at for ticket in mine if ticket.due_at is not None), default=None),
            last_answer_at=max((t.last_agent_at for t in mine if t.last_agent_at is not None), default=None),
            picked=sum(pick.by == agent_id for pick in lately),
        )
    for team_id in TEAMS:
        ours = [ticket for ticket in active if ticket.team_id == team_id]
        free = [ticket for ticket in ours if ticket.assignee_id is None]
        awake = [ticket for ticket in free if not is_snoozed(ticket, NOW)]
        teams[team_id] = TeamLoad(
            unassigned=len(awake),
            at_risk=sum(is_breaching(ticket, NOW) for ticket in awake),
            escalated=sum(ticket.escalated_at is not None for ticket in ours),
            emergencies=sum(ticket.severity is Severity.EMERGENCY for ticket in ours),
            skipped=sum(is_skipped(ticket, picks, NOW) for ticket in free),
            picked=sum(pick.team_id == team_id for pick in lately),
        )
    return Load(agents=agents, teams=teams)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TICKETS, max_size=14), st.lists(st.tuples(COMMANDS, st.integers(0, 13)), max_size=4))
def test_the_figures_are_those_of_the_tickets_shown(
    store: Store, made: list[Ticket], commands: list[tuple[str, int]]
) -> None:
    tickets = [replace(ticket, id=TicketId(f"tk{n}")) for n, ticket in enumerate(made)]
    store.drop_scopes(["team:x"])
    items = tuple(item("ticket", ticket) for ticket in tickets)
    store.apply_snapshot(Snapshot(feed="f", as_of="f.1", read_at=1, items=items, done=True), "team:x")
    entries = [
        store.enqueue(
            Envelope(id=CommandId(f"c{number}"), command=command(what, tickets[at].id), composed_at=NOW), undo_s=60
        )
        for number, (what, at) in enumerate(commands)
        if at < len(tickets)
    ]
    shown = [ticket for one in tickets if (ticket := store.ticket(one.id)) is not None]
    confirmed = [pick for ticket in tickets if (pick := pick_of(ticket))]
    found, expected = store.load(NOW), counted(shown, confirmed)
    assert found.agents == expected.agents
    assert {team_id: found.of_team(team_id) for team_id in TEAMS} == expected.teams
    assert found.of_team() == expected.of_team()

    roster = Roster(picks=tuple(confirmed))
    for words in ("is:picked", "is:skipped", "-is:skipped team:t1"):
        query = parse_query(words)
        assert store.count(query, NOW) == sum(matches(query, one, ANA, NOW, 0, roster) for one in shown)
    for entry in entries:
        store.undo(entry.id)


def test_nobody_has_anything() -> None:
    assert Load().of_agent(ANA.id) == AgentLoad()
    assert Load().of_team() == TeamLoad()


def test_how_full_somebody_is() -> None:
    assert share_of_capacity(replace(ANA, capacity=20), 5) == 0.25
    assert share_of_capacity(replace(ANA, capacity=4), 8) == 2.0
    assert share_of_capacity(replace(ANA, capacity=0), 0) == 0.0
    assert share_of_capacity(replace(ANA, capacity=0), 1) > 1.0


def test_a_pick_stays_with_who_took_it() -> None:
    """Handing the ticket on does not hand on the pick."""
    taken = Ticket(
        id=TicketId("t"), v=1, ref="T-1", subject="", customer_id=CustomerId("c"), customer_name="", team_id=TEAMS[0],
        channel=Channel.CHAT, created_at=NOW, updated_at=NOW, urgency_at=NOW + 5, assignee_id=AGENTS[2].id,
        taken_at=NOW, taken_by=AGENTS[1].id, taken_urgency_at=NOW, passed_over=PICKED_OVER,
    )  # fmt: skip
    assert pick_of(taken) == Pick(by=AGENTS[1].id, team_id=TEAMS[0], at=NOW, urgency_at=NOW)
    assert pick_of(replace(taken, passed_over=PICKED_OVER - 1)) is None
