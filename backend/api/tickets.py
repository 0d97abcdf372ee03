"""``/v1/tickets``: one ticket, whole."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter
from sqlalchemy import Connection

from backend.api.bodies import answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import active_agent
from backend.services.opening import is_live, keep_live, open_view
from desk.ids import TicketId
from desk.records import Agent
from desk.wire import TicketView


@get("/tickets/{ticket_id:str}", responses=problems("not-signed-in", "not-found"))
async def get_ticket(
    runtime: Injected,
    caller: Caller,
    request: Call,
    ticket_id: Annotated[str, PathParameter(description="The ticket's id.")],
) -> Response[TicketView]:
    """Give a ticket with its conversation and its customer; it stays live in the caller's own scope for a day."""
    watch_s = runtime.config.watch_s
    soon = runtime.config.later(watch_s / 2)

    def read(conn: Connection) -> tuple[Agent, TicketView, bool]:
        agent = active_agent(conn, caller.agent_id)
        view = open_view(conn, agent, TicketId(ticket_id))
        return agent, view, is_live(conn, agent.id, view.ticket.id, soon)

    agent, view, live = await runtime.reader.run(read)
    if not live:
        await runtime.writer.run(lambda tx: keep_live(tx, agent, view.ticket.id, watch_s))
    return answer(view, request.headers.get("accept-encoding", ""))
