"""Opens a ticket for somebody who may see it though their replica may not hold it, and keeps it live for them."""

from sqlalchemy import Connection, bindparam, select

from backend.errors import ProblemError
from backend.scopes import user_scope
from backend.services import lookup
from backend.services.persons import records_of_person
from backend.services.tickets import watch_ticket
from backend.tables import interest
from backend.transaction import Transaction
from desk.ids import MS_PER_S, AgentId, Instant, TicketId
from desk.permissions import may_see
from desk.records import Agent, Ticket
from desk.wire import TicketView

_INTEREST = select(interest.c.standing, interest.c.watched_until).where(
    interest.c.agent_id == bindparam("agent_id"), interest.c.ticket_id == bindparam("ticket_id")
)


def seen_ticket(conn: Connection, agent: Agent, ticket_id: TicketId) -> Ticket:
    """The ticket; ``not-found`` for one that is not there and for one out of sight alike."""
    ticket = lookup.ticket_by_id(conn, ticket_id)
    if ticket is None or not may_see(agent, ticket):
        raise ProblemError("not-found", "This ticket is not there, or not in your sight.")
    return ticket


def open_view(conn: Connection, agent: Agent, ticket_id: TicketId) -> TicketView:
    """The ticket with its conversation and what belongs to its customer, under whatever record of theirs."""
    ticket = seen_ticket(conn, agent, ticket_id)
    records = records_of_person(conn, ticket.customer_id)
    return TicketView(
        ticket=ticket,
        messages=lookup.messages_after(conn, ticket.id, 0),
        customer=lookup.customer_by_id(conn, ticket.customer_id),
        accounts=tuple(account for record in records for account in lookup.accounts_of(conn, record)),
        transfers=tuple(transfer for record in records for transfer in lookup.transfers_of(conn, record)),
    )


def is_live(conn: Connection, agent_id: AgentId, ticket_id: TicketId, until_at: Instant) -> bool:
    """Whether the ticket stays in the agent's own scope until then without a new watch."""
    row = conn.execute(_INTEREST, {"agent_id": agent_id, "ticket_id": ticket_id}).one_or_none()
    return row is not None and (row.standing or (row.watched_until or 0) >= until_at)


def keep_live(tx: Transaction, agent: Agent, ticket_id: TicketId, watch_s: int) -> None:
    """Watch the ticket for so long from now."""
    with tx.unit():
        ticket = seen_ticket(tx.conn, agent, ticket_id)
        watch_ticket(tx, agent.id, ticket, tx.now + watch_s * MS_PER_S)


def scopes_of_ticket(conn: Connection, ticket: Ticket) -> frozenset[str]:
    """The scopes a ticket is in: those who read one of them may know who looks at it."""
    agents = conn.execute(select(interest.c.agent_id).where(interest.c.ticket_id == ticket.id)).scalars()
    return frozenset((f"team:{ticket.team_id}", *(user_scope(str(agent_id)) for agent_id in agents)))
