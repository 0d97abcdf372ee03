"""Writes agents: who they are, which teams they were given, how they sign in; and reads who leads whom."""

from sqlalchemy import Connection, bindparam, func, select

from backend import tables
from backend.rows import row_of
from backend.scopes import ORG
from backend.services.filing import UPSERT, upsert
from backend.services.tickets import end_watches_out_of_sight
from backend.transaction import Transaction
from desk.ids import AgentId, Instant
from desk.records import Agent, Role

_GRANT = upsert(tables.team_grant)
_GRANTS = select(tables.team_grant.c.team_id, tables.team_grant.c.gen).where(
    tables.team_grant.c.agent_id == bindparam("agent_id")
)
_CREDENTIAL = upsert(tables.credential)
_TOGETHER = select(tables.team_grant.c.agent_id).where(
    tables.team_grant.c.gen > 0, tables.team_grant.c.team_id.in_(bindparam("team_ids", expanding=True))
)
_EVERYBODY = select(tables.agent.c.id)
_LAST_ACTIONS = (
    select(tables.command_log.c.agent_id, func.max(tables.command_log.c.at))
    .where(tables.command_log.c.at >= bindparam("since"))
    .group_by(tables.command_log.c.agent_id)
)


def file_agent(tx: Transaction, agent: Agent) -> None:
    """Write an agent. A team given anew counts as a new grant, so that a console fetches its queue again.

    A negative ``gen`` remembers how often a team had been given before it was taken away.
    """
    UPSERT["agent"].run(tx.conn, row_of(agent))
    tx.tell(ORG, "agent", agent.id, v=agent.v)
    grants = {str(team_id): int(gen) for team_id, gen in tx.conn.execute(_GRANTS, {"agent_id": agent.id})}
    given = {str(t): 1 - grants.get(t, 0) for t in agent.team_ids if grants.get(t, 0) <= 0}
    taken = {t: -gen for t, gen in grants.items() if gen > 0 and t not in agent.team_ids}
    for team_id, gen in {**given, **taken}.items():
        _GRANT.run(tx.conn, {"agent_id": agent.id, "team_id": team_id, "gen": gen})
    end_watches_out_of_sight(tx, agent)


def led_by(conn: Connection, agent: Agent) -> frozenset[AgentId]:
    """The agents of the teams that somebody leads; an admin leads everybody, an agent nobody."""
    if agent.role is Role.ADMIN:
        found = conn.execute(_EVERYBODY).scalars()
    elif agent.role is Role.LEAD:
        found = conn.execute(_TOGETHER, {"team_ids": list(agent.team_ids)}).scalars()
    else:
        return frozenset()
    return frozenset(AgentId(str(agent_id)) for agent_id in found)


def last_actions(conn: Connection, since: Instant) -> dict[AgentId, Instant]:
    """When each agent last gave a command, of those who did since an instant."""
    rows = conn.execute(_LAST_ACTIONS, {"since": since})
    return {AgentId(str(agent_id)): Instant(at) for agent_id, at in rows}


def set_password_hash(tx: Transaction, agent_id: AgentId, password_hash: str) -> None:
    """Let an agent sign in with the password that :func:`backend.passwords.hash_password` made this of."""
    _CREDENTIAL.run(tx.conn, {"agent_id": agent_id, "password_hash": password_hash})
