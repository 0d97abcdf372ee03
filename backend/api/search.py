"""``/v1/search``."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter
from sqlalchemy import Connection

from backend.api.bodies import answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import active_agent
from backend.errors import ProblemError
from backend.runtime import Runtime
from backend.services.auditing import audit_search
from backend.services.search import search
from backend.services.search_index import index_messages, messages_to_index
from desk.permissions import may_search_audit
from desk.query import QueryError, parse_query
from desk.wire import SearchResult

_DIGITS = 6
_INDEX_FIRST = 1_000
"""As many messages are indexed before a search."""


@get("/search", responses=problems("malformed", "not-signed-in"))
async def search_tickets(
    runtime: Injected,
    caller: Caller,
    request: Call,
    q: Annotated[str, QueryParameter(max_length=500, description="Filters and words, as in the console.")],
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    after: Annotated[str | None, QueryParameter(description="`next` of the page before.")] = None,
) -> Response[SearchResult]:
    """Search all conversations the caller may see. What a lead or an admin searches for is audited."""
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= _DIGITS):
        raise ProblemError("cursor-malformed", "Send `after` exactly as `next` of the page before gave it.")
    try:
        query = parse_query(q)
    except QueryError as error:
        raise ProblemError("malformed", str(error)) from None
    now = runtime.config.clock()
    await _catch_up(runtime)

    def read(conn: Connection) -> tuple[SearchResult, bool]:
        agent = active_agent(conn, caller.agent_id)
        return search(conn, agent, query, now, limit, int(after or 0)), may_search_audit(agent)

    found, leads = await runtime.reader.run(read)
    if leads and after is None:
        await runtime.writer.run(lambda tx: audit_search(tx, caller.agent_id, caller.device, "search", q))
    return answer(found, request.headers.get("accept-encoding", ""))


async def _catch_up(runtime: Runtime) -> None:
    """Index what was written lately, so that it is found; a large backlog is left to housekeeping."""
    if 0 < await runtime.reader.run(messages_to_index) <= _INDEX_FIRST:
        await runtime.writer.run(lambda tx: index_messages(tx, _INDEX_FIRST))
