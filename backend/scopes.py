"""Which scopes an agent reads, and which scopes a record lives in.

Scopes are ``org`` (agents, teams, shared macros, articles, policy), ``team:<id>`` (its queue and macros) and
``user:<id>`` (assigned, followed, mentioned, watched tickets, read marks, one's own macros). A customer with accounts
and transfers lives in the scopes of their tickets.
"""

import hashlib

from sqlalchemy import Connection, bindparam, select

from backend.tables import team, team_grant
from desk.ids import AgentId, TeamId
from desk.records import Agent, Macro, Role, Sharing, Ticket
from desk.wire import ScopeInfo

ORG = "org"


def team_scope(team_id: str) -> str:
    """The scope of a team's queue."""
    return f"team:{team_id}"


def user_scope(agent_id: str) -> str:
    """The scope of what concerns one agent."""
    return f"user:{agent_id}"


def macro_scope(macro: Macro) -> str:
    """The one scope of a macro: its owner's, its team's, or everybody's."""
    if macro.sharing is Sharing.PERSONAL:
        return user_scope(macro.owner_id or "")
    return team_scope(macro.shared_with or "") if macro.sharing is Sharing.TEAM else ORG


SCOPE_OF_MACRO = (
    "CASE coalesce(json_extract(doc, '$.sharing'), 'shared')"
    " WHEN 'personal' THEN 'user:' || coalesce(json_extract(doc, '$.owner_id'), '')"
    " WHEN 'team' THEN 'team:' || coalesce(json_extract(doc, '$.shared_with'), '') ELSE 'org' END"
)
"""The same in SQL, over the column ``doc``."""


def standing_agents(ticket: Ticket) -> frozenset[AgentId]:
    """The agents in whose user scope the ticket lives for as long as it is like this."""
    assigned = (ticket.assignee_id,) if ticket.assignee_id else ()
    return frozenset((*assigned, *ticket.followers, *ticket.mentioned))


_ALL_TEAMS = select(team.c.id).order_by(team.c.id)
_GRANTS = select(team_grant.c.team_id, team_grant.c.gen).where(team_grant.c.agent_id == bindparam("agent_id"))


def visible_teams(conn: Connection, agent: Agent) -> tuple[TeamId, ...]:
    """The teams whose queues the agent sees: their own, or all for an admin."""
    if agent.role is Role.ADMIN:
        return tuple(TeamId(team_id) for team_id in conn.execute(_ALL_TEAMS).scalars())
    return tuple(sorted(agent.team_ids))


def scopes_of(conn: Connection, agent: Agent) -> tuple[ScopeInfo, ...]:
    """The scopes the agent may read now; none for one who has been deactivated."""
    if not agent.active:
        return ()
    gens = {str(team_id): int(gen) for team_id, gen in conn.execute(_GRANTS, {"agent_id": agent.id})}
    teams = tuple(ScopeInfo(id=team_scope(t), gen=gens.get(t, 1)) for t in visible_teams(conn, agent))
    return (ScopeInfo(id=ORG), ScopeInfo(id=user_scope(agent.id)), *teams)


def digest(agent: Agent, scopes: tuple[ScopeInfo, ...]) -> str:
    """A short text that changes whenever the agent's role or scopes do."""
    parts = [agent.role, *sorted(f"{s.id}/{s.gen}/{s.depth}" for s in scopes)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
