"""A whole backend on a free loopback port, in a thread: for the demo's own use, for tests and for benches.

    with EmbeddedServer(Config(database="sqlite:///…")) as server:
        server.add_team("t-en", "English")
        server.add_agent("mei", teams=("t-en",), password="…")
        ticket = server.customer_writes("t-en", "Where is my money?", subject="Withdrawal")
        httpx.get(server.url + "/healthz")

What it adds is written by the server's own writer, so streams and long polls hear of it at once.
"""

import asyncio
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

import msgspec

from backend import auth
from backend.app import create_app
from backend.config import Config
from backend.passwords import hash_password
from backend.runtime import Runtime
from backend.services.filing import file_customer, file_org
from backend.services.intake import receive_message, start_ticket
from backend.services.lookup import agent_by_handle, customer_by_id, team_by_id
from backend.services.people import file_agent, set_password_hash
from backend.serving import Server
from backend.transaction import Transaction
from desk.ids import AgentId, CustomerId, MessageId, TeamId, TicketId
from desk.intake import Incoming, NewTicket
from desk.records import Agent, Channel, Customer, Role, Team, Ticket

T = TypeVar("T")

_START_S = 20


class EmbeddedServer:
    """A backend that starts with ``with`` (or :meth:`start`) and is gone after it. Its port stays the same when it is
    stopped and started again."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._socket: socket.socket | None = None
        self._server: Server | None = None
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runtime: Runtime | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.config.port}"

    @property
    def runtime(self) -> Runtime:
        """What runs behind it."""
        if self._runtime is None:
            raise RuntimeError("the embedded server is not running")
        return self._runtime

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Start and wait until it answers."""
        app = create_app(self.config)
        listening = _listen(self.config.port)
        self.config = replace(self.config, host="127.0.0.1", port=listening.getsockname()[1])
        self._runtime, self._server = app.runtime, Server(app, self.config)
        started = threading.Event()
        self._socket = listening
        self._thread = threading.Thread(target=self._run, args=(self._server, listening, started), daemon=True)
        self._thread.start()
        if not started.wait(_START_S):
            raise RuntimeError("the embedded server did not start")
        if self._loop is None:
            raise RuntimeError("the embedded server ended while starting")

    def stop(self) -> None:
        """Shut down in order: streams say bye, accepted writes are committed."""
        if self._server is not None and self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_START_S)
        if self._socket is not None:
            self._socket.close()
        self._server = self._thread = self._socket = self._loop = self._runtime = None

    def write(self, work: Callable[[Transaction], T]) -> T:
        """Let the server's writer do something; returns after the commit."""
        if self._loop is None:
            raise RuntimeError("the embedded server is not running")
        return asyncio.run_coroutine_threadsafe(self.runtime.writer.run(work), self._loop).result()

    def add_team(self, team_id: str, name: str, calendar: str = "always") -> Team:
        """A team."""
        team = Team(id=TeamId(team_id), v=1, name=name, calendar=calendar)
        self.write(lambda tx: file_org(tx, team))
        return team

    def add_agent(
        self, handle: str, *, role: Role = Role.AGENT, teams: tuple[str, ...] = (), name: str = "", password: str = ""
    ) -> Agent:
        """An agent whose id is their handle; with a password they can sign in."""
        team_ids = tuple(map(TeamId, teams))
        agent = Agent(id=AgentId(handle), v=1, handle=handle, name=name or handle.title(), role=role, team_ids=team_ids)
        self.write(lambda tx: file_agent(tx, agent))
        if password:
            password_hash = hash_password(password)
            self.write(lambda tx: set_password_hash(tx, agent.id, password_hash))
        return agent

    def change_agent(self, handle: str, change: Callable[[Agent], Agent]) -> Agent:
        """An agent as ``change`` makes them, one version up."""

        def work(tx: Transaction) -> Agent:
            before = agent_by_handle(tx.conn, handle)
            assert before is not None
            after = msgspec.structs.replace(change(before), v=before.v + 1)
            file_agent(tx, after)
            return after

        return self.write(work)

    def token(self, handle: str) -> str:
        """An API token of an agent."""
        return self.write(lambda tx: auth.create_api_token(tx, AgentId(handle), "embedded"))

    def customer_writes(
        self,
        to: str,
        body: str,
        *,
        subject: str = "A question",
        customer: str = "c-1",
        lang: str = "en",
        channel: Channel = Channel.EMAIL,
    ) -> Ticket:
        """A customer's message to a ticket, or (``to`` is a team's id) a new ticket of that team."""
        now = self.config.clock()
        message = Incoming(id=MessageId(secrets.token_hex(8)), body=body, at=now, author_id=customer)

        def work(tx: Transaction) -> Ticket:
            if team_by_id(tx.conn, TeamId(to)) is None:
                return receive_message(tx, TicketId(to), message)
            known = customer_by_id(tx.conn, CustomerId(customer))
            if known is None:
                known = Customer(id=CustomerId(customer), v=1, name=f"Customer {customer}", language=lang)
                file_customer(tx, known)
            start = NewTicket(
                id=TicketId(secrets.token_hex(8)),
                ref="",
                subject=subject,
                customer_id=known.id,
                customer_name=known.name,
                team_id=TeamId(to),
                channel=channel,
                created_at=now,
                lang=lang,
                tier=known.tier,
            )
            return start_ticket(tx, start, (message,))

        return self.write(work)

    def _run(self, server: Server, listening: socket.socket, started: threading.Event) -> None:
        async def run() -> None:
            announcing = asyncio.create_task(self._announce(server, started))
            try:
                await server.serve(sockets=[listening])
            finally:
                announcing.cancel()

        try:
            asyncio.run(run())
        finally:
            started.set()

    async def _announce(self, server: Server, started: threading.Event) -> None:
        while not server.started:  # noqa: ASYNC110 - uvicorn offers a flag only
            await asyncio.sleep(0.005)
        self._loop = asyncio.get_running_loop()
        started.set()


def _listen(port: int) -> socket.socket:
    """A listening socket that says it is TCP: asyncio switches off Nagle's delay (40 ms an answer) for those only."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        listening.listen(256)
    except OSError:
        listening.close()
        raise
    return listening
