"""Which ticket a thread of mails goes on with: known by the ids of its mails, and of those that they refer to."""

from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.dialects.sqlite import insert

from backend import tables
from backend.importing.mail_text import Mail
from backend.rows import read_ticket
from backend.services.lookup import ticket_by_id
from desk.ids import TicketId
from desk.records import Ticket

_TICKET = select(tables.mail.c.ticket_id).where(tables.mail.c.message_id == bindparam("message_id"))
_BY_SOURCE = select(tables.ticket.c.doc).where(tables.ticket.c.source_id == bindparam("source_id"))
_REMEMBER = insert(tables.mail).on_conflict_do_nothing()


def ticket_of_mails(conn: Connection, mails: Iterable[Mail], source_id: str) -> Ticket | None:
    """The ticket that one of these mails, or of those that they answer, belongs to; the nearest one first."""
    for message_id in _ids_nearest_first(mails):
        ticket_id = conn.execute(_TICKET, {"message_id": message_id}).scalar()
        if ticket_id is not None:
            return ticket_by_id(conn, TicketId(str(ticket_id)))
    doc = conn.execute(_BY_SOURCE, {"source_id": source_id}).scalar()
    return None if doc is None else read_ticket(str(doc))


def tickets_of_mails(conn: Connection, mails: Iterable[Mail]) -> set[TicketId]:
    """Every ticket that has one of these mails: two that once were apart may be joined by a later mail."""
    owners = (conn.execute(_TICKET, {"message_id": mail.id}).scalar() for mail in mails)
    return {TicketId(str(owner)) for owner in owners if owner is not None}


def remember_mails(conn: Connection, mails: Sequence[Mail], ticket_id: TicketId) -> None:
    """Note whose mails these are; an id that belongs to a ticket already stays with it."""
    ids = dict.fromkeys(_ids_nearest_first(mails))
    conn.execute(_REMEMBER, [{"message_id": message_id, "ticket_id": ticket_id} for message_id in ids])


def _ids_nearest_first(mails: Iterable[Mail]) -> Iterator[str]:
    for mail in mails:
        yield mail.id
        yield from reversed(mail.refers_to)
