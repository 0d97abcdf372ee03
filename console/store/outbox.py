"""What this agent has said and the backend has not confirmed: durable when :func:`enqueue` returns.

States and lanes are described in docs/protocol.md. An entry that needs attention holds back only those of its lane that
were written before it was refused; what the agent writes afterwards, knowing of it, goes out.
"""

import sqlite3
import time
from collections.abc import Iterable, Sequence

import msgspec

from console.store import bulk_outcomes, overlay
from desk.commands import Envelope, Seen, lane_of
from desk.ids import MS_PER_S, CommandId, Instant
from desk.outbox import NEEDS_ATTENTION, STALE_AFTER_S, UNFINISHED, OutboxEntry, SendState
from desk.wire import Applied, CommandOutcome, Conflict, Duplicate, Held, Rejected, Retry

_SLICE = 4
"""After so many replays of a step the interpreter is left to whoever paints, for twice as long as they took."""
DONE_KEPT = 500
"""Finished entries that stay to be looked at."""

COLUMNS = (
    "seq, id, lane, kind, envelope, state, not_before, attempts, next_at, outcome, acked_v, replaces, "
    "target_kind, target_id"
)
_encode = msgspec.json.encode
_envelopes = msgspec.json.Decoder(Envelope)
_outcomes: msgspec.json.Decoder[CommandOutcome] = msgspec.json.Decoder(CommandOutcome)


def _sql(states: Iterable[SendState]) -> str:
    return ", ".join(f"'{state}'" for state in sorted(states))


def entries(
    connection: sqlite3.Connection, where: str = "1", parameters: tuple[str | int, ...] = ()
) -> list[OutboxEntry]:
    """Entries in the order they were written."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM outbox WHERE {where} ORDER BY seq", parameters)
    return [_entry(row) for row in rows]


def in_states(connection: sqlite3.Connection, states: Iterable[SendState]) -> list[OutboxEntry]:
    """Entries in one of these states, oldest first."""
    return entries(connection, f"state IN ({_sql(states)})")


def alone(connection: sqlite3.Connection) -> list[OutboxEntry]:
    """Entries that are not part of a bulk, in the order they were written."""
    return entries(connection, "NOT EXISTS (SELECT 1 FROM bulk_item WHERE command_id = outbox.id)")


def entry(connection: sqlite3.Connection, command_id: CommandId) -> OutboxEntry | None:
    """One entry."""
    found = entries(connection, "id = ?", (command_id,))
    return found[0] if found else None


def unfinished_count(connection: sqlite3.Connection) -> int:
    """How many commands are not confirmed yet."""
    return int(connection.execute(f"SELECT count(*) FROM outbox WHERE state IN ({_sql(UNFINISHED)})").fetchone()[0])


def enqueue(
    writer: sqlite3.Connection, envelope: Envelope, *, undo_s: float, replaces: CommandId | None = None
) -> OutboxEntry:
    """Put a command at the end of its lane and show its effect."""
    command = envelope.command
    if isinstance(command, Seen):
        _note_seen(writer, command)
    writer.execute(_INSERT, _inserted(envelope, undo_s, replaces))
    overlay.rebuild(writer, [overlay.target_of(command)])
    made = entry(writer, envelope.id)
    assert made is not None
    return made


def enqueue_many(writer: sqlite3.Connection, envelopes: Sequence[Envelope]) -> None:
    """Put commands, none of them ``seen``, at the ends of their lanes and show their effects. Nothing of a bulk waits
    to be undone one by one."""
    writer.executemany(_INSERT, (_inserted(envelope, 0.0, None) for envelope in envelopes))
    targets = list(dict.fromkeys(overlay.target_of(envelope.command) for envelope in envelopes))
    for first in range(0, len(targets), _SLICE):
        started = time.perf_counter()
        overlay.rebuild(writer, targets[first : first + _SLICE])
        time.sleep(2 * (time.perf_counter() - started))


_INSERT = (
    "INSERT INTO outbox (id, lane, kind, target_kind, target_id, envelope, state, not_before, replaces) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


def _inserted(envelope: Envelope, undo_s: float, replaces: CommandId | None) -> tuple[str | int | None, ...]:
    command = envelope.command
    return (
        envelope.id,
        lane_of(command),
        type(command).__struct_config__.tag,
        *overlay.target_of(command),
        _encode(envelope).decode(),
        SendState.QUEUED,
        envelope.composed_at + round(undo_s * MS_PER_S),
        replaces,
    )


def _note_seen(writer: sqlite3.Connection, command: Seen) -> None:
    """Keep my own mark at once; an unsent earlier one says nothing more."""
    writer.execute(
        "INSERT INTO read_mark (ticket_id, n) VALUES (?, ?) ON CONFLICT (ticket_id) DO UPDATE SET n=max(n, excluded.n)",
        (command.ticket_id, command.n),
    )
    writer.execute(
        "DELETE FROM outbox WHERE lane = ? AND kind = 'seen' AND state = ?", (command.ticket_id, SendState.QUEUED)
    )


def undo(writer: sqlite3.Connection, command_id: CommandId) -> Envelope | None:
    """Take back a command that nobody has begun to send; None when it is too late."""
    found = entry(writer, command_id)
    if found is None or found.state is not SendState.QUEUED or found.attempts:
        return None
    remove(writer, found)
    return found.envelope


def remove(writer: sqlite3.Connection, gone: OutboxEntry) -> None:
    """Forget an entry and what was shown of it."""
    writer.execute("DELETE FROM outbox WHERE id = ?", (gone.id,))
    overlay.rebuild(writer, [overlay.target_of(gone.envelope.command)])


def due(connection: sqlite3.Connection, now: Instant, limit: int) -> list[OutboxEntry]:
    """The first entry of each lane that may go now, oldest first. Looks at each queued entry's own lane only (the
    ``+`` keeps SQLite from going through all that is queued for each), so thousands of them cost milliseconds."""
    blocked = f"""
        SELECT 1 FROM outbox e WHERE e.lane = o.lane AND e.seq < o.seq AND (
            +e.state IN ('{SendState.QUEUED}', '{SendState.SENDING}')
            OR (+e.state IN ({_sql(NEEDS_ATTENTION)}) AND o.seq <= e.blocks_to))"""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM outbox o WHERE o.state = '{SendState.QUEUED}' AND o.not_before <= ?1 "
        f"AND o.next_at <= ?1 AND NOT EXISTS ({blocked}) ORDER BY o.seq LIMIT ?2",
        (now, limit),
    )
    return [_entry(row) for row in rows]


def next_due_at(connection: sqlite3.Connection) -> Instant | None:
    """When the next queued command may go; None when none is queued."""
    select = f"SELECT min(max(not_before, next_at)) FROM outbox WHERE state = '{SendState.QUEUED}'"
    found: Instant | None = connection.execute(select).fetchone()[0]
    return found


def set_aside_stale(writer: sqlite3.Connection, now: Instant) -> int:
    """Ask the author before sending what waited too long; returns how many."""
    oldest = now - STALE_AFTER_S * MS_PER_S
    waiting = entries(writer, f"state = '{SendState.QUEUED}' AND not_before < ?", (oldest,))
    for found in waiting:
        if isinstance(found.envelope.command, Seen):
            continue
        if found.envelope.bulk_id:
            bulk_outcomes.note_too_old(writer, found.envelope)
        _set_state(writer, found.id, SendState.DONE if found.envelope.bulk_id else SendState.STALE)
    overlay.rebuild(writer, {overlay.target_of(found.envelope.command) for found in waiting})
    return len(waiting)


def has_stale(connection: sqlite3.Connection, now: Instant) -> bool:
    """Whether something waited so long that its author should be asked."""
    oldest = now - STALE_AFTER_S * MS_PER_S
    select = f"SELECT 1 FROM outbox WHERE state = '{SendState.QUEUED}' AND not_before < ? AND kind <> 'seen' LIMIT 1"
    return connection.execute(select, (oldest,)).fetchone() is not None


def mark_sending(writer: sqlite3.Connection, ids: Iterable[CommandId]) -> list[CommandId]:
    """Begin to send. Those that were taken back meanwhile are missing in the answer, and must not be sent."""
    begun = []
    for command_id in ids:
        changed = writer.execute(
            f"UPDATE outbox SET state = '{SendState.SENDING}', attempts = attempts + 1 "
            f"WHERE id = ? AND state = '{SendState.QUEUED}'",
            (command_id,),
        )
        if changed.rowcount:
            begun.append(command_id)
    return begun


def reschedule(
    writer: sqlite3.Connection, command_id: CommandId, next_at: Instant, attempts: int | None = None
) -> None:
    """Try again later."""
    writer.execute(
        f"UPDATE outbox SET state = '{SendState.QUEUED}', next_at = ?, attempts = coalesce(?, attempts) "
        f"WHERE id = ? AND state IN ('{SendState.QUEUED}', '{SendState.SENDING}')",
        (next_at, attempts, command_id),
    )


def recover(writer: sqlite3.Connection) -> int:
    """After a crash: what was being sent is queued again under the same id. Returns how many."""
    changed = writer.execute(
        f"UPDATE outbox SET state = '{SendState.QUEUED}', next_at = 0 WHERE state = '{SendState.SENDING}'"
    )
    return changed.rowcount


def record_outcome(writer: sqlite3.Connection, outcome: CommandOutcome, now: Instant) -> OutboxEntry | None:
    """Keep the backend's answer; an entry that is finished, or unknown, is left alone."""
    found = entry(writer, outcome.id)
    in_bulk = found is not None and bool(found.envelope.bulk_id)
    if found is not None and in_bulk:
        bulk_outcomes.note_outcome(writer, found.envelope, outcome)
    if found is None or found.state not in UNFINISHED:
        return found
    match outcome:
        case Applied() | Duplicate():
            _set_state(writer, found.id, SendState.ACKED, outcome=outcome, acked_v=outcome.v)
            finish_confirmed(writer, [overlay.target_of(found.envelope.command)])
        case Retry():
            reschedule(writer, found.id, now + round(outcome.after_s * MS_PER_S))
        case Rejected() if outcome.code == "no-change" or isinstance(found.envelope.command, Seen):
            _set_state(writer, found.id, SendState.DONE, outcome=outcome)
        case _ if in_bulk:  # the bulk keeps it with its reason; it waits for no decision of its own
            _set_state(writer, found.id, SendState.DONE, outcome=outcome)
        case Rejected():
            _set_state(writer, found.id, SendState.REJECTED, outcome=outcome)
        case Conflict():
            _set_state(writer, found.id, SendState.CONFLICT, outcome=outcome)
        case Held():
            _set_state(writer, found.id, SendState.HELD, outcome=outcome)
    now_is = entry(writer, outcome.id)
    if now_is is None or now_is.state not in UNFINISHED:  # else it is shown as it was
        overlay.rebuild(writer, [overlay.target_of(found.envelope.command)])
    return now_is


def finish_confirmed(writer: sqlite3.Connection, targets: Iterable[overlay.Target]) -> None:
    """Finish what was acknowledged and has come back: the record is as new as the answer said, or is out of sight."""
    for kind, record_id in targets:
        if not kind:
            writer.execute(
                f"UPDATE outbox SET state = '{SendState.DONE}' "
                f"WHERE target_kind = '' AND target_id = ? AND state = '{SendState.ACKED}'",
                (record_id,),
            )
            continue
        found = writer.execute(f"SELECT v FROM {kind} WHERE id = ?", (record_id,)).fetchone()
        opens = "AND kind <> 'open'" if found is None else ""
        writer.execute(
            f"UPDATE outbox SET state = '{SendState.DONE}' WHERE target_kind = ? AND target_id = ? "
            f"AND state = '{SendState.ACKED}' AND coalesce(acked_v, 0) <= ? {opens}",
            (kind, record_id, found[0] if found else 1 << 62),
        )
    prune(writer)


def finish_seen_in_feed(writer: sqlite3.Connection, command_ids: Iterable[CommandId]) -> set[overlay.Target]:
    """Finish commands whose effect came through the feed, answered or not; returns what they changed."""
    touched: set[overlay.Target] = set()
    for command_id in command_ids:
        found = writer.execute(
            f"SELECT target_kind, target_id FROM outbox WHERE id = ? AND state IN ({_sql(UNFINISHED)})", (command_id,)
        ).fetchone()
        if found:
            writer.execute("UPDATE outbox SET state = ? WHERE id = ?", (SendState.DONE, command_id))
            bulk_outcomes.note_applied(writer, command_id)
            touched.add((found[0], found[1]))
    return touched


def prune(writer: sqlite3.Connection) -> None:
    """Drop the oldest finished entries."""
    writer.execute(
        f"DELETE FROM outbox WHERE state = '{SendState.DONE}' AND seq <= (SELECT max(seq) FROM outbox) - ?",
        (DONE_KEPT,),
    )


def _set_state(
    writer: sqlite3.Connection,
    command_id: CommandId,
    state: SendState,
    *,
    outcome: CommandOutcome | None = None,
    acked_v: int | None = None,
) -> None:
    writer.execute(
        "UPDATE outbox SET state = ?, outcome = coalesce(?, outcome), acked_v = coalesce(?, acked_v), "
        "blocks_to = (SELECT max(seq) FROM outbox) WHERE id = ?",
        (state, None if outcome is None else _encode(outcome).decode(), acked_v, command_id),
    )


def _entry(row: tuple[object, ...]) -> OutboxEntry:
    seq, command_id, lane, kind, envelope, state, not_before, attempts, next_at, outcome, acked_v, replaces, *_ = row
    return msgspec.convert(
        {
            "seq": seq,
            "id": command_id,
            "lane": lane,
            "kind": kind,
            "envelope": _envelopes.decode(str(envelope)),
            "state": state,
            "not_before": not_before,
            "attempts": attempts,
            "next_at": next_at,
            "outcome": None if outcome is None else _outcomes.decode(str(outcome)),
            "acked_v": acked_v,
            "replaces": replaces,
        },
        OutboxEntry,
    )
