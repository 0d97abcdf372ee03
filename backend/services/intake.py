"""What customers write comes in here: from channels, from the demo, one message at a time."""

from msgspec.structs import replace
from sqlalchemy import Connection

from backend.errors import ProblemError
from backend.meta import ref_of, take_refs
from backend.services.auditing import audit_change
from backend.services.duplicates import with_suggestion
from backend.services.incidents import with_incident
from backend.services.lookup import policy_now, team_by_id, ticket_by_id
from backend.services.routing import with_owner
from backend.services.tickets import file_ticket
from backend.transaction import Transaction
from desk.ids import TeamId, TicketId
from desk.intake import Incoming, NewTicket, begin, receive
from desk.outcome import Outcome
from desk.records import Ticket


def start_ticket(tx: Transaction, start: NewTicket, messages: tuple[Incoming, ...]) -> Ticket:
    """Start a ticket with what its customer wrote; an empty ``ref`` gets the next one."""
    if not start.ref:
        start = replace(start, ref=ref_of(take_refs(tx.conn)))
    outcome = begin(start, messages, policy_now(tx.conn), tx.now, calendar_of(tx.conn, start.team_id))
    return _file(tx, None, with_suggestion(tx.conn, outcome))


def receive_message(tx: Transaction, ticket_id: TicketId, message: Incoming) -> Ticket:
    """Add what a customer wrote to their ticket, or to the one it was merged into; raises ``not-found`` when there is
    no such ticket."""
    ticket = standing_ticket(tx.conn, ticket_id)
    if ticket is None:
        raise ProblemError("not-found", f"There is no ticket {ticket_id}.")
    policy, calendar = policy_now(tx.conn), calendar_of(tx.conn, ticket.team_id)
    return _file(tx, ticket, with_suggestion(tx.conn, receive(ticket, message, policy, tx.now, calendar)))


def standing_ticket(conn: Connection, ticket_id: TicketId) -> Ticket | None:
    """The ticket in which a conversation goes on: this one, or the one that it was merged into, however often. A merge
    never goes in a circle (:mod:`desk.decisions.joining`)."""
    ticket = ticket_by_id(conn, ticket_id)
    while ticket is not None and ticket.merge is not None:
        ticket = ticket_by_id(conn, ticket.merge.into)
    return ticket


def calendar_of(conn: Connection, team_id: TeamId) -> str:
    """The name of a team's calendar."""
    team = team_by_id(conn, team_id)
    return "always" if team is None else team.calendar


def _file(tx: Transaction, before: Ticket | None, outcome: Outcome) -> Ticket:
    outcome = with_owner(tx, with_incident(tx.conn, outcome, tx.now))
    ticket = next(change for change in outcome.changes if isinstance(change, Ticket))
    with tx.unit():
        file_ticket(tx, ticket, outcome.messages, outcome.clock_events)
        audit_change(tx, "", "received", before, ticket)
    return ticket
