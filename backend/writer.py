"""The one thread that writes: it takes all jobs that are waiting, runs them in one transaction and commits once.

While a commit waits for the disk the next jobs queue up, so under load many share one fsync and an idle server answers
at once. A job does its work inside :meth:`Transaction.unit`, so that one that fails undoes only itself; its caller
hears of success only after the commit.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from backend.config import Clock
from backend.database import Database
from backend.errors import DATABASE_FAILS, ProblemError
from backend.transaction import Transaction

T = TypeVar("T")

MAX_BATCH = 128
"""Jobs in one transaction at most."""
MAX_WAITING = 2_000
"""Beyond this the backend says that it is not available, rather than answering ever later."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    answer: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def tell(self) -> None:
        if self.answer.done():  # the caller has gone away; what was done stays done
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)


class Writer:
    """Runs jobs for the event loop it was started in. ``on_commit`` is called there with the new head of the feed."""

    def __init__(self, database: Database, clock: Clock, on_commit: Callable[[int], None]) -> None:
        self._database = database
        self._clock = clock
        self._on_commit = on_commit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._work, name="backend-writer", daemon=True)

    def start(self) -> None:
        """Start writing for the running event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def run(self, work: Callable[[Transaction], T]) -> T:
        """Run a job; returns after its commit. Raises what the job raised, or ``unavailable`` when it could not be
        committed."""
        if self._loop is None:
            raise RuntimeError("the writer has not been started")
        if self._jobs.qsize() > MAX_WAITING:
            raise ProblemError("unavailable", "The backend is busy; try again in a few seconds.", retry_after_s=2)
        job = _Job(work, self._loop.create_future())
        self._jobs.put(job)
        result: T = await job.answer
        return result

    async def stop(self) -> None:
        """Finish what is waiting and end the thread."""
        self._jobs.put(None)
        await asyncio.to_thread(self._thread.join)

    def _work(self) -> None:
        running = True
        while running:
            batch: list[_Job] = []
            job = self._jobs.get()
            while job is not None:
                batch.append(job)
                if len(batch) == MAX_BATCH or self._jobs.empty():
                    break
                job = self._jobs.get()
            running = job is not None
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Job]) -> None:
        head = 0
        try:
            with self._database.write(self._clock()) as transaction:
                for job in batch:
                    self._run(job, transaction)
                head = transaction.head
        except DATABASE_FAILS as error:
            _log.error("a commit of %d jobs failed: %s", len(batch), error)
            refusal = ProblemError("unavailable", "The backend cannot write at the moment; try again.", retry_after_s=5)
            for job in batch:
                job.error = job.error or refusal
        assert self._loop is not None
        self._loop.call_soon_threadsafe(self._tell, batch, head)

    @staticmethod
    def _run(job: _Job, transaction: Transaction) -> None:
        try:
            job.result = job.work(transaction)
        except DATABASE_FAILS:  # the disk, not the job: nothing of this transaction can be kept
            raise
        except Exception as error:  # noqa: BLE001 - a worker's boundary: the error goes to whoever asked for the job
            job.error = error

    def _tell(self, batch: list[_Job], head: int) -> None:
        for job in batch:
            job.tell()
        self._on_commit(head)
