"""↓ in the queue while the engine fills an empty replica from a backend, against ↓ once all is there and still.

On a pty: from the key until the cursor's bar is drawn on another line. Backend and console are processes of their own.
"""

import sqlite3
import statistics
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from bench.measure import ROUNDS, Measure, percentile
from bench.processes import Served, snapshot_server
from bench.watched import Watched

TICKETS = 4_000
ROWS = 15
"""The cursor moves down so many rows, all in view, and goes to the first again."""
APART_S = 0.05
IDLE_KEYS = 150
FIRST, DOWN = "\x1b[H", "\x1b[B"


def run() -> Iterable[Measure]:
    """The 95th percentiles of a round's keys, median of the rounds' ratios."""
    with snapshot_server(TICKETS) as served, tempfile.TemporaryDirectory() as cache:
        rounds = [_round(served, Path(cache)) for _ in range(ROUNDS)]
    busy, idle = ([percentile(pair[side], 95) * 1e3 for pair in rounds] for side in (0, 1))
    keys = statistics.median(len(pair[0]) for pair in rounds)
    yield Measure(
        "down key while bootstrapping, p95 against idle",
        statistics.median(mine / floor for mine, floor in zip(busy, idle, strict=True)),
        2.0,
        f"{statistics.median(busy):.1f} ms over {keys:.0f} keys, idle {statistics.median(idle):.1f} ms",
    )


def _round(served: Served, cache: Path) -> tuple[list[float], list[float]]:
    """Seconds of the keys while the replica fills, and of those after."""
    with tempfile.TemporaryDirectory() as folder:
        replica = Path(folder, "local.db")
        args = ["-m", "bench.open_desk", str(replica), f"http://127.0.0.1:{served.port}", served.token]
        with Watched(args, cache) as desk:
            desk.until("王磊")
            desk.draws_within(2.0)  # by then there are more rows than fit the screen
            keys = _keys(desk)
            busy = []
            while _waiting(replica):
                busy.append(next(keys))
            desk.draws_within(2.0)
            return busy, [next(keys) for _ in range(IDLE_KEYS)]


def _keys(desk: Watched) -> Iterator[float]:
    """Seconds of one key after the other."""
    while True:
        desk.type(FIRST)
        for _row in range(ROWS):
            desk.draws_within(APART_S)
            yield desk.key_until_cursor_moves(DOWN)
        desk.forget()


def _waiting(replica: Path) -> bool:
    """Whether rows are still to come, or to be indexed."""
    with closing(sqlite3.connect(replica)) as connection:
        (tickets,) = connection.execute("SELECT count(*) FROM ticket").fetchone()
        (unindexed,) = connection.execute("SELECT EXISTS (SELECT 1 FROM text_waiting)").fetchone()
    return bool(tickets < TICKETS or unindexed)
