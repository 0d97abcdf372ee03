"""What a change of a customer means for their tickets, which repeat the tier so that a queue row needs no join."""

from msgspec.structs import replace
from sqlalchemy import bindparam, literal_column, select

from backend import tables
from backend.prepared import Prepared
from backend.rows import read_ticket
from backend.services.lookup import policy_now, team_by_id
from backend.services.tickets import file_ticket
from backend.transaction import Transaction
from desk.conversation import finish
from desk.ids import CustomerId
from desk.records import Tier
from desk.urgency import SETTLED

MOST_TICKETS = 200
"""So many of a customer's tickets follow at once, the last changed first; who has more open is no single customer."""

_NEWEST = Prepared(
    select(tables.ticket.c.doc)
    .where(tables.ticket.c.customer_id == bindparam("customer_id"))
    .order_by(tables.ticket.c.updated_at.desc())
    .limit(bindparam("count"))
    .offset(literal_column("0"))
)


def give_tier(tx: Transaction, customer_id: CustomerId, tier: Tier) -> None:
    """Let a customer's active tickets have the tier that the customer has now: their place in the queue follows it."""
    policy = policy_now(tx.conn)
    for (doc,) in _NEWEST.rows(tx.conn, {"customer_id": customer_id, "count": MOST_TICKETS}):
        ticket = read_ticket(doc)
        if ticket.status in SETTLED or ticket.tier is tier:
            continue
        team = team_by_id(tx.conn, ticket.team_id)
        calendar = "always" if team is None else team.calendar
        after, clock_events = finish(ticket, replace(ticket, tier=tier), policy, calendar, tx.now)
        file_ticket(tx, after, (), clock_events)
