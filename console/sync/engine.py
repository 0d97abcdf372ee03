"""The sync engine: one thread, one event loop, for as long as a console is open.

Of several consoles on one file the engine that holds the leader lock syncs; the others watch the file and tell their
app when it changed, until the leader goes. Everything public here may be called from any thread.
"""

import asyncio
import logging
import random
import sys
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from console.clock import Clock, system_clock
from console.store import Store
from console.sync.bulk import BulkRunner
from console.sync.connection import Connected
from console.sync.events import SyncEvent
from console.sync.files import Files, Progress
from console.sync.follower import watch
from console.sync.leader import LeaderLock
from console.sync.presence import PresenceTeller, Writing
from console.sync.reporting import Reporter
from desk.ids import TicketId
from desk.records import Attachment
from desk.wire import AuditPage

if TYPE_CHECKING:
    from console.client import Client

_log = logging.getLogger("console.sync")

T = TypeVar("T")

_SWITCH_S = 0.0005
"""How long this thread may keep the interpreter from the one that paints (Python's own choice is ten times that)."""


class NotRunning(Exception):
    """The engine is not running, so nothing that needs the network can be done."""

    @property
    def sentence(self) -> str:
        """Says so."""
        from console.i18n import gettext as _

        return _("This needs the backend, and this console is not connected.")


class SyncEngine:
    """Keeps one replica in step. ``client_factory`` is called in the engine's thread (it imports httpx) and may raise
    :class:`console.client_errors.ClientError`; ``on_event`` is called there, too."""

    def __init__(
        self,
        store: Store,
        client_factory: "Callable[[], Client]",
        *,
        on_event: Callable[[SyncEvent], None],
        clock: Clock = system_clock,
        rng: random.Random | None = None,
    ) -> None:
        self._store = store
        self._report = Reporter(on_event, clock)
        self._files = Files(store.path)
        self._leader = LeaderLock(store.path)
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._stopping = asyncio.Event()
        self._presence = PresenceTeller()
        self._connected = Connected(
            store, client_factory, self._files, self._presence, self._report, clock, rng or random.Random()
        )
        self._bulks = BulkRunner(store, self._report, self._connected.nudge, self._connected.turns)

    def start(self) -> None:
        """Start the thread; returns at once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="sync", daemon=True)
            self._thread.start()

    def stop(self, timeout_s: float = 3.0) -> bool:
        """Stop, and wait for it; False when it did not in time. What was under way is sent again at the next start."""
        thread = self._thread
        if thread is None:
            return True
        self._ready.wait(timeout_s)
        self._soon(self._stopping.set)
        thread.join(timeout_s)
        return not thread.is_alive()

    @property
    def live(self) -> bool:
        """Whether the backend is there now."""
        return self._report.now.state == "live"

    def nudge(self) -> None:
        """Something was put into the outbox."""
        self._soon(self._connected.nudge)

    def retry(self, client_factory: "Callable[[], Client] | None" = None) -> None:
        """Try to connect now, because somebody is tired of waiting, or has signed in: then with that sign-in, for
        example ``engine.retry(partial(client_of, signed_in.owner, signed_in.tokens))``."""
        self._soon(lambda: self._connected.retry(client_factory))

    def looking_at(self, ticket_id: TicketId | None, writing: Writing = "") -> None:
        """What I look at, for the others' eyes."""
        self._soon(lambda: self._presence.look(ticket_id, writing))

    def fetch_ticket(self, ticket_id: TicketId) -> "Future[None]":
        """Bring a ticket from beyond the replica into it; it comes with the next changes."""
        return self._submit(lambda: self._connected.fetch_ticket(ticket_id))

    def audit(
        self, ticket_id: TicketId | None, wanted: Mapping[str, str], before: int | None = None
    ) -> "Future[AuditPage]":
        """Who changed what: of one ticket, or (None) of what is ``wanted`` (:meth:`console.client.Client.audit`).
        Fails with :class:`NotRunning` or a :class:`console.client_errors.ClientError`."""
        return self._submit(lambda: self._connected.audit(ticket_id, before, wanted))

    def attach(self, path: Path, progress: Progress | None = None) -> "Future[Attachment]":
        """Take a file in for a command that will name it; works offline. It is sent at once if that is possible, else
        before its command. ``progress`` is called in the engine's thread. Fails with :class:`CannotAttach`."""
        return self._submit(lambda: self._connected.attach(path, progress))

    def save(self, attachment: Attachment, target: Path, progress: Progress | None = None) -> "Future[Path]":
        """Save an attachment to ``target``, or beside it when that name is taken; the result is where it is now."""
        return self._submit(lambda: self._connected.save(attachment, target, progress))

    # In the thread

    def _run(self) -> None:
        sys.setswitchinterval(_SWITCH_S)
        try:
            asyncio.run(self._main())
        except Exception as error:  # noqa: BLE001 - worker boundary: the app goes on without syncing, and says so
            _log.exception("the engine stopped")
            self._report.state("refused", getattr(error, "sentence", "") or _sorry())
        finally:
            self._ready.set()

    async def _main(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        work = asyncio.create_task(self._work(), name="sync work")
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        work.cancel()
        try:
            await work
        except asyncio.CancelledError:
            pass  # that is what was asked for
        finally:
            await self._connected.close()
            self._leader.release()

    async def _work(self) -> None:
        while True:
            if self._store.read_only or not self._leader.take():
                if self._store.read_only:
                    self._report.state("refused", self._store.notice or _read_only())
                else:
                    self._report.state("follower")
                await watch(self._store, self._report, self._lead_is_free)
                continue
            bulks = asyncio.create_task(self._bulks.run(), name="bulks")
            try:
                await self._connected.run()
            finally:
                bulks.cancel()

    def _lead_is_free(self) -> bool:
        return not self._store.read_only and self._leader.take()

    def _soon(self, call: Callable[[], None]) -> None:
        """Have something done in the thread, if it runs."""
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        try:
            loop.call_soon_threadsafe(call)
        except RuntimeError:
            return  # closed in between

    def _submit(self, make: Callable[[], Coroutine[Any, Any, T]]) -> "Future[T]":
        loop = self._loop
        if loop is None or loop.is_closed():
            refused: Future[T] = Future()
            refused.set_exception(NotRunning())
            return refused
        return asyncio.run_coroutine_threadsafe(make(), loop)


def _read_only() -> str:
    from console.i18n import gettext as _

    return _("This replica cannot be written: nothing is fetched or sent, and what is here can be read.")


def _sorry() -> str:
    from console.i18n import gettext as _

    return _("Syncing stopped unexpectedly; what you write is kept. Start the console again, and see the log.")
