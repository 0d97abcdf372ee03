"""Opening a ticket of 2,000 messages at the newest unread, against one of 10: only what is in view is painted."""

import asyncio
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from bench import desk_data
from bench.measure import Measure, percentile
from console.app import ConsoleApp
from console.store import Store
from desk.ids import TicketId

SHORT, LONG = 10, 2_000
TIMES = 40


def run() -> Iterable[Measure]:
    """The 95th percentile of both."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.open(Path(folder) / "local.db")
        store.apply_session(desk_data.session())
        store.apply_page(desk_data.changes(0, 1, messages=SHORT))
        store.apply_page(desk_data.changes(1, 1, messages=LONG))
        short, long = asyncio.run(_opened(store))
        store.close()
    p95_short, p95_long = percentile(short, 95), percentile(long, 95)
    detail = f"{p95_long * 1000:.1f} ms, of 10 {p95_short * 1000:.1f} ms"
    yield Measure("open a ticket of 2,000 messages", p95_long / p95_short, 2.0, detail)


async def _opened(store: Store) -> tuple[list[float], list[float]]:
    """Seconds of each opening, short and long in turn."""
    app = ConsoleApp(store)
    took: tuple[list[float], list[float]] = ([], [])
    async with app.run_test(size=(200, 50)) as pilot:
        await app.settled()
        for _time in range(TIMES):
            for number, samples in enumerate(took):
                app.desk.show_ticket(None)
                await pilot.pause()
                begun = time.perf_counter()
                app.desk.show_ticket(TicketId(desk_data.ticket(number).id))
                app.desk.conversation.render_lines(app.desk.conversation.size.region)
                samples.append(time.perf_counter() - begun)
    return took
