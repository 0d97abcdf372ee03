"""A page of 500 changes: rows per CPU second of the backend's own page against one SELECT and one msgspec encode."""

import statistics
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from sqlalchemy import Connection, text

from backend.config import NO_LIMITS, Config
from backend.cursor import FeedState
from backend.embedded import EmbeddedServer
from backend.feed import feed_state, read_page
from bench.measure import ROUNDS, Measure
from desk.records import Agent
from desk.wire import MAX_PAGE, Record

TICKETS = 600
REPEAT = 20


def _rows_per_cpu_s(serve: Callable[[], int]) -> float:
    """How many rows ``serve`` gives per second of this process's CPU time."""
    start = time.process_time()
    rows = sum(serve() for _ in range(REPEAT))
    return rows / (time.process_time() - start)


def _ours(conn: Connection, state: FeedState, agent: Agent) -> int:
    page = read_page(conn, state.feed_id, agent, state.cursor(0), MAX_PAGE, 0)
    msgspec.json.encode(page)
    return len(page.items)


def _floor(conn: Connection) -> int:
    """The same number of rows with the same text, without scopes, collapsing, conversations or checks."""
    rows = conn.execute(
        text("SELECT f.pos, f.scope, f.kind, f.id, f.op, f.v, t.doc FROM feed f JOIN ticket t ON t.id = f.id LIMIT 500")
    )
    items = [
        Record(p=pos, s=scope, k=kind, id=id_, op=op, v=v, d=msgspec.Raw(doc.encode()))
        for pos, scope, kind, id_, op, v, doc in rows
    ]
    msgspec.json.encode(items)
    return len(items)


def run() -> Iterable[Measure]:
    """The median of the rounds' ratios."""
    with TemporaryDirectory() as folder:
        config = Config(database=f"sqlite:///{Path(folder) / 'backend.db'}", port=0, limits=NO_LIMITS)
        with EmbeddedServer(config) as server:
            server.add_team("t", "Team")
            agent = server.add_agent("mei", teams=("t",))
            for n in range(TICKETS):
                server.customer_writes("t", f"Where is transfer {n}?", customer=f"c{n}")
            with server.runtime.database.read() as conn:
                state = feed_state(conn, server.runtime.database.feed_id)
                pairs = [
                    (_rows_per_cpu_s(lambda: _ours(conn, state, agent)), _rows_per_cpu_s(lambda: _floor(conn)))
                    for _ in range(ROUNDS)
                ]
    mine, floor = (statistics.median(side) for side in zip(*pairs, strict=True))
    value = statistics.median(a / b for a, b in pairs)
    yield Measure(
        "rows of a 500-change page per CPU second, vs SELECT + encode",
        value,
        0.4,
        f"{mine:,.0f}/s vs {floor:,.0f}/s",
        True,
    )
