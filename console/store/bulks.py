"""Bulks in local.db: the plan, what became of each command, and the steps in which they enter the outbox.

The ids of the commands are minted when the plan is written, so whatever happens in the middle, nothing is sent twice:
a bulk goes on from what its rows say. A command's outcome is noted here in the transaction that records it.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence

import msgspec

from console.store import outbox, overlay
from console.store.bulk_outcomes import finish_if_settled, stop
from console.store.database import Database
from desk.bulk import MAX_STEP, Bulk, BulkRow, BulkState, ItemState, Tally, tally
from desk.commands import NEEDS_SERVER, AnyCommand, Envelope, lane_of
from desk.ids import CommandId, Instant, TicketId
from desk.outbox import SendState
from desk.records import Frozen

KEPT = 20
"""Finished bulks that stay to be looked at and taken back."""

_WRITTEN_AT_ONCE, _BREATH_S = 100, 0.002
"""Lines of a plan written in one transaction, and what is left between two to whoever paints."""
_PLANNED_WITHIN_MS = 3_600_000
"""No plan takes so long to write down: one that did belongs to a console that is gone."""
_COLUMNS = "id, title, state, planned_at, why, undoes"
_encode = msgspec.json.encode
_rows = msgspec.json.Decoder(BulkRow)
_envelopes = msgspec.json.Decoder(Envelope)
_commands = msgspec.json.Decoder(tuple[AnyCommand, ...])


class PlannedItem(Frozen, frozen=True, kw_only=True):
    """One line of a plan that is written down: the row as shown, the command (None: it was refused before it was asked)
    and what would take it back (empty: nothing does)."""

    row: BulkRow
    envelope: Envelope | None = None
    inverses: tuple[AnyCommand, ...] = ()


class Taken(Frozen, frozen=True, kw_only=True):
    """A command of a bulk that had its effect: the row, what takes it back, and the version it made (None: unknown)."""

    row: BulkRow
    inverses: tuple[AnyCommand, ...]
    v: int | None


class BulkSource:
    """The rows of a bulk as windows over SQL, as many as there were when it was made; ``only`` shows one state."""

    def __init__(
        self, reader: Callable[[], sqlite3.Connection], bulk_id: str, only: ItemState | None, count: int
    ) -> None:
        self._reader = reader
        self._id = bulk_id
        self._only = only
        self._count = count

    def count(self) -> int:
        """How many there are."""
        return self._count

    def window(self, first: int, n: int) -> Sequence[BulkRow]:
        """Rows ``first`` … ``first + n - 1``, fewer at the end."""
        reader = self._reader()
        if self._only is None:
            found = reader.execute(
                "SELECT doc, state, code, why FROM bulk_item WHERE bulk_id = ? AND n >= ? ORDER BY n LIMIT ?",
                (self._id, first, n),
            )
        else:
            found = reader.execute(
                "SELECT doc, state, code, why FROM bulk_item WHERE bulk_id = ? AND state = ? "
                "ORDER BY n LIMIT ? OFFSET ?",
                (self._id, self._only, n, first),
            )
        return [_row(*values) for values in found]


class Bulks:
    """The bulks of one replica. Every writing method is one transaction, on the disk when it returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # Planning

    def plan(self, bulk_id: str, title: str, now: Instant, items: Sequence[PlannedItem], *, undoes: str = "") -> None:
        """Write a plan down, piece by piece; it begins to run with the last one. A plan whose console ends in the
        middle never runs."""
        with self._database.writing() as writer:
            _forget_old(writer, now)
            writer.execute(
                f"INSERT INTO bulk ({_COLUMNS}, offline) VALUES (?, ?, ?, ?, '', ?, 1)",
                (bulk_id, title, BulkState.PLANNING, now, undoes),
            )
        for first in range(0, len(items), _WRITTEN_AT_ONCE):
            self._add(bulk_id, items[first : first + _WRITTEN_AT_ONCE])
            time.sleep(_BREATH_S)
        with self._database.writing() as writer:
            writer.execute("UPDATE bulk SET state = ? WHERE id = ?", (BulkState.RUNNING, bulk_id))
            finish_if_settled(writer, bulk_id)

    def _add(self, bulk_id: str, items: Sequence[PlannedItem]) -> None:
        with self._database.writing() as writer:
            writer.executemany(
                "INSERT INTO bulk_item (bulk_id, n, command_id, state, doc, envelope, inverse, code, why) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (_values(bulk_id, item) for item in items),
            )
            if any(item.envelope and isinstance(item.envelope.command, NEEDS_SERVER) for item in items):
                writer.execute("UPDATE bulk SET offline = 0 WHERE id = ?", (bulk_id,))

    # Looking

    def bulk(self, bulk_id: str) -> Bulk | None:
        """One bulk."""
        found = self._find("id = ?", (bulk_id,))
        return found[0] if found else None

    def running(self) -> list[Bulk]:
        """Bulks that go on, oldest first."""
        return self._find("state = ?", (BulkState.RUNNING,))

    def latest(self) -> Bulk | None:
        """The one that runs, else the one that was applied last."""
        found = self._find("state <> ?", (BulkState.PLANNING,))
        going = [bulk for bulk in found if bulk.state is BulkState.RUNNING]
        return (going or found)[-1] if found else None

    def history(self) -> list[Bulk]:
        """All that are kept, the last one first."""
        return self._find("state <> ?", (BulkState.PLANNING,))[::-1]

    def rows(self, bulk_id: str, only: ItemState | None = None) -> BulkSource:
        """The rows of a bulk, in its order."""
        where, values = ("", ()) if only is None else (" AND state = ?", (only,))
        select = f"SELECT count(*) FROM bulk_item WHERE bulk_id = ?{where}"
        reader = self._database.reader()
        count = reader.execute(select, (bulk_id, *values)).fetchone()[0]
        return BulkSource(self._database.reader, bulk_id, only, count)

    def holds(self, command_id: CommandId) -> bool:
        """Whether a command is part of a bulk of mine."""
        select = "SELECT 1 FROM bulk_item WHERE command_id = ?"
        return self._database.reader().execute(select, (command_id,)).fetchone() is not None

    def refusals(self, bulk_id: str) -> list[tuple[str, str, int]]:
        """Refusals by code, with one of their sentences and how many there are, the most frequent first."""
        select = (
            "SELECT code, min(why), count(*) FROM bulk_item WHERE bulk_id = ? AND state = ? "
            "GROUP BY code ORDER BY 3 DESC, 1"
        )
        return self._database.reader().execute(select, (bulk_id, ItemState.REFUSED)).fetchall()

    def taken(self, bulk_id: str) -> Iterator[Taken]:
        """What had its effect or is being sent now, in the reverse of its order: what has to be taken back."""
        found = self._database.reader().execute(
            "SELECT doc, state, code, why, inverse, v FROM bulk_item WHERE bulk_id = ? AND state IN (?, ?) "
            "ORDER BY n DESC",
            (bulk_id, ItemState.APPLIED, ItemState.QUEUED),
        )
        for doc, state, code, why, inverse, v in found:
            yield Taken(row=_row(doc, state, code, why), inverses=_commands.decode(inverse or "[]"), v=v)

    def _find(self, where: str, values: tuple[str, ...]) -> list[Bulk]:
        reader = self._database.reader()
        found = reader.execute(f"SELECT {_COLUMNS} FROM bulk WHERE {where} ORDER BY planned_at, id", values)
        return [
            Bulk(id=bulk_id, title=title, state=BulkState(state), planned_at=at, why=why, undoes=undoes,
                 tally=_tally(reader, bulk_id))
            for bulk_id, title, state, at, why, undoes in found
        ]  # fmt: skip

    # Going on

    def advance(self, bulk_id: str, *, live: bool) -> list[TicketId]:
        """Put the next step into the outbox if the last one was answered; offline steps do not wait for each other.
        Returns the tickets it is about, none where nothing was to be done."""
        with self._database.writing() as writer:
            found = writer.execute("SELECT state, offline FROM bulk WHERE id = ?", (bulk_id,)).fetchone()
            if found is None or found[0] != BulkState.RUNNING or finish_if_settled(writer, bulk_id):
                return []
            under_way = _count(writer, bulk_id, ItemState.QUEUED)
            if (live and under_way) or (not live and not found[1]):
                return []
            return _step(writer, bulk_id)

    def stop(self, bulk_id: str) -> None:
        """Go no further, and take back what is not sent yet: it waits in the plan again."""
        with self._database.writing() as writer:
            stop(writer, bulk_id, "")
        while self._take_back(bulk_id):
            pass

    def go_on(self, bulk_id: str) -> None:
        """Go on with a bulk that was stopped."""
        with self._database.writing() as writer:
            writer.execute(
                "UPDATE bulk SET state = ?, why = '' WHERE id = ? AND state = ?",
                (BulkState.RUNNING, bulk_id, BulkState.STOPPED),
            )

    def drop_rest(self, bulk_id: str) -> int:
        """Give up what was not sent yet; returns how many commands that were."""
        self.stop(bulk_id)
        with self._database.writing() as writer:
            dropped = writer.execute(
                "UPDATE bulk_item SET state = ? WHERE bulk_id = ? AND state = ?",
                (ItemState.DROPPED, bulk_id, ItemState.PLANNED),
            ).rowcount
            finish_if_settled(writer, bulk_id)
            return dropped

    def _take_back(self, bulk_id: str) -> int:
        """Take up to a step of unsent commands out of the outbox; returns how many there were."""
        with self._database.writing() as writer:
            found = writer.execute(
                "SELECT o.id, o.target_kind, o.target_id FROM outbox o JOIN bulk_item b ON b.command_id = o.id "
                "WHERE b.bulk_id = ? AND b.state = ? AND o.state = ? AND o.attempts = 0 LIMIT ?",
                (bulk_id, ItemState.QUEUED, SendState.QUEUED, MAX_STEP),
            ).fetchall()
            ids = [(row[0],) for row in found]
            writer.executemany("DELETE FROM outbox WHERE id = ?", ids)
            writer.executemany(f"UPDATE bulk_item SET state = '{ItemState.PLANNED}' WHERE command_id = ?", ids)
            overlay.rebuild(writer, {(kind, target_id) for _id, kind, target_id in found})
            return len(found)


def _step(writer: sqlite3.Connection, bulk_id: str) -> list[TicketId]:
    """The next commands of the plan, into the outbox; returns the tickets they are about."""
    found = writer.execute(
        "SELECT envelope, command_id FROM bulk_item WHERE bulk_id = ? AND state = ? ORDER BY n LIMIT ?",
        (bulk_id, ItemState.PLANNED, MAX_STEP),
    ).fetchall()
    envelopes = [_envelopes.decode(envelope) for envelope, _id in found]
    outbox.enqueue_many(writer, envelopes)
    writer.executemany(
        f"UPDATE bulk_item SET state = '{ItemState.QUEUED}' WHERE command_id = ?",
        ((command_id,) for _envelope, command_id in found),
    )
    return [TicketId(lane_of(envelope.command)) for envelope in envelopes]


def _count(connection: sqlite3.Connection, bulk_id: str, state: ItemState) -> int:
    select = "SELECT count(*) FROM bulk_item WHERE bulk_id = ? AND state = ?"
    return int(connection.execute(select, (bulk_id, state)).fetchone()[0])


def _tally(reader: sqlite3.Connection, bulk_id: str) -> Tally:
    select = "SELECT state, count(*) FROM bulk_item WHERE bulk_id = ? GROUP BY state"
    return tally(dict(reader.execute(select, (bulk_id,))))


def _values(bulk_id: str, item: PlannedItem) -> tuple[str | int | None, ...]:
    row, envelope = item.row, item.envelope
    return (
        bulk_id,
        row.n,
        envelope.id if envelope else None,
        row.state,
        _encode(row).decode(),
        _encode(envelope).decode() if envelope else None,
        _encode(item.inverses).decode() if item.inverses else None,
        row.code,
        row.why,
    )


def _row(doc: str, state: str, code: str, why: str) -> BulkRow:
    return msgspec.structs.replace(_rows.decode(doc), state=ItemState(state), code=code, why=why)


def _forget(writer: sqlite3.Connection, bulk_id: str) -> None:
    writer.execute("DELETE FROM bulk_item WHERE bulk_id = ?", (bulk_id,))
    writer.execute("DELETE FROM bulk WHERE id = ?", (bulk_id,))


def _forget_old(writer: sqlite3.Connection, now: Instant) -> None:
    """Drop the oldest finished ones, and plans whose console ended before they were written down."""
    old = writer.execute(
        "SELECT id FROM bulk WHERE state = ? AND planned_at < ? UNION ALL SELECT id FROM "
        "(SELECT id FROM bulk WHERE state IN (?, ?) ORDER BY planned_at DESC LIMIT -1 OFFSET ?)",
        (BulkState.PLANNING, now - _PLANNED_WITHIN_MS, BulkState.DONE, BulkState.STOPPED, KEPT),
    ).fetchall()
    for (bulk_id,) in old:
        _forget(writer, bulk_id)
