"""Reads the audit: the rows of one ticket for whoever sees it, and a search for leads in what concerns their teams."""

from collections.abc import Iterator

from sqlalchemy import Connection, Select, bindparam, select

from backend import tables
from backend.prepared import Prepared
from backend.rows import Row
from backend.scopes import scopes_of
from backend.services import lookup
from backend.services.filing import scopes_with_customer
from desk.audit import read_detail
from desk.frozen import Frozen
from desk.ids import AgentId, CustomerId, MacroId, TicketId
from desk.permissions import may_search_audit, may_see
from desk.records import Agent, Role, Sharing
from desk.wire import AuditEntry, AuditPage

MAX_LOOKED_AT = 5_000
"""Rows looked at for one page; a filter that hardly anything passes ends there, and goes on with the next page."""

_a = tables.audit.c
_REF = Prepared(select(tables.ticket.c.id).where(tables.ticket.c.ref == bindparam("ref")))
_OF_ALL = frozenset({"article", "incident", "procedure", "gap", "team", "policy"})
"""Kinds that everybody at the desk sees."""


class AuditQuery(Frozen, frozen=True, kw_only=True):
    """What is looked for; empty: anything. ``entity`` is an id or a ticket's reference, ``actor`` an id or handle,
    ``text`` a part of what a row says."""

    entity: str = ""
    actor: str = ""
    action: str = ""
    text: str = ""


def audit_of_ticket(conn: Connection, me: Agent, ticket_id: TicketId, before: int | None, limit: int) -> AuditPage:
    """The rows of one ticket that the caller sees, newest first."""
    reader = _Reader(conn, me)
    rows = conn.execute(_newest_first(before).where(_a.entity_id == ticket_id).limit(limit + 1)).mappings().all()
    items = tuple(reader.entry(dict(row)) for row in rows[:limit])
    return AuditPage(items=items, next=items[-1].seq if len(rows) > limit else None)


def search_audit(conn: Connection, me: Agent, query: AuditQuery, before: int | None, limit: int) -> AuditPage:
    """The rows that fit and that concern the caller's teams, newest first."""
    reader = _Reader(conn, me)
    found: list[AuditEntry] = []
    last_seq = 0
    looked_at = 0
    for row in conn.execute(_fitting(conn, query, before).limit(MAX_LOOKED_AT)).mappings():
        if len(found) == limit:
            return AuditPage(items=tuple(found), next=last_seq)
        looked_at += 1
        last_seq = int(row["seq"])
        if reader.concerns_me(dict(row)):
            found.append(reader.entry(dict(row)))
    return AuditPage(items=tuple(found), next=last_seq if looked_at == MAX_LOOKED_AT else None)


def audit_rows(conn: Connection, entity: str, limit: int) -> Iterator[AuditEntry]:
    """The newest rows (of one entity, unless that is empty), for the backend's own command line."""
    reader = _Reader(conn, Agent(id=AgentId(""), v=0, handle="", name="", role=Role.ADMIN))
    for row in conn.execute(_fitting(conn, AuditQuery(entity=entity), None).limit(limit)).mappings():
        yield reader.entry(dict(row))


def _newest_first(before: int | None) -> Select[tuple[object, ...]]:
    statement = select(tables.audit).order_by(_a.seq.desc())
    return statement if before is None else statement.where(_a.seq < before)


def _fitting(conn: Connection, query: AuditQuery, before: int | None) -> Select[tuple[object, ...]]:
    statement = _newest_first(before)
    if query.entity:
        by_ref = _REF.value(conn, {"ref": query.entity.upper()})
        statement = statement.where(_a.entity_id == (str(by_ref) if by_ref is not None else query.entity))
    if query.actor:
        agent = lookup.agent_by_handle(conn, query.actor.removeprefix("@"))
        statement = statement.where(_a.actor_id == (agent.id if agent is not None else query.actor))
    if query.action:
        statement = statement.where(_a.action == query.action)
    if query.text:
        statement = statement.where(_a.detail.icontains(query.text, autoescape=True))
    return statement


class _Reader:
    """Turns rows into entries for one caller; what names and teams they need is looked up once."""

    def __init__(self, conn: Connection, me: Agent) -> None:
        self._conn = conn
        self._me = me
        self._agents: dict[str, Agent | None] = {}
        self._seen: dict[str, bool] = {}
        self._labels: dict[str, str] = {}
        self._scopes = {scope.id for scope in scopes_of(conn, me)}

    def entry(self, row: Row) -> AuditEntry:
        """A row as the caller may read it."""
        actor = self._agent(row["actor_id"])
        return AuditEntry(
            seq=row["seq"],
            at=row["at"],
            actor_id=AgentId(row["actor_id"]),
            actor_name=actor.name if actor is not None else "",
            device=row["device"] if may_search_audit(self._me) else "",
            action=row["action"],
            entity_id=row["entity_id"],
            label=self._label(row["entity_id"]),
            detail=read_detail(row["detail"]),
        )

    def concerns_me(self, row: Row) -> bool:
        """Whether the row is about something of the caller's teams, or done by somebody of them."""
        if self._me.role is Role.ADMIN:
            return True
        entity_id = str(row["entity_id"])
        if entity_id not in self._seen:
            self._seen[entity_id] = self._is_mine(entity_id, read_detail(row["detail"]).kind)
        return self._seen[entity_id] or (not entity_id and self._is_of_my_teams(row["actor_id"]))

    def _is_mine(self, entity_id: str, kind: str) -> bool:
        if not entity_id:
            return False
        if kind in _OF_ALL:
            return True
        if kind == "customer":
            return bool(scopes_with_customer(self._conn, CustomerId(entity_id)) & self._scopes)
        if kind == "ticket":
            ticket = lookup.ticket_by_id(self._conn, TicketId(entity_id))
            return ticket is not None and may_see(self._me, ticket)
        if kind == "macro":
            macro = lookup.macro_by_id(self._conn, MacroId(entity_id))
            shared = macro is not None and macro.sharing is Sharing.SHARED
            return shared or (macro is not None and macro.shared_with in self._me.team_ids)
        return self._is_of_my_teams(entity_id)

    def _is_of_my_teams(self, agent_id: str) -> bool:
        agent = self._agent(agent_id)
        return agent is not None and not set(agent.team_ids).isdisjoint(self._me.team_ids)

    def _agent(self, agent_id: str) -> Agent | None:
        if agent_id not in self._agents:
            self._agents[agent_id] = lookup.agent_by_id(self._conn, AgentId(agent_id)) if agent_id else None
        return self._agents[agent_id]

    def _label(self, entity_id: str) -> str:
        if entity_id not in self._labels:
            ticket = lookup.ticket_by_id(self._conn, TicketId(entity_id)) if entity_id else None
            agent = None if ticket is not None else self._agent(entity_id)
            self._labels[entity_id] = ticket.ref if ticket is not None else f"@{agent.handle}" if agent else ""
        return self._labels[entity_id]
