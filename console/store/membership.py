"""Which scopes a row is here for. A row lives while it has one; when the last is gone, it is evicted with all it
brought.

Positions make replays harmless: a ``leave`` below the position of a later ``put`` does nothing, and neither does a
``put`` or snapshot item from before a ``leave``.
"""

import sqlite3
from collections.abc import Iterable

from console.store import article_index, text_index
from console.store.errors import SuspiciousEviction
from console.store.messages import rows_of, ticket_row
from console.store.pages import Change, PageRecord

EVERY_SCOPE = "*"
FEWEST_SUSPICIOUS = 200
BATCH = 500


class Memberships:
    """The memberships of one set of base tables."""

    def __init__(self, writer: sqlite3.Connection, prefix: str) -> None:
        self._writer = writer
        self._prefix = prefix

    def without_gone(self, puts: list[PageRecord]) -> list[PageRecord]:
        """The puts that are not from before their row left; what they bring back is no longer noted as gone."""
        if not puts or not self._writer.execute(f"SELECT 1 FROM {self._prefix}gone LIMIT 1").fetchone():
            return puts
        left: dict[tuple[str, str, str], int] = {}
        for batch in batches([put.id for put in puts]):
            rows = self._writer.execute(
                f"SELECT kind, id, scope, p FROM {self._prefix}gone WHERE id IN ({marks(batch)})", batch
            )
            left.update({(kind, record_id, scope): p for kind, record_id, scope, p in rows})
        if not left:
            return puts
        kept = []
        for put in puts:
            p = max(left.get((put.k, put.id, put.s), -1), left.get((put.k, put.id, EVERY_SCOPE), -1))
            if p >= put.p:
                continue
            if p >= 0:
                self._writer.execute(
                    f"DELETE FROM {self._prefix}gone WHERE id = ? AND kind = ? AND scope IN (?, '{EVERY_SCOPE}')",
                    (put.id, put.k, put.s),
                )
            kept.append(put)
        return kept

    def join(self, puts: Iterable[PageRecord]) -> None:
        """Note the scopes these rows are here for."""
        self._writer.executemany(
            f"INSERT INTO {self._prefix}membership (kind, id, scope, p) VALUES (?, ?, ?, ?) "
            "ON CONFLICT (id, kind, scope) DO UPDATE SET p=excluded.p WHERE excluded.p > p",
            [(put.k, put.id, put.s, put.p) for put in puts],
        )

    def leave(self, records: Iterable[PageRecord], *, confirmed: bool) -> set[Change]:
        """Take away memberships, and every row whose last one that was; returns those rows.

        Raises :exc:`SuspiciousEviction` instead of taking more than half of at least 200 tickets, unless ``confirmed``.
        """
        candidates: set[Change] = set()
        for record in records:
            every = record.op != "leave"
            scope = EVERY_SCOPE if every else record.s
            later = "scope = ? AND p >= ?" if not every else "? = scope AND p >= ? AND 0"
            if self._writer.execute(
                f"SELECT 1 FROM {self._prefix}membership WHERE id = ? AND kind = ? AND {later}",
                (record.id, record.k, scope, record.p),
            ).fetchone():
                continue
            self._writer.execute(
                f"DELETE FROM {self._prefix}membership WHERE id = ? AND kind = ? AND (scope = ? OR ?)",
                (record.id, record.k, scope, every),
            )
            self._writer.execute(
                f"INSERT INTO {self._prefix}gone (kind, id, scope, p) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (id, kind, scope) DO UPDATE SET p=max(p, excluded.p)",
                (record.k, record.id, scope, record.p),
            )
            candidates.add((record.k, record.id))
        orphans = {change for change in candidates if self._is_orphan(change)}
        if not confirmed:
            self._suspect(orphans)
        for kind, record_id in orphans:
            evict(self._writer, self._prefix, kind, record_id)
        return orphans

    def drop_scope(self, scope: str) -> set[Change]:
        """Take away every membership of a scope; returns the rows that went with it."""
        rows = self._writer.execute(
            f"SELECT kind, id FROM {self._prefix}membership WHERE scope = ?", (scope,)
        ).fetchall()
        self._writer.execute(f"DELETE FROM {self._prefix}membership WHERE scope = ?", (scope,))
        orphans = {(kind, record_id) for kind, record_id in rows if self._is_orphan((kind, record_id))}
        for kind, record_id in orphans:
            evict(self._writer, self._prefix, kind, record_id)
        return orphans

    def _is_orphan(self, change: Change) -> bool:
        kind, record_id = change
        table = self._writer.execute(f"SELECT 1 FROM {self._prefix}{kind} WHERE id = ?", (record_id,)).fetchone()
        member = f"SELECT 1 FROM {self._prefix}membership WHERE id = ? AND kind = ? LIMIT 1"
        return table is not None and self._writer.execute(member, (record_id, kind)).fetchone() is None

    def _suspect(self, orphans: set[Change]) -> None:
        evicted = sum(1 for kind, _id in orphans if kind == "ticket")
        if evicted < FEWEST_SUSPICIOUS // 2:
            return
        held = self._writer.execute(f"SELECT count(*) FROM {self._prefix}ticket").fetchone()[0]
        if held >= FEWEST_SUSPICIOUS and evicted * 2 > held:
            raise SuspiciousEviction(evicted, held)


def evict(writer: sqlite3.Connection, prefix: str, kind: str, record_id: str) -> None:
    """Remove a row with its messages and what search knows of them. The agent's own words stay."""
    if kind == "ticket":
        row = ticket_row(writer, record_id, prefix)
        if row is not None:
            text_index.forget_ticket(writer, prefix, row)
            writer.execute(f"DELETE FROM {prefix}message WHERE row BETWEEN ? AND ?", rows_of(row))
    if kind == "article":
        article_index.forget(writer, prefix, record_id)
    writer.execute(f"DELETE FROM {prefix}{kind} WHERE id = ?", (record_id,))


def batches(ids: list[str]) -> Iterable[list[str]]:
    """The ids in lists short enough for one statement."""
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def marks(values: list[str]) -> str:
    """A question mark for each."""
    return ",".join("?" * len(values))
