"""``GET /v1/sync/stream``: server-sent events, in plain ASGI.

Events: ``ping`` at once and every heartbeat, ``page`` (the body of changes; its ``id`` is the cursor to resume from),
``presence``, ``behind`` (too far back for a stream: fetch changes, then connect again), ``reset`` (a problem: rebuild
or sign in), ``bye`` (connect again). After ``behind``, ``reset`` and ``bye`` the stream ends.
"""

import asyncio
import random
from collections import Counter
from urllib.parse import parse_qs

import msgspec
from litestar.types import HTTPScope, Receive, Send
from sqlalchemy import Connection

from backend.api.injected import authorization_of
from backend.api.problems import send_problem
from backend.api.sync import read_for
from backend.auth import Principal, active_agent
from backend.errors import ProblemError
from backend.feed import feed_state
from backend.runtime import Runtime
from backend.scopes import scopes_of
from backend.services.people import led_by
from desk.ids import AgentId
from desk.wire import MAX_PAGE, Changes, Presence, Wire

MAX_BEHIND = 5_000
"""Positions a stream catches up by itself."""

_encode = msgspec.json.Encoder().encode
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


def event(name: str, body: Wire | dict[str, int], cursor: str = "") -> bytes:
    """One event as it goes over the wire."""
    head = f"id: {cursor}\nevent: {name}\ndata: " if cursor else f"event: {name}\ndata: "
    return head.encode() + _encode(body) + b"\n\n"


class Stream:
    """The ASGI application of the stream."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._open: Counter[str] = Counter()

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """Answer one request for a stream."""
        authorization = authorization_of(scope)
        try:
            caller = await self._admit(scope["method"], authorization)
        except ProblemError as problem:
            await send_problem(problem, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        self._open[caller.token] += 1
        self._runtime.presence.came_online(caller.agent_id)
        listener = Listener(self._runtime, caller, authorization, send)
        writing = asyncio.create_task(listener.serve(_cursor_of(scope)))
        leaving = asyncio.create_task(_disconnected(receive))
        try:
            await asyncio.wait((writing, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._runtime.presence.went_offline(caller.agent_id)
            self._open[caller.token] -= 1
            if not self._open[caller.token]:
                del self._open[caller.token]
            for task in (writing, leaving):
                task.cancel()
            await asyncio.wait((writing, leaving))
        if not writing.cancelled() and (error := writing.exception()) is not None:
            raise error

    async def _admit(self, method: str, authorization: str) -> Principal:
        caller = await self._runtime.caller(authorization)
        self._runtime.requests.take(caller.token)
        if method != "GET":
            raise ProblemError("not-found", "The stream is read with GET.")
        limit = self._runtime.config.limits.streams
        if limit is not None and self._open[caller.token] >= limit:
            raise ProblemError("too-many-requests", f"At most {limit} streams at once.", retry_after_s=15)
        return caller


class Listener:
    """One open stream: who listens, and how far they have been told."""

    def __init__(self, runtime: Runtime, caller: Principal, authorization: str, send: Send) -> None:
        self._runtime = runtime
        self._caller = caller
        self._authorization = authorization
        self._send = send
        self._loop = asyncio.get_running_loop()
        self._life_ends = self._loop.time() + runtime.config.stream_life_s * random.uniform(0.8, 1.2)
        self._digest = ""
        self._presence_seen = -1
        self._presence_told: Presence | None = None
        self._page_at = 0.0

    async def serve(self, cursor: str) -> None:
        """Write events until the stream ends."""
        try:
            await self._tell("ping", {"now": self._runtime.config.clock()})
            page = await self._first_page(cursor)
            if page.head - page.pos > MAX_BEHIND:
                await self._tell("behind", {"head": page.head})
            else:
                await self._follow(page)
        except ProblemError as problem:
            name = "bye" if problem.slug == "token-expired" else "reset"
            await self._tell(name, problem.body())
        await self._send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _first_page(self, cursor: str) -> Changes:
        if not cursor:
            feed = self._runtime.database.feed_id
            cursor = (await self._runtime.reader.run(lambda conn: feed_state(conn, feed))).cursor(
                self._runtime.bus.head
            )
        return await read_for(self._runtime, self._caller, cursor, MAX_PAGE)

    async def _follow(self, page: Changes) -> None:
        """Send pages, presence and pings as they come, until it is time to say bye."""
        told = page.next
        heartbeat_s = self._runtime.config.heartbeat_s
        ping_at = self._loop.time() + heartbeat_s
        while True:
            if page.items or page.scopes_digest != self._digest:
                await self._tell_page(page)
                told = page.next
            if not page.more:
                await self._tell_presence()
                await self._something_happens(page.pos, min(ping_at, self._life_ends))
            now = self._loop.time()
            if self._runtime.bus.closing or now >= self._life_ends:
                await self._tell("bye", {"now": self._runtime.config.clock()})
                return
            if now >= ping_at:
                ping_at = now + heartbeat_s
                await self._runtime.caller(self._authorization)
                if told != page.next:  # nothing for this listener lately, but their cursor moves on
                    await self._tell_page(page)
                    told = page.next
                await self._tell("ping", {"now": self._runtime.config.clock()})
            if self._runtime.bus.head > page.pos:
                page = await read_for(self._runtime, self._caller, page.next, MAX_PAGE)
            elif page.items:
                page = msgspec.structs.replace(page, items=(), more=False)

    async def _something_happens(self, pos: int, until: float) -> None:
        """Wait for news, but not past ``until``; the first comes at once, the following four times a second."""
        left = max(0.0, until - self._loop.time())
        waits = (
            asyncio.create_task(self._runtime.bus.beyond(pos, left)),
            asyncio.create_task(self._runtime.presence_changes.beyond(self._presence_seen, left)),
        )
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        pause = self._page_at + self._runtime.config.coalesce_s - self._loop.time()
        if pause > 0 and not self._runtime.bus.closing:
            await asyncio.sleep(pause)

    async def _tell_page(self, page: Changes) -> None:
        self._digest = page.scopes_digest
        self._page_at = self._loop.time()
        await self._tell("page", page, page.next)

    async def _tell_presence(self) -> None:
        """Send who is online, if that changed since it was last sent for this listener."""
        changes = self._runtime.presence_changes
        if changes.head == self._presence_seen:
            return
        self._presence_seen = changes.head
        agent_id = self._caller.agent_id

        def read(conn: Connection) -> tuple[frozenset[str], frozenset[AgentId]]:
            agent = active_agent(conn, agent_id)
            return frozenset(scope.id for scope in scopes_of(conn, agent)), led_by(conn, agent)

        presence = self._runtime.presence.seen_from(*await self._runtime.reader.run(read))
        if presence == self._presence_told:
            return
        self._presence_told = presence
        self._page_at = self._loop.time()
        await self._tell("presence", presence)

    async def _tell(self, name: str, body: Wire | dict[str, int], cursor: str = "") -> None:
        await self._send({"type": "http.response.body", "body": event(name, body, cursor), "more_body": True})


def _cursor_of(scope: HTTPScope) -> str:
    """``Last-Event-ID``, or the ``cursor`` parameter for those who connect for the first time."""
    for name, value in scope["headers"]:
        if name == b"last-event-id":
            return value.decode("latin-1")
    return parse_qs(scope["query_string"].decode("latin-1")).get("cursor", [""])[0]


async def _disconnected(receive: Receive) -> None:
    """Returns when the caller has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
