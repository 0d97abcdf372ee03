"""What runs behind the sync: making messages searchable, nine tenths of the work of taking them in, in small slices."""

import asyncio
import time
from functools import partial

from console.store import Store
from console.sync.turns import Turns

_FIRST, _SMALLEST, _LARGEST = 40, 10, 400
_TARGET_S = 0.004
_REST = 2.0
"""Pauses are so many times as long as the slices, so that a third of a core is the most this takes."""


async def index_behind(store: Store, caught_up: asyncio.Event, arrived: asyncio.Event, turns: Turns) -> None:
    """Once the replica is caught up: index what waits, then wait for more, for ever."""
    await caught_up.wait()
    messages = _FIRST
    while True:
        arrived.clear()
        waiting = True
        while waiting:
            waiting, took_s = await turns.take(partial(_index, store, messages), _REST)
            messages = max(_SMALLEST, messages // 2) if took_s > _TARGET_S else min(_LARGEST, messages + 5)
        await arrived.wait()


def _index(store: Store, messages: int) -> tuple[bool, float]:
    """Whether more waits, and the seconds it took."""
    started = time.perf_counter()
    return bool(store.index_pending(messages)), time.perf_counter() - started
