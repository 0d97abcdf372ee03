"""The messages of a conversation as rows: where they lie and how to read a run of them."""

import sqlite3

import msgspec

from console.store.schema import MAX_MESSAGES, MESSAGE_BITS
from desk.records import Message

_decode = msgspec.json.Decoder(Message).decode


def message_row(ticket_row: int, n: int) -> int:
    """The row of message ``n`` of a ticket; ``n`` 0 stands for the ticket's header in the full-text table."""
    return (ticket_row << MESSAGE_BITS) | n


def rows_of(ticket_row: int) -> tuple[int, int]:
    """The first and last row a ticket's messages may have."""
    return message_row(ticket_row, 1), message_row(ticket_row, MAX_MESSAGES)


def ticket_row(connection: sqlite3.Connection, ticket_id: str, prefix: str = "") -> int | None:
    """A ticket's local number."""
    found = connection.execute(f"SELECT row FROM {prefix}ticket WHERE id = ?", (ticket_id,)).fetchone()
    return found[0] if found else None


def messages_after(connection: sqlite3.Connection, ticket_id: str, n: int) -> list[Message]:
    """The confirmed messages of a ticket above ``n``, in order."""
    row = ticket_row(connection, ticket_id)
    if row is None:
        return []
    found = connection.execute(
        "SELECT doc FROM message WHERE row > ? AND row <= ? ORDER BY row", (message_row(row, n), rows_of(row)[1])
    )
    return [_decode(doc) for (doc,) in found]


def last_number(connection: sqlite3.Connection, ticket_id: str) -> int:
    """The highest ``n`` among a ticket's confirmed messages; 0 without any."""
    row = ticket_row(connection, ticket_id)
    if row is None:
        return 0
    found = connection.execute("SELECT max(row) FROM message WHERE row BETWEEN ? AND ?", rows_of(row)).fetchone()[0]
    return 0 if found is None else found - message_row(row, 0)


def decode_message(doc: str) -> Message:
    """A message from its document."""
    return _decode(doc)
