"""Lets bulks go on, step by step, for as long as this console leads: the next step when the last one was answered.

Offline the steps are queued without waiting, where their commands may be given offline. What was begun goes on at the
next start by itself, under the same ids.
"""

import asyncio
import logging
from collections.abc import Callable
from functools import partial

from console.store import Store
from console.store.errors import StoreError
from console.sync.reporting import Reporter
from console.sync.turns import Turns
from desk.bulk import Bulk

_log = logging.getLogger("console.sync.bulk")

_LOOK_EVERY_S = 0.25


class BulkRunner:
    """Puts the commands of bulks into the outbox. ``run`` is for the leader."""

    def __init__(self, store: Store, report: Reporter, nudge: Callable[[], None], turns: Turns) -> None:
        self._store = store
        self._turns = turns
        self._report = report
        self._nudge = nudge
        self._shown: tuple[str, ...] = ()

    async def run(self) -> None:
        """Advance whatever runs, until cancelled. Looks often only while something does."""
        version = -1
        while True:
            try:
                now_at = self._store.data_version()
                if now_at != version or self._shown:
                    version = now_at
                    await self._advance()
            except StoreError as error:
                _log.warning("a bulk waits: %s", error.sentence)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _advance(self) -> None:
        bulks = self._store.bulks
        going = bulks.running()
        live = self._report.now.state in ("live", "bootstrapping")
        for bulk in going:
            while queued := await self._turns.take(partial(bulks.advance, bulk.id, live=live)):
                _log.info("bulk: %d commands queued", len(queued))
                self._nudge()
                self._report.rows({("ticket", ticket_id) for ticket_id in queued}, "outbox")
        self._tell(going)

    def _tell(self, going: list[Bulk]) -> None:
        """Say how far they are, and once that none is left."""
        ids = tuple(bulk.id for bulk in going)
        if ids or self._shown:
            tallies = [bulk.tally for bulk in going]
            self._report.bulk(sum(tally.settled for tally in tallies), sum(tally.total for tally in tallies))
        self._shown = ids
