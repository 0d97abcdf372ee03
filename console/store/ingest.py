"""Pages into rows: what the backend says is stored together with the cursor and the overlay, in one transaction.

Applying a page twice, or late, changes nothing. Rows that are here already are told by id and version, before their
documents are decoded: most of a page that comes again costs nothing.
"""

import sqlite3
from collections.abc import Iterable
from typing import Any

import msgspec

from console.store import article_index, outbox, overlay, text_index
from console.store.columns import record_values, upsert
from console.store.documents import document, messages
from console.store.membership import Memberships, batches, marks
from console.store.messages import message_row
from console.store.pages import Change, PageRecord
from console.store.schema import MAX_MESSAGES
from desk.ids import CommandId
from desk.records import KINDS, ReadMark

_HELD = """
SELECT t.id, t.v, t.row, t.last_n,
  (SELECT m.row FROM {p}message m WHERE m.row > t.row << 20 AND m.row < (t.row + 1) << 20 ORDER BY m.row LIMIT 1),
  (SELECT m.row FROM {p}message m WHERE m.row > t.row << 20 AND m.row < (t.row + 1) << 20 ORDER BY m.row DESC LIMIT 1)
FROM {p}ticket t WHERE t.id IN ({marks})"""


class Ingest:
    """One page being stored in one set of base tables, inside the caller's transaction."""

    def __init__(self, writer: sqlite3.Connection, prefix: str = "") -> None:
        self._writer = writer
        self._prefix = prefix
        self.memberships = Memberships(writer, prefix)
        self.changed: set[Change] = set()
        self.evicted: set[Change] = set()
        self.commands: set[CommandId] = set()
        self.skipped: list[str] = []

    def put(self, records: Iterable[PageRecord]) -> None:
        """Store rows with their messages and memberships."""
        puts = [record for record in records if record.k in KINDS]
        puts = self.memberships.without_gone(puts)
        by_kind: dict[str, list[PageRecord]] = {}
        for put in puts:
            by_kind.setdefault(put.k, []).append(put)
        for kind, of_kind in by_kind.items():
            if kind == "read_mark":
                self._put_read_marks(of_kind)
            elif kind == "ticket":
                self.memberships.join(self._put_tickets(of_kind))
            else:
                self.memberships.join(self._put_rows(kind, of_kind))

    def leave(self, records: Iterable[PageRecord], *, confirmed: bool) -> None:
        """Take rows away that left, were deleted or purged."""
        known = [record for record in records if record.k in KINDS and record.k != "read_mark"]
        gone = self.memberships.leave(known, confirmed=confirmed)
        self.evicted |= gone
        self.changed |= gone

    def drop_scopes(self, scopes: Iterable[str]) -> None:
        """Take rows away that were here for these scopes alone."""
        for scope in scopes:
            gone = self.memberships.drop_scope(scope)
            self.evicted |= gone
            self.changed |= gone

    def _put_rows(self, kind: str, puts: list[PageRecord]) -> list[PageRecord]:
        """Store those that are new; returns those whose row is here now."""
        held = self._versions(kind, [put.id for put in puts])
        rows, here = [], []
        for put in puts:
            if put.d and put.v > held.get(put.id, -1):
                values = self._values(kind, put)
                if values is None:
                    continue
                rows.append(values)
                held[put.id] = put.v
                self.changed.add((kind, put.id))
            if put.id in held:
                here.append(put)
        self._writer.executemany(upsert(kind, self._prefix), rows)
        if kind == "article":
            article_index.note_waiting(self._writer, self._prefix, [row[0] for row in rows])
        return here

    def _put_tickets(self, puts: list[PageRecord]) -> list[PageRecord]:
        before = self._held_tickets([put.id for put in puts])
        complete = {ticket_id for ticket_id, (_v, _row, whole) in before.items() if whole}
        here = self._put_rows("ticket", puts)
        talking = [put for put in here if put.ev and self._brings_messages(put, before, complete)]
        changed = [put.id for put in here if ("ticket", put.id) in self.changed]
        rows = self._numbers(dict.fromkeys([*changed, *(put.id for put in talking)]))
        waiting = {rows[ticket_id]: text_index.HEADER_ONLY for ticket_id in changed}
        docs: list[tuple[int, bytes]] = []
        for put in talking:
            number = rows[put.id]
            held_v = before[put.id][0] if put.id in before else -1
            first = self._gather(put, number, docs, is_new=put.id not in before, may_replace=put.v >= held_v)
            if first is not None:
                self.changed.add(("ticket", put.id))
                waiting[number] = min(first, waiting.get(number, first))
        self._writer.executemany(
            f"INSERT INTO {self._prefix}message (row, doc) VALUES (?, CAST(? AS TEXT)) "
            "ON CONFLICT (row) DO UPDATE SET doc=excluded.doc",
            docs,
        )
        text_index.note_waiting(self._writer, self._prefix, waiting.items())
        return here

    def _brings_messages(self, put: PageRecord, before: dict[str, tuple[int, int, bool]], complete: set[str]) -> bool:
        held = before.get(put.id)
        return held is None or put.v > held[0] or put.id not in complete

    def _gather(
        self, put: PageRecord, number: int, docs: list[tuple[int, bytes]], *, is_new: bool, may_replace: bool
    ) -> int | None:
        """Messages of a ticket to be written; returns the first ``n`` among them, None without any."""
        assert put.ev
        try:
            arrived, arrived_docs = messages(put.ev)
        except msgspec.DecodeError as error:
            self.skipped.append(f"messages of {put.k} {put.id}: {error}")
            return None
        numbers = [message.n for message in arrived]
        if not numbers:
            return None
        if min(numbers) < 1 or max(numbers) > MAX_MESSAGES:
            self.skipped.append(f"messages of {put.k} {put.id}: one is numbered outside 1 to {MAX_MESSAGES}")
            return None
        self.commands.update([message.command_id for message in arrived if message.command_id])
        base = message_row(number, 0)
        rows = [(base | n, doc) for n, doc in zip(numbers, arrived_docs, strict=True)]
        if not is_new:
            rows = [(row, doc) for row, doc in rows if self._may_write(row, doc, may_replace)]
        docs += rows
        return min(rows)[0] - base if rows else None

    def _may_write(self, row: int, doc: bytes, may_replace: bool) -> bool:
        """Whether a message is new or differs; what search knows of the one it replaces is forgotten."""
        there = self._writer.execute(f"SELECT doc FROM {self._prefix}message WHERE row = ?", (row,)).fetchone()
        if there is None:
            return True
        if there[0].encode() == doc or not may_replace:
            return False
        text_index.forget_message(self._writer, self._prefix, row, there[0])
        return True

    def _values(self, kind: str, put: PageRecord) -> tuple[Any, ...] | None:
        assert put.d
        try:
            record, doc = document(kind, put.d)
        except msgspec.DecodeError as error:
            self.skipped.append(f"{kind} {put.id}: {error}")
            return None
        values = record_values(kind, record, doc)
        if values[0] != put.id:
            self.skipped.append(f"{kind} {put.id}: holds another id")
            return None
        return values

    def _put_read_marks(self, puts: list[PageRecord]) -> None:
        for put in puts:
            if not put.d:
                continue
            try:
                mark = msgspec.json.decode(put.d, type=ReadMark)
            except msgspec.DecodeError as error:
                self.skipped.append(f"read_mark {put.id}: {error}")
                continue
            moved = self._writer.execute(
                "INSERT INTO read_mark (ticket_id, n) VALUES (?, ?) "
                "ON CONFLICT (ticket_id) DO UPDATE SET n=excluded.n WHERE excluded.n > n",
                (mark.ticket_id, mark.n),
            )
            if moved.rowcount:
                self.changed.add(("ticket", mark.ticket_id))

    def _versions(self, kind: str, ids: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for batch in batches(ids):
            select = f"SELECT id, v FROM {self._prefix}{kind} WHERE id IN ({marks(batch)})"
            found.update(self._writer.execute(select, batch))
        return found

    def _numbers(self, ids: Iterable[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for batch in batches(list(ids)):
            select = f"SELECT id, row FROM {self._prefix}ticket WHERE id IN ({marks(batch)})"
            found.update(self._writer.execute(select, batch))
        return found

    def _held_tickets(self, ids: list[str]) -> dict[str, tuple[int, int, bool]]:
        """Version, number, and whether every message is here, of the tickets that are here."""
        held = {}
        for batch in batches(ids):
            for ticket_id, v, row, last_n, first, last in self._writer.execute(
                _HELD.format(p=self._prefix, marks=marks(batch)), batch
            ):
                whole = last_n == 0 or (
                    first == message_row(row, 1) and last is not None and last >= message_row(row, last_n)
                )
                held[ticket_id] = (v, row, whole)
        return held


def refresh_overlay(writer: sqlite3.Connection, ingest: Ingest, records: Iterable[PageRecord]) -> set[Change]:
    """Finish the commands that have come back, and replay the others on what changed; returns what looks different."""
    pending = overlay.pending_targets(writer)
    if not pending:
        return set()
    commands = {record.cmd for record in records if record.cmd is not None} | ingest.commands
    touched = outbox.finish_seen_in_feed(writer, commands)
    touched |= pending & ingest.changed
    if any(kind in ("policy", "team", "agent", "macro", "customer") for kind, _id in ingest.changed):
        touched |= pending
    outbox.finish_confirmed(writer, touched)
    overlay.rebuild(writer, touched)
    return {target for target in touched if target[0]}
