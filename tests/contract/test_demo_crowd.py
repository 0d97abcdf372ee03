"""A sample desk with more people than written: everybody has teams, every team can do its work."""

import pytest

from backend.database import Database
from backend.demo.build import build
from backend.demo.content import staff, teams
from backend.demo.crowd import STAFF_PER_TEAM, Scale
from backend.rows import read_agent, read_team, read_ticket
from desk.records import Agent, Role, Team, Ticket
from desk.urgency import SETTLED

NOW = 1_790_000_000_000


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Agent], list[Team], list[Ticket]]:
    path = tmp_path_factory.mktemp("crowd") / "desk.db"
    database = Database(f"sqlite:///{path}")
    scale = Scale(agents=60, teams=9, unsettled=130)
    build(database, tickets=150, seed=3, now=NOW, progress=lambda *_: None, scale=scale)
    with database.read() as conn:
        docs = {
            table: [str(doc) for (doc,) in conn.exec_driver_sql(f"SELECT doc FROM {table}")]
            for table in ("agent", "team", "ticket")
        }
    database.close()
    return (
        [read_agent(doc) for doc in docs["agent"]],
        [read_team(doc) for doc in docs["team"]],
        [read_ticket(doc) for doc in docs["ticket"]],
    )


def test_there_are_as_many_as_asked_for(desk: tuple[list[Agent], list[Team], list[Ticket]]) -> None:
    agents, groups, tickets = desk
    assert (len(agents), len(groups), len(tickets)) == (60, 9, 150)
    assert sum(ticket.status not in SETTLED for ticket in tickets) == 130
    assert len({agent.handle for agent in agents}) == 60
    assert {agent.handle for agent in agents} >= {one.handle for one in staff()}
    assert {team.id for team in groups} >= {team.id for team in teams()}


def test_every_team_can_do_its_work(desk: tuple[list[Agent], list[Team], list[Ticket]]) -> None:
    agents, groups, tickets = desk
    for team in groups:
        members = [agent for agent in agents if team.id in agent.team_ids and agent.role in (Role.AGENT, Role.SENIOR)]
        assert {lang for agent in members for lang in agent.languages} >= {"zh", "en"}
        assert len(members) >= STAFF_PER_TEAM - 1
    by_id = {agent.id: agent for agent in agents}
    held = [ticket for ticket in tickets if ticket.assignee_id]
    assert all(ticket.team_id in by_id[ticket.assignee_id].team_ids for ticket in held if ticket.assignee_id)
    assert {ticket.team_id for ticket in tickets} == {team.id for team in groups}


def test_the_lead_sees_every_branch_of_their_teams(desk: tuple[list[Agent], list[Team], list[Ticket]]) -> None:
    agents, groups, _tickets = desk
    ana = next(agent for agent in agents if agent.handle == "ana")
    assert set(ana.team_ids) == {team.id for team in groups}
