"""The four ways out of "Needs attention", and the trash that keeps what was discarded for 30 days."""

import sqlite3
from typing import Literal, TypeAlias

import msgspec

from console.i18n import gettext as _
from console.store import drafts, outbox, overlay
from console.store.errors import CannotResolve
from desk.commands import (
    AnyCommand,
    AskReview,
    DecideReview,
    Envelope,
    Escalate,
    Note,
    OpenTicket,
    Reply,
    ReturnEscalation,
)
from desk.ids import MS_PER_S, CommandId, Instant
from desk.outbox import NEEDS_ATTENTION, OutboxEntry, SendState
from desk.rows import Draft

TRASH_DAYS = 30
WayOut: TypeAlias = Literal["on_top", "edit", "note", "discard"]
_entries = msgspec.json.Decoder(OutboxEntry)


def resolve(
    writer: sqlite3.Connection, command_id: CommandId, how: WayOut, new_id: CommandId | None, now: Instant
) -> OutboxEntry | Draft | None:
    """Take one of the ways out. Raises :exc:`CannotResolve` for one that does not fit the command."""
    found = outbox.entry(writer, command_id)
    if found is None or found.state not in NEEDS_ATTENTION:
        raise CannotResolve(_("This command needs no decision any more."))
    if how == "discard":
        _discard(writer, found, now)
        return None
    if how == "edit":
        return _edit(writer, found, now)
    if new_id is None:
        raise CannotResolve(_("A command that goes out again needs a new id."))
    envelope = found.envelope
    if how == "note":
        note = _as_note(envelope.command)
        if note is None:
            raise CannotResolve(_("Only a reply can be kept as a note."))
        envelope = Envelope(id=new_id, command=note, composed_at=now)
    else:
        envelope = msgspec.structs.replace(envelope, id=new_id, composed_at=now, expected_version=None, on_top=True)
    return _send_again(writer, found, envelope)


def _as_note(command: AnyCommand) -> Note | None:
    """What somebody wrote in a command about a ticket, to be kept for the desk; None when they wrote nothing."""
    match command:
        case Reply() | AskReview():
            return Note(ticket_id=command.ticket_id, body=command.body, attachments=command.attachments)
        case ReturnEscalation(ticket_id=ticket_id, answer=answer):
            return Note(ticket_id=ticket_id, body=answer)
        case Escalate(ticket_id=ticket_id, sheet=sheet):
            from desk.decisions.escalation import as_note  # the rules load when a command is decided, not before

            return Note(ticket_id=ticket_id, body=as_note(sheet))
        case DecideReview(ticket_id=ticket_id, body=body, remark=remark) if body or remark:
            return Note(ticket_id=ticket_id, body="\n\n".join(filter(None, (body, remark))))
    return None


def _send_again(writer: sqlite3.Connection, found: OutboxEntry, envelope: Envelope) -> OutboxEntry:
    """Queue it in its old place, so that what was written after it still follows it."""
    writer.execute(
        "UPDATE outbox SET id = ?, kind = ?, envelope = ?, state = ?, not_before = ?, attempts = 0, next_at = 0, "
        "outcome = NULL, acked_v = NULL, blocks_to = NULL, replaces = ? WHERE id = ?",
        (
            envelope.id,
            type(envelope.command).__struct_config__.tag,
            msgspec.json.encode(envelope).decode(),
            SendState.QUEUED,
            envelope.composed_at,
            found.id,
            found.id,
        ),
    )
    overlay.rebuild(writer, [overlay.target_of(envelope.command)])
    entry = outbox.entry(writer, envelope.id)
    assert entry is not None
    return entry


def _edit(writer: sqlite3.Connection, found: OutboxEntry, now: Instant) -> Draft:
    command = found.envelope.command
    if not isinstance(command, Reply | Note | OpenTicket | AskReview):
        raise CannotResolve(_("There is no text to edit in this command."))
    slot = "note" if isinstance(command, Note) else "reply"
    draft = drafts.keep_beside(writer, found.lane, slot, command.body, now)
    outbox.remove(writer, found)
    return draft


def _discard(writer: sqlite3.Connection, found: OutboxEntry, now: Instant) -> None:
    discarded = msgspec.structs.replace(found, state=SendState.DISCARDED)
    writer.execute(
        "INSERT OR REPLACE INTO trash (id, entry, trashed_at) VALUES (?, ?, ?)",
        (found.id, msgspec.json.encode(discarded).decode(), now),
    )
    writer.execute("DELETE FROM trash WHERE trashed_at < ?", (now - TRASH_DAYS * 86_400 * MS_PER_S,))
    outbox.remove(writer, found)


def trash(connection: sqlite3.Connection) -> list[OutboxEntry]:
    """What was discarded, newest first."""
    rows = connection.execute("SELECT entry FROM trash ORDER BY trashed_at DESC, id DESC")
    return [_entries.decode(text) for (text,) in rows]
