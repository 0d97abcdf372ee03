"""Tickets that went to a team out of my sight: for a day a replica knows what they were and where they are."""

import sqlite3
from collections.abc import Iterable

import msgspec

from console.store.pages import Change, PageRecord
from desk.frozen import Frozen
from desk.ids import MS_PER_S, AgentId, Instant, TeamId, TicketId

KEPT_MS = 24 * 3600 * MS_PER_S


class MovedTicket(Frozen, frozen=True, kw_only=True):
    """What is left here of a ticket: its reference and subject, the team that has it, who moved it (None: no agent),
    and when this replica heard of it."""

    id: TicketId
    ref: str
    subject: str
    team_id: TeamId
    by: AgentId | None
    at: Instant


class _Head(msgspec.Struct):
    ref: str
    subject: str


_head = msgspec.json.Decoder(_Head).decode


def departing(
    writer: sqlite3.Connection, prefix: str, records: Iterable[PageRecord], now: Instant
) -> list[MovedTicket]:
    """The tickets that a page moves to other teams, as far as they are here; to be asked before they are evicted."""
    found = []
    for record in records:
        if record.op != "leave" or record.k != "ticket" or record.to is None:
            continue
        row = writer.execute(f"SELECT doc FROM {prefix}ticket WHERE id = ?", (record.id,)).fetchone()
        if row is not None:
            head = _head(row[0])
            found.append(
                MovedTicket(
                    id=TicketId(record.id),
                    ref=head.ref,
                    subject=head.subject,
                    team_id=record.to.team_id,
                    by=record.to.by,
                    at=now,
                )
            )
    return found


def note_moved(writer: sqlite3.Connection, departed: Iterable[MovedTicket], evicted: set[Change]) -> None:
    """Keep those that are gone from here, and forget those of yesterday."""
    for ticket in departed:
        if ("ticket", ticket.id) in evicted:
            writer.execute(
                "INSERT OR REPLACE INTO moved (id, ref, at, doc) VALUES (?, ?, ?, ?)",
                (ticket.id, ticket.ref, ticket.at, msgspec.json.encode(ticket).decode()),
            )
            writer.execute("DELETE FROM moved WHERE at < ?", (ticket.at - KEPT_MS,))


def moved_ticket(reader: sqlite3.Connection, id_or_ref: str, now: Instant) -> MovedTicket | None:
    """What is left of a ticket that is out of sight since less than a day; None when it is here or was never."""
    row = reader.execute(
        "SELECT doc FROM moved WHERE (id = ?1 OR ref = ?1 OR ref = upper(?1)) AND at >= ?2 "
        "AND id NOT IN (SELECT id FROM ticket)",
        (id_or_ref, now - KEPT_MS),
    ).fetchone()
    return msgspec.json.decode(row[0], type=MovedTicket) if row else None
