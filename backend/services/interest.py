"""Keeps the ``interest`` table: which tickets are in which agent's own scope, and for how long.

A ticket is there while it stands assigned to the agent, is followed by them or mentions them, and for a while after
they opened it from beyond their replica.
"""

from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from backend.prepared import Prepared
from backend.scopes import standing_agents
from backend.services.filing import upsert
from backend.services.lookup import agent_by_id
from backend.tables import interest
from backend.transaction import Transaction
from desk.ids import AgentId, Instant, TicketId
from desk.permissions import may_see
from desk.records import Ticket

_c = interest.c
_OF_TICKET = Prepared(select(_c.agent_id, _c.standing, _c.watched_until).where(_c.ticket_id == bindparam("ticket_id")))
_PUT = upsert(interest)
_DROP = delete(interest).where(_c.ticket_id == bindparam("of_ticket"), _c.agent_id == bindparam("of_agent"))
_WATCHED_ONLY = select(_c.ticket_id).where(_c.agent_id == bindparam("agent_id"), _c.standing.is_(False))
_OVER = select(_c.agent_id, _c.ticket_id, _c.standing).where(_c.watched_until <= bindparam("now"))


@dataclass(frozen=True, slots=True)
class Interest:
    """Why a ticket is in one agent's scope."""

    standing: bool
    watched_until: Instant | None


def interested(tx: Transaction, ticket_id: TicketId) -> dict[AgentId, Interest]:
    """The agents in whose own scope the ticket is."""
    rows = _OF_TICKET.rows(tx.conn, {"ticket_id": ticket_id})
    return {AgentId(agent_id): Interest(bool(standing), until) for agent_id, standing, until in rows}


def set_interest(tx: Transaction, agent_id: AgentId, ticket_id: TicketId, value: Interest) -> None:
    """Store why a ticket is in an agent's scope; with no reason left it leaves."""
    if not value.standing and value.watched_until is None:
        tx.conn.execute(_DROP, {"of_ticket": ticket_id, "of_agent": agent_id})
        return
    row = {"standing": value.standing, "watched_until": value.watched_until}
    _PUT.run(tx.conn, {"agent_id": agent_id, "ticket_id": ticket_id, **row})


def follow_ticket(tx: Transaction, ticket: Ticket) -> tuple[set[AgentId], set[AgentId]]:
    """Bring the table in step with a ticket as it is now. Returns the agents concerned before and after."""
    before = interested(tx, ticket.id)
    standing = standing_agents(ticket)
    after = set(standing)
    for agent_id in standing | before.keys():
        was = before.get(agent_id, Interest(False, None))
        watched = was.watched_until is not None and (agent_id in standing or _may_watch(tx, agent_id, ticket))
        now = Interest(agent_id in standing, was.watched_until if watched else None)
        if now != was:
            set_interest(tx, agent_id, ticket.id, now)
        if watched:
            after.add(agent_id)
    return set(before), after


def _may_watch(tx: Transaction, agent_id: AgentId, ticket: Ticket) -> bool:
    """Whether somebody who only watches the ticket still sees it as it is now."""
    agent = agent_by_id(tx.conn, agent_id)
    return agent is not None and may_see(agent, ticket)


def watched_only_by(tx: Transaction, agent_id: AgentId) -> list[TicketId]:
    """The tickets that are in an agent's scope only because they watch them."""
    return [TicketId(t) for t in tx.conn.execute(_WATCHED_ONLY, {"agent_id": agent_id}).scalars()]


def watches_that_ended(tx: Transaction) -> list[tuple[AgentId, TicketId, bool]]:
    """The watches that have run out, each with whether the ticket stays in the agent's scope for another reason."""
    rows = tx.conn.execute(_OVER, {"now": tx.now})
    return [(AgentId(agent_id), TicketId(ticket_id), bool(standing)) for agent_id, ticket_id, standing in rows]
