"""What a console does while another one on the same file syncs: watch the file."""

import asyncio
from collections.abc import Callable

from console.store import Store
from console.sync.reporting import Reporter

_LOOK_S = 0.25
_LEAD_S = 1.0


async def watch(store: Store, report: Reporter, lead_is_free: Callable[[], bool]) -> None:
    """Tell of changes somebody else made, until the lead is free (and taken)."""
    version = store.data_version()
    looked = 0
    while True:
        await asyncio.sleep(_LOOK_S)
        if (now := store.data_version()) != version:
            version = now
            report.everything("elsewhere")
            report.outbox(store.outbox_count(), len(store.attention()))
        looked += 1
        if looked * _LOOK_S >= _LEAD_S:
            looked = 0
            if lead_is_free():
                return
