"""Reads single records by what names them. None means: there is no such record."""

from sqlalchemy import Connection, Table, bindparam, select

from backend import rows, tables
from backend.prepared import Prepared
from desk.ids import (
    AgentId,
    ArticleId,
    CustomerId,
    GapId,
    IncidentId,
    MacroId,
    ProcedureId,
    TeamId,
    TicketId,
)
from desk.records import (
    Account,
    Agent,
    Article,
    Customer,
    Gap,
    Incident,
    Macro,
    Message,
    Policy,
    Procedure,
    ReadMark,
    Team,
    Ticket,
    Transfer,
)


def _by_id(table: Table) -> Prepared:
    return Prepared(select(table.c.doc).where(table.c.id == bindparam("id")))


_TICKET, _CUSTOMER, _ARTICLE = _by_id(tables.ticket), _by_id(tables.customer), _by_id(tables.article)
_AGENT, _TEAM, _MACRO = _by_id(tables.agent), _by_id(tables.team), _by_id(tables.macro)
_INCIDENT, _PROCEDURE, _GAP = _by_id(tables.incident), _by_id(tables.procedure), _by_id(tables.gap)
_POLICY = Prepared(select(tables.policy.c.doc))
_AGENT_NAMED = select(tables.agent.c.doc).where(tables.agent.c.handle == bindparam("handle"))
_MARK = Prepared(
    select(tables.read_mark.c.doc).where(
        tables.read_mark.c.agent_id == bindparam("agent_id"), tables.read_mark.c.ticket_id == bindparam("ticket_id")
    )
)
_MESSAGES_AFTER = (
    select(tables.message.c.doc)
    .where(tables.message.c.ticket_id == bindparam("ticket_id"), tables.message.c.n > bindparam("n"))
    .order_by(tables.message.c.n)
)
_MESSAGES_NUMBERED = (
    select(tables.message.c.doc)
    .where(
        tables.message.c.ticket_id == bindparam("ticket_id"), tables.message.c.n.in_(bindparam("ns", expanding=True))
    )
    .order_by(tables.message.c.n)
)
_ACCOUNTS = select(tables.account.c.doc).where(tables.account.c.customer_id == bindparam("customer_id"))
_TRANSFERS = select(tables.transfer.c.doc).where(tables.transfer.c.customer_id == bindparam("customer_id"))


def _doc(conn: Connection, statement: Prepared, record_id: str) -> str | None:
    doc = statement.value(conn, {"id": record_id})
    return None if doc is None else str(doc)


def ticket_by_id(conn: Connection, ticket_id: TicketId) -> Ticket | None:
    """The ticket as it is now."""
    doc = _doc(conn, _TICKET, ticket_id)
    return None if doc is None else rows.read_ticket(doc)


def customer_by_id(conn: Connection, customer_id: CustomerId) -> Customer | None:
    """The customer as they are now."""
    doc = _doc(conn, _CUSTOMER, customer_id)
    return None if doc is None else rows.read_customer(doc)


def article_by_id(conn: Connection, article_id: ArticleId) -> Article | None:
    """The article as it is now."""
    doc = _doc(conn, _ARTICLE, article_id)
    return None if doc is None else rows.read_article(doc)


def agent_by_id(conn: Connection, agent_id: AgentId) -> Agent | None:
    """The agent, active or not."""
    doc = _doc(conn, _AGENT, agent_id)
    return None if doc is None else rows.read_agent(doc)


def agent_by_handle(conn: Connection, handle: str) -> Agent | None:
    """The agent who signs in under this name, active or not."""
    doc = conn.execute(_AGENT_NAMED, {"handle": handle}).scalar()
    return None if doc is None else rows.read_agent(str(doc))


def team_by_id(conn: Connection, team_id: TeamId) -> Team | None:
    """The team."""
    doc = _doc(conn, _TEAM, team_id)
    return None if doc is None else rows.read_team(doc)


def macro_by_id(conn: Connection, macro_id: MacroId) -> Macro | None:
    """The macro."""
    doc = _doc(conn, _MACRO, macro_id)
    return None if doc is None else rows.read_macro(doc)


def incident_by_id(conn: Connection, incident_id: IncidentId) -> Incident | None:
    """The incident."""
    doc = _doc(conn, _INCIDENT, incident_id)
    return None if doc is None else rows.read_incident(doc)


def procedure_by_id(conn: Connection, procedure_id: ProcedureId) -> Procedure | None:
    """The procedure."""
    doc = _doc(conn, _PROCEDURE, procedure_id)
    return None if doc is None else rows.read_procedure(doc)


def gap_by_id(conn: Connection, gap_id: GapId) -> Gap | None:
    """The gap."""
    doc = _doc(conn, _GAP, gap_id)
    return None if doc is None else rows.read_gap(doc)


def policy_now(conn: Connection) -> Policy:
    """How the desk is run; every database has one."""
    return rows.read_policy(str(_POLICY.value(conn, {})))


def mark_of(conn: Connection, agent_id: AgentId, ticket_id: TicketId) -> ReadMark | None:
    """How far an agent has read a ticket."""
    doc = _MARK.value(conn, {"agent_id": agent_id, "ticket_id": ticket_id})
    return None if doc is None else rows.read_mark(str(doc))


def messages_after(conn: Connection, ticket_id: TicketId, n: int) -> tuple[Message, ...]:
    """The messages of a ticket after number ``n``, in order."""
    docs = conn.execute(_MESSAGES_AFTER, {"ticket_id": ticket_id, "n": n}).scalars()
    return tuple(rows.read_message(str(doc)) for doc in docs)


def messages_numbered(conn: Connection, ticket_id: TicketId, ns: tuple[int, ...]) -> tuple[Message, ...]:
    """The messages of a ticket with these numbers, in order."""
    docs = conn.execute(_MESSAGES_NUMBERED, {"ticket_id": ticket_id, "ns": sorted(set(ns))}).scalars()
    return tuple(rows.read_message(str(doc)) for doc in docs)


def accounts_of(conn: Connection, customer_id: CustomerId) -> tuple[Account, ...]:
    """The customer's accounts."""
    docs = conn.execute(_ACCOUNTS, {"customer_id": customer_id}).scalars()
    return tuple(rows.read_account(str(doc)) for doc in docs)


def transfers_of(conn: Connection, customer_id: CustomerId) -> tuple[Transfer, ...]:
    """The customer's transfers."""
    docs = conn.execute(_TRANSFERS, {"customer_id": customer_id}).scalars()
    return tuple(rows.read_transfer(str(doc)) for doc in docs)
