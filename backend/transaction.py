"""What every write is done in: a connection, the instant, and the feed and audit rows that go with the change.

A *unit* is what readers of the feed see as one step (a command, say). Several units may share one transaction of the
database, which is how the writer commits many commands with one fsync.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, func, insert, select

from backend import tables
from backend.prepared import Prepared, driver_of
from backend.rows import Row
from desk.ids import CommandId, Instant
from desk.wire import Op

_HEAD = Prepared(select(func.max(tables.feed.c.pos)))
_LAST_HASH = Prepared(
    select(tables.audit.c.hash).where(tables.audit.c.seq == select(func.max(tables.audit.c.seq)).scalar_subquery())
)
_FEED = Prepared(insert(tables.feed))
_AUDIT = Prepared(insert(tables.audit), ("at", "actor_id", "device", "action", "entity_id", "detail", "hash"))


class Transaction:
    """An open write transaction. ``head`` is the last position of the feed including what this one appends."""

    def __init__(self, conn: Connection, now: Instant) -> None:
        self.conn = conn
        self.now = now
        self.head = int(_HEAD.value(conn, {}) or 0)
        self._first = self.head + 1
        self._command_id: CommandId | None = None
        self._pending: list[Row] = []
        self._last_hash: str | None = None

    @contextmanager
    def unit(self, command_id: CommandId | None = None) -> Iterator[None]:
        """One step for the readers of the feed; undone alone when it raises."""
        self.flush()
        head, last_hash = self.head, self._last_hash
        self._first, self._command_id = head + 1, command_id
        driver_of(self.conn).execute("SAVEPOINT unit")
        try:
            yield
            self.flush()
        except BaseException:
            self._pending.clear()
            self.head, self._last_hash = head, last_hash
            driver_of(self.conn).execute("ROLLBACK TO unit")
            raise
        finally:
            self._command_id = None
            driver_of(self.conn).execute("RELEASE unit")
            self._first = self.head + 1

    def tell(
        self, scope: str, kind: str, record_id: str, op: Op = "put", v: int = 0, n_from: int = 0, n_to: int = 0
    ) -> None:
        """Append to the feed that something happened to an entity in a scope. ``n_from`` … ``n_to`` are the messages
        that readers of this scope may lack."""
        self.head += 1
        self._pending.append(
            {
                "pos": self.head,
                "tx": self._first,
                "scope": scope,
                "kind": kind,
                "id": record_id,
                "op": op,
                "v": v,
                "n_from": n_from,
                "n_to": n_to,
                "cmd": self._command_id,
                "at": self.now,
            }
        )

    def audit(self, actor_id: str, action: str, entity_id: str, detail: str = "", device: str = "") -> None:
        """Append to the audit log; the row's hash covers the one before it."""
        if self._last_hash is None:
            self._last_hash = str(_LAST_HASH.value(self.conn, {}) or "")
        row: Row = {
            "at": self.now,
            "actor_id": actor_id,
            "device": device,
            "action": action,
            "entity_id": entity_id,
            "detail": detail,
        }
        self._last_hash = audit_hash(self._last_hash, row)
        _AUDIT.run(self.conn, {**row, "hash": self._last_hash})

    def flush(self) -> None:
        """Write the feed rows that are still in memory."""
        if self._pending:
            _FEED.run_many(self.conn, self._pending)
            self._pending = []


def audit_hash(previous: str, row: Row) -> str:
    """The hash of an audit row that follows the row with hash ``previous``."""
    fields = (row["at"], row["actor_id"], row["device"], row["action"], row["entity_id"], row["detail"])
    return hashlib.sha256("\x1f".join((previous, *map(str, fields))).encode()).hexdigest()
