"""When an emergency is loud, and for whom: until somebody takes it, for everybody at work in its team."""

from desk.permissions import may_see
from desk.records import Agent, Severity, Ticket
from desk.ticket_parts import EscalationState
from desk.urgency import SETTLED


def is_loud(ticket: Ticket) -> bool:
    """Whether nobody has taken an emergency yet: one that was escalated is taken when it is accepted, any other when
    it is assigned."""
    if ticket.severity is not Severity.EMERGENCY or ticket.status in SETTLED:
        return False
    if ticket.escalation is not None and ticket.escalated_at is not None:
        return ticket.escalation.state is EscalationState.ASKED
    return ticket.assignee_id is None


def concerns(ticket: Ticket, agent: Agent) -> bool:
    """Whether a loud emergency rings for an agent: it is in their team and they are at work. Who raised it knows."""
    raised_it = ticket.escalation is not None and ticket.escalation.by == agent.id
    at_work = not agent.away and ticket.team_id in agent.team_ids
    return is_loud(ticket) and may_see(agent, ticket) and at_work and not raised_it
