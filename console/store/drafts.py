"""Unsent texts. Each save names the revision it goes on from; who loses a race keeps their text in a second slot."""

import sqlite3

import msgspec

from desk.ids import Instant
from desk.rows import Draft

_SELECT = "SELECT lane, slot, rev, body, attachments, saved_at FROM draft"


def draft(connection: sqlite3.Connection, lane: str, slot: str) -> Draft | None:
    """The draft in a slot of a lane."""
    found = connection.execute(f"{_SELECT} WHERE lane = ? AND slot = ?", (lane, slot)).fetchone()
    return _draft(found) if found else None


def drafts(connection: sqlite3.Connection) -> list[Draft]:
    """All drafts, the last saved first."""
    return [_draft(row) for row in connection.execute(f"{_SELECT} ORDER BY saved_at DESC, lane, slot")]


def save(
    writer: sqlite3.Connection,
    lane: str,
    slot: str,
    body: str,
    rev: int,
    now: Instant,
    attachments: tuple[str, ...] = (),
) -> Draft:
    """Save over revision ``rev`` (0: there was none). Where another console was faster, both texts stay: this one goes
    to the next free slot ``reply~2``, ``reply~3`` …, which the returned draft names."""
    there = draft(writer, lane, slot)
    if there is not None and there.rev != rev:
        if (there.body, there.attachments) == (body, attachments):
            return there
        slot, rev = _free_slot(writer, lane, slot), 0
    saved = Draft(lane=lane, slot=slot, rev=rev + 1, body=body, saved_at=now, attachments=attachments)
    writer.execute(
        "INSERT INTO draft (lane, slot, rev, body, attachments, saved_at) VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (lane, slot) DO UPDATE SET rev=excluded.rev, body=excluded.body, "
        "attachments=excluded.attachments, saved_at=excluded.saved_at",
        (lane, slot, saved.rev, body, msgspec.json.encode(attachments).decode(), now),
    )
    return saved


def drop(writer: sqlite3.Connection, lane: str, slot: str, rev: int | None = None) -> bool:
    """Forget a draft; with ``rev``, only if nobody has saved since. Returns whether it is gone."""
    there = draft(writer, lane, slot)
    if there is not None and rev is not None and there.rev != rev:
        return False
    writer.execute("DELETE FROM draft WHERE lane = ? AND slot = ?", (lane, slot))
    return True


def _free_slot(connection: sqlite3.Connection, lane: str, slot: str) -> str:
    taken = {found for (found,) in connection.execute("SELECT slot FROM draft WHERE lane = ?", (lane,))}
    base = slot.split("~")[0]
    number = 2
    while f"{base}~{number}" in taken:
        number += 1
    return f"{base}~{number}"


def keep_beside(writer: sqlite3.Connection, lane: str, slot: str, body: str, now: Instant) -> Draft:
    """Put a text into a slot, or, where another text stands there, into the next free one."""
    there = draft(writer, lane, slot)
    if there is not None and there.body == body:
        return there
    if there is not None and there.body.strip():
        slot = _free_slot(writer, lane, slot)
        there = None
    return save(writer, lane, slot, body, there.rev if there else 0, now)


def _draft(row: tuple[str, str, int, str, str, Instant]) -> Draft:
    lane, slot, rev, body, attachments, saved_at = row
    return Draft(
        lane=lane,
        slot=slot,
        rev=rev,
        body=body,
        saved_at=saved_at,
        attachments=msgspec.json.decode(attachments, type=tuple[str, ...]),
    )
