"""The leader's work: connect, pull, push, tell and index, all at once; after a failure wait, and connect again."""

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.client_errors import ClientError
from console.clock import Clock
from console.store import Store
from console.store.errors import StoreError
from console.sync.backoff import PROBE_S, STREAM_CAP_S, Backoff
from console.sync.behind import index_behind
from console.sync.failures import NextStep, after_failure
from console.sync.files import Files, Progress
from console.sync.path_choice import PathChoice
from console.sync.presence import PresenceTeller
from console.sync.pull import Puller, SessionMoved
from console.sync.push import Pusher
from console.sync.reporting import Reporter
from console.sync.turns import Turns
from desk.ids import TicketId
from desk.records import Attachment
from desk.wire import AuditPage

if TYPE_CHECKING:
    from console.client import Client

_log = logging.getLogger("console.sync")

_WATCH_S = 0.5


class Connected:
    """Owns the one client. ``run`` is for the leader; fetching and files serve a follower, too."""

    def __init__(
        self,
        store: Store,
        client_factory: "Callable[[], Client]",
        files: Files,
        presence: PresenceTeller,
        report: Reporter,
        clock: Clock,
        rng: random.Random,
    ) -> None:
        self._store = store
        self._client_factory = client_factory
        self._files = files
        self._presence = presence
        self._report = report
        self._clock = clock
        self._backoff = Backoff(rng, STREAM_CAP_S)
        self._rng = rng
        self._path = PathChoice()
        self.turns = Turns()
        self._client: Client | None = None
        self._pusher: Pusher | None = None
        self._retry = asyncio.Event()
        self._renewed = False
        self._background: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Sync until cancelled. No failure of the network, the backend or the file ends it."""
        while True:
            try:
                if self._report.now.state != "offline":
                    self._report.state("connecting")
                self._report.outbox(self._store.outbox_count(), len(self._store.attention()))
                await self._together(self.client())
            except SessionMoved:
                _log.info("what I may read has changed")
                await asyncio.sleep(self._backoff.failed())
            except ClientError as error:
                await self._wait(after_failure(error, self._backoff))
            except StoreError as error:
                _log.warning("the replica: %s", error.sentence)
                await self._wait(NextStep(state="offline", sentence=error.sentence, wait_s=PROBE_S))

    def nudge(self) -> None:
        """Something was put into the outbox."""
        if self._pusher is not None:
            self._pusher.nudge()

    def retry(self, client_factory: "Callable[[], Client] | None" = None) -> None:
        """Do not wait any longer. A new sign-in needs a new client."""
        if client_factory is not None:
            self._client_factory = client_factory
            self._renewed = True
        if self._pusher is not None:
            self._pusher.hurry()
        self._retry.set()

    def client(self) -> "Client":
        """The client, made when it is first needed. Raises :class:`ClientError`."""
        if self._client is None:
            self._client = self._client_factory()
        return self._client

    async def close(self) -> None:
        """Close the client."""
        for task in tuple(self._background):
            task.cancel()
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    # On request

    async def fetch_ticket(self, ticket_id: TicketId) -> None:
        """Ask for a ticket beyond the replica; from now on it comes with the changes."""
        await self.client().ticket(ticket_id)

    async def audit(self, ticket_id: TicketId | None, before: int | None, wanted: Mapping[str, str]) -> AuditPage:
        """Ask who changed what."""
        return await self.client().audit(ticket_id, wanted, before=before)

    async def attach(self, path: Path, progress: Progress | None) -> Attachment:
        """Take a file in, and begin to send it."""
        attachment = await asyncio.to_thread(self._files.take_in, path)
        task = asyncio.create_task(self._send_early(attachment, progress))
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        return attachment

    async def save(self, attachment: Attachment, target: Path, progress: Progress | None) -> Path:
        """Save an attachment."""
        return await self._files.fetch(self.client(), attachment, target, progress)

    async def _send_early(self, attachment: Attachment, progress: Progress | None) -> None:
        try:
            await self._files.send(self.client(), attachment, progress)
        except ClientError as error:
            _log.info("attachment waits for its command: %s", type(error).__name__)

    # Connected

    async def _together(self, client: "Client") -> None:
        """Pull, and once the backend answers push, tell and index, until one of them fails."""
        puller = Puller(self._store, client, self._report, self._clock, path=self._path, turns=self.turns)
        self._pusher = pusher = Pusher(
            self._store, client, self._files, self._report, self._clock, self._rng, self.turns
        )
        work = (
            self._pull(puller),
            index_behind(self._store, puller.caught_up, puller.arrived, self.turns),
            _once(puller.answered, self._push(pusher)),
            self._watch(pusher),
            _once(puller.answered, self._presence.run(client)),
        )
        tasks = {asyncio.create_task(each) for each in work}
        try:
            done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self._pusher = None
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _pull(self, puller: Puller) -> None:
        await puller.catch_up()
        self._backoff.succeeded()
        await puller.follow()

    async def _push(self, pusher: Pusher) -> None:
        pusher.recover()
        await pusher.run()

    async def _watch(self, pusher: Pusher) -> None:
        """Notice what other consoles put into the outbox of this file."""
        version = self._store.data_version()
        while True:
            await asyncio.sleep(_WATCH_S)
            if (now := self._store.data_version()) != version:
                version = now
                self._report.outbox(self._store.outbox_count(), len(self._store.attention()))
                pusher.nudge()

    async def _wait(self, step: NextStep) -> None:
        """Show why, and wait: for the time to come, for somebody who asks, or for new credentials."""
        self._report.state(step.state, step.sentence)
        try:
            async with asyncio.timeout(step.wait_s):
                await self._retry.wait()
        except TimeoutError:
            return
        self._retry.clear()
        if self._renewed or step.state in ("signed-out", "refused"):
            self._renewed = False
            await self.close()
            self._report.state("connecting")


async def _once(happened: asyncio.Event, then: Coroutine[Any, Any, None]) -> None:
    """Do something when an event happened first."""
    try:
        await happened.wait()
    except asyncio.CancelledError:
        then.close()
        raise
    await then
