"""↓ in the queue while five thousand tickets are reassigned, against ↓ once all is done and still.

On a pty: from the key until the cursor's bar is drawn on another line. The console reassigns through a backend in a
process of its own; all 5,000 commands go out, are answered and come back through the feed in the measured time.
"""

import statistics
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from bench.measure import ROUNDS, Measure, percentile
from bench.processes import desk_server
from bench.watched import Watched
from console.bulk import BulkItem
from console.clock import system_clock
from console.envelopes import new_id
from console.screens.bulk_preview import Names, preview
from console.store import Store
from desk.commands import Assign
from desk.ids import AgentId, TicketId

TICKETS = 5_000
ROWS = 15
"""The cursor moves down so many rows, all in view, and goes to the first again."""
APART_S = 0.05
IDLE_KEYS = 150
GIVE_UP_S = 300.0
FIRST, DOWN = "\x1b[H", "\x1b[B"


def run() -> Iterable[Measure]:
    """The 95th percentiles of a round's keys, median of the rounds' ratios."""
    with tempfile.TemporaryDirectory() as folder, desk_server(TICKETS) as served:
        replica, url = Path(folder, "local.db"), f"http://127.0.0.1:{served.port}"
        args = ["-m", "bench.open_desk", str(replica), url, served.lead]
        with Watched(args, Path(folder, "cache")) as desk:
            desk.until("Where is transfer")
            ids = [TicketId(ticket_id) for ticket_id in served.tickets]
            with closing(Store.open(replica)) as store:
                while store.missing(ids):
                    desk.draws_within(0.5)
                desk.draws_within(2.0)
                rounds = [_round(desk, store, ids, number) for number in range(ROUNDS)]
    busy = [percentile(one[0], 95) * 1e3 for one in rounds]
    idle = [percentile(one[1], 95) * 1e3 for one in rounds]
    took_s = statistics.median(one[2] for one in rounds)
    keys = statistics.median(len(one[0]) for one in rounds)
    yield Measure(
        "down key during a bulk of 5,000, p95 against idle",
        statistics.median(mine / floor for mine, floor in zip(busy, idle, strict=True)),
        2.0,
        f"{statistics.median(busy):.1f} ms over {keys:.0f} keys, idle {statistics.median(idle):.1f} ms; "
        f"{TICKETS / took_s:.0f} tickets a second",
    )


def _round(desk: Watched, store: Store, ids: Sequence[TicketId], number: int) -> tuple[list[float], list[float], float]:
    """Seconds of the keys while all are reassigned, of those after, and of the bulk."""
    keys = _keys(desk)
    bulk_id = _plan(store, ids, "li" if number % 2 else "mei")
    begun, busy = time.monotonic(), []
    while store.outbox_count() or (bulk := store.bulks.bulk(bulk_id)) is None or bulk.tally.settled < TICKETS:
        busy.append(next(keys))
        if time.monotonic() - begun > GIVE_UP_S:
            raise TimeoutError(f"the bulk did not end: {store.bulks.bulk(bulk_id)}")
    took_s = time.monotonic() - begun
    desk.draws_within(2.0)
    return busy, [next(keys) for _ in range(IDLE_KEYS)], took_s


def _plan(store: Store, ids: Sequence[TicketId], to: str) -> str:
    """A bulk that gives every ticket to somebody; the console's engine finds it."""
    now = system_clock()
    bulk_id = new_id(now)
    items = [BulkItem(ticket_id, Assign(ticket_id=ticket_id, assignee_id=AgentId(to))) for ticket_id in ids]
    planned = list(preview(store, items, 0, Names({}, {}), bulk_id, AgentId("zoe"), now))
    store.bulks.plan(bulk_id, f"to {to}", now, planned)
    return bulk_id


def _keys(desk: Watched) -> Iterator[float]:
    """Seconds of one key after the other."""
    while True:
        desk.type(FIRST)
        for _row in range(ROWS):
            desk.draws_within(APART_S)
            yield desk.key_until_cursor_moves(DOWN)
        desk.forget()
