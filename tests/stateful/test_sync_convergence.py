"""Two agents, one backend, and a line that loses, delays and cuts: whatever happens, all ends well and agrees.

The consoles' pulling and pushing is driven step by step from here, on a clock of the test, against a real backend:
nothing waits, and a failing run shrinks to the steps that matter. Numbers in brackets are those of docs/protocol.md.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from itertools import count
from pathlib import Path
from random import Random
from typing import Any, ClassVar, cast

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from backend.config import NO_LIMITS, Config
from backend.embedded import EmbeddedServer
from backend.services.housekeeping import trim_feed
from console.client import Client
from console.client_errors import Unreachable
from console.clock import system_clock
from console.envelopes import envelope
from console.sign_in import Login, MemoryTokens
from console.store import Store
from console.sync.files import Files
from console.sync.path_choice import PathChoice
from console.sync.pull import Puller, SessionMoved
from console.sync.push import Pusher
from console.sync.reporting import Reporter
from desk.commands import AnyCommand, MoveTeam, Note, Reply, SetStatus, Tag
from desk.ids import CommandId, Instant, TeamId, TicketId
from desk.outbox import UNFINISHED, SendState
from desk.records import Role, Status, Ticket
from desk.views import VIEWS

AGENTS = st.sampled_from(["mei", "li"])
TICKETS = st.integers(0, 2)
LONGEST_RETRY_MS = 31_000


class Line(httpx.AsyncBaseTransport):
    """A console's way to the backend, which can be cut, lose one answer to sent commands, or let one hang."""

    def __init__(self) -> None:
        self._http = httpx.AsyncHTTPTransport()
        self.cut = False
        self.next_answer = "arrives"
        self.hanging = asyncio.Event()
        self.page = b""
        """The last page of changes that came through."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.cut:
            raise httpx.ConnectError("cut", request=request)
        if request.method == "POST" and request.url.path == "/v1/commands":
            return await self._commands(request)
        response = await self._http.handle_async_request(request)
        if request.url.path == "/v1/sync/changes" and response.status_code == 200:
            self.page = await httpx.Response(200, headers=response.headers, stream=response.stream).aread()
            return httpx.Response(200, headers={"content-type": "application/json"}, content=self.page)
        return response

    async def _commands(self, request: httpx.Request) -> httpx.Response:
        fate, self.next_answer = self.next_answer, "arrives"
        if fate == "never asked for":
            await self._hang()
        response = await self._http.handle_async_request(request)
        if fate == "is lost":
            await response.aclose()
            raise httpx.ReadError("lost", request=request)
        if fate == "never arrives":
            await response.aclose()
            await self._hang()
        return response

    async def _hang(self) -> None:
        self.hanging.set()
        await asyncio.Event().wait()

    async def aclose(self) -> None:
        await self._http.aclose()


class Desk:
    """One agent's console without its thread: a replica, and the two halves of its engine to be driven by hand."""

    def __init__(self, url: str, token: str, path: Path, clock: Callable[[], Instant]) -> None:
        self.line = Line()
        self.store = Store.open(path)
        self.said: dict[CommandId, AnyCommand] = {}
        self.clock = clock
        self._client = Client(url, MemoryTokens(Login(access=token)), transport=self.line)
        self.wake()

    def wake(self) -> None:
        """Begin anew with what is in the file, as after a start."""
        report = Reporter(lambda event: None, self.clock)
        self.puller = Puller(self.store, self._client, report, self.clock, path=PathChoice(), considerate=False)
        self.pusher = Pusher(self.store, self._client, Files(self.store.path), report, self.clock, Random(1))
        self.pusher.recover()

    def crash(self) -> None:
        """The process dies, and is started again."""
        path = self.store.path
        self.store.close()
        self.store = Store.open(path)
        self.wake()

    def say(self, command: AnyCommand) -> None:
        ticket = self.store.ticket(TicketId(getattr(command, "ticket_id", "")))
        written = envelope(command, self.clock(), ticket=ticket, seen_n=ticket.last_n if ticket else None)
        self.said[self.store.enqueue(written).id] = command

    def give_up_what_was_refused(self) -> None:
        for entry in self.store.attention():
            self.store.resolve(entry.id, "discard", now=self.clock())

    async def pull(self) -> None:
        for _ in range(3):
            try:
                return await self.puller.catch_up()
            except SessionMoved:
                continue
            except Unreachable:
                return None
        raise AssertionError("what I may read never settles")

    async def push(self) -> None:
        try:
            await self.pusher.drain()
        except Unreachable:
            self.pusher.recover()  # what the engine does when it is connected again

    async def die_while_sending(self, arrived: bool) -> None:
        """This console dies before it hears of what it is sending, which the backend has or has not."""
        self.line.next_answer = "never arrives" if arrived else "never asked for"
        self.line.hanging.clear()
        sending = asyncio.create_task(self.push())
        hanging = asyncio.create_task(self.line.hanging.wait())
        await asyncio.wait({sending, hanging}, return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, hanging):
            task.cancel()
        await asyncio.gather(sending, hanging, return_exceptions=True)
        self.line.next_answer = "arrives"
        self.crash()

    def shown(self) -> dict[TicketId, Ticket]:
        queue = self.store.queue(VIEWS["all"], system_clock())
        return {row.id: cast(Ticket, self.store.ticket(row.id)) for row in queue.window(0, 100)}

    def lines(self, ticket_id: TicketId) -> list[tuple[int, str, SendState | None]]:
        thread = self.store.thread(ticket_id)
        return [(line.message.n, line.message.body, line.state) for line in thread.window(0, thread.count())]

    def everything(self) -> dict[TicketId, Any]:
        return {ticket_id: (ticket, self.lines(ticket_id)) for ticket_id, ticket in self.shown().items()}

    async def close(self) -> None:
        await self._client.close()
        self.store.close()


class Convergence(RuleBasedStateMachine):
    """Mei works in one team; Li leads that one and another. Each example has teams, agents and tickets of its own."""

    server: ClassVar[EmbeddedServer]
    folder: ClassVar[Path]
    _examples: ClassVar[Iterator[int]] = count()

    @initialize()
    def open(self) -> None:
        self._number = next(self._examples)
        self._loop = asyncio.Runner()
        self._offset_ms = 0
        self._said = 0
        self._versions: dict[tuple[str, TicketId], int] = {}
        self.home, self.other = TeamId(f"home-{self._number}"), TeamId(f"other-{self._number}")
        for team in (self.home, self.other):
            self.server.add_team(team, team.title())
        self.server.add_agent(f"mei-{self._number}", teams=(self.home,))
        self.server.add_agent(f"li-{self._number}", role=Role.LEAD, teams=(self.home, self.other))
        self.tickets = [self.server.customer_writes(self.home, f"question {n}").id for n in range(3)]
        self.desks = {who: self._desk(who) for who in ("mei", "li")}
        for desk in self.desks.values():
            self._loop.run(desk.pull())

    def _desk(self, who: str, file: str = "") -> Desk:
        handle = f"{who}-{self._number}"

        async def make() -> Desk:
            return Desk(self.server.url, self.server.token(handle), self.folder / f"{file}{handle}.db", self._now)

        return self._loop.run(make())

    def _now(self) -> Instant:
        return Instant(system_clock() + self._offset_ms)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        self._loop.run(work)

    # What people do

    @rule(who=AGENTS, which=TICKETS, kind=st.sampled_from([Reply, Note]))
    def says(self, who: str, which: int, kind: type[Reply] | type[Note]) -> None:
        self._said += 1
        self.desks[who].say(kind(ticket_id=self.tickets[which], body=f"words {self._said}"))

    @rule(who=AGENTS, which=TICKETS, status=st.sampled_from([Status.OPEN, Status.WAITING, Status.SOLVED]))
    def sets_status(self, who: str, which: int, status: Status) -> None:
        self.desks[who].say(SetStatus(ticket_id=self.tickets[which], status=status))

    @rule(who=AGENTS, which=TICKETS, tag=st.sampled_from(["a", "b"]))
    def tags(self, who: str, which: int, tag: str) -> None:
        self.desks[who].say(Tag(ticket_id=self.tickets[which], add=(tag,)))

    @rule(which=TICKETS, away=st.booleans())
    def moves(self, which: int, away: bool) -> None:
        self.desks["li"].say(MoveTeam(ticket_id=self.tickets[which], team_id=self.other if away else self.home))

    @rule(which=TICKETS)
    def customer_writes(self, which: int) -> None:
        self._said += 1
        self.server.customer_writes(self.tickets[which], f"words {self._said}")

    # What consoles do

    @rule(who=AGENTS)
    def pulls(self, who: str) -> None:
        self._do(self.desks[who].pull())

    @rule(who=AGENTS)
    def pushes(self, who: str) -> None:
        self._do(self.desks[who].push())

    @rule(who=AGENTS, seconds=st.sampled_from([1, 31, 90]))
    def time_passes(self, who: str, seconds: int) -> None:
        self._offset_ms += seconds * 1000
        self._do(self.desks[who].push())

    @rule(who=AGENTS)
    def crashes(self, who: str) -> None:
        self.desks[who].crash()

    @rule(who=AGENTS, arrived=st.booleans())
    def crashes_while_sending(self, who: str, arrived: bool) -> None:
        self._do(self.desks[who].die_while_sending(arrived))

    @rule(who=AGENTS)
    def hears_a_page_again(self, who: str) -> None:
        """[4] A page that was applied changes nothing, however late it comes again."""
        desk = self.desks[who]
        if desk.line.page:
            before = desk.everything(), desk.store.meta("cursor")
            again = desk.store.apply_page(desk.line.page)
            assert not again.changed
            assert (desk.everything(), desk.store.meta("cursor")) == before

    # What the line and the backend do

    @rule(who=AGENTS)
    def line_is_cut(self, who: str) -> None:
        self.desks[who].line.cut = True

    @rule(who=AGENTS)
    def line_is_good(self, who: str) -> None:
        self.desks[who].line.cut = False

    @rule(who=AGENTS)
    def answer_is_lost(self, who: str) -> None:
        self.desks[who].line.next_answer = "is lost"
        self._do(self.desks[who].push())

    @rule()
    def feed_is_trimmed(self) -> None:
        """Whoever was away fetches everything again [12]."""
        self.server.write(lambda tx: trim_feed(tx, tx.now + 1))

    # What always holds

    @invariant()
    def versions_only_rise(self) -> None:
        """[6], read where nothing is shown ahead of the backend."""
        for who, desk in getattr(self, "desks", {}).items():
            if desk.store.outbox_count():
                continue
            shown = {(who, ticket_id): ticket.v for ticket_id, ticket in desk.shown().items()}
            for key, version in shown.items():
                assert version >= self._versions.get(key, 0), key
            self._versions = {key: v for key, v in self._versions.items() if key[0] != who} | shown

    @invariant()
    def conversations_have_no_holes(self) -> None:
        """[9], and every unfinished word of mine is there, also while the ticket is out of sight [10]."""
        for desk in getattr(self, "desks", {}).values():
            for ticket_id in desk.shown():
                numbers = [n for n, _body, state in desk.lines(ticket_id) if state is None]
                assert numbers == list(range(1, len(numbers) + 1)), ticket_id
            assert all(desk.store.outbox_entry(command_id) for command_id in desk.said)

    def teardown(self) -> None:
        """Quiet: everything was answered, and nobody sees anything but what the backend has."""
        if not hasattr(self, "desks"):
            return
        try:
            self._settle()
            fresh = {who: self._desk(who, "fresh-") for who in self.desks}
            for who, newcomer in fresh.items():
                self._do(newcomer.pull())
                assert self.desks[who].everything() == newcomer.everything(), (
                    f"{who} does not see what is"
                )  # [3, 7, 11]
            self._each_command_ended_once(fresh["li"])
        finally:
            for desk in (*self.desks.values(), *locals().get("fresh", {}).values()):
                self._do(desk.close())
            self._loop.close()

    def _settle(self) -> None:
        """The line is good; whoever was asked decides not to send, which lets the rest of that ticket's words go."""
        for _ in range(20):
            self._offset_ms += LONGEST_RETRY_MS
            for desk in self.desks.values():
                desk.line.cut, desk.line.next_answer = False, "arrives"
                self._do(desk.push())
                self._do(desk.pull())
                desk.give_up_what_was_refused()
            if not any(desk.store.outbox_count() for desk in self.desks.values()):
                break
        else:
            raise AssertionError([entry for desk in self.desks.values() for entry in desk.store.outbox(UNFINISHED)])
        for desk in self.desks.values():
            self._do(desk.pull())

    def _each_command_ended_once(self, newcomer: Desk) -> None:
        """[1, 2, 8]: one effect, or one item that its author was asked about; never both, never two, never none."""
        written = Counter(body for ticket_id in newcomer.shown() for _n, body, _state in newcomer.lines(ticket_id))
        assert not {body for body, times in written.items() if times > 1 and body.startswith("words")}
        for desk in self.desks.values():
            refused = {entry.id for entry in desk.store.trash()}
            for command_id, command in desk.said.items():
                entry = desk.store.outbox_entry(command_id)
                assert (entry is not None and entry.state is SendState.DONE) != (command_id in refused), command
                if isinstance(command, Reply | Note):
                    assert written[command.body] == (command_id not in refused), command


@pytest.fixture
def backend(tmp_path: Path) -> Iterator[EmbeddedServer]:
    config = Config(database=f"sqlite:///{tmp_path / 'backend.db'}", port=0, limits=NO_LIMITS)
    with EmbeddedServer(config) as running:
        yield running


def test_every_command_ends_once_and_every_replica_equals_the_backend(backend: EmbeddedServer, tmp_path: Path) -> None:
    Convergence.server, Convergence.folder = backend, tmp_path
    run_state_machine_as_test(
        Convergence,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
