"""Writes tickets with their conversation, and tells every scope they are in, enter or leave.

A ticket that enters a scope brings its conversation and its customer; one that leaves takes the customer along unless
another of their tickets stays.
"""

from collections.abc import Iterable, Sequence

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.sqlite import insert as insert_or

from backend import tables
from backend.prepared import Prepared
from backend.rows import Row, message_row, row_of
from backend.scopes import team_scope, user_scope
from backend.services.filing import UPSERT, customer_scopes, tell_person
from backend.services.interest import (
    Interest,
    follow_ticket,
    interested,
    set_interest,
    watched_only_by,
    watches_that_ended,
)
from backend.services.lookup import agent_by_id, ticket_by_id
from backend.transaction import Transaction
from desk.ids import AgentId, Instant, TeamId, TicketId
from desk.permissions import may_see
from desk.records import Agent, ClockEvent, Message, Role, Ticket

_TEAM = Prepared(select(tables.ticket.c.team_id).where(tables.ticket.c.id == bindparam("id")))
_MESSAGES = Prepared(insert(tables.message), ("ticket_id", "n", "command_id", "doc"))
_CLOCK_EVENTS = Prepared(insert(tables.clock_event), ("ticket_id", "clock", "action", "at"))
_NAMED_TX = Prepared(insert_or(tables.ticket_tx).on_conflict_do_nothing())
_BLOB_USE = insert_or(tables.blob_use).on_conflict_do_nothing()


def file_ticket(
    tx: Transaction, ticket: Ticket, messages: Sequence[Message] = (), clock_events: Iterable[ClockEvent] = ()
) -> None:
    """Write a ticket as it is after a change, with the messages and clock events that the change added."""
    team_before = _TEAM.value(tx.conn, {"id": ticket.id})
    UPSERT["ticket"].run(tx.conn, row_of(ticket))
    if messages:
        _MESSAGES.run_many(tx.conn, [message_row(message) for message in messages])
    waiting = ticket.review.attachments if ticket.review is not None else ()
    used = [
        {"sha256": file.sha256, "ticket_id": ticket.id}
        for file in (*(file for message in messages for file in message.attachments), *waiting)
    ]
    if used:
        tx.conn.execute(_BLOB_USE, used)
    if ticket.tx_ids:
        _NAMED_TX.run_many(tx.conn, [{"tx_id": tx_id, "ticket_id": ticket.id} for tx_id in ticket.tx_ids])
    events: list[Row] = [
        {"ticket_id": ticket.id, "clock": e.clock, "action": e.action, "at": e.at} for e in clock_events
    ]
    if events:
        _CLOCK_EVENTS.run_many(tx.conn, events)
    agents_before, agents_after = follow_ticket(tx, ticket)
    before = {user_scope(a) for a in agents_before} | ({team_scope(str(team_before))} if team_before else set())
    after = {user_scope(a) for a in agents_after} | {team_scope(ticket.team_id)}
    joined = agents_after - agents_before if team_before == ticket.team_id else set()
    _tell(tx, ticket, before, after, _informed_by_team(tx, ticket.team_id, joined), messages)


def watch_ticket(tx: Transaction, agent_id: AgentId, ticket: Ticket, until_at: Instant) -> None:
    """Keep a ticket live in an agent's own scope until an instant, whatever its team."""
    was = interested(tx, ticket.id).get(agent_id)
    set_interest(tx, agent_id, ticket.id, Interest(was is not None and was.standing, until_at))
    if was is None:
        _tell(tx, ticket, set(), {user_scope(agent_id)}, set(), ())


def end_watches(tx: Transaction) -> int:
    """Let the tickets whose watch has run out leave the scopes they were in only for that. Returns how many."""
    ended = watches_that_ended(tx)
    for agent_id, ticket_id, standing in ended:
        if standing:
            set_interest(tx, agent_id, ticket_id, Interest(True, None))
        else:
            _end_watch(tx, agent_id, ticket_id)
    return len(ended)


def end_watches_out_of_sight(tx: Transaction, agent: Agent) -> None:
    """Let the tickets that an agent watches but may no longer see leave their scope; call when their teams change."""
    for ticket_id in watched_only_by(tx, agent.id):
        ticket = ticket_by_id(tx.conn, ticket_id)
        if ticket is not None and not may_see(agent, ticket):
            _end_watch(tx, agent.id, ticket_id)


def _end_watch(tx: Transaction, agent_id: AgentId, ticket_id: TicketId) -> None:
    set_interest(tx, agent_id, ticket_id, Interest(False, None))
    ticket = ticket_by_id(tx.conn, ticket_id)
    if ticket is not None:
        _tell(tx, ticket, {user_scope(agent_id)}, set(), set(), ())


def _informed_by_team(tx: Transaction, team_id: TeamId, agent_ids: set[AgentId]) -> set[str]:
    """Of agents whom a ticket begins to concern, the scopes of those who have its conversation through its team."""
    informed = set()
    for agent_id in agent_ids:
        agent = agent_by_id(tx.conn, agent_id)
        if agent is not None and (agent.role is Role.ADMIN or team_id in agent.team_ids):
            informed.add(user_scope(agent_id))
    return informed


def _tell(
    tx: Transaction, ticket: Ticket, before: set[str], after: set[str], informed: set[str], messages: Sequence[Message]
) -> None:
    """Append the feed rows of a ticket: leaves first, then puts; entering scopes get the whole conversation."""
    left, entered = before - after, after - before
    for scope in sorted(left):
        tx.tell(scope, "ticket", ticket.id, "leave", v=ticket.v)
    new = (messages[0].n, messages[-1].n) if messages else (0, 0)
    everything = (1, ticket.last_n) if ticket.last_n else (0, 0)
    for scope in sorted(after):
        n_from, n_to = everything if scope in entered - informed else new
        tx.tell(scope, "ticket", ticket.id, v=ticket.v, n_from=n_from, n_to=n_to)
    if left:
        tell_person(tx, ticket.customer_id, left - customer_scopes(tx, ticket.customer_id), "leave")
    if entered:
        tell_person(tx, ticket.customer_id, entered, "put")
