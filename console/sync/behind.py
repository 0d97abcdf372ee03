"""What runs behind the sync: making messages searchable, nine tenths of the work of taking them in, in small slices."""

import asyncio
import time

from console.store import Store

_FIRST, _SMALLEST, _LARGEST = 40, 10, 400
_TARGET_S = 0.004
_REST = 2.0
"""Pauses are so many times as long as the slices, so that a third of a core is the most this takes."""


async def index_behind(store: Store, caught_up: asyncio.Event, arrived: asyncio.Event) -> None:
    """Once the replica is caught up: index what waits, then wait for more, for ever."""
    await caught_up.wait()
    messages = _FIRST
    while True:
        arrived.clear()
        waiting = True
        while waiting:
            started = time.perf_counter()
            waiting = bool(store.index_pending(messages))
            took_s = time.perf_counter() - started
            messages = max(_SMALLEST, messages // 2) if took_s > _TARGET_S else min(_LARGEST, messages + 5)
            await asyncio.sleep(took_s * _REST)
        await arrived.wait()
