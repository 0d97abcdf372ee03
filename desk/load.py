"""How much everybody carries: the figures of the board, by agent and by team.

Counted by the store in one pass, shown as they are. Only active tickets count, and of those only what this replica
holds: for a lead, the tickets of their teams.
"""

from msgspec import field

from desk.ids import AgentId, Instant, TeamId
from desk.records import Agent, Frozen


class AgentLoad(Frozen, frozen=True, kw_only=True):
    """What one agent holds. ``unanswered``: the customer wrote last; ``breaching``: due within
    :data:`desk.query.BREACH_WINDOW_S`, or late. ``oldest_due_at`` is the nearest deadline, ``last_answer_at`` the last
    answer in one of these tickets; ``picked`` counts what they took over more urgent tickets (:mod:`desk.picking`)."""

    open: int = 0
    unanswered: int = 0
    waiting: int = 0
    breaching: int = 0
    oldest_due_at: Instant | None = None
    last_answer_at: Instant | None = None
    picked: int = 0


class TeamLoad(Frozen, frozen=True, kw_only=True):
    """The piles of one team. ``unassigned`` and ``at_risk`` (unassigned, and due soon or late) leave out what sleeps;
    ``skipped`` counts unassigned tickets that were passed over, ``picked`` what was taken over others."""

    unassigned: int = 0
    at_risk: int = 0
    escalated: int = 0
    emergencies: int = 0
    skipped: int = 0
    picked: int = 0


class Load(Frozen, frozen=True, kw_only=True):
    """Everybody's load; who holds nothing is missing."""

    agents: dict[AgentId, AgentLoad] = field(default_factory=dict)
    teams: dict[TeamId, TeamLoad] = field(default_factory=dict)

    def of_agent(self, agent_id: AgentId) -> AgentLoad:
        """One agent's."""
        return self.agents.get(agent_id, _NOTHING_HELD)

    def of_team(self, team_id: TeamId | None = None) -> TeamLoad:
        """One team's piles, or those of all teams together."""
        if team_id is not None:
            return self.teams.get(team_id, _NO_PILES)
        names = TeamLoad.__struct_fields__
        return TeamLoad(**{name: sum(getattr(team, name) for team in self.teams.values()) for name in names})


_NOTHING_HELD = AgentLoad()
_NO_PILES = TeamLoad()


def share_of_capacity(agent: Agent, open_tickets: int) -> float:
    """How full an agent is: 1.0 at capacity, more beyond. Whoever takes nothing is full with the first ticket."""
    return open_tickets / agent.capacity if agent.capacity else float(open_tickets > 0) * 2
