"""``PUT /v1/presence``."""

from litestar import put
from sqlalchemy import Connection

from backend.api.bodies import Body
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import active_agent
from backend.services.opening import scopes_of_ticket, seen_ticket
from desk.ids import TicketId
from desk.wire import PresenceUpdate, Viewer

_update = Body(PresenceUpdate)


@put("/presence", status_code=204, responses=problems("malformed", "not-signed-in", "not-found"))
async def put_presence(runtime: Injected, caller: Caller, request: Call) -> None:
    """Say which ticket the caller has open, so that others do not answer it at the same time."""
    data = await _update.read(request)
    if data.ticket_id is None:
        runtime.presence.looks_away(caller.agent_id)
        return
    ticket_id = TicketId(data.ticket_id)

    def read(conn: Connection) -> tuple[str, frozenset[str]]:
        agent = active_agent(conn, caller.agent_id)
        return agent.name, scopes_of_ticket(conn, seen_ticket(conn, agent, ticket_id))

    name, scopes = await runtime.reader.run(read)
    viewer = Viewer(agent_id=caller.agent_id, name=name, ticket_id=ticket_id, writing=data.writing)
    runtime.presence.looks_at(viewer, scopes, runtime.config.clock())
