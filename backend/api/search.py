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
from backend.services.search import search
from desk.query import QueryError, parse_query
from desk.wire import SearchResult

_DIGITS = 6


@get("/", responses=problems("malformed", "not-signed-in"))
async def search_tickets(
    runtime: Injected,
    caller: Caller,
    request: Call,
    q: Annotated[str, QueryParameter(max_length=500, description="Filters and words, as in the console.")],
    limit: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
    after: Annotated[str | None, QueryParameter(description="`next` of the page before.")] = None,
) -> Response[SearchResult]:
    """Search all conversations the caller may see."""
    if after is not None and not (after.isascii() and after.isdigit() and len(after) <= _DIGITS):
        raise ProblemError("cursor-malformed", "Send `after` exactly as `next` of the page before gave it.")
    try:
        query = parse_query(q)
    except QueryError as error:
        raise ProblemError("malformed", str(error)) from None
    now = runtime.config.clock()

    def read(conn: Connection) -> SearchResult:
        return search(conn, active_agent(conn, caller.agent_id), query, now, limit, int(after or 0))

    return answer(await runtime.reader.run(read), request.headers.get("accept-encoding", ""))
