"""Gathers what a command's decision may look at, and nothing its author may not see."""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import bindparam, select

from backend import tables
from backend.meta import ref_of, take_refs
from backend.scopes import scopes_of
from backend.services import lookup
from backend.services.filing import customer_scopes
from backend.transaction import Transaction
from desk.commands import AnyCommand, ApplyMacro, Assign, Envelope, MoveTeam, OpenTicket, RateArticle
from desk.ids import AgentId, ArticleId, CustomerId, TeamId, TicketId
from desk.outcome import View
from desk.permissions import may_see
from desk.records import Agent, Customer, Macro, Message, Role, Ticket

T = TypeVar("T")

_VOTE = select(tables.vote.c.helped).where(
    tables.vote.c.agent_id == bindparam("agent_id"),
    tables.vote.c.article_id == bindparam("article_id"),
    tables.vote.c.ticket_id == bindparam("ticket_id"),
)


def view_of(tx: Transaction, envelope: Envelope, actor: Agent) -> View:
    """The records a command names, as they are now; what the actor may not see is not there."""
    command = envelope.command
    ticket = _named(command, "ticket_id", TicketId, lambda ticket_id: visible_ticket(tx, ticket_id, actor))
    macro = lookup.macro_by_id(tx.conn, command.macro_id) if isinstance(command, ApplyMacro) else None
    team_id = _team_after(command, ticket, macro)
    team = lookup.team_by_id(tx.conn, team_id) if team_id else None
    return View(
        policy=lookup.policy_now(tx.conn),
        ticket=_any_ticket(tx, command) if isinstance(command, OpenTicket) else ticket,
        unseen=_unseen(tx, envelope, ticket),
        customer=_named(command, "customer_id", CustomerId, lambda c: visible_customer(tx, c, actor)),
        article=_named(command, "article_id", ArticleId, lambda a: lookup.article_by_id(tx.conn, a)),
        macro=macro,
        mark=lookup.mark_of(tx.conn, actor.id, ticket.id) if ticket is not None else None,
        vote=_vote(tx, command, actor) if isinstance(command, RateArticle) else None,
        assignee_ok=_assignable(tx, command, ticket) if isinstance(command, Assign) else True,
        team_ok=team is not None,
        calendar=team.calendar if team is not None else "always",
        next_ref=ref_of(take_refs(tx.conn)) if isinstance(command, OpenTicket) else "",
    )


def visible_ticket(tx: Transaction, ticket_id: TicketId, actor: Agent) -> Ticket | None:
    """The ticket, if the actor sees it."""
    ticket = lookup.ticket_by_id(tx.conn, ticket_id)
    return ticket if ticket is not None and may_see(actor, ticket) else None


def visible_customer(tx: Transaction, customer_id: CustomerId, actor: Agent) -> Customer | None:
    """The customer, if the actor sees a ticket of theirs, or they have none yet."""
    customer = lookup.customer_by_id(tx.conn, customer_id)
    if customer is None:
        return None
    scopes = customer_scopes(tx, customer_id)
    mine = {scope.id for scope in scopes_of(tx.conn, actor)}
    return customer if not scopes or scopes & mine else None


def _named(command: AnyCommand, field: str, id_type: Callable[[str], str], read: Callable[..., T | None]) -> T | None:
    """What a command names in one of its fields; None when it has no such field or leaves it empty."""
    value = getattr(command, field, None)
    return read(id_type(value)) if value else None


def _any_ticket(tx: Transaction, command: OpenTicket) -> Ticket | None:
    return lookup.ticket_by_id(tx.conn, command.ticket_id)


def _unseen(tx: Transaction, envelope: Envelope, ticket: Ticket | None) -> tuple[Message, ...]:
    if ticket is None or envelope.seen_n is None or envelope.seen_n >= ticket.last_n:
        return ()
    return lookup.messages_after(tx.conn, ticket.id, max(envelope.seen_n, 0))


def _team_after(command: AnyCommand, ticket: Ticket | None, macro: Macro | None) -> TeamId | None:
    """The team the ticket is in after the command."""
    if isinstance(command, OpenTicket | MoveTeam):
        return command.team_id
    if macro is not None and macro.team_id is not None:
        return macro.team_id
    return ticket.team_id if ticket is not None else None


def _assignable(tx: Transaction, command: Assign, ticket: Ticket | None) -> bool:
    agent = lookup.agent_by_id(tx.conn, AgentId(command.assignee_id)) if command.assignee_id else None
    if agent is None or ticket is None:
        return False
    return agent.active and (agent.role is Role.ADMIN or ticket.team_id in agent.team_ids)


def _vote(tx: Transaction, command: RateArticle, actor: Agent) -> bool | None:
    key = {"agent_id": actor.id, "article_id": command.article_id, "ticket_id": command.ticket_id or ""}
    helped = tx.conn.execute(_VOTE, key).scalar()
    return None if helped is None else bool(helped)
