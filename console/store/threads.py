"""A conversation as windows over SQL: confirmed messages in order, then mine that are not confirmed yet, and the reply
that waits for approval."""

import sqlite3
from collections.abc import Callable, Sequence

import msgspec

from console.store import reading
from console.store.facts import own_agent
from console.store.messages import decode_message, message_row, rows_of, ticket_row
from desk.commands import AskReview, Envelope, Note, OpenTicket, Reply
from desk.ids import CommandId, TicketId
from desk.outbox import NEEDS_ATTENTION, UNFINISHED, SendState
from desk.records import Author, Message, MessageKind
from desk.rows import ThreadLine
from desk.ticket_parts import ReviewState

_OPEN = ", ".join(f"'{state}'" for state in sorted(UNFINISHED | NEEDS_ATTENTION))
_REVIEW_WAITS = (
    "SELECT 1 FROM overlay_ticket WHERE id = :id AND in_review = 1 "
    "UNION ALL SELECT 1 FROM ticket WHERE id = :id AND in_review = 1"
)
_envelopes = msgspec.json.Decoder(Envelope)


class ThreadSource:
    """The lines of one conversation as they were when asked for."""

    def __init__(self, reader: Callable[[], sqlite3.Connection], ticket_id: TicketId) -> None:
        self._reader = reader
        self._ticket_id = ticket_id
        connection = reader()
        self._row = ticket_row(connection, ticket_id)
        self._confirmed = 0
        self._first_n = 1
        self._whole = True
        if self._row is not None:
            self._confirmed, self._first_n, self._whole = _extent(connection, self._row)
        self._pending = _pending_lines(connection, ticket_id, self._first_n + self._confirmed)
        self._pending += _in_review(connection, ticket_id, self._first_n + self._confirmed + len(self._pending))

    def count(self) -> int:
        """How many lines there are."""
        return self._confirmed + len(self._pending)

    def window(self, first: int, n: int) -> Sequence[ThreadLine]:
        """Lines ``first`` … ``first + n - 1``, fewer at the end."""
        first, last = max(first, 0), min(first + n, self.count())
        lines: list[ThreadLine] = []
        if first < self._confirmed:
            lines += self._confirmed_lines(first, min(last, self._confirmed) - first)
        return [*lines, *self._pending[max(first - self._confirmed, 0) : max(last - self._confirmed, 0)]]

    def index_of_merge(self, source_id: TicketId) -> int | None:
        """The line that tells that a ticket was merged into this one, the last such; None when there is none."""
        if self._row is None:
            return None
        told = (
            self._reader()
            .execute(
                "SELECT max(row) FROM message WHERE row BETWEEN ? AND ? AND instr(doc, ?) > 0 AND instr(doc, ?) > 0",
                (*rows_of(self._row), '"body":"merged_in ', f" id={source_id} "),
            )
            .fetchone()
        )
        return None if told[0] is None else self._index_of(told[0])

    def first_unread(self) -> int | None:
        """The first line I have not read and did not write; None when there is none."""
        if self._row is None:
            return None
        found = self._reader().execute("SELECT n FROM read_mark WHERE ticket_id = ?", (self._ticket_id,)).fetchone()
        me = own_agent(self._reader())
        rows = self._reader().execute(
            "SELECT row, doc FROM message WHERE row > ? AND row <= ? ORDER BY row",
            (message_row(self._row, found[0] if found else 0), rows_of(self._row)[1]),
        )
        for row, doc in rows:
            message = decode_message(doc)
            if me is None or message.author_id != me.id:
                return self._index_of(row)
        return None

    def _confirmed_lines(self, first: int, n: int) -> list[ThreadLine]:
        assert self._row is not None
        if self._whole:
            start = message_row(self._row, self._first_n + first)
            sql, parameters = "SELECT doc FROM message WHERE row BETWEEN ? AND ? ORDER BY row", (start, start + n - 1)
        else:
            low, high = rows_of(self._row)
            sql = f"SELECT doc FROM message WHERE row BETWEEN ? AND ? ORDER BY row LIMIT {n} OFFSET {first}"
            parameters = low, high
        return [ThreadLine(message=decode_message(doc)) for (doc,) in self._reader().execute(sql, parameters)]

    def _index_of(self, row: int) -> int:
        assert self._row is not None
        if self._whole:
            return row - message_row(self._row, self._first_n)
        before = "SELECT count(*) FROM message WHERE row >= ? AND row < ?"
        return int(self._reader().execute(before, (rows_of(self._row)[0], row)).fetchone()[0])


def _extent(connection: sqlite3.Connection, row: int) -> tuple[int, int, bool]:
    """How many messages are held, the first one's ``n``, and whether none is missing between."""
    low, high = rows_of(row)
    count, first, last = connection.execute(
        "SELECT count(*), min(row), max(row) FROM message WHERE row BETWEEN ? AND ?", (low, high)
    ).fetchone()
    if not count:
        return 0, 1, True
    return count, first - message_row(row, 0), last - first + 1 == count


def _pending_lines(connection: sqlite3.Connection, ticket_id: TicketId, next_n: int) -> list[ThreadLine]:
    """My messages that are not confirmed, in the order they were written, refused ones in their place."""
    shown: dict[str, list[Message]] = {}
    for command_id, doc in connection.execute(
        "SELECT command_id, doc FROM overlay_message WHERE ticket_id = ? ORDER BY n", (ticket_id,)
    ):
        shown.setdefault(command_id, []).append(decode_message(doc))
    lines: list[ThreadLine] = []
    entries = connection.execute(
        f"SELECT id, envelope, state, not_before FROM outbox WHERE lane = ? AND +state IN ({_OPEN}) ORDER BY seq",
        (ticket_id,),
    )
    for command_id, envelope, state, not_before in entries:
        messages = shown.get(command_id) or _as_written(connection, _envelopes.decode(envelope))
        for message in messages:
            line = ThreadLine(
                message=msgspec.structs.replace(message, n=next_n + len(lines)),
                state=SendState(state),
                command_id=CommandId(command_id),
                not_before=not_before,
            )
            lines.append(line)
    return lines


def _in_review(connection: sqlite3.Connection, ticket_id: TicketId, n: int) -> list[ThreadLine]:
    """The reply that waits for approval, as its author wrote it; in the shown state, so mine is there at once."""
    if connection.execute(_REVIEW_WAITS, {"id": ticket_id}).fetchone() is None:
        return []
    ticket = reading.shown_ticket(connection, ticket_id)
    review = ticket.review if ticket is not None else None
    if review is None or review.state is not ReviewState.ASKED:
        return []
    message = Message(
        ticket_id=ticket_id,
        n=n,
        author=Author.AGENT,
        author_id=review.author_id,
        author_name=review.author_name,
        body=review.body,
        at=review.asked_at,
        attachments=review.attachments,
    )
    return [ThreadLine(message=message, in_review=True)]


def _as_written(connection: sqlite3.Connection, envelope: Envelope) -> list[Message]:
    """The message a command would become, for one that is refused or cannot be replayed; empty when it writes none."""
    command = envelope.command
    if not isinstance(command, Reply | Note | OpenTicket | AskReview):
        return []
    me = own_agent(connection)
    is_note = isinstance(command, Note) or (isinstance(command, OpenTicket) and command.as_note)
    message = Message(
        ticket_id=command.ticket_id,
        n=0,
        kind=MessageKind.NOTE if is_note else MessageKind.REPLY,
        author=Author.AGENT,
        author_id=me.id if me else "",
        author_name=me.name if me else "",
        body=command.body,
        at=envelope.composed_at,
        command_id=envelope.id,
        attachments=() if isinstance(command, OpenTicket) else command.attachments,
    )
    return [message]
