"""Base rows laid out anew from their own documents, when a newer console keeps them in other columns: nothing has to be
fetched, so an older file is of use at once, offline too.
"""

import sqlite3
from collections.abc import Iterator

import msgspec

from console.store import overlay, schema
from console.store.columns import record_columns, record_values
from desk.records import KINDS, Frozen

BATCH = 2_000


def reextract(connection: sqlite3.Connection) -> None:
    """Bring every base table to the columns of :mod:`console.store.schema`, inside the caller's transaction.

    Rows keep their numbers, which messages and search refer to. The overlay is made anew from the outbox.
    """
    statements = schema.base_tables()
    for kind in ("ticket", *schema.KIND_COLUMNS):
        expected = {"row", *record_columns(kind)}
        found = {name for _, name, *_ in connection.execute(f"PRAGMA table_info({kind})")}
        if found == expected:
            continue
        if found:
            connection.execute(f"ALTER TABLE {kind} RENAME TO old_{kind}")
            _drop_indexes(connection, f"old_{kind}")
        for statement in statements:
            if statement.startswith((f"CREATE TABLE {kind} ", f"CREATE INDEX ix0_{kind}_")):
                connection.execute(statement)
        if found:
            _copy(connection, kind)
            connection.execute(f"DROP TABLE old_{kind}")
    _renew_overlay(connection)


def _drop_indexes(connection: sqlite3.Connection, table: str) -> None:
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL", (table,)
    ).fetchall()
    for (name,) in found:
        connection.execute(f'DROP INDEX "{name}"')


def _copy(connection: sqlite3.Connection, kind: str) -> None:
    columns = ("row", *record_columns(kind))
    insert = f"INSERT INTO {kind} ({', '.join(columns)}) VALUES ({'?, ' * (len(columns) - 1)}CAST(? AS TEXT))"
    rows = _values(connection, kind)
    while batch := [values for values, _ in zip(rows, range(BATCH), strict=False)]:
        connection.executemany(insert, batch)


def _values(connection: sqlite3.Connection, kind: str) -> Iterator[tuple[object, ...]]:
    decoder: msgspec.json.Decoder[Frozen] = msgspec.json.Decoder(KINDS[kind])
    for row, doc in connection.execute(f"SELECT row, doc FROM old_{kind} ORDER BY row"):
        yield (row, *record_values(kind, decoder.decode(doc), doc.encode()))


def _renew_overlay(connection: sqlite3.Connection) -> None:
    for name in ("overlay_ticket", "overlay_message", "overlay"):
        connection.execute(f"DROP TABLE {name}")
    for statement in schema.OVERLAY_TABLES:
        connection.execute(statement)
    overlay.rebuild(connection, overlay.pending_targets(connection))
