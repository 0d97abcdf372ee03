"""Wire bytes to rows: 100,000 tickets with 400,000 messages, against the same rows stored from ready tuples.

Both sides write the same tables with the same indexes and commit as often; ours decodes, checks, cleans, notes
memberships and what waits to be searchable as well.
"""

import gc
import sqlite3
import tempfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.desk_data import pages, session
from bench.measure import ROUNDS, Measure, seconds
from console.store import Store
from console.store.columns import upsert
from console.store.database import connect_writer

TICKETS = 100_000
MESSAGES = 4

_MESSAGE = "INSERT INTO message (row, doc) VALUES (?, ?) ON CONFLICT (row) DO UPDATE SET doc=excluded.doc"


def run() -> Iterable[Measure]:
    """New rows, and the same ones again."""
    wire = list(pages(TICKETS, messages=MESSAGES))
    ours, floors, again = [], [], []
    tuples: list[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]] = []
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
                floors.append(seconds(lambda writer=writer: _store_tuples(writer, tuples)))  # type: ignore[misc]
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


def _ready_tuples(path: Path, parts: int) -> list[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]:
    """The rows as they were stored, in as many parts as there were pages."""
    with closing(sqlite3.connect(path)) as connection:
        tickets = connection.execute("SELECT * FROM ticket ORDER BY row").fetchall()
        messages = connection.execute("SELECT row, doc FROM message ORDER BY row").fetchall()
    plain = [row[1:] for row in tickets]
    size, talk = -(-len(plain) // parts), -(-len(messages) // parts)
    return [(plain[at * size :][:size], messages[at * talk :][:talk]) for at in range(parts)]


def _store_tuples(
    writer: sqlite3.Connection, parts: list[tuple[list[tuple[object, ...]], list[tuple[object, ...]]]]
) -> None:
    for tickets, messages in parts:
        writer.execute("BEGIN IMMEDIATE")
        writer.executemany(upsert("ticket"), tickets)
        writer.executemany(_MESSAGE, messages)
        writer.execute("COMMIT")
