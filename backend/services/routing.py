"""Gives new tickets of a team that wants it to the agent who fits best, in the unit that brings them.

A few index reads a ticket: the agents of its team, how many tickets each of them holds, and who settled earlier ones of
its customer.
"""

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, func, select, text

from backend import tables
from backend.prepared import Prepared
from backend.services.lookup import agent_by_id, policy_now, team_by_id
from backend.transaction import Transaction
from desk.balance import route
from desk.fit import Knows
from desk.ids import AgentId
from desk.outcome import Outcome
from desk.records import Agent, Ticket
from desk.routing import may_be_routed, routed

_ticket, _grant = tables.ticket.c, tables.team_grant.c
_TEAM_BEFORE = Prepared(select(_ticket.team_id).where(_ticket.id == bindparam("id")))
_MEMBERS = Prepared(
    select(_grant.agent_id).where(_grant.team_id == bindparam("team_id"), text("gen > 0")).order_by(_grant.agent_id)
)
_HELD = Prepared(select(func.count()).where(_ticket.held_by == bindparam("agent_id")))
_SETTLED_BY = Prepared(
    select(text("json_extract(doc, '$.assignee_id') AS agent_id"), func.count())
    .select_from(tables.ticket)
    .where(_ticket.customer_id == bindparam("customer_id"), _ticket.held_by.is_(None), _ticket.unassigned_at.is_(None))
    .group_by(text("agent_id"))
)


def with_owner(tx: Transaction, outcome: Outcome) -> Outcome:
    """The outcome as it is filed: a ticket that comes to a team of automatic routing, and that nobody has, is given to
    who fits best. Nobody does: it stays as it is."""
    ticket = next((change for change in outcome.changes if isinstance(change, Ticket)), None)
    also = tuple(with_owner(tx, other) for other in outcome.also)
    if also != outcome.also:
        outcome = replace(outcome, also=also)
    if (
        ticket is None
        or not may_be_routed(ticket, tx.now)
        or _TEAM_BEFORE.value(tx.conn, {"id": ticket.id}) == ticket.team_id
    ):
        return outcome
    team = team_by_id(tx.conn, ticket.team_id)
    if team is None or not team.auto_route:
        return outcome
    members, policy = _members(tx.conn, ticket), policy_now(tx.conn)
    loads = {member.id: int(_HELD.value(tx.conn, {"agent_id": member.id})) for member in members}
    best = route(ticket, members, loads, policy, tx.now, _knows(tx.conn, ticket))
    return outcome if best is None else routed(outcome, ticket, best, policy, team.calendar, tx.now)


def _members(conn: Connection, ticket: Ticket) -> list[Agent]:
    """The agents of the ticket's team."""
    found = (agent_by_id(conn, AgentId(row[0])) for row in _MEMBERS.rows(conn, {"team_id": ticket.team_id}))
    return [agent for agent in found if agent is not None]


def _knows(conn: Connection, ticket: Ticket) -> Knows:
    """How many settled tickets of the customer each agent had."""
    rows = _SETTLED_BY.rows(conn, {"customer_id": ticket.customer_id})
    return {ticket.customer_id: {AgentId(agent_id): int(count) for agent_id, count in rows if agent_id is not None}}
