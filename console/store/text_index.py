"""The full-text table of tickets, filled behind the sync: a page only notes what waits, :func:`index_pending` does the
work.

The table keeps no text of its own, so that a row can only be taken out by giving the text that was put in: a message's
is made again from its document, a header's is kept in ``ticket_text``. Only the base set in use is indexed; a set that
is being rebuilt (a prefix) just gathers what waits.
"""

import sqlite3
from collections.abc import Iterable

import msgspec

from console.store.facts import set_meta
from console.store.messages import decode_message, message_row, rows_of
from console.store.schema import MAX_MESSAGES, MESSAGE_BITS
from desk.folding import segment
from desk.records import Message, MessageKind

PURGED = "purged_text"
"""The fact that something was purged whose words are still in the index."""

HEADER_ONLY = MAX_MESSAGES + 1
"""``from_n`` of a ticket of which no message waits."""


class _Header(msgspec.Struct):
    ref: str = ""
    subject: str = ""
    customer_name: str = ""
    tags: tuple[str, ...] = ()


_headers = msgspec.json.Decoder(_Header)


def note_waiting(writer: sqlite3.Connection, prefix: str, waiting: Iterable[tuple[int, int]]) -> None:
    """Note tickets (by row) whose header, and messages from some ``n`` on, are to be indexed."""
    writer.executemany(
        f"INSERT INTO {prefix}text_waiting (ticket_row, from_n) VALUES (?, ?) "
        "ON CONFLICT (ticket_row) DO UPDATE SET from_n=min(from_n, excluded.from_n)",
        waiting,
    )


def waiting_count(connection: sqlite3.Connection) -> int:
    """How many tickets wait to be indexed."""
    return int(connection.execute("SELECT count(*) FROM text_waiting").fetchone()[0])


def index_pending(writer: sqlite3.Connection, limit: int) -> int:
    """Index the newest waiting tickets until ``limit`` messages are done; returns how many tickets still wait."""
    done = 0
    tickets = writer.execute(
        "SELECT w.ticket_row, w.from_n, t.doc FROM text_waiting w LEFT JOIN ticket t ON t.row = w.ticket_row "
        "ORDER BY w.ticket_row DESC LIMIT ?",
        (limit,),
    ).fetchall()
    for row, from_n, doc in tickets:
        if done >= limit:
            break
        done += 1
        if doc is not None:
            _index_header(writer, row, doc)
            last_n, count = _index_messages(writer, row, from_n, limit - done)
            done += count
            if last_n is not None:
                writer.execute("UPDATE text_waiting SET from_n = ? WHERE ticket_row = ?", (last_n + 1, row))
                break
        writer.execute("DELETE FROM text_waiting WHERE ticket_row = ?", (row,))
    return waiting_count(writer)


def erase_purged(writer: sqlite3.Connection) -> None:
    """Write the full-text tables anew without the words of what was taken out, which until then are only marked."""
    for table in ("ticket_fts", "article_fts"):
        writer.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    set_meta(writer, PURGED, None)


def _index_header(writer: sqlite3.Connection, row: int, doc: str) -> None:
    header = _headers.decode(doc)
    text = segment(" \n".join((header.ref, header.subject, header.customer_name, *header.tags)))
    before = writer.execute("SELECT text FROM ticket_text WHERE ticket_row = ?", (row,)).fetchone()
    if before is not None:
        if before[0] == text:
            return
        _take_out(writer, message_row(row, 0), before[0])
    _put_in(writer, message_row(row, 0), text)
    writer.execute("INSERT OR REPLACE INTO ticket_text (ticket_row, text) VALUES (?, ?)", (row, text))


def _index_messages(writer: sqlite3.Connection, row: int, from_n: int, limit: int) -> tuple[int | None, int]:
    """Index messages from ``from_n`` on; the last ``n`` done when some are left for the next time, and how many."""
    if from_n > MAX_MESSAGES:
        return None, 0
    found = writer.execute(
        "SELECT row, doc FROM message WHERE row BETWEEN ? AND ? ORDER BY row LIMIT ?",
        (message_row(row, from_n), rows_of(row)[1], max(limit, 1) + 1),
    ).fetchall()
    taken = found[: max(limit, 1)]
    for number, doc in taken:
        text = _text_of(decode_message(doc))
        if text:
            _put_in(writer, number, text)
    left = len(found) > len(taken)
    return (taken[-1][0] & MAX_MESSAGES if left else None), len(taken)


def forget_message(writer: sqlite3.Connection, prefix: str, number: int, doc: str) -> None:
    """Take a message out that is about to change or go."""
    if prefix:
        return
    waiting = writer.execute(
        "SELECT from_n FROM text_waiting WHERE ticket_row = ?", (number >> MESSAGE_BITS,)
    ).fetchone()
    if waiting is not None and waiting[0] <= number & MAX_MESSAGES:
        return
    text = _text_of(decode_message(doc))
    if text:
        _take_out(writer, number, text)


def forget_ticket(writer: sqlite3.Connection, prefix: str, row: int) -> None:
    """Take a ticket's header and messages out before they go."""
    if not prefix:
        header = writer.execute("SELECT text FROM ticket_text WHERE ticket_row = ?", (row,)).fetchone()
        if header is not None:
            _take_out(writer, message_row(row, 0), header[0])
        found = writer.execute("SELECT row, doc FROM message WHERE row BETWEEN ? AND ?", rows_of(row)).fetchall()
        for number, doc in found:
            forget_message(writer, prefix, number, doc)
    for table in ("ticket_text", "text_waiting"):
        writer.execute(f"DELETE FROM {prefix}{table} WHERE ticket_row = ?", (row,))


def _text_of(message: Message) -> str:
    return "" if message.hidden or message.kind is MessageKind.EVENT else segment(message.body)


def _put_in(writer: sqlite3.Connection, number: int, text: str) -> None:
    writer.execute("INSERT INTO ticket_fts (rowid, text) VALUES (?, ?)", (number, text))


def _take_out(writer: sqlite3.Connection, number: int, text: str) -> None:
    writer.execute("INSERT INTO ticket_fts (ticket_fts, rowid, text) VALUES ('delete', ?, ?)", (number, text))
