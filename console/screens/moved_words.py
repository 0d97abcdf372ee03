"""What a person is told about a ticket that went to a team out of their sight."""

from collections.abc import Mapping

from console.i18n import gettext as _
from console.store.moved import MovedTicket
from desk.ids import AgentId, TeamId
from desk.records import Agent, Team


def moved_words(ticket: MovedTicket, agents: Mapping[AgentId, Agent], teams: Mapping[TeamId, Team]) -> str:
    """One sentence: which ticket, where to, by whom."""
    team = teams.get(ticket.team_id)
    where = team.name if team else str(ticket.team_id)
    agent = agents.get(ticket.by) if ticket.by else None
    if agent is None:
        return _("{ref} was moved to {team}.").format(ref=ticket.ref, team=where)
    return _("{ref} was moved to {team} by {name}.").format(ref=ticket.ref, team=where, name=agent.name)
