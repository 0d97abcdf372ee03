"""``/v1/sync``: session, snapshot and changes. The stream is in :mod:`backend.api.stream`."""

import asyncio
from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from sqlalchemy import Connection

from backend.api.bodies import answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import Principal, active_agent
from backend.feed import feed_state, read_page
from backend.runtime import Runtime
from backend.scopes import digest, scopes_of
from backend.services.lookup import policy_now
from backend.snapshot import read_snapshot
from desk.ids import Instant
from desk.wire import MAX_PAGE, MAX_WAIT_S, Changes, Session, Snapshot

Limit = Annotated[int, QueryParameter(ge=1, le=MAX_PAGE, description="How many at most.")]


@get("/sync/session", responses=problems("not-signed-in"))
async def session(runtime: Injected, caller: Caller, request: Call) -> Response[Session]:
    """Say who the caller is, where the feed stands and which scopes they may read."""
    now = runtime.config.clock()
    body = await runtime.reader.run(lambda conn: _session(conn, runtime, caller, now))
    return answer(body, request.headers.get("accept-encoding", ""))


def _session(conn: Connection, runtime: Runtime, caller: Principal, now: Instant) -> Session:
    agent = active_agent(conn, caller.agent_id)
    state = feed_state(conn, runtime.database.feed_id)
    scopes = scopes_of(conn, agent)
    return Session(
        feed=state.feed_id,
        head=state.head,
        min_pos=state.min_pos,
        now=now,
        me=agent,
        scopes=scopes,
        scopes_digest=digest(agent, scopes),
        policy=policy_now(conn),
    )


@get("/sync/snapshot", responses=problems("malformed", "not-signed-in", "not-found"))
async def snapshot(
    runtime: Injected,
    caller: Caller,
    request: Call,
    scope_id: Annotated[str, QueryParameter(name="scope", description="A scope of the session.")],
    after: Annotated[str | None, QueryParameter(description="`next` of the page before.")] = None,
    limit: Limit = MAX_PAGE,
) -> Response[Snapshot]:
    """Give a page of a scope as it is now, newest first."""

    def read(conn: Connection) -> Snapshot:
        agent = active_agent(conn, caller.agent_id)
        return read_snapshot(conn, runtime.database.feed_id, agent, scope_id, after, limit)

    return answer(await runtime.reader.run(read), request.headers.get("accept-encoding", ""))


@get("/sync/changes", responses=problems("malformed", "not-signed-in", "feed-changed", "cursor-expired"))
async def changes(
    runtime: Injected,
    caller: Caller,
    request: Call,
    cursor: Annotated[str, QueryParameter(description="Where the caller has read to.")],
    limit: Limit = MAX_PAGE,
    wait: Annotated[int, QueryParameter(ge=0, le=MAX_WAIT_S, description="Seconds to wait for something.")] = 0,
) -> Response[Changes]:
    """Give what happened after a cursor; with `wait`, as soon as something does."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + wait
    page = await read_for(runtime, caller, cursor, limit)
    while not page.items and not page.more and (left := deadline - loop.time()) > 0:
        if not await runtime.bus.beyond(page.pos, left):
            break
        page = await read_for(runtime, caller, page.next, limit)
    return answer(page, request.headers.get("accept-encoding", ""))


async def read_for(runtime: Runtime, caller: Principal, cursor: str, limit: int) -> Changes:
    """The page after a cursor for a caller, whose account is looked at again."""
    now = runtime.config.clock()

    def read(conn: Connection) -> Changes:
        agent = active_agent(conn, caller.agent_id)
        return read_page(conn, runtime.database.feed_id, agent, cursor, limit, now)

    return await runtime.reader.run(read)
