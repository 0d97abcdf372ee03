"""What runs behind the sync: making messages searchable, nine tenths of the work of taking them in, in small slices."""

import asyncio

from console.store import Store

_SLICE = 100
"""Messages a slice: a few milliseconds."""
_PAUSE_S = 0.01


async def index_behind(store: Store, arrived: asyncio.Event, *, slice_size: int = _SLICE) -> None:
    """Index what waits, then wait for more, for ever."""
    while True:
        arrived.clear()
        waiting = True
        while waiting:
            waiting = bool(store.index_pending(slice_size))
            await asyncio.sleep(_PAUSE_S)
        await arrived.wait()
