"""A real backend, a bad line to it, and real consoles: what the tests of the sync stand on."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from console.client import Client
from console.clock import system_clock
from console.envelopes import envelope
from console.sign_in import Login, MemoryTokens, TokenSource
from console.store import Store
from console.sync.engine import SyncEngine
from console.sync.events import RowsChanged, StateChanged, SyncEvent
from desk.commands import AnyCommand, Envelope, Reply
from desk.ids import TicketId
from desk.outbox import OutboxEntry
from desk.records import Role, Ticket

WAIT_S = 20.0


class Console:
    """One console on one file: a store and a sync engine, with everything the engine said."""

    def __init__(self, url: str, db: Path, tokens: TokenSource) -> None:
        self.url = url
        self.store = Store.open(db)
        self.tokens = tokens
        self.events: list[SyncEvent] = []
        self._said = threading.Condition()
        self.engine = SyncEngine(self.store, self._client, on_event=self._hear)

    def _client(self) -> Client:
        return Client(self.url, self.tokens)

    def _hear(self, event: SyncEvent) -> None:
        with self._said:
            self.events.append(event)
            self._said.notify_all()

    @property
    def state(self) -> StateChanged:
        """The state told last."""
        return next(event for event in reversed(self.events) if isinstance(event, StateChanged))

    def states(self) -> list[str]:
        """Every state told, in order."""
        return [event.state for event in self.events if isinstance(event, StateChanged)]

    def wait(self, true: Callable[[], object], what: str) -> None:
        """Wait until something is true, looking whenever the engine speaks (and now and then)."""
        end = time.monotonic() + WAIT_S
        with self._said:
            while not true():
                assert time.monotonic() < end, f"never: {what}; states {self.states()}, outbox {self.outbox_states()}"
                self._said.wait(0.02)

    def wait_state(self, state: str) -> StateChanged:
        """Wait until the engine is in a state."""
        self.wait(lambda: any(isinstance(e, StateChanged) for e in self.events) and self.state.state == state, state)
        return self.state

    def wait_sent(self) -> None:
        """Wait until nothing is unfinished."""
        self.wait(lambda: self.store.outbox_count() == 0, "everything sent")

    def outbox_states(self) -> list[str]:
        """The states of all entries."""
        return [entry.state for entry in self.store.outbox()]

    def live(self) -> "Console":
        """Start and wait until it is live."""
        self.engine.start()
        self.wait_state("live")
        return self

    def written(self, command: AnyCommand, *, seen_n: int | None = None) -> Envelope:
        """A command by this console's agent, looking at the ticket as it is here."""
        ticket = self.store.ticket(TicketId(getattr(command, "ticket_id", "")))
        last_n = ticket.last_n if ticket else None
        return envelope(command, system_clock(), ticket=ticket, seen_n=last_n if seen_n is None else seen_n)

    def say(self, command: AnyCommand, *, undo_s: float = 0, seen_n: int | None = None) -> OutboxEntry:
        """Put a command into the outbox, as the app does."""
        entry = self.store.enqueue(self.written(command, seen_n=seen_n), undo_s=undo_s)
        self.engine.nudge()
        return entry

    def reply(self, ticket: Ticket, body: str, **how: float) -> OutboxEntry:
        """Answer a customer."""
        return self.say(Reply(ticket_id=ticket.id, body=body), **how)  # type: ignore[arg-type]

    def bodies(self, ticket: Ticket) -> list[str]:
        """The conversation as shown here."""
        thread = self.store.thread(ticket.id)
        return [line.message.body for line in thread.window(0, thread.count())]

    def changed(self, kind: str, record_id: str) -> bool:
        """Whether the engine named a row as changed."""
        return any(isinstance(event, RowsChanged) and (kind, record_id) in event.ids for event in self.events)

    def close(self) -> None:
        """End it as a user would."""
        assert self.engine.stop(10), "the engine did not stop"
        self.store.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A backend with two agents and a lead in one team."""
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        running.add_team("t-en", "English")
        for handle, role in (("mei", Role.AGENT), ("li", Role.SENIOR)):
            running.add_agent(handle, role=role, teams=("t-en",))
        yield running


class BadLine:
    """A TCP proxy to a backend that can lose answers to requests that begin with some bytes, or hold streams back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.lose: bytes = b""
        self.hold: bytes = b""
        self.lost = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def close(self) -> None:
        """Cut everything."""

        async def end() -> None:
            self._server.close()
            tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

        asyncio.run_coroutine_threadsafe(end(), self._loop).result(5)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection; the request under way decides what happens to what comes back."""
        request = b""
        try:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self._to)
        except OSError:
            writer.close()
            return

        async def up() -> None:
            nonlocal request
            while data := await reader.read(65536):
                if data.split(b" ", 1)[0] in (b"GET", b"POST", b"PUT"):
                    request = data
                up_writer.write(data)
                await up_writer.drain()

        async def down() -> None:
            while data := await up_reader.read(65536):
                if self.lose and request.startswith(self.lose):
                    self.lost += 1
                    return
                if self.hold and request.startswith(self.hold) and not data.startswith(b"HTTP/"):
                    continue
                writer.write(data if not (self.hold and request.startswith(self.hold)) else _head_of(data))
                await writer.drain()

        both = [asyncio.ensure_future(up()), asyncio.ensure_future(down())]
        try:
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in both:
                each.cancel()
            await asyncio.gather(*both, return_exceptions=True)
            for one in (writer, up_writer):
                one.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await up_writer.wait_closed()


def _head_of(data: bytes) -> bytes:
    head, _blank, _body = data.partition(b"\r\n\r\n")
    return head + b"\r\n\r\n"


@pytest.fixture
def bad_line(server: EmbeddedServer) -> Iterator[BadLine]:
    """A line to the server that a test can make bad."""
    line = BadLine(server.config.port)
    yield line
    line.close()


OpenConsole = Callable[..., Console]


@pytest.fixture
def open_console(server: EmbeddedServer, tmp_path: Path) -> Iterator[OpenConsole]:
    """Opens consoles for agents of the server; all are closed at the end."""
    opened: list[Console] = []

    def start(handle: str = "mei", db: str = "", *, url: str = "", tokens: TokenSource | None = None) -> Console:
        tokens = tokens or MemoryTokens(Login(access=server.token(handle)))
        console = Console(url or server.url, tmp_path / (db or f"{handle}.db"), tokens)
        opened.append(console)
        return console

    yield start
    for console in opened:
        console.close()
