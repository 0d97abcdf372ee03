"""Work beside somebody who types: one slice at a time, whoever's it is, each followed by a rest for the interface.

Pulling, pushing, indexing and bulks take turns here: without that, the rest of one would be the work of another, and
together they would leave nothing to the thread that paints.
"""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

LONGEST_REST_S = 0.05


class Turns:
    """Shared by all that one engine does. Slices are short: nothing that waits for the network is one."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()

    async def take(self, work: Callable[[], T], rest: float = 1.0) -> T:
        """Do ``work`` when it is its turn, and let nothing else begin for ``rest`` times as long."""
        async with self._turn:
            started = time.perf_counter()
            done = work()
            await asyncio.sleep(min(rest * (time.perf_counter() - started), LONGEST_REST_S))
            return done
