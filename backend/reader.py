"""A few threads with read-only connections, for the event loop."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection

from backend.database import Database

T = TypeVar("T")


class Reader:
    """Runs reads off the event loop, each in a consistent view of the database."""

    def __init__(self, database: Database, threads: int = 4) -> None:
        self._database = database
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="backend-reader")

    async def run(self, read: Callable[[Connection], T]) -> T:
        """The result of ``read`` on a connection."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._read, read)

    async def compute(self, work: Callable[[], T]) -> T:
        """Run something that takes a while (a password hash, a file) in one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _read(self, read: Callable[[Connection], T]) -> T:
        with self._database.read() as conn:
            return read(conn)

    def close(self) -> None:
        """Let running reads finish and end the threads."""
        self._pool.shutdown()
