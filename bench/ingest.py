"""Wire bytes to rows: 100,000 tickets with 400,000 messages, against the same rows stored from ready tuples.

Both sides write the same rows to the same tables and indexes and commit as often; ours decodes, checks and cleans them
first, looks for what is there already, and sees whether an overlay has to be made anew.
"""

import gc
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from typing import TypeAlias

from bench.desk_data import pages, session
from bench.measure import ROUNDS, Measure, seconds
from console.store import Store
from console.store.columns import upsert
from console.store.database import connect_writer

TICKETS = 100_000
MESSAGES = 4

_STATEMENTS = {
    "ticket": upsert("ticket"),
    "message": "INSERT INTO message (row, doc) VALUES (?, ?) ON CONFLICT (row) DO UPDATE SET doc=excluded.doc",
    "membership": "INSERT INTO membership (kind, id, scope, p) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (id, kind, scope) DO UPDATE SET p=excluded.p WHERE excluded.p > p",
    "text_waiting": "INSERT INTO text_waiting (ticket_row, from_n) VALUES (?, ?) "
    "ON CONFLICT (ticket_row) DO UPDATE SET from_n=min(from_n, excluded.from_n)",
}
Part: TypeAlias = dict[str, list[tuple[object, ...]]]


def run() -> Iterable[Measure]:
    """New rows, and the same ones again."""
    wire = list(pages(TICKETS, messages=MESSAGES))
    ours, floors, again = [], [], []
    tuples: list[Part] = []
    for _round in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "local.db")
            with closing(Store.open(path)) as store:
                store.apply_session(session())
                ours.append(_timed(store, wire))
                again.append(_timed(store, wire))
            tuples = tuples or _ready_tuples(path, len(wire))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "local.db")
            Store.open(path).close()
            with closing(connect_writer(path)) as writer:
                gc.collect()
                floors.append(seconds(partial(_store_tuples, writer, tuples)))
    rows = TICKETS * (1 + MESSAGES)
    yield Measure(
        what="ingest of wire bytes, against ready tuples",
        value=median(floor / mine for floor, mine in zip(floors, ours, strict=True)),
        bound=0.7,
        at_least=True,
        detail=f"{rows / median(ours):,.0f} rows/s, ready tuples {rows / median(floors):,.0f} rows/s",
    )
    yield Measure(
        what="ingest of unchanged rows, against new ones",
        value=median(new / old for new, old in zip(ours, again, strict=True)),
        bound=4.0,
        at_least=True,
        detail=f"{rows / median(again):,.0f} rows/s",
    )


def _timed(store: Store, wire: list[bytes]) -> float:
    gc.collect()
    return seconds(lambda: [store.apply_page(page) for page in wire])


def _ready_tuples(path: Path, parts: int) -> list[Part]:
    """The rows as they were stored, in as many parts as there were pages."""
    with closing(sqlite3.connect(path)) as connection:
        tables = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in _STATEMENTS if table != "ticket"
        }
        tables["ticket"] = [row[1:] for row in connection.execute("SELECT * FROM ticket ORDER BY row")]
    sizes = {table: -(-len(rows) // parts) for table, rows in tables.items()}
    return [
        {table: tables[table][at * sizes[table] : (at + 1) * sizes[table]] for table in _STATEMENTS}
        for at in range(parts)
    ]


def _store_tuples(writer: sqlite3.Connection, parts: list[Part]) -> None:
    for part in parts:
        writer.execute("BEGIN IMMEDIATE")
        for table, rows in part.items():
            writer.executemany(_STATEMENTS[table], rows)
        writer.execute("COMMIT")
