"""What imported tickets meet: the team they go to, the policy, and the people already known."""

from msgspec import Struct
from sqlalchemy import Connection, select

from backend import tables
from backend.rows import read_agent
from backend.services.filing import file_org
from backend.services.intake import calendar_of
from backend.services.lookup import policy_now, team_by_id
from backend.transaction import Transaction
from desk.ids import AgentId, TeamId
from desk.records import Policy, Team
from desk.text import clean_name


class Receiving(Struct, frozen=True):
    """The side that takes tickets in. ``agents`` are found by handle and by name, case folded."""

    team_id: TeamId
    calendar: str
    policy: Policy
    agents: dict[str, AgentId]


def receiving(tx: Transaction, team: str) -> Receiving:
    """Look it all up; a team that is not there is made."""
    label = clean_name(team)
    team_id = TeamId("-".join(label.casefold().split()))
    if team_by_id(tx.conn, team_id) is None:
        with tx.unit():
            file_org(tx, Team(id=team_id, v=1, name=label))
    return Receiving(team_id, calendar_of(tx.conn, team_id), policy_now(tx.conn), _agents(tx.conn))


def _agents(conn: Connection) -> dict[str, AgentId]:
    agents = [read_agent(str(doc)) for doc in conn.execute(select(tables.agent.c.doc)).scalars()]
    names = {agent.name.casefold(): agent.id for agent in agents}
    return names | {agent.handle.casefold(): agent.id for agent in agents}
