"""What a key costs: ↓ in a queue of 100,000 with all panes, against an app with one Static and against a DataTable.

The cost is the main thread's processor time from the key to the bytes of its frame, on a real pty; Textual paints on a
timer, so wall-clock time would mostly be waiting, the same for all.
"""

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from bench.first_frame import TICKETS, fill
from bench.measure import Measure
from bench.terminal import Terminal

KEYS = 40
IN_VIEW = 16
"""So many rows fit below the first at two lines a row."""


def run() -> Iterable[Measure]:
    """The cursor in view and scrolling, each against the one-widget app."""
    with tempfile.TemporaryDirectory() as folder:
        cache, replica = Path(folder) / "cache", Path(folder) / "local.db"
        first = fill(replica, TICKETS)
        floor = _cost(["-m", "bench.one_widget"], "rows", cache, ["j"] * KEYS)
        with Terminal(["-m", "bench.data_table"], cache) as stock:
            stock.wait_for("T-1")
            stock.settle()
            table = _scrolling(stock)
        with Terminal(["-m", "bench.open_desk", str(replica)], cache) as desk:
            desk.wait_for(first)
            desk.settle(1.5)
            desk.press("9")
            desk.settle(1.5)
            in_view = median(desk.cpu_of_key(key) for key in ["j", *"jk" * IN_VIEW])
            scrolling = _scrolling(desk)
    yield _measure("key to frame, cursor in view", in_view, floor, 2.0)
    yield _measure("key to frame, scrolling", scrolling, floor, 3.5)
    times = f"{table * 1000:.1f} ms, ours {scrolling * 1000:.1f} ms"
    yield Measure("faster than DataTable with 10,000", table / scrolling, 3.0, times, at_least=True)


def _scrolling(terminal: Terminal) -> float:
    """The median seconds of a key that scrolls: up from the last row, once the cursor is at the upper edge."""
    terminal.press("G")
    terminal.settle(1.0)
    return median([terminal.cpu_of_key("k") for _key in range(2 * KEYS)][-KEYS // 2 :])


def _measure(what: str, ours: float, floor: float, bound: float) -> Measure:
    return Measure(what, ours / floor, bound, f"{ours * 1000:.1f} ms, one widget {floor * 1000:.1f} ms")


def _cost(args: Sequence[str], text: str, cache: Path, keys: Sequence[str]) -> float:
    """The median seconds of the keys in another program."""
    with Terminal(args, cache) as terminal:
        terminal.wait_for(text)
        terminal.settle()
        return median(terminal.cpu_of_key(key) for key in keys)
