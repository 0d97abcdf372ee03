"""First frame: from the start of ``console open`` to the rows of a queue of 100,000, and the memory it took."""

import os
import statistics
import tempfile
from collections.abc import Iterable
from pathlib import Path

from bench import desk_data
from bench.measure import ROUNDS, Measure
from bench.terminal import Terminal
from console.store import Store
from desk.views import VIEWS

TICKETS = 100_000


def fill(path: Path, tickets: int) -> str:
    """A replica with so many tickets, on disk as an earlier console left it; who is first in its queue."""
    store = Store.open(path)
    store.apply_session(desk_data.session())
    for page in desk_data.pages(tickets, messages=1):
        store.apply_page(page)
    first = store.queue(VIEWS["team"], 0).window(0, 1)[0].customer_name
    store.close()
    return first


def run() -> Iterable[Measure]:
    """Time and memory, each beside the one-widget app's."""
    with tempfile.TemporaryDirectory() as folder:
        cache, replica = Path(folder) / "cache", Path(folder) / "local.db"
        first = fill(replica, TICKETS)
        desk, floor = ["-m", "console", "open", "--db", str(replica)], ["-m", "bench.one_widget"]
        pairs = [(_once(desk, first, cache), _once(floor, "rows", cache)) for _ in range(ROUNDS + 1)][1:]
    ours_s, floor_s = (statistics.median(pair[i][0] for pair in pairs) for i in (0, 1))
    ours_kb, floor_kb = (statistics.median(pair[i][1] for pair in pairs) for i in (0, 1))
    times = statistics.median(pair[0][0] / pair[1][0] for pair in pairs)
    yield Measure(
        "first frame, 100,000 tickets", times, 1.6, f"{ours_s * 1000:.0f} ms, one widget {floor_s * 1000:.0f} ms"
    )
    yield Measure(
        "memory at the first frame", ours_kb / floor_kb, 1.6, f"{ours_kb / 1000:.0f} MB, {floor_kb / 1000:.0f} MB"
    )


def _once(args: list[str], text: str, cache: Path) -> tuple[float, float]:
    """Seconds until ``text`` is drawn, and the peak memory then in kB."""
    home = {"CONSOLE_HOME": str(cache.parent), "CONSOLE_LANG": "en"}
    with Terminal(args, cache, os.environ | home) as terminal:
        return terminal.wait_for(text), float(terminal.peak_kb())
