"""One round without a thread: fetch what is new, send what is due. For the command line."""

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from console.clock import Clock, system_clock
from console.store import Store
from console.sync.events import SyncEvent
from console.sync.files import Files
from console.sync.leader import LeaderLock
from console.sync.path_choice import PathChoice
from console.sync.pull import Puller, SessionMoved
from console.sync.push import Pusher
from console.sync.reporting import Reporter

if TYPE_CHECKING:
    from console.client import Client

_ROUNDS = 3
_INDEX_SLICE = 2_000


class Round(Struct, frozen=True, kw_only=True):
    """What became of it. ``led`` is False when another console on this file is syncing already."""

    led: bool
    unfinished: int
    attention: int


async def sync_once(
    store: Store,
    client: "Client",
    *,
    clock: Clock = system_clock,
    on_event: Callable[[SyncEvent], None] = lambda event: None,
) -> Round:
    """Fetch, send, fetch what that changed, and index. Raises :class:`console.client_errors.ClientError`."""
    leader = LeaderLock(store.path)
    led = leader.take()
    if led:
        try:
            await _round(store, client, clock, on_event)
        finally:
            leader.release()
    return Round(led=led, unfinished=store.outbox_count(), attention=len(store.attention()))


async def _round(store: Store, client: "Client", clock: Clock, on_event: Callable[[SyncEvent], None]) -> None:
    report = Reporter(on_event, clock)
    rng = random.Random()
    puller = Puller(store, client, report, clock, path=PathChoice(), considerate=False)
    pusher = Pusher(store, client, Files(store.path), report, clock, rng)
    await _catch_up(puller)
    pusher.recover()
    await pusher.drain()
    await _catch_up(puller)
    while store.index_pending(_INDEX_SLICE):
        pass


async def _catch_up(puller: Puller) -> None:
    for _ in range(_ROUNDS):
        try:
            await puller.catch_up()
        except SessionMoved:
            continue
        return
