"""The board of 500 agents and 50 teams over 100,000 open tickets: its first paint with all figures, and a refresh.

First paint: from the start of ``console open --screen board`` until a figure that only the count can know is drawn,
against the desk of the same replica from its own start to its rows. Refresh: from one changed ticket until the figures
are shown again, against the first count and paint within one running console.
"""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from bench import board_data
from bench.measure import ROUNDS, Measure
from bench.terminal import Terminal
from console.app import ConsoleApp
from console.clock import frozen_clock
from console.screens.board import BoardScreen
from console.store import Store
from desk.views import VIEWS


def run() -> Iterable[Measure]:
    """Both, on one replica."""
    with tempfile.TemporaryDirectory() as folder:
        cache, replica = Path(folder) / "cache", Path(folder) / "local.db"
        board_data.fill(replica)
        yield first_paint(replica, cache)
        yield asyncio.run(refresh(replica))


def first_paint(replica: Path, cache: Path) -> Measure:
    """The board against the desk, in turn, each in a process of its own."""
    with closing(Store.open(replica)) as store:
        now = board_data.NOW
        desk_text = store.queue(VIEWS["team"], now).window(0, 1)[0].customer_name
        unassigned = store.load(now).of_team().unassigned
    desk = ["-m", "console", "open", "--db", str(replica)]
    pairs = [
        (_once([*desk, "--screen", "board"], f"{unassigned:,}", cache), _once(desk, desk_text, cache))
        for _round in range(ROUNDS + 1)
    ][1:]
    board_s, desk_s = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    return Measure(
        what="first paint of the board with its figures, against the desk's",
        value=statistics.median(board / floor for board, floor in pairs),
        bound=1.3,
        detail=f"{board_s * 1e3:.0f} ms, {desk_s * 1e3:.0f} ms",
    )


async def refresh(replica: Path) -> Measure:
    """One ticket changes hands while the board is open."""
    with closing(Store.open(replica)) as store:
        app = ConsoleApp(store, clock=frozen_clock(board_data.NOW))
        async with app.run_test(size=(200, 50)) as pilot:
            await app.settled()
            begun = time.perf_counter()
            app.desk.open_board()
            await _counted(app)
            first_s = time.perf_counter() - begun
            screen = app.screen
            assert isinstance(screen, BoardScreen)
            times = []
            for v in range(2, ROUNDS + 2):
                store.apply_page(board_data.change(v, v))
                begun = time.perf_counter()
                screen.look()
                await _counted(app)
                times.append(time.perf_counter() - begun)
            await pilot.pause()
    return Measure(
        what="refresh of the board after a change, against its first count and paint",
        value=statistics.median(times) / first_s,
        bound=1.3,
        detail=f"{statistics.median(times) * 1e3:.0f} ms, {first_s * 1e3:.0f} ms",
    )


async def _counted(app: ConsoleApp) -> None:
    """Until the count under way is shown."""
    await app.workers.wait_for_complete()
    drawn = asyncio.Event()
    app.screen.call_after_refresh(drawn.set)
    await drawn.wait()


def _once(args: list[str], text: str, cache: Path) -> float:
    """Seconds until ``text`` is drawn."""
    home = {"CONSOLE_HOME": str(cache.parent), "CONSOLE_LANG": "en"}
    with Terminal(args, cache, os.environ | home) as terminal:
        return terminal.wait_for(text)
