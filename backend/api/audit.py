"""``/v1/audit`` and ``/v1/tickets/{id}/audit``: who changed what, from what to what."""

from typing import Annotated

from litestar import Response, get
from litestar.params import PathParameter, QueryParameter
from sqlalchemy import Connection

from backend.api.bodies import answer
from backend.api.injected import Call, Caller, Injected
from backend.api.problems import problems
from backend.auth import active_agent
from backend.errors import ProblemError
from backend.services.audit_log import AuditQuery, audit_of_ticket, search_audit
from backend.services.auditing import audit_search
from backend.services.opening import seen_ticket
from desk.ids import TicketId
from desk.permissions import may_search_audit
from desk.wire import AuditPage

_LONGEST = 200


@get("/tickets/{ticket_id:str}/audit", responses=problems("malformed", "not-signed-in", "not-found"))
async def get_ticket_audit(
    runtime: Injected,
    caller: Caller,
    request: Call,
    ticket_id: Annotated[str, PathParameter(description="The ticket's id.")],
    before: Annotated[int | None, QueryParameter(ge=1, le=2**53, description="`next` of the page before.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 100,
) -> Response[AuditPage]:
    """Give every change of a ticket, newest first."""

    def read(conn: Connection) -> AuditPage:
        agent = active_agent(conn, caller.agent_id)
        ticket = seen_ticket(conn, agent, TicketId(ticket_id))
        return audit_of_ticket(conn, agent, ticket.id, before, limit)

    return answer(await runtime.reader.run(read), request.headers.get("accept-encoding", ""))


@get("/audit", responses=problems("malformed", "not-signed-in", "not-allowed"))
async def get_audit(
    runtime: Injected,
    caller: Caller,
    request: Call,
    entity: Annotated[str, QueryParameter(max_length=_LONGEST, description="An id, or a ticket's reference.")] = "",
    actor: Annotated[str, QueryParameter(max_length=_LONGEST, description="Who did it: an id or a handle.")] = "",
    action: Annotated[str, QueryParameter(max_length=_LONGEST, description="A command's kind, `sign-in` …")] = "",
    q: Annotated[str, QueryParameter(max_length=_LONGEST, description="A part of what the row says.")] = "",
    before: Annotated[int | None, QueryParameter(ge=1, le=2**53, description="`next` of the page before.")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=200)] = 100,
) -> Response[AuditPage]:
    """Search what was done in the caller's teams (an admin: everywhere), newest first. Takes a lead; the search itself
    is audited."""
    query = AuditQuery(entity=entity.strip(), actor=actor.strip(), action=action.strip(), text=q.strip())

    def read(conn: Connection) -> AuditPage:
        agent = active_agent(conn, caller.agent_id)
        if not may_search_audit(agent):
            raise ProblemError("not-allowed", "Searching the audit takes a lead; a ticket's own history does not.")
        return search_audit(conn, agent, query, before, limit)

    page = await runtime.reader.run(read)
    if before is None:
        asked = {"entity": query.entity, "actor": query.actor, "action": query.action, "q": query.text}
        words = " ".join(f"{name}={value}" for name, value in asked.items() if value)
        await runtime.writer.run(lambda tx: audit_search(tx, caller.agent_id, caller.device, "audit-search", words))
    return answer(page, request.headers.get("accept-encoding", ""))
