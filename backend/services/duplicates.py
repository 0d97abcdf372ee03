"""Finds the open ticket that a new one may repeat, when it comes in.

Three narrow look-ups gather what may fit: the customer's own tickets, those that name the same transaction, and those
that a few striking phrases of the text are found in. :mod:`desk.duplicates` says whether one does. The full text index
follows the writes, so a ticket of the last minute is found by its customer or transaction only.
"""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace
from sqlalchemy import Connection, bindparam, literal_column, select, text

from backend import tables
from backend.prepared import Prepared
from backend.rows import read_message, read_ticket
from backend.services.persons import records_of_person
from desk.duplicates import Older, beginning, suggested
from desk.folding import is_han, run_phrase, words
from desk.ids import AgentId, CustomerId, TicketId
from desk.outcome import Outcome
from desk.records import Message, Status, Ticket
from desk.ticket_parts import DuplicateHint
from desk.urgency import SETTLED

MOST_OF_CUSTOMER = 20
MOST_OF_TRANSACTION = 20
MOST_OF_TEXT = 24
"""So many tickets are looked at for each reason, the newest first."""

PHRASES = 4
PHRASE_WORDS = 3
PHRASE_CHARACTERS = 5
"""How many phrases of a text are looked for, and how long each is: words, or Chinese characters."""

FIRST_MESSAGES = 4
"""A ticket is compared by what its customer wrote in so many messages; after these nothing is suggested any more."""

_OF_CUSTOMER = Prepared(
    select(tables.ticket.c.doc)
    .where(tables.ticket.c.customer_id == bindparam("customer_id"))
    .order_by(tables.ticket.c.updated_at.desc())
    .limit(bindparam("count"))
    .offset(literal_column("0"))
)
_OF_TRANSACTION = Prepared(
    select(tables.ticket.c.doc)
    .join(tables.ticket_tx, tables.ticket_tx.c.ticket_id == tables.ticket.c.id)
    .where(tables.ticket_tx.c.tx_id == bindparam("tx_id"))
    .order_by(tables.ticket.c.updated_at.desc())
    .limit(bindparam("count"))
    .offset(literal_column("0"))
)
_OF_TEXT = text(
    "SELECT m.ticket_id, t.doc FROM (SELECT rowid AS seq FROM message_fts WHERE message_fts MATCH :match"
    " ORDER BY rowid DESC LIMIT :count) f"
    " CROSS JOIN message m ON m.seq = f.seq CROSS JOIN ticket t ON t.id = m.ticket_id"
)
_BEGINNING = Prepared(
    select(tables.message.c.doc)
    .where(tables.message.c.ticket_id == bindparam("ticket_id"), tables.message.c.n <= bindparam("last_n"))
    .order_by(tables.message.c.n)
)


def with_suggestion(conn: Connection, outcome: Outcome) -> Outcome:
    """What intake made of a customer's first messages, with the ticket it may repeat."""
    ticket = outcome.changes[0]
    if not isinstance(ticket, Ticket) or not _is_new(ticket):
        return outcome
    before = _messages(conn, ticket.id) if outcome.messages and outcome.messages[0].n > 1 else ()
    hint = suggestion(conn, ticket, beginning(ticket.subject, (*before, *outcome.messages)))
    if hint == ticket.duplicate:
        return outcome
    moved = {**ticket.moved, "duplicate": ticket.v}
    moved_by = {**ticket.moved_by, "duplicate": AgentId("")}
    changed = replace(ticket, duplicate=hint, moved=moved, moved_by=moved_by)
    return replace(outcome, changes=(changed, *outcome.changes[1:]))


def _is_new(ticket: Ticket) -> bool:
    """Whether nobody at the desk has answered it yet, nor the question whether it is a duplicate."""
    dismissed = bool(ticket.moved_by.get("duplicate"))
    return ticket.status is Status.NEW and 0 < ticket.last_n <= FIRST_MESSAGES and not dismissed


def suggestion(conn: Connection, ticket: Ticket, said: str) -> DuplicateHint | None:
    """The open ticket that one begun with ``said`` may repeat."""
    person = records_of_person(conn, ticket.customer_id)
    found: dict[TicketId, Ticket] = {}
    for older in _gathered(conn, ticket, person, said):
        found.setdefault(older.id, older)
    found.pop(ticket.id, None)
    return suggested(
        ticket,
        said,
        (
            Older(
                ticket=older,
                text=beginning(older.subject, _messages(conn, older.id)),
                same_customer=older.customer_id in person,
            )
            for older in found.values()
            if older.status not in SETTLED
        ),
    )


def _gathered(conn: Connection, ticket: Ticket, person: Iterable[CustomerId], said: str) -> Iterator[Ticket]:
    for customer_id in person:
        yield from (
            read_ticket(doc)
            for (doc,) in _OF_CUSTOMER.rows(conn, {"customer_id": customer_id, "count": MOST_OF_CUSTOMER})
        )
    for tx_id in ticket.tx_ids:
        yield from (
            read_ticket(doc) for (doc,) in _OF_TRANSACTION.rows(conn, {"tx_id": tx_id, "count": MOST_OF_TRANSACTION})
        )
    phrases = striking_phrases(said)
    if phrases:
        seen = set()
        for ticket_id, doc in conn.execute(_OF_TEXT, {"match": " OR ".join(phrases), "count": MOST_OF_TEXT}):
            if ticket_id not in seen:
                seen.add(ticket_id)
                yield read_ticket(doc)


def striking_phrases(said: str) -> list[str]:
    """A few phrases of a text that other texts hold only by saying the same: FTS5 phrases, those of the longest words,
    and of Chinese the first of each stretch."""
    found: list[tuple[int, int, str]] = []
    run: list[str] = []
    for at, word in enumerate(words(said)):
        if is_han(word):
            run = []
            found += [
                (PHRASE_CHARACTERS * 3, at, run_phrase(word[start : start + PHRASE_CHARACTERS]))
                for start in range(0, len(word) - PHRASE_CHARACTERS + 1, PHRASE_CHARACTERS)
            ]
            continue
        run = [*run[1 - PHRASE_WORDS :], word]
        if len(run) == PHRASE_WORDS:
            found.append((sum(map(len, run)), at, f'"{" ".join(run)}"'))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [phrase for _, _, phrase in found[:PHRASES]]


def _messages(conn: Connection, ticket_id: TicketId) -> tuple[Message, ...]:
    rows = _BEGINNING.rows(conn, {"ticket_id": ticket_id, "last_n": FIRST_MESSAGES})
    return tuple(read_message(doc) for (doc,) in rows)
