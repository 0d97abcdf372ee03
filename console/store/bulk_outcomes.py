"""What became of the commands of bulks, noted in the transaction that recorded it. Called by the outbox.

A refused command of a bulk waits for nobody: the bulk keeps it with the reason, and the rest goes on. Only a role that
was taken away stops the whole.
"""

import sqlite3

import msgspec

from desk.bulk import BulkState, ItemState
from desk.commands import Envelope
from desk.ids import CommandId
from desk.wire import Applied, CommandOutcome, Conflict, Duplicate, Held, Rejected

STOPS = "not-allowed"
"""The refusal after which the rest would be refused, too."""
TOO_OLD = "stale"
"""The code of a command that waited too long to be sent without asking."""


def note_outcome(writer: sqlite3.Connection, envelope: Envelope, outcome: CommandOutcome) -> None:
    """Keep the backend's answer to a command of a bulk."""
    match outcome:
        case Applied(v=v) | Duplicate(v=v):
            _settle(writer, envelope, ItemState.APPLIED, v=v)
        case Rejected(code="no-change"):
            _settle(writer, envelope, ItemState.SAME)
        case Rejected(code=code, why=why):
            _settle(writer, envelope, ItemState.REFUSED, code, why)
            if code == STOPS:
                stop(writer, envelope.bulk_id, code)
        case Conflict(what=what):
            _settle(writer, envelope, ItemState.REFUSED, "conflict", f"Somebody else changed the {what} first.")
        case Held():
            _settle(writer, envelope, ItemState.REFUSED, "held", "")


def note_applied(writer: sqlite3.Connection, command_id: CommandId) -> None:
    """Its effect came through the feed before its answer did."""
    found = writer.execute("SELECT envelope FROM bulk_item WHERE command_id = ?", (command_id,)).fetchone()
    if found is not None:
        _settle(writer, msgspec.json.decode(found[0], type=Envelope), ItemState.APPLIED)


def note_too_old(writer: sqlite3.Connection, envelope: Envelope) -> None:
    """It waited so long that it is not sent any more."""
    _settle(writer, envelope, ItemState.REFUSED, TOO_OLD, "It waited more than seven days; plan it again.")


def stop(writer: sqlite3.Connection, bulk_id: str, why: str) -> None:
    """Go no further; ``why`` is a refusal's code, or empty."""
    writer.execute(
        "UPDATE bulk SET state = ?, why = ? WHERE id = ? AND state = ?",
        (BulkState.STOPPED, why, bulk_id, BulkState.RUNNING),
    )


def finish_if_settled(writer: sqlite3.Connection, bulk_id: str) -> bool:
    """Close a bulk of which nothing more is to come."""
    waiting = "SELECT 1 FROM bulk_item WHERE bulk_id = ? AND state IN (?, ?) LIMIT 1"
    if writer.execute(waiting, (bulk_id, ItemState.PLANNED, ItemState.QUEUED)).fetchone():
        return False
    writer.execute("UPDATE bulk SET state = ? WHERE id = ?", (BulkState.DONE, bulk_id))
    return True


def _settle(
    writer: sqlite3.Connection,
    envelope: Envelope,
    state: ItemState,
    code: str = "",
    why: str = "",
    v: int | None = None,
) -> None:
    writer.execute(
        "UPDATE bulk_item SET state = ?, code = ?, why = ?, v = coalesce(?, v) WHERE command_id = ?",
        (state, code, why, v, envelope.id),
    )
    finish_if_settled(writer, envelope.bulk_id)
