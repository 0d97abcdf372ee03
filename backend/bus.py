"""Wakes whoever waits for the feed to grow. Lives in the server's event loop; may be told from any thread."""

import asyncio


class Bus:
    """The head of the feed as far as this process knows, and those who wait for it to move."""

    def __init__(self, head: int = 0) -> None:
        self.head = head
        self.closing = False
        self._waiting: set[asyncio.Future[None]] = set()

    def advance(self, head: int) -> None:
        """The feed now reaches ``head``. Call in the event loop."""
        if head > self.head:
            self.head = head
            self._wake()

    def advance_by_one(self) -> None:
        """One more thing happened, for a bus that merely counts. Call in the event loop."""
        self.advance(self.head + 1)

    def close(self) -> None:
        """The server is going down: everybody who waits returns at once. Call in the event loop."""
        self.closing = True
        self._wake()

    async def beyond(self, pos: int, timeout_s: float | None = None) -> bool:
        """Wait until the feed reaches beyond ``pos``; False when time ran out or the server is closing."""
        loop = asyncio.get_running_loop()
        deadline = None if timeout_s is None else loop.time() + timeout_s
        while self.head <= pos and not self.closing:
            remaining = None if deadline is None else deadline - loop.time()
            if remaining is not None and remaining <= 0:
                break
            woken: asyncio.Future[None] = loop.create_future()
            self._waiting.add(woken)
            try:
                await asyncio.wait((woken,), timeout=remaining)
            finally:
                self._waiting.discard(woken)
        return self.head > pos

    def _wake(self) -> None:
        for woken in self._waiting:
            if not woken.done():
                woken.set_result(None)
