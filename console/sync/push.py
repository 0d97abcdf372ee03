"""Sends what is in the outbox: lanes in order, four requests under way, and no answer ever taken for another."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from console.client_errors import ClientError, ServerProblem, SignedOut
from console.store import Store
from console.sync.backoff import Backoff, delay_s
from console.sync.files import Files
from console.sync.lanes import REQUESTS_IN_FLIGHT, plan_batches, unanswered
from console.sync.reporting import Reporter
from console.sync.turns import Turns
from desk.ids import MS_PER_S, CommandId, Instant
from desk.outbox import OutboxEntry, SendState
from desk.wire import MAX_COMMANDS, CommandOutcome, Rejected

if TYPE_CHECKING:
    import random

    from console.client import Client

_log = logging.getLogger("console.sync.push")

_RECORDED_AT_ONCE = 5
"""Answers that one transaction keeps; fewer are nothing that anybody could notice."""


class Pusher:
    """Owns the way of a command from ``queued`` to its outcome. Lives as long as this console leads."""

    def __init__(
        self,
        store: Store,
        client: "Client",
        files: Files,
        report: Reporter,
        clock: Callable[[], Instant],
        rng: "random.Random",
        turns: Turns | None = None,
    ) -> None:
        self._store = store
        self._client = client
        self._files = files
        self._report = report
        self._clock = clock
        self._rng = rng
        self._turns = turns or Turns()
        self._backoff = Backoff(rng)
        self._wake = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._failure: ClientError | None = None
        self._doubtful: set[CommandId] = set()
        """Commands that were sent and whose answer got lost; asked about before they are sent again."""

    def recover(self) -> None:
        """After a start: what was being sent when the last console ended is queued again, under the same id."""
        before = {entry.id for entry in self._store.outbox((SendState.SENDING,))}
        self._store.recover()
        self._doubtful |= before
        self.hurry()

    def hurry(self) -> None:
        """The line is good again, or somebody says so: what waits for another attempt need not wait any longer."""
        now = self._clock()
        for entry in self._store.outbox((SendState.QUEUED,)):
            if entry.next_at > now:
                self._store.reschedule(entry.id, now)
        self._wake.set()

    def nudge(self) -> None:
        """Something may be due."""
        self._wake.set()

    async def run(self) -> None:
        """Send what is due, for ever. Raises the :class:`ClientError` after which trying again makes no sense."""
        try:
            while True:
                self._wake.clear()
                self._start_due()
                if self._failure is not None:
                    failure, self._failure = self._failure, None
                    if not failure.retry:
                        raise failure
                await self._wait()
        finally:
            await self._settle()

    async def drain(self) -> None:
        """Send all that is due now; return when it was answered. Raises the :class:`ClientError` that hindered it."""
        try:
            while True:
                self._start_due()
                if not self._running:
                    return
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
                if self._failure is not None:
                    failure, self._failure = self._failure, None
                    raise failure
        finally:
            await self._settle()

    def _start_due(self) -> bool:
        free = REQUESTS_IN_FLIGHT - len(self._running)
        if free <= 0 or self._store.read_only:
            return False
        due = self._store.due(self._clock(), MAX_COMMANDS * free)
        batches = plan_batches(due, free)
        for batch in batches:
            begun = set(self._store.mark_sending([entry.id for entry in batch]))
            sent = [entry for entry in batch if entry.id in begun]
            if sent:
                task = asyncio.create_task(self._send(sent))
                self._running.add(task)
                task.add_done_callback(self._done)
        if batches:
            self._tell(batches[0])
        return bool(batches)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("a batch failed: %s", type(error).__name__, exc_info=error)

    async def _wait(self) -> None:
        next_at = self._store.next_due_at()
        wait_s = None if next_at is None else max(0.02, (next_at - self._clock()) / MS_PER_S)
        if len(self._running) == REQUESTS_IN_FLIGHT:
            wait_s = None
        try:
            async with asyncio.timeout(wait_s):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _send(self, batch: Sequence[OutboxEntry]) -> None:
        """One request, and what follows from its answer or from having none."""
        asked = [entry for entry in batch if entry.id in self._doubtful]
        try:
            known = await self._known(asked)
            rest = [entry for entry in batch if entry.id not in known]
            if rest:
                await self._bring_files(rest)
                await self._post(rest)
            self._backoff.succeeded()
        except ClientError as error:
            self._failed(batch, error)
        self._tell(batch)

    async def _known(self, asked: Sequence[OutboxEntry]) -> set[CommandId]:
        """Outcomes the backend stored for commands whose answer got lost. (Sending one again would be harmless too.)"""
        if not asked:
            return set()
        found = await self._client.outcomes([entry.id for entry in asked])
        for outcome in found.outcomes:
            self._record(outcome)
        self._doubtful.difference_update(entry.id for entry in asked)
        return {outcome.id for outcome in found.outcomes}

    async def _post(self, entries: Sequence[OutboxEntry]) -> None:
        try:
            answer = await self._client.commands([entry.envelope for entry in entries])
        except ServerProblem as problem:
            if problem.retry:
                raise
            await self._refused(entries, problem)
            return
        for first in range(0, len(answer.outcomes), _RECORDED_AT_ONCE):
            await self._keep(answer.outcomes[first : first + _RECORDED_AT_ONCE])
        for command_id in unanswered([e.id for e in entries], [o.id for o in answer.outcomes]):
            self._doubtful.add(command_id)
            self._store.reschedule(command_id, self._clock() + round(self._backoff.failed() * MS_PER_S))

    async def _refused(self, entries: Sequence[OutboxEntry], problem: ServerProblem) -> None:
        """The request as a whole was refused. Alone, a command is to blame for that itself; in company it is retried
        alone, so that one bad command never holds up the others."""
        if len(entries) == 1:
            entry = entries[0]
            self._record(Rejected(id=entry.id, code=problem.slug, why=problem.sentence))
            return
        for entry in entries:
            await self._post([entry])

    async def _bring_files(self, entries: Sequence[OutboxEntry]) -> None:
        """Attachments go before the command that names them."""
        for entry in entries:
            for attachment in getattr(entry.envelope.command, "attachments", ()):
                await self._files.send(self._client, attachment)

    async def _keep(self, outcomes: Sequence[CommandOutcome]) -> None:
        """Record some answers."""
        self._doubtful.difference_update(outcome.id for outcome in outcomes)
        record = partial(self._store.record_outcomes, outcomes, self._clock())
        if len(outcomes) == _RECORDED_AT_ONCE:
            await self._turns.take(record, 2.0)
        else:
            record()

    def _record(self, outcome: CommandOutcome) -> None:
        self._doubtful.discard(outcome.id)
        self._store.record_outcome(outcome, self._clock())

    def _failed(self, batch: Sequence[OutboxEntry], error: ClientError) -> None:
        """No answer: each command goes back to the queue, under its own id, for a later time."""
        states = {entry.id: entry for entry in self._store.outbox((SendState.SENDING,))}
        for entry in batch:
            if entry.id not in states:
                continue
            if not isinstance(error, SignedOut):
                self._doubtful.add(entry.id)
            wait_s = delay_s(states[entry.id].attempts or 1, self._rng, after_s=error.after_s)
            self._store.reschedule(entry.id, self._clock() + round(wait_s * MS_PER_S))
        self._failure = error
        _log.info("sending failed: %s", type(error).__name__)

    def _tell(self, batch: Sequence[OutboxEntry]) -> None:
        self._report.rows({("ticket", entry.lane) for entry in batch}, "outbox")
        self._report.outbox(self._store.outbox_count(), len(self._store.attention()))

    async def _settle(self) -> None:
        """Stop what is under way; its commands stay ``sending`` here and are queued again at the next start."""
        for task in tuple(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
